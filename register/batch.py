"""A list 名册: many rows of one kind at once, entered all together, or asked for and decided together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import clock
from register.asking import decide, keep
from register.grammar import Act, Kind
from register.opening import changed_of
from register.reading import find_named
from register.road import enter, try_out
from register.rules import FOLLOW, GUARDS
from register.showing import Words
from register.surroundings import Surroundings
from register.wanted import USUAL, Entered, Limits, Standing, Wanted
from storage import requests
from storage.household import Row, read_row
from storage.reads.posts import person_meant
from storage.requests import Asking
from storage.visible import tidy
from storage.work import Work
from workflow.refusal import Refusal
from workflow.subject import Actor

Said = tuple[int, Mapping[str, str]]
"""A row of a list: its number in the sheet, and what is written in it by field."""
Fault = tuple[int, Refusal]


RING = "与名册里的行互为上级或责任党组织，绕成一圈"


NEW, ADDS, THERE = "新", "已有的人，加职务", "已登记"
"""What becomes of a row, as who looks it through reads it."""


@dataclass(slots=True)
class Taken:
    """What a list did: what becomes of each row by its number; what is wrong, by row; the batch."""

    rows: dict[int, str] = field(default_factory=dict)
    batch: int = 0
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def there(self) -> int:
        """Return how many were there already."""
        return sum(mark == THERE for mark in self.rows.values())

    @property
    def new(self) -> int:
        """Return how many are entered or asked for."""
        return len(self.rows) - self.there


@dataclass(frozen=True, slots=True)
class Order:
    """What is done with a list: which act, by whom, when and why, within which limits."""

    kind: Kind
    act: Act
    actor: Actor
    now: datetime
    reason: str = ""
    limits: Limits = USUAL

    def wanted(self, said: Mapping[str, str]) -> Wanted:
        """Return what one row of the list asks for."""
        return Wanted(self.kind.name, self.act.name, None, said, self.reason)


def take_in(work: Work, order: Order, rows: Sequence[Said]) -> Taken:
    """Enter a list, or ask for all of it where another must approve; with one fault nothing may be kept. Never commits.

    Rows may name each other, in whatever order they stand. What is there already is not entered again.
    """
    wrong = _twice(order.kind, order.act, rows)
    twice = {number for number, _ in wrong}
    ordered, ring = _in_order(order.kind, order.act, rows)
    taken = (_ask if order.act.approves else _enter)(work, order, [one for one in ordered if one[0] not in twice])
    if wrong or ring:
        # What else is wrong with such a row is told with it: nobody mends a list twice.
        also = [(number, why) for number, said in rows if number in twice for why in _tried(work, order, said)]
        taken.faults += [*wrong, *ring, *(one for one in also if one[1].field != order.act.told_by)]
    taken.faults.sort(key=lambda one: one[0])
    return taken


def _tried(work: Work, order: Order, said: Mapping[str, str]) -> tuple[Refusal, ...]:
    """Return what stands against one row by itself."""
    return try_out(work, order.wanted(said), order.actor, order.now, order.limits)[1]


def _twice(kind: Kind, act: Act, rows: Sequence[Said]) -> list[Fault]:
    """Rows that say what another says already; of a composed act the same login may stand twice, with another post."""
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for number, said in rows:
        name = tidy(said.get(act.told_by, ""))
        what = (
            (name, *(tidy(said.get(one, "")) for one in act.fields if one != act.told_by)) if act.composed else (name,)
        )
        if name and (before := first.setdefault(what, number)) != number:
            faults.append(
                (number, Refusal(f"与第 {before} 行重复：{kind.field(act.told_by).shown}都是“{name}”", act.told_by))
            )
    return faults + ([*_namesakes(kind, act, rows), *_of_two(kind, act, rows)] if act.composed else [])


def _of_two(kind: Kind, act: Act, rows: Sequence[Said]) -> Iterator[Fault]:
    """Rows that give one login to people of different names, each told where the other stands."""
    by_login: dict[str, dict[str, int]] = {}
    for number, said in rows:
        by_login.setdefault(tidy(said.get(act.told_by, "")), {}).setdefault(tidy(said.get("name", "")), number)
    label = kind.field(act.told_by).shown
    for number, said in rows:
        login, name = tidy(said.get(act.told_by, "")), tidy(said.get("name", ""))
        other = next((row for one, row in by_login[login].items() if one and one != name), None)
        if login and name and other is not None:
            yield (
                number,
                Refusal(f"与第 {other} 行是同一个{label}“{login}”，姓名不同：一个{label}只给一个人", act.told_by),
            )


def _namesakes(kind: Kind, act: Act, rows: Sequence[Said]) -> Iterator[Fault]:
    """Rows that open accounts for people of one name: whether they are one person a personal key says, or one login."""
    first: dict[str, tuple[int, str]] = {}
    for number, said in rows:
        name, login = tidy(said.get("name", "")), tidy(said.get(act.told_by, ""))
        before, other = first.setdefault(name, (number, login))
        if name and other != login and not said.get("personal_key"):
            yield (
                number,
                Refusal(
                    f"与第 {before} 行同名：是同一个人的，写同一个{kind.field(act.told_by).shown}；是两个人的，都填身份标识",
                    "name",
                ),
            )


def _in_order(kind: Kind, act: Act, rows: Sequence[Said]) -> tuple[list[Said], list[Fault]]:
    """Return the rows so that each stands behind those it names, and the rows that name each other in a ring; without them, who names them waits."""
    own = [name for name in act.fields if kind.field(name).type == kind.name]
    place = {name: index for index, (_, said) in enumerate(rows) if own and (name := tidy(said.get(act.told_by, "")))}
    names = [[place[name] for one in own if (name := tidy(said.get(one, ""))) in place] for _, said in rows]
    ordered: list[int] = []
    left = list(range(len(rows)))
    placed: set[int] = set()
    while left:
        ready = [index for index in left if placed.issuperset(names[index])]
        if not ready:
            ring = [(rows[index][0], Refusal(RING, own[0])) for index in _ring(left, names)]
            return [rows[index] for index in ordered], ring
        ordered += ready
        placed.update(ready)
        left = [index for index in left if index not in placed]
    return [rows[index] for index in ordered], []


def _ring(left: Sequence[int], names: Sequence[Sequence[int]]) -> list[int]:
    """Return the rows that really stand in a ring, without those that only name one of them."""
    ring = set(left)
    while loose := {one for one in ring if not any(one in names[other] for other in ring)}:
        ring -= loose
    return sorted(ring)


def _enter(work: Work, order: Order, rows: Sequence[Said]) -> Taken:
    taken, fresh = Taken(), []
    kind, jurisdiction = order.kind, order.actor.jurisdiction
    words = Words(work.driver, jurisdiction, clock.local_date(order.now))
    for number, said in rows:
        known = next(iter(find_named(work.driver, kind, jurisdiction, said.get(order.act.told_by, ""))), None)
        if known is None:
            fresh.append((number, said))
            taken.rows[number] = NEW
        else:
            taken.rows[number] = THERE
            row = read_row(work.driver, kind.name, jurisdiction, known) or {}
            taken.notices += _other(words, kind, number, said, row)
    outcomes = enter(work, [order.wanted(said) for _, said in fresh], order.actor, order.now, limits=order.limits)
    for (number, _), one in zip(fresh, outcomes, strict=True):
        taken.faults += [(number, why) for why in one.refusals]
    return taken


def _other(words: Words, kind: Kind, number: int, said: Mapping[str, str], row: Row) -> Iterable[str]:
    """Say where a row that is there says something else: a list makes, and changes nothing."""
    there = dict(
        words.said(kind, {one.name: row[one.column] for one in kind.fields if row.get(one.column) not in (None, "")})
    )
    for name, value in said.items():
        label = kind.field(name).shown
        if tidy(there.get(label, "")) != tidy(value) and kind.field(name).type != "date":
            yield f"第 {number} 行：“{said[kind.named_by[0]]}”已登记，{label}是“{there.get(label, '（空）')}”，名册写的是“{value}”，没有改动"


def _ask(work: Work, order: Order, rows: Sequence[Said]) -> Taken:
    taken, asked = Taken(), []
    for number, said in rows:
        one, refusals = try_out(work, order.wanted(said), order.actor, order.now, order.limits)
        known = (
            person_meant(work.driver, order.actor.jurisdiction, one.said)
            if one is not None and one.act.composed
            else None
        )
        if one is not None and known is not None and not refusals and (changed := changed_of(one, known)):
            taken.notices += _unchanged(one, known, number, changed)
            rest = {name: value for name, value in said.items() if name not in changed}
            one, refusals = try_out(work, order.wanted(rest), order.actor, order.now, order.limits)
        if one is not None and _is_there(one, refusals):
            taken.rows[number] = THERE
            continue
        taken.rows[number] = NEW if known is None else ADDS
        taken.faults += [(number, why) for why in refusals]
        if one is not None and not refusals:
            asked.append((number, one))
    if taken.faults:
        return taken
    kept = [(number, keep(one)) for number, one in asked]
    taken.faults += [(number, why) for number, why in kept if isinstance(why, Refusal)]
    numbers = [request for _, request in kept if isinstance(request, int)]
    taken.batch = requests.put_together(work.driver, numbers) if numbers else 0
    return taken


def _unchanged(one: Standing, person: int, number: int, changed: Mapping[str, object]) -> Iterator[str]:
    """Say what a list says otherwise of who is registered: it makes, and changes nothing."""
    row = read_row(one.driver, "person", one.jurisdiction, person) or {}
    for name, value in changed.items():
        label = one.kind.field(name).shown
        is_is = f"是“{row[name]}”" if row.get(name) else "没有登记"
        told = "与登记的不同" if name == "personal_key" else f"{is_is}，名册写的是“{value}”"
        yield f"第 {number} 行：{row['name']}已登记，{label}{told}，没有改动；要改的，在“登记”的“人员”里变更"


def _is_there(one: Standing, refusals: Sequence[Refusal]) -> bool:
    """Say whether all of it is there already, which alone may stand against it: only what follows tells, and only its first entry is asked for."""
    held = GUARDS["adds_something"](one) if one.act.composed and refusals else None
    if refusals and tuple(refusals) != (held,):
        return False
    return one.act.composed and all(next(FOLLOW[name](one), None) is None for name in one.act.then)


# Deciding together


def shown_together(around: Surroundings, batch: Sequence[Asking]) -> str:
    """Return the hash of what a page shows of a batch."""
    return sha256("".join(map(around.shown, batch)).encode()).hexdigest()


def decide_together(
    work: Work,
    batch: Sequence[Asking],
    chosen: Iterable[int],
    actor: Actor,
    now: datetime,
    *,
    seen: str,
    beside: Callable[[Asking], Mapping[str, Any]],
    limits: Limits = USUAL,
) -> list[tuple[Asking, Entered]]:
    """Approve the chosen requests of a batch, in the order of the list, and turn the others down; with one refused none is done. Never commits."""
    wanted = set(chosen)
    if seen != shown_together(Surroundings.of(work.driver, actor.jurisdiction, batch, clock.local_date(now)), batch):
        changed = Refusal("名册要改的内容刚刚有变动，没有办理：请核对下面的新内容后再审批")
        return [(batch[0], Entered(batch[0].kind, refusals=(changed,)))]
    outcomes = []
    for one in batch:
        number = one.id or 0
        approve = number in wanted
        outcomes.append(
            (
                one,
                decide(
                    work, number, actor, now, approve=approve, beside=beside(one) if approve else None, limits=limits
                ),
            )
        )
    return outcomes
