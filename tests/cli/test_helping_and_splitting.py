"""协办 and 拆分 from the command line: who assists is named and let go, a part is taken off by two, and the log holds."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_acceptance import fire, one_case

BUREAU, AT, LATER = "市水利局党组", "2026-03-04T09:00", "2026-03-05T09:00"
HELPS = {"assistant": BUREAU, "asked": "提供管护底数", "reason": "路灯由其代管"}
PART = {
    "part_number": "2", "part_unit": BUREAU, "kind": "focused", "part_problem": "水库大坝照明不亮", "part_detail": "损坏5盏",
    "kept_problem": "路灯不亮", "kept_detail": "背街损坏12盏", "reason": "照明分属两家", "minute_no": "领组〔2026〕3号", "minute_on": "2026-03-04",
}  # fmt: skip


@pytest.fixture
def case(shell: Shell) -> int:
    shell.ok("unit", "add", BUREAU, "--at", "2026-03-02T08:00")
    return one_case(shell)


def test_who_assists_is_named_by_the_office_once_and_let_go(shell: Shell, case: int) -> None:
    (refused,) = fire(shell, case, "name_assisting", "secretary", AT, HELPS, code=3)
    assert "应由巡察办办理" in refused["refused"][0]
    (done,) = fire(shell, case, "name_assisting", "office", AT, HELPS)
    assert (done["outcome"], done["to"]) == ("done", "feedback")
    assert BUREAU in fire(shell, case, "name_assisting", "office", AT, HELPS, code=3)[0]["refused"][0]
    gone = {"assistant": BUREAU, "reason": "已移交"}
    assert fire(shell, case, "drop_assisting", "office", LATER, gone)[0]["outcome"] == "done"
    assert BUREAU in fire(shell, case, "drop_assisting", "office", LATER, gone, code=3)[0]["refused"][0]
    assert shell.json("trail", "verify")["ok"]


def test_a_part_is_taken_off_by_two_and_is_a_problem_of_its_own(shell: Shell, case: int) -> None:
    (refused,) = fire(shell, case, "split", "office", AT, PART, "minutes", code=3)
    assert "须两人办理" in refused["refused"][0]
    said = ("--answers", json.dumps(PART), "--material", shell.material("minutes"), "--at", AT)
    made = shell.json("draft", case, "split", "--as", "office", *said)
    (own,) = shell.json("confirm", made["draft"], "--as", "office", "--at", LATER, code=3)["outcomes"]
    assert own["refused"]
    (done,) = shell.json("confirm", made["draft"], "--as", "office2", "--at", LATER)["outcomes"]
    assert done["outcome"] == "done"
    there = shell.json("cases")
    assert sorted((one["number"], one["unit"], one["problem"]) for one in there) == [
        ("1", "城伯镇党委", "路灯不亮：背街损坏12盏"), ("2", "城伯镇党委", "水库大坝照明不亮：损坏5盏"),
    ]  # fmt: skip
    assert shell.json("stats")["split_off"] == 1
    assert shell.json("trail", "verify")["ok"]
