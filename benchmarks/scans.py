"""The scan: a batch in a small house and in a large one, a scan with nothing due, and two schedulers at work."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter

from sqlalchemy import Engine

from benchmarks.floor import floor_on
from benchmarks.ground import DAY, Fed, ground, morning
from benchmarks.measure import Figure, Size, compare
from clock import from_micros, iso, micros, parse_iso
from storage.engine import open_engine, reading
from workflow.scan import scan

ROOT = Path(__file__).resolve().parent.parent
LATER = date(2031, 3, 3)  # when the many are fed back, who are not due while the few are
DAYS = 5  # on which something is due of a problem that nobody claims, and one to get warm
EARLIER = datetime(2026, 1, 5, tzinfo=UTC)  # when nothing is due
DUE = (
    "SELECT id, jurisdiction FROM cases WHERE wake_at <= {0} AND (retry_at IS NULL OR retry_at <= {0}) "
    "ORDER BY wake_at, id LIMIT {1}"
)


def scan_batch(kind: str, name: str, size: Size) -> Figure:
    """Compare a scan of one batch among many problems (ours) and among few (floor): it should cost the same."""
    due = Fed(1, min(size.batch, size.few // 2))
    few, many = _not_due(size.few - due.each), _not_due(size.many - due.each)
    with ground(kind, due, few) as small, ground(kind, due, many) as large:
        engines = large.copy(), small.copy()
        place = small.places[0].id
        runs = [lambda _, engine=engine: _next_day(engine, place, due.each) for engine in engines]
        figure = compare(name, "batches/s", 1, min(size.pairs, DAYS), *runs)
        assert _told(engines[0], place) == _told(engines[1], place)
    return figure


def _not_due(count: int) -> Fed:
    each = min(500, count)
    return Fed(count // each, each, LATER)


def _next_day(engine: Engine, place: int, batch: int) -> float:
    """Scan at the next instant at which something is due there; return the seconds it took."""
    with reading(engine) as work:
        row = work.driver.one("SELECT MIN(wake_at) FROM cases WHERE jurisdiction = ?", (place,))
    assert row
    start = perf_counter()
    found = scan(engine, from_micros(row[0]), batch)
    seconds = perf_counter() - start
    assert found.due >= batch, found
    assert not found.failed, found.failed
    return seconds


def _told(engine: Engine, place: int) -> Sequence[tuple[object, ...]]:
    sql = (
        "SELECT a.case_id, a.rule, a.rung, a.period, a.version FROM alerts a JOIN cases c ON c.id = a.case_id "
        "WHERE c.jurisdiction = ? ORDER BY 1, 2, 3, 4"
    )
    with reading(engine) as work:
        return work.driver.all(sql, (place,))


def scan_nothing_due(kind: str, name: str, size: Size) -> Figure:
    """Compare a scan that finds nothing with its bare query, among many problems."""
    with ground(kind, _not_due(size.many)) as made:
        engine = made.copy()
        query, begin = (DUE.format("?1", "?2"), "BEGIN") if kind == "sqlite" else (DUE.format("$1", "$2"), "")
        instant = micros(EARLIER)

        def we(_: int) -> None:
            for _ in range(size.moves):
                assert scan(engine, EARLIER, size.batch).due == 0

        def they(_: int) -> None:
            for _ in range(size.moves):
                if begin:
                    floor.connection.execute(begin)
                assert floor.connection.execute(query, (instant, size.batch)).fetchall() == []
                floor.connection.rollback()

        with floor_on(made.copy()) as floor:
            return compare(name, "scans/s", size.moves, size.pairs, we, they)


def schedulers(kind: str, name: str, size: Size) -> Figure:
    """Compare two schedulers (ours) with one (floor) over several jurisdictions in which everything is due."""
    each = size.batch // 2
    with ground(kind, *(Fed(1, each) for _ in range(size.jurisdictions))) as made:
        told: list[list[Sequence[tuple[object, ...]]]] = [[], []]

        def run(count: int) -> float:
            engine = made.copy()
            seconds = _race(engine, count, size.batch)
            told[count - 1].append([row for place in made.places for row in _told(engine, place.id)])
            return seconds

        amount = each * size.jurisdictions
        figure = compare(name, "reminders/s", amount, min(size.pairs, 5), lambda _: run(2), lambda _: run(1))
        assert told[0] == told[1]
        assert all(len(one) == amount for one in told[0])
    return figure


def _race(engine: Engine, count: int, batch: int) -> float:
    """Let so many schedulers, each a process that stands ready, scan at once; return the seconds until all are done."""
    url, now = engine.url.render_as_string(hide_password=False), iso(morning(DAY + timedelta(days=2)))
    words = [sys.executable, "-m", "benchmarks.scans", url, now, str(batch)]
    with ExitStack() as running:
        racers = [
            running.enter_context(Popen(words, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True)) for _ in range(count)
        ]
        pipes = [(one.stdin, one.stdout) for one in racers if one.stdin and one.stdout]
        assert [said.readline() for _, said in pipes] == ["ready\n"] * count
        start = perf_counter()
        for orders, _ in pipes:
            orders.write("go\n")
            orders.flush()
        found = [json.loads(said.readline()) for _, said in pipes]
        seconds = perf_counter() - start
    assert not any(one["failed"] for one in found), found
    return seconds


def _one_scheduler(url: str, now: str, batch: str) -> None:
    engine = open_engine(url)
    scan(engine, EARLIER, int(batch))  # everything is loaded, the connection is made
    print("ready", flush=True)
    sys.stdin.readline()
    found = scan(engine, parse_iso(now), int(batch))
    print(json.dumps({"fired": len(found.fired), "failed": found.failed}), flush=True)


if __name__ == "__main__":
    _one_scheduler(*sys.argv[1:])
