"""Attacks on a stored trail by somebody who holds the database: each does one thing and says what must be named.

Drawn with seeded dice. What is rewritten consistently lies before the last checkpoint: behind it nobody could tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.trail.store import Attacker

STATES = {"publicized": "withheld", "withdrawn": "publicized"}  # settled ones stay settled: a CHECK of the table
OTHER = {
    "version": "version + 1", "entered": "entered + 1", "returns": "returns + 1", "cycle": "cycle + 1",
    "unsigned": "unsigned + 1", "due_on": "'2031-07-01'", "state_due_on": "'2031-07-01'", "owes": "'leader'",
    "flagged": "'overdue'", "plan_approved": "NOT plan_approved", "kind": "'standing'", "text_hash": "'00'",
    "fed_back_on": "'2020-01-01'", "unit_id": "unit_id + 1", "answerable_id": "answerable_id + 1",
    "number": "number || '0'", "written_by": "1", "problem": "problem || '。'", "detail": "''", "amount": "'1元'",
    "words": "'00'",
}  # fmt: skip
CLOCK = {
    "due_on": "'2031-07-01'", "first_due_on": "'2031-07-01'", "started_on": "'2020-01-01'", "period": "period + 1",
    "paused_since": "CASE WHEN paused_since IS NULL THEN '2026-03-03' END", "owes": "'leader'", "rung": "rung || 'x'",
    "tellings": "tellings + 1", "flags": "'overdue'", "why": "'[]'",
}  # fmt: skip
LOOKUP = {
    "case_id": "NULL", "version": "NULL", "action": "action || 's'", "actor_id": "COALESCE(actor_id, 0) + 1",
    "prepared_by": "COALESCE(prepared_by, 0) + 1", "at": "at + 1", "about": "COALESCE(about, 'unit:1') || '0'",
}  # fmt: skip
TABLES = {
    "unit": "units", "person": "people", "account": "accounts", "post": "posts", "round": "rounds", "inspection": "inspections",
}  # fmt: skip
HOUSE = (
    ("unit", "name", "name || '二'"), ("unit", "ends_on", "'2031-07-01'"), ("unit", "answerable_id", "999"),
    ("person", "name", "name || '二'"), ("person", "email", "'other@example.test'"), ("person", "personal_key", "'no:1'"),
    ("account", "login", "login || '9'"), ("account", "state", "'closed'"), ("account", "person_id", "999"),
    ("post", "person_id", "999"), ("post", "unit_id", "999"), ("post", "starts_on", "'2020-01-01'"), ("post", "ends_on", "'2031-07-01'"),
    ("round", "name", "name || '二'"), ("round", "profile", "'00'"), ("inspection", "feedback_on", "'2020-01-01'"),
    ("inspection", "leader_id", "999"), ("inspection", "team", "'第九组'"),
)  # fmt: skip
PAUSED_POSTGRES = "CASE WHEN paused_since IS NULL THEN DATE '2026-03-03' END"


@dataclass(frozen=True)
class Ground:
    """What the attack is aimed at: the number of entries, the checkpoints, and each case's last entry."""

    size: int
    checkpoints: tuple[int, ...]
    last: dict[int, int]

    def fitting(self, below: int) -> int:
        """Return the last checkpoint that a change at this index leaves as it was."""
        return max((size for size in self.checkpoints if size <= below), default=0)


def ground_of(attacker: Attacker) -> Ground:
    """Read what an attack must know to say what should be found."""
    sizes = tuple(size for (size,) in attacker.all("SELECT size FROM checkpoints ORDER BY size"))
    last = attacker.all("SELECT case_id, MAX(idx) FROM trail WHERE case_id IS NOT NULL GROUP BY case_id")
    return Ground(attacker.one("SELECT COUNT(*) FROM trail"), sizes, {case: int(index) for case, index in last})


def flip(data: bytes, dice: Random) -> bytes:
    """Return the bytes with one bit turned."""
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :]


def flip_a_body(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.size)
    a.put_body(index, flip(a.body(index), dice), with_leaf=False)
    return index


def flip_a_leaf(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.size)
    a.run("UPDATE trail SET leaf = ? WHERE idx = ?", flip(a.leaves()[index], dice), index)
    return index


def delete_a_row(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.size)
    a.run("DELETE FROM trail WHERE idx = ?", index)
    return index


def swap_two_bodies(a: Attacker, dice: Random, on: Ground) -> int:
    first, second = sorted(dice.sample(range(on.size), 2))
    one, other, with_leaf = a.body(first), a.body(second), dice.random() < 0.5
    a.put_body(first, other, with_leaf=with_leaf)
    a.put_body(second, one, with_leaf=with_leaf)
    return first


def swap_two_rows(a: Attacker, dice: Random, on: Ground) -> int:
    first, second = sorted(dice.sample(range(on.size), 2))
    for origin, target in ((first, -9), (second, first), (-9, second)):
        a.run("UPDATE trail SET idx = ? WHERE idx = ?", target, origin)
    return first


