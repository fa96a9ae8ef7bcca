"""Outlook: what this release would change for open cases - their next acts, dates or addressees - read, never written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from states import ACTIONS, CLOCKS, ROLES, RUNGS, STATES
from storage.reads.clocks import clocks_running
from storage.reads.rules import last_definition, open_cases
from storage.sql import Driver
from workflow.days.profiles import limits_known
from workflow.rules import DEFINITION

Table = Mapping[str, Any]
_PARTS = {
    "to": "去向", "who": "由谁办理", "needs": "材料", "asks": "填报", "only_if": "条件", "then": "办后", "second": "是否须两人",
    "on_behalf": "代谁", "filing": "报送件",
}  # fmt: skip


MOST_UNITS, MOST_NUMBERS = 6, 10
"""So many units and numbers of each are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Open cases of a round in one state for which the same would change, by unit and their numbers in the ledger."""

    round: str
    state: str
    units: tuple[tuple[str, tuple[str, ...]], ...]
    changes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return how many cases they are."""
        return sum(len(numbers) for _, numbers in self.units)

    def __str__(self) -> str:
        named = [_of_unit(unit, numbers) for unit, numbers in self.units[:MOST_UNITS]]
        if rest := self.units[MOST_UNITS:]:
            named.append(f"另有 {len(rest)} 个单位的 {sum(len(numbers) for _, numbers in rest)} 个")
        head = f"轮次“{self.round}”，{STATES[self.state].shown} {self.size} 个问题："
        return "\n".join([head, f"    {'；'.join(named)}", *(f"  · {change}" for change in self.changes)])


def _of_unit(unit: str, numbers: Sequence[str]) -> str:
    more = f"等 {len(numbers)} 个" if len(numbers) > MOST_NUMBERS else ""
    return f"{unit} 第 {'、'.join(numbers[:MOST_NUMBERS])} 号{more}"


@dataclass(frozen=True)
class Life:
    """A definition as entries name it, with a round's profile over its numbers."""

    table: Table
    profile: Table

    @cached_property
    def arrows(self) -> dict[tuple[str, str], Table]:
        """Return what each act of each state is, all that the definition says of it."""
        rules = {one["action"]: one for one in self.table["rules"]}
        return {(one["from"], one["action"]): {**one, **rules.get(one["action"], {})} for one in self.table["arrows"]}

    def acts(self, state: str) -> dict[str, Table]:
        """Return the acts of a state."""
        return {action: one for (origin, action), one in self.arrows.items() if origin == state}

    def number(self, *key: str) -> Any:
        """Return a number: the profile's, or the definition's own; None where neither knows it."""
        found: Any = self.profile
        for name in key:
            found = found.get(name) if isinstance(found, dict) else None
        return self.table.get("numbers", {}).get(".".join(key)) if found is None else found

    def rungs(self, clock: str) -> dict[str, list[str] | None]:
        """Return the rungs of a clock and whom each tells; None where the definition did not say that yet."""
        rungs = self.table["clocks"].get(clock, {}).get("rungs", {})
        return dict(rungs) if isinstance(rungs, dict) else dict.fromkeys(rungs)


def outlook(driver: Driver, jurisdiction: int, definition: str = DEFINITION) -> list[Ahead]:
    """Return what would change for the open cases of a jurisdiction when moves follow that definition from now on."""
    before = last_definition(driver, jurisdiction)
    if before is None or before == definition:
        return []
    old, new = json.loads(before), json.loads(definition)
    clocks = clocks_running(driver, jurisdiction)
    found: dict[tuple[str, str, tuple[str, ...]], dict[str, list[str]]] = {}
    known: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = {}
    for case, unit, number, state, name, body in open_cases(driver, jurisdiction):
        alike = (body, state, clocks.get(case, ()))
        if alike not in known:
            profile = json.loads(body)
            known[alike] = tuple(_changes(Life(old, profile), Life(new, profile), state, alike[2]))
        if known[alike]:
            found.setdefault((name, state, known[alike]), {}).setdefault(unit, []).append(number)
    return [
        Ahead(name, state, tuple((unit, tuple(numbers)) for unit, numbers in units.items()), changes)
        for (name, state, changes), units in found.items()
    ]


