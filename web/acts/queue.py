"""待签: what waits for one's name, each listed with what it will record; one password signs those that are ticked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

import clock
from states import ACTIONS, CASE_ROLES
from storage.engine import reading, writing
from storage.reads.cases import Shown, shown_cases
from storage.reads.drafts import drafts_by_number, open_drafts
from storage.tables import Draft
from storage.work import Work
from web.acts.act import Act
from web.acts.handling import note_refused, signature_fault_in
from web.acts.prepared import prepared
from web.acts.proofs import seal_texts, unseal_texts
from web.desk import Desk
from web.doorway import AtDesk, Form, Signed, must_hold, note, note_reading
from web.tasks import waits_for_name
from web.ticked import ticked
from web.viewer import Viewer
from workflow.drafts import confirm_batch, unpacked
from workflow.outcome import Outcome

router = APIRouter()
MOST = 50
NONE_TICKED = "没有选中要签字的事项，请先打勾。"
NOT_SHOWN = "没有在页面上列出过的不能签字，请刷新后再签。"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one that was ticked: its act and cases, and the outcome of each."""

    act: Act
    outcomes: Sequence[Outcome]

    @property
    def done(self) -> bool:
        """Say whether all of it was done, now or before."""
        return all(one.outcome in ("done", "already") for one in self.outcomes)

    @property
    def why(self) -> list[str]:
        """Return what is against it, each sentence once."""
        return list(dict.fromkeys(words for one in self.outcomes for words in one.refused))


@router.get("/queue")
def queue(desk: AtDesk, viewer: Signed, pick: str = "own") -> Response:
    """Show all that waits for the viewer's name, with what each will record; what they put aside themselves is ticked."""
    must_hold(viewer, *CASE_ROLES)
    return _page(desk, viewer, None if pick == "own" else ())


@router.post("/queue")
def sign(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Sign what is ticked with one password: each is fired for itself under its own key, and what stays is named with why."""
    must_hold(viewer, *CASE_ROLES)
    ticked = _ticked(form)
    if not ticked:
        return _page(desk, viewer, fault=NONE_TICKED, status=422)
    shown = unseal_texts(form.get("shown"), desk.secret, viewer.account_id, clock.local_date(desk.now()))
    if not set(ticked) <= set(shown):
        return _page(desk, viewer, ticked, fault=NOT_SHOWN, status=422)
    if fault := signature_fault_in(desk, viewer, form):
        note(desk, viewer, "wrong_signature", request, words="待签")
        return _page(desk, viewer, ticked, fault=fault, status=422)
    tried = [_signed(desk, viewer, request, number, shown[number]) for number in ticked]
    with reading(desk.engine) as work:
        cases = [case.id for one in tried for case in one.act.cases]
        after = {one.id: one for one in shown_cases(work.driver, viewer.actor.jurisdiction, list(dict.fromkeys(cases)))}
    return desk.page("queue_done.html", viewer, here="/", tried=tried, after=after)


def _signed(desk: Desk, viewer: Viewer, request: Request, number: int, text: str) -> Tried:
    """Sign one of them, in a transaction of its own."""
    with writing(desk.engine) as work:
        row = work.session.get_one(Draft, number)
        outcomes = confirm_batch(work, number, viewer.actor, desk.now(), key=row.key, signed=text)
        cases = shown_cases(work.driver, viewer.actor.jurisdiction, [one.case_id or 0 for one in unpacked(row)])
        tried = Tried(Act(ACTIONS[row.action], cases, prepares=False), outcomes)
        work.commit()
    note_refused(desk, viewer, request, row.action, outcomes)
    return tried


def _ticked(form: FormData) -> list[int]:
    return ticked(form, "draft")[:MOST]


def _page(
    desk: Desk, viewer: Viewer, ticked: Sequence[int] | None = None, *, fault: str = "", status: int = 200
) -> Response:
    with reading(desk.engine) as work:
        drafts = list(_drafts(work, viewer))
        waiting = prepared(work, viewer, drafts[:MOST], desk.settings.home, desk.now())
    note_reading(desk, viewer, [case.id for one in waiting for case in one.act.cases], "待签")
    ready = [one for one in waiting if one.ready]
    chosen = {one.number for one in ready if (one.mine if ticked is None else one.number in ticked)}
    return desk.page(
        "queue.html", viewer, status=status, here="/", waiting=waiting, ready=ready, chosen=chosen, fault=fault,
        left=len(drafts) - len(waiting),
        shown=seal_texts({one.number: one.text for one in ready}, desk.secret, viewer.account_id, clock.local_date(desk.now())),
    )  # fmt: skip


def _drafts(work: Work, viewer: Viewer) -> Iterator[tuple[Draft, Act]]:
    """Yield the drafts that wait for the viewer's name, those put aside by the viewer first."""
    lines = [one for one in open_drafts(work.driver, viewer.actor.jurisdiction) if waits_for_name(one, viewer)]
    lines.sort(key=lambda one: (one.preparer != viewer.actor.person_id, one.number))
    numbers = [one.number for one in lines]
    rows = drafts_by_number(work, numbers)
    ids = list(dict.fromkeys(case for one in lines for case in one.cases))
    cases = {one.id: one for one in shown_cases(work.driver, viewer.actor.jurisdiction, ids)}
    for number in numbers:
        yield rows[number], Act(ACTIONS[rows[number].action], _in_order(rows[number], cases), prepares=False)


def _in_order(row: Draft, cases: dict[int, Shown]) -> list[Shown]:
    return [cases[one.case_id or 0] for one in unpacked(row)]
