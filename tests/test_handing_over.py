"""整改责任交接: a unit's secretary changes, and what is not finished is handed over: three sign, and the office feeds back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from states import GIVER, WITNESS
from storage.engine import reading
from storage.reads.drafts import open_drafts
from storage.reads.handovers import Post
from tests.handing import NEW, OLD, changed, comes, confirms, does, handed_over, leaves, prepares, signs, takes_down
from tests.household import end_posts, give_post
from tests.rules.subjects import a_case, a_clock, subject
from tests.test_drafts import outcomes, prepared
from tests.villages import fed_back, village
from tests.world import BUREAU, TOWN, World, day
from workflow.handing_facts import Aside
from workflow.machine import EFFECTS, GUARDS
from workflow.outcome import Outcome
from workflow.subject import Change, Cosignature


def refused(found: Sequence[Outcome]) -> set[str]:
    """Return all that is said against a batch."""
    return {one for outcome in found for one in outcome.refused} - {"同批其他问题被退回，本批均未办理"}


def filed(world: World) -> list[tuple[object, ...]]:
    sql = "SELECT round_id, kind, version, signed_by FROM filings WHERE kind = 'handover' ORDER BY round_id, version"
    return [tuple(row) for row in world.rows(sql)]


def test_one_hands_over_another_takes_over_and_a_third_sees_to_it(world: World) -> None:
    """2 March: three problems, one closed and made public. The old secretary prepares it and signs, and leaves.

    3 March: the office signs, the new one confirms: one filing, three names on the entry, no date moves. 20 working days
    to feed back again; the office does so on the 20th and the new secretary signs for it.
    """
    open_, fresh = world.all_at_work(1, day(6, 1))[0], world.feed_back(1, start=7)[0]
    before = world.row(open_)
    made = handed_over(world, open_, fresh)
    entry, after = world.entry(open_), world.row(open_)
    assert (after.state, after.due_on, after.shown_version) == (before.state, before.due_on, before.shown_version)
    assert (entry["actor"]["person"], entry["prepared_by"]) == (
        world.people["secretary_new"],
        world.people["secretary"],
    )
    assert [(one["part"], one["person"], one["role"]) for one in entry["cosigned"]] == [
        (GIVER, world.people["secretary"], "secretary"),
        (WITNESS, world.people["office"], "office"),
    ]
    assert entry["filing"]["cases"] == sorted([open_, fresh])
    assert filed(world) == [(world.round_id, "handover", 1, world.people["secretary_new"])]
    assert world.told(open_, "hand_over") == {"office", "handler", "leader"}
    assert world.clocks(open_)["feed_again"].due_on == day(3, 31)
    assert "feed_again" not in world.clocks(fresh)
    assert refused(confirms(world, "secretary_new", made)) == {f"第 {made.draft} 号起草件已确认"}
    world.scan(day(3, 24))
    assert world.alerts(open_, "feed_again") == ["eve"]
    assert "重新反馈日期早于交接之日" in world.refused(
        "office", "feed_again", open_, answers={"briefed_on": "2026-03-02"}
    )
    assert "不能晚于办理当天" in world.refused("office", "feed_again", open_, answers={"briefed_on": "2026-03-25"})
    assert "没有待重新反馈的交接" in world.refused("office", "feed_again", fresh)
    world.do("office", "feed_again", open_)
    assert "feed_again" not in world.clocks(open_)
    assert world.told(open_, "feed_again") == {"secretary", "handler", "leader"}
    assert world.row(open_).unsigned > 0
    assert "没有待重新反馈的交接" in world.refused("office", "feed_again", open_)


def test_the_office_is_late_with_feeding_back_again(world: World) -> None:
    """Nobody did by 31 March: the head is told on 1 April, and the unit owes nothing by it."""
    (case,) = world.feed_back()
    handed_over(world, case)
    world.scan(day(4, 1))
    assert world.alerts(case, "feed_again") == ["eve", "late"]
    assert world.told(case, "remind", ["feed_again"]) == {"head", "office"}


def test_nobody_takes_over_before_the_others_have_signed(world: World) -> None:
    """Neither has signed, then one, then both; each signs once, for their own part, with their own name."""
    (case,) = world.feed_back()
    made = prepares(world, "secretary", case)
    assert "起草人不能确认自己起草的事项，须由另一人确认" in refused(confirms(world, "secretary", made))
    changed(world, world.today)
    both = {
        f"交出人{OLD}还没有签字；不能签字的，由起草人撤下重新起草，写明原因",
        "监交人还没有签字：由巡察办，或上级党组织的书记监交",
    }
    assert refused(confirms(world, "secretary_new", made)) == both
    for login, part in (("secretary_new", GIVER), ("office", GIVER), ("secretary_new", WITNESS), ("handler", WITNESS)):
        assert "您不是这次交接的" in signs(world, login, part, made), (login, part)
    assert "没有第" in signs(world, "office", "taker", made)
    # The account of who left is theirs still, though they hold no post any more.
    assert signs(world, "secretary", GIVER, made) == ""
    assert signs(world, "secretary", GIVER, made) == "交出人已经签字"
    assert len(refused(confirms(world, "secretary_new", made))) == 1
    assert signs(world, "office", WITNESS, made) == ""
    assert outcomes(confirms(world, "secretary_new", made)) == ["done"]
    assert signs(world, "office2", WITNESS, made) == f"第 {made.draft} 号起草件已确认"


@pytest.mark.parametrize("why", ["因病住院", "已去世", "被留置，不能签字"])
def test_who_cannot_sign_is_named_with_the_reason_and_the_office_prepares_it(world: World, why: str) -> None:
    """He is ill, dead, or taken away. The office prepares it, names him and why; it sees to it, the new one takes over."""
    (case,) = world.feed_back()
    changed(world, world.today)
    assert "“李敏”没有担任过该党组织的书记" in prepares(world, "office", case, giver="李敏").refused[0]
    assert prepares(world, "handler", case).draft is None
    made = prepares(world, "office", case, absent_why=why)
    assert "您不是这次交接的" in signs(world, "secretary", GIVER, made), "said to be absent, and so not waited for"
    assert refused(confirms(world, "secretary_new", made)) == {"监交人还没有签字：由巡察办，或上级党组织的书记监交"}
    assert signs(world, "office2", WITNESS, made) == ""
    assert outcomes(confirms(world, "secretary_new", made)) == ["done"]
    assert [one["part"] for one in world.entry(case)["cosigned"]] == [WITNESS]
    assert world.entry(case)["prepared_by"] == world.people["office"]
    # Who prepared it is no rectifier by that: the office accepts the work later.
    does(world, "secretary_new", "claim", case)
    does(world, "secretary_new", "submit_plan", case)
    world.agree(case)
    world.do("office", "approve_plan", case)
    does(world, "secretary_new", "submit", case)
    world.agree(case)
    world.do("office", "verify", case)


def test_who_hands_over_left_last_and_before_them_something_was_fed_back(world: World) -> None:
    """One of long ago is named: the present secretary has nothing of theirs; when he has left, it is he who hands over."""
    world.hire("ancient", "老前任", "secretary", TOWN, ends_on=world.today)
    world.later(400)
    (case,) = world.feed_back()
    assert "老前任离任以后才反馈的" in prepares(world, "office", case, giver="老前任", absent_why="已退休").refused[0]
    made = prepares(world, "secretary", case)
    changed(world, world.today)
    said = f"“老前任”不是最后离任的书记，不能由其交出；最后离任的是{OLD}"
    assert prepares(world, "office", case, giver="老前任", absent_why="已退休").refused == (said,)
    assert "您不是这次交接的" in signs(world, "ancient", GIVER, made)
    assert signs(world, "secretary", GIVER, made) == ""


def test_two_changes_in_a_row(world: World) -> None:
    """The second comes before the office has fed back again: one clock, anew, and the second filing."""
    first, second = world.feed_back(2)
    handed_over(world, first, second)
    world.go(day(3, 9))
    end_posts(world, "secretary_new", day(3, 9))
    comes(world, "secretary_third", "周三立", first=day(3, 10))
    made = prepares(world, "secretary_new", first, second, giver=NEW)
    assert signs(world, "secretary_new", GIVER, made) == ""
    world.go(day(3, 10))
    assert signs(world, "office", WITNESS, made) == ""
    assert outcomes(confirms(world, "secretary_third", made)) == ["done", "done"]
    assert [row[2:] for row in filed(world)] == [
        (1, world.people["secretary_new"]),
        (2, world.people["secretary_third"]),
    ]
    assert world.clocks(first)["feed_again"].started_on == day(3, 10)


def test_all_that_is_not_finished_goes_and_what_goes_on_too(world: World) -> None:
    """Of a round none may be left out; of what is settled only a standing item goes. Two rounds go under one signature."""
    old = world.all_at_work(2, day(6, 1))
    closed, standing = world.feed_back(1, start=5)[0], world.feed_back(1, start=6, kind="standing")[0]
    world.do("secretary", "claim", closed, standing)
    world.do("secretary", "submit_plan", closed, standing)
    world.agree(closed, standing)
    world.do("office", "approve_plan", closed, standing)
    for case in (closed, standing):
        world.walk(case, "submit", "verify", "approve_text", "publicize")
    before = world.round_id
    world.open_round("二轮")
    new = world.feed_back()
    assert "问题已办结，不用交接" in "".join(prepares(world, "secretary", *old, *new, closed, standing).refused)
    assert prepares(world, "secretary", *old, *new).refused == (
        "交接须包括本轮全部未完成和长期坚持的问题，还缺 1 个，请一并交接",
    )
    handed_over(world, *old, *new, standing)
    assert [(row[0], row[2]) for row in filed(world)] == [(before, 1), (world.round_id, 1)]
    assert world.entry(new[0])["filing"]["cases"] == new
    assert [case for case in (*old, *new, standing) if "feed_again" in world.clocks(case)] == [old[0]]


def test_a_township_hands_over_its_villages_problems_and_a_village_none(world: World) -> None:
    """The township answers: with its secretary all of it changes hands. The village's own signs nothing, and his successor takes nothing over."""
    own = world.feed_back()
    found = fed_back(world, [village(1), village(2)])
    theirs = [case for cases in found.values() for case in cases]
    assert prepares(world, "secretary_village", *theirs, giver="赵石头").draft is None
    assert "还缺 2 个" in prepares(world, "secretary", *own).refused[0]
    handed_over(world, *own, *theirs)
    assert len(filed(world)) == 1


