"""Fields that a request does not ask write nothing: every route that writes is given the same smuggled ones."""

from __future__ import annotations

import csv
import io
import json

import pytest
from starlette.routing import Mount

from notifications.deliver import deliver
from notifications.settings import channel_for
from storage.requests import packed
from tests.household import open_as_operator
from tests.post.sending import folder
from tests.web.conftest import PASSWORD, Door, field_in
from tests.web.stage import PDF, Stage, kind_of, routes_of
from tests.web.test_foreign import kept
from tests.web.test_prepared import prepared
from tests.world import BUREAU, TOWN
from web.routers import ROUTERS

SMUGGLED = {
    "state": "publicized", "settled_at": "1", "version": "99", "unit_id": "3", "answerable_id": "3", "unit": BUREAU, "jurisdiction": "2", "owes": "office",
    "void": "1", "flagged": "", "due_on": "2099-01-01", "written_by": "1", "prepared_by": "1", "prepared_role": "office", "occurred_on": "2020-01-01",
    "actor": "office", "role": "office", "via": "cli", "on_behalf": "leading_group", "decided_by": "1", "asked_by": "1", "person_id": "1", "account_id": "1",
    "password_hash": "x", "must_change": "0", "cycle": "9", "added_by": "1", "s.state": "publicized", "s.settled_at": "1", "s.unit_id": "3", "s.kind": "standing",
}  # fmt: skip


def test_a_claim_takes_what_it_asks_and_nothing_else(door: Door) -> None:
    [case] = door.world.feed_back()
    [other] = door.world.feed_back(unit=BUREAU)
    secretary = door.as_("secretary")
    asked = {f"c{case}.responsible": "林建国", f"c{case}.department": "村建中心", f"c{case}.person": "李敏"}
    own = {f"c{case}.{name}": value for name, value in SMUGGLED.items()} | {f"c{other}.responsible": "别人"}
    before = door.world.row(other)
    done = secretary.sign("/acts/claim", {**SMUGGLED, **own, **asked, "case": str(case)})
    assert (done.status_code, kind_of(done)) == (200, "page")
    row, entry = door.world.row(case), door.world.entry(case)
    assert (row.state, row.version, row.unit_id, row.answerable_id, row.jurisdiction, row.settled_at, row.void) == (
        "claimed", 2, door.world.units[TOWN], door.world.units[TOWN], door.world.place, None, False,
    )  # fmt: skip
    assert (
        entry["actor"]["login"],
        entry["actor"]["role"],
        entry["via"],
        entry["on_behalf"],
        entry["occurred_on"],
    ) == ("secretary", "secretary", "web", None, None)
    assert entry["prepared_by"] is None
    assert set(entry["answers"]) == {"responsible", "department", "person"}
    assert door.world.row(other) == before


def test_a_field_of_a_file_that_is_no_material_is_passed_over(door: Door) -> None:
    [case] = door.world.feed_back()
    for name in ("m.no_such_kind", "state", "e1.no_such", "m.", "c1.state", "m.evidence@²", "e9.evidence@²"):
        answer = door.as_("secretary").submit(
            "/acts/claim", {"case": str(case), "step": "check"}, files={name: ("证明.pdf", PDF)}
        )
        assert answer.status_code == 422, name
        assert "MATERIALS" not in answer.text
    assert door.world.actions(case) == ["feed_back"]


def test_a_version_that_is_no_number_is_no_version(door: Door) -> None:
    [case] = door.world.feed_back()
    for version in ("²", "-1", "1e3", "x", "٣" * 30):
        assert door.as_("secretary").submit("/acts/claim", {"case": str(case), f"v{case}": version}).status_code == 422


