"""What an act would do: fired for real and rolled back, so that the page shows exactly what will be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from states import ACTIONS, ROLES
from storage.engine import writing
from storage.reads.mails import posts_told
from storage.sql import Driver
from workflow.engine import Mode, Outcome, fire
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
    """Return what firing the intents now would give; nothing stays."""
    with writing(engine) as session:
        outcomes = fire(session, intents, actor, now, mode_of(intents[0].action))
        told = _told(Driver(session), actor.jurisdiction, [one for one in outcomes if one.outcome == "done"])
        session.rollback()
    return Preview(outcomes, told)


def mode_of(action: str) -> Mode:
    """A filing is all or none; everything else is each for itself."""
    return "all" if ACTIONS[action].filing else "each"


def _told(driver: Driver, jurisdiction: int, done: Sequence[Outcome]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for case, post in posts_told(driver, jurisdiction, [one.index for one in done]):
        role = post.partition(":")[0]
        found.setdefault(case, []).append(ROLES.get(role, "上级党组织书记"))
    return {case: "、".join(dict.fromkeys(words)) for case, words in found.items()}
