"""What is there for somebody 职责范围: the cases that their posts reach. One judge, asked of a case and told to the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

from states import CASE_ROLES, CLOCK, UNIT_ROLES
from storage.search import NOTHING
from storage.sql import Driver, Part


class Placed(Protocol):
    """A case, as far as it says where it belongs."""

    @property
    def id(self) -> int:
        """Return its number."""

    @property
    def unit_id(self) -> int:
        """Return the unit in which it was found."""

    @property
    def answerable_id(self) -> int:
        """Return the unit that answers for it."""

    @property
    def inspection_id(self) -> int:
        """Return its inspection."""

    @property
    def round_id(self) -> int:
        """Return its round."""

    @property
    def passed_on(self) -> bool:
        """Return whether the unit in which it was found has passed it on."""


def has_it(case: Placed) -> int:
    """Return the unit that has the case: where it was found, unless that has passed it on."""
    return case.answerable_id if case.passed_on else case.unit_id


class Where(NamedTuple):
    """Where a case belongs."""

    unit_id: int
    answerable_id: int
    inspection_id: int
    round_id: int
    passed_on: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """What a post reaches: the cases of its units and inspections, or of all units; of rounds alone where it names any."""

    units: tuple[int, ...] = ()
    inspections: tuple[int, ...] = ()
    everywhere: bool = False
    rounds: tuple[int, ...] = ()
    answering: bool = False
    """Of the units' cases those alone for which they answer, not those found there."""
    hidden: tuple[int, ...] = ()
    """The restricted cases 限定知悉 that are not there by the post, all but those that it reaches and whose holder may know of them."""
    cases: tuple[int, ...] = ()
    """Cases by their own numbers, wherever they belong: those in which its unit assists 协办."""

    def covers(self, case: Placed) -> bool:
        """Say whether the case is among them."""
        if case.id in self.hidden or (self.rounds and case.round_id not in self.rounds):
            return False
        theirs = case.answerable_id in self.units or (not self.answering and case.unit_id in self.units)
        return self.everywhere or theirs or case.inspection_id in self.inspections or case.id in self.cases

    @property
    def columns(self) -> Mapping[str, tuple[int, ...]]:
        """Return which columns of a case name what is reached, with the numbers."""
        found = {} if self.answering else {"unit_id": self.units}
        return {**found, "answerable_id": self.units, "inspection_id": self.inspections, "id": self.cases}


@dataclass(frozen=True, slots=True)
class Scope:
    """The cases that several posts reach together."""

    reaches: tuple[Reach, ...] = ()
    hidden: tuple[int, ...] = ()
    """The restricted cases 限定知悉 that are not there, wherever they belong."""

    @staticmethod
    def of(reaches: Iterable[Reach]) -> Scope:
        """Return the scope of all of them, the same for the same cases however they are told."""
        joined: dict[tuple[tuple[int, ...], bool], tuple[set[int], set[int], set[int]]] = {}
        rounds: set[int] = set()
        reaches = tuple(reaches)
        hidden = tuple(sorted(set(reaches[0].hidden).intersection(*(one.hidden for one in reaches)))) if reaches else ()
        for one in reaches:
            if one.everywhere and not one.rounds:
                return replace(EVERYTHING, hidden=hidden)
            if one.everywhere:
                rounds.update(one.rounds)
                continue
            found = joined.setdefault((one.rounds, one.answering), (set(), set(), set()))
            for there, more in zip(found, (one.units, one.inspections, one.cases), strict=True):
                there.update(more)
        all_of = [Reach(everywhere=True, rounds=tuple(sorted(rounds)))] if rounds else []
        some = [
            Reach(_in_order(units), _in_order(inspections), False, around, answering, cases=_in_order(cases))
            for (around, answering), (units, inspections, cases) in sorted(joined.items())
        ]
        return Scope((*all_of, *some), hidden)

    @property
    def whole(self) -> bool:
        """Say whether it is every case of the jurisdiction, but for those hidden."""
        return any(one.everywhere and not one.rounds for one in self.reaches)

    @property
    def few(self) -> bool:
        """Say whether its cases are few among all, so that they should lead a query."""
        return not any(one.everywhere for one in self.reaches)

    @property
    def rounds(self) -> tuple[int, ...]:
        """Return the rounds of which every case is there."""
        return tuple(sorted({number for one in self.reaches if one.everywhere for number in one.rounds}))

    @property
    def without_rounds(self) -> Scope:
        """Return what is there besides those rounds."""
        return replace(self, reaches=tuple(one for one in self.reaches if not one.everywhere))

    @property
    def units(self) -> tuple[int, ...]:
        """Return the units that it names."""
        return tuple(sorted({unit for one in self.reaches for unit in one.units}))

    def covers(self, case: Placed) -> bool:
        """Say whether the case is there."""
        return case.id not in self.hidden and any(one.covers(case) for one in self.reaches)

    def where(self, driver: Driver) -> Part:
        """Return the condition over `cases c`; nothing where it is every case."""
        among, hidden = driver.among("c.id", self.hidden) if self.hidden else ("", [])
        but = f"NOT {among}" if among else ""
        if self.whole:
            return but, hidden
        parts = [_condition(driver, one) for one in self.reaches]
        either = f"({' OR '.join(sql for sql, _ in parts) or '1 = 0'})"
        params = [value for _, values in parts for value in values]
        return (f"{either} AND {but}" if but else either), [*params, *hidden]

    def ids(self, driver: Driver, jurisdiction: int) -> Part:
        """Return the query for the ids of its cases, each part by an index."""
        parts = [
            cases_of(driver, jurisdiction, one.columns, one.rounds, everywhere=one.everywhere) for one in self.reaches
        ]
        found, params = (
            " UNION ".join(sql for sql, _ in parts) or NOTHING,
            [value for _, values in parts for value in values],
        )
        if not self.hidden:
            return found, params
        among, hidden = driver.among("id", self.hidden)
        return f"SELECT id FROM ({found}) AS there WHERE NOT {among}", [*params, *hidden]


