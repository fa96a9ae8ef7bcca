"""Ledgers are put aside, and brought in by a second act; a case may have come in from outside the system."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import bigs, check, dates, keys, one_of, only, primary, refers, strings

revision = "0028"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "prepared_ledgers",
        *keys("id", "jurisdiction"),
        *strings("act", "round_name", "unit", "sha256", "name"),
        *bigs("size"),
        *strings("said"),
        *keys("prepared_by"),
        *strings("prepared_role"),
        *bigs("at"),
        *strings("state"),
        *strings("returned", nullable=True),
        *keys("decided_by", nullable=True),
        *bigs("decided_at", nullable=True),
        primary("prepared_ledgers", "id"),
        *refers("prepared_ledgers", jurisdiction="jurisdictions.id", prepared_by="people.id", decided_by="people.id"),
        one_of("prepared_ledgers", "act", "feed_back", "take_over"),
        one_of("prepared_ledgers", "state", "open", "sent", "dropped"),
        check("prepared_ledgers", "decided_has_instant", "(state = 'open') = (decided_at IS NULL)"),
    )
    for name, columns, condition in (
        ("ix_prepared_ledgers_open", ["jurisdiction", "id"], "state = 'open'"),
        ("ix_prepared_ledgers_returned", ["jurisdiction", "prepared_by", "id"], "returned IS NOT NULL"),
    ):
        op.create_index(final(name), "prepared_ledgers", columns, **only(condition))

    with op.batch_alter_table("cases", schema=None) as cases:
        for column in (*dates("taken_over_on", nullable=True), *strings("taken_over_as", nullable=True)):
            cases.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as cases:
        cases.drop_column("taken_over_as")
        cases.drop_column("taken_over_on")
    op.drop_table("prepared_ledgers")