def test_the_secretary_above_may_see_to_it(world: World) -> None:
    """The unit has one above: its secretary signs as the third, though the problems are not theirs to read."""
    world.enter("office2", "unit", "change", world.units[TOWN], asked_by="office", parent=world.units[BUREAU])
    (case,) = world.feed_back()
    made = prepares(world, "secretary", case)
    assert signs(world, "secretary", GIVER, made) == ""
    changed(world, world.today)
    assert signs(world, "secretary_bureau", WITNESS, made) == ""
    assert outcomes(confirms(world, "secretary_new", made)) == ["done"]
    assert world.entry(case)["cosigned"][1]["role"] == "secretary"


def test_who_stands_in_takes_nothing_over_and_who_is_in_charge_does(world: World) -> None:
    """代班 signs for receipts alone. 主持工作 by a document takes over; appointed later, they hand over to nobody."""
    (case,) = world.feed_back()
    made = prepares(world, "secretary", case)
    signs(world, "secretary", GIVER, made)
    signs(world, "office", WITNESS, made)
    leaves(world, "secretary", world.today)
    world.later(1)
    give_post(world, "handler", "secretary", TOWN, world.today, world.today + timedelta(days=3), capacity="stand_in")
    assert "代班期间只能签收" in "".join(refused(confirms(world, "handler", made)))
    comes(world, capacity="acting", document="市委组〔2026〕5号")
    assert outcomes(confirms(world, "secretary_new", made)) == ["done"]


