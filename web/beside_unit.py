"""What stands on the page of a unit beside its register: who is in office, who is below it, its inspections with their figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from register.showing import Words
from states import CAPACITIES, ROLES
from storage.reads.papers import Asked
from storage.reads.unit_page import Holder, holders_of, inspections_of
from web.filters import post_words
from web.papers import link_to
from web.viewer import Viewer

MOST_BELOW: Final = 60


@dataclass(frozen=True, slots=True)
class InOffice:
    """A post in words: 城伯镇党委书记, who holds it, how, and from when to when."""

    post: str
    holder: Holder
    how: str


def beside_unit(viewer: Viewer, words: Words, unit: int, name: str) -> dict[str, Any]:
    """Return what the page of a unit shows: figures of problems only to those who read cases."""
    driver, place, today = words.driver, viewer.actor.jurisdiction, words.today
    holders = [
        InOffice(_post(one, name), one, CAPACITIES.get(one.capacity, "")) for one in holders_of(driver, place, unit)
    ]
    below = [(key, row["name"]) for key, row in words.there("unit") if unit in (row["parent_id"], row["answerable_id"])]
    inspections = inspections_of(driver, place, unit, today)
    return {
        "now": [one for one in holders if _lasts(one.holder, today)],
        "before": [one for one in holders if not _lasts(one.holder, today)],
        "count": len(below),
        "below": below[:MOST_BELOW],
        "inspections": inspections,
        "teams": {key: row["name"] for key, row in words.there("team")} if inspections else {},
        "reads_cases": viewer.reads_cases,
        "papers": link_to(driver, viewer, Asked(unit=unit)) if viewer.reads_cases else None,
    }


def _post(one: Holder, unit: str) -> str:
    return post_words(one.role, unit) if one.role in ("secretary", "handler") else ROLES[one.role]


def _lasts(one: Holder, today: date) -> bool:
    """Say whether a post is held today or begins later."""
    return one.ends_on is None or one.ends_on >= today
