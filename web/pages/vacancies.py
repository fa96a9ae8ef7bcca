"""空缺和邮箱: which units have no secretary, which posts end with nobody after, whom no mail reaches, who is where they are tied; who mends it, and where."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

import clock
from states import ADMINISTRATORS, HANDLER, HEAD, OFFICE, SYSADMIN
from storage.engine import reading
from storage.reads.unheeded import unheeded
from storage.reads.vacancies import MOST, circles_of, ending_posts, unreached_people, vacant_units
from web.doorway import AtDesk, NotYours, Signed

router = APIRouter()
READERS = (OFFICE, *ADMINISTRATORS)


@router.get("/vacancies")
def vacancies(desk: AtDesk, viewer: Signed) -> Response:
    """List what is empty or fails, each with who mends it; a restricted case 限定知悉 only to who knows of it, how many nobody can open to all."""
    whole = viewer.holds_at_large(*READERS)
    if not whole and not viewer.holds_at_large(HEAD):
        raise NotYours
    now, place = desk.now(), viewer.actor.jurisdiction
    today = clock.local_date(now)
    with reading(desk.engine) as work:
        units = vacant_units(work.driver, place, today) if whole else []
        no_handler = vacant_units(work.driver, place, today, HANDLER) if whole else []
        ending = ending_posts(work.driver, place, now) if whole else []
        unreached = unreached_people(work.driver, place, now) if whole else []
        tied = unheeded(work.driver, place, today) if viewer.holds_at_large(OFFICE) else None
        found = circles_of(work.driver, place, viewer.restricted, today)
    circles = [one for one in found if one.case in viewer.confided and not one.acted_in]
    stuck = sum(not one.in_hand for one in found)
    return desk.page(
        "vacancies.html", viewer, here="/" if viewer.holds(OFFICE, HEAD) else "/accounts", today=today, units=units, ending=ending, unreached=unreached,
        tied=tied, no_handler=no_handler, most=MOST, mends=viewer.holds(SYSADMIN), circles=circles, stuck=stuck, whole=whole,
    )  # fmt: skip
