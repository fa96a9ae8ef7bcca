"""拆分: a part of a problem becomes a problem of its own, born beside the whole: both are linked, and the dates of the whole hold for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from states import ACTIONS, AMENDED, CLAIMED, PART_WORDS, SPLIT_OFF
from storage.rows import CaseRow, read_cases, read_clocks
from storage.sql import Driver
from trail.fold import WORDS
from workflow import clockwork
from workflow.answers import faulty_number, read_answers
from workflow.clockwork import by_this_move
from workflow.days.clocks import Dated, begin
from workflow.outcome import Outcome
from workflow.refusal import Refusal
from workflow.rule import Said, effect, rule
from workflow.subject import Birth, Change, Intent, Subject, Whole
from workflow.values import shown_short

_CARRIED = ("responsible", "department", "person", "measures_said")
"""What the whole says of the unit's own side and the part goes on with, where the same unit answers for it."""
_BEEN_THROUGH = ("escalations", "plan_returns", "returns")
"""What was done to the problem before it was split: the part is not free of it, whoever answers for it now."""
_OF_THE_UNIT = ("objections", "returns_since", "flagged")
"""What a unit that goes on with the part did or left undone; another begins afresh, as after a transfer."""


# The part beside the whole


def with_parts(driver: Driver, jurisdiction: int, intents: Sequence[Intent]) -> list[Intent]:
    """Return the intents, and behind them the birth of the part that each split takes off; of a split that is not filled in there is none yet."""
    splits = [
        one for one in intents if one.action in ACTIONS and ACTIONS[one.action].splits and one.case_id is not None
    ]
    if not splits:
        return list(intents)
    wholes = read_cases(driver, jurisdiction, [one.case_id or 0 for one in splits])
    words = _words(driver, list(wholes))
    parts = [
        part
        for one in splits
        if (whole := wholes.get(one.case_id or 0)) and (part := _part(driver, one, whole, words[whole.id]))
    ]
    return [*intents, *parts]


def _words(driver: Driver, cases: Sequence[int]) -> dict[int, dict[str, str]]:
    if not cases:
        return {}
    names = (*WORDS, *_CARRIED)
    among, params = driver.among("id", cases)
    rows = driver.all(f"SELECT id, {', '.join(names)} FROM cases WHERE {among}", params)
    return {case: dict(zip(names, found, strict=True)) for case, *found in rows}


def _part(driver: Driver, split: Intent, whole: CaseRow, words: Mapping[str, str]) -> Intent | None:
    """Return the birth of the part: in the inspection of the whole, and in its state."""
    said, _ = read_answers(ACTIONS[split.action], split.answers)
    unit = _answerable(driver, whole.jurisdiction, said.get("part_unit", ""))
    if unit is None or whole.state not in SPLIT_OFF or not {"part_number", "part_problem", "kind"} <= said.keys():
        return None
    its = {name: said.get(answer) or words[name] for answer, name in PART_WORDS.items()}
    carried = {name: words[name] for name in _CARRIED} if unit == whole.answerable_id else {}
    birth = Birth(
        whole.inspection_id, whole.round_id, whole.unit_id, unit, said["part_number"], category=words["category"], basis=words["basis"],
        due_on=whole.due_on, written_by=whole.written_by, split_from=whole.id, **its, **carried,
    )  # fmt: skip
    answers = {"feedback_on": whole.fed_back_on.isoformat(), "kind": said["kind"]}
    return Intent(
        SPLIT_OFF[whole.state], birth=birth, answers=answers, occurred_on=split.occurred_on, prepared_by=split.prepared_by,
        prepared_role=split.prepared_role,
    )  # fmt: skip


def _answerable(driver: Driver, jurisdiction: int, name: str) -> int | None:
    sql = "SELECT COALESCE(answerable_id, id) FROM units WHERE jurisdiction = ? AND name = ?"
    row = driver.one(sql, (jurisdiction, name)) if name else None
    return row[0] if row else None


def join_parts(intents: Sequence[Intent], outcomes: list[Outcome | None]) -> None:
    """Let a whole and its part go together: where one may not, neither goes, and the whole says why."""
    places = {one.case_id: place for place, one in enumerate(intents) if one.case_id is not None}
    parted = {one.birth.split_from: place for place, one in enumerate(intents) if one.birth and one.birth.split_from}
    for whole, part in parted.items():
        place = places.get(whole)
        if place is None:
            continue
        against = outcomes[part]
        if outcomes[place] is None and against is not None:
            outcomes[place] = Outcome(whole, "refused", refusals=against.refusals)
        elif outcomes[place] is not None and against is None:
            outcomes[part] = Outcome(None, "refused", refusals=(Refusal("拆分没有办理，拆出的问题也没有产生"),))
    alone = [one.case_id for place, one in enumerate(intents) if outcomes[place] is None and _is_split(one)]
    if lacking := [case for case in alone if case not in parted]:
        message = f"问题 {lacking[0]} 的拆分没有拆出的问题"
        raise AssertionError(message)


