"""变更责任主体 from the command line: the new unit by its name, or by the number that the system gave it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_acceptance import fire, one_case

BUREAU, AT = "市水利局党组", "2026-03-04T09:00"


@pytest.fixture
def case(shell: Shell) -> int:
    shell.ok("unit", "add", BUREAU, "--at", "2026-03-02T08:00")
    return one_case(shell)


def transfer(shell: Shell, case: int, to: object, code: int = 0) -> dict[str, object]:
    answers = {"successor": to, "ground": "merged"}
    (outcome,) = fire(shell, case, "transfer", "office", AT, answers, "transfer_document", code=code)
    found: dict[str, object] = outcome
    return found


def test_a_unit_is_given_by_name_or_by_number(shell: Shell, case: int) -> None:
    """Whatever was given, the entry says the name; what neither is stays as it was given, and is refused."""
    assert "没有党组织“99”" in str(transfer(shell, case, 99, code=3)["refused"])
    assert "没有党组织“水利局”" in str(transfer(shell, case, "水利局", code=3)["refused"])
    assert transfer(shell, case, BUREAU)["outcome"] == "done"
    assert "该问题已由市水利局党组负责" in str(transfer(shell, case, BUREAU, code=3)["refused"])
    assert transfer(shell, case, 1)["outcome"] == "done"
    assert "该问题已由城伯镇党委负责" in str(transfer(shell, case, " 城伯镇党委 ", code=3)["refused"])
    assert shell.json("trail", "verify")["ok"]
    out = shell.home / "trail.jsonl"
    shell.ok("trail", "export", out, "--with-texts")
    said = out.read_text(encoding="utf-8")
    assert '"transferred":{"from":1' in said.replace('\\"', '"')
    assert '"answers.successor"' in said
    assert "城伯镇党委" in said


def test_only_the_office_transfers_and_not_without_the_document(shell: Shell, case: int) -> None:
    answers = {"successor": BUREAU, "ground": "merged"}
    (outcome,) = fire(shell, case, "transfer", "secretary", AT, answers, "transfer_document", code=3)
    assert "“变更责任主体”应由巡察办办理" in outcome["refused"]
    (outcome,) = fire(shell, case, "transfer", "office", AT, answers, code=3)
    assert outcome["refused"] == ["缺少材料：变更责任主体的文件"]
