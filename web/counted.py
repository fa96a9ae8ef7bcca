"""Figures on pages, each with its cases: those of an issued paper as they were signed, and what they come to today as of the same day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

from figures.printed import Opens
from figures.table import FIGURES, behind
from papers.correcting import Altered, corrected_of
from papers.counted import Change, Counted, changes
from papers.kinds import KINDS
from papers.tally import again
from register.papers import drafted_by
from storage.reads.late_entries import LateEntry, by_how
from storage.reads.standings import AsOf
from storage.sql import Driver
from web.viewer import Viewer

CORRECTION: Final = KINDS["correction_note"]


@dataclass(frozen=True, slots=True)
class Signed:
    """What a paper said as it was issued, and, where it was asked for, what is otherwise by now."""

    on: date
    since: date
    round: int | None
    figures: Sequence[Counted]
    altered: str = ""
    again: bool = False
    changed: Sequence[Change] = ()
    late: Sequence[LateEntry] = ()

    def opens(self, one: Counted) -> str:
        """Return the address of the ledger that lists the cases of a figure, as of the day; empty where it has none."""
        if not one.condition or one.said in {"0", "—"}:
            return ""
        each = behind(FIGURES[one.name]).each if one.name in FIGURES else ""
        said = {"figure": one.condition, "each": each, "on": self.on.isoformat(), "around": str(self.round or "")}
        if one.condition.endswith("_in"):
            said["since"] = self.since.isoformat()
        return "/cases?" + urlencode({name: value for name, value in said.items() if value})

    @property
    def late_said(self) -> str:
        """Return how many entries came late, by how they came."""
        return late_said(self.late)


def opening(of: AsOf) -> Callable[[Opens], str]:
    """Return what makes the address of the ledger that lists the cases behind a number."""
    said = {
        "on": of.on.isoformat(),
        "count": of.counting.address,
        "around": str(of.round or ""),
        "answers": str(of.unit or ""),
    }
    month = {"since": of.since.isoformat()} if of.since else {}

    def opens(cases: Opens) -> str:
        both = {**said, **(month if cases["figure"].endswith("_in") else {}), **cases}
        return "/cases?" + "&".join(
            f"{name}={quote_plus(value)}" for name, value in both.items() if value or name == "responsible"
        )

    return opens


def late_said(late: Sequence[LateEntry]) -> str:
    """Return how many entries came late, by how they came; nothing of none."""
    kinds = "、".join(f"{words} {n} 件" for words, n in by_how(late))
    return f"补录 {len(late)} 件（{kinds}）" if late else ""


def may_count_again(viewer: Viewer) -> bool:
    """Say whether somebody counts again what was issued: who drafts corrections, and sees all cases."""
    return viewer.scope.whole and CORRECTION in drafted_by(viewer.actor)


def signed_figures(
    driver: Driver, viewer: Viewer, number: int, row: dict[str, Any], today: date, *, anew: bool
) -> Signed | None:
    """Return the figures of an issued paper; counted again for who may; None of a paper that is made of none."""
    if not row.get("figures"):
        return None
    place = viewer.actor.jurisdiction
    try:
        paper = corrected_of(driver, place, number)
    except Altered as why:
        return Signed(today, today, None, (), altered=str(why))
    assert paper is not None
    said = paper.figures
    since, on = (date.fromisoformat(said[name]) for name in ("since", "on"))
    found = Signed(on, since, said["round"], said["figures"])
    if not anew or not may_count_again(viewer):
        return found
    tally = again(driver, said, place, today)
    return Signed(on, since, found.round, found.figures, "", True, changes(said, tally), tally.late)
