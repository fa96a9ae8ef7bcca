"""A round is closed 结轮: nothing new is fed back in it, and the rights of its teams end."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import dates

revision = "0042"
down_revision = "0039"


def upgrade() -> None:
    for column in dates("ended_on", nullable=True):
        op.add_column("rounds", column)


def downgrade() -> None:
    with op.batch_alter_table("rounds") as table:
        table.drop_column("ended_on")
