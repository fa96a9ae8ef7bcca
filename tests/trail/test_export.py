"""Exports: what is written is checked offline by one file with the standard library alone, and every change shows."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.trail.store import CODE, Attacker, Store
from trail import offline
from trail.canonical import canonical
from trail.export import export
from trail.keys import Keys
from trail.note import new_key
from trail.offline import Checked, check_export

Rows = list[dict[str, Any]]


def exported(store: Store, *, with_texts: bool = True) -> Path:
    path = store.home / "trail.jsonl"
    export(store.engine, path, CODE, with_texts=with_texts, home=store.home)
    return path


def read(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, rows: Rows) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def changed(path: Path, change: Callable[[Rows], None]) -> Checked:
    """Check the file after a change to its rows, then put it back."""
    before = path.read_bytes()
    rows = read(path)
    change(rows)
    checked = check_export(write(path, rows))
    path.write_bytes(before)
    return checked


def put(rows: Rows, index: int, body: str) -> None:
    """Put other bytes in an entry's place, with a leaf to fit."""
    rows[index + 1] |= {"body": body, "leaf": sha256(b"\x00" + body.encode()).hexdigest()}


def own_root(rows: Rows) -> None:
    """Make the header fit whatever entries there are, as a forger would."""
    tree = offline.Tree()
    for row in rows[1:]:
        tree.add(bytes.fromhex(row["leaf"]))
    rows[0] |= {"size": tree.size, "root": tree.root()}


def via_web(rows: Rows, index: int) -> None:
    """Change one word of an entry; its leaf fits, its root does not."""
    put(rows, index, rows[index + 1]["body"].replace('"via":"cli"', '"via":"web"'))


def via_web_with_root(rows: Rows, index: int) -> None:
    via_web(rows, index)
    own_root(rows)


def cut_with_root(rows: Rows) -> None:
    rows.pop()
    own_root(rows)


def rewritten(rows: Rows, index: int, **fields: Any) -> None:
    """Rewrite an entry and the root in the header, without checkpoints to hold against it."""
    entry = json.loads(rows[index + 1]["body"])
    put(rows, index, canonical({**entry, **fields}).decode())
    rows[0]["checkpoints"] = []
    own_root(rows)


def test_an_export_checks_offline_with_its_texts_and_checkpoints(store: Store) -> None:
    written = export(store.engine, store.home / "x.jsonl", None, with_texts=True, home=store.home)
    checked = check_export(store.home / "x.jsonl")
    assert checked == Checked(ok=True, size=store.at(46), root=store.verify().root, checkpoints=2)
    assert (written.code, written.size, written.root) == (CODE, store.at(46), checked.root)


def test_an_export_without_texts_holds_none(store: Store) -> None:
    path = exported(store, with_texts=False)
    assert check_export(path).ok
    words = path.read_text(encoding="utf-8")
    assert "路灯" not in words
    assert "林建国" not in words
    assert "路灯" in exported(store).read_text(encoding="utf-8")


def test_the_format_is_one_header_and_one_line_an_entry(store: Store, attacker: Attacker) -> None:
    header, *rows = read(exported(store))
    assert header["format"] == "zhenggai-trail/1"
    assert set(header) == {
        "format", "hash", "jurisdiction", "size", "root", "verifiers", "checkpoints", "definitions", "profiles",
    }  # fmt: skip
    assert [row["idx"] for row in rows] == list(range(store.at(46)))
    assert [bytes.fromhex(row["leaf"]) for row in rows] == attacker.leaves()
    assert all(row["body"].encode() == attacker.body(row["idx"]) for row in rows)
    assert rows[store.at(0)]["texts"]["words"][1].startswith('{"amount":""')


