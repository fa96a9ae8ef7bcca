"""The trail: hashing its bytes against merely reading them, and growing its tree against the bare hashing."""

from __future__ import annotations

from hashlib import sha256

from benchmarks.ground import Fed, ground
from benchmarks.measure import Figure, Size, compare
from trail.recompute import root_of_leaves
from trail.stored import snapshot
from trail.tree import Frontier, leaf_hash, push, root
from trail.verify import Hashed, hash_rows


def trail(kind: str, name: str, size: Size) -> Figure:
    """Compare verify's hashing pass with reading the same rows."""
    fed = Fed(max(size.few // 100, 1), min(size.few, 500))
    with ground(kind, fed) as made:
        engine = made.copy()
        with snapshot(engine) as stored:
            entries = sum(len(chunk) for chunk in stored.rows(stored.place(None)))
        assert entries > fed.inspections * fed.each  # what was fed back, and the entries of the register before it

        def we(_: int) -> None:
            hashed = Hashed()
            with snapshot(engine) as stored:
                hash_rows(stored.rows(stored.place(None)), (), hashed)
            assert hashed.bad is None
            assert hashed.size == entries

        def they(_: int) -> None:
            with snapshot(engine) as stored:
                assert sum(len(chunk) for chunk in stored.rows(stored.place(None))) == entries

        return compare(name, "entries/s", entries, size.pairs, we, they)


def tree(_kind: str, name: str, size: Size) -> Figure:
    """Compare pushing leaves one by one, as moves do, with hashing as many nodes."""
    leaves = [leaf_hash(number.to_bytes(8)) for number in range(size.leaves)]

    def we(_: int) -> None:
        frontier: Frontier = ()
        for number, leaf in enumerate(leaves):
            frontier = push(frontier, number, leaf)
        assert root(frontier, len(leaves)) == wanted

    def they(_: int) -> None:
        for leaf in leaves:
            sha256(b"\x01" + leaf + leaf).digest()

    wanted = root_of_leaves(leaves)[1]
    return compare(name, "leaves/s", len(leaves), size.pairs, we, they)
