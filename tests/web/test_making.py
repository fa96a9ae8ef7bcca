"""What takes long to make: made beside the requests, for one person alone, and nothing of it stays."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.web.conftest import Answer, Door, Visitor
from tests.world import World
from web.acts.files import aside_of
from web.making import KEPT_MINUTES, Making, NotMade, Thing, Told, begin, found, stop, sweep, under_way
from web.pages import ledger_export
from web.pages import log as log_pages

LEDGER = Thing("台账", "条", "/cases")


def awaited(visitor: Visitor, answer: Answer) -> Answer:
    """Follow to the page that says how far it is, wait there, and fetch what was made."""
    assert answer.status_code == 303, answer.text[:300]
    page, until = answer.headers["location"], time.monotonic() + 60
    while "data-made" not in (said := visitor.get(page).text):
        assert time.monotonic() < until, said
        assert "正在生成" in said
        time.sleep(0.02)
    return visitor.get(f"{page}/file")


def settled(home: Path, token: str) -> Making | None:
    """Wait until nobody makes it any more."""
    while (one := found(home, token)) and one.under_way:
        time.sleep(0.005)
    return one


def made_for(world: World, login: str) -> str:
    """Return the address of what was made for somebody of the cast."""
    ((account,),) = world.rows("SELECT id FROM accounts WHERE login = :login", login=login or "office")
    token = begin(world.home, account, LEDGER, lambda path, _: str(path.write_bytes(b"whole")))
    settled(world.home, token)
    return f"/making/{token}"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop(tmp_path)


def left(home: Path) -> list[Path]:
    return list(aside_of(home).iterdir())


def test_it_says_how_far_it_is_and_is_there_when_it_is_made(home: Path) -> None:
    goes_on = threading.Event()

    def make(path: Path, told: Told) -> str:
        told(3, 9)
        assert goes_on.wait(30)
        path.write_bytes(b"whole")
        return "台账.xlsx"

    token = begin(home, 7, LEDGER, make)
    while not (one := found(home, token)) or not one.of:
        time.sleep(0.005)
    assert (one.done, one.of, one.under_way, one.size) == (3, 9, True, None)
    assert under_way(home, 7) == one
    assert under_way(home, 8) is None
    goes_on.set()
    made = settled(home, token)
    assert made is not None
    with made.file() as file:
        assert (made.under_way, made.size, made.name, made.account, file.read()) == (False, 5, "台账.xlsx", 7, b"whole")
    assert found(home, "../" + token) is None


def test_another_one_takes_its_place_and_who_makes_it_gives_up(home: Path) -> None:
    begun, ended = threading.Event(), threading.Event()

    def make(path: Path, told: Told) -> str:
        try:
            while True:
                path.write_bytes(b"half")
                told(9, 9)
                begun.set()
        finally:
            ended.set()

    first = begin(home, 7, LEDGER, make)
    assert begun.wait(30)
    second = begin(home, 7, LEDGER, lambda path, _: str(path.write_bytes(b"x")))
    assert ended.wait(30)
    assert found(home, first) is None
    assert settled(home, second) is not None
    begin(home, 8, LEDGER, lambda path, _: str(path.write_bytes(b"x")))
    assert found(home, second) is not None, "another's"


def test_what_cannot_be_made_says_why_and_what_breaks_says_that_it_broke(home: Path) -> None:
    def refuse(path: Path, told: Told) -> str:
        raise NotMade("一格太长")

    one = settled(home, begin(home, 7, LEDGER, refuse))
    assert one is not None
    assert (one.fault, one.size) == ("一格太长", None)
    one = settled(home, begin(home, 7, LEDGER, lambda path, _: str(1 // len(path.suffix))))
    assert one is not None
    assert one.fault.startswith("没有做成")


def test_nothing_stays(home: Path) -> None:
    """What is old is swept away, also of a machine that was switched off; what stands in use stays; at the end everything goes."""
    dead = aside_of(home) / "making-dead"
    dead.mkdir()
    for name in ("lock", "part", "said"):
        (dead / name).write_text(
            '{"account": 7, "thing": {"called": "台账", "counted": "条", "back": "/"}}', encoding="utf-8"
        )
    one = found(home, "dead")
    assert one is not None
    assert (one.under_way, one.size, one.fault) == (False, None, "")
    token = begin(home, 8, LEDGER, lambda path, _: str(path.write_bytes(b"x")))
    settled(home, token)
    sweep(home)
    assert found(home, "dead") == one
    for folder in left(home):
        before = time.time() - KEPT_MINUTES * 60 - 1
        os.utime(folder, (before, before))
    sweep(home)
    assert left(home) == []
    begin(home, 8, LEDGER, lambda path, _: str(path.write_bytes(b"x")))
    stop(home)
    assert left(home) == []


def test_an_export_that_takes_long_is_watched_and_is_for_who_asked_alone(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_export, "LONG", 5)
    door.world.feed_back(6)
    office, head = door.as_("office"), door.as_("head")
    asked = office.get("/cases/export.xlsx?columns=usual&sort=number")
    whole = awaited(office, asked)
    page_of = openpyxl.load_workbook(io.BytesIO(whole.content)).active
    assert page_of is not None
    assert page_of.max_row == 2 + 6
    assert whole.headers["content-disposition"].startswith("attachment")
    noted = door.world.rows("SELECT login, words FROM security_log WHERE what = 'exported_ledger'")
    assert [tuple(one) for one in noted] == [("office", "6 条 sort=number")]
    page = asked.headers["location"]
    assert f'href="{page}"' in office.get("/cases/export").text
    assert page not in head.get("/cases/export").text
    for path in (page, f"{page}/file"):
        foreign, missing = head.get(path), head.get(path.replace(page, "/making/x"))
        assert (foreign.status_code, foreign.text) == (missing.status_code, missing.text) == (404, foreign.text)
    assert [tuple(one) for one in door.world.rows("SELECT login, words FROM security_log WHERE what = 'foreign'")] == [
        ("head", "正在生成的文件"),
        ("head", "生成的文件"),
    ]
    assert door.as_("secretary_village").get("/cases/export.xlsx").status_code == 200, "of few lines nobody waits"


def test_a_long_log_is_handed_out_with_progress_and_is_whole(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The auditor's package is made beside the requests, and is the file that a short log gives at once."""
    door.world.feed_back(3)
    auditor = door.as_("auditor")
    at_once = auditor.submit("/log/export", {"texts": "1"})
    monkeypatch.setattr(log_pages, "LONG", 0)
    later = awaited(auditor, auditor.submit("/log/export", {"texts": "1"}))
    assert (later.status_code, later.content) == (200, at_once.content)
    assert later.headers["content-disposition"] == at_once.headers["content-disposition"]
