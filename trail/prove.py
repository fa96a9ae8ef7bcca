"""Prove 出具证明: that one entry is in the tree, for somebody who holds nothing but a root or a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from trail.keys import Keys, opened
from trail.stored import JurisdictionKey, StoredCheckpoint, StoredHead, snapshot
from trail.tree import (
    BrokenFrontier,
    OutsideTree,
    decode_frontier,
    inclusion_proof,
    leaf_hash,
    root,
    verify_inclusion,
)


class NotProvable(RuntimeError):
    """The stored entries do not give the stored head or checkpoint: a proof of them would prove nothing."""

    def __init__(self, index: int) -> None:
        super().__init__(
            f"无法为第 {index} 条记录出具证明：记录、摘要、树头与检查点互不相符，请运行 zhenggai trail verify 核查"
        )


def prove(engine: Engine, code: str | None, index: int, home: Path | None = None) -> dict[str, Any]:
    """Return the entry's bytes with its audit path to the present root, and to the last checkpoint if that covers it.

    OutsideTree when there is no such entry; NotProvable when the stored tree does not hold together.
    """
    with snapshot(engine) as stored:
        place = stored.place(code)
        body = stored.bodies_at(place, [index]).get(index)
        leaves = list(stored.leaves(place))
        head = stored.head(place)
        rows = stored.checkpoints(place)
    if body is None or not 0 <= index < len(leaves):
        raise OutsideTree(index, len(leaves))
    try:
        now = _proved(body, leaves, index, len(leaves), _root_of(head, len(leaves)))
        note = _last_note(rows, place, home)
        then = None
        if note and note["size"] > index:
            then = note | _proved(body, leaves, index, note["size"], note["root"])
        words = body.decode()
    except (ValueError, LookupError):
        raise NotProvable(index) from None
    return {
        "jurisdiction": place.code, "index": index, "leaf": leaf_hash(body).hex(), "body": words, **now,
        "checkpoint": then,
    }  # fmt: skip


def _last_note(rows: Sequence[StoredCheckpoint], place: JurisdictionKey, home: Path | None) -> dict[str, Any] | None:
    if not rows:
        return None
    checkpoint = opened(rows[-1].note, place.code, Keys(home, place.code).verifiers() if home else ())
    return {"size": checkpoint.size, "root": checkpoint.root.hex(), "note": rows[-1].note.decode()}


def _root_of(head: StoredHead | None, size: int) -> str:
    if head is None or head.size != size:
        raise BrokenFrontier(size, 0)
    return root(decode_frontier(head.frontier, size), size).hex()


def _proved(body: bytes, leaves: Sequence[bytes], index: int, size: int, wanted: str) -> dict[str, Any]:
    path = inclusion_proof(leaves, index, size)
    if not verify_inclusion(leaf_hash(body), index, size, path, bytes.fromhex(wanted)):
        raise ValueError(wanted)
    return {"size": size, "root": wanted, "path": [node.hex() for node in path]}
