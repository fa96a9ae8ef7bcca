"""A Word ledger by the command: its faults are named by table and row, and nothing of it is kept."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Shell
from tests.web.test_importing_documents import two_units
from tests.world import BUREAU


def test_the_command_says_the_table_and_the_row(shell: Shell, tmp_path: Path) -> None:
    path = two_units(tmp_path / "a.docx", due="尽快")
    code, out, _ = shell.run("import", path, "--round", "一轮", "--json")
    [error] = json.loads(out)["errors"]
    assert (code, error["row"], error["place"], error["column"]) == (1, 5, "第 2 个表格第 2 行", "完成时限")
    _, out, _ = shell.run("import", path, "--round", "一轮")
    assert "第 2 个表格第 2 行 完成时限“尽快”" in out
    assert shell.json("cases") == []


def test_what_is_right_is_brought_in(shell: Shell, tmp_path: Path) -> None:
    report = shell.json("import", two_units(tmp_path / "a.docx"), "--round", "一轮", "--new-units")
    assert (report["created"], report["errors"], report["new_units"]) == (3, [], [BUREAU])
