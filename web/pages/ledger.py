"""The ledger 台账: as they know it from Excel, filtered, chosen from, handed out exactly as seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

import clock
from figures.grouping import NAMELESS
from figures.table import FIGURES
from register.kinds import KINDS as REGISTERED
from states import ACTIONS, CLOCKS, DONE, HANDLER, KINDS, OFFICE, SECRETARY, SETTLED, STATES
from storage.engine import reading
from storage.looks import Looks
from storage.reads.dictionaries import OTHERWISE, Dictionaries
from storage.reads.ledger.choices import rounds_and_dictionaries, unit_choices
from storage.reads.ledger.pages import LedgerLine, counts_of, page_walked, walk
from storage.reads.ledger.questions import MARKS, PRESSED, UNSETTLED, Ask, Filters
from storage.reads.standings import ALL_MEASURES, LATE_MEASURES, SWITCHED, WAYS, Counting
from storage.sql import Driver
from web.acts.act import MOST_CASES
from web.doorway import AtDesk, NotYours, Signed
from web.filters import day
from web.ledger_address import OF_A_FIGURE, Spot, address_of, filters_of
from web.manners import MANNERS
from web.viewer import Viewer
from workflow.days.joint import PLAN, USUAL
from workflow.days.lamp import NEAR_DAYS

router = APIRouter()
COUNTED_FOR = timedelta(seconds=10)
MOST_COUNTS = 500
LAMP_WORDS = {
    "late": "■ 逾期", PRESSED: "■ 逾期或督办中", "near": f"▲ {NEAR_DAYS} 天内到期", "ok": "● 正常", "paused": "◇ 暂停计时", "office": "■ 巡察办逾期",
}  # fmt: skip
# The clock of what is closed is none of the rectification any more: its date is shown, and no lamp.
# Where a state has several, the first of them is nearly everybody's.
LATER = {
    state: one.shown
    for one in reversed(CLOCKS.values())
    for state in one.state
    if state in (*SETTLED, *DONE) and not one.beside
}


@router.get("/cases")
def ledger(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show a page of the cases that are there for the viewer."""
    filters, spot, now = filters_of(request.query_params), Spot.of(request.query_params), desk.now()
    size = MOST_CASES if spot.every else desk.settings.config.web.page
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        chosen = looks.at(rounds_and_dictionaries, viewer.actor.jurisdiction, viewer.scope)
        ask = ask_of(viewer, filters, now, chosen()[1] if filters.aspect else Dictionaries())
        filters = ask.filters
        walked = looks.at(walk, ask, size, after=spot.after, before=spot.before)
        counted = looks.at(_counted, request, ask, now)
        shown = looks.at(page_walked, walked())
        units = looks.at(unit_choices, viewer.actor.jurisdiction, viewer.scope)
        page, (rounds, there), (count, written) = shown(), chosen(), counted()
    begins = spot.at if page.first else 1
    count = max(count, begins - 1 + len(page.lines))
    return desk.page(
        "ledger.html", viewer, here="/cases", lines=page.lines, begins=begins, count=count, written=written,
        filters=filters, filtered=filters != Filters(sort=filters.sort), rounds=rounds, units=units(), lamps=LAMP_WORDS, marked=MARKS,
        aspects=_aspects(there), topics=[(one, one) for one in dict.fromkeys((*there.topics(), filters.topic)) if one],
        to=_links(filters, spot, page.first, page.last, begins, size), picked=spot.picked,
        acts=_acts(viewer, page.lines, filters), on_paper=_on_paper(viewer, page.lines, filters),
        every=len(page.lines) < count <= MOST_CASES, marks=viewer.holds_at_large(*REGISTERED["topic"].act("make").enters),
        today=ask.today, later=LATER, chosen=in_words(filters, rounds, units(), there), draws=viewer.may_make(ACTIONS["looked_back"]),
        figure=_figure_in_words(filters), counted={name: said for name, said in address_of(filters).items() if name in OF_A_FIGURE},
        by_lamp=filters.sort == "due" and filters.lamp == PRESSED, assisting=viewer.assisting,
    )  # fmt: skip


def _aspects(there: Dictionaries) -> list[tuple[str, str]]:
    """Return the aspects to choose from, and behind them what is of none."""
    aspects = there.aspects()
    return [*aspects, (OTHERWISE, "没有归类")] if aspects else []


def in_words(
    filters: Filters, rounds: Sequence[tuple[int, str]], units: Sequence[tuple[int, str, bool]], there: Dictionaries
) -> list[str]:
    """Return what the ledger is narrowed to, as a sheet of paper says it."""
    state = "未办结" if filters.state == UNSETTLED else STATES[filters.state].shown if filters.state else ""
    said = {
        "轮次": dict(rounds).get(filters.round or 0, ""), "单位": {one[0]: one[1] for one in units}.get(filters.unit or 0, ""),
        "状态": state, "预警": LAMP_WORDS.get(filters.lamp, ""), "整改类型": KINDS.get(filters.kind, ""),
        "时限从": day(filters.due_from) if filters.due_from else "", "时限到": day(filters.due_to) if filters.due_to else "",
        "方面": dict(_aspects(there)).get(filters.aspect, ""), "专题": filters.topic, "查找": filters.text,
    }  # fmt: skip
    said |= _figure_in_words(filters)
    marks = [words for mark, words in MARKS.items() if mark in filters.marks]
    return [f"{name}：{words}" for name, words in said.items() if words] + marks


