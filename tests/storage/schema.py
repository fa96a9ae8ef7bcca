"""What stands in a database, as comparable lines: everything its catalogue knows of the product's tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Engine, text

SQLITE = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
POSTGRES = """
WITH ours AS (SELECT oid, relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
SELECT 'column ' || relname || '.' || attname,
       concat_ws(' ', 'place ' || attnum, format_type(atttypid, atttypmod), 'not null ' || attnotnull::text,
                 'collate ' || attcollation::regcollation, 'identity ' || attidentity::text,
                 'default ' || pg_get_expr(adbin, adrelid))
  FROM pg_attribute JOIN ours ON attrelid = ours.oid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE attnum > 0 AND NOT attisdropped
UNION ALL SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(c.oid)
  FROM pg_constraint c JOIN ours ON conrelid = ours.oid
UNION ALL SELECT 'index ' || relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN ours ON indexrelid = ours.oid
UNION ALL SELECT 'trigger ' || tgname, pg_get_triggerdef(t.oid) || ' enabled ' || tgenabled::text
  FROM pg_trigger t JOIN ours ON tgrelid = ours.oid WHERE NOT tgisinternal
UNION ALL SELECT 'function ' || proname, pg_get_functiondef(oid)
  FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
UNION ALL SELECT 'sequence ' || relname, seqtypid::regtype::text FROM pg_sequence JOIN ours ON seqrelid = ours.oid
"""


def schema(engine: Engine) -> list[str]:
    """Return the lines, sorted; Alembic's own table is left out."""
    with engine.connect() as connection:
        found = connection.execute(text(SQLITE if engine.dialect.name == "sqlite" else POSTGRES)).all()
    lines = (line for name, definition in found for line in _lines(name, definition))
    return sorted(line for line in lines if "alembic_version" not in line)


def _lines(name: str, definition: str) -> Iterator[str]:
    """Give one line for a thing, and one for each column and rule of a SQLite table, whatever their order."""
    plain = " ".join(definition.split())
    table = re.fullmatch(r'CREATE TABLE "?(\w+)"? \((.*)\)', plain)
    if table is None:
        yield f"{name}: {plain}"
    else:
        yield from (f"table {table[1]}: {part}" for part in _parts(table[2]))


def _parts(body: str) -> Iterator[str]:
    """Cut at the commas that stand in no brackets."""
    depth, part = 0, ""
    for letter in body:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            yield part.strip()
            part = ""
        else:
            part += letter
    yield part.strip()
