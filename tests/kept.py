"""One small database per schema, kept under tests/data/: made by the code of its day, with cases in every state.

`python -m tests.kept` writes the one of the newest step; what is there already stays as it was first written.
Each line of the file is one row of one table, so that either database can be filled with it: `load`.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Date, Engine, LargeBinary, MetaData, Table, inspect, text

from storage import migrate, steps
from storage.columns import FIXED, MOVING
from storage.engine import open_engine, writing
from storage.rows import case_row, read_clocks
from storage.search import index_all, is_own_table
from storage.sql import Driver
from tests.world import World, county, day
from trail.canonical import canonical
from trail.tree import Frontier, encode_frontier, extend, leaf_hash
from workflow.days.profiles import Profile
from workflow.days.wake import wake_at
from workflow.rules import DEFINITION, calendar_of, profiles_of

DATA = Path(__file__).resolve().parent / "data"
VERSIONS = "alembic_version"


Rows = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Release:
    """Another release, by its table of moves and its county profile: it would have left the same rows, naming these."""

    definition: str
    profile: Profile

    def left(self, rows: Rows) -> Rows:
        """Return the rows as it would have left them: entries name its tables, leaves and head fit the entries."""
        moves = next(row for name, row in rows if name == "definitions" and '"arrows"' in row["body"])
        county = next(row for name, row in rows if name == "profiles" and row["name"] == "county")
        names = {moves["hash"]: sha256(self.definition.encode()).hexdigest(), county["hash"]: self.profile.digest}
        text = json.dumps(rows, ensure_ascii=False)
        for old, new in names.items():
            text = text.replace(old, new)
        clocks = json.loads(self.definition)["clocks"]
        found: Rows = [(name, row) for name, row in json.loads(text) if name != "clocks" or row["name"] in clocks]
        frontier: Frontier = ()
        heads = []
        for name, row in found:
            if name == "definitions" and row["hash"] == names[moves["hash"]]:
                row["body"] = self.definition
            elif name == "profiles" and row["hash"] == self.profile.digest:
                row.update(body=self.profile.body, version=self.profile.version)
            elif name == "heads":
                heads.append(row)
            elif name == "trail":
                body = self._entry(row)
                row.update(body={"text": body.decode()}, leaf=leaf_hash(body).hex())
                frontier = extend(frontier, row["idx"], [leaf_hash(body)])
        (head,) = heads
        head["frontier"] = encode_frontier(frontier).hex()
        return found

    def _entry(self, row: dict[str, Any]) -> bytes:
        body = json.loads(row["body"]["text"])
        if row.get("about") == f"profile:{self.profile.digest}":
            body["after"]["version"] = self.profile.version
        for one in (body["after"], *body.get("also", ())):
            if "clocks" in one:
                one["clocks"] = self._known(one["clocks"])
        return canonical(body)

    def _known(self, clocks: dict[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in clocks.items() if name in json.loads(self.definition)["clocks"]}


def file_of(step: str) -> Path:
    """Return where the database of a step is kept."""
    return DATA / f"kept_{step}.jsonl.gz"


def load(engine: Engine, step: str, left_by: Release | None = None) -> None:
    """Make an empty database that of the step, with the rows that were kept, or as another release would have left them."""
    migrate.upgrade(engine, step)
    with gzip.open(file_of(step), "rt", encoding="utf-8") as lines:
        rows = [(name, row) for name, row in map(json.loads, lines)]
    with engine.connect().execution_options(zhenggai_writes=True) as connection, connection.begin():
        tables = _tables(connection)
        for name, row in left_by.left(rows) if left_by else rows:
            columns = tables[name].columns
            found = {key: _read(columns[key], value) for key, value in row.items()}
            connection.execute(tables[name].insert().values(**found))
        if engine.dialect.name == "postgresql":
            _count_on(connection, tables)
    with writing(engine) as work:
        index_all(work.driver)
        if left_by:
            _set_wakers(work.driver)
        work.commit()


def _set_wakers(driver: Driver) -> None:
    """Let each case wake when the clocks that are left say."""
    calendar = driver.one("SELECT calendar FROM heads")
    assert calendar
    # A column of a later step holds nothing yet.
    there = {one["name"] for one in inspect(driver.engine).get_columns("cases")}
    columns = ", ".join(name if name in there else "NULL" for name in (*FIXED, *MOVING))
    for row in driver.all(f"SELECT {columns} FROM cases"):
        case = case_row(row, sqlite=driver.sqlite)
        profile = profiles_of(driver, [case.round_id])[case.round_id]
        clocks = read_clocks(driver, [case.id])[case.id]
        wakes = wake_at(case, clocks, profile, calendar_of(driver, case.jurisdiction, calendar[0]))
        driver.run("UPDATE cases SET wake_at = ? WHERE id = ?", (wakes, case.id))


def keep(engine: Engine, path: Path) -> None:
    """Write all rows of a database, parents before children."""
    with engine.connect() as connection, path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        for line in _lines(connection):
            file.write(line.encode() + b"\n")


def _tables(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != VERSIONS and not is_own_table(name))
    return {table.name: table for table in found.sorted_tables}


def _lines(connection: Connection) -> Iterator[str]:
    for name, table in _tables(connection).items():
        for row in connection.execute(table.select().order_by(*table.primary_key.columns)).mappings():
            kept = {key: _written(value) for key, value in row.items() if value is not None}
            yield json.dumps([name, kept], ensure_ascii=False)


def _written(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return {"text": value.decode()} if value.startswith(b'{"') else value.hex()
    return value


def _read(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return value["text"].encode() if isinstance(value, dict) else bytes.fromhex(value)
    return value


def _count_on(connection: Connection, tables: dict[str, Table]) -> None:
    """Let PostgreSQL number new rows behind the kept ones."""
    for name, table in tables.items():
        if "id" in table.columns:
            sql = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), GREATEST(MAX(id), 1), MAX(id) IS NOT NULL) FROM {name}"
            connection.execute(text(sql))


# Each life is a round of its own, named by where it ends: problems of one inspection wait for one another.
_TO_WORK = "claim submit_plan approve_plan"
_TO_CLOSED = f"{_TO_WORK} submit verify approve_text"
LIVES = {
    "feedback": "", "feedback, at once": "", "feedback, kept": "object keep", "disputed": "object", "claimed": "claim",
    "claimed, returned": "claim submit_plan agree return_plan", "plan_review": "claim submit_plan",
    "plan_review, agreed": "claim submit_plan agree", "rectifying": _TO_WORK, "rectifying, at once": "rectify_at_once",
    "rectifying, asked": f"{_TO_WORK} request_extension", "rectifying, granted": f"{_TO_WORK} request_extension grant_extension",
    "rectifying, returned": f"{_TO_WORK} submit agree return_work", "rectifying, going on": f"{_TO_WORK} submit agree continue_work",
    "submitted": f"{_TO_WORK} submit", "submitted, agreed": f"{_TO_WORK} submit agree", "verified": _TO_CLOSED,
    "escalated": f"{_TO_WORK} escalate_by_hand", "escalated, no plan": "claim escalate_by_hand",
    "publicized": f"{_TO_CLOSED} publicize", "withheld": f"{_TO_CLOSED} withhold", "withdrawn": "object withdraw",
}  # fmt: skip


def _tell(world: World) -> None:
    """Cases in every state: fed back on 2 March, a step every second day; of a pair one waits for the other's objection.

    One is fed back on 19 March, and on the 20th the reminders that are due are told.
    """
    cases = {}
    for name in LIVES:
        world.open_round(name)
        (cases[name],) = world.feed_back(kind="at_once" if "at once" in name else "focused")
    world.open_round(WAITING)
    objecting, waiting = world.feed_back(2)
    world.do("secretary", "claim", waiting)
    world.do("secretary", "object", objecting)
    for moves in zip_longest(*(life.split() for life in LIVES.values())):
        world.later(2)
        for case, move in zip(cases.values(), moves, strict=True):
            if move:
                world.walk(case, move)
    world.go(day(3, 19))
    world.open_round(FRESH)
    world.feed_back()
    world.scan(day(3, 20))


def without_the_progress_clock() -> Release:
    """Return a release that did not have the clock of 填报进展 yet, with a profile that knew nothing of it."""
    table, less = json.loads(DEFINITION), json.loads(county().body)
    del table["clocks"]["progress"], less["limits"]["progress"], less["rungs"]["progress"]
    table["numbers"] = {name: one for name, one in table["numbers"].items() if ".progress" not in name}
    version = county().version - 1
    return Release(
        canonical(table).decode(), Profile("county", version, canonical({**less, "version": version}).decode())
    )


EARLIER = without_the_progress_clock()
WAITING, FRESH = "claimed, waiting", "feedback, in time"


def main() -> None:
    """Keep a database of the newest step, unless there is one."""
    with tempfile.TemporaryDirectory() as scratch:
        engine = open_engine(f"sqlite:///{scratch}/kept.sqlite")
        migrate.upgrade(engine)
        path = file_of(steps.current(engine) or "")
        if path.exists():
            raise SystemExit(f"{path} is kept as it was first written")
        _tell(World(engine, Path(scratch)).found())
        keep(engine, path)
        engine.dispose()


if __name__ == "__main__":
    main()
