"""代录: a village without a computer hands a signed paper in; the office enters it, the paper's day decides, the secretary confirms."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from states import MOVES, SIGNED_PAPER
from storage.papers import Paper
from tests.rules.subjects import ME, OTHER, a_case, a_clock, changed, subject
from tests.test_ties import tie
from tests.world import TOWN, World, day, material, usual_materials
from trail.offline import Replay, read_tables
from workflow.days.clocks import Why
from workflow.machine import EFFECTS, GUARDS
from workflow.outcome import Outcome
from workflow.rules import DEFINITION, DEFINITION_HASH

WAITS = "代录的签字件还没有经书记确认"
DISOWNED = "书记不认代录的签字件，不能据此办理"


def entered(world: World, action: str, case: int, on: date | None, login: str = "office", **more: Any) -> Outcome:
    """Let the office enter an act of the unit from its signed paper; return what became of it."""
    papers = more.pop("materials", (material(SIGNED_PAPER), *usual_materials(action)))
    (outcome,) = world.try_(login, action, case, occurred_on=on, received=True, materials=papers, **more)
    return outcome


def refused(world: World, action: str, case: int, on: date | None, login: str = "office", **more: Any) -> str:
    """Return why a paper is not entered."""
    outcome = entered(world, action, case, on, login, **more)
    assert outcome.outcome == "refused"
    return "\n".join(outcome.refused)


def late(world: World) -> int:
    """Return a case at work whose date, 16 April, went by ten days ago."""
    case = world.at_work(day(4, 16))
    world.scan_days(day(4, 6), day(4, 26))
    return case


def test_a_paper_signed_in_time_and_entered_late_is_in_time(world: World) -> None:
    """16 April: due. Signed on the 15th, entered on the 26th: handed in on the 15th, in time; the clock stood from then."""
    case = late(world)
    assert world.alerts(case, "rectify")[-1] == "red"
    assert entered(world, "submit", case, day(4, 15)).outcome == "done"
    assert (world.row(case).submitted_on, world.row(case).due_on) == (day(4, 15), day(4, 16))
    assert world.clocks(case)["rectify"].paused_since == day(4, 15)
    assert world.clocks(case)["confirm_paper"].due_on == day(5, 6)
    entry = world.entry(case)
    assert (entry["actor"]["role"], entry["on_behalf"], entry["occurred_on"]) == ("office", "secretary", "2026-04-15")
    assert world.told(case, "submit") == {"office", "team", "discipline", "organisation", "secretary"}
    world.do("secretary", "confirm_paper", case)
    assert "confirm_paper" not in world.clocks(case)
    assert world.entry(case)["inputs"]["papers"] == [{"version": 11, "action": "submit", "signed_on": "2026-04-15"}]
    world.agree(case)
    world.do("office2", "verify", case)


def test_signed_late_it_is_late(world: World) -> None:
    case = late(world)
    assert entered(world, "submit", case, day(4, 20)).outcome == "done"
    assert world.row(case).submitted_on == day(4, 20)


def test_what_the_clock_did_meanwhile_is_not_held_against_the_unit(world: World) -> None:
    """1 May: flagged and escalated, while the paper signed on 15 April lay with the office: handed in in time, and not flagged.

    The secretary did not sign that: the flag is there again.
    """
    case = late(world)
    world.scan_days(day(4, 27), day(5, 2))
    assert (world.case(case).state, world.row(case).flagged) == ("escalated", "overdue")
    assert entered(world, "submit", case, day(4, 15)).outcome == "done"
    row = world.row(case)
    assert (row.state, row.submitted_on, row.flagged) == ("submitted", day(4, 15), "")
    assert world.entry(case)["inputs"] == {"unflagged": ["overdue"]}
    world.do("secretary", "disown_paper", case)
    assert world.row(case).flagged == "overdue"


def test_a_paper_takes_off_nothing_that_was_flagged_before(world: World) -> None:
    """Not claimed, so flagged and escalated; the plan that was ordered comes in time on paper: that it was not claimed stays so."""
    (case,) = world.feed_back()
    world.scan_days(day(3, 3), day(3, 16))
    assert (world.row(case).state, world.row(case).flagged) == ("escalated", "unclaimed")
    world.do("office", "order_plan", case)
    assert entered(world, "submit_plan", case, day(3, 16)).outcome == "done"
    assert (world.row(case).flagged, "inputs" in world.entry(case)) == ("unclaimed", False)
    assert entered(world, "recall_plan", case, day(3, 16)).outcome == "done"
    assert world.row(case).flagged == "unclaimed"


def test_an_old_paper_is_not_one_of_the_rework(world: World) -> None:
    """10 April: handed in, sent back on the 12th until 1 May, escalated on the 4th: a paper of the 9th is that of the first time.

    What the office escalates while it is handed in is handed in anew from that day on.
    """
    case = world.at_work(day(4, 16))
    world.go(day(4, 10))
    world.do("secretary", "submit", case)
    world.go(day(4, 12))
    world.do("office", "return_work", case, answers={"new_on": "2026-05-01"})
    world.go(day(5, 4))
    world.do("office", "escalate_by_hand", case)
    assert "早于督办以前开始这一步之日 2026年4月12日" in refused(world, "submit", case, day(4, 9))
    assert entered(world, "submit", case, day(4, 30)).outcome == "done"
    assert world.row(case).submitted_on == day(4, 30)
    world.do("office", "escalate_by_hand", case)
    assert "2026年5月4日" in refused(world, "submit", case, day(4, 30))


def test_an_objection_and_an_extension_signed_in_time_are_heard(world: World) -> None:
    """9 March: the claim is due. An objection of that day is entered on the 12th, one of the 10th is too late.

    16 April: the work is due. An extension asked on that day is entered on the 20th.
    """
    case, other = world.feed_back(2)
    world.go(day(3, 12))
    assert "认领期限 2026年3月9日（周一） 已过" in refused(world, "object", case, day(3, 10))
    assert entered(world, "object", case, day(3, 9)).outcome == "done"
    assert world.clocks(case)["claim"].paused_since == day(3, 9)
    assert entered(world, "claim", other, day(3, 9), "office2").outcome == "done"
    assert world.clocks(other)["plan"].due_on == day(4, 2)
    world.open_round("二轮")
    case = late(world)
    assert "已过，不能申请延期" in refused(world, "request_extension", case, day(4, 17))
    assert entered(world, "request_extension", case, day(4, 16)).outcome == "done"
    assert world.clocks(case)["rectify"].paused_since == day(4, 16)


def test_an_objection_dropped_on_paper_on_its_own_day_buys_no_time(world: World) -> None:
    (case,) = world.feed_back()
    world.go(day(3, 6))
    entered(world, "object", case, day(3, 4))
    assert entered(world, "drop_objection", case, day(3, 4)).outcome == "done"
    assert world.stands(case) == ("feedback", day(3, 9), "secretary")
    assert world.clocks(case)["confirm_paper"].due_on == day(3, 13)


def test_days_with_the_office_count_from_the_paper(world: World) -> None:
    """Objected on 4 March, entered on the 6th, kept on the 9th: five days that are not the unit's."""
    (case,) = world.feed_back()
    world.go(day(3, 6))
    entered(world, "object", case, day(3, 4))
    world.go(day(3, 9))
    world.do("office2", "keep", case)
    world.walk(case, "claim", "submit_plan")
    world.do("secretary", "confirm_paper", case)
    world.agree(case)
    world.do("office2", "approve_plan", case)
    why = world.clocks(case)["rectify"].why or ""
    assert '"office":5' in why


