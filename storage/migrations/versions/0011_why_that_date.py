"""Why a clock's date is that date; of those that run already nobody recorded it, and none is made up."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import strings

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("clocks", strings("why", nullable=True)[0])


def downgrade() -> None:
    op.drop_column("clocks", "why")
