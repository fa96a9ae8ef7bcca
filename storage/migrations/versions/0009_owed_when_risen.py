"""By when the unit owed as its case was escalated: an escalated case stays late."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import dates

revision = "0009"
down_revision = "0008"

UNIT_CLOCKS = ("claim", "plan", "rectify", "rectify_short")
# The entry that escalated the case, and the one before it.
RISEN = (
    "SELECT c.id, t.body, b.body FROM cases c JOIN trail t ON t.case_id = c.id AND t.version = c.entered "
    "JOIN trail b ON b.case_id = c.id AND b.version = c.entered - 1 WHERE c.state = 'escalated'"
)


def upgrade() -> None:
    op.add_column("cases", dates("owed_on", nullable=True)[0])
    cases = sa.table("cases", sa.column("id"), *dates("owed_on"))
    connection = op.get_bind()
    for case, rose, before in connection.execute(sa.text(RISEN)).all():
        if (owed := _owed(_after(rose), _after(before))) is not None:
            connection.execute(cases.update().where(cases.c.id == case).values(owed_on=date.fromisoformat(owed)))


def _after(body: bytes) -> dict[str, Any]:
    after: dict[str, Any] = json.loads(bytes(body))["after"]
    return after


def _owed(rose: dict[str, Any], before: dict[str, Any]) -> str | None:
    """Return the day as its entry says it, or else of the clock that ran before; what was left of one that stood nobody can say now."""
    if "owed_on" in rose:
        return cast("str | None", rose["owed_on"])
    clocks = [before["clocks"][name] for name in UNIT_CLOCKS if name in before["clocks"]]
    return min((one["due_on"] for one in clocks if one["paused_since"] is None), default=None)


def downgrade() -> None:
    op.drop_column("cases", "owed_on")
