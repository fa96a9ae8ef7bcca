"""Proofs of inclusion: checked with nothing but hashing, refused where the tree does not hold together."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any

import pytest

from tests.trail.rfc6962_oracle import Oracle
from tests.trail.store import CODE, Attacker, Store
from trail.prove import NotProvable, prove
from trail.tree import OutsideTree, verify_inclusion


def proves(leaf: str, index: int, proof: dict[str, Any]) -> bool:
    path = [bytes.fromhex(node) for node in proof["path"]]
    return verify_inclusion(bytes.fromhex(leaf), index, proof["size"], path, bytes.fromhex(proof["root"]))


def test_every_entry_is_proved_in_the_tree_and_in_the_last_checkpoint_that_covers_it(store: Store) -> None:
    whole = store.verify()
    for index in range(store.at(46)):
        proof = prove(store.engine, None, index, store.home)
        assert (proof["size"], proof["root"]) == (store.at(46), whole.root)
        assert sha256(b"\x00" + proof["body"].encode()).hexdigest() == proof["leaf"]
        assert proves(proof["leaf"], index, proof)
        assert not proves(proof["leaf"], index + 1, proof)
        noted = proof["checkpoint"]
        assert (noted is None) == (index >= store.at(37))
        if noted:
            assert proves(proof["leaf"], index, noted)
            assert noted["note"].split("\n")[1:3] == [
                str(store.at(37)),
                base64.b64encode(bytes.fromhex(noted["root"])).decode(),
            ]


def test_the_path_is_that_of_an_independent_implementation(store: Store, attacker: Attacker) -> None:
    oracle = Oracle([attacker.body(index) for index in range(store.at(46))])
    proof = prove(store.engine, CODE, store.at(13))
    assert [bytes.fromhex(node) for node in proof["path"]] == oracle.path(store.at(13), 0, store.at(46))


@pytest.mark.parametrize("index", [-1, 0, 10**12])
def test_there_is_no_proof_of_what_is_not_there(store: Store, index: int) -> None:
    index = index or store.at(46)
    with pytest.raises(OutsideTree, match=f"只有 {store.at(46)} 条记录，无法为 {index} 出具证明"):
        prove(store.engine, CODE, index)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE trail SET leaf = body WHERE idx = {ninth}",
        "UPDATE trail SET body = leaf WHERE idx = {proved}",
        "UPDATE heads SET size = {last}",
        "UPDATE heads SET frontier = leaf FROM trail WHERE idx = 1",
        "DELETE FROM heads",
        "DELETE FROM trail WHERE idx = {last}",
        "UPDATE checkpoints SET note = 'x'",
    ],
)
def test_a_tree_that_does_not_hold_together_proves_nothing(store: Store, attacker: Attacker, damage: str) -> None:
    proved = store.at(13)
    attacker.run(damage.format(ninth=store.at(9), proved=proved, last=store.at(45)))
    with pytest.raises(NotProvable, match=f"第 {proved} 条记录"):
        prove(store.engine, CODE, proved)
