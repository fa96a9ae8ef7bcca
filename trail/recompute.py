"""The tree once more, from stored bytes, for the signer: written apart from the tree module and importing none of it.

It folds blocks of rows and never keeps a frontier, so a mistake in how the head grows cannot be repeated here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Final, Protocol

BLOCK: Final = 4096  # a power of two: every block but the last is a complete subtree, and memory stays small


class Digest(Protocol):
    """What a hash function hands back."""

    def digest(self) -> bytes:
        """Return the hash itself."""


def root_of(bodies: Iterable[bytes], hasher: Callable[[bytes], Digest] = sha256) -> tuple[int, bytes]:
    """Return (size, root) of the RFC 6962 tree over these entries' bytes, read once and in order."""
    stream = iter(bodies)
    rows = iter(lambda: [hasher(b"\x00" + body).digest() for body in islice(stream, BLOCK)], [])
    return _fold_blocks(rows, hasher)


def root_of_leaves(leaves: Iterable[bytes], hasher: Callable[[bytes], Digest] = sha256) -> tuple[int, bytes]:
    """Return (size, root) of the RFC 6962 tree over these leaf hashes, read once and in order."""
    stream = iter(leaves)
    return _fold_blocks(iter(lambda: list(islice(stream, BLOCK)), []), hasher)


def roots_at(
    bodies: Iterable[bytes], sizes: Collection[int], hasher: Callable[[bytes], Digest] = sha256
) -> tuple[int, dict[int, bytes]]:
    """Return (size, roots): the root of the whole and of the first `n` entries for each wanted n, read once."""
    stream = iter(bodies)
    size, roots = 0, {0: hasher(b"").digest()}
    tops: list[bytes] = []
    while row := [hasher(b"\x00" + body).digest() for body in islice(stream, BLOCK)]:
        for wanted in {*sizes, size + len(row)}:
            if size < wanted <= size + len(row):
                roots[wanted] = _fold([*tops, _fold(row[: wanted - size], hasher)], hasher)
        size += len(row)
        tops.append(_fold(row, hasher))
    return size, roots


def _fold_blocks(rows: Iterator[list[bytes]], hasher: Callable[[bytes], Digest]) -> tuple[int, bytes]:
    size, tops = 0, []
    for row in rows:
        size += len(row)
        tops.append(_fold(row, hasher))
    return size, _fold(tops, hasher) if tops else hasher(b"").digest()


def _fold(row: list[bytes], hasher: Callable[[bytes], Digest]) -> bytes:
    while len(row) > 1:
        alone = row[-1:] if len(row) % 2 else []
        row = [hasher(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)] + alone
    return row[0]
