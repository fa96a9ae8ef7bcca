"""Asking and deciding 申请与审批: one person asks, another enters it; what needs nobody else is entered at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import clock
from register.kinds import KINDS, acts
from register.may import enters_as, has_part, may_take_back
from register.road import enter, try_out
from register.showing import cases_of
from register.surroundings import Surroundings
from register.wanted import USUAL, Entered, Limits, Standing, Wanted
from storage import requests
from storage.household import read_row
from storage.reads import posts
from storage.requests import Asking, Batch
from storage.sql import Driver
from storage.work import Work
from workflow.may import scope_of
from workflow.refusal import Refusal
from workflow.subject import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of what was asked: entered at once, waiting for another person, or refused with all reasons."""

    entered: Entered | None = None
    request: int | None = None
    refusals: tuple[Refusal, ...] = ()


class NoSuchRequest(LookupError):
    """There is no such request, or it was decided already."""

    def __init__(self) -> None:
        super().__init__("没有这份申请，或已经审批过")


def ask(work: Work, wanted: Wanted, actor: Actor, now: datetime, limits: Limits = USUAL) -> Asked:
    """Enter what nobody else must approve; of the rest keep a request. All reasons against it are said now. Never commits."""
    _, act = wanted.rule
    if not act.approves or actor.person_id is None:
        (entered,) = enter(work, [wanted], actor, now, limits=limits)
        return Asked(entered, refusals=entered.refusals)
    one, refusals = try_out(work, wanted, actor, now, limits)
    if one is None or refusals:
        return Asked(refusals=refusals)
    kept = keep(one)
    return Asked(refusals=(kept,)) if isinstance(kept, Refusal) else Asked(request=kept)


def keep(one: Standing) -> int | Refusal:
    """Keep as a request what was tried out and nothing stands against; return its number, or that the same waits already. Never commits."""
    wanted, row = one.wanted, None if one.wanted.row is None else str(one.wanted.row)
    asking = Asking(
        one.jurisdiction, wanted.kind, wanted.act, row, requests.packed(one.said), wanted.reason, one.actor.person_id, one.role, one.now
    )  # fmt: skip
    if requests.is_asked(one.driver, asking):
        return Refusal("已有同样的申请在等审批：请等待审批，或先撤回那一份")
    one.work.note_done()
    return requests.put(one.driver, asking)


def wanted_of(asking: Asking, beside: Mapping[str, Any] | None = None) -> Wanted:
    """Return what a request wants."""
    return Wanted(asking.kind, asking.act, asking.key, asking.said, asking.reason, beside or {})


def decide(
    work: Work,
    number: int,
    actor: Actor,
    now: datetime,
    *,
    approve: bool,
    seen: str | None = None,
    beside: Mapping[str, Any] | None = None,
    limits: Limits = USUAL,
) -> Entered:
    """Approve a request, which enters it, or turn it down; whoever asked may take it back. Never commits.

    `seen` is what the page showed of it: what has changed since is refused. NoSuchRequest where none is waiting.
    """
    asking = requests.read(work.driver, actor.jurisdiction, number)
    if asking is None or asking.state != "asked" or not there(work.driver, actor, [asking]):
        raise NoSuchRequest
    work.note_done()
    at = clock.micros(now)
    kind, act = wanted_of(asking).rule
    _, why = enters_as(kind, act, actor, asking.asked_by)
    if why is not None and (approve or not may_take_back(asking, actor)):
        return Entered(kind.name, refusals=(why,))
    if not approve:
        requests.settle(work.driver, number, "refused", actor.person_id, at, None)
        return Entered(kind.name, asking.key)
    if seen is not None and seen != Surroundings.of(
        work.driver, asking.jurisdiction, [asking], clock.local_date(now)
    ).shown(asking):
        return Entered(
            asking.kind, refusals=(Refusal("申请要改的内容刚刚有变动，没有办理：请核对下面的新内容后再审批"),)
        )
    if why := _asker_gone(work, asking, now):
        return Entered(asking.kind, refusals=(why,))
    (entered,) = enter(work, [wanted_of(asking, beside)], actor, now, asked_by=asking.asked_by, limits=limits)
    if not entered.refusals:
        requests.settle(work.driver, number, "approved", actor.person_id, at, entered.index)
    return entered


def _asker_gone(work: Work, asking: Asking, now: datetime) -> Refusal | None:
    """A request stands as long as whoever asked could still ask for it."""
    _, act = wanted_of(asking).rule
    held = posts.roles_at_large(work.driver, asking.asked_by or 0, clock.local_date(now))
    return None if held & set(act.enters) else Refusal("申请人已不担任可以申请的职务，请退回，由现任的人重新申请")


def waiting_for(driver: Driver, actor: Actor) -> list[Asking]:
    """Return the requests that wait by themselves for somebody like the viewer, and the viewer's own, the oldest first."""
    return there(driver, actor, requests.waiting(driver, actor.jurisdiction, _acts_of(actor)))


def there(driver: Driver, actor: Actor, asked: Sequence[Asking]) -> list[Asking]:
    """Return those of the requests that are there for somebody: none that names a case, or the row of one, that is 限定知悉 to others."""
    hidden = scope_of(actor.posts).hidden
    return [one for one in asked if not hidden or not set(hidden).intersection(_cases_named(driver, one))]


def _cases_named(driver: Driver, one: Asking) -> list[int]:
    """Return the cases that a request names: in what is filled in, and in the row that it is about."""
    kind = KINDS[one.kind]
    said = {field.column: one.said.get(field.name) for field in kind.fields}
    row = read_row(driver, one.kind, one.jurisdiction, one.key) if one.key is not None else None
    return [*cases_of(kind, said), *cases_of(kind, row or {})]


def batches_for(driver: Driver, actor: Actor, kind: str | None = None) -> list[Batch]:
    """Return the batches that wait for somebody like the viewer, of one kind where it is named, the oldest first."""
    there = [one for one in _acts_of(actor) if kind in (None, one.partition(".")[0])]
    return requests.batches_waiting(driver, actor.jurisdiction, there) if there else []


def _acts_of(actor: Actor) -> list[str]:
    return [f"{kind.name}.{act.name}" for kind, act in acts() if has_part(act, actor)]


def approved_by(actor: Actor) -> list[str]:
    """Return the acts (`kind.act`) that somebody approves, of what others ask for."""
    return [f"{kind.name}.{act.name}" for kind, act in acts() if act.approves and actor.post_at_large(*act.approves)]
