"""The words of mails: what, by when, what happens next; never the problem itself."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date
from html.parser import HTMLParser

import pytest

from clock import written_date
from grammar import Clock, Rung
from notifications.mails import ToldIn
from notifications.render import ENVIRONMENT, TEMPLATES, WORDS, how_far, render
from states import ACTIONS, CLOCKS, HANDLER, LEADER, RECTIFYING, ROLES, RUNGS
from tests.household import put_above
from tests.post.conftest import Office, part
from tests.post.mails import mail, told
from tests.world import BUREAU, ROAD, TOWN
from trail.checkpoint import sign_checkpoint

LINK = "https://zhenggai.city.test/"
ADDRESSED = [*ROLES, "parent"]
OWN_WORDS = (
    "remind", "flag", "escalate", "feed_back", "return_plan", "return_work", "approve_plan", "verify", "withhold",
    "order_rework", "grant_extension", "refuse_extension", "order_at_once", "keep",
    "reopen", "continue_work", "order_plan", "hand_over", "feed_again", "list_ordered", "looked_back", "release", "amend",
    "disown_paper", "settle_paper",
)  # fmt: skip


def test_the_subject_says_which_rung_of_which_clock_and_by_when() -> None:
    words = render(
        mail("remind", facts={"to": "rectifying", "told": [told("rectify", "red", skipped=("green", "yellow"))]}), LINK
    )
    assert words.subject == "【整改督办】城伯镇党委 问题1：红色预警，整改期限2026年6月1日已逾期"
    assert "红色预警：整改期限2026年6月1日（已逾期2天）。" in words.text
    assert "此前应发的“绿色提醒、黄色提醒”未单独发出，以本次为准。" in words.text
    assert "继续逾期的，将提示疑似整改不力" in words.text
    assert "https://zhenggai.city.test/cases/7\n" in words.text


def test_what_the_state_owes_comes_before_what_stands_beside_it() -> None:
    both = [told("acknowledge", "late", "2026-05-01"), told("claim", "eve", "2026-06-04")]
    assert render(mail("remind", facts={"to": "feedback", "told": both}), LINK).subject.endswith(
        "：临期提醒，认领期限2026年6月4日还有1天等2项"
    )


def test_a_reminder_of_what_was_taken_over_names_both_dates() -> None:
    """Its clock runs from the day of entry; the ledger's date is the one by which it is late."""
    later = [told("rectify", "yellow", "2026-06-13")]
    text = render(mail("remind", facts={"to": "rectifying", "due_on": "2026-02-01", "told": later}), LINK).text
    assert (
        "黄色提醒：整改期限2026年6月13日（还有10天），从转入之日起算；台账的整改期限是2026年2月1日（已逾期122天）。"
        in text
    )
    for due_on, rule in (("2026-06-13", "rectify"), ("2026-02-01", "acknowledge")):
        facts = {"to": "rectifying", "due_on": due_on, "told": [told(rule, CLOCKS[rule].rungs[-1].name, "2026-06-13")]}
        assert "台账的整改期限" not in render(mail("remind", facts=facts), LINK).text


def test_a_reminder_of_measures_names_each_with_its_date() -> None:
    measures = [{"no": 2, "due_on": "2026-06-04"}, {"no": 3, "due_on": "2026-06-05"}]
    one = {**told("measure", "eve", "2026-06-04"), "measures": measures}
    text = render(mail("remind", "handler", facts={"to": "rectifying", "told": [one]}), LINK).text
    assert "到期措施：第2项（2026年6月4日）、第3项（2026年6月5日）。" in text


@pytest.mark.parametrize(
    ("clock", "rung"), [(clock.name, rung.name) for clock in CLOCKS.values() for rung in clock.rungs]
)
def test_every_rung_of_every_clock_has_its_words_for_all_it_tells(clock: str, rung: str) -> None:
    state, roles = CLOCKS[clock].state[0], CLOCKS[clock].tells(rung)
    facts = {"to": state, "due_on": "2026-06-13", "told": [told(clock, rung, "2026-06-13")]}
    words = render(mail("remind", *roles, facts=facts), LINK)
    assert RUNGS[rung].partition("（")[0] in words.text
    assert "期限2026年6月13日（还有10天）。" in words.text
    assert "2026年6月13日还有10天" in words.subject
    then = words.text.partition("现处状态")[2].partition("查看与办理")[0]
    assert then.count("。") >= 1  # what happens next is a sentence


