"""代录: a few papers that secretaries signed by hand, entered by the office; some are confirmed, and the latest waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from seeding.county import Days
from seeding.walk import Act
from states import SECRETARY, SIGNED_PAPER

ENTERED_BY: Final = "office2"
_WAITS: Final = -4
"""So many working days ago at most was entered what still waits for its secretary, who has five."""
_MOST: Final = 2


def on_paper(acts: Sequence[Act], days: Days) -> list[Act]:
    """Return the acts with a few claims of a unit of the last round made by paper, and what was handed in lately."""
    lately = days.on(days.base, _WAITS)
    others = [act for act in acts if act.problem.visit.place.answers]
    claims = [act for act in others if act.action == "claim" and act.problem.visit.ago == 0 and act.day < lately]
    handed = [act for act in others if act.action == "submit" and act.day >= lately and not _accepted(act, acts)]
    newest = max(claims, key=lambda act: act.day, default=None)
    confirmed = [act for act in claims if newest and act.problem.visit == newest.problem.visit][:_MOST]
    by_paper = {id(act): _entered(act, days) for act in (*confirmed, *handed[-1:])}
    found = [by_paper.get(id(act), act) for act in acts]
    return sorted([*found, *_confirmed(confirmed, days)], key=lambda act: act.day)


def _accepted(act: Act, acts: Sequence[Act]) -> bool:
    return any(one.problem is act.problem and one.day >= act.day and one.action == "verify" for one in acts)


def _entered(act: Act, days: Days) -> Act:
    """Return the same act, signed the working day before and entered on its day."""
    signed = max(days.by(act.day - timedelta(days=1)), act.problem.visit.fed)
    return replace(act, by=ENTERED_BY, papers=(*act.papers, SIGNED_PAPER), signed_on=signed)


def _confirmed(acts: Sequence[Act], days: Days) -> Iterator[Act]:
    for act in acts:
        yield Act(days.on(act.day, 1), "confirm_paper", act.problem, SECRETARY)
