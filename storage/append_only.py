"""Triggers that refuse to change or remove what is on record."""

from __future__ import annotations

from collections.abc import Iterator

KEPT = {"trail": ("jurisdiction", "idx"), "checkpoints": ("jurisdiction", "size")}
REFUSAL = "append-only: entries are never changed or removed"


def statements(dialect: str) -> Iterator[str]:
    """Yield the DDL that makes trail and checkpoints append-only."""
    if dialect == "sqlite":
        yield from _sqlite()
    else:
        yield from _postgres()


def _sqlite() -> Iterator[str]:
    for table, (first, second) in KEPT.items():
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        # INSERT OR REPLACE removes rows without firing a DELETE trigger.
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {first} = NEW.{first} AND {second} = NEW.{second})"
        if table == "trail":
            taken += " OR EXISTS (SELECT 1 FROM trail WHERE jurisdiction = NEW.jurisdiction AND key = NEW.key)"
            taken += " OR EXISTS (SELECT 1 FROM trail WHERE case_id = NEW.case_id AND version = NEW.version)"
        yield (
            f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} WHEN {taken} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _postgres() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in KEPT:
        yield (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
