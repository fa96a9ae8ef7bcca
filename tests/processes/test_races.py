"""Separate processes, started together: nothing lost, nothing twice, whoever is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from storage.engine import open_engine
from tests import databases, lending
from tests.soundness import check_sound
from tests.world import World

ROOT = Path(__file__).parent.parent.parent
LATE = date(2026, 4, 20)


class Process:
    """A worker that is ready and waits for the gun."""

    def __init__(self, order: dict[str, Any]) -> None:
        command = [sys.executable, "-m", "tests.processes.worker", json.dumps(order)]
        self.run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.run.stdout
        assert self.run.stdout.readline().strip() == "ready", self.run.communicate()

    def finish(self) -> list[str]:
        """Wait for the end and return its lines; a killed one gives what it said."""
        # Not communicate: it reads past what an earlier readline has taken into its buffer.
        assert self.run.stdout
        assert self.run.stderr
        with self.run:
            out, err = self.run.stdout.read(), self.run.stderr.read()
        assert self.run.returncode in (0, -signal.SIGKILL), err
        return out.splitlines()


def together(world: World, orders: list[dict[str, Any]]) -> list[Process]:
    """Start workers and fire the gun once all are ready."""
    gun = world.home / f"gun{time.monotonic_ns()}"
    url = world.engine.url.render_as_string(hide_password=False)
    workers = [Process({"url": url, "gun": str(gun), **order}) for order in orders]
    gun.touch()
    return workers


def alerts(world: World) -> list[tuple[Any, ...]]:
    """Return all alerts told, without the version of their entry."""
    return [
        tuple(row)
        for row in world.rows(
            "SELECT case_id, rule, rung, period, skipped FROM alerts ORDER BY case_id, rule, rung, period"
        )
    ]


def twin(world: World, kind: str, folder: Path) -> World:
    """Return a copy of the world on a database of its own."""
    world.engine.dispose()
    folder.mkdir()
    if kind == "sqlite":
        url = databases.fresh_sqlite(folder, Path(str(world.engine.url.database)))
    else:
        url = lending.copy(world.engine.url.render_as_string(hide_password=False))
    return World(open_engine(url), world.home, world.place, world.now, world.people, world.units, world.round_id)


def test_eight_scans_at_once_tell_each_rung_once(world: World, kind: str, tmp_path: Path) -> None:
    """Forty cases are late; eight processes scan at once; the alerts are those of one undisturbed scan."""
    world.feed_back(40)
    alone = twin(world, kind, tmp_path / "alone")
    alone.scan(LATE)
    workers = together(world, [{"what": "scan", "at": LATE.isoformat() + "T10:00", "batch": 7}] * 8)
    said = [json.loads(worker.finish()[-1]) for worker in workers]
    assert all(not one["failed"] for one in said)
    assert sum(one["fired"] for one in said) == 40 * 2  # the claim and the acknowledgement of each
    assert alerts(world) == alerts(alone)
    assert len(world.rows("SELECT 1 FROM outbox WHERE template = 'remind'")) == len(
        alone.rows("SELECT 1 FROM outbox WHERE template = 'remind'")
    )
    alone.engine.dispose()


def test_a_scan_killed_at_any_instant_is_caught_up_by_the_next(world: World, kind: str, tmp_path: Path) -> None:
    """Kill -9 in the middle, four times; after one more scan the alerts are those of an undisturbed run."""
    world.feed_back(60)
    alone = twin(world, kind, tmp_path / "alone")
    alone.scan(LATE)
    dice = random.Random(7)
    for _ in range(4):
        (worker,) = together(world, [{"what": "scan", "at": LATE.isoformat() + "T10:00", "batch": 1}])
        time.sleep(dice.uniform(0.01, 0.25))
        worker.run.send_signal(signal.SIGKILL)
        worker.finish()
        check_sound(world.engine, world.home)
    world.scan(LATE)
    assert alerts(world) == alerts(alone)
    alone.engine.dispose()


def test_of_64_clients_that_race_for_one_claim_one_wins(world: World) -> None:
    """Eight processes with eight clients each try the same claim of each case: one done, the others stale."""
    cases = world.feed_back(4)
    workers = together(world, [{"what": "race", "at": "2026-03-03T10:00", "cases": cases}] * 8)
    outcomes = [json.loads(worker.finish()[-1]) for worker in workers]
    for position, case in enumerate(cases):
        counted = Counter(one for process in outcomes for one in process[position])
        assert counted == {"done": 1, "stale": 63}, counted
        assert world.actions(case) == ["feed_back", "claim"]


@pytest.mark.both
def test_a_killed_process_loses_no_acknowledged_move(world: World) -> None:
    """Kill -9 under load, five rounds: what was acknowledged is there, nothing is half there."""
    cases = world.feed_back(200)
    dice = random.Random(11)
    acknowledged: set[int] = set()
    for number in range(5):
        (worker,) = together(
            world, [{"what": "claim", "at": "2026-03-03T10:00", "cases": cases[number * 40 : number * 40 + 40]}]
        )
        assert worker.run.stdout
        said = [worker.run.stdout.readline() for _ in range(dice.randint(1, 30))]
        time.sleep(dice.uniform(0, 0.02))
        os.kill(worker.run.pid, signal.SIGKILL)
        acknowledged |= {int(line.split()[1]) for line in [*said, *worker.finish()]}
        check_sound(world.engine, world.home)
    claimed = {row[0] for row in world.rows("SELECT id FROM cases WHERE state = 'claimed'")}
    assert acknowledged <= claimed
    # The last commit of each round may have been done and not yet said.
    assert len(claimed - acknowledged) <= 5


def test_a_worker_ends_when_whoever_started_it_is_gone(world: World, tmp_path: Path) -> None:
    """A killed run of the tests left its workers waiting for their gun for ever."""
    order = {
        "url": world.engine.url.render_as_string(hide_password=False),
        "gun": str(tmp_path / "never"),
        "what": "scan",
    }
    starter = (
        "import subprocess, sys\n"
        f"worker = subprocess.Popen([sys.executable, '-m', 'tests.processes.worker', {json.dumps(order)!r}], stdout=subprocess.PIPE)\n"
        "worker.stdout.readline()\n"
        "print(worker.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", starter], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        parent.kill()
    for _ in range(200):
        if not _runs(worker):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError("the worker still waits")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
