"""The ledger: columns and views that people keep, and the indexes of three more orders."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import flags, keys, only, primary, refers, strings, unique

revision = "0056"
down_revision = "0051"
_ORDERS = ("category", "responsible", "round_id")


def upgrade() -> None:
    op.create_table(
        "ledger_columns",
        *keys("person_id"),
        *strings("keys"),
        primary("ledger_columns", "person_id"),
        *refers("ledger_columns", person_id="people.id"),
    )
    op.create_table(
        "ledger_views",
        *keys("id", "jurisdiction", "person_id"),
        *strings("name", "said"),
        *flags("shared"),
        primary("ledger_views", "id"),
        *refers("ledger_views", jurisdiction="jurisdictions.id", person_id="people.id"),
        unique("ledger_views", "person_id", "name"),
    )
    op.create_index(final("ix_ledger_views_shared"), "ledger_views", ["jurisdiction", "id"], **only("shared"))
    for column in _ORDERS:
        op.create_index(final(f"ix_cases_jurisdiction_{column}_id"), "cases", ["jurisdiction", column, "id"])


def downgrade() -> None:
    for column in _ORDERS:
        op.drop_index(final(f"ix_cases_jurisdiction_{column}_id"), "cases")
    op.drop_table("ledger_views")
    op.drop_table("ledger_columns")
