"""Papers entered by the office 代录: what waits for the secretary, and what is not owned, is found by its clock."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import only

revision = "0035"
down_revision = "0034"
_CLOCKS = ("confirm_paper", "disowned_paper")


def upgrade() -> None:
    for clock in _CLOCKS:
        op.create_index(f"ix_clocks_{clock}", "clocks", ["name", "case_id"], unique=False, **only(f"name = '{clock}'"))


def downgrade() -> None:
    for clock in _CLOCKS:
        op.drop_index(f"ix_clocks_{clock}", "clocks")
