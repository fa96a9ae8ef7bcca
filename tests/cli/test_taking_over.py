"""存量转入 at the command line: one of the office prepares it there, the other confirms on the page."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Shell

ROWS = "编号,单位,反馈问题,整改措施,状态,反馈日期\n1,城伯镇党委,路灯不亮,逐盏维修,整改中,2021.3.1\n"


def ledger(shell: Shell, rows: str = ROWS) -> Path:
    path = shell.home / "存量.csv"
    path.write_text(rows, encoding="utf-8")
    return path


def test_it_is_put_aside_and_says_where_it_is_confirmed(shell: Shell) -> None:
    report = shell.json("import", ledger(shell), "--round", "二轮", "--take-over", "--as", "office")
    assert (report["errors"], report["taken_over"]) == ([], {"rectifying": 1})
    assert report["notices"][0] == (
        "已放入准备（第 1 号），还没有转入：请由巡察办的另一人在网页“导入”的“准备稿”里核对、确认"
    )
    assert shell.json("cases") == []


def test_a_command_has_no_second_person(shell: Shell) -> None:
    code, _, said = shell.run("import", ledger(shell), "--round", "二轮", "--take-over")
    assert code == 2
    assert "存量转入须由巡察办两人办理" in said
    code, _, said = shell.run("import", ledger(shell), "--round", "二轮", "--take-over", "--as", "team")
    assert code == 1
    assert "由巡察办准备" in said


def test_what_is_wrong_is_said_by_cell_and_nothing_is_put_aside(shell: Shell) -> None:
    report = shell.json(
        "import",
        ledger(shell, ROWS.replace("逐盏维修", "")),
        "--round",
        "二轮",
        "--take-over",
        "--as",
        "office",
        code=1,
    )
    assert [(one["row"], one["column"]) for one in report["errors"]] == [(2, "整改措施")]
    report = shell.json("import", ledger(shell), "--round", "二轮", "--take-over", "--as", "office", "--dry-run")
    assert (report["errors"], report["notices"]) == ([], [])
