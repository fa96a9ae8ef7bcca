"""The three administrators: two make an account, and all look after each other; one human is one person, on the road that people walk."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

import clock
from register.household import NotEntered
from register.kinds import KINDS
from storage.engine import writing
from storage.requests import settle
from storage.sql import as_date
from storage.tables import PostRow
from tests.household import close_login, end_posts, ends, give_post, second_login
from tests.web.conftest import Door, password_hash
from tests.web.signed import WRONG, events, sent
from tests.web.stage import Stage
from tests.web.statements import listening
from tests.world import BUREAU, TOWN, VILLAGE
from web.pages.accounts import FIELDS, MOST_ACCOUNTS, MOST_WAITING


def asked(**more: str) -> dict[str, str]:
    return {"kind": "open", "login": "new.person", "name": "新人", "role": "team", "reason": "调入", **more}


def test_one_asks_and_another_approves_before_an_account_is_there(town_door: Door) -> None:
    sysadmin, secadmin = town_door.as_("sysadmin"), town_door.as_("secadmin")
    assert sysadmin.submit("/accounts", asked()).status_code == 303
    [(number,)] = town_door.world.rows("SELECT MAX(id) FROM requests")
    assert WRONG in town_door.try_sign_in(town_door.visitor(), "new.person").text
    assert sysadmin.submit(f"/accounts/{number}", {"step": "approve"}).status_code == 404
    assert secadmin.submit("/accounts", asked()).status_code == 404
    page = secadmin.approve(number)
    password = re.findall(r'first-password">(\S+)</strong>', page.text)[0]
    fresh = town_door.visitor()
    assert town_door.try_sign_in(fresh, "new.person", password).status_code == 303
    assert fresh.get("/").headers["location"] == "/me?change=1"
    assert password not in secadmin.get("/accounts").text
    assert {"account_asked", "account_approved"} <= set(events(town_door))
    log = town_door.as_("secauditor").get("/security").text
    assert "开通账号 new.person，巡察组" in log
    assert "open new.person" not in log


def test_a_decision_is_made_once(town_door: Door) -> None:
    number = Stage(town_door).request(login="once.only")
    secadmin = town_door.as_("secadmin")
    assert secadmin.submit(f"/accounts/{number}", {"step": "refuse"}).status_code == 200
    for step in ("approve", "refuse"):
        assert secadmin.submit(f"/accounts/{number}", {"step": step}).status_code == 404
    assert town_door.world.rows("SELECT COUNT(*) FROM accounts WHERE login = 'once.only'") == [(0,)]


def test_whoever_asked_takes_it_back(town_door: Door) -> None:
    """A wrong login was asked for: the sysadmin takes it back, and nobody else of the administrators but who approves decides on it."""
    sysadmin = town_door.as_("sysadmin")
    assert sysadmin.submit("/accounts", asked(login="wrong.login", name="写错的人")).status_code == 303
    [(number,)] = town_door.world.rows("SELECT MAX(id) FROM requests")
    for login, times in (("sysadmin", 1), ("secadmin", 0), ("secauditor", 0)):
        form = town_door.as_(login).get("/accounts").text.partition(f'action="/accounts/{number}"')[2]
        assert form.partition("</form>")[0].count("撤回申请") == times, login
    assert town_door.as_("secauditor").submit(f"/accounts/{number}", {"step": "refuse"}).status_code == 404
    answer = sysadmin.submit(f"/accounts/{number}", {"step": "refuse"})
    assert (answer.status_code, "申请已撤回" in answer.text) == (200, True)
    assert "<td>撤回</td>" in answer.text
    assert "account_taken_back" in events(town_door)
    assert town_door.as_("secadmin").submit(f"/accounts/{number}", {"step": "approve"}).status_code == 404
    assert town_door.world.rows("SELECT COUNT(*) FROM accounts WHERE login = 'wrong.login'") == [(0,)]


def test_whoever_asked_does_not_approve_even_when_they_hold_both_posts(town_door: Door) -> None:
    number = Stage(town_door).request(asked_by="secadmin")
    answer = town_door.as_("secadmin").approve(number)
    assert (answer.status_code, "不能审批自己的申请" in answer.text) == (422, True)
    assert town_door.world.rows("SELECT state FROM requests WHERE id = :id", id=number) == [("asked",)]


THREE = ("sysadmin", "secadmin", "secauditor")


@pytest.mark.parametrize("first", THREE)
def test_who_is_one_of_the_three_administrators_gets_no_other_post(town_door: Door, first: str) -> None:
    name = {"sysadmin": "系统", "secadmin": "安全", "secauditor": "安审"}[first]
    stage, secadmin = Stage(town_door), town_door.as_("secadmin")
    for role in (*THREE, "office", "auditor", "secretary"):
        if role == first:
            continue
        unit = town_door.world.units[TOWN] if role == "secretary" else None
        number = stage.request(login=first, name=name, role=role, unit=unit)
        answer = secadmin.approve(number)
        assert (answer.status_code, "三员须由不同的人担任" in answer.text) == (422, True), role
    assert {
        row[0]
        for row in town_door.world.rows(
            "SELECT role FROM posts WHERE person_id = :person", person=town_door.world.people[first]
        )
    } == {first}


@pytest.mark.parametrize("name", ["\u3164", "\u2800", "\ufe0f"])
def test_a_name_that_nobody_sees_is_not_asked_for(door: Door, name: str) -> None:
    answer = door.as_("sysadmin").submit(
        "/accounts", {"login": "a.new", "name": name, "role": "team", "reason": "新来"}
    )
    assert (answer.status_code, "请填写姓名" in answer.text) == (422, True)


def test_who_works_on_cases_becomes_no_administrator(door: Door) -> None:
    world = door.world
    for role in THREE:
        with pytest.raises(NotEntered, match="三员须由不同的人担任"):
            world.hire("office", "陈静", role)
    end_posts(world, "office", world.today - timedelta(days=1))
    world.hire("office", "陈静", "sysadmin")
    assert door.sign_in("office").get("/accounts").status_code == 200


@pytest.mark.parametrize("days", [0, 9])
def test_a_post_with_its_last_day_to_come_is_held_until_then(door: Door, days: int) -> None:
    """Its last day was read as if it had passed: an office of today became sysadmin beside it."""
    world = door.world
    last = world.today + timedelta(days=days)
    end_posts(world, "office", last)
    with pytest.raises(NotEntered, match="三员须由不同的人担任"):
        world.hire("office", "陈静", "sysadmin")
    with pytest.raises(NotEntered, match="陈静已任这个职务"):
        world.hire("office", "陈静", "office")
    assert ends(door.world, "office") == [last.isoformat()]
    world.go(last + timedelta(days=1))
    world.hire("office", "陈静", "sysadmin")


def test_a_post_that_has_ended_is_given_anew_from_that_day(door: Door) -> None:
    """The dead post was handed back, and the person could still do nothing; now the old keeps its days, a new one begins."""
    world = door.world
    last = world.today - timedelta(days=1)
    end_posts(world, "office", last)
    world.hire("office", "陈静", "office")
    for _ in range(2):
        sql = "SELECT starts_on, ends_on FROM posts WHERE person_id = :person ORDER BY id"
        days = [(as_date(row[0]), as_date(row[1])) for row in world.rows(sql, person=world.people["office"])]
        assert days == [(None, last), (world.today, None)]
        with pytest.raises(NotEntered, match="陈静已任这个职务（2026年3月2日起）"):
            world.hire("office", "陈静", "office")
    assert door.sign_in("office").get("/").status_code == 200


def test_rows_that_say_otherwise_still_give_an_administrator_no_case(door: Door) -> None:
    """Whatever a database is made to hold: who is one of the three is nothing else at this door."""
    [case] = door.world.feed_back()
    door.world.spoilt = "在表中，却没有任何记录：不是经系统登记的"
    with writing(door.world.engine) as work:
        for role in ("office", "auditor", "secadmin"):
            work.session.add(PostRow(jurisdiction=door.world.place, person_id=door.world.people["sysadmin"], role=role))
        work.commit()
    visitor = door.sign_in("sysadmin")
    for path in (
        f"/cases/{case}",
        "/cases",
        "/log",
        "/mails",
        "/import",
        f"/acts/approve_text?case={case}",
        "/security",
    ):
        assert visitor.get(path).status_code == 404, path
    number = Stage(door).request(asked_by="office")
    assert visitor.submit(f"/accounts/{number}", {"step": "approve"}).status_code == 404


def test_an_account_that_was_closed_is_not_opened_by_a_new_post(door: Door) -> None:
    close_login(door.world, "team")
    number = Stage(door).request(login="team", name="周强", role="discipline")
    answer = door.as_("secadmin").approve(number)
    assert (answer.status_code, "已停用" in answer.text) == (422, True)


def test_the_security_log_has_who_came_and_what_was_refused(door: Door) -> None:
    [case] = door.world.feed_back()
    visitor = door.sign_in("secretary")
    door.try_sign_in(door.visitor(), "secretary", "wrong")
    visitor.submit("/acts/claim", {"case": str(case), "step": "check"})
    sent(visitor, "/acts/claim", {"csrf": visitor.csrf}, {"origin": "https://evil.test"})
    visitor.submit("/signout")
    assert events(door) == ["signed_in", "sign_in_failed", "refused", "forged_request", "signed_out"]
    rows = door.world.rows("SELECT what, login, person_id, case_id, address FROM security_log WHERE what = 'refused'")
    assert [tuple(row) for row in rows] == [
        ("refused", "secretary", door.world.people["secretary"], case, "testclient")
    ]
    assert door.world.actions(case) == ["feed_back"]


def test_the_cast_of_these_tests_signs_in_with_one_password(door: Door) -> None:
    assert {row[0] for row in door.world.rows("SELECT password_hash FROM accounts")} == {password_hash()}


def test_what_was_decided_costs_the_page_no_statement_for_each(door: Door) -> None:
    """A term begins with many openings: what waits comes oldest first, so many at a time, and the page says how many follow."""
    stage, secadmin, world = Stage(door), door.as_("secadmin"), door.world
    counts = []
    before = secadmin.get("/accounts").text.count("不同意</td>")
    for first, end in ((0, 3), (3, 30 - before)):
        numbers = [stage.request(login=f"done.{n}", unit=world.units[TOWN], role="handler") for n in range(first, end)]
        with writing(world.engine) as work:
            for number in numbers:
                settle(work.driver, number, "refused", world.people["secadmin"], clock.micros(world.now), None)
            work.commit()
        with listening(world.engine) as heard:
            page = secadmin.get("/accounts").text
        counts.append(len(heard))
        assert page.count("不同意</td>") == before + end
    assert counts[0] == counts[1]
    for n in range(23):
        stage.request(login=f"late.{n:02}", name=f"新人{n:02}")
    page = secadmin.get("/accounts").text
    assert page.count('name="seen"') == MOST_WAITING
    assert "另有 13 件" in page
    assert "late.09" in page
    assert "late.10" not in page


def test_what_waits_costs_no_statement_for_each(door: Door) -> None:
    """Whose account it is, what they hold, who looks alike, what was filled in: read for all of them at once."""
    stage, world, counts = Stage(door), door.world, []
    for first, last in ((0, 2), (2, 9)):
        for n in range(first, last):
            stage.request(
                login=f"new.{n}", name="王建国", email="handler@example.test", unit=world.units[TOWN], role="handler"
            )
            stage.request(
                login="secretary", name="王建国", role="handler", unit=world.units[TOWN], round=world.round_id
            )
            stage.request("reset", "team")
            stage.renaming()
        heard = []
        for login, path in (("secadmin", "/accounts"), ("secadmin", "/register"), ("office", "/register")):
            visitor = door.as_(login)
            with listening(world.engine) as statements:
                page = visitor.get(path).text
            heard.append(len(statements))
            assert "的姓名相同" in page or login == "office"
        counts.append(heard)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", FIELDS["open"])
def test_what_was_filled_in_is_not_folded_away(town_door: Door, name: str) -> None:
    """A request that is refused comes back with all that was written: its own form is open, with the sentence on top and at its field."""
    if name == "person":
        return
    fields = asked(name="", **{name: "长" * 501}) if name != "name" else asked(name="长" * 501)
    page = town_door.as_("sysadmin").submit("/accounts", fields).text
    assert page.count('<details class="more" open>') == 1
    assert page.partition('<details class="more" open>')[2].lstrip().startswith("<summary>开通账号或增加职务</summary>")
    assert f'<a href="#open-{name}">' in page
    if KINDS["account"].field(name).type not in {"role", "capacity"}:
        assert f'value="{"长" * 501}"' in page


def test_all_faults_of_a_form_are_said_at_once_each_at_its_field(town_door: Door) -> None:
    fields = {
        "kind": "open",
        "login": "a b",
        "name": "",
        "role": "",
        "unit": "城伯镇",
        "email": "x",
        "starts_on": "明天",
        "reason": "调入",
    }
    page = town_door.as_("sysadmin").submit("/accounts", fields).text
    for field, sentence in (
        ("name", "请填写姓名"),
        ("role", "请填写角色"),
        ("unit", f"没有党组织“城伯镇”，是不是{TOWN}？"),
        ("email", "邮箱“x”的写法不对"),
        ("starts_on", "起始日期“明天”不是日期"),
    ):
        at = page.partition(f'id="open-{field}"')[2]
        assert f'role="alert">{sentence}' in at.partition('<div class="field')[0], field
        assert f'<a href="#open-{field}">{sentence}' in page


def test_a_form_asks_what_its_act_needs(town_door: Door) -> None:
    """Of a closing name, role, unit and address were asked; names of units are offered while one types."""
    page = town_door.as_("sysadmin").get("/accounts").text
    forms = {
        re.findall(r'name="kind" value="(\w+)"', one)[0]: one
        for one in re.findall("<details.*?</details>", page, re.DOTALL)
        if 'name="kind"' in one
    }
    asks = {
        act: [name for name in re.findall(r' name="(\w+)"', form) if name not in {"csrf", "kind"}]
        for act, form in forms.items()
    }
    assert asks == {
        "open": ["login", "name", "role", "unit", "round", "capacity", "document", "email", "personal_key", "starts_on", "ends_on", "reason"],
        "make": ["login", "name", "personal_key", "reason"], "close": ["login", "successor", "reason"],
        "reopen": ["login", "reason"], "reset": ["login", "reason"], "reset_factor": ["login", "reason"],
    }  # fmt: skip
    assert f'<option value="{TOWN}"></option>' in forms["open"]
    assert "<details" not in town_door.as_("secauditor").get("/accounts").text.partition("<h2>已审批")[0]


def test_accounts_come_page_by_page_and_many_posts_folded(door: Door) -> None:
    """With 350 accounts the page was 7,900 pixels high, and one leader's cell had sixty posts."""
    world, visitor = door.world, door.as_("sysadmin")
    for number in range(MOST_ACCOUNTS):
        second_login(world, "leader", f"z.{number:02}")
    for unit in (TOWN, VILLAGE, BUREAU):
        give_post(world, "leader", "leader", unit)
    first, last = visitor.get("/accounts").text, visitor.get("/accounts?page=2").text
    assert "第 1 页，共 2 页" in first
    assert ('<td class="nowrap">auditor</td>' in first, '<td class="nowrap">z.29</td>' in first) == (True, False)
    assert ('<td class="nowrap">auditor</td>' in last, '<td class="nowrap">z.29</td>' in last) == (False, True)
    assert "<details><summary>分管市（县）领导：4 个职务</summary>" in last
    assert (
        visitor.get("/accounts?page=0").text.count("第 1 页")
        == visitor.get("/accounts?page=x").text.count("第 1 页")
        == 1
    )
    assert "没有符合的账号" in visitor.get("/accounts?page=99").text
    assert "第 1 页" in visitor.get(f"/accounts?page={2**63 - 1}").text


