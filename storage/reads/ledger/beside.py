"""What a ledger that is handed out says beside a case's own columns, each read for many cases at once, of what was entered before an instant."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import clock
from results import COLUMNS, as_listed
from states import ACTIONS, CHOICES, ROLES
from storage.confidence import restrictions
from storage.reads.measures import term_of
from storage.reads.reviews import answers_said
from storage.recurrences import AGAIN
from storage.sql import Driver, Row, as_date

EVER: Final = 1 << 62
"""An instant behind all others: nothing is left out."""
_GRANTED: Final = ACTIONS["grant_extension"].action
_SUBMITTED: Final = (ACTIONS["submit"].action, ACTIONS["submit_at_once"].action)
_ENTERED: Final = "JOIN trail t ON t.case_id = {0}.case_id AND t.version = {0}.version"
_HELD: Final = (
    f"{_ENTERED} LEFT JOIN trail e ON e.case_id = {{0}}.case_id AND e.version = {{0}}.until_version "
    "WHERE {{}} AND t.at < ? AND ({0}.until_version IS NULL OR e.at >= ?)"
)
"""What an entry laid down, and no other had put something in its place by then."""
Texts = dict[int, str]


def _measures(driver: Driver, ids: Sequence[int], before: int) -> Texts:
    sql = f"SELECT m.case_id, m.text, m.person, m.due_on, m.yearly FROM measures m {_HELD.format('m')} ORDER BY m.case_id, m.no"
    found: dict[int, list[str]] = defaultdict(list)
    for case, text, person, due, yearly in _of_cases(driver, "m", sql, ids, before, before):
        term = term_of(as_date(due), yearly) if yearly else _day(as_date(due))
        found[case].append(_with(text, _named("责任人", person), _named("时限", term)))
    return {case: _numbered(texts) for case, texts in found.items()}


def _progress(driver: Driver, ids: Sequence[int], before: int) -> Texts:
    sql = (
        "SELECT g.case_id, g.measure_no, g.text, g.figures, t.at, (SELECT c.planned FROM cases c WHERE c.id = g.case_id) "
        f"FROM progress g {_ENTERED.format('g')} WHERE {{}} AND g.unit_id IS NULL AND t.at < ? ORDER BY g.case_id, g.measure_no, g.version"
    )
    latest: dict[int, dict[int, str]] = defaultdict(dict)
    for case, no, text, figures, at, measures in _of_cases(driver, "g", sql, ids, before):
        said = _with(text, figures, _day(_on(at)))
        latest[case][no] = f"第 {no} 项：{said}" if no and measures > 1 else said
    return {case: "\n".join(said.values()) for case, said in latest.items()}


def _submitted(driver: Driver, ids: Sequence[int], before: int) -> dict[int, dict[str, str]]:
    """Return what the unit said when it last applied for closing, by the names of the answers; of erased ones nothing is left."""
    actions, names = driver.among("t.action", _SUBMITTED)
    sql = (
        "SELECT t.case_id, x.body FROM trail t JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"WHERE {{}} AND {actions} AND t.at < ? ORDER BY t.case_id, t.version"
    )
    last: dict[int, str] = dict(_of_cases(driver, "t", sql, ids, *names, before))
    return {
        case: {name.removeprefix("answers."): str(text) for name, (_, text) in json.loads(body).items()}
        for case, body in last.items()
    }


def _evidence(driver: Driver, ids: Sequence[int], before: int) -> Texts:
    sql = f"SELECT m.case_id, m.name FROM materials m {_ENTERED.format('m')} WHERE {{}} AND m.kind = 'evidence' AND t.at < ? ORDER BY m.id"
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for case, name in _of_cases(driver, "m", sql, ids, before):
        found[case][name] = None
    return {case: "\n".join(names) for case, names in found.items()}


def _opinions(driver: Driver, ids: Sequence[int], before: int) -> Texts:
    sql = (
        f"SELECT o.case_id, o.role, p.name, o.opinion, t.at FROM opinions o {_ENTERED.format('o')} JOIN people p ON p.id = o.person_id "
        "WHERE {} AND t.at < ? ORDER BY o.case_id, o.version"
    )
    rows = _of_cases(driver, "o", sql, ids, before)
    return _lines(
        (case, f"{_day(_on(at))} {ROLES[role]} {name}：{CHOICES[opinion]}") for case, role, name, opinion, at in rows
    )


def _extensions(driver: Driver, ids: Sequence[int], before: int) -> Texts:
    sql = (
        "SELECT t.case_id, t.at, t.body, x.body FROM trail t LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"WHERE {{}} AND t.action = '{_GRANTED}' AND t.at < ? ORDER BY t.case_id, t.version"
    )
    rows = _of_cases(driver, "t", sql, ids, before)
    return _lines((case, _extended(at, json.loads(bytes(body)), texts)) for case, at, body, texts in rows)


def _extended(at: int, entry: Mapping[str, Any], texts: str | None) -> str:
    until = answers_said(_GRANTED, entry, texts).get("until")
    return f"{_day(_on(at))}同意延期{f'至{_day(date.fromisoformat(until))}' if until else ''}"


def _assisting(driver: Driver, ids: Sequence[int], before: int) -> Texts:
    day = _on(before - 1) if before < EVER else None
    sql = "SELECT a.case_id, u.name FROM assisting a JOIN units u ON u.id = a.unit_id WHERE {} AND "
    when = "a.until IS NULL" if day is None else "a.since <= ? AND (a.until IS NULL OR a.until > ?)"
    rows = _of_cases(
        driver, "a", f"{sql}{when} ORDER BY a.case_id, a.version", ids, *([] if day is None else [day, day])
    )
    return _lines(rows, "、")


def _recurs(driver: Driver, ids: Sequence[int], before: int) -> Texts:
    """Return which earlier problems a case is again, by round and number; of one that is for some alone 限定知悉 nothing, whoever reads it."""
    day = _on(before - 1) if before < EVER else None
    when = "x.until_on IS NULL" if day is None else "x.from_on <= ? AND (x.until_on IS NULL OR x.until_on > ?)"
    sql = (
        "SELECT x.case_id, e.id, e.jurisdiction, r.name, e.number FROM recurrences x JOIN cases e ON e.id = x.earlier_id "
        f"JOIN rounds r ON r.id = e.round_id WHERE {{}} AND x.verdict = '{AGAIN}' AND {when} ORDER BY x.case_id, x.earlier_id"
    )
    rows = _of_cases(driver, "x", sql, ids, *([] if day is None else [day, day]))
    kept = restrictions(driver, rows[0][2]) if rows else {}
    return _lines(
        ((case, f"{around} 第 {number} 号") for case, earlier, _, around, number in rows if earlier not in kept), "、"
    )


def _listed(driver: Driver, ids: Sequence[int], before: int) -> dict[int, list[dict[str, Any]]]:
    """Return what is listed one by one of what was achieved, as it held then."""
    sql = (
        f"SELECT a.case_id, {', '.join('a.' + name for name in COLUMNS)} FROM achieved a {_HELD.format('a')} "
        "ORDER BY a.case_id, a.no"
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for case, *row in _of_cases(driver, "a", sql, ids, before, before):
        found[case].append(as_listed(row))
    return found


BESIDE: Final[dict[str, Callable[[Driver, Sequence[int], int], Mapping[int, Any]]]] = {
    "measures": _measures, "progress": _progress, "submitted": _submitted, "evidence": _evidence, "opinions": _opinions,
    "extended": _extensions, "assisting": _assisting, "listed": _listed, "recurs": _recurs,
}  # fmt: skip
"""By name, each for many cases: what it says of those that have it."""


def _of_cases(driver: Driver, table: str, sql: str, ids: Sequence[int], *more: Any) -> list[Row]:
    among, params = driver.among(f"{table}.case_id", ids)
    return driver.all(sql.format(among), [*params, *more])


def _lines(rows: Any, between: str = "\n") -> Texts:
    found: dict[int, list[str]] = defaultdict(list)
    for case, text in rows:
        found[case].append(text)
    return {case: between.join(texts) for case, texts in found.items()}


def _numbered(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    return "\n".join(f"{no}. {text}" for no, text in enumerate(texts, start=1))


def _with(text: str, *beside: str) -> str:
    told = "；".join(filter(None, beside))
    return f"{text}（{told}）" if told else text


def _named(name: str, text: str) -> str:
    return f"{name}：{text}" if text else ""


def _on(at: int) -> date:
    return clock.local_date(clock.from_micros(at))


def _day(day: date | None) -> str:
    return clock.written_date(day) if day else ""