def test_an_export_is_whole_or_not_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = exported(store)
    before = path.read_bytes()

    def die(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", die)
    with pytest.raises(OSError, match="No space"):
        exported(store)
    assert path.read_bytes() == before
    assert list(store.home.glob(".trail*")) == []


def test_the_old_checkpoint_of_an_auditor_is_held_against_the_export(store: Store) -> None:
    old = Keys(store.home, CODE).note()
    assert old is not None
    [verifier] = read(exported(store))[0]["verifiers"]
    assert check_export(exported(store), old.decode(), verifier).checkpoints == 3
    store.world.feed_back(2, start=8)
    assert check_export(exported(store), old.decode(), verifier).ok
    rolled = changed_history(store)
    assert not rolled.ok
    assert rolled.first_bad == 0


def changed_history(store: Store) -> Checked:
    """The same number of entries, another history, shown to the auditor who holds the old checkpoint."""
    old = Keys(store.home, CODE).note()
    assert old is not None
    path = exported(store)
    rows = read(path)
    rewritten(rows, store.at(5), via="web")
    assert check_export(write(path, rows)).ok  # by itself it is a sound history
    return check_export(path, old.decode())


def test_another_key_is_not_believed(store: Store) -> None:
    _, stranger = new_key("zhenggai/city")
    checked = check_export(exported(store), None, stranger)
    assert (checked.ok, checked.first_bad) == (False, 0)
    assert "签名不符" in checked.why


def test_random_changes_to_the_file_are_all_found_at_their_index(store: Store) -> None:
    path, dice = exported(store), Random(46)
    for _ in range(25):
        index, other = sorted(dice.sample(range(store.at(46)), 2))
        assert changed(path, partial(flip, index=index, dice=dice)).first_bad == index
        assert changed(path, partial(leave_out, index=index)).first_bad == index
        assert changed(path, partial(double, index=index)).first_bad == index + 1
        assert changed(path, partial(swap, first=index, second=other)).first_bad == index


def flip(rows: Rows, index: int, dice: Random) -> None:
    """Turn one bit of the words of an entry; of an ASCII letter, so that it stays text."""
    body = rows[index + 1]["body"]
    place = dice.choice([at for at, letter in enumerate(body) if letter.isascii()])
    rows[index + 1]["body"] = body[:place] + chr(ord(body[place]) ^ 1 << dice.randrange(7)) + body[place + 1 :]


def leave_out(rows: Rows, index: int) -> None:
    del rows[index + 1]


def double(rows: Rows, index: int) -> None:
    rows.insert(index + 1, rows[index + 1])


def swap(rows: Rows, first: int, second: int) -> None:
    for name in ("body", "leaf", "texts"):
        one, other = rows[first + 1], rows[second + 1]
        one[name], other[name] = other[name], one[name]


START = -1
"""The very first entry, where others are counted from what happened behind the house's own."""


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        (lambda rows, at: via_web(rows, at(20)), 10),
        (lambda rows, at: via_web_with_root(rows, at(20)), 10),
        (lambda rows, at: via_web_with_root(rows, at(5)), START),
        (lambda rows, at: rows[at(21)].update(leaf="00" * 42), 20),
        (lambda rows, at: rows[at(21)].pop("leaf"), 20),
        (lambda rows, at: cut_with_root(rows), None),
        (lambda rows, at: rows.pop(), 45),
        (lambda rows, at: rows[0].update(root="00" * 42), 37),
        (lambda rows, at: rows[0].update(size=at(99)), 46),
        (lambda rows, at: rows[0].update(checkpoints=["x"]), START),
        (lambda rows, at: rows[0].update(checkpoints=[rows[0]["checkpoints"][0].replace("city", "town")]), START),
        (lambda rows, at: rows[0].update(format="other"), START),
        (lambda rows, at: rows[0].pop("definitions"), START),
        (lambda rows, at: rows[0].update(definitions={}), START),
        (lambda rows, at: rows[0].update(definitions={k: v + " " for k, v in rows[0]["definitions"].items()}), START),
        (lambda rows, at: rows[at(5)].update(body=None), 4),
        (lambda rows, at: rows[at(5)].update(idx=str(at(4))), 4),
        (lambda rows, at: rows[at(5)].update(texts={"words": ["00" * 16, "x"]}), 4),
        (lambda rows, at: rows[at(5)].update(texts=7), 4),
        (lambda rows, at: rows[at(5)]["texts"].pop("words"), None),
        (lambda rows, at: rewritten(rows, at(31), action="verify"), 31),
        (lambda rows, at: rewritten(rows, at(31), actor={"login": "x", "person": 1, "role": "auditor", "post": 1}), 31),
        (lambda rows, at: rewritten(rows, at(19), prepared_by=None), 19),
        (lambda rows, at: rewritten(rows, at(31), at="2026-03-02T00:00:00.000000Z"), 31),
        (lambda rows, at: rewritten(rows, at(31), at="gestern"), 31),
        (lambda rows, at: rewritten(rows, at(31), version=99), 31),
        (lambda rows, at: rewritten(rows, at(31), **{"from": "escalated"}), 31),
        (lambda rows, at: rewritten(rows, at(31), moves="00" * 42), 31),
        (lambda rows, at: rewritten(rows, at(31), after={"state": "verified", "version": 8}), 31),
        (lambda rows, at: rewritten(rows, at(31), also=[{"case": 99}]), 31),
        (lambda rows, at: rewritten(rows, at(31), born={"words": ""}), 31),
        (lambda rows, at: rewritten(rows, at(31), actor=None), 31),
        (lambda rows, at: rewritten(rows, at(31), kind=None, at=None), 31),
        (lambda rows, at: rewritten(rows, at(31), jurisdiction="town"), 31),
    ],
)  # fmt: skip
def test_what_was_changed_is_named(
    store: Store, change: Callable[[Rows, Callable[[int], int]], None], first_bad: int | None
) -> None:
    checked = changed(exported(store), lambda rows: change(rows, store.at))
    named = None if first_bad is None else 0 if first_bad == START else store.at(first_bad)
    assert (checked.ok, checked.first_bad) == (first_bad is None, named)
    assert checked.ok or checked.why


