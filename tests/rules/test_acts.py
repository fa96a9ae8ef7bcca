"""Lists keyed by an act: each names acts of the table, and those that it is there for."""

from __future__ import annotations

from typing import Final

from states import (
    ACTIONS,
    CLOCK,
    CLOCKS,
    CRITERIA,
    MOVES,
    RECORDED,
    RUNGS,
    SECRETARY,
    STATES,
    TAKE_OVERS,
    UNIT_ACTIONS,
    UNIT_ROLES,
    WITHDRAWN,
    WITHHELD,
)
from storage.columns import ClockRow
from storage.reads.reviews import SAID
from tests.rules.subjects import PROFILE, a_case, a_clock, day, subject
from web.manners import MANNERS
from web.tasks import TASK_KINDS
from workflow.change import After, apply
from workflow.drawing import diagram
from workflow.scan import _DUE_FOR

QUIET: Final = {
    "acknowledge", "acknowledge_copy", "answer_copy", "press_copy", "urge", "remind", "flag", "recompute", "hand_over", "feed_again", "confirm_paper", "disown_paper",
    "settle_paper",
}  # fmt: skip
SECOND: Final = {"void", "rescind", "hand_over", "split", "split_off", "split_off_claimed", *TAKE_OVERS}
WRITTEN: Final = "an act that is so as well is written down here, in tests/rules/test_acts.py"
OF_UNIT: Final = {"claim", "plan", "rectify", "rectify_short"}
BESIDE: Final = {"acknowledge", "extension", "measure", "progress"}
# The clocks of which this is held; what else a new one is, its own story tells.
HELD: Final = OF_UNIT | BESIDE | {
    "fact_check", "review", "acceptance", "publication", "put", "decision", "look_back", "ground_review",
}  # fmt: skip


def test_what_is_not_shown_makes_no_open_form_stale() -> None:
    """A case that is flagged while a secretary fills in a form has changed nothing that they read."""
    assert {move.action for move in MOVES if move.quiet} == QUIET, WRITTEN
    assert all(move.to is None for move in MOVES if move.quiet)


def test_what_is_corrected_or_struck_out_wants_two() -> None:
    assert {move.action for move in MOVES if move.second} == SECOND, WRITTEN


def test_what_is_settled_runs_against_nobody() -> None:
    assert {state.name for state in STATES.values() if state.settled} == {"publicized", "withheld", "withdrawn"}
    assert {clock.name for clock in CLOCKS.values() if clock.unit} & HELD == OF_UNIT
    assert {clock.name for clock in CLOCKS.values() if clock.beside} & HELD == BESIDE
    assert {one.name for one in CRITERIA.values() if one.escalate} == {"overdue", "unclaimed"}
    assert {one.name for one in CRITERIA.values() if PROFILE.criterion(one.name)["escalate"]} == {
        "overdue",
        "unclaimed",
    }


def test_every_rung_that_is_told_and_every_flag_has_its_word() -> None:
    """What stands on record of a reminder, a flag and an escalation is said in words."""
    told = {rung.name for clock in CLOCKS.values() for rung in clock.rungs}
    assert set(RUNGS) == told | {"flag", "escalate"}


def test_the_secretary_signs_for_what_others_did_and_not_for_reminders() -> None:
    signed = {move.action for move in MOVES if move.wants_receipt}
    told = {move.action for move in MOVES if SECRETARY in move.tells and SECRETARY not in move.who}
    assert told - signed == {"urge"}
    assert "remind" not in signed
    assert "flag" in signed


def test_to_sign_is_no_share_in_the_work() -> None:
    """Who only signed for others' moves may still verify, and so may the office that prepared a hand-over."""
    own = {move.action for move in MOVES if set(move.who) <= set(UNIT_ROLES)}
    assert own - set(UNIT_ACTIONS) == {"acknowledge", "hand_over"}


def test_what_is_kept_back_is_an_act_and_its_mail_speaks_of_something_else() -> None:
    """But for an answer to a copy 批示: of that nobody has mail who may not read it."""
    kept_back = [move for move in MOVES if move.known_to and move.action != "answer_copy"]
    assert set(ACTIONS["answer_copy"].tells) <= set(ACTIONS["answer_copy"].known_to)
    assert {move.action for move in kept_back} == {"withhold", "release", "uphold_ground", "take_over_withheld"}
    assert all(WITHHELD in (*move.origin, move.to) for move in kept_back)
    assert [move for move in MOVES if move.neutral] == kept_back


def test_what_an_entry_may_record_is_every_act_and_that_a_ledger_filled_in() -> None:
    assert set(RECORDED) == {*ACTIONS, "fill"}


def test_what_was_said_before_a_judgement_was_said_from_that_state() -> None:
    for state, action in SAID.items():
        assert ACTIONS[action].target(ACTIONS[action].origin[0]) == state
        assert set(ACTIONS[action].who) <= set(UNIT_ROLES)
        assert "reason" in dict(ACTIONS[action].asks) or ACTIONS[action].filing


def test_what_the_scan_makes_is_the_clocks() -> None:
    """All but what follows a calendar: that is made with it."""
    assert set(_DUE_FOR) == {move.action for move in MOVES if CLOCK in move.who} - {"recompute"}


def test_every_task_leads_to_an_act_that_its_role_makes_or_prepares() -> None:
    for ask in TASK_KINDS:
        assert not ask.action or ask.action in ACTIONS, ask


def test_every_manner_is_of_an_act() -> None:
    assert set(MANNERS) == set(ACTIONS)


def test_an_act_that_strikes_out_is_not_drawn() -> None:
    assert "作废" not in diagram()
    assert "撤销问题" in diagram()


def receipt_after(action: str, state: str, to: str, *clocks: ClockRow) -> ClockRow | None:
    """Return the clock of what is to be signed for, after a move of the office."""
    s = subject(action, "office", *clocks, case=a_case(state=state), disputed={}, claimed_siblings={})
    s.state = to
    change = apply(s, After.of([s]))
    assert change.case.unsigned == 1
    return change.clocks.get("acknowledge")


def test_a_receipt_runs_from_the_first_that_is_unsigned_and_not_where_nothing_is_left_to_do() -> None:
    first = receipt_after("keep", "disputed", "feedback")
    assert first
    assert (first.name, first.due_on, first.owes) == ("acknowledge", day(3, 4), SECRETARY)
    older = a_clock("acknowledge", day(3, 3))
    assert receipt_after("keep", "disputed", "feedback", older) == older
    assert receipt_after("void", "feedback", WITHDRAWN) is None
