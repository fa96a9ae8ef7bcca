"""The move that is measured: a claim 认领, by `fire` on one side; and the plan of its rows for the other sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine

from benchmarks.ground import DAY, Ground
from storage.engine import reading, writing
from storage.sql import Driver, Row
from storage.standings import ROW
from tests.world import usual_answers
from workflow.engine import fire
from workflow.subject import Intent

CHANGED = (
    "state", "version", "shown_version", "entered", "state_due_on", "wake_at", "responsible", "department", "person",
)  # fmt: skip
CLOCK = (
    "case_id", "name", "period", "started_on", "due_on", "first_due_on", "paused_since", "owes", "rung", "tellings",
    "told_on", "flags", "why",
)  # fmt: skip
TRAIL = (
    "jurisdiction", "idx", "body", "leaf", "key", "intent", "case_id", "version", "action", "actor_id", "prepared_by",
    "at",
)  # fmt: skip
STANDING = (*ROW, "to_at")
TEXTS = ("jurisdiction", "idx", "body")
OUTBOX = ("jurisdiction", "idx", "case_id", "post", "template", "facts", "made_at")
HEAD = ("size", "frontier", "last_at", "jurisdiction")


@dataclass(frozen=True, slots=True)
class Claimed:
    """The rows that one claim leaves, as the driver gives and takes them."""

    case: int
    inspection: int
    changed: Row
    clock: Row
    trail: Row
    text: Row
    standing: Row
    outbox: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """One transaction: the claims in it, and the head behind it."""

    claims: tuple[Claimed, ...]
    head: Row


class Ours:
    """Claims by `fire`, each batch a transaction with a session of its own, as the web and the command line do it."""

    def __init__(self, ground: Ground, engine: Engine) -> None:
        """Throw the same dice each time, so that equal moves leave equal rows."""
        self._engine, self._now = engine, ground.now
        self._dice = Random(1).randbytes
        self._answers = usual_answers("claim", DAY + timedelta(days=1))
        [place] = ground.places
        self._actors = {
            case: place.secretary(number) for number, cases in enumerate(place.inspections) for case in cases
        }

    def claim(self, cases: Sequence[int]) -> None:
        """Claim these cases of one inspection in one transaction."""
        intents = [Intent("claim", case, answers=self._answers) for case in cases]
        with writing(self._engine) as work:
            outcomes = fire(work, intents, self._actors[cases[0]], self._now, dice=self._dice)
            work.commit()
        assert all(one.outcome == "done" for one in outcomes), outcomes


def batches_of(ground: Ground, size: int) -> list[tuple[int, ...]]:
    """Return the problems of the one place in batches of that size, each within an inspection."""
    [place] = ground.places
    return [cases[start : start + size] for cases in place.inspections for start in range(0, len(cases), size)]


def plan(ground: Ground, batches: Sequence[Sequence[int]]) -> list[Planned]:
    """Claim these batches on a copy and return what each left behind."""
    engine = ground.copy()
    ours = Ours(ground, engine)
    heads = []
    for cases in batches:
        ours.claim(cases)
        with reading(engine) as work:
            heads += work.driver.all(f"SELECT {', '.join(HEAD)} FROM heads")
    with reading(engine) as work:
        left = {one.case: one for one in _left(work.driver)}
    return [Planned(tuple(left[case] for case in cases), head) for cases, head in zip(batches, heads, strict=True)]


def _left(driver: Driver) -> Iterator[Claimed]:
    clocks = {row[0]: row for row in driver.all(f"SELECT {', '.join(CLOCK)} FROM clocks WHERE name = 'plan'")}
    trail = {row[6]: row for row in driver.all(f"SELECT {', '.join(TRAIL)} FROM trail WHERE action = 'claim'")}
    texts = {row[1]: row for row in driver.all(f"SELECT {', '.join(TEXTS)} FROM texts")}
    stood = {row[0]: row for row in driver.all(f"SELECT {', '.join(STANDING)} FROM standings WHERE version = 2")}
    outbox: dict[int, list[Row]] = {}
    for row in driver.all(f"SELECT {', '.join(OUTBOX)} FROM outbox WHERE template = 'claim' ORDER BY id"):
        outbox.setdefault(row[2], []).append(row)
    for case, inspection, *changed in driver.all(
        f"SELECT id, inspection_id, {', '.join(CHANGED)} FROM cases WHERE state = 'claimed'"
    ):
        entry: Any = trail[case]
        yield Claimed(
            case, inspection, tuple(changed), clocks[case], entry, texts[entry[1]], stood[case], tuple(outbox[case])
        )