def add_a_row(a: Attacker, dice: Random, on: Ground) -> int:
    place = dice.choice((-1, on.size, on.size + 3))
    copied = "SELECT jurisdiction, ?, body, leaf, action, at FROM trail WHERE idx = ?"
    a.run(f"INSERT INTO trail (jurisdiction, idx, body, leaf, action, at) {copied}", place, dice.randrange(on.size))
    return min(place, on.size)


def slip_a_row_in(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.size)
    for later in range(on.size - 1, index - 1, -1):
        a.run("UPDATE trail SET idx = ? WHERE idx = ?", later + 1, later)
    copied = "SELECT jurisdiction, ?, body, leaf, action, at FROM trail WHERE idx = ?"
    a.run(f"INSERT INTO trail (jurisdiction, idx, body, leaf, action, at) {copied}", index, index + 1)
    return index + 1  # the copy carries its own place; the next one no longer does


def cut_the_tail(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.size)
    a.run("DELETE FROM trail WHERE idx >= ?", index)
    return index


def cut_the_tail_and_rewrite_the_head(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.checkpoints[-1])
    a.run("DELETE FROM trail WHERE idx >= ?", index)
    a.rewrite_head()
    return on.fitting(index)


def rewrite_an_entry_and_its_leaf(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.size)
    a.put_body(index, a.body(index).replace(b'"written_at":"2026', b'"written_at":"2025'), with_leaf=True)
    return on.fitting(index)


def rewrite_history(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.checkpoints[-1])
    a.put_body(index, a.body(index).replace(b'"written_at":"2026', b'"written_at":"2025'), with_leaf=True)
    a.rewrite_head()
    return on.fitting(index)


def write_rubbish(a: Attacker, dice: Random, on: Ground) -> int:
    index = dice.randrange(on.size)
    body = a.body(index)
    rubbish = dice.choice(
        (body[:-1], body + b" ", body.replace(b'"v":1', b'"v": 1'), b"", b"\xff" + body, b"[" + body + b"]")
    )
    a.put_body(index, rubbish, with_leaf=True)
    a.rewrite_head()
    return index


def turn_the_frontier(a: Attacker, dice: Random, on: Ground) -> int:
    a.run("UPDATE heads SET frontier = ?", flip(bytes(a.one("SELECT frontier FROM heads")), dice))
    return on.checkpoints[-1]


def miscount_the_head(a: Attacker, dice: Random, on: Ground) -> int:
    size = on.size + dice.choice((-3, -1, 1, 7))
    a.run("UPDATE heads SET size = ?", size)
    return min(size, on.size)


def set_the_clock_of_the_head(a: Attacker, dice: Random, on: Ground) -> int:
    a.run("UPDATE heads SET last_at = last_at + ?", dice.choice((-1, 10**12)))
    return on.size - 1


def forge_a_checkpoint(a: Attacker, dice: Random, on: Ground) -> int:
    size = dice.choice(on.checkpoints)
    if dice.random() < 0.5:
        a.run("UPDATE checkpoints SET root = ? WHERE size = ?", bytes(32), size)
    else:
        note = str(a.one("SELECT note FROM checkpoints WHERE size = ?", size))
        a.run("UPDATE checkpoints SET note = ? WHERE size = ?", note.replace(f"\n{size}\n", f"\n{size + 1}\n"), size)
    return on.checkpoints[-1]  # the one under keys/ still fits


def change_a_state(a: Attacker, dice: Random, on: Ground) -> int:
    case = dice.choice(list(on.last))
    state = str(a.one("SELECT state FROM cases WHERE id = ?", case))
    other = STATES.get(state) or dice.choice([one for one in ("verified", "claimed", "submitted") if one != state])
    a.run("UPDATE cases SET state = ? WHERE id = ?", other, case)
    return on.last[case]


def change_a_column(a: Attacker, dice: Random, on: Ground) -> int:
    case = dice.choice(list(on.last))
    column, value = dice.choice(list(OTHER.items()))
    a.run(f"UPDATE cases SET {column} = {value} WHERE id = ?", case)
    return on.last[case]


def change_a_clock(a: Attacker, dice: Random, on: Ground) -> int:
    case, name = dice.choice(a.all("SELECT case_id, name FROM clocks ORDER BY case_id, name"))
    column, value = dice.choice(list(CLOCK.items()))
    if column == "paused_since" and a.kind == "postgres":
        value = PAUSED_POSTGRES
    a.run(f"UPDATE clocks SET {column} = {value} WHERE case_id = ? AND name = ?", case, name)
    return on.last[case]


def stop_or_add_a_clock(a: Attacker, dice: Random, on: Ground) -> int:
    case, name = dice.choice(a.all("SELECT case_id, name FROM clocks ORDER BY case_id, name"))
    if dice.random() < 0.5:
        a.run("DELETE FROM clocks WHERE case_id = ? AND name = ?", case, name)
    else:
        a.run("UPDATE clocks SET name = 'decision' WHERE case_id = ? AND name = ?", case, name)
    return on.last[case]


