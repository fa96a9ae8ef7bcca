"""Papers 文书 and their numbers 文号: issued by who may, numbered without a gap, on record with their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from register.wanted import Wanted
from storage.engine import reading, writing
from storage.files import keep_file
from storage.paper_drafts import New, put_draft
from storage.paper_numbers import next_number, series_there
from storage.reads.papers import Asked, issued_papers
from storage.scope import EVERYTHING
from tests.register.test_road import changed, entered, found, refused
from tests.world import TOWN, World
from trail.files import check_files

MARK = "成委巡办函"


def series(world: World, mark: str = MARK, **more: Any) -> int:
    return int(world.enter("office", "series", "make", organ="中共示范市委巡察办", mark=mark, **more))


def kept(world: World, content: bytes = b"%PDF-1.7 a paper") -> str:
    """Keep a file; return it as a field says it."""
    path = Path(world.home) / "aside"
    path.write_bytes(content)
    digest, _ = keep_file(Path(world.home), path, 1 << 20)
    path.unlink()
    return f"{digest} 文书.pdf"


def draft(
    world: World,
    paper: str = "guidance",
    unit: str | None = TOWN,
    cases: tuple[int, ...] = (),
    by: str = "office",
    **more: Any,
) -> int:
    with writing(world.engine) as work:
        new = New(
            paper,
            "关于路灯整改的督查指导书",
            world.units[unit] if unit else None,
            world.round_id,
            world.today,
            cases,
            **more,
        )
        number = put_draft(work.driver, world.place, new, world.people[by], by, 0)
        work.note_done()
        work.commit()
    return number


def wanted(world: World, number: int, of: int | None, n: int | None, reason: str = "", **more: Any) -> Wanted:
    fields = {"draft": number, "pdf": kept(world), **({"series": of, "n": n} if of else {}), **more}
    return Wanted("paper", "issue", None, fields, reason, {"printed": True})


def lines(world: World, **asked: Any) -> list[tuple[str, str]]:
    with reading(world.engine) as work:
        there = issued_papers(work.driver, world.place, EVERYTHING, Asked(**asked))
    return [(one.number, one.state) for one in there]


def test_numbers_start_where_the_offices_register_stands_and_count_on(world: World) -> None:
    """98 was the last on paper: 99 is issued, 100 was given outside, 101 follows; of the next year the first is 1."""
    of = series(world, year=2026, first=99)
    assert "要么都填" in refused(
        world, "office", Wanted("series", "make", None, {"organ": "巡察办", "mark": "成委巡发", "year": 2026})
    )
    for n in (1, 98, 100):
        assert f"下一个文号是{MARK}〔2026〕99号" in refused(world, "head", wanted(world, draft(world), of, n))
    (made,) = entered(world, "head", wanted(world, draft(world), of, 99))
    outside = Wanted(
        "paper", "outside", None, {"series": of, "n": 100, "title": "关于报送材料的函", "signed_on": "2026-02-27"}
    )
    assert "请写明登记系统外文号的理由" in refused(world, "office", outside)
    entered(world, "office", Wanted(*("paper", "outside", None), outside.fields, "停电，手工编号"))
    assert "下一个文号是" in refused(world, "head", wanted(world, draft(world), of, 100))
    entered(world, "head", wanted(world, draft(world), of, 101))
    assert "已编到 101 号" in refused(world, "office", Wanted("series", "begin", of, {"year": 2026, "first": 300}))
    assert "理由" in refused(world, "office", Wanted("paper", "void", made.row))
    entered(world, "office", Wanted("paper", "void", made.row, {}, "标题写错，已收回"))
    assert "已作废" in refused(world, "office", Wanted("paper", "void", made.row, {}, "再作废"))
    assert lines(world) == [
        (f"{MARK}〔2026〕101号", "issued"),
        (f"{MARK}〔2026〕100号", "outside"),
        (f"{MARK}〔2026〕99号", "void"),
    ]
    assert lines(world, words="〔2026〕100号") == [(f"{MARK}〔2026〕100号", "outside")]
    assert lines(world, words="100%") == []
    world.later(330)
    entered(world, "head", wanted(world, draft(world), of, 1))
    assert lines(world, year=2027) == [(f"{MARK}〔2027〕1号", "issued")]
    assert world.rows("SELECT year, n, prev FROM papers ORDER BY id") == [
        (2026, 99, None),
        (2026, 100, 99),
        (2026, 101, 100),
        (2027, 1, None),
    ]
    assert found(world).ok
    assert check_files(world.engine, Path(world.home)).ok


def test_a_series_is_told_apart_by_its_mark(world: World) -> None:
    series(world)
    for mark in ("成委〔2026〕", "成 委", "成" * 21):
        assert "代字写在年份的前面" in refused(
            world, "office", Wanted("series", "make", None, {"organ": "巡察办", "mark": mark})
        )
    assert "已登记为" in refused(world, "office", Wanted("series", "make", None, {"organ": "领导小组", "mark": MARK}))
    late = {"organ": "领导小组", "mark": "成委巡发", "year": 2025, "first": 3}
    assert "只定今年或明年的" in refused(world, "office", Wanted("series", "make", None, late))
    of = series(world, "成委巡发", year=2026, first=3)
    world.enter("office", "series", "begin", of, year=2026, first=7)
    early = Wanted("series", "begin", of, {"year": 2027, "first": 2})
    assert "2026 年从 7 号起，还没有编过号" in refused(world, "office", early), "else the next of 2026 were 1"
    with reading(world.engine) as work:
        assert [next_number(work.driver, one, 2026) for one in series_there(work.driver, world.place)] == [1, 7]
    world.enter("office", "series", "end", of, ends_on="2026-03-02")
    (made,) = entered(world, "head", wanted(world, draft(world), of, 7))
    assert made.row, "it still gives numbers on its last day"
    world.later(1)
    assert "已停用" in refused(world, "head", wanted(world, draft(world), of, 8))
    left = {"series": of, "n": 8, "title": "函", "signed_on": "2026-03-02"}
    entered(world, "office", Wanted("paper", "outside", None, left, "当天手工编号"))


def test_the_book_of_last_year_begins_where_the_office_says(world: World) -> None:
    """The last of 2025 on paper was 97, and 98 came to light: then 99 follows, and nothing of this year begins so."""
    of = series(world, year=2026, first=3)

    def outside(n: int, day: str) -> Wanted:
        given = {"series": of, "n": n, "title": "关于报送材料的函", "signed_on": day}
        return Wanted("paper", "outside", None, given, "上年纸质登记簿漏录")

    entered(world, "office", outside(98, "2025-12-30"))
    assert "下一个文号是成委巡办函〔2025〕99号" in refused(world, "office", outside(101, "2025-12-31"))
    entered(world, "office", outside(99, "2025-12-31"))
    assert "下一个文号是成委巡办函〔2026〕3号" in refused(world, "office", outside(98, "2026-01-05"))
    assert found(world).ok


TAMPERED = {
    "a gap": "INSERT INTO papers (jurisdiction, series_id, year, n, prev, state, paper, title, cases, signed_on, signed_as, because, received_name) "
    "SELECT jurisdiction, series_id, year, 3, 2, 'outside', '', '', '', signed_on, '', 'x', '' FROM papers",
    "a second first": "INSERT INTO papers (jurisdiction, series_id, year, n, prev, state, paper, title, cases, signed_on, signed_as, because, received_name) "
    "SELECT jurisdiction, series_id, year, 9, NULL, 'outside', '', '', '', signed_on, '', 'x', '' FROM papers",
    "one twice": "INSERT INTO papers (jurisdiction, series_id, year, n, prev, state, paper, title, cases, signed_on, signed_as, because, received_name) "
    "SELECT jurisdiction, series_id, year, 1, NULL, 'outside', '', '', '', signed_on, '', 'x', '' FROM papers",
    "renumbered": "UPDATE papers SET n = 2",
    "another file": "UPDATE papers SET pdf = 'ab'",
    "another year": "UPDATE papers SET year = 2025",
    "removed": "DELETE FROM papers",
}


def test_the_database_itself_refuses_gaps_doubles_and_changes(world: World) -> None:
    """Whoever writes past the product: what was numbered stays, and only the next number fits."""
    of = series(world)
    (made,) = entered(world, "head", wanted(world, draft(world), of, 1))
    for what, sql in TAMPERED.items():
        with (
            writing(world.engine) as work,
            pytest.raises(Exception, match=r"(?i)append-only|constraint|unique|foreign") as raised,
        ):
            work.driver.run(sql)
        assert raised.value, what
    with changed(
        world,
        f"UPDATE papers SET title = '别的' WHERE id = {made.row}",
        f"UPDATE papers SET title = '关于路灯整改的督查指导书' WHERE id = {made.row}",
    ):
        assert f"paper:{made.row}" in (found(world).why or "")


def test_who_issues_is_whom_the_table_names_and_all_reasons_are_said_at_once(world: World) -> None:
    """A guidance letter is the head's; one that waits for a check, or that the group issues, says so; no number where none belongs."""
    of = series(world)
    said = refused(world, "office", wanted(world, draft(world, "warning"), of, 5))
    for sentence in (
        "“整改情况告诫书”应由巡察办主任签发",
        "还没有核稿：由巡察办主任核稿以后再签发",
        f"下一个文号是{MARK}〔2026〕1号",
    ):
        assert sentence in said
    order = draft(world, "supervision_order")
    assert "请写明经哪次会议或哪位领导同意签发" in refused(world, "head", wanted(world, order, of, 1))
    assert "请写明" not in refused(world, "leading_group", wanted(world, order, of, 1))
    assert "要编文号" in refused(world, "head", wanted(world, draft(world), None, None))
    record = draft(world, "talk_record")
    assert "不编文号" in refused(world, "head", wanted(world, record, of, 1))
    (made,) = entered(world, "head", wanted(world, record, None, None))
    assert world.rows("SELECT n, signed_as FROM papers WHERE id = :id", id=made.row) == [(None, "head")]
    assert "已签发、已收回" in refused(world, "head", wanted(world, record, None, None))
    own = draft(world, "plan_commitment", by="handler")
    assert "应由党组织书记签发" in refused(world, "secretary_bureau", wanted(world, own, None, None))
    entered(world, "secretary", wanted(world, own, None, None))
    bare = Wanted("paper", "issue", None, {"draft": draft(world), "pdf": kept(world), "series": of, "n": 1})
    assert "文书由底稿印出再签发" in refused(world, "head", bare)


