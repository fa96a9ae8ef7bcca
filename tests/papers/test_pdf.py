"""The PDF against GB/T 9704: page, lines, characters, marks, tables, signature; measured on the pages themselves."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from papers.content import Attachment, Content, Receipt, Table, balanced, para
from papers.fonts import USUAL, choose, shelf
from papers.kinds import KINDS
from papers.render import Press, render
from papers.sample import sample
from tests.papers.conftest import Filled
from tests.papers.pages import MM, Page, fonts_of, pages

LINE = 28.95 / MM
TEXT = 16


def printed(content: Content, kind: str = "reminder") -> list[Page]:
    """The pages of a paper, in the scheme of a kind."""
    return pages(render(kind, content, "pdf").content)


LONG = Content("关于整改情况的提醒", "巡察办", tuple(para("整改" * 300) for _ in range(4)), to="城伯镇党委")


def test_a_page_has_22_lines_of_28_characters_within_the_type_area() -> None:
    """Top 37, left 28, 156 by 225 mm: what the standard gives a page, to the tenth of a millimetre."""
    page = printed(LONG)[1]
    lines = page.lines(TEXT)
    assert (round(page.width), round(page.height)) == (210, 297)
    assert len(lines) == 22
    assert {round(after[0] - before[0], 1) for before, after in pairwise(lines)} <= {10.2, 10.3}
    assert len(lines[0][1]) == 28
    # At the left edge of the type area, and a paragraph's first line two characters in.
    assert {round(one.left, 1) for one in page.words if one.size == TEXT} == {28.0, 39.1}
    assert lines[0][0] - TEXT * 0.88 / MM > 37
    assert lines[-1][0] < 37 + 225


def test_the_number_of_a_page_is_outside_and_seven_millimetres_below() -> None:
    """— 1 — in 14 points: odd pages right, even pages left, each one character from the type area's side; a letter's first page has none."""
    found = [next((one for one in page.words if one.size == 14 and "—" in one.text), None) for page in printed(LONG)]
    assert found[0] is None
    assert found[1]
    assert found[2]
    assert found[1].left == pytest.approx(28 + 14 / MM, abs=0.3)
    assert found[2].left > 100
    assert 37 + 225 + 5 < found[1].baseline < 37 + 225 + 11


def test_a_letter_has_its_mark_above_the_line_and_the_number_below() -> None:
    [first, *_] = printed(replace(LONG, number="示巡办函〔2026〕3号"))
    mark = next(one for one in first.words if one.text.startswith("巡察办") and one.size == 40)
    number = next(one for one in first.words if "〔2026〕" in one.text)
    assert mark.baseline - 0.85 * mark.size / MM == pytest.approx(30, abs=1)
    line = 30 + mark.size / MM + 4 + 1.3
    assert number.baseline - 0.88 * TEXT / MM == pytest.approx(line + 7 / 8 * TEXT / MM, abs=0.5)
    title = next(one for one in first.words if one.size == 22)
    assert title.baseline - number.baseline == pytest.approx(3 * LINE, abs=1.5)


def test_a_red_head_stands_35_millimetres_below_the_type_areas_edge() -> None:
    [first, *_] = printed(replace(LONG, organ="中共示范市委巡察组", number="示巡组〔2026〕3号"), "feedback")
    mark = next(one for one in first.words if one.text.startswith("中共示范市委巡察组"))
    assert mark.text.replace("\n", "") == "中共示范市委巡察组文件"
    assert mark.baseline - 0.85 * mark.size / MM == pytest.approx(37 + 35, abs=1)


def test_a_report_names_who_issues_it() -> None:
    [first, *_] = printed(replace(LONG, number="城发〔2026〕3号", signer="王建国"), "plan")
    assert "签发人：" in first.text
    assert "王建国" in first.text


def test_a_list_lies_across_with_its_head_on_every_page() -> None:
    content = replace(LONG, blocks=(para("见附件。"),), attachments=(Attachment("清单", (_table(60),), wide=True),))
    _, *listed = printed(content)
    assert len(listed) > 2
    assert {(round(page.width), round(page.height)) for page in listed} == {(297, 210)}
    assert ["整改时限" in page.text for page in listed] == [True] * len(listed)
    assert min(one.left for one in listed[0].words if one.size == 12) > 35
    rows = ["".join(one.text for one in page.words if one.size == 12) for page in listed]
    # A row is on one page: none begins there without its number.
    assert sum(text.count("整改中") for text in rows) == 60
    assert all(text.replace("\n", "").split("现状")[1][:1].isdigit() for text in rows)


def test_a_row_higher_than_a_page_is_split_and_nothing_of_it_lost() -> None:
    high = Table(("编号", "问题"), (("1", "整改" * 1500), ("2", "短")), (1, 6))
    found = printed(replace(LONG, blocks=(high, para("请办理。"))))
    assert sum(page.text.count("整改") for page in found) >= 1500


def test_a_signature_never_stands_alone() -> None:
    """However full the page before: on the page of the signature there are words of the text."""
    for lines in range(13, 18):
        content = replace(LONG, blocks=(*(para("整改" * 14) for _ in range(lines)), para("请按期办理。" * 5)))
        last = printed(content)[-1]
        assert "请按期办理" in last.text, lines
        assert "巡察办" in last.text, lines


def test_the_day_stands_four_characters_from_the_right_with_the_organ_over_its_middle() -> None:
    last = printed(replace(LONG, blocks=(para("请办理。"),)).issued("3号", USUAL_DAY))[-1]
    day = next(one for one in last.words if one.text.startswith("2026年3月2日"))
    organ = [one for one in last.words if one.text.startswith("巡察办") and one.size == TEXT][-1]
    width = 6 * 0.55 * 16 + 3 * 15.75
    assert day.left == pytest.approx(184 - (4 * 15.75 + width) / MM, abs=6)
    assert organ.left > day.left


USUAL_DAY = date(2026, 3, 2)


def test_copies_receipt_and_named_attachments_are_there() -> None:
    content = replace(
        LONG, blocks=(para("请办理。"),), named_only=("整改台账", "提醒书"), copies=("组织部",), receipt=Receipt("提醒书", "城伯镇党委", "巡察办")
    )  # fmt: skip
    [first, last] = printed(content)
    assert "附件：" in first.text
    assert "2." in first.text
    assert "回　执" in last.text
    assert "抄送：组织部。" in last.text
    # At the foot of the last page.
    assert max(one.baseline for one in last.words if "抄送" in one.text) > 37 + 225 - 12


def test_a_title_is_set_in_lines_of_one_length_that_begin_with_a_word() -> None:
    assert balanced("城伯镇党委关于一轮巡察反馈意见整改进展情况的报告") == [
        "城伯镇党委关于一轮巡察",
        "反馈意见整改进展情况的报告",
    ]
    lines = balanced("问题" * 150)
    assert max(map(len, lines)) <= 20
    assert "".join(lines) == "问题" * 150
    assert balanced("短") == ["短"]
    assert balanced("关于督查督办第十二届第十一轮巡察反馈问题整改的通知", 19) == [
        "关于督查督办第十二届第十一轮巡察",
        "反馈问题整改的通知",
    ]


def test_a_paper_is_the_same_bytes_each_time_and_in_each_thread() -> None:
    content, found = sample(KINDS["warning"]), []
    threads = [
        threading.Thread(target=lambda: found.append(render("warning", content, "pdf").content)) for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_the_fonts_are_those_that_were_chosen_and_are_said_where_they_are_not_the_offices() -> None:
    chosen = choose(USUAL, shelf().families)
    made = render("feedback", sample(KINDS["feedback"]), "pdf")
    known = {name.replace(" ", "").lower() for names in chosen.families.values() for name in names}
    used = {name.replace("-", "").lower() for name in fonts_of(made.content)}
    assert all(any(one.startswith(name.replace("sc", "")[:8]) for name in known) for one in used), (used, known)
    assert made.notices == chosen.notices


def test_a_character_that_no_font_of_the_paper_has_is_said() -> None:
    """A rare name is drawn or named: nobody finds an empty box on the printed paper."""
    assert "这些字" not in "".join(render("reminder", replace(LONG, title="喆珺堃垚玥镕"), "pdf").notices)
    [*_, said] = render("reminder", replace(LONG, title="王\U000323af"), "pdf").notices
    assert said.endswith("papers/fonts/：\U000323af")
    assert "所用的字体里没有这些字" in said


def test_an_offices_own_template_is_for_word_alone(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "warning.docx").write_bytes(b"")
    made = render("warning", sample(KINDS["warning"]), "pdf", Press(home=tmp_path))
    assert made.notices[-1] == "PDF 按统一格式排，本单位的模板 warning.docx 只用于 Word"


@pytest.mark.parametrize("name", KINDS)
def test_every_paper_is_printed(filled: Filled, name: str) -> None:
    """From the records to the page: its title stands on it, and every page is A4."""
    content = filled(name)
    made = render(name, content, "pdf").content
    reader = PdfReader(io.BytesIO(made))
    assert reader.metadata is not None
    assert reader.metadata.title == content.title
    sizes = {
        tuple(sorted((round(float(page.mediabox.width)), round(float(page.mediabox.height))))) for page in reader.pages
    }
    assert sizes == {(595, 842)}
    assert balanced(content.title, 30 if content.wide else 19)[0] in reader.pages[0].extract_text()


def _table(rows: int) -> Table:
    head = ("编号", "问题", "责任人", "整改时限", "现状")
    made = tuple(
        (str(at), "村集体资产台账不清" * (1 + at % 5), "张三", "2026年6月1日", "整改中") for at in range(1, rows + 1)
    )
    return Table(head, made, (2, 12, 4, 6, 4))
