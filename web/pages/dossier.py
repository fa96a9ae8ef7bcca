"""A dossier 案卷 handed out: all that there is of a case, of a unit in a round, of what the ledger lists or what is ticked there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

import clock
from archive.asking import TooMany, found_by
from archive.bundle import House, write_bundle
from archive.names import safe
from archive.pieces import Wanted
from storage.digits import number_in
from storage.engine import reading
from storage.reads.cases import shown_cases
from storage.reads.dictionaries import Dictionaries, dictionaries_of
from storage.sql import Driver
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Signed, note, note_reading
from web.ledger_address import address_of, filters_of
from web.making import Thing, Told, hand_out
from web.pages.ledger import ask_of
from web.papers import press_of
from web.viewer import Viewer

router = APIRouter()
ZIP = "application/zip"
LONG = 50
"""So many cases are packed while somebody waits."""


@router.get("/cases/dossier.zip")
def dossier(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out the package of the cases that are named, or of those that the ledger lists as it is filtered."""
    if not viewer.reads_cases:
        raise NotYours
    now = desk.now()
    named = [number for one in request.query_params.getlist("case") if (number := number_in(one)) is not None]
    if "ticked" in request.query_params and not named:
        return _refused(desk, viewer, "没有勾选问题：请在台账里勾选以后再取出。")
    try:
        with reading(desk.engine) as work:
            wanted = _named(work.driver, viewer, named) if named else _found(work.driver, viewer, request, desk)
    except TooMany as fault:
        return _refused(desk, viewer, str(fault))
    if not wanted.cases:
        return _refused(desk, viewer, "没有符合条件的问题，没有可以取出的。")
    house = House(desk.engine, desk.settings.home, now, press_of(desk).fonts)
    said = f"编号 {' '.join(map(str, named))}" if named else urlencode(address_of(filters_of(request.query_params)))

    def make(path: Path, told: Told) -> str:
        with path.open("wb") as out:
            made = write_bundle(house, wanted, out, told=told)
        note_reading(desk, viewer, wanted.cases, "取出案卷")
        note(desk, viewer, "exported_dossier", request, words=f"{made.cases} 个问题 {made.files} 份文件 {said}"[:500])
        return f"案卷 {safe(made.called)} {clock.local_date(now):%Y%m%d}.zip"

    back = f"/cases?{urlencode(address_of(filters_of(request.query_params)))}"
    thing = Thing("案卷", "个问题", back, ZIP)
    return hand_out(desk, viewer, thing, make, long=len(wanted.cases) > LONG)


def _named(driver: Driver, viewer: Viewer, named: list[int]) -> Wanted:
    """Return the cases that an address names; NotYours where one of them is not there for the viewer."""
    cases = shown_cases(driver, viewer.actor.jurisdiction, list(dict.fromkeys(named)))
    if len(cases) < len(set(named)) or not all(viewer.scope.covers(case.as_row()) for case in cases):
        raise NotYours(named)
    return Wanted(viewer.actor, [case.id for case in cases])


def _found(driver: Driver, viewer: Viewer, request: Request, desk: Desk) -> Wanted:
    filters, now = filters_of(request.query_params), desk.now()
    there = dictionaries_of(driver, viewer.actor.jurisdiction) if filters.aspect else Dictionaries()
    return found_by(driver, viewer.actor, ask_of(viewer, filters, now, there))


def _refused(desk: Desk, viewer: Viewer, sentence: str) -> Response:
    return desk.page(
        "error.html", viewer, status=422, here="/cases", title="不能取出案卷", sentence=sentence, unset=False
    )
