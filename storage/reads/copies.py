"""Copies 呈送、抄告: which letter went to whom, whether it was opened and signed for, and the problems that it is about."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from states import ACTIONS, COPIED
from storage.looks import Looks
from storage.scope import Scope, narrowed
from storage.sql import Driver, Row, as_date

MOST: Final = 200
"""So many letters are listed at most, the newest first."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """How one receiver stands with a letter: due, opened and signed for, when (microseconds) and by whom."""

    role: str
    due_on: date
    opened_at: int | None = None
    opened_by: str = ""
    signed_at: int | None = None
    signed_by: str = ""

    def late(self, today: date) -> bool:
        """Say whether it is signed for too late by now."""
        return self.signed_at is None and self.due_on < today


@dataclass(frozen=True, slots=True)
class CopySent:
    """A letter: the case and version of the entry that bears it, what was done, where, about how many cases, when, to whom."""

    case: int
    version: int
    action: str
    unit: str
    answerable: str
    round: str
    round_id: int
    cases: int
    sent_at: int
    receipts: tuple[Receipt, ...]

    def unopened_by(self, roles: Collection[str]) -> list[tuple[int, int, str]]:
        """Return what some roles have not opened: case and version of the entry, and each role."""
        return [(self.case, self.version, one.role) for one in self.receipts if one.role in roles and not one.opened_at]

    @property
    def what(self) -> str:
        """Return what it is about in words."""
        return f"{ACTIONS[self.action].shown} {self.cases} 个问题"

    def with_receipts(self, other: CopySent) -> CopySent:
        """Return it with the receipts of the same letter that were found apart."""
        return replace(self, receipts=_in_order([*other.receipts, *self.receipts]))


_COLUMNS = (
    "k.case_id, k.version, t.action, u.name, a.name, r.name, c.round_id, k.cases, t.at, k.role, k.due_on, "
    "k.opened_at, o.name, s.at, p.name"
)
_FROM = (
    "FROM copies k JOIN cases c ON c.id = k.case_id JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
    "JOIN rounds r ON r.id = c.round_id JOIN trail t ON t.case_id = k.case_id AND t.version = k.version "
    "LEFT JOIN trail s ON s.case_id = k.case_id AND s.version = k.signed_version "
    "LEFT JOIN people o ON o.id = k.opened_by LEFT JOIN people p ON p.id = k.signed_by"
)


def copies_to_sign(driver: Driver, jurisdiction: int, role: str, scope: Scope) -> list[CopySent]:
    """Return what a role has not signed for in the cases of a scope, the earliest date first."""
    also, more = narrowed(driver, scope)
    # Those that wait are few: they are found by their index before anything is told of them.
    sql = (
        "WITH waiting AS MATERIALIZED (SELECT k.* FROM copies k JOIN cases c ON c.id = k.case_id WHERE k.role = ? "
        f"AND k.signed_version IS NULL AND c.jurisdiction = ?{also} ORDER BY k.due_on, k.case_id, k.version LIMIT {MOST}) "
        f"SELECT {_COLUMNS} {_FROM.replace('copies k', 'waiting k')} ORDER BY k.due_on, k.case_id, k.version"
    )
    return _letters(driver.all(sql, (role, jurisdiction, *more)))


def copies_of_round(
    driver: Driver, jurisdiction: int, around: int, scope: Scope, roles: Collection[str] = COPIED
) -> list[CopySent]:
    """Return the letters of a round to some roles, in the cases of a scope, the newest first."""
    also, more = narrowed(driver, scope)
    among, names = driver.among("k.role", roles)
    sql = (
        f"SELECT {_COLUMNS} {_FROM} WHERE c.jurisdiction = ? AND c.round_id = ? AND {among}{also} "
        f"ORDER BY t.at DESC, k.case_id, k.version LIMIT {MOST * len(COPIED)}"
    )
    return _letters(driver.all(sql, (jurisdiction, around, *names, *more)))


def signed_of_round(driver: Driver, jurisdiction: int, around: int, scope: Scope) -> tuple[int, int]:
    """Return how many receipts of a round's letters are signed, of how many, in the cases of a scope."""
    also, more = narrowed(driver, scope)
    sql = (
        "SELECT COUNT(k.signed_version), COUNT(*) FROM cases c JOIN copies k ON k.case_id = c.id "
        f"WHERE c.jurisdiction = ? AND c.round_id = ?{also}"
    )
    row = driver.one(sql, (jurisdiction, around, *more))
    return (row[0], row[1]) if row else (0, 0)


def copy_at(driver: Driver, jurisdiction: int, case: int, version: int) -> CopySent | None:
    """Return a letter by the entry that bears it."""
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE k.case_id = ? AND k.version = ? AND c.jurisdiction = ?"
    found = _letters(driver.all(sql, (case, version, jurisdiction)))
    return found[0] if found else None


def overdue(driver: Driver, jurisdiction: int, today: date, scope: Scope) -> dict[str, list[CopySent]]:
    """Return by receiver the letters that should have been signed for before today, the earliest first."""
    found: dict[str, list[CopySent]] = {}
    looks = Looks(driver)
    asked = {role: looks.at(copies_to_sign, jurisdiction, role, scope) for role in COPIED}
    for role, ask in asked.items():
        if late := [one for one in ask() if one.receipts[0].late(today)]:
            found[role] = late
    return found


def _letters(rows: Sequence[Row]) -> list[CopySent]:
    found: dict[tuple[int, int], tuple[Row, list[Receipt]]] = {}
    for row in rows:
        _, receipts = found.setdefault((row[0], row[1]), (row, []))
        receipts.append(_receipt(*row[9:]))
    return [
        CopySent(case, version, action, unit, answerable, around, round_id, cases, sent, _in_order(receipts))
        for (case, version, action, unit, answerable, around, round_id, cases, sent, *_), receipts in found.values()
    ]


def _receipt(
    role: str, due: Any, opened: int | None, by: str | None, signed: int | None, signer: str | None
) -> Receipt:
    return Receipt(role, as_date(due) or date.max, opened, by or "", signed, signer or "")


def _in_order(receipts: Sequence[Receipt]) -> tuple[Receipt, ...]:
    return tuple(sorted(receipts, key=lambda one: COPIED.index(one.role)))


def cases_in(driver: Driver, case: int, version: int) -> list[int]:
    """Return the cases of a letter, as the entry that bears it names them."""
    row = driver.one("SELECT body FROM trail WHERE case_id = ? AND version = ?", (case, version))
    return _named(row[0]) if row else []


def _named(body: Any) -> list[int]:
    cases: list[int] = json.loads(bytes(body)).get("copied", {}).get("cases", [])
    return cases


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a letter, as it stands now."""

    id: int
    number: str
    problem: str
    state: str


def problems_in(driver: Driver, cases: Sequence[int], scope: Scope) -> list[Problem]:
    """Return those of some cases that are there in a scope, in their order."""
    also, more = narrowed(driver, scope)
    among, params = driver.among("c.id", list(cases) or [0])
    rows = driver.all(f"SELECT c.id, c.number, c.problem, c.state FROM cases c WHERE {among}{also}", [*params, *more])
    return sorted((Problem(*row) for row in rows), key=lambda one: cases.index(one.id))


def letters_about(driver: Driver, inspection: int, case: int) -> list[CopySent]:
    """Return the letters of an inspection that a case is in, the oldest first, with how every receiver stands."""
    sql = f"SELECT {_COLUMNS}, t.body {_FROM} WHERE k.inspection_id = ? ORDER BY t.at, k.case_id"
    return _letters([row[:-1] for row in driver.all(sql, (inspection,)) if case in _named(row[-1])])
