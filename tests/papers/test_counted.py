"""Papers made of figures: issued they keep what was counted, by its hash; what is entered late leads to a correction; the clock drafts the month's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from papers.content import Content, Paragraph, Table
from papers.correcting import corrected_of
from papers.counted import changes, thawed
from papers.dossier import About, NotThere
from papers.drafting import open_first, read
from papers.filling import fill
from papers.filling.counting import late_entries as late_said
from papers.kinds import KINDS
from papers.monthly import draft_monthly
from papers.tally import again, days_of
from register.household import must_enter
from register.wanted import Wanted
from storage.engine import reading, writing
from storage.files import place_of
from storage.paper_drafts import drafted
from storage.reads.late_entries import late_entries
from tests.papers.house import House, issued_report
from tests.test_on_paper import entered, late
from tests.test_taking_over import confirm, put_aside, row
from tests.world import World, day


def said(content: Content) -> str:
    """All that the paragraphs of a paper say."""
    blocks = [block for block in content.blocks if isinstance(block, Paragraph)]
    return "\n".join("".join(map(str, block.parts)) for block in blocks)


def test_a_report_says_what_the_records_count(lived: House) -> None:
    report = lived.paper("monthly_report")
    assert (report.title, report.to) == ("2026年5月巡察整改情况月报", "中共示范市委巡察工作领导小组")
    assert "截至2026年5月25日，应整改问题9个，已整改3个，整改完成率33.33%。" in said(report)
    assert [one.title for one in report.attachments] == [
        "统计表 A 各单位整改情况", "统计表 F 预警提醒", "统计表 F 签发文书", "统计表 G 超期清单",
    ]  # fmt: skip
    assert [one.name for one in report.blanks] == ["存在的问题", "下步打算", "文号", "签发人"]
    assert len(lived.paper("quarterly_report").attachments) == 5
    assert "一轮巡察对1个党组织开展巡察，反馈问题9个。" in said(lived.paper("round_report"))
    assert "本届开展巡察1轮，巡察党组织1个，反馈问题9个，移交问题线索1条。" in said(lived.paper("term_review"))


def test_the_figures_of_a_paper_are_those_of_the_page(lived: House) -> None:
    """Each figure that is frozen is the one that the table of figures counts as of the day."""
    figures = {one["name"]: one for one in json.loads(lived.paper("term_review").figures)["figures"]}
    assert figures["rate"] | {"shown": ""} == {
        "name": "rate", "shown": "", "said": "33.33 %", "part": 3, "of": 9, "condition": "done",
    }  # fmt: skip
    assert (figures["overdue"]["said"], figures["overdue"]["condition"]) == ("4", "overdue")


def test_it_is_written_by_who_sees_everything(lived: House) -> None:
    with pytest.raises(NotThere, match="由看得到全部问题的人拟"):
        lived.paper("monthly_report", login="secretary")
    with pytest.raises(NotThere, match="写的是一轮"):
        lived.paper("round_report", on=day(5, 25))
    with pytest.raises(NotThere, match="没有轮次"):
        lived.paper("round_report", round="二轮")


def test_what_only_some_may_know_of_is_counted_and_not_listed(lived: House) -> None:
    """The late problem that is restricted since is one of the four; the list has three, and says so."""
    world = lived.world
    circle = {"case": lived.cases["late"], "roles": "secretary handler", "people": str(world.people["office"])}
    with writing(world.engine) as work:
        must_enter(
            work, [Wanted("restriction", "make", None, circle, "涉及个人隐私")], world.actor("office"), world.now
        )
        kind = KINDS["monthly_report"]
        report = fill(work.driver, kind, About(on=world.today, since=day(4, 26)), world.actor("head"), world.today)
        work.rollback()
    [table] = [block for block in report.attachments[-1].blocks if isinstance(block, Table)]
    assert len(table.rows) == 3
    assert "超期未完4个" in said(report)
    assert "另有1个超期的不在清单中" in said(report)


def names(world: World, paper: int) -> Sequence[str]:
    """Which figures have changed since a paper was issued."""
    with reading(world.engine) as work:
        kept = corrected_of(work.driver, world.place, paper)
        assert kept
        return [
            one.now.name for one in changes(kept.figures, again(work.driver, kept.figures, world.place, world.today))
        ]


def corrected(world: World, paper: int) -> Content:
    """The correction of a paper, as the office drafts it."""
    with reading(world.engine) as work:
        return fill(work.driver, KINDS["correction_note"], About(corrects=paper), world.actor("office"), world.today)


def test_what_was_signed_stays_and_a_late_entry_is_corrected(world: World) -> None:
    """25 April: one is late. 26 April: its paper of the 15th is entered. The report stands as it was; the correction says 1 and 0."""
    case = late(world)
    paper = issued_report(world, day(4, 25))
    ((digest, name),) = world.rows("SELECT figures, figures_name FROM papers WHERE id = :paper", paper=paper)
    kept = place_of(Path(world.home), digest).read_bytes()
    assert sha256(kept).hexdigest() == digest
    assert name.endswith(".json")
    assert {one.name: one.said for one in thawed(kept)["figures"]}["overdue"] == "1"
    ((body,),) = world.rows("SELECT body FROM trail WHERE action = 'paper.issue'")
    assert json.loads(bytes(body))["after"]["figures"] == digest
    with pytest.raises(Exception, match="append-only"), world.engine.begin() as raw:
        raw.execute(text("UPDATE papers SET figures = 'x'"))
    assert names(world, paper) == []
    assert names(world, issued_report(world, world.today)) == [], "it does not count itself"
    with pytest.raises(NotThere, match="没有变化，不用更正"):
        corrected(world, paper)
    assert entered(world, "submit", case, day(4, 15)).outcome == "done"
    assert names(world, paper) == ["overdue", "overdue_rate", "submitted"]
    note = corrected(world, paper)
    [table] = [block for block in note.blocks if isinstance(block, Table)]
    assert table.rows[0] == ("1", "超期未完", "1 个", "0 个")
    assert "补录1件：截至日以后录入" in said(note)
    assert note.title == "关于《2026年4月巡察整改情况月报》的更正说明"
    assert thawed(note.figures)["on"] == "2026-04-25"
    with writing(world.engine) as work:
        work.driver.run("UPDATE paper_drafts SET content = REPLACE(content, '超期未完', '超期')")
        work.note_done()
        work.commit()
    with pytest.raises(NotThere, match="与签发时的摘要不符"):
        corrected(world, paper)


def test_late_entries_stand_beside_and_in_no_figure(world: World) -> None:
    """The report of the 25th is drafted on the 28th: what came in between for a day before stands as 补录."""
    case = late(world)
    assert entered(world, "submit", case, day(4, 15)).outcome == "done"
    world.go(day(4, 28))
    with reading(world.engine) as work:
        kind = KINDS["monthly_report"]
        report = fill(work.driver, kind, About(on=day(4, 25), since=day(3, 26)), world.actor("office"), world.today)
        before = fill(work.driver, kind, About(on=day(4, 14), since=day(3, 26)), world.actor("office"), world.today)
    assert "超期未完1个" in said(report)
    assert "另有补录1件（代录1件）" in said(report)
    assert "补录" not in said(before)


def test_a_ledger_taken_over_afterwards_stands_beside_and_is_counted_again(world: World) -> None:
    """2 March: a ledger of what was fed back in November comes in. As of the 1st it is 补录 2 件; counted again, one more was to be put right."""
    world.feed_back()
    confirm(
        world,
        put_aside(world, [row(1, "整改中"), row(2, "已完成", 完成日期="2025年12月1日", 销号日期="2025年12月10日")]),
    )
    on = day(3, 1)
    with reading(world.engine) as work:
        late_ones = late_entries(work.driver, world.place, on)
        before: dict[str, Any] = {"since": day(2, 26).isoformat(), "on": on.isoformat(), "round": None, "figures": []}
        tally = again(work.driver, before, world.place, world.today)
    assert [(one.how, str(one.states)) for one in late_ones] == [("taken_over", "2025-11-20")] * 2
    assert (tally.values["of"], tally.values["came_in_closed"]) == (1, 1)
    assert (
        "".join(late_said(tally))
        == "另有补录2件（存量转入2件），系截至日以后录入、所写日期在截至日以前的，未计入以上各数。"
    )


def test_the_clock_drafts_the_report_of_a_month_once(world: World) -> None:
    """Nothing before there is something to count; on the 26th one draft, whoever looks; after months of downtime the latest alone."""
    world.feed_back(2)
    assert draft_monthly(world.engine, world.now, 26) == {"drafted": 0}
    world.go(day(3, 26))
    assert draft_monthly(world.engine, world.now, 26) == {"drafted": 1}
    assert draft_monthly(world.engine, world.now, 26) == {"drafted": 0}
    world.go(day(6, 30))
    assert [draft_monthly(world.engine, world.now, 26)["drafted"] for _ in range(2)] == [1, 0]
    rows = world.rows("SELECT id, title, counts_from, counts_to, rung FROM paper_drafts ORDER BY id")
    assert [(title, str(first), str(last), rung) for _, title, first, last, rung in rows] == [
        ("2026年3月巡察整改情况月报", "2026-02-26", "2026-03-25", "month"),
        ("2026年6月巡察整改情况月报", "2026-05-26", "2026-06-25", "month"),
    ]
    with reading(world.engine) as work:
        row = drafted(work.driver, world.place, rows[1][0])
    assert row
    open_first(world.engine, [row], world.actor("office"), world.now)
    with reading(world.engine) as work:
        shown = read(work, row, world.actor("office"), world.now)
    assert shown.frozen
    assert "截至2026年6月25日，应整改问题2个" in said(shown.content)


def test_days_are_those_of_the_month() -> None:
    assert days_of(KINDS["monthly_report"], date(2026, 5, 25), 26) == (date(2026, 4, 26), date(2026, 5, 25))
    assert days_of(KINDS["quarterly_report"], date(2026, 5, 25), 26) == (date(2026, 2, 26), date(2026, 5, 25))
