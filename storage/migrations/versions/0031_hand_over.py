"""Hand-over 整改责任交接: a filing of a kind of its own, signatures beside who confirms, drafts that go on to the next secretary."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.op import f as final

from storage.migrations.columns import bigs, keys, one_of, only, primary, refers, strings

revision = "0031"
down_revision = "0030"
_FILED = ("plan", "report", "publication")


def upgrade() -> None:
    _kinds(*_FILED, "handover")
    with op.batch_alter_table("drafts", schema=None) as drafts:
        drafts.add_column(sa.Column("passed_on", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("drafts", schema=None) as drafts:
        drafts.alter_column("passed_on", server_default=None)
    op.create_table(
        "draft_signatures",
        *keys("draft_id"),
        *strings("part"),
        *keys("person_id"),
        *strings("role", "text"),
        *bigs("at"),
        primary("draft_signatures", "draft_id", "part"),
        *refers("draft_signatures", draft_id="drafts.id", person_id="people.id"),
        one_of("draft_signatures", "part", "giver", "witness", "taker"),
    )
    op.create_index(final("ix_draft_signatures_person_id"), "draft_signatures", ["person_id"])
    op.create_index("ix_clocks_feed_again", "clocks", ["name", "case_id"], unique=False, **only("name = 'feed_again'"))


def downgrade() -> None:
    op.drop_index("ix_clocks_feed_again", "clocks")
    op.drop_table("draft_signatures")
    with op.batch_alter_table("drafts", schema=None) as drafts:
        drafts.drop_column("passed_on")
    op.execute("DELETE FROM filing_inspections WHERE kind = 'handover'")
    op.execute("DELETE FROM filings WHERE kind = 'handover'")
    _kinds(*_FILED)


def _kinds(*kinds: str) -> None:
    known = one_of("filings", "kind", *kinds)
    with op.batch_alter_table("filings", schema=None) as filings:
        filings.drop_constraint(final("ck_filings_kind_known"), type_="check")
        filings.create_check_constraint(final("ck_filings_kind_known"), str(known.sqltext))
