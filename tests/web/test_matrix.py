"""Who may what: every route, method and role against matrix.csv, which is kept by hand; moves against the table of moves.

The table says what the house owes to whom; it is not read from the code. A route without a line fails.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer

from grammar import Move
from states import (
    ACTIONS,
    ARROWS,
    CLOCK,
    HANDLER,
    MOVES,
    OFFICE,
    SECRETARY,
    STATES,
    TEAM,
    UNBORN,
    UNIT_ACTIONS,
    UNIT_ROLES,
)
from storage.files import keep_file
from tests.web.conftest import Answer, Door, field_in
from tests.web.stage import EVERYBODY, NOBODY, PDF, POSTED, Stage, kind_of, routes_of
from tests.web.test_making import made_for
from tests.world import BUREAU, CAST, TOWN, VILLAGE, county
from web.acts.sending import sent_address
from workflow.subject import Material

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
UNITS = {"own": TOWN, "village": VILLAGE, "stranger": BUREAU}
# Where every action is tried costs thousands of requests; these stand for one role each, one for two persons, one for the clock.
SOME_ACTIONS = ("claim", "progress", "opine", "verify", "void", "remind", "feed_back", "no_such_act")


@dataclass(frozen=True)
class Line:
    """One line of the matrix: a request, and what it gives to whom."""

    method: str
    route: str
    state: str
    who: str
    gives: dict[str, str]


def matrix() -> list[Line]:
    """Read matrix.csv; `*` stands for every state."""
    text = (Path(__file__).parent / "matrix.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        head = [row.pop(name) for name in ("method", "route", "state", "who")]
        gives = {NOBODY if name == "nobody" else name: gift for name, gift in row.items()}
        found += [Line(head[0], head[1], state, head[3], gives) for state in (STATES if head[2] == "*" else (head[2],))]
    return found


@pytest.fixture(scope="module")
def stage(town_door: Door) -> Stage:
    return Stage(town_door).set_up()


@dataclass(frozen=True)
class Asking:
    """One visitor's request for one line: what must be there first is made, so that only permission decides."""

    stage: Stage
    line: Line
    login: str

    def answer(self) -> Answer:
        """Send it."""
        # A session that the request ends is a fresh one.
        fresh = self.login and self.line.route == "/signout"
        visitor = self.stage.door.sign_in(self.login) if fresh else self.stage.door.as_(self.login)
        prepared = PREPARED.get(self.line.route)
        path, data = prepared(self) if prepared else (self.line.route, {})
        return visitor.get(path, params=data) if self.line.method == "GET" else visitor.submit(path, data)

    @property
    def case(self) -> int:
        """Return the case that the line is about."""
        return self.stage.of(self.line.who.partition(":")[0], self.line.state)

    @property
    def kept(self) -> str:
        """Return a name for what is made once for all visitors of the line."""
        return f"{self.line.route} {self.line.who}"


Prepared = Callable[[Asking], tuple[str, dict[str, Any]]]


def in_place(prepared: Prepared) -> Prepared:
    """The same file, looked at in place."""

    def asked(asking: Asking) -> tuple[str, dict[str, Any]]:
        path, data = prepared(asking)
        return f"{path}/view", data

    return asked


def _draft(asking: Asking) -> tuple[str, dict[str, Any]]:
    who, _, whose = asking.line.who.partition(": the ")
    stage = asking.stage
    if whose == "team's":
        number = stage.once(asking.kept, lambda: stage.draft("team", "void", asking.case))
    else:
        login = "handler_bureau" if who == "stranger" else "handler"
        number = stage.once(asking.kept, lambda: stage.draft(login, "claim", stage.fed_back(UNITS[who])))
    return f"/drafts/{number}", {"step": "do"}


def _material(asking: Asking) -> tuple[str, dict[str, Any]]:
    return f"/materials/{asking.stage.once(asking.kept, lambda: asking.stage.material(asking.case))}", {}


def _handover(asking: Asking) -> tuple[str, dict[str, Any]]:
    """What the office prepared, of the town or the bureau."""
    stage, strange = asking.stage, asking.line.who == "stranger"
    unit, login = (BUREAU, "secretary_bureau") if strange else (TOWN, "secretary")
    number = stage.once(f"handover {unit}", lambda: stage.handover(unit, login))
    return f"/handovers/{number}", {"step": "do"}


def _handover_sheet(asking: Asking) -> tuple[str, dict[str, Any]]:
    return f"{_handover(asking)[0]}/sheet.xlsx", {}


