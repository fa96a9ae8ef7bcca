"""A profile 时限方案: limits, from when they count, rungs and criteria with a name and a version, bound to a round."""

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

from states import ACTIONS, CLOCKS, CRITERIA, LIMITS
from storage.visible import is_plain
from workflow.days.anchors import APPROVAL, CHOICES, CHOSEN
from workflow.days.calendar import Calendar
from workflow.days.joint import STAGES, USUAL, Joint, joint_faults
from workflow.days.limits import Limit, add_workdays, before, half_way

Key = tuple[str, ...]
"""Where a number stands in a profile: `limits.claim`, `rungs.claim.half`, `criteria.overdue.days`."""
LARGEST = 9999  # the highest number that a version, a day or a count may be
LARGEST_MONTHS = 480  # about as long as so many working days: whatever begins in this century ends before the dates that people may write
_WHEN = re.compile(r"(\d+) (days?|workdays?) (before|after|in)")

_PLAIN = ("title", "version", "verifiers")
_TABLES = ("limits", "anchors", "rungs", "criteria", "opinions")
_WHENS = "half、due、overdue、20 days before、5 workdays in"


class BadProfile(ValueError):
    """A profile says something that cannot be understood: at which key, and the table that the sentence names."""

    def __init__(self, place: Key, why: str, within: Key | None = None) -> None:
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
        anchor = start if self.how == "in" else due
        number = 1 if self.how == "overdue" else -self.number if self.how == "before" else self.number
        if self.workdays:
            return add_workdays(anchor, number, calendar)
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
        return {name: Limit.parse(str(self.said("limits", name))) for name in limits_known()}

    @cached_property
    def anchors(self) -> dict[str, str]:
        """Return from which day each limit of an agreed date counts."""
        return {name: str(self.said("anchors", name)) for name in CHOSEN}

    @cached_property
    def rungs(self) -> dict[str, dict[str, When]]:
        """Return the rungs of each clock, in the order of the life."""
        return {
            clock.name: {rung.name: When.parse(str(self.said("rungs", clock.name, rung.name))) for rung in clock.rungs}
            for clock in CLOCKS.values()
        }

    def writes(self, *key: str) -> bool:
        """Say whether the profile itself has the number; otherwise the life's own holds."""
        return _found(self.table, key) is not None

    @cached_property
    def unwritten(self) -> tuple[Key, ...]:
        """Return the keys of which the profile says nothing, so that the life's own numbers hold."""
        return tuple(key for key in defaults() if not self.writes(*key))

    def silent_on(self) -> tuple[str, ...]:
        """Return the same for people: what is unwritten as a whole by one word, each other with its number."""
        silent = set(self.unwritten)
        told: dict[str, None] = {}
        for key in self.unwritten:
            whole = next(
                (
                    ".".join(key[:depth])
                    for depth in range(1, len(key))
                    if all(one in silent for one in defaults() if one[:depth] == key[:depth])
                ),
                None,
            )
            told[whole or f"{'.'.join(key)}（{_as_written(defaults()[key])}）"] = None
        return tuple(told)

    def said(self, *key: str) -> Any:
        """Return what holds at a key: what the profile writes there, else the life's own."""
        found = _found(self.table, key)
        return defaults()[key] if found is None else found

    @cached_property
    def verifiers(self) -> tuple[str, ...]:
        """Return the roles that may verify 销号."""
        return tuple(self.table["verifiers"])

    @cached_property
    def joints(self) -> dict[str, Joint]:
        """Return of each stage who gives an opinion."""
        return {
            stage: Joint.of({name: self.said("opinions", stage, name) for name in usual})
            for stage, usual in USUAL.items()
        }

    def criterion(self, name: str) -> dict[str, Any]:
        """Return the numbers of a criterion of 整改不力."""
        return self._criteria[name]

    @cached_property
    def _criteria(self) -> dict[str, dict[str, Any]]:
        return {
            one.name: {name: self.said("criteria", one.name, name) for name in ("escalate", *dict(one.numbers))}
            for one in CRITERIA.values()
        }


def _as_written(number: Any) -> str:
    return "、".join(number) if isinstance(number, tuple) else str(number).lower()


def limits_known() -> dict[str, str]:
    """Return the limits of the life, in words, by name: those of its clocks, and those that are no clock's own."""
    own = {clock.name: clock.shown for clock in CLOCKS.values() if clock.limit}
    return {**own, **{name: shown for name, (shown, _) in LIMITS.items()}}


def defaults() -> dict[Key, Any]:
    """Return every number that a profile may write, as the life has it."""
    found: dict[Key, Any] = {("limits", clock.name): clock.limit for clock in CLOCKS.values() if clock.limit}
    found |= {("limits", name): limit for name, (_, limit) in LIMITS.items()}
    found |= {("anchors", name): APPROVAL for name in CHOSEN}
    found |= {("rungs", clock.name, rung.name): rung.on for clock in CLOCKS.values() for rung in clock.rungs}
    for one in CRITERIA.values():
        found |= {("criteria", one.name, name): number for name, number in (*one.numbers, ("escalate", one.escalate))}
    found |= {("opinions", stage, name): said for stage, usual in USUAL.items() for name, said in usual.items()}
    return found


