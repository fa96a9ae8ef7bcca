"""The page 统计: each number is as many as the list behind it, for whom it is there; of past days, as it was; as a workbook."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape

import openpyxl
import pytest
from docx import Document

from figures.months import first_of, months_until
from figures.printed import PRINTED, SHEETS
from tests.web.conftest import Door, Visitor
from tests.world import BUREAU, day

LINK = re.compile(r'<a href="(/cases\?figure[^"]*|/cases\?[^"]*figure=[^"]*)">([^<]+)</a>')
COUNT = re.compile(r"共 (?:<strong>)?(\d+)(?:</strong>)? 条")


@pytest.fixture
def told(door: Door) -> Door:
    """Cases of two units in many states: fed back on 2 March, accepted in April, one restricted to few; it is the 20th of May."""
    world = door.world
    first, second, third, fourth = world.all_at_work(4, day(5, 10))
    world.walk(first, "submit", "verify")
    world.walk(second, "submit", "agree", "continue_work")
    world.do("secretary", "request_extension", third, answers={"until": day(5, 28)})
    world.do("office", "grant_extension", third, answers={"until": day(5, 28)})
    other, *_ = world.feed_back(2, unit=BUREAU)
    kept = {"roles": ["secretary", "handler"], "people": "office", "reason": "涉密"}
    assert door.as_("office").submit(f"/cases/{fourth}/restrict", kept).status_code == 303
    world.go(day(4, 20))
    world.do("office", "reopen", first)
    world.go(day(5, 20))
    door.known = {"": door.known[""]}  # those who were signed in have been away too long
    assert other
    return door


def numbers(visitor: Visitor, query: str) -> list[tuple[str, str]]:
    """Return the numbers of a page that open cases, each with where it leads."""
    answer = visitor.get(f"/figures?{query}")
    assert answer.status_code == 200, answer.text
    return [(unescape(to), said.strip()) for to, said in LINK.findall(answer.text)]


def behind(visitor: Visitor, to: str) -> int:
    """Return how many cases the list behind a number has."""
    found = COUNT.search(visitor.get(to).text)
    assert found, to
    return int(found[1])


@pytest.mark.parametrize("login", ["office", "secretary", "leader"])
def test_every_number_is_as_many_as_its_list(told: Door, login: str) -> None:
    """Of every table, today and on a past day, however counted; shares and amounts open the cases that they are of."""
    visitor = told.as_(login)
    asked = [
        "table=all",
        "table=unit&count_in=measures&on=2026-04-10",
        "table=unit&on=2026-04-01&extended=done&basic=out",
        "table=responsible",
        "table=months",
    ]
    if login == "office":
        asked += [f"table={name}" for name in ("sort", "round", "aspect", "results", "warnings", "late", "times")] + [
            "table=all&on=2026-04-10&round=1"
        ]
    found: dict[str, set[int]] = {}
    for to, said in (one for query in asked for one in numbers(visitor, query)):
        if said.isdigit() and "result_" not in to:
            found.setdefault(to, set()).add(int(said))
    assert len(found) > 8
    # Each problem has one measure here, so that there are as many problems that have one.
    wrong = [(to, said, there) for to, said in sorted(found.items()) if (there := behind(visitor, to)) not in said]
    assert wrong == []


def test_a_past_day_is_as_it_was_that_day(told: Door) -> None:
    office = told.as_("office")

    def said(query: str) -> list[str]:
        page = office.get(f"/figures?{query}").text
        return re.findall(r'<div class="figure">(?:<a [^>]*>)?([^<]*)', page)

    assert said("on=2026-04-19")[:3] == ["6", "1", "16.67 %"]
    assert said("")[:3] == ["6", "0", "0.00 %"]
    assert said("on=2099-01-01") == said("") == said("on=x&table=none&round=x")
    for table in ("all", "months"):
        assert said(f"on=0001-01-01&table={table}") == said(f"on=1900-01-01&table={table}"), "before the first entry"
    assert office.get("/cases?figure=age_more&on=0001-01-01").status_code == 200
    assert "截至 2026年4月19日" in office.get("/figures?on=2026-04-19").text


def test_who_may_not_know_a_case_does_not_count_it(told: Door) -> None:
    """The leader counts one less than the office, not being among those named; the secretary all of the town, and nothing of the bureau."""
    totals = {login: numbers(told.as_(login), "table=all")[0][1] for login in ("office", "leader", "secretary")}
    assert totals == {"office": "6", "leader": "5", "secretary": "4"}
    for login in ("handler", "team", "discipline", "auditor", "sysadmin"):
        assert told.as_(login).get("/figures").status_code == 404, login
        assert told.as_(login).get("/figures.xlsx").status_code == 404, login


def test_a_number_of_measures_opens_the_problems_that_have_one(told: Door) -> None:
    """Of a past day too; the list says so. The two problems of the bureau have no plan."""
    office = told.as_("office")
    page = office.get("/figures?count_in=measures&table=unit&on=2026-04-10").text
    assert "按措施计" in page
    to, said = numbers(office, "count_in=measures&table=unit&on=2026-04-10")[0]
    assert (said, behind(office, to)) == ("4", 4)
    assert "应整改，有整改措施的" in office.get(to).text
    assert [(said, behind(office, to)) for to, said in numbers(office, "table=all") if "each=late" in to] == [("4", 4)]


def test_the_workbook_has_the_tables_and_says_how_it_counts(told: Door) -> None:
    answer = told.as_("office").get("/figures.xlsx?extended=out")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert len(book.sheetnames) == len(SHEETS)
    sheet = book[book.sheetnames[0]]
    assert sheet["A2"].value is not None
    for words in ("截至 2026年5月20日", "按问题计", "延期不计入应整改"):
        assert words in sheet["A2"].value
    assert [cell.value for cell in sheet[4]][:4] == ["责任党组织", "应整改", "已整改", "整改完成率"]
    assert sheet.cell(sheet.max_row, 1).value == "合计"
    assert told.world.rows("SELECT COUNT(*) FROM security_log WHERE what = 'exported_ledger'") == [(1,)]


def test_a_table_is_taken_away_as_word_and_pdf(told: Door) -> None:
    """The table that is shown, or A to G: as of which day and how it counts stands on it; anything else is not there."""
    office = told.as_("office")
    content = office.get("/figures/docx?table=unit&only=1&extended=out").content
    word = Document(io.BytesIO(content))
    said = "\n".join(one.text for one in word.paragraphs)
    for words in ("统计表 A 各单位整改情况", "截至 2026年5月20日", "延期不计入应整改", "导出"):
        assert words in said
    [table] = [one for one in word.tables if one.cell(0, 0).text == "责任党组织"]
    assert table.cell(len(table.rows) - 1, 0).text == "合计"
    assert office.get("/figures/pdf?table=unit&only=1").content.startswith(b"%PDF")
    whole = Document(io.BytesIO(office.get("/figures/docx").content))
    assert sum("统计表" in one.text for one in whole.paragraphs) == 2 * len(SHEETS) + 1
    assert office.get("/figures/html").status_code == 404
    assert told.as_("handler").get("/figures/pdf").status_code == 404


def test_months_begin_where_they_are_configured_to() -> None:
    assert first_of(date(2026, 4, 26), 26) == date(2026, 4, 26)
    assert first_of(date(2026, 4, 25), 26) == date(2026, 3, 26)
    assert first_of(date(2026, 1, 5), 26) == date(2025, 12, 26)
    assert first_of(date(2026, 3, 1), 31) == date(2026, 2, 28)
    assert months_until(date(2026, 4, 10), 26, 2) == [
        (date(2026, 3, 26), date(2026, 4, 10)),
        (date(2026, 2, 26), date(2026, 3, 25)),
    ]


def test_every_table_is_there_without_anything_to_count(door: Door) -> None:
    for name in PRINTED:
        assert "没有可统计的" in door.as_("office").get(f"/figures?table={name}").text or name in ("all", "months")
