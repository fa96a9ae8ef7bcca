"""The one route of all moves: form, check, done; or prepared for another to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, RedirectResponse, Response

import clock
from states import ACTIONS, ARROWS
from storage.engine import reading, writing
from storage.forms import keep_form, kept_form
from storage.looks import Looks
from storage.reads.cases import Shown, shown_cases
from storage.sql import Driver
from storage.tables import Draft
from web.acts.act import MOST_CASES, Act, Opening, fitting, passed, returned_draft, waiting
from web.acts.beside import whole
from web.acts.faults import FormFault
from web.acts.fields import PAPER_DAY, fields_of
from web.acts.files import kept_of, sent_ahead, take_uploads, unseal
from web.acts.from_meeting import begun_from, filled_from, names_one
from web.acts.generated import made_for, wanted_in
from web.acts.handling import Handling
from web.acts.pasting import takes_sheet, with_sheet
from web.acts.sending import taken
from web.doorway import AtDesk, Form, NotYours, Number, Signed
from web.manners import has_form
from web.ticked import ticked
from web.viewer import Viewer
from workflow.drafts import unpacked
from workflow.judge import receipts_alone
from workflow.may import acts_as, only_stands_in, prepares_as, receives_as
from workflow.subject import Material

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Onward:
    """Where somebody comes from who does one after another: the case that was just done, and what was handed in with it: one visit, one record."""

    behind: Number | None = None
    papers: str = ""


@router.get("/acts/{action}")
def act_form(
    action: str,
    request: Request,
    desk: AtDesk,
    viewer: Signed,
    onward: Annotated[Onward, Depends()],
    case: Annotated[list[Number], Query()] = [],  # noqa: B006 FastAPI copies it
    draft: Number | None = None,
    meeting: Number | None = None,
    paper: bool = False,  # noqa: FBT001, FBT002 a query
) -> Response:
    """Show the form of a move for the cases named, with what was typed before; of a draft that came back with its files."""
    if not case:  # the address of a form that was sent, opened again
        return RedirectResponse("/", 303)
    with reading(desk.engine) as work:
        driver = Looks(work.driver).driver
        asked = _act(driver, viewer, action, case, received=paper)
        if _stands_in(viewer, asked):
            raise HTTPException(403, receipts_alone(asked.move))
        gone = passed(driver, viewer.actor, asked, desk.now())
        if len(gone) == len(asked.cases):
            return Handling(request, desk, viewer, asked, FormData()).moved_on(driver, gone)
        act, left_out = fitting(asked, gone)
        act, added = whole(driver, viewer, act)
        # What was kept when all of them still fitted is not lost: the fields bear the numbers of their cases.
        names = dict.fromkeys((act.name, asked.name)) if act.asks else ()
        typed, at = next(filter(None, (kept_form(driver, viewer.account_id, name) for name in names)), ({}, 0))
        files = unseal(onward.papers, desk.secret, viewer.account_id, desk.settings.home) if onward.papers else ()
        handling = Handling(request, desk, viewer, act, begun_from(FormData(typed), meeting), files)
        if draft is not None:
            handling = _as_prepared(handling, returned_draft(work, viewer, act, draft))
        waits = waiting(driver, viewer.actor, act, desk.now())
        before = shown_cases(driver, viewer.actor.jurisdiction, [onward.behind] if onward.behind else [])
        over = (one for one in before if viewer.scope.covers(one.as_row()) and (one.state, action) not in ARROWS)
        opening = Opening(at, handling.why_returned(work), left_out, added, waits=waits, behind=next(over, None))
        sheets = handling.sheets(driver)
    return handling.shown(sheets, opening=opening)


def _stands_in(viewer: Viewer, act: Act) -> bool:
    """Say whether the act is not the viewer's because they merely stand in for some days: there is nothing to fill in then."""
    rows = [] if act.prepares or act.received else [case.as_row() for case in act.cases]
    return any(only_stands_in(viewer.actor, act.move, row) and not acts_as(viewer.actor, act.move, row) for row in rows)


def _as_prepared(handling: Handling, returned: Draft) -> Handling:
    """Fill in what came back, unless something was typed since; its files and its number come along."""
    intents = unpacked(returned)
    before = {
        name: text
        for one in intents
        for name, text in fields_of(one.case_id or 0, one.answers, several=len(intents) > 1).items()
    }
    if on_paper := intents[0].occurred_on:
        before[PAPER_DAY] = on_paper.isoformat()
    form = FormData([*(handling.form or before).items(), ("draft", str(returned.id))])
    return replace(handling, form=form, files=kept_of(handling.act.move, intents))


