"""Opinions 意见 bear which entry passed over them; filled from the entries that say so."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op
from alembic.op import f as final

from storage.migrations.columns import integers, only

revision = "0054"
down_revision = "0053"
_CHUNK = 500
_FEW = only("overruled_version IS NOT NULL")
_ASK = sa.text(
    "SELECT t.jurisdiction, t.idx, t.case_id, t.version, t.body FROM trail t WHERE t.case_id IS NOT NULL "
    "AND t.action IN ('approve_plan', 'verify') AND (t.jurisdiction > :place OR (t.jurisdiction = :place AND t.idx > :idx)) "
    f"ORDER BY t.jurisdiction, t.idx LIMIT {_CHUNK}"
)
_SAY = sa.text(
    "UPDATE opinions SET overruled_version = :entry WHERE case_id = :case AND role = :role AND version = "
    "(SELECT MAX(o.version) FROM opinions o WHERE o.case_id = :case AND o.role = :role AND o.version < :entry)"
)


def upgrade() -> None:
    with op.batch_alter_table("opinions", schema=None) as batch:
        for column in integers("overruled_version", nullable=True):
            batch.add_column(column)
    op.create_index(final("ix_opinions_overruled"), "opinions", ["case_id"], **_FEW)
    said = op.get_bind()
    place, idx = -1, -1
    while rows := said.execute(_ASK, {"place": place, "idx": idx}).all():
        found = [
            {"entry": version, "case": case, "role": role}
            for _, _, case, version, body in rows
            for role, why in (json.loads(bytes(body)).get("inputs") or {}).get("overruled", {}).items()
            if why != "passed_over"
        ]
        if found:
            said.execute(_SAY, found)
        place, idx = rows[-1][:2]


def downgrade() -> None:
    op.drop_index(final("ix_opinions_overruled"), "opinions", **_FEW)
    with op.batch_alter_table("opinions", schema=None) as batch:
        batch.drop_column("overruled_version")
