"""The security log: everything refused and everything foreign is in it; it is filtered, and taken away as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

import clock
from ledger.words import as_text
from register.groundwork import lay_groundwork, profiles_in
from settings import SHIPPED, _read
from storage.engine import reading, writing
from storage.reads.security import Asked, all_security_lines, security_lines
from storage.security import EVENTS, Event, Who, note, record
from tests.web.conftest import PASSWORD, Answer, Door, Visitor
from tests.web.signed import NEW, events, fail
from tests.web.stage import Stage, routes_of
from tests.web.statements import faults, listening
from tests.web.test_foreign import NOT_THERE, requests_for
from tests.web.test_matrix import matrix
from tests.web.test_resets import ask, last
from tests.world import BUREAU, World
from web.asked import WORDS
from web.security_sheet import BadFilter, asked_of
from workflow.security import FIRST_WORDS, first_words


@pytest.fixture(scope="module")
def stage(town_door: Door) -> Stage:
    return Stage(town_door).set_up("feedback", "claimed", "rectifying", "escalated")


def noted(world: World, what: str) -> list[tuple[Any, ...]]:
    """Return what was noted of a kind: login, via, case, action, words."""
    sql = "SELECT login, via, case_id, action, words FROM security_log WHERE what = :what ORDER BY id"
    return [tuple(row) for row in world.rows(sql, what=what)]


# Refused moves.


def test_every_refusal_of_a_move_is_noted_once_for_each_case_by_how_it_begins(door: Door) -> None:
    """Looked over, done, prepared and confirmed: whichever way a move is tried."""
    world = door.world
    one, two = world.feed_back(2)
    secretary, handler, office = door.as_("secretary"), door.as_("handler"), door.as_("office")
    for visitor, step in ((secretary, {"step": "check"}), (handler, {})):
        assert visitor.submit("/acts/claim", {"case": [str(one), str(two)], **step}).status_code == 422
    number = Stage(door).draft("office", "void", one)
    assert office.submit(f"/drafts/{number}", {"step": "do", "password": PASSWORD}).status_code == 422
    shown = secretary.looked_over("/acts/acknowledge", {"case": str(one)})
    world.do("secretary", "acknowledge", one)
    assert secretary.submit("/acts/acknowledge", {**shown, "password": PASSWORD}).status_code in (409, 422)
    found = noted(world, "refused")
    assert [(login, case, action) for login, _, case, action, _ in found][:5] == [
        ("secretary", one, "claim"), ("secretary", two, "claim"), ("handler", one, "claim"), ("handler", two, "claim"), ("office", one, "void"),
    ]  # fmt: skip
    assert all(via == "web" and words for _, via, _, _, words in found)
    assert "另一人" in found[4][4]


def test_a_refusal_says_how_it_begins_and_how_long_it_is() -> None:
    assert first_words([]) == ""
    assert first_words(["少了方案"]) == "少了方案"
    assert first_words(["少了方案", "少了承诺书"]) == "少了方案（共 2 条理由）"
    assert first_words(["长" * 70]) == "长" * FIRST_WORDS + "…"


def test_a_refused_import_is_noted(door: Door) -> None:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([["编号", "单位", "轮次", "问题"], ["1", BUREAU, "另一轮", "路灯不亮"]])
    data = {"round": "二轮", "unit": "", "feedback": "2026-03-02", "step": "do"}
    answer = door.as_("office").submit(
        "/import", data, files={"m.problem_list": ("台账.csv", sheet.getvalue().encode())}
    )
    assert answer.status_code == 422
    [(login, _, case, action, words)] = noted(door.world, "refused")
    assert (login, case, action, bool(words)) == ("office", None, "feed_back", True)


# Foreign ids.


def test_every_request_for_what_is_not_ones_own_is_noted(stage: Stage) -> None:
    """And one for what does not exist, in the same words: whoever reads the log sees who looks for what."""
    visitor, case, world = stage.door.as_("secretary"), stage.stranger, stage.world
    material = stage.material(case)
    draft = stage.draft("handler_bureau", "claim", stage.fed_back(BUREAU))
    for method, path, number, data, files in requests_for(case, material, draft, stage.last_index(case)):
        for one in (number, NOT_THERE):
            said = {name: value.format(n=one) if isinstance(value, str) else value for name, value in data.items()}
            place, before = path.format(n=one), len(noted(world, "foreign"))
            answer = visitor.get(place) if method == "GET" else visitor.submit(place, said, files=files)
            assert answer.status_code == 404, place
            found = noted(world, "foreign")
            assert len(found) == before + 1, place
            login, via, about, action, words = found[-1]
            assert (login, via) == ("secretary", "web")
            wanted = re.match(r"/acts/(\w+)", place)
            assert action == (wanted[1] if wanted else "")
            assert about == (one if place.startswith(("/cases/", "/acts/")) else None), place
            assert place.startswith(("/cases/", "/acts/")) or str(one) in words


def test_a_page_that_is_not_for_the_role_is_noted_and_an_address_that_is_nowhere_is_not(stage: Stage) -> None:
    visitor, before = stage.door.as_("office"), len(noted(stage.world, "foreign"))
    for path in ("/log", "/security", "/security/export.csv?login=office", "/accounts"):
        assert visitor.get(path).status_code == 404
    for path in ("/nowhere", "/cases/abc", "/acts"):
        assert visitor.get(path).status_code == 404
    assert [words for *_, words in noted(stage.world, "foreign")[before:]] == [
        "流转日志",
        "安全日志",
        "导出安全日志",
        "账号",
    ]


def test_of_several_cases_the_foreign_one_is_named(stage: Stage) -> None:
    own, strange = stage.own["feedback"], stage.stranger
    stage.door.as_("secretary").submit("/acts/claim", {"case": [str(own), str(strange)]})
    assert noted(stage.world, "foreign")[-1][2:4] == (strange, "claim")


def test_every_route_that_may_not_be_there_is_named_in_words(stage: Stage) -> None:
    """A new one gets its words in web/asked.py."""
    hidden = {line.route for line in matrix() if {"none", "moves"} & set(line.gives.values())}
    known = {route for _, route in routes_of(stage.door.app.routes)}
    assert hidden & known <= set(WORDS), "name what it asks for in WORDS"
    assert set(WORDS) <= known


# The door.


def test_refused_sign_ins_are_noted_with_the_person_where_the_login_is_known(door: Door) -> None:
    visitor = door.visitor()
    fail(door, visitor, "office", 5)
    door.try_sign_in(visitor, "office")
    door.try_sign_in(door.visitor(), "no.such.person")
    visitor.post("/signin", data={"login": "office", "password": PASSWORD, "token": "x"})
    assert events(door) == ["sign_in_failed"] * 5 + ["sign_in_locked", "sign_in_failed", "forged_request"]
    people = [row[0] for row in door.world.rows("SELECT person_id FROM security_log ORDER BY id")]
    assert people == [door.world.people["office"]] * 6 + [None, None]


@pytest.mark.parametrize("typed", [PASSWORD, "我的密码", "x" * 61, "=1+1", "", "a b"])
def test_what_was_typed_in_place_of_a_login_is_not_kept_where_it_can_be_none(town_door: Door, typed: str) -> None:
    """Who types the password into the field above it does not find it in the log."""
    town_door.try_sign_in(town_door.visitor(), typed, "wrong")
    rows = town_door.world.rows("SELECT what, login, words FROM security_log ORDER BY id DESC LIMIT 1")
    assert [tuple(row) for row in rows] == [("sign_in_failed", "", "")]


def test_a_wrong_old_password_is_a_wrong_signature(door: Door) -> None:
    visitor = door.sign_in("office")
    visitor.submit("/me/password", {"old": "wrong", "new": NEW, "again": NEW})
    visitor.submit("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert events(door)[-2:] == ["wrong_signature", "password_changed"]


def test_what_has_no_words_is_not_noted(door: Door) -> None:
    with writing(door.world.engine) as work, pytest.raises(LookupError, match="no_such_event"):
        record(work.driver, 0, Event("no_such_event", Who(door.world.place)))
    note(door.world.engine, 0)
    assert events(door) == []


# Filters and pages.


def filled(world: World, *rows: tuple[str, Who, int | None, str, int]) -> None:
    """Write events: what, who, case, words, at."""
    with writing(world.engine) as work:
        for what, who, case, words, at in rows:
            record(work.driver, at, Event(what, who, case, words=words))
        work.commit()


def shown(answer: Answer) -> list[str]:
    """Return the words of the events that a page shows."""
    return re.findall(r'data-label="说明">([^<]*)</td>', answer.text)


def asking(door: Door, query: str) -> list[str]:
    return shown(door.as_("secauditor").get(f"/security?{query}"))


DAY = 86_400_000_000


def test_each_filter_finds_its_own_and_all_together_what_fits_all(door: Door) -> None:
    world, now = door.world, clock.micros(clock.start_of(door.world.today))
    auditor = door.as_("secauditor")
    here = Who(world.place, "office", world.people["office"], address="10.0.0.1")
    there = Who(world.place, "team", world.people["team"], via="cli", os_user="root")
    filled(
        world, ("refused", here, 7, "甲", now), ("signed_in", here, None, "乙", now + DAY - 1), ("refused", there, 7, "丙", now + DAY),
        ("foreign", there, 8, "丁", now - 1),
    )  # fmt: skip
    today = world.today.isoformat()
    wanted = {
        "what=refused": ["丙", "甲"], "login=office": ["乙", "甲"], "login=OFFICE": [], "case=7": ["丙", "甲"], "case=8": ["丁"], "address=10.0.0.1": ["乙", "甲"],
        "via=cli": ["丙", "丁"], f"from={today}&login=office": ["乙", "甲"], f"from={today}&to={today}&case=7": ["甲"], f"to={today}&via=cli": ["丁"],
        "what=refused&login=office&case=7&address=10.0.0.1&via=web": ["甲"], "what=refused&login=office&via=cli": [], "login= office ": ["乙", "甲"],
    }  # fmt: skip
    for query, words in wanted.items():
        assert asking(door, query) == words, query
    assert "命令行 root" in auditor.get("/security?via=cli").text


def test_what_was_done_to_an_account_is_found(door: Door) -> None:
    """The filter by login finds what somebody did: resets, closings and requests about a login stood in the words alone."""
    ask(door, kind="reset", login="handler")
    door.as_("secadmin").approve(last(door))
    door.as_("office").get("/accounts")
    found = asking(door, "words=handler")
    assert found == ["重置账号 handler 的密码"] * 3
    assert asking(door, "words=HANDLER&login=secadmin") == found[:2]
    assert asking(door, "words=100%25") == asking(door, "words=handle_") == []
    page = door.as_("secauditor").get("/security/export.csv?words=handler").text
    assert page.count("重置账号 handler 的密码") == 3
    assert asking(door, "what=exported_security") == ["3 条：对象或内容 handler"]


def test_days_the_wrong_way_round_are_said(door: Door) -> None:
    """From after to gave an empty list without a word."""
    answer = door.as_("secauditor").get("/security?from=2026-03-05&to=2026-03-02")
    assert (answer.status_code, "“从”晚于“到”：请核对日期" in answer.text) == (422, True)
    assert "2026-03-05" in answer.text


def test_pages_follow_one_another_without_a_gap_where_many_came_at_one_instant(door: Door) -> None:
    world, now = door.world, clock.micros(door.world.now)
    who = Who(world.place, "crowd", address="10.0.0.9")
    filled(world, *(("sign_in_failed", who, None, f"第{number}次", now + number // 60) for number in range(250)))
    seen, query, pages = [], "login=crowd", 0
    while query:
        page = door.as_("secauditor").get(f"/security?{query}")
        seen += shown(page)
        more = re.search(r'href="/security\?([^"]*)">更早的', page.text)
        query, pages = more[1].replace("&amp;", "&") if more else "", pages + 1
    assert (pages, seen) == (3, [f"第{number}次" for number in reversed(range(250))])


@pytest.mark.parametrize(
    "query",
    [
        "what=no_such",
        "via=clock",
        "case=x",
        "case=-1",
        "case=9223372036854775808",
        "case=²",
        "from=2026-02-30",
        "to=soon",
        "from=0001-01-01",
    ],
)
def test_a_filter_that_cannot_be_read_is_a_sentence_and_finds_nothing(town_door: Door, query: str) -> None:
    page = town_door.as_("secauditor").get(f"/security?{query}")
    assert page.status_code in (200, 422)
    assert (page.status_code == 422) == ("errors" in page.text)
    taken = town_door.as_("secauditor").get(f"/security/export.csv?{query}")
    assert taken.status_code == page.status_code


@pytest.mark.parametrize("before", ["x", "1", "-", "1-", "²-1", "9" * 40 + "-1", "1-1-1"])
def test_a_place_that_is_none_begins_anew(town_door: Door, before: str) -> None:
    assert town_door.as_("secauditor").get(f"/security?before={before}").status_code == 200


def test_nobody_sees_what_was_noted_in_another_jurisdiction(door: Door) -> None:
    with writing(door.world.engine) as work:
        far = lay_groundwork(work, "far", "远县", profiles_in(_read(SHIPPED).profiles), door.world.now)
        work.commit()
    filled(door.world, ("refused", Who(far, "far.office"), 7, "远处的事", 1))
    assert asking(door, "case=7") == asking(door, "login=far.office") == []
    assert "远处的事" not in door.as_("secauditor").get("/security/export.csv").text


# Taken away.


def taken(visitor: Visitor, query: str = "") -> list[list[str]]:
    """Return the cells of the file, its header first."""
    answer = visitor.get(f"/security/export.csv{query}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "＝1", "＋1", "－1", "＠x", "\u3000=1", "=cmd|' /C calc'!A0", '"=1"', 'a"b,c\nd', "<script>alert(1)</script>",
]  # fmt: skip


def test_what_is_taken_away_stays_text_and_is_whole(door: Door) -> None:
    world, now = door.world, clock.micros(door.world.now)
    auditor = door.as_("secauditor")
    filled(
        world,
        *(
            ("refused", Who(world.place, text[:100], address=text), 7, text, now + at)
            for at, text in enumerate(HOSTILE)
        ),
    )
    header, *rows = taken(auditor, "?case=7")
    assert header == ["时间", "事项", "账号", "姓名", "途径", "来自", "问题", "操作", "说明"]
    assert [row[8].removeprefix("'") for row in reversed(rows)] == HOSTILE
    for row in rows:
        for cell in row:
            begins = cell.lstrip(" \u3000")
            assert not begins.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")), cell
    assert as_text("第 1 条 = 2") == "第 1 条 = 2"


def test_what_is_taken_away_is_what_was_filtered_and_is_noted(door: Door) -> None:
    world, now = door.world, clock.micros(door.world.now)
    who = Who(world.place, "office", world.people["office"], address="10.0.0.1")
    filled(
        world,
        *(("refused", who, 7, f"第{number}次", now - number) for number in range(2_500)),
        ("signed_in", who, None, "不是", now),
    )
    auditor = door.as_("secauditor")
    _, *rows = taken(auditor, "?what=refused&login=office&before=1-1")
    assert [row[8] for row in rows] == [f"第{number}次" for number in range(2_500)]
    name = door.world.rows("SELECT name FROM people WHERE id = :person", person=world.people["office"])[0][0]
    assert rows[0][1:8] == ["办理被退回", "office", name, "网页", "10.0.0.1", "7", ""]
    assert noted(world, "exported_security") == [
        ("secauditor", "web", None, "", "2500 条：事项 办理被退回，账号 office")
    ]


def test_the_filters_are_those_of_the_page() -> None:
    with pytest.raises(BadFilter, match="no_such"):
        asked_of({"what": "no_such"})
    assert asked_of({"what": " ", "login": "", "other": "x"}) == Asked()
    assert set(EVENTS) >= {"second_reset", "unknown_login"}, "others note them"


# At a hundred thousand events.

VOLUME = 100_000
GROWN = (
    "INSERT INTO security_log (jurisdiction, at, what, login, via, os_user, address, case_id, action, words) "
    "WITH RECURSIVE k(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM k WHERE n < {size}) "
    "SELECT {place}, {now} - n * 1000000, CASE WHEN n % 3 = 0 THEN 'refused' ELSE 'sign_in_failed' END, 'login' || (n % 40), "
    "CASE WHEN n % 500 = 0 THEN 'cli' ELSE 'web' END, '', '10.0.' || (n % 7) || '.1', CASE WHEN n % 3 = 0 THEN n % 900 END, '', 'x' FROM k"
)
LOOKED_FOR: tuple[dict[str, Any], ...] = (
    {}, {"what": "refused"}, {"what": "signed_in"}, {"login": "login7"}, {"login": "nobody"}, {"case": 27}, {"address": "10.0.3.1"}, {"via": "cli"}, {"via": "web"},
    {"what": "refused", "login": "login6", "address": "10.0.3.1"}, {"what": "sign_in_failed", "via": "web"}, {"since": 0}, {"until": 0},
)  # fmt: skip


@pytest.fixture
def grown(world: World) -> Iterator[World]:
    now = clock.micros(world.now)
    with writing(world.engine) as work:
        work.driver.run(GROWN.format(size=VOLUME, place=world.place, now=now))
        work.commit()
    if world.engine.dialect.name == "postgresql":
        with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE security_log")
    yield world
    with writing(world.engine) as work:
        work.driver.run("DELETE FROM security_log")
        work.commit()


def test_at_a_hundred_thousand_events_a_page_reads_what_it_shows(grown: World) -> None:
    middle = clock.micros(grown.now) - VOLUME // 2 * 1_000_000
    wrong = []
    for said in LOOKED_FOR:
        for more in ({}, {"before": (middle, 1)}, {"since": middle}, {"until": middle}):
            with listening(grown.engine) as heard, reading(grown.engine) as work:
                security_lines(work.driver, grown.place, Asked(**{**said, **more}), 101)
            wrong += [(said, more, fault) for fault in faults(grown.engine, heard[-1])]
    assert wrong == []


def test_a_hundred_thousand_events_are_taken_away_whole_a_block_at_a_time(grown: World) -> None:
    with listening(grown.engine) as heard, reading(grown.engine) as work:
        count = sum(1 for _ in all_security_lines(work.driver, grown.place, Asked()))
    assert (count, len(heard)) == (VOLUME, VOLUME // 1_000 + 1)
    assert [fault for one in heard[-5:] for fault in faults(grown.engine, one)] == []
