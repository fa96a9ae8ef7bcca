"""The dossier 案卷 handed out: what is there for who asks and nothing else, safe names, and a package that checks itself."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive.names import LONGEST, numbered, parted, safe
from archive.pages import pages_in
from register.wanted import Wanted
from storage.files import place_of
from tests.register.test_papers import draft, kept, series, wanted
from tests.register.test_road import entered
from tests.web.conftest import Door
from tests.web.stage import PDF
from tests.web.test_making import awaited
from tests.world import BUREAU, TOWN, day
from trail.checkpoint import sign_checkpoint
from trail.offline import Tree, check_dossier
from web.pages import dossier

HOSTILE = "../../etc/<script>证:据\u202e|*?.pdf"
SHUT = "保密的材料"


@dataclass
class Cast:
    """The town's cases: one with hostile evidence, one accepted, one restricted, one withheld; one of the bureau."""

    door: Door
    first: int
    done: int
    kept: int
    withheld: int
    other: int

    def package(self, login: str, query: str) -> zipfile.ZipFile:
        answer = self.door.as_(login).get(f"/cases/dossier.zip?{query}")
        assert answer.status_code == 200, answer.text[:500]
        return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.fixture(scope="module")
def cast(town_door: Door) -> Cast:
    world = town_door.world
    first, done, shut, withheld = world.all_at_work(4, day(5, 10))
    (other,) = world.feed_back(unit=BUREAU)
    handler = town_door.as_("handler")
    for case, name, content in ((first, HOSTILE, PDF), (shut, f"{SHUT}.pdf", PDF + b"%")):
        sent = handler.submit(f"/cases/{case}/materials", {"measure": "1"}, files=[("m.evidence", (name, content))])
        assert sent.status_code == 303, sent.text[:300]
    world.walk(done, "submit", "verify")
    world.walk(withheld, "submit", "verify", "withhold")
    of = series(world)
    for n, title in ((1, (first, done)), (2, (shut,))):
        number = draft(world, cases=title)
        entered(world, "head", wanted(world, number, of, n, pdf=kept(world, b"%PDF-1.7 letter " + bytes([48 + n]))))
    entered(
        world, "office", Wanted("restriction", "make", None, {"case": shut, "roles": "secretary office head"}, "涉密")
    )
    for sha, kind in world.rows("SELECT DISTINCT sha256, kind FROM materials"):
        path = place_of(Path(world.home), sha)
        if not path.exists():  # the world hands in names alone
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(kind.encode())
    sign_checkpoint(world.engine, Path(world.home), None, world.now)
    return Cast(town_door, first, done, shut, withheld, other)


def listed(package: zipfile.ZipFile) -> list[dict[str, Any]]:
    rows = (json.loads(line) for line in package.read("files.jsonl").splitlines())
    return [row for row in rows if not row.get("left_out")]


def bodies(package: zipfile.ZipFile) -> list[dict[str, Any]]:
    rows = (json.loads(line) for line in package.read("trail.jsonl").splitlines()[1:])
    return [json.loads(row["body"]) for row in rows if "body" in row]


def told(package: zipfile.ZipFile) -> set[int]:
    return {body["case"] for body in bodies(package) if "case" in body}


def acts(package: zipfile.ZipFile) -> set[str]:
    return {body["action"] for body in bodies(package) if "action" in body}