def approve_last(door: Door) -> Any:
    """Approve the latest request as the page shows it."""
    ((number,),) = door.world.rows("SELECT MAX(id) FROM requests")
    return door.as_("secadmin").approve(number)


def test_who_is_registered_gets_the_account_when_a_successor_is_opened_one(door: Door) -> None:
    """孙立新 was registered and took over a post; the account opened for him made a second 孙立新 with a second post."""
    world, sysadmin = door.world, door.as_("sysadmin")
    person = world.enter("secadmin", "person", "make", asked_by="sysadmin", name="孙立新")
    close = {"kind": "close", "login": "secretary", "successor": "孙立新", "reason": "调离"}
    assert sysadmin.submit("/accounts", close).status_code == 303
    page = door.as_("secadmin").get("/accounts").text
    assert f"{TOWN}书记：2026年3月2日起由孙立新接任；他没有在用的账号，办理不了，请另行开通" in page
    assert "由孙立新接任" in approve_last(door).text
    fields = asked(login="sun", name="孙立新", role="secretary", unit=TOWN)
    answer = sysadmin.submit("/accounts", fields)
    said = f"已登记有孙立新（没有账号，{TOWN}书记）：给他开账号的，请选定他；是另一个同名的人，须填身份标识"
    assert (answer.status_code, said in answer.text) == (422, True)
    assert f'<option value="{person}">孙立新（没有账号，{TOWN}书记）</option>' in answer.text
    wrong = sysadmin.submit("/accounts", {**fields, "name": "孙立", "person": str(person)})
    assert "选定的人是孙立新，与所填的姓名不同" in wrong.text
    assert sysadmin.submit("/accounts", {**fields, "person": str(person)}).status_code == 303
    assert "账号 sun 已开通" in approve_last(door).text
    assert world.rows("SELECT COUNT(*) FROM people WHERE name = '孙立新'") == [(1,)]
    assert world.rows("SELECT COUNT(*) FROM posts WHERE person_id = :one", one=person) == [(1,)]
    another = asked(login="sun.two", name="孙立新", personal_key="4711")
    assert sysadmin.submit("/accounts", another).status_code == 303
    assert "请核对" in door.as_("secadmin").get("/accounts").text
    assert approve_last(door).status_code == 200
    assert world.rows("SELECT COUNT(*) FROM people WHERE name = '孙立新'") == [(2,)]
    answer = sysadmin.submit("/accounts", {"kind": "make", "login": "sun.three", "name": "孙立新"})
    assert (answer.status_code, f'<option value="{person}">孙立新（sun，' in answer.text) == (422, True)
    assert (
        sysadmin.submit(
            "/accounts", {"kind": "make", "login": "sun.three", "name": "孙立新", "person": str(person)}
        ).status_code
        == 303
    )


