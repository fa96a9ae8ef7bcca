"""The names in the tables of states.py: what one table names, another must know, or nothing starts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from grammar import Clock, Move
from results import LISTS
from states import (
    ANSWERS,
    CHOICES,
    CLOCK,
    CLOCKS,
    COPIED,
    COSIGNERS,
    FILINGS,
    LIMITS,
    MATERIALS,
    MOVES,
    OVERRULED,
    PAPERED,
    ROLES,
    RUNGS,
    STATES,
    UNBORN,
)

PARENT = "parent"  # the secretary of the unit above, whom a rung may tell
KINDS = ("text", "date", "int", "measures", "judged", *LISTS, "results", "case", "unit", "choice")


def unknown_names(moves: Iterable[Move] = MOVES, clocks: Mapping[str, Clock] = CLOCKS) -> Iterator[str]:
    """Yield a sentence for each name in the rows that no table knows."""
    for move in moves:
        for of, names, known in _in_move(move):
            yield from (f"操作 {move.action} 的{of}“{name}”" for name in names if name not in known)
    for clock in clocks.values():
        for of, names, known in _in_clock(clock):
            yield from (f"时钟 {clock.name} 的{of}“{name}”" for name in names if name not in known)
    yield from (f"越过意见的填报项“{name}”" for name, one in OVERRULED.items() if one.said and name not in ANSWERS)


Named = tuple[str, Iterable[str], Collection[str]]
"""What is named, the names, and those known."""


def _in_move(move: Move) -> Iterator[Named]:
    yield "状态", (*move.origin, *filter(None, [move.to])), (UNBORN, *STATES)
    yield (
        "职务",
        (*move.who, *move.tells, *move.known_to, *move.drafted_by, *filter(None, [move.on_behalf])),
        (CLOCK, *ROLES),
    )
    yield "材料", (need.rstrip("@?") for need in move.needs), MATERIALS
    yield "填报项", (name for name, _ in move.asks), ANSWERS
    kinds = [kind.removesuffix("?").partition(":") for _, kind in move.asks]
    yield "填报项类型", (kind for kind, _, _ in kinds), KINDS
    yield "选项", (one for _, _, choices in kinds for one in choices.split("|") if one), CHOICES
    yield "报送件", filter(None, [move.filing]), FILINGS
    yield "会签的部分", move.cosigned, COSIGNERS
    yield "呈送、抄告的职务", move.copied, [role for role in COPIED if role in move.tells]
    yield (
        "代录以后等书记确认的状态",
        (to for one in move.origin if move.on_paper and (to := move.target(one)) in STATES),
        PAPERED,
    )


def _in_clock(clock: Clock) -> Iterator[Named]:
    yield "状态", clock.state, STATES
    yield "职务", (clock.owes, *(role for rung in clock.rungs for role in rung.tells)), (PARENT, *ROLES)
    yield "梯级", (rung.name for rung in clock.rungs), RUNGS
    yield "时限", filter(None, [clock.measured_by]), (*LIMITS, *(one.name for one in CLOCKS.values() if one.limit))


class UnknownNames(LookupError):
    """The tables of states.py name what they do not know: the start stops."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"states.py 里没有：{'；'.join(names)}，请改正")


def must_be_known() -> None:
    """Raise if a row names what no table knows."""
    if unknown := list(unknown_names()):
        raise UnknownNames(unknown)
