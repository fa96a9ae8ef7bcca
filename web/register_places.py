"""Where the register stands in the browser: kinds with pages of their own, where requests are decided, how the kinds stand together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from register.grammar import Act
from register.kinds import INSTRUCTION
from register.showing import Shown
from storage.accountability import KIND as ACCOUNTABILITY
from storage.clues import KIND as CLUE
from storage.confidence import KIND as RESTRICTION
from storage.meetings import MEETING
from storage.paper_numbers import KIND as PAPER
from storage.paper_numbers import SERIES
from storage.reads.archives import KIND as ARCHIVE
from storage.recurrences import KIND as RECURRENCE
from storage.stops import KIND as SUSPENSION
from storage.unit_kinds import KIND as UNIT_KIND

HAVE_PAGES = {
    "account": ("/accounts", "账号"),
    "calendar": ("/register/calendar", "工作日历"),
    "profile": ("/register/profile", "时限方案"),
    "dictionary": ("/register/dictionary", "问题分类"),
    "parcel": ("/exchange", "往来"),
    PAPER: ("/papers", "文书"),
    ARCHIVE: ("/archive", "归档"),
    "topic": ("/cases", "台账"),
    RECURRENCE: ("/recurrences", "重复发生"),
    RESTRICTION: ("/cases", "台账"),
    "tie.declare": ("/ties", "回避"),
    "round.reprofile": ("/register/profile", "时限方案"),
}
"""Kinds and acts with a page of their own, which their requests lead to, and what it is called."""
DECIDED_THERE = {SUSPENSION: "中止计时：看会变的期限"}
"""Kinds whose forms are here, but whose requests have a page each, below that of the kind, and what it is called."""


DECIDED_HERE = (ARCHIVE,)
"""Kinds with a page of their own whose requests are decided on the first page of the register, as others are."""


def page_of(kind: str, act: str) -> tuple[str, str] | None:
    """Return the page of its own that an act has, or all of its kind."""
    return HAVE_PAGES.get(kind) or HAVE_PAGES.get(f"{kind}.{act}")


def decided_at(kind: str, act: str, request: int | None) -> tuple[str, str] | None:
    """Return the page on which a request is decided, where that is not the first page of the register."""
    if kind in DECIDED_HERE:
        return None
    if kind in DECIDED_THERE:
        return f"/register/{kind}/requests/{request}", DECIDED_THERE[kind]
    return page_of(kind, act)


GROUPS = {
    "党组织和人员": ("jurisdiction", "unit", UNIT_KIND, "person", "account", "post", "tie", "skill"),
    "届、轮次、巡察": ("term", "round", "inspection", "team", "member", ARCHIVE),
    "问题": ("dictionary", "wording", "topic", RECURRENCE, RESTRICTION, SUSPENSION),
    "会议和批示": (MEETING, INSTRUCTION),
    "线索和问责": (CLUE, ACCOUNTABILITY),
    "文书": (SERIES, PAPER),
    "时限、日历、设置": ("profile", "calendar", "setting", "rule", "definition"),
    "往来": ("correspondent", "parcel"),
}
"""How the kinds stand together on the first page: each in one place, a new one behind them until it has its own."""
OFTEN = ("unit", "round", "term", MEETING, INSTRUCTION, "calendar", "setting")
"""What the office comes for on most days; the rest stands below in its groups."""


def takes_back(act: Act) -> bool:
    """Say whether an act asks for nothing but the reason, and for another person: what was entered is taken back by it."""
    return "reason_said" in act.only_if and bool(act.approves)


OVER: Final[dict[str, Callable[[Shown, Mapping[str, str]], bool]]] = {
    "not_ended": lambda one, _: one.ended,
    "not_answered_yet": lambda _, has: bool(has.get("answered_on")),
    "round_not_closed": lambda _, has: bool(has.get("ended_on")),
    "round_was_closed": lambda _, has: not has.get("ended_on"),
    "term_not_closed": lambda _, has: bool(has.get("closed_on")),
    "term_was_closed": lambda _, has: not has.get("closed_on"),
}
"""What can be told of a row before anybody asks: acts that it stands against have no form there."""
