"""Drafts of papers 文书: filled from the records and frozen, written by people, checked by another, issued as they were shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from papers.drafting import (
    Printing,
    Shown,
    Subject,
    draft,
    draft_there,
    open_first,
    read,
    subject_of,
)
from papers.editing import check, countersign, put_words, refill, take_back
from papers.frozen import frozen, thawed
from papers.issuing import Order, issue
from papers.kinds import KINDS
from papers.render import Press
from papers.sample import sample
from register.household import must_enter
from register.wanted import Entered, Wanted
from storage.engine import reading, writing
from storage.files import place_of
from storage.paper_drafts import New, digest_of, drop_overtaken, drop_unopened, put_drafts
from storage.paper_signs import signs_in
from storage.work import Work
from tests.world import BUREAU, TOWN, World, day
from workflow.refusal import Refusal

PRESS = Press()


@contextmanager
def work_on(world: World) -> Iterator[Work]:
    with writing(world.engine) as work:
        yield work
        work.commit()


def drafted(world: World, paper: str = "reminder", login: str = "office", *cases: int) -> int | Refusal:
    with work_on(world) as work:
        subject = subject_of(work.driver, world.place, world.units[TOWN], world.round_id, None)
        return draft(work, KINDS[paper], subject, world.actor(login), world.now, cases)


def shown(world: World, number: int) -> Shown:
    with reading(world.engine) as work:
        row = draft_there(work.driver, world.place, number)
        assert row
        return read(work, row, world.actor("office"), world.now)


def seen(world: World, number: int) -> str:
    with reading(world.engine) as work:
        return digest_of(work.driver, number) if draft_there(work.driver, world.place, number) else ""


def written(world: World, number: int) -> None:
    with work_on(world) as work:
        found = read_in(work, world, number)
        assert (
            put_words(work, found, {one.name: "请按期办结" for one in found.blanks}, world.actor("office"), found.seen)
            == []
        )


def read_in(work: Work, world: World, number: int) -> Shown:
    row = draft_there(work.driver, world.place, number)
    assert row
    return read(work, row, world.actor("office"), world.now)


def issued(world: World, number: int, series: int | None, login: str = "head", reason: str = "") -> Entered:
    actor = world.actor(login)
    printing = Printing(PRESS, actor, world.now)
    return issue(
        world.engine, Path(world.home), Order(number, series, reason, seen(world, number)), actor, world.now, printing
    )


def test_every_paper_is_put_aside_and_comes_back_as_it_was() -> None:
    for kind in KINDS.values():
        paper = sample(kind)
        assert thawed(frozen(paper)) == paper, kind.name


def test_a_letter_is_drafted_written_checked_and_issued_as_it_was_shown(world: World) -> None:
    """A warning: late on 20 April; the office drafts, may not check its own; the head checks and issues; what is on the paper is what was frozen."""
    world.feed_back(2)
    world.scan(day(4, 20))
    world.go(day(4, 20))
    series = int(world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函", year=2026, first=3))
    assert isinstance(refused := drafted(world, "warning", "discipline"), Refusal)
    assert "拟稿" in refused.sentence
    number = drafted(world, "warning")
    assert isinstance(number, int), number
    first = shown(world, number)
    assert len(first.row.cases) == 2
    said = "；".join(issued(world, number, series).refused)
    assert "还有没有填写的" in said
    assert "还没有核稿" in said
    written(world, number)
    with work_on(world) as work:
        row = draft_there(work.driver, world.place, number)
        assert row
        assert "由巡察办主任核稿" in str(check(work, row, world.actor("office"), world.now, seen(world, number)))
        assert check(work, row, world.actor("head"), world.now, digest_of(work.driver, row.id)) is None
    world.go(day(4, 21))
    assert "还没有会签：由纪委监委会签" in "".join(issued(world, number, series).refused)
    with work_on(world) as work:
        assert "不用您会签" in str(countersign(work, row, world.actor("organisation"), world.now, seen(world, number)))
        assert countersign(work, row, world.actor("discipline"), world.now, seen(world, number)) is None
    made = issued(world, number, series)
    assert made.refusals == ()
    ((n, pdf, word, cases, signed),) = world.rows("SELECT n, pdf, word, cases, countersigned FROM papers")
    sign = signs_in(signed)["discipline"]
    assert (sign.by, sign.on) == (world.people["discipline"], "2026-04-21 10:00"), (
        "on record with the name and the minute"
    )
    assert (n, cases) == (3, " ".join(map(str, first.row.cases)))
    assert place_of(Path(world.home), pdf).read_bytes().startswith(b"%PDF")
    assert place_of(Path(world.home), word).read_bytes().startswith(b"PK")
    assert "已签发、已收回" in "".join(issued(world, number, series).refused)


def test_who_edits_after_the_check_has_it_checked_again_and_a_refilled_draft_says_the_records_of_now(
    world: World,
) -> None:
    case, _ = world.feed_back(2)
    world.scan(day(4, 20))
    world.go(day(4, 20))
    number = drafted(world, "warning", "office", case)
    assert isinstance(number, int)
    assert shown(world, number).row.cases == [case]
    with work_on(world) as work:
        row = draft_there(work.driver, world.place, number)
        assert row
        check(work, row, world.actor("head"), world.now, digest_of(work.driver, row.id))
    written(world, number)
    assert world.rows("SELECT reviewed_by FROM paper_drafts WHERE id = :id", id=number) == [(None,)]
    before = shown(world, number).content
    world.go(day(4, 22))
    assert shown(world, number).content == before, "what was shown stays until somebody asks for the records of now"
    with work_on(world) as work:
        assert (
            refill(work, (now := read_in(work, world, number)).row, world.actor("office"), world.now, now.seen) is None
        )
    assert all(one.written == "请按期办结" for one in shown(world, number).blanks), "and what people wrote stays"
    with work_on(world) as work:
        row = read_in(work, world, number).row
        assert "请写明退回的理由" in str(take_back(work, row, world.actor("head"), "", world.now))
        assert take_back(work, row, world.actor("head"), "期限写错", world.now) is None
    assert world.rows("SELECT returned, state FROM paper_drafts WHERE id = :id", id=number) == [("期限写错", "open")]
    with work_on(world) as work:
        assert take_back(work, row, world.actor("office"), "", world.now) is None
    assert world.rows("SELECT state FROM paper_drafts WHERE id = :id", id=number) == [("dropped",)]


def test_the_records_say_why_there_is_nothing_to_write(world: World) -> None:
    with work_on(world) as work:
        found = draft(work, KINDS["reminder"], Subject(), world.actor("office"), world.now)
    assert isinstance(found, Refusal)
    assert isinstance(said := drafted(world, "reminder"), Refusal)
    assert TOWN in said.sentence


def test_the_clock_drafts_one_for_a_unit_a_rung_and_a_day(world: World) -> None:
    """Two problems are late with their claim: one warning lists both, in the transaction of the scan; a second scan drafts nothing more."""
    cases = world.feed_back(2)
    world.scan(day(4, 20))
    there = "SELECT d.paper, d.rung, d.state, COUNT(c.case_id) FROM paper_drafts d JOIN paper_draft_cases c ON c.draft_id = d.id GROUP BY d.id, d.paper, d.rung, d.state ORDER BY d.id"
    found = [tuple(row) for row in world.rows(there)]
    assert ("warning", "claim.red", "open", 2) in found, found
    world.scan(day(4, 20))
    assert [tuple(row) for row in world.rows(there)] == found
    world.go(day(4, 20))
    ((number,),) = world.rows("SELECT id FROM paper_drafts WHERE paper = 'warning'")
    before = shown(world, number)
    assert not before.frozen
    with writing(world.engine) as work:
        row = draft_there(work.driver, world.place, number)
        work.rollback()
    assert row
    open_first(world.engine, [row], world.actor("office"), world.now)
    assert shown(world, number).frozen
    assert shown(world, number).row.cases == cases


def test_what_is_confided_stands_on_a_paper_of_its_own(world: World) -> None:
    """One of the office knows of both late problems: the letter to the unit lists the one of which all may read; the other is asked for by itself."""
    known, confided = world.feed_back(2)
    circle = {"case": confided, "roles": "secretary", "people": str(world.people["office"])}
    with work_on(world) as work:
        must_enter(
            work, [Wanted("restriction", "make", None, circle, "涉及个人隐私")], world.actor("office"), world.now
        )
    world.go(day(4, 20))
    for asked, listed in (((), [known]), ((confided,), [confided])):
        number = drafted(world, "warning", "office", *asked)
        assert isinstance(number, int)
        assert shown(world, number).row.cases == listed


def test_the_clocks_letter_goes_to_who_answers_now(world: World) -> None:
    """One of the town's two problems was transferred: its warning is for the bureau that answers now, and lists it alone."""
    town, bureau = world.feed_back(2)
    world.do("office", "transfer", bureau)
    world.go(day(5, 20))
    world.scan(day(5, 20))
    listed = world.rows(
        "SELECT d.unit_id, c.case_id FROM paper_drafts d JOIN paper_draft_cases c ON c.draft_id = d.id WHERE d.paper = 'warning' ORDER BY 2"
    )
    assert set(map(tuple, listed)) == {(world.units[TOWN], town), (world.units[BUREAU], bureau)}
    ((number,),) = world.rows(
        "SELECT id FROM paper_drafts WHERE paper = 'warning' AND unit_id = :unit", unit=world.units[BUREAU]
    )
    assert shown(world, number).content.to == BUREAU
    for paper in ("warning", "talk_record"):
        own = drafted(world, paper)
        assert isinstance(own, int)
        assert shown(world, own).row.cases == [town], "and no letter to the town names what it does not answer for"


