"""帮助: every page says what it is for, the books of docs/ are read and searched, the office's rules are found by everybody."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Door
from web import helping
from web.filters import environment

PAGES = helping.DOCS / "pages.md"
BEFORE_SIGNING_IN = {"signin.html", "signin_code.html", "first.html", "error.html"}


def test_every_page_of_the_product_says_what_it_is_for_and_none_that_is_gone() -> None:
    """A new template of a page has its section in docs/pages.md."""
    pages = {name.removeprefix("pages/") for name in environment().list_templates() if name.startswith("pages/")}
    with_words = {name for name in pages if not re.search(r"(^|/)_|^case/", name)} - BEFORE_SIGNING_IN
    named = [name for one in re.findall(r"^## .+<!-- (.+) -->$", PAGES.read_text(encoding="utf-8"), re.MULTILINE) for name in one.split()]  # fmt: skip
    assert sorted(named) == sorted(with_words)
    assert not [name for name, one in helping.about_pages().items() if len(one.html.striptags()) < 12]


def test_a_page_bears_its_words_and_leads_to_the_help(town_door: Door) -> None:
    page = town_door.as_("secretary").get("/cases").text
    assert "这一页怎么用" in page
    assert '<a href="/help/ledger">' in page.partition('class="about"')[2]
    assert 'id="台账"' in town_door.as_("secretary").get("/help/pages").text
    assert "这一页怎么用" not in town_door.visitor().get("/signin").text


@pytest.mark.parametrize("name", helping.BOOKS)
def test_every_link_and_picture_of_a_book_leads_somewhere(town_door: Door, name: str) -> None:
    reader = town_door.as_("handler")
    page = reader.get(f"/help/{name}").text.partition("<article")[2].partition("</article>")[0]
    assert "<h1" in page
    inside = set(re.findall(r'(?:href|src)="(/help/[^"#]*)', page))
    assert [path for path in inside if reader.get(path).status_code != 200] == []
    assert not re.search(r'(?:href|src)="(?!/help/|https://|#)', page)
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert anchors <= set(re.findall(r'id="([^"]+)"', page))


def test_no_word_of_a_sentence_is_left_out() -> None:
    """数据库不能用时只有 和 ，如…: names were taken out of sentences; behind their own words, in a heading or a cell, they still are."""
    page = str(helping.book("operating").html)  # type: ignore[union-attr]
    assert "数据库不能用时只有 <code>ok</code> 和 <code>why</code>" in page
    life = str(helping.book("life").html)  # type: ignore[union-attr]
    assert "<code>feedback</code>" not in life
    for word in ("something_unsigned", "acknowledge", "test_resets"):
        assert [one.section.book for one in helping.search(word) if one.section.book != "trail"] == [], word


def test_a_secretary_and_a_handler_have_a_page_of_their_own_before_all_others(town_door: Door) -> None:
    page = town_door.as_("secretary").get("/help").text
    shelf = page.partition('class="shelves"')[2]
    assert re.findall(r'href="/help/([a-z]+)"', shelf)[:2] == ["secretary", "handler"]


def test_what_is_not_help_is_not_there(town_door: Door) -> None:
    reader = town_door.as_("secretary")
    for path in ("/help/why", "/help/..%2fconfig", "/help/pictures/..%2f..%2fconfig.toml", "/help/pictures/none.png"):
        assert reader.get(path).status_code == 404, path


def test_words_are_found_in_headings_first_and_marked_where_they_stand() -> None:
    found = helping.search("延期")
    assert found[0].section.heading == "延期"
    assert "<mark>延期</mark>" in found[0].excerpt
    assert helping.search("延期 没有这个词") == []
    assert helping.search("   ") == []


def test_what_is_searched_for_is_shown_as_text(town_door: Door) -> None:
    page = town_door.as_("secretary").get("/help", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "没有找到" in page
    assert helping.excerpt("a <b> c", ["<b>"]) == "a <mark>&lt;b&gt;</mark> c"


def test_a_rule_of_the_office_is_found_by_everybody_and_shown_when_it_is_repealed(door: Door) -> None:
    first = door.world.enter(
        "office", "rule", "make", name="整改验收办法", number="某巡办〔2026〕1号", summary="评分和等次"
    )
    assert "整改验收办法" in door.as_("secretary").get("/help?q=等次").text
    assert "登记制度" not in door.as_("secretary").get("/help").text
    second = door.world.enter("office", "rule", "make", name="整改验收办法（修订）")
    door.world.enter("office", "rule", "end", first, ends_on="2026-03-01", successor=second)
    page = door.as_("office").get("/help?q=验收办法").text
    rows = re.findall(r"<tr>.*?</tr>", page.partition('id="rules"')[2], re.DOTALL)
    assert [("已废止" in row, "由哪件代替：整改验收办法（修订）" in row) for row in rows[-2:]] == [
        (False, False),
        (True, True),
    ]
