"""Papers 文书 as pages list them: those issued, with their numbers, and the drafts that wait; only what is there for the viewer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from storage.aside import WAITING
from storage.confidence import restrictions
from storage.paper_numbers import ISSUED, KIND, SERIES, number_in_words
from storage.paper_signs import Sign, like_sign_of, signs_in
from storage.scope import Scope
from storage.sql import Driver, Part, Row, as_date

ON_A_PAGE: Final = 50
MOST_SUBJECTS: Final = 60
_MARKS: Final = {False: "(s.fields::json ->> 'mark')", True: "json_extract(s.fields, '$.mark')"}
_FROM: Final = "FROM papers p LEFT JOIN listed s ON s.id = p.series_id LEFT JOIN units u ON u.id = p.unit_id LEFT JOIN rounds r ON r.id = p.round_id"


@dataclass(frozen=True, slots=True)
class Issued:
    """A line of the office's register of papers: its number in words, what it is, about whom, how it stands."""

    id: int
    number: str
    state: str
    paper: str
    title: str
    unit_id: int | None
    unit: str
    round_id: int | None
    round: str
    cases: Sequence[int]
    signed_on: date | None
    because: str
    received_on: date | None
    has_scan: bool
    voided_because: str = ""
    receipts: Mapping[str, Sign] = field(default_factory=dict)
    """Who has signed for it, by role."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that waits: which paper, about whom, who drafted it and since when, whether it was checked, why it came back."""

    id: int
    paper: str
    title: str
    unit_id: int | None
    unit: str
    round_id: int | None
    round: str
    rung: str
    day: date | None
    drafted_by: int | None
    checked: bool
    returned: str
    cases: int
    countersigned: Mapping[str, Sign] = field(default_factory=dict)
    """Who countersigned it 会签, by role."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the papers is asked for; what is empty asks for all."""

    unit: int | None = None
    round: int | None = None
    case: int | None = None
    paper: str = ""
    year: int | None = None
    words: str = ""
    """A number or a part of one, or words of the title, the unit or the round."""
    before: int | None = None
    """Only those older than this one: the next page."""
    without: Sequence[str] = ()
    """None of these kinds."""
    only: int | None = None
    """This one alone."""
    listing: Collection[int] | None = None
    """Only those that list one of these cases."""
    owed: Sequence[str] = ()
    """Of these kinds alone, and of them those for which somebody has not signed yet."""


def issued_papers(driver: Driver, jurisdiction: int, scope: Scope, asked: Asked, most: int = ON_A_PAGE) -> list[Issued]:
    """Return the papers that are asked for and there for the viewer, the newest first; one more than `most` where there are more."""
    where, params = _where(driver, scope, asked)
    sql = f"{_selected(driver)} WHERE p.jurisdiction = ?{where} ORDER BY p.id DESC LIMIT ?"
    return [_issued(row) for row in driver.all(sql, [jurisdiction, *params, most + 1])]


def unreceived(
    driver: Driver, jurisdiction: int, scope: Scope, owed: Mapping[str, Sequence[str]], most: int = 30
) -> list[Issued]:
    """Return the papers that are there for the viewer, the oldest first, of the kinds for which a role owes a receipt and has not given it."""
    if not owed:
        return []
    either, given = [], []
    for role, kinds in owed.items():
        among, papers = driver.among("p.paper", kinds)
        either.append(f"({among} AND p.receipts NOT LIKE ?)")
        given += [*papers, like_sign_of(role)]
    where, params = _where(driver, scope, Asked())
    sql = (
        f"{_selected(driver)} WHERE p.jurisdiction = ? AND p.state = '{ISSUED}' AND p.received_on IS NULL AND ({' OR '.join(either)}){where} "
        "ORDER BY p.id LIMIT ?"
    )
    return [_issued(row) for row in driver.all(sql, [jurisdiction, *given, *params, most])]


def _selected(driver: Driver) -> str:
    return (
        f"SELECT p.id, {_MARKS[driver.sqlite]}, p.year, p.n, p.state, p.paper, p.title, p.unit_id, u.name, p.round_id, r.name, p.cases, p.signed_on, "
        f"p.because, p.received_on, p.scan IS NOT NULL, p.voided_because, p.receipts {_FROM}"
    )


