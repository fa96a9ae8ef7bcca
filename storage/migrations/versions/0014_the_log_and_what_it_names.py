"""The log of each jurisdiction, and the tables of rules and days that its entries name."""

from __future__ import annotations

from alembic import op

from storage import append_only
from storage.migrations.columns import (
    bigs,
    blobs,
    dates,
    flags,
    integers,
    keys,
    only,
    primary,
    refers,
    sorted_texts,
    strings,
    unique,
)

revision = "0014"
down_revision = None


def upgrade() -> None:
    _definitions()
    _duty_runs()
    _jurisdictions()
    _profiles()
    _calendar_days()
    _checkpoints()
    _heads()
    _texts()
    _trail()
    for statement in append_only.statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "trail",
        "texts",
        "heads",
        "checkpoints",
        "calendar_days",
        "profiles",
        "jurisdictions",
        "duty_runs",
        "definitions",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _definitions() -> None:
    op.create_table(
        "definitions",
        *strings("hash", "body"),
        primary("definitions", "hash"),
    )


def _duty_runs() -> None:
    op.create_table(
        "duty_runs",
        *strings("name"),
        *bigs("at"),
        *flags("ok"),
        *strings("words"),
        primary("duty_runs", "name"),
    )


def _jurisdictions() -> None:
    op.create_table(
        "jurisdictions",
        *keys("id"),
        *strings("code", "name"),
        *keys("parent_id", nullable=True),
        *flags("rehearsal"),
        primary("jurisdictions", "id"),
        *refers("jurisdictions", parent_id="jurisdictions.id"),
        unique("jurisdictions", "code"),
    )


def _profiles() -> None:
    op.create_table(
        "profiles",
        *strings("hash", "name"),
        *integers("version"),
        *strings("body"),
        primary("profiles", "hash"),
        unique("profiles", "name", "version"),
    )


def _calendar_days() -> None:
    op.create_table(
        "calendar_days",
        *keys("jurisdiction"),
        *dates("day"),
        *flags("working"),
        *strings("name"),
        primary("calendar_days", "jurisdiction", "day"),
        *refers("calendar_days", jurisdiction="jurisdictions.id"),
    )


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        *keys("jurisdiction"),
        *bigs("size"),
        *blobs("root"),
        *strings("note"),
        *bigs("at"),
        primary("checkpoints", "jurisdiction", "size"),
        *refers("checkpoints", jurisdiction="jurisdictions.id"),
    )


def _heads() -> None:
    op.create_table(
        "heads",
        *keys("jurisdiction"),
        *bigs("size"),
        *blobs("frontier"),
        *bigs("last_at"),
        *strings("calendar"),
        primary("heads", "jurisdiction"),
        *refers("heads", jurisdiction="jurisdictions.id"),
    )


def _texts() -> None:
    op.create_table(
        "texts",
        *keys("jurisdiction"),
        *bigs("idx"),
        *strings("body"),
        primary("texts", "jurisdiction", "idx"),
        *refers("texts", jurisdiction="jurisdictions.id"),
    )


def _trail() -> None:
    op.create_table(
        "trail",
        *keys("jurisdiction"),
        *bigs("idx"),
        *blobs("body", "leaf"),
        *sorted_texts("key", nullable=True),
        *strings("intent", nullable=True),
        *keys("case_id", nullable=True),
        *integers("version", nullable=True),
        *strings("action"),
        *keys("actor_id", "prepared_by", nullable=True),
        *bigs("at"),
        *strings("about", nullable=True),
        primary("trail", "jurisdiction", "idx"),
        *refers("trail", jurisdiction="jurisdictions.id"),
        unique("trail", "jurisdiction", "key"),
    )
    op.create_index(
        "ix_trail_about", "trail", ["jurisdiction", "about", "idx"], unique=False, **only("about IS NOT NULL")
    )
    op.create_index(
        "ix_trail_case_id_version", "trail", ["case_id", "version"], unique=True, **only("case_id IS NOT NULL")
    )
    op.create_index("ix_trail_jurisdiction_action_idx", "trail", ["jurisdiction", "action", "idx"], unique=False)
    op.create_index("ix_trail_jurisdiction_actor_id_idx", "trail", ["jurisdiction", "actor_id", "idx"], unique=False)
    op.create_index("ix_trail_jurisdiction_at_idx", "trail", ["jurisdiction", "at", "idx"], unique=False)
