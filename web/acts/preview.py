"""What an act would do: judged as the deed will be, by the same stages, so that the page shows exactly what will be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from states import ACTIONS, ROLES
from storage.engine import reading
from workflow.engine import Mode, foresee
from workflow.outcome import Outcome
from workflow.subject import Actor, Intent


@dataclass(frozen=True, slots=True)
class Preview:
    """The outcomes, and who would be told of each done case."""

    outcomes: list[Outcome]
    told: dict[int, str]

    @property
    def stale(self) -> bool:
        """Say whether a page was out of date."""
        return any(one.outcome == "stale" for one in self.outcomes)

    @property
    def refused(self) -> list[Outcome]:
        """Return what was refused."""
        return [one for one in self.outcomes if one.outcome == "refused"]


def preview(engine: Engine, intents: Sequence[Intent], actor: Actor, now: datetime) -> Preview:
    """Return what firing the intents now would give; nothing is locked, nothing written."""
    with reading(engine) as work:
        outcomes, told = foresee(work.driver, intents, actor, now, mode_of(intents[0].action))
    return Preview(outcomes, {case: _in_words(posts) for case, posts in told.items() if posts})


def mode_of(action: str) -> Mode:
    """A filing is all or none; everything else is each for itself."""
    return "all" if ACTIONS[action].filing else "each"


def _in_words(posts: Sequence[str]) -> str:
    roles = [post.partition(":")[0] for post in posts]
    return "、".join(dict.fromkeys(ROLES.get(role, "上级党组织书记") for role in roles))
