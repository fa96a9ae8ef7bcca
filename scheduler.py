"""The scheduler 定时任务: APScheduler wakes the duties; correctness never depends on which of several nodes runs them."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

import clock

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Duty:
    """One recurring duty: its name, the seconds between two runs, and what it does."""

    name: str
    every: int
    run: Callable[[datetime], object]


def build(duties: list[Duty]) -> BackgroundScheduler:
    """Return a scheduler that wakes every duty at once and then at its interval; a late run is run once, not dropped."""
    waker = BackgroundScheduler(timezone="Asia/Shanghai")
    for duty in duties:
        waker.add_job(
            _run, "interval", [duty], seconds=duty.every, id=duty.name, next_run_time=clock.now(),
            coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip
    return waker


def run_until_told(duties: list[Duty], said: Callable[[str], None]) -> None:
    """Run the duties until SIGTERM or SIGINT; a run under way is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    waker = build(duties)
    waker.start()
    said("定时任务已启动：" + "，".join(f"{duty.name} 每 {duty.every} 秒" for duty in duties))
    stop.wait()
    waker.shutdown(wait=True)
    said("定时任务已停止")


def _run(duty: Duty) -> None:
    """Run one duty; a failure is logged and the next run comes at its time."""
    try:
        found = duty.run(clock.now())
    except Exception:
        log.exception("duty.failed", duty=duty.name)
        return
    said = found if isinstance(found, Mapping) else {}
    # It ran, and what it found is not well: the log that does not verify.
    well = said.get("ok", True)
    log.log(
        logging.INFO if well else logging.ERROR, "duty.done" if well else "duty.found_wrong", duty=duty.name, **said
    )
