"""The ledger: as they know it from Excel, filtered, sorted, grouped, chosen from, handed out exactly as seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

import clock
from figures.table import FIGURES
from ledger.out_columns import Column, page_columns
from ledger.write_out import cells_of
from register.kinds import KINDS as REGISTERED
from states import ACTIONS, CLOCKS, DONE, HANDLER, KINDS, OFFICE, SECRETARY, SETTLED, STATES
from storage.engine import reading
from storage.looks import Looks
from storage.reads.dictionaries import OTHERWISE, Dictionaries
from storage.reads.ledger.choices import rounds_and_dictionaries, unit_choices
from storage.reads.ledger.kept import kept_columns, kept_views
from storage.reads.ledger.orders import DUE, SORTS
from storage.reads.ledger.pages import LedgerLine, counts_of, page_walked, states_of, walk
from storage.reads.ledger.questions import MARKS, NAMED, PRESSED, UNSETTLED, Ask, Filters
from storage.reads.standings import ALL_MEASURES, LATE_MEASURES, SWITCHED, WAYS, Counting
from storage.sql import Driver
from web.acts.act import MOST_CASES
from web.doorway import AtDesk, NotYours, Signed
from web.filters import day
from web.ledger_address import OF_A_FIGURE, Spot, address_of, filters_of
from web.ledger_groups import GROUPED, MOST_LINES, grouped, nameless
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
_RUNGS = [rung for one in CLOCKS.values() for rung in one.rungs]
EARLY = {rung.name for rung in _RUNGS} - {rung.name for rung in _RUNGS if rung.late}
"""The rungs that are told before a day is past: beside a lamp that is late they would say less than the truth."""
OF_A_LINE = (
    "line",
    "number",
    "category",
    "problem",
    "measures",
    "unit",
    "responsible",
    "progress",
    "state",
    "state_due",
    "warning",
)
"""The columns that a line of the page has by itself; the others are written as they are handed out."""


@router.get("/cases")
def ledger(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show a page of the cases that are there for the viewer, or how many they are by unit, round, aspect or person."""
    filters, spot, now = filters_of(request.query_params), Spot.of(request.query_params), desk.now()
    size, place, person = desk.settings.config.web.page, viewer.actor.jurisdiction, viewer.actor.person_id or 0
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        chosen = looks.at(rounds_and_dictionaries, place, viewer.scope)
        ask = ask_of(viewer, filters, now, chosen()[1] if filters.aspect else Dictionaries())
        filters = ask.filters
        walked = looks.at(walk, ask, size, after=spot.after, before=spot.before)
        counted = looks.at(_counted, request, ask, now)
        kept, views = (
            looks.at(kept_columns, person),
            looks.at(kept_views, place, person, office=viewer.holds(OFFICE)),
        )
        units = looks.at(unit_choices, place, viewer.scope)
        shown = looks.at(page_walked, walked())
        columns = page_columns(kept())
        more = (
            looks.at(cells_of, [row[0] for row in walked().rows], _beside(columns), ask.today)
            if _beside(columns)
            else dict
        )
        stood = looks.at(states_of, ask) if spot.whole else dict
        groups = looks.at(grouped, ask, spot.group, chosen()) if spot.group else list
        page, (rounds, there), (count, written) = shown(), chosen(), counted()
    begins = spot.at if page.first else 1
    count = max(count, begins - 1 + len(page.lines))
    states = stood() or _states(page.lines)
    return desk.page(
        "ledger.html", viewer, here="/cases", lines=page.lines, begins=begins, count=count, written=written,
        filters=filters, filtered=filters != Filters(sort=filters.sort), rounds=rounds, units=units(), lamps=LAMP_WORDS, marked=MARKS,
        aspects=aspects_of(there), topics=[(one, one) for one in dict.fromkeys((*there.topics(), filters.topic)) if one],
        to=_links(filters, spot, page.first, page.last, begins, size), picked=spot.picked, whole=spot.whole, most=MOST_CASES,
        acts=_acts(viewer, states, filters, counted=spot.whole), on_paper=_on_paper(viewer, states, filters),
        marks=viewer.holds_at_large(*REGISTERED["topic"].act("make").enters), columns=columns, more=more(), sorts=SORTS,
        order=filters.sort.removeprefix("-"), down=filters.sort.startswith("-"), said=address_of(filters), grouped_by=GROUPED, group=spot.group,
        groups=groups()[:MOST_LINES], left_out=max(len(groups()) - MOST_LINES, 0), early=EARLY,
        today=ask.today, later=LATER, chosen=in_words(filters, rounds, units(), there), draws=viewer.may_make(ACTIONS["looked_back"]),
        figure=_figure_in_words(filters), counted={name: said for name, said in address_of(filters).items() if name in (*NAMED, *OF_A_FIGURE)},
        by_lamp=filters.sort == DUE and filters.lamp == PRESSED, assisting=viewer.assisting, views=views(),
    )  # fmt: skip


