"""Signed checkpoints: what is signed, when the signature is withheld, and when the house does not start."""

from __future__ import annotations

import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from storage.engine import reading
from tests.trail.store import CODE, Attacker, Store
from trail import checkpoint as checkpoint_module
from trail.checkpoint import ForkDetected, WithheldSignature, guard_start, sign_checkpoint
from trail.keys import BadCode, Keys
from trail.note import Checkpoint, open_note
from trail.offline import read_note


def keys(store: Store) -> Keys:
    return Keys(store.home, CODE)


def stored_sizes(store: Store) -> list[int]:
    with reading(store.engine) as work:
        return [row[0] for row in work.driver.all("SELECT size FROM checkpoints ORDER BY size")]


def roll_back(store: Store, attacker: Attacker, size: int) -> None:
    """Make the database what it was at that size, as a restored backup would."""
    attacker.run("DELETE FROM trail WHERE idx >= ?", size)
    attacker.run("DELETE FROM checkpoints WHERE size > ?", size)
    attacker.rewrite_head()


def test_a_checkpoint_says_size_and_root_and_is_signed(store: Store) -> None:
    signed = sign_checkpoint(store.engine, store.home, CODE, store.world.now)
    assert (signed.size, signed.root, signed.fresh) == (store.at(46), store.verify().root, True)
    [verifier] = keys(store).verifiers()
    text = open_note(signed.note.encode(), verifier)
    assert Checkpoint.parse(text) == Checkpoint("zhenggai/city", store.at(46), bytes.fromhex(signed.root))
    assert read_note(signed.note, [verifier]).signed is True
    assert keys(store).note() == signed.note.encode()
    assert stored_sizes(store) == store.sizes(10, 37, 46)
    assert replace(signed, fresh=False) == sign_checkpoint(store.engine, store.home, CODE, store.world.now)


def test_nothing_new_is_signed_while_nothing_is_added(store: Store) -> None:
    first = sign_checkpoint(store.engine, store.home, None, store.world.now)
    store.world.later(1)
    again = sign_checkpoint(store.engine, store.home, None, store.world.now)
    assert (first.fresh, again.fresh, again.note) == (True, False, first.note)
    store.world.feed_back(1, start=5)
    assert sign_checkpoint(store.engine, store.home, None, store.world.now).fresh
    assert stored_sizes(store) == store.sizes(10, 37, 46, 47)


def test_the_private_key_is_for_its_owner_alone_and_stays(store: Store, tmp_path: Path) -> None:
    made = Keys(tmp_path / "new", CODE)
    with made.locked():
        secret = made.private()
    [verifier] = made.verifiers()
    folder = tmp_path / "new" / "keys"
    assert stat.S_IMODE((folder / "city.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / "city.pub").read_text(encoding="ascii") == f"{verifier}\n"
    assert (made.private(), made.verifiers()) == (secret, [verifier])
    assert sorted(path.name for path in folder.iterdir()) == ["city.key", "city.lock", "city.pub"]
    assert made.note() is None


@pytest.mark.parametrize("code", ["", "..", "a/b", "../x", "市", ".hidden", "a b"])
def test_a_code_that_leaves_the_folder_names_no_file(code: str, tmp_path: Path) -> None:
    with pytest.raises(BadCode):
        Keys(tmp_path, code).private()
    assert not any(tmp_path.rglob("*.key"))


def test_a_bit_flipped_between_store_and_sign_withholds_the_signature(store: Store, attacker: Attacker) -> None:
    body = attacker.body(store.at(40))
    attacker.put_body(store.at(40), body[:100] + bytes([body[100] ^ 1]) + body[101:], with_leaf=False)
    with pytest.raises(WithheldSignature, match="由库中记录重新计算的根摘要与树头不符"):
        store.sign()
    attacker.put_body(store.at(40), body, with_leaf=False)
    assert store.sign() == store.at(46)
    assert stored_sizes(store) == store.sizes(10, 37, 46)


def test_the_signer_does_not_trust_the_leaves(store: Store, attacker: Attacker) -> None:
    attacker.run("UPDATE trail SET leaf = ? WHERE idx = ?", bytes(42), store.at(5))
    assert store.sign() == store.at(46)  # the bytes are whole; the broken leaf is the verifier's to name
    assert store.first_bad() == store.at(5)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM trail WHERE idx = {last}", "树头写明 {size} 条记录，库中实有 {last} 条"),
        ("UPDATE heads SET frontier = leaf FROM trail WHERE idx = 0", "与树头不符"),
        ("DELETE FROM heads", "树头不见了"),
        ("UPDATE checkpoints SET note = 'x' WHERE size = {signed}", "检查点表的最后一行不可信"),
    ],
)
def test_any_doubt_withholds_the_signature(store: Store, attacker: Attacker, statement: str, why: str) -> None:
    note, places = keys(store).note(), {"last": store.at(45), "size": store.at(46), "signed": store.at(37)}
    attacker.run(statement.format(**places))
    with pytest.raises(WithheldSignature, match=why.format(**places)):
        store.sign()
    assert keys(store).note() == note


def test_a_tree_smaller_than_the_last_note_is_not_signed(store: Store, attacker: Attacker) -> None:
    roll_back(store, attacker, store.at(20))
    with pytest.raises(
        WithheldSignature, match=f"库中只有 {store.at(20)} 条记录，而以前的检查点已有 {store.at(37)} 条"
    ):
        store.sign()