def test_what_is_against_a_paper(world: World) -> None:
    """It bears a day, not to come and not before the case stood there; the scan is with it; the office enters it, and only what a secretary signs."""
    (case,) = world.feed_back()
    world.go(day(3, 5))
    assert "请填写“签字日期”" in refused(world, "claim", case, None)
    assert "不能晚于办理当天" in refused(world, "claim", case, day(3, 6))
    assert "早于进入“待认领”之日 2026年3月2日（周一）" in refused(world, "claim", case, day(3, 1))
    assert "缺少材料：单位签字件（扫描件）" in refused(world, "claim", case, day(3, 4), materials=())
    for login in ("secretary", "handler", "discipline", "team"):
        assert refused(world, "claim", case, day(3, 4), login) == "“认领”的签字件应由巡察办代录"
    assert "“签收”不能代录" in refused(world, "acknowledge", case, day(3, 4))
    assert "此操作不收材料" in world.refused("secretary", "claim", case, materials=(material(SIGNED_PAPER),))
    assert "应由（责任党组织的）党组织书记办理" in world.refused("office", "claim", case)
    tie(world, "office", TOWN)
    assert "有回避关系，不能代录它的签字件" in refused(world, "claim", case, day(3, 4))
    assert entered(world, "claim", case, day(3, 4), "office2").outcome == "done"
    assert "早于进入“待报方案”之日 2026年3月4日" in refused(world, "submit_plan", case, day(3, 3), "office2")


