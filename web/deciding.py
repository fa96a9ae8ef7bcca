"""Requests 申请 that move dates, as their own pages decide them: what stands beside the preview, and the decision itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData

from register.asking import NoSuchRequest, decide, there
from register.kinds import KINDS
from register.may import may_approve, may_decide, may_take_back, named
from register.surroundings import Surroundings
from storage import requests
from storage.engine import writing
from storage.looks import Looks
from storage.reads.accounts import names_of
from storage.reads.register import moved_after
from storage.requests import Asking
from storage.sql import Driver
from web.desk import Desk
from web.doorway import NotYours, note
from web.viewer import Viewer
from workflow.security import first_words

Acts = Collection[tuple[str, str]]
"""Kinds and acts whose requests a page decides."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a request: approved, taken back or refused, with how many cases it moved; or why it could not be decided."""

    asking: Asking
    what: str
    moved: int
    faults: Sequence[str] = ()


def waiting_for(driver: Driver, viewer: Viewer, number: int, acts: Acts) -> Asking:
    """Return a request of these acts that waits; NotYours where there is none, or the viewer has no part in such."""
    found = requests.read(driver, viewer.actor.jurisdiction, number)
    ours = found is not None and (found.kind, found.act) in acts and found.state == "asked"
    if (
        found is None
        or not ours
        or not may_decide(found, viewer.actor, approve=False)
        or not there(driver, viewer.actor, [found])
    ):
        raise NotYours
    return found


def beside_request(driver: Driver, viewer: Viewer, one: Asking, today: date) -> dict[str, Any]:
    """Return what a page shows of a request beside what it would do: who asked, who approves, what is approved with it."""
    looks = Looks(driver)
    people = looks.at(names_of, [one.asked_by] if one.asked_by else [])
    around = looks.at(Surroundings.of, one.jurisdiction, [one], today) if may_approve(one, viewer.actor) else None
    by, shown = people().get(one.asked_by or 0, ""), around().shown(one) if around else ""
    approvers = named(KINDS[one.kind].act(one.act).approves)
    return {"asking": one, "by": by, "approvers": approvers, "shown": shown, "mine": may_take_back(one, viewer.actor)}


def decided(request: Request, desk: Desk, viewer: Viewer, number: int, form: FormData, acts: Acts) -> Decided:
    """Approve a request with the moves that follow, turn it down, or take back one's own; what was refused is noted."""
    approve, seen = form.get("step") == "approve", str(form.get("seen", ""))
    with writing(desk.engine) as work:
        one = waiting_for(work.driver, viewer, number, acts)
        if not may_decide(one, viewer.actor, approve=approve):
            raise NotYours
        try:
            entered = decide(work, number, viewer.actor, desk.now(), approve=approve, seen=seen)
        except NoSuchRequest:
            raise NotYours from None
        moved = moved_after(work.driver, one.jurisdiction, entered.index) if entered.index is not None else 0
        work.rollback() if entered.refusals else work.commit()
    if entered.refusals:
        note(desk, viewer, "register_denied", request, words=first_words(entered.refused))
    what = "approved" if approve else "taken_back" if may_take_back(one, viewer.actor) else "refused"
    return Decided(one, what, moved, entered.refused if entered.refusals else ())
