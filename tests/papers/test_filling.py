"""Filling from the records: the same on both databases, as far as it is there for who asks, and nothing invented."""

from __future__ import annotations

from datetime import date

import pytest

from papers.content import Blank, Boxes, Content, Form, Table
from papers.dossier import NotThere
from papers.kinds import KINDS
from tests.papers.house import House, house
from tests.world import BUREAU, TOWN


def cells(content: Content) -> str:
    """All that the tables and forms of a paper say."""
    blocks = [*content.blocks, *(block for one in content.attachments for block in one.blocks)]
    tables = [cell for block in blocks if isinstance(block, Table) for row in block.rows for cell in row]
    forms = [cell for block in blocks if isinstance(block, Form) for row in block.rows for _, cell in row]
    boxes = [f"{box.said}{box.signed}" for block in blocks if isinstance(block, Boxes) for box in block.boxes]
    return "\n".join(map(str, [*tables, *forms, *boxes]))


def test_every_paper_is_filled_alike_on_both_databases(lived: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One house, lived twice: what a paper says does not depend on where its rows lie."""
    other = house("postgres", tmp_path_factory.mktemp("papers"))
    assert {name: other.paper(name) for name in KINDS} == {name: lived.paper(name) for name in KINDS}


def test_what_is_fed_back_stands_in_the_letter_and_in_its_list(lived: House) -> None:
    content = lived.paper("feedback")
    [listed] = content.attachments
    assert isinstance(listed.blocks[0], Table)
    assert [row[0] for row in listed.blocks[0].rows] == [str(number) for number in range(1, 9)]
    assert (content.to, content.on, listed.wide) == (TOWN, date(2026, 3, 7), True)
    assert [one.name for one in content.blanks] == ["总体评价", "意见建议", "文号"]


def test_the_order_names_what_was_ordered_and_nothing_else(lived: House) -> None:
    assert "消防通道被占用" in cells(lived.paper("order_at_once"))
    assert "路灯" not in cells(lived.paper("order_at_once"))
    assert "消防通道被占用" not in cells(lived.paper("plan"))


def test_the_plan_has_its_three_lists(lived: House) -> None:
    content = lived.paper("plan")
    assert [one.title for one in content.attachments] == ["问题清单", "任务清单", "责任清单"]
    task = content.attachments[1].blocks[0]
    assert isinstance(task, Table)
    assert task.rows[0][:3] == ("1-1", "路灯不亮1", "逐盏维修路灯")


def test_the_reminder_takes_what_is_near_and_the_warning_what_is_late(lived: House) -> None:
    assert "剩 26 天" in cells(lived.paper("reminder"))
    late = cells(lived.paper("warning"))
    assert "逾期 5 天" in late
    assert "剩 26 天" not in late
    assert "2 次，最近 2026年5月22日" in late


def test_closing_is_applied_for_with_what_the_unit_said_and_the_supervisors_answered(lived: House) -> None:
    said = cells(lived.paper("closing_request"))
    for words in (
        "管护责任不清",
        "排查全镇 12 个村",
        "新建制度 1 项；挽回资金 120.50 元；党纪处分 1 人",
        "制度清单：新建《路灯管护办法》（城伯发〔2026〕3号）",
        "人员处理清单：党纪处分 欧阳某某",
        "措施 1：evidence.pdf",
        "同意：属实",
        "验收销号。通过",
        "罗伟",
    ):
        assert words in said


def test_the_report_lists_what_was_achieved_and_counts_a_person_once(lived: House) -> None:
    """欧阳某某 is named in three problems accepted: 1 人, listed with each; what is made public counts, and names nobody."""
    report = lived.paper("progress_report")
    assert "新建制度 3 项，挽回资金 361.50 元，党纪处分 1 人" in str(report.blocks)
    assert cells(report).count("党纪处分 欧阳某某") == 3
    public = str(lived.paper("publication"))
    assert "党纪处分 1 人" in public
    assert "欧阳" not in public


def test_an_extension_is_asked_and_answered(lived: House) -> None:
    assert "同意延期至2026年6月20日。" in cells(lived.paper("extension_request"))
    assert lived.paper("extension_answer").title == "关于同意第5号巡察反馈问题整改延期的复函"
    with pytest.raises(NotThere, match="没有答复过的延期申请"):
        lived.paper("extension_answer", case=lived.cases["late"])


def test_opinions_are_gathered_with_what_became_of_them(lived: House) -> None:
    [table, _] = lived.paper("review_summary").blocks
    assert isinstance(table, Table)
    assert [row[2:7] for row in table.rows] == [
        (party, "全部 8 个问题", "同意：属实", who, "同意，已批准")
        for party, who in (("巡察组", "周强"), ("纪委监委", "罗伟"), ("组织部", "高芳"))
    ]


def test_what_is_public_says_nothing_of_what_is_withheld(lived: House) -> None:
    said = str(lived.paper("publication"))
    assert "路灯不亮1" in said
    assert "路灯不亮2" not in said


def test_why_something_is_withheld_is_for_those_who_may_know(lived: House) -> None:
    assert "☑ 1. 涉及国家秘密、党内秘密" in cells(lived.paper("withholding_approval"))
    with pytest.raises(NotThere, match="不在您的职责范围内"):
        lived.paper("withholding_approval", login="secretary")


def test_another_unit_finds_nothing_there(lived: House) -> None:
    with pytest.raises(NotThere, match="或不在您的职责范围内"):
        lived.paper("plan", login="secretary_bureau")
    with pytest.raises(NotThere, match="或不在您的职责范围内"):
        lived.paper("plan", unit=BUREAU, round="一轮")


def test_a_clue_is_its_number_and_for_those_who_see_everything(lived: House) -> None:
    assert "XS-001" in cells(lived.paper("clue_transfer"))
    with pytest.raises(NotThere):
        lived.paper("clue_transfer", login="secretary")


def test_a_paper_is_asked_for_what_it_covers(lived: House) -> None:
    with pytest.raises(NotThere, match="“整改方案”写的是一轮中的一个党组织"):
        lived.paper("plan", case=lived.cases["late"])
    with pytest.raises(NotThere, match="用 --case 写明"):
        lived.paper("closing_request", unit=TOWN, round="一轮")


def test_a_problem_in_confidence_is_on_nobodys_paper_who_may_not_know_of_it(lived: House) -> None:
    """限定知悉: who belongs to its circle fills it in, the team does not; and it is never in what everybody reads."""
    assert "路灯不亮3" in str(lived.paper("feedback", login="secretary"))
    assert "路灯不亮3" not in str(lived.paper("feedback", login="team"))
    assert "路灯不亮3" not in str(lived.paper("inspection_advice", login="office2"))
    with pytest.raises(NotThere, match="或不在您的职责范围内"):
        lived.paper("closing_request", login="office2")
    assert "路灯不亮3" not in str(lived.paper("publication", login="secretary"))


def test_what_a_person_writes_takes_the_place_of_its_blank() -> None:
    content = Content("标题", "机关", number=Blank("文号", "签发时编")).issued("示巡办〔2026〕3号", date(2026, 3, 2))
    assert (content.number, content.day) == ("示巡办〔2026〕3号", "2026年3月2日")


def test_blanks_are_written_by_their_names_and_no_other(lived: House) -> None:
    content = lived.paper("feedback").written({"总体评价": "总体较好\r\n", "别的": "不用"})
    assert [one.name for one in content.blanks] == ["意见建议", "文号"]
    assert "总体较好" in str(content)