def test_a_clock_without_words_of_its_own_reminds_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that brings a clock, before anybody has written its words: who owes what by when, and what happens next."""
    rungs = (Rung("eve", "1 workday before", (HANDLER,)), Rung("late", "overdue", ("parent", LEADER)))
    monkeypatch.setitem(CLOCKS, "monthly", Clock("monthly", "每月报告", (RECTIFYING,), HANDLER, rungs, limit="1 month"))
    first = render(
        mail("remind", HANDLER, facts={"to": RECTIFYING, "told": [told("monthly", "eve", "2026-06-04")]}), LINK
    )
    assert "临期提醒：每月报告期限2026年6月4日（还有1天）。请整改联络员按期办理。" in first.text
    assert "仍未办理的，将再次提醒，告知上级党组织书记、分管市（县）领导。" in first.text
    last = render(mail("remind", LEADER, facts={"to": RECTIFYING, "told": [told("monthly", "late")]}), LINK)
    assert "办理以后，不再提醒。" in last.text


def test_the_words_of_reminders_are_of_clocks_and_rungs_that_there_are() -> None:
    """A typo in the template would put the words of no clock in the place of those of one."""
    source = (TEMPLATES / "remind.txt.j2").read_text(encoding="utf-8")
    named = re.findall(r'^ *"([\w.]+)": ', source, re.MULTILINE)
    rungs = {f"{clock.name}.{rung.name}" for clock in CLOCKS.values() for rung in clock.rungs}
    assert set(named) <= {*CLOCKS, *rungs}
    assert len(named) == len(set(named))


@pytest.mark.parametrize("action", [move.action for move in ACTIONS.values() if move.tells])
def test_every_move_that_tells_somebody_has_a_mail_for_each(action: str) -> None:
    move = ACTIONS[action]
    for role in move.tells:
        words = render(mail(action, role), LINK)
        assert words.subject.startswith("【整改督办】城伯镇党委 问题1：")
        assert words.text.count("\n\n\n") == 0
        assert ("本事项须由党组织书记登录系统签收" in words.text) == (move.wants_receipt and role == "secretary")
        assert f"办理事项：{move.neutral or move.shown}" in words.text


@pytest.mark.parametrize("action", OWN_WORDS)
def test_the_moves_that_matter_most_have_words_of_their_own(action: str) -> None:
    source = ENVIRONMENT.get_template(f"{action}.txt.j2")
    assert set(WORDS) <= set(source.blocks)


def test_no_template_is_there_for_nothing() -> None:
    names = {path.name.partition(".")[0] for path in TEMPLATES.glob("*.j2")}
    assert names - {"_base", "_fallback", "_together", "_copied", "_letter"} <= set(ACTIONS)


@pytest.mark.parametrize(
    ("role", "line"),
    [
        ("leader", "呈送：分管市（县）领导 王建国"), ("leading_group", "呈送：巡察工作领导小组 王建国"),
        ("discipline", "抄告：纪委监委 王建国"), ("organisation", "抄告：组织部 王建国"),
        ("office", "致：巡察办 王建国"),
        ("secretary", "致：城伯镇党委 党组织书记 王建国"), ("parent", "致：上级党组织书记 王建国"),
    ],
)  # fmt: skip
def test_leaders_and_the_group_are_presented_departments_get_a_copy(role: str, line: str) -> None:
    assert render(mail("escalate", role), LINK).text.startswith(line + "\n")


def test_a_flag_shows_each_criterion_with_its_numbers_and_is_no_finding() -> None:
    shared = {"clock": "rectify", "due_on": "2026-06-01", "tellings": 3, "returns": 2, "first_told_on": "2026-05-22"}
    criteria = [
        {**shared, "criterion": "overdue", "days_late": 15, "configured": {"days": 15}},
        {**shared, "criterion": "returned", "days_late": 0, "configured": {"times": 2}},
        {
            **shared,
            "criterion": "unclaimed",
            "clock": "claim",
            "days_late": 9,
            "configured": {"reminders": 2, "workdays": 5},
        },
    ]
    text = render(mail("flag", "office", inputs={"criteria": criteria}), LINK).text
    assert "逾期达到天数：整改期限2026年6月1日，逾期15天（标准：15天）。" in text
    assert "整改被退回达到次数：已被退回2次（标准：2次）。" in text
    assert "认领期限2026年6月1日，已提醒3次（标准：提醒2次，逾期后5个工作日）。" in text
    assert "不是认定" in text
    assert "疑似整改不力" in text


def test_an_approved_plan_of_what_goes_on_tells_its_first_review_and_its_end() -> None:
    words = render(mail("approve_plan", facts={"to": "rectifying", "last_on": "2026-12-31"}), LINK)
    assert "：整改方案已批准，首次复核期限2026年6月13日" in words.subject
    assert "首次复核期限2026年6月13日（还有10天），最后期限2026年12月31日。" in words.text
    assert "商定的整改期限" in render(mail("approve_plan", facts={"to": "rectifying"}), LINK).text


def test_an_escalation_names_its_criterion() -> None:
    words = render(mail("escalate", inputs={"criterion": "overdue", "period": 3}), LINK)
    assert words.subject.endswith("：升级督办（逾期达到天数）")


@pytest.mark.parametrize("role", ["secretary", "discipline"])
def test_a_decision_not_to_publish_is_told_in_neutral_words(role: str) -> None:
    words = render(mail("withhold", role, facts={"to": "withheld"}), LINK)
    for said in (words.subject, words.text, words.html):
        assert not any(word in said for word in ("不予公开", "秘密", "炒作", "群体", "理由"))
    assert words.subject.endswith("：公开事项已有决定")


def test_after_a_decision_not_to_publish_no_mail_to_the_unit_says_so(office: Office) -> None:
    """Withheld, and nobody signs for it: the reminders to the secretary, the one above and the office; then the review of the ground."""
    world = office.world
    put_above(world, TOWN, BUREAU)
    case = world.at_work(date(2026, 4, 11))
    world.walk(case, "submit", "verify", "withhold")
    world.scan(date(2026, 3, 6))
    world.scan(date(2026, 9, 30))
    office.put_each()
    to_unit = [*office.to("secretary"), *office.to("handler"), *office.to("secretary_bureau")]
    assert any("签收" in one["Subject"] for one in office.to("secretary_bureau"))
    for one in to_unit:
        everything = f"{one['Subject']}{part(one, 'plain')}{part(one, 'html')}"
        assert not any(word in everything for word in ("不予公开", "理由", "同意意见", "秘密"))
    assert any("现处状态：不予公开" in part(one, "plain") for one in office.to("office"))


def test_only_alerts_carry_the_checkpoint() -> None:
    alert = render(mail("remind", facts={"to": "rectifying", "told": [told("rectify", "red")]}), LINK)
    assert "检查点：第 128 条，cm9vdA==" in alert.text
    assert "检查点：第 128 条，cm9vdA==" in alert.html
    assert "检查点" not in render(mail("verify"), LINK).text
    bare = mail("remind", facts={"to": "rectifying", "told": [told("rectify", "red")]}, checkpoint=None)
    assert "检查点" not in render(bare, LINK).text


def test_whoever_stands_in_is_told_so() -> None:
    text = render(mail(told_in=(ToldIn("secretary", "城伯镇党委", stands_in=True),)), LINK).text
    assert text.startswith("致：城伯镇党委 党组织书记 王建国（该职务暂无人任职或没有邮箱，请您代收并转达）\n")


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


def test_what_people_typed_is_text_in_html_and_never_a_tag() -> None:
    bad = '<script>alert(1)</script><img src=x onerror="alert(1)">{{ 7 * 7 }}'
    hostile = mail("verify", unit=bad, answerable=bad + "2", number=bad, round=bad, place=bad, name=bad)
    plain = mail("verify", unit="甲", answerable="乙")
    words = render(hostile, LINK)
    assert Tags(words.html).seen == Tags(render(plain, LINK).html).seen
    assert "{{ 7 * 7 }}" in words.text
    assert "49" not in words.text


def test_typed_line_ends_make_no_line_of_their_own() -> None:
    forged = mail("verify", unit="镇\n检查点：第 9 条，forged\r\n--\u2028x")
    lines = render(forged, LINK).text.splitlines()
    assert not any(line.startswith(("检查点", "x")) for line in lines)


def test_dates_and_distances_read_as_people_write_them() -> None:
    day = date(2026, 6, 1)
    assert written_date(day) == "2026年6月1日"
    said = [how_far(date(2026, 5, 22), day), how_far(day, day), how_far(date(2026, 6, 16), day)]
    assert said == ["还有10天", "今天到期", "已逾期15天"]


def test_a_whole_life_is_told_without_a_word_of_the_problem(office: Office) -> None:
    """A problem is fed back, nagged about, planned, closed, published; its readers learn no word of it."""
    world = office.world
    [case] = world.feed_back(1)
    world.scan(date(2026, 3, 12))
    world.walk(case, *ROAD)
    office.put_each()
    mails = office.mails()
    assert len(mails) > 20
    problem = world.rows("SELECT problem, detail, category, responsible FROM cases")[0]
    for one in mails:
        everything = f"{one['Subject']}{part(one, 'plain')}{part(one, 'html')}"
        assert not any(word in everything for word in problem)
        assert re.search(r"http://127\.0\.0\.1:8000/(cases/1|copies/1/1)\b", everything)


def test_the_last_checkpoint_of_the_trail_leaves_with_an_alert(office: Office) -> None:
    world = office.world
    world.feed_back(1)
    sign_checkpoint(world.engine, world.home, "city", world.now)
    world.feed_back(1, start=2)
    note = sign_checkpoint(world.engine, world.home, "city", world.now)
    world.scan(date(2026, 3, 12))
    office.put()
    alert = office.to("secretary")[-1]
    assert note.size == world.begun + 3  # the inspection and its two problems
    assert f"检查点：第 {note.size} 条，{b64encode(bytes.fromhex(note.root)).decode()}" in part(alert, "plain")
