"""Dictionaries 问题分类: a version from a sheet or by one change, against the one before; bound to a round; what ledgers write otherwise is told once."""

from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.bring_in import Order, bring_in
from ledger.dictionary_sheet import read_dictionary, write_dictionary
from ledger.parse import parse
from ledger.typical import TypicalProblems
from register.unit_kinds import shipped_kinds
from register.wording import shipped
from storage.dictionary import Entry, carried_on, compared, faults_in, meant, numbered, read_written, written
from storage.engine import reading, writing
from storage.reads.dictionaries import Version, dictionaries_of
from storage.unit_kinds import UnitKind, UnitKinds
from tests.ledger.builders import HEADER, line, xlsx
from tests.register.test_pages import ask, decide
from tests.web.conftest import Answer, Door, field_in
from tests.web.test_importing import XLSX, go_on, look
from tests.web.test_ledger import seen
from tests.world import county, day
from workflow.subject import Material

PAGE = "/register/dictionary"
NAME = "三个聚焦、四个落实"
UNIT_KINDS = UnitKinds(tuple(UnitKind(one["code"], one["name"]) for one in shipped_kinds()))
HEAD = ["分类", "内容", "别的写法", "适用类别", "所属方面", "代码"]


def send(door: Door, path: Path, name: str = NAME, **fields: str) -> Answer:
    files = {"file": ("分类.xlsx", path.read_bytes(), XLSX)}
    return door.as_("office").submit(f"{PAGE}/enter", {"name": name, "step": "look", **fields}, files=files)


def sheet(tmp_path: Path, *rows: list[str]) -> Path:
    return xlsx(tmp_path / "分类.xlsx", [HEAD, *rows])


def test_the_model_by_itself() -> None:
    """Codes stay when words change, what was said before is remembered, and what differs is told by code."""
    name, entries = shipped()
    assert (name, list(faults_in(entries, {"town", "street", "village", "community"}))) == (NAME, [])
    assert read_written(written(entries)) == entries
    aspect = Entry("aspect", "", "聚焦民生")
    [made] = numbered([aspect], entries)
    assert made.code == "F1"
    assert numbered([Entry("aspect", "", entries[0].also[0])], entries)[0].code == "J1"
    said = Entry("aspect", "J1", "聚焦基层落实")
    [now] = carried_on([said], entries)
    assert now.also == (entries[0].words,)
    difference = compared(entries[:2], [now, made])
    assert (difference.added, difference.gone, difference.renamed) == ((made,), (entries[1],), ((entries[0], now),))
    assert meant([now], "aspect", entries[0].words) == now
    wrong = [
        Entry("aspect", "A", "甲"),
        Entry("aspect", "A", "甲"),
        Entry("typical", "C", "乙", under="Z"),
        Entry("topic", "Z", ""),
    ]
    assert [(one.place, one.field) for one in faults_in(wrong, ())] == [
        (1, "code"),
        (1, "words"),
        (2, "under"),
        (3, "words"),
    ]


def test_what_every_ledger_looks_through_has_an_end(tmp_path: Path) -> None:
    """One entry is written in some ways and not in thousands; said at its cell. All of it together has an end too."""
    ways = [f"写法{number}" for number in range(21)]
    assert list(faults_in([Entry("aspect", "A", "甲", tuple(ways[:20]))], ())) == []
    [fault] = read_dictionary(sheet(tmp_path, ["方面", "甲", "；".join(ways), "", "", ""]), (), UNIT_KINDS).faults
    assert (fault.row, fault.column, fault.message) == (2, "别的写法", "别的写法不超过 20 个")
    long = [Entry("typical", f"C{n}", f"{n:03}".ljust(200, "x"), (f"{n:03}".ljust(200, "y"),)) for n in range(500)]
    aspect = Entry("aspect", "A", "甲")
    assert list(faults_in([aspect, *long[1:]], ())) == []
    assert [one.sentence for one in faults_in([aspect, *long], ())] == ["全部内容和别的写法不超过 20 万字"]


