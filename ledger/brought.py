"""What an import did, as the preview and the command line tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.classing import Unclassed, Unknown
from ledger.ordered import Link


@dataclass(frozen=True, slots=True)
class Altered:
    """A column of the unit's own side that the ledger says otherwise: of which row and problem, its words, what stood and what will stand."""

    row: int
    unit: str
    number: str
    column: str
    was: str
    will_be: str


@dataclass(slots=True)
class Brought:
    """What an import did; with any error nothing of it may be kept."""

    problems: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    """Problems that the leading group withdrew, and that are not brought in again."""
    notices: list[str] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    unclaimed: list[str] = field(default_factory=list)
    """Units with new problems that nobody could claim."""
    alarms: list[str] = field(default_factory=list)
    """Of the notices those that nobody may overlook."""
    new_units: list[str] = field(default_factory=list)
    """Units that the system does not know yet, and that the import makes if it may."""
    alike: dict[str, list[str]] = field(default_factory=dict)
    """Of these units those whose names come near: a slip of the pen makes no unit."""
    changes: list[Altered] = field(default_factory=list)
    """What the unit said of known problems and the ledger says otherwise."""
    rounds_alike: list[str] = field(default_factory=list)
    """Of a new round the rounds whose names come near: a slip of the pen makes no round."""
    unknown: list[Unknown] = field(default_factory=list)
    """Aspects that the dictionary of the round does not know."""
    unknown_topics: list[Unknown] = field(default_factory=list)
    """And topics."""
    unclassed: list[Unclassed] = field(default_factory=list)
    """New rows without an aspect, for which typical problems propose one."""
    dictionary: int | None = None
    """The version that the round is bound to."""
    linked: list[Link] = field(default_factory=list)
    """New rows that are problems ordered at once 立行立改: linked, or said to be others."""
    marked: int = 0
    """Topics that were marked."""
    becomes: dict[int, str] = field(default_factory=dict)
    """Of work taken over what each row becomes and why, by its number in the sheet."""
    recorded: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """And what is recorded of it: its dates, how often it was extended and returned."""
    taken_over: dict[str, int] = field(default_factory=dict)
    """How many rows come into each state so."""
