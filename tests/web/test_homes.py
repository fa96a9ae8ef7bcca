"""What the homes and the case page say to whom: counted and dated as the life says."""

from __future__ import annotations

import re
from datetime import timedelta

from storage.files import place_of
from tests.web.conftest import Door
from tests.world import VILLAGE


def words(page: str) -> str:
    """Return the text of a page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def figures(door: Door) -> tuple[str, ...]:
    """Return the leader's three numbers: done, late, escalated."""
    return tuple(re.findall(r'class="figure">(\d[\d.]*|—)', door.sign_in("leader").get("/").text))


def test_the_leaders_late_cases_are_those_whose_clock_runs(door: Door) -> None:
    """A plan that is late counts; while a sibling is disputed its clock stands still, and it does not."""
    world = door.world
    first, second = world.feed_back(2)
    world.do("secretary", "claim", first)
    world.do("secretary", "object", second)
    due = world.case(first).state_due_on
    assert due
    world.go(due + timedelta(days=3))
    assert world.clocks(first)["plan"].paused_since is not None
    assert figures(door)[1] == "0"
    world.do("office", "keep", second)
    world.do("secretary", "claim", second)
    due = world.case(first).state_due_on
    assert due
    world.go(due + timedelta(days=1))
    assert figures(door)[1] == "2"


def test_the_office_sees_what_units_have_not_signed_for_in_time(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    assert "逾期未签收" not in door.sign_in("office").get("/").text
    world.go(world.clocks(case)["acknowledge"].due_on + timedelta(days=1))
    assert "逾期未签收 1 件" in words(door.sign_in("office").get("/").text)
    world.do("secretary", "acknowledge", case)
    assert "逾期未签收" not in door.sign_in("office").get("/").text


def test_a_receipt_is_owed_by_its_own_date(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    page = words(door.as_("secretary").get("/").text)
    signing, claiming = world.clocks(case)["acknowledge"].due_on, world.clocks(case)["claim"].due_on
    assert signing < claiming
    assert f"须由您签收；{signing.year}年{signing.month}月{signing.day}日" in page
    assert f"反馈后须逐项认领；{claiming.year}年{claiming.month}月{claiming.day}日" in page


def test_a_case_names_who_owes_it_and_what_was_filed(door: Door) -> None:
    """The township answers for its village; the plan is listed with its signer and papers."""
    world = door.world
    (case,) = world.feed_back(unit=VILLAGE)
    assert "由谁办理 城伯镇党委书记，" in words(door.as_("secretary").get(f"/cases/{case}").text)
    world.walk(case, "claim", "submit_plan")
    page = words(door.as_("office").get(f"/cases/{case}").text)
    assert "报送 报送件 何时 签字人 文件 整改方案，第 1 次" in page
    assert "王建国 整改方案 方案承诺书" in page


def test_the_log_finds_papers_of_another_day(door: Door) -> None:
    """An acceptance of last week and a decision of yesterday are found; one of today and entries without a paper are not."""
    world = door.world
    today, week, decided, plain = world.feed_back(4)
    yesterday = world.today - timedelta(days=1)
    world.do("secretary", "object", today, week, decided)
    world.do("office2", "keep", today, occurred_on=world.today)
    world.do("office2", "keep", week, occurred_on=world.today - timedelta(days=7))
    world.do("office2", "withdraw", decided, answers={"minute_on": yesterday.isoformat()})
    world.do("secretary", "claim", plain)
    found = re.findall(r'data-label="操作">([^<]+)<', door.as_("auditor").get("/log?paper=1").text)
    assert found == ["撤销问题", "维持原问题"]
    assert f"{yesterday.month}月{yesterday.day}日" in words(door.as_("auditor").get("/log?paper=1").text)


def test_why_a_result_is_not_publicized_is_for_those_alone_who_may_know(door: Door) -> None:
    """The unit reads that it was decided; the ground, the scope and the papers are not there for it, by page or address."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify")
    world.do("office", "withhold", case, answers={"scope": "仅领导小组知悉"})
    papers = dict(
        world.rows(
            "SELECT m.id, m.sha256 FROM materials m JOIN trail t ON t.case_id = m.case_id AND t.version = m.version "
            "WHERE t.action = 'withhold'"
        )
    )
    assert len(papers) == 3
    for digest in papers.values():
        place_of(world.home, digest).parent.mkdir(parents=True, exist_ok=True)
        place_of(world.home, digest).write_bytes(b"paper")
    secret = (
        "不予公开书面理由",
        "领导小组同意意见",
        "涉及国家秘密",
        "仅领导小组知悉",
        *(f"/materials/{one}" for one in papers),
    )
    for login, knows in (
        ("secretary", False), ("handler", False), ("team", False), ("office", True), ("discipline", True),
        ("leader", True), ("auditor", True),
    ):  # fmt: skip
        page = door.as_(login).get(f"/cases/{case}").text
        assert "不予公开" in page
        assert [word in page for word in secret] == [knows] * len(secret), login
        assert {door.as_(login).get(f"/materials/{one}").status_code for one in papers} == {200 if knows else 404}, (
            login
        )
