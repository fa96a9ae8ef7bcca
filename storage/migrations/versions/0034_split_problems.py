"""A problem is split 拆分: the part that is taken off says from which one it came."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import keys, only

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as cases:
        for column in keys("split_from", nullable=True):
            cases.add_column(column)
        cases.create_foreign_key(final("fk_cases_split_from_cases"), "cases", ["split_from"], ["id"])
    op.create_index(final("ix_cases_split_from"), "cases", ["split_from"], **only("split_from IS NOT NULL"))


def downgrade() -> None:
    op.drop_index(final("ix_cases_split_from"), "cases")
    with op.batch_alter_table("cases", schema=None) as cases:
        cases.drop_constraint(final("fk_cases_split_from_cases"), type_="foreignkey")
        cases.drop_column("split_from")
