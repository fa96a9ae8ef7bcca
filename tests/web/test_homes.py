"""What the homes and the case page say to whom: counted and dated as the life says."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from storage.engine import writing
from storage.evidence import attach
from storage.files import place_of
from tests.household import put_above
from tests.web.conftest import Door
from tests.world import BUREAU, TOWN, VILLAGE
from workflow.drafts import draft


def words(page: str) -> str:
    """Return the text of a page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def figures(door: Door) -> tuple[str, ...]:
    """Return the leader's three numbers: done, late, escalated."""
    return tuple(re.findall(r'class="figure">(\d[\d.]*|—)', door.sign_in("leader").get("/").text))


def test_the_leaders_late_cases_are_those_whose_clock_runs(door: Door) -> None:
    """A plan that is late counts; while a sibling is disputed its clock is paused, and it does not."""
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
    assert f"请签收；{signing.year}年{signing.month}月{signing.day}日" in page
    assert f"反馈后须逐项认领；{claiming.year}年{claiming.month}月{claiming.day}日" in page


def test_a_case_names_who_owes_it_and_what_was_filed(door: Door) -> None:
    """The township answers for its village; the plan is listed with its signer and papers."""
    world = door.world
    (case,) = world.feed_back(unit=VILLAGE)
    assert "由谁办理 城伯镇党委书记，" in words(door.as_("secretary").get(f"/cases/{case}").text)
    world.walk(case, "claim", "submit_plan")
    page = words(door.as_("office").get(f"/cases/{case}").text)
    assert "报送 报送件 何时 签字人 文件 整改方案，本轮第 1 次" in page
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
        # Who may know is told that these are other bytes than were kept; all others, that there is nothing.
        found = {door.as_(login).get(f"/materials/{one}{how}").status_code for one in papers for how in ("", "/view")}
        assert found == {410 if knows else 404}, login


def test_the_log_is_searched_by_parts_of_names_and_by_the_number_that_pages_show(door: Door) -> None:
    world = door.world
    first, second = world.feed_back(2)
    world.do("secretary", "claim", second)
    name = world.actor("secretary").name

    def shown(query: str) -> list[str]:
        return re.findall(r'data-label="操作">([^<]+)<', door.as_("auditor").get(f"/log?{query}").text)

    assert shown("unit=城伯&number=第 2 号") == ["认领", "反馈"]
    assert shown(f"person={name[:2]}") == ["认领"]
    assert shown("number=9") == shown("unit=%25") == shown("person=_") == []
    assert first != second


# The acts whose order is told here; what is added to the life is offered beside them, and told with its own story.
OURS = (
    "claim", "object", "submit_plan", "progress", "submit", "request_extension", "opine", "approve_plan", "return_plan", "verify",
    "return_work", "continue_work", "put_to_group", "order_rework", "order_plan", "void",
)  # fmt: skip


def offered(page: str) -> list[str]:
    """Return which of our acts a case page offers at once, in their order, the main one marked."""
    found = re.findall(r'<a class="btn (btn-\w+) w-100" href="/acts/(\w+)[^"]*">([^<]+)</a>', page)
    return [f"{'*' if kind == 'btn-primary' else ''}{words}" for kind, action, words in found if action in OURS]


def test_the_handler_finds_on_the_case_what_the_home_asks_for(door: Door) -> None:
    """What the secretary confirms is prepared from the case page; what is prepared already is not offered again."""
    world = door.world
    (case,) = world.feed_back()
    handler, address = door.sign_in("handler"), f"/cases/{case}"
    assert offered(handler.get(address).text) == ["*起草认领"]
    assert "起草提出异议" in handler.get(address).text
    world.do("secretary", "claim", case)
    assert offered(handler.get(address).text) == ["*起草报送方案"]
    world.walk(case, "submit_plan", "approve_plan")
    assert offered(handler.get(address).text) == ["*填报进展", "起草申请销号", "起草申请延期"]
    with writing(world.engine) as work:
        intent = world.intent("request_extension", case)
        assert draft(work, intent, world.actor("handler"), world.now).draft
        work.commit()
    assert offered(handler.get(address).text) == ["*填报进展", "起草申请销号"]