def test_an_attached_file_is_evidence_of_this_cycle_by_whoever_sent_it(door: Door) -> None:
    [case] = door.world.feed_back()
    door.world.walk(case, "claim", "submit_plan", "approve_plan")
    files = {"m.minutes": ("证明.pdf", PDF)}
    answer = door.as_("handler").submit(
        f"/cases/{case}/materials", {**SMUGGLED, "measure": "1", "kind": "minutes", "case_id": "9"}, files=files
    )
    assert answer.status_code == 303
    rows = door.world.rows("SELECT case_id, version, cycle, kind, added_by FROM materials WHERE version = 0")
    assert [tuple(row) for row in rows] == [(case, 0, 1, "evidence", door.world.people["handler"])]


def test_a_request_for_an_account_is_not_its_own_approval(door: Door) -> None:
    asked = {"kind": "open", "login": "new.person", "name": "新人", "role": "team", "reason": "调入"}
    answer = door.as_("sysadmin").submit(
        "/accounts", {**SMUGGLED, **asked, "unit": "", "state": "approved", "step": "approve"}
    )
    assert answer.status_code == 303
    rows = door.world.rows(
        "SELECT jurisdiction, state, fields, asked_by, decided_by FROM requests WHERE state = 'asked'"
    )
    fields = packed({"login": "new.person", "name": "新人", "role": "team"})
    assert [tuple(row) for row in rows] == [(door.world.place, "asked", fields, door.world.people["sysadmin"], None)]
    assert door.world.rows("SELECT COUNT(*) FROM accounts WHERE login = 'new.person'") == [(0,)]


def test_an_approval_gives_what_was_asked_and_nothing_that_the_form_adds(door: Door) -> None:
    stage = Stage(door)
    number, secadmin = stage.request(), door.as_("secadmin")
    seen = field_in(secadmin.get("/accounts").text, "seen")
    added = {**SMUGGLED, "role": "office", "login": "secadmin", "unit": TOWN}
    answer = secadmin.submit(f"/accounts/{number}", {**added, "step": "approve", "seen": seen})
    assert answer.status_code == 200
    rows = door.world.rows(
        "SELECT p.role, p.unit_id, p.jurisdiction FROM posts p JOIN accounts a ON a.person_id = p.person_id WHERE a.login = 'new.person'"
    )
    assert [tuple(row) for row in rows] == [("team", None, door.world.place)]


def test_a_unit_is_entered_with_what_its_form_asks_and_nothing_else(door: Door) -> None:
    """What is not asked is passed over, of a new one and of a change, which waits for another."""
    asked = {**SMUGGLED, "parent_id": "1", "successor": TOWN, "successor_id": "1", "ends_on": "2020-01-01", "id": "9"}
    answer = door.as_("office").submit("/register/unit/make", {**asked, "name": "新城街道党工委"})
    assert answer.status_code == 303, answer.text
    kept_row = (
        "SELECT jurisdiction, parent_id, answerable_id, ends_on, successor_id FROM units WHERE name = '新城街道党工委'"
    )
    assert [tuple(row) for row in door.world.rows(kept_row)] == [(door.world.place, None, None, None, None)]
    answer = door.as_("office").submit(f"{answer.headers['location']}/change", {**asked, "name": "新城街道工委"})
    assert answer.status_code == 303, answer.text
    waiting = door.world.rows(
        "SELECT jurisdiction, fields, asked_by, state, decided_by FROM requests WHERE state = 'asked'"
    )
    said = packed({"name": "新城街道工委"})
    assert [tuple(row) for row in waiting] == [(door.world.place, said, door.world.people["office"], "asked", None)]


def test_looking_and_deciding_take_their_number_and_nothing_else(door: Door) -> None:
    open_as_operator(door.world, door.world.place, "by.hand", "手工", "team")
    (standing,) = {row[0] for row in door.world.rows("SELECT MIN(idx) FROM requests WHERE state = 'standing'")}
    before = kept(door.world)
    assert door.as_("secauditor").submit("/register/looked", {**SMUGGLED, "entry": str(standing)}).status_code == 303
    after = kept(door.world)
    assert {name for name in after if after[name] != before[name]} == {"heads", "requests", "trail"}
    assert door.as_("secadmin").submit("/register/requests/999", {**SMUGGLED, "step": "approve"}).status_code == 404
    assert kept(door.world) == after


