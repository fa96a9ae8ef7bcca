"""Triggers that refuse to change or remove what is on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

KEPT = {"trail": ("jurisdiction", "idx"), "checkpoints": ("jurisdiction", "size")}
REFUSAL = "append-only: entries are never changed or removed"


FIXED = (
    "id",
    "jurisdiction",
    "series_id",
    "year",
    "n",
    "prev",
    "paper",
    "draft_id",
    "signed_on",
    "pdf",
    "word",
    "figures",
)
"""What of a paper 文书 is never changed: its number, and what was issued."""


def everything(dialect: str) -> Iterator[str]:
    """Yield the DDL of every such trigger."""
    yield from statements(dialect)
    yield from numbers(dialect)


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


def numbers(dialect: str, fixed: Sequence[str] = FIXED) -> Iterator[str]:
    """Yield the DDL by which a number that was given stays: no paper is removed, none is renumbered, none that is void stands again."""
    same = "IS" if dialect == "sqlite" else "IS NOT DISTINCT FROM"
    kept = " AND ".join(f"OLD.{name} {same} NEW.{name}" for name in fixed)
    otherwise = f"NOT ({kept}) OR (OLD.state = 'void' AND NEW.state <> 'void')"
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        yield f"CREATE TRIGGER papers_no_update BEFORE UPDATE ON papers WHEN {otherwise} {refuse}"
        yield f"CREATE TRIGGER papers_no_delete BEFORE DELETE ON papers {refuse}"
        taken = (
            "id = NEW.id OR (series_id = NEW.series_id AND year = NEW.year AND n = NEW.n) OR draft_id = NEW.draft_id"
        )
        yield f"CREATE TRIGGER papers_no_insert BEFORE INSERT ON papers WHEN EXISTS (SELECT 1 FROM papers WHERE {taken}) {refuse}"
        return
    refuse = "EXECUTE FUNCTION refuse_change()"
    yield f"CREATE TRIGGER papers_no_update BEFORE UPDATE ON papers FOR EACH ROW WHEN ({otherwise}) {refuse}"
    yield f"CREATE TRIGGER papers_no_delete BEFORE DELETE ON papers FOR EACH ROW {refuse}"
    yield f"CREATE TRIGGER papers_no_truncate BEFORE TRUNCATE ON papers FOR EACH STATEMENT {refuse}"
