"""Drafts of papers 文书底稿: put aside until somebody issues them; of a unit, a rung and a day there is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Final

from storage.aside import DROPPED, WAITING
from storage.paper_signs import Sign, signs_in, signs_written
from storage.sql import Driver, Row, as_date


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft as far as rules look at it: which paper, about whom, who drafted and checked it, whether it waits."""

    id: int
    paper: str
    unit: int | None
    round: int | None
    rung: str
    title: str
    by: int | None
    checked_by: int | None
    waits: bool
    cases: Sequence[int]
    countersigned: Mapping[str, Sign]
    """Who countersigned it 会签 as it stands, by role."""
    counts_from: date | None = None
    counts_to: date | None = None
    """Of a paper made of figures: from which day on it looks back, and as of which day it counts."""


def drafted(driver: Driver, jurisdiction: int, number: int) -> Drafted | None:
    """Return a draft; None where the jurisdiction has none such."""
    return next(iter(drafts_of(driver, jurisdiction, [number])), None)


def drafts_of(driver: Driver, jurisdiction: int, numbers: Sequence[int]) -> list[Drafted]:
    """Return the drafts of these numbers that the jurisdiction has, in order of their numbers."""
    if not numbers:
        return []
    among, ids = driver.among("id", sorted(numbers))
    rows = driver.all(
        "SELECT id, paper, unit_id, round_id, rung, title, drafted_by, reviewed_by, state, countersigned, "
        "counts_from, counts_to FROM paper_drafts "
        f"WHERE {among} AND jurisdiction = ? ORDER BY id",
        [*ids, jurisdiction],
    )
    listed, ids = driver.among("draft_id", [row[0] for row in rows] or [0])
    cases: dict[int, list[int]] = defaultdict(list)
    for draft, case in driver.all(
        f"SELECT draft_id, case_id FROM paper_draft_cases WHERE {listed} ORDER BY draft_id, case_id", ids
    ):
        cases[draft].append(case)
    return [_drafted(row, cases[row[0]]) for row in rows]


def _drafted(row: Row, cases: Sequence[int]) -> Drafted:
    key, paper, unit, around, rung, title, by, checked_by, state, signed, first, last = row
    waits, signs = state == WAITING, signs_in(signed)
    return Drafted(
        key, paper, unit, around, rung, title, by, checked_by, waits, cases, signs, as_date(first), as_date(last)
    )  # fmt: skip


def hold(driver: Driver, number: int) -> None:
    """Let nobody else write a draft until the transaction ends; on SQLite a writing one is alone anyhow."""
    if not driver.sqlite:
        driver.one("SELECT 1 FROM paper_drafts WHERE id = ? FOR UPDATE", (number,))


@dataclass(frozen=True, slots=True)
class Written:
    """What a draft says: what was filled from the records and when that was, and what people wrote into its blanks; as JSON."""

    content: str
    blanks: str
    at: int

    @property
    def digest(self) -> str:
        """Return the hash of what it says: what was shown is what is checked and issued."""
        return sha256(f"{self.content}\0{self.blanks}".encode()).hexdigest()


def written(driver: Driver, number: int) -> Written:
    """Return what a draft says."""
    row = driver.one("SELECT content, blanks, at FROM paper_drafts WHERE id = ?", (number,))
    assert row
    return Written(*row)


def digest_of(driver: Driver, number: int) -> str:
    """Return the hash of what a draft says."""
    return written(driver, number).digest


def relist(driver: Driver, draft: int, cases: Sequence[int]) -> None:
    """Let a draft list these cases and no others."""
    driver.run("DELETE FROM paper_draft_cases WHERE draft_id = ?", (draft,))
    _list(driver, draft, cases)


def write(driver: Driver, number: int, title: str, said: Written) -> None:
    """Write what a draft says anew: who checked or countersigned it before has not seen this."""
    driver.run(
        "UPDATE paper_drafts SET title = ?, content = ?, blanks = ?, at = ?, reviewed_by = NULL, reviewed_at = NULL, countersigned = '' WHERE id = ?",
        (title, said.content, said.blanks, said.at, number),
    )


def take_up(driver: Driver, number: int, person: int, role: str) -> None:
    """Write that somebody drafts on what the clock put aside: the words are theirs, and another checks them."""
    driver.run(
        "UPDATE paper_drafts SET drafted_by = ?, drafted_role = ? WHERE id = ? AND drafted_by IS NULL",
        (person, role, number),
    )


def note_checked(driver: Driver, number: int, person: int, at: int) -> None:
    """Write that somebody checked a draft 核稿 as it stands, and when (microseconds)."""
    driver.run(
        "UPDATE paper_drafts SET reviewed_by = ?, reviewed_at = ?, returned = NULL WHERE id = ?", (person, at, number)
    )


def note_countersigned(driver: Driver, number: int, signs: Mapping[str, Sign]) -> None:
    """Write who countersigned a draft 会签 as it stands."""
    driver.run("UPDATE paper_drafts SET countersigned = ? WHERE id = ?", (signs_written(signs), number))


def note_returned(driver: Driver, number: int, why: str) -> None:
    """Write why somebody gave a draft back to who drafted it; it waits on, unchecked."""
    driver.run(
        "UPDATE paper_drafts SET returned = ?, reviewed_by = NULL, reviewed_at = NULL, countersigned = '' WHERE id = ?",
        (why, number),
    )


