"""What was handed over besides problems: clues by number, most of them concluded in time; and who was held to account, now and then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

import clock
from register.household import must_enter
from register.wanted import Wanted
from seeding.county import Days, Visit
from seeding.plan import Plan
from seeding.play import Happening, Play
from seeding.sizes import Sizes
from states import DISCIPLINE, OFFICE
from storage.clues import CLOSED, GOING
from storage.work import Work

RECEIVER: Final = "市纪委监委案件监督管理室"
_AT: Final = time(16, 10)
_EVERY, _LATER = 45, 120
"""Of so many visits one ends with somebody held to account, so many days after its feedback."""


def handed_on(plan: Plan, sizes: Sizes, days: Days, dice: Random) -> Iterator[tuple[date, Happening]]:
    """Yield the transfer of each clue on the day of a feedback, its reply within three months, and the decisions of 问责."""
    visits = sorted((dice.choice(plan.visits) for _ in range(sizes.clues)), key=lambda one: one.fed)
    numbers: dict[int, int] = {}
    by_day: dict[date, list[int]] = defaultdict(list)
    for number, visit in enumerate(visits, start=1):
        by_day[days.by(visit.fed)].append(number)
        replied = days.by(visit.fed + timedelta(days=dice.randint(25, 88)))
        if replied < days.today:
            yield replied, Happening(_AT, _replies(number, numbers, going=number % 30 == 0))
    for day, some in by_day.items():
        yield day, Happening(_AT, _transfers(some, visits, numbers))
    for visit in plan.visits[_EVERY - 1 :: _EVERY]:
        day = days.by(visit.fed + timedelta(days=_LATER))
        if visit.fed + timedelta(days=_LATER) < days.today:
            yield day, Happening(_AT, _holds(visit))


def _transfers(some: Sequence[int], visits: Sequence[Visit], numbers: dict[int, int]) -> Any:
    def hands_over(play: Play, work: Work, now: datetime) -> None:
        def said(number: int) -> dict[str, Any]:
            visit = visits[number - 1]
            named = {"unit": visit.place.name} if number % 2 else {}
            around = str(play.ground.rounds[visit.round])
            return {
                "number": f"线索〔{visit.fed.year}〕{number:03d}号",
                "round": around,
                "receiver": RECEIVER,
                "handed_on": visit.fed,
                **named,
            }

        wanted = [Wanted("clue", "make", None, said(number)) for number in some]
        made = must_enter(work, wanted, play.ground.cast.actors[OFFICE], now, dice=play.dice.randbytes)
        numbers.update(zip(some, map(int, made), strict=True))

    return hands_over


def _replies(number: int, numbers: dict[int, int], *, going: bool) -> Any:
    def replies(play: Play, work: Work, now: datetime) -> None:
        said = {"replied_on": clock.local_date(now), "outcome": GOING if going else CLOSED}
        wanted = Wanted("clue", "answer", numbers[number], said)
        must_enter(work, [wanted], play.ground.cast.actors[OFFICE], now, dice=play.dice.randbytes)

    return replies


def _holds(visit: Visit) -> Any:
    def holds(play: Play, work: Work, now: datetime) -> None:
        said = {
            "unit": visit.place.name, "decided_by": "市纪委监委", "number": f"某纪发〔{clock.local_date(now).year}〕{visit.place.number % 90 + 10}号",
            "decided_on": clock.local_date(now), "ways": "named、admonished" if visit.place.number % 2 else "named",
            "organisations": 1, "persons": visit.place.number % 3,
        }  # fmt: skip
        must_enter(
            work,
            [Wanted("accountability", "make", None, said)],
            play.ground.cast.actors[DISCIPLINE],
            now,
            dice=play.dice.randbytes,
        )

    return holds