def issuer_of(driver: Driver, jurisdiction: int, number: int) -> str:
    """Return the name of who issued a paper; empty where it was numbered outside."""
    row = driver.one(
        "SELECT p.name FROM trail t JOIN people p ON p.id = t.actor_id WHERE t.jurisdiction = ? AND t.about = ? AND t.action = ?",
        (jurisdiction, f"{KIND}:{number}", f"{KIND}.issue"),
    )
    return row[0] if row else ""


def papers_counted(driver: Driver, jurisdiction: int, scope: Scope, asked: Asked) -> int:
    """Return how many papers were issued of those that are asked for and there for the viewer: 文书 n 件."""
    where, params = _where(driver, scope, asked)
    row = driver.one(
        f"SELECT COUNT(*) {_FROM} WHERE p.jurisdiction = ? AND p.state = '{ISSUED}'{where}", [jurisdiction, *params]
    )
    return int(row[0]) if row else 0


def _where(driver: Driver, scope: Scope, asked: Asked) -> Part:
    parts = [
        _there(driver, scope, "p", "paper_cases", "paper_id"),
        _known(driver, scope, "paper_cases", "paper_id", "p"),
    ]
    for value, sql in (
        (asked.unit, "p.unit_id = ?"), (asked.round, "p.round_id = ?"), (asked.paper, "p.paper = ?"), (asked.year, "p.year = ?"),
        (asked.before, "p.id < ?"), (asked.only, "p.id = ?"), (asked.case, "p.id IN (SELECT paper_id FROM paper_cases WHERE case_id = ?)"),
    ):  # fmt: skip
        if value:
            parts.append((sql, [value]))
    if asked.owed:
        among, kinds = driver.among("p.paper", asked.owed)
        parts.append((f"p.state = '{ISSUED}' AND p.received_on IS NULL AND {among}", kinds))
    if asked.without:
        among, kinds = driver.among("p.paper", asked.without)
        parts.append((f"NOT ({among})", kinds))
    if asked.listing is not None:
        among, cases = driver.among("x.case_id", asked.listing)
        parts.append((f"p.id IN (SELECT x.paper_id FROM paper_cases x WHERE {among})", cases))
    if asked.words:
        number = f"{_MARKS[driver.sqlite]} || '〔' || p.year || '〕' || p.n || '号'"
        found = " OR ".join(f"{one} LIKE ? ESCAPE '!'" for one in ("p.title", number, "u.name", "r.name"))
        parts.append((f"({found})", [_like(asked.words)] * 4))
    said = [(sql, params) for sql, params in parts if sql]
    return "".join(f" AND {sql}" for sql, _ in said), [value for _, params in said for value in params]


def _like(words: str) -> str:
    for sign in "!%_":
        words = words.replace(sign, f"!{sign}")
    return f"%{words}%"


def _there(driver: Driver, scope: Scope, table: str, listed: str, key: str) -> Part:
    """Return the condition that a row is there: of a unit and a round of the viewer's, or of a whole round that lists none but their cases."""
    within, params = _within(driver, scope, table)
    if not within:
        return within, params
    theirs, values = scope.where(driver)
    others = f"SELECT 1 FROM {listed} x JOIN cases c ON c.id = x.case_id WHERE x.{key} = {table}.id AND NOT ({theirs})"
    any_listed = f"SELECT 1 FROM {listed} x WHERE x.{key} = {table}.id"
    sql = f"({within} OR ({table}.unit_id IS NULL AND EXISTS ({any_listed}) AND NOT EXISTS ({others})))"
    return sql, [*params, *values]


def _within(driver: Driver, scope: Scope, table: str) -> Part:
    """Return the condition that the unit and the round of a row are among those of the viewer."""
    if scope.whole:
        return "", []
    either: list[str] = []
    params: list[Any] = []
    for one in scope.reaches:
        around, rounds = driver.among(f"{table}.round_id", one.rounds) if one.rounds else ("1 = 1", [])
        named: list[str] = ["1 = 1"] if one.everywhere else []
        values: list[Any] = []
        for sql, numbers in (
            (f"{table}.unit_id", one.units), ("u.answerable_id", one.units),
            (f"(SELECT i.id FROM inspections i WHERE i.round_id = {table}.round_id AND i.unit_id = {table}.unit_id)", one.inspections),
        ):  # fmt: skip
            if numbers:
                among, more = driver.among(sql, numbers)
                named.append(among)
                values += more
        if named:
            either.append(f"(({' OR '.join(named)}) AND {around})")
            params += [*values, *rounds]
    return f"({' OR '.join(either) or '1 = 0'})", params


