"""What the office does from an empty database to a published result, and every refusal on the way."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlalchemy import text

import clock
from storage.engine import open_engine
from tests.cli.conftest import Shell
from tests.world import county
from trail.offline import check_export

DATA = Path(__file__).parent.parent / "data"
NAMED = {"responsible": "林建国", "department": "村建中心", "person": "李敏"}
MEASURES = [{"text": "维修路灯", "person": "李敏", "department": "村建中心", "on": "2026-05-01", "check": "现场查看"}]
PLAN = {"measures": MEASURES}
PLAN_PAPERS = ("plan", "plan_commitment")
PROOFS = ("text", "proof_party", "proof_society")
AGREED = {"opinion": "agree", "text": "同意"}
PASSED = {"conclusion": "通过", "judged": [{"no": 1, "verdict": "true"}]}


def fire(
    shell: Shell,
    case: object,
    action: str,
    login: str,
    at: str,
    answers: dict[str, Any],
    *materials: str,
    code: int = 0,
    more: tuple[object, ...] = (),
) -> Any:
    """Fire a move with its materials; return the outcomes."""
    given = [word for name in materials for word in ("--material", shell.material(name))]
    words = ("fire", case, action, "--as", login, "--at", at, "--answers", json.dumps(answers), *given, *more)
    return shell.json(*words, code=code)["outcomes"]


def one_case(shell: Shell) -> int:
    """Feed one problem of the town back; return its id."""
    ledger = shell.home / "one.csv"
    ledger.write_text("编号,单位,问题,具体表现\n1,城伯镇党委,路灯不亮,背街损坏17盏\n", encoding="utf-8")
    told = ("--feedback", "2026-03-02", "--at", "2026-03-02T09:00", "--writer", "team")
    shell.json("import", ledger, "--round", "一轮", *told)
    return int(shell.json("cases")[0]["id"])


def test_a_signed_paper_is_entered_by_the_office(shell: Shell) -> None:
    """代录: signed on 6 March, entered on the 12th; without the day of the signature, or by the secretary, it is refused."""
    case, at, said = (
        one_case(shell),
        "2026-03-12T09:00",
        {"responsible": "林建国", "department": "村建中心", "person": "李敏"},
    )
    on_paper = ("--received", "--occurred", "2026-03-06")
    (refused,) = fire(shell, case, "claim", "office", at, said, "signed_paper", code=3, more=on_paper[:1])
    assert "请填写“签字日期”" in refused["refused"][0]
    fire(shell, case, "claim", "secretary", at, said, "signed_paper", code=3, more=on_paper)
    (done,) = fire(shell, case, "claim", "office", at, said, "signed_paper", more=on_paper)
    assert (done["outcome"], done["to"]) == ("done", "claimed")


def test_each_sample_is_imported_and_imports_again_unchanged(shell: Shell) -> None:
    """Three ledgers as offices send them: 20, 14 and 36 problems; a second import changes nothing."""
    for number, (name, count) in enumerate(
        (("ledger_town.xlsx", 20), ("ledger_office.xls", 14), ("ledger_many_units_gbk.csv", 36))
    ):
        words = (
            "import",
            DATA / name,
            "--round",
            f"第{number}轮",
            "--feedback",
            "2026-03-02",
            "--at",
            "2026-03-02T09:00",
        )
        first = shell.json(*words, "--new-units")
        assert (first["problems"], first["created"], first["errors"]) == (count, count, [])
        again = shell.json(*words)
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, count)
        out = shell.home / f"{number}.xlsx"
        shell.ok("export", out, "--round", f"第{number}轮")
        back = shell.json("import", out, "--round", f"第{number}轮", "--at", "2026-03-02T09:00")
        assert (back["created"], back["updated"], back["unchanged"]) == (0, 0, count)
    assert shell.json("stats")["problems"] == 70
    assert shell.json("trail", "verify")["ok"]


def test_a_case_goes_from_feedback_to_publicized_by_the_right_people(shell: Shell) -> None:
    """The whole road by `fire`; wrong people, missing materials, wrong states, stale versions and keys on the way."""
    case = one_case(shell)
    born = shell.size()
    claimed_once(shell, case)
    planned(shell, case)
    closed(shell, case)
    made_public(shell, case)
    figures = shell.json("stats")
    assert (figures["done"], figures["of"], figures["rules"], figures["recovered_yuan"]) == (1, 1, 1, 120.5)
    before = shell.json("stats", "--on", "2020-01-31")
    assert (before["on"], before["problems"], before["done"], before["rounds"], before["rate"]) == (
        "2020-01-31",
        0,
        0,
        0,
        None,
    )
    assert shell.ok("stats", "--on", "2020-01-31").startswith("截至 2020-01-31")
    assert set(before) | {
        "rounds_by_kind",
        "coverage",
        "meetings",
        "instructions",
        "by_aspect",
        "no_aspect",
        "by_topic",
    } == set(figures)
    assert "还没有到" in shell.run("stats", "--on", "2999-01-01")[2]
    assert "不是日期" in shell.run("stats", "--on", "1月")[2]
    for name, tables, begins in (("a.docx", 2, b"PK"), ("f.pdf", 2, b"%PDF"), ("x.xlsx", 12, b"PK")):
        letter = ("--table", name[0]) if tables == 2 else ()
        assert len(shell.json("stats", *letter, shell.home / name)["tables"]) == tables
        assert (shell.home / name).read_bytes().startswith(begins)
    assert shell.json("stats", "--table", "all", shell.home / "all.xlsx")["tables"] == ["各项指标"]
    assert "请写明文件" in shell.run("stats", "--table", "A")[2]
    assert "没有统计表 Z" in shell.run("stats", "--table", "Z", shell.home / "z.pdf")[2]
    assert shell.json("paper", "term_review", shell.home / "t.docx")["kind"] == "term_review"
    found = shell.json("trail", "verify")
    assert found == {"ok": True, "size": born + 14, "root": found["root"]}
    assert shell.json("trail", "prove", born + 2)["index"] == born + 2


def claimed_once(shell: Shell, case: int) -> None:
    """Claimed by whom it concerns, once under its key; the key serves no other move."""
    (wrong,) = fire(shell, case, "claim", "office", "2026-03-03", NAMED, code=3)
    assert wrong["refused"]
    (early,) = fire(shell, case, "verify", "office", "2026-03-03", PASSED, "acceptance_record", code=3)
    assert "待认领" in early["refused"][0]
    (incomplete,) = fire(shell, case, "claim", "secretary", "2026-03-03", {"responsible": "林建国"}, code=3)
    assert len(incomplete["refused"]) == 2
    (claimed,) = fire(shell, case, "claim", "secretary", "2026-03-03", NAMED, more=("--key", "k1"))
    assert (claimed["outcome"], claimed["to"]) == ("done", "claimed")
    (repeated,) = fire(shell, case, "claim", "secretary", "2026-03-03", NAMED, more=("--key", "k1"))
    assert {name: repeated[name] for name in ("from", "to", "version", "index")} == {
        name: claimed[name] for name in ("from", "to", "version", "index")
    }
    fire(shell, case, "acknowledge", "secretary", "2026-03-03", {}, code=3, more=("--key", "k1"))


def planned(shell: Shell, case: int) -> None:
    """The plan is filed from a page that is not stale, with all its papers, and approved."""
    page = ("--version", "1")
    (stale,) = fire(shell, case, "submit_plan", "secretary", "2026-03-04", PLAN, *PLAN_PAPERS, code=4, more=page)
    assert stale["stale"]
    assert not stale["refused"]
    (bare,) = fire(shell, case, "submit_plan", "secretary", "2026-03-04", PLAN, code=3)
    assert len(bare["refused"]) == 2
    fire(shell, case, "submit_plan", "secretary", "2026-03-04", PLAN, *PLAN_PAPERS, more=("--all",))
    fire(shell, case, "opine", "team", "2026-03-05", AGREED)
    (silent,) = fire(
        shell, case, "approve_plan", "office", "2026-03-06", {"agreed_on": "2026-06-01"}, "opinions", code=3
    )
    assert silent["refused"][0].startswith("纪委监委、组织部还没有提出意见")
    for party in ("discipline", "organisation"):
        fire(shell, case, "opine", party, "2026-03-06", AGREED)
    fire(shell, case, "approve_plan", "office", "2026-03-06", {"agreed_on": "2026-06-01"}, "opinions")


def closed(shell: Shell, case: int) -> None:
    """Handed in with evidence for the measure, and accepted by somebody else than the unit."""
    fire(shell, case, "progress", "handler", "2026-03-20", {"measure_no": 1, "text": "已修8盏"})
    figures = {"rules_new": 1, "money_recovered": "120.50"}
    results = {"root_cause": "管护不清", "elsewhere": "已排查", "results": figures}
    (unproved,) = fire(shell, case, "submit", "secretary", "2026-04-10", results, "report", "commitment", code=3)
    assert "第 1 项措施" in unproved["refused"][0]
    fire(shell, case, "submit", "secretary", "2026-04-10", results, "evidence@1", "report", "commitment")
    (own,) = fire(shell, case, "verify", "secretary", "2026-04-11", PASSED, "acceptance_record", code=3)
    assert own["refused"]
    for party in ("team", "discipline", "organisation"):
        fire(shell, case, "opine", party, "2026-04-11", AGREED)
    fire(shell, case, "verify", "office", "2026-04-11", PASSED, "acceptance_record")


def made_public(shell: Shell, case: int) -> None:
    """Made public once the office has approved the text, not before."""
    published = {"where": "政府网站", "from_on": "2026-04-20", "to_on": "2026-05-05"}
    fire(shell, case, "publicize", "secretary", "2026-04-20", published, *PROOFS, code=3)
    fire(shell, case, "approve_text", "office", "2026-04-15", {"scope": "全文"}, "text")
    fire(shell, case, "publicize", "secretary", "2026-04-20", published, *PROOFS)


def test_a_move_that_needs_two_is_drafted_by_one_and_confirmed_by_another(shell: Shell) -> None:
    """Void: the office may not do it alone; its own preparer may not confirm; a second person does."""
    case = one_case(shell)
    answers = json.dumps({"ground": "error", "reason": "录入有误"})
    words = (case, "void", "--as", "office", "--answers", answers, "--at", "2026-03-03")
    assert "两人" in shell.json("fire", *words, code=3)["outcomes"][0]["refused"][0]
    draft = shell.json("draft", *words)["draft"]
    assert shell.json("confirm", draft, "--as", "office", "--at", "2026-03-03", code=3)["outcomes"][0]["refused"]
    (done,) = shell.json("confirm", draft, "--as", "office2", "--at", "2026-03-03")["outcomes"]
    assert done["to"] == "withdrawn"
    assert shell.json("stats")["problems"] == 0


def test_a_draft_that_is_not_there_is_refused_and_no_problem_is_named(shell: Shell) -> None:
    code, out, _ = shell.run("confirm", "77", "--as", "office")
    assert (code, out.strip()) == (3, "未办理：没有第 77 号起草件，或不在您的职责范围内")


def test_the_figures_of_a_house_without_problems_name_no_rate(shell: Shell) -> None:
    assert shell.json("stats")["rate"] is None
    out = shell.ok("stats")
    assert "完成 0/0（还没有可以计算的问题，" in out
    assert "None" not in out


def test_a_hostile_ledger_is_named_by_row_and_column_and_nothing_is_kept(shell: Shell) -> None:
    """Missing problem, impossible date, “尽快”, duplicate number, a formula cell: five faults, no case."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows = (
        ("序号", "单位", "反馈问题", "具体表现", "整改时限"), (1, "城伯镇党委", "", "无", "2021.3.5"), (2, "城伯镇党委", "路灯不亮", "x", "2021年2月30日"),
        (3, "城伯镇党委", "垃圾乱堆", "x", "尽快"), (4, "城伯镇党委", "排水不畅", "x", "2021.3.5"), (4, "城伯镇党委", "粪便处理", "x", "2021.3.5"),
        (5, "城伯镇党委", "=1+1", "x", "2021.3.5"),
    )  # fmt: skip
    for row in rows:
        sheet.append(row)
    path = shell.home / "坏台账.xlsx"
    book.save(path)
    report = shell.json("import", path, "--round", "一轮", "--feedback", "2026-03-02", code=1)
    assert {(error["row"], error["column"]) for error in report["errors"]} >= {
        (2, "反馈问题"),
        (3, "整改时限"),
        (4, "整改时限"),
        (6, "序号"),
        (7, "反馈问题"),
    }
    assert shell.json("cases") == []
    assert shell.json("stats")["rounds"] == 0


