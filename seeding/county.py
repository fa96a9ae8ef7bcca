"""The county as a plan: its organisations, and when each of them is inspected in the term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random

from seeding.names import city_names, village_names
from seeding.sizes import Sizes
from workflow.days.calendar import Calendar

KINDS = ("town", "street", "bureau", "company", "school")
TEAMS = 3
FEWEST = 3
RECENT = 3
LATELY = 2
"""So many villages of the first town, its first ones, are inspected in the last round, and few problems are found there."""
_SETTLED_DAYS = 300
_WINDOWS = {2: (200, 26), 1: (90, 18)}
# How many working days ago feedback was; first those that show most: not yet claimed, disputed, under review, approved.
# Two are under review, one of them with all opinions; most are past it, so that the office has a morning's work and no more.
_LATELY = (0, 4, 11, 20, 2, 25, 13, 6, 17, 28, 16, 22, 30, 1, 26, 32, 19, 5, 24, 29, 18, 7, 31, 27)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; `above` is the number of the township that answers for a village."""

    number: int
    name: str
    kind: str
    above: int | None = None

    @property
    def sort(self) -> str:
        """What the register says of it: a school is one of the institutions 事业单位."""
        return "institution" if self.kind == "school" else self.kind

    @property
    def answers(self) -> int:
        """The number of the organisation that plans, signs and reports."""
        return self.number if self.above is None else self.above


@dataclass(frozen=True, slots=True)
class Visit:
    """One organisation inspected in one round; `ago` counts rounds back from the last."""

    number: int
    round: int
    ago: int
    place: Organisation
    fed: date
    team: int
    problems: int


@dataclass(frozen=True, slots=True)
class Days:
    """Working days, counted from the day it is."""

    calendar: Calendar
    today: date

    @property
    def base(self) -> date:
        """Today if it is a working day, else the last working day before it."""
        return self.by(self.today)

    def on(self, day: date, n: int) -> date:
        """The n-th working day after the day."""
        return self.calendar.add(day, n)

    def by(self, day: date) -> date:
        """The day, or the working day before it."""
        return day if self.calendar.is_workday(day) else self.calendar.add(day, -1)


def places_of(sizes: Sizes, dice: Random) -> list[Organisation]:
    """Return the organisations, units first; the first is a town, and villages belong to towns and streets."""
    wanted = (sizes.towns, sizes.streets, sizes.bureaus, sizes.companies, sizes.schools)
    named = [
        (name, kind) for kind, count in zip(KINDS, wanted, strict=True) for name in islice(city_names(kind), count)
    ]
    units = [Organisation(number, name, kind) for number, (name, kind) in enumerate(named)]
    above = [unit for unit in units if unit.kind in {"town", "street"}]
    villages = village_names(dice)
    for town, share in zip(above, _even(sizes.villages, len(above)), strict=True):
        units += [Organisation(len(units) + more, next(villages), "village", town.number) for more in range(share)]
    return units


def visits_of(sizes: Sizes, places: list[Organisation], days: Days, dice: Random) -> list[Visit]:
    """Return every organisation's inspection, round by round; the first unit is inspected last but one, two of its villages last."""
    counts = _problem_counts(sizes, dice)
    visits: list[Visit] = []
    for number, inspected in enumerate(_rounds(sizes, places, dice), start=1):
        ago = sizes.rounds - number
        for place, fed in zip(inspected, _feedback_days(sizes, ago, days, dice), strict=False):
            team = dice.randrange(TEAMS) + 1
            visits.append(Visit(len(visits), number, ago, place, fed, team, counts[place.number]))
    return visits


def _rounds(sizes: Sizes, places: list[Organisation], dice: Random) -> Iterator[list[Organisation]]:
    first, *units = [place for place in places if place.kind != "village"]
    dice.shuffle(units)
    # Of the first town's villages all but a few were inspected long ago: its secretary has some of everything to do, and not too much.
    own = [place for place in places if place.above == first.number]
    others = sorted(
        (place for place in places if place.kind == "village" and place.above != first.number),
        key=lambda one: -(one.above or 0),
    )
    villages = [*own[LATELY:], *others, *own[:LATELY]]
    unit_shares, village_shares = _even(sizes.units, sizes.rounds), _even(sizes.villages, sizes.rounds)
    for number, (few, many) in enumerate(zip(unit_shares, village_shares, strict=True), start=1):
        held = [first] if number == sizes.rounds - 1 else []
        new_units, new_villages = units[: few - len(held)], villages[:many]
        units, villages = units[len(new_units) :], villages[many:]
        # The last round begins with the first town's villages: the most interesting days of feedback fall to them.
        yield [*reversed(new_villages), *new_units] if number == sizes.rounds else [*held, *new_units, *new_villages]


def _feedback_days(sizes: Sizes, ago: int, days: Days, dice: Random) -> Iterator[date]:
    if ago == 0:
        while True:
            yield from (days.on(days.base, -back) for back in _LATELY)
    start, width = _WINDOWS[ago] if ago in _WINDOWS else (_settled_start(sizes, ago), 16)
    if ago == 1:  # the first unit's, and late enough for its dates to lie before and behind today
        yield days.by(days.today - timedelta(days=start - width))
    while True:
        yield days.by(days.today - timedelta(days=start - dice.randrange(width)))


def _settled_start(sizes: Sizes, ago: int) -> int:
    steps = max(sizes.rounds - RECENT - 1, 1)
    return _SETTLED_DAYS + (sizes.days - _SETTLED_DAYS) * (ago - RECENT) // steps


def _problem_counts(sizes: Sizes, dice: Random) -> list[int]:
    counts = [dice.randint(10, 16) for _ in range(sizes.units)] + [dice.randint(5, 9) for _ in range(sizes.villages)]
    lately = range(sizes.units, sizes.units + LATELY)
    counts[lately.start : lately.stop] = [FEWEST] * LATELY
    while (left := sizes.problems - sum(counts)) != 0:
        place = dice.randrange(len(counts))
        if place in lately:
            continue
        counts[place] = max(FEWEST, counts[place] + (1 if left > 0 else -1))
    return counts


def _even(total: int, parts: int) -> list[int]:
    few, more = divmod(total, parts)
    return [few + (number < more) for number in range(parts)]
