"""The ledger: indexes of its orders, and the words by which cases are found."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import only
from storage.search import index_all
from storage.sql import Driver

revision = "0004"
down_revision = "0003"

BEFORE = {
    "ix_cases_jurisdiction_state_id": ["jurisdiction", "state", "id"],
    "ix_cases_jurisdiction_round_id_id": ["jurisdiction", "round_id", "id"],
}
AFTER = {
    "ix_cases_jurisdiction_state_state_due_on_id": ["jurisdiction", "state", "state_due_on", "id"],
    "ix_cases_jurisdiction_round_id_state_due_on_id": ["jurisdiction", "round_id", "state_due_on", "id"],
}
SOME = {
    "ix_cases_open": "settled_at IS NULL",
    "ix_cases_settled": "settled_at IS NOT NULL",
    "ix_cases_flagged": "flagged <> ''",
}
WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE case_words USING fts5(words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        "CREATE TABLE case_words (case_id BIGINT NOT NULL, words TSVECTOR NOT NULL, CONSTRAINT pk_case_words PRIMARY KEY (case_id))",
        "CREATE INDEX ix_case_words_words ON case_words USING gin (words)",
    ),
}


def upgrade() -> None:
    for name in BEFORE:
        op.drop_index(name, "cases")
    for name, columns in AFTER.items():
        op.create_index(name, "cases", columns)
    for name, condition in SOME.items():
        op.create_index(name, "cases", ["jurisdiction", "state_due_on", "id"], **only(condition))
    op.create_index("ix_clocks_paused", "clocks", ["case_id"], **only("paused_since IS NOT NULL"))
    for statement in WORDS[op.get_bind().dialect.name]:
        op.execute(statement)
    # Today's code on purpose: what cases are found by must be made as it is looked for.
    index_all(Driver(op.get_bind()))


def downgrade() -> None:
    op.execute("DROP TABLE case_words")
    op.drop_index("ix_clocks_paused", "clocks")
    for name in (*SOME, *AFTER):
        op.drop_index(name, "cases")
    for name, columns in BEFORE.items():
        op.create_index(name, "cases", columns)
