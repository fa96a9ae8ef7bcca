"""The words that steps are written in. A word never changes what it means: steps long taken were written with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.op import f as final


def keys(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns that are, or point to, a row's number."""
    return _columns(sa.BigInteger().with_variant(sa.Integer(), "sqlite"), names, nullable=nullable)


def bigs(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns of large numbers: instants in microseconds, sizes, places in the trail."""
    return _columns(sa.BigInteger(), names, nullable=nullable)


def integers(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns of ordinary numbers."""
    return _columns(sa.Integer(), names, nullable=nullable)


def strings(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns of text without a limit."""
    return _columns(sa.String(), names, nullable=nullable)


def sorted_texts(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns of text that both databases sort by its bytes."""
    return _columns(sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), names, nullable=nullable)


def blobs(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns of bytes."""
    return _columns(sa.LargeBinary(), names, nullable=nullable)


def dates(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns of dates."""
    return _columns(sa.Date(), names, nullable=nullable)


def flags(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns of yes and no."""
    return _columns(sa.Boolean(), names, nullable=nullable)


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Return the primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=final(f"pk_{table}"))


def refers(table: str, **columns: str) -> Iterator[sa.ForeignKeyConstraint]:
    """Yield a foreign key for each `column="table.column"`."""
    for column, target in columns.items():
        yield sa.ForeignKeyConstraint([column], [target], name=final(f"fk_{table}_{column}_{target.split('.')[0]}"))


def refers_together(table: str, target: str, **columns: str) -> sa.ForeignKeyConstraint:
    """Return one foreign key over several columns, each `column="column of the target"`."""
    first = next(iter(columns))
    aims = [f"{target}.{column}" for column in columns.values()]
    return sa.ForeignKeyConstraint([*columns], aims, name=final(f"fk_{table}_{first}_{target}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return the promise that no two rows agree in all these columns."""
    return sa.UniqueConstraint(*columns, name=final(f"uq_{table}_{'_'.join(columns)}"))


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """Return the promise that the condition holds for every row."""
    return sa.CheckConstraint(condition, name=final(f"ck_{table}_{name}"))


def one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    """Return the promise that the column holds one of the words."""
    words = ", ".join(f"'{value}'" for value in values)
    return check(table, f"{column}_known", f"{column} IN ({words})")


def only(condition: str) -> dict[str, Any]:
    """Return the options of an index that holds only some rows."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _columns(kind: sa.types.TypeEngine[Any], names: tuple[str, ...], *, nullable: bool) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]
