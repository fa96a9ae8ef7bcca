"""Indexes by which pages find what they show: the log, the mails, the drafts, what is late or not signed for."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import only

revision = "0010"
down_revision = "0009"

WHOLE = {
    "ix_trail_jurisdiction_actor_id_idx": ("trail", ["jurisdiction", "actor_id", "idx"]),
    "ix_trail_jurisdiction_action_idx": ("trail", ["jurisdiction", "action", "idx"]),
    "ix_trail_jurisdiction_at_idx": ("trail", ["jurisdiction", "at", "idx"]),
    "ix_deliveries_state_id": ("deliveries", ["state", "id"]),
    "ix_cases_jurisdiction_owes_rung_id": ("cases", ["jurisdiction", "owes", "rung", "id"]),
    "ix_cases_jurisdiction_number_id": ("cases", ["jurisdiction", "number", "id"]),
    "ix_security_log_jurisdiction_what_id": ("security_log", ["jurisdiction", "what", "id"]),
}
SOME = {
    "ix_drafts_open": ("drafts", ["jurisdiction", "id"], "state = 'open'"),
    "ix_drafts_returned": ("drafts", ["jurisdiction", "prepared_by", "id"], "returned IS NOT NULL"),
    "ix_clocks_unsigned": ("clocks", ["due_on", "case_id"], "name = 'acknowledge'"),
}


def upgrade() -> None:
    for name, (table, columns) in WHOLE.items():
        op.create_index(name, table, columns)
    for name, (table, columns, condition) in SOME.items():
        op.create_index(name, table, columns, **only(condition))


def downgrade() -> None:
    for name, (table, _, _) in SOME.items():
        op.drop_index(name, table)
    for name, (table, _) in WHOLE.items():
        op.drop_index(name, table)
