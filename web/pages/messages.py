"""消息: what the viewer was told, the same notices as in their letters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

import clock
from states import ACTIONS, CLOCKS, RUNGS
from storage.digits import number_in
from storage.engine import reading, writing
from storage.messages import mark_seen
from storage.reads.messages import messages_of
from web.doorway import AtDesk, Form, NotYours, Signed

router = APIRouter()
ON_A_PAGE = 50


@router.get("/messages")
def messages(desk: AtDesk, viewer: Signed, before: str = "") -> Response:
    """Show a page of what the viewer was told about cases that are there for them."""
    if not viewer.reads_cases:
        raise NotYours
    place, person = viewer.actor.jurisdiction, viewer.actor.person_id or 0
    with reading(desk.engine) as work:
        found, older = messages_of(work.driver, place, person, viewer.scope, ON_A_PAGE, number_in(before))
    lines = [(one, said_of(one.action, one.facts)) for one in sorted(found, key=attrgetter("made_at"), reverse=True)]
    return desk.page(
        "messages.html", viewer, here="/", lines=lines, older=older, first=not before,
        unseen=sum(not one.seen for one in found), newest=max((one.id for one in found), default=0),
    )  # fmt: skip


def said_of(action: str, facts: Mapping[str, Any]) -> str:
    """Return in words what a notice tells: of a reminder every rung with its date, of a copy how many problems."""
    told = [one for one in facts.get("told", ()) if one["rule"] in CLOCKS and one["rung"] in RUNGS]
    if told:
        return "；".join(_reached(one) for one in told)
    shown = ACTIONS[action].neutral or ACTIONS[action].shown
    for name in ("copied", "letter"):
        if count := facts.get(name, {}).get("count"):
            return f"{shown} {count} 个问题"
    return shown


def _reached(one: Mapping[str, Any]) -> str:
    due = clock.written_date(date.fromisoformat(one["due_on"]))
    named = CLOCKS[one["rule"]].neutral or CLOCKS[one["rule"]].shown.removesuffix("到期")
    return f"{RUNGS[one['rung']].partition('（')[0]}，{named}期限{due}"


@router.post("/messages")
def seen(desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Mark what the viewer had before them as seen, and all that is older."""
    if not viewer.reads_cases:
        raise NotYours
    newest = number_in(str(form.get("newest", ""))) or 0
    with writing(desk.engine) as work:
        mark_seen(work.driver, viewer.actor.person_id or 0, newest, clock.micros(desk.now()))
        work.commit()
    return RedirectResponse("/messages", 303)