def test_its_cases_are_found_by_it_and_what_is_confided_is_not_there_for_others(world: World) -> None:
    """The rows that say which cases it lists are compared; who may not know one of them sees no such paper, nor issues it."""
    one, two = world.feed_back(2)
    of = series(world)
    (made,) = entered(world, "head", wanted(world, draft(world, cases=(one, two)), of, 1))
    assert world.rows("SELECT case_id FROM paper_cases ORDER BY 1") == [(one,), (two,)]
    with reading(world.engine) as work:
        hidden = EVERYTHING.__class__(EVERYTHING.reaches, (two,))
        assert issued_papers(work.driver, world.place, hidden, Asked()) == []
        assert [each.id for each in issued_papers(work.driver, world.place, EVERYTHING, Asked(case=two))] == [made.row]
    with changed(
        world, f"DELETE FROM paper_cases WHERE case_id = {two}", f"INSERT INTO paper_cases VALUES ({made.row}, {two})"
    ):
        assert "所列的问题与记录不符" in (found(world).why or "")


def test_a_letter_is_signed_for_once_by_whom_it_is_addressed_to(world: World) -> None:
    of = series(world)
    (made,) = entered(world, "head", wanted(world, draft(world), of, 1))
    assert "应由党组织书记签收" in refused(world, "secretary_bureau", Wanted("paper", "receive", made.row))
    entered(world, "secretary", Wanted("paper", "receive", made.row))
    assert "已于 2026年3月2日（周一）签收" in refused(world, "secretary", Wanted("paper", "receive", made.row))
    (second,) = entered(world, "head", wanted(world, draft(world), of, 2))
    early = Wanted("paper", "receipt", second.row, {"received_on": "2026-03-01", "received_name": "王建国"})
    assert "早于成文日期" in refused(world, "office", early)
    entered(
        world,
        "office",
        Wanted("paper", "receipt", second.row, {"received_on": "2026-03-02", "received_name": "王建国"}),
    )
    (none,) = entered(world, "head", wanted(world, draft(world, "talk_record"), None, None))
    assert "不用签收" in refused(world, "secretary", Wanted("paper", "receive", none.row))
    entered(world, "office", Wanted("paper", "scan", second.row, {"scan": kept(world, b"%PDF stamped")}))
    assert found(world).ok
