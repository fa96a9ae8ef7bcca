"""Words: a round is bound to a version of a dictionary; a case may be of several topics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.op import f as final

from storage.migrations.columns import flags, keys, primary, refers, strings

revision = "0020"
down_revision = "0019"
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Nothing could ever be entered there: the column keeps its place, and holds a number from now on.
    with op.batch_alter_table("rounds", schema=None) as rounds:
        rounds.alter_column("dictionary", type_=_KEY, postgresql_using="dictionary::bigint")
    with op.batch_alter_table("rounds", schema=None) as rounds:
        rounds.alter_column("dictionary", new_column_name="dictionary_id")
    with op.batch_alter_table("rounds", schema=None) as rounds:
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
    with op.batch_alter_table("rounds", schema=None) as rounds:
        rounds.alter_column("dictionary_id", new_column_name="dictionary")
    op.execute("UPDATE rounds SET dictionary = NULL")
    with op.batch_alter_table("rounds", schema=None) as rounds:
        rounds.alter_column("dictionary", type_=sa.String(), postgresql_using="dictionary::varchar")
