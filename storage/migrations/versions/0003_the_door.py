"""The door: sessions, attempts to sign in, requests for accounts, kept forms, and the security log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import bigs, check, flags, keys, primary, refers, strings

revision = "0003"
down_revision = "0002"

TABLES = (
    "sessions",
    "sign_in_attempts",
    "passwords_used",
    "account_requests",
    "forms_kept",
    "security_log",
    "duty_runs",
)
ROLES = (
    "secretary", "handler", "team", "office", "discipline", "organisation", "leader", "leading_group", "head", "auditor",
    "sysadmin", "secadmin", "secauditor",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("accounts", sa.Column("password_at", sa.BigInteger(), nullable=True))
    op.add_column("accounts", sa.Column("must_change", sa.Boolean(), nullable=True))
    _signing_in()
    _accounts()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_column("must_change")
        accounts.drop_column("password_at")


def _signing_in() -> None:
    op.create_table(
        "sessions",
        *strings("id_hash"),
        *keys("account_id"),
        *strings("csrf"),
        *bigs("made_at", "seen_at"),
        *bigs("ended_at", nullable=True),
        primary("sessions", "id_hash"),
        *refers("sessions", account_id="accounts.id"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_table(
        "sign_in_attempts", *keys("id"), *strings("login", "device"), *bigs("at"), primary("sign_in_attempts", "id")
    )
    op.create_index("ix_sign_in_attempts_login_device_at", "sign_in_attempts", ["login", "device", "at"])
    op.create_table(
        "passwords_used",
        *keys("id", "account_id"),
        *strings("password_hash"),
        *bigs("at"),
        primary("passwords_used", "id"),
        *refers("passwords_used", account_id="accounts.id"),
    )
    op.create_index("ix_passwords_used_account_id", "passwords_used", ["account_id"])


def _accounts() -> None:
    op.create_table(
        "account_requests",
        *keys("id", "jurisdiction"),
        *strings("kind", "login", "name", "role"),
        *keys("unit_id", nullable=True),
        *strings("email", nullable=True),
        *strings("reason"),
        *keys("asked_by"),
        *bigs("asked_at"),
        *strings("state"),
        *keys("decided_by", nullable=True),
        *bigs("decided_at", nullable=True),
        primary("account_requests", "id"),
        *refers(
            "account_requests",
            jurisdiction="jurisdictions.id",
            unit_id="units.id",
            asked_by="people.id",
            decided_by="people.id",
        ),
        check("account_requests", "role_known", "role IN ('" + "', '".join(ROLES) + "')"),
        check("account_requests", "kind_known", "kind IN ('open', 'close')"),
        check("account_requests", "state_known", "state IN ('asked', 'approved', 'refused')"),
    )
    op.create_table(
        "forms_kept",
        *keys("account_id"),
        *strings("form", "fields"),
        *bigs("at"),
        primary("forms_kept", "account_id", "form"),
        *refers("forms_kept", account_id="accounts.id"),
    )
    op.create_table(
        "security_log",
        *keys("id"),
        *keys("jurisdiction", nullable=True),
        *bigs("at"),
        *strings("what", "login"),
        *keys("person_id", nullable=True),
        *strings("address"),
        *keys("case_id", nullable=True),
        *strings("action", "words"),
        primary("security_log", "id"),
        *refers("security_log", jurisdiction="jurisdictions.id", person_id="people.id"),
    )
    op.create_table(
        "duty_runs", *strings("name"), *bigs("at"), *flags("ok"), *strings("words"), primary("duty_runs", "name")
    )
    op.create_index("ix_security_log_jurisdiction_id", "security_log", ["jurisdiction", "id"])
