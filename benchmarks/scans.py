"""The scan: what a batch costs in a small house and in a large one, what nothing due costs, and two schedulers at work."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.equal import assert_equal_rows
from benchmarks.floor import floor_on
from benchmarks.ground import Fed, Ground, ground
from benchmarks.measure import Figure, Size, compare
from clock import from_micros, iso, micros
from storage.engine import reading
from storage.sql import Driver
from workflow.scan import scan

LATER = date(2031, 3, 3)  # the many who are not due while the few are
DUE = "SELECT id, jurisdiction FROM cases WHERE wake_at <= {0} AND (retry_at IS NULL OR retry_at <= {0}) ORDER BY wake_at, id LIMIT {0}"


def scan_batch(kind: str, name: str, size: Size) -> Figure:
    """Compare a scan of a batch among many problems (ours) and among few (floor); what it costs should not differ."""
    due = Fed(1, min(size.batch, size.few // 2))
    with ground(kind, due, _not_due(size.few - due.each)) as small, ground(kind, due, _not_due(size.many - due.each)) as large:
        many, few = large.copy(), small.copy()
        return compare(name, "batches/s", 1, size.pairs, lambda _: _next_day(many, due.each), lambda _: _next_day(few, due.each))


def _not_due(count: int) -> Fed:
    each = min(500, count)
    return Fed(count // each, each, LATER)


def _next_day(engine: Engine, least: int) -> None:
    with reading(engine) as session:
        row = Driver(session).one("SELECT MIN(wake_at) FROM cases WHERE jurisdiction = (SELECT MIN(id) FROM jurisdictions)")
    assert row
    found = scan(engine, from_micros(row[0]), least)
    assert found.due >= least
    assert not found.failed, found.failed


def scan_nothing_due(kind: str, name: str, size: Size) -> Figure:
    """Compare a scan that finds nothing with its bare query, among many problems."""
    long_before = datetime(2026, 1, 5, tzinfo=UTC)
    with ground(kind, _not_due(size.many)) as made:
        engine = made.copy()
        floor = floor_on(made.copy())
        query = DUE.format("?" if kind == "sqlite" else "%s")

        def we(_: int) -> None:
            for _ in range(size.moves):
                assert not scan(engine, long_before, size.batch).due

        def they(_: int) -> None:
            for _ in range(size.moves):
                floor.connection.execute("BEGIN") if kind == "sqlite" else None
                assert not floor.connection.execute(query, (micros(long_before), micros(long_before), size.batch)).fetchall()
                floor.connection.rollback()

        return compare(name, "scans/s", size.moves, size.pairs, we, they)


def schedulers(kind: str, name: str, size: Size) -> Figure:
    """Compare two schedulers (ours) with one (floor) over several jurisdictions in which everything is due."""
    each = size.batch // 2
    places = [Fed(1, each) for _ in range(size.jurisdictions)]
    with ground(kind, *places) as made:
        pair: list[Engine] = []

        def run(count: int) -> None:
            pair.append(made.copy())
            _run_schedulers(pair[-1], made, count)

        return _without_start(name, made, size, each * len(places))


def _without_start(name: str, made: Ground, size: Size, amount: int) -> Figure:
    raise NotImplementedError