def _found(table: Any, key: Key) -> Any:
    for name in key:
        table = table.get(name) if isinstance(table, dict) else None
    return table


def faults_in(name: str, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    """Yield all that is wrong in a profile as it is configured; nothing where it can be used."""
    yield from _unknown((name,), table, (*_PLAIN, *_TABLES))
    yield from _plain_faults(name, table)
    judges = _limit_faults, _anchor_faults, _rung_faults, _criterion_faults, _opinion_faults
    for part, judge in zip(_TABLES, judges, strict=True):
        within = table.get(part, {})
        yield from judge((name, part), within) if isinstance(within, dict) else [BadProfile((name, part), "应为一节")]


def _plain_faults(name: str, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    title = table.get("title")
    if "title" in table and not isinstance(title, str):
        yield BadProfile((name, "title"), "应为加引号的文字")
    elif isinstance(title, str) and not is_plain(title):
        yield BadProfile((name, "title"), "应为加引号的文字，不能为空，不能有看不见的字符")
    yield from _number_faults((name,), "version", table)
    verifiers = table.get("verifiers")
    if verifiers is None:
        yield BadProfile((name,), "缺少 verifiers")
    elif not (isinstance(verifiers, list) and verifiers and all(map(_is_verifier, verifiers))):
        shown = list(map(_short, verifiers)) if isinstance(verifiers, list) else verifiers
        yield BadProfile(
            (name, "verifiers"), f"“{shown}”不对，应为一个以上角色的清单，能验收销号的角色有 {'、'.join(may_verify())}"
        )


def may_verify() -> tuple[str, ...]:
    """Return the roles of which a profile says which verify."""
    return ACTIONS["verify"].who


def _is_verifier(one: object) -> bool:
    return isinstance(one, str) and one in may_verify()


def _short(one: object) -> str:
    text = str(one)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _limit_faults(place: Key, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    yield from _unknown(place, table, limits_known())
    for name in limits_known():
        if name not in table:
            continue
        try:
            limit = Limit.parse(str(table[name]))
            if limit.number > largest(limit.unit):
                yield BadProfile((*place, name), f"“{table[name]}”太长，数字应为 1 到 {largest(limit.unit)}")
        except ValueError as error:
            yield BadProfile((*place, name), str(error))


def largest(unit: str) -> int:
    """Return the highest number of a limit in a unit."""
    return LARGEST_MONTHS if unit == "month" else LARGEST


def _anchor_faults(place: Key, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    yield from _unknown(place, table, CHOSEN)
    for name in CHOSEN:
        anchor = table.get(name, APPROVAL)
        if anchor not in list(CHOICES):
            yield BadProfile((*place, name), f"“{_short(anchor)}”不对，{_meant(_short(anchor), list(CHOICES))}")


def _rung_faults(place: Key, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    yield from _unknown(place, table, CLOCKS)
    for clock in CLOCKS.values():
        here, rungs = (*place, clock.name), table.get(clock.name, {})
        known = [rung.name for rung in clock.rungs]
        if not isinstance(rungs, dict):
            yield BadProfile(here, f"应写作 {{ {' , '.join(f'{rung} = …' for rung in known)} }}")
            continue
        yield from _unknown(here, rungs, known)
        for rung in known:
            if rung in rungs and not _is_when(str(rungs[rung])):
                yield BadProfile((*here, rung), f"看不懂“{rungs[rung]}”，请写作 {_WHENS}")


def _criterion_faults(place: Key, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    yield from _unknown(place, table, CRITERIA)
    for criterion in CRITERIA.values():
        here, numbers = (*place, criterion.name), table.get(criterion.name, {})
        if not isinstance(numbers, dict):
            yield BadProfile(here, "应写作 { … = …, escalate = true }")
            continue
        known = [name for name, _ in criterion.numbers]
        yield from _unknown(here, numbers, (*known, "escalate"))
        for number in known:
            if number in numbers:
                yield from _number_faults(here, number, numbers)
        if not isinstance(numbers.get("escalate", False), bool):
            yield BadProfile((*here, "escalate"), f"“{numbers['escalate']}”不对，应为 true 或 false")


def _opinion_faults(place: Key, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    yield from _unknown(place, table, STAGES)
    for stage, usual in USUAL.items():
        here, said = (*place, stage), table.get(stage, {})
        if not isinstance(said, dict):
            yield BadProfile(here, "应为一节")
            continue
        yield from _unknown(here, said, (*usual, "silence"))
        yield from (BadProfile((*here, name), why) for name, why in joint_faults(stage, said))


def _number_faults(place: Key, name: str, table: Mapping[str, Any]) -> Iterator[BadProfile]:
    number = table.get(name)
    if number is None:
        yield BadProfile(place, f"缺少 {name}")
    elif not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= LARGEST:
        yield BadProfile((*place, name), f"“{number}”不对，应为 1 到 {LARGEST} 的整数")


def _unknown(place: Key, written: Iterable[str], known: Iterable[str]) -> Iterator[BadProfile]:
    names = list(known)
    for key in sorted(set(written) - set(names)):
        yield BadProfile((*place, key), f"没有 {key} 这个键，{_meant(key, names)}", within=place)


def _meant(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"是不是 {near[0]}？" if near else f"这里可以写 {'、'.join(known)}"


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
