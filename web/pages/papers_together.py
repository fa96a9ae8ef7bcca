"""Papers 文书 handled together: drafts of a kind written, checked, countersigned and issued at once, and letters signed for at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from papers.drafting import Shown, open_first, read
from papers.issuing import Order, issue_together
from papers.kinds import KINDS, Kind
from papers.together import (
    MOST,
    check_together,
    countersign_together,
    drop_together,
    to_check,
    to_countersign,
    to_drop,
    to_issue,
    write_together,
)
from register.papers import drafters, post_for
from register.road import enter
from register.wanted import Wanted
from states import GROUP
from storage.digits import number_in
from storage.engine import reading, writing
from storage.paper_drafts import drafts_of
from storage.paper_numbers import KIND
from storage.reads.cases import shown_cases
from storage.reads.papers import Waiting, series_last_used
from storage.sql import Driver
from storage.work import Work
from web.acts.handling import signature_fault_in
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note, note_reading
from web.pages.papers import PLACE, numbers_next
from web.papers import WHO_READ, drafts_for, on_the_desk, printing
from web.ticked import ticked
from web.viewer import Viewer
from workflow.refusal import Refusal, sentences
from workflow.security import first_words

router = APIRouter()
TOGETHER: Final = f"{PLACE}/together"
RECEIPTS: Final = f"{PLACE}/receipts"
BLANK: Final = "blank."
SEEN: Final = "seen."


@router.get(TOGETHER)
def together(
    desk: AtDesk, viewer: Signed, paper: str = "", draft: Annotated[list[Number] | None, Query()] = None, only: str = ""
) -> Response:
    """Show the drafts of a kind that are ticked, or all of them, with what can be done with them at once."""
    return _page(desk, viewer, _kind(paper), draft or [], only=bool(only))


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotYours
    return KINDS[name]


def _there(driver: Driver, viewer: Viewer, kind: Kind, numbers: Sequence[int]) -> list[Waiting]:
    """Return the drafts of a kind that are there for the viewer: those of the numbers, or all where none is named."""
    there = [one for one in drafts_for(driver, viewer) if one.paper == kind.name]
    return [one for one in there if not numbers or one.id in numbers][:MOST]


def _read(work: Work, viewer: Viewer, lines: Sequence[Waiting], desk: Desk) -> list[Shown]:
    rows = drafts_of(work.driver, viewer.actor.jurisdiction, [one.id for one in lines])
    return [read(work, row, viewer.actor, desk.now()) for row in rows]


def _page(
    desk: Desk,
    viewer: Viewer,
    kind: Kind,
    numbers: Sequence[int],
    faults: Sequence[Refusal] = (),
    given: FormData | None = None,
    *,
    only: bool = False,
) -> Response:
    place, today = viewer.actor.jurisdiction, clock.local_date(desk.now())
    with reading(desk.engine) as work:
        lines = [] if only and not numbers else _there(work.driver, viewer, kind, numbers)
        shown = _read(work, viewer, lines, desk)
    if not lines and not only and not faults:
        raise NotYours
    if unopened := [one.row for one in shown if not one.frozen and not one.why_not]:
        open_first(desk.engine, unopened, viewer.actor, desk.now())
        with reading(desk.engine) as work:
            shown = _read(work, viewer, lines, desk)
    with reading(desk.engine) as work:
        driver, actor = work.driver, viewer.actor
        listed = sorted({case for one in shown for case in one.row.cases})
        cases = {one.id: one for one in shown_cases(driver, place, listed) if viewer.scope.covers(one.as_row())}
        issuing = to_issue(driver, shown, actor)
        checking, countersigning = to_check(driver, shown, actor), to_countersign(driver, shown, actor)
        dropping = to_drop(driver, shown, actor)
        writes = any(post_for(driver, actor, drafters(kind), one.row.unit) for one in shown)
        series = numbers_next(driver, place, today) if issuing.ready and kind.numbered else []
        last = series_last_used(driver, place, kind.name) if series else None
    note_reading(desk, viewer, listed, f"文书底稿《{kind.shown}》")
    return desk.page(
        "papers_together.html", viewer, status=422 if faults else 200, here=PLACE, kind=kind, lines={one.id: one for one in lines}, shown=shown,
        cases=cases, issuing=issuing, checking=checking, countersigning=countersigning, dropping=dropping, series=series, last=last, today=today, faults=faults,
        blanks=_shared(shown) if writes else {}, given=given or {}, by_group=kind.issues == GROUP and not viewer.holds(GROUP), most=MOST,
    )  # fmt: skip


def _shared(shown: Sequence[Shown]) -> dict[str, tuple[str, int]]:
    """Return the blanks that are still empty in several drafts, or in the only one: the hint of each, and in how many."""
    empty = [blank for one in shown for blank in one.blanks if not blank.written]
    counted = Counter(blank.name for blank in empty)
    least = 1 if len(shown) == 1 else 2
    hints = {blank.name: blank.hint for blank in empty}
    return {name: (hints[name], count) for name, count in counted.items() if count >= least}


@router.post(TOGETHER)
def act_together(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Write, check, countersign or issue the drafts of the form at once: all of them or none."""
    kind, step = _kind(str(form.get("paper", ""))), str(form.get("step", ""))
    numbers = ticked(form, "draft")[:MOST]
    with reading(desk.engine) as work:
        lines = _there(work.driver, viewer, kind, numbers) if numbers else []
    if not lines:
        raise NotYours
    if len(lines) < len(numbers):
        gone = Refusal(f"有 {len(numbers) - len(lines)} 份已签发、已收回，一份也没有办：请核对剩下的再办")
        return _page(desk, viewer, kind, [one.id for one in lines], [gone], form)
    issues = step == "issue"
    faults = _issue(request, desk, viewer, kind, lines, form) if issues else _handle(desk, viewer, lines, form)
    if faults:
        note(desk, viewer, "register_denied", request, words=first_words(sentences(faults)))
        return _page(desk, viewer, kind, numbers, faults, form)
    if issues:
        return RedirectResponse(f"{PLACE}?{urlencode({'paper': kind.name, 'signed': len(lines)})}", 303)
    if step == "drop":
        return RedirectResponse(f"{PLACE}?paper={kind.name}", 303)
    asked = [("paper", kind.name), *(("draft", one) for one in ticked(form, "all") or numbers)]
    return RedirectResponse(f"{TOGETHER}?{urlencode(asked)}", 303)