@router.post("/acts/{action}/keep")
def keep(action: str, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Keep what was typed so far; said back as the time it was kept."""
    with reading(desk.engine) as work:
        act = _act(work.driver, viewer, action, _numbers(form), received=_is_received(form))
    fields = {name: value for name, value in form.items() if isinstance(value, str) and _is_typed(name)}
    now = desk.now()
    with writing(desk.engine) as work:
        kept = keep_form(work.driver, viewer.account_id, act.name, fields, clock.micros(now))
        work.commit()
    if not kept:
        return PlainTextResponse("内容太长，未保存", 413)
    return PlainTextResponse(
        f"已保存 {now.astimezone(clock.SHANGHAI):%H:%M}", headers={"x-kept-at": str(clock.micros(now))}
    )


@router.post("/acts/{action}/files")
def send(action: str, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Keep a file of the form while it is still open."""
    with reading(desk.engine) as work:
        _act(work.driver, viewer, action, _numbers(form), received=_is_received(form))
    return taken(desk, viewer, form)


@router.post("/acts/{action}")
def act(action: str, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Take one step of an act: check what was filled in, do it, prepare it, or go back to the form."""
    with reading(desk.engine) as work:
        under_way = _act(work.driver, viewer, action, _numbers(form), received=_is_received(form))
    before = unseal(str(form.get("kept", "")), desk.secret, viewer.account_id, desk.settings.home)
    ahead = sent_ahead(form, desk.secret, viewer.account_id, desk.settings.home)
    files, not_taken = take_uploads(form, desk.settings, before, ahead)
    given: Sequence[tuple[str, Material]] = files
    unfit: list[FormFault] = []
    if names_one(under_way, form):
        with reading(desk.engine) as work:
            today = clock.local_date(desk.now())
            form, given, unfit = filled_from(work.driver, under_way, form, files, desk.settings.home, today)
    if (kind := wanted_in(under_way, form)) is not None:
        made = made_for(desk, viewer, under_way, form, kind)
        if faults := [one for one in made if isinstance(one, FormFault)]:
            return Handling(request, desk, viewer, under_way, form, given).again(faults, 422)
        files = [one for one in made if not isinstance(one, FormFault)]
        # What was there of the kind is replaced, whether of all or of one case.
        given = [*((one, file) for one, file in given if file.kind != kind.material), *files]
        return Handling(request, desk, viewer, under_way, form, given).again()
    if form.get("step") == "paste" and takes_sheet(under_way.move):
        form, unplaced, said = with_sheet(under_way, form)
        return Handling(request, desk, viewer, under_way, form, given).again(unplaced, 422 if unplaced else 200, said)
    handling = Handling(request, desk, viewer, under_way, form, given)
    if not_taken or unfit:
        return handling.again([*(FormFault(sentence, field) for field, sentence in not_taken), *unfit], 422)
    return handling.step()


def _is_typed(name: str) -> bool:
    """Say whether a field of the page holds something typed: `s.name`, or `c12.name` of one case."""
    head, dot, _ = name.partition(".")
    return bool(dot) and (head == "s" or (head[:1] == "c" and head[1:].isdecimal()))


def _numbers(form: FormData) -> list[int]:
    return ticked(form, "case")


def _is_received(form: FormData) -> bool:
    return form.get("paper") == "1"


def _by_unit(cases: Sequence[Shown]) -> list[Shown]:
    """Return cases unit by unit, in the order in which the units came."""
    found: dict[int, list[Shown]] = {}
    for case in cases:
        found.setdefault(case.unit_id, []).append(case)
    return [case for own in found.values() for case in own]


def _act(driver: Driver, viewer: Viewer, action: str, numbers: Sequence[int], *, received: bool) -> Act:
    move = ACTIONS.get(action)
    if move is None or not has_form(move) or not viewer.reads_cases or not 0 < len(numbers) <= MOST_CASES:
        raise NotYours(numbers)
    cases = shown_cases(driver, viewer.actor.jurisdiction, list(dict.fromkeys(numbers)))
    cases = _by_unit([one for one in cases if viewer.scope.covers(one.as_row())])
    if not cases or len(cases) != len(set(numbers)):
        raise NotYours(sorted(set(numbers) - {one.id for one in cases}))
    rows = [one.as_row() for one in cases]
    if received:
        if not all(receives_as(viewer.actor, move, row) for row in rows):
            raise NotYours(numbers)
        return Act(move, cases, prepares=False, received=True)
    makes = all(acts_as(viewer.actor, move, row) for row in rows)
    prepares = not makes and all(prepares_as(viewer.actor, move, row) for row in rows)
    # Who holds the role elsewhere is told whose act it is when it comes to that.
    if not makes and not prepares and not viewer.holds(*move.who):
        raise NotYours(numbers)
    return Act(move, cases, prepares)
