"""The personal key 身份标识: an ID number is kept as a keyed hash alone, and one that was mistyped is not kept at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage.identity import is_in_clear, personal_key

ID = "11010519491231002X"
"""The example of GB 11643."""
MISTYPED = (
    "110105194912310021", "11010519491231003X", "11010591491231002X", "1101051949123100X", "110105194912310022X", "110105491231002", "11010549123100",
    "11O10519491231002X", "110105 19491231 0021", "110105-19491231-0021", "１１０１０５１９４９１２３１００２１", "no:110105194912310021",
)  # fmt: skip


@pytest.mark.parametrize(
    "written", [ID, ID.lower(), f" {ID} ", f"no:{ID}", "110105 19491231 002X", "110105-1949-1231-002x", "１１０１０５１９４９１２３１００２Ｘ"]
)  # fmt: skip
def test_an_id_number_is_a_keyed_hash_however_it_is_written(tmp_path: Path, written: str) -> None:
    found = personal_key(tmp_path, written)
    assert re.fullmatch(r"id:[0-9a-f]{64}", found)
    assert found == personal_key(tmp_path, ID)
    assert not is_in_clear(found)


def test_the_key_of_the_hashes_is_made_once_and_only_we_read_it(tmp_path: Path) -> None:
    first = personal_key(tmp_path / "one", ID)
    kept = tmp_path / "one" / "keys" / "people.key"
    assert (len(kept.read_bytes()), kept.stat().st_mode & 0o777) == (32, 0o600)
    assert personal_key(tmp_path / "one", ID) == first
    assert personal_key(tmp_path / "two", ID) != first, "without the key nobody can try numbers out"


@pytest.mark.parametrize("number", ["1001", "no:1001", " no: 1001 ", "ZJ-2024-00017", "20240001", "E12345678"])
def test_a_staff_number_is_kept_as_it_is(tmp_path: Path, number: str) -> None:
    found = personal_key(tmp_path, number)
    assert found == f"no:{number.strip().removeprefix('no:').strip()}"
    assert not is_in_clear(found)


@pytest.mark.parametrize("written", MISTYPED)
def test_a_mistyped_id_number_is_known_to_be_one(tmp_path: Path, written: str) -> None:
    """A wrong check digit made a staff number of it, kept in clear."""
    assert is_in_clear(personal_key(tmp_path, written))
