"""Scope 职责范围: a post with units or a round shows nothing of what lies outside, on any page, in any number, in any file.

The strongest way to say so: whatever happens outside, every page stays word for word what it was.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx import Document

from figures.printed import PRINTED
from notifications.deliver import deliver
from notifications.settings import channel_for
from register.kinds import KINDS
from states import STATES
from tests.post.sending import folder
from tests.test_corners import FACES
from tests.web.conftest import PASSWORD, Answer, Door
from tests.web.posted import hire
from tests.web.stage import Stage, kind_of, routes_of
from tests.web.test_foreign import requests_for, same_as_not_there
from tests.web.test_matrix import Asking, Line, _brought
from tests.world import BUREAU, TOWN, VILLAGE, county
from trail.offline import check_export

# Who is of the bureau alone, and what they may open beside what everybody does.
# What scopes ask of PostgreSQL is asked by their own tests and, of every page, by tests/web/test_statements.py.
pytestmark = pytest.mark.long("postgres")
RESIDENTS = {
    "resident_discipline": "discipline",
    "resident_organisation": "organisation",
    "resident_team": "team",
    "resident_office": "office",
    "resident_leader": "leader",
    "resident_auditor": "auditor",
    "auditor_of_rounds": "auditor",
}
STATES_HERE = ("feedback", "plan_review", "rectifying", "submitted", "verified", "escalated", "withheld")
# What stands on a page by chance alone: the token of a session, the key of a form, what is sealed for an account.
BY_CHANCE = re.compile(r'value="[^"]{20,}"|[0-9a-f]{32,}')
QUERIES = (
    "", "?state=open", "?lamp=late", "?lamp=late_or_escalated", "?lamp=office", "?lamp=near", "?lamp=paused", "?flagged=1",
    "?q=路灯", "?sort=number", "?kind=focused", "?unit=1", "?round=1", "?state=rectifying",
)  # fmt: skip


@dataclass
class Bureau:
    """What is there for those of the bureau, and what others have beside it."""

    stage: Stage
    own: dict[str, int] = field(default_factory=dict)
    draft: int = 0
    material: int = 0
    mail: int = 0
    before: dict[str, dict[str, str]] = field(default_factory=dict)
    after: dict[str, dict[str, str]] = field(default_factory=dict)
    foreign: dict[str, int] = field(default_factory=dict)


def names_of(bureau: Bureau) -> dict[str, Any]:
    """Return what stands for the parts of an address."""
    stage = bureau.stage
    case = bureau.own["rectifying"]
    told = _brought(Asking(stage, Line("GET", "/import/done", "", "", {}), "resident_office"))[1]["told"]
    return {
        "case_id": case, "index": stage.last_index(case), "draft": bureau.draft, "material": bureau.material, "mail": bureau.mail, "told": told, "post": 1, "dictionary": stage.dictionary(),
    }  # fmt: skip


# Every route that answers GET, with addresses of what is there for the bureau.
ADDRESSES: dict[str, Callable[[dict[str, Any], Bureau], list[str]]] = {
    "/": lambda n, b: ["/"],
    "/me": lambda n, b: ["/me"],
    "/me/ties": lambda n, b: ["/me/ties"],
    "/days": lambda n, b: ["/days?said=2026.3.5"],
    "/cases": lambda n, b: [f"/cases{query}" for query in QUERIES],
    "/cases/columns": lambda n, b: ["/cases/columns"],
    "/cases/views": lambda n, b: ["/cases/views?q=路灯"],
    "/cases/export": lambda n, b: ["/cases/export", "/cases/export?state=open&columns=own&column=state"],
    "/cases/export.xlsx": lambda n, b: ["/cases/export.xlsx", "/cases/export.xlsx?state=open&columns=usual"],
    "/cases/{case_id}": lambda n, b: [f"/cases/{case}" for case in b.own.values()],
    "/cases/topics": lambda n, b: [f"/cases/topics?case={b.own['rectifying']}", "/cases/topics?pick=found"],
    "/cases/{case_id}/topics": lambda n, b: [f"/cases/{b.own['rectifying']}/topics"],
    "/cases/{case_id}/proof/{index}": lambda n, b: [],  # a proof leads to the root of the whole tree: tried by itself
    "/materials/{number}": lambda n, b: [f"/materials/{n['material']}"],
    "/drafts/{number}": lambda n, b: [f"/drafts/{n['draft']}"],
    "/drafts/{number}/files/{place}": lambda n, b: [f"/drafts/{n['draft']}/files/0"],
    "/acts/{action}": lambda n, b: [
        f"/acts/{action}?case={b.own[state]}"
        for action, state in (
            ("opine", "plan_review"),
            ("verify", "submitted"),
            ("void", "rectifying"),
            ("reopen", "verified"),
        )
    ],
    "/papers": lambda n, b: ["/papers", "/papers?year=2026", "/papers?q=路灯"],
    "/papers/new": lambda n, b: ["/papers/new"],
    "/papers/together": lambda n, b: [],
    "/papers/receipts": lambda n, b: ["/papers/receipts"],
    "/papers/{number}": lambda n, b: [],  # tried in tests/web/test_papers.py
    "/papers/{number}/{field}": lambda n, b: [],
    "/papers/drafts/{number}": lambda n, b: [],
    "/papers/drafts/{number}/{form}": lambda n, b: [],
    "/copies": lambda n, b: ["/copies"],
    "/copies/{case_id}/{number}": lambda n, b: [f"/copies/{case}/1" for case in b.own.values()],
    "/import": lambda n, b: ["/import"],
    "/import/prepared": lambda n, b: ["/import/prepared"],
    "/import/prepared/{number}": lambda n, b: [],  # the office's of all units and rounds
    "/import/prepared/{number}/file": lambda n, b: [],
    "/import/prepared/{number}/letter": lambda n, b: [],
    "/import/round": lambda n, b: [],
    "/recurrences": lambda n, b: ["/recurrences", "/recurrences?round=1&page=2"],
    "/look-backs": lambda n, b: ["/look-backs", "/look-backs?whose=ours&looked=unseen", "/look-backs?unit=1"],
    "/orders": lambda n, b: ["/orders"],
    "/orders/new/{number}": lambda n, b: [],
    "/orders/{number}": lambda n, b: [],
    "/orders/{number}/notice": lambda n, b: [],
    "/handovers/{number}": lambda n, b: [f"/handovers/{n['draft']}"],
    "/handovers/{number}/sheet.xlsx": lambda n, b: [f"/handovers/{n['draft']}/sheet.xlsx"],
    "/import/done": lambda n, b: [f"/import/done?told={n['told']}"],
    "/log": lambda n, b: [
        "/log",
        "/log?number=1",
        "/log?unit=党",
        "/log?action=feed_back",
        "/log?from=2026-03-02",
        "/log?person=陈",
    ],
    "/log/checkpoints": lambda n, b: [],  # the sizes of the whole tree, and nothing of a case
    "/log/{index}": lambda n, b: [],  # tried by itself
    "/mails": lambda n, b: ["/mails", "/mails?state=sent", "/mails?state=waiting"],
    "/mails/{number}": lambda n, b: [f"/mails/{n['mail']}"],
    "/help": lambda n, b: [],  # the same for everybody
    "/help/{name}": lambda n, b: [],
    "/help/pictures/{name}": lambda n, b: [],
    "/register": lambda n, b: ["/register"],
    "/setup": lambda n, b: ["/setup"],
    "/cases/{case_id}/restrict": lambda n, b: [],  # the whole jurisdiction's, and nobody's here
    "/log/readings": lambda n, b: [],  # as above
    "/vacancies": lambda n, b: ["/vacancies"],
    "/register/{kind_name}/import": lambda n, b: ["/register/unit/import"],
    "/register/{kind_name}/template.xlsx": lambda n, b: [],  # the same for everybody
    "/batches/{number}": lambda n, b: [],  # tried by itself
    "/cases/dossier.zip": lambda n, b: [],  # unpacked by itself: test_dossier
    "/archive": lambda n, b: ["/archive"],
    "/archive/{number}": lambda n, b: ["/archive/1"],
    "/exchange": lambda n, b: ["/exchange"],
    "/exchange/taken/{number}": lambda n, b: ["/exchange/taken/1"],
    "/register/calendar": lambda n, b: ["/register/calendar"],
    "/register/calendar/enter": lambda n, b: ["/register/calendar/enter"],
    "/register/calendar/{year}.csv": lambda n, b: ["/register/calendar/2026.csv"],
    "/register/calendar/requests/{number}": lambda n, b: ["/register/calendar/requests/1"],
    "/register/suspension/requests/{number}": lambda n, b: ["/register/suspension/requests/1"],
    "/register/setting": lambda n, b: ["/register/setting"],
    "/register/profile": lambda n, b: ["/register/profile"],
    "/register/profile/{digest}": lambda n, b: [f"/register/profile/{county().digest}"],
    "/register/profile/{digest}/next": lambda n, b: [f"/register/profile/{county().digest}/next"],
    "/register/profile/{digest}/try": lambda n, b: [f"/register/profile/{county().digest}/try"],
    "/register/profile/requests/{number}": lambda n, b: ["/register/profile/requests/1"],
    "/register/dictionary": lambda n, b: ["/register/dictionary"],
    "/register/dictionary/enter": lambda n, b: ["/register/dictionary/enter"],
    "/register/dictionary/template.xlsx": lambda n, b: ["/register/dictionary/template.xlsx"],
    "/register/dictionary/{number}": lambda n, b: [f"/register/dictionary/{n['dictionary']}"],
    "/register/round/{number}/plan": lambda n, b: ["/register/round/1/plan"],
    "/figures": lambda n, b: [f"/figures?table={name}" for name in PRINTED],
    "/figures.xlsx": lambda n, b: ["/figures.xlsx"],
    "/figures/{form}": lambda n, b: ["/figures/docx?table=unit&only=1"],
    "/coverage": lambda n, b: [f"/coverage?of={b.stage.term()}"],
    "/register/term/{number}/coverage": lambda n, b: [f"/register/term/{b.stage.term()}/coverage"],
    "/register/term/{number}/coverage.xlsx": lambda n, b: [f"/register/term/{b.stage.term()}/coverage.xlsx"],
    "/register/{kind_name}": lambda n, b: [f"/register/{kind}" for kind in KINDS],
    "/register/{kind_name}/{row}": lambda n, b: [
        "/register/unit/1",
        "/register/inspection/1",
        f"/register/post/{n['post']}",
    ],
    "/register/{kind_name}/{row}/files/{field}": lambda n, b: [],  # tried by itself
    "/accounts": lambda n, b: ["/accounts"],
    "/accounts/{number}": lambda n, b: ["/accounts/1"],
    "/register/requests/{number}": lambda n, b: ["/register/requests/1"],
    "/security": lambda n, b: ["/security"],
    "/sent/{token}": lambda n, b: [],  # a file that the viewer has sent
    "/sent/{token}/view": lambda n, b: [],
    "/making/{token}": lambda n, b: [],  # a file that was made for the viewer
    "/making/{token}/file": lambda n, b: [],
    "/queue": lambda n, b: ["/queue"],
    "/done": lambda n, b: ["/done", "/done?q=路灯"],
    "/messages": lambda n, b: ["/messages"],
    "/feeds/{token}": lambda n, b: [],  # whoever knows the address, whoever they are
    "/materials/{number}/view": lambda n, b: [f"/materials/{n['material']}/view"],
    "/drafts/{number}/files/{place}/view": lambda n, b: [f"/drafts/{n['draft']}/files/0/view"],
    "/signin": lambda n, b: [],
    "/first/{token}": lambda n, b: [],  # before anybody is there
    "/signin/code": lambda n, b: [],
    "/me/second": lambda n, b: [],  # a secret made anew each time
    "/security/export.csv": lambda n, b: ["/security/export.csv"],
    "/healthz": lambda n, b: [],
    "/static/{path}": lambda n, b: [],
}


def told_of(answer: Answer) -> str:
    """Return what a page says, without what stands there by chance; of a workbook its cells, of a Word file its words, of a dossier its names and entries."""
    if kind_of(answer) == "file" and answer.headers["content-type"] == "application/zip":
        package = zipfile.ZipFile(BytesIO(answer.content))
        return "\n".join([*package.namelist(), package.read("trail.jsonl").decode()])
    if kind_of(answer) == "file" and answer.content[:2] == b"PK":
        if b"word/document.xml" in answer.content:
            return "\n".join(
                one.text or "" for one in Document(BytesIO(answer.content)).element.body.iter() if one.text
            )
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
        return "\n".join(str(row) for row in sheet.iter_rows(values_only=True))
    return f"{answer.status_code} {BY_CHANCE.sub('', answer.text)}"


def seen_by(bureau: Bureau, login: str) -> dict[str, str]:
    """Return all that a viewer gets, by its address."""
    visitor, names = bureau.stage.door.as_(login), names_of(bureau)
    addresses = [address for make in ADDRESSES.values() for address in make(names, bureau)]
    return {address: told_of(visitor.get(address)) for address in addresses}


def seen_afterwards(bureau: Bureau, login: str) -> dict[str, str]:
    """Return what a viewer gets after all that happened outside; it is asked for once."""
    if login not in bureau.after:
        bureau.after[login] = seen_by(bureau, login)
    return bureau.after[login]


def sent_out(stage: Stage) -> None:
    post = folder(stage.world.home / "mail")
    deliver(stage.world.engine, post, stage.world.now, channel_for(post))


def settled_outside(stage: Stage) -> dict[str, int]:
    """Let the town and its village have something of everything: cases in every state, drafts, files, mails."""
    for name in FACES:
        if name in STATES:
            stage.own[name] = stage._walked(TOWN, name)
    village = stage._walked(VILLAGE, "rectifying")
    stage.draft("handler", "claim", stage._walked(TOWN, "feedback"))
    draft = stage.objection("handler", stage._walked(TOWN, "feedback"))
    material = stage.material(stage.own["rectifying"])
    stage.draft("team", "void", stage.own["claimed"])
    stage.world.try_("discipline", "opine", stage.own["plan_review"])
    stage.world.refused("secretary", "publicize", stage.own["rectifying"])
    sent_out(stage)
    mail = stage.world.rows("SELECT MAX(d.id) FROM deliveries d WHERE d.case_id = :case", case=stage.own["rectifying"])
    return {
        "case": stage.own["rectifying"],
        "draft": draft,
        "material": material,
        "mail": mail[0][0],
        "village": village,
    }


@pytest.fixture(scope="module")
def bureau(town_door: Door) -> Bureau:
    """Let the bureau have its cases; look at every page; then let the others have theirs."""
    stage = Stage(town_door)
    world = stage.world
    found = Bureau(stage, {state: stage._walked(BUREAU, state) for state in STATES_HERE})
    for login, role in RESIDENTS.items():
        if login != "auditor_of_rounds":
            hire(world, login, role, BUREAU)
    for case in found.own.values():
        hire(world, "auditor_of_rounds", "auditor", round=world.row(case).round_id)
    found.draft = stage.objection("handler_bureau", found.own["feedback"])
    found.material = stage.material(found.own["rectifying"])
    sent_out(stage)
    found.mail = world.rows("SELECT MIN(id) FROM deliveries WHERE state = 'sent'")[0][0]
    for login in RESIDENTS:  # that they were opened stands on the pages of copies from here on
        for case in found.own.values():
            town_door.as_(login).get(f"/copies/{case}/1")
    found.before = {login: seen_by(found, login) for login in RESIDENTS}
    found.foreign = settled_outside(stage)
    return found


def test_every_get_route_is_walked(bureau: Bureau) -> None:
    there = {route for method, route in routes_of(bureau.stage.door.app.routes) if method == "GET"}
    assert there == set(ADDRESSES), "say what its address is for somebody of one unit"


@pytest.mark.parametrize("login", RESIDENTS)
def test_whatever_happens_outside_every_page_stays_what_it_was(bureau: Bureau, login: str) -> None:
    before, after = bureau.before[login], seen_afterwards(bureau, login)
    assert [address for address in before if before[address] != after[address]] == []
    assert sum(page.startswith("200") for page in after.values()) > 10, "most pages are there for them"


@pytest.mark.parametrize("login", RESIDENTS)
def test_no_page_names_a_unit_a_case_or_a_paper_from_outside(bureau: Bureau, login: str) -> None:
    world = bureau.stage.world
    outside = [
        row[0] for row in world.rows("SELECT id FROM cases WHERE unit_id <> :bureau", bureau=world.units[BUREAU])
    ]
    assert outside
    for address, text in seen_afterwards(bureau, login).items():
        assert TOWN not in text, address
        assert VILLAGE not in text, address
        assert not [case for case in outside if f'/cases/{case}"' in text or f'case={case}"' in text], address


@pytest.mark.parametrize("login", RESIDENTS)
def test_the_ledger_and_its_export_hold_the_own_cases_and_count_no_other(bureau: Bureau, login: str) -> None:
    visitor = bureau.stage.door.as_(login)
    page = visitor.get("/cases").text
    assert {int(one) for one in re.findall(r'href="/cases/(\d+)"', page)} == set(bureau.own.values())
    assert f"台账 {len(bureau.own)} 条" in page
    rows = visitor.get("/cases/export.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(rows.content)).worksheets[0]
    text = "\n".join(str(row) for row in sheet.iter_rows(values_only=True))
    assert text.count(BUREAU) >= len(bureau.own)
    assert TOWN not in text


@pytest.mark.parametrize("login", RESIDENTS)
def test_what_lies_outside_is_as_if_it_did_not_exist(bureau: Bureau, login: str) -> None:
    stage, foreign = bureau.stage, bureau.foreign
    visitor = stage.door.as_(login)
    index = stage.last_index(foreign["case"])
    for method, path, one, data, files in requests_for(foreign["case"], foreign["material"], foreign["draft"], index):
        same_as_not_there(visitor, method, path, one, data, files)
    same_as_not_there(visitor, "GET", "/cases/{n}", foreign["village"])
    same_as_not_there(visitor, "GET", "/mails/{n}", foreign["mail"])
    same_as_not_there(visitor, "GET", "/log/{n}", index)


def test_a_resident_acts_on_their_units_cases_and_it_counts_for_their_role(bureau: Bureau) -> None:
    stage = bureau.stage
    case = stage._walked(BUREAU, "plan_review")
    answer = stage.door.as_("resident_discipline").sign(
        "/acts/opine", {"case": str(case), "s.opinion": "agree", "s.text": "可行"}
    )
    assert answer.status_code == 200, answer.text
    entry = stage.world.entry(case)
    [(post,)] = stage.world.rows(
        "SELECT id FROM posts WHERE person_id = :person", person=stage.world.people["resident_discipline"]
    )
    assert entry["actor"] == {
        "person": stage.world.people["resident_discipline"], "login": "resident_discipline", "role": "discipline", "post": post,
    }  # fmt: skip
    assert stage.world.refused("discipline", "opine", case) == "本次已提出过意见"


def test_an_auditor_of_a_unit_sees_its_entries_and_proves_them(bureau: Bureau) -> None:
    visitor, stage = bureau.stage.door.as_("resident_auditor"), bureau.stage
    own = stage.last_index(bureau.own["rectifying"])
    assert visitor.get(f"/log/{own}").status_code == 200
    assert visitor.get(f"/cases/{bureau.own['rectifying']}/proof/{own}").status_code == 200
    listed = set(map(int, re.findall(r'href="/log/(\d+)"', visitor.get("/log").text)))
    theirs = {
        row[0]
        for row in stage.world.rows(
            "SELECT t.idx FROM trail t JOIN cases c ON c.id = t.case_id WHERE c.unit_id = :bureau",
            bureau=stage.world.units[BUREAU],
        )
    }
    assert listed <= theirs
    assert len(listed) == min(len(theirs), 100)


@pytest.mark.parametrize("login", ["resident_auditor", "auditor_of_rounds"])
@pytest.mark.parametrize("texts", ["0", "1"])
def test_their_export_proves_the_tree_and_holds_of_other_entries_the_leaf_alone(
    bureau: Bureau, login: str, texts: str, tmp_path: Any
) -> None:
    answer = bureau.stage.door.as_(login).submit("/log/export", {"texts": texts})
    path = tmp_path / "trail.jsonl"
    path.write_bytes(answer.content)
    rows = [json.loads(line) for line in answer.content.splitlines()[1:]]
    shown = [json.loads(row["body"])["case"] for row in rows if "body" in row]
    units = dict(bureau.stage.world.rows("SELECT id, unit_id FROM cases"))
    assert {units[case] for case in shown} == {bureau.stage.world.units[BUREAU]}
    assert all(set(row) == {"idx", "leaf", "withheld"} for row in rows if "body" not in row)
    checked = check_export(path)
    assert (checked.ok, checked.withheld, checked.size) == (True, len(rows) - len(shown), len(rows))


def test_who_verifies_the_log_for_a_scope_reads_whether_it_is_sound_and_no_more(bureau: Bureau) -> None:
    stage = bureau.stage
    with stage.world.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM duty_runs WHERE name = 'verify'")
        why = json.dumps({"ok": False, "first_bad": 7, "why": f"问题 9（编号 3）{TOWN}"}, ensure_ascii=False)
        connection.exec_driver_sql(f"INSERT INTO duty_runs (name, at, ok, words) VALUES ('verify', 1, FALSE, '{why}')")
    assert TOWN in stage.door.as_("auditor").get("/log").text
    page = stage.door.as_("resident_auditor").get("/log").text
    assert "核验不符" in page
    assert TOWN not in page
    with stage.world.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM duty_runs WHERE name = 'verify'")


LEDGER = "单位,编号,问题,具体表现\n{unit},{number},路灯不亮,背街\n"


@pytest.mark.parametrize(("unit", "taken"), [(BUREAU, True), (TOWN, False), ("没有这个单位", False)])
def test_an_office_of_units_brings_in_their_ledgers_alone(bureau: Bureau, unit: str, *, taken: bool) -> None:
    visitor, world = bureau.stage.door.as_("resident_office"), bureau.stage.world
    content = LEDGER.format(unit=unit, number=77).encode("utf-8-sig")
    [(name,)] = world.rows(
        "SELECT name FROM rounds WHERE id = :round", round=world.row(bureau.own["rectifying"]).round_id
    )
    before = world.rows("SELECT COUNT(*) FROM units")
    data = {"round": name, "feedback": "2026-03-02", "step": "look"}
    page = visitor.submit("/import", data, files={"m.problem_list": ("台账.csv", content)})
    assert (page.status_code == 200) == taken, page.text
    assert ("不在您的职责范围内，不能导入" in page.text) == (not taken)
    assert "尚未登记" not in page.text
    assert world.rows("SELECT COUNT(*) FROM units") == before


def test_whose_role_reaches_a_case_makes_the_move_though_another_post_of_theirs_sees_more(bureau: Bureau) -> None:
    """Of the town one sees the cases as the organisation department, and verifies those of the bureau alone."""
    stage = bureau.stage
    world = stage.world
    hire(world, "two_posts", "office", BUREAU)
    hire(world, "two_posts", "organisation")
    visitor, case = stage.door.as_("two_posts"), stage.own["submitted"]
    assert visitor.get(f"/cases/{case}").status_code == 200
    assert "verify" not in re.findall(r'href="/acts/(\w+)', visitor.get(f"/cases/{case}").text)
    answer = visitor.submit(
        "/acts/void", {"case": str(case), "s.ground": "error", "s.reason": "重", "step": "check", "password": PASSWORD}
    )
    assert answer.status_code == 422
    assert "应由巡察办办理" in answer.text
    assert visitor.get("/mails").text.count(TOWN) == 0
