"""The ledger handed out as a sheet: what the page lists, with the columns, the paper and the day that were chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

import clock
from ledger.out_columns import ALL, COLUMNS, NEEDED, PAPERS, USUAL, ExportRow
from ledger.sheet_out import CellTooLong, TooManyProblems, write_ledger
from ledger.write_out import as_of_words, export_row
from storage.engine import reading
from storage.looks import Looks
from storage.reads.dictionaries import Dictionaries, dictionaries_of
from storage.reads.ledger.choices import rounds_and_dictionaries, unit_choices
from storage.reads.ledger.pages import counts_of, lines_of_all
from storage.reads.ledger.questions import Ask, Filters
from storage.reads.ledger.then import Then
from storage.sql import Driver
from web.desk import Desk
from web.doorway import AtDesk, Signed, note, note_reading
from web.filters import moment
from web.ledger_address import OWN, Handing, address_of, filters_of
from web.making import NotMade, Thing, Told, hand_out, under_way
from web.pages.ledger import ask_of, in_words
from web.viewer import Viewer

router = APIRouter()
LONG = 2_000
"""So many lines are written while somebody waits."""
OF_NOW = "预警、标记、时限只有现在的，没有过去某天的。请在台账里清除这几项筛选，再导出截至那天的台账。"


@router.get("/cases/export")
def choose(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show what an export can have: columns, paper, day; it keeps to what the ledger is narrowed to."""
    filters, now = filters_of(request.query_params), desk.now()
    handing = Handing.of(request.query_params, clock.local_date(now))
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        rounds, there = looks.at(rounds_and_dictionaries, viewer.actor.jurisdiction, viewer.scope)()
        ask = ask_of(viewer, filters, now, there)
        counted, units = looks.at(counts_of, ask), looks.at(unit_choices, viewer.actor.jurisdiction, viewer.scope)
        (_, count), choices = counted(), units()
    named = handing.named if "columns" in request.query_params else USUAL
    groups = [
        (name, list(columns)) for name, columns in groupby(sorted(COLUMNS, key=_group), key=lambda one: one.group)
    ]
    return desk.page(
        "ledger_export.html", viewer, here="/cases", count=count, said=address_of(ask.filters), handing=handing, named=named,
        groups=groups, chosen={one.key for one in handing.columns}, papers=PAPERS, needed=NEEDED, today=ask.today,
        words=in_words(ask.filters, rounds, choices, there), usual=sum(one.usual for one in COLUMNS), every=len(COLUMNS),
        back=urlencode(address_of(ask.filters)), of_now=_only_now(ask.filters), names=(USUAL, ALL, OWN),
        making=under_way(desk.settings.home, viewer.account_id),
    )  # fmt: skip


def _group(column: Any) -> int:
    return list(dict.fromkeys(one.group for one in COLUMNS)).index(column.group)


def _only_now(filters: Filters) -> bool:
    """Say whether the ledger is narrowed to what is known of today alone."""
    return bool(filters.lamp or filters.marks or filters.due_from or filters.due_to)


@router.get("/cases/export.xlsx")
def export(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out the ledger as filtered, whole, with the name of who took it and when; what takes long is watched on a page."""
    filters, now = filters_of(request.query_params), desk.now()
    handing = Handing.of(request.query_params, clock.local_date(now))
    if handing.on and _only_now(filters):
        return _refused(desk, viewer, OF_NOW)
    with reading(desk.engine) as work:
        driver = work.driver
        there = dictionaries_of(driver, viewer.actor.jurisdiction) if filters.aspect else Dictionaries()
        ask = ask_of(viewer, filters, now, there)
        _, count = counts_of(driver, ask)
    then = Then(handing.on) if handing.on else None
    title = _title(desk, viewer, now, then)

    def make(path: Path, told: Told) -> str:
        taken: list[int] = []
        try:
            with reading(desk.engine) as work:
                rows = _rows(work.driver, ask, handing, then, taken, lambda done: told(done, count))
                written = write_ledger(path, title, rows, handing.layout, made_at=now)
        except (CellTooLong, TooManyProblems) as fault:
            raise NotMade(str(fault)) from fault
        note_reading(desk, viewer, taken, "导出台账")
        said = address_of(filters) | ({"as_of": handing.on.isoformat()} if handing.on else {})
        note(desk, viewer, "exported_ledger", request, words=f"{written} 条 {urlencode(said)}"[:500])
        return f"整改台账{handing.on or clock.local_date(now):%Y%m%d}.xlsx"

    thing = Thing("台账", "条", f"/cases/export?{urlencode(address_of(filters))}")
    try:
        return hand_out(desk, viewer, thing, make, long=count > LONG)
    except NotMade as fault:
        return _refused(desk, viewer, str(fault))


def _rows(
    driver: Driver, ask: Ask, handing: Handing, then: Then | None, taken: list[int], told: Callable[[int], None]
) -> Iterator[ExportRow]:
    for line in lines_of_all(driver, ask, handing.layout.reads, then):
        taken.append(line["id"])
        yield export_row(line, then.day if then else ask.today)
        told(len(taken))


def _refused(desk: Desk, viewer: Viewer, sentence: str) -> Response:
    return desk.page("error.html", viewer, status=422, here="/cases", title="不能导出", sentence=sentence, unset=False)


def _title(desk: Desk, viewer: Viewer, now: datetime, then: Then | None) -> str:
    by = f"（{viewer.post_words} {viewer.name} {moment(now)} 导出）"
    return f"{desk.place_name}巡察反馈问题整改台账{as_of_words(then)}{by}"
