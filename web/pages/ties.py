"""回避: one's own ties to units, and the form by which one declares another."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

import clock
from register.asking import ask
from register.kinds import KINDS
from register.showing import Shown, Words
from register.wanted import Wanted
from states import CASE_ROLES, OFFICE
from storage.engine import reading, writing
from storage.household import all_rows
from storage.ties import KIND
from web.act_forms import form_of
from web.desk import Desk
from web.doorway import AtDesk, Form, Signed, note
from web.filled import filled_in
from web.viewer import Viewer
from workflow.refusal import Refusal, sentences
from workflow.security import first_words

router = APIRouter()
PAGE = "/me/ties"
_KIND = KINDS[KIND]
_DECLARE = _KIND.act("declare")


@router.get(PAGE)
def ties(desk: AtDesk, viewer: Signed, sent: str = "") -> Response:
    """Show one's own ties and the form; `sent` was just declared."""
    return _page(desk, viewer, said="已申报，立即生效" if sent else "")


def _page(
    desk: Desk, viewer: Viewer, *, said: str = "", given: dict[str, str] | None = None, why: tuple[Refusal, ...] = ()
) -> Response:
    with reading(desk.engine) as work:
        words = Words(work.driver, viewer.actor.jurisdiction, clock.local_date(desk.now()))
        own = _own(words, viewer)
        form = form_of(words, _KIND, _DECLARE, given=given, why=_unnamed(viewer, why))
        if not _knows_units(viewer):
            form = replace(form, inputs=tuple(replace(one, listed=()) for one in form.inputs))
    return desk.page("ties.html", viewer, status=422 if why else 200, own=own, form=form, said=said, action=PAGE)


def _knows_units(viewer: Viewer) -> bool:
    """Say whether units are there for the viewer to be named: who has some alone writes the name in full."""
    return viewer.holds_at_large(*CASE_ROLES)


def _unnamed(viewer: Viewer, why: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """Return the refusals; of a unit that is not found no near one is named to who does not know units."""
    wrong = Refusal(f"没有这个名称的党组织：请写全称，或请{viewer.setting.called(OFFICE)}登记", "unit")
    return tuple(
        wrong if one.field == "unit" and "没有党组织" in one.sentence and not _knows_units(viewer) else one
        for one in why
    )


def _own(words: Words, viewer: Viewer) -> list[tuple[str, Shown]]:
    """Return one's own ties, the newest first: the unit, and the row in words."""
    mine = [
        (key, row)
        for key, row in all_rows(words.driver, KIND, viewer.actor.jurisdiction)
        if row["person_id"] == viewer.actor.person_id
    ]
    shown = [(words.called("unit", row["unit_id"]), words.row(_KIND, key)) for key, row in reversed(mine)]
    return [(unit, one) for unit, one in shown if one]


@router.post(PAGE)
def declare(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Declare a tie of one's own; it stands at once."""
    wanted = Wanted(KIND, "declare", None, filled_in(desk, form, _DECLARE.fields), str(form.get("reason", "")).strip())
    with writing(desk.engine) as work:
        asked = ask(work, wanted, viewer.actor, desk.now(), desk.limits)
        work.rollback() if asked.refusals else work.commit()
    if asked.refusals:
        note(desk, viewer, "register_denied", request, words=first_words(sentences(asked.refusals)))
        given = {name: value for name in _DECLARE.fields if isinstance(value := form.get(name), str)}
        return _page(desk, viewer, given=given, why=asked.refusals)
    note(desk, viewer, "register_entered", request, words=_KIND.said(_DECLARE))
    return RedirectResponse(f"{PAGE}?sent=1", 303)
