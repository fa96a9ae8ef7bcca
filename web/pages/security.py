"""The security log 安全日志 for the secauditor: looked through by filters, and taken away as it is filtered."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

import clock
from storage.engine import reading
from storage.reads.security import Asked, all_security_lines, security_lines
from storage.security import EVENTS, VIAS
from web.acts.files import aside_of
from web.doorway import AtDesk, Signed, must_hold, note
from web.downloads import CSV, made_large
from web.security_sheet import FILTERS, BadFilter, asked_of, in_words, place_of, source_of, write_csv

router = APIRouter()
PAGE = 100


@router.get("/security")
def security(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show who did what at the door, and what was refused, newest first, as filtered."""
    must_hold(viewer, "secauditor")
    said, fault = dict(request.query_params), None
    try:
        asked = asked_of(said)
    except BadFilter as error:
        asked, fault = Asked(), error
    with reading(desk.engine) as work:
        lines = [] if fault else security_lines(work.driver, viewer.actor.jurisdiction, asked, PAGE + 1)
    given = {name: said[name].strip() for name in FILTERS if said.get(name, "").strip()}
    return desk.page(
        "security.html", viewer, status=422 if fault else 200, here="/security", lines=[(one, source_of(one)) for one in lines[:PAGE]],
        asked=given, fault=fault, events=EVENTS, vias=VIAS, here_only=urlencode(given),
        more=place_of(lines[PAGE - 1]) if len(lines) > PAGE else "",
    )  # fmt: skip


@router.get("/security/export.csv")
def export(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out the log as filtered, whole; who took what is noted in it."""
    must_hold(viewer, "secauditor")
    said, now = dict(request.query_params), desk.now()
    try:
        asked = replace(asked_of(said), before=None)
    except BadFilter as fault:
        return desk.page(
            "error.html", viewer, status=422, here="/security", title="不能导出", sentence=str(fault), unset=False
        )
    file = tempfile.TemporaryFile(dir=aside_of(desk.settings.home))  # noqa: SIM115 closed when its last block is sent
    with reading(desk.engine) as work:
        lines = all_security_lines(work.driver, viewer.actor.jurisdiction, asked)
        count = write_csv(file, lines)
    note(desk, viewer, "exported_security", request, words=f"{count} 条：{in_words(said)}")
    return made_large(file, f"安全日志{clock.local_date(now):%Y%m%d}.csv", CSV)
