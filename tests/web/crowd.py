"""A crowd: what stands on a stage, copied hundreds of times by the database itself, to see how pages read when there is much.

No move made the copies: they are for looking at how rows are read, and nothing is verified on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import text

import clock
from notifications.deliver import deliver
from notifications.settings import channel_for
from storage.engine import open_engine, writing
from storage.search import index_all
from storage.sql import Driver
from storage.tables import metadata
from tests import databases
from tests.conftest import _template
from tests.post.sending import folder
from tests.web.conftest import opened
from tests.web.stage import NOBODY, Stage
from tests.world import CAST, TOWN, World
from trail.tree import encode_frontier, extend

COPIES: Final = 500
BLOCK: Final = 10_000
"""Between a row's number and its copy's."""
QUARTER: Final = 900_000_000
# Each copied unit has its own inspections, cases and secretaries; the office and the supervisors stay who they are.
SHIFTED: Final[dict[str, tuple[str, ...]]] = {
    "units": ("id", "parent_id", "answerable_id"), "people": ("id",), "accounts": ("id", "person_id"), "posts": ("id", "person_id", "unit_id"),
    "inspections": ("id", "unit_id"), "cases": ("id", "inspection_id", "unit_id", "answerable_id"), "clocks": ("case_id",),
    "alerts": ("case_id",), "measures": ("case_id",), "progress": ("case_id",), "materials": ("id", "case_id"), "case_topics": ("id", "case_id"), "recurrences": ("id", "case_id", "earlier_id"), "filings": ("answerable_id",), "filing_inspections": ("answerable_id", "inspection_id"),
    "opinions": ("case_id",), "receipts": ("case_id",), "copies": ("case_id", "inspection_id"), "results": ("case_id",), "drafts": ("id", "case_id"), "draft_cases": ("draft_id", "case_id"), "trail": ("case_id",), "texts": (),
    "outbox": ("id", "case_id"), "letters": ("id",), "deliveries": ("id", "outbox_id", "case_id", "letter_id"), "sessions": (), "security_log": ("id",),
}  # fmt: skip
OTHERS: Final[dict[str, dict[str, str]]] = {
    "units": {"name": "x.name || '之' || n"}, "accounts": {"login": "x.login || '.' || n"}, "drafts": {"state": "'confirmed'", "returned": "NULL"},
    "case_topics": {"topic": "x.topic || (n % 20)"}, "letters": {"message_id": "x.message_id || n", "number": "x.number + n * 100"}, "sessions": {"id_hash": "x.id_hash || n"}, "trail": {"key": "x.key || '-' || n"},
    "copies": {"signed_version": "CASE WHEN n % 250 = 0 THEN x.signed_version ELSE x.version END", "signed_by": "CASE WHEN n % 250 = 0 THEN x.signed_by ELSE COALESCE(x.signed_by, 1) END"},
}  # fmt: skip
# Of people there are some hundred, of mails enough.
_OF_UNITS = "n % 4 = 0 AND x.{} IN (SELECT h.person_id FROM posts h WHERE h.unit_id IS NOT NULL)"
ONLY: Final = {
    "people": _OF_UNITS.format("id"), "accounts": _OF_UNITS.format("person_id"), "posts": "n % 4 = 0 AND x.unit_id IS NOT NULL",
    "outbox": "n % 4 = 0", "letters": "n % 4 = 0", "deliveries": "n % 4 = 0", "sessions": "n % 4 = 0",
}  # fmt: skip
# What is rare in a house that runs is rare here: clocks that are paused, flags, receipts that nobody signed.
SELDOM: Final = "(SELECT k.case_id FROM clocks k WHERE k.paused_since IS NOT NULL OR k.name = 'acknowledge')"
ONE_IN: Final = 4
# The log and its texts know of no case: they are copied whole, so that the tree has no gaps.
OF_CASES: Final = {
    "cases": "id",
    **{name: "case_id" for name, columns in SHIFTED.items() if "case_id" in columns and name != "trail"},
}


@contextmanager
def crowd(kind: str, factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Yield a crowded stage on a database of that kind."""
    home = factory.mktemp("crowd")
    template, made = _template(kind, factory)
    url = databases.fresh_sqlite(home, home / template) if kind == "sqlite" else databases.fresh_postgres(template)
    engine = open_engine(url)
    world = World(engine, home, made.place, made.now, dict(made.people), dict(made.units), made.round_id)
    try:
        with opened(world) as door:
            yield crowded(lived(Stage(door).set_up()))
    finally:
        engine.dispose()
        if kind == "postgres":
            databases.drop(url)


