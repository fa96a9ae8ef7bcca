"""What somebody prepared: shown exactly as it will be recorded, confirmed by another, or taken down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

import clock
from states import ACTIONS, ARROWS
from storage.engine import reading, writing
from storage.reads.cases import shown_cases
from storage.reads.drafts import returned_before
from storage.reads.reviews import last_said
from storage.reads.timeline import entries_after
from storage.rows import CaseRow
from storage.tables import Draft, Person
from storage.work import Work
from web.acts.act import Act
from web.acts.changes import changes
from web.acts.faults import of_cases
from web.acts.handling import done_page, note_refused, signature_fault_in
from web.acts.preview import preview
from web.acts.proofs import proofs
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, note
from web.downloads import download
from web.viewer import Viewer
from workflow.drafts import confirm_batch, may_confirm, moved_since, take_down, unpacked
from workflow.may import hidden_from
from workflow.subject import Material

router = APIRouter()
LONGEST_REASON = 500


@router.get("/drafts/{number}")
def draft_page(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show what was prepared, as it would be recorded now."""
    return _page(desk, viewer, number)


@router.get("/drafts/{number}/files/{place}")
def draft_file(number: Number, place: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out a file of what was prepared: who is to sign for it reads it first."""
    with reading(desk.engine) as work:
        row, _ = _draft_of(work, viewer, number)
        files = _files(row)
    if place >= len(files):
        raise NotYours
    return download(desk, files[place].sha256, files[place].name)


@router.post("/drafts/{number}")
def decide(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Confirm what was prepared, or take it down."""
    with reading(desk.engine) as work:
        row, act = _draft_of(work, viewer, number)
    if form.get("step") == "drop":
        return _drop(desk, viewer, number, str(form.get("reason", "")))
    fault = signature_fault_in(desk, viewer, form) if needs_password(act) else ""
    if fault:
        note(desk, viewer, "wrong_signature", request, action=row.action, case=row.case_id)
        return _page(desk, viewer, number, fault=fault, status=422)
    with writing(desk.engine) as work:
        outcomes = confirm_batch(work, number, viewer.actor, desk.now(), key=row.key)
        work.commit()
    if any(one.outcome in ("refused", "stale") for one in outcomes):
        status = 409 if any(one.outcome == "stale" for one in outcomes) else 422
        note_refused(desk, viewer, request, row.action, outcomes)
        return _page(
            desk,
            viewer,
            number,
            fault="；".join(dict.fromkeys(s for one in outcomes for s in one.refused)),
            status=status,
        )
    return done_page(desk, viewer, act, outcomes)


def _files(row: Draft) -> list[Material]:
    """Return the files of what was prepared, each once; their places are their addresses."""
    return list(dict.fromkeys(m for one in unpacked(row) for m in one.materials))


def _address(row: Draft, material: Material) -> str:
    return f"/drafts/{row.id}/files/{_files(row).index(material)}"


def needs_password(act: Act) -> bool:
    """Confirming is a signature for the secretary, and where a second person answers with their name."""
    return act.move.wants_signature or act.move.second


def _draft_of(work: Work, viewer: Viewer, number: int) -> tuple[Draft, Act]:
    """Return a draft that is there for the viewer: their own, or one of an act that is theirs in some case."""
    row = work.session.get(Draft, number)
    if row is None or row.jurisdiction != viewer.actor.jurisdiction:
        raise NotYours
    cases = shown_cases(work.driver, viewer.actor.jurisdiction, [one.case_id or 0 for one in unpacked(row)])
    mine = row.prepared_by == viewer.actor.person_id
    theirs = viewer.holds(*ACTIONS[row.action].who)
    if not (mine or theirs) or not all(viewer.scope.covers(case.as_row()) for case in cases):
        raise NotYours
    return row, Act(ACTIONS[row.action], cases, prepares=False)


def _page(
    desk: Desk, viewer: Viewer, number: int, *, fault: str = "", against: str = "", status: int = 200
) -> Response:
    with reading(desk.engine) as work:
        row, act = _draft_of(work, viewer, number)
        preparer = work.session.get_one(Person, row.prepared_by).name
        packed = unpacked(row)
        is_open, mine = row.state == "open", row.prepared_by == viewer.actor.person_id
        cases = [case.as_row() for case in act.cases]
        may = is_open and may_confirm(row, cases, viewer.actor)
        moved = moved_since(work.driver, row, cases) if is_open else {}
        laid = proofs(work.driver, act.move, act.cases, packed, partial(_address, row))
        before = {case.id: _before(work, viewer, row, case) for case in cases}
        since = {case.id: entries_after(work.driver, case.id, at=clock.micros(row.at)) for case in act.cases if is_open}
        # What was shown has just been compared.
        intents = [
            replace(one, prepared_by=row.prepared_by, prepared_role=row.prepared_role, shown=None) for one in packed
        ]
        seen = preview(work.driver, intents, viewer.actor, desk.now()) if may and not moved else None
    changed = {
        one.case_id: changes(before[one.case_id or 0], one.answers) for one in packed if before[one.case_id or 0]
    }
    refused = [one for one in seen.outcomes if one.outcome != "done"] if seen else []
    rows = list(zip(act.cases, intents, seen.outcomes if seen else [None] * len(intents), strict=True))
    return desk.page(
        "drafts.html", viewer, status=status, here="/", draft=row, act=act, rows=rows, told=seen.told if seen else {}, may=may, fault=fault,
        preparer=preparer, signs=needs_password(act), mine=mine, against=against, changed=changed, since=since, files=_files(row), moved=moved, laid=laid,
        blocked=of_cases(act.move, act.cases, refused),
        ready=seen is not None and all(one.outcome == "done" for one in seen.outcomes),
        again=[case for case in act.cases if (case.state, row.action) in ARROWS] if mine and row.state == "dropped" else [],
    )  # fmt: skip


def _drop(desk: Desk, viewer: Viewer, number: int, reason: str) -> Response:
    with writing(desk.engine) as work:
        row, act = _draft_of(work, viewer, number)
        cases = [case.as_row() for case in act.cases]
        if row.prepared_by != viewer.actor.person_id and not may_confirm(row, cases, viewer.actor):
            raise NotYours
        against = take_down(work, number, viewer.actor, reason[:LONGEST_REASON])
        work.commit()
    if against:
        return _page(desk, viewer, number, against=against, status=422)
    return RedirectResponse("/", 303)


def _before(work: Work, viewer: Viewer, row: Draft, case: CaseRow) -> Mapping[str, Any]:
    """Return what stood there before this draft: the one that was returned since, else what the act last recorded."""
    if row.action in hidden_from(viewer.actor, case):
        return {}
    last = returned_before(work, row, case.id)
    if last is None:
        return last_said(work.driver, case.id, row.action)
    return next((one.answers for one in unpacked(last) if one.case_id == case.id), {})
