"""The ledger by groups: what each is called, its counts, and the address that opens its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from storage.reads.dictionaries import OTHERWISE, Dictionaries
from storage.reads.ledger.groups import Counts, Unit, counts_by, units_of
from storage.reads.ledger.questions import Ask
from storage.sql import Driver
from web.ledger_address import address_of

GROUPED: Final = {"unit": "单位", "round": "轮次", "aspect": "方面", "responsible": "责任领导", "person": "责任人"}
"""By what the ledger is grouped, in words."""
UNCLASSED: Final = "没有归类"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the ledger: its words, its counts, the address of its rows; a village stands below its town."""

    words: str
    counts: Counts
    to: str
    below: bool = False
    within: int = 0
    """How many villages are counted in it that have no line of their own here."""


MOST_LINES: Final = 200
MOST_UNITS: Final = 60
"""Of more units than this only the upper ones stand in a line, each with how many are below it."""


def nameless(words: str) -> str:
    """Return what those are called of whom nobody is named."""
    return f"没有写{words}"


def grouped(driver: Driver, ask: Ask, by: str, chosen: tuple[Sequence[tuple[int, str]], Dictionaries]) -> list[Group]:
    """Return the groups: units and rounds as they are registered, aspects as the dictionary has them, people by how much is theirs."""
    counts = counts_by(driver, ask, by)
    rounds, there = chosen
    if by == "unit":
        return _units(ask, units_of(driver, ask, counts))
    if by == "round":
        return [Group(name, counts[key], _to(ask, round=key)) for key, name in rounds if key in counts]
    if by == "aspect":
        return _aspects(ask, counts, there)
    most_first = sorted(counts, key=lambda name: (-counts[name].every, name))
    return [Group(name or nameless(GROUPED[by]), counts[name], _to(ask, **{by: name})) for name in most_first]


def _units(ask: Ask, units: Sequence[Unit]) -> list[Group]:
    groups: list[Group] = []
    for one in units:
        if one.below and len(units) > MOST_UNITS:
            groups[-1] = replace(groups[-1], within=groups[-1].within + 1)
        else:
            groups.append(Group(one.name, one.counts, _to(ask, unit=one.number), one.below))
    return groups


def _aspects(ask: Ask, counts: Mapping[Any, Counts], there: Dictionaries) -> list[Group]:
    known = {*(there.words_of(OTHERWISE) or ())}
    groups = []
    for address, words in there.aspects():
        theirs = [counts[word] for word in there.words_of(address) or () if word in counts]
        if theirs:
            groups.append(Group(words, Counts.of(theirs), _to(ask, aspect=address)))
    rest = [one for word, one in counts.items() if word not in known]
    return [*groups, Group(UNCLASSED, Counts.of(rest), _to(ask, aspect=OTHERWISE))] if rest else groups


def _to(ask: Ask, **said: Any) -> str:
    return urlencode({**address_of(ask.filters), **{name: str(value) for name, value in said.items()}})
