"""Recurrence 重复发生: whether a problem is an earlier one again, as a person judged it."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import check, dates, integers, keys, one_of, only, primary, refers, strings

revision = "0050"
down_revision = "0048"


def upgrade() -> None:
    op.create_table(
        "recurrences",
        *keys("id", "jurisdiction", "case_id", "earlier_id"),
        *strings("verdict"),
        *integers("alike"),
        *dates("from_on"),
        *dates("until_on", nullable=True),
        primary("recurrences", "id"),
        *refers("recurrences", jurisdiction="jurisdictions.id", case_id="cases.id", earlier_id="cases.id"),
        one_of("recurrences", "verdict", "again", "another"),
        check("recurrences", "of_two", "earlier_id <> case_id"),
        check("recurrences", "alike_in_per_cent", "alike >= 0 AND alike <= 100"),
    )
    stand = only("until_on IS NULL")
    op.create_index(final("uq_recurrences_stand"), "recurrences", ["case_id", "earlier_id"], unique=True, **stand)
    for columns in (["jurisdiction", "case_id"], ["case_id"], ["earlier_id"]):
        op.create_index(final(f"ix_recurrences_{'_'.join(columns)}"), "recurrences", columns)


def downgrade() -> None:
    op.drop_table("recurrences")
