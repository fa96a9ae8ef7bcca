"""What somebody new must be told: that nothing delivers, what is missing, what waits for an approval, where others can open it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from storage.duties import note_run
from tests.web.conftest import Door, Visitor, field_in
from tests.web.test_lists import asked, decide
from tests.web.test_vacancies import words
from tests.world import TOWN


def ran(door: Door, minutes_ago: int = 0) -> None:
    """Let the duties of every minute have run."""
    for name in ("scan", "deliver"):
        note_run(door.world.engine, name, door.world.now - timedelta(minutes=minutes_ago), {}, ok=True)


def test_that_nothing_reminds_and_delivers_is_said_where_letters_wait(door: Door) -> None:
    """After an import letters were to go out soon; none did, and the page of mails said that there are none."""
    door.world.feed_back(1)
    office = door.as_("office")
    home, mails = words(office.get("/").text), words(office.get("/mails").text)
    assert "定时任务从来没有运行过：" in home
    assert "定时任务从来没有运行过：" in mails
    assert f"{TOWN}书记 {TOWN} 第 1 号 反馈" in mails
    assert "还没有邮件" not in mails
    ran(door, minutes_ago=30)
    assert "定时任务没有在运行（最近一次 2026年" in words(office.get("/").text)
    ran(door)
    assert "定时任务" not in words(office.get("/").text)
    assert "信都等着" not in words(office.get("/mails?state=waiting").text)
    assert "等着寄出" not in words(office.get("/mails?state=sent").text)


def test_a_case_names_who_is_still_to_be_written_to(door: Door) -> None:
    """It said five times: （待寄）：待寄."""
    (case,) = door.world.feed_back(1)
    page = words(door.as_("office").get(f"/cases/{case}").text)
    assert "（待寄）" not in page
    assert "书记 ：待寄" in page.replace("：待寄", " ：待寄")


def test_the_office_sees_on_its_home_what_is_missing_until_the_first_feedback(door: Door) -> None:
    office = door.as_("office")
    assert re.search(r"筹备还缺 \d+ 项", words(office.get("/").text))
    door.world.feed_back()
    assert "筹备还缺" not in office.get("/").text


def setting(visitor: Visitor, **fields: str) -> None:
    """Ask for a setting."""
    answer = visitor.submit("/register/setting/make", {"reason": "开办", **fields})
    assert answer.status_code in (200, 303), answer.text


def test_what_a_colleague_asked_for_waits_on_the_home_of_who_may_approve(door: Door) -> None:
    """It stood under 登记 alone, where nobody looks; who asked cannot approve it, and nobody else is asked."""
    setting(door.as_("office"), link="https://zhenggai.example.gov.cn")
    assert "待审批 1 件" in words(door.as_("office2").get("/").text)
    for login in ("office", "secretary", "head", "team"):
        assert "待审批" not in words(door.as_(login).get("/").text), login


def test_the_home_of_the_security_administrator_counts_what_waits_under_the_register(door: Door) -> None:
    """It said that nothing waits while a removal from office did, under 登记."""
    ((post,),) = door.world.rows("SELECT id FROM posts WHERE role = 'leader'")
    said = {"ends_on": door.world.today.isoformat(), "reason": "免职"}
    answer = door.as_("sysadmin").submit(f"/register/post/{post}/end", said)
    assert answer.status_code in (200, 303), answer.text
    home = words(door.as_("secadmin").get("/accounts").text)
    assert "登记里待审批 1 件" in home
    assert "没有待审批的申请" not in home
    assert "登记里待审批" not in words(door.as_("sysadmin").get("/accounts").text)


def test_who_opens_it_elsewhere_is_asked_after(door: Door) -> None:
    """Slips carried an address that no other computer opens; the approver is told before, and once it is set no more."""
    number = asked(door, ("new.1", "新人某", "党组织书记", TOWN, "", "9001"))
    secadmin = door.as_("secadmin")
    assert "只有运行本系统的这台电脑打得开" in secadmin.get(f"/batches/{number}").text
    assert "别的电脑打得开" in door.as_("office").get("/setup").text
    setting(door.as_("office"), link="https://zhenggai.example.gov.cn")
    [[request]] = door.world.rows("SELECT MAX(id) FROM requests WHERE kind = 'setting'")
    office2 = door.as_("office2")
    seen = field_in(office2.get("/register").text, "seen")
    office2.submit(f"/register/requests/{request}", {"step": "approve", "seen": seen})
    assert "打得开" not in secadmin.get(f"/batches/{number}").text
    slips = decide(secadmin, number).text
    assert "<dd>https://zhenggai.example.gov.cn</dd>" in slips
    assert "data-print" in slips
    assert f"{TOWN}书记" in slips
    assert "党组织书记" not in slips


def test_a_batch_that_was_decided_says_so_and_tells_no_password_again(door: Door) -> None:
    """F5 on the slips gave a page that is not there, and the passwords were lost."""
    number = asked(door, ("new.1", "新人某", "整改联络员", TOWN, "", "9001"))
    secadmin = door.as_("secadmin")
    told = decide(secadmin, number)
    assert "first-password" in told.text
    for answer in (
        secadmin.get(f"/batches/{number}"),
        secadmin.submit(f"/batches/{number}", {"step": "approve", "request": str(number)}),
    ):
        assert answer.status_code == 200
        assert "这一批已经审批" in answer.text
        assert "first-password" not in answer.text
    assert door.as_("office").get(f"/batches/{number}").status_code == 404


def test_first_passwords_are_given_again_to_all_who_never_changed_theirs(door: Door) -> None:
    """One line for all of them, approved together, on slips again; the old ones open nothing."""
    sysadmin, secadmin = door.as_("sysadmin"), door.as_("secadmin")
    rows = [(f"new.{n}", f"新人{n}某", "整改联络员", TOWN, "", str(9000 + n)) for n in range(3)]
    first = decide(secadmin, asked(door, *rows)).text
    old = dict(
        re.findall(
            r'<dd class="mono">(new\.\d)</dd>\s*<dt>初始密码</dt><dd class="mono first-password">([^<]+)</dd>', first
        )
    )
    assert "给还没有换过初始密码的 3 人重发" in sysadmin.get("/accounts").text
    assert sysadmin.submit("/batches/again").status_code == 303
    assert "重发" not in sysadmin.get("/accounts").text.partition("现有账号")[0].partition("申请</h2>")[2]
    [[number]] = door.world.rows("SELECT MAX(batch) FROM requests")
    page = secadmin.get(f"/batches/{number}").text
    assert "<td>new.1</td>" in re.sub(r"\s+", "", page).replace("</td>", "</td>")
    slips = decide(secadmin, int(number)).text
    new = dict(
        re.findall(
            r'<dd class="mono">(new\.\d)</dd>\s*<dt>初始密码</dt><dd class="mono first-password">([^<]+)</dd>', slips
        )
    )
    assert old.keys() == new.keys() == {"new.0", "new.1", "new.2"}
    assert door.sign_in("new.1", new["new.1"]).get("/").headers["location"] == "/me?change=1"
    refused = door.try_sign_in(door.visitor(), "new.1", old["new.1"])
    assert refused.status_code == 422
    assert door.world.rows("SELECT COUNT(*) FROM security_log WHERE what = 'password_reset'") == [(3,)]
    assert secadmin.submit("/batches/again").status_code == 404


def test_administrators_get_no_mail_and_so_are_not_out_of_reach(door: Door) -> None:
    door.world.spoilt = "的 email "
    with door.world.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE people SET email = NULL WHERE id IN (SELECT person_id FROM posts WHERE role IN ('sysadmin', 'secadmin', 'secauditor', 'team'))"
        )
    [[team]] = door.world.rows("SELECT COUNT(DISTINCT person_id) FROM posts WHERE role = 'team'")
    assert f"{team} 人收不到邮件" in words(door.as_("office").get("/").text)


def test_a_unit_without_a_handler_is_listed(door: Door) -> None:
    page = words(door.as_("office").get("/vacancies").text)
    assert re.search(r"没有能登录的整改联络员 \d+ 个", page)


def test_after_the_first_password_the_way_goes_on(door: Door) -> None:
    page = decide(door.as_("secadmin"), asked(door, ("new.1", "新人某", "整改联络员", TOWN, "", "9001"))).text
    first = re.search(r'first-password">([^<]+)<', page)
    assert first
    visitor = door.sign_in("new.1", first[1])
    answer = visitor.submit("/me/password", {"old": first[1], "new": "Zhenggai2026!y", "again": "Zhenggai2026!y"})
    assert '<a class="btn btn-primary" href="/">去待办</a>' in answer.text


def test_who_was_signed_in_is_told_that_it_is_over(door: Door) -> None:
    visitor = door.as_("secretary")
    assert "登录已过期" not in visitor.get("/signin").text
    door.world.later(1)
    answer = visitor.get("/cases")
    assert answer.status_code == 303
    assert "登录已过期（15 分钟没有操作" in visitor.get(answer.headers["location"]).text
    assert "登录已过期" not in door.visitor().get("/signin").text


def test_who_is_not_registered_is_registered_by_whom(door: Door) -> None:
    """没有人员“张三” told nobody what to do."""
    [[kind]] = door.world.rows("SELECT COUNT(*) FROM people WHERE name = '张三丰丰'")
    assert kind == 0
    answer = door.as_("office").submit(
        "/register/tie/make", {"person": "张三丰丰", "unit": TOWN, "why": "kin", "reason": "亲属"}
    )
    assert "没有人员“张三丰丰”，请核对姓名或账号；还没有登记的人，由系统管理员在“账号”页申请开通" in answer.text


def test_who_takes_a_post_over_is_opened_first(door: Door) -> None:
    """Said to the system administrator, who is the one that opens accounts: in which order, and that both may be in post."""
    [[post]] = door.world.rows(
        "SELECT h.id FROM posts h JOIN people p ON p.id = h.person_id WHERE p.name = '王建国' AND h.role = 'secretary'"
    )
    answer = door.as_("sysadmin").submit(
        f"/register/post/{post}/end", {"ends_on": "2026-03-20", "successor": "张三丰丰", "reason": "调离"}
    )
    assert "先在“账号”页给他申请开通，职务与前任相同（两人可以同时在任），批准以后再办这一件" in answer.text


def test_a_list_that_is_wrong_in_three_ways_says_all_three(door: Door) -> None:
    """Of an instruction only what could not be read was told, and what else stood against it after that was mended."""
    answer = door.as_("office").submit(
        "/register/instruction/make",
        {
            "written_on": "2099-01-01",
            "leader": "没有这个人",
            "words": "抓紧办",
            "unit": "没有这个党委",
            "due_on": "2020-01-01",
        },
    )
    assert answer.status_code == 422
    for said in ("没有人员“没有这个人”", "没有党组织“没有这个党委”", "批示日期不能晚于今天"):
        assert said in answer.text, said


def test_the_office_reads_whose_opinion_is_still_lacking(door: Door) -> None:
    """审方案 1 件 stood there before anybody had given an opinion, and did not say when they had."""
    world = door.world
    (case,) = world.feed_back(1)
    world.do("secretary", "claim", case)
    world.do("secretary", "submit_plan", case)
    office = door.as_("office")
    assert "方案已报送，联审中，巡察组、纪委监委、组织部还没有提意见" in words(office.get("/").text)
    world.do("discipline", "opine", case)
    assert "巡察组、组织部还没有提意见" in words(office.get("/").text)
    for login in ("team", "organisation"):
        world.do(login, "opine", case)
    assert "意见已齐" in words(office.get("/").text)


def test_an_instruction_that_another_answers_is_told_and_not_owed(door: Door) -> None:
    """The unit read that one answer is owed, with nothing to be done about it and nobody named."""
    fields: dict[str, Any] = {
        "written_on": "2026-03-02",
        "leader_name": "市委书记 周某",
        "words": "抓紧办",
        "unit": TOWN,
        "to_unit": True,
    }
    door.world.enter("office", "instruction", "make", **fields, due_on="2026-04-02")
    page = words(door.as_("secretary").get("/").text)
    assert "批示，请知悉 1 件" in page
    assert "批示待回复" not in page
    assert "由巡察办回复" in words(door.as_("secretary").get("/register/instruction").text)
    assert "批示待回复 1 件" in words(door.as_("office").get("/").text)
    door.world.enter("office", "instruction", "make", **fields, answerer=TOWN, due_on="2026-04-03")
    page = words(door.as_("secretary").get("/").text)
    assert "批示，请知悉 1 件" in page
    assert "批示待回复 1 件" in page
    assert "现在没有要您办理的事" in page.replace("除了下面的批示，", "")


def test_what_is_empty_and_what_is_not_found_are_two_things(door: Door) -> None:
    office = door.as_("office")
    assert "还没有登记届。" in office.get("/register/term").text
    assert "没有符合的届。" in office.get("/register/term?q=没有").text
