"""帮助: the books of help, a search through them and through the office's rules, and each book as a page."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

import clock
from register.kinds import KINDS
from register.showing import Shown, Words
from storage.engine import reading
from web import helping
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Signed
from web.viewer import Viewer

router = APIRouter()
LONGEST_WORDS = 60
HERE = "/help"


@router.get("/help")
def contents(desk: AtDesk, viewer: Signed, q: str = "") -> Response:
    """Show what there is to read, or what was found: in the books of help, and among the office's rules."""
    words = q.strip()[:LONGEST_WORDS]
    rules = [one for one in _rules(desk, viewer) if _has(one, words)]
    return desk.page(
        "help.html", viewer, here=HERE, words=words, shelves=helping.shelves(), found=helping.search(words), rules=rules,
        keeps=viewer.holds_at_large(*KINDS["rule"].act("make").enters),
    )  # fmt: skip


def _rules(desk: Desk, viewer: Viewer) -> list[Shown]:
    """Return the office's rules, those in force first."""
    with reading(desk.engine) as work:
        words = Words(work.driver, viewer.actor.jurisdiction, clock.local_date(desk.now()))
        return sorted(words.rows(KINDS["rule"]), key=lambda one: one.ended)


def _has(one: Shown, words: str) -> bool:
    text = " ".join((one.called, *(value for _, value in one.facts))).casefold()
    return all(word in text for word in words.casefold().split())


@router.get("/help/pictures/{name}")
def picture(name: str, viewer: Signed) -> Response:
    """Send a picture of a book."""
    del viewer
    there = {path.name: path for path in helping.PICTURES.glob("*.png")}
    if name not in there:
        raise NotYours
    return FileResponse(there[name], media_type="image/png", headers={"cache-control": "private, max-age=3600"})


@router.get("/help/{name}")
def page(name: str, desk: AtDesk, viewer: Signed) -> Response:
    """Show a book of help."""
    found = helping.book(name)
    if found is None:
        raise NotYours
    return desk.page("help_book.html", viewer, here=HERE, book=found)
