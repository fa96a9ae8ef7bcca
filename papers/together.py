"""Drafts handled together: written, checked, countersigned and issued at once, as far as each can be; what cannot says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from papers.drafting import Shown
from papers.editing import against_checking, check, countersign, countersigns_as, put_words, take_back
from register.papers import against_issuing, drafters, issuers, post_for
from storage.sql import Driver
from storage.work import Work
from workflow.refusal import Refusal
from workflow.subject import Actor

MOST: int = 100
"""So many are handled in one act."""
MOVED_ON: str = "所列的问题已往前走，没有可写的了"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Drafts for one act: those with which it can be done, and those with which it cannot, by the reason."""

    ready: Sequence[Shown]
    left: Mapping[str, Sequence[Shown]]

    @property
    def any(self) -> bool:
        """Say whether the act is anybody's here at all."""
        return bool(self.ready or self.left)


NOTHING = Sorted((), {})


def _sorted(shown: Sequence[Shown], against: Callable[[Shown], Sequence[str]]) -> Sorted:
    ready: list[Shown] = []
    left: dict[str, list[Shown]] = {}
    for one in shown:
        if whys := [MOVED_ON] if one.why_not else against(one):
            left.setdefault("；".join(whys), []).append(one)
        else:
            ready.append(one)
    return Sorted(ready, left)


def to_issue(driver: Driver, shown: Sequence[Shown], actor: Actor) -> Sorted:
    """Sort drafts by whether the actor issues them; nothing where they issue none of the kind."""
    if not any(post_for(driver, actor, issuers(one.kind), one.row.unit) for one in shown):
        return NOTHING
    return _sorted(shown, lambda one: list(against_issuing(driver, actor, one.row, one.unwritten)))


def to_check(driver: Driver, shown: Sequence[Shown], actor: Actor) -> Sorted:
    """Sort drafts that nobody has checked yet by whether the actor checks them 核稿; nothing where they check none of the kind."""
    there = [one for one in shown if one.kind.checks and not one.row.checked_by]
    if not any(post_for(driver, actor, one.kind.checks, one.row.unit) for one in there):
        return NOTHING
    return _sorted(there, lambda one: [why.sentence] if (why := _against_check(driver, one, actor)) else [])


def _against_check(driver: Driver, one: Shown, actor: Actor) -> Refusal | None:
    if one.unwritten:
        return Refusal(f"还有没有填写的：{'、'.join(one.unwritten)}")
    return against_checking(driver, one.row, actor)


def to_countersign(driver: Driver, shown: Sequence[Shown], actor: Actor) -> Sorted:
    """Return the drafts that the actor has still to countersign 会签."""
    theirs = [one for one in shown if countersigns_as(driver, one.row, actor)]
    return _sorted(theirs, lambda one: [f"还有没有填写的：{'、'.join(one.unwritten)}"] if one.unwritten else [])


def to_drop(driver: Driver, shown: Sequence[Shown], actor: Actor) -> list[Shown]:
    """Return the drafts of the clock's that the actor can take away because there is nothing to write any more."""
    theirs = (one for one in shown if one.why_not and one.row.by in (None, actor.person_id))
    return [one for one in theirs if post_for(driver, actor, drafters(one.kind), one.row.unit)]


def drop_together(work: Work, shown: Sequence[Shown], actor: Actor, now: datetime) -> list[Refusal]:
    """Take drafts away of which there is nothing to write any more. Never commits."""
    gone = [one for one in shown if one.why_not]
    return _named(gone, (take_back(work, one.row, actor, "", now) for one in gone))


def write_together(
    work: Work, shown: Sequence[Shown], said: Mapping[str, str], actor: Actor, seen: Mapping[int, str]
) -> list[Refusal]:
    """Write the same words into the blanks of these names that nobody has written yet. Never commits."""
    for one in shown:
        empty = {blank.name for blank in one.blanks if not blank.written}
        words = {name: text for name, text in said.items() if name in empty and text.strip()}
        if words and (faults := put_words(work, one, words, actor, seen.get(one.row.id, ""))):
            return faults
    return []


def check_together(
    work: Work, shown: Sequence[Shown], actor: Actor, now: datetime, seen: Mapping[int, str]
) -> list[Refusal]:
    """Check drafts 核稿 as they were shown, all or none. Never commits."""
    whys = (check(work, one.row, actor, now, seen.get(one.row.id, "")) for one in shown)
    return _named(shown, whys)


def countersign_together(
    work: Work, shown: Sequence[Shown], actor: Actor, now: datetime, seen: Mapping[int, str]
) -> list[Refusal]:
    """Countersign drafts 会签 as they were shown, all or none. Never commits."""
    whys = (countersign(work, one.row, actor, now, seen.get(one.row.id, "")) for one in shown)
    return _named(shown, whys)


def _named(shown: Sequence[Shown], whys: Iterable[Refusal | None]) -> list[Refusal]:
    """Return the reasons, each behind the paper that it is about."""
    return [
        Refusal(
            f"{one.content.to if isinstance(one.content.to, str) and one.content.to else one.row.title}：{why.sentence}",
            why.field,
        )
        for one, why in zip(shown, whys, strict=True)
        if why
    ]