def test_a_changed_problem_text_is_an_error_and_unit_side_columns_update(shell: Shell) -> None:
    """What was fed back is fixed; what the unit says of itself may be filled in."""
    one_case(shell)
    changed = shell.home / "changed.csv"
    changed.write_text("编号,单位,问题,具体表现\n1,城伯镇党委,路灯全亮,背街损坏17盏\n", encoding="utf-8")
    report = shell.json("import", changed, "--round", "一轮", code=1)
    assert report["errors"][0]["row"] == 2
    filled = shell.home / "filled.csv"
    filled.write_text(
        "编号,单位,问题,具体表现,责任领导,完成情况\n1,城伯镇党委,路灯不亮,背街损坏17盏,林建国,已完成\n",
        encoding="utf-8-sig",
    )
    words = ("import", filled, "--round", "一轮", "--as", "office")
    before = shell.size()
    assert shell.json(*words, "--dry-run")["updated"] == 1
    assert shell.size() == before, "a dry run keeps nothing"
    assert shell.json(*words)["updated"] == 1
    assert shell.json(*words)["unchanged"] == 1
    (listed,) = shell.json("cases")
    assert (listed["state"], listed["version"]) == ("feedback", 1)
    assert shell.json("import", filled, "--round", "二轮", "--as", "handler", code=1)["errors"]


