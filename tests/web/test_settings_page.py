"""The office's settings: set by two, shown with since when and by whom, read by mails and pages; what would break a header is refused."""

from __future__ import annotations

import email
import email.policy

import pytest

from notifications.compose import compose
from notifications.render import render
from register.groundwork import lay_groundwork
from register.household import must_enter
from register.wanted import Wanted
from storage.engine import reading, writing
from storage.setting import Setting, is_link, setting_of
from tests.post.mails import letter, mail
from tests.post.sending import settings
from tests.register.test_pages import ask, decide
from tests.web.conftest import Door, field_in
from tests.web.statements import listening
from tests.web.test_calendar import said
from tests.world import CAST, county
from workflow.people import operator

PAGE = "/register/setting"
SET = {
    "header": "中共示范市委巡察办", "footer": "联系电话 0371-1234", "hours": "工作日 9:00—17:00", "sender": "示范市委巡察办", "link": "https://zhenggai.city.test",
    "office": "市委巡察办", "discipline": "市纪委监委",
}  # fmt: skip


def set_by_two(door: Door, path: str = f"{PAGE}/make", **filled: str) -> None:
    """Let one of the office ask, and another approve."""
    assert "已登记" in decide(door, "office2", ask(door, "office", path, **filled, reason="按文件"))


def test_what_two_set_is_shown_with_by_whom_and_read_by_mails_and_pages(door: Door) -> None:
    """Until then the product's own holds; a change has its history; what is emptied is the product's own again."""
    before = said(door.as_("office").get(PAGE))
    assert "发件人名称 整改督办 没有设，用默认" in before
    assert "查看与办理：http://127.0.0.1:8000/cases/0" in before
    (case,) = door.world.feed_back()
    set_by_two(door, **SET)
    page = said(door.as_("office").get(PAGE))
    for words in (
        f"信头 中共示范市委巡察办 2026年3月2日 10:00，{CAST['office'][0]}申请，{CAST['office2'][0]}审批", "发件人 示范市委巡察办 <zhenggai@localhost>",
        "查看与办理：https://zhenggai.city.test/cases/0", "联系电话 0371-1234", "致： 市委巡察办 某某".replace("： ", "："),
    ):  # fmt: skip
        assert words in page, words
    with reading(door.world.engine) as work:
        assert setting_of(work.driver, door.world.place) == Setting(**SET)
    assert "市委巡察办" in said(door.as_("office").get("/me"))
    assert "市委巡察办办公时间：工作日 9:00—17:00" in said(door.as_("secretary").get("/help")), (
        "at the foot of each page"
    )
    assert "（市委巡察办）" in said(door.as_("secretary").get(f"/cases/{case}")), "who fed it back, on the timeline"
    ((row,),) = door.world.rows("SELECT id FROM listed WHERE kind = 'setting'")
    number = ask(
        door, "office", f"{PAGE}/{row}/change", **{**SET, "office": ""}, **{f"was.{name}": SET[name] for name in SET}
    )
    assert "已登记" in decide(door, "office2", number)
    assert "巡察办的称呼 巡察办 没有设，用默认" in said(door.as_("office").get(PAGE))
    history = said(door.as_("office").get(f"{PAGE}/{row}"))
    assert "巡察办的称呼 市委巡察办 → （清空）" in history
    assert "已有设置" in said(door.as_("office").submit(f"{PAGE}/make", SET))


def test_who_cannot_sign_in_is_told_when_and_whom_to_call(door: Door) -> None:
    """On the form, after a wrong password, and nothing else of what was set; of what was not set nothing is said."""
    stranger = door.visitor()
    assert ("其他问题" in said(stranger.get("/signin")), "办公时间" in said(stranger.get("/signin"))) == (False, False)
    set_by_two(
        door,
        hours="工作日 <9:00—17:00>",
        contact="综合科 0371-1234",
        office="市委巡察办",
        footer="内线 77",
        link="https://zhenggai.city.test",
    )
    with listening(door.world.engine) as heard:
        page = stranger.get("/signin").text
    assert len(heard) <= 8
    assert "其他问题请找市委巡察办：综合科 0371-1234<br>办公时间：工作日 &lt;9:00—17:00&gt;</p>" in page
    assert [words for words in ("内线 77", "zhenggai.city.test") if words in page] == []
    wrong = stranger.post("/signin", data={"login": "x", "password": "y", "token": field_in(page, "token")})
    assert "综合科 0371-1234" in wrong.text
    assert "综合科 0371-1234" in said(door.as_("secretary").get("/help")), "at the foot of each page"


