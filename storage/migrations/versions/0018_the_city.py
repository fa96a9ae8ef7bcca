"""The city: requests that came in one list are decided together."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import keys

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    with op.batch_alter_table("requests", schema=None) as requests:
        for column in keys("batch", nullable=True):
            requests.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("requests", schema=None) as requests:
        requests.drop_column("batch")
