"""The Merkle tree of RFC 6962 §2.1: a frontier that grows with every move, proofs, and their verification.

A frontier is the tuple of the roots of the complete subtrees, the largest first: one for each bit set in the size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain, islice
from typing import Final, Protocol

HASH_BYTES: Final = 32
LEAF: Final = b"\x00"
NODE: Final = b"\x01"

Frontier = tuple[bytes, ...]
Proof = tuple[bytes, ...]


class Digest(Protocol):
    """What a hash function hands back."""

    def digest(self) -> bytes:
        """Return the hash itself."""


Hasher = Callable[[bytes], Digest]


class BrokenFrontier(ValueError):
    """The stored head does not fit its size; nothing may be appended to it."""

    def __init__(self, size: int, found: int) -> None:
        expected = max(size, 0).bit_count()
        super().__init__(
            f"存证树头损坏：{size} 条记录应有 {expected} 个子树摘要，现为 {found} 个；"
            "已停止写入，请运行 zhenggai trail verify 核查，必要时从备份恢复。"
        )


class OutsideTree(LookupError):
    """A proof was asked for something that this tree does not hold."""

    def __init__(self, asked: int, size: int) -> None:
        super().__init__(f"存证树只有 {size} 条记录，无法为 {asked} 出具证明：请核对序号和检查点的记录数。")


def empty_root(hasher: Hasher = sha256) -> bytes:
    """Return the root of the tree without leaves: the hash of nothing."""
    return hasher(b"").digest()


def leaf_hash(body: bytes, hasher: Hasher = sha256) -> bytes:
    """Return H(0x00 ‖ body), the leaf of an entry's stored bytes."""
    return hasher(LEAF + body).digest()


def node_hash(left: bytes, right: bytes, hasher: Hasher = sha256) -> bytes:
    """Return H(0x01 ‖ left ‖ right), the parent of two nodes."""
    return hasher(NODE + left + right).digest()


def push(frontier: Frontier, size: int, leaf: bytes, hasher: Hasher = sha256) -> Frontier:
    """Return the frontier after one more leaf; on average one hash."""
    kept = len(frontier)
    if kept != size.bit_count() or size < 0:
        raise BrokenFrontier(size, kept)
    if not size & 1:
        return (*frontier, leaf)
    node = leaf
    while size & 1:
        kept -= 1
        node = hasher(NODE + frontier[kept] + node).digest()
        size >>= 1
    return (*frontier[:kept], node)


def extend(frontier: Frontier, size: int, leaves: Iterable[bytes], hasher: Hasher = sha256) -> Frontier:
    """Return the frontier after all these leaves, as if each had been pushed."""
    _check(frontier, size)
    stack = list(frontier)
    for place, leaf in enumerate(leaves, size):
        node, rest = leaf, place
        while rest & 1:
            node = hasher(NODE + stack.pop() + node).digest()
            rest >>= 1
        stack.append(node)
    return tuple(stack)


def root(frontier: Frontier, size: int, hasher: Hasher = sha256) -> bytes:
    """Return the root hash of the tree whose frontier this is."""
    _check(frontier, size)
    if not frontier:
        return empty_root(hasher)
    node = frontier[-1]
    for left in reversed(frontier[:-1]):
        node = hasher(NODE + left + node).digest()
    return node


def encode_frontier(frontier: Frontier) -> bytes:
    """Return the frontier as one run of bytes, 32 to a hash, for the head's column."""
    return b"".join(frontier)


def decode_frontier(stored: bytes, size: int) -> Frontier:
    """Return the frontier that `encode_frontier` wrote; raise BrokenFrontier where it does not fit the size."""
    if size < 0 or len(stored) != size.bit_count() * HASH_BYTES:
        raise BrokenFrontier(size, len(stored) // HASH_BYTES)
    return tuple(stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES))


