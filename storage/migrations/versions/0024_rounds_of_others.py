"""Rounds of others: a round may be an upper office's, and says whose."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import keys, strings

revision = "0024"
down_revision = "0020"


def upgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as rounds:
        for column in (*keys("source_id", nullable=True), *strings("source_said", nullable=True)):
            rounds.add_column(column)
        rounds.create_foreign_key(op.f("fk_rounds_source_id_listed"), "listed", ["source_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as rounds:
        rounds.drop_constraint(op.f("fk_rounds_source_id_listed"), type_="foreignkey")
        rounds.drop_column("source_said")
        rounds.drop_column("source_id")