def test_a_password_changes_for_nobody_but_oneself(door: Door) -> None:
    hashes = dict(door.world.rows("SELECT login, password_hash FROM accounts"))
    new = {"old": PASSWORD, "new": "Xinde-2026-mima", "again": "Xinde-2026-mima", "login": "office", "account": "1"}
    assert door.sign_in("handler").submit("/me/password", {**SMUGGLED, **new}).status_code == 200
    after = dict(door.world.rows("SELECT login, password_hash FROM accounts"))
    assert {login for login in after if after[login] != hashes[login]} == {"handler"}


def test_nobody_chooses_or_sees_for_another(door: Door) -> None:
    door.world.feed_back()
    post = folder(door.world.home / "mail")
    deliver(door.world.engine, post, door.world.now, channel_for(post))
    visitor = door.as_("handler")
    assert visitor.submit("/me/letters", {**SMUGGLED, "letters": "at_once"}).status_code == 200
    assert visitor.submit("/messages", {**SMUGGLED, "newest": "99"}).status_code == 303
    assert visitor.submit("/me/feed", SMUGGLED).status_code == 200
    mine = door.world.people["handler"]
    assert [
        tuple(one) for one in door.world.rows("SELECT person_id, letters FROM preferences WHERE feed_hash IS NOT NULL")
    ] == [(mine, "at_once")]
    assert door.world.rows("SELECT DISTINCT person_id FROM deliveries WHERE seen_at IS NOT NULL") == [(mine,)]


def test_a_tie_is_declared_of_nobody_but_oneself(door: Door) -> None:
    other = {"person": "office", "person_id": str(door.world.people["office"]), "unit": TOWN, "why": "kin"}
    assert door.as_("handler").submit("/me/ties", {**SMUGGLED, **other}).status_code == 303
    ((fields,),) = door.world.rows("SELECT fields FROM listed WHERE kind = 'tie'")
    assert json.loads(fields)["person_id"] == door.world.people["handler"]


def test_a_case_is_restricted_by_its_address_alone(door: Door) -> None:
    case, other = door.world.feed_back(2)
    form = {"roles": "secretary", "people": "office", "reason": "涉密", "case": str(other), "lifted": "1", "row": "9"}
    assert door.as_("office").submit(f"/cases/{case}/restrict", {**SMUGGLED, **form}).status_code == 303
    ((fields,),) = door.world.rows("SELECT fields FROM listed WHERE kind = 'restriction'")
    kept = json.loads(fields)
    assert (kept["case"], kept["lifted"], kept["roles"]) == (case, None, "secretary")


def test_a_ledger_cannot_say_where_its_problems_stand(door: Door) -> None:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(
        [
            ["编号", "单位", "问题", "状态", "销号日期", "state"],
            ["1", TOWN, "路灯不亮", "已公开", "2020-01-01", "publicized"],
        ]
    )
    files = {"m.problem_list": ("台账.csv", sheet.getvalue().encode())}
    answer = door.as_("office").submit(
        "/import", {**SMUGGLED, "round": "二轮", "unit": "", "feedback": "2026-03-02", "step": "do"}, files=files
    )
    assert answer.status_code == 303, answer.text
    assert [tuple(row) for row in door.world.rows("SELECT state, version, settled_at FROM cases")] == [
        ("feedback", 1, None)
    ]


def test_a_ledger_put_aside_is_sent_as_it_was_put_aside(door: Door) -> None:
    """Neither the act, the round nor the file can be slipped in with the second act; the day is asked there."""
    number = Stage(door).put_aside()
    shown = field_in(door.as_("office").get(f"/import/prepared/{number}").text, "shown")
    sent = {**SMUGGLED, "act": "take_over", "round": "三轮", "kept": "x", "shown": shown, "step": "send"}
    assert door.as_("office").submit(f"/import/prepared/{number}", sent).status_code == 303
    assert door.world.rows("SELECT name FROM rounds ORDER BY id") == [("一轮",), ("二轮",)]
    [case] = [row[0] for row in door.world.rows("SELECT id FROM cases")]
    assert door.world.stands(case)[0] == "feedback"
    assert str(door.world.rows("SELECT fed_back_on FROM cases")[0][0]) == "2026-03-02"


