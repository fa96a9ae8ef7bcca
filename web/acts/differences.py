"""How a submission differs from the one before: answer by answer, line by line, and which files are new, left out or the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from storage.reads.submissions import FileHandedIn, Submission, last_two
from storage.sql import Driver
from web.acts.changes import Line, changes

_EVIDENCE: Final = "evidence"


@dataclass(frozen=True, slots=True)
class Differences:
    """What a submission has otherwise than the one before it; of answers that are erased nothing can be said."""

    now: Submission
    before: Submission
    answers: Mapping[str, Sequence[Line]]
    new: Sequence[FileHandedIn]
    gone: Sequence[FileHandedIn]
    """Papers of the one before; evidence stays with the case."""
    same: Sequence[FileHandedIn]
    """Papers that are the very file of the one before."""


def differences(driver: Driver, case: int, state: str) -> Differences | None:
    """Return how what is judged in a state differs from the one before, or None where it is the first."""
    found = last_two(driver, case, state)
    return between(*found) if len(found) == 2 else None


def between(now: Submission, before: Submission) -> Differences:
    """Return how one differs from the one before it."""
    erased = {*now.erased, *before.erased}
    answers = changes(*({name: said for name, said in one.said.items() if name not in erased} for one in (before, now)))
    there = {(one.kind, one.measure, one.sha256) for one in before.files}
    kept = {(one.kind, one.measure, one.sha256) for one in now.files}
    return Differences(
        now, before, answers,
        [one for one in now.files if (one.kind, one.measure, one.sha256) not in there],
        [one for one in before.files if one.kind != _EVIDENCE and (one.kind, one.measure, one.sha256) not in kept],
        [one for one in now.files if one.kind != _EVIDENCE and (one.kind, one.measure, one.sha256) in there],
    )  # fmt: skip