def test_the_package_checks_itself_and_finds_a_changed_byte(cast: Cast, tmp_path: Path) -> None:
    """As somebody outside checks it: unpacked, by the verifier that came with it, in a process of its own."""
    cast.package("office", f"unit={cast.door.world.units[TOWN]}&round={cast.door.world.round_id}").extractall(tmp_path)
    run = subprocess.run([sys.executable, "verify.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.startswith("完好 OK"), run.stderr) == (0, True, "")
    evidence = next(path for path in tmp_path.rglob("*.pdf") if "证_据" in path.name)
    whole = evidence.read_bytes()
    evidence.write_bytes(whole[:-1] + b"!")
    wrong = check_dossier(tmp_path).wrong
    assert wrong == [f"{evidence.relative_to(tmp_path)}：内容与摘要不符：被改动过"]
    evidence.write_bytes(whole)
    letter = next(path for path in tmp_path.rglob("*.pdf") if "成委巡办函" in path.name)
    letter.write_bytes(b"%PDF-1.7 another")
    changed(tmp_path, letter, letter.read_bytes())
    wrong = check_dossier(tmp_path).wrong
    assert len(wrong) == 2, (
        "nor does it help to change the list with it: no entry names such a file, and one is missing"
    )
    assert "没有写明这份文件" in wrong[0]
    trail = tmp_path / "trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'\\"person\\"', b'\\"persom\\"', 1))
    checked = check_dossier(tmp_path).checked
    assert not checked.ok
    assert checked.first_bad is not None


def test_a_file_taken_out_or_put_in_is_found(cast: Cast, tmp_path: Path) -> None:
    """Taken out of the list as well, or listed as one that no entry names: the entries know of it."""
    cast.package("office", f"unit={cast.door.world.units[TOWN]}&round={cast.door.world.round_id}").extractall(tmp_path)
    whole = (tmp_path / "files.jsonl").read_bytes()
    plan = next(path for path in tmp_path.rglob("*plan.pdf"))
    rows = [json.loads(line) for line in whole.splitlines()]
    (row,) = (one for one in rows if one.get("path") == str(plan.relative_to(tmp_path)))
    for others in (
        [one for one in rows if one is not row],
        [{**one, "entry": None, "sha256": sha256(b"%PDF other").hexdigest()} if one is row else one for one in rows],
    ):
        plan.write_bytes(b"%PDF other")
        (tmp_path / "files.jsonl").write_text("".join(json.dumps(one) + "\n" for one in others), encoding="utf-8")
        (wrong,) = check_dossier(tmp_path).wrong
        assert wrong.startswith(f"第 {row['entry']} 条记录写明的一份文件不在包里")
    assert check_dossier(tmp_path).strangers == []
    (tmp_path / "files.jsonl").write_bytes(whole)
    plan.with_name("另一份.pdf").write_bytes(b"%PDF")
    (tmp_path / "补充说明.pdf").write_bytes(b"%PDF")
    strangers = check_dossier(tmp_path).strangers
    assert strangers == [str(plan.with_name("另一份.pdf").relative_to(tmp_path)), "补充说明.pdf"]


def test_a_history_written_anew_does_not_fit_the_checkpoint(cast: Cast, tmp_path: Path) -> None:
    """Whoever builds another tree and takes the checkpoint out of it has the file beside it against them, or none at all, which is said."""
    cast.package("office", f"case={cast.first}").extractall(tmp_path)
    header, *rows = map(json.loads, (tmp_path / "trail.jsonl").read_bytes().splitlines())
    row = next(one for one in rows if '"action":"claim"' in one.get("body", ""))
    row["body"] = row["body"].replace('"occurred_on":null', '"occurred_on":"2026-03-01"')
    row["leaf"] = sha256(b"\0" + row["body"].encode()).hexdigest()
    tree = Tree()
    for one in rows:
        tree.add(bytes.fromhex(one["leaf"]), one.get("height", 0))
    lines = [header | {"root": tree.root(), "checkpoints": []}, *rows]
    (tmp_path / "trail.jsonl").write_text(
        "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8"
    )
    assert "检查点不一致" in check_dossier(tmp_path).checked.why
    (tmp_path / "checkpoint.txt").unlink()
    kept = [one for one in (tmp_path / "files.jsonl").read_text("utf-8").splitlines() if "checkpoint.txt" not in one]
    (tmp_path / "files.jsonl").write_text("\n".join(kept) + "\n", encoding="utf-8")
    run = subprocess.run([sys.executable, "verify.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "没有检查点：只说明包里前后一致" in run.stdout


def changed(folder: Path, path: Path, content: bytes) -> None:
    """Write the hash of another content into the list."""
    rows = [json.loads(line) for line in (folder / "files.jsonl").read_bytes().splitlines()]
    for row in rows:
        if row.get("path") == str(path.relative_to(folder)):
            row["sha256"] = sha256(content).hexdigest()
    (folder / "files.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_there_is_what_is_there_for_who_asks(cast: Cast) -> None:
    """A leader reads all of the town but for what is restricted; the secretary of the bureau none of it, and no package."""
    query = f"unit={cast.door.world.units[TOWN]}&round={cast.door.world.round_id}"
    whole, fewer = cast.package("office", query), cast.package("leading_group", query)
    assert told(whole) == {cast.first, cast.done, cast.kept, cast.withheld}
    assert told(fewer) == {cast.first, cast.done, cast.withheld}
    assert any(SHUT in row["path"] for row in listed(whole))
    assert not any(SHUT in row["path"] or "2号" in row["path"] for row in listed(fewer))
    assert {row["path"] for row in listed(whole)} == set(whole.namelist()) - {"trail.jsonl", "files.jsonl"}
    for name in (f"case={cast.kept}", f"case={cast.first}&case={cast.kept}"):
        assert cast.door.as_("leading_group").get(f"/cases/dossier.zip?{name}").status_code == 404
    assert cast.door.as_("secretary_bureau").get(f"/cases/dossier.zip?case={cast.first}").status_code == 404
    assert "没有符合条件的问题" in cast.door.as_("secretary_bureau").get(f"/cases/dossier.zip?{query}").text
    assert cast.door.as_("sysadmin").get("/cases/dossier.zip").status_code == 404
    assert "没有勾选" in cast.door.as_("office").get("/cases/dossier.zip?ticked=1").text
    assert told(cast.package("office", "")) == {cast.first, cast.done, cast.kept, cast.withheld, cast.other}


def test_of_what_is_hidden_of_a_case_there_are_hashes_alone(cast: Cast, tmp_path: Path) -> None:
    """The handler sees that a case is not made public, and neither why nor the papers of it; the package still checks."""
    package = cast.package("handler", f"case={cast.withheld}")
    package.extractall(tmp_path)
    checked, wrong, unnamed, *_ = check_dossier(tmp_path)
    assert (checked.ok, wrong) == (True, []), checked.why
    assert "verify" in acts(package)
    assert "withhold" not in acts(package)
    assert not any("领导小组" in name or "written_reason" in name for name in package.namelist())
    assert "checkpoint.txt" in unnamed
    assert check_dossier(tmp_path).left_out, "what was handed in for a restricted case as well is said to be left out"
    assert "withhold" in acts(cast.package("office", f"case={cast.withheld}"))


def test_a_large_one_is_watched_while_it_is_packed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier, "LONG", 0)
    office = cast.door.as_("office")
    answer = awaited(office, office.get(f"/cases/dossier.zip?case={cast.kept}"))
    assert told(zipfile.ZipFile(io.BytesIO(answer.content))) == {cast.kept}
    assert quote("案卷 一轮") in answer.headers["content-disposition"]


def test_taking_it_out_is_on_the_record(cast: Cast) -> None:
    cast.package("office", f"case={cast.kept}")
    world = cast.door.world
    sql = "SELECT words FROM security_log WHERE what = :what ORDER BY id DESC LIMIT 1"
    assert "1 个问题" in world.rows(sql, what="exported_dossier")[0][0]
    assert world.rows(sql, what="read_confided")[0][0] == "取出案卷"


def test_a_file_that_is_gone_or_altered_is_said(cast: Cast, tmp_path: Path) -> None:
    """The package is made all the same; its list says so, and so does the check."""
    home = Path(cast.door.world.home)
    ((sha,),) = cast.door.world.rows(
        "SELECT sha256 FROM materials WHERE case_id = :case AND kind = 'evidence'", case=cast.first
    )
    path = place_of(home, sha)
    whole = path.read_bytes()
    try:
        for content, said in ((b"%PDF-1.4 other", "内容与摘要不符"), (None, "不在了")):
            path.write_bytes(content) if content else path.unlink()
            folder = tmp_path / said
            cast.package("office", f"case={cast.first}").extractall(folder)
            wrong = check_dossier(folder).wrong
            assert len(wrong) == 1
            assert said in wrong[0]
    finally:
        path.write_bytes(whole)


def test_names_are_only_names() -> None:
    assert safe(HOSTILE.removesuffix(".pdf")) == "_.._etc__script_证_据___"
    assert safe("CON\r\n：甲\0乙.. ") == "CON ：甲乙"
    assert safe("\u202e ..") == "未命名"
    assert len(safe("长" * 300)) == LONGEST
    assert numbered(7, "整改报告", ".pdf") == "007 整改报告.pdf"
    assert [parted(name)[1] for name in ("a.PDF", "a", "x.p/df", "a.tar.gz", "甲.文档")] == [".pdf", "", "", ".gz", ""]
    assert numbered(7, *parted("整改报告.PDF")) == "007 整改报告.pdf", "the ending once, however it was written"
    assert parted("报告 2026.3.5 定稿") == ("报告 2026.3.5 定稿", "")


def test_pages_are_told_where_a_file_tells_them() -> None:
    assert pages_in(b"%PDF-1.7 << /Type /Pages /Kids [] /Count 12 >>") == 12
    assert pages_in(b"%PDF-1.7 nothing") is None


@pytest.mark.parametrize("part", [b"/Type/Pages ", b"/Count 1 ", b"/ObjStm ", b"/ObjStm stream\n", b"/Type "])
def test_a_file_made_to_be_read_slowly_is_read_at_once(part: bytes) -> None:
    """What a unit hands in is looked at as it is packed: a megabyte of it may not hold up the package."""
    begun = time.process_time()
    assert pages_in(b"%PDF-1.7 " + part * (1_000_000 // len(part))) is None
    assert time.process_time() - begun < 5


def test_pages_are_told_of_a_tree_that_is_packed_and_no_more_than_is_wanted_is_unpacked() -> None:
    packed = zlib.compress(b"<< /Count 7 /Type /Pages >>")
    bomb = b"<< /Type /ObjStm >> stream\n" + zlib.compress(bytes(16 << 20), 9) + b"\nendstream "
    tree = b"<< /Type /ObjStm >> stream\r\n" + packed + b"\nendstream "
    assert pages_in(b"%PDF-1.7 " + tree) == 7
    begun = time.process_time()
    assert pages_in(b"%PDF-1.7 " + tree + bomb * 200) == 7
    assert time.process_time() - begun < 5