def _seen(form: FormData, numbers: Sequence[int]) -> dict[int, str]:
    return {number: str(form.get(f"{SEEN}{number}", "")) for number in numbers}


def _handle(desk: Desk, viewer: Viewer, lines: Sequence[Waiting], form: FormData) -> Sequence[Refusal]:
    """Write the same words into drafts, check or countersign them."""
    step, now, seen = str(form.get("step", "")), desk.now(), _seen(form, [one.id for one in lines])
    done: dict[str, Callable[[Work, Sequence[Shown]], list[Refusal]]] = {
        "write": lambda work, shown: write_together(work, shown, _words(form), viewer.actor, seen),
        "check": lambda work, shown: check_together(work, shown, viewer.actor, now, seen),
        "drop": lambda work, shown: drop_together(work, shown, viewer.actor, now),
        "countersign": lambda work, shown: countersign_together(work, shown, viewer.actor, now, seen),
    }
    if step not in done:
        raise NotYours
    with writing(desk.engine) as work:
        faults = done[step](work, _read(work, viewer, lines, desk))
        if faults:
            work.rollback()
        else:
            work.note_done()
            work.commit()
    return faults


def _words(form: FormData) -> dict[str, str]:
    return {
        name.removeprefix(BLANK): value
        for name, value in form.items()
        if name.startswith(BLANK) and isinstance(value, str)
    }


def _issue(
    request: Request, desk: Desk, viewer: Viewer, kind: Kind, lines: Sequence[Waiting], form: FormData
) -> Sequence[Refusal]:
    """Issue drafts with one signature: each gets its number in order, in one transaction."""
    if fault := signature_fault_in(desk, viewer, form):
        note(desk, viewer, "wrong_signature", request, words=f"签发{kind.shown} {len(lines)} 份")
        return [Refusal(fault, "password")]
    series, reason = number_in(str(form.get("series", ""))), str(form.get("reason", "")).strip()
    seen = _seen(form, [one.id for one in lines])
    orders = [Order(one.id, series, reason, seen[one.id]) for one in lines]
    entered = issue_together(desk.engine, desk.settings.home, orders, viewer.actor, desk.now(), printing(desk, viewer))
    refused = [
        Refusal(f"{line.unit or line.title}：{why.sentence}", why.field)
        for line, one in zip(lines, entered, strict=True)
        for why in one.refusals
    ]
    if not refused:
        note(desk, viewer, "register_entered", request, words=f"签发{kind.shown} {len(lines)} 份")
    return refused


# --- letters signed for at once ------------------------------------------------------------------------------------


@router.get(RECEIPTS)
def receipts(desk: AtDesk, viewer: Signed) -> Response:
    """List the letters that wait for the viewer's receipt: those signed for at once, and those that are opened one by one."""
    return _receipts(desk, viewer)


def _receipts(desk: Desk, viewer: Viewer, faults: Sequence[Refusal] = ()) -> Response:
    must_hold(viewer, *WHO_READ)
    with reading(desk.engine) as work:
        found = on_the_desk(work.driver, viewer)
    return desk.page(
        "paper_receipts.html", viewer, status=422 if faults else 200, here="/", papers=found, faults=faults, kinds=KINDS
    )


@router.post(RECEIPTS)
def receive_together(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Sign for the letters that are ticked, all or none; what must be opened is not among them."""
    must_hold(viewer, *WHO_READ)
    numbers = ticked(form, "paper")
    with writing(desk.engine) as work:
        there = {one.id: one for one in on_the_desk(work.driver, viewer).together}
        theirs = [number for number in numbers if number in there]
        if not theirs or len(theirs) < len(numbers):
            work.rollback()
            gone = "没有勾选要签收的" if not numbers else "有的已签收，或要逐份打开签收：请核对剩下的再签收"
            return _receipts(desk, viewer, [Refusal(gone)])
        entered = enter(work, [Wanted(KIND, "receive", number) for number in theirs], viewer.actor, desk.now())
        faults = [why for one in entered for why in one.refusals]
        if faults:
            work.rollback()
        else:
            work.commit()
    what = "register_denied" if faults else "register_entered"
    note(desk, viewer, what, request, words=first_words(sentences(faults)) if faults else f"签收文书 {len(theirs)} 份")
    return _receipts(desk, viewer, faults) if faults else RedirectResponse("/", 303)
