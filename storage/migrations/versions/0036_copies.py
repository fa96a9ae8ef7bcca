"""What is fed back goes in copy 呈送、抄告 to the leader in charge and the departments, each signing for their own."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import bigs, check, dates, integers, keys, only, primary, refers, strings

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "copies",
        *keys("case_id"),
        *integers("version"),
        *strings("role"),
        *keys("inspection_id"),
        *integers("cases"),
        *dates("due_on"),
        *bigs("opened_at", nullable=True),
        *keys("opened_by", nullable=True),
        *integers("signed_version", nullable=True),
        *keys("signed_by", nullable=True),
        primary("copies", "case_id", "version", "role"),
        *refers(
            "copies", case_id="cases.id", inspection_id="inspections.id", opened_by="people.id", signed_by="people.id"
        ),
        check("copies", "opened_by_somebody", "(opened_at IS NULL) = (opened_by IS NULL)"),
        check("copies", "signed_by_somebody", "(signed_version IS NULL) = (signed_by IS NULL)"),
    )
    op.create_index(final("ix_copies_inspection_id"), "copies", ["inspection_id"])
    op.create_index(final("ix_copies_unsigned"), "copies", ["role", "case_id"], **only("signed_version IS NULL"))


def downgrade() -> None:
    op.drop_table("copies")
