"""A term is closed 届末: what is open in its rounds is carried over 结转 to the next."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import dates

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    for column in dates("carried_on", nullable=True):
        op.add_column("rounds", column)


def downgrade() -> None:
    with op.batch_alter_table("rounds") as table:
        table.drop_column("carried_on")
