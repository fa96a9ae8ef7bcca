"""What is looked at when a unit is handed over: who held the post, what is not finished, what was put aside for a name that left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import clock
from states import SECRETARY, STAND_IN, UNIT_ACTIONS
from storage.confidence import restrictions
from storage.reads.handovers import TO_HAND_OVER, Post, in_office, left_last, takers
from storage.sql import Driver, as_date
from workflow.subject import Gathered, Wanted


@dataclass(frozen=True, slots=True)
class Aside:
    """A draft that a secretary put aside for their own name: its number, and who it is."""

    draft: int
    prepared_by: int


def read_secretaries(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Note who holds or held the post of secretary in the unit that answers."""
    found = secretaries_of(driver, {case.answerable_id for case, _, _ in wanted})
    for case, _, _ in wanted:
        facts[case.id].note(secretaries=found.get(case.answerable_id, ()))


def secretaries_of(driver: Driver, units: set[int]) -> dict[int, tuple[Post, ...]]:
    """Return who holds or held the post of secretary in each unit, oldest first."""
    among, params = driver.among("h.unit_id", units)
    sql = (
        "SELECT h.unit_id, h.person_id, p.name, h.starts_on, h.ends_on FROM posts h JOIN people p ON p.id = h.person_id "
        f"WHERE {among} AND h.role = '{SECRETARY}' AND h.capacity <> '{STAND_IN}' ORDER BY h.id"
    )
    found: dict[int, list[Post]] = defaultdict(list)
    for unit, person, name, starts, ends in driver.all(sql, params):
        found[unit].append(Post(person, name, as_date(starts), as_date(ends)))
    return {unit: tuple(held) for unit, held in found.items()}


def givers_of(held: Sequence[Post], name: str, today: date) -> tuple[Post, ...]:
    """Return who of that name may hand over: who is in the post, or left it last."""
    return tuple(one for one in (*in_office(held, today), *left_last(held, today)) if one.name == name.strip())


def read_takers(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Note who took the cases over last, and when."""
    found = takers(driver, {case.id for case, _, _ in wanted})
    for case, _, _ in wanted:
        facts[case.id].note(takers=found)


def handed_to(
    held: Sequence[Post], name: str, taken: Mapping[int, tuple[int, int]], cases: Collection[int], today: date
) -> str:
    """Return to whom somebody of that name has handed these cases over, all of them; or nothing."""
    if not taken.keys() >= set(cases):
        return ""
    givers = frozenset(one.person for one in givers_of(held, name, today))
    return handed_on(held, givers, [taken[case] for case in sorted(cases)], today)


def handed_on(held: Sequence[Post], givers: frozenset[int], taken: Sequence[tuple[int, int]], today: date) -> str:
    """Return who took all of it over from the givers: another who is there today, and signed since the givers' post began; or nothing."""
    begun = max((one.starts_on or date.min for one in held if one.person in givers), default=date.max)
    there = {one.person: one.name for one in held if (one.ends_on or today) >= today and one.person not in givers}
    days = [clock.local_date(clock.from_micros(at)) for _, at in taken]
    return there[taken[0][0]] if taken and min(days) >= begun and all(person in there for person, _ in taken) else ""


def read_to_hand_over(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Note what is to be handed over of the round by the unit that answers, and when the first of it was fed back.

    What is for some alone 限定知悉 goes by itself.
    """
    rounds, params = driver.among("c.round_id", {case.round_id for case, _, _ in wanted})
    units, more = driver.among("c.answerable_id", {case.answerable_id for case, _, _ in wanted})
    sql = f"SELECT c.round_id, c.answerable_id, c.id, c.fed_back_on FROM cases c WHERE c.jurisdiction = ? AND {rounds} AND {units} AND {TO_HAND_OVER}"
    place = wanted[0][0].jurisdiction
    kept = restrictions(driver, place)
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    days: dict[int, set[date]] = defaultdict(set)
    for around, unit, case, fed_back in driver.all(sql, [place, *params, *more]):
        found[around, unit] |= set() if case in kept else {case}
        days[unit] |= {day} if (day := as_date(fed_back)) else set()
    for case_row, _, _ in wanted:
        there = found[case_row.round_id, case_row.answerable_id]
        first = min(days[case_row.answerable_id], default=None)
        facts[case_row.id].note(to_hand_over=frozenset(there), first_fed_back=first)


def read_put_aside(driver: Driver, wanted: Wanted, facts: Gathered) -> None:
    """Note the open drafts of each case that a secretary prepared for their own name."""
    among, params = driver.among("x.case_id", {case.id for case, _, _ in wanted})
    acts, words = driver.among("d.action", UNIT_ACTIONS)
    sql = (
        "SELECT x.case_id, d.id, d.prepared_by FROM draft_cases x JOIN drafts d ON d.id = x.draft_id "
        f"WHERE {among} AND {acts} AND d.state = 'open' AND d.prepared_role = '{SECRETARY}' ORDER BY d.id"
    )
    found: dict[int, list[Aside]] = defaultdict(list)
    for case, number, person in driver.all(sql, [*params, *words]):
        found[case].append(Aside(number, person))
    for case_row, _, _ in wanted:
        facts[case_row.id].note(put_aside=tuple(found[case_row.id]))