def _changes(old: Life, new: Life, state: str, running: Sequence[str]) -> Iterator[str]:
    yield from _acts(old.acts(state), new.acts(state))
    ahead = {one["to"] for one in (*old.acts(state).values(), *new.acts(state).values())} | {state}
    to_begin = [
        name
        for life in (old, new)
        for name, one in life.table["clocks"].items()
        if ahead & set(one["states"]) and name not in running
    ]
    for name in dict.fromkeys((*running, *to_begin)):
        yield from _clock(old, new, name)
    yield from _others(old, new)


def _acts(old: Mapping[str, Table], new: Mapping[str, Table]) -> Iterator[str]:
    yield from (f"没有了“{_act(action)}”" for action in old if action not in new)
    yield from (f"多了“{_act(action)}”" for action in new if action not in old)
    for action in (action for action in new if action in old):
        parts = [shown for name, shown in _PARTS.items() if old[action].get(name) != new[action].get(name)]
        if parts:
            yield f"“{_act(action)}”的{'、'.join(parts)}有变"
        if old[action].get("tells") != new[action].get("tells"):
            yield f"“{_act(action)}”{_telling(old[action].get('tells', ()), new[action].get('tells', ()))}"


def _clock(old: Life, new: Life, name: str) -> Iterator[str]:
    shown = CLOCKS[name].shown if name in CLOCKS else name
    if name not in new.table["clocks"]:
        yield f"不再有时钟“{shown}”"
        return
    if name not in old.table["clocks"]:
        states = "”“".join(
            STATES[state].shown if state in STATES else state for state in new.table["clocks"][name]["states"]
        )
        yield f"多了时钟“{shown}”，从下一次进入“{states}”起计"
        return
    within = new.table["clocks"][name].get("within", name)
    if (limit := _number(old, new, "limits", within)) is not None:
        yield f"“{shown}”的时限{limit}"
    before, after = old.rungs(name), new.rungs(name)
    yield from (f"“{shown}”没有了{_rung(one)}" for one in before if one not in after)
    for one, told in after.items():
        if one not in before:
            yield f"“{shown}”多了{_rung(one)}"
            continue
        if (day := _number(old, new, "rungs", name, one)) is not None:
            yield f"“{shown}”{_rung(one)}的日子{day}"
        earlier = before[one]
        if earlier is not None and earlier != told:
            yield f"“{shown}”{_rung(one)}{_telling(earlier, told or ())}"


def _others(old: Life, new: Life) -> Iterator[str]:
    """The limits that are no clock's own, and the criteria."""
    for name in sorted({key for life in (old, new) for key in life.table.get("numbers", {})}):
        part, *rest = name.split(".")
        of_a_clock = part == "rungs" or (part == "limits" and rest[0] in new.table["clocks"])
        if not of_a_clock and (changed := _number(old, new, part, *rest)) is not None:
            yield f"“{limits_known().get(rest[0], name) if part == 'limits' else name}”{changed}"


def _number(old: Life, new: Life, *key: str) -> str | None:
    """How a number changes, in words; None where it does not, or nobody knew it before."""
    before, after = old.number(*key), new.number(*key)
    return f"由 {before} 变为 {after}" if before is not None and before != after else None


def _act(action: str) -> str:
    return ACTIONS[action].shown if action in ACTIONS else action


def _rung(rung: str) -> str:
    return f"提醒“{RUNGS.get(rung, rung)}”"


def _telling(old: Sequence[str], new: Sequence[str]) -> str:
    return f"的告知对象由 {_roles(old)} 变为 {_roles(new)}"


def _roles(roles: Sequence[str]) -> str:
    return "、".join(ROLES.get(role, "上级书记") for role in roles) or "无人"