def test_a_problem_found_later_is_fed_back_on_its_own_day(shell: Shell) -> None:
    """In April one more problem of an inspection fed back in March is imported: its clocks begin then, not a month ago."""
    one_case(shell)
    more = shell.home / "more.csv"
    more.write_text(
        "编号,单位,问题,具体表现\n1,城伯镇党委,路灯不亮,背街损坏17盏\n2,城伯镇党委,垃圾未清,北街三处\n",
        encoding="utf-8",
    )
    report = shell.json("import", more, "--round", "一轮", "--as", "office", "--at", "2026-04-20T10:00:00+08:00")
    assert (report["created"], report["unchanged"]) == (1, 1)
    first, second = sorted(shell.json("cases"), key=lambda one: one["number"])
    assert first["state_due_on"] < "2026-04-20" < second["state_due_on"]


def test_a_second_ledger_stands_on_the_trail_and_can_be_proved(shell: Shell) -> None:
    """Two of three problems change: an entry each, with who, how and which file; checked here and offline; a slip is found."""
    first, second, third, wrong = (shell.home / f"{n}.csv" for n in range(4))
    head = "编号,单位,问题,具体表现,责任领导,责任部门,责任人,整改措施,完成情况,备注\n"
    rows = [f"{n},城伯镇党委,问题{n},表现,甲,乙,丙,,," for n in (1, 2, 3)]
    changed = ["1,城伯镇党委,问题1,表现,甲,乙,丙,逐盏维修,已完成,", rows[1], "3,城伯镇党委,问题3,表现,甲,,丙,,,待补"]
    first.write_text(head + "\n".join(rows), encoding="utf-8")
    second.write_text(head + "\n".join(changed), encoding="utf-8")
    third.write_text("编号,单位,问题,完成情况\n1,城伯镇党委,问题1,基本完成\n", encoding="utf-8")
    wrong.write_text(
        head + "\n".join([changed[0].replace("已完成", "没有"), "2,城伯镇党委,另一个问题,表现,,,,,,"]), encoding="utf-8"
    )
    assert shell.json("import", first, "--round", "一轮", "--feedback", "2026-03-02")["created"] == 3
    born = shell.size()
    assert shell.json("import", second, "--round", "一轮", "--as", "office")["updated"] == 2
    assert shell.json("import", second, "--round", "一轮")["unchanged"] == 3
    assert shell.json("import", wrong, "--round", "一轮", code=1)["errors"]
    assert shell.json("import", third, "--round", "一轮", "--as", "team", code=1)["errors"][0]["message"].endswith(
        "巡察办办理"
    )
    assert shell.json("import", third, "--round", "一轮")["updated"] == 1
    assert shell.size() == born + 3
    out = shell.home / "trail.jsonl"
    shell.ok("trail", "export", out, "--with-texts")
    entries = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()[born + 1 :]]
    bodies = [json.loads(entry["body"]) for entry in entries]
    assert [(body["kind"], body["case"], body["actor"]["login"], body["via"]) for body in bodies] == [
        ("ledger", 1, "office", "cli"), ("ledger", 3, "office", "cli"), ("ledger", 1, "operator", "cli"),
    ]  # fmt: skip
    files = [sha256(path.read_bytes()).hexdigest() for path in (second, second, third)]
    assert [body["file"] for body in bodies] == files
    assert [{name: text for name, (_, text) in entry["texts"].items()} for entry in entries] == [
        {"columns.measures_said": "逐盏维修", "columns.said": "已完成"},
        {"columns.note": "待补"},
        {"columns.said": "基本完成"},
    ]
    assert check_export(out).ok
    assert shell.json("trail", "prove", born + 2)["index"] == born + 2
    engine = open_engine(os.environ["ZHENGGAI_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE cases SET said = '没有完成' WHERE id = 1"))
    engine.dispose()
    found = shell.json("trail", "verify", code=5)
    assert found["first_bad"] == born + 2
    assert "问题 1（编号 1）的“单位自述”" in found["why"]


