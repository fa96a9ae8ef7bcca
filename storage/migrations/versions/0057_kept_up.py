"""A measure of a plan says what is done every year, where it is kept up 长期坚持; of those before it is not said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0055"


def upgrade() -> None:
    with op.batch_alter_table("measures", schema=None) as measures:
        measures.add_column(sa.Column("yearly", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("measures", schema=None) as measures:
        measures.alter_column("yearly", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("measures", schema=None) as measures:
        measures.drop_column("yearly")