def test_a_tree_that_went_on_from_an_old_backup_is_not_signed(store: Store, attacker: Attacker) -> None:
    attacker.put_body(store.at(20), attacker.body(store.at(20)).replace(b'"via":"cli"', b'"via":"web"'), with_leaf=True)
    attacker.rewrite_head()
    with pytest.raises(WithheldSignature, match=f"前 {store.at(37)} 条记录与以前的检查点不一致"):
        store.sign()


def test_the_table_guards_too_where_the_note_was_taken_away(store: Store, attacker: Attacker) -> None:
    (store.home / "keys" / "city.note").unlink()
    attacker.run("DELETE FROM trail WHERE idx >= ?", store.at(20))
    attacker.rewrite_head()
    with pytest.raises(WithheldSignature, match=f"已有 {store.at(37)} 条"):
        store.sign()


def test_a_broken_note_is_a_doubt_too(store: Store) -> None:
    (store.home / "keys" / "city.note").write_bytes(b"")
    with pytest.raises(WithheldSignature, match="上一个检查点不可信"):
        store.sign()


def test_a_crash_between_file_and_table_neither_blocks_nor_loses(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(checkpoint_module, "_put", die)
        with pytest.raises(KeyboardInterrupt):
            store.sign()
    note = keys(store).note()
    assert stored_sizes(store) == store.sizes(10, 37)
    assert store.verify().ok
    guard_start(store.engine, store.home)
    healed = sign_checkpoint(store.engine, store.home, CODE, store.world.now)
    assert (healed.fresh, healed.note.encode()) == (False, note)
    assert stored_sizes(store) == store.sizes(10, 37, 46)


def test_a_crash_while_the_note_is_written_leaves_the_old_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise OSError(28, "No space left on device")

    note = keys(store).note()
    with monkeypatch.context() as crash:
        crash.setattr("os.fsync", die)
        with pytest.raises(OSError, match="No space"):
            store.sign()
    assert keys(store).note() == note
    assert sorted(path.suffix for path in (store.home / "keys").iterdir()) == [".key", ".lock", ".note", ".pub"]
    assert stored_sizes(store) == store.sizes(10, 37)
    assert store.sign() == store.at(46)


def test_two_signers_at_once_sign_one_checkpoint(store: Store) -> None:
    signed: list[bool] = []

    def sign() -> None:
        signed.append(sign_checkpoint(store.engine, store.home, CODE, store.world.now).fresh)

    threads = [threading.Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(signed) == [False, False, False, True]
    assert stored_sizes(store) == store.sizes(10, 37, 46)


def test_a_sound_house_starts_before_and_after_its_first_checkpoint(store: Store, tmp_path: Path) -> None:
    guard_start(store.engine, tmp_path / "empty")
    guard_start(store.engine, store.home)
    store.sign()
    guard_start(store.engine, store.home)


def test_a_tail_cut_behind_the_note_does_not_start_and_does_not_verify(store: Store, attacker: Attacker) -> None:
    roll_back(store, attacker, store.at(20))
    with pytest.raises(
        ForkDetected, match=f"库中只有 {store.at(20)} 条记录，而检查点时已有 {store.at(37)} 条.*恢复最新的备份"
    ):
        guard_start(store.engine, store.home)
    assert store.first_bad() == store.at(10)


def test_a_rewritten_database_does_not_start(store: Store, attacker: Attacker) -> None:
    attacker.put_body(store.at(3), attacker.body(store.at(3)).replace(b'"via":"cli"', b'"via":"web"'), with_leaf=True)
    attacker.rewrite_head()
    with pytest.raises(ForkDetected, match=f"前 {store.at(37)} 条记录与检查点不一致"):
        guard_start(store.engine, store.home)


def test_a_head_of_the_noted_size_but_another_root_does_not_start(store: Store, attacker: Attacker) -> None:
    store.sign()
    attacker.run("UPDATE heads SET frontier = ?", bytes(64))
    with pytest.raises(ForkDetected, match=f"前 {store.at(46)} 条记录与检查点不一致"):
        guard_start(store.engine, store.home)
    attacker.run("UPDATE heads SET frontier = ?", b"")
    with pytest.raises(ForkDetected):
        guard_start(store.engine, store.home)


@pytest.mark.parametrize("damage", ["another house", "broken note"])
def test_doubt_about_the_note_does_not_start(store: Store, damage: str) -> None:
    folder = store.home / "keys"
    if damage == "another house":
        (folder / "city.note").rename(folder / "county.note")
        (folder / "city.pub").rename(folder / "county.pub")
    else:
        (folder / "city.note").write_bytes(b"zhenggai/city\n")
    with pytest.raises(ForkDetected):
        guard_start(store.engine, store.home)


def test_an_old_backup_is_a_fork_before_and_after_work_goes_on(store: Store) -> None:
    """Four more problems, a checkpoint; the backup from before comes back; five others: the note knows."""
    store.world.feed_back(4, start=10)
    assert store.sign() == store.at(50)
    store.mend()
    with pytest.raises(ForkDetected, match=f"库中只有 {store.at(46)} 条记录，而检查点时已有 {store.at(50)} 条"):
        guard_start(store.engine, store.home)
    assert store.first_bad() == store.at(37)
    store.world.feed_back(5, start=20)
    with pytest.raises(ForkDetected, match=f"库中前 {store.at(50)} 条记录与检查点不一致"):
        guard_start(store.engine, store.home)
    with pytest.raises(WithheldSignature, match=f"库中前 {store.at(50)} 条记录与以前的检查点不一致"):
        store.sign()
    assert store.first_bad() == store.at(37)
