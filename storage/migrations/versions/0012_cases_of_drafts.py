"""The cases of a draft stand in a table of their own: who asks for the drafts of a case reads no packed intents."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import keys, primary, refers

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    table = op.create_table(
        "draft_cases",
        *keys("draft_id", "case_id"),
        primary("draft_cases", "draft_id", "case_id"),
        *refers("draft_cases", draft_id="drafts.id", case_id="cases.id"),
    )
    op.create_index("ix_draft_cases_case_id", "draft_cases", ["case_id"])
    drafts = op.get_bind().execute(sa.text("SELECT id, intent FROM drafts")).all()
    found = [
        {"draft_id": draft, "case_id": case}
        for draft, intent in drafts
        for case in dict.fromkeys(one["case"] for one in json.loads(intent))
    ]
    op.bulk_insert(table, found)


def downgrade() -> None:
    op.drop_table("draft_cases")
