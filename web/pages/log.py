"""The log 流转日志, for the auditor: search, proof, checkpoints, verify now, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

import clock
from register.recorded import recorded
from register.theirs import kept_from
from states import AUDITOR, RECORDED
from storage.digits import number_in
from storage.duties import last_runs, note_run
from storage.engine import reading
from storage.reads.cases import cases_within
from storage.reads.jurisdictions import code_of, entries_of
from storage.reads.log import checkpoints, entry_at, log_lines
from trail.entry import VIAS
from trail.export import export
from trail.verify import verify
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note, note_reading
from web.making import Thing, Told, hand_out
from web.pages.case import case_for, proof_page
from web.viewer import Viewer

router = APIRouter()
PAGE = 100
ANY = "application/octet-stream"
LONG = 5000
"""So many entries are written while somebody waits."""
Run = tuple[int, bool, dict[str, Any]]


@router.get("/log")
def log(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show the log, newest first, as filtered."""
    must_hold(viewer, AUDITOR)
    asked = {name: value for name, value in request.query_params.items() if value.strip()}
    with reading(desk.engine) as work:
        driver = work.driver
        lines = log_lines(driver, viewer.actor.jurisdiction, _filters(asked), viewer.scope_as(AUDITOR), PAGE)
        context: dict[str, Any] = {
            "notes": checkpoints(driver, viewer.actor.jurisdiction, 1),
            "last": _last_check(last_runs(driver).get("verify"), viewer),
        }
    more = lines[-1].index if len(lines) == PAGE else None
    return desk.page(
        "log.html",
        viewer,
        here="/log",
        lines=lines,
        asked=asked,
        actions=list({**RECORDED, **recorded()}.items()),
        vias=VIAS,
        more=more,
        **context,
    )


def _last_check(run: Run | None, viewer: Viewer) -> Run | None:
    """Return how the last verification ended; what it says of cases is for who sees all of them."""
    if run is None or viewer.scope_as(AUDITOR).whole:
        return run
    at, well, report = run
    return at, well, {**report, "why": ""}


def _filters(asked: dict[str, str]) -> dict[str, Any]:
    """Read the filters; what cannot be read is left out."""
    found: dict[str, Any] = {name: asked[name] for name in ("action", "person", "unit") if name in asked}
    if number := asked.get("number", "").strip().removeprefix("第").removesuffix("号").strip():
        found["number"] = number
    if (before := number_in(asked.get("before", ""))) is not None:
        found["before"] = before
    found |= {name: asked[name] for name in ("via",) if asked.get(name) in VIAS}
    found["paper"] = bool(asked.get("paper"))
    for name in ("from", "to"):
        try:
            day = clock.local_date(clock.parse_iso(asked[name]))
        except (KeyError, ValueError):
            continue
        found[name] = clock.micros(clock.start_of(day)) + (86_400_000_000 if name == "to" else 0)
    return found


@router.get("/log/checkpoints")
def notes(desk: AtDesk, viewer: Signed) -> Response:
    """Show the signed checkpoints."""
    must_hold(viewer, AUDITOR)
    with reading(desk.engine) as work:
        found = checkpoints(work.driver, viewer.actor.jurisdiction, 200)
    return desk.page("checkpoints.html", viewer, here="/log", notes=found)


@router.get("/log/{index}")
def entry(index: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show one entry with its proof."""
    must_hold(viewer, AUDITOR)
    with reading(desk.engine) as work:
        found = entry_at(work.driver, viewer.actor.jurisdiction, index) if _sees_some(viewer) else None
        if not viewer.scope_as(AUDITOR).whole:
            if found is None or found[0] is None:
                raise NotYours
            case_for(work.driver, viewer, found[0], AUDITOR)
    # Of a case that is for some alone an auditor who is none of them proves that the entry is there, and reads nothing of it.
    told = found is None or found[0] not in viewer.scope_as(AUDITOR).hidden
    return proof_page(desk, viewer, _code(desk, viewer), index, None, told=told)


def _sees_some(viewer: Viewer) -> bool:
    scope = viewer.scope_as(AUDITOR)
    return not scope.whole or bool(scope.hidden)


def _cases_of(desk: Desk, viewer: Viewer) -> frozenset[int] | None:
    """Return the cases whose entries an auditor sees, or None for all there is."""
    scope = viewer.scope_as(AUDITOR)
    if scope.whole:
        return None
    with reading(desk.engine) as work:
        return frozenset(cases_within(work.driver, viewer.actor.jurisdiction, scope))


def _code(desk: Desk, viewer: Viewer) -> str:
    with reading(desk.engine) as work:
        return code_of(work.driver, viewer.actor.jurisdiction)


@router.post("/log/verify")
def verify_now(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Verify the whole log now, and keep what was found."""
    del form
    must_hold(viewer, AUDITOR)
    found = verify(desk.engine, desk.settings.home)
    note_run(desk.engine, "verify", desk.now(), found.report(), ok=found.ok)
    note(desk, viewer, "verified_log", request, words="完好" if found.ok else found.why[:500])
    return RedirectResponse("/log", 303)


@router.post("/log/export")
def export_log(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Hand out the package that outsiders verify offline."""
    must_hold(viewer, AUDITOR)
    texts, scope, code, only = (
        form.get("texts") == "1",
        viewer.scope_as(AUDITOR),
        _code(desk, viewer),
        _cases_of(desk, viewer),
    )

    def make(path: Path, told: Told) -> str:
        made = export(
            desk.engine, path, code, with_texts=texts, home=desk.settings.home, only=only, untold=scope.hidden, kept=kept_from(viewer.actor), told=told,
        )  # fmt: skip
        if texts:
            note_reading(desk, viewer, viewer.confided, "导出核验包")
        note(desk, viewer, "exported_log", request, words=f"{made.size} 条，{'含' if texts else '不含'}文字")
        return f"trail-{made.code}-{made.size}.jsonl"

    with reading(desk.engine) as work:
        size = entries_of(work.driver, viewer.actor.jurisdiction)
    return hand_out(desk, viewer, Thing("核验包", "条", "/log", ANY), make, long=size > LONG)
