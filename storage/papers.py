"""Papers 代录的签字件: which of those that the office entered still wait for the secretary, and since when a case stands where it does."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import clock
from states import ESCALATED, SECRETARY, SIGNED_PAPER, TRANSFERS, UNBORN
from storage.columns import CaseRow
from storage.sql import Driver

ANSWERED_BY: Final = ("confirm_paper", "disown_paper", *TRANSFERS)
"""The acts after which no paper entered before waits any more: answered, or another unit's secretary knows nothing of it."""
BODY_IF_ON_PAPER: Final = (
    "CASE WHEN EXISTS (SELECT 1 FROM materials m WHERE m.case_id = t.case_id AND m.version = t.version "
    f"AND m.kind = '{SIGNED_PAPER}') THEN t.body END"
)
"""To `trail t`: what the entry says, where it was made from paper."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that waits: the entry that was made from it, the act, the day of the signature, who entered it, and its scan."""

    version: int
    action: str
    signed_on: date
    enterer: int | None
    name: str
    """Who entered it, by name."""
    material: int
    file: str
    sha256: str
    size: int


def papers_waiting(driver: Driver, cases: Sequence[int]) -> dict[int, tuple[Paper, ...]]:
    """Return the papers of these cases that the secretary has neither confirmed nor disowned, the oldest first."""
    among, params = driver.among("m.case_id", list(cases) or [0])
    answers, names = driver.among("x.action", ANSWERED_BY)
    sql = (
        "SELECT m.case_id, m.version, t.action, t.body, t.actor_id, p.name, m.id, m.name, m.sha256, m.size FROM materials m "
        "JOIN trail t ON t.case_id = m.case_id AND t.version = m.version LEFT JOIN people p ON p.id = t.actor_id "
        f"WHERE {among} AND m.kind = '{SIGNED_PAPER}' AND NOT EXISTS "
        f"(SELECT 1 FROM trail x WHERE x.case_id = m.case_id AND x.version > m.version AND {answers}) ORDER BY m.id"
    )
    found: dict[int, list[Paper]] = defaultdict(list)
    for case, version, action, body, enterer, name, *scan in driver.all(sql, [*params, *names]):
        found[case].append(Paper(version, action, signed_on(body), enterer, name or "", *scan))
    return {case: tuple(papers) for case, papers in found.items()}


def disowned_papers(driver: Driver, cases: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return by case the entries that were made from papers which the secretary does not own."""
    among, params = driver.among("case_id", list(cases) or [0])
    rows = driver.all(f"SELECT case_id, body FROM trail WHERE {among} AND action = 'disown_paper'", params)
    found: dict[int, set[int]] = defaultdict(set)
    for case, body in rows:
        found[case] |= {paper["version"] for paper in json.loads(bytes(body))["inputs"]["papers"]}
    return {case: frozenset(versions) for case, versions in found.items()}


def stood_since(driver: Driver, cases: Iterable[CaseRow]) -> dict[int, date]:
    """Return from which day on a paper can be one of the state in which each case is: when it came there, by its paper where by one, or to its unit.

    What the unit did in time is not late because the clock has escalated it since: then from when the unit worked on it.
    """
    wanted = {case.id: case for case in cases}
    among, params = driver.among("t.case_id", list(wanted) or [0])
    passing, names = driver.among("t.action", TRANSFERS)
    sql = (
        "SELECT t.case_id, t.at, t.body FROM trail t JOIN cases c ON c.id = t.case_id AND t.version >= c.entered "
        f"WHERE {among} AND (t.version = c.entered OR {passing})"
    )
    since = {number: case.started_on or case.fed_back_on for number, case in wanted.items()}
    for case, at, body in driver.all(sql, [*params, *names]):
        entry = json.loads(bytes(body))
        if entry["from"] == UNBORN:
            since[case] = wanted[case].fed_back_on
        elif wanted[case].state != ESCALATED or entry["action"] in TRANSFERS:
            since[case] = max(_done_on(entry, at), wanted[case].fed_back_on)
    return since


def _done_on(entry: Mapping[str, Any], at: int) -> date:
    by_paper = entry.get("on_behalf") == SECRETARY
    return date.fromisoformat(entry["occurred_on"]) if by_paper else clock.local_date(clock.from_micros(at))


def signed_on(body: Any) -> date:
    """Return the day of the signature, of an entry that was made from paper."""
    return date.fromisoformat(json.loads(bytes(body))["occurred_on"])
