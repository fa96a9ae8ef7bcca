"""What each unit gets by a feedback: its problems, by when it is to claim them, and who is written to; read before it is taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from notifications.holders import Addressees, Directories
from storage.reads.accounts import names_of
from storage.reads.outgoing import Newborn, born_since, written_since
from storage.sql import Driver
from web.filters import post_called


@dataclass(slots=True)
class Outgoing:
    """What one unit gets."""

    problems: list[Newborn] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    """Who is written to, by the words of the post."""

    @property
    def due_on(self) -> date | None:
        """Return the day by which the first is to be claimed."""
        return min((one.due_on for one in self.problems if one.due_on), default=None)


def outgoing(driver: Driver, jurisdiction: int, after: int, today: date) -> dict[str, Outgoing]:
    """Return by unit what cases born after another bring."""
    found: dict[str, Outgoing] = {}
    for case in born_since(driver, jurisdiction, after):
        found.setdefault(case.unit, Outgoing()).problems.append(case)
    directory = Directories().of(driver, jurisdiction)
    posts = dict.fromkeys(written_since(driver, jurisdiction, after))
    reached = {one: directory.addressees(one.post, one.leader, today, one.where) for one in posts}
    names = names_of(driver, sorted({person for to in reached.values() for person in to.people}))
    for one, to in reached.items():
        found[one.unit].told[post_called(one.post, one.answerable)] = _in_words(to, names)
    return found


def _in_words(to: Addressees, names: dict[int, str]) -> str:
    said = [f"{names[one]}{'（代收）' if to.takes_for_another(one) else ''}" for one in to.people]
    return "、".join(said) or "没有人收得到信"
