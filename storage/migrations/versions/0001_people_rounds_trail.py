"""The first tables: people, rounds and the trail, with the triggers that keep trail and checkpoints append-only."""

from __future__ import annotations

from collections.abc import Iterator

from alembic import op

from storage.migrations.columns import (
    bigs,
    blobs,
    check,
    dates,
    flags,
    integers,
    keys,
    only,
    primary,
    refers,
    sorted_texts,
    strings,
    unique,
)

revision = "0001"
down_revision = None

TABLES = (
    "definitions", "jurisdictions", "profiles", "calendar_days", "units", "people", "accounts", "posts", "heads",
    "trail", "texts", "checkpoints", "rounds", "inspections", "clues", "filings",
)  # fmt: skip
REFUSAL = "append-only: entries are never changed or removed"
# What an INSERT OR REPLACE would take away: it fires no DELETE trigger.
TAKEN = {
    "trail": (("jurisdiction", "idx"), ("jurisdiction", "key"), ("case_id", "version")),
    "checkpoints": (("jurisdiction", "size"),),
}


def upgrade() -> None:
    _rules()
    _people()
    _posts()
    _memory()
    _rounds()
    for statement in _sqlite_triggers() if op.get_bind().dialect.name == "sqlite" else _postgres_triggers():
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _rules() -> None:
    op.create_table(
        "definitions",
        *strings("hash", "body"),
        primary("definitions", "hash"),
    )
    op.create_table(
        "jurisdictions",
        *keys("id"),
        *strings("code", "name"),
        *keys("parent_id", nullable=True),
        *flags("rehearsal"),
        primary("jurisdictions", "id"),
        *refers("jurisdictions", parent_id="jurisdictions.id"),
        unique("jurisdictions", "code"),
    )
    op.create_table(
        "profiles",
        *strings("hash", "name"),
        *integers("version"),
        *strings("body"),
        primary("profiles", "hash"),
        unique("profiles", "name", "version"),
    )
    op.create_table(
        "calendar_days",
        *keys("jurisdiction"),
        *dates("day"),
        *flags("working"),
        *strings("name"),
        primary("calendar_days", "jurisdiction", "day"),
        *refers("calendar_days", jurisdiction="jurisdictions.id"),
    )


def _people() -> None:
    op.create_table(
        "units",
        *keys("id", "jurisdiction"),
        *strings("name"),
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
    op.create_table(
        "people",
        *keys("id", "jurisdiction"),
        *strings("name"),
        *strings("email", nullable=True),
        primary("people", "id"),
        *refers("people", jurisdiction="jurisdictions.id"),
    )


def _posts() -> None:
    op.create_table(
        "accounts",
        *keys("id", "person_id"),
        *strings("login"),
        *strings("password_hash", nullable=True),
        *strings("state"),
        primary("accounts", "id"),
        *refers("accounts", person_id="people.id"),
        unique("accounts", "login"),
        check("accounts", "state_known", "state IN ('asked', 'open', 'closed')"),
    )
    op.create_table(
        "posts",
        *keys("id", "jurisdiction", "person_id"),
        *strings("role"),
        *keys("unit_id", nullable=True),
        *dates("starts_on", "ends_on", nullable=True),
        *keys("successor_id", nullable=True),
        primary("posts", "id"),
        *refers(
            "posts",
            jurisdiction="jurisdictions.id",
            person_id="people.id",
            unit_id="units.id",
            successor_id="people.id",
        ),
        check(
            "posts",
            "role_known",
            "role IN ('secretary', 'handler', 'team', 'office', 'discipline', 'organisation', 'leader', "
            "'leading_group', 'head', 'auditor', 'sysadmin', 'secadmin', 'secauditor')",
        ),
    )
    op.create_index("ix_posts_jurisdiction_role_unit_id", "posts", ["jurisdiction", "role", "unit_id"])
    op.create_index("ix_posts_person_id", "posts", ["person_id"])


def _memory() -> None:
    op.create_table(
        "heads",
        *keys("jurisdiction"),
        *bigs("size"),
        *blobs("frontier"),
        *bigs("last_at"),
        *strings("calendar"),
        primary("heads", "jurisdiction"),
        *refers("heads", jurisdiction="jurisdictions.id"),
    )
    op.create_table(
        "trail",
        *keys("jurisdiction"),
        *bigs("idx"),
        *blobs("body", "leaf"),
        *sorted_texts("key", nullable=True),
        *strings("intent", nullable=True),
        *keys("case_id", nullable=True),
        *integers("version", nullable=True),
        *strings("action"),
        *keys("actor_id", "prepared_by", nullable=True),
        *bigs("at"),
        primary("trail", "jurisdiction", "idx"),
        *refers("trail", jurisdiction="jurisdictions.id"),
        unique("trail", "jurisdiction", "key"),
    )
    op.create_index(
        "ix_trail_case_id_version",
        "trail",
        ["case_id", "version"],
        unique=True,
        **only("case_id IS NOT NULL"),
    )
    op.create_table(
        "texts",
        *keys("jurisdiction"),
        *bigs("idx"),
        *strings("body"),
        primary("texts", "jurisdiction", "idx"),
        *refers("texts", jurisdiction="jurisdictions.id"),
    )
    op.create_table(
        "checkpoints",
        *keys("jurisdiction"),
        *bigs("size"),
        *blobs("root"),
        *strings("note"),
        *bigs("at"),
        primary("checkpoints", "jurisdiction", "size"),
        *refers("checkpoints", jurisdiction="jurisdictions.id"),
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
    op.create_table(
        "inspections",
        *keys("id", "jurisdiction", "round_id", "unit_id"),
        *dates("feedback_on", nullable=True),
        *strings("team", "contact_office", "contact_unit", nullable=True),
        *keys("leader_id", nullable=True),
        *integers("score", nullable=True),
        *strings("grade", nullable=True),
        *integers("satisfaction", nullable=True),
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
    op.create_index("ix_inspections_jurisdiction_unit_id", "inspections", ["jurisdiction", "unit_id"])
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
    op.create_table(
        "filings",
        *keys("id", "jurisdiction", "inspection_id"),
        *strings("kind"),
        *integers("version"),
        *strings("sha256"),
        *strings("commitment", nullable=True),
        *keys("signed_by", nullable=True),
        *bigs("at"),
        primary("filings", "id"),
        *refers("filings", jurisdiction="jurisdictions.id", inspection_id="inspections.id", signed_by="people.id"),
        unique("filings", "inspection_id", "kind", "version"),
    )


def _sqlite_triggers() -> Iterator[str]:
    for table, pairs in TAKEN.items():
        for verb in ("UPDATE", "DELETE"):
            yield f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {_refuse()}"
        taken = " OR ".join(_exists(table, *pair) for pair in pairs)
        yield f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} WHEN {taken} {_refuse()}"


def _exists(table: str, one: str, other: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} WHERE {one} = NEW.{one} AND {other} = NEW.{other})"


def _refuse() -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def _postgres_triggers() -> Iterator[str]:
    yield (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in TAKEN:
        for name, moment in (("change", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
            each = "ROW" if name == "change" else "STATEMENT"
            made = f"CREATE TRIGGER {table}_no_{name} BEFORE {moment} ON {table}"
            yield f"{made} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
