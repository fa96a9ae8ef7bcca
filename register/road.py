"""One road 一条路: a row of the register is made, changed and ended only through `enter`.

Under the head's lock: who may, what was filled in, what must hold, with all reasons; then the row, its entry on the trail
and what follows from it, in the caller's transaction. All of a call or nothing of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

import clock
from register.definition import definition
from register.grammar import OPERATOR, RELEASE, WHO, Act, Kind
from register.may import enters_as
from register.reading import read_fields, reason_fault, today_of, typed
from register.rules import AFTERWARDS, COLUMNS, FOLLOW, GUARDS, Afterwards
from register.wanted import USUAL, Entered, Limits, Partly, Standing, Unread, Wanted
from storage import requests
from storage.household import (
    KEPT,
    Key,
    Row,
    comes_whole,
    new_keys,
    put_changed,
    put_new,
    put_whole,
    read_row,
)
from storage.rows import Changes, Writer, lock_head
from storage.work import Work
from trail.append import Growth
from trail.entry import Dice, Sealed, instant, plain
from workflow.may import scope_of
from workflow.people import who_acts
from workflow.refusal import Refusal
from workflow.subject import Actor, Post


def release(jurisdiction: int, os_user: str | None = None) -> Actor:
    """Return the product itself as an actor: it lays what comes with a release."""
    return Actor(jurisdiction, RELEASE, WHO[RELEASE], (Post(RELEASE),), RELEASE, None, os_user)


def enter(
    work: Work,
    wanted: Sequence[Wanted],
    actor: Actor,
    now: datetime,
    *,
    asked_by: int | None = None,
    dice: Dice = os.urandom,
    limits: Limits = USUAL,
) -> list[Entered]:
    """Enter what is wanted, one after the other; the refused have their reasons, and with one refused none is entered.

    `asked_by` is who asked for it where another decides. Never commits, never raises for a refusal.
    """
    road = _Road(work, actor, clock.micros(now), asked_by, dice, limits)
    with _all_or_nothing(work) as kept:
        outcomes = [road.go(one) for one in wanted]
        kept.whole = not any(one.refusals for one in outcomes)
    if not kept.whole:
        return [one if one.refusals else Entered(one.kind) for one in outcomes]
    road.write()
    for follow, one, index in road.afterwards:
        follow(one, index, dice)
    return outcomes


@dataclass(slots=True)
class _Kept:
    whole: bool = False


@contextmanager
def _all_or_nothing(work: Work) -> Iterator[_Kept]:
    """Take back the rows that were written before one was refused; what the caller did before stands."""
    work.driver.run("SAVEPOINT register")
    kept = _Kept()
    yield kept
    if not kept.whole:
        work.driver.run("ROLLBACK TO SAVEPOINT register")
        work.session.expire_all()
    work.driver.run("RELEASE SAVEPOINT register")


def try_out(
    work: Work, wanted: Wanted, actor: Actor, now: datetime, limits: Limits = USUAL
) -> tuple[Standing | None, tuple[Refusal, ...]]:
    """Return it as it stands, with all reasons why it would be refused once another approves it; nothing is entered."""
    road = _Road(work, actor, clock.micros(now), None, os.urandom, limits, asking=True)
    with _all_or_nothing(work):
        one, refusals = road.stand(wanted)
        return one, refusals if one is None or refusals else road.take(one).refusals


@dataclass(slots=True)
class _Road:
    """One call: the head is locked, the tree grows, rows are collected until all of it is written."""

    work: Work
    actor: Actor
    now: int
    asked_by: int | None
    dice: Dice
    limits: Limits
    asking: bool = False
    """Only to see what would be refused: who asks stands for who will approve."""
    growth: Growth = field(init=False)
    changes: Changes = field(default_factory=Changes)
    afterwards: list[tuple[Afterwards, Standing, int]] = field(default_factory=list)
    """What follows once all entries are written, each with its entry."""

    def __post_init__(self) -> None:
        self.growth = Growth(lock_head(self.work.driver, self.actor.jurisdiction), self.now)

    def go(self, wanted: Wanted) -> Entered:
        """Judge one, write its row and what follows; its entry is written with the others."""
        one, refusals = self.stand(wanted)
        if one is None or refusals:
            return Entered(wanted.kind, wanted.row, refusals=refusals)
        return self.take(one)

    def take(self, one: Standing) -> Entered:
        """Write what nothing stands against, with its entry and what follows."""
        wanted, key, index = one.wanted, one.wanted.row, None
        if not one.act.composed:
            if not self.asking:
                self.work.note_done()
            key = one.key = self._put(one)
            index = self._record(one, key)
            if one.role == OPERATOR and not one.kind.unrighted:
                requests.put(self.work.driver, self._standing(one, key, index))
            self.afterwards += [(AFTERWARDS[name], one, index) for name in one.act.then if name in AFTERWARDS]
        for name in one.act.then:
            if name in FOLLOW:
                for further in FOLLOW[name](one):
                    entered = self.go(further)
                    if entered.refusals:
                        return Entered(wanted.kind, key, refusals=entered.refusals)
                    one.last = entered.row
        return Entered(wanted.kind, key, index)

    def stand(self, wanted: Wanted) -> tuple[Standing | None, tuple[Refusal, ...]]:
        """Put one in front of its guards; return it with all reasons against it."""
        kind, act = wanted.rule
        post, why = enters_as(kind, act, self.actor, self.asked_by, asking=self.asking)
        if post is None or why is not None:
            return None, (why,) if why else ()
        if (why := _row_fault(kind, act, wanted.row)) is not None:
            return None, (why,)
        driver, place = self.work.driver, self.actor.jurisdiction
        before = read_row(driver, kind.name, place, wanted.row) if wanted.row is not None and not kind.rowless else {}
        if before is None and not act.makes:
            return None, (Refusal(f"没有这个{kind.shown}，或不在本地"),)
        before = typed(kind, before or {})
        said, faults = read_fields(driver, place, kind, act, wanted.fields, before, scope_of(self.actor.posts).hidden)
        faults += reason_fault(wanted.reason)
        one = Standing(
            self.work, wanted, kind, act, self.actor, self.asked_by, post, self.now, today_of(self.now), said, before, {}, self.limits,
            content=wanted.beside,
        )  # fmt: skip
        one.after = _after(one)
        if not faults:
            faults = [why for name in act.only_if if (why := GUARDS[name](one))]
            for name in act.then:
                if name in COLUMNS:
                    COLUMNS[name](one)
        else:
            faults += _also_against(one, faults)
        return one, tuple(faults)

    def _put(self, one: Standing) -> Key:
        """Write the row, where there is one; return its key."""
        driver, kind, place = self.work.driver, one.kind.name, one.jurisdiction
        key = one.wanted.row if one.wanted.row is not None else one.content.get("hash")
        key = new_keys(driver, kind, 1)[0] if key is None else key
        if one.kind.rowless:
            return key
        if comes_whole(kind):
            one.after = put_whole(driver, kind, place, key, one.content)
        elif one.act.makes and not one.before:
            put_new(driver, kind, place, key, one.after)
        else:
            put_changed(driver, kind, place, key, one.after)
        return key

    def _record(self, one: Standing, key: Key) -> int:
        """Append the entry; return its index."""
        sealed, kind = Sealed(self.dice, {}), one.kind
        secret = {column for field in kind.fields for column in field.sealed}
        kept = {name: value for name, value in one.after.items() if name in secret and value not in (None, "")}
        about = f"{kind.name}:{key}"
        fields = {
            "about": about, "act": one.act.name, "actor": who_acts(self.actor, one.post), "via": self.actor.via, "os_user": self.actor.os_user,
            "prepared_by": self.asked_by, "written_at": instant(self.now), "kinds": definition()[0],
            "reason": sealed.seal("reason", one.wanted.reason) if one.wanted.reason else None,
            "after": plain({name: value for name, value in one.after.items() if name not in kept}),
            "sealed": {name: sealed.seal(f"sealed.{name}", str(value)) for name, value in kept.items()},
        }  # fmt: skip
        index, body, leaf = self.growth.add("register", fields)
        place, action = self.growth.head.jurisdiction, f"{kind.name}.{one.act.name}"
        found = (None, None, None, None, action, self.actor.person_id, self.asked_by, self.growth.at, about)
        self.changes.rows["register"].append((place, index, body, leaf, *found))
        if sealed.kept:
            self.changes.rows["texts"].append((place, index, sealed.side()))
        return index

    def _standing(self, one: Standing, key: Key, index: int) -> requests.Asking:
        """Return the line under which an entry of the operator is listed until somebody has looked at it."""
        return requests.Asking(
            one.jurisdiction, one.kind.name, one.act.name, str(key), requests.packed(one.said), one.wanted.reason, None, OPERATOR,
            self.now, os_user=self.actor.os_user, state="standing", index=index,
        )  # fmt: skip

    def write(self) -> None:
        """Write the entries, and the head behind them."""
        if not self.changes.rows:
            return
        self.changes.rows["heads"] = [self.growth.head_values()]
        with Writer(self.work.driver, parts=1) as writer:
            writer.put(self.changes)


def _also_against(one: Standing, faults: Sequence[Refusal]) -> list[Refusal]:
    """Return what else stands against it where some fields could not be read: guards that look at none of those say what they find."""
    unread = {why.field for why in faults if why.field in one.act.fields}
    columns = {column for name in unread for column in one.kind.field(name).columns}
    partly = replace(one, said=Partly(one.said, unread), after=Partly(one.after, columns))
    found = []
    for name in one.act.only_if:
        with suppress(Unread):
            if (why := GUARDS[name](partly)) is not None:
                found.append(why)
    return found


def _row_fault(kind: Kind, act: Act, row: Key | None) -> Refusal | None:
    """A new row gets its number here, but for what is kept by its hash and the jurisdiction itself; all else is about a row that is named."""
    if not act.begins:
        return Refusal(f"请指明是哪一个{kind.shown}") if row is None else None
    named = comes_whole(kind.name) or (kind.name in KEPT and KEPT[kind.name].own)
    return None if row is None or named else Refusal(f"“{kind.said(act)}”不写编号：新的一行由系统编号")


def _after(one: Standing) -> Row:
    """Return the row as it would be: what was said over what is there."""
    kept = KEPT.get(one.kind.name)
    columns = kept.columns if kept else tuple(column for field in one.kind.fields for column in field.columns)
    row: Row = dict.fromkeys(columns) | dict.fromkeys(kept.blank if kept else (), "")
    row |= dict.fromkeys(kept.flags if kept else (), False) | one.before
    said = [one.kind.field(name).kept(value) for name, value in one.said.items() if name not in one.act.aside]
    for column, value in (part for parts in said for part in parts.items()):
        if column in row:
            row[column] = "" if value is None and kept and column in kept.blank else value
    return row