def test_what_nobody_opens_is_taken_back_and_what_comes_later_that_day_stands_beside(world: World) -> None:
    new = New("warning", "告诫书", world.units[TOWN], world.round_id, world.today, (), "claim.red")
    case, other = world.feed_back(2)
    with work_on(world) as work:
        work.note_done()
        put_drafts(work.driver, world.place, [replace(new, cases=[case])], "clock", 0)
        put_drafts(work.driver, world.place, [replace(new, cases=[case, other])], "clock", 0)
    assert world.rows("SELECT COUNT(*) FROM paper_draft_cases") == [(2,)]
    with work_on(world) as work:
        work.note_done()
        drop_unopened(work.driver, world.place, day(3, 3), 1)
        put_drafts(work.driver, world.place, [replace(new, cases=[other])], "clock", 0)
    assert world.rows("SELECT rung, state FROM paper_drafts ORDER BY id") == [
        ("claim.red", "dropped"),
        ("claim.red+", "open"),
    ]


def test_what_the_clock_drafted_is_taken_back_once_its_problems_have_gone_on(world: World) -> None:
    """One is claimed, the other is not: the reminder of the first has nothing to say; that of the other falls with its date."""
    new = New("reminder", "提醒书", world.units[TOWN], world.round_id, world.today, (), "claim.half")
    one, two = world.feed_back(2)
    rungs = [("claim.half", "claim", False)]
    with work_on(world) as work:
        work.note_done()
        put_drafts(work.driver, world.place, [replace(new, cases=[one])], "clock", 0)
        put_drafts(work.driver, world.place, [replace(new, cases=[two], day=day(3, 4))], "clock", 0)
    world.do("secretary", "claim", one)
    for today, states in ((day(3, 4), ["dropped", "open"]), (day(4, 20), ["dropped", "dropped"])):
        with work_on(world) as work:
            work.note_done()
            drop_overtaken(work.driver, world.place, rungs, today, 1)
        assert [state for (state,) in world.rows("SELECT state FROM paper_drafts ORDER BY id")] == states


def test_a_draft_filled_anew_lists_what_it_says(world: World) -> None:
    """Two are late; one is claimed: filled anew, the warning is of the other, and so are its cases."""
    one, two = world.feed_back(2)
    world.scan(day(4, 20))
    world.go(day(4, 20))
    number = drafted(world, "warning")
    assert isinstance(number, int)
    assert shown(world, number).row.cases == [one, two]
    world.do("secretary", "claim", two)
    with work_on(world) as work:
        found = read_in(work, world, number)
        assert "没有写明看的是哪一稿" in str(refill(work, found.row, world.actor("office"), world.now, ""))
        assert refill(work, found.row, world.actor("office"), world.now, found.seen) is None
    assert shown(world, number).row.cases == [one]


def test_nothing_is_left_of_a_paper_that_was_not_issued(world: World) -> None:
    """Printed, and refused: no file is kept that no paper names."""
    world.feed_back(2)
    world.scan(day(4, 20))
    world.go(day(4, 20))
    number = drafted(world, "warning")
    assert isinstance(number, int)
    series = int(world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函"))
    assert issued(world, number, series).refusals
    assert [one for one in (Path(world.home) / "files").rglob("*") if one.is_file()] == []