def _draft_file(asking: Asking) -> tuple[str, dict[str, Any]]:
    """A file of an objection that a handler prepared."""
    who, stage = asking.line.who, asking.stage
    login = "handler_bureau" if who == "stranger" else "handler"
    number = stage.once(asking.kept, lambda: stage.objection(login, stage.fed_back(UNITS[who])))
    return f"/drafts/{number}/files/0", {}


def _brought(asking: Asking) -> tuple[str, dict[str, Any]]:
    """An import's own receipt, signed for the one who imported."""
    account = asking.stage.world.rows("SELECT id FROM accounts WHERE login = :login", login=asking.login or "office")[
        0
    ][0]
    signer = URLSafeSerializer(asking.stage.door.app.state.desk.secret, salt=f"brought-{account}")
    return "/import/done", {
        "told": signer.dumps({"round": "一轮", "number": 1, "created": 1, "updated": 0, "unchanged": 0, "notices": 0})
    }


def _sent(asking: Asking) -> tuple[str, dict[str, Any]]:
    """A file that the visitor has sent with a form still open."""
    stage = asking.stage
    digest, size = keep_file(stage.world.home, stage.door.file(PDF), 1 << 26)
    account = stage.world.rows("SELECT id FROM accounts WHERE login = :login", login=asking.login or "office")[0][0]
    return sent_address(Material("evidence", digest, "照片.pdf", size), stage.door.app.state.desk.secret, account), {}


def _sign_in(asking: Asking) -> tuple[str, dict[str, Any]]:
    visitor = asking.stage.door.as_(asking.login)
    return "/signin", {
        "login": "nobody.at.all",
        "password": "x",
        "token": field_in(visitor.get("/signin").text, "token"),
    }


