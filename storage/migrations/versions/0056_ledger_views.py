"""The ledger: columns and views that people keep, the indexes of three more orders, and search by people, measures, evidence and initials."""

from __future__ import annotations

from collections import defaultdict

from alembic import op
from alembic.op import f as final

from storage.migrations.columns import flags, keys, only, primary, refers, strings, unique
from storage.search import called, index_more
from storage.sql import Driver

revision = "0056"
down_revision = "0055"
_CHUNK = 1000
_ORDERS = ("category", "responsible", "round_id")


def upgrade() -> None:
    op.create_table(
        "ledger_columns",
        *keys("person_id"),
        *strings("keys"),
        primary("ledger_columns", "person_id"),
        *refers("ledger_columns", person_id="people.id"),
    )
    op.create_table(
        "ledger_views",
        *keys("id", "jurisdiction", "person_id"),
        *strings("name", "said"),
        *flags("shared"),
        primary("ledger_views", "id"),
        *refers("ledger_views", jurisdiction="jurisdictions.id", person_id="people.id"),
        unique("ledger_views", "person_id", "name"),
    )
    op.create_index(final("ix_ledger_views_shared"), "ledger_views", ["jurisdiction", "id"], **only("shared"))
    for column in _ORDERS:
        op.create_index(final(f"ix_cases_jurisdiction_{column}_id"), "cases", ["jurisdiction", column, "id"])
    _find_more(Driver(op.get_bind()))


def downgrade() -> None:
    for column in _ORDERS:
        op.drop_index(final(f"ix_cases_jurisdiction_{column}_id"), "cases")
    op.drop_table("ledger_views")
    op.drop_table("ledger_columns")


def _find_more(driver: Driver) -> None:
    """Let every case be found by what it was not found by before."""
    last = 0
    told: dict[int, list[str]]
    while ids := [
        row[0] for row in driver.all(f"SELECT id FROM cases WHERE id > ? ORDER BY id LIMIT {_CHUNK}", (last,))
    ]:
        last, told = ids[-1], defaultdict(list)
        among, params = driver.among("c.id", ids)
        for case, unit, responsible, department, person, measures in driver.all(
            "SELECT c.id, u.name, c.responsible, c.department, c.person, c.measures_said FROM cases c "
            f"JOIN units u ON u.id = c.unit_id WHERE {among}", params,
        ):  # fmt: skip
            told[case] += [*map(called, (unit, responsible, department, person)), measures]
        among, params = driver.among("case_id", ids)
        for case, text, person in driver.all(f"SELECT case_id, text, person FROM measures WHERE {among}", params):
            told[case] += [text, called(person)]
        evidence = f"SELECT case_id, name FROM materials WHERE {among} AND kind = 'evidence'"
        for case, name in driver.all(evidence, params):
            told[case].append(name)
        index_more(driver, told)