def _known(driver: Driver, scope: Scope, table: str, key: str, of: str) -> Part:
    """Return the condition that a row lists no case 限定知悉 that the viewer does not know of."""
    if not scope.hidden:
        return "", []
    among, params = driver.among("x.case_id", scope.hidden)
    return f"NOT EXISTS (SELECT 1 FROM {table} x WHERE x.{key} = {of}.id AND {among})", params


def papers_within(
    driver: Driver, jurisdiction: int, scope: Scope, papers: Collection[int], without: Sequence[str] = ()
) -> set[int]:
    """Return those of the papers that are there for the viewer; none of some kinds."""
    if not papers:
        return set()
    among, ids = driver.among("p.id", sorted(papers))
    where, params = _where(driver, scope, Asked(without=without))
    sql = f"SELECT p.id {_FROM} WHERE p.jurisdiction = ? AND {among}{where}"
    return {row[0] for row in driver.all(sql, [jurisdiction, *ids, *params])}


def waiting_papers(driver: Driver, jurisdiction: int, scope: Scope, number: int | None = None) -> list[Waiting]:
    """Return the drafts that wait and are there for the viewer, the oldest first; the one of a number where it is given."""
    listed = "paper_draft_cases", "draft_id"
    parts = [_there(driver, scope, "d", *listed), _known(driver, scope, *listed, "d")]
    parts += [("d.id = ?", [number])] if number is not None else []
    said = [(sql, params) for sql, params in parts if sql]
    where, params = "".join(f" AND {sql}" for sql, _ in said), [value for _, more in said for value in more]
    sql = (
        "SELECT d.id, d.paper, d.title, d.unit_id, u.name, d.round_id, r.name, d.rung, d.day, d.drafted_by, d.reviewed_by IS NOT NULL, d.returned, "
        "(SELECT COUNT(*) FROM paper_draft_cases c WHERE c.draft_id = d.id), d.countersigned FROM paper_drafts d LEFT JOIN units u ON u.id = d.unit_id "
        f"LEFT JOIN rounds r ON r.id = d.round_id WHERE d.jurisdiction = ? AND d.state = '{WAITING}'{where} ORDER BY d.id"
    )
    return [_waiting(row) for row in driver.all(sql, [jurisdiction, *params])]


def _waiting(row: Row) -> Waiting:
    number, paper, title, unit_id, unit, round_id, around, rung, day, by, checked, returned, cases, signed = row
    return Waiting(
        number, paper, title, unit_id, unit or "", round_id, around or "", rung, as_date(day), by, bool(checked), returned or "", cases, signs_in(signed)
    )  # fmt: skip


def _issued(row: Row) -> Issued:
    (
        number,
        mark,
        year,
        n,
        state,
        paper,
        title,
        unit_id,
        unit,
        round_id,
        around,
        cases,
        signed,
        because,
        received,
        scan,
        voided,
        receipts,
    ) = row
    called = number_in_words(mark, year, n) if n is not None else ""
    return Issued(
        number, called, state, paper, title, unit_id, unit or "", round_id, around or "", [int(one) for one in cases.split()],
        as_date(signed), because, as_date(received), bool(scan), voided, signs_in(receipts),
    )  # fmt: skip


def series_last_used(driver: Driver, jurisdiction: int, paper: str) -> int | None:
    """Return the series that last numbered a paper of the kind: what the next is begun with."""
    row = driver.one(
        f"SELECT p.series_id FROM papers p JOIN listed s ON s.id = p.series_id AND s.kind = '{SERIES}' "
        "WHERE p.jurisdiction = ? AND p.paper = ? ORDER BY p.id DESC LIMIT 1",
        (jurisdiction, paper),
    )
    return row[0] if row else None


def names_of_subject(driver: Driver, jurisdiction: int, unit: int | None, around: int | None) -> tuple[str, str]:
    """Return what the unit and the round are called that a paper is about; empty where it is about none."""
    row = driver.one(
        "SELECT (SELECT name FROM units WHERE id = ? AND jurisdiction = ?), (SELECT name FROM rounds WHERE id = ? AND jurisdiction = ?)",
        (unit, jurisdiction, around, jurisdiction),
    )
    return (row[0] or "", row[1] or "") if row else ("", "")


@dataclass(frozen=True, slots=True)
class Choice:
    """An inspection that a paper may be about: the unit and the round, by number and name."""

    unit_id: int
    unit: str
    round_id: int
    round: str