def test_a_sheet_that_was_written_out_says_the_same_and_each_fault_stands_at_its_cell(tmp_path: Path) -> None:
    _, entries = shipped()
    write_dictionary(tmp_path / "out.xlsx", entries, UNIT_KINDS, date(2026, 3, 2))
    read = read_dictionary(tmp_path / "out.xlsx", entries, UNIT_KINDS)
    assert (read.entries, read.faults) == (entries, ())
    path = sheet(
        tmp_path,
        ["方面", "聚焦民生", "", "月球", "", ""],
        ["方向", "甲", "", "", "", ""],
        ["常见问题", "乙", "", "", "没有的", ""],
    )
    faults = read_dictionary(path, (), UNIT_KINDS).faults
    assert [(one.row, one.column) for one in faults] == [(2, "适用类别"), (3, "分类"), (4, "所属方面")]


def test_a_version_comes_from_a_sheet_against_the_one_before_and_is_bound_to_a_round_by_two(
    door: Door, tmp_path: Path
) -> None:
    office = door.as_("office")
    assert NAME in office.get(PAGE).text
    out = office.get(f"{PAGE}/template.xlsx?of={_versions(door)[0]}")
    (tmp_path / "out.xlsx").write_bytes(out.content)
    assert "与现在的一版一样" in send(door, tmp_path / "out.xlsx").text
    path = sheet(tmp_path, ["方面", "聚焦基层落实", "", "", "", "J1"], ["专题", "乱占耕地", "", "村、社区", "", ""])
    page = send(door, path)
    assert page.status_code == 200
    for words in ("第 2 版", "→ 聚焦基层落实", "乱占耕地", "去掉"):
        assert words in page.text
    before = door.world.dump()["listed"]
    kept = {"kept": field_in(page.text, "kept"), "step": "do", "reason": "某巡〔2026〕3号"}
    made = office.submit(f"{PAGE}/enter", kept)
    assert made.status_code == 303
    assert len(door.world.dump()["listed"]) == len(before) + 1
    again = office.submit(f"{PAGE}/enter", kept)
    assert (again.status_code, "已有第 2 版" in again.text) == (422, True)
    shown = office.get(made.headers["location"]).text
    for words in (f"{NAME} 第 2 版", "与第 1 版相比", "某巡〔2026〕3号", "还没有轮次用这一版"):
        assert words in shown
    change = f"/register/round/{door.world.round_id}/change"
    assert "已登记" in decide(door, "office2", ask(door, "office", change, dictionary=NAME, reason="启用"))
    assert "一轮" in html.unescape(office.get(made.headers["location"]).text)
    assert door.world.rows("SELECT dictionary_id FROM rounds WHERE id = :it", it=door.world.round_id) == [
        (_versions(door)[-1],)
    ]
    wrong = send(door, sheet(tmp_path, ["方面", "甲", "", "", "", ""], ["方面", "甲", "", "", "", ""]))
    assert (wrong.status_code, "1 处错误" in wrong.text, "确认录入" in wrong.text) == (422, True, False)


def _versions(door: Door) -> list[int]:
    return [row[0] for row in door.world.rows("SELECT id FROM listed WHERE kind = 'dictionary' ORDER BY id")]


def test_one_change_in_the_browser_makes_the_next_version(door: Door) -> None:
    office, [first] = door.as_("office"), _versions(door)
    steps: list[dict[str, Any]] = [
        {"step": "add", "section": "topic", "words": "乱占耕地"},
        {"step": "rename", "code": "J2", "words": "聚焦群众身边的腐败"},
        {"step": "retire", "code": "Z8"},
    ]
    at = f"{PAGE}/{first}"
    for said in steps:
        answer = office.submit(at, said)
        assert answer.status_code == 303, answer.text
        at = answer.headers["location"]
    with reading(door.world.engine) as work:
        newest = dictionaries_of(work.driver, door.world.place).newest()[0]
    assert newest.version == 4
    assert {"乱占耕地", "脱贫攻坚"} <= {one.words for one in newest.of("topic")}
    assert "营商环境" not in {one.words for one in newest.of("topic")}
    assert "聚焦群众身边腐败问题和不正之风" in next(one.also for one in newest.entries if one.code == "J2")
    assert "已有第 4 版" in office.submit(f"{PAGE}/{first}", steps[0]).text
    assert "与另一项重复" in office.submit(at, steps[0]).text
    assert "请填写内容" in office.submit(at, {"step": "add", "section": "topic", "words": " "}).text
    assert office.submit(f"{PAGE}/999", steps[0]).status_code == 404