def levels(leaves: Iterable[bytes], hasher: Hasher = sha256) -> Iterator[list[bytes]]:
    """Yield the rows of the tree from the leaves up to [root]; many proofs of one tree need only one list of them."""
    row = list(leaves)
    while len(row) > 1:
        yield row
        pairs = iter(row)
        above = [hasher(NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        # An unpaired last node goes up as it is: that gives RFC 6962's split at the largest power of two.
        row = above + row[-1:] if len(row) % 2 else above
    if row:
        yield row


def inclusion_path(rows: Iterable[Sequence[bytes]], index: int) -> Proof:
    """Return the audit path of a leaf in the tree of these rows (RFC 9162 §2.1.3.1)."""
    path = []
    for row in rows:
        sibling = index ^ 1
        if sibling < len(row):
            path.append(row[sibling])
        index >>= 1
    return tuple(path)


def consistency_path(rows: Iterable[Sequence[bytes]], old: int) -> Proof:
    """Return the proof that the tree of these rows extends its first `old` leaves, 0 < old < size (§2.1.4.1)."""
    height = (old & -old).bit_length() - 1
    node = (old - 1) >> height
    upper = islice(rows, height, None)
    row = next(upper)
    path = inclusion_path(chain([row], upper), node)
    # When the old tree is one complete subtree the verifier already holds it as the old root.
    return (row[node], *path) if node else path


def inclusion_proof(leaves: Sequence[bytes], index: int, size: int, hasher: Hasher = sha256) -> Proof:
    """Return the audit path of leaf `index` in the tree of the first `size` leaf hashes; about `size` hashes."""
    if not 0 <= size <= len(leaves):
        raise OutsideTree(size, len(leaves))
    if not 0 <= index < size:
        raise OutsideTree(index, size)
    return inclusion_path(levels(islice(leaves, size), hasher), index)


def consistency_proof(leaves: Sequence[bytes], old: int, new: int, hasher: Hasher = sha256) -> Proof:
    """Return the proof that the tree of `new` leaf hashes extends that of `old`; empty if old is 0 or equals new."""
    if not 0 <= new <= len(leaves):
        raise OutsideTree(new, len(leaves))
    if not 0 <= old <= new:
        raise OutsideTree(old, new)
    if old in (0, new):
        return ()
    return consistency_path(levels(islice(leaves, new), hasher), old)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes, hasher: Hasher = sha256
) -> bool:
    """Tell whether the proof puts this leaf at `index` (RFC 9162 §2.1.3.2); take size and root from one checkpoint."""
    if not 0 <= index < size or not _all_hashes((leaf, root, *proof)):
        return False
    place, last, node = index, size - 1, leaf
    for other in proof:
        if not last:
            return False
        if place & 1 or place == last:
            node = node_hash(other, node, hasher)
            place, last = _climb(place, last)
        else:
            node = node_hash(node, other, hasher)
        place, last = place >> 1, last >> 1
    return not last and node == root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes], hasher: Hasher = sha256
) -> bool:
    """Tell whether the tree (new, new_root) only adds to the tree (old, old_root) (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new or not _all_hashes((old_root, new_root, *proof)):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == empty_root(hasher)
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    return bool(path) and _leads_to_both(path, old, new, old_root, new_root, hasher)


def _leads_to_both(path: list[bytes], old: int, new: int, old_root: bytes, new_root: bytes, hasher: Hasher) -> bool:
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for other in path[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            before, after = node_hash(other, before, hasher), node_hash(other, after, hasher)
            place, last = _climb(place, last)
        else:
            after = node_hash(after, other, hasher)
        place, last = place >> 1, last >> 1
    return not last and before == old_root and after == new_root


def _climb(place: int, last: int) -> tuple[int, int]:
    # Skip the rows in which the node is unpaired at the right edge: the proof has no sibling for them.
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _all_hashes(values: Iterable[bytes]) -> bool:
    # With other lengths, two different pairs of hashes could give the same bytes when joined.
    return all(len(value) == HASH_BYTES for value in values)


def _check(frontier: Frontier, size: int) -> None:
    if size < 0 or len(frontier) != size.bit_count():
        raise BrokenFrontier(size, len(frontier))
