"""Copies 呈送、抄告: which letter went to whom, whether it was opened, signed for and answered, and the problems that it is about."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from states import ACTIONS, COPIED
from storage.copies import OWED
from storage.looks import Looks
from storage.scope import Scope, narrowed
from storage.sql import Driver, Row, as_date

MOST: Final = 200
"""So many letters are listed at most, the newest first."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """How one receiver stands with a letter: due, opened, signed for, answered, pressed for, when (microseconds) and by whom."""

    role: str
    due_on: date
    opened_at: int | None = None
    opened_by: str = ""
    signed_at: int | None = None
    signed_by: str = ""
    reply_by: date | None = None
    answered_at: int | None = None
    answered_by: str = ""
    pressed_at: int | None = None
    beyond: bool = False
    """The problem that bears the letter is restricted 限定知悉, and none of the receivers may know of it: nothing more is owed."""

    @property
    def unsigned(self) -> bool:
        """Say whether it is still to be signed for."""
        return self.signed_at is None and not self.beyond

    @property
    def unanswered(self) -> bool:
        """Say whether an answer is asked for and not given."""
        return self.reply_by is not None and self.answered_at is None and not self.beyond

    @property
    def next_on(self) -> date:
        """Return the day by which it is signed for or, once it is, answered."""
        return self.due_on if self.unsigned else self.reply_by or self.due_on

    def late(self, today: date) -> bool:
        """Say whether it is signed for too late by now."""
        return self.unsigned and self.due_on < today

    def late_to_answer(self, today: date) -> bool:
        """Say whether it is answered too late by now."""
        return self.unanswered and (self.reply_by or today) < today

    def presses(self, today: date) -> bool:
        """Say whether the next that is owed is late."""
        return (self.unsigned or self.unanswered) and self.next_on < today


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

    def known_to(self, may: Callable[[str, date], bool], today: date) -> CopySent:
        """Return it with every receiver marked who may not know of the case that bears it."""
        open_ = [one.unsigned or one.unanswered for one in self.receipts]
        receipts = zip(self.receipts, open_, strict=True)
        return replace(
            self, receipts=tuple(replace(one, beyond=owes and not may(one.role, today)) for one, owes in receipts)
        )

    @property
    def to(self) -> tuple[str, ...]:
        """Return to whom what was done goes in copy at all."""
        return ACTIONS[self.action].copied

    @property
    def what(self) -> str:
        """Return what it is about in words."""
        return f"{ACTIONS[self.action].shown} {self.cases} 个问题"

    def with_receipts(self, other: CopySent) -> CopySent:
        """Return it with the receipts of the same letter that were found apart."""
        return replace(self, receipts=_in_order([*other.receipts, *self.receipts]))


# Few are answered or pressed for: the others ask nothing for it.
_AT = (
    "CASE WHEN k.{0} IS NOT NULL THEN (SELECT y.at FROM trail y WHERE y.case_id = k.case_id AND y.version = k.{0}) END"
)
_BY = "CASE WHEN k.answered_by IS NOT NULL THEN (SELECT y.name FROM people y WHERE y.id = k.answered_by) END"
_COLUMNS = (
    "k.case_id, k.version, t.action, u.name, a.name, r.name, c.round_id, k.cases, t.at, k.role, k.due_on, "
    f"k.opened_at, o.name, s.at, p.name, k.reply_by, {_AT.format('answered_version')}, {_BY}, {_AT.format('pressed_version')}"
)
_FROM = (
    "FROM copies k JOIN cases c ON c.id = k.case_id JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
    "JOIN rounds r ON r.id = c.round_id JOIN trail t ON t.case_id = k.case_id AND t.version = k.version "
    "LEFT JOIN trail s ON s.case_id = k.case_id AND s.version = k.signed_version "
    "LEFT JOIN people o ON o.id = k.opened_by LEFT JOIN people p ON p.id = k.signed_by"
)

_NEXT = "CASE WHEN k.signed_version IS NULL THEN k.due_on ELSE k.reply_by END"


def copies_owed(driver: Driver, jurisdiction: int, role: str, scope: Scope) -> list[CopySent]:
    """Return what a role has not signed for, or not answered, in the cases of a scope, the earliest date first."""
    also, more = narrowed(driver, scope)
    # Those that wait are few: they are found by their index before anything is told of them.
    sql = (
        "WITH waiting AS MATERIALIZED (SELECT k.* FROM copies k JOIN cases c ON c.id = k.case_id WHERE k.role = ? "
        f"AND {OWED.format('k.')} AND c.jurisdiction = ?{also} ORDER BY {_NEXT}, k.case_id, k.version LIMIT {MOST}) "
        f"SELECT {_COLUMNS} {_FROM.replace('copies k', 'waiting k')} ORDER BY {_NEXT}, k.case_id, k.version"
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


def signed_of_round(driver: Driver, jurisdiction: int, around: int, scope: Scope) -> tuple[int, int, int, int]:
    """Return how many receipts of a round's letters are signed, of how many, and answered, of how many asked for, in the cases of a scope."""
    also, more = narrowed(driver, scope)
    sql = (
        "SELECT COUNT(k.signed_version), COUNT(*), COUNT(k.answered_version), COUNT(k.reply_by) FROM cases c JOIN copies k ON k.case_id = c.id "
        f"WHERE c.jurisdiction = ? AND c.round_id = ?{also}"
    )
    row = driver.one(sql, (jurisdiction, around, *more))
    return (row[0], row[1], row[2], row[3]) if row else (0, 0, 0, 0)