@pytest.mark.parametrize("login", ["secretary", "team", "auditor"])
def test_who_has_no_part_in_the_register_sees_no_dictionary(town_door: Door, login: str) -> None:
    for path in (PAGE, f"{PAGE}/1", f"{PAGE}/enter", f"{PAGE}/template.xlsx"):
        assert town_door.as_(login).get(path).status_code == 404


# At the import


def words_ledger(tmp_path: Path, *rows: tuple[str, str]) -> Path:
    """A ledger whose rows say an aspect and topics each."""
    head = [*HEADER, "专题"]
    lines = [[*line(no, f"问题{no}", 方面=aspect), topic] for no, (aspect, topic) in enumerate(rows, start=1)]
    return xlsx(tmp_path / "台账.xlsx", [["城伯镇党委整改台账"], head, *lines])


ROUND = "2026年第三轮"


def test_a_word_that_the_dictionary_does_not_know_is_told_once_and_known_from_then_on(
    door: Door, tmp_path: Path
) -> None:
    """Left as it stands it is a notice and no more; what is told stands in the register, and the problem keeps its words."""
    path = words_ledger(
        tmp_path,
        ("聚焦基层腐败", "扶贫、乱占耕地"),
        ("聚焦基层腐败", ""),
        ("民生", ""),
        ("落实全面从严治党责任", "意识形态"),
    )
    page = look(door, path, round=ROUND, topic="安全生产")
    text = html.unescape(page.text)
    assert page.status_code == 200
    assert f"这些方面不在“{NAME} 第 1 版”里" in text
    assert [f'value="{word}"' in text for word in ("聚焦基层腐败", "民生", "落实全面从严治党责任")] == [
        True,
        True,
        False,
    ]
    assert '聚焦基层腐败<span class="quiet">（2 行）' in text
    assert '乱占耕地<span class="quiet">（1 行）' in text
    said = {"word.0": "聚焦基层腐败", "word.0.as": "J2", "word.1": "民生", "word.1.as": ""}
    assert "没有代码为“J9”的方面" in html.unescape(go_on(door, page, **{**said, "word.0.as": "J9"}).text)
    assert "没有代码为“Z1”的方面" in html.unescape(go_on(door, page, **{**said, "word.0.as": "Z1"}).text)
    answer = go_on(door, page, **said, topic="安全生产")
    assert answer.status_code == 303
    assert "标注专题 7 处" in door.as_("office").get(answer.headers["location"]).text
    world = door.world
    assert [row[0] for row in world.rows("SELECT category FROM cases ORDER BY id")] == [
        "聚焦基层腐败", "聚焦基层腐败", "民生", "落实全面从严治党责任"
    ]  # fmt: skip
    told = world.rows("SELECT action, actor_id FROM trail WHERE about LIKE 'wording:%'")
    assert told == [("wording.make", world.people["office"])]
    marked = world.rows("SELECT topic, COUNT(*) FROM case_topics GROUP BY topic ORDER BY topic")
    assert dict(map(tuple, marked)) == {"安全生产": 4, "脱贫攻坚": 1, "乱占耕地": 1, "意识形态": 1}
    again = look(door, path, round=ROUND)
    assert "没有变化 4 个" in again.text
    assert 'value="聚焦基层腐败"' not in again.text
    assert 'value="民生"' in again.text
    assert go_on(door, again, topic="安全生产").status_code == 303
    assert len(world.rows("SELECT id FROM case_topics")) == 7