PREPARED: dict[str, Prepared] = {
    "/signin": _sign_in,
    "/static/{path}": lambda asking: ("/static/zhenggai.css", {}),
    "/cases/{case_id}": lambda asking: (f"/cases/{asking.case}", {}),
    "/materials/{number}": _material,
    "/materials/{number}/view": in_place(_material),
    "/cases/{case_id}/proof/{index}": lambda asking: (
        f"/cases/{asking.case}/proof/{asking.stage.last_index(asking.case)}",
        {},
    ),
    "/copies/{case_id}/{number}": lambda asking: (f"/copies/{asking.case}/1", {}),
    "/papers": lambda asking: ("/papers", {}),
    "/papers/new": lambda asking: (
        "/papers/new",
        {"unit": str(asking.stage.world.units[TOWN]), "round": str(asking.stage.world.round_id)},
    ),
    "/papers/numbers": lambda asking: ("/papers/numbers", {}),
    "/papers/together": lambda asking: (
        f"/papers/together?paper=ballot&draft={asking.stage.paper_draft()}",
        {"paper": "ballot", "step": "check", "draft": str(asking.stage.paper_draft())},
    ),
    "/papers/receipts": lambda asking: ("/papers/receipts", {"step": "receive"}),
    "/papers/{number}": lambda asking: (f"/papers/{asking.stage.paper()}", {"step": "void"}),
    "/papers/{number}/{field}": lambda asking: (f"/papers/{asking.stage.paper()}/pdf", {}),
    "/papers/drafts/{number}": lambda asking: (f"/papers/drafts/{asking.stage.paper_draft()}", {"step": "check"}),
    "/papers/drafts/{number}/{form}": lambda asking: (f"/papers/drafts/{asking.stage.paper_draft()}/docx", {}),
    "/cases/topics": lambda asking: ("/cases/topics", {"case": str(asking.case), "cases": str(asking.case)}),
    "/cases/{case_id}/topics": lambda asking: (f"/cases/{asking.case}/topics", {}),
    "/cases/{case_id}/materials": lambda asking: (f"/cases/{asking.case}/materials", {}),
    "/cases/{case_id}/restrict": lambda asking: (f"/cases/{asking.case}/restrict", {}),
    "/cases/{case_id}/files": lambda asking: (f"/cases/{asking.case}/files", {}),
    "/cases/{case_id}/materials/{number}/remove": lambda asking: (
        f"/cases/{asking.case}/materials/{asking.stage.material(asking.case)}/remove",
        {},
    ),
    "/drafts/{number}": _draft,
    "/handovers/{number}": _handover,
    "/handovers/{number}/sheet.xlsx": _handover_sheet,
    "/drafts/{number}/files/{place}": _draft_file,
    "/drafts/{number}/files/{place}/view": in_place(_draft_file),
    "/import/done": _brought,
    "/orders/new/{number}": lambda asking: (f"/orders/new/{asking.stage.visit()}", {}),
    "/orders/{number}": lambda asking: (f"/orders/{asking.stage.ordered()}", {}),
    "/orders/{number}/notice": lambda asking: (f"/orders/{asking.stage.ordered()}/notice", {}),
    "/import/prepared/{number}": lambda asking: (f"/import/prepared/{asking.stage.put_aside()}", {}),
    "/import/prepared/{number}/file": lambda asking: (f"/import/prepared/{asking.stage.put_aside()}/file", {}),
    "/import/prepared/{number}/letter": lambda asking: (f"/import/prepared/{asking.stage.put_aside()}/letter", {}),
    "/import/round": lambda asking: ("/import/round", {"name": "二轮" if asking.stage.put_aside() else ""}),
    "/sent/{token}": _sent,
    "/sent/{token}/view": in_place(_sent),
    "/making/{token}": lambda asking: (made_for(asking.stage.world, asking.login), {}),
    "/making/{token}/file": lambda asking: (f"{made_for(asking.stage.world, asking.login)}/file", {}),
    "/log/{index}": lambda asking: (f"/log/{asking.stage.last_index(asking.stage.own['feedback'])}", {}),
    "/register/requests/{number}": lambda asking: (f"/register/requests/{asking.stage.renaming()}", {"step": "refuse"}),
    "/register/calendar/{year}.csv": lambda asking: ("/register/calendar/2026.csv", {}),
    "/register/calendar/requests/{number}": lambda asking: (
        f"/register/calendar/requests/{asking.stage.arranging()}",
        {"step": "refuse"},
    ),
    "/register/suspension/requests/{number}": lambda asking: (
        f"/register/suspension/requests/{asking.stage.stopping()}",
        {"step": "refuse"},
    ),
    "/exchange/taken/{number}": lambda asking: (f"/exchange/taken/{asking.stage.reported()}", {}),
    "/archive/{number}": lambda asking: (f"/archive/{asking.stage.archived()}", {}),
    "/help/{name}": lambda asking: ("/help/life", {}),
    "/help/pictures/{name}": lambda asking: ("/help/pictures/first-place.png", {}),
    "/register/profile/{digest}": lambda asking: (f"/register/profile/{county().digest}", {}),
    "/register/profile/{digest}/next": lambda asking: (f"/register/profile/{county().digest}/next", {}),
    "/register/profile/{digest}/try": lambda asking: (
        f"/register/profile/{county().digest}/try",
        {"round": str(asking.stage.world.round_id)},
    ),
    "/register/profile/requests/{number}": lambda asking: (
        f"/register/profile/requests/{asking.stage.numbering()}",
        {"step": "refuse"},
    ),
    "/register/dictionary/template.xlsx": lambda asking: ("/register/dictionary/template.xlsx", {}),
    "/register/dictionary/{number}": lambda asking: (f"/register/dictionary/{asking.stage.dictionary()}", {}),
    "/register/round/{number}/plan": lambda asking: (f"/register/round/{asking.stage.world.round_id}/plan", {}),
    "/register/round/{number}/teams": lambda asking: (f"/register/round/{asking.stage.world.round_id}/teams", {}),
    "/figures": lambda asking: ("/figures", {}),
    "/figures.xlsx": lambda asking: ("/figures.xlsx", {}),
    "/recurrences": lambda asking: ("/recurrences", {}),
    "/figures/{form}": lambda asking: ("/figures/docx?table=unit&only=1", {}),
    "/coverage": lambda asking: ("/coverage", {"term": str(asking.stage.term())}),
    "/register/term/{number}/coverage": lambda asking: (f"/register/term/{asking.stage.term()}/coverage", {}),
    "/register/term/{number}/coverage.xlsx": lambda asking: (f"/register/term/{asking.stage.term()}/coverage.xlsx", {}),
    "/register/{kind_name}": lambda asking: ("/register/unit", {}),
    "/register/{kind_name}/{row}": lambda asking: (f"/register/unit/{asking.stage.world.units[TOWN]}", {}),
    "/register/{kind_name}/{row}/files/{field}": lambda asking: (
        f"/register/meeting/{asking.stage.once('meeting', asking.stage.meeting)}/files/minutes",
        {},
    ),
    "/register/{kind_name}/{act_name}": lambda asking: ("/register/unit/make", {}),
    "/register/{kind_name}/{row}/{act_name}": lambda asking: (
        f"/register/unit/{asking.stage.world.units[TOWN]}/change",
        {},
    ),
    "/register/{kind_name}/template.xlsx": lambda asking: ("/register/unit/template.xlsx", {}),
    "/register/{kind_name}/import": lambda asking: ("/register/unit/import", {}),
    "/batches/{number}": lambda asking: (f"/batches/{asking.stage.batch()}", {"step": "approve", "seen": ""}),
    "/accounts/{number}": lambda asking: (f"/accounts/{asking.stage.request()}", {"step": "refuse"}),
    "/mails/{number}": lambda asking: (f"/mails/{asking.stage.mail}", {}),
}


