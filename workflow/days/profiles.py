"""A profile 时限方案: limits, rungs and criteria with a name and a version, bound to a round."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, Literal

from states import CLOCKS, CRITERIA, ROLES
from workflow.days.calendar import Calendar
from workflow.days.limits import Limit, add_workdays, before, half_way, workdays_before

LIMITS = (
    "claim", "claim_left", "fact_check", "plan", "plan_again", "review", "at_once", "focused", "continuing",
    "continuing_review", "standing", "acceptance", "rescind", "publication", "put", "decision", "look_back",
    "standing_look_back", "acknowledge", "extension", "refused_left", "first_told",
)  # fmt: skip
LARGEST = 9999  # the highest number that a version, a day or a count may be
_WHEN = re.compile(r"(\d+) (days?|workdays?) (before|after|in)")


_TABLES = ("limits", "rungs", "criteria")
_PLAIN = ("title", "version", "verifiers")
_NUMBERS = {"overdue": ("days",), "returned": ("times",), "unclaimed": ("reminders", "workdays")}
_WHENS = "half、due、overdue、20 days before、5 workdays in"


class BadProfile(ValueError):
    """A profile says something that cannot be understood: at which key, and the table that the sentence names."""

    def __init__(self, place: tuple[str, ...], why: str, within: tuple[str, ...] | None = None) -> None:
        self.place = place
        super().__init__(f"时限方案 {'.'.join(within or place)}：{why}")


@dataclass(frozen=True, slots=True)
class When:
    """The day on which a rung is reached: half-way, at the date, overdue, or so many days before, after, in."""

    how: Literal["half", "due", "overdue", "before", "after", "in"]
    number: int = 0
    workdays: bool = False

    @classmethod
    def parse(cls, text: str) -> When:
        """Read `half`, `due`, `overdue`, `20 days before`, `1 workday before`, `5 workdays in` (after the start)."""
        if text == "half":
            return cls("half")
        if text == "due":
            return cls("due")
        if text == "overdue":
            return cls("overdue")
        read = _WHEN.fullmatch(text)
        if not read:
            raise ValueError(text)
        how: Any = read[3]
        return cls(how, int(read[1]), read[2].startswith("work"))

    def day(self, start: date, due: date, calendar: Calendar, *, workday_clock: bool) -> date:
        """Return the first day on which the rung is reached."""
        if self.how == "half":
            return half_way(start, due, calendar if workday_clock else None)
        if self.how == "due":
            return due
        anchor = start if self.how == "in" else due
        number = 1 if self.how == "overdue" else -self.number if self.how == "before" else self.number
        if self.workdays:
            return workdays_before(due, self.number, calendar) if number < 0 else add_workdays(anchor, number, calendar)
        return before(anchor, -number)


@dataclass(frozen=True)
class Profile:
    """The numbers of one place and year; everything here is configuration."""

    name: str
    version: int
    body: str

    @classmethod
    def of(cls, name: str, table: Mapping[str, Any]) -> Profile:
        """Build and check a profile from its configuration table."""
        for fault in faults_in(name, table):
            raise fault
        return cls(name, table["version"], json.dumps({"name": name, **table}, sort_keys=True, ensure_ascii=False))

    @cached_property
    def digest(self) -> str:
        """Return the hash that entries and rounds name."""
        return sha256(self.body.encode()).hexdigest()

    @cached_property
    def table(self) -> dict[str, Any]:
        """Return the configuration as it was written."""
        table: dict[str, Any] = json.loads(self.body)
        return table

    @property
    def title(self) -> str:
        """Return the name shown to people."""
        return str(self.table.get("title", self.name))

    @cached_property
    def limits(self) -> dict[str, Limit]:
        """Return each limit by name."""
        return {name: Limit.parse(self.table["limits"][name]) for name in LIMITS}

    @cached_property
    def rungs(self) -> dict[str, dict[str, When]]:
        """Return the rungs of each clock, in the order of the life."""
        return {
            clock.name: {rung: When.parse(self.table["rungs"][clock.name][rung]) for rung, _ in clock.rungs}
            for clock in CLOCKS.values()
        }

    @cached_property
    def verifiers(self) -> tuple[str, ...]:
        """Return the roles that may verify 销号."""
        return tuple(self.table["verifiers"])

    def criterion(self, name: str) -> dict[str, Any]:
        """Return the numbers of a criterion of 整改不力."""
        numbers: dict[str, Any] = self.table["criteria"][name]
        return numbers


def faults_in(name: str, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    """Yield all that is wrong in a profile as it is configured; nothing where it can be used."""
    yield from _unknown((name,), table, (*_PLAIN, *_TABLES))
    yield from _plain_faults(name, table)
    for part, judge in (("limits", _limit_faults), ("rungs", _rung_faults), ("criteria", _criterion_faults)):
        within = table.get(part)
        if isinstance(within, dict):
            yield from judge((name, part), within)
        else:
            yield BadProfile((name,), f"缺少 {part} 一节") if within is None else BadProfile((name, part), "应为一节")


def _plain_faults(name: str, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    if not isinstance(table.get("title", ""), str):
        yield BadProfile((name, "title"), "应为加引号的文字")
    yield from _number_faults((name,), "version", table)
    verifiers = table.get("verifiers")
    if verifiers is None:
        yield BadProfile((name,), "缺少 verifiers")
    elif not (isinstance(verifiers, list) and verifiers and all(one in ROLES for one in verifiers)):
        yield BadProfile((name, "verifiers"), f"“{verifiers}”不对，应为一个以上角色的清单，角色有 {'、'.join(ROLES)}")


def _limit_faults(place: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[BadProfile]:
    yield from _unknown(place, table, LIMITS)
    for name in LIMITS:
        if name not in table:
            yield BadProfile(place, f"缺少 {name}")
            continue
        try:
            if Limit.parse(str(table[name])).number > LARGEST:
                yield BadProfile((*place, name), f"“{table[name]}”太长，数字应为 1 到 {LARGEST}")
        except ValueError as error:
            yield BadProfile((*place, name), str(error))


def _rung_faults(place: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[BadProfile]:
    yield from _unknown(place, table, CLOCKS)
    for clock in CLOCKS.values():
        here, rungs = (*place, clock.name), table.get(clock.name, {})
        known = [rung for rung, _ in clock.rungs]
        if not isinstance(rungs, dict):
            yield BadProfile(here, f"应写作 {{ {' , '.join(f'{rung} = …' for rung in known)} }}")
            continue
        yield from _unknown(here, rungs, known)
        for rung in known:
            if rung not in rungs:
                yield BadProfile(here, f"缺少 {rung}")
            elif not _is_when(str(rungs[rung])):
                yield BadProfile((*here, rung), f"看不懂“{rungs[rung]}”，请写作 {_WHENS}")


def _criterion_faults(place: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[BadProfile]:
    yield from _unknown(place, table, CRITERIA)
    for name in CRITERIA:
        here, numbers = (*place, name), table.get(name)
        if not isinstance(numbers, dict):
            yield (
                BadProfile(place, f"缺少 {name}")
                if numbers is None
                else BadProfile(here, "应写作 { … = …, escalate = true }")
            )
            continue
        yield from _unknown(here, numbers, (*_NUMBERS[name], "escalate"))
        for number in _NUMBERS[name]:
            yield from _number_faults(here, number, numbers)
        if "escalate" not in numbers:
            yield BadProfile(here, "缺少 escalate")
        elif not isinstance(numbers["escalate"], bool):
            yield BadProfile((*here, "escalate"), f"“{numbers['escalate']}”不对，应为 true 或 false")


def _number_faults(place: tuple[str, ...], name: str, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    number = table.get(name)
    if number is None:
        yield BadProfile(place, f"缺少 {name}")
    elif not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= LARGEST:
        yield BadProfile((*place, name), f"“{number}”不对，应为 1 到 {LARGEST} 的整数")


def _unknown(place: tuple[str, ...], written: Iterable[str], known: Iterable[str]) -> Iterator[BadProfile]:
    names = list(known)
    for key in sorted(set(written) - set(names)):
        near = get_close_matches(key, names, n=1)
        hint = f"是不是 {near[0]}？" if near else f"这里可以写 {'、'.join(names)}"
        yield BadProfile((*place, key), f"没有 {key} 这个键，{hint}", within=place)


def _is_when(text: str) -> bool:
    try:
        return When.parse(text).number <= LARGEST
    except ValueError:
        return False


@lru_cache(maxsize=256)
def parsed(body: str) -> Profile:
    """Return the profile kept in a row."""
    table = json.loads(body)
    return Profile(table["name"], int(table["version"]), body)