def _is_split(intent: Intent) -> bool:
    return intent.action in ACTIONS and ACTIONS[intent.action].splits


def become_part(driver: Driver, case: CaseRow) -> Whole | None:
    """Let a newborn part have what the whole has and it goes on with; return the whole, or None where there is none."""
    number = case.split_from or 0
    whole = read_cases(driver, case.jurisdiction, [number]).get(number)
    if whole is None:
        return None
    case.taken_over_on, case.taken_over_as = whole.taken_over_on, whole.taken_over_as
    same = case.answerable_id == whole.answerable_id
    case.passed_on = whole.passed_on if same else case.answerable_id != case.unit_id
    return Whole(whole, read_clocks(driver, [whole.id])[whole.id])


# What a split looks at


@rule(lasting=True)
def not_ordered_at_once(s: Subject) -> Said:
    """What was ordered at once is short by itself: what else there is, is ordered or fed back by itself."""
    return "巡察期间交办的立行立改问题不拆分：另有问题的，另行反馈" if s.case.ordered_on is not None else None


@rule("inspection_numbers", field="part_number", lasting=True)
def part_number_free(s: Subject) -> Said:
    """The part has a number of its own in the inspection, and one that can stand in a ledger."""
    number = s.answers["part_number"]
    taken: frozenset[str] = s.facts.inspection_numbers
    if fault := faulty_number(number):
        return fault
    return f"编号 {number} 在本次巡察的问题中已经使用" if number in taken else None


@rule("successor", field="part_unit", lasting=True)
def part_unit_in_being(s: Subject) -> Said:
    """Who is to answer for the part is there, and in being today, with the unit that answers for it."""
    name, unit = s.answers["part_unit"], s.facts.successor
    if unit is None:
        return f"没有党组织“{shown_short(name)}”：请按系统中的名称填写；新成立的，请先由巡察办登记"
    return None if unit.in_being(s.today) else f"{name}在今天尚未成立或已撤并，不能承担拆出的问题"


@rule("found_words", field="minute_no", lasting=True)
def new_words_decided(s: Subject) -> Said:
    """What was fed back is said anew by the leading group alone: minute number, date and minutes.

    The same words for several units are the office's to divide.
    """
    if "part_problem" not in s.answers or not _says_anew(s):
        return None
    wanted = {"minute_no": "会议纪要文号", "minute_on": "会议日期"}
    lacking = [shown for name, shown in wanted.items() if not s.answers.get(name)]
    lacking += [] if any(m.kind == "minutes" for m in s.intent.materials) else ["领导小组会议纪要"]
    if not lacking:
        return None
    why = f"拆分改动了反馈的文字，须由领导小组决定：还缺{'、'.join(lacking)}；文字不变、只分给不同单位的，由巡察办办理"
    return Refusal(why, "minute_no", also=("minute_on", "minutes"), missing=True)


def _says_anew(s: Subject) -> bool:
    words: Mapping[str, str] = s.facts.found_words
    return any(s.answers.get(answer) not in (None, "", words[name]) for answer, name in (AMENDED | PART_WORDS).items())


@rule("whole", lasting=True)
def part_of_what_stands_there(s: Subject) -> Said:
    """A part is born of a problem that stands in the state in which the part begins."""
    whole: Whole | None = s.facts.whole
    there = whole is not None and whole.case.state == s.move.to
    return None if there else "拆出的问题只随原问题的“拆分”一起产生"


@effect("whole")
def run_with_the_whole(s: Subject, c: Change) -> None:
    """What the whole has been through, the part has; its dates hold, with what was told by them; another unit has what a transfer leaves at least."""
    whole: Whole = s.facts.whole
    same = c.case.answerable_id == whole.case.answerable_id
    for name in (*_BEEN_THROUGH, *(_OF_THE_UNIT if same else ())):
        setattr(c.case, name, getattr(whole.case, name))
    row = whole.clocks.get("plan" if s.move.to == CLAIMED else "claim")
    if row is None:
        return
    stands = clockwork.date_passed_on(s, row)
    if same:
        stands = Dated(clockwork.still_due(s, row), by_this_move(s, "split"))
    elif stands.why.how != "transferred":
        stands = replace(stands, why=by_this_move(s, "split"))
    part = replace(begin(s.case.id, row.name, s.version, s.today, stands), first_due_on=row.first_due_on)
    if same:
        part = replace(part, rung=row.rung, tellings=row.tellings, told_on=row.told_on, flags=row.flags)
    c.clocks[row.name] = part