def test_every_route_of_the_application_has_its_lines_in_the_matrix(stage: Stage) -> None:
    there = set(routes_of(stage.door.app.routes))
    assert there == {(line.method, line.route) for line in matrix()}, "write down in matrix.csv who may what"


@pytest.mark.long("postgres")
def test_every_answer_is_what_the_matrix_says(stage: Stage) -> None:
    wrong = []
    for line in (line for line in matrix() if "{action}" not in line.route):
        for login in EVERYBODY:
            found = kind_of(Asking(stage, line, login).answer())
            if found != line.gives[login]:
                wrong.append(
                    (line.method, line.route, line.state, line.who, login, found, "wanted:", line.gives[login])
                )
    assert wrong == []


def test_a_method_that_is_not_in_the_matrix_is_no_method_for_anybody(stage: Stage) -> None:
    lines = matrix()
    known = {(line.method, line.route) for line in lines}
    case, tried = stage.of("own"), 0
    for route in sorted({line.route for line in lines} - {"/static/{path}"}):
        named = {
            "kind_name": "unit",
            "row": 1,
            "act_name": "change",
            "action": "claim",
            "token": "x",
            "year": 2026,
            "name": "life",
            "digest": "0" * 64,
            "field": "x",
            "form": "pdf",
        }
        path = route.format(case_id=case, number=1, index=0, place=0, **named)
        for method in METHODS:
            if (method, route) in known:
                continue
            # A word where a number stands in another address is not there; a method is refused before anybody is asked.
            elsewhere = any(other != route and how == method and _fits(other, path) for how, other in known)
            tried += 1
            for login in (NOBODY, EVERYBODY[tried % len(EVERYBODY)]):
                found = kind_of(stage.door.as_(login).request(method, path))
                # Without a page's token no POST is heard at all, whatever it names.
                there = ("none", "signin", "forbidden") if method == "POST" else ("none", "signin")
                assert found in (there if elsewhere else ("no method",)), (method, path, login, found)


def _fits(route: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path) is not None


# Moves: the table of moves is what the server enforces.


def role_of(login: str) -> str:
    return POSTED.get(login) or (CAST[login][1] if login else NOBODY)


def may_come(login: str, action: str) -> bool:
    """Whether the table of moves lets somebody begin the act, for themselves or for another's name."""
    move = ACTIONS.get(action)
    if move is None or CLOCK in move.who or UNBORN in move.origin:
        return False
    return role_of(login) in move.who or (
        role_of(login) in move.drafted_by if move.drafted_by else prepares(login, move)
    )


def prepares(login: str, move: Move) -> bool:
    return role_of(login) == {SECRETARY: HANDLER, OFFICE: TEAM}.get(
        next((one for one in move.who if one in (SECRETARY, OFFICE)), ""), "-"
    )


def wanted(line: Line, login: str, action: str) -> bool:
    """Whether the visitor gets further than “not there” with the action on the line's case."""
    return line.gives[login] == "moves" and may_come(login, action)


@pytest.mark.long("postgres")
def test_an_act_is_not_there_for_whoever_the_table_of_moves_does_not_name(stage: Stage) -> None:
    before, wrong = stage.rows_written(), []
    for line in (line for line in matrix() if line.route == "/acts/{action}" and line.method == "POST"):
        # Another unit's case differs only for those who belong to a unit, and for their moves.
        visitors = (
            EVERYBODY
            if line.who == "own"
            else [login for login in EVERYBODY if role_of(login) in (*UNIT_ROLES, NOBODY, OFFICE)]
        )
        for login in visitors:
            for action in ACTIONS if line.who == "own" else UNIT_ACTIONS:
                answer = stage.door.as_(login).submit(
                    f"/acts/{action}", {"case": str(stage.of(line.who)), "step": "check"}
                )
                there = kind_of(answer) in ("page", "fault", "on")
                if there != wanted(line, login, action) or (
                    not there and kind_of(answer) != ("none" if login else "signin")
                ):
                    wrong.append((action, line.who, login, answer.status_code))
    assert wrong == []
    # A handler's signing for a notice asks nothing more: it is prepared at once.
    assert {**stage.rows_written(), "drafts": 0} == {**before, "drafts": 0}