def test_the_new_secretary_has_at_once_what_waits_and_with_the_hand_over_what_was_put_aside(world: World) -> None:
    """Receipts and the handler's draft are the post's. What the old one had put aside for their own name waits for the new one's."""
    first, second = world.feed_back(2)
    handlers, own = prepared(world, "handler", "claim", first), prepared(world, "secretary", "claim", second)
    made = prepares(world, "secretary", first, second)
    signs(world, "secretary", GIVER, made)
    changed(world, world.today)
    assert waits(world) == {handlers.draft: False, own.draft: True, made.draft: False}
    signs(world, "office", WITNESS, made)
    assert outcomes(confirms(world, "secretary_new", made)) == ["done", "done"]
    assert waits(world) == {handlers.draft: False, own.draft: False}
    assert outcomes(confirms(world, "secretary_new", handlers)) == ["done"]
    assert outcomes(confirms(world, "secretary_new", own)) == ["done"]
    assert world.entry(second)["prepared_by"] == world.people["secretary"]


def waits(world: World) -> dict[int | None, bool]:
    """Return the open drafts, and whether each is put aside for its preparer's own name."""
    with reading(world.engine) as work:
        return {one.number: one.put_aside for one in open_drafts(work.driver, world.place)}


def test_what_is_reported_meanwhile_undoes_no_signature_and_what_moves_does(world: World) -> None:
    """Progress between two signatures: it stands. A claim: it is to be prepared and signed anew, and says what changed."""
    (work_,) = world.all_at_work(1, day(4, 20))
    made = prepares(world, "secretary", work_)
    signs(world, "secretary", GIVER, made)
    world.do("handler", "progress", work_)
    changed(world, world.today)
    signs(world, "office", WITNESS, made)
    does(world, "secretary_new", "request_extension", work_)
    world.do("office", "grant_extension", work_)
    found = confirms(world, "secretary_new", made)
    assert outcomes(found) == ["stale"]
    assert "整改期限由" in found[0].refused[0]


