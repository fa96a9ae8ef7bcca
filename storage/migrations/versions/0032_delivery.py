"""Feedback is prepared unit by unit, with its letter, checked, and sent on the day."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import bigs, integers, keys, strings

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    with op.batch_alter_table("prepared_ledgers", schema=None) as ledgers:
        for column in (
            *integers("problems", nullable=True),
            *strings("letter", "letter_name", nullable=True),
            *bigs("letter_size", nullable=True),
            *keys("checked_by", nullable=True),
            *bigs("checked_at", nullable=True),
        ):
            ledgers.add_column(column)
    op.execute("UPDATE prepared_ledgers SET problems = 0, letter_size = 0")
    with op.batch_alter_table("prepared_ledgers", schema=None) as ledgers:
        ledgers.alter_column("problems", nullable=False)
        ledgers.alter_column("letter_size", nullable=False)
        ledgers.create_foreign_key(op.f("fk_prepared_ledgers_checked_by_people"), "people", ["checked_by"], ["id"])
        for name, condition in (
            ("checked_has_instant", "(checked_by IS NULL) = (checked_at IS NULL)"),
            ("letter_has_name", "(letter IS NULL) = (letter_name IS NULL)"),
        ):
            ledgers.create_check_constraint(op.f(f"ck_prepared_ledgers_{name}"), condition)


def downgrade() -> None:
    with op.batch_alter_table("prepared_ledgers", schema=None) as ledgers:
        for name in ("checked_has_instant", "letter_has_name"):
            ledgers.drop_constraint(op.f(f"ck_prepared_ledgers_{name}"), type_="check")
        ledgers.drop_constraint(op.f("fk_prepared_ledgers_checked_by_people"), type_="foreignkey")
        for column in ("checked_at", "checked_by", "letter_size", "letter_name", "letter", "problems"):
            ledgers.drop_column(column)
