"""The road of a case with its dates: what lies behind it, where it stands since when, and what comes next by when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from clock import from_micros, local_date, written_date
from states import CLAIMED, CLOCKS, DISPUTED, ESCALATED, FEEDBACK, MOVES, RECORDED, RECTIFYING, STATES, VERIFIED
from storage.reads.cases import Shown
from storage.reads.timeline import Entry
from storage.rows import ClockRow
from web.manners import MANNERS
from workflow.days.agreeing import limit_of_agreed
from workflow.days.anchors import FROM
from workflow.days.limits import Limit

MOST_BEHIND: Final = 4
"""So many steps behind a case are drawn: the first, how many between, and the last ones."""
_ON: Final = {
    state: one for one in MOVES if MANNERS[one.action].drawn and not MANNERS[one.action].rare and one.to != ESCALATED
    for state in one.origin if state != ESCALATED
}  # fmt: skip
"""By state the step of the main road that leads on from it."""
_LIMITS: Final = {
    state: clock.name
    for clock in reversed(CLOCKS.values())
    if clock.limit and not clock.beside
    for state in clock.state
}
"""By state the limit of the clock that runs first in it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the road: what it is in words, when or by when, and whether the case has it behind it, is there, or comes to it."""

    words: str
    when: str
    place: str


def stops(
    case: Shown, walked: Sequence[Entry], running: Sequence[tuple[ClockRow, str]], limits: Mapping[str, Limit]
) -> list[Stop]:
    """Return the stops of a case in order; `walked` are the steps that changed its state, `running` its clocks with their words."""
    behind = [Stop(RECORDED[one.action], written_date(day_of(one)), "behind") for one in walked]
    if len(behind) > MOST_BEHIND:
        left = len(behind) - MOST_BEHIND + 1
        behind = [behind[0], Stop(f"又 {left} 步", "见“流转”", "behind"), *behind[2 - MOST_BEHIND :]]
    now = Stop(STATES[case.state].shown, f"{written_date(day_of(walked[-1]))}起", "now")
    return [*behind, now, *_ahead(case, running, limits)]


def day_of(entry: Entry) -> date:
    """Return the day on which a step counts as taken: that of the paper where the office entered one, else that of the entry."""
    on = entry.body.get("occurred_on")
    return date.fromisoformat(on) if on and entry.on_paper else local_date(from_micros(entry.at))


def _ahead(case: Shown, running: Sequence[tuple[ClockRow, str]], limits: Mapping[str, Limit]) -> Iterator[Stop]:
    """Yield what comes next: by the clocks that run where it is not the case's own to go on, then the main road."""
    state, by = case.state, f"{written_date(case.state_due_on)}前" if case.state_due_on else ""
    if state not in _ON or (state == VERIFIED and case.ordered_on):
        for row, words in running:
            if case.settled_at is not None or not CLOCKS[row.name].beside:
                yield Stop(words, f"{written_date(row.due_on)}前", "ahead")
        state, by = (
            {DISPUTED: FEEDBACK, ESCALATED: RECTIFYING if case.plan_approved else CLAIMED}.get(state, ""),
            "决定时定",
        )
    while state in _ON and not (state == VERIFIED and case.ordered_on):
        yield Stop(_ON[state].shown, by or _by_limit(case, state, limits), "ahead")
        state, by = str(_ON[state].to), ""


def _by_limit(case: Shown, state: str, limits: Mapping[str, Limit]) -> str:
    """Say by when a step is due that the case has not come to: its date where it is agreed on, else from when its limit counts."""
    if state == RECTIFYING:
        return f"{written_date(case.due_on)}前" if case.due_on else f"商定，最长 {limits[limit_of_agreed(case.kind)]}"
    name = _LIMITS[state]
    return f"{FROM[name].since.removesuffix('之日')}后 {limits[name]}内"