def settle_draft(driver: Driver, number: int, state: str, person: int | None, at: int) -> None:
    """Write that a draft waits no more: it was issued or taken back, by whom and when (microseconds)."""
    driver.run(
        "UPDATE paper_drafts SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?", (state, person, at, number)
    )


@dataclass(frozen=True, slots=True)
class New:
    """A draft about to be put aside: which paper, about whom, by which rung or move, on which day, with which cases."""

    paper: str
    title: str
    unit: int | None
    round: int | None
    day: date
    cases: Sequence[int] = ()
    rung: str = ""
    content: str = ""
    blanks: str = "{}"
    counts_from: date | None = None
    counts_to: date | None = None


def put_draft(driver: Driver, jurisdiction: int, new: New, by: int | None, role: str, at: int) -> int:
    """Put a draft aside; return its number."""
    values = (
        jurisdiction, new.paper, new.unit, new.round, new.rung, new.day, new.title, new.blanks, new.content, by, role, at, WAITING, "",
        new.counts_from, new.counts_to,
    )  # fmt: skip
    row = driver.one(
        "INSERT INTO paper_drafts (jurisdiction, paper, unit_id, round_id, rung, day, title, blanks, content, drafted_by, drafted_role, at, state, "
        f"countersigned, counts_from, counts_to) VALUES ({', '.join('?' * len(values))}) RETURNING id",
        values,
    )
    assert row
    _list(driver, row[0], new.cases)
    return int(row[0])


def _list(driver: Driver, draft: int, cases: Sequence[int]) -> None:
    if cases:
        sql = "INSERT INTO paper_draft_cases (draft_id, case_id) VALUES (?, ?)"
        driver.put(sql, [(draft, case) for case in cases])


MONTH: Final = "month"
"""The rung of what the clock drafts as a month of reporting is over."""


def drafted_of_the_month(driver: Driver, jurisdiction: int, paper: str, on: date) -> bool:
    """Say whether the clock has drafted a paper of the month of reporting that ends with a day, whatever became of it."""
    sql = f"SELECT 1 FROM paper_drafts WHERE jurisdiction = ? AND paper = ? AND counts_to = ? AND rung = '{MONTH}'"
    return driver.one(sql, (jurisdiction, paper, on)) is not None


def put_drafts(driver: Driver, jurisdiction: int, wanted: Sequence[New], role: str, at: int) -> None:
    """Put aside what rungs draft: what a rung has drafted of the unit that day and still waits takes the cases in, to be filled anew.

    Once that is issued or taken back, what comes later that day stands on another beside it.
    """
    there = _of_the_day(driver, jurisdiction, wanted)
    for new in wanted:
        rung = new.rung
        while (found := there.get((new.paper, new.unit, new.round, rung))) and found[1] != WAITING:
            rung += "+"
        if found is None:
            put_draft(driver, jurisdiction, replace(new, rung=rung), None, role, at)
            continue
        known = {
            case for (case,) in driver.all("SELECT case_id FROM paper_draft_cases WHERE draft_id = ?", (found[0],))
        }
        if added := [case for case in new.cases if case not in known]:
            _list(driver, found[0], added)
            driver.run(
                "UPDATE paper_drafts SET content = '', reviewed_by = NULL, reviewed_at = NULL, countersigned = '' WHERE id = ?",
                (found[0],),
            )


def _of_the_day(
    driver: Driver, jurisdiction: int, wanted: Sequence[New]
) -> dict[tuple[str, int | None, int | None, str], tuple[int, str]]:
    """Return the drafts of rungs that there are of these papers, units and days, each with how it stands."""
    papers, names = driver.among("paper", sorted({one.paper for one in wanted}))
    units, numbers = driver.among("unit_id", sorted({one.unit for one in wanted if one.unit is not None}))
    rows = driver.all(
        f"SELECT paper, unit_id, round_id, rung, id, state FROM paper_drafts WHERE jurisdiction = ? AND {papers} AND {units} AND rung <> '' AND day = ?",
        [jurisdiction, *names, *numbers, wanted[0].day],
    )
    return {(paper, unit, around, rung): (number, state) for paper, unit, around, rung, number, state in rows}


def drop_overtaken(
    driver: Driver, jurisdiction: int, rungs: Collection[tuple[str, str, bool]], today: date, at: int
) -> None:
    """Take back what the clock drafted by a rung and nobody has opened, once none of its problems is there any more.

    A rung is (its name, its clock, whether it comes after the due date): the clock runs no more, or its date has gone to the other side.
    """
    for rung, clock, late in rungs:
        there = "k.due_on < ?" if late else "k.due_on >= ?"
        driver.run(
            f"UPDATE paper_drafts SET state = '{DROPPED}', decided_at = ? WHERE jurisdiction = ? AND state = '{WAITING}' AND drafted_by IS NULL "
            "AND content = '' AND rung LIKE ? AND NOT EXISTS (SELECT 1 FROM paper_draft_cases x JOIN clocks k ON k.case_id = x.case_id "
            f"WHERE x.draft_id = paper_drafts.id AND k.name = ? AND {there})",
            (at, jurisdiction, f"{rung}%", clock, today),
        )


def drop_unopened(driver: Driver, jurisdiction: int, before: date, at: int) -> None:
    """Take back what the clock drafted before a day and nobody has opened."""
    driver.run(
        f"UPDATE paper_drafts SET state = '{DROPPED}', decided_at = ? WHERE jurisdiction = ? AND state = '{WAITING}' AND drafted_by IS NULL "
        "AND content = '' AND day < ?",
        (at, jurisdiction, before),
    )
