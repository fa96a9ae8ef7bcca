"""What an act would do: judged as the deed will be, by the same stages, so that the page shows exactly what will be recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from states import ROLES
from storage.rows import CaseRow
from storage.sql import Driver
from workflow.engine import foresee
from workflow.outcome import Ahead, Outcome
from workflow.subject import Actor, Intent


@dataclass(frozen=True, slots=True)
class Preview:
    """The outcomes, who would be told of each done case, in words, what would come of it, and the cases as they stand."""

    outcomes: list[Outcome]
    told: dict[int, str]
    ahead: Mapping[int, Ahead]
    cases: Sequence[CaseRow]

    @property
    def stale(self) -> bool:
        """Say whether a page was out of date."""
        return any(one.outcome == "stale" for one in self.outcomes)

    @property
    def all_refused(self) -> bool:
        """Say whether nothing would be done."""
        return all(one.outcome == "refused" for one in self.outcomes)


def preview(driver: Driver, intents: Sequence[Intent], actor: Actor, now: datetime) -> Preview:
    """Return what firing the intents now would give; nothing is locked, nothing written."""
    seen = foresee(driver, intents, actor, now)
    told = {case: _in_words(one.told) for case, one in seen.ahead.items() if one.told}
    return Preview(seen.outcomes, told, seen.ahead, seen.cases)


def _in_words(posts: Sequence[str]) -> str:
    roles = [post.partition(":")[0] for post in posts]
    return "、".join(dict.fromkeys(ROLES.get(role, "上级党组织书记") for role in roles))
