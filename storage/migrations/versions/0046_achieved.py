"""What is listed of what was achieved 成效清单: rules, sums of money, people dealt with, one row each."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import bigs, dates, integers, keys, primary, refers, strings

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    op.create_table(
        "achieved",
        *keys("case_id"),
        *integers("version", "no"),
        *strings("kind", "name", "number"),
        *dates("dated", nullable=True),
        *strings("post"),
        *bigs("amount"),
        *integers("until_version", nullable=True),
        primary("achieved", "case_id", "version", "no"),
        *refers("achieved", case_id="cases.id"),
    )


def downgrade() -> None:
    op.drop_table("achieved")
