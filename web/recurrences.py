"""Recurrence 重复发生 on the page of a case: earlier problems that it resembles, and what was judged of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from register.kinds import KINDS
from states import DISCIPLINE, HEAD, OFFICE, TEAM
from storage.reads.recurrences import Judged, Line, Pair, judged_of, like_before, lines_of
from storage.recurrences import AGAIN, KIND
from storage.rows import CaseRow
from storage.sql import Driver
from web.viewer import Viewer

WHO_READ: Final = (OFFICE, HEAD, TEAM, DISCIPLINE)
"""Who reads which earlier problems one resembles; the unit reads what is judged of it nowhere but in figures."""
MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a case: pairs to be judged and what was judged, each with the other problem; how many more resemble it."""

    like: Sequence[tuple[Pair, Line]] = ()
    judged: Sequence[tuple[Judged, Line]] = ()
    more: int = 0

    @property
    def before(self) -> list[Line]:
        """Return the problems that it is again."""
        return [line for one, line in self.judged if one.verdict == AGAIN and not one.later]

    @property
    def others(self) -> list[int]:
        """Return the other problems whose words are shown."""
        return [line.id for _, line in (*self.like, *self.judged)]


def judges(viewer: Viewer) -> bool:
    """Say whether the viewer judges what is alike: who enters that in the register."""
    return viewer.holds_at_large(*KINDS[KIND].act("make").enters)


def beside_case(driver: Driver, viewer: Viewer, case: CaseRow, least: int) -> Beside:
    """Return what is there for the viewer in the roles that read it."""
    scope = viewer.scope_as(*WHO_READ)
    if not scope.covers(case):
        return Beside()
    like, judged = like_before(driver, case, scope, least), judged_of(driver, case.id)
    wanted = [one.earlier for one in like[:MOST_SHOWN]] + [one.other for one in judged]
    lines = lines_of(driver, case.jurisdiction, wanted, scope)
    return Beside(
        [(one, lines[one.earlier]) for one in like[:MOST_SHOWN] if one.earlier in lines],
        [(one, lines[one.other]) for one in judged if one.other in lines],
        max(0, len(like) - MOST_SHOWN),
    )
