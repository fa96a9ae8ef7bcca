"""Asking and deciding 申请与审批: one person asks, another enters it; what needs nobody else is entered at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import clock
from register.kinds import acts
from register.may import enters_as, has_part, may_take_back
from register.road import enter, try_out
from register.wanted import Entered, Wanted
from storage import requests
from storage.household import KEPT, Key, read_row
from storage.reads import posts
from storage.requests import Asking
from storage.work import Work
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


def ask(work: Work, wanted: Wanted, actor: Actor, now: datetime) -> Asked:
    """Enter what nobody else must approve; of the rest keep a request. All reasons against it are said now. Never commits."""
    _, act = wanted.rule
    if not act.approves or actor.person_id is None:
        (entered,) = enter(work, [wanted], actor, now)
        return Asked(entered, refusals=entered.refusals)
    one, refusals = try_out(work, wanted, actor, now)
    if one is None or refusals:
        return Asked(refusals=refusals)
    row = None if wanted.row is None else str(wanted.row)
    asking = Asking(
        actor.jurisdiction, wanted.kind, wanted.act, row, requests.packed(one.said), wanted.reason, actor.person_id, one.role, one.now
    )  # fmt: skip
    work.note_done()
    return Asked(request=requests.put(work.driver, asking))


def wanted_of(asking: Asking, beside: Mapping[str, Any] | None = None) -> Wanted:
    """Return what a request wants."""
    return Wanted(asking.kind, asking.act, key_of(asking.kind, asking.row), asking.said, asking.reason, beside or {})


def key_of(kind: str, row: str | None) -> Key | None:
    """Return the key of a row from its text in an address or a request."""
    if row is None or (kind in KEPT and KEPT[kind].key != "id"):
        return row
    return int(row)


def decide(
    work: Work,
    number: int,
    actor: Actor,
    now: datetime,
    *,
    approve: bool,
    seen: str | None = None,
    beside: Mapping[str, Any] | None = None,
) -> Entered:
    """Approve a request, which enters it, or turn it down; whoever asked may take it back. Never commits.

    `seen` is what the page showed of it: what has changed since is refused. NoSuchRequest where none is waiting.
    """
    asking = requests.read(work.driver, actor.jurisdiction, number)
    if asking is None or asking.state != "asked":
        raise NoSuchRequest
    work.note_done()
    at = clock.micros(now)
    kind, act = wanted_of(asking).rule
    _, why = enters_as(kind, act, actor, asking.asked_by)
    if why is not None and (approve or not may_take_back(asking, actor)):
        return Entered(kind.name, refusals=(why,))
    if not approve:
        requests.settle(work.driver, number, "refused", actor.person_id, at, None)
        return Entered(kind.name, key_of(kind.name, asking.row))
    if seen is not None and seen != shown(work, asking):
        return Entered(
            asking.kind, refusals=(Refusal("申请要改的内容刚刚有变动，没有办理：请核对下面的新内容后再审批"),)
        )
    if why := _asker_gone(work, asking, now):
        return Entered(asking.kind, refusals=(why,))
    (entered,) = enter(work, [wanted_of(asking, beside)], actor, now, asked_by=asking.asked_by)
    if not entered.refusals:
        requests.settle(work.driver, number, "approved", actor.person_id, at, entered.index)
    return entered


def _asker_gone(work: Work, asking: Asking, now: datetime) -> Refusal | None:
    """A request stands as long as whoever asked could still ask for it."""
    _, act = wanted_of(asking).rule
    held = posts.roles_at_large(work.driver, asking.asked_by or 0, clock.local_date(now))
    return None if held & set(act.enters) else Refusal("申请人已不担任可以申请的职务，请退回，由现任的人重新申请")


def look_alikes(work: Work, asking: Asking) -> list[str]:
    """Return, in words, who is of the same name or address as the person a request is about: one human is one person."""
    said = asking.said
    if asking.kind == "person":
        but = int(asking.row) if asking.row else None
    elif asking.kind == "account" and asking.act == "open":
        but = posts.person_meant(work.driver, asking.jurisdiction, asking.said)
    else:
        return []
    if "name" not in said and "email" not in said:
        return []
    found = posts.look_alikes(work.driver, asking.jurisdiction, said.get("name", ""), said.get("email"), but)
    return [_in_words(work, one, said) for one in found]


def _in_words(work: Work, one: tuple[int, str, str | None], said: Mapping[str, Any]) -> str:
    number, name, email = one
    same = "、".join(
        words
        for words, is_same in (("姓名", name == said.get("name")), ("邮箱", bool(email) and email == said.get("email")))
        if is_same
    )
    logins = "、".join(login for _, login, _ in posts.accounts_of(work.driver, number)) or "没有账号"
    return f"{name}（{logins}）的{same}相同：如是同一个人，请退回，改为给他已有的登记加账号或职务"


def shown(work: Work, asking: Asking) -> str:
    """Return the hash of what a page shows of a request: what it wants, whom or what it is about as that is, and who looks alike."""
    row = (
        read_row(work.driver, asking.kind, asking.jurisdiction, key_of(asking.kind, asking.row) or 0)
        if asking.row
        else {}
    )
    text = repr(
        (asking.fields, sorted((row or {}).items(), key=str), _owner_as_is(work, asking), look_alikes(work, asking))
    )
    return sha256(text.encode()).hexdigest()


def _owner_as_is(work: Work, asking: Asking) -> list[object]:
    """Return the person who would get a further post, with the posts held, as both are now; nothing of a new one."""
    opens = asking.kind == "account" and wanted_of(asking).rule[1].begins
    owner = posts.person_meant(work.driver, asking.jurisdiction, asking.said) if opens else None
    if owner is None:
        return []
    person = read_row(work.driver, "person", asking.jurisdiction, owner) or {}
    held = posts.posts_unended(work.driver, owner, date.min)
    return [sorted(person.items(), key=str), *(read_row(work.driver, "post", asking.jurisdiction, one) for one in held)]


def waiting_for(work: Work, actor: Actor) -> list[Asking]:
    """Return the requests that wait for somebody like the viewer, and the viewer's own, the oldest first."""
    there = [f"{kind.name}.{act.name}" for kind, act in acts() if has_part(act, actor)]
    return requests.waiting(work.driver, actor.jurisdiction, there)
