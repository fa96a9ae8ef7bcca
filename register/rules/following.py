"""How what follows an entry is declared, wherever it stands: by the name under which the table of kinds says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from register.wanted import Standing, Wanted
from trail.entry import Dice

Columns = Callable[[Standing], None]
Follow = Callable[[Standing], Iterator[Wanted]]
Afterwards = Callable[[Standing, int, Dice], None]
COLUMNS: Final[dict[str, Columns]] = {}
"""What is put into the row before it is written."""
FOLLOW: Final[dict[str, Follow]] = {}
"""Secrets and further entries, once the row is there."""
AFTERWARDS: Final[dict[str, Afterwards]] = {}
"""What follows once all entries of a call are written, in the same transaction: given the entry that it follows from."""


def columns(build: Columns) -> Columns:
    """Declare what is put into the row."""
    COLUMNS[build.__name__] = build
    return build


def follow(build: Follow) -> Follow:
    """Declare further entries."""
    FOLLOW[build.__name__] = build
    return build


def afterwards(build: Afterwards) -> Afterwards:
    """Declare what follows once all is written."""
    AFTERWARDS[build.__name__] = build
    return build
