"""Copies 呈送、抄告: the table says what the entries say, and entries that do not hold together are found offline."""

from __future__ import annotations

import pytest

from tests.trail.store import Attacker, Store
from tests.trail.test_filing_entries import Entries, fault, moves_of
from tests.world import World


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (
            "UPDATE copies SET signed_version = 2, signed_by = 1 WHERE role = 'leader'",
            "写的件数、签收、回复或催办与记录不符",
        ),
        ("UPDATE copies SET cases = 99 WHERE role = 'discipline'", "写的件数、签收、回复或催办与记录不符"),
        ("DELETE FROM copies WHERE role = 'organisation'", "有记录，表中却没有"),
    ],
)
def test_a_copy_changed_in_its_table_names_the_entry_that_sent_it(
    store: Store, attacker: Attacker, sql: str, why: str
) -> None:
    assert store.verify().ok
    attacker.run(sql)
    found = store.verify()
    assert found.first_bad == attacker.one("SELECT MIN(idx) FROM trail WHERE action = 'feed_back'")
    assert why in found.why


def test_a_copy_that_nobody_sent_is_found(store: Store, attacker: Attacker) -> None:
    columns = "case_id, version, role, inspection_id, cases, due_on"
    attacker.run(
        f"INSERT INTO copies ({columns}) SELECT {columns.replace('version', 'version + 90')} FROM copies WHERE role = 'leader'"
    )
    found = store.verify()
    assert found.first_bad == attacker.one("SELECT COUNT(*) FROM trail")
    assert "却没有任何记录" in found.why


def signed(world: World) -> Entries:
    """Return the entries of two problems fed back in one letter, for which the leader has signed."""
    first, _ = world.feed_back(2)
    world.do("leader", "acknowledge_copy", first)
    return moves_of(world)


def test_letters_that_hold_together_are_taken(world: World) -> None:
    entries = signed(world)
    assert ["copied" in entry for entry in entries] == [True, False, False]
    assert fault(world, entries) == (-1, "")


@pytest.mark.parametrize(
    ("place", "name", "value", "why"),
    [
        (0, "copied", {"to": ["leader"], "cases": [1]}, "与操作表不符"),
        (0, "copied", {"to": ["leader", "discipline", "organisation"], "cases": [2]}, "没有列本问题"),
        (2, "copied", {"to": ["leader", "discipline", "organisation"], "cases": [1]}, "与操作表不符"),
        (2, "acknowledged", [{"version": 1, "role": "office"}], "而没有这一件，或已经签收"),
        (2, "acknowledged", [{"version": 1, "role": "leader"}] * 2, "而没有这一件，或已经签收"),
        (1, "acknowledged", [{"version": 1, "role": "leader"}], "不能签收了哪些呈送、抄告件"),
    ],
)
def test_a_letter_or_receipt_that_does_not_fit_is_named(
    world: World, place: int, name: str, value: object, why: str
) -> None:
    entries = signed(world)
    entries[place][name] = value
    found, said = fault(world, entries)
    assert (found, why in said) == (place, True), said


def test_a_letter_names_problems_that_are_there_and_a_receipt_says_which(world: World) -> None:
    entries = signed(world)
    entries[0]["copied"]["cases"] = [*entries[0]["copied"]["cases"], 77]
    assert fault(world, entries)[1].endswith("的呈送、抄告件列有问题 77，该问题却没有记录")
    entries = moves_of(world)
    del entries[2]["acknowledged"]
    assert "没有写明签收了哪些呈送、抄告件" in fault(world, entries)[1]