def chosen(page: Answer, name: str) -> str:
    """Return what a select of a page has chosen."""
    select = re.search(rf'<select[^>]*name="{re.escape(name)}".*?</select>', page.text, re.DOTALL)
    assert select, name
    found = re.search(r'<option value="([^"]*)" selected>', select[0])
    return found[1] if found else ""


def test_a_topic_that_the_dictionary_does_not_know_is_shown_and_told_once(door: Door, tmp_path: Path) -> None:
    """A word may mean an aspect in one column and a topic in another; left as it stands it is a topic of its own."""
    aspect = "落实全面从严治党责任"
    path = words_ledger(tmp_path, (aspect, "精准扶贫、扫黑除恶"), (aspect, "精准扶贫；乱占耕地"), ("精准扶贫", ""))
    page = look(door, path, round=ROUND)
    text = html.unescape(page.text)
    assert f"这些专题不在“{NAME} 第 1 版”里" in text
    assert '精准扶贫<span class="quiet">（2 行）' in text
    assert (chosen(page, "strange.0.as"), chosen(page, "strange.1.as")) == ("", "")
    said = {
        "strange.0": "精准扶贫",
        "strange.1": "乱占耕地",
        "strange.1.as": "",
        "word.0": "精准扶贫",
        "word.0.as": "J2",
    }
    assert "没有代码为“J2”的专题" in html.unescape(go_on(door, page, **{**said, "strange.0.as": "J2"}).text)
    assert go_on(door, page, **{**said, "strange.0.as": "Z1"}).status_code == 303
    world = door.world
    marked = world.rows("SELECT topic, COUNT(*) FROM case_topics GROUP BY topic ORDER BY topic")
    assert dict(map(tuple, marked)) == {"脱贫攻坚": 2, "扫黑除恶": 1, "乱占耕地": 1}
    told = world.rows("SELECT action FROM trail WHERE about LIKE 'wording:%'")
    assert told == [("wording.make",), ("wording.make",)], "once as an aspect, once as a topic"
    again = look(door, path, round=ROUND)
    assert ('value="精准扶贫"' in again.text, 'value="乱占耕地"' in again.text) == (False, True)
    assert "没有变化 3 个" in again.text
    wording = world.rows("SELECT id FROM listed WHERE kind = 'wording' ORDER BY id")[-1][0]
    refused = door.as_("office").submit(f"/register/wording/{wording}/change", {"code": "J2", "reason": "试"})
    assert "没有代码为“J2”的专题" in html.unescape(refused.text), "what was told of topics stays one"


def problems_ledger(tmp_path: Path, *rows: tuple[str, str]) -> Path:
    """A ledger whose rows say an aspect and a problem each."""
    lines = [line(no, problem, 方面=aspect, 具体表现="") for no, (aspect, problem) in enumerate(rows, start=1)]
    return xlsx(tmp_path / "台账.xlsx", [["城伯镇党委整改台账"], HEADER, *lines])


ALIKE = (
    ("", "2025年违规发放津补贴3万元"),
    ("", "党委会第一议题学习流于形式"),
    ("", "部分会议代替党组织会议研究重大事项，集体决策不规范"),
    ("", "路灯不亮"),
    ("干部问题", "干部档案审核不严，缺少任免审批表"),
    ("干部问题", "选人用人程序不规范，未开展民主推荐"),
    ("综合", "违规发放津补贴"),
    ("综合", "选人用人程序不规范"),
)


