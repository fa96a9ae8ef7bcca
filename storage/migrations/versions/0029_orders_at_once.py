"""Problems are ordered to be put right at once while the team is there; such an order is prepared by one and approved by another."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import bigs, check, dates, keys, one_of, only, primary, refers, strings

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "prepared_orders",
        *keys("id", "jurisdiction", "inspection_id"),
        *strings("category", "problem", "detail", "said", "sha256", "name"),
        *bigs("size"),
        *keys("prepared_by"),
        *strings("prepared_role"),
        *bigs("at"),
        *strings("state"),
        *strings("returned", nullable=True),
        *keys("decided_by", nullable=True),
        *bigs("decided_at", nullable=True),
        *keys("case_id", nullable=True),
        primary("prepared_orders", "id"),
        *refers(
            "prepared_orders", jurisdiction="jurisdictions.id", inspection_id="inspections.id", prepared_by="people.id",
            decided_by="people.id", case_id="cases.id",
        ),
        one_of("prepared_orders", "state", "open", "sent", "dropped"),
        check("prepared_orders", "decided_has_instant", "(state = 'open') = (decided_at IS NULL)"),
    )  # fmt: skip
    for name, columns, condition in (
        ("ix_prepared_orders_open", ["jurisdiction", "id"], "state = 'open'"),
        ("ix_prepared_orders_returned", ["jurisdiction", "prepared_by", "id"], "returned IS NOT NULL"),
    ):
        op.create_index(final(name), "prepared_orders", columns, **only(condition))

    with op.batch_alter_table("cases", schema=None) as cases:
        for column in dates("ordered_on", nullable=True):
            cases.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as cases:
        cases.drop_column("ordered_on")
    op.drop_table("prepared_orders")
