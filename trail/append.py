"""Appending: the tree of one jurisdiction grows by leaves, under the lock of its head."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from storage.rows import HeadRow
from trail.entry import encode
from trail.tree import decode_frontier, encode_frontier, leaf_hash, push


@dataclass(slots=True)
class Growth:
    """A head growing in memory within one transaction."""

    head: HeadRow
    now: int
    size: int = field(init=False)
    frontier: tuple[bytes, ...] = field(init=False)
    at: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = self.head.size
        self.frontier = decode_frontier(self.head.frontier, self.head.size)
        # A server clock that went backwards must not turn the trail's time.
        self.at = max(self.now, self.head.last_at)

    def add(self, kind: str, fields: dict[str, Any]) -> tuple[int, bytes, bytes]:
        """Append one entry; return its index, body and leaf."""
        index = self.size
        body = encode(index, self.head.code, kind, self.at, fields)
        leaf = leaf_hash(body)
        self.frontier = push(self.frontier, index, leaf)
        self.size = index + 1
        return index, body, leaf

    def head_values(self) -> tuple[int, bytes, int, int]:
        """Return the head's new columns: size, frontier, last_at, jurisdiction."""
        return self.size, encode_frontier(self.frontier), self.at, self.head.jurisdiction
