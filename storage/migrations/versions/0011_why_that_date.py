"""Why a clock's date is that date. Of those that run already nobody recorded it, and none is made up.

Only after a step down and up again do entries say it: then it is taken from them.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import strings

revision = "0011"
down_revision = "0010"

ENTRIES = "SELECT body FROM trail WHERE version IS NOT NULL ORDER BY jurisdiction, idx"
SAID = b'"why":{'


def upgrade() -> None:
    op.add_column("clocks", strings("why", nullable=True)[0])
    connection = op.get_bind()
    reasons: dict[int, dict[str, Any]] = {}
    for (body,) in connection.execute(sa.text(ENTRIES)):
        if SAID in (entry := bytes(body)):
            _take(reasons, json.loads(entry))
    put = sa.text("UPDATE clocks SET why = :why WHERE case_id = :case AND name = :name")
    for case, clocks in reasons.items():
        for name, why in clocks.items():
            text = json.dumps(why, sort_keys=True, separators=(",", ":"))
            connection.execute(put, {"why": text, "case": case, "name": name})


def _take(reasons: dict[int, dict[str, Any]], entry: dict[str, Any]) -> None:
    reasons[entry["case"]] = _reasons(entry["after"]["clocks"])
    for one in entry.get("also", ()):
        reasons.setdefault(one["case"], {}).update(_reasons(one["clocks"]))


def _reasons(clocks: dict[str, Any]) -> dict[str, Any]:
    return {name: clock["why"] for name, clock in clocks.items() if clock.get("why")}


def downgrade() -> None:
    op.drop_column("clocks", "why")
