"""A small trail with all that a life leaves, and an attacker who holds the database itself."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, make_url

from storage import append_only
from storage.engine import writing
from storage.tables import metadata
from tests.world import BUREAU, TOWN, World
from trail.checkpoint import sign_checkpoint
from trail.tree import Frontier, encode_frontier, extend, leaf_hash
from trail.verify import Verified, verify

CODE = "city"
EVERY = tuple(table.name for table in metadata.sorted_tables)
KEPT = (
    "trail", "heads", "checkpoints", "texts", "cases", "clocks", "results", "standings", "filings", "filing_inspections", "copies", "definitions", "profiles",
    "units", "people", "accounts", "posts", "rounds", "inspections", "calendar_days",
)  # fmt: skip


@dataclass
class Store:
    """One database with its home, and what is known of its trail."""

    kind: str
    url: str
    engine: Engine
    home: Path
    world: World

    def at(self, number: int) -> int:
        """Return the place in the tree of what happened as the so many-th, counted from 0 behind the house's own entries."""
        return self.world.begun + number

    def sizes(self, *numbers: int) -> list[int]:
        """Return the places of several."""
        return [self.at(number) for number in numbers]

    def verify(self) -> Verified:
        """Verify as the command does."""
        return verify(self.engine, self.home, CODE)

    def first_bad(self) -> int | None:
        """Return the first bad index of a trail that must not verify."""
        found = self.verify()
        assert not found.ok
        assert found.why
        return found.first_bad

    def sign(self) -> int:
        """Sign a checkpoint now; return its size."""
        return sign_checkpoint(self.engine, self.home, CODE, self.world.now).size

    @contextlib.contextmanager
    def attacker(self) -> Iterator[Attacker]:
        """Open the database behind the product's back, its triggers dropped and its foreign keys off."""
        with raw(self.kind, self.url) as connection:
            attacker = Attacker(connection, self.kind)
            if self.kind == "postgres":
                attacker.run("SET session_replication_role = replica")
                attacker.run("SET synchronous_commit = off")
            else:
                attacker.run("PRAGMA synchronous = OFF")
            for statement in dropped(self.kind):
                attacker.run(statement)
            yield attacker

    def mend(self) -> None:
        """Put everything back as it was when the store was made, triggers included."""
        with self.attacker() as attacker:
            attacker.restore(EVERY)
        self.mend_triggers()

    def mend_triggers(self) -> None:
        """Put the triggers back that an attacker dropped."""
        with raw(self.kind, self.url) as connection:
            for statement in (*dropped(self.kind), *append_only.statements(self.engine.dialect.name)):
                connection.execute(statement)


def dropped(kind: str) -> Iterator[str]:
    """Yield the DDL that takes the triggers of append-only tables away."""
    for table in append_only.KEPT:
        names, on = (
            (("change", "truncate"), f" ON {table}") if kind == "postgres" else (("update", "delete", "insert"), "")
        )
        yield from (f"DROP TRIGGER IF EXISTS {table}_no_{name}{on}" for name in names)


@contextlib.contextmanager
def raw(kind: str, url: str) -> Iterator[Any]:
    """Open the database with its own driver, committing each statement."""
    database = make_url(url)
    if kind == "sqlite":
        connection: Any = sqlite3.connect(database.database or "", isolation_level=None)
    else:
        address = database.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(address, autocommit=True)
    with contextlib.closing(connection):
        yield connection


