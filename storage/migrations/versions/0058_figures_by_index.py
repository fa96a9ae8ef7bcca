"""The index of standings that are open holds what all figures look at: they read nothing else."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import only

revision = "0058"
down_revision = "0057"
_LOOKED_AT = (
    "jurisdiction", "answerable_id", "round_id", "state", "kind", "void", "taken_over_as", "cycle", "late_from", "extended", "went_on", "flagged",
    "returns", "planned", "case_id", "from_at",
)  # fmt: skip
_NOW = (
    "fed_back_on",
    "verified_on",
    "submitted_on",
    "due_on",
    "plan_returns",
    "escalations",
    "split_from",
    "version",
    "unit_id",
)
_OPEN = only("to_at IS NULL")


def upgrade() -> None:
    _index(*_LOOKED_AT, *_NOW)


def downgrade() -> None:
    _index(*_LOOKED_AT)


def _index(*columns: str) -> None:
    op.drop_index(final("ix_standings_open"), "standings", **_OPEN)
    op.create_index(final("ix_standings_open"), "standings", list(columns), **_OPEN)
