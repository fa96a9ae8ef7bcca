"""首次设置: an empty house is set up from the browser, behind an address that opens nothing afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from register.first_run import missing_administrators
from settings import SHIPPED, Settings, _read
from storage.engine import open_engine, reading, writing
from storage.rows import take_head
from storage.setup import create_all
from storage.sql import Driver
from tests import databases
from tests.soundness import check_sound
from tests.web.conftest import OURS, PASSWORD, Answer, Visitor, field_in
from web.app import create_app
from web.pages import first
from web.pages.first import close_first_run, open_first_run

THREE = (("sysadmin", "周系统", "zhouxt"), ("secadmin", "吴安全", "wuaq"), ("secauditor", "郑审计", "zhengsj"))


@dataclass
class Empty:
    """A house with tables and nothing in them, being served."""

    engine: Engine
    home: Path
    visitor: Visitor
    address: str

    def send(self, **fields: str) -> Answer:
        return self.visitor.post(self.address, data=fields)

    def laid(self) -> Empty:
        assert self.send(name="海棠市", code="haitang").status_code == 303
        return self

    def administrator(self, role: str, name: str, login: str, **more: str) -> Answer:
        said = {"role": role, "name": name, "login": login, "password": PASSWORD, "again": PASSWORD}
        return self.send(**said | more)

    def rows(self, sql: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(map(tuple, connection.execute(text(sql))))


@pytest.fixture
def empty(kind: str, tmp_path: Path) -> Iterator[Empty]:
    url = databases.fresh_sqlite(tmp_path) if kind == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    create_all(engine)
    settings = Settings(file=SHIPPED, home=tmp_path, database_url=url, config=_read(SHIPPED))
    app = create_app(settings, engine)
    with Visitor(app, base_url=OURS, headers={"origin": OURS}, follow_redirects=False) as visitor:
        yield Empty(engine, tmp_path, visitor, f"/first/{open_first_run(tmp_path)}")
    try:
        check_sound(engine, tmp_path)
    finally:
        engine.dispose()
        if kind == "postgres":
            databases.drop(url)


def test_an_empty_house_is_set_up_from_the_browser(empty: Empty) -> None:
    """The jurisdiction, then three people, each with a password of their own, who sign in at once and change nothing first."""
    for path in ("/", "/signin", "/cases", "/accounts"):
        page = empty.visitor.get(path)
        assert (page.status_code, "首次设置" in page.text) == (503, True), path
    assert empty.visitor.get("/healthz").json()["ok"] is False
    assert "先写明这是哪个市" in empty.visitor.get(empty.address).text
    empty.laid()
    for role, name, login in THREE:
        assert f'value="{role}"' in empty.visitor.get(empty.address).text
        assert empty.visitor.get("/first/done").status_code == 404
        led = empty.administrator(role, name, login)
    assert empty.visitor.get(empty.address).status_code == 404, "closed by the third, whoever follows where it leads"
    assert "海棠市的三员已设好" in empty.visitor.get(led.headers["location"]).text
    for _, name, login in THREE:
        token = field_in(empty.visitor.get("/signin").text, "token")
        said = {"login": login, "password": PASSWORD, "token": token}
        assert empty.visitor.post("/signin", data=said).status_code == 303
        assert empty.visitor.get("/").headers["location"] == "/me/second"
        assert name in empty.visitor.get("/me/second").text
    assert empty.rows("SELECT code, name FROM jurisdictions") == [("haitang", "海棠市")]
    told = empty.rows("SELECT words FROM security_log WHERE what = 'first_run' ORDER BY id")
    assert told == [("设立海棠市（haitang）",), ("系统管理员 zhouxt",), ("安全管理员 wuaq",), ("安全审计员 zhengsj",)]


def test_what_the_operator_set_up_is_listed_until_somebody_has_looked(empty: Empty) -> None:
    """Nobody could approve the three: each entry is the operator's, made in the browser, and stands in the list."""
    empty.laid()
    for one in THREE:
        empty.administrator(*one)
    assert empty.rows("SELECT COUNT(*) FROM requests WHERE state = 'standing'") == [(9,)]
    with reading(empty.engine) as work:
        vias = {row[0] for row in work.driver.all("SELECT DISTINCT os_user FROM requests", ())}
    assert vias
    assert None not in vias


