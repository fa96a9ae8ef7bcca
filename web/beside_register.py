"""What some kinds of the register show beside what all show: the list in an order of its own with its counts, what belongs to a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from register.gatherings import (
    Meeting,
    instructions_counted,
    instructions_of,
    meetings_counted,
)
from register.grammar import Kind
from register.kinds import INSTRUCTION, KINDS
from register.reading import typed
from register.showing import Words
from storage.clues import KIND as CLUE
from storage.digits import number_in
from storage.household import Key, Row
from storage.meetings import MEETING
from storage.reads.named_cases import cases_there
from storage.stops import KIND as SUSPENSION
from storage.stops import OUTAGE
from storage.unit_kinds import KIND as UNIT_KIND
from web.beside_round import beside_inspection, beside_round, beside_team, beside_term
from web.beside_unit import beside_unit
from web.gatherings import agenda_of, instructions_about
from web.outages import suspension_begun
from web.viewer import Viewer

Rows = Sequence[tuple[Any, Row]]
Beside = Callable[[Viewer, Words, int, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Special:
    """A list in an order of its own: the rows, what each is by its key, and how many they are."""

    rows: Rows
    of: Mapping[Any, Any]
    counted: Sequence[Any]


def _meetings(rows: Rows, today: date) -> Special:
    del today
    there = {key: Meeting.of(key, row) for key, row in rows}
    order = sorted(rows, key=lambda one: (there[one[0]].held_on, one[0]), reverse=True)
    return Special(order, there, meetings_counted(list(there.values())))


def _instructions(rows: Rows, today: date) -> Special:
    found, by_key = instructions_of(rows), dict(rows)
    order = [(one.key, by_key[one.key]) for one in found]
    return Special(order, {one.key: one for one in found}, instructions_counted(found, today))


def _clues(rows: Rows, today: date) -> Special:
    """Clues that wait for a reply first, by the day until which it is due, then those under way, then the newest; how many of each year wait and are late."""
    there = {key: typed(KINDS[CLUE], row) for key, row in rows}
    newest = sorted(rows, key=lambda one: (there[one[0]]["handed_on"], one[0]), reverse=True)
    order = sorted(newest, key=lambda one: _stage(there[one[0]]))
    years = sorted({one["handed_on"].year for one in there.values()}, reverse=True)
    counted = [
        _clues_of(year, [one for one in there.values() if one["handed_on"].year == year], today) for year in years
    ]
    return Special(order, there, counted)


def _stage(clue: Row) -> tuple[int, date]:
    if not _replied(clue):
        return 0, clue["due_on"]
    return (1 if clue["closed_on"] is None else 2), date.max


def _replied(clue: Row) -> bool:
    return clue["replied_on"] is not None


def _clues_of(year: int, clues: Sequence[Row], today: date) -> dict[str, int]:
    waits = [one for one in clues if not _replied(one)]
    found = {"handed": clues, "closed": [one for one in clues if one["closed_on"]], "waiting": waits}
    found["late"] = [one for one in waits if one["due_on"] < today]
    return {"year": year, **{name: sum(one["pieces"] or 1 for one in some) for name, some in found.items()}}


_LISTS: Final[dict[str, Callable[[Rows, date], Special]]] = {
    MEETING: _meetings,
    INSTRUCTION: _instructions,
    CLUE: _clues,
}


def list_of(kind: Kind, rows: Rows, today: date) -> Special | None:
    """Return the rows of a kind that has a list of its own; None of all others."""
    return _LISTS[kind.name](rows, today) if kind.name in _LISTS else None


def _meeting(viewer: Viewer, words: Words, number: int, _name: str) -> dict[str, Any]:
    row = words.kept(KINDS[MEETING], number) or {}
    return {"agenda": agenda_of(words.driver, viewer, Meeting.of(number, row), words.today)}


def _instruction(viewer: Viewer, words: Words, number: int, _name: str) -> dict[str, Any]:
    (found,) = instructions_of([(number, words.kept(KINDS[INSTRUCTION], number) or {})])
    there = cases_there(words.driver, viewer.actor.jurisdiction, {found.row["case"]} - {None, *words.hidden})
    return {"one": found, "case": found.row["case"] if there else None}


def _instructed(beside: Beside, column: str) -> Beside:
    """Show below a row the instructions that are about it."""

    def shown(viewer: Viewer, words: Words, number: int, name: str) -> dict[str, Any]:
        about = instructions_about(words, viewer, column, number)
        return beside(viewer, words, number, name) | {"instructions": about}

    return shown


_ROWS: Final[dict[str, Beside]] = {
    "unit": _instructed(beside_unit, "unit_id"),
    "round": _instructed(beside_round, "round_id"),
    "inspection": beside_inspection,
    "team": beside_team,
    "term": beside_term,
    MEETING: _meeting,
    INSTRUCTION: _instruction,
}


_AHEAD: Final[dict[str, tuple[str, ...]]] = {
    "unit": (UNIT_KIND, "team", "member", INSTRUCTION),
    "round": ("team", "member", INSTRUCTION),
}
"""Kinds without tables of their own whose rows the page of a row needs: read at once, whatever of it comes first."""


def read_ahead(words: Words, kind: Kind) -> None:
    """Read what the page of a row of a kind, and what stands beside it, will ask for."""
    words.ahead(*_AHEAD.get(kind.name, ()))


def beside_row(viewer: Viewer, words: Words, kind: Kind, key: Key, called: str) -> dict[str, Any] | None:
    """Return what stands beside the register on the page of a row, shown by the part of the name of its kind; None of most."""
    return _ROWS[kind.name](viewer, words, int(key), called) if kind.name in _ROWS else None


def begun(words: Words, kind: Kind, about: str) -> dict[str, str]:
    """Return with what the form of a new row begins: what a page was about that led to it, as `unit:12`."""
    name, _, key = about.partition(":")
    if (kind.name, name) == (SUSPENSION, OUTAGE):
        return suspension_begun(key)
    number = number_in(key)
    if kind.name != INSTRUCTION or number is None:
        return {}
    if name == "case":
        found = cases_there(words.driver, words.jurisdiction, {number} - {*words.hidden}).get(number)
        return {"case": found} if found else {}
    there = words.row(KINDS[name], number) if name in {"unit", "round"} else None
    return {name: there.called} if there else {}
