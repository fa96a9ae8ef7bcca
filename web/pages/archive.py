"""归档 in the browser: how rounds and their units stand, what still lacks, archiving by two people, and the packages that were archived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from archive.bundle import House
from archive.filing import STAMPED, CannotArchive, file_away, knows_all, places_asked
from archive.names import safe
from register.kinds import KINDS
from storage.digits import number_in
from storage.engine import reading
from storage.household import all_rows, read_row
from storage.reads.archives import KIND, Archived, archived, by_place, cases_in, standing
from web.acts.files import aside_of
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold_at_large, note, note_reading
from web.downloads import download
from web.papers import press_of
from web.viewer import Viewer
from workflow.refusal import sentences

router = APIRouter()
PAGE: Final = "/archive"
HERE: Final = "/register"
_KIND: Final = KINDS[KIND]


@router.get(PAGE)
def show(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show how the rounds stand, or of one its units; `sent` was just asked for."""
    must_hold_at_large(viewer, *_KIND.reads)
    around = number_in(request.query_params.get("round", ""))
    return _show(desk, viewer, around, sent="sent" in request.query_params)


def _show(
    desk: Desk, viewer: Viewer, around: int | None, *, sent: bool = False, faults: Sequence[str] = ()
) -> Response:
    place = viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        driver = work.driver
        rounds = dict(all_rows(driver, "round", place))
        row = rounds.get(around) if around is not None else None
        if around is not None and row is None:
            raise NotYours
        stands, kept = standing(driver, place, STAMPED, around), by_place(archived(driver, place))
        asked = places_asked(driver, place)
    places = [(one.id, None) if around is None else (around, one.id) for one in stands]
    lines = [(one, kept.get(where, []), where in asked) for one, where in zip(stands, places, strict=True)]
    whole = kept.get((around, None), []) if around is not None else []
    return desk.page(
        "archive.html", viewer, status=422 if faults else 200, here=HERE, lines=lines, around=around, round_name=row["name"] if row else "",
        whole=whole, rounds=rounds, sent=sent, faults=faults, archives=viewer.holds_at_large(*_KIND.act("make").enters),
    )  # fmt: skip


@router.post(PAGE)
def archive(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Make the package of a round, or of a unit in it, and ask for another person's approval."""
    must_hold_at_large(viewer, *_KIND.act("make").enters)
    around, unit = number_in(str(form.get("round", ""))), number_in(str(form.get("unit", "")))
    if around is None:
        return _show(desk, viewer, None, faults=["请选择要归档的轮次"])
    house = House(desk.engine, desk.settings.home, desk.now(), press_of(desk).fonts)
    own, aside = desk.settings.config.archive.retention, aside_of(desk.settings.home)
    try:
        found = file_away(house, viewer.actor, around, unit, str(form.get("reason", "")).strip(), own, aside)
    except CannotArchive as why:
        return _show(desk, viewer, around if unit is not None else None, faults=[str(why)])
    if found.refusals:
        return _show(desk, viewer, around if unit is not None else None, faults=sentences(found.refusals))
    note(desk, viewer, "register_asked", request, words="归档案卷")
    query = f"round={around}&" if unit is not None else ""
    return RedirectResponse(f"{PAGE}?{query}sent=1", 303)


@router.get(f"{PAGE}/{{number}}")
def package(number: Number, request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out a package that was archived, to who knows of all that is in it."""
    must_hold_at_large(viewer, *_KIND.reads)
    place = viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        one = next((one for one in archived(work.driver, place) if one.id == number), None)
        # What was made void since lies in the package all the same.
        cases = cases_in(work.driver, place, one.round_id, one.unit_id, void=True) if one else []
        if one is None or not knows_all(viewer.scope, cases):
            raise NotYours
        names = [
            read_row(work.driver, "round", place, one.round_id),
            read_row(work.driver, "unit", place, one.unit_id or 0),
        ]
    called = _called(one, " ".join(row["name"] for row in names if row))
    note_reading(desk, viewer, cases, "归档的案卷")
    note(desk, viewer, "exported_dossier", request, words=f"归档的案卷 {called}"[:500])
    return download(desk, one.digest, f"{called}.zip")


def _called(one: Archived, where: str) -> str:
    return safe(f"案卷 {where}{f' 补充卷{one.n}' if one.n else ''}")
