"""Of a copy 呈送、抄告 an answer may be asked by a day: who gave it with which entry, and which entry pressed for the copy last 催办."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import dates, integers, keys, only

revision = "0037"
down_revision = "0036"

_OWED = "signed_version IS NULL OR (reply_by IS NOT NULL AND answered_version IS NULL)"
_PROMISES = (
    ("answered_by_somebody", "(answered_version IS NULL) = (answered_by IS NULL)"),
    ("answered_as_asked", "answered_version IS NULL OR reply_by IS NOT NULL"),
)


def upgrade() -> None:
    op.drop_index(final("ix_copies_unsigned"), "copies")
    with op.batch_alter_table("copies", schema=None) as copies:
        for column in (
            *dates("reply_by", nullable=True),
            *integers("answered_version", nullable=True),
            *keys("answered_by", nullable=True),
            *integers("pressed_version", nullable=True),
        ):
            copies.add_column(column)
        copies.create_foreign_key(final("fk_copies_answered_by_people"), "people", ["answered_by"], ["id"])
        for name, condition in _PROMISES:
            copies.create_check_constraint(final(f"ck_copies_{name}"), condition)
    op.create_index(final("ix_copies_owed"), "copies", ["role", "case_id"], **only(_OWED))


def downgrade() -> None:
    op.drop_index(final("ix_copies_owed"), "copies")
    with op.batch_alter_table("copies", schema=None) as copies:
        for name, _ in _PROMISES:
            copies.drop_constraint(final(f"ck_copies_{name}"), type_="check")
        copies.drop_constraint(final("fk_copies_answered_by_people"), type_="foreignkey")
        for column in ("pressed_version", "answered_by", "answered_version", "reply_by"):
            copies.drop_column(column)
    op.create_index(final("ix_copies_unsigned"), "copies", ["role", "case_id"], **only("signed_version IS NULL"))