def test_another_city_in_the_house_does_not_answer_for_this_one(door: Door) -> None:
    """The form names the place that the door belongs to, and says what that office has set."""
    world = door.world
    with writing(world.engine) as work:
        other = lay_groundwork(work, "elsewhere", "别的市", [county()], world.now)
        must_enter(work, [Wanted("setting", "make", None, {"contact": "别处 999"})], operator(other, "root"), world.now)
        work.commit()
    page = said(door.visitor().get("/signin"))
    assert ("示范市" in page, "别处 999" in page) == (True, False)


def test_whom_to_turn_to_is_said_by_its_name_here(door: Door) -> None:
    """Sentences about how problems go speak of 巡察办; who is to be asked is called as it is called here."""
    set_by_two(door, office="市委巡察办")
    assert "请联系市委巡察办或系统管理员" in said(door.as_("secretary").get("/nowhere"))
    assert "请联系巡察办或系统管理员" in said(door.visitor().get("/nowhere"))
    wrong = door.as_("secretary").submit("/me/ties", {"unit": "没有的党委", "why": "kin"})
    assert "或请市委巡察办登记" in said(wrong)


def test_a_mail_has_what_was_set_on_lines_of_its_own_and_escaped() -> None:
    one = mail(
        "verify",
        "discipline",
        setting=Setting(header="<b>信头</b>", footer="{{ place }}", hours="<i>九点</i>", discipline="市纪委监委"),
    )
    words = render(one, "http://x.test")
    assert words.text.startswith("<b>信头</b>\n\n抄告：市纪委监委 ")
    assert "\n--\n{{ place }}\n办公时间：<i>九点</i>\n示范市巡察整改督办" in words.text
    assert "办公时间：&lt;i&gt;九点&lt;/i&gt;" in words.html
    assert "&lt;b&gt;信头&lt;/b&gt;" in words.html
    assert "<b>" not in words.html
    read = email.message_from_bytes(
        compose(letter(mail("verify", setting=Setting(sender="市委巡察办"))), settings()), policy=email.policy.SMTP
    )
    assert read["From"] == "市委巡察办 <zhenggai@city.test>"


WRONG = {
    "sender": ("巡察办\r\nBcc: a@b.test", "不能含有不可见的字符"), "sender ": ("巡察办 <a@b.test>", "不能有 < >"), "sender  ": ("=?utf-8?q?x?=", "发件人名称不超过"),
    "sender   ": ("巡察办＠a.test", "不能有 < >"), "office ": ("纪委监委", "巡察办的称呼不能是“纪委监委”"),
    "link": ("javascript:alert(1)", "网址“javascript:alert(1)”不对"), "link ": ("http://a.test/?x=1", "不对"),
    "contact": ("长" * 201, "联系方式不超过 200 个字"), "hours": ("长" * 201, "办公时间不超过 200 个字"), "header": ("长" * 201, "信头不超过 200 个字"), "office": ("办" * 31, "巡察办的称呼不超过 30 个字"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_would_break_a_mail_is_refused_at_its_field(town_door: Door, name: str) -> None:
    value, why = WRONG[name]
    answer = town_door.as_("office").submit(f"{PAGE}/make", {name.strip(): value})
    assert answer.status_code == 422
    assert why in said(answer)


def test_nobody_else_sets_anything(town_door: Door) -> None:
    assert [town_door.as_(login).get(PAGE).status_code for login in ("secretary", "secauditor")] == [404, 200]
    assert town_door.as_("secauditor").submit(f"{PAGE}/make", SET).status_code == 404
    assert "请至少填写一项" in said(town_door.as_("office").submit(f"{PAGE}/make", {}))


GOOD = ("https://a.test", "http://a.test:8000/x", "http://10.1.2.3", "http://zhenggai", "https://A.gov.cn/zheng-gai/")
BAD = (
    "ftp://a.test", "http://", "http://a b", "http://u@a", "http://a:99999", "http://a:0", "https://@evil.cn", "https://:p@a.cn",
    "https://a.cn\\.evil.cn", "https://zhengga\u0456.gov.cn", "https://a.gov.cn\u2044x.evil.cn", 'https://a.cn/"onclick=1', "https://*",
    "https://a,b", "https://a..cn", "https://-", "https://a.cn/..", "https://a.cn/#x", "https://a.cn/%0d", "https://a.cn\n",
)  # fmt: skip


def test_a_link_is_an_address_in_letters_that_nobody_takes_for_others() -> None:
    assert [one for one in GOOD if not is_link(one)] == []
    assert [one for one in BAD if is_link(one)] == []
