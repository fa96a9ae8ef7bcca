"""The demo as a program: it goes on with a home that is seeded, and seeds a whole term from nothing."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from urllib.request import urlopen

import pytest
import typer
from pwdlib import PasswordHash
from rich.console import Console
from sqlalchemy import text
from typer.testing import CliRunner, Result

import clock
from cli.demo import demo
from figures.stats import stats
from papers.dossier import About
from papers.filling import fill
from papers.kinds import KINDS
from register.figures import figures
from seeding.seed import WHOLE
from seeding.story import tell
from settings import load
from storage import migrate
from storage.engine import open_engine, reading
from storage.sql import Driver
from tests import databases
from tests.figures.oracle import compared
from tests.seeding.test_plan import on_paper
from tests.seeding.test_seed import OFFICE_DOES, OFFICE_DOES_SOME_DAYS, PASSWORD, seed_small, tasks_of_login
from tests.soundness import check_sound
from workflow.people import operator

PATIENCE = 600  # tenths of a second


def run_demo(home: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.setenv("ZHENGGAI_HOME", str(home))
    monkeypatch.delenv("ZHENGGAI_DATABASE_URL", raising=False)
    app = typer.Typer()
    app.command()(demo)
    return CliRunner().invoke(app, words)


def served_demo(home: Path) -> tuple[str, str]:
    """Run the demo of a seeded home as a program; return what it said and its sign-in page, once Ctrl-C has ended it."""
    port = databases.free_port()
    program = Path(sys.executable).with_name("zhenggai")
    environment = {**os.environ, "ZHENGGAI_HOME": str(home)}
    environment.pop("ZHENGGAI_DATABASE_URL", None)
    with (
        (home / "said").open("w") as said,
        subprocess.Popen(
            [program, "demo", "--port", str(port)], env=environment, stdout=said, stderr=subprocess.STDOUT
        ) as running,
    ):
        page = ""
        for _ in range(PATIENCE):
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/signin") as answer:
                page = answer.read().decode()
            if page or running.poll() is not None:
                break
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        assert running.wait(PATIENCE / 10) in (0, 130), (home / "said").read_text(encoding="utf-8")
    return (home / "said").read_text(encoding="utf-8"), page


def test_the_demo_goes_on_with_a_home_that_is_seeded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seeded home is kept: the story is told, then the pages are served until Ctrl-C; seeding again is refused."""
    engine = open_engine(f"sqlite:///{tmp_path / 'zhenggai.db'}")
    migrate.upgrade(engine)
    seed_small(engine, tmp_path, clock.now())
    told, page = served_demo(tmp_path)
    for words in (
        "4 轮巡察",
        "存量转入 24 个问题",
        "清晨扫描",
        "提醒邮件",
        "升级督办",
        "流转日志完好",
        "三件值得一试的事",
    ):
        assert words in told
    assert re.search(r"查看与办理：http://127\.0\.0\.1:(?!8000)\d+/cases/", told)
    assert PASSWORD not in told
    assert "演练" in page
    refused = run_demo(tmp_path, monkeypatch, "--seed-only")
    assert refused.exit_code == 1
    assert "已有 146 个问题" in str(refused.exception)
    (tmp_path / WHOLE).unlink()
    cut_short = run_demo(tmp_path, monkeypatch, "--port", str(databases.free_port()))
    assert cut_short.exit_code == 1
    assert "上次播种没有完成" in str(cut_short.exception)
    engine.dispose()


def say_past_days(driver: Driver, today: date) -> None:
    """Twenty random days of the term: figures say of each what a replay of the trail to its end says, measures too."""
    days = Random(39).sample([today - timedelta(days=number) for number in range(1, 1800)], 20)
    for said in compared(driver, 1, today, sorted(days)):
        print(said["on"], said["of"], said["done"], said["overdue"], said["measures"])


@pytest.mark.long
def test_a_whole_term_is_seeded_to_the_last_fen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`demo --seed-only` from nothing, under the widest umask: the published figures, several cases in every state, a password
    that works and need not be changed; home and files are its owner's alone.
    """
    home, umask = tmp_path / "var" / "demo", os.umask(0)
    try:
        told = run_demo(home, monkeypatch, "--seed-only")
    finally:
        os.umask(umask)
    assert told.exit_code == 0, told.output
    [password] = re.findall(r"口令：(\S+)（", told.stdout)
    engine = open_engine(load().database_url)
    with reading(engine) as work:
        today = clock.local_date(clock.now())
        found, office = stats(work.driver, 1, today), figures(work.driver, 1, today)
        say_past_days(work.driver, today)
        secret = work.session.execute(text("SELECT password_hash FROM accounts WHERE login = 'office2'")).scalar_one()
    assert (found["rounds"], found["organisations"], found["problems"]) == (15, 361, 2894)
    assert (found["clues"], found["rules"], found["recovered_yuan"]) == (180, 646, 3_450_000)
    assert min(found["by_state"].values()) >= 2
    assert office["rounds_by_kind"] == {"regular": 11, "special": 1, "mobile": 1, "raised": 1, "look_back": 1}
    assert office["coverage"] == {
        "term": "第十三届",
        "of": 361,
        "inspected": 361,
        "planned": 0,
        "missing": 0,
        "rate": 100.0,
    }
    plan = on_paper(today)
    met = {act.day for act in plan.acts if "minute_no" in act.answers}
    assert (office["meetings"]["count"], office["instructions"]["count"]) == (len(met), 8)
    assert (sum(office["by_aspect"].values()), office["no_aspect"]) == (found["problems"], 0)
    assert sum(office["by_topic"].values()) == sum(len(one.topics) for one in plan.problems if one.repeats is None)
    assert (found["taken_over"], found["other_terms"]) == (
        {"problems": 320, "running": 8, "closed": 312},
        {"rounds": 2, "problems": 320, "open": 8},
    )
    with reading(engine) as work:
        review = fill(work.driver, KINDS["term_review"], About(on=today, since=today), operator(1, "root"), today)
    assert "开展巡察15轮，巡察党组织361个，反馈问题2894个，移交问题线索180条。" in str(review.blocks[0])
    assert "新建修订制度共646项。" in str(review.blocks)
    assert "挽回资金345.00万元" in str(review.blocks)
    now = clock.now()
    assert 10 <= tasks_of_login(engine, "secretary", now).count <= 15
    waits = tasks_of_login(engine, "office", now)
    assert 25 <= waits.count <= 45
    assert OFFICE_DOES <= {task.verb for task in waits.listed} <= OFFICE_DOES | OFFICE_DOES_SOME_DAYS
    assert 2 <= sum(task.due_on < clock.local_date(now) for task in waits.listed if task.due_on) <= 8
    console = Console(width=100, record=True, file=io.StringIO())
    tell(engine, home, load(), now, console.print)
    sent = re.search(r"寄出 (\d+) 封", console.export_text())
    assert sent
    assert 60 <= int(sent[1]) <= 200
    assert PasswordHash.recommended().verify(password, secret)
    assert home.stat().st_mode & 0o777 == 0o700
    assert {str(path) for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077} == set()
    check_sound(engine, home)
    engine.dispose()