def test_a_problem_that_came_meanwhile_is_not_left_out(world: World) -> None:
    (first,) = world.feed_back()
    made = prepares(world, "secretary", first)
    signs(world, "secretary", GIVER, made)
    world.feed_back(1, start=9)
    changed(world, world.today)
    signs(world, "office", WITNESS, made)
    assert refused(confirms(world, "secretary_new", made)) == {
        "交接须包括本轮全部未完成和长期坚持的问题，还缺 1 个，请一并交接"
    }


def test_what_was_taken_down_is_signed_by_nobody(world: World) -> None:
    (case,) = world.feed_back()
    made = prepares(world, "secretary", case)
    takes_down(world, "secretary", made)
    assert signs(world, "office", WITNESS, made) == f"第 {made.draft} 号起草件已撤下"


def test_the_rules_by_themselves() -> None:
    """Each with subjects made by hand."""
    giver, me = Post(101, "王建国", None, None), 100
    facts: dict[str, Any] = {"secretaries": (giver, Post(me, "刘新民", None, None)), "first_fed_back": day(3, 2)}
    said, mine = {"giver": " 王建国 "}, frozenset([a_case().id])

    def rule(name: str, answers: dict[str, object] | None = None, **more: Any) -> bool:
        s = subject("hand_over", "secretary", answers={**said, **(answers or {})}, batch=mine, **{**facts, **more})
        return GUARDS[name](s) is None

    def with_(name: str, *signed: Cosignature) -> bool:
        s = subject("hand_over", "secretary", answers=said, cosigned=signed, **facts)
        return GUARDS[name](s) is None

    done: dict[str, Any] = {"case": a_case(state="publicized", kind="focused")}
    assert GUARDS["unfinished_or_standing"](subject("hand_over", "secretary")) is None
    assert GUARDS["unfinished_or_standing"](subject("hand_over", "secretary", **done)) is not None
    assert (
        GUARDS["unfinished_or_standing"](
            subject("hand_over", "secretary", case=a_case(state="withheld", kind="standing"))
        )
        is None
    )
    assert rule("hand_over_takes_all", to_hand_over=frozenset([a_case().id]))
    assert not rule("hand_over_takes_all", to_hand_over=frozenset([a_case().id, 999]))
    assert rule("giver_held_the_post")
    assert not rule("giver_held_the_post", {"giver": "李敏"})
    ancient, left = Post(103, "老前任", None, day(1, 9)), Post(101, "王建国", None, day(3, 1))
    sits = Post(me, "刘新民", day(3, 2), None)
    assert not rule("giver_held_the_post", {"giver": "老前任"}, secretaries=(ancient, left, sits), first_fed_back=None)
    assert rule("giver_held_the_post", secretaries=(ancient, left, sits), first_fed_back=day(3, 1))
    assert not rule("giver_held_the_post", secretaries=(ancient, left, sits), first_fed_back=day(3, 2))
    assert rule("taker_is_another")
    assert not rule("taker_is_another", {"giver": "刘新民"})
    for takers, holds in (({}, True), ({a_case().id: (me, 0)}, False), ({a_case().id: (101, 0)}, True)):
        assert rule("not_handed_over", takers=takers) is holds
    assert not rule("giver_has_signed")
    assert rule("giver_has_signed", {"absent_why": "因病"})
    assert with_("giver_has_signed", Cosignature(GIVER, 101, "secretary", "", 0))
    assert not with_("giver_has_signed", Cosignature(GIVER, 102, "secretary", "", 0))
    assert not with_("witness_has_signed")
    assert with_("witness_has_signed", Cosignature(WITNESS, 102, "office", "", 0))
    assert not with_("witness_has_signed", Cosignature(WITNESS, me, "office", "", 0))
    assert not with_(
        "witness_has_signed", Cosignature(GIVER, 102, "", "", 0), Cosignature(WITNESS, 102, "office", "", 0)
    )
    running = a_clock("feed_again", day(3, 30), day(3, 2))
    assert GUARDS["feed_again_owed"](subject("feed_again", "office", running)) is None
    assert GUARDS["feed_again_owed"](subject("feed_again", "office")) is not None
    for when, holds in ((day(3, 1), False), (day(3, 2), True)):
        s = subject("feed_again", "office", running, answers={"briefed_on": when, "text": "已当面反馈"})
        assert (GUARDS["briefed_in_time"](s) is None) is holds


