"""Two schedulers side by side, one killed and started again: all duties run by themselves, nothing twice."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

import clock
from storage.engine import open_engine, reading
from tests.cli.conftest import Shell, bare, shell  # noqa: F401 fixtures
from tests.soundness import check_sound

ROOT = Path(__file__).parent.parent.parent


def start(config: Path) -> subprocess.Popen[bytes]:
    """Start a scheduler as an operator does."""
    program = Path(sys.executable).parent / "zhenggai"
    return subprocess.Popen(
        [program, "--config", config, "scheduler"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def test_schedulers_remind_deliver_sign_and_verify_by_themselves(shell: Shell) -> None:  # noqa: F811
    """Thirty problems fed back two weeks ago; two schedulers, one of them killed with -9 and replaced."""
    ledger = shell.home / "many.csv"
    ledger.write_text(
        "编号,单位,问题,具体表现\n" + "".join(f"{n},城伯镇党委,路灯不亮,背街损坏{n}盏\n" for n in range(1, 31)),
        encoding="utf-8",
    )
    fed_back = clock.local_date(clock.now()) - timedelta(days=14)
    shell.json("import", ledger, "--round", "一轮", "--feedback", fed_back)
    config = shell.home / "quick.toml"
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8")
    quick = re.sub(r"^(scan|deliver|checkpoint|verify) = \d+$", r"\1 = 1", shipped, flags=re.MULTILINE)
    # At whatever hour this runs, all leaves at once.
    quick = re.sub(r"^(office_hours|daily) = \S+", r'\1 = ""', quick, flags=re.MULTILINE)
    # A mail that a killed process had claimed is taken again once the claim ran out: 15 times this, and ten seconds.
    config.write_text(re.sub(r"^timeout = 30", "timeout = 1", quick, flags=re.MULTILINE), encoding="utf-8")
    running = [start(config), start(config)]
    try:
        time.sleep(4)
        running[0].send_signal(signal.SIGKILL)
        running.append(start(config))
        assert wait_for(lambda: done(shell)), [process.poll() for process in running]
    finally:
        for process in running:
            process.terminate()
        errors = [process.communicate(timeout=60)[1].decode() for process in running]
    assert not any("Traceback" in one for one in errors), errors
    engine = open_engine(_url(shell))
    with reading(engine) as work:
        told = Counter(work.session.execute(text("SELECT rule FROM alerts WHERE NOT skipped")).scalars())
        names = set(work.session.execute(text("SELECT name FROM duty_runs WHERE ok")).scalars())
    assert told == {"claim": 30}
    assert names == {"scan", "report", "deliver", "checkpoint", "verify"}
    identities = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["message-id"]
        for path in (shell.home / "mail").glob("*.eml")
    ]
    assert len(identities) == len(set(identities)) >= 5
    check_sound(engine, shell.home)
    engine.dispose()


def done(shell: Shell) -> bool:  # noqa: F811
    """Say whether every duty has run, all is delivered and a checkpoint covers all."""
    engine = open_engine(_url(shell))
    with reading(engine) as work:
        runs = work.session.execute(text("SELECT COUNT(*) FROM duty_runs WHERE ok")).scalar_one()
        waiting = work.session.execute(text("SELECT COUNT(*) FROM outbox WHERE expanded_at IS NULL")).scalar_one()
        unsent = work.session.execute(text("SELECT COUNT(*) FROM deliveries WHERE state = 'waiting'")).scalar_one()
        told = work.session.execute(text("SELECT COUNT(*) FROM alerts WHERE NOT skipped")).scalar_one()
        signed = work.session.execute(text("SELECT MAX(c.size) = MAX(h.size) FROM checkpoints c, heads h")).scalar_one()
    engine.dispose()
    return runs == 5 and told == 30 and waiting == unsent == 0 and bool(signed)


def wait_for(condition: Callable[[], bool], seconds: int = 90) -> bool:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.5)
    return False


def _url(shell: Shell) -> str:  # noqa: F811
    assert shell.home.exists()
    return os.environ["ZHENGGAI_DATABASE_URL"]
