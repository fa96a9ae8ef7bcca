"""A few hundred attacks on a small trail, each alone: none may pass, and each must be named by its first bad index."""

from __future__ import annotations

from random import Random

import pytest

from tests.trail.attacks import ATTACKS, ground_of
from tests.trail.store import Attacker, Store

SEED = 20260302
ROUNDS = 8
LONG_ROUNDS = 4000


def attack(store: Store, attacker: Attacker, rounds: int) -> list[str]:
    """Make every attack so many times, each on the sound trail; return those not found, or found elsewhere."""
    dice, ground = Random(f"{SEED}/{store.kind}"), ground_of(attacker)
    missed: list[str] = []
    for number in range(rounds * len(ATTACKS)):
        one = ATTACKS[number % len(ATTACKS)]
        expected = one(attacker, dice, ground)
        found = store.verify()
        if found.ok or found.first_bad != expected or not found.why:
            missed.append(f"{one.__name__} no. {number}: {expected} wanted, {found}")
        attacker.restore()
    return missed


def test_no_attack_passes_and_each_is_named_by_its_index(store: Store, attacker: Attacker) -> None:
    assert attack(store, attacker, ROUNDS) == []
    assert store.verify().ok


@pytest.mark.long
def test_a_hundred_thousand_attacks_leave_none_unseen(store: Store, attacker: Attacker) -> None:
    assert attack(store, attacker, LONG_ROUNDS) == []
