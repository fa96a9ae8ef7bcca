"""What `zhenggai check` finds where a database is not the one the models make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import op
from sqlalchemy import BigInteger, Column, Engine, String, Text

from storage import migrate
from storage.engine import writing
from tests.storage.steps import STEPS, fresh, step


def lose_a_state() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.drop_constraint("ck_cases_state_known", type_="check")
        cases.create_check_constraint("ck_cases_state_known", "state IN ('feedback', 'claimed')")


def lose_a_check() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.drop_constraint("ck_cases_version_counts", type_="check")


def lose_the_predicate() -> None:
    op.drop_index("ix_cases_wake_at", "cases")
    op.create_index("ix_cases_wake_at", "cases", ["wake_at", "id"])


def widen_a_key() -> None:
    with op.batch_alter_table("alerts") as alerts:
        alerts.drop_constraint("pk_alerts", type_="primary")
        alerts.create_primary_key("pk_alerts", ["case_id", "rule", "rung", "period", "version"])


def lose_a_foreign_key() -> None:
    with op.batch_alter_table("clocks") as clocks:
        clocks.drop_constraint("fk_clocks_case_id_cases", type_="foreignkey")


def lose_a_unique() -> None:
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint("uq_letters_message_id", type_="unique")


def let_a_number_be_empty() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("number", nullable=True)


def make_a_number_of_a_text() -> None:
    with op.batch_alter_table("measures") as measures:
        measures.alter_column("text", type_=BigInteger(), postgresql_using="text::bigint")


def give_a_default() -> None:
    with op.batch_alter_table("measures") as measures:
        measures.alter_column("person", server_default="无")


DAMAGES: dict[str, Callable[[], object]] = {
    "表 cases 的约束 ck_cases_state_known 是 state IN 'feedback', 'claimed'，应为 state IN ": lose_a_state,
    "表 cases 缺少约束 ck_cases_version_counts": lose_a_check,
    "表 cases 的索引 ix_cases_wake_at 的条件是 无，应为 wake_at IS NOT NULL": lose_the_predicate,
    "表 alerts 的主键是（case_id、rule、rung、period、version），应为（case_id、rule、rung、period）": widen_a_key,
    "表 clocks 缺少外键 fk_clocks_case_id_cases": lose_a_foreign_key,
    "表 letters 缺少约束 uq_letters_message_id": lose_a_unique,
    "表 cases 的列 number 不应允许为空": let_a_number_be_empty,
    "表 measures 的列 text 类型是 BIGINT": make_a_number_of_a_text,
    "表 measures 的列 person 默认值不同": give_a_default,
    "缺少表 alerts": lambda: op.drop_table("alerts"),
    "多出表 strange": lambda: op.create_table("strange", Column("id", BigInteger())),
    "表 cases 缺少列 note": lambda: op.drop_column("cases", "note"),
    "表 cases 多出列 strange": lambda: op.add_column("cases", Column("strange", String())),
    "表 drafts 缺少索引 ix_drafts_case_id": lambda: op.drop_index("ix_drafts_case_id", "drafts"),
    "表 drafts 多出索引 ix_strange": lambda: op.create_index("ix_strange", "drafts", ["state"]),
}


@pytest.mark.parametrize("sentence", DAMAGES)
def test_check_names_what_differs(migrated: Engine, sentence: str) -> None:
    step(migrated, DAMAGES[sentence])
    [found] = migrate.check(migrated)
    assert found.startswith(sentence)


def test_check_names_another_collation(tmp_path: Path) -> None:
    """PostgreSQL alone: SQLite compares bytes unless told otherwise."""
    with fresh("postgres", tmp_path) as engine:
        migrate.upgrade(engine)
        step(engine, lambda: op.alter_column("trail", "key", type_=Text(collation="POSIX")))
        assert migrate.check(engine) == ['表 trail 的列 key 类型是 TEXT COLLATE "POSIX"，应为 TEXT COLLATE "C"']


def test_check_names_a_trigger_that_is_gone(migrated: Engine, kind: str) -> None:
    name, on = ("trail_no_update", "") if kind == "sqlite" else ("trail_no_truncate", " ON trail")
    step(migrated, lambda: op.execute(f"DROP TRIGGER {name}{on}"))
    assert migrate.check(migrated) == [f"缺少触发器 {name}：流转记录可被改写"]


def test_check_names_a_trigger_that_does_nothing(migrated: Engine, kind: str) -> None:
    def weaken() -> None:
        op.execute("DROP TRIGGER trail_no_update")
        op.execute("CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail WHEN 0 BEGIN SELECT 1; END")

    if kind == "sqlite":
        step(migrated, weaken)
        assert migrate.check(migrated) == ["触发器 trail_no_update 与本程序的不同"]
    else:
        step(migrated, lambda: op.execute("ALTER TABLE trail DISABLE TRIGGER trail_no_change"))
        assert migrate.check(migrated) == ["触发器 trail_no_change 已停用：流转记录可被改写"]


def test_check_of_a_database_of_another_step_says_so_first(migrated: Engine) -> None:
    with writing(migrated) as work:
        work.driver.run("UPDATE alembic_version SET version_num = '0013'")
        work.commit()
    assert migrate.check(migrated) == [f"数据库的版本是 0013，本程序的是 {STEPS[-1]}"]