def _in_order(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(numbers))


def reach(
    role: str,
    unit: int | None,
    around: int | None,
    below: tuple[int, ...] = (),
    led: tuple[int, ...] = (),
    hidden: tuple[int, ...] = (),
) -> Reach:
    """Return what a post of a role reaches: its unit with those below and the inspections led, else the whole jurisdiction."""
    if role not in CASE_ROLES and role != CLOCK:
        return Reach()
    units = () if unit is None else (unit, *below)
    everywhere = not units and not led and role not in UNIT_ROLES
    return Reach(units, led, everywhere, () if around is None else (around,), hidden=hidden)


EVERYTHING: Final = Scope((Reach(everywhere=True),))


def narrowed(driver: Driver, scope: Scope) -> Part:
    """Return the scope's condition as it goes on behind others, `AND …`."""
    where, params = scope.where(driver)
    return f" AND {where}" if where else "", params


def cases_of(
    driver: Driver,
    jurisdiction: int,
    found: Mapping[str, Sequence[int]],
    rounds: Sequence[int] = (),
    *,
    everywhere: bool = False,
) -> Part:
    """Return the query for the ids of the cases of which one of the columns holds one of its values, in some rounds where they are named."""
    if everywhere:
        around, more = driver.among("round_id", rounds) if rounds else ("1 = 1", [])
        return f"SELECT id FROM cases WHERE jurisdiction = ? AND {around}", [jurisdiction, *more]
    # The `+` keeps SQLite from taking the index of rounds instead.
    within, last = driver.among("+round_id", rounds) if rounds else ("", [])
    queries, params = [], []
    for column, values in found.items():
        if not values:
            continue
        where, more = driver.among(column, values)
        # The index of inspections does not begin with the jurisdiction, and SQLite would take another that does.
        if column != "inspection_id":
            where, more = f"jurisdiction = ? AND {where}", [jurisdiction, *more]
        queries.append(f"SELECT id FROM cases WHERE {where}{f' AND {within}' if within else ''}")
        params += [*more, *last]
    return " UNION ".join(queries or [NOTHING]), params


def _condition(driver: Driver, reach: Reach) -> Part:
    around, rounds = driver.among("c.round_id", reach.rounds) if reach.rounds else ("", [])
    if reach.everywhere:
        return around or "1 = 1", rounds
    named = [driver.among(f"c.{column}", values) for column, values in reach.columns.items() if values]
    either = " OR ".join(sql for sql, _ in named) or "1 = 0"
    params = [value for _, values in named for value in values]
    return f"({either}){f' AND {around}' if around else ''}", [*params, *rounds]
