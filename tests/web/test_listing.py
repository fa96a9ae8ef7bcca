"""What was achieved, listed in the form row by row: read without JavaScript, added up, faults at their cells, nothing but text."""

from __future__ import annotations

import pytest
from starlette.datastructures import FormData

from states import ACTIONS
from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.web.test_prepared import value_of
from tests.web.test_sentence import sentence_on
from tests.web.test_shown import attach, checked
from web.acts.fields import answers_of, fields_of

HOSTILE = "<script>alert(1)</script>{{7*7}}"


@pytest.fixture
def case(door: Door) -> int:
    """Return a case in rectification whose one measure has its evidence."""
    (found,) = door.world.feed_back()
    door.world.walk(found, "claim", "submit_plan", "approve_plan")
    attach(door, found, "夜间照片.pdf")
    return found


def test_rows_are_added_up_signed_for_and_shown_as_text(door: Door, case: int) -> None:
    """Empty rows are passed over; the sum stands on the check page and in the signed sentence; the page of the case has a table."""
    _, sent = checked(door, case)
    rows = {
        f"c{case}.rules.1.kind": "rules_new", f"c{case}.rules.1.name": HOSTILE, f"c{case}.rules.1.on": "2026.3.1",
        f"c{case}.people.2.kind": "people_party", f"c{case}.people.2.name": "张某", f"c{case}.people.2.post": "所长",
        f"c{case}.people.4.kind": "诫勉", f"c{case}.people.4.count": "2", f"c{case}.sums.1.kind": "money_repaid", f"c{case}.sums.1.amount": "3万元",
    }  # fmt: skip
    secretary = door.as_("secretary")
    page = secretary.submit("/acts/submit", {**sent, **rows, "step": "check"}).text
    assert "清退资金 30,000.00 元，诫勉 2 人，党纪处分 1 人" in words(page)
    assert "人员处理清单：2 行，党纪处分 张某（所长）；诫勉 2 人" in sentence_on(page)
    assert "<script>alert" not in page
    door.world.do("secretary", "submit", case, answers={"results": {}, "rules": [{"kind": "新建", "name": HOSTILE}]})
    page = secretary.get(f"/cases/{case}").text
    assert "制度清单" in words(page)
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def test_a_figure_beside_a_list_that_says_otherwise_is_said_with_both_at_its_field(door: Door, case: int) -> None:
    _, sent = checked(door, case)
    rows = {
        f"c{case}.people.1.kind": "people_party",
        f"c{case}.people.1.name": "张某",
        f"c{case}.results.people_party": "3",
    }
    secretary = door.as_("secretary")
    page = secretary.submit("/acts/submit", {**sent, **rows, "step": "check"})
    said = "“党纪处分”填了 3 人，逐项列出的合计 1 人：请补全清单，或者不填这个数，由系统合计"
    assert (page.status_code, said in words(page.text)) == (422, True)
    assert f'href="#c{case}.results.people_party"' in page.text
    bad = {f"c{case}.people.1.kind": "people_party", f"c{case}.results.people_party": ""}
    page = secretary.submit("/acts/submit", {**sent, **bad, "step": "check"})
    assert "人员处理清单第 1 行请写姓名（可以用代号），不写姓名的写人数" in words(page.text)
    assert f'href="#c{case}.people.1.name"' in page.text


def test_what_is_handed_in_again_begins_with_the_rows_said_before_and_asks_no_sum(door: Door, case: int) -> None:
    world = door.world
    listed = {
        "sums": [{"kind": "清退", "amount": "0.5", "voucher": "收据"}],
        "people": [{"kind": "诫勉", "count": "2"}],
    }
    world.do("secretary", "submit", case, answers={**listed, "results": {"rules_new": "3"}})
    assert "诫勉 2 人" in words(door.sign_in("office").get(f"/acts/verify?case={case}").text)
    world.do("office", "return_work", case)
    page = door.as_("secretary").get(f"/acts/submit?case={case}").text
    found = {
        name: value_of(page, f"c{case}.{name}") for name in ("sums.1.amount", "people.1.count", "results.rules_new")
    }
    assert found == {"sums.1.amount": "0.50", "people.1.count": "2", "results.rules_new": "3"}
    assert (value_of(page, f"c{case}.results.money_repaid"), 'value="money_repaid" selected' in page) == ("", True)


def test_what_was_prepared_comes_back_into_the_fields_it_was_read_from() -> None:
    """The sums are not typed: a row that is added to what came back adds up anew."""
    form = {
        "c7.root_cause": "管护", "c7.elsewhere": "已排查", "c7.results.rules_new": "2", "c7.people.1.kind": "people_party",
        "c7.people.1.name": "张某", "c7.rules.1.kind": "rules_revised", "c7.rules.1.name": "办法", "c7.rules.1.on": "2026年3月5日",
    }  # fmt: skip
    said = answers_of(ACTIONS["submit"], 7, FormData(form))
    assert said["results"] == {"rules_new": "2", "rules_revised": "1", "people_party": "1"}
    back = {name: text for name, text in fields_of(7, said, several=False).items() if text}
    assert back == {**form, "c7.rules.1.on": "2026-03-05"}
