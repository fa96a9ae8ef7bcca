"""What was entered about a row of the register, each entry with what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from register.grammar import Kind
from register.showing import Words
from register.theirs import reads_all
from storage.household import Key
from storage.reads.register import EntryLine, entries_about
from web.viewer import Viewer

MOST_ENTRIES: Final = 50


def entries_of_row(viewer: Viewer, words: Words, kind: Kind, key: Key) -> list[tuple[EntryLine, list[tuple[str, str]]]]:
    """Return what was entered about a row, to who reads all rows of its kind."""
    if not reads_all(kind, viewer.actor):
        return []
    found = entries_about(words.driver, words.jurisdiction, f"{kind.name}:{key}", MOST_ENTRIES + 1)
    return _with_changes(words, kind, found)


def _with_changes(
    words: Words, kind: Kind, found: Sequence[EntryLine]
) -> list[tuple[EntryLine, list[tuple[str, str]]]]:
    """Return the entries, newest first, each with what it changed; of one whose forerunner is not read only that it was."""
    entries = []
    words.name_cases(kind, [one.row for one in found])
    for one, before in zip_longest(found[:MOST_ENTRIES], found[1:]):
        began = before is None and len(found) <= MOST_ENTRIES
        changes = words.changes(kind, before.row if before else None, one.row) if before or began else []
        entries.append((one, changes))
    return entries
