"""Sessions, attempts to sign in, passwords used, forms begun, and the security log."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import bigs, keys, one_of, primary, refers, strings

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    _sign_in_attempts()
    _security_log()
    _forms_kept()
    _passwords_used()
    _sessions()


def downgrade() -> None:
    for table in ("sessions", "passwords_used", "forms_kept", "security_log", "sign_in_attempts"):
        op.drop_table(table)


def _sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        *keys("id"),
        *strings("login", "device"),
        *bigs("at"),
        primary("sign_in_attempts", "id"),
    )
    op.create_index("ix_sign_in_attempts_login_device_at", "sign_in_attempts", ["login", "device", "at"], unique=False)


def _security_log() -> None:
    op.create_table(
        "security_log",
        *keys("id", "jurisdiction"),
        *bigs("at"),
        *strings("what", "login"),
        *keys("person_id", nullable=True),
        *strings("via", "os_user", "address"),
        *keys("case_id", nullable=True),
        *strings("action", "words"),
        primary("security_log", "id"),
        *refers("security_log", jurisdiction="jurisdictions.id", person_id="people.id"),
        one_of("security_log", "via", "web", "cli"),
    )
    op.create_index(
        "ix_security_log_jurisdiction_address_at_id",
        "security_log",
        ["jurisdiction", "address", "at", "id"],
        unique=False,
    )
    op.create_index("ix_security_log_jurisdiction_at_id", "security_log", ["jurisdiction", "at", "id"], unique=False)
    op.create_index(
        "ix_security_log_jurisdiction_case_id_at_id",
        "security_log",
        ["jurisdiction", "case_id", "at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_security_log_jurisdiction_login_at_id", "security_log", ["jurisdiction", "login", "at", "id"], unique=False
    )
    op.create_index(
        "ix_security_log_jurisdiction_via_at_id", "security_log", ["jurisdiction", "via", "at", "id"], unique=False
    )
    op.create_index(
        "ix_security_log_jurisdiction_what_at_id", "security_log", ["jurisdiction", "what", "at", "id"], unique=False
    )


def _forms_kept() -> None:
    op.create_table(
        "forms_kept",
        *keys("account_id"),
        *strings("form", "fields"),
        *bigs("at"),
        primary("forms_kept", "account_id", "form"),
        *refers("forms_kept", account_id="accounts.id"),
    )


def _passwords_used() -> None:
    op.create_table(
        "passwords_used",
        *keys("id", "account_id"),
        *strings("password_hash"),
        *bigs("at"),
        primary("passwords_used", "id"),
        *refers("passwords_used", account_id="accounts.id"),
    )
    op.create_index("ix_passwords_used_account_id", "passwords_used", ["account_id"], unique=False)


def _sessions() -> None:
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
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"], unique=False)
