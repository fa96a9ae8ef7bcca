"""Outages: from when to when no duty ran, so that the days can be given back to the units."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import bigs, primary

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table("duty_gaps", *bigs("began_at", "ended_at"), primary("duty_gaps", "began_at"))


def downgrade() -> None:
    op.drop_table("duty_gaps")
