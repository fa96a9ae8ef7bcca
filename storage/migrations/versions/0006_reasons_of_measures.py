"""Why a measure's date lies before feedback, or beyond the time that there is."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import strings

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("measures", strings("why", nullable=True)[0])
    op.execute("UPDATE measures SET why = ''")
    with op.batch_alter_table("measures") as measures:
        measures.alter_column("why", nullable=False)


def downgrade() -> None:
    op.drop_column("measures", "why")