def test_an_erased_text_is_counted(store: Store) -> None:
    path = exported(store)
    rows = read(path)
    birth = rows[store.at(0) + 1]["texts"]
    del birth["words"], birth["answers.kind"]
    assert check_export(write(path, rows)).report()["erased"] == 2


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"[]\n", b'{"format":"zhenggai-trail/1"}\n', b"{" * 9000])
def test_a_file_that_is_no_export_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    checked = check_export(tmp_path / "x")
    assert (checked.ok, checked.first_bad) == (False, 0)
    assert checked.why


def test_a_damaged_trail_is_exported_as_it_is_and_found_offline(store: Store, attacker: Attacker) -> None:
    attacker.put_body(store.at(40), b"\xff\x00", with_leaf=False)
    assert check_export(exported(store)).first_bad == store.at(40)
    assert read(exported(store))[store.at(41)]["hex"] == "ff00"
    attacker.run("DELETE FROM trail WHERE idx = ?", store.at(12))
    attacker.run("DELETE FROM heads")
    assert check_export(exported(store)).first_bad == store.at(12)


def test_the_verifier_is_one_short_file_of_the_standard_library() -> None:
    source = Path(offline.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) < 700
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {(node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    foreign = {name for name in names if name.split(".")[0] not in sys.stdlib_module_names}
    assert {name.split(".")[0] for name in foreign} == {"cryptography"}


def run(*words: str | Path, isolated: bool = False) -> tuple[int, dict[str, Any]]:
    alone = ["-I", "-S"] if isolated else []
    command = [sys.executable, *alone, *words]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {"why": done.stderr}


def test_the_verifier_runs_by_itself_where_nothing_is_installed(store: Store, tmp_path: Path) -> None:
    alone = tmp_path / "check.py"
    alone.write_bytes(Path(offline.__file__).read_bytes())
    path, note = exported(store), store.home / "keys" / "city.note"
    [verifier] = read(path)[0]["verifiers"]
    sound = {
        "ok": True,
        "size": store.at(46),
        "root": store.verify().root,
        "checkpoints": 3,
        "erased": 0,
        "withheld": 0,
    }
    assert run(alone, path, note, verifier) == (0, {**sound, "unsigned": 0})
    assert run(alone, path, note, isolated=True) == (0, {**sound, "unsigned": 3})
    write(path, read(path)[:-1])
    assert run(alone, path)[1]["first_bad"] == store.at(45)
    assert run(alone, path)[0] == 5
    code, said = run(alone)
    assert (code, "用法" in said["why"]) == (2, True)