def _figure_in_words(filters: Filters) -> dict[str, str]:
    """Return which number of the figures it is that the ledger lists, as of when and how counted."""
    if not filters.figure:
        return {}
    shown = next(
        (one.shown for one in FIGURES.values() if one.fulfils == filters.figure and not one.each), filters.figure
    )
    measured = {ALL_MEASURES: "有整改措施的", LATE_MEASURES: "有措施超期未完的"}.get(filters.each, "")
    ways = [f"{SWITCHED[name]}{WAYS[way]}" for name, way in Counting.read(filters.count).ways]
    responsible = "" if filters.responsible is None else filters.responsible or NAMELESS
    return {
        "统计": "，".join([f"{f'截至 {day(filters.on)} ' if filters.on else ''}{shown}", *filter(None, [measured]), *ways]), "责任领导": responsible,
    }  # fmt: skip


def _links(filters: Filters, spot: Spot, first: str | None, last: str | None, begins: int, size: int) -> dict[str, str]:
    """Return the addresses of the pages around this one, of its orders, and of what is exported."""
    said = address_of(filters)
    plain = {name: value for name, value in said.items() if name != "sort"}
    links = {
        "here": {**said, **spot.said()}, "all": {**said, **spot.said(), "pick": "all"}, "top": said,
        "every": {**said, "pick": "every"}, "found": {**said, "pick": "found"}, "due": plain, "number": {**plain, "sort": "number"},
    }  # fmt: skip
    if last:
        links["next"] = {**said, "after": last, "at": str(begins + size)}
    if first:
        links["earlier"] = {**said, "before": first, "at": str(max(begins - size, 1))}
    return {name: urlencode(query) for name, query in links.items()}


def _counted(driver: Driver, request: Request, ask: Ask, now: datetime) -> tuple[int, int]:
    """Return how many there are, and how many of them an export writes, as counted some seconds ago at most."""
    state: dict[str, Any] = request.app.state.__dict__
    kept: dict[Ask, tuple[datetime, tuple[int, int]]] = state.setdefault("ledger_counts", {})
    found = kept.get(ask)
    if found is not None and now - found[0] < COUNTED_FOR:
        return found[1]
    if len(kept) >= MOST_COUNTS:
        kept.clear()
    counts = counts_of(driver, ask)
    kept[ask] = (now, counts)
    return counts


def _acts(viewer: Viewer, lines: Sequence[LedgerLine], filters: Filters) -> list[tuple[str, str]]:
    """Return what the viewer may do (or prepare) to several of these, what is rare for the cases of one unit alone: action and words."""
    found = []
    for action, manner in MANNERS.items():
        if not manner.several or manner.from_home or (manner.rare and filters.unit is None):
            continue
        move = ACTIONS[action]
        if "party_by_profile" in move.only_if and not viewer.holds(*USUAL[PLAN]["parties"]):
            continue  # whom few profiles ask is asked on the home
        holds = viewer.may_make(move)
        prepares = SECRETARY in move.who and viewer.holds(HANDLER) and move.to is not None
        wanted = any(line.unsigned if manner.one_click else line.state in move.origin for line in lines)
        if wanted and (holds or prepares):
            words = manner.several if holds else "起草{}"
            found.append((action, words.format(move.shown)))
    return found


def _on_paper(viewer: Viewer, lines: Sequence[LedgerLine], filters: Filters) -> list[tuple[str, str]]:
    """Return what the office may enter from one signed paper 代录 for several of a unit's cases in one state: action and words."""
    if filters.unit is None or not filters.state or not viewer.holds(OFFICE):
        return []
    states = {line.state for line in lines}
    moves = [ACTIONS[action] for action, manner in MANNERS.items() if manner.several and ACTIONS[action].on_paper]
    return [(move.action, f"代录{move.shown}") for move in moves if states & {*move.origin}]


def ask_of(viewer: Viewer, filters: Filters, now: datetime, there: Dictionaries) -> Ask:
    """Return the question; an aspect that no dictionary has is passed over."""
    words = there.words_of(filters.aspect) if filters.aspect else None
    filters = filters if words is not None else replace(filters, aspect="")
    today = clock.local_date(now)
    if not viewer.reads_cases:
        raise NotYours
    near = today + timedelta(days=NEAR_DAYS)
    return Ask(viewer.actor.jurisdiction, viewer.scope, filters, today, near, None if words is None else tuple(words))
