"""Versions of a profile 时限方案的版本: what it says number by number, what differs between two, the next made of one and what changes."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from states import CLOCKS, CRITERIA
from workflow.days import joint
from workflow.days.anchors import CHOICES
from workflow.days.limits import Limit
from workflow.days.profiles import Key, Profile, When, defaults

Value = Limit | When | bool | int | str | tuple[str, ...]
"""What a profile says at a key; a word is from which day a limit counts."""
VERIFIERS: Final[Key] = ("verifiers",)
_UNITS: Final = {"day": "days", "workday": "workdays", "month": "months"}


@dataclass(frozen=True, slots=True)
class Differing:
    """A number of which two versions say different things."""

    key: Key
    before: Value
    after: Value


def values(profile: Profile) -> dict[Key, Value]:
    """Return all that a profile says or leaves to the life, by where it stands, in the order of the life."""
    limits: dict[Key, Value] = {("limits", name): limit for name, limit in profile.limits.items()}
    rungs: dict[Key, Value] = {
        ("rungs", clock.name, rung.name): profile.rungs[clock.name][rung.name]
        for clock in CLOCKS.values()
        for rung in clock.rungs
    }
    criteria: dict[Key, Value] = {
        ("criteria", one.name, name): profile.criterion(one.name)[name]
        for one in CRITERIA.values()
        for name in (*dict(one.numbers), "escalate")
    }
    anchors: dict[Key, Value] = {("anchors", name): anchor for name, anchor in profile.anchors.items()}
    return {VERIFIERS: profile.verifiers, **limits, **anchors, **rungs, **criteria, **_opinions(profile)}


def _opinions(profile: Profile) -> dict[Key, Value]:
    said = {key: profile.said(*key) for key in defaults() if key[0] == "opinions"}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}


def differing(before: Profile, after: Profile) -> list[Differing]:
    """Return what two versions differ in, in the order of the life."""
    old, new = values(before), values(after)
    return [Differing(key, old[key], new[key]) for key in new if old[key] != new[key]]


def next_version(base: Profile, changes: Mapping[Key, Value], version: int) -> Profile:
    """Return the version made of one that is there and what changes; BadProfile where the numbers make no profile."""
    table = copy.deepcopy(base.table)
    name = table.pop("name")
    for key, value in changes.items():
        _put(table, key, _configured(value))
    return Profile.of(name, {**table, "version": version})


def _put(table: dict[str, Any], key: Key, value: Any) -> None:
    for name in key[:-1]:
        table = table.setdefault(name, {})
    table[key[-1]] = value


def _configured(value: Value) -> Any:
    """Return a value as config.toml has it."""
    if isinstance(value, Limit):
        unit = _UNITS[value.unit] if value.number > 1 else value.unit
        return f"{value.number} {unit}" + (", next workday" if value.rest == "next" else "")
    if isinstance(value, When):
        return (
            value.how if value.number == 0 else f"{value.number} {'workdays' if value.workdays else 'days'} {value.how}"
        )
    return list(value) if isinstance(value, tuple) else value


def written(changes: Mapping[Key, Value]) -> str:
    """Return changes as one text, a line each: what a request keeps."""
    return "\n".join(f"{'.'.join(key)} = {_line(_configured(value))}" for key, value in changes.items())


def _line(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list) else str(value)


def read_written(text: str) -> dict[Key, Value]:
    """Return the changes of such a text; ValueError where it is none."""
    lines = (line.partition("=") for line in text.splitlines() if line.strip())
    return {key: _read(key, value.strip()) for name, _, value in lines for key in [tuple(name.strip().split("."))]}


def _read(key: Key, text: str) -> Value:
    if key == VERIFIERS or (key in defaults() and key[-1] == "parties"):
        return tuple(text.split())
    if key not in defaults():
        raise ValueError(key)
    if key[0] in ("limits", "rungs"):
        return (Limit if key[0] == "limits" else When).parse(text)
    if key[-1] == "escalate":
        return _one_of(text, ("true", "false")) == "true"
    words = CHOICES if key[0] == "anchors" else joint.CHOICES.get(key[-1])
    return int(text) if words is None else _one_of(text, words)


def _one_of(text: str, known: Collection[str]) -> str:
    if text not in known:
        raise ValueError(text)
    return text