def test_markup_and_line_breaks_in_names_are_only_text(shell: Shell) -> None:
    """A script tag in a problem, CR/LF in a unit's name: text in list, mail and export."""
    ledger = shell.home / "x.csv"
    ledger.write_text(
        '编号,单位,问题,具体表现\n1,"城伯镇党委\r\nBcc: a@b.c",<script>alert(1)</script>,"=HYPERLINK(""x"")"\n',
        encoding="utf-8",
        newline="",
    )
    words = ("import", ledger, "--round", "一轮", "--feedback", "2026-03-02", "--at", "2026-03-02T09:00")
    shell.json(*words, "--new-units")
    (case,) = shell.json("cases")
    assert "<script>" in case["problem"]
    assert "\n" not in case["unit"]
    shell.json("deliver", "--at", "2026-03-02T10:00")
    mails = [path.read_bytes() for path in (shell.home / "mail").glob("*.eml")]
    assert mails
    assert all(b"\r\nBcc:" not in mail and b"script" not in mail for mail in mails)
    out = shell.home / "out.xlsx"
    shell.ok("export", out, "--round", "一轮")
    assert shell.json("import", out, "--round", "一轮")["unchanged"] == 1


def test_month_by_month_scans_remind_flag_and_escalate_and_mails_are_written(shell: Shell) -> None:
    """Never claimed: half, eve, red, flagged and escalated, each once, with its mails."""
    case = one_case(shell)
    fired = []
    for day in ("2026-03-04", "2026-03-06", "2026-03-10", "2026-03-16", "2026-04-01", "2026-05-01"):
        fired += shell.json("scan", "--at", f"{day}T10:00")["fired"]
        assert shell.json("scan", "--at", f"{day}T10:00")["due"] == 0
    told = [(one["action"], one.get("clock") or one["criterion"], one["rung"]) for one in fired]
    of_claim = [("remind", "claim", rung) for rung in ("half", "eve", "red")]
    assert [one for one in told if one[1] == "claim"] == of_claim
    assert ("flag", "unclaimed", "flag") in told
    assert ("escalate", "unclaimed", "escalate") in told
    assert len(told) == len(set(told)), "each rung of each clock is told once"
    assert shell.json("cases")[0]["state"] == "escalated"
    assert shell.json("cases")[0]["flagged"]
    # A holiday: what is new leaves, the rest waits for the next working day.
    closed, sent = (shell.json("deliver", "--at", f"2026-05-{day}T11:00") for day in ("01", "06"))
    assert closed["left"] > sent["failed"] == sent["left"] == 0
    assert len(list((shell.home / "mail").glob("*.eml"))) == closed["sent"] + sent["sent"]
    assert case


