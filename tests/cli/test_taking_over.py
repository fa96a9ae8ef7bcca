"""What is put aside at the command line: 存量转入, which another confirms on the page, and feedback for its day."""

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


def test_feedback_is_prepared_unit_by_unit_and_sent_on_its_day_on_the_page(shell: Shell) -> None:
    """The meeting is a week ahead: nothing is fed back; two units are two, and one that stands prepared is not prepared again."""
    rows = "编号,单位,反馈问题\n1,城伯镇党委,路灯不亮\n2,城伯镇党委,公款吃喝\n1,市水利局,白条入账\n"
    words = (
        "--round",
        "二轮",
        "--prepare",
        "--feedback",
        "2026-03-09",
        "--at",
        "2026-03-02T10:00+08:00",
        "--new-units",
    )
    report = shell.json("import", ledger(shell, rows), *words, "--as", "office")
    assert (report["errors"], report["created"]) == ([], 3)
    assert report["notices"][0].startswith("已放入准备（第 1、2 号），还没有反馈")
    assert shell.json("cases") == []
    code, _, said = shell.run("import", ledger(shell, rows + "2,市水利局,超标接待\n"), *words, "--as", "office")
    assert code == 1
    assert "本轮的反馈已经备好" in said
    code, _, said = shell.run("import", ledger(shell, rows), *words)
    assert code == 2
    assert "用 --as 写账号" in said
    code, _, said = shell.run("import", ledger(shell, rows), *words, "--as", "secretary")
    assert code == 1
    assert "由巡察办或巡察组准备" in said
