"""What a unit handed in, time after time: each plan or closing with its answers and files, the newest first."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from states import PLAN_REVIEW, SUBMITTED
from storage.reads.reviews import answers_said
from storage.sql import Driver

HANDED_IN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    PLAN_REVIEW: ("submit_plan",),
    SUBMITTED: ("submit", "submit_at_once"),
}
"""By the state in which it is judged the acts by which it is handed in."""


@dataclass(frozen=True, slots=True)
class FileHandedIn:
    """A file of a submission: its kind, measure, name and content."""

    kind: str
    measure: int | None
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A plan or a closing as it was handed in: by what, when (microseconds), by whom, what was said, which answers are erased, the files."""

    action: str
    at: int
    by: str
    said: Mapping[str, Any]
    erased: Collection[str]
    files: Sequence[FileHandedIn]


def last_two(driver: Driver, case: int, state: str) -> list[Submission]:
    """Return the last two submissions of those that are judged in a state, the newest first."""
    among, params = driver.among("t.action", HANDED_IN_BY[state])
    rows = driver.all(
        "SELECT t.version, t.action, t.at, p.name, t.body, x.body FROM trail t LEFT JOIN people p ON p.id = t.actor_id "
        "LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"WHERE t.case_id = ? AND {among} ORDER BY t.version DESC LIMIT 2",
        [case, *params],
    )
    files = _files(driver, case, [row[0] for row in rows]) if len(rows) > 1 else {}
    return [_submission(row, files.get(row[0], ())) for row in rows]


def _files(driver: Driver, case: int, versions: Sequence[int]) -> dict[int, list[FileHandedIn]]:
    found: dict[int, list[FileHandedIn]] = defaultdict(list)
    among, params = driver.among("version", list(versions))
    sql = f"SELECT version, kind, measure_no, name, sha256 FROM materials WHERE case_id = ? AND {among} ORDER BY id"
    for version, kind, measure, name, sha256 in driver.all(sql, [case, *params]):
        found[version].append(FileHandedIn(kind, measure, name, sha256))
    return found


def _submission(row: Sequence[Any], files: Sequence[FileHandedIn]) -> Submission:
    _, action, at, by, body, texts = row
    entry = json.loads(bytes(body))
    said = answers_said(action, entry, texts)
    return Submission(action, at, by or "", said, {*(entry.get("answers") or {})} - {*said}, files)
