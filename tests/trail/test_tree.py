"""The tree against RFC 6962: known vectors, a plain oracle for every proof, and every forgery refused."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha3_256, sha256
from itertools import pairwise
from pathlib import Path

import pytest

from tests.trail.rfc6962_oracle import Oracle, turns
from trail import recompute
from trail.tree import (
    BrokenFrontier,
    Frontier,
    OutsideTree,
    Proof,
    consistency_path,
    consistency_proof,
    decode_frontier,
    empty_root,
    encode_frontier,
    extend,
    inclusion_path,
    inclusion_proof,
    leaf_hash,
    levels,
    node_hash,
    push,
    root,
    verify_consistency,
    verify_inclusion,
)

# The reference tree of the certificate-transparency project: inputs, roots, audit paths (from 0) and proofs.
INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
PROOFS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

LARGEST = 1025
EVERY_SMALL = range(131)
SAMPLED = (*range(131, 1025, 37), 255, 256, 257, 511, 512, 513, 767, 768, 1022, 1023, 1024, 1025)
FORGED_SIZES = range(1, 18)

BODIES = [b'{"i":%d}' % number for number in range(LARGEST)]
LEAVES = [leaf_hash(body) for body in BODIES]
ORACLE = Oracle(BODIES)


@pytest.fixture(scope="module")
def sizes(request: pytest.FixtureRequest) -> Sequence[int]:
    """All sizes to 130 and a sample of the larger ones with the edges of subtrees; with `--long` all to 1,025."""
    if request.config.getoption("--long", default=False):
        return range(LARGEST + 1)
    return (*EVERY_SMALL, *SAMPLED)


def test_roots_are_those_of_the_reference_tree() -> None:
    leaves = [leaf_hash(body) for body in INPUTS]
    assert empty_root().hex() == ROOTS[0]
    for size, expected in enumerate(ROOTS):
        assert root(extend((), 0, leaves[:size]), size).hex() == expected
        assert recompute.root_of(INPUTS[:size]) == (size, bytes.fromhex(expected))
        assert Oracle(INPUTS).root(size).hex() == expected


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_audit_paths_are_those_of_the_reference_tree(index: int, size: int) -> None:
    leaves = [leaf_hash(body) for body in INPUTS]
    path = inclusion_proof(leaves, index, size)
    assert [step.hex() for step in path] == PATHS[index, size]
    assert verify_inclusion(leaves[index], index, size, path, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new"), PROOFS)
def test_consistency_proofs_are_those_of_the_reference_tree(old: int, new: int) -> None:
    proof = consistency_proof([leaf_hash(body) for body in INPUTS], old, new)
    assert [step.hex() for step in proof] == PROOFS[old, new]
    assert verify_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), proof)


def test_what_is_hashed_is_hashed_with_sha256() -> None:
    assert leaf_hash(b"x") == sha256(b"\x00x").digest()
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()


def test_pushing_one_by_one_gives_the_root_of_every_size() -> None:
    frontier: Frontier = ()
    for size, leaf in enumerate(LEAVES):
        assert root(frontier, size) == ORACLE.root(size)
        frontier = push(frontier, size, leaf)
    assert root(frontier, LARGEST) == ORACLE.root(LARGEST)


def test_the_frontier_holds_the_complete_subtrees_from_left_to_right() -> None:
    assert extend((), 0, LEAVES[:11]) == (ORACLE.mth(0, 8), ORACLE.mth(8, 10), ORACLE.mth(10, 11))


@pytest.mark.parametrize("start", [0, 1, 2, 3, 7, 8, 12, 63, 64])
@pytest.mark.parametrize("more", [0, 1, 2, 5, 64, 130])
def test_a_batch_ends_where_single_pushes_end(start: int, more: int) -> None:
    frontier = single = extend((), 0, LEAVES[:start])
    for size in range(start, start + more):
        single = push(single, size, LEAVES[size])
    assert extend(frontier, start, iter(LEAVES[start : start + more])) == single


def test_pushing_leaves_the_old_frontier_as_it_was() -> None:
    before = extend((), 0, LEAVES[:7])
    kept = tuple(before)
    push(before, 7, LEAVES[7])
    extend(before, 7, LEAVES[7:20])
    assert before == kept


def test_a_frontier_comes_back_from_its_bytes(sizes: Sequence[int]) -> None:
    for size in sizes:
        frontier = extend((), 0, LEAVES[:size])
        assert decode_frontier(encode_frontier(frontier), size) == frontier


def test_the_frontier_of_the_longest_tree_is_at_most_64_hashes() -> None:
    full = tuple(sha256(b"%d" % place).digest() for place in range(63))
    assert decode_frontier(encode_frontier(full), 2**63 - 1) == full
    assert len(push(full, 2**63 - 1, LEAVES[0])) == 1


@pytest.mark.parametrize("size", [-1, 0, 1, 2, 4, 6, 7])
def test_a_head_that_does_not_fit_its_size_stops_everything(size: int) -> None:
    frontier = (*extend((), 0, LEAVES[:3]), LEAVES[9], LEAVES[10])
    attempts: list[Callable[[], object]] = [
        lambda: push(frontier, size, LEAVES[0]),
        lambda: extend(frontier, size, LEAVES),
        lambda: root(frontier, size),
        lambda: decode_frontier(encode_frontier(frontier), size),
    ]
    for attempt in attempts:
        with pytest.raises(BrokenFrontier, match=r"存证树头损坏.*现为 4 个；已停止写入"):
            attempt()


@pytest.mark.parametrize("stored", [b"x" * 31, b"x" * 33, b"", b"x" * 64])
def test_a_stored_head_cut_short_or_long_is_refused(stored: bytes) -> None:
    with pytest.raises(BrokenFrontier):
        decode_frontier(stored, 1)


def test_the_rows_of_a_tree_lead_from_its_leaves_to_its_root() -> None:
    assert list(levels([])) == []
    for size in range(1, 70):
        rows = list(levels(iter(LEAVES[:size])))
        assert rows[0] == LEAVES[:size]
        assert rows[-1] == [ORACLE.root(size)]
        assert all(len(above) == (len(below) + 1) // 2 for below, above in pairwise(rows))


def test_every_audit_path_is_the_oracles_and_verifies(sizes: Sequence[int]) -> None:
    for size in sizes:
        rows, head = list(levels(LEAVES[:size])), ORACLE.root(size)
        for index in range(size):
            path = inclusion_path(rows, index)
            assert list(path) == ORACLE.path(index, 0, size)
            assert verify_inclusion(LEAVES[index], index, size, path, head)


def test_every_consistency_proof_is_the_oracles_and_verifies(sizes: Sequence[int]) -> None:
    for new in sizes:
        rows, head = list(levels(LEAVES[:new])), ORACLE.root(new)
        for old in range(1, new):
            proof = consistency_path(rows, old)
            assert list(proof) == ORACLE.proof(old, new)
            assert verify_consistency(old, new, ORACLE.root(old), head, proof)


def test_a_proof_made_from_the_leaves_is_the_one_made_from_the_rows() -> None:
    for size in range(67):
        rows = list(levels(LEAVES[:size]))
        for index in range(size):
            assert inclusion_proof(LEAVES, index, size) == inclusion_path(rows, index)
        for old in range(1, size):
            assert consistency_proof(LEAVES, old, size) == consistency_path(rows, old)


def test_every_tree_extends_nothing_and_itself_without_a_proof(sizes: Sequence[int]) -> None:
    for size in sizes:
        head = ORACLE.root(size)
        assert consistency_proof(LEAVES, 0, size) == consistency_proof(LEAVES, size, size) == ()
        assert verify_consistency(0, size, empty_root(), head, ())
        assert verify_consistency(size, size, head, head, ())


def test_equal_or_empty_trees_are_not_believed_with_wrong_roots_or_spare_hashes() -> None:
    head, other = ORACLE.root(5), ORACLE.root(6)
    assert not verify_consistency(5, 5, head, other, ())
    assert not verify_consistency(5, 5, head, head, (other,))
    assert not verify_consistency(0, 5, head, head, ())
    assert not verify_consistency(0, 5, empty_root(), head, (other,))
    assert not verify_consistency(0, 0, empty_root(), head, ())
    assert not verify_consistency(3, 5, ORACLE.root(3), head, ())
    assert not verify_consistency(4, 5, ORACLE.root(4), head, ())
    assert not verify_inclusion(LEAVES[0], 0, 0, (), empty_root())


def test_a_proof_outside_the_tree_is_refused_in_words() -> None:
    attempts: list[Callable[[], Proof]] = [
        lambda: inclusion_proof(LEAVES, 3, 3),
        lambda: inclusion_proof(LEAVES, -1, 3),
        lambda: inclusion_proof(LEAVES, 0, 0),
        lambda: inclusion_proof(LEAVES, 0, LARGEST + 1),
        lambda: inclusion_proof(LEAVES, 0, -1),
        lambda: consistency_proof(LEAVES, 4, 3),
        lambda: consistency_proof(LEAVES, -1, 3),
        lambda: consistency_proof(LEAVES, -1, -1),
        lambda: consistency_proof(LEAVES, 3, LARGEST + 1),
    ]
    for attempt in attempts:
        with pytest.raises(OutsideTree, match=r"存证树只有 \d+ 条记录.*请核对"):
            attempt()


def test_no_audit_path_survives_a_flipped_bit_or_a_hash_more_or_less() -> None:
    for size in FORGED_SIZES:
        head = ORACLE.root(size)
        for index in range(size):
            path, leaf = inclusion_proof(LEAVES, index, size), LEAVES[index]
            assert verify_inclusion(leaf, index, size, path, head)
            assert not any(verify_inclusion(leaf, index, size, forged, head) for forged in forgeries(path))
            assert not any(verify_inclusion(bad, index, size, path, head) for bad in flipped(leaf))
            assert not any(verify_inclusion(leaf, index, size, path, bad) for bad in flipped(head))


def test_no_consistency_proof_survives_a_flipped_bit_or_a_hash_more_or_less() -> None:
    for new in FORGED_SIZES:
        for old in range(1, new):
            before, after, proof = ORACLE.root(old), ORACLE.root(new), consistency_proof(LEAVES, old, new)
            assert verify_consistency(old, new, before, after, proof)
            assert not any(verify_consistency(old, new, before, after, forged) for forged in forgeries(proof))
            assert not any(verify_consistency(old, new, bad, after, proof) for bad in flipped(before))
            assert not any(verify_consistency(old, new, before, bad, proof) for bad in flipped(after))
            assert not verify_consistency(old, new, after, before, proof)


def test_a_leaf_is_believed_at_its_own_place_only() -> None:
    for size in range(1, 66):
        rows, head = list(levels(LEAVES[:size])), ORACLE.root(size)
        for index in range(size):
            path = inclusion_path(rows, index)
            claimed = [place for place in range(-2, size + 3) if place != index]
            assert not any(verify_inclusion(LEAVES[index], place, size, path, head) for place in claimed)


def test_a_path_is_believed_elsewhere_only_where_the_leaf_hangs_alike_under_the_same_root() -> None:
    # RFC 6962 does not bind the size into the root: a path says nothing about leaves beside it. That is why size and
    # root are taken together from one signed checkpoint, and then no other place in no other tree is believed.
    elsewhere = [(place, other) for other in range(26) for place in range(other)]
    for size in range(1, 12):
        for index in range(size):
            leaf, path, head = LEAVES[index], inclusion_proof(LEAVES, index, size), ORACLE.root(size)
            for place, other in elsewhere:
                alike = turns(place, other) == turns(index, size)
                assert verify_inclusion(leaf, place, other, path, head) is alike
                assert other == size or not verify_inclusion(leaf, place, other, path, ORACLE.root(other))


def test_a_consistency_proof_is_believed_for_its_own_two_trees_only() -> None:
    for new in FORGED_SIZES:
        for old in range(1, new):
            before, after, proof = ORACLE.root(old), ORACLE.root(new), consistency_proof(LEAVES, old, new)
            for other in {*range(1, 40)} - {old}:
                assert not verify_consistency(other, new, before, after, proof)
                assert not verify_consistency(other, new, ORACLE.root(other), after, proof)
            for other in {*range(40)} - {new}:
                assert not verify_consistency(old, other, before, ORACLE.root(other), proof)


def test_two_histories_that_part_anywhere_are_never_consistent() -> None:
    for parted in range(20):
        lie = [*BODIES[:parted], b"forged", *BODIES[parted + 1 : 40]]
        forked, lied = Oracle(lie), [leaf_hash(body) for body in lie]
        for old in range(parted + 1, 39):
            shown = ORACLE.root(old)
            for proof in (consistency_proof(lied, old, 40), consistency_proof(LEAVES, old, 40)):
                assert not verify_consistency(old, 40, shown, forked.root(40), proof)


def test_a_tree_cut_short_and_grown_again_contradicts_the_old_checkpoint() -> None:
    """A backup of 30 entries is restored after 37 were signed, and ten others are written."""
    signed = ORACLE.root(37)
    regrown = [*LEAVES[:30], *(leaf_hash(b"after the restore %d" % number) for number in range(10))]
    head = recompute.root_of_leaves(regrown)[1]
    assert verify_consistency(30, 40, ORACLE.root(30), head, consistency_proof(regrown, 30, 40))
    assert not verify_consistency(37, 40, signed, head, consistency_proof(regrown, 37, 40))


def test_hashes_of_other_lengths_are_refused_though_their_bytes_join_alike() -> None:
    (sibling,) = inclusion_proof(LEAVES, 1, 2)
    head = ORACLE.root(2)
    assert verify_inclusion(LEAVES[1], 1, 2, (sibling,), head)
    assert not verify_inclusion(sibling[-1:] + LEAVES[1], 1, 2, (sibling[:-1],), head)
    assert not verify_inclusion(LEAVES[1][1:], 1, 2, (sibling + LEAVES[1][:1],), head)


def test_an_inner_node_is_not_believed_as_an_entry() -> None:
    left, right = ORACLE.mth(0, 2), ORACLE.mth(2, 4)
    assert not verify_inclusion(leaf_hash(left + right), 0, 1, (), ORACLE.root(4))


def test_the_recomputation_agrees_with_the_head_at_the_edges_of_its_blocks() -> None:
    block = recompute.BLOCK
    bodies = [b"%d" % number for number in range(3 * block + 1)]
    leaves = [leaf_hash(body) for body in bodies]
    for size in (0, 1, block - 1, block, block + 1, 2 * block - 1, 2 * block, 2 * block + 1, 3 * block, 3 * block + 1):
        expected = (size, root(extend((), 0, leaves[:size]), size))
        assert recompute.root_of(iter(bodies[:size])) == expected
        assert recompute.root_of_leaves(iter(leaves[:size])) == expected


def test_the_recomputation_agrees_with_the_oracle(sizes: Sequence[int]) -> None:
    for size in sizes:
        assert recompute.root_of(BODIES[:size]) == (size, ORACLE.root(size))
        assert recompute.root_of_leaves(LEAVES[:size]) == (size, ORACLE.root(size))


def test_the_recomputation_gives_the_roots_of_earlier_sizes_on_the_way() -> None:
    block = recompute.BLOCK
    wanted = {0, 1, 7, block - 1, block, block + 1, 2 * block, 2 * block + 77}
    bodies = [b"%d" % number for number in range(2 * block + 77)]
    leaves = [leaf_hash(body) for body in bodies]
    expected = {size: root(extend((), 0, leaves[:size]), size) for size in wanted}
    assert recompute.roots_at(iter(bodies), wanted) == (len(bodies), expected)
    assert recompute.roots_at((), [0, 5]) == (0, {0: empty_root()})


def test_the_recomputation_leaves_what_it_was_given_as_it_was() -> None:
    leaves = LEAVES[:7]
    recompute.root_of_leaves(leaves)
    assert leaves == LEAVES[:7]


def test_the_recomputation_notices_a_single_bit() -> None:
    truth = recompute.root_of(BODIES[:200])[1]
    for place in range(200):
        bodies = BODIES[:200]
        bodies[place] = bytes([bodies[place][0] ^ 1]) + bodies[place][1:]
        assert recompute.root_of(bodies)[1] != truth


def test_the_recomputation_imports_the_standard_library_only() -> None:
    assert imported(Path(recompute.__file__)) <= sys.stdlib_module_names
    assert imported(Path(__file__).with_name("rfc6962_oracle.py")) <= sys.stdlib_module_names


def test_another_hash_runs_through_the_whole_tree() -> None:
    leaves = [leaf_hash(body, sha3_256) for body in BODIES[:13]]
    frontier: Frontier = ()
    for size, leaf in enumerate(leaves):
        frontier = push(frontier, size, leaf, sha3_256)
    head = root(frontier, 13, sha3_256)
    assert recompute.root_of(BODIES[:13], sha3_256) == (13, head)
    assert recompute.root_of_leaves(leaves, sha3_256) == (13, head)
    assert recompute.root_of((), sha3_256) == (0, empty_root(sha3_256)) == (0, root((), 0, sha3_256))
    path, old = inclusion_proof(leaves, 6, 13, sha3_256), root(extend((), 0, leaves[:6], sha3_256), 6, sha3_256)
    proof = consistency_proof(leaves, 6, 13, sha3_256)
    assert verify_inclusion(leaves[6], 6, 13, path, head, sha3_256)
    assert verify_consistency(6, 13, old, head, proof, sha3_256)
    assert verify_consistency(0, 13, empty_root(sha3_256), head, (), sha3_256)
    assert not verify_inclusion(leaves[6], 6, 13, path, head)
    assert not verify_consistency(6, 13, old, head, proof)


def flipped(value: bytes) -> Iterator[bytes]:
    """The value with one bit turned, at each byte in turn."""
    for place in range(len(value)):
        yield value[:place] + bytes([value[place] ^ 1 << place % 8]) + value[place + 1 :]


def forgeries(proof: Proof) -> Iterator[Proof]:
    """The proof with a bit turned, a hash replaced, left out, doubled, added or emptied, or two exchanged."""
    spares = (empty_root(), b"", b"x" * 31)
    for place, step in enumerate(proof):
        before, after = proof[:place], proof[place + 1 :]
        yield before + after
        yield (*before, step, step, *after)
        yield from ((*before, bad, *after) for bad in (*flipped(step), *spares))
        yield from swapped(proof, place)
    yield from ((*proof, spare) for spare in spares)
    yield from ((spare, *proof) for spare in spares)


def swapped(proof: Proof, place: int) -> Iterator[Proof]:
    """The proof with the hash at this place exchanged for each later one."""
    for other in range(place + 1, len(proof)):
        steps = list(proof)
        steps[place], steps[other] = steps[other], steps[place]
        yield tuple(steps)


def imported(source: Path) -> set[str]:
    """The top-level modules a file imports anywhere in it."""
    return set(modules(ast.walk(ast.parse(source.read_text("utf-8")))))


def modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The first word of each imported name."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]
