"""Letters 信: one to a person about a unit and day; a notice is an item of one, and what was tried before is a letter of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.op import f as final

from storage.migrations.columns import (
    bigs,
    dates,
    flags,
    integers,
    keys,
    one_of,
    only,
    primary,
    refers,
    strings,
    unique,
)

revision = "0052"
down_revision = "0051"
_WAITING = only("state = 'waiting'")
_TRIED = "(d.state IN ('sent', 'failed') OR (d.state = 'waiting' AND (d.tries > 0 OR d.claimed_until IS NOT NULL)))"
_LOCAL_DAY = {
    "sqlite": "date(o.made_at / 1000000 + 28800, 'unixepoch')",
    "postgresql": "(to_timestamp(o.made_at / 1000000) AT TIME ZONE 'Asia/Shanghai')::date",
}


_KEPT = "id, outbox_id, case_id, person_id"
_FATE = "state, next_at, sent_at, last_error"


def upgrade() -> None:
    _make_letters()
    day = _LOCAL_DAY[op.get_bind().dialect.name]
    kept = "message_id, made_at, state, tries, next_at, claimed_until, sent_at, last_error"
    op.execute(
        f"INSERT INTO letters (jurisdiction, person_id, unit_id, day, number, any_hour, {kept}) "
        f"SELECT o.jurisdiction, d.person_id, c.answerable_id, {day}, "
        f"ROW_NUMBER() OVER (PARTITION BY d.person_id, c.answerable_id, {day} ORDER BY d.id), d.state = 'waiting', "
        "d.message_id, o.made_at, d.state, d.tries, d.next_at, d.claimed_until, d.sent_at, d.last_error "
        f"FROM deliveries d JOIN outbox o ON o.id = d.outbox_id JOIN cases c ON c.id = d.case_id WHERE {_TRIED} ORDER BY d.id"
    )
    _set_aside()
    _make_deliveries(
        *keys("jurisdiction"),
        *bigs("idx"),
        *keys("letter_id", nullable=True),
        *strings("speed", "state"),
        *bigs("next_at"),
        *bigs("sent_at", "seen_at", nullable=True),
        *strings("last_error"),
        *refers("deliveries", jurisdiction="jurisdictions.id", letter_id="letters.id"),
        unique("deliveries", "jurisdiction", "idx", "person_id"),
        one_of("deliveries", "speed", "now", "hours", "daily"),
    )
    seen = "CASE WHEN b.state <> 'waiting' THEN COALESCE(b.sent_at, b.next_at) END"
    op.execute(
        f"INSERT INTO deliveries ({_KEPT}, jurisdiction, idx, letter_id, speed, {_FATE}, seen_at) "
        f"SELECT {_of_before(_KEPT)}, o.jurisdiction, o.idx, l.id, 'daily', {_of_before(_FATE)}, {seen} "
        "FROM deliveries_before b JOIN outbox o ON o.id = b.outbox_id LEFT JOIN letters l ON l.message_id = b.message_id ORDER BY b.id"
    )
    _count_on()
    op.create_index(final("ix_deliveries_letter_id"), "deliveries", ["letter_id"])
    op.create_index(final("ix_deliveries_person_id_id"), "deliveries", ["person_id", "id"])
    op.create_index(final("ix_deliveries_waiting_for"), "deliveries", ["person_id", "case_id"], **_WAITING)


def downgrade() -> None:
    _set_aside()
    _make_deliveries(
        *strings("message_id", "state"),
        *integers("tries"),
        *bigs("next_at"),
        *bigs("claimed_until", "sent_at", nullable=True),
        *strings("last_error"),
        unique("deliveries", "message_id"),
    )
    # Of a letter with several items the first bears its identity on.
    first = "l.message_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM deliveries_before e WHERE e.letter_id = l.id AND e.id < b.id)"
    op.execute(
        f"INSERT INTO deliveries ({_KEPT}, message_id, tries, claimed_until, {_FATE}) SELECT {_of_before(_KEPT)}, "
        f"CASE WHEN {first} THEN l.message_id ELSE '<' || b.id || '@letters.invalid>' END, COALESCE(l.tries, 0), l.claimed_until, {_of_before(_FATE)} "
        "FROM deliveries_before b LEFT JOIN letters l ON l.id = b.letter_id ORDER BY b.id"
    )
    _count_on()
    op.drop_table("letters")


def _set_aside() -> None:
    op.execute("CREATE TABLE deliveries_before AS SELECT * FROM deliveries")
    op.drop_table("deliveries")


def _of_before(columns: str) -> str:
    return ", ".join(f"b.{name}" for name in columns.split(", "))


def _make_deliveries(*parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        "deliveries",
        *keys("id", "outbox_id", "case_id", "person_id"),
        *parts,
        primary("deliveries", "id"),
        *refers("deliveries", outbox_id="outbox.id", case_id="cases.id", person_id="people.id"),
        one_of("deliveries", "state", "waiting", "sent", "failed", "dropped"),
        unique("deliveries", "outbox_id", "person_id"),
    )
    op.create_index(final("ix_deliveries_case_id"), "deliveries", ["case_id"])
    op.create_index(final("ix_deliveries_due"), "deliveries", ["next_at", "id"], **_WAITING)
    op.create_index(final("ix_deliveries_state_id"), "deliveries", ["state", "id"])


def _count_on() -> None:
    """Let new rows be numbered after those that were carried over."""
    op.drop_table("deliveries_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('deliveries', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM deliveries), false)"
        )


def _make_letters() -> None:
    op.create_table(
        "letters",
        *keys("id", "jurisdiction", "person_id", "unit_id"),
        *dates("day"),
        *integers("number"),
        *strings("message_id"),
        *flags("any_hour"),
        *bigs("made_at"),
        *strings("state"),
        *integers("tries"),
        *bigs("next_at"),
        *bigs("claimed_until", "sent_at", nullable=True),
        *strings("last_error"),
        primary("letters", "id"),
        *refers("letters", jurisdiction="jurisdictions.id", person_id="people.id", unit_id="units.id"),
        one_of("letters", "state", "waiting", "sent", "failed", "dropped"),
        unique("letters", "person_id", "unit_id", "day", "number"),
        unique("letters", "message_id"),
    )
    op.create_index(final("ix_letters_due"), "letters", ["next_at", "id"], **_WAITING)
