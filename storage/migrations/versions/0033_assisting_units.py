"""Units assist 协办 in a case: they see it and report progress, and what they report says whose it is."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import dates, integers, keys, only, primary, refers, strings

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "assisting",
        *keys("case_id"),
        *integers("version"),
        *keys("unit_id"),
        *dates("since"),
        *dates("until", nullable=True),
        *strings("task"),
        primary("assisting", "case_id", "version"),
        *refers("assisting", case_id="cases.id", unit_id="units.id"),
    )
    op.create_index(
        final("ix_assisting_now"), "assisting", ["unit_id", "case_id"], unique=True, **only("until IS NULL")
    )
    with op.batch_alter_table("progress", schema=None) as progress:
        for column in keys("unit_id", nullable=True):
            progress.add_column(column)
        progress.create_foreign_key(final("fk_progress_unit_id_units"), "units", ["unit_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("progress", schema=None) as progress:
        progress.drop_constraint(final("fk_progress_unit_id_units"), type_="foreignkey")
        progress.drop_column("unit_id")
    op.drop_table("assisting")
