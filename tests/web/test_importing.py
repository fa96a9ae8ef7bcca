"""Importing in three steps: nothing is kept before the third, every fault stands in its cell, twice is once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.household import close_login
from tests.ledger.builders import DATA, HEADER, line, xlsx
from tests.web.conftest import Answer, Door, field_in
from tests.web.test_ledger import Seen, seen
from tests.world import BUREAU, TOWN, VILLAGE, day

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROUND = "2026年第二轮"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def ledger(tmp_path: Path, *rows: list[Any], name: str = "台账.xlsx") -> Path:
    return xlsx(tmp_path / name, [["城伯镇党委整改台账"], list(HEADER), *(list(row) for row in rows)])


def look(
    door: Door, file: Path | bytes | None, login: str = "office", name: str = "台账.xlsx", **fields: str
) -> Answer:
    """Send the first step: a file, the round and the day of feedback unless given otherwise."""
    said = {"round": ROUND, "feedback": "2026-03-02", "unit": "", "step": "look", **fields}
    content = file.read_bytes() if isinstance(file, Path) else file
    files = {"m.problem_list": (name, content, XLSX)} if content is not None else None
    return door.as_(login).submit("/import", said, files=files)


def go_on(door: Door, page: Answer, step: str = "do", login: str = "office", **fields: str) -> Answer:
    """Press a button of a page: what it carries goes with it."""
    carried = {name: field_in(page.text, name) for name in ("kept", "round", "feedback", "unit")}
    return door.as_(login).submit("/import", {**carried, "step": step, **fields})


def counts(door: Door) -> tuple[int, ...]:
    """How many rows there are: of the log only what was done with problems."""
    tables = ("cases", "trail WHERE case_id IS NOT NULL", "outbox", "rounds", "units", "inspections")
    return tuple(door.world.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables)


def test_a_round_called_nearly_as_another_is_made_only_where_that_is_said(door: Door) -> None:
    go_on(door, look(door, DATA / "ledger_town.xlsx", round="2026年第一轮"))
    page = look(door, DATA / "ledger_town.xlsx", round="2026第一轮")
    assert "新建轮次“2026第一轮”，不是已有的“2026年第一轮”" in page.text
    rounds = door.world.rows("SELECT COUNT(*) FROM rounds")
    again = go_on(door, page)
    assert again.status_code == 422
    assert "请核对轮次的名称" in again.text
    assert door.world.rows("SELECT COUNT(*) FROM rounds") == rounds
    assert go_on(door, page, new_round="2026第一轮").status_code == 303


def test_a_unit_that_opens_the_problem_list_of_a_round_gets_its_own_problems(door: Door, tmp_path: Path) -> None:
    """The file names the problems of two units: who answers for one of them reads those alone; the office reads the file."""
    path = ledger(tmp_path, line(1), line(2, 单位=BUREAU))
    go_on(door, look(door, path))
    files = door.world.rows(
        "SELECT m.id, c.answerable_id FROM materials m JOIN cases c ON c.id = m.case_id ORDER BY m.id"
    )
    own = next(number for number, unit in files if unit == door.world.units[TOWN])
    ((case,),) = door.world.rows("SELECT case_id FROM materials WHERE id = :number", number=own)
    named = "下载的是您看得到的问题今天的台账，不是原文件"
    assert [named in door.as_(login).get(f"/cases/{case}").text for login in ("secretary", "office")] == [True, False]
    for address in (f"/materials/{own}", f"/materials/{own}/view"):
        answer = door.as_("secretary").get(address)
        assert (answer.status_code, answer.headers["location"][:24]) == (303, "/cases/export.xlsx?round"), address
    theirs = door.as_("secretary").get(answer.headers["location"])
    page = openpyxl.load_workbook(BytesIO(theirs.content), read_only=True).worksheets[0]
    text = str([[cell for cell in row if cell] for row in page.values])
    assert TOWN in text
    assert BUREAU not in text
    assert door.as_("office").get(f"/materials/{own}").content == path.read_bytes()
    alone = ledger(tmp_path, line(3), name="一个.xlsx")
    go_on(door, look(door, alone, round="三轮"))
    [number] = door.world.rows("SELECT MAX(id) FROM materials")[0]
    assert door.as_("secretary").get(f"/materials/{number}").content == alone.read_bytes()


# The three steps


def test_nothing_is_kept_before_the_third_step(door: Door) -> None:
    before = counts(door)
    page = look(door, DATA / "ledger_town.xlsx", round=ROUND)
    assert page.status_code == 200
    assert "识别 20 个问题，没有错误" in page.text
    assert "新反馈 20 个" in page.text
    assert "新的轮次，确认后新建" in page.text
    assert "贯彻上级决策部署有差距" in page.text
    assert counts(door) == before
    answer = go_on(door, page)
    assert answer.status_code == 303
    after = counts(door)
    assert after[:2] == (before[0] + 20, before[1] + 20)
    assert after[3:] == (before[3] + 1, before[4], before[5] + 1)
    assert [row[0] for row in door.world.rows("SELECT DISTINCT state FROM cases")] == ["feedback"]


def test_the_done_page_counts_and_leads_to_the_round_s_ledger(door: Door) -> None:
    door.world.feed_back(2)
    done = door.as_("office").get(go_on(door, look(door, DATA / "ledger_town.xlsx")).headers["location"])
    assert done.status_code == 200
    assert "新反馈 <strong>20</strong> 个问题" in done.text
    link = Seen(done.text).links["看这一轮的台账"]
    assert len(seen(door, "office", link).cases) == 20
    assert len(seen(door, "office").cases) == 22


def test_who_imported_stands_on_the_trail_with_the_file(door: Door) -> None:
    go_on(door, look(door, DATA / "ledger_town.xlsx"))
    [case] = door.world.rows("SELECT MIN(id) FROM cases")[0]
    entry = door.world.entry(case)
    assert (entry["actor"]["login"], entry["actor"]["role"], entry["via"]) == ("office", "office", "web")
    [material] = entry["materials"]
    kept = door.world.home / "files" / material["sha256"][:2] / material["sha256"]
    assert kept.read_bytes() == (DATA / "ledger_town.xlsx").read_bytes()
    assert [row[0] for row in door.world.rows("SELECT DISTINCT name FROM materials")] == ["台账.xlsx"]
    assert len(seen(door, "office", "/cases?q=乡村振兴").cases) == 1


def test_who_wrote_the_problems_is_said_and_judges_no_objection(door: Door) -> None:
    """The office says who wrote them; that person may neither keep a problem against an objection nor prepare it."""
    world = door.world
    team = world.people["team"]
    page = look(door, DATA / "ledger_town.xlsx", writer=str(team))
    assert world.actor("team").name in page.text
    go_on(door, page, writer=str(team))
    assert world.rows("SELECT DISTINCT written_by FROM cases") == [(team,)]
    go_on(door, look(door, DATA / "ledger_town.xlsx", writer="999", round="二轮"), writer="999")
    assert world.rows("SELECT COUNT(*) FROM cases WHERE written_by IS NULL") == [(20,)]


def test_the_first_step_offers_known_rounds_and_today(door: Door) -> None:
    page = door.as_("office").get("/import").text
    assert '<option value="一轮">' in page
    assert f'<option value="{TOWN}">' in page
    assert 'name="feedback" value="2026-03-02"' in page


def test_going_back_keeps_the_file_and_what_was_said(door: Door) -> None:
    page = look(door, DATA / "ledger_town.xlsx")
    first = go_on(door, page, "edit")
    assert first.status_code == 200
    assert "已选：台账.xlsx" in first.text
    assert f'value="{ROUND}"' in first.text
    again = go_on(door, first, "look", round="一轮")
    assert "识别 20 个问题，没有错误" in again.text
    assert "新的轮次" not in again.text


def test_many_units_in_one_ledger_are_named_before_they_are_made(door: Door) -> None:
    page = look(door, DATA / "ledger_many_units_gbk.csv", name="台账.csv")
    assert "识别 36 个问题，没有错误" in page.text
    assert "请核对名称有没有写错" in page.text
    assert go_on(door, page, new_units=field_in(page.text, "new_units")).status_code == 303
    assert door.world.rows("SELECT COUNT(*) FROM cases")[0][0] == 36


# Faults


def test_a_fault_is_marked_in_its_cell_and_linked_from_the_summary(door: Door, tmp_path: Path) -> None:
    path = ledger(tmp_path, line(1), line(2, "", 备注="看这里"), line(2, "井盖缺失", "2026年13月5日"), line(4))
    page = look(door, path)
    assert page.status_code == 422
    assert "识别 4 个问题，3 处错误" in page.text
    for row in (4, 5):
        assert f'<a href="#row-{row}">' in page.text
        assert f'<tr id="row-{row}"' in page.text
    assert page.text.count("wrong-cell") == 3
    assert "2026年13月5日</span>" in page.text, "as it stands in the file"
    assert "确认导入" not in page.text
    assert 'value="do"' not in page.text
    assert page.text.index('id="row-5"') < page.text.index('id="row-3"'), "rows with faults come first"
    assert counts(door)[0] == 0


def test_a_ledger_with_faults_is_not_brought_in_whatever_is_sent(door: Door, tmp_path: Path) -> None:
    page = look(door, ledger(tmp_path, line(1), line(1, "井盖缺失")))
    before = counts(door)
    answer = go_on(door, page, "do")
    assert answer.status_code == 422
    assert "1 处错误" in answer.text
    assert counts(door) == before


def test_a_fault_of_a_column_that_is_not_shown_stands_with_the_row(door: Door, tmp_path: Path) -> None:
    page = look(door, ledger(tmp_path, line(1, 备注="=A1")))
    assert page.status_code == 422
    assert "备注：公式单元格，请粘贴为数值。" in page.text


def test_changed_words_of_a_known_problem_are_a_fault_in_their_cell(door: Door, tmp_path: Path) -> None:
    go_on(door, look(door, ledger(tmp_path, line(1), line(2, "井盖缺失"))))
    page = look(door, ledger(tmp_path, line(1, "路灯很亮"), line(2, "井盖缺失")))
    assert page.status_code == 422
    assert "问题的文字反馈后不再改动，确有错误的请作废后按正确的文字重新反馈" in page.text
    assert page.text.count("wrong-cell") == 1


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (PDF, "台账.pdf", "这不是能导入的台账：这是 PDF"),
        (b"hello, world\n", "台账.txt", "没有认出表头"),
        (b"PK\x03\x04broken", "台账.xlsx", "已损坏或不完整"),
        (b"", "台账.xlsx", "“台账.xlsx”是空文件"),
        (None, "", "请选择台账文件"),
    ],
)
def test_a_file_that_is_no_ledger_gets_its_sentence(
    door: Door, content: bytes | None, name: str, sentence: str
) -> None:
    page = look(door, content, name=name)
    assert page.status_code == 422
    assert sentence in page.text
    assert "还不能预览" in page.text
    assert f'value="{ROUND}"' in page.text, "what was typed is kept"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"round": ""}, "请填写轮次"),
        ({"round": " \t "}, "请填写轮次"),
        ({"round": "轮" * 61}, "轮次不超过 60 个字"),
        ({"feedback": ""}, "请填写反馈日期"),
        ({"feedback": "2026-02-30"}, "请填写反馈日期"),
        ({"feedback": "0001-01-01"}, "请填写反馈日期"),
        ({"unit": "单" * 61}, "单位名称不超过 60 个字"),
    ],
)
def test_what_the_first_step_lacks_is_said_at_its_field(door: Door, fields: dict[str, str], sentence: str) -> None:
    page = look(door, DATA / "ledger_town.xlsx", **fields)
    assert page.status_code == 422
    assert sentence in page.text
    assert "已选：台账.xlsx" in page.text


def test_hostile_words_of_a_ledger_stay_text(door: Door, tmp_path: Path) -> None:
    page = look(
        door,
        ledger(tmp_path, line(1, "<script>alert(1)</script>", 具体表现="<img src=x onerror=alert(2)>")),
        round="<b>轮</b>",
    )
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "<b>轮" not in page.text


# The unit


def test_a_ledger_without_units_asks_for_one_and_keeps_the_file(door: Door, tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "无单位.xlsx",
        [["序号", "反馈问题", "整改时限"], [1, "路灯不亮", "立行立改"], [2, "井盖缺失", "2026.6.1"]],
    )
    page = look(door, path)
    assert page.status_code == 422
    assert "台账里没有写明单位，请在这里填写" in page.text
    again = go_on(door, page, "look", unit=TOWN)
    assert "识别 2 个问题，没有错误" in again.text
    assert go_on(door, again).status_code == 303
    assert door.world.rows("SELECT COUNT(*) FROM cases WHERE unit_id = :unit", unit=door.world.units[TOWN])[0][0] == 2


def test_a_unit_in_the_ledger_is_not_overruled(door: Door, tmp_path: Path) -> None:
    page = look(door, ledger(tmp_path, line(1)), unit="市水利局党组")
    assert "没有采用所填的“市水利局党组”" in page.text
    go_on(door, page)
    assert door.world.rows("SELECT unit_id FROM cases")[0][0] == door.world.units[TOWN]


# What adds up, and what is said aloud


def test_what_was_withdrawn_has_a_number_of_its_own_and_the_sums_add_up(door: Door, tmp_path: Path) -> None:
    world = door.world
    case, _ = world.feed_back(2)
    world.walk(case, "object", "withdraw")
    rows = [line(no, f"路灯不亮{no}", "", 具体表现="背街损坏17盏", 方面="民生") for no in (1, 2, 3)]
    page = look(door, ledger(tmp_path, *rows), round="一轮")
    sums = (
        "识别 3 个问题，没有错误。</strong>新反馈 1 个，更新单位填写内容 0 个，没有变化 1 个，已撤销（不再导入）1 个。"
    )
    assert sums in page.text
    done = door.as_("office").get(go_on(door, page).headers["location"])
    assert "没有变化 1 个，已撤销（不再导入）1 个。" in done.text


def test_the_day_of_feedback_is_remarked_only_where_something_is_new(door: Door, tmp_path: Path) -> None:
    door.world.feed_back()
    again = [line("1", "路灯不亮1", "", 具体表现="背街损坏17盏", 方面="民生")]
    door.world.go(day(3, 9))
    said = look(door, ledger(tmp_path, *again), round="一轮", feedback="2026-03-09").text
    assert "反馈日期已记为" not in said
    said = look(door, ledger(tmp_path, *again, line("2")), round="一轮", feedback="2026-03-09").text
    assert f"{TOWN}的反馈日期已记为 2026年3月2日（周一），未改为 2026年3月9日（周一）" in said


def test_a_ledger_of_another_round_is_one_error_in_its_cell_on_the_page(door: Door, tmp_path: Path) -> None:
    rows = [("轮次", "编号", "单位", "问题"), *(("一轮", str(no), TOWN, f"路{no}") for no in range(1, 31))]
    page = look(door, xlsx(tmp_path / "台账.xlsx", rows), round="二轮")
    assert page.status_code == 422
    assert "识别 30 个问题，1 处错误" in page.text
    assert '<td class="look-round wrong-cell">' in page.text


def test_what_repeats_another_round_is_an_alert_above_the_button(door: Door, tmp_path: Path) -> None:
    door.world.feed_back(3)
    rows = [line(no, f"路灯不亮{no}", "", 具体表现="背街损坏17盏") for no in (1, 2, 3)]
    page = look(door, ledger(tmp_path, *rows), round="二轮").text
    aloud = page.index('<div class="bad" role="alert">')
    assert aloud < page.index("现在反馈")
    assert page.count("有 3 行与“一轮”（3 行）已经反馈的问题编号、文字完全相同") == 1


def test_the_preview_promises_no_letter_to_a_secretary_who_is_not_there(door: Door, tmp_path: Path) -> None:
    nobody = look(door, ledger(tmp_path, line("1", 单位="市城管局党组"))).text
    assert "新反馈的问题写通知给党组织书记" not in nobody
    assert "没有书记账号的 1 个单位，通知改送上级党组织书记和巡察办" in nobody
    assert "立即反馈，新反馈的问题写通知给党组织书记和整改联络员" in look(door, ledger(tmp_path, line("1"))).text


# Whose


@pytest.mark.parametrize("login", ["secretary", "handler", "discipline", "head", "auditor", "sysadmin"])
def test_only_the_office_imports(door: Door, login: str) -> None:
    assert door.as_(login).get("/import").status_code == 404
    assert look(door, DATA / "ledger_town.xlsx", login).status_code == 404
    assert counts(door)[0] == 0


def test_a_forged_or_foreign_file_token_carries_nothing(door: Door) -> None:
    page = look(door, DATA / "ledger_town.xlsx")
    token = field_in(page.text, "kept")
    for login, kept in (
        ("office", token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]),
        ("office", "x"),
        ("office2", token),
    ):
        answer = door.as_(login).submit(
            "/import", {"kept": kept, "round": ROUND, "feedback": "2026-03-02", "step": "do"}
        )
        assert answer.status_code == 422
        assert "请选择台账文件" in answer.text
    assert counts(door)[0] == 0


@pytest.mark.parametrize("told", ["", "x", "W10.abc", "../../etc/passwd"])
def test_a_done_page_cannot_be_made_up(door: Door, told: str) -> None:
    assert door.as_("office").get("/import/done", params={"told": told}).status_code == 404


def test_a_post_without_the_page_s_token_is_refused(door: Door) -> None:
    files = {"m.problem_list": ("台账.xlsx", (DATA / "ledger_town.xlsx").read_bytes(), XLSX)}
    assert door.as_("office").post("/import", data={"round": ROUND, "step": "look"}, files=files).status_code == 403


def test_nothing_is_left_aside(door: Door) -> None:
    look(door, DATA / "ledger_town.xlsx")
    look(door, PDF, name="台账.pdf")
    assert list((door.world.home / "files" / "aside").iterdir()) == []
    kept = [path for path in (door.world.home / "files").rglob("*") if path.is_file()]
    assert len(kept) == 1, "what is no ledger is not kept"


# Who could claim


def test_a_unit_without_a_secretary_is_named_before_and_after_the_import(door: Door, tmp_path: Path) -> None:
    """A new unit has nobody who could claim; a village's problems are claimed by its township's secretary, who is there."""
    file = ledger(tmp_path, *(line("1", 单位=unit) for unit in ("市城管局党组", VILLAGE, TOWN)))
    page = look(door, file)
    assert "没有党组织书记账号的单位：市城管局党组。新反馈的问题无人认领" in page.text
    done = go_on(door, page, new_units=field_in(page.text, "new_units"))
    said = door.as_("office").get(done.headers["location"]).text
    assert "<strong>市城管局党组</strong>没有党组织书记账号，这些问题现在无人认领" in said
    assert "书记账号" not in go_on(door, look(door, file)).text


def test_where_nobody_signs_for_the_township_its_village_is_named_with_it(door: Door, tmp_path: Path) -> None:
    close_login(door.world, "secretary")
    page = look(door, ledger(tmp_path, line("1", 单位=VILLAGE)))
    assert f"没有党组织书记账号的单位：{VILLAGE}（由{TOWN}负责）" in page.text


def test_the_team_of_a_ledger_is_that_of_the_round_and_a_planned_inspection_is_fed_back(
    door: Door, tmp_path: Path
) -> None:
    """Made once for both units, where none is registered; what is registered stays, and one unit has one team."""
    world = door.world
    world.enter("office", "inspection", "make", round="一轮", unit=VILLAGE)
    rows = [
        ("编号", "单位", "巡察组", "问题"),
        ("1", TOWN, "市委第一组", "路一"),
        ("2", TOWN, "", "路二"),
        ("1", VILLAGE, "市委第一组", "路三"),
    ]
    page = look(door, xlsx(tmp_path / "台账.xlsx", rows), round="一轮")
    assert go_on(door, page).status_code == 303
    named = "SELECT u.name, i.team_id, i.feedback_on FROM inspections i JOIN units u ON u.id = i.unit_id ORDER BY i.id"
    found = [(name, team, str(fed)) for name, team, fed in world.rows(named)]
    ((team,),) = world.rows("SELECT id FROM listed WHERE kind = 'team'")
    assert found == [(VILLAGE, team, "2026-03-02"), (TOWN, team, "2026-03-02")]
    rows = [rows[0], ("3", TOWN, "市委第二组", "路四")]
    said = look(door, xlsx(tmp_path / "又.xlsx", rows), round="一轮").text
    assert "的巡察组已记为“市委第一组”，台账写的是“市委第二组”，没有改动" in said
    rows = [*rows, ("4", TOWN, "市委第三组", "路五")]
    page = look(door, xlsx(tmp_path / "错.xlsx", rows), round="一轮")
    assert (page.status_code, "一次巡察只有一个巡察组" in page.text) == (422, True)