def subjects_there(
    driver: Driver, jurisdiction: int, scope: Scope, words: str = "", most: int = MOST_SUBJECTS
) -> list[Choice]:
    """Return the inspections that are there for the viewer and have problems, those of units with these words, the newest first."""
    theirs, params = scope.ids(driver, jurisdiction) if scope.few else ("", [])
    among = f" AND d.id IN (SELECT inspection_id FROM cases WHERE id IN ({theirs}))" if theirs else ""
    around, rounds = driver.among("d.round_id", scope.rounds) if scope.rounds else ("", [])
    named = (
        " AND d.unit_id IN (SELECT id FROM units WHERE jurisdiction = ? AND name LIKE ? ESCAPE '!')" if words else ""
    )
    sql = (
        # The `+` lets SQLite walk from the newest, and stop.
        "SELECT d.unit_id, u.name, d.round_id, r.name FROM inspections d JOIN units u ON u.id = d.unit_id JOIN rounds r ON r.id = d.round_id "
        f"WHERE +d.jurisdiction = ?{among}{f' AND {around}' if around else ''}{named} "
        f"AND (SELECT c.id FROM cases c WHERE c.inspection_id = d.id LIMIT 1) IS NOT NULL ORDER BY d.id DESC LIMIT {most}"
    )
    more = [jurisdiction, _like(words)] if words else []
    return [Choice(*row) for row in driver.all(sql, [jurisdiction, *params, *rounds, *more])]


@dataclass(frozen=True, slots=True)
class Fitting:
    """Which papers can go along with cases: of a kind, about their unit in their round, or what answers for it, and listing them all."""

    paper: str
    unit: int
    answering: int
    round: int
    cases: Collection[int]
    material: str

    def where(self, driver: Driver, jurisdiction: int, table: str, key: str, drafted_at: str) -> Part:
        """Return the condition over rows `p`, drafted since one of these was last handed in with such a material: what went along once is of before.

        One that lists others 限定知悉 as well is not for everybody who reads of these.
        """
        these, ids = driver.among("x.case_id", sorted(self.cases))
        listed = f"SELECT COUNT(*) FROM {table} x WHERE x.{key} = p.id AND "
        handed_in = (
            f"SELECT 1 FROM materials x JOIN trail t ON t.case_id = x.case_id AND t.version = x.version WHERE {these} "
            f"AND x.kind = ? AND t.at > {drafted_at}"
        )
        sql = (
            "p.jurisdiction = ? AND p.paper = ? AND (p.unit_id = ? OR p.unit_id = ?) AND p.round_id = ? "
            f"AND ({listed}{these}) = ? AND NOT EXISTS ({handed_in})"
        )
        params = [
            jurisdiction,
            self.paper,
            self.unit,
            self.answering,
            self.round,
            *ids,
            len(self.cases),
            *ids,
            self.material,
        ]
        if not (others := sorted(set(restrictions(driver, jurisdiction)) - set(self.cases))):
            return sql, params
        among, more = driver.among("x.case_id", others)
        return f"{sql} AND ({listed}{among}) = 0", [*params, *more]


_DRAFTED_AT: Final = "(SELECT d.at FROM paper_drafts d WHERE d.id = p.draft_id)"


def newest_issued(driver: Driver, jurisdiction: int, fitting: Fitting) -> tuple[str, str] | None:
    """Return the file of the newest paper that fits, by hash and name: the stamped scan where there is one."""
    where, params = fitting.where(driver, jurisdiction, "paper_cases", "paper_id", _DRAFTED_AT)
    row = driver.one(
        f"SELECT COALESCE(p.scan, p.pdf), COALESCE(p.scan_name, p.pdf_name) FROM papers p WHERE {where} AND p.state = '{ISSUED}' ORDER BY p.id DESC LIMIT 1",
        params,
    )
    return (row[0], row[1]) if row else None


def newest_draft(driver: Driver, jurisdiction: int, fitting: Fitting) -> int | None:
    """Return the newest draft that waits and fits."""
    where, params = fitting.where(driver, jurisdiction, "paper_draft_cases", "draft_id", "p.at")
    row = driver.one(
        f"SELECT p.id FROM paper_drafts p WHERE {where} AND p.state = '{WAITING}' ORDER BY p.id DESC LIMIT 1", params
    )
    return row[0] if row else None
