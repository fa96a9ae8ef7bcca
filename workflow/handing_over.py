"""Hand-over 整改责任交接: what must hold when a unit's secretary changes, what goes on to the new one, and the office's feeding back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from clock import chinese_date
from states import CONTINUING, COSIGNERS, GIVER, OFFICE, SETTLED, STANDING, WITNESS
from storage.reads.handovers import Post, left_last
from workflow import clockwork
from workflow.handing_facts import Aside, givers_of, handed_to
from workflow.rule import Said, effect, rule
from workflow.subject import Change, Cosignature, Subject

GOES_ON: Final = (CONTINUING, STANDING)
"""The kinds that are handed over though their cases are settled."""


@rule(lasting=True, over=True)
def unfinished_or_standing(s: Subject) -> Said:
    """What is settled is not handed over, but for what goes on."""
    done = s.case.state in SETTLED and s.case.kind not in GOES_ON
    return "问题已办结，不用交接（长期坚持、持续整改的除外）" if done else None


@rule("to_hand_over", lasting=True)
def hand_over_takes_all(s: Subject) -> Said:
    """Of each round a hand-over takes all that the unit has not finished, and what goes on."""
    there: frozenset[int] = s.facts.to_hand_over
    left = there - s.batch
    return f"交接须包括本轮全部未完成和长期坚持的问题，还缺 {len(left)} 个，请一并交接" if left else None


@rule("secretaries", "first_fed_back", field="giver", lasting=True)
def giver_held_the_post(s: Subject) -> Said:
    """Who hands over is in the post, or was the last to leave it, and something was fed back before they did."""
    first: date | None = s.facts.first_fed_back
    givers, name = _givers(s), s.answers["giver"].strip()
    if not givers:
        return _no_giver(name, s.facts.secretaries, s.today)
    late = first is not None and all(one.ends_on and one.ends_on < first for one in givers)
    return f"这些问题是{name}离任以后才反馈的，不用由其交接" if late else None


def _no_giver(name: str, known: Sequence[Post], today: date) -> str:
    named = "、".join(dict.fromkeys(one.name for one in known))
    if name not in {one.name for one in known}:
        return f"“{name}”没有担任过该党组织的书记；任过的有：{named or '没有'}"
    last = "、".join(one.name for one in left_last(known, today))
    return f"“{name}”不是最后离任的书记，不能由其交出{f'；最后离任的是{last}' if last else ''}"


@rule("takers", "secretaries", lasting=True)
def not_handed_over(s: Subject) -> Said:
    """What one hands over to another is handed over once, unless something was fed back since."""
    taken: dict[int, tuple[int, int]] = s.facts.takers
    to = handed_to(s.facts.secretaries, s.answers["giver"], taken, s.batch, s.today)
    return (
        f"{s.answers['giver']}已向{to}交接，接收人已签字，不用再交接；此后有新反馈的问题，与它们一并交接"
        if to
        else None
    )


@rule("secretaries", field="giver")
def taker_is_another(s: Subject) -> Said:
    """Nobody takes over from themselves."""
    own = s.actor.person_id in {one.person for one in _givers(s)}
    return "您是交出人，不能自己接收：接收人是继任的书记" if own else None


@rule("secretaries", field="absent_why", lasting=True)
def absence_said_by_the_office(s: Subject) -> Said:
    """That who hands over cannot sign is for the office to say, and for nobody of themselves."""
    if not s.answers.get("absent_why"):
        return None
    if s.intent.prepared_role != OFFICE:
        return "交出人不能签字的，由巡察办起草并写明原因，单位起草的不填这一栏"
    preparer = s.intent.prepared_by or s.actor.person_id
    own = preparer in {one.person for one in _givers(s)}
    return "交出人本人能起草，就能签字：请不填“交出人不能签字的原因”" if own else None


@rule("secretaries", field="absent_why")
def giver_has_signed(s: Subject) -> Said:
    """Who hands over has signed what was prepared, or it says why they cannot."""
    signed = _signed(s, GIVER)
    if s.answers.get("absent_why") or (signed and signed.person in {one.person for one in _givers(s)}):
        return None
    return f"{COSIGNERS[GIVER]}{s.answers['giver']}还没有签字；不能签字的，由起草人撤下重新起草，写明原因"


@rule()
def witness_has_signed(s: Subject) -> Said:
    """A third has seen to it and signed: neither who hands over nor who takes over."""
    signed = _signed(s, WITNESS)
    if signed is None:
        return f"{COSIGNERS[WITNESS]}还没有签字：由巡察办，或上级党组织的书记监交"
    giver = _signed(s, GIVER)
    if signed.person == s.actor.person_id or (giver and giver.person == signed.person):
        return "监交人不能是交出人、接收人本人"
    return None


def _signed(s: Subject, part: str) -> Cosignature | None:
    return next((one for one in s.intent.cosigned if one.part == part), None)


def _givers(s: Subject) -> tuple[Post, ...]:
    """Return whom the name of who hands over may mean."""
    return givers_of(s.facts.secretaries, s.answers["giver"], s.today)


@effect("put_aside", "secretaries")
def pass_drafts_on(s: Subject, c: Change) -> None:
    """What a secretary before had prepared for their own name waits for the new one's."""
    aside: tuple[Aside, ...] = s.facts.put_aside
    before = {one.person for one in s.facts.secretaries} - {s.actor.person_id}
    c.rows["drafts_passed_on"] += [(True, one.draft) for one in aside if one.prepared_by in before]


@effect()
def run_feed_again(s: Subject, c: Change) -> None:
    """The office tells the new secretary face to face within its limit: one clock, on the first case of all that is handed over."""
    clockwork.end(c, "feed_again")
    if s.case.id == min(s.batch):
        clockwork.run(s, c, "feed_again")


@rule(over=True)
def feed_again_owed(s: Subject) -> Said:
    """It is fed back again after a hand-over, once."""
    owed = clockwork.running(s, "feed_again")
    return None if owed else "没有待重新反馈的交接，或已重新反馈（登记在交接单的第一个问题上）"


@rule(field="briefed_on")
def briefed_in_time(s: Subject) -> Said:
    """It was told after the hand-over, or on its day."""
    day: date = s.answers["briefed_on"]
    row = clockwork.running(s, "feed_again")
    early = row is not None and day < row.started_on
    return f"重新反馈日期早于交接之日 {chinese_date(row.started_on)}" if row and early else None


@effect()
def end_feed_again(s: Subject, c: Change) -> None:
    """The office has fed back again."""
    clockwork.end(c, "feed_again")