def test_wrong_words_are_said_at_their_fields_and_nothing_is_kept(empty: Empty) -> None:
    """All faults of a step at once; what was typed stays, but for the password."""
    page = empty.send(name=" ", code="Hai Tang")
    assert page.status_code == 422
    assert "请填写名称" in page.text
    assert "小写字母" in page.text
    assert empty.rows("SELECT COUNT(*) FROM jurisdictions") == [(0,)]
    empty.laid()
    page = empty.administrator("sysadmin", "周系统", "周", password="abc", again="abd")
    assert page.status_code == 422
    assert "密码至少" in page.text
    assert "只能用字母" in page.text
    assert 'value="周系统"' in page.text
    assert 'value="abc"' not in page.text
    assert empty.rows("SELECT COUNT(*) FROM people") == [(0,)]
    assert "两次输入" in empty.administrator("sysadmin", "周系统", "zhou", again="other").text


def test_the_three_are_three_people(empty: Empty) -> None:
    """The same name again is refused, unless both say by a personal key that they are two; the same key never passes."""
    empty.laid()
    empty.administrator("sysadmin", "周海", "zhouh")
    assert "三个不同的人" in empty.administrator("secadmin", "周海", "zhouh2").text
    assert "三个不同的人" in empty.administrator("secadmin", "周海", "zhouh2", personal_key="7").text
    assert empty.administrator("secadmin", "周海", "zhouh").status_code == 422
    assert empty.rows("SELECT COUNT(*) FROM posts") == [(1,)]


def test_two_of_one_name_say_so_by_their_keys(empty: Empty) -> None:
    empty.laid()
    empty.administrator("sysadmin", "周海", "zhouh", personal_key="6")
    refused = empty.administrator("secadmin", "周海", "zhouh2", personal_key="6")
    assert refused.status_code == 422
    assert empty.administrator("secadmin", "周海", "zhouh2", personal_key="7").status_code == 303
    assert empty.rows("SELECT COUNT(*) FROM people") == [(2,)]


def test_nobody_else_gets_in(empty: Empty) -> None:
    """A wrong address, another site's form, a role that is none of the three, a step taken twice: nothing is made."""
    assert empty.visitor.get("/first/wrong").status_code == 404
    assert empty.visitor.post("/first/wrong", data={"name": "海棠市", "code": "x"}).status_code == 404
    forged = empty.visitor.post(empty.address, data={"name": "甲", "code": "x"}, headers={"origin": "http://elsewhere"})
    assert forged.status_code == 403
    assert empty.rows("SELECT COUNT(*) FROM jurisdictions") == [(0,)]
    empty.laid()
    assert empty.administrator("office", "甲", "jia").status_code == 422
    for _ in range(2):
        empty.administrator("sysadmin", "周系统", "zhouxt")
    assert empty.administrator("sysadmin", "赵某", "zhaom").status_code == 303
    assert empty.rows("SELECT login FROM accounts") == [("zhouxt",)]
    close_first_run(empty.home)
    assert empty.visitor.get(empty.address).status_code == 404


@pytest.mark.parametrize("kind", ["postgres"])
def test_while_one_takes_a_step_nobody_else_does(empty: Empty, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is looked up under the lock under which it is entered: on SQLite every writer is alone anyway."""
    empty.laid()
    look, free = missing_administrators, list[bool]()

    def looks(driver: Driver, place: int, today: date) -> list[str]:
        with writing(empty.engine) as other:
            free.append(take_head(other.driver, place))
            other.rollback()
        return look(driver, place, today)

    monkeypatch.setattr(first, "missing_administrators", looks)
    assert empty.administrator(*THREE[0]).status_code == 303
    assert free[0] is False


def test_two_browsers_lay_one_house(empty: Empty) -> None:
    """The second browser still shows the first step: what it sends makes no second jurisdiction."""
    desk = empty.visitor.app.state.desk  # type: ignore[attr-defined]
    empty.laid()
    empty.visitor.app.state.desk = replace(desk)  # type: ignore[attr-defined]
    assert empty.send(name="木棉市", code="mumian").status_code == 303
    assert empty.rows("SELECT name FROM jurisdictions") == [("海棠市",)]
    assert "海棠市" in empty.visitor.get(empty.address).text