@pytest.mark.long("postgres")
def test_forms_and_kept_forms_of_acts_are_there_for_the_same_people(stage: Stage) -> None:
    wrong = []
    for line in (
        line
        for line in matrix()
        if "{action}" in line.route and (line.method, line.route) != ("POST", "/acts/{action}")
    ):
        for login in EVERYBODY:
            for action in SOME_ACTIONS:
                path, case, visitor = line.route.format(action=action), str(stage.of(line.who)), stage.door.as_(login)
                answer = (
                    visitor.get(path, params={"case": case})
                    if line.method == "GET"
                    else visitor.submit(path, {"case": case})
                )
                # Who stands in signs for receipts alone, and reads so instead of a form; none of these is one.
                opened = "forbidden" if login == "stand_in" and line.method == "GET" else "page"
                otherwise = "none" if login else "signin"
                if kind_of(answer) != (opened if wanted(line, login, action) else otherwise):
                    wrong.append((line.method, path, line.who, login, answer.status_code))
    assert wrong == []


@pytest.mark.long("postgres")
def test_in_every_state_only_the_moves_of_that_state_go_further(stage: Stage) -> None:
    """Whoever may make the move is told that the state forbids it, and nothing is written."""
    before = stage.rows_written()
    for move in (move for move in MOVES if CLOCK not in move.who and UNBORN not in move.origin):
        for login in (role for role in move.who if role in CAST):
            for state in STATES:
                answer = stage.door.as_(login).submit(
                    f"/acts/{move.action}", {"case": str(stage.own[state]), "step": "check"}
                )
                assert answer.status_code in (200, 422), (move.action, login, state)
                forbidden = f"不能{move.shown}" in answer.text and "当前状态为" in answer.text
                assert forbidden == ((state, move.action) not in ARROWS), (move.action, login, state)
    assert stage.rows_written() == before


@pytest.mark.parametrize(
    ("login", "action", "state"),
    [("handler", "claim", "feedback"), ("team", "keep", "disputed"), ("office", "void", "claimed")],
)
def test_who_prepares_gets_a_draft_and_moves_nothing(stage: Stage, login: str, action: str, state: str) -> None:
    case, before = stage.own[state], stage.rows_written()
    answers = {
        "s.reason": "理由",
        "s.ground": "error",
        f"c{case}.responsible": "林建国",
        f"c{case}.department": "村建中心",
        f"c{case}.person": "李敏",
    }
    step = {"step": "draft" if login == "office" else "do"}
    papers = {"m.fact_check": ("核查情况.pdf", PDF)} if action == "keep" else None
    answer = stage.door.as_(login).submit(f"/acts/{action}", {"case": str(case), **answers, **step}, files=papers)
    assert (answer.status_code, answer.headers["location"][:8]) == (303, "/drafts/")
    after = stage.rows_written()
    assert {name for name in after if after[name] != before[name]} == {"drafts"}
    assert stage.world.case(case).state == state


def test_who_prepared_cannot_confirm_what_needs_another(stage: Stage) -> None:
    case = stage.own["claimed"]
    number, before = stage.draft("office", "void", case), stage.world.actions(case)
    mine = stage.door.as_("office").confirm(number)
    assert (mine.status_code, "须由另一人确认" in mine.text) == (422, True)
    assert stage.world.actions(case) == before


def test_a_handler_with_the_right_password_still_does_not_make_the_secretarys_move(stage: Stage) -> None:
    case = stage.fed_back(TOWN)
    number = stage.draft("handler", "claim", case)
    answer = stage.door.as_("handler").confirm(number)
    assert answer.status_code == 422
    assert stage.world.actions(case) == ["feed_back"]


def test_the_three_administrators_meet_no_case_anywhere(stage: Stage) -> None:
    """Neither page shows them one, nor a link to one."""
    for login in ("sysadmin", "secadmin", "secauditor"):
        visitor = stage.door.as_(login)
        for path in ("/accounts", "/security", "/me"):
            assert "/cases/" not in visitor.get(path).text
        assert all(
            line.gives[login] in ("none", "on")
            for line in matrix()
            if line.who or line.route in ("/", "/cases", "/log", "/mails")
        )


def test_a_visitor_of_the_cast_stands_for_every_role() -> None:
    assert set(EVERYBODY) - {NOBODY} <= {*CAST, *POSTED}
    assert {role_of(login) for login in EVERYBODY} >= {role for move in MOVES for role in move.who} - {CLOCK}
