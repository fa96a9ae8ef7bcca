"""Preferences of a person: when what is not urgent is told, and the address of the calendar of their dates; and what of their notices is unseen."""

from __future__ import annotations

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import bigs, keys, one_of, only, primary, refers, strings, unique

revision = "0053"
down_revision = "0052"
_UNSEEN = only("seen_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "preferences",
        *keys("person_id"),
        *strings("letters"),
        *strings("feed_hash", nullable=True),
        *bigs("feed_made_at", nullable=True),
        primary("preferences", "person_id"),
        *refers("preferences", person_id="people.id"),
        one_of("preferences", "letters", "daily", "at_once"),
        unique("preferences", "feed_hash"),
    )
    op.create_index(final("ix_deliveries_unseen"), "deliveries", ["person_id", "id"], **_UNSEEN)


def downgrade() -> None:
    op.drop_index(final("ix_deliveries_unseen"), "deliveries", **_UNSEEN)
    op.drop_table("preferences")