def copy_at(driver: Driver, jurisdiction: int, case: int, version: int) -> CopySent | None:
    """Return a letter by the entry that bears it."""
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE k.case_id = ? AND k.version = ? AND c.jurisdiction = ?"
    found = _letters(driver.all(sql, (case, version, jurisdiction)))
    return found[0] if found else None


def owed_by_each(driver: Driver, jurisdiction: int, scope: Scope) -> dict[str, list[CopySent]]:
    """Return by receiver the letters that each has not signed for, or not answered, the earliest date first."""
    looks = Looks(driver)
    asked = {role: looks.at(copies_owed, jurisdiction, role, scope) for role in COPIED}
    return {role: found for role, ask in asked.items() if (found := ask())}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answered to a letter: the words, empty where they are erased, and the files by id and name."""

    words: str
    files: tuple[tuple[int, str], ...] = ()


def replies_to(driver: Driver, case: int, version: int) -> dict[str, Reply]:
    """Return by receiver what was answered to a letter."""
    sql = (
        "SELECT k.role, x.body, m.id, m.name FROM copies k JOIN trail t ON t.case_id = k.case_id AND t.version = k.answered_version "
        "LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        "LEFT JOIN materials m ON m.case_id = k.case_id AND m.version = k.answered_version "
        "WHERE k.case_id = ? AND k.version = ? ORDER BY m.id"
    )
    found: dict[str, Reply] = {}
    for role, body, number, name in driver.all(sql, (case, version)):
        before = found.get(role) or Reply(str((json.loads(body) if body else {}).get("answers.text", ("", ""))[1]))
        found[role] = replace(before, files=(*before.files, (number, name))) if number else before
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


def _receipt(role: str, due: Any, opened: int | None, by: str | None, signed: int | None, *more: Any) -> Receipt:
    signer, reply_by, answered, answerer, pressed = more
    return Receipt(
        role,
        as_date(due) or date.max,
        opened,
        by or "",
        signed,
        signer or "",
        as_date(reply_by),
        answered,
        answerer or "",
        pressed,
    )


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
    """A problem of a letter, as it stands now; of a part that was split off 拆分 since, the number of the whole."""

    id: int
    number: str
    problem: str
    detail: str
    state: str
    split_from: str | None = None


def problems_in(driver: Driver, cases: Sequence[int], sent_at: int, scope: Scope) -> list[Problem]:
    """Return those of some cases that are there in a scope, in their order, each with the parts that were split off it since an instant."""
    also, more = narrowed(driver, scope)
    among, params = driver.among("w.id", list(cases) or [0])
    sql = (
        f"WITH RECURSIVE family (id, root, whole) AS (SELECT w.id, w.id, CAST(NULL AS BIGINT) FROM cases w WHERE {among} "
        "UNION ALL SELECT p.id, f.root, f.id FROM family f JOIN cases p ON p.split_from = f.id "
        "JOIN trail b ON b.case_id = p.id AND b.version = 1 AND b.at > ?) "
        "SELECT c.id, c.number, c.problem, c.detail, c.state, w.number, f.root FROM family f JOIN cases c ON c.id = f.id LEFT JOIN cases w ON w.id = f.whole "
        f"WHERE 1 = 1{also} ORDER BY c.id"
    )
    rows = driver.all(sql, [*params, sent_at, *more])
    return [Problem(*row[:6]) for row in sorted(rows, key=lambda row: (cases.index(row[6]), row[0]))]


def letters_about(driver: Driver, inspection: int, case: int, scope: Scope) -> list[CopySent]:
    """Return the letters of an inspection that a case is in, or that of which it was split off later, the oldest first.

    Of a letter that is borne by a case outside the scope nothing is said: what leads to it leads nowhere.
    """
    also, more = narrowed(driver, scope)
    up = (
        "WITH RECURSIVE up (id, until) AS (SELECT w.id, CAST(NULL AS BIGINT) FROM cases w WHERE w.id = ? UNION ALL "
        "SELECT w.split_from, b.at FROM up JOIN cases w ON w.id = up.id JOIN trail b ON b.case_id = w.id AND b.version = 1 "
        "WHERE w.split_from IS NOT NULL) SELECT id, until FROM up"
    )
    sql = f"SELECT {_COLUMNS}, t.body {_FROM} WHERE k.inspection_id = ?{also} ORDER BY t.at, k.case_id"
    looks = Looks(driver)
    above, asked = looks.all(up, (case,)), looks.all(sql, (inspection, *more))
    until: dict[int, int | None] = dict(above())
    return _letters(
        [
            row[:-1]
            for row in asked()
            if any(row[8] < (until[one] or row[8] + 1) for one in _named(row[-1]) if one in until)
        ]
    )
