"""Taking over 存量转入: where each row of a running ledger will stand and why, its move, and the one letter of each unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from clock import written_date
from ledger.brought import Brought
from ledger.errors import of_row
from ledger.sheet import Row, Running, Sheet
from states import (
    ACTIONS,
    AT_ONCE,
    CLAIMED,
    PLAN_REVIEW,
    PUBLICIZED,
    RECTIFYING,
    STATES,
    SUBMITTED,
    TAKE_OVERS,
    VERIFIED,
    WITHHELD,
)
from workflow.measures import split_measures
from workflow.subject import Intent

ACTION_TO: Final = {ACTIONS[action].to: action for action in TAKE_OVERS}
"""By which act a problem comes into each state."""
COLUMN_OF: Final = {
    "feedback_on": "fed_back", "done_on": "done", "closed_on": "closed", "published_on": "published", "extended_to": "extended",
    "ledger_measures": "measures",
}  # fmt: skip
"""The column in which an answer stood, so that what is wrong with it is said there."""
MOST_LISTED: Final = 200
AS_IT_CAME: Final = {VERIFIED: "已销号"}
"""What an office calls a state of which the system says what is owed next."""


@dataclass(frozen=True, slots=True)
class Becomes:
    """What a row will become: the state, the reason in words; or what is wrong, in which column."""

    state: str = ""
    why: str = ""
    fault: str = ""
    column: str = "state"


def becomes(row: Row) -> Becomes:
    """Say in which state a row will stand, and why."""
    said = row.running or Running()
    state, why = _stands(said)
    if not state:
        return Becomes(fault=why)
    planned = bool(split_measures(row.measures))
    if state == RECTIFYING and not planned and not said.state:
        return Becomes(CLAIMED, "没有写状态，也没有整改措施，按待报方案")
    at_once = state == RECTIFYING and row.kind == AT_ONCE
    column, fault = _WANTED.get(state, ("", ""))
    there = {
        "": True, "measures": planned or at_once, "closed": bool(said.closed or said.done), "published": said.published is not None,
    }  # fmt: skip
    return Becomes(state, why) if there[column] else Becomes(fault=fault, column=column)


_WANTED: Final = {
    RECTIFYING: ("measures", "状态是整改中，却没有写整改措施：请补上措施（算作批准的方案）；还没有方案的，状态写“待报方案”。"),
    PLAN_REVIEW: ("measures", "方案在联审，却没有写整改措施：请补上措施；还没有报方案的，状态写“待报方案”。"),
    VERIFIED: ("closed", "已经销号，却没有写哪一天：请填销号日期（没有的填完成日期）。"),
    WITHHELD: ("closed", "已经销号，却没有写哪一天：请填销号日期（没有的填完成日期）。"),
    PUBLICIZED: ("published", "已经公开，却没有写哪一天：请填公开日期。"),
}  # fmt: skip
"""What a row that comes into a state must say: in which column, and the sentence where it does not."""


def _stands(said: Running) -> tuple[str, str]:
    if said.state:
        return _as_said(said)
    if said.published:
        return PUBLICIZED, "没有写状态，有公开日期"
    if said.closed:
        return VERIFIED, "没有写状态，有销号日期"
    if said.done:
        return "", "有完成日期，没有写状态，看不出销号没有：请写“已销号”或“待验收”。"
    return RECTIFYING, "没有写状态，有整改措施"


_JUDGED_BY: Final = ("state", "measures", "done", "closed", "published")


def _by_the_unit(said: Running) -> bool:
    """Say whether a row calls itself finished, and nothing says that the office closed it."""
    return said.units_word and said.state == VERIFIED and not (said.closed or said.published)


def _as_said(said: Running) -> tuple[str, str]:
    if said.state == VERIFIED and said.published:
        return PUBLICIZED, f"“{said.said}”，并有公开日期"
    if _by_the_unit(said):
        return SUBMITTED, f"“{said.said}”，没有销号日期"
    return said.state, f"“{said.said}”{_remark(said.said)}"


def _remark(said: str) -> str:
    if "督办" in said:
        return "，督办从转入之日起重新判断"
    return "，可以重新提出异议" if "异议" in said or "复核" in said else ""


def told(row: Row, one: Becomes, today: date) -> str:
    """Say in one line what a row becomes, and what of its dates."""
    shown = AS_IT_CAME.get(one.state, STATES[one.state].shown)
    due = row.running.extended_to if row.running and row.running.extended_to else row.due
    late = one.state == RECTIFYING and due is not None and due < today
    words = shown if one.why == f"“{shown}”" else f"{shown}：{one.why}"
    return words + (f"；期限 {written_date(due)} 已过，照样显示逾期，督办从转入之日起算" if late and due else "")


def feedback_day(row: Row, usual: date) -> date:
    """Return the day on which a row was fed back: its own, or that of the whole ledger."""
    return row.running.fed_back if row.running and row.running.fed_back else usual


def taken_over(row: Row, intent: Intent, one: Becomes) -> Intent:
    """Return the intent of a feedback as the take-over of a row that becomes that."""
    said = row.running or Running()
    action = ACTION_TO[one.state]
    every: dict[str, Any] = {
        **intent.answers, "ledger_state": said.said or None, "ledger_measures": row.measures or None, "extended_to": said.extended_to,
        "extended": said.extended or None, "returned": said.returned or None, "done_on": said.done, "closed_on": _closed_on(said, one.state),
        "published_on": said.published,
    }  # fmt: skip
    asked = {name for name, _ in ACTIONS[action].asks}
    answers = {name: value for name, value in every.items() if name in asked and value is not None}
    return replace(intent, action=action, answers=answers)


def _closed_on(said: Running, state: str) -> date | None:
    return said.closed or (said.done if state in (VERIFIED, WITHHELD) else None)


def faults_of(sheet: Sheet) -> list[dict[str, Any]]:
    """Return what is wrong with where the rows stand, beside the faults in their cells: all of it is said at once."""
    unread = {(one.row, one.column) for one in sheet.faults}
    judged = [
        (row, becomes(row))
        for row in sheet.rows
        if row.running and not any((row.row, sheet.label(row, name)) in unread for name in _JUDGED_BY)
    ]
    return [of_row(row, sheet, one.column, one.fault) for row, one in judged if one.fault]


Fresh = list[tuple[Row, Intent]]


def take_over_rows(sheet: Sheet, fresh: Fresh, today: date, brought: Brought) -> Fresh:
    """Return the moves by which new rows come in where they stand; what is wrong with a row is said in its cell."""
    found = []
    states = []
    for row, intent in fresh:
        one = becomes(row)
        if one.fault:
            brought.errors.append(of_row(row, sheet, one.column, one.fault))
            continue
        move = taken_over(row, intent, one)
        brought.becomes[row.row], brought.recorded[row.row] = told(row, one, today), move.answers
        states.append(one)
        found.append((row, move))
    brought.taken_over = counted(states)
    words = dict.fromkeys(row.running.said for row, _ in found if row.running and _by_the_unit(row.running))
    if words:
        rows = sum(row.running is not None and _by_the_unit(row.running) for row, _ in found)
        brought.alarms.append(
            f"{rows} 个问题写着“{'”“'.join(list(words)[:5])}”，没有销号日期，按待验收转入，验收以后才销号；"
            "巡察办已经销号的，请在原表里写“已销号”和销号日期，重新上传"
        )
        brought.notices.append(brought.alarms[-1])
    return with_letters(found, today)


def with_letters(fresh: Fresh, today: date) -> Fresh:
    """Return the moves with the one letter of each unit that answers: the first of its open problems bears it, and it lists all of them."""
    open_: dict[int, list[int]] = defaultdict(list)
    for place, (_, intent) in enumerate(fresh):
        if ACTIONS[intent.action].one_letter and intent.birth:
            open_[intent.birth.answerable_id].append(place)
    found = list(fresh)
    for places in open_.values():
        row, intent = fresh[places[0]]
        found[places[0]] = row, replace(intent, letter=_letter([fresh[place] for place in places], today))
    return found


def _letter(rows: Sequence[tuple[Row, Intent]], today: date) -> Mapping[str, Any]:
    by_unit: dict[str, list[str]] = defaultdict(list)
    for row, _ in rows[:MOST_LISTED]:
        by_unit[row.unit or ""].append(row.number)
    by_state: dict[str, int] = defaultdict(int)
    for _, intent in rows:
        by_state[ACTIONS[intent.action].to or ""] += 1
    late = sum(_is_late(row, intent, today) for row, intent in rows)
    return {
        "count": len(rows),
        "late": late,
        "states": by_state,
        "listed": [[unit, numbers] for unit, numbers in by_unit.items()],
    }


def _is_late(row: Row, intent: Intent, today: date) -> bool:
    due = intent.answers.get("extended_to") or row.due
    return ACTIONS[intent.action].to == RECTIFYING and due is not None and due < today


def counted(rows: Iterable[Becomes]) -> dict[str, int]:
    """Return how many rows come into each state, in the order of the life."""
    found: dict[str, int] = defaultdict(int)
    for one in rows:
        found[one.state] += 1
    return {state: found[state] for state in STATES if found[state]}