def test_a_row_without_an_aspect_is_proposed_one_by_the_typical_problem_that_its_words_come_near_to(
    door: Door, tmp_path: Path
) -> None:
    """The proposal stands in the step with its reason, chosen beforehand; taken, changed or left, and nothing of it without the page."""
    path = problems_ledger(tmp_path, *ALIKE)
    page = look(door, path, round=ROUND)
    text = html.unescape(page.text)
    for words in (
        "按常见问题“违规发放津贴补贴、公务接待不规范”建议“落实全面从严治党战略部署情况”（文中有：违规发放津、补贴）",
        "第 3 行：2025年违规发放津补贴3万元",
        "没有写方面的 1 行",
        "按常见问题“选人用人程序不规范，干部档案审核不严”建议“落实新时代党的组织路线情况”",
        "2 行相符",
    ):
        assert words in text, words
    assert "路灯不亮" not in text[: text.index("台账内容")], "which comes near to none"
    assert [chosen(page, f"unclassed.{place}.as") for place in range(3)] == ["L2", "L1", "L2"]
    assert [chosen(page, f"word.{place}.as") for place in range(2)] == ["L3", ""], "of several aspects none is proposed"
    said = {
        **{f"unclassed.{place}": field_in(page.text, f"unclassed.{place}") for place in range(3)},
        "unclassed.0.as": "L2", "unclassed.1.as": "J1", "unclassed.2.as": "",
    }  # fmt: skip
    assert "没有代码为“J9”的方面" in html.unescape(go_on(door, page, **{**said, "unclassed.1.as": "J9"}).text)
    assert go_on(door, page, **said).status_code == 303
    world = door.world
    kept = [row[0] for row in world.rows("SELECT category FROM cases ORDER BY id")]
    said_as = {one.code: one.words for one in shipped()[1]}
    assert kept == [said_as["L2"], said_as["J1"], "", "", "干部问题", "干部问题", "综合", "综合"]
    assert world.rows("SELECT id FROM listed WHERE kind = 'wording'") == [], "nobody said what the words mean"
    again = html.unescape(look(door, path, round=ROUND).text)
    assert ("没有变化 8 个" in again, "与反馈时的" in again, "unclassed.0" in again) == (True, False, False)


def test_a_typical_problem_counts_for_its_kinds_of_unit_and_by_more_than_half_of_a_clause(tmp_path: Path) -> None:
    _, entries = shipped()
    typical = TypicalProblems(Version(1, NAME, 1, entries))

    def near(text: str, sort: str = "") -> str:
        found = typical.nearest(text, sort)
        return found.typical.code if found else ""

    contract = "村集体合同不规范、租金未收缴"
    assert [near(contract, sort) for sort in ("village", "town", "")] == ["C7", "", "C7"]
    assert near("“三会一课” 记录造假", "village") == "C8", "quotes and blanks are nothing"
    assert near("公务用车管理不规范") == "", "half of a clause is not more"
    assert near("公务接待不规范") == "C3"
    assert near("不公开") == near("") == ""
    both = typical.nearest("选人用人程序不规范，公务接待不规范，干部档案审核不严", "")
    assert both
    assert (both.typical.code, both.words) == ("C4", ("选人用人程序不规范", "干部档案审核不严"))


def test_the_command_line_decides_nothing_and_says_what_would_be_proposed(door: Door, tmp_path: Path) -> None:
    world = door.world
    sheet = parse(problems_ledger(tmp_path, *ALIKE[:2], ALIKE[3]))
    with writing(world.engine) as work:
        order = Order(ROUND, None, county(), Material("problem_list", "cd" * 32, "ledger.csv", 1))
        brought = bring_in(work, sheet, order, world.actor("office"), world.now, day(3, 2))
        work.rollback()
    assert brought.errors == []
    said = [one for one in brought.notices if "没有写方面" in one]
    assert len(said) == 2
    assert said[0].startswith(
        "第 3 行没有写方面，按常见问题“违规发放津贴补贴、公务接待不规范”建议“落实全面从严治党战略部署情况”"
    )
    assert said[0].endswith("，没有采用")


def test_a_round_without_a_dictionary_takes_every_word_as_it_is(door: Door, tmp_path: Path) -> None:
    page = look(door, words_ledger(tmp_path, ("民生", "扶贫")), round="一轮")
    assert "这些方面不在" not in page.text
    assert go_on(door, page).status_code == 303
    assert door.world.rows("SELECT topic FROM case_topics") == [("扶贫",)]