def test_the_list_of_cases_says_how_late_the_unit_of_an_escalated_case_is(shell: Shell) -> None:
    """Never claimed and escalated: the step that is owed is the office's, late is the unit."""
    one_case(shell)
    for day in ("2026-03-10", "2026-03-16", "2026-04-01"):
        shell.json("scan", "--at", f"{day}T10:00")
    [line] = listed(shell, "2026-04-01T10:00")
    assert "督办中\t2026-04-16 前由巡察办办理【党组织逾期 23 天】【疑似整改不力】" in line


def test_the_list_of_cases_shows_no_warning_of_what_is_closed(shell: Shell) -> None:
    """Accepted, and the day of publication gone by: that is told, and is no 预警 of the rectification."""
    case = one_case(shell)
    claimed_once(shell, case)
    planned(shell, case)
    closed(shell, case)
    shell.json("scan", "--at", "2026-05-20T10:00")
    assert shell.json("cases")[0]["rung"] == "late"
    [line] = listed(shell, "2026-05-20T10:00")
    assert "待公开" in line
    assert "【" not in line


def listed(shell: Shell, at: str) -> list[str]:
    """Return the lines of `cases` as they read at an instant."""
    shell.patch.setattr("clock.now", lambda: clock.parse_iso(at))
    return shell.ok("cases").splitlines()


