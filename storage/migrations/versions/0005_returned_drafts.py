"""Why a draft was returned to who had prepared it."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import strings

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("drafts", strings("returned", nullable=True)[0])


def downgrade() -> None:
    op.drop_column("drafts", "returned")
