"""Clues 问题线索: how many pieces, about which unit and case, where they stand and when they were concluded."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import dates, integers, keys, strings

revision = "0047"
down_revision = "0046"
_NEW = (("unit_id", "units"), ("case_id", "cases"))


def upgrade() -> None:
    with op.batch_alter_table("clues", schema=None) as clues:
        for columns in (
            keys("unit_id", "case_id", nullable=True),
            integers("pieces", nullable=True),
            strings("outcome", nullable=True),
        ):
            for column in columns:
                clues.add_column(column)
        for column in dates("closed_on", nullable=True):
            clues.add_column(column)
        for name, target in _NEW:
            clues.create_foreign_key(final(f"fk_clues_{name}_{target}"), target, [name], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("clues", schema=None) as clues:
        for name, target in _NEW:
            clues.drop_constraint(final(f"fk_clues_{name}_{target}"), type_="foreignkey")
        for name in ("unit_id", "case_id", "pieces", "outcome", "closed_on"):
            clues.drop_column(name)
