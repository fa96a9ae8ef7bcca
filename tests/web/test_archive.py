"""归档: what lacks is said, two people archive, the package stays as it was, what comes later is a supplement."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from archive.retention import PERMANENT, THIRTY, Retention, UnknownPaper
from register.wanted import Wanted
from storage.files import place_of
from tests import world as worlds
from tests.register.test_papers import draft, series, wanted
from tests.register.test_road import entered
from tests.web.conftest import Answer, Door, field_in
from tests.world import TOWN, VILLAGE, day
from trail.files import check_files
from workflow.subject import Material


def said(answer: Answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.text)).split())


def approve(door: Door, login: str = "office2", step: str = "approve") -> str:
    """Let the other of the office approve what waits, or turn it down."""
    ((number,),) = door.world.rows("SELECT MAX(id) FROM requests WHERE state = 'asked'")
    page = door.as_(login).get("/register").text
    form = page.partition(f'action="/register/requests/{number}"')[2].partition("</form>")[0]
    return said(door.as_(login).submit(f"/register/requests/{number}", {"step": step, "seen": field_in(form, "seen")}))


def turned_down(door: Door) -> None:
    """What waits is not approved, and leaves no package behind."""
    ((asked,),) = door.world.rows("SELECT fields FROM requests WHERE state = 'asked'")
    package = place_of(Path(door.world.home), json.loads(asked)["digest"])
    assert package.exists()
    assert "没有登记" in approve(door, step="refuse")
    assert not package.exists()


@pytest.fixture
def real(door: Door, monkeypatch: pytest.MonkeyPatch) -> Door:
    """A world whose materials are files of their own content."""

    def material(name: str) -> Material:
        kind, _, measure = name.partition("@")
        content = b"%PDF-1.7 " + kind.encode()
        path = place_of(Path(door.world.home), digest := hashlib.sha256(content).hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return Material(kind, digest, f"{kind}.pdf", len(content), int(measure) if measure else None)

    monkeypatch.setattr(worlds, "material", material)
    return door


def test_a_round_is_archived_by_two_and_supplemented(real: Door) -> None:
    door, world = real, real.world
    one, two = world.all_at_work(2, day(5, 10))
    world.feed_back(unit=VILLAGE, start=9)
    number = draft(world, cases=(one, two))
    entered(world, "head", wanted(world, number, series(world), 1))
    office, at = door.as_("office"), f"/archive?round={world.round_id}"
    assert "▲ 3 个问题未办结" in said(office.get("/archive"))
    page = said(office.get(at))
    assert "▲ 1 份盖章的文书没有扫描件" in page
    assert (TOWN in page, VILLAGE in page) == (True, True)
    ask = {"round": str(world.round_id)}
    assert "请写明理由" in said(office.submit("/archive", ask))
    made = office.submit("/archive", {**ask, "reason": "届末移交"})
    assert made.status_code == 303, said(made)
    assert "案卷已打包" in said(office.get("/archive?sent=1"))
    assert "○ 等另一人审批" in said(office.get("/archive"))
    assert "已有人申请归档" in said(office.submit("/archive", {**ask, "reason": "届末移交"}))
    turned_down(door)
    assert office.submit("/archive", {**ask, "reason": "届末移交"}).status_code == 303
    assert "已登记" in approve(door)
    ((number, fields),) = world.rows("SELECT id, fields FROM listed WHERE kind = 'archive'")
    answer = office.get(f"/archive/{number}")
    package = zipfile.ZipFile(io.BytesIO(answer.content))
    names = package.namelist()
    assert {"案卷目录.pdf", "移交清单.pdf", "移交清单.xlsx", "verify.py", "trail.jsonl"} <= set(names)
    assert sum(name.endswith("卷内目录.pdf") for name in names) == 2
    assert all(b"pdfaid:part" in package.read(name) for name in names if name.endswith("目录.pdf"))
    book = openpyxl.load_workbook(io.BytesIO(package.read("移交清单.xlsx")))
    assert [row[3].value for row in book["案卷"].iter_rows(min_row=3)] == [PERMANENT, PERMANENT]
    hashes = {row[0].value: row[1].value for row in book["文件摘要"].iter_rows(min_row=2)}
    rows = map(json.loads, package.read("files.jsonl").splitlines())
    listed = {row["path"]: row["sha256"] for row in rows if "path" in row}
    assert hashes.items() <= listed.items()
    ((body,),) = world.rows("SELECT body FROM trail WHERE action = 'archive.make'")
    after = json.loads(bytes(body))["after"]
    assert (after["digest"], after["n"], after["cases"]) == (json.loads(fields)["digest"], 0, 3)
    assert "没有新到的" in said(office.submit("/archive", {**ask, "reason": "再归一次"}))
    kept = place_of(Path(world.home), after["digest"])
    whole = kept.read_bytes()
    kept.chmod(0o600)
    kept.write_bytes(whole + b"!")
    assert after["digest"] in {digest for _, digest in check_files(world.engine, Path(world.home)).altered}
    kept.write_bytes(whole)
    world.later(20)
    door.known = {"": door.known[""]}
    world.do("handler", "progress", one)
    world.walk(one, "submit", "verify")
    assert door.as_("office").submit("/archive", {**ask, "reason": "补充"}).status_code == 303
    assert "已登记" in approve(door)
    assert "补充卷 1" in said(door.as_("office").get("/archive"))
    ((number,),) = world.rows("SELECT MAX(id) FROM listed WHERE kind = 'archive'")
    later = zipfile.ZipFile(io.BytesIO(door.as_("head").get(f"/archive/{number}").content)).namelist()
    assert any("report" in name for name in later)
    assert not any("plan" in name for name in later), "what was archived before is not archived again"
    for login in ("secretary", "leader", "sysadmin", "team"):
        assert door.as_(login).get("/archive").status_code == 404
        assert door.as_(login).get(f"/archive/{number}").status_code == 404


def test_who_does_not_know_of_all_archives_nothing(real: Door) -> None:
    door, world = real, real.world
    one, _ = world.all_at_work(2, day(5, 10))
    entered(
        world,
        "office",
        Wanted("restriction", "make", None, {"case": one, "roles": "secretary head", "people": "office"}, "涉密"),
    )
    refused = door.as_("office2").submit("/archive", {"round": str(world.round_id), "reason": "届末移交"})
    assert (refused.status_code, "不在您知悉范围" in said(refused)) == (422, True)
    unit = {"round": str(world.round_id), "unit": str(world.units[TOWN]), "reason": "届末移交"}
    assert door.as_("office").submit("/archive", unit).status_code == 303
    approve(door)
    ((number,),) = world.rows("SELECT id FROM listed WHERE kind = 'archive'")
    assert door.as_("office2").get(f"/archive/{number}").status_code == 404
    assert door.as_("office").get(f"/archive/{number}").status_code == 200


def test_what_was_made_void_since_lies_in_the_package_for_those_who_know_of_it(real: Door) -> None:
    """It is in no list any more, and still in the package that was archived before."""
    door, world = real, real.world
    one, _ = world.all_at_work(2, day(5, 10))
    assert (
        door.as_("office").submit("/archive", {"round": str(world.round_id), "reason": "届末移交"}).status_code == 303
    )
    approve(door)
    ((number,),) = world.rows("SELECT id FROM listed WHERE kind = 'archive'")
    assert world.with_second("office", "office2", "void", one, {"ground": "error"}).outcome == "done"
    circle = {"case": one, "roles": "secretary head", "people": "office"}
    entered(world, "office", Wanted("restriction", "make", None, circle, "涉密"))
    assert door.as_("office2").get(f"/archive/{number}").status_code == 404
    assert door.as_("office").get(f"/archive/{number}").status_code == 200


def test_how_long_things_are_kept_is_a_table_that_an_office_changes() -> None:
    usual, own = Retention.of({}), Retention.of({"talk_record": PERMANENT})
    assert [usual.period(kind) for kind in ("inspection_advice", "evidence", "minutes", "talk_record", "reminder")] == [
        PERMANENT, THIRTY, THIRTY, "10年", "10年",
    ]  # fmt: skip
    assert own.period("talk_record") == PERMANENT
    assert Retention.longest(["10年", THIRTY]) == THIRTY
    with pytest.raises(UnknownPaper, match="talk_recrod"):
        Retention.of({"talk_recrod": PERMANENT})