def test_nothing_is_accepted_before_the_secretary_has_confirmed(world: World) -> None:
    """Entered on 3 March; reminded on the 9th; on the 11th secretary, the one above and the office are told; it is never taken for confirmed."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    world.go(day(3, 3))
    entered(world, "submit_plan", case, day(3, 3))
    world.agree(case)
    assert WAITS in world.refused("office2", "approve_plan", case)
    world.scan_days(day(3, 4), day(3, 11))
    assert world.alerts(case, "confirm_paper") == ["eve", "late"]
    assert world.told(case, "remind", ["confirm_paper"]) == {"secretary", "parent", "office"}
    assert WAITS in world.refused("office2", "approve_plan", case)
    world.do("secretary", "confirm_paper", case)
    assert "没有待确认的代录" in world.refused("secretary", "confirm_paper", case)
    world.do("office2", "approve_plan", case)


def test_who_entered_it_neither_accepts_nor_confirms_it(world: World) -> None:
    """Two at least: who entered it approves nothing on the case, and confirms it in no other post."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    entered(world, "submit_plan", case, day(3, 2))
    world.do("secretary", "confirm_paper", case)
    world.agree(case)
    assert "不能批准方案，须由他人办理" in world.refused("office", "approve_plan", case)
    world.do("office2", "approve_plan", case)
    papers = (Paper(3, "submit", day(3, 2), ME, "陈静", 1, "a.pdf", "ab", 1),)
    own = GUARDS["not_who_entered_it"](subject("confirm_paper", "secretary", papers=papers))
    assert own
    assert own.sentence == "签字件由您或起草人代录，须由他人确认"
    assert GUARDS["not_who_entered_it"](subject("confirm_paper", "secretary", papers=papers[:0])) is None
    prepared = subject("confirm_paper", "secretary", papers=papers, prepared_by=ME)
    assert GUARDS["not_who_entered_it"](prepared)


def test_what_is_not_owned_stands_until_the_office_has_dealt_with_it(world: World) -> None:
    """The secretary did not sign that plan: nothing is approved on it; returned, it counts as no return of the unit's."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    entered(world, "submit_plan", case, day(3, 2))
    world.do("secretary", "disown_paper", case, answers={"reason": "不是本人签字"})
    assert world.told(case, "disown_paper") == {"office"}
    assert set(world.clocks(case)) & {"confirm_paper", "disowned_paper"} == {"disowned_paper"}
    world.agree(case)
    assert DISOWNED in world.refused("office2", "approve_plan", case)
    assert "须由他人办理" in world.refused("office", "settle_paper", case)
    world.scan_days(day(3, 3), day(3, 10))
    assert world.told(case, "remind", ["disowned_paper"]) == {"head", "office"}
    world.do("office", "return_plan", case)
    assert (world.row(case).plan_returns, "disowned_paper" in world.clocks(case)) == (0, False)
    world.walk(case, "submit_plan", "return_plan")
    assert world.row(case).plan_returns == 1


def test_what_is_not_owned_gives_no_time(world: World) -> None:
    """1 April, the plan is due on the 2nd: a paper said to be of 3 March is not owned, and taken back: the date is what it was."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    world.go(day(4, 1))
    entered(world, "submit_plan", case, day(3, 3))
    assert world.clocks(case)["plan"].paused_since == day(3, 3)
    world.do("secretary", "disown_paper", case)
    world.do("secretary", "recall_plan", case)
    assert world.clocks(case)["plan"].due_on == day(4, 2)


def test_a_claim_that_is_not_owned_does_not_make_the_plan_another_ones(world: World) -> None:
    """The secretary filed the plan, and then does not own the claim: what is returned is their plan, and counts."""
    (case,) = world.feed_back()
    entered(world, "claim", case, day(3, 2))
    world.do("secretary", "submit_plan", case)
    world.do("secretary", "disown_paper", case)
    assert "disowned_paper" in world.clocks(case)
    world.do("office2", "return_plan", case)
    assert world.row(case).plan_returns == 1


