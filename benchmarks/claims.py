"""The move that is measured: a claim 认领, by `fire` on one side; and the plan of its rows for the other sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Engine

from benchmarks.ground import Ground
from storage.engine import reading, writing
from storage.sql import Driver, Row
from tests.world import usual_answers
from workflow.engine import fire
from workflow.subject import Intent

CHANGED = (
    "state", "version", "shown_version", "entered", "state_due_on", "owes", "rung", "wake_at", "responsible",
    "department", "person",
)  # fmt: skip
CLOCK = ("case_id", "name", "period", "started_on", "due_on", "first_due_on", "paused_since", "owes", "rung", "tellings", "told_on", "flags")
TRAIL = ("jurisdiction", "idx", "body", "leaf", "key", "intent", "case_id", "version", "action", "actor_id", "prepared_by", "at")
OUTBOX = ("jurisdiction", "idx", "case_id", "post", "template", "facts", "made_at")


@dataclass(frozen=True, slots=True)
class Claimed:
    """The rows that one claim leaves, as the driver gives and takes them."""

    case: int
    inspection: int
    changed: Row
    clock: Row
    trail: Row
    text: Row
    outbox: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """One transaction: the claims in it, and the head behind it (size, frontier, last_at, jurisdiction)."""

    claims: tuple[Claimed, ...]
    head: Row


class Ours:
    """Claims by `fire`, each batch a transaction with its own session, as the web and the command line do it."""

    def __init__(self, ground: Ground, engine: Engine) -> None:
        """Take the same seed of salts each time, so that equal moves leave equal rows."""
        self._ground, self._engine = ground, engine
        self._answers = usual_answers("claim", ground.world.today)
        self._dice = Random(1).randbytes
        self._actors = [ground.secretary(number) for number in range(len(ground.inspections))]
        self._inspection = {case: number for number, cases in enumerate(ground.inspections) for case in cases}

    def claim(self, cases: Sequence[int]) -> None:
        """Claim these cases of one inspection in one transaction."""
        with writing(self._engine) as session:
            intents = [Intent("claim", case, answers=self._answers) for case in cases]
            actor = self._actors[self._inspection[cases[0]]]
            outcomes = fire(session, intents, actor, self._ground.world.now, dice=self._dice)
            session.commit()
        assert all(one.outcome == "done" for one in outcomes), outcomes


def plan(ground: Ground, batches: Sequence[Sequence[int]]) -> list[Planned]:
    """Claim these batches on a copy and return what each left behind."""
    engine = ground.copy()
    ours = Ours(ground, engine)
    heads = []
    for cases in batches:
        ours.claim(cases)
        with reading(engine) as session:
            heads.append(Driver(session).one("SELECT size, frontier, last_at, jurisdiction FROM heads WHERE jurisdiction = ?", (ground.world.place,)))
    with reading(engine) as session:
        left = {one.case: one for one in _left(Driver(session))}
    return [Planned(tuple(left[case] for case in cases), head or ()) for cases, head in zip(batches, heads, strict=True)]


def _left(driver: Driver) -> Iterator[Claimed]:
    moved = driver.all(f"SELECT id, inspection_id, {', '.join(CHANGED)} FROM cases WHERE state = 'claimed'")
    clocks = {row[0]: row for row in driver.all(f"SELECT {', '.join(CLOCK)} FROM clocks WHERE name = 'plan'")}
    trail = {row[6]: row for row in driver.all(f"SELECT {', '.join(TRAIL)} FROM trail WHERE action = 'claim'")}
    texts = {row[1]: row for row in driver.all("SELECT jurisdiction, idx, body FROM texts")}
    outbox: dict[int, list[Row]] = {}
    for row in driver.all(f"SELECT {', '.join(OUTBOX)} FROM outbox WHERE template = 'claim' ORDER BY id"):
        outbox.setdefault(row[2], []).append(row)
    for case, inspection, *changed in moved:
        entry: Any = trail[case]
        yield Claimed(case, inspection, tuple(changed), clocks[case], entry, texts[entry[1]], tuple(outbox[case]))