def lived(stage: Stage) -> Stage:
    """Let there be something of everything: progress, opinions, drafts open and returned, reminders, people at the door."""
    world, own = stage.world, stage.own
    for login in CAST:
        stage.door.as_(login)
    world.do("handler", "progress", own["rectifying"])
    world.do("secretary", "request_extension", stage.village)
    for role in ("team", "discipline", "organisation"):
        world.do(role, "opine", own["submitted"])
    stage.draft("handler", "claim", own["feedback"])
    stage.draft("team", "void", own["claimed"])
    stage.made["objection"] = stage.objection("handler", stage.fed_back(TOWN))
    stage.made["material"] = stage.material(own["rectifying"])
    world.enter("office2", "round", "change", world.round_id, asked_by="office", dictionary=stage.dictionary())
    for state, topic in (("rectifying", "扫黑除恶"), ("feedback", "扫黑除恶"), ("submitted", "意识形态")):
        world.enter("office", "topic", "make", case_id=own[state], topic=topic)
    stage.request()
    stage.door.as_("secretary").submit(
        f"/drafts/{stage.draft('handler', 'submit', own['rectifying'])}", {"step": "drop", "reason": "再补"}
    )
    signed = [case for name, case in own.items() if name not in ("feedback", "disputed", "withdrawn")]
    for case in signed:
        world.try_("secretary", "acknowledge", case)
    world.scan(world.today + timedelta(days=20))
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    return stage


def crowded(stage: Stage) -> Stage:
    """Copy what stands on the stage, let the copies' time go by, and let the database count its rows."""
    world = stage.world
    with writing(world.engine) as work:
        driver = work.driver
        size = (driver.one("SELECT COUNT(*) FROM trail") or (0,))[0]
        for table in SHIFTED:
            driver.run(_copying(driver, table, size))
        _grow(driver)
        index_all(driver)
        work.commit()
    if world.engine.dialect.name == "postgresql":  # as it does by itself; on SQLite nobody counts rows for the planner
        with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    world.now = clock.from_micros(clock.micros(world.now) + (COPIES + 1) * QUARTER)
    # Whoever was signed in has been away too long.
    stage.door.known = {NOBODY: stage.door.known[NOBODY]}
    return stage


def _copying(driver: Driver, table: str, size: int) -> str:
    columns = metadata.tables[table].columns
    copied = [_copied(driver, table, column, size) for column in columns]
    only = ONLY.get(table, "n > 0")
    if table in OF_CASES:
        only = f"{only} AND (n % {ONE_IN} = 0 OR x.{OF_CASES[table]} NOT IN {SELDOM})"
    return (
        f"WITH RECURSIVE k(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM k WHERE n < {COPIES}) "
        f"INSERT INTO {table} ({', '.join(column.name for column in columns)}) "
        f"SELECT {', '.join(copied)} FROM {table} x CROSS JOIN k WHERE {only} ORDER BY n"
    )


def _copied(driver: Driver, table: str, column: Any, size: int) -> str:
    """Say what stands in a column of the n-th copy."""
    name = column.name
    if name in OTHERS.get(table, {}):
        return OTHERS[table][name]
    if name in SHIFTED[table]:
        return f"x.{name} + n * {BLOCK}"
    if name == "idx":
        return f"x.idx + n * {size}"
    if name in ("at", "made_at", "sent_at"):
        return f"x.{name} + n * {QUARTER}"
    if name in ("state_due_on", "due_on") and table in ("cases", "clocks"):
        days = "n % 180"
        return f"date(x.{name}, ({days}) || ' days')" if driver.sqlite else f"x.{name} + CAST({days} AS INTEGER)"
    return f"x.{name}"


def _grow(driver: Driver) -> None:
    """Let the heads say what the trail holds now, so that proofs are made as ever."""
    leaves = [bytes(row[0]) for row in driver.all("SELECT leaf FROM trail ORDER BY idx")]
    (last,) = driver.all("SELECT MAX(at) FROM trail")[0]
    grown = (len(leaves), encode_frontier(extend((), 0, leaves)), last)
    driver.run("UPDATE heads SET size = ?, frontier = ?, last_at = ?", grown)
