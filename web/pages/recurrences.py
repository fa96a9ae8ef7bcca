"""Problems of a round that resemble earlier ones of their units: listed the most alike first, ticked, judged; what was judged is taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from register.kinds import KINDS
from register.road import enter
from register.wanted import Wanted
from states import OFFICE
from storage.digits import number_in
from storage.engine import reading, writing
from storage.household import read_row
from storage.reads.named_cases import cases_there
from storage.reads.recurrences import like_in_round, lines_of
from storage.reads.rounds import rounds_by_day
from storage.recurrences import KIND, VERDICTS
from storage.sql import Driver
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Signed, must_hold_at_large, note, note_reading
from web.viewer import Viewer
from workflow.security import first_words

router = APIRouter()
PAGE: Final = "/recurrences"
ON_A_PAGE: Final = 50
_KIND: Final = KINDS[KIND]
_TWO: Final = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)


@router.get(PAGE)
def recurrences(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show the pairs of a round that nobody judged yet, the newest round's where none is named."""
    must_hold_at_large(viewer, *_KIND.act("make").enters)
    return _page(desk, viewer, request.query_params)


def _page(desk: Desk, viewer: Viewer, said: Mapping[str, str], why: str = "", ticked: Sequence[str] = ()) -> Response:
    place, scope = viewer.actor.jurisdiction, viewer.scope_as(OFFICE)
    with reading(desk.engine) as work:
        rounds = rounds_by_day(work.driver, place)
        asked = number_in(said.get("round", ""))
        around = asked if asked in dict(rounds) else next((number for number, _ in rounds), None)
        least = desk.settings.config.recurrence.alike
        found = like_in_round(work.driver, place, around, scope, least) if around is not None else []
        pages = max(1, -(-len(found) // ON_A_PAGE))
        page = min(max(number_in(said.get("page", "")) or 1, 1), pages)
        here = found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
        lines = lines_of(work.driver, place, {case for one in here for case in (one.case, one.earlier)}, scope)
    note_reading(desk, viewer, lines, "以前反馈过的相近问题")
    return desk.page(
        "recurrences.html", viewer, status=422 if why else 200, here="/cases", rounds=rounds, around=around, count=len(found), least=least,
        pairs=[(one, lines[one.case], lines[one.earlier]) for one in here], page=page, pages=pages, fault=why, ticked=ticked,
    )  # fmt: skip


@router.post(PAGE)
def judge(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Judge all that were ticked, or take back one; with one refused none is done."""
    must_hold_at_large(viewer, *_KIND.act("make").enters)
    said = {name: str(form.get(name, "")) for name in ("step", "round", "page", "case", "row", "reason")}
    ticked = [one for one in form.getlist("pair") if isinstance(one, str)][:ON_A_PAGE]
    with writing(desk.engine) as work:
        wanted = _wanted(work.driver, viewer, said, ticked)
        outcomes = enter(work, wanted, viewer.actor, desk.now()) if wanted else []
        why = "；".join(dict.fromkeys(sentence for one in outcomes for sentence in one.refused))
        why = why or ("" if wanted else "请勾选要认定的问题")
        work.rollback() if why else work.commit()
    case = number_in(said["case"])
    if why:
        note(desk, viewer, "register_denied", request, words=first_words([why]))
        if case is None:
            return _page(desk, viewer, said, why, ticked)
        return desk.page("error.html", viewer, status=422, here="/cases", title="没有办成", sentence=why, unset=False)
    note(desk, viewer, "register_entered", request, words=f"{_KIND.shown}：{len(wanted)} 项")
    back = f"{PAGE}?round={number_in(said['round']) or ''}&page={number_in(said['page']) or 1}"
    return RedirectResponse(f"/cases/{case}#recurrences" if case is not None else back, 303)


def _wanted(driver: Driver, viewer: Viewer, said: Mapping[str, str], ticked: Sequence[str]) -> list[Wanted]:
    """Return what is to be entered; NotYours where one of the problems is not there for the viewer."""
    row = number_in(said["row"])
    if said["step"] == "drop" and row is not None:
        kept: dict[str, Any] | None = read_row(driver, KIND, viewer.actor.jurisdiction, row)
        if kept is None:
            raise NotYours
        _must_know(driver, viewer, {kept["case_id"], kept["earlier_id"]})
        return [Wanted(KIND, "drop", row, reason=said["reason"].strip())]
    twos = [(int(found[1]), int(found[2])) for one in ticked if (found := _TWO.fullmatch(one))]
    if said["step"] not in VERDICTS or not twos:
        return []
    _must_know(driver, viewer, {case for two in twos for case in two})
    return [
        Wanted(KIND, "make", None, {"case": case, "earlier": earlier, "verdict": said["step"]})
        for case, earlier in dict.fromkeys(twos)
    ]


def _must_know(driver: Driver, viewer: Viewer, cases: set[int]) -> None:
    there = cases_there(driver, viewer.actor.jurisdiction, cases - set(viewer.scope_as(OFFICE).hidden))
    if cases - set(there):
        raise NotYours(sorted(cases))
