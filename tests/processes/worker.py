"""One process of a race: waits for the starting gun, then scans, fires or claims, and says what it did."""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import clock
from papers.issuing import Order, Printed, issue_together
from storage.engine import open_engine, reading, writing
from storage.paper_drafts import digest_of
from workflow.engine import fire
from workflow.people import actor_of
from workflow.scan import scan
from workflow.subject import Intent

ANSWERS = {"responsible": "林建国", "department": "村建中心", "person": "李敏"}


def main() -> None:
    """Run what the order says once the gun file is there; without whoever started it nobody will lay it."""
    parent = os.getppid()
    order: dict[str, Any] = json.loads(sys.argv[1])
    engine = open_engine(order["url"])
    with engine.connect():
        pass
    print("ready", flush=True)
    while not Path(order["gun"]).exists():
        if os.getppid() != parent:
            return
        time.sleep(0.001)
    {"scan": _scan, "race": _race, "claim": _claim, "issue": _issue}[order["what"]](engine, order)


def _scan(engine: Any, order: dict[str, Any]) -> None:
    found = scan(engine, clock.parse_iso(order["at"]), order["batch"])
    print(json.dumps({"fired": len(found.fired), "failed": found.failed}), flush=True)


def _race(engine: Any, order: dict[str, Any]) -> None:
    """Eight clients of one process race for one claim of each case."""

    def one(case: int) -> str:
        with writing(engine) as work:
            actor = actor_of(work.driver, "secretary", clock.local_date(clock.parse_iso(order["at"])), "cli", "root")
            (outcome,) = fire(
                work, [Intent("claim", case, answers=ANSWERS, version=1)], actor, clock.parse_iso(order["at"])
            )
            work.commit()
        return outcome.outcome

    with ThreadPoolExecutor(8) as pool:
        outcomes = [list(pool.map(one, [case] * 8)) for case in order["cases"]]
    print(json.dumps(outcomes), flush=True)


def _claim(engine: Any, order: dict[str, Any]) -> None:
    """Claim case after case, and say each only once the database has acknowledged it."""
    for case in order["cases"]:
        with writing(engine) as work:
            actor = actor_of(work.driver, "secretary", clock.local_date(clock.parse_iso(order["at"])), "cli", "root")
            (outcome,) = fire(work, [Intent("claim", case, answers=ANSWERS)], actor, clock.parse_iso(order["at"]))
            work.commit()
        if outcome.outcome == "done":
            print(f"acknowledged {case}", flush=True)


def _issue(engine: Any, order: dict[str, Any]) -> None:
    """Let as many threads as are wanted issue papers, two together, and say each only once the database has acknowledged it."""
    now = clock.parse_iso(order["at"])
    with reading(engine) as work:
        actor = actor_of(work.driver, "head", clock.local_date(now), "cli", "root")

    def two(drafts: list[int]) -> None:
        with reading(engine) as work:
            wanted = [Order(one, order["series"], seen=digest_of(work.driver, one)) for one in drafts]
        home, printer = Path(order["home"]), lambda _, __, number, *___: Printed(number.encode())
        made = issue_together(engine, home, wanted, actor, now, printer)
        refused = [one.refused for one in made if one.refusals]
        for draft in drafts:
            print(f"acknowledged {draft}" if not refused else f"refused {refused}", flush=True)

    with ThreadPoolExecutor(order["threads"]) as pool:
        drafts = order["drafts"]
        list(pool.map(two, (drafts[n : n + 2] for n in range(0, len(drafts), 2))))


if __name__ == "__main__":
    main()
