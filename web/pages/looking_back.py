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
from storage.reads.ledger.choices import unit_choices
from storage.reads.look_backs import (
    FAILED,
    PASSED,
    ROUND_SORT,
    SEEN,
    TO_LOOK,
    UNSEEN,
    WHOSE,
    Pool,
    begun_on,
    count_pooled,
    pooled,
    units_of_round,
)
from storage.scope import Scope
from storage.sql import Driver
from web.acts.act import MOST_CASES
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Signed
from web.viewer import Viewer

router = APIRouter()
PLACE: Final = "/look-backs"
MOVE: Final = ACTIONS[PASSED]
LOOKED: Final = {TO_LOOK: "没有复查过的和到期的", UNSEEN: "没有复查过", SEEN: "复查过"}
OF_ROUND: Final = {UNSEEN: "待复查", SEEN: "已复查"}


@router.get(PLACE)
def look_backs(
    desk: AtDesk,
    viewer: Signed,
    unit: str = "",
    whose: str = "",
    looked: str | None = None,
    during: str = "",
    after: str = "",
) -> Response:
    """Show a page of the pool to those who look back, with a box to tick beside each; it opens on what is to be looked at."""
    if not viewer.may_make(MOVE):
        raise NotYours
    around = number_in(during)
    looked = (UNSEEN if around else TO_LOOK) if looked is None else looked if looked in LOOKED else ""
    pool = Pool(number_in(unit), whose if whose in WHOSE else "", looked, around)
    return _page(desk, viewer, pool, _place(after))


def _place(after: str) -> tuple[int, int]:
    """Return behind which unit and case a page begins; what is no place is the top."""
    unit, _, case = after.partition(".")
    return number_in(unit) or 0, number_in(case) or 0


def _page(desk: Desk, viewer: Viewer, pool: Pool, after: tuple[int, int]) -> Response:
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
        found = looks.at(pooled, place, scope, pool, begun, after, size + 1)
        counted = looks.at(count_pooled, place, scope, pool, begun)
        units = looks.at(_units, place, scope, pool.during)
        lines, more = found()[:size], len(found()) > size
    asked = {name: str(value) for name in ("unit", "whose", "during") if (value := getattr(pool, name))}
    asked["looked"] = pool.looked
    links = {"第一页": urlencode(asked)} if any(after) else {}
    if more:
        links["下一页"] = urlencode({**asked, "after": f"{lines[-1].unit_id}.{lines[-1].id}"})
    return desk.page(
        "look_backs.html", viewer, here="/cases", lines=lines, count=counted(), pool=pool, units=units(), whose=WHOSE, links=links,
        looked=OF_ROUND if pool.during else LOOKED, round_name=round_name, begun=begun, place=PLACE, passed=PASSED, failed=FAILED,
    )  # fmt: skip


def _units(driver: Driver, jurisdiction: int, scope: Scope, during: int | None) -> list[tuple[int, str]]:
    if during is not None:
        return list(units_of_round(driver, jurisdiction, during).items())
    return [(unit, f"{'　' if below else ''}{name}") for unit, name, below in unit_choices(driver, jurisdiction, scope)]
