"""Meetings 会议 and instructions 批示 as pages and forms look at them: read whole, which of them serve for what, and how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clock import chinese_date
from register.kinds import INSTRUCTION, KINDS
from register.reading import typed
from register.showing import numbers_of
from storage.household import Row, all_rows, read_row
from storage.meetings import GROUP_MEETING, MEETING
from storage.sql import Driver

SORTS = dict(KINDS[MEETING].field("sort").choices)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting: its number in the register, what it is called, its agenda, its minutes by hash and name."""

    key: int
    sort: str
    held_on: date
    number: str
    title: str
    agenda: tuple[int, ...]
    minutes: str
    minutes_name: str

    @staticmethod
    def of(key: Any, row: Row) -> Meeting:
        """Return the meeting that a row is."""
        row = typed(KINDS[MEETING], row)
        words = {name: row.get(name) or "" for name in ("number", "title", "minutes", "minutes_name")}
        return Meeting(int(key), row["sort"], row["held_on"], agenda=tuple(numbers_of(row["agenda"])), **words)

    @property
    def called(self) -> str:
        """Return what it is called: its day, its sort and its number."""
        return f"{chinese_date(self.held_on)} {SORTS[self.sort]} {self.number}".strip()

    def lacks(self, today: date) -> str:
        """Return why no decision is entered from it yet, or nothing."""
        if self.sort != GROUP_MEETING:
            return "不是领导小组会议"
        if self.held_on > today:
            return "还没有召开"
        lacking = [words for words, there in (("文号", self.number), ("会议纪要", self.minutes)) if not there]
        return f"还没有登记{'、'.join(lacking)}" if lacking else ""


def meetings(driver: Driver, jurisdiction: int) -> list[Meeting]:
    """Return every meeting, the latest first."""
    return in_order(all_rows(driver, MEETING, jurisdiction))


def in_order(rows: Iterable[tuple[Any, Row]]) -> list[Meeting]:
    """Return the meetings that rows are, the latest first."""
    return sorted((Meeting.of(*one) for one in rows), key=lambda one: (one.held_on, one.key), reverse=True)


def meeting_at(driver: Driver, jurisdiction: int, key: int) -> Meeting | None:
    """Return one meeting; None where the jurisdiction has none such."""
    row = read_row(driver, MEETING, jurisdiction, key)
    return None if row is None else Meeting.of(key, row)


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: by whom it was written when, its words, what it is about, and the answer that is owed or was given."""

    key: int
    row: Mapping[str, Any]

    @property
    def owed(self) -> bool:
        """Say whether an answer is owed: one with a day, which was not given."""
        return self.row["due_on"] is not None and self.row["answered_on"] is None

    @property
    def in_time(self) -> bool:
        """Say whether the answer that was owed was given by its day."""
        due, given = self.row["due_on"], self.row["answered_on"]
        return due is not None and given is not None and given <= due

    def late(self, today: date) -> bool:
        """Say whether an answer is owed past its day."""
        return self.owed and self.row["due_on"] < today


def instructions_of(rows: Iterable[tuple[Any, Row]]) -> list[Instruction]:
    """Return instructions from their rows: those owed first, by their day, then the others, the latest first."""
    found = [Instruction(int(key), typed(KINDS[INSTRUCTION], row)) for key, row in rows]
    found.sort(key=lambda one: (one.row["written_on"], one.key), reverse=True)
    return sorted(found, key=lambda one: (not one.owed, one.row["due_on"] if one.owed else date.max))


@dataclass(frozen=True, slots=True)
class MeetingsCounted:
    """How many meetings of each sort a year had, and how many cases were on their agendas."""

    year: int
    sorts: tuple[tuple[str, int], ...]
    cases: int


def meetings_counted(there: Sequence[Meeting]) -> list[MeetingsCounted]:
    """Return the counts of each year, the latest first."""
    years = sorted({one.held_on.year for one in there}, reverse=True)
    return [_counted(year, [one for one in there if one.held_on.year == year]) for year in years]


def _counted(year: int, there: Sequence[Meeting]) -> MeetingsCounted:
    sorts = [(words, sum(one.sort == sort for one in there)) for sort, words in SORTS.items()]
    return MeetingsCounted(year, tuple(one for one in sorts if one[1]), sum(len(one.agenda) for one in there))


@dataclass(frozen=True, slots=True)
class InstructionsCounted:
    """How many instructions a year had: about what, how many owe no answer, were answered in time or late, are owed, are late."""

    year: int
    count: int
    units: int
    rounds: int
    cases: int
    in_time: int
    answered_late: int
    owed: int
    late: int


def instructions_counted(there: Sequence[Instruction], today: date) -> list[InstructionsCounted]:
    """Return the counts of each year, the latest first."""
    years = sorted({one.row["written_on"].year for one in there}, reverse=True)
    return [_sorted(year, [one for one in there if one.row["written_on"].year == year], today) for year in years]


def _sorted(year: int, there: Sequence[Instruction], today: date) -> InstructionsCounted:
    about = {name: sum(one.row[name] is not None for one in there) for name in ("unit_id", "round_id", "case")}
    answered = [one for one in there if one.row["due_on"] is not None and one.row["answered_on"] is not None]
    in_time = sum(one.in_time for one in answered)
    return InstructionsCounted(
        year, len(there), about["unit_id"], about["round_id"], about["case"], in_time, len(answered) - in_time,
        sum(one.owed for one in there), sum(one.late(today) for one in there),
    )  # fmt: skip
