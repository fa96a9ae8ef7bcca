"""Keys stand under their actor, and every draft has the key of its confirmation.

Trail: the column `key` lies outside the leaf, so no entry changes. `K/12` becomes `7/K/12`, 7 being the person's number.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import strings
from storage.migrations.triggers import kept

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with kept("trail"):
        op.execute(
            "UPDATE trail SET key = COALESCE(CAST(actor_id AS VARCHAR(20)), 'operator') || '/' || key WHERE key IS NOT NULL"
        )
    op.add_column("drafts", strings("key", nullable=True)[0])
    rows = op.get_bind().execute(sa.text("SELECT id FROM drafts")).all()
    for (number,) in rows:
        change = sa.text("UPDATE drafts SET key = :key WHERE id = :id")
        op.get_bind().execute(change, {"key": secrets.token_hex(), "id": number})


def downgrade() -> None:
    op.drop_column("drafts", "key")
    bind = op.get_bind()
    rows = bind.execute(sa.text("SELECT jurisdiction, idx, key FROM trail WHERE key IS NOT NULL ORDER BY idx")).all()
    taken: set[tuple[int, str]] = set()
    with kept("trail"):
        for place, index, key in rows:
            bare = key.partition("/")[2]
            # What two people had under one name cannot stand twice: the first keeps it, as it would have before.
            left = None if (place, bare) in taken else bare
            taken.add((place, bare))
            change = sa.text("UPDATE trail SET key = :key WHERE jurisdiction = :place AND idx = :index")
            bind.execute(change, {"key": left, "place": place, "index": index})