def test_who_holds_the_post_already_follows_without_taking_it_over(door: Door) -> None:
    """The new secretary was opened first, and the old one's account could not be closed: “张伟已任这个职务”."""
    world = door.world
    world.hire("new.secretary", "张伟", "secretary", TOWN)
    close = {"kind": "close", "login": "secretary", "successor": "new.secretary", "reason": "调离"}
    assert door.as_("sysadmin").submit("/accounts", close).status_code == 303
    page = door.as_("secadmin").get("/accounts").text
    assert f"{TOWN}书记：由张伟担任（已任这个职务，不用接任）" in page
    assert "上级党组织书记" not in page
    assert "账号 secretary 已停用" in approve_last(door).text
    assert ends(world, "secretary") == [world.today.isoformat()]
    assert ends(world, "new.secretary") == ["None"]


@pytest.mark.parametrize("successor", [True, False])
def test_what_the_approver_reads_of_a_closing_is_what_comes(door: Door, *, successor: bool) -> None:
    """Who was named takes over today: the old one cannot sign in any more, and nobody could sign until tomorrow."""
    world = door.world
    close = {"kind": "close", "login": "secretary", "reason": "调离"} | ({"successor": "handler"} if successor else {})
    assert door.as_("sysadmin").submit("/accounts", close).status_code == 303
    page = door.as_("secadmin").get("/accounts").text
    empty = f"{TOWN}书记：空缺，邮件和待办转由上级党组织书记和巡察办承接"
    assert (f"{TOWN}书记：2026年3月2日起由李敏接任" in page, empty in page) == (successor, not successor)
    assert approve_last(door).status_code == 200
    sql = "SELECT COUNT(*) FROM posts WHERE role = 'secretary' AND person_id = :one AND starts_on = :today"
    assert world.rows(sql, one=world.people["handler"], today=world.today) == [(int(successor),)]