def _beside(columns: Sequence[tuple[Column, bool]]) -> list[Column]:
    return [column for column, _ in columns if column.key not in OF_A_LINE]


def aspects_of(there: Dictionaries) -> list[tuple[str, str]]:
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
        "方面": dict(aspects_of(there)).get(filters.aspect, ""), "专题": filters.topic, "查找": filters.text,
    }  # fmt: skip
    said |= _figure_in_words(filters)
    marks = [words for mark, words in MARKS.items() if mark in filters.marks]
    return [f"{name}：{words}" for name, words in said.items() if words] + marks


def _figure_in_words(filters: Filters) -> dict[str, str]:
    """Return whose cases the ledger lists, and of which number of the figures, as of when and how counted."""
    named = {"责任领导": filters.responsible, "责任人": filters.person}
    said = {words: name or nameless(words) for words, name in named.items() if name is not None}
    if not filters.figure:
        return said
    shown = next(
        (one.shown for one in FIGURES.values() if one.fulfils == filters.figure and not one.each), filters.figure
    )
    measured = {ALL_MEASURES: "有整改措施的", LATE_MEASURES: "有措施超期未完的"}.get(filters.each, "")
    ways = [f"{SWITCHED[name]}{WAYS[way]}" for name, way in Counting.read(filters.count).ways]
    as_of = f"截至 {day(filters.on)} " if filters.on else ""
    return {"统计": "，".join([f"{as_of}{shown}", *filter(None, [measured]), *ways]), **said}


def _links(filters: Filters, spot: Spot, first: str | None, last: str | None, begins: int, size: int) -> dict[str, str]:
    """Return the addresses of the pages around this one, of its orders and groups, and of what is exported."""
    said = address_of(filters)
    plain = {name: value for name, value in said.items() if name != "sort"}
    links = {
        "here": {**said, **spot.said()}, "all": {**said, **spot.said(), "pick": "all"}, "top": said,
        "whole": {**said, "pick": "whole"}, "found": {**said, "pick": "found"}, "unsorted": plain,
        "view": {**said, "group": spot.group} if spot.group else said,
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
    ask = replace(ask, filters=replace(ask.filters, sort=DUE))
    found = kept.get(ask)
    if found is not None and now - found[0] < COUNTED_FOR:
        return found[1]
    if len(kept) >= MOST_COUNTS:
        kept.clear()
    counts = counts_of(driver, ask)
    kept[ask] = (now, counts)
    return counts


def _states(lines: Sequence[LedgerLine]) -> dict[str, tuple[int, int]]:
    """Return how many lines stand in each state, and how many of them wait to be signed for."""
    stood: dict[str, tuple[int, int]] = {}
    for line in lines:
        count, unsigned = stood.get(line.state, (0, 0))
        stood[line.state] = count + 1, unsigned + (line.unsigned > 0)
    return stood


def _acts(
    viewer: Viewer, states: dict[str, tuple[int, int]], filters: Filters, *, counted: bool
) -> list[tuple[str, str]]:
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
        fits = sum(
            unsigned if manner.one_click else (state in move.origin) * count
            for state, (count, unsigned) in states.items()
        )
        if fits and (holds or prepares):
            words = (manner.several if holds else "起草{}").format(move.shown)
            found.append((action, f"{words}（{fits} 件）" if counted else words))
    return found


def _on_paper(viewer: Viewer, states: dict[str, tuple[int, int]], filters: Filters) -> list[tuple[str, str]]:
    """Return what the office may enter from one signed paper 代录 for several of a unit's cases in one state: action and words."""
    if filters.unit is None or not filters.state or not viewer.holds(OFFICE):
        return []
    moves = [ACTIONS[action] for action, manner in MANNERS.items() if manner.several and ACTIONS[action].on_paper]
    return [(move.action, f"代录{move.shown}") for move in moves if states.keys() & {*move.origin}]


def ask_of(viewer: Viewer, filters: Filters, now: datetime, there: Dictionaries) -> Ask:
    """Return the question; an aspect that no dictionary has is passed over."""
    words = there.words_of(filters.aspect) if filters.aspect else None
    filters = filters if words is not None else replace(filters, aspect="")
    today = clock.local_date(now)
    if not viewer.reads_cases:
        raise NotYours
    near = today + timedelta(days=NEAR_DAYS)
    return Ask(viewer.actor.jurisdiction, viewer.scope, filters, today, near, None if words is None else tuple(words))
