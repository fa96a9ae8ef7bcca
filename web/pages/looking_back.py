"""The pool for looking back 回头看抽查库: what is closed, ours or taken over, to draw a sample from by hand; of a 回头看 round what it has to look at."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from states import ACTIONS
from storage.digits import number_in
from storage.engine import reading
from storage.household import read_row
from storage.looks import Looks
from storage.reads.look_backs import (
    PASSED,
    ROUND_SORT,
    SEEN,
    UNSEEN,
    WHOSE,
    Pool,
    begun_on,
    pooled,
    units_pooled,
)
from web.acts.act import MOST_CASES
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Signed
from web.viewer import Viewer

router = APIRouter()
PLACE: Final = "/look-backs"
MOVE: Final = ACTIONS[PASSED]
LOOKED: Final = {UNSEEN: "没有复查过", SEEN: "复查过"}
MOST_PAGES: Final = 9999
OF_ROUND: Final = {UNSEEN: "待复查", SEEN: "已复查"}


@router.get(PLACE)
def look_backs(
    desk: AtDesk, viewer: Signed, unit: str = "", whose: str = "", looked: str = "", during: str = "", page: str = ""
) -> Response:
    """Show a page of the pool to those who look back, with a box to tick beside each."""
    if not viewer.may_make(MOVE):
        raise NotYours
    pool = Pool(number_in(unit), whose if whose in WHOSE else "", looked if looked in LOOKED else "", number_in(during))
    return _page(desk, viewer, pool, number_in(page, MOST_PAGES) or 1)


def _page(desk: Desk, viewer: Viewer, pool: Pool, at: int) -> Response:
    place, scope = viewer.actor.jurisdiction, viewer.scope_as(*MOVE.who)
    size = min(desk.settings.config.web.page, MOST_CASES)
    with reading(desk.engine) as work:
        round_name, begun = "", None
        if pool.during is not None:
            row = read_row(work.driver, "round", place, pool.during)
            if row is None or row["sort"] != ROUND_SORT or not viewer.reads_register("round"):
                raise NotYours
            round_name, begun = str(row["name"]), begun_on(work.driver, place, pool.during)
        looks = Looks(work.driver)
        found = looks.at(pooled, place, scope, pool, begun, ((at - 1) * size, size))
        units = looks.at(units_pooled, place, scope, pool, begun)
        lines, count = found()
    asked = {name: str(value) for name in ("unit", "whose", "looked", "during") if (value := getattr(pool, name))}
    links = {
        to: urlencode({**asked, "page": to}) for to in (at - 1, at + 1) if to >= 1 and (to < at or at * size < count)
    }
    return desk.page(
        "look_backs.html", viewer, here="/cases", lines=lines, count=count, pool=pool, units=units(), whose=WHOSE, at=at, links=links,
        looked=OF_ROUND if pool.during else LOOKED, round_name=round_name, begun=begun, place=PLACE, passed=PASSED, begins=(at - 1) * size + 1,
    )  # fmt: skip
