"""What somebody judges before saying yes or no: the measures, the files handed in, the opinions given so far."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from results import LISTS, amount_of, as_typed, typed_row
from states import ACTIONS, MOVES, RECTIFYING, SUBMITTED
from storage.reads.measures import MeasureShown, measures_of
from storage.sql import Driver

HANDED_IN = {"plan_review": ("plan", "plan_commitment"), "submitted": ("report", "evidence", "commitment")}
# What the unit last said with these, beside the files.
SAID = {SUBMITTED: ACTIONS["submit"].action, RECTIFYING: ACTIONS["request_extension"].action}


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that was handed in: its number, kind, measure, name, size and content, and when (microseconds)."""

    id: int
    kind: str
    measure: int | None
    name: str
    size: int
    sha256: str
    at: int


@dataclass(frozen=True, slots=True)
class UnderReview:
    """A plan under review, a closing or an extension applied for."""

    measures: list[MeasureShown]
    files: list[HandedIn]
    """Each file once for what it is handed in for, however often that was: as it first came."""
    opinions: list[tuple[str, str, str, str]]
    """Role, person, opinion and its words."""
    said: dict[str, Any]
    """What the unit said, by the names of the answers."""


def under_review(driver: Driver, case: int, state: str, cycle: int) -> UnderReview | None:
    """Return what is judged of a case in this state, or None where nothing is."""
    said = last_said(driver, case, SAID[state]) if state in SAID else {}
    if state not in HANDED_IN:
        return UnderReview([], [], [], said) if said else None
    kinds, params = driver.among("kind", HANDED_IN[state])
    rows = driver.all(
        "SELECT m.id, m.kind, m.measure_no, m.name, m.size, m.sha256, t.at FROM materials m JOIN trail t ON t.case_id = m.case_id "
        f"AND t.version = m.version WHERE m.case_id = ? AND m.cycle = ? AND m.version > 0 AND {kinds} ORDER BY m.id",
        [case, cycle, *params],
    )
    first: dict[tuple[str, int | None, str], HandedIn] = {}
    for file in (HandedIn(*row) for row in rows):
        first.setdefault((file.kind, file.measure, file.sha256), file)
    return UnderReview(measures_of(driver, case), list(first.values()), _opinions(driver, case), said)


def last_said(driver: Driver, case: int, action: str) -> dict[str, Any]:
    """Return the answers that an action was last recorded with on a case, as they are typed; of erased ones nothing is left."""
    row = driver.one(
        "SELECT x.body, t.body FROM trail t JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        "WHERE t.case_id = ? AND t.action = ? ORDER BY t.idx DESC LIMIT 1",
        (case, action),
    )
    return answers_said(action, json.loads(bytes(row[1])), row[0]) if row else {}


def answers_said(action: str, entry: Mapping[str, Any], texts: str | None) -> dict[str, Any]:
    """Return the answers of an entry as they are typed, from the texts that are kept beside it; of erased ones nothing is left."""
    kept = {name: text for name, (_, text) in json.loads(texts).items()} if texts else {}
    recorded = entry.get("answers") or {}
    answers = {name: _typed(name, recorded[name], kept) for name, _ in ACTIONS[action].asks if name in recorded}
    return {name: answer for name, answer in answers.items() if answer is not None}


def _typed(name: str, recorded: Any, kept: Mapping[str, str]) -> Any:
    """Return an answer as people type it, figure by figure where it is figures; None where it is erased."""
    if isinstance(recorded, dict):
        texts = {kind: kept[place] for kind in recorded if (place := f"answers.{name}.{kind}") in kept}
        return (
            {kind: as_typed(kind, amount_of(text)) for kind, text in texts.items()} if texts or not recorded else None
        )
    text = kept.get(f"answers.{name}")
    if text is None or name not in ("measures", "judged", *LISTS):
        return text
    return [typed_row(row) for row in json.loads(text)] if name in LISTS else json.loads(text)


@dataclass(frozen=True, slots=True)
class SentBack:
    """A return: when (microseconds), by whom in which role, by what, and why."""

    at: int
    by: str
    role: str
    action: str
    why: str


def sent_back(driver: Driver, cases: Sequence[int]) -> dict[int, SentBack]:
    """Return, of these cases, those that were sent back to where they still are."""
    among, params = driver.among("c.id", list(cases) or [0])
    back, actions = driver.among("t.action", [move.action for move in MOVES if move.sends_back])
    sql = (
        "SELECT c.id, t.at, p.name, t.body, t.action, x.body FROM cases c JOIN trail t ON t.case_id = c.id AND t.version = c.entered "
        "LEFT JOIN people p ON p.id = t.actor_id LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"WHERE {among} AND {back}"
    )
    return {
        case: SentBack(at, by or "", json.loads(bytes(body))["actor"]["role"] or "", action, why_back(said))
        for case, at, by, body, action, said in driver.all(sql, [*params, *actions])
    }


def why_back(body: str | None) -> str:
    """Return why something was sent back, from the texts of that entry; of erased ones nothing is left."""
    kept = json.loads(body) if body else {}
    said = kept.get("answers.reason") or kept.get("answers.what_failed")
    return str(said[1]) if said else ""


def _opinions(driver: Driver, case: int) -> list[tuple[str, str, str, str]]:
    sql = (
        "SELECT o.role, p.name, o.opinion, x.body FROM opinions o JOIN cases c ON c.id = o.case_id JOIN people p ON p.id = o.person_id "
        "JOIN trail t ON t.case_id = o.case_id AND t.version = o.version LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        "WHERE o.case_id = ? AND o.version > c.entered ORDER BY o.version"
    )
    return [(role, name, opinion, words_said(body)) for role, name, opinion, body in driver.all(sql, (case,))]


def words_said(body: str | None) -> str:
    """Return what was said in an entry whose answer is one text; of an erased one nothing is left."""
    said = json.loads(body).get("answers.text") if body else None
    return str(said[1]) if said else ""
