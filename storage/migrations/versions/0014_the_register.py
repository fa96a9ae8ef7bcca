"""Every table of the first form, with the register: what came before had no entries of units, people and posts."""

from __future__ import annotations

from alembic import op

from storage import append_only, search
from storage.tables import metadata

revision = "0014"
down_revision = None


def upgrade() -> None:
    bind = op.get_bind()
    metadata.create_all(bind)
    for statements in (append_only.statements, search.statements):
        for statement in statements(bind.dialect.name):
            op.execute(statement)


def downgrade() -> None:
    bind = op.get_bind()
    op.drop_table("case_words")
    metadata.drop_all(bind)
    if bind.dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
