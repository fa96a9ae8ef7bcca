"""日历订阅: the dates of what one owes at a secret address, for the calendar of a phone; dates and numbers, not a word of a problem."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

import clock
from states import ADMINISTRATORS
from storage.engine import reading, writing
from storage.holders import posts_held
from storage.preferences import renew_feed, whose_feed
from storage.reads.dates import dates_of
from web.doorway import AtDesk, Form, NotYours, Signed
from web.ics import calendar_of
from web.pages.signing import me_page
from workflow.may import owed_by
from workflow.people import post_of

router = APIRouter()
BEHIND, AHEAD = timedelta(days=31), timedelta(days=366)
_NUMBERS: Final = 30
"""So many numbers are listed for a day."""


@router.post("/me/feed")
def renew(desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Make a new address, or end it: the old one leads nowhere from now on. It is shown this once; what is kept is a hash."""
    ends = form.get("step") == "end"
    if not viewer.reads_cases or viewer.actor.person_id is None:
        raise NotYours
    token = secrets.token_urlsafe(32)
    with writing(desk.engine) as work:
        renew_feed(work.driver, viewer.actor.person_id, None if ends else hash_of(token), clock.micros(desk.now()))
        work.commit()
    link = (viewer.setting.link or desk.settings.link).rstrip("/")
    return me_page(desk, viewer, said="日历订阅已停止" if ends else "", feed="" if ends else f"{link}/feeds/{token}")


def hash_of(token: str) -> str:
    """Return what is kept of an address."""
    return sha256(token.encode()).hexdigest()


@router.get("/feeds/{token}")
def feed(token: str, desk: AtDesk) -> Response:
    """Give the calendar at a secret address: of the person whose it is, by the posts that they hold today."""
    today = clock.local_date(desk.now())
    with reading(desk.engine) as work:
        driver = work.driver
        whose = whose_feed(driver, hash_of(token))
        if whose is None:
            raise NotYours
        person, place = whose
        posts = [post for post in map(post_of, posts_held(driver, person, today)) if post.role not in ADMINISTRATORS]
        roles = sorted({post.role for post in posts})
        found = dates_of(driver, place, owed_by(tuple(posts)), roles, today - BEHIND, today + AHEAD) if posts else []
    body = calendar_of("整改期限", _days(found), hash_of(token), desk.now())
    return Response(body, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-store"})


def _days(found: Iterable[tuple[date, str]]) -> Iterable[tuple[date, str]]:
    for day, dated in groupby(found, itemgetter(0)):
        numbers = [number for _, number in dated]
        more = "等" if len(numbers) > _NUMBERS else ""
        yield day, f"整改到期 {len(numbers)} 件：第 {'、'.join(numbers[:_NUMBERS])} 号{more}"
