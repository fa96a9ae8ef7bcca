"""Units that an import would make: named first, and made only where that is asked for."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Shell

ROWS = "编号,单位,问题\n1,城伯镇党委,路灯不亮\n1,城伯镇党委会,井盖缺失\n2,城伯镇党委会,井盖松动\n1,新成立的研究中心,台账不全\n"
NEW = ["城伯镇党委会", "新成立的研究中心"]


def ledger(shell: Shell, rows: str = ROWS) -> Path:
    path = shell.home / "台账.csv"
    path.write_text(rows, encoding="utf-8")
    return path


def units(shell: Shell) -> set[str]:
    return {one["unit"] for one in shell.json("cases")}


def test_an_import_that_would_make_units_is_refused_and_names_them(shell: Shell) -> None:
    """Each at the row that names it first, with the names that come near; nothing is kept, no round either."""
    words = ("import", ledger(shell), "--round", "一轮")
    report = shell.json(*words, code=1)
    assert [(one["row"], one["column"], one["value"]) for one in report["errors"]] == [
        (3, "单位", NEW[0]),
        (5, "单位", NEW[1]),
    ]
    assert report["errors"][0]["message"] == (
        "系统中没有党组织“城伯镇党委会”（名称相近的有：城伯镇党委）：写错的请改正；确要新建的，加上 --new-units"
    )
    assert "名称相近" not in report["errors"][1]["message"]
    assert (report["new_units"], report["created"]) == (NEW, 0)
    assert (shell.json("cases"), shell.json("stats")["rounds"]) == ([], 0)
    code, said, _ = shell.run(*words)
    assert (code, "第 3 行 单位“城伯镇党委会”：系统中没有党组织" in said, "全部未保留" in said) == (1, True, True)


def test_a_dry_run_names_them_and_goes_on(shell: Shell) -> None:
    report = shell.json("import", ledger(shell), "--round", "一轮", "--dry-run")
    assert (report["errors"], report["created"], report["new_units"]) == ([], 4, NEW)
    assert report["notices"][0] == (
        "系统中还没有这 2 个党组织，导入时要加 --new-units 才会新建：城伯镇党委会、新成立的研究中心。“城伯镇党委会”与“城伯镇党委”相近"
    )
    assert shell.json("cases") == []
    assert shell.json("import", ledger(shell), "--round", "一轮", code=1)["errors"]


def test_they_are_made_where_that_is_asked_for(shell: Shell) -> None:
    """Once they are there nobody asks again; a name written with signs that are not drawn is the same name."""
    report = shell.json("import", ledger(shell), "--round", "一轮", "--new-units")
    assert (report["created"], report["new_units"]) == (4, NEW)
    assert units(shell) == {"城伯镇党委", *NEW}
    again = shell.json("import", ledger(shell, ROWS.replace(NEW[1], "新成立的\u200b研究中心")), "--round", "一轮")
    assert (again["unchanged"], again["new_units"], again["errors"]) == (4, [], [])


def test_a_unit_given_for_the_whole_ledger_is_asked_for_too(shell: Shell) -> None:
    path = ledger(shell, "编号,问题\n1,路灯不亮\n2,井盖缺失\n")
    (error,) = shell.json("import", path, "--round", "一轮", "--unit", "市水利局", code=1)["errors"]
    assert (error["row"], error["value"]) == (2, "市水利局")
    assert shell.json("import", path, "--round", "一轮", "--unit", "市水利局", "--new-units")["created"] == 2