def test_the_ledger_is_narrowed_to_an_aspect_however_it_is_written_and_to_a_topic(door: Door, tmp_path: Path) -> None:
    words = (
        "聚焦基层腐败",
        "聚焦群众身边腐败问题和不正之风",
        "聚焦群众身边不正之风和腐败问题",
        "民生",
        "落实全面从严治党责任",
    )
    path = words_ledger(tmp_path, *((word, "脱贫攻坚" if place < 2 else "") for place, word in enumerate(words)))
    page = look(door, path, round=ROUND)
    go_on(door, page, **{"word.0": "聚焦基层腐败", "word.0.as": "J2"})
    office, [first] = door.as_("office"), _versions(door)

    def found(query: str, login: str = "office") -> list[int]:
        return sorted(seen(door, login, f"/cases?{query}").cases)

    cases = [row[0] for row in door.world.rows("SELECT id FROM cases ORDER BY id")]
    assert found(f"aspect={first}.J2") == cases[:3]
    assert found(f"aspect={first}.J2", "secretary") == cases[:3]
    assert found(f"aspect={first}.L2") == cases[4:]
    assert found("aspect=none") == [cases[3]]
    assert found("topic=脱贫攻坚") == found(f"topic=脱贫攻坚&aspect={first}.J2") == cases[:2]
    assert found("topic=没有的") == found(f"topic=脱贫攻坚&aspect={first}.L2") == []
    assert found(f"aspect={first}.J9") == found("aspect=%27") == cases
    said = html.unescape(office.get(f"/cases?aspect={first}.J2&topic=脱贫攻坚").text)
    assert "方面：聚焦群众身边腐败问题和不正之风；专题：脱贫攻坚" in said
    renamed = office.submit(f"{PAGE}/{first}", {"step": "rename", "code": "J2", "words": "聚焦民生领域腐败"})
    assert found(f"aspect={first}.J2") == cases[:3], "the same in every version"
    assert "聚焦民生领域腐败" in office.get("/cases").text
    assert "没有归类" not in office.get(renamed.headers["location"]).text, "no round follows it"
    counted = office.get(f"{PAGE}/{first}").text
    assert f'<a href="/cases?aspect={first}.J2">3</a>' in counted
    assert '">2</a>' in counted
    assert "1 个问题的方面写得与这一版不一样：民生 1 个" in html.unescape(counted).replace("\n", "")
    out = tmp_path / "out.xlsx"
    out.write_bytes(office.get("/cases/export.xlsx?topic=脱贫攻坚").content)
    assert [row.topics for row in parse(out).rows] == ["脱贫攻坚", "脱贫攻坚"]


def test_the_office_marks_a_problem_and_takes_a_mark_back(door: Door) -> None:
    world = door.world
    [case] = world.feed_back()
    office, page = door.as_("office"), f"/cases/{case}/topics"
    assert f'href="{page}"' in office.get(f"/cases/{case}").text
    for said in (
        {"topic": ["扫黑除恶", "意识形态"], "other": "乱占耕地"},
        {"topic": ["意识形态"]},
        {"topic": ["意识形态"]},
    ):
        assert office.submit(page, said).status_code == 303
    assert world.rows("SELECT topic, gone FROM case_topics ORDER BY id") == [
        ("扫黑除恶", True), ("意识形态", False), ("乱占耕地", True)
    ]  # fmt: skip
    acts = [row[0] for row in world.rows("SELECT action FROM trail WHERE about LIKE 'topic:%' ORDER BY idx")]
    assert acts == ["topic.make"] * 3 + ["topic.drop"] * 2
    assert "<dd>意识形态</dd>" in door.as_("secretary").get(f"/cases/{case}").text
    assert seen(door, "office", "/cases?topic=扫黑除恶").cases == []
    for login in ("secretary", "team", "auditor"):
        assert door.as_(login).get(page).status_code == door.as_(login).submit(page, {}).status_code == 404
    assert office.submit("/cases/999/topics", {}).status_code == 404
