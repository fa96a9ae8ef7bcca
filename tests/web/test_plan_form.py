"""The form of a plan: a measure outside its time wants its reason, and one paper is not two."""

from __future__ import annotations

import re
from typing import Any

from tests.web.conftest import PASSWORD, Answer, Door, field_in
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_prepared import prepared, sent_back
from web.acts.changes import changes

OTHER = PDF + b"%\n"


def filed(
    door: Door, case: int, on: str, why: str = "", papers: tuple[bytes, bytes] = (PDF, OTHER), **more: Any
) -> Answer:
    """Let the secretary file a plan of one measure."""
    cells = {
        "text": "逐盏维修路灯",
        "person": "李敏",
        "department": "村建中心",
        "on": on,
        "check": "现场查看",
        "why": why,
    }
    form = {"case": str(case), "step": "check", **{f"c{case}.measures.1.{name}": said for name, said in cells.items()}}
    plan, commitment = papers
    files = {
        "m.plan": ("整改方案.pdf", plan, "application/pdf"),
        "m.plan_commitment": ("承诺书.pdf", commitment, "application/pdf"),
    }
    return door.as_("secretary").submit("/acts/submit_plan", {**form, **more}, files=files)


def test_a_measure_outside_its_time_is_said_at_its_date_and_taken_with_its_reason(door: Door) -> None:
    """1 January 2020 was taken. With 日期说明 it goes on: on the check page, in the office's form and on the case's page."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    answer = filed(door, case, "2020-01-01")
    assert answer.status_code == 422
    assert f'<a href="#c{case}.measures.1.on">第 1 项措施的完成日期应在反馈之日 2026年3月2日（周一） 与' in answer.text
    why = "反馈前已按巡察组要求整改"
    checked = filed(door, case, "2020-01-01", why)
    assert checked.status_code == 200
    assert f"2020年1月1日（周三）前；检验：现场查看；日期说明：{why}）" in words(checked.text)
    done = filed(door, case, "2020-01-01", why, step="do", password=PASSWORD, shown=field_in(checked.text, "shown"))
    assert "已办：报送方案 1 件" in words(done.text)
    assert f"日期说明：{why}" in words(door.as_("office").get(f"/acts/approve_plan?case={case}").text)
    assert f"说明：{why}" in words(door.as_("handler").get(f"/cases/{case}").text)


def test_the_grids_hint_says_the_days_that_the_rule_takes_and_a_fault_marks_its_cells(door: Door) -> None:
    """Both ends are taken, a day beyond either is not; with two wrong rows both are marked."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    page = words(door.as_("secretary").get(f"/acts/submit_plan?case={case}").text)
    assert (
        "完成日期不在以下范围的，在日期说明里写明理由：最早 2026年3月2日，最晚 2026年6月2日（反馈之日 2026年3月2日起 3 个月）"
        in page
    )
    for on, status in (("2026-03-01", 422), ("2026-03-02", 200), ("2026-06-02", 200), ("2026-06-03", 422)):
        assert filed(door, case, on).status_code == status, on
    second: dict[str, Any] = {
        f"c{case}.measures.2.{name}": said
        for name, said in {
            "text": "查线",
            "person": "李敏",
            "department": "村建中心",
            "on": "2020-01-02",
            "check": "看",
        }.items()
    }
    answer = filed(door, case, "2020-01-01", **second)
    marked = re.findall(r'<td class="wrong-cell"[^>]*><input[^>]*\sid="([^"]+)"[^>]*aria-invalid="true"', answer.text)
    assert marked == [f"c{case}.measures.{row}.on" for row in (1, 2)]