def test_who_says_that_somebody_is_absent() -> None:
    """The office that prepares it, and nobody of themselves; where nothing is said there is nothing against it."""
    facts: dict[str, Any] = {"secretaries": (Post(101, OLD, None, None), Post(100, NEW, None, None))}
    for why, role, person, holds in (
        ("", "secretary", 100, True), ("因病", "office", 102, True), ("因病", "secretary", 100, False), ("因病", "office", 101, False),
    ):  # fmt: skip
        said = {"giver": OLD, "absent_why": why}
        s = subject("hand_over", "secretary", answers=said, prepared_role=role, prepared_by=person, **facts)
        assert (GUARDS["absence_said_by_the_office"](s) is None) is holds, (why, role, person)


def test_the_effects_by_themselves() -> None:
    """`pass_drafts_on` names those of who was there before; `run_feed_again` runs one clock; `end_feed_again` ends it."""
    facts: dict[str, Any] = {
        "secretaries": (Post(101, "王建国", None, None),),
        "put_aside": (Aside(4, 101), Aside(5, 100), Aside(6, 102)),
    }
    s = subject(
        "hand_over",
        "secretary",
        a_clock("feed_again", day(3, 9)),
        answers={"giver": "王建国"},
        batch=frozenset([a_case().id]),
        **facts,
    )
    c = Change(s.case, dict(s.facts.clocks))
    EFFECTS["pass_drafts_on"](s, c)
    assert c.rows["drafts_passed_on"] == [(True, 4)]
    EFFECTS["run_feed_again"](s, c)
    assert c.clocks["feed_again"].due_on == day(3, 30)
    EFFECTS["end_feed_again"](s, c)
    assert c.clocks == {}
