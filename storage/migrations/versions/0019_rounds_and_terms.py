"""Rounds and terms: of what kind a round is and of which term; an inspection's team, stay, feedback meeting and what came before."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import dates, keys, strings

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as rounds:
        for column in (*strings("sort", nullable=True), *keys("term_id", nullable=True)):
            rounds.add_column(column)
    with op.batch_alter_table("inspections", schema=None) as inspections:
        for column in (
            *keys("team_id", nullable=True),
            *strings("sources", "attendees", "required", "first_because", "checks", "audits", "inquiry", nullable=True),
            *dates("stay_from", "stay_to", "inquiry_on", "inquiry_answered_on", nullable=True),
        ):
            inspections.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("inspections", schema=None) as inspections:
        for name in ("team_id", "sources", "attendees", "required", "first_because", "checks", "audits", "inquiry"):
            inspections.drop_column(name)
        for name in ("stay_from", "stay_to", "inquiry_on", "inquiry_answered_on"):
            inspections.drop_column(name)
    with op.batch_alter_table("rounds", schema=None) as rounds:
        rounds.drop_column("sort")
        rounds.drop_column("term_id")