def test_a_post_that_is_held_is_not_said_to_be_added(door: Door) -> None:
    """“已增加职务” when nothing was added: the same again is refused, and of another address it is said what changed."""
    world, sysadmin = door.world, door.as_("sysadmin")
    same = {"kind": "open", "login": "secretary", "name": "王建国", "role": "secretary", "unit": TOWN}
    said = "王建国已任这个职务：要改起止日期，请先免职"
    for more in ({}, {"ends_on": "2026-06-30"}, {"email": "new@example.test", "ends_on": "2026-06-30"}):
        answer = sysadmin.submit("/accounts", {**same, **more})
        assert (answer.status_code, said in answer.text) == (422, True)
    assert sysadmin.submit("/accounts", {**same, "email": "new@example.test"}).status_code == 303
    assert "更改登记 <strong>secretary</strong>" in door.as_("secadmin").get("/accounts").text
    page = approve_last(door).text
    assert "账号 secretary 的登记已更改，邮箱由 secretary@example.test 改为 new@example.test，职务没有变" in page
    assert "增加职务" not in page.partition("<h2>待审批")[0].partition("<h1>")[2]
    assert ends(world, "secretary") == ["None"]


def test_who_approves_reads_who_holds_the_post_now(door: Door) -> None:
    """Stand-ins and who is in charge too, with their days; the page asks no more for many requests than for few."""
    world, sysadmin = door.world, door.as_("sysadmin")
    give_post(world, "handler", "secretary", TOWN, world.today, world.today + timedelta(days=9), capacity="stand_in")
    end_posts(world, "secretary", world.today + timedelta(days=3))
    fields = asked(login="qian", name="钱一", role="secretary", unit=TOWN)
    assert sysadmin.submit("/accounts", fields).status_code == 303
    said = "<dt>现任</dt><dd>王建国（至2026年3月5日）、李敏（代班，至2026年3月11日）</dd>"
    assert said in door.as_("secadmin").get("/accounts").text
    post = {"person": "handler", "role": "secretary", "unit": TOWN, "capacity": "acting", "document": "某委〔2026〕1号"}
    assert sysadmin.submit("/register/post/make", post).status_code == 303
    assert said in door.as_("secadmin").get("/register").text


def test_a_factor_that_no_role_needs_is_set_up_by_its_owner(door: Door) -> None:
    """“下次登录时重新设置” was said of a role that needs none."""
    with writing(door.world.engine) as work:
        work.session.execute(text("UPDATE accounts SET second_factor = 'x' WHERE login = 'team'"))
        work.commit()
    assert door.as_("sysadmin").submit("/accounts", {"kind": "reset_factor", "login": "team"}).status_code == 303
    assert "要用的本人在“我的账号”重新设置" in door.as_("secadmin").get("/accounts").text
    assert "要用的，本人在“我的账号”重新设置" in approve_last(door).text
