"""已办: all that the viewer has done, the newest first, to be searched like the ledger."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from storage.digits import number_in
from storage.engine import reading
from storage.reads.done import done_by
from storage.search import LONGEST_QUERY
from web.doorway import AtDesk, NotYours, Signed

router = APIRouter()
ON_A_PAGE, SEARCHED = 50, 200
"""So many entries are listed at once; where words are looked for, among so many."""


@router.get("/done")
def done(desk: AtDesk, viewer: Signed, q: str = "", before: str = "") -> Response:
    """Show a page of what the viewer has done on cases that are there for them."""
    if not viewer.reads_cases:
        raise NotYours
    text = "".join(sign for sign in q if sign.isprintable()).strip()[:LONGEST_QUERY]
    place, person = viewer.actor.jurisdiction, viewer.actor.person_id or 0
    with reading(desk.engine) as work:
        page = done_by(
            work.driver, place, person, viewer.scope, SEARCHED if text else ON_A_PAGE, text, number_in(before)
        )
    older = urlencode({"q": text, "before": page.older} if text else {"before": page.older}) if page.older else ""
    return desk.page(
        "done.html", viewer, here="/", lines=page.lines, text=text, older=older, first=not before, searched=SEARCHED
    )
