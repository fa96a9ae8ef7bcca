"""Words: a round is bound to a version of a dictionary; a case may be of several topics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.op import f as final

from storage.migrations.columns import flags, keys, primary, refers, strings

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as rounds:
        # Nothing could ever be entered there.
        rounds.drop_column("dictionary")
        for column in keys("dictionary_id", nullable=True):
            rounds.add_column(column)
        rounds.create_foreign_key(final("fk_rounds_dictionary_id_listed"), "listed", ["dictionary_id"], ["id"])
    op.create_table(
        "case_topics",
        *keys("id", "jurisdiction", "case_id"),
        *strings("topic"),
        *flags("gone"),
        primary("case_topics", "id"),
        *refers("case_topics", jurisdiction="jurisdictions.id", case_id="cases.id"),
    )
    for name, columns in {
        "ix_case_topics_jurisdiction_topic_case_id": ["jurisdiction", "topic", "case_id"],
        "ix_case_topics_case_id": ["case_id"],
    }.items():
        op.create_index(final(name), "case_topics", columns)


def downgrade() -> None:
    op.drop_table("case_topics")
    with op.batch_alter_table("rounds", schema=None) as rounds:
        rounds.drop_constraint(final("fk_rounds_dictionary_id_listed"), type_="foreignkey")
        rounds.drop_column("dictionary_id")
        rounds.add_column(sa.Column("dictionary", sa.String(), nullable=True))
