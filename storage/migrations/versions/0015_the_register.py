"""Units, people, accounts, posts, rounds and inspections; requests, and kinds without a table of their own."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import bigs, dates, flags, keys, one_of, only, primary, refers, strings, unique

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    _listed()
    _people()
    _rounds()
    _units()
    _accounts()
    _clues()
    _inspections()
    _posts()
    _requests()


def downgrade() -> None:
    for table in ("requests", "posts", "inspections", "clues", "accounts", "units", "rounds", "people", "listed"):
        op.drop_table(table)


def _listed() -> None:
    op.create_table(
        "listed",
        *keys("id", "jurisdiction"),
        *strings("kind", "fields"),
        primary("listed", "id"),
        *refers("listed", jurisdiction="jurisdictions.id"),
    )
    op.create_index("ix_listed_jurisdiction_kind_id", "listed", ["jurisdiction", "kind", "id"], unique=False)


def _people() -> None:
    op.create_table(
        "people",
        *keys("id", "jurisdiction"),
        *strings("name"),
        *strings("email", "personal_key", nullable=True),
        primary("people", "id"),
        *refers("people", jurisdiction="jurisdictions.id"),
        unique("people", "jurisdiction", "personal_key"),
    )


def _rounds() -> None:
    op.create_table(
        "rounds",
        *keys("id", "jurisdiction"),
        *strings("name", "profile"),
        *strings("dictionary", nullable=True),
        primary("rounds", "id"),
        *refers("rounds", jurisdiction="jurisdictions.id", profile="profiles.hash"),
        unique("rounds", "jurisdiction", "name"),
    )


def _units() -> None:
    op.create_table(
        "units",
        *keys("id", "jurisdiction"),
        *strings("name", "sort"),
        *keys("parent_id", "answerable_id", nullable=True),
        *dates("starts_on", "ends_on", nullable=True),
        *keys("successor_id", nullable=True),
        primary("units", "id"),
        *refers(
            "units",
            jurisdiction="jurisdictions.id",
            parent_id="units.id",
            answerable_id="units.id",
            successor_id="units.id",
        ),
        unique("units", "jurisdiction", "name"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        *keys("id", "jurisdiction", "person_id"),
        *strings("login"),
        *strings("password_hash", nullable=True),
        *strings("state"),
        *bigs("password_at", nullable=True),
        *flags("must_change", nullable=True),
        *strings("second_factor", nullable=True),
        *bigs("second_used", nullable=True),
        primary("accounts", "id"),
        *refers("accounts", jurisdiction="jurisdictions.id", person_id="people.id"),
        one_of("accounts", "state", "open", "closed"),
        unique("accounts", "login"),
    )
    op.create_index("ix_accounts_jurisdiction_login", "accounts", ["jurisdiction", "login"], unique=False)
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"], unique=False)


def _clues() -> None:
    op.create_table(
        "clues",
        *keys("id", "jurisdiction", "round_id"),
        *strings("number", "receiver"),
        *dates("handed_on", "due_on"),
        *dates("replied_on", nullable=True),
        primary("clues", "id"),
        *refers("clues", jurisdiction="jurisdictions.id", round_id="rounds.id"),
        unique("clues", "jurisdiction", "number"),
    )


def _inspections() -> None:
    op.create_table(
        "inspections",
        *keys("id", "jurisdiction", "round_id", "unit_id"),
        *dates("feedback_on", nullable=True),
        *strings("team", "contact_office", "contact_unit", nullable=True),
        *keys("leader_id", nullable=True),
        primary("inspections", "id"),
        *refers(
            "inspections",
            jurisdiction="jurisdictions.id",
            round_id="rounds.id",
            unit_id="units.id",
            leader_id="people.id",
        ),
        unique("inspections", "round_id", "unit_id"),
    )
    op.create_index("ix_inspections_jurisdiction_unit_id", "inspections", ["jurisdiction", "unit_id"], unique=False)
    op.create_index(
        "ix_inspections_leader", "inspections", ["leader_id"], unique=False, **only("leader_id IS NOT NULL")
    )


def _posts() -> None:
    op.create_table(
        "posts",
        *keys("id", "jurisdiction", "person_id"),
        *strings("role"),
        *keys("unit_id", "round_id", nullable=True),
        *strings("capacity", "document"),
        *dates("starts_on", "ends_on", nullable=True),
        *keys("successor_id", nullable=True),
        primary("posts", "id"),
        *refers(
            "posts",
            jurisdiction="jurisdictions.id",
            person_id="people.id",
            unit_id="units.id",
            round_id="rounds.id",
            successor_id="people.id",
        ),
        one_of("posts", "capacity", "", "acting", "stand_in"),
        one_of(
            "posts",
            "role",
            "secretary",
            "handler",
            "team",
            "office",
            "discipline",
            "organisation",
            "leader",
            "leading_group",
            "head",
            "auditor",
            "sysadmin",
            "secadmin",
            "secauditor",
        ),
    )
    op.create_index("ix_posts_jurisdiction_role_unit_id", "posts", ["jurisdiction", "role", "unit_id"], unique=False)
    op.create_index("ix_posts_person_id", "posts", ["person_id"], unique=False)


def _requests() -> None:
    op.create_table(
        "requests",
        *keys("id", "jurisdiction"),
        *strings("kind", "act"),
        *strings("row", nullable=True),
        *strings("fields", "reason"),
        *keys("asked_by", nullable=True),
        *strings("asked_role"),
        *strings("os_user", nullable=True),
        *bigs("asked_at"),
        *strings("state"),
        *keys("decided_by", nullable=True),
        *bigs("decided_at", "idx", nullable=True),
        primary("requests", "id"),
        *refers("requests", jurisdiction="jurisdictions.id", asked_by="people.id", decided_by="people.id"),
        one_of("requests", "state", "asked", "approved", "refused", "standing", "looked"),
    )
    op.create_index("ix_requests_jurisdiction_state_id", "requests", ["jurisdiction", "state", "id"], unique=False)