def test_to_say_no_is_never_the_main_button(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    address = f"/cases/{case}"
    assert offered(door.sign_in("office").get(address).text) == ["退回方案"], "others have not said a word"
    world.walk(case, "agree")
    assert offered(door.sign_in("office").get(address).text) == ["*批准方案", "退回方案"]
    world.walk(case, "approve_plan", "submit")
    assert offered(door.sign_in("discipline").get(address).text) == ["*联审（验收）意见"]
    world.walk(case, "agree")
    assert offered(door.sign_in("office").get(address).text) == ["*验收销号", "退回再整改", "基本完成并持续整改"]
    assert offered(door.sign_in("discipline").get(address).text) == ["*验收销号"]


def test_once_put_to_the_group_its_decision_comes_first(door: Door) -> None:
    world = door.world
    case = world.at_work(world.today + timedelta(days=40))
    world.do("office", "escalate_by_hand", case)
    office = door.sign_in("office")
    assert offered(office.get(f"/cases/{case}").text)[0] == "*提请领导小组"
    world.do("office", "put_to_group", case)
    assert offered(office.get(f"/cases/{case}").text) == ["*责令再整改", "提请领导小组"]
    assert "登记决定" in office.get("/").text


def test_closing_is_prepared_when_every_measure_has_its_evidence(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    handler = door.sign_in("handler")
    assert "准备销号" not in handler.get("/").text
    with writing(world.engine) as work:
        attach(work.driver, case, 1, 1, "ab" * 32, "修好的路灯.jpg", 9, world.people["handler"])
        work.commit()
    page = handler.get("/").text
    assert "准备销号" in page
    assert "填报进展" not in page


def test_an_answer_and_a_text_are_owed_by_their_own_dates(door: Door) -> None:
    """An extension asked is answered within its five working days, a text approved within ten of the closing."""
    world = door.world
    asked, closed = world.all_at_work(2)
    world.do("secretary", "request_extension", asked)
    world.walk(closed, "submit", "verify")
    page = words(door.sign_in("office").get("/").text)
    assert "单位申请延期；2026年3月9日（周一）前" in page
    assert "已销号，待公开；2026年3月16日（周一）前" in page


def test_what_waits_is_counted_before_it_is_cut(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many only the earliest are listed; the numbers say how many they are in all."""
    world = door.world
    cases = world.feed_back(5)
    monkeypatch.setattr("storage.reads.tasks.MOST", 3)
    monkeypatch.setattr("web.tasks.MOST", 3)
    monkeypatch.setattr("web.pages.home.MOST_LISTED", 2)
    page = words(door.as_("secretary").get("/").text)
    assert "有 10 件事等您办理" in page  # to claim, and to sign for
    world.do("secretary", "claim", *cases)
    world.do("secretary", "submit_plan", *cases, mode="all")
    page = words(door.as_("secretary").get("/").text)
    assert "等待他人 5 件" in page
    assert "只列出最早的 2 件" in page


def test_of_several_cases_those_that_do_not_fit_are_named_before_anything_is_filled_in(door: Door) -> None:
    world = door.world
    first, second = world.feed_back(2)
    world.do("secretary", "claim", first)
    secretary = door.as_("secretary")
    page = secretary.get(f"/acts/claim?case={first}&case={second}").text
    assert "有 1 个这次不能一起认领，没有列入：城伯镇党委 第 1 号（待报方案）" in words(page)
    assert f'name="v{second}"' in page
    assert f'name="v{first}"' not in page
    assert "没有列入" not in secretary.get(f"/acts/claim?case={second}").text


def test_a_duplicate_is_picked_by_its_words(door: Door) -> None:
    """The other problem is chosen from those of the unit; no number that only the system knows is asked for."""
    world = door.world
    first, second = world.feed_back(2)
    page = door.sign_in("office").get(f"/acts/void?case={second}").text
    listed = re.findall(r'<option value="(\d+)">([^<]+)</option>', page)
    assert [int(value) for value, _ in listed] == [first]
    assert listed[0][1].startswith("城伯镇党委 第 1 号：")


def late_lines(page: str, table: str = "late-units") -> list[str]:
    """Return the lines of a table of what is late, in words."""
    found = re.search(rf'<table class="[^"]*{table}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    return [words(row) for row in re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)] if found else []


def test_the_offices_home_begins_with_the_late_units(door: Door) -> None:
    """One line for each unit, who has been late longest first, before anything else; it leads to these cases in the ledger."""
    world = door.world
    assert late_lines(door.as_("office").get("/").text) == []
    town = world.feed_back(2)[0]
    world.go(world.today + timedelta(days=1))
    (bureau,) = world.feed_back(unit=BUREAU)
    for login in ("discipline", "organisation"):
        world.do(login, "acknowledge_copy", town, bureau)
    world.go(world.case(bureau).state_due_on or world.today)
    world.later(3)
    for login in ("office", "discipline", "organisation", "head"):
        page = door.sign_in(login).get("/").text
        assert late_lines(page) == [f"{TOWN} 共 2 件 ■ 2 件 0 件 4 天", f"{BUREAU} 共 1 件 ■ 1 件 0 件 3 天"]
        assert words(page).index("逾期和督办中的单位 2 个") < words(page).index("这一页怎么用")
        assert words(page).count("没有要您办理的事") + words(page).count("没有待办") <= 1
    address = unescape(re.findall(r'href="(/cases\?unit=\d+&amp;lamp=late_or_escalated)"', page)[0])
    assert "导出这 2 条" in door.as_("head").get(address).text
    assert late_lines(door.sign_in("secretary").get("/").text) == []


def test_escalated_units_stand_among_the_late_ones(door: Door) -> None:
    world = door.world
    case = world.at_work(world.today + timedelta(days=40))
    world.do("office", "escalate_by_hand", case)
    assert late_lines(door.as_("office").get("/").text) == [f"{TOWN} 共 1 件 0 件 1 件 —"]


def test_a_late_units_line_opens_what_it_counts_who_has_been_late_longest_first(door: Door) -> None:
    """Late and escalated together; what is both is said and counted once; a body below that answers for itself is not among them."""
    world = door.world
    by_hand, late, longest = world.all_at_work(3, world.today + timedelta(days=40))
    (below,) = world.feed_back(unit=BUREAU)
    put_above(world, BUREAU, TOWN)
    world.do("office", "escalate_by_hand", by_hand)
    world.do("secretary", "request_extension", late, answers={"until": (world.today + timedelta(days=45)).isoformat()})
    world.do("office", "grant_extension", late, answers={"until": (world.today + timedelta(days=45)).isoformat()})
    world.scan_days(world.today, world.today + timedelta(days=70))
    assert [world.case(one).state for one in (by_hand, late, longest, below)] == ["escalated"] * 4
    lines = late_lines(door.sign_in("office").get("/").text)
    assert f"{TOWN} 共 3 件 ■ 3 件 3 件 （已计入逾期） 30 天" in lines
    page = door.as_("office").get(f"/cases?unit={world.units[TOWN]}&lamp=late_or_escalated").text
    assert "导出这 3 条" in page
    assert '<option value="late_or_escalated" selected>■ 逾期或督办中</option>' in page
    assert [int(one) for one in re.findall(r'class="two-lines" href="/cases/(\d+)"', page)] == [by_hand, longest, late]


def test_the_heads_home_begins_with_what_the_office_owes_late(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    world.go(world.case(case).state_due_on or world.today)
    world.later(2)
    page = door.sign_in("head").get("/").text
    assert late_lines(page, "late-office") == ["联审中 ■ 1 件 2 天"]
    assert words(page).index("巡察办逾期 1 件") < words(page).index("整改情况 本期自")
    assert late_lines(door.sign_in("leading_group").get("/").text, "late-office") == ["联审中 ■ 1 件 2 天"]
    assert "巡察办逾期" not in door.sign_in("office").get("/").text


def test_what_units_did_since_the_last_working_day_is_one_line(door: Door) -> None:
    """Counted by case; signing for receipts is not among it, and after that day the line is gone."""
    world = door.world
    first, second = world.feed_back(2)
    world.do("secretary", "acknowledge", first, second)
    world.do("secretary", "claim", first, second)
    world.do("secretary", "object", world.feed_back(start=3)[0])
    page = words(door.as_("office").get("/").text)
    assert "以来各单位： 认领 2 件，提出异议 1 件" in page
    assert "签收 2" not in page.split("以来各单位")[1].split("提出异议 1 件")[0]
    world.go(world.today + timedelta(days=10))
    assert "以来各单位" not in door.as_("office").get("/").text


def test_the_leading_group_decides_what_was_put_to_it_and_reads_the_month(door: Door) -> None:
    """What is not put to it yet is no task; the figures open their cases."""
    world = door.world
    one, other = world.all_at_work(2, world.today + timedelta(days=40))
    world.do("office", "escalate_by_hand", one, other)
    assert "研究决定" not in door.as_("leading_group").get("/").text
    world.do("office", "put_to_group", one)
    page = door.as_("leading_group").get("/").text
    assert words(page).count("研究决定") == 2, "the line and its button"
    assert "2 督办中" in words(page)
    address = unescape(re.findall(r'href="(/cases\?[^"]*figure=escalated[^"]*)"', page)[0])
    assert "导出这 2 条" in door.as_("leading_group").get(address).text


def test_what_has_no_date_stands_behind_what_is_late(door: Door) -> None:
    """A problem was struck out and is to be signed for, which nothing urges; another should have been claimed a week ago."""
    world = door.world
    struck, late = world.feed_back(2)
    world.do("secretary", "acknowledge", struck, late)
    world.do("secretary", "object", struck)
    world.do("office", "withdraw", struck)
    world.go(world.today + timedelta(days=14))
    home = words(door.as_("secretary").get("/").text)
    assert world.case(late).state == "feedback"
    assert 0 < home.index("认领问题") < home.index("收到“撤销问题”，请签收")


def test_what_was_done_to_cases_is_found_behind_a_day_at_the_register(door: Door) -> None:
    """After fifty entries of the register the home said that nothing had been done yet."""
    (case,) = door.world.feed_back()
    for number in range(51):
        door.world.enter("office", "rule", "make", name=f"整改办法（{number}）")
    page = door.as_("office").get("/").text.partition("最近已办")[2]
    assert f'反馈　<a href="/cases/{case}">' in page


def test_what_was_done_is_found_again_by_words_and_page_by_page(door: Door) -> None:
    """The office handed out sixty problems: 已办 lists them on two pages, finds one by its number, and shows nobody another's deeds."""
    world = door.world
    cases = world.feed_back(60)
    office = door.as_("office")
    assert '<a href="/done">全部已办</a>' in office.get("/").text
    first = office.get("/done").text
    older = re.search(r'rel="next" href="(/done\?before=\d+)"', first)
    assert older
    second = office.get(older[1]).text
    listed = [int(one) for page in (first, second) for one in re.findall(r'<a href="/cases/(\d+)">', page)]
    assert (listed, 'rel="next"' in second) == (cases[::-1], False)
    found = re.findall(r'<a href="/cases/(\d+)">', office.get("/done?q=第 7 号").text)
    assert found == [str(cases[6])]
    assert "您办过的事项里没有“没有的词”" in office.get("/done?q=没有的词").text
    assert "还没有办过事项" in door.as_("secretary").get("/done").text


def test_the_leaders_page_names_the_red_problems_before_the_units(door: Door) -> None:
    """Two should have been claimed a week ago, one was escalated by hand, one was fed back today: three are red, the last is not."""
    world = door.world
    late = world.feed_back(2)
    world.go(world.today + timedelta(days=14))
    risen, fresh = world.feed_back(2, start=3)
    world.do("office", "escalate_by_hand", risen)
    page = door.sign_in("leader").get("/").text
    red = page.partition("要过问的问题")[2].partition("各单位</h2>")[0]
    named = [int(one) for one in re.findall(r'href="/cases/(\d+)"', red)]
    assert (sorted(named), fresh in named) == ([*late, risen], False)
    assert page.index("要过问的问题") < page.index(f"{TOWN}</a></td>")