def test_the_office_says_what_it_did_about_it(world: World) -> None:
    """A claim that was not owned: the office settles it by what it says, the secretary signs for that."""
    (case,) = world.feed_back()
    entered(world, "claim", case, day(3, 2))
    assert "没有书记不认的代录" in world.refused("office2", "settle_paper", case)
    world.do("secretary", "disown_paper", case)
    world.do("office2", "settle_paper", case)
    assert world.told(case, "settle_paper") == {"secretary", "handler"}
    assert "disowned_paper" not in world.clocks(case)
    world.walk(case, "submit_plan", "agree")
    world.do("office2", "approve_plan", case)
    entered(world, "submit", case, day(3, 2))
    world.do("secretary", "disown_paper", case)
    world.do("office", "return_work", case)
    assert (world.row(case).returns, world.row(case).returns_since) == (0, 0)


def test_a_claim_that_is_not_owned_goes_back_and_the_right_paper_is_entered(world: World) -> None:
    """Disowned on 3 March the claim is owed again, by a date of the office's: the right paper is entered, or the unit claims itself.

    A claim that was confirmed, and a plan that was not owned, do not go back so.
    """
    case, at_once = world.feed_back(1)[0], world.feed_back(1, start=8, kind="at_once")[0]
    entered(world, "claim", case, day(3, 2))
    entered(world, "rectify_at_once", at_once, day(3, 2))
    soon = {"reason": "不是书记所签", "new_on": "2026-03-05"}
    assert "书记不认的，才能退回重新认领" in world.refused("office", "return_claim", case)
    world.go(day(3, 3))
    for one in (case, at_once):
        world.do("secretary", "disown_paper", one, answers={"reason": "不是本人签字"})
    assert "认领须留出时间，最早到 2026年3月6日（周五）" in world.refused("office", "return_claim", case, answers=soon)
    for one in (case, at_once):
        world.do("office", "return_claim", one, answers={**soon, "new_on": "2026-03-10"})
        assert (world.stands(one), set(world.clocks(one))) == (
            ("feedback", day(3, 10), "secretary"), {"claim", "acknowledge"},
        )  # fmt: skip
        assert world.told(one, "return_claim") == {"secretary", "handler"}
    row = world.row(at_once)
    assert (row.due_on, row.first_due_on, row.started_on) == (None, None, None)
    assert world.rows("SELECT COUNT(*) FROM measures WHERE until_version IS NULL") == [(0,)]
    entered(world, "claim", case, day(3, 3))
    world.do("secretary", "rectify_at_once", at_once)
    world.do("secretary", "confirm_paper", case)
    entered(world, "submit_plan", case, day(3, 3))
    world.do("secretary", "disown_paper", case, answers={"reason": "不是本人签字"})
    world.do("office", "return_plan", case)
    assert "书记不认的，才能退回重新认领" in world.refused("office", "return_claim", case)


def test_another_units_secretary_confirms_nothing_of_it(world: World) -> None:
    (case,) = world.feed_back()
    entered(world, "claim", case, day(3, 2))
    world.do("office2", "transfer", case)
    assert "confirm_paper" not in world.clocks(case)
    world.do("secretary_bureau", "name_people", case)
    world.go(day(3, 4))
    assert "早于进入“待报方案”之日 2026年3月2日" in refused(world, "submit_plan", case, day(3, 1), "office2")


def test_two_papers_are_confirmed_together(world: World) -> None:
    (case,) = world.feed_back()
    entered(world, "claim", case, day(3, 2))
    world.go(day(3, 4))
    entered(world, "submit_plan", case, day(3, 3))
    assert world.clocks(case)["confirm_paper"].due_on == day(3, 9)
    world.do("secretary", "confirm_paper", case)
    assert [one["action"] for one in world.entry(case)["inputs"]["papers"]] == ["claim", "submit_plan"]