def test_an_order_put_aside_is_approved_as_it_was_written(door: Door) -> None:
    """Neither words, unit nor date can be slipped in with the approval, nor with the form what it does not ask."""
    stage = Stage(door)
    number = stage.ordered()
    sent = {**SMUGGLED, "problem": "别的问题", "done_by": "2026-12-31", "unit_id": "1", "step": "do"}
    assert door.as_("office").submit(f"/orders/{number}", sent).status_code == 303
    assert [tuple(row) for row in door.world.rows("SELECT problem, state, number FROM cases")] == [
        ("消防通道被占用", "rectifying", "立1")
    ]
    files = {"m.at_once_notice": ("通知书.pdf", PDF)}
    asked = {
        **SMUGGLED,
        "problem": "又一个",
        "responsible": "林建国",
        "done_by": "2026-03-06",
        "number": "99",
        "kind": "standing",
    }
    assert door.as_("office").submit(f"/orders/new/{stage.visit()}", asked, files=files).status_code == 303
    assert [tuple(row) for row in door.world.rows("SELECT number, kind, state FROM cases ORDER BY id")][1:] == [
        ("立2", "at_once", "rectifying")
    ]


def test_a_queue_signs_what_was_put_aside_and_nothing_that_is_sent_along(door: Door) -> None:
    """The secretary's queue holds one claim; what else the request names stays where it is."""
    one, other = door.world.feed_back(2)
    number = prepared(door.world, "handler", "claim", one)
    secretary = door.as_("secretary")
    shown = field_in(secretary.get("/queue").text, "shown")
    sent = {**SMUGGLED, "draft": str(number), "case": str(other), "password": PASSWORD, "shown": shown}
    assert secretary.submit("/queue", sent).status_code == 200
    assert [door.world.case(case).state for case in (one, other)] == ["claimed", "feedback"]


def test_a_paper_is_issued_as_it_was_drafted(door: Door) -> None:
    """Neither kind, number, day nor cases can be slipped in, with the draft, with issuing, or with a scan beside it."""
    stage = Stage(door).set_up("rectifying")
    number, slipped = (
        stage.paper_draft(),
        {**SMUGGLED, "title": "别的", "n": "99", "year": "2020", "signed_on": "2020-01-01", "cases": "99"},
    )
    seen = field_in(door.as_("head").get(f"/papers/drafts/{number}").text, "seen")
    issuing = {**slipped, "paper": "warning", "step": "issue", "password": PASSWORD, "seen": seen}
    assert door.as_("head").submit(f"/papers/drafts/{number}", issuing).status_code == 303
    ((paper, *kept_row),) = door.world.rows(
        "SELECT id, paper, state, n, year, series_id, unit_id, signed_on FROM papers"
    )
    assert [str(one) for one in kept_row] == [
        "ballot",
        "issued",
        "None",
        "None",
        "None",
        str(door.world.units[TOWN]),
        str(door.world.today),
    ]
    before = kept(door.world)
    assert door.as_("head").submit(f"/papers/{paper}", {**slipped, "step": "receive"}).status_code == 404
    assert door.as_("head").submit("/papers/numbers", slipped).status_code == 404
    after = kept(door.world)
    assert {name for name in after if after[name] != before[name]} <= {"security_log"}
    made = {**slipped, "case": str(stage.own["rectifying"]), "paper": "ballot", "state": "sent", "drafted_role": "head"}
    assert door.as_("office").submit("/papers/new", made).status_code == 303
    ((state, role, title),) = door.world.rows(
        f"SELECT state, drafted_role, title FROM paper_drafts WHERE id > {number}"
    )
    assert (state, role) == ("open", "office")
    assert title != "别的"


