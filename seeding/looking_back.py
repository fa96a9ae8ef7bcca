"""A round of 巡察“回头看”: it looks at what was closed before in the units that it inspects; some of that is done, the rest waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

import clock
from seeding.county import Days
from seeding.earlier import ENTERED, Earlier
from seeding.plan import Plan
from seeding.play import Happening, NotPlayed, Play
from states import ACTIONS, OFFICE
from storage.reads.look_backs import PASSED, UNSEEN, Pool, begun_on, pooled
from storage.scope import EVERYTHING
from storage.work import Work
from workflow.engine import fire
from workflow.subject import Intent, Material

_LOOKED_AT: Final = time(11, 20)
_MOST: Final = 4
_SHEET: Final = "check_sheet"


def round_looking_back(plan: Plan, earlier: Earlier) -> int:
    """Return the number of the round that is one of looking back: the newest that comes to a unit of the term before."""
    there = {visit.place.number for visit in earlier.visits}
    return max(visit.round for visit in plan.visits if visit.place.number in there)


def looked_back(number: int, days: Days) -> Iterator[tuple[date, Happening]]:
    """Yield how the office looks at a few of its problems, once the term before was taken over."""

    def looks(play: Play, work: Work, now: datetime) -> None:
        place, around, today = play.ground.jurisdiction, play.ground.rounds[number], clock.local_date(now)
        pool, begun = Pool(looked=UNSEEN, during=around), begun_on(work.driver, place, around)
        there = pooled(work.driver, place, EVERYTHING, pool, begun, (0, 0), _MOST)
        sheet = Material(_SHEET, *_kept(play, "回头看核查表.txt"))
        said = {"checked_on": today.isoformat(), "found": "对照销号材料到现场核查，整改到位，没有反弹"}
        wanted = [Intent(PASSED, one.id, answers=said, materials=(sheet,)) for one in there]
        for outcome in fire(work, wanted, play.ground.cast.actors[OFFICE], now, dice=play.dice.randbytes):
            if outcome.outcome != "done":
                raise NotPlayed(today, ACTIONS[PASSED].shown, outcome.refused)

    yield days.on(days.base, ENTERED // 2), Happening(_LOOKED_AT, looks)


def _kept(play: Play, name: str) -> tuple[str, str, int]:
    sha256, size = play.ground.papers.kept[f"{_SHEET}.0"]
    return sha256, name, size
