"""What a form says is wrong: once, in the field's own word, at the field; and its hints carry the dates that would be taken."""

from __future__ import annotations

import re
from datetime import date

from tests.web.conftest import Door
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_prepared import prepared


def said_on_top(page: str) -> list[str]:
    """Return the sentences of the summary."""
    box = re.search(r'<div class="errors".*?</ul>', page, re.DOTALL)
    return [words(one) for one in re.findall(r"<li[^>]*>(.*?)</li>", box[0])] if box else []


def hint_of(page: str, field: str) -> str:
    """Return the hint of a field."""
    found = re.search(rf'id="{re.escape(field)}-hint">([^<]*)<', page)
    return found[1] if found else ""


def test_one_missing_file_of_many_cases_is_said_once(door: Door) -> None:
    """Fourteen problems are returned together without the summary of opinions: one line, not fourteen."""
    world = door.world
    cases = world.feed_back(14)
    world.do("secretary", "claim", *cases)
    world.do("secretary", "submit_plan", *cases)
    said = {
        "case": [str(case) for case in cases],
        "s.reason": "没有检验方式",
        "s.new_on": "2026-03-20",
        "step": "check",
    }
    page = door.as_("office").submit("/acts/return_plan", said).text
    assert said_on_top(page) == ["缺少材料：联审意见汇总"]
    assert words(page).count("缺少材料：联审意见汇总") == 2, "on top and at the field"


def test_what_some_of_several_lack_names_those(door: Door) -> None:
    """A filing of three: what all share is said once, a fault of the case beside its own, and nothing of the batch as such."""
    world = door.world
    one, two, three = world.feed_back(3)
    world.do("secretary", "claim", one, two, three)
    row = {"text": "修路灯", "person": "李敏", "department": "村建中心", "on": "2026-04-10", "check": "现场看"}
    said = {f"c{case}.measures.1.{name}": value for case in (one, three) for name, value in row.items()}
    said[f"c{three}.measures.1.person"] = ""
    cases = {"case": [str(case) for case in (one, two, three)]}
    page = door.as_("secretary").submit("/acts/submit_plan", {**cases, **said, "step": "check"}).text
    assert said_on_top(page) == [
        "缺少材料：整改方案",
        "缺少材料：方案承诺书",
        "城伯镇党委 第 2 号：请填写“整改措施清单”",
        "城伯镇党委 第 3 号：第 1 项措施缺少责任人",
    ]


def test_a_draft_that_cannot_be_confirmed_says_once_why(door: Door) -> None:
    world = door.world
    one, two, three = world.feed_back(3)
    world.do("secretary", "claim", one, two)
    number = prepared(world, "handler", "submit_plan", one, two)
    page = words(door.as_("secretary").get(f"/drafts/{number}").text)
    assert world.case(three).state == "feedback"
    assert page.count("同一次巡察还有 1 个问题待认领或复核中") == 1
    assert "同批其他问题被退回" not in page


def approved(door: Door, case: int, day: str) -> str:
    """Let the office try to approve a plan with an agreed date; return the page."""
    said = {"case": str(case), f"c{case}.agreed_on": day, "step": "check"}
    return str(door.as_("office").submit("/acts/approve_plan", said, files={"m.opinions": ("意见.pdf", PDF)}).text)


def test_a_fault_stands_at_its_field_in_the_fields_own_word(door: Door) -> None:
    world = door.world
    (going,) = world.feed_back(kind="continuing")
    world.walk(going, "claim", "submit_plan", "agree")
    for day, sentence in (("2027-01-01", "首次复核日期 2027年1月1日（周五） 应在今天与"), ("", "请填写“首次复核日期”")):
        page = approved(door, going, day)
        (top,) = said_on_top(page)
        assert top.startswith(sentence), top
        assert "商定期限" not in page
        assert f'<a href="#c{going}.agreed_on">' in page
        assert f'id="c{going}.agreed_on-fault"' in page


def test_a_date_that_a_rule_refuses_is_said_at_its_field(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    page = (
        door.as_("office")
        .submit(
            "/acts/return_plan",
            {"case": str(case), "s.reason": "重报", "s.new_on": "2026-03-02", "step": "check"},
            files={"m.opinions": ("意见.pdf", PDF)},
        )
        .text
    )
    assert said_on_top(page) == ["新的期限 2026年3月2日（周一） 应晚于今天"]
    assert '<a href="#s.new_on">' in page


def test_hints_carry_the_dates_that_would_be_taken(door: Door) -> None:
    """On 2 March: three months for a problem of the campaign, two to the first review; each date said is taken, the next day is not."""
    world, office = door.world, door.as_("office")
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "agree")
    page = office.get(f"/acts/approve_plan?case={case}").text
    assert (
        hint_of(page, f"c{case}.agreed_on") == "最早 2026年3月2日，最晚 2026年6月2日（反馈之日 2026年3月2日起 3 个月）"
    )
    assert (
        hint_of(office.get(f"/acts/return_plan?case={case}").text, "s.new_on")
        == "重新办好的期限，最早 2026年3月3日，最晚 2027年3月2日（12 个月）"
    )
    assert "核对：批准方案" in approved(door, case, "2026-06-02")
    assert "应在今天与" in approved(door, case, "2026-06-03")
    world.open_round("二轮")
    (going,) = world.feed_back(kind="continuing")
    world.walk(going, "claim", "submit_plan")
    page = office.get(f"/acts/approve_plan?case={going}").text
    assert hint_of(page, f"c{going}.agreed_on").endswith("最早 2026年3月2日，最晚 2026年5月2日（2 个月）")


def test_the_hint_of_an_extension_begins_after_the_date_in_force(door: Door) -> None:
    world = door.world
    case = world.at_work(date(2026, 5, 4))
    page = door.as_("secretary").get(f"/acts/request_extension?case={case}").text
    assert "最早 2026年5月5日" in hint_of(page, "s.until")
    world.walk(case, "submit")
    page = door.as_("office").get(f"/acts/continue_work?case={case}").text
    assert "最晚 2026年5月2日（2 个月）" in hint_of(page, "s.next_review_on")
    assert "最晚 2027年3月2日（12 个月）" in hint_of(page, "s.last_on")
