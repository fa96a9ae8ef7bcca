"""Letters' numbers under eight issuers and kill -9: no gap, none twice, and each paper bears the number that it was printed with."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from papers.issuing import Order, Printed, issue
from storage.engine import reading, writing
from storage.files import place_of
from storage.paper_drafts import New, digest_of, put_draft
from tests.processes.test_races import together
from tests.soundness import check_sound
from tests.world import TOWN, World

ISSUERS = 8


def drafts(world: World, count: int) -> list[int]:
    with writing(world.engine) as work:
        new = New("guidance", "督查指导书", world.units[TOWN], world.round_id, world.today)
        made = [put_draft(work.driver, world.place, new, None, "office", 0) for _ in range(count)]
        work.note_done()
        work.commit()
    return made


def seen(world: World, draft: int) -> str:
    with reading(world.engine) as work:
        return digest_of(work.driver, draft)


def race(world: World, each: int, processes: int, killed: int) -> None:
    """Let eight issue at once, of whom some are killed in the middle; then one issues what is left."""
    series = world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函", year=2026, first=41)
    waiting = drafts(world, ISSUERS * each)
    order = {
        "what": "issue",
        "at": "2026-03-02T10:00",
        "series": series,
        "home": str(world.home),
        "threads": ISSUERS // processes,
    }
    workers = together(world, [{**order, "drafts": waiting[n::processes]} for n in range(processes)])
    dice = random.Random(5)
    for worker in workers[:killed]:
        assert worker.run.stdout
        worker.run.stdout.readline()  # in the middle: one is acknowledged, others are under way
        time.sleep(dice.uniform(0, 0.02))
        worker.run.kill()
    said = [line for worker in workers for line in worker.finish()]
    assert not [line for line in said if line.startswith("refused")], said
    issued = {row[0] for row in world.rows("SELECT draft_id FROM papers")}
    acknowledged = {int(line.split()[1]) for line in said if len(line.split()) == 2}
    assert acknowledged <= issued
    left = [draft for draft in waiting if draft not in issued]
    check_sound(world.engine, world.home)
    for draft in left:
        made = issue(
            world.engine,
            world.home,
            Order(draft, series, seen=seen(world, draft)),
            world.actor("head"),
            world.now,
            lambda _, __, number, *___: Printed(number.encode()),
        )
        assert not made.refusals
    rows = world.rows("SELECT n, prev, pdf FROM papers ORDER BY n")
    assert [n for n, *_ in rows] == list(range(41, 41 + len(waiting)))
    for n, prev, digest in rows:
        assert prev == (None if n == 41 else n - 1)
        assert place_of(Path(world.home), digest).read_text(encoding="utf-8") == f"成委巡办函〔2026〕{n}号"


def test_eight_issuers_of_whom_some_are_killed_leave_no_gap_and_nothing_twice(world: World) -> None:
    race(world, 2, processes=2, killed=1)


@pytest.mark.long
def test_the_same_at_length(world: World) -> None:
    race(world, 60, processes=8, killed=3)
