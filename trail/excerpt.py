"""An excerpt of the trail 摘录: some entries as they stand, and of all others no more than the tree needs, in one pass.

Between two entries that are told stand the nodes of as few complete subtrees as cover what is not: a case of a log of millions is
proved by some dozens of hashes for each of its entries. The checker adds them up to the root and to the newest checkpoint.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from trail.export import header_of, line, told_row
from trail.offline import files_of
from trail.stored import JurisdictionKey, Stored
from trail.tree import BrokenFrontier, decode_frontier, node_hash, root

AT_ONCE: Final = 500
_Node = tuple[int, int, bytes]
"""Where the entries under a node begin, its height, its hash."""


def write_excerpt(
    stored: Stored, place: JurisdictionKey, file: IO[bytes], told: Mapping[int, bool], home: Path | None
) -> dict[str, int]:
    """Write the entries that are told, by index, with their texts where that is said; return the files that they name, by hash the first entry."""
    notes = stored.checkpoints(place)[-1:]
    head = stored.head(place)
    size = head.size if head else 0
    try:
        now = root(decode_frontier(head.frontier, size), size).hex() if head else ""
    except BrokenFrontier:
        now = ""  # nothing is judged here: the check of the file finds the damage
    header = header_of(stored, place, home) | {"size": size, "root": now, "excerpt": True}
    header["checkpoints"] = [row.note.decode(errors="replace") for row in notes]
    file.write(line(header))
    named: dict[str, int] = {}
    bodies = _told(stored, place, told)
    for row in _rows(stored, place, told, {row.size for row in notes}):
        if isinstance(row, int):
            index, body, leaf, side = next(bodies)
            file.write(line(told_row(index, body, leaf, side, with_texts=told[index])))
            with suppress(
                ValueError, KeyError, TypeError, AttributeError
            ):  # what is damaged is found by the check of the file
                for digest in files_of(json.loads(bytes(body))):
                    named.setdefault(digest, index)
        else:
            start, height, node = row
            withheld = {"idx": start, "leaf": node.hex(), "withheld": True}
            file.write(line(withheld | ({"height": height} if height else {})))
    return named


def _rows(stored: Stored, place: JurisdictionKey, told: Mapping[int, bool], marks: set[int]) -> Iterator[int | _Node]:
    """Yield in order the indexes that are told, and the nodes between them; at a mark the tree has a root of its own."""
    run: list[_Node] = []
    for index, leaf in enumerate(stored.leaves(place)):
        if index in marks or index in told:
            yield from run
            run = []
        if index in told:
            yield index
        else:
            _push(run, (index, 0, leaf))
    yield from run


def _push(run: list[_Node], node: _Node) -> None:
    """Put a node behind a run of others, joined with its left neighbour wherever the two are halves of a complete subtree."""
    start, height, digest = node
    while run and run[-1][1] == height and run[-1][0] % (2 << height) == 0:
        start, _, left = run.pop()
        digest, height = node_hash(left, digest), height + 1
    run.append((start, height, digest))


def _told(stored: Stored, place: JurisdictionKey, told: Mapping[int, bool]) -> Iterator[Any]:
    """Yield index, body, leaf and texts of the entries that are told, in order."""
    indexes = sorted(told)
    for first in range(0, len(indexes), AT_ONCE):
        yield from stored.entries_at(place, indexes[first : first + AT_ONCE])
