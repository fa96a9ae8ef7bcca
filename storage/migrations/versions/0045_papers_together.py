"""Papers 文书: who countersigned a draft 会签, a receipt for each addressee, and why one is void, beside why it has its number."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import strings
from storage.migrations.triggers import kept

revision = "0045"
down_revision = "0039"

_NEW = {"paper_drafts": ("countersigned",), "papers": ("countersigned", "receipts", "voided_because")}


def upgrade() -> None:
    for table, names in _NEW.items():
        with kept(table):
            with op.batch_alter_table(table, schema=None) as batch:
                for column in strings(*names, nullable=True):
                    batch.add_column(column)
            for name in names:
                op.execute(f"UPDATE {table} SET {name} = ''")
            with op.batch_alter_table(table, schema=None) as batch:
                for name in names:
                    batch.alter_column(name, existing_type=strings(name)[0].type, nullable=False)


def downgrade() -> None:
    for table, names in _NEW.items():
        with kept(table), op.batch_alter_table(table, schema=None) as batch:
            for name in names:
                batch.drop_column(name)