def test_a_formal_database_takes_no_at(bare: Shell) -> None:
    """`--at` is for rehearsal; a formal database refuses it with a sentence."""
    bare.ok("init")
    code, _, err = bare.run("scan", "--at", "2026-03-04")
    assert code == 2
    assert "正式库" in err


def test_commands_before_init_say_what_to_do(bare: Shell) -> None:
    """An empty database is told to be made."""
    code, _, err = bare.run("cases")
    assert code == 1
    assert "zhenggai init" in err


def test_an_unknown_key_in_the_configuration_names_the_nearest(bare: Shell) -> None:
    """A typing error in config.toml stops the start and says which key was meant."""
    text = (
        (Path(__file__).parent.parent.parent / "config.toml")
        .read_text(encoding="utf-8")
        .replace("transport =", "transprot =")
    )
    config = bare.home / "c.toml"
    config.write_text(text, encoding="utf-8")
    code, _, err = bare.run("--config", config, "init")
    assert code == 1
    assert "transprot" in err
    assert "transport" in err


def test_a_profile_changed_under_the_same_version_stops_the_start(shell: Shell) -> None:
    """Running cases keep their profile: other numbers need another version."""
    text = (Path(__file__).parent.parent.parent / "config.toml").read_text(encoding="utf-8")
    config = shell.home / "c.toml"
    config.write_text(text.replace('claim = "5 workdays"', 'claim = "6 workdays"'), encoding="utf-8")
    code, _, err = shell.run("--config", config, "check")
    assert code == 1
    assert "version" in err
    version = county().version
    changed = text.replace('claim = "5 workdays"', 'claim = "6 workdays"')
    config.write_text(changed.replace(f"version = {version}", f"version = {version + 1}"), encoding="utf-8")
    assert shell.run("--config", config, "check")[0] == 0


def test_life_json_is_one_row_an_arrow(bare: Shell) -> None:
    """The table of moves as the contract prints it."""
    rows = bare.json("life")
    assert {"action", "from", "to", "who", "second", "on_behalf", "filing", "needs", "asks"} == set(rows[0])
    assert len({(row["from"], row["action"]) for row in rows}) == len(rows)
    claim = next(row for row in rows if row["action"] == "claim")
    assert claim["asks"] == {"responsible": "text", "department": "text", "person": "text"}
