"""The judge 判断: what stands in the way of a move, the same for who makes it, who prepares it, and who is offered it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grammar import Move
from states import ACTIONS, CLOCK, FILINGS, ROLES, STATES, UNBORN, UNIT_ROLES
from workflow.answers import missing_materials
from workflow.machine import reasons, target
from workflow.may import only_stands_in, prepares_as, sees
from workflow.on_paper import against_paper, who_enters
from workflow.outcome import Outcome
from workflow.refusal import Refusal
from workflow.rule import Rule
from workflow.shown import stale
from workflow.subject import Intent, Subject

NOT_THERE = Refusal("问题不存在，或不在您的职责范围内")
UNTOUCHED = Refusal("同批其他问题被退回，本批均未办理")


def no_such_action(action: str) -> Refusal:
    """Return the refusal of what is no move of the life."""
    return Refusal(f"没有“{action}”这项操作")


@dataclass(frozen=True, slots=True)
class Together:
    """What is known of a batch beyond each of its moves: what is no one filing, by action, and the cases altered since they were shown."""

    unlike: Mapping[str, list[Refusal]]
    altered: Mapping[int, Sequence[str]]


def verdict(intent: Intent, s: Subject | None, together: Together) -> Outcome | None:
    """Return the refusal or staleness of an intent, with all its reasons; None when it may go ahead."""
    if s is None or not sees(s.actor, s.case):
        why = NOT_THERE if intent.action in ACTIONS else no_such_action(intent.action)
        return Outcome(intent.case_id, "refused", refusals=(why,))
    case = s.case
    unborn = case.state == UNBORN
    if (
        together.altered and intent.shown is not None
    ):  # what is signed together is signed as it was shown, or not at all
        return stale(s, together.altered.get(case.id))
    if intent.version is not None and not unborn and not case.shown_version <= intent.version <= case.version:
        outdated = f"页面已过时：问题 {case.id} 现为第 {case.version} 版（{STATES[case.state].shown}），请刷新后再办"
        return Outcome(case.id, "stale", case.state, version=case.version, refusals=(Refusal(outdated),))
    found = tuple(dict.fromkeys(against(s, together.unlike)))
    if not found:
        return None
    if unborn:
        return Outcome(None, "refused", refusals=found)
    return Outcome(case.id, "refused", case.state, version=case.version, refusals=found)


def none_if_one_refused(intents: Sequence[Intent], outcomes: list[Outcome | None]) -> None:
    """Refuse all that could go ahead where something that was to go with it could not."""
    if not any(outcome and outcome.outcome in ("refused", "stale") for outcome in outcomes):
        return
    for place, outcome in enumerate(outcomes):
        if outcome is None:
            outcomes[place] = Outcome(intents[place].case_id, "refused", refusals=(UNTOUCHED,))


def against(s: Subject, unlike: Mapping[str, list[Refusal]]) -> list[Refusal]:
    """Return everything against making a move, for the eyes of who asks: state, person, answers, materials, rules."""
    found = [*_of_state(s), *_of_person(s), *s.refusals, *unlike.get(s.move.action, [])]
    # What is missing and what the rules look at is the business of those who make the move or prepare it.
    # Of a case that is not born, nothing is known but what its birth looks at.
    if not _engaged(s) or (s.case.state == UNBORN and not _leads(s)):
        return found
    rules = reasons(s) if _leads(s) else []
    missing = missing_materials(s.move, s.intent.materials, s.facts, received=s.intent.received)
    return [*found, *against_paper(s), *missing, *rules]


def _engaged(s: Subject) -> bool:
    """Say whether they make the move, prepare it, or enter it from paper."""
    return s.post is not None if s.intent.received else prepares_as(s.actor, s.move, s.case) is not None


def against_draft(s: Subject) -> list[Refusal]:
    """Return why a draft would be a dead end for who is to confirm it; what only has to wait is no reason."""
    found = _of_state(s)
    if s.actor.person_id is None or prepares_as(s.actor, s.move, s.case) is None:
        found.append(_whose(s, "起草"))
    if found:
        return found
    return [*s.refusals, *missing_materials(s.move, s.intent.materials, s.facts), *reasons(s, lasting)]


def on_offer(s: Subject) -> tuple[list[Refusal], list[Refusal]]:
    """Return what rules say against a move that is only offered, and what is to be attached; answers are not judged.

    Of what several sign, each after the other, only what lasts: it is prepared first, and nobody can have signed yet.
    """
    return reasons(s, lasting) if s.move.cosigned else reasons(s), missing_materials(s.move, (), s.facts)


def over_now(s: Subject) -> list[Refusal]:
    """Return what a rule says against a move for good, before anything is filled in."""
    return reasons(s, over)


def lasting(rule: Rule) -> bool:
    """Say whether what a rule refuses now it refuses as well when a draft is confirmed."""
    return rule.lasting


def over(rule: Rule) -> bool:
    """Say whether what a rule refuses now it refuses for ever."""
    return rule.over


def one_filing(subjects: Iterable[Subject]) -> dict[str, list[Refusal]]:
    """Return, by action, why what is filed together is not one filing: one document, one round, one unit that answers."""
    filed: dict[str, list[Subject]] = defaultdict(list)
    for s in subjects:
        if s.move.filing:
            filed[s.move.action].append(s)
    return {action: list(_not_one(together)) for action, together in filed.items()}


def _not_one(together: list[Subject]) -> Iterable[Refusal]:
    over_rounds = FILINGS[together[0].move.filing or ""].over_rounds
    if not over_rounds and len({s.case.round_id for s in together}) > 1:
        yield Refusal("一次报送只能包括同一轮次的问题")
    if len({s.case.answerable_id for s in together}) > 1:
        yield Refusal("一次报送只能包括同一个责任党组织的问题")
    if len({_papers(s) for s in together}) > 1:
        yield Refusal("一次报送的文件须是同一份，佐证材料除外")


def _papers(s: Subject) -> frozenset[tuple[str, str]]:
    return frozenset((m.kind, m.sha256) for m in s.intent.materials if f"{m.kind}@" not in s.move.needs)


def _leads(s: Subject) -> bool:
    return target(s.case.state, s.move.action) is not None


def _of_state(s: Subject) -> list[Refusal]:
    shown = STATES[s.case.state].shown if s.case.state in STATES else "尚未反馈"
    return [] if _leads(s) else [Refusal(f"当前状态为“{shown}”，不能{s.move.shown}")]


def _of_person(s: Subject) -> list[Refusal]:
    if s.role is None:
        return [who_enters(s.move) if s.intent.received else _wrong_person(s)]
    return _second(s) if s.move.second else []


def _wrong_person(s: Subject) -> Refusal:
    if CLOCK in s.move.who:
        return Refusal(f"“{s.move.shown}”只由定时任务办理")
    return _whose(s, "办理")


def receipts_alone(move: Move, what: str = "办理") -> str:
    """Return what is said to who merely stands in for some days."""
    return f"代班期间只能签收，“{move.shown}”须由{_roles(move)}本人或主持工作的人{what}"


def _roles(move: Move) -> str:
    return "、".join(ROLES[role] for role in move.who if role in ROLES)


def _whose(s: Subject, what: str) -> Refusal:
    if only_stands_in(s.actor, s.move, s.case):
        return Refusal(receipts_alone(s.move, what))
    who = _roles(s.move)
    whose = "（责任党组织的）" if set(s.move.who) & set(UNIT_ROLES) and what == "办理" else ""
    return Refusal(f"“{s.move.shown}”应由{whose}{who}{what}")


def _second(s: Subject) -> list[Refusal]:
    prepared = s.intent.prepared_by
    if prepared is None:
        return [Refusal(f"“{s.move.shown}”须两人办理：请先由一人起草，再由另一人确认")]
    if prepared == s.actor.person_id:
        return [Refusal("起草人不能确认自己起草的事项，须由另一人确认")]
    same = s.intent.prepared_role in (s.move.drafted_by or s.move.who)
    return [] if same else [Refusal("起草人不具有办理该事项的职责")]
