"""What the database has and the models do not, or the other way round: one sentence each.

Alembic compares tables, columns, types, indexes and the names of constraints. What it does not look at is compared
here: primary keys, the words inside CHECKs and predicates, and the triggers of the append-only tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Inspector, Table, inspect
from sqlalchemy.types import TypeEngine

from storage import append_only, search
from storage.tables import metadata

COMPARED = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]
TRIGGERS = {
    "sqlite": "SELECT name, sql, 'O' FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(t.oid), tgenabled FROM pg_trigger t JOIN pg_class c "
    "ON c.oid = tgrelid WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace",
}
ENABLED = "O"
SAYINGS: dict[str, Callable[..., str]] = {
    "add_table": lambda table: f"缺少表 {table.name}",
    "remove_table": lambda table: f"多出表 {table.name}",
    "add_column": lambda _, table, column: f"表 {table} 缺少列 {column.name}",
    "remove_column": lambda _, table, column: f"表 {table} 多出列 {column.name}",
    "add_index": lambda index: f"表 {index.table.name} 缺少索引 {index.name}",
    "remove_index": lambda index: f"表 {index.table.name} 多出索引 {index.name}",
    "add_constraint": lambda rule: f"表 {rule.table.name} 缺少约束 {rule.name}",
    "remove_constraint": lambda rule: f"表 {rule.table.name} 多出约束 {rule.name}",
    "add_fk": lambda rule: f"表 {rule.table.name} 缺少外键 {rule.name}",
    "remove_fk": lambda rule: f"表 {rule.table.name} 多出外键 {rule.name}",
    "modify_type": lambda _, table, name, __, old, new: f"表 {table} 的列 {name} 类型是 {old}，应为 {new}",
    "modify_nullable": lambda _, table, name, __, ___, new: f"表 {table} 的列 {name} {'应' if new else '不应'}允许为空",
    "modify_default": lambda _, table, name, *__: f"表 {table} 的列 {name} 默认值不同",
}


def differences(connection: Connection) -> list[str]:
    """Return what differs between database and models, in the order of the tables."""
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    found = [*_compared_by_alembic(connection)]
    for table in metadata.sorted_tables:
        if table.name in present:
            found += [*_key(inspector, table), *_checks(inspector, table), *_predicates(inspector, table)]
    if search.TABLE not in present:
        found.append(f"缺少表 {search.TABLE}：检索不可用")
    return [*found, *_triggers(connection)]


def _compared_by_alembic(connection: Connection) -> Iterator[str]:
    opts = {"autogenerate_plugins": COMPARED, "compare_server_default": True, "include_name": is_compared}
    context = MigrationContext.configure(connection, opts=opts)
    for change in compare_metadata(context, metadata):
        # The changes of one column come as a list.
        for name, *rest in change if isinstance(change, list) else [change]:
            yield SAYINGS[name](*(_written(part, connection) for part in rest))


def is_compared(name: str | None, kind: str, _: object) -> bool:
    """Say whether a thing of the database is compared with the models: the search's tables cannot be said in them."""
    return not (kind == "table" and search.is_own_table(name))


def _written(part: object, connection: Connection) -> object:
    return part.compile(connection.dialect) if isinstance(part, TypeEngine) else part


def _key(inspector: Inspector, table: Table) -> Iterator[str]:
    found, wanted = inspector.get_pk_constraint(table.name)["constrained_columns"], table.primary_key.columns.keys()
    if found != wanted:
        yield f"表 {table.name} 的主键是（{'、'.join(found)}），应为（{'、'.join(wanted)}）"


def _checks(inspector: Inspector, table: Table) -> Iterator[str]:
    found = {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(table.name)}
    for check in table.constraints:
        if isinstance(check, CheckConstraint) and check.name in found:
            yield from _unlike(f"表 {table.name} 的约束 {check.name} ", found[check.name], str(check.sqltext))


def _predicates(inspector: Inspector, table: Table) -> Iterator[str]:
    dialect = inspector.dialect.name
    found = {index["name"]: index.get("dialect_options", {}) for index in inspector.get_indexes(table.name)}
    for index in table.indexes:
        if index.name in found:
            wanted = index.dialect_options[dialect]["where"]
            yield from _unlike(
                f"表 {table.name} 的索引 {index.name} 的条件", found[index.name].get(f"{dialect}_where"), wanted
            )


def _unlike(what: str, found: object, wanted: object) -> Iterator[str]:
    if _plain(found) != _plain(wanted):
        yield f"{what}是 {_plain(found)}，应为 {_plain(wanted)}"


def _plain(condition: object) -> str:
    """Return a condition without what PostgreSQL adds in printing it: casts, brackets, ANY (ARRAY[…]) for IN."""
    if condition is None:
        return "无"
    bare = re.sub(r"::(character varying|text)(\[\])?|[()\[\]]", "", str(condition))
    return " ".join(bare.replace("= ANY ARRAY", "IN ").split())


def _triggers(connection: Connection) -> Iterator[str]:
    dialect = connection.dialect.name
    found = {name: (statement, enabled) for name, statement, enabled in connection.exec_driver_sql(TRIGGERS[dialect])}
    for name, wanted in _wanted_triggers(dialect):
        statement, enabled = found.get(name, (None, ENABLED))
        if statement is None:
            yield f"缺少触发器 {name}：流转记录可被改写"
        elif enabled != ENABLED:
            yield f"触发器 {name} 已停用：流转记录可被改写"
        elif dialect == "sqlite" and statement != wanted:
            yield f"触发器 {name} 与本程序的不同"


def _wanted_triggers(dialect: str) -> Iterator[tuple[str, str]]:
    for statement in append_only.everything(dialect):
        if made := re.match(r"CREATE TRIGGER (\w+)", statement):
            yield made[1], statement