def test_the_rules_by_themselves() -> None:
    """What waits, what is confirmed, what is not owned: each by its clock; the effects name the papers and end them."""
    waiting, disowned = a_clock("confirm_paper", day(3, 9)), a_clock("disowned_paper", day(3, 9))
    papers = (Paper(3, "submit", day(3, 1), OTHER, "陈静", 1, "a.pdf", "ab", 1),)

    def said(rule: str, *clocks: Any) -> str:
        found = GUARDS[rule](subject("confirm_paper", "secretary", *clocks, papers=papers))
        return found.sentence if found else ""

    assert (said("paper_waits", waiting), said("paper_waits")) == ("", "没有待确认的代录")
    assert (said("paper_disowned", disowned), said("paper_disowned", waiting)) == ("", "没有书记不认的代录")
    assert said("paper_confirmed") == ""
    assert said("paper_confirmed", waiting).startswith(f"{WAITS}（期限 2026年3月9日（周一））")
    assert said("paper_confirmed", waiting, disowned).startswith(DISOWNED)
    least = day(3, 5)
    for when, holds in ((least, True), (least - timedelta(days=1), False)):
        s = subject("return_claim", "office", answers={"new_on": when, "reason": "不认"})
        assert (GUARDS["time_to_claim_again"](s) is None) is holds
    for own, by_it, holds in (((disowned,), True, True), ((disowned,), False, False), ((), True, False)):
        s = subject("return_claim", "office", *own, disowned=by_it)
        assert (GUARDS["claim_disowned"](s) is None) is holds
    for why, due in ((Why("ledger"), day(3, 9)), (Why("limit"), None)):
        work = replace(a_clock("rectify_short", day(3, 9)), why=why.text())
        at_work = a_case(state="rectifying", due_on=day(3, 9), first_due_on=day(3, 9), started_on=least, planned=1)
        s = subject("return_claim", "office", work, case=at_work, answers={"new_on": day(3, 9), "reason": "不认"})
        EFFECTS["claim_anew"](s, c := changed(s))
        assert (c.case.due_on, c.case.first_due_on, c.case.started_on) == (due, due, None)
        assert (c.clocks["claim"].due_on, c.rows["measures_gone"]) == (day(3, 9), [(s.version, at_work.id)])
    for name, left in (
        ("confirm_papers", set()),
        ("disown_papers", {"disowned_paper"}),
        ("settle_papers", {"confirm_paper"}),
    ):
        s = subject(
            "confirm_paper", "secretary", waiting, *([disowned] if name == "settle_papers" else []), papers=papers
        )
        EFFECTS[name](s, c := changed(s))
        assert set(c.clocks) == left
        named = [{"version": 3, "action": "submit", "signed_on": "2026-03-01"}] if name != "settle_papers" else None
        assert c.inputs.get("papers") == named


def test_what_a_secretary_signs_alone_can_be_entered() -> None:
    """Signing for receipts, confirming what was entered, and what several sign are not among it."""
    on_paper = {move.action for move in MOVES if move.on_paper}
    signed = {move.action for move in MOVES if move.who == ("secretary",)}
    assert on_paper == signed - {"acknowledge", "hand_over", "confirm_paper", "disown_paper"}


FORGED: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, ""),
    ({"occurred_on": None}, "没有签字件或签字日期"),
    ({"materials": []}, "没有签字件或签字日期"),
    ({"on_behalf": None}, "操作表只许 secretary"),
    ({"actor": {"role": "discipline"}}, "由“discipline”代录，操作表不许"),
    ({"action": "return_plan", "from": "plan_review", "to": "claimed"}, "由“office”代录，操作表不许"),
)


def test_who_checks_the_log_elsewhere_finds_what_is_no_paper(world: World) -> None:
    """The entry names the office, the secretary, the day and the scan; each by itself would be a lie."""
    (case,) = world.feed_back()
    world.receive("claim", case)
    replay, entry = Replay(read_tables({DEFINITION_HASH: DEFINITION}), {}), world.entry(case)
    for change, sentence in FORGED:
        said = "；".join(replay._against_table({**entry, **change}))
        assert (sentence in said) if sentence else not said, change
    older = json.loads(DEFINITION)
    for rule in older["rules"]:
        del rule["on_paper"]
    text = json.dumps(older)
    digest = sha256(text.encode()).hexdigest()
    before = Replay(read_tables({digest: text}), {})
    assert "代录，操作表不许" in "；".join(before._against_table({**entry, "moves": digest}))
