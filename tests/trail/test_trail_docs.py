"""docs/trail.md: its worked example holds to the byte, by hashing alone, and every field of an entry is explained."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from states import UNIT_SIDE
from tests.trail.example import FILE, PAGE, blocks, make, rewrite, rows, written
from tests.trail.store import Store
from trail.offline import check_export

TEXT = PAGE.read_text(encoding="utf-8")
ON_PAGE = written(TEXT)
PLACE, SIZE = map(int, ON_PAGE["leaf"].split("\n")[0].split(" / "))


def digest(*pieces: bytes) -> bytes:
    return sha256(b"".join(pieces)).digest()


def test_the_page_shows_the_example_as_it_is() -> None:
    assert blocks() == ON_PAGE, "python -m tests.trail.example"
    assert rewrite(TEXT) == TEXT


def test_the_example_checks_offline_for_ever() -> None:
    checked = check_export(FILE, ON_PAGE["note"] + "\n", ON_PAGE["key"])
    assert (checked.ok, checked.size, checked.checkpoints, checked.unsigned) == (True, SIZE, 2, 0)
    assert checked.root == ON_PAGE["root"]
    assert [json.loads(row["body"])["kind"] for row in rows()[1:]] == ["register"] * (SIZE - 3) + ["move"] * 3


def test_the_bytes_on_the_page_give_leaf_path_and_root() -> None:
    """Folded as the page says: a sibling stands on the left where the number is odd, or where nothing lies to the right."""
    body = ON_PAGE["body"].encode()
    node = digest(b"\x00", body)
    assert node.hex() == ON_PAGE["leaf"].split("\n")[1]
    at, last = PLACE, SIZE - 1
    for one in map(bytes.fromhex, ON_PAGE["path"].split("\n")):
        while at == last and at % 2 == 0:
            at, last = at // 2, last // 2
        node = digest(b"\x01", one, node) if at % 2 else digest(b"\x01", node, one)
        at, last = at // 2, last // 2
    assert (node.hex(), last) == (ON_PAGE["root"], 0)
    assert json.loads(body)["index"] == PLACE == SIZE - 2


def test_the_checkpoint_on_the_page_is_signed_by_the_key_on_the_page() -> None:
    text, _, signature = ON_PAGE["note"].partition("\n\n")
    name, key_id, encoded = ON_PAGE["key"].split("+", 2)
    public = base64.b64decode(encoded)
    assert digest(name.encode(), b"\n", public).hex()[:8] == key_id
    raw = base64.b64decode(signature.removeprefix(f"— {name} "))
    assert raw[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[4:], f"{text}\n".encode())
    assert text.split("\n")[:2] == ["zhenggai/city", str(SIZE)]
    assert base64.b64decode(text.split("\n")[2]).hex() == ON_PAGE["root"]


def test_the_words_on_the_page_open_their_promise() -> None:
    salt, words, promise = ON_PAGE["words"].split("\n")
    assert digest(bytes.fromhex(salt), words.encode()).hex() == promise
    assert sorted(json.loads(words)) == ["amount", "basis", "category", "detail", "problem"]


def test_the_name_on_the_page_opens_the_promise_of_the_entry_of_the_register() -> None:
    salt, name, promise = ON_PAGE["name"].split("\n")
    assert digest(bytes.fromhex(salt), name.encode()).hex() == promise
    said = json.loads(ON_PAGE["register"])
    assert (said["kind"], said["act"], said["sealed"]["name"], name in ON_PAGE["register"]) == (
        "register",
        "make",
        promise,
        False,
    )


def test_a_new_example_can_be_made(tmp_path: Path) -> None:
    make(tmp_path / "new.jsonl", tmp_path)
    checked = check_export(tmp_path / "new.jsonl")
    assert (checked.ok, checked.size) == (True, SIZE)


def names(value: Any, name: str = "") -> Iterator[str]:
    """Every field name of an entry but those that configuration or forms give: answers, clocks, numbers judged by."""
    if isinstance(value, dict):
        yield from () if name in {"answers", "clocks"} else value
        for key, one in value.items():
            yield from () if key in {"answers", "inputs"} else names(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from names(one, name)


def test_every_field_of_every_entry_is_on_the_page(store: Store) -> None:
    store.world.fill(1, **dict.fromkeys(UNIT_SIDE, "有"))
    explained = set(re.findall(r"`([a-z_0-9]+)`", TEXT))
    bodies = [json.loads(bytes(body)) for (body,) in store.world.rows("SELECT body FROM trail ORDER BY idx")]
    assert {name for body in bodies for name in names(body)} - explained == set()
    assert {"also", "inputs", "born", "decision", "filing", "columns"} <= {name for body in bodies for name in body}
