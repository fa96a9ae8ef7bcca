"""Verifying a stored trail: what is sound passes, what was changed is named by its first bad index."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine

import clock
from storage.engine import writing
from storage.rows import lock_head
from tests.household import lay_elsewhere
from tests.trail.attacks import ground_of
from tests.trail.store import CODE, Attacker, Store
from trail import stored as stored_module
from trail.append import Growth
from trail.canonical import canonical
from trail.checkpoint import WithheldSignature
from trail.export import export
from trail.fold import AFTER, BORN, DERIVED, WORDS
from trail.stored import Stored, UnknownJurisdiction, snapshot
from trail.verify import Hashed, hash_rows, verify


def entry(attacker: Attacker, index: int) -> dict[str, object]:
    """Return an entry as it stands."""
    found: dict[str, object] = json.loads(attacker.body(index))
    return found


def rewrite(attacker: Attacker, index: int, /, **fields: object) -> None:
    """Rewrite an entry with everything that hangs on it: leaf, head and the column of time."""
    attacker.put_body(index, canonical({**entry(attacker, index), **fields}), with_leaf=True)
    attacker.rewrite_head()


def without_checkpoints(store: Store, attacker: Attacker) -> None:
    """Take away all that was signed, so that only the replay is left to notice."""
    attacker.run("DELETE FROM checkpoints")
    (store.home / "keys" / f"{CODE}.note").unlink()


def last_of(attacker: Attacker, action: str) -> int:
    return int(attacker.one("SELECT MAX(idx) FROM trail WHERE action = ?", action))


def test_a_sound_trail_verifies_with_its_size_and_root(store: Store) -> None:
    found = store.verify()
    assert found.ok
    assert found.report() == {"ok": True, "size": store.at(46), "root": found.root}
    assert found.root == store_root(store)
    assert found.erased == 0


def store_root(store: Store) -> str:
    note = store.sign()
    assert note == store.at(46)
    text = (store.home / "keys" / f"{CODE}.note").read_text(encoding="utf-8")
    return base64.b64decode(text.split("\n")[2]).hex()


def test_all_jurisdictions_add_up_and_a_single_one_keeps_its_root(store: Store) -> None:
    alone = verify(store.engine, store.home)
    assert alone == store.verify()
    lay_elsewhere(store.world, "county", "示范县")
    both, other = verify(store.engine, store.home), verify(store.engine, store.home, "county")
    assert (both.ok, both.size, both.root) == (True, store.at(46) + other.size, None)
    assert other.ok
    assert verify(store.engine, store.home, "city") == alone


def test_an_unknown_jurisdiction_is_refused_with_the_known_ones(store: Store) -> None:
    with pytest.raises(UnknownJurisdiction, match="没有代码为“town”的巡察机构；现有：city"):
        verify(store.engine, store.home, "town")


def test_entries_of_no_jurisdiction_are_a_fault(store: Store, attacker: Attacker) -> None:
    copied = "SELECT 77, idx, body, leaf, action, at FROM trail WHERE idx = 0"
    attacker.run(f"INSERT INTO trail (jurisdiction, idx, body, leaf, action, at) {copied}")
    assert "编号 77" in verify(store.engine, store.home).why
    assert store.verify().ok


def test_a_jurisdiction_with_a_note_but_no_rows_is_a_fault(store: Store) -> None:
    keys = store.home / "keys"
    (keys / "county.note").write_bytes((keys / f"{CODE}.note").read_bytes())
    assert "“county”" in verify(store.engine, store.home).why


@pytest.mark.parametrize("chunk", [1, 4, 7, 8, 10, 42, 0])
def test_nothing_hangs_on_where_a_chunk_ends(
    store: Store, attacker: Attacker, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(stored_module, "CHUNK", chunk or store.at(46))
    monkeypatch.setattr(stored_module, "CASES", 1 + chunk % 3)
    sound = store.verify()
    assert sound.ok, sound
    attacker.put_body(store.at(20), attacker.body(store.at(20))[::-1], with_leaf=False)
    assert store.first_bad() == store.at(20)


def test_moves_go_on_while_it_verifies_and_are_not_half_seen(store: Store) -> None:
    with snapshot(store.engine) as before:
        place = before.place(CODE)
        store.world.feed_back(1, start=9)
        head = before.head(place)
        assert head is not None
        assert head.size == sum(len(chunk) for chunk in before.rows(place)) == store.at(46)
        assert sum(len(chunk) for chunk in before.cases(place)) == 6
    assert store.verify().size == store.at(47)


def test_a_checkpoint_signed_meanwhile_is_no_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def slow(engine: Engine) -> Iterator[Stored]:
        with snapshot(engine) as now:
            assert now.places()
            store.world.feed_back(1, start=9)
            assert store.sign() == store.at(47)
            yield now

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("trail.verify.snapshot", slow)
        found = store.verify()
    assert (found.ok, found.size) == (True, store.at(46)), found
    assert store.verify().size == store.at(47)


def test_a_code_changed_in_its_own_table_is_found(store: Store, attacker: Attacker) -> None:
    attacker.run("UPDATE jurisdictions SET code = '../city'")
    found = verify(store.engine, store.home)
    assert (found.ok, found.first_bad) == (False, 0)
    assert export(store.engine, store.home / "x.jsonl", None, home=store.home).size == store.at(46)
    attacker.run("UPDATE jurisdictions SET code = 'city'")


# Bytes


def test_rubbish_under_a_fitting_leaf_is_named_before_a_later_broken_leaf(store: Store, attacker: Attacker) -> None:
    attacker.put_body(store.at(12), attacker.body(store.at(12)).replace(b'"via":"cli"', b'"via":"cli'), with_leaf=True)
    attacker.put_body(store.at(40), b"{}", with_leaf=False)
    assert store.first_bad() == store.at(12)


RUBBISH = {
    "nothing": b"", "null": b"null", "list": b"[]", "not utf-8": b"\xff", "empty": b"{}", "bare": b'{"index":4}',
    "deep": b"[" * 100_000, "half a pair": b'{"v":"\\ud800"}', "float": b'{"v":1.5}', "endless": b'{"v":1e999}',
}  # fmt: skip


def test_bytes_that_are_no_entry_are_named_even_when_all_hashes_fit(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    for name, rubbish in RUBBISH.items():
        attacker.put_body(store.at(4), rubbish, with_leaf=True)
        attacker.rewrite_head()
        assert store.first_bad() == store.at(4), name


def test_one_entry_has_one_form_of_bytes(store: Store, attacker: Attacker) -> None:
    doubled = attacker.body(store.at(9)).replace(b'"to":"claimed"', b'"to":"verified","to":"claimed"')
    attacker.put_body(store.at(9), doubled, with_leaf=True)
    attacker.rewrite_head()
    assert store.first_bad() == store.at(9)
    assert "无法解读" in store.verify().why


def test_an_unknown_format_is_not_guessed_at(store: Store, attacker: Attacker) -> None:
    rewrite(attacker, store.at(45), v=2)
    assert store.first_bad() == store.at(45)


def test_text_instead_of_bytes_is_hashed_as_what_it_holds(store: Store, attacker: Attacker) -> None:
    if store.kind == "sqlite":
        attacker.run("UPDATE trail SET body = CAST(body AS TEXT)")
        assert store.verify().ok
        attacker.run("UPDATE trail SET body = CAST(X'FF' AS TEXT) WHERE idx = ?", store.at(8))
    else:
        attacker.run("UPDATE trail SET body = '\\xff' WHERE idx = ?", store.at(8))
    assert store.first_bad() == store.at(8)


def test_a_column_that_cannot_be_read_is_said_and_does_not_break_the_verifier(store: Store, attacker: Attacker) -> None:
    if store.kind == "sqlite":
        attacker.run("UPDATE cases SET problem = CAST(X'FF' AS TEXT) WHERE id = 1")
    else:
        attacker.run("ALTER TABLE clocks RENAME TO hidden")
    found = store.verify()
    if store.kind == "postgres":
        attacker.run("ALTER TABLE hidden RENAME TO clocks")
    assert (found.ok, found.first_bad) == (False, store.at(46))
    assert "读不出来" in found.why


def test_an_emptied_trail_is_missed_from_its_first_entry(store: Store, attacker: Attacker) -> None:
    attacker.run("DELETE FROM trail" if store.kind == "sqlite" else "TRUNCATE trail")
    assert store.first_bad() == 0


def test_a_head_that_is_gone_is_a_fault(store: Store, attacker: Attacker) -> None:
    attacker.run("DELETE FROM heads")
    assert store.first_bad() == store.at(37)
    assert "树头不见了" in store.verify().why


# Checkpoints


def test_a_tail_cut_behind_a_checkpoint_is_found_though_the_head_fits(store: Store, attacker: Attacker) -> None:
    attacker.run("DELETE FROM trail WHERE idx >= ?", store.at(20))
    attacker.rewrite_head()
    assert store.first_bad() == store.at(10)
    assert f"少于检查点的 {store.at(37)} 条" in store.verify().why


def test_a_tail_cut_with_all_stored_checkpoints_is_found_by_the_note(store: Store, attacker: Attacker) -> None:
    attacker.run("DELETE FROM trail WHERE idx >= ?", store.at(20))
    attacker.run("DELETE FROM checkpoints")
    attacker.rewrite_head()
    assert store.first_bad() == 0


def test_a_tail_cut_behind_no_checkpoint_is_found_by_the_tables(store: Store, attacker: Attacker) -> None:
    attacker.run("DELETE FROM trail WHERE idx >= ?", store.at(44))
    attacker.rewrite_head()
    assert store.first_bad() == store.at(41)  # the last entry left of the case that had signed
    assert "问题 3" in store.verify().why


def test_a_foreign_key_under_the_right_name_is_not_believed(store: Store) -> None:
    keys = store.home / "keys"
    for name in ("key", "note"):
        (keys / f"{CODE}.{name}").unlink()
    (keys / f"{CODE}.pub").unlink()
    assert store.verify().ok  # without any public key only the roots can be compared
    with pytest.raises(WithheldSignature, match="请把旧公钥补进 keys 目录"):
        store.sign()  # a new key was made, and it has not signed what is there
    assert store.first_bad() == 0
    assert "不可信" in store.verify().why


def test_an_old_key_kept_in_the_public_file_still_counts(store: Store) -> None:
    keys = store.home / "keys"
    old = (keys / f"{CODE}.pub").read_text(encoding="ascii")
    (keys / f"{CODE}.key").unlink()
    assert store.sign() == store.at(46)
    assert (keys / f"{CODE}.pub").read_text(encoding="ascii").startswith(old)
    assert store.verify().ok


def test_a_broken_note_under_keys_is_a_fault(store: Store) -> None:
    (store.home / "keys" / f"{CODE}.note").write_text("zhenggai/city\n3\n", encoding="ascii")
    assert store.first_bad() == store.at(37)


# Replay


def test_a_move_that_the_table_of_moves_does_not_have_is_found(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    index = last_of(attacker, "approve_text")
    rewrite(attacker, index, action="verify")
    attacker.run("UPDATE trail SET action = 'verify' WHERE idx = ?", index)
    assert store.first_bad() == index
    assert "操作表中没有这一步" in store.verify().why


def test_a_move_in_a_role_that_may_not_make_it_is_found(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    index = last_of(attacker, "verify")
    rewrite(attacker, index, actor={"login": "office", "person": 6, "role": "secretary", "post": 6})
    assert store.first_bad() == index


@pytest.mark.parametrize("kind", ["verify", "unit.make", "account.make"])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"post": None}, "没有写明谁凭哪个职务办理"),
        ({"person": None}, "没有写明谁凭哪个职务办理"),
        ({"login": ""}, "没有写明谁凭哪个职务办理"),
        ({"post": 9999}, "没有登记为人员"),
        ({"post": True}, "没有登记为人员"),
        ({"post": "4"}, "没有登记为人员"),
    ],
)
def test_an_entry_of_a_person_names_a_post_that_is_registered_as_theirs(
    store: Store, attacker: Attacker, kind: str, change: dict[str, Any], sentence: str
) -> None:
    without_checkpoints(store, attacker)
    index = last_of(attacker, kind)
    actor = json.loads(bytes(attacker.one("SELECT body FROM trail WHERE idx = ?", index)))["actor"]
    assert type(actor["person"]) is type(actor["post"]) is int
    rewrite(attacker, index, actor=actor | change)
    if "person" in change:
        attacker.run("UPDATE trail SET actor_id = NULL WHERE idx = ?", index)
    assert store.first_bad() == index
    assert sentence in store.verify().why


def test_a_colleagues_post_is_not_ones_own(store: Store, attacker: Attacker) -> None:
    """Two of the office: the move of the one by the post of the other."""
    without_checkpoints(store, attacker)
    index = last_of(attacker, "verify")
    actor = json.loads(bytes(attacker.one("SELECT body FROM trail WHERE idx = ?", index)))["actor"]
    other = attacker.one("SELECT MAX(id) FROM posts WHERE role = 'office' AND person_id <> ?", actor["person"])
    rewrite(attacker, index, actor=actor | {"post": other})
    assert store.first_bad() == index
    assert f"凭的职务 {other}，没有登记为" in store.verify().why


def test_a_move_for_two_people_made_by_one_is_found(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    index = last_of(attacker, "void")
    rewrite(attacker, index, prepared_by=None)
    attacker.run("UPDATE trail SET prepared_by = NULL WHERE idx = ?", index)
    assert store.first_bad() == index
    assert "须两人办理" in store.verify().why


def test_an_unknown_table_of_moves_is_a_fault(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    rewrite(attacker, store.at(17), moves="0" * 64)
    assert store.first_bad() == store.at(17)


def test_an_unknown_profile_is_a_fault(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    rewrite(attacker, store.at(17), profile="0" * 64)
    assert store.first_bad() == store.at(17)


def test_time_that_runs_backwards_is_found(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    rewrite(attacker, store.at(16), at="2026-03-02T01:00:00.000000Z")
    assert store.first_bad() == store.at(16)
    assert "早于前一条" in store.verify().why


def test_versions_and_states_must_join_up(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    index = last_of(attacker, "submit")
    after = entry(attacker, index)["after"]
    assert isinstance(after, dict)
    rewrite(attacker, index, version=40, after={**after, "version": 40})
    assert store.first_bad() == index
    assert "前一版是 8" in store.verify().why


def test_two_entries_that_changed_places_are_found_though_all_hashes_fit(store: Store, attacker: Attacker) -> None:
    without_checkpoints(store, attacker)
    one, other = (last_of(attacker, action) for action in ("progress", "submit"))
    first, second = entry(attacker, one), entry(attacker, other)
    rewrite(attacker, one, **{**second, "index": one})
    rewrite(attacker, other, **{**first, "index": other})
    assert store.first_bad() == one


def test_entries_of_other_kinds_are_hashed_and_not_replayed(store: Store) -> None:
    with writing(store.engine) as work:
        driver = work.driver
        growth = Growth(lock_head(driver, store.world.place), clock.micros(store.world.now))
        index, body, leaf = growth.add("calendar", {"digest": "00"})
        columns = "INSERT INTO trail (jurisdiction, idx, body, leaf, action, at) VALUES (?, ?, ?, ?, 'calendar', ?)"
        driver.run(columns, (store.world.place, index, body, leaf, growth.at))
        driver.run("UPDATE heads SET size = ?, frontier = ?, last_at = ? WHERE jurisdiction = ?", growth.head_values())
        work.commit()
    assert store.verify().size == store.at(47)


# Tables


def test_a_state_changed_in_its_own_table_names_the_case_and_its_last_entry(store: Store, attacker: Attacker) -> None:
    attacker.run("UPDATE cases SET state = 'verified', settled_at = NULL WHERE id = 1")
    found = store.verify()
    assert found.first_bad == attacker.one("SELECT MAX(idx) FROM trail WHERE case_id = 1")
    assert "问题 1（编号 1）的 state 在问题表中是 “verified”，按记录应是 “publicized”" in found.why


def test_a_date_moved_by_a_sibling_is_part_of_the_fold(store: Store, attacker: Attacker) -> None:
    last = attacker.one("SELECT MAX(idx) FROM trail WHERE case_id = 4")
    assert last < store.at(45)  # the sibling was kept after it, and its clock ran on
    assert entry(attacker, store.at(45))["also"]
    due = attacker.one("SELECT due_on FROM clocks WHERE case_id = 4 AND name = 'plan'")
    said = entry(attacker, last)["after"]
    assert isinstance(said, dict)
    assert str(due) != said["clocks"]["plan"]["due_on"]
    attacker.run("UPDATE clocks SET due_on = ? WHERE case_id = 4 AND name = 'plan'", said["clocks"]["plan"]["due_on"])
    assert store.first_bad() == last


def test_several_differences_are_told_by_the_first(store: Store, attacker: Attacker) -> None:
    attacker.run("UPDATE cases SET returns = returns + 1")
    found = store.verify()
    assert found.first_bad == min(ground_of(attacker).last.values())
    assert "另有 5 个问题也不符" in found.why


def test_an_erased_text_is_allowed_and_counted(store: Store, attacker: Attacker) -> None:
    kept = json.loads(attacker.one("SELECT body FROM texts WHERE idx = ?", store.at(6)))
    del kept["answers.person"]
    attacker.run("UPDATE texts SET body = ? WHERE idx = ?", json.dumps(kept), store.at(6))
    attacker.run("DELETE FROM texts WHERE idx = ?", store.at(0))
    attacker.run("UPDATE cases SET problem = '', detail = '' WHERE id = 1")
    found = store.verify()
    assert found.ok, found
    assert found.erased == 1 + 3  # the person; the birth's two answers and its words


def test_words_must_fit_the_birth_while_their_salt_is_there(store: Store, attacker: Attacker) -> None:
    attacker.run("UPDATE cases SET detail = '背街损坏16盏' WHERE id = 2")
    found = store.verify()
    assert found.first_bad == attacker.one("SELECT MAX(idx) FROM trail WHERE case_id = 2")
    assert "文字被改动过" in found.why
    assert "16盏" not in found.why


def test_a_text_without_a_promise_is_a_fault(store: Store, attacker: Attacker) -> None:
    attacker.run(
        "UPDATE texts SET body = ? WHERE idx = ?", json.dumps({"answers.other": ["00" * 16, "x"]}), store.at(6)
    )
    assert store.first_bad() == store.at(6)
    attacker.run("UPDATE texts SET body = '{' WHERE idx = ?", store.at(6))
    assert store.first_bad() == store.at(6)


def test_everything_that_an_entry_says_of_a_case_is_compared(store: Store, attacker: Attacker) -> None:
    columns = {name for (name,) in attacker.all(COLUMNS[store.kind])}
    unit_side = {"responsible", "department", "person", "measures_said", "said", "note"}
    belongs = {*BORN.values(), *WORDS, "words", "id", "jurisdiction"}
    assert columns == {*AFTER, *belongs, *DERIVED, *unit_side}, "a new column: say in trail/fold.py what becomes of it"


COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('cases')",
    "postgres": "SELECT column_name FROM information_schema.columns WHERE table_name = 'cases'",
}


def test_the_hashing_pass_is_one_function_over_rows(store: Store) -> None:
    with snapshot(store.engine) as now:
        hashed = Hashed()
        hash_rows(now.rows(now.place(CODE)), set(store.sizes(10, 37)), hashed)
    assert hashed.bad is None
    assert (hashed.size, hashed.root().hex()) == (store.at(46), store.verify().root)
    assert set(hashed.roots) == {0, *store.sizes(10, 37)}