def test_a_sheet_fills_the_grid_of_two_problems_and_what_is_kept_up_is_on_record(door: Door) -> None:
    """Pasted without script: each row stands at its problem, a row of no problem is said and the sheet stays there. 长期坚持 wants
    what is done every year; all that is wanting is said at once, at its cells. Filed, it stands in the office's form and on the page.
    """
    world = door.world
    one, two = world.feed_back(2)
    world.do("secretary", "claim", one)
    world.do("secretary", "claim", two)
    sheet = "序号\t整改措施\t责任人\t责任部门\t完成时限\t检验方式\t每年做什么\n1\t修灯\t李敏\t村建中心\t2026年5月底前\t看\n2\t查账\t\t办公室\t常态化\t\t\n8\t没有的\n"
    form = {"case": [str(one), str(two)], "step": "paste", "sheet": sheet}
    pasted = door.as_("secretary").submit("/acts/submit_plan", form)
    assert pasted.status_code == 422
    assert "粘贴的第 4 行没有填入：没有认出“8”是哪个问题" in pasted.text
    assert "已填入 2 个问题的 2 项措施" in pasted.text
    assert [field_in(pasted.text, f"c{one}.measures.1.{name}") for name in ("person", "on")] == ["李敏", "2026-05-31"]
    assert field_in(pasted.text, f"c{two}.measures.1.on") == "长期坚持"
    assert "8\t没有的" in pasted.text
    cells = {f"c{one}.measures.1.{name}": said for name, said in {**MEASURE, "on": "2026-05-31"}.items()}
    cells |= {
        f"c{two}.measures.1.{name}": said
        for name, said in {"text": "查账", "department": "办公室", "on": "长期坚持"}.items()
    }
    files = {
        "m.plan": ("方案.pdf", PDF, "application/pdf"),
        "m.plan_commitment": ("承诺.pdf", OTHER, "application/pdf"),
    }
    lacking = door.as_("secretary").submit("/acts/submit_plan", {**form, **cells, "step": "check"}, files=files)
    assert lacking.status_code == 422
    for name, said in (
        ("person", "责任人"),
        ("check", "检验方式"),
        ("yearly", "每年做什么：长期坚持的，写明每年做什么"),
    ):
        assert f'<a href="#c{two}.measures.1.{name}">城伯镇党委 第 2 号：第 1 项措施缺少{said}</a>' in lacking.text
    cells |= {
        f"c{two}.measures.1.{name}": said
        for name, said in {"person": "李敏", "check": "看账", "yearly": "抽查一次"}.items()
    }
    checked = door.as_("secretary").submit("/acts/submit_plan", {**form, **cells, "step": "check"}, files=files)
    assert "查账（办公室 李敏，长期坚持，每年抽查一次；检验：看账）" in words(checked.text)
    more = {"step": "do", "password": PASSWORD, "shown": field_in(checked.text, "shown")}
    assert "已办：报送方案 2 件" in words(
        door.as_("secretary").submit("/acts/submit_plan", {**form, **cells, **more}, files=files).text
    )
    assert world.rows("SELECT due_on, yearly FROM measures WHERE case_id = :case", case=two) == [(None, "抽查一次")]
    for page in (f"/acts/approve_plan?case={two}", f"/cases/{two}"):
        assert "长期坚持，每年抽查一次" in words(door.as_("office").get(page).text)


def test_what_was_filed_comes_back_with_its_reasons(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "return_plan")
    page = door.as_("handler").get(f"/acts/submit_plan?case={case}").text
    assert 'value="与供电公司约定的工期"' in page


def test_one_file_for_plan_and_commitment_is_said_at_both(door: Door) -> None:
    """One PDF served as plan and commitment: said once above, and at both fields."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    answer = filed(door, case, "2026-05-01", papers=(PDF, PDF))
    assert answer.status_code == 422
    sentence = "“整改方案”、“方案承诺书”交的是同一份文件，请分别交各自的文件"
    assert answer.text.count(f'<a href="#m.plan">{sentence}</a>') == 1
    for name in ("m.plan", "m.plan_commitment"):
        assert sentence in answer.text.partition(f'id="{name}-fault"')[2].partition("<input")[0]
        assert 'aria-invalid="true"' in answer.text.partition(f'name="{name}"')[2].partition(">")[0]


MEASURE = {"text": "修路灯", "person": "李敏", "department": "村建中心", "on": "2026-05-20", "check": "现场看"}
LINE = "修路灯（村建中心 李敏，2026年5月20日（周三）前；检验：现场看"


def test_a_reason_that_changed_is_seen_where_drafts_differ() -> None:
    found = changes({"measures": [MEASURE]}, {"measures": [{**MEASURE, "why": "工程到年底完工"}]})
    assert found == {"measures": [("gone", f"1. {LINE}）"), ("new", f"1. {LINE}；日期说明：工程到年底完工）")]}


def test_what_differs_keeps_its_number_and_what_moved_up_is_the_same() -> None:
    """The first is taken out and a last one added: the second stands as the first now, and is no change."""
    two, three = {**MEASURE, "text": "查线"}, {**MEASURE, "text": "换表"}
    lines = [
        (mark, words.partition("（")[0])
        for mark, words in changes({"measures": [MEASURE, two]}, {"measures": [two, three]})["measures"]
    ]
    assert lines == [("gone", "1. 修路灯"), ("same", "1. 查线"), ("new", "2. 换表")]


def test_a_day_that_differs_is_said_as_everywhere() -> None:
    found = changes({"until": "2026-05-20", "reason": "工期"}, {"until": "2026-06-20", "reason": "工期"})
    assert found == {"until": [("gone", "2026年5月20日（周三）"), ("new", "2026年6月20日（周六）")]}


def test_a_changed_plan_is_shown_in_the_words_of_an_unchanged_one(door: Door) -> None:
    """Filed by draft, returned, mended and sent again: both lines read as on the first page, numbered, without a day of the machine."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    first = prepared(world, "handler", "submit_plan", case, answers={"measures": [MEASURE]})
    secretary = door.as_("secretary")
    assert f"<li>{LINE}）</li>" in secretary.get(f"/drafts/{first}").text
    sent_back(door, first)
    again = prepared(world, "handler", "submit_plan", case, answers={"measures": [{**MEASURE, "check": "夜间看"}]})
    page = secretary.get(f"/drafts/{again}").text
    assert f"<del>1. {LINE}）</del>" in page
    assert f"<ins>1. {LINE.replace('现场看', '夜间看')}）</ins>" in page
    assert "2026-05-20" not in page
