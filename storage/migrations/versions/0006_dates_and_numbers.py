"""Why a measure's date lies outside the time that there is; and a number that a void case no longer holds."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import only, strings

revision = "0006"
down_revision = "0005"

UNIQUE = "uq_cases_inspection_id_number"


def upgrade() -> None:
    op.add_column("measures", strings("why", nullable=True)[0])
    op.execute("UPDATE measures SET why = ''")
    with op.batch_alter_table("measures") as measures:
        measures.alter_column("why", nullable=False)
    with op.batch_alter_table("cases") as cases:
        cases.drop_constraint(UNIQUE, type_="unique")
    op.create_index("ix_cases_number", "cases", ["inspection_id", "number"], unique=True, **only("NOT void"))
    op.create_index("ix_cases_inspection_id", "cases", ["inspection_id"])


def downgrade() -> None:
    op.drop_index("ix_cases_inspection_id", "cases")
    op.drop_index("ix_cases_number", "cases")
    with op.batch_alter_table("cases") as cases:
        cases.create_unique_constraint(UNIQUE, ["inspection_id", "number"])
    op.drop_column("measures", "why")
