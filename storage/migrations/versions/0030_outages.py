"""Outages: from when to when no duty ran, so that the days can be given back to the units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import bigs, primary

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    # A moment, not a counter: alone in a key, PostgreSQL would be given a sequence for it.
    began = sa.Column("began_at", sa.BigInteger(), nullable=False, autoincrement=False)
    op.create_table("duty_gaps", began, *bigs("ended_at"), primary("duty_gaps", "began_at"))


def downgrade() -> None:
    op.drop_table("duty_gaps")
