"""Who holds the posts that requests are about: now, and once somebody has left them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from clock import written_date
from states import CAPACITIES, HELD, STAND_IN, UNIT_ROLES
from storage.looks import Looks
from storage.reads import posts
from storage.reads.accounts import names_of, post_in_words
from storage.reads.posts import Held
from storage.sql import Driver

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody leaves posts behind: who, which, to whom, and from when the successor holds them; the day after the last is the next."""

    person: int
    left: tuple[Held, ...]
    successor: int | None
    begins: date
    last: date


@dataclass(slots=True)
class Holders:
    """The posts of some units and people as they stand, and the names that belong to them: read in four statements at most."""

    today: date
    by_person: Mapping[int, Sequence[Held]] = field(default_factory=dict)
    accounts: Mapping[int, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    _by_post: dict[tuple[str, int | None], list[Held]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(
        cls, driver: Driver, today: date, owners: Iterable[int], units: Iterable[int], successors: Iterable[int]
    ) -> Holders:
        """Read who holds what: of people, and of the units that they or requests name."""
        people, after = list(dict.fromkeys(owners)), list(dict.fromkeys(successors))
        looks = Looks(driver)
        accounts, names = looks.at(posts.open_accounts, [*people, *after]), looks.at(names_of, after)
        held = looks.at(posts.held_by, people, today)()
        places = {one.unit_id for posts_of in held.values() for one in posts_of if one.unit_id is not None} | {*units}
        found = cls(today, held, accounts(), names())
        for one in posts.held_in(driver, sorted(places), today):
            found._by_post[one.role, one.unit_id].append(one)
        return found

    def now(self, role: str, unit: int | None) -> str:
        """Return who holds a post of a unit, however it is held: 王建国（至2026年3月5日）、李敏（代班，至…）; empty where it is of none."""
        if unit is None or role not in UNIT_ROLES:
            return ""
        return "、".join(self._in_words(one) for one in self._by_post[role, unit]) or "空缺"

    def _in_words(self, one: Held) -> str:
        beside = [CAPACITIES[one.capacity]] if one.capacity != HELD else []
        beside += [f"{written_date(one.starts_on)}起"] if one.starts_on and one.starts_on > self.today else []
        beside += [f"至{written_date(one.ends_on)}"] if one.ends_on else []
        beside += [] if one.signs_in else ["没有在用的账号"]
        return f"{one.name}（{'，'.join(beside)}）" if beside else one.name

    def roles(self, person: int | None) -> set[str]:
        """Return the roles that a person holds today."""
        return {one.role for one in self.by_person.get(person or 0, ()) if one.on(self.today)}

    def posts(self, person: int | None) -> str:
        """Return the posts that a person holds or will hold, in words."""
        held = self.by_person.get(person or 0, ())
        return "、".join(post_in_words(one.role, one.capacity, one.unit, one.ends_on) for one in held)

    def holds(self, person: int | None, said: Mapping[str, Any]) -> bool:
        """Say whether a person holds the post that is said, on its first day or later."""
        post = (said.get("role"), said.get("unit") or None, said.get("round") or None, said.get("capacity", ""))
        held = (
            one
            for one in self.by_person.get(person or 0, ())
            if not one.ends_on or str(one.ends_on) >= said.get("starts_on", "")
        )
        return post in [(one.role, one.unit_id, one.round_id, one.capacity) for one in held]

    def is_last_account(self, person: int | None) -> bool:
        """Say whether a person has no open account besides one."""
        return self.accounts.get(person or 0, 0) <= 1

    def after(self, leaving: Leaving) -> tuple[str, ...]:
        """Return, in words, who holds the posts on the day after somebody has left them: by whom they are held, which those are."""
        by_whom: dict[str, list[str]] = defaultdict(list)
        for one in leaving.left:
            by_whom[self._next(one, leaving)].append(post_in_words(one.role, one.capacity, one.unit))
        return tuple(f"{_some(which)}：{whom}" for whom, which in by_whom.items())

    def _next(self, one: Held, leaving: Leaving) -> str:
        if one.capacity == STAND_IN:
            return "代班到当天为止"
        tomorrow = leaving.last + timedelta(days=1)
        there = [
            other
            for other in self._by_post[one.role, one.unit_id]
            if other.person != leaving.person and other.on(tomorrow) and other.round_id in (None, one.round_id)
        ]
        whole = {other.person: other.name for other in there if other.capacity != STAND_IN}
        if leaving.successor is not None:
            name = self.names.get(leaving.successor, "")
            account = "" if self.accounts.get(leaving.successor) else "；他没有在用的账号，办理不了，请另行开通"
            if leaving.successor in whole:
                return f"由{name}担任（已任这个职务，不用接任）{account}"
            return f"{written_date(leaving.begins)}起由{name}接任{account}"
        if whole:
            return f"由{'、'.join(whole.values())}担任"
        if one.unit_id is None:
            return f"{written_date(leaving.last)}为止"
        deputies = "、".join(other.name for other in there)
        return "空缺，邮件和待办转由上级党组织书记和巡察办承接" + (f"；{deputies}代班，只能签收" if deputies else "")


def _some(which: Sequence[str]) -> str:
    more = f"等 {len(which)} 个职务" if len(which) > MOST_NAMED else ""
    return "、".join(which[:MOST_NAMED]) + more