def test_a_verdict_on_two_problems_says_what_is_reckoned_and_by_whom(door: Door) -> None:
    """Neither likeness, day, row nor another verdict can be slipped in."""
    [earlier] = door.world.feed_back()
    door.world.later(1)
    door.world.open_round("二轮")
    [case] = door.world.feed_back()
    slipped = {
        **SMUGGLED,
        "alike": "1",
        "from_on": "2020-01-01",
        "until_on": "2020-01-01",
        "verdict": "another",
        "earlier_id": "9",
    }
    answer = door.as_("office").submit("/recurrences", {**slipped, "pair": f"{case}-{earlier}", "step": "again"})
    assert answer.status_code == 303
    rows = door.world.rows("SELECT case_id, earlier_id, verdict, alike, from_on, until_on FROM recurrences")
    assert [tuple(map(str, row)) for row in rows] == [
        (str(case), str(earlier), "again", "100", str(door.world.today), "None")
    ]


def test_every_route_that_writes_is_asked_here_with_fields_it_does_not_ask() -> None:
    """A new one is written down, and its own test added above."""
    asked = {
        "/first/{token}", "/signin", "/signin/code", "/signout", "/me/password", "/me/ties", "/me/letters", "/me/feed", "/messages", "/me/second", "/me/second/remove", "/acts/{action}", "/acts/{action}/keep", "/acts/{action}/files", "/drafts/{number}", "/queue",
        "/cases/{case_id}/topics", "/cases/{case_id}/materials", "/recurrences",
        "/cases/{case_id}/files",
        "/cases/{case_id}/restrict",
        "/cases/{case_id}/materials/{number}/remove", "/log/verify", "/log/export", "/accounts", "/accounts/{number}", "/import", "/import/prepared/{number}", "/import/round", "/batches/again", "/cases/topics", "/cases/columns", "/cases/views", "/handovers/{number}", "/register/looked", "/register/requests/{number}", "/batches/{number}", "/setup/mail", "/register/{kind_name}/import", "/register/calendar/enter", "/exchange/problems", "/exchange/reports", "/exchange/take", "/archive", "/register/calendar/requests/{number}", "/register/suspension/requests/{number}", "/register/round/{number}/plan", "/register/round/{number}/teams", "/register/profile/{digest}/next", "/register/profile/{digest}/try", "/register/profile/requests/{number}", "/register/dictionary/enter", "/register/dictionary/{number}", "/register/{kind_name}/{act_name}", "/register/{kind_name}/{row}/{act_name}", "/orders/new/{number}", "/orders/{number}", "/papers/new", "/papers/numbers", "/papers/together", "/papers/receipts", "/papers/{number}", "/papers/drafts/{number}",
    }  # fmt: skip
    assert {path for router in ROUTERS for method, path in routes_of(router.routes) if method == "POST"} == asked


@pytest.mark.parametrize(
    "path", ["/signout", "/log/verify", "/log/export", "/acts/acknowledge/keep", "/acts/acknowledge/files"]
)
def test_what_asks_for_nothing_writes_nothing_of_a_case(door: Door, path: str) -> None:
    [case] = door.world.feed_back()
    before = kept(door.world)
    login = "auditor" if path.startswith("/log") else "secretary"
    assert door.as_(login).submit(path, {**SMUGGLED, "case": str(case)}).status_code in (200, 303)
    after = kept(door.world)
    assert {name for name in after if after[name] != before[name]} <= {"forms_kept", "duty_runs", "checkpoints"}
    assert after["cases"] == before["cases"]


def test_no_page_is_taken_apart_anew_for_a_door(door: Door) -> None:
    """It takes a tenth of a second, and the first visitor would wait for it."""
    pages = {id(page) for router in ROUTERS for page in router.routes}
    assert pages == {id(route) for route in door.app.routes if not isinstance(route, Mount)}