@dataclass
class Attacker:
    """Somebody with the rights of the database's owner, and a backup of what it was."""

    connection: Any
    kind: str

    def run(self, sql: str, *values: Any) -> int:
        """Execute one statement; return how many rows it hit."""
        count: int = self.connection.execute(self._marks(sql), self._values(values)).rowcount
        return count

    def all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        rows: list[tuple[Any, ...]] = self.connection.execute(self._marks(sql), self._values(values)).fetchall()
        return rows

    def one(self, sql: str, *values: Any) -> Any:
        """Return the only value of a query."""
        [(value,)] = self.all(sql, *values)
        return value

    def save(self) -> None:
        """Keep a copy of every table."""
        for table in EVERY:
            self.run(f"CREATE TABLE saved_{table} AS SELECT * FROM {table}")

    def restore(self, tables: Sequence[str] = KEPT) -> None:
        """Put tables back as they were saved: those that the trail is checked against, or others."""
        steps = [f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM saved_{table}" for table in tables]
        script = "; ".join(("BEGIN", *steps, "COMMIT"))
        if self.kind == "sqlite":
            self.connection.executescript(script)
        else:
            self.connection.execute(script)

    def body(self, index: int) -> bytes:
        """Return the bytes of an entry."""
        return bytes(self.one("SELECT body FROM trail WHERE idx = ?", index))

    def leaves(self) -> list[bytes]:
        """Return all stored leaves in order."""
        return [bytes(leaf) for (leaf,) in self.all("SELECT leaf FROM trail ORDER BY idx")]

    def put_body(self, index: int, body: bytes, *, with_leaf: bool) -> None:
        """Replace an entry's bytes, and its leaf to fit when told so."""
        self.run("UPDATE trail SET body = ? WHERE idx = ?", body, index)
        if with_leaf:
            self.run("UPDATE trail SET leaf = ? WHERE idx = ?", leaf_hash(body), index)

    def rewrite_head(self) -> None:
        """Make the head fit whatever entries there are."""
        leaves = self.leaves()
        none: Frontier = ()
        frontier = encode_frontier(extend(none, 0, leaves))
        self.run("UPDATE heads SET size = ?, frontier = ?", len(leaves), frontier)
        if leaves:
            self.run("UPDATE heads SET last_at = (SELECT at FROM trail ORDER BY idx DESC LIMIT 1)")

    def _marks(self, sql: str) -> str:
        return sql if self.kind == "sqlite" else sql.replace("?", "%s")

    def _values(self, values: Sequence[Any]) -> Sequence[Any] | None:
        return values or (() if self.kind == "sqlite" else None)


def live(world: World) -> None:
    """Walk six cases of two inspections through every kind of entry; checkpoints on the way.

    Town: one goes all the way to publication, one is disputed and kept, one stays behind and is reminded.
    Bureau: one void by two people, one disputed and kept, so that the clock of a third is paused and runs on.
    """
    with writing(world.engine) as work:
        for unit in (TOWN, BUREAU):
            world.inspect(work, unit)
        work.commit()
    world.begun = world.size
    first, second, third = world.feed_back(3)
    claimed, disputed, void = world.feed_back(3, unit=BUREAU)
    world.later(1)
    world.do("secretary", "claim", first)
    world.do("secretary", "object", second)
    world.later(2)
    world.walk(second, "keep", "claim")
    sign_checkpoint(world.engine, world.home, CODE, world.now)
    world.walk(third, "claim", "acknowledge")
    world.do("secretary_bureau", "claim", claimed)
    world.do("secretary_bureau", "object", disputed)
    world.do("secretary", "submit_plan", first, second, third)
    for role in ("team", "discipline"):
        world.do(role, "opine", first)
    world.with_second("office", "office2", "void", void, {"ground": "error"})
    world.later(1)
    world.agree(first, second, third)
    world.do("office", "approve_plan", first, second, third)
    world.walk(first, "progress", "submit", "verify", "approve_text")
    sign_checkpoint(world.engine, world.home, CODE, world.now)
    world.walk(first, "publicize")
    world.do("secretary", "request_extension", third)
    world.scan(date(2026, 4, 20))
    world.walk(third, "acknowledge")
    world.do("office", "keep", disputed)


def copy_home(origin: Path, target: Path) -> Path:
    """Copy a home; paths inside are relative, so the copy works."""
    shutil.copytree(origin, target)
    return target
