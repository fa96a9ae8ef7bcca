"""`zhenggai calendar`: a year from a file, looked at first, entered at once, refused by its rows."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Shell
from tests.cli.test_household import refused, rows

YEAR = "日期,上班/放假,名称\n2027-01-01,放假,元旦\n2027-01-31,上班,春节\n"


def test_a_year_from_a_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(YEAR, encoding="gb18030")
    words = ("calendar", str(file), "--notice", "国办发明电〔2026〕9号")
    _, out, err = shell.run(*words, "--dry-run")
    assert "2027 年：元旦 1月1日至3日；1月31日（周日）上班" in out + err
    assert rows(shell, "SELECT COUNT(*) FROM calendar_days WHERE day >= '2027-01-01'") == [(0,)]
    assert shell.json(*words) == {
        "year": 2027,
        "days": 2,
        "cases": 0,
        "clocks": 0,
        "entered": True,
    }
    assert rows(shell, "SELECT CAST(day AS TEXT), name FROM calendar_days WHERE day >= '2027-01-01' ORDER BY day") == [
        ("2027-01-01", "元旦"), ("2027-01-31", "春节"),
    ]  # fmt: skip
    assert rows(shell, "SELECT reason FROM requests WHERE kind = 'calendar' AND state = 'standing'") == [
        ("国办发明电〔2026〕9号",)
    ]
    assert "不用登记" in refused(shell, *words)


def test_a_wrong_row_is_named(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(YEAR + "2027-13-01,放假,春节\n", encoding="utf-8")
    assert "第 4 行：“2027-13-01”看不出是哪一天" in refused(shell, "calendar", str(file), "--notice", "x")
    file.write_text(YEAR + "2027-02-01,上班,春节\n", encoding="utf-8")
    assert "本来就上班" in refused(shell, "calendar", str(file), "--notice", "x")
    assert "看不出是" not in refused(shell, "calendar", str(tmp_path / "none.csv"), "--notice", "x")