def change_a_figure(a: Attacker, dice: Random, on: Ground) -> int:
    case, kind = dice.choice(a.all("SELECT case_id, kind FROM results ORDER BY case_id, kind"))
    if dice.random() < 0.5:
        a.run("DELETE FROM results WHERE case_id = ? AND kind = ?", case, kind)
    else:
        a.run("UPDATE results SET amount = amount + 1 WHERE case_id = ? AND kind = ?", case, kind)
    return int(a.one("SELECT MAX(idx) FROM trail WHERE case_id = ? AND action = 'submit'", case))


def delete_a_case(a: Attacker, dice: Random, on: Ground) -> int:
    case = dice.choice(list(on.last))
    a.run("DELETE FROM cases WHERE id = ?", case)
    return on.last[case]


def give_birth_without_an_entry(a: Attacker, dice: Random, on: Ground) -> int:
    case = dice.choice(list(on.last))
    a.run("UPDATE cases SET id = 999, number = '999' WHERE id = ?", case)
    a.run("INSERT INTO cases SELECT * FROM saved_cases WHERE id = ?", case)
    return on.size


def change_a_text(a: Attacker, dice: Random, on: Ground) -> int:
    index, side = dice.choice(a.all("SELECT idx, body FROM texts ORDER BY idx"))
    kept = json.loads(side)
    name = dice.choice(sorted(kept))
    kept[name][dice.randrange(2)] = dice.choice(("改过的字", "00" * 16, ""))
    a.run("UPDATE texts SET body = ? WHERE idx = ?", json.dumps(kept, ensure_ascii=False), index)
    return int(index)


def change_a_lookup_column(a: Attacker, dice: Random, on: Ground) -> int:
    column, value = dice.choice(list(LOOKUP.items()))
    whose = "WHERE case_id IS NOT NULL" if column in ("case_id", "version") else ""
    (index,) = dice.choice(a.all(f"SELECT idx FROM trail {whose} ORDER BY idx"))
    a.run(f"UPDATE trail SET {column} = {value} WHERE idx = ?", index)
    return int(index)


def change_a_rule(a: Attacker, dice: Random, on: Ground) -> int:
    table = dice.choice(("definitions", "profiles"))
    a.run(f"UPDATE {table} SET body = REPLACE(body, 'office', 'leader')")
    # The very first entry names a table; a profile is named by the first move.
    return 0 if table == "definitions" else int(a.one("SELECT MIN(idx) FROM trail WHERE case_id IS NOT NULL"))


def change_a_registered_row(a: Attacker, dice: Random, on: Ground) -> int:
    kind, column, value = dice.choice(HOUSE)
    table = TABLES[kind]
    (key,) = dice.choice(a.all(f"SELECT id FROM {table} ORDER BY id"))
    a.run(f"UPDATE {table} SET {column} = {value} WHERE id = ?", key)
    return entered(a, f"{kind}:{key}")


def delete_a_registered_row(a: Attacker, dice: Random, on: Ground) -> int:
    kind, table = dice.choice(list(TABLES.items()))
    (key,) = dice.choice(a.all(f"SELECT id FROM {table} ORDER BY id"))
    a.run(f"DELETE FROM {table} WHERE id = ?", key)
    return entered(a, f"{kind}:{key}")


def register_without_an_entry(a: Attacker, dice: Random, on: Ground) -> int:
    table = dice.choice(list(TABLES.values()))
    (key,) = dice.choice(a.all(f"SELECT id FROM {table} ORDER BY id"))
    unique = {
        "accounts": ", login = 'ghost'",
        "units": ", name = '影子党委'",
        "rounds": ", name = '影子轮'",
        "inspections": ", unit_id = 999",
    }
    a.run(f"UPDATE {table} SET id = 999{unique.get(table, '')} WHERE id = ?", key)
    a.run(f"INSERT INTO {table} SELECT * FROM saved_{table} WHERE id = ?", key)
    return on.size


def change_the_calendar(a: Attacker, dice: Random, on: Ground) -> int:
    (day,) = dice.choice(a.all("SELECT day FROM calendar_days ORDER BY day"))
    change = dice.choice(("UPDATE calendar_days SET working = NOT working", "DELETE FROM calendar_days"))
    a.run(f"{change} WHERE day = ?", day)
    return entered(a, "calendar:1")


def entered(a: Attacker, about: str) -> int:
    """Return the last entry about a row."""
    return int(a.one("SELECT MAX(idx) FROM trail WHERE about = ?", about))


Attack = Callable[[Attacker, Random, Ground], int]
ATTACKS: tuple[Attack, ...] = (
    flip_a_body, flip_a_leaf, delete_a_row, swap_two_bodies, swap_two_rows, add_a_row, slip_a_row_in, cut_the_tail,
    cut_the_tail_and_rewrite_the_head, rewrite_an_entry_and_its_leaf, rewrite_history, write_rubbish,
    turn_the_frontier, miscount_the_head, set_the_clock_of_the_head, forge_a_checkpoint, change_a_state,
    change_a_column, change_a_clock, stop_or_add_a_clock, change_a_figure, delete_a_case, give_birth_without_an_entry, change_a_text,
    change_a_lookup_column, change_a_rule, change_a_registered_row, delete_a_registered_row, register_without_an_entry,
    change_the_calendar,
)  # fmt: skip
