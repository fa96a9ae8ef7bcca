"""The table of filings says what the entries say: who changes a row of it is found."""

from __future__ import annotations

import pytest

from tests.trail.store import Attacker, Store

OTHER = "ff" * 32


def first_filed(attacker: Attacker, action: str) -> int:
    return int(attacker.one("SELECT MIN(idx) FROM trail WHERE action = ?", action))


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (f"UPDATE filings SET sha256 = '{OTHER}' WHERE kind = 'plan'", "的文件摘要与记录不符"),
        (f"UPDATE filings SET commitment = '{OTHER}' WHERE kind = 'plan'", "的承诺书摘要与记录不符"),
        ("UPDATE filings SET signed_by = signed_by + 1 WHERE kind = 'plan'", "的签字人与记录不符"),
        ("UPDATE filings SET at = at + 1 WHERE kind = 'plan'", "的时间与记录不符"),
        ("DELETE FROM filings WHERE kind = 'plan'", "有记录，表中却没有"),
        ("DELETE FROM filing_inspections WHERE kind = 'plan'", "的所列巡察与记录不符"),
        ("UPDATE filing_inspections SET inspection_id = 2 WHERE kind = 'plan'", "的所列巡察与记录不符"),
        ("INSERT INTO filing_inspections SELECT round_id, answerable_id, kind, version, 2 FROM filings WHERE kind = 'plan'", "的所列巡察与记录不符"),
    ],
)  # fmt: skip
def test_a_filing_changed_in_its_own_table_names_its_first_entry(
    store: Store, attacker: Attacker, sql: str, why: str
) -> None:
    assert store.verify().ok
    attacker.run(sql)
    found = store.verify()
    assert found.first_bad == first_filed(attacker, "submit_plan")
    assert "第 1 次的报送件“整改方案”" in found.why
    assert why in found.why


def test_a_filing_that_nobody_filed_is_found(store: Store, attacker: Attacker) -> None:
    columns = "jurisdiction, round_id, answerable_id, kind, version, sha256, commitment, signed_by, at"
    attacker.run(
        f"INSERT INTO filings ({columns}) SELECT {columns.replace('version', '9')} FROM filings WHERE kind = 'plan'"
    )
    found = store.verify()
    assert found.first_bad == attacker.one("SELECT COUNT(*) FROM trail")
    assert "第 9 次的报送件“整改方案”在表中，却没有任何记录" in found.why


def test_the_first_of_several_differences_is_named(store: Store, attacker: Attacker) -> None:
    attacker.run("UPDATE filings SET at = at + 1")
    found = store.verify()
    assert found.first_bad == first_filed(attacker, "submit_plan")
