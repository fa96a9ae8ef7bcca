"""Every page reads only what it shows: the plan of each of its statements, on both databases, with some ten thousand entries.

A page is a route that the application answers to GET, as somebody who may see it, with the filters that are usual there.
A route that is not named here fails, a statement that reads a table from end to end fails, and so does a page that asks
more often than it is written down. What may read much stands in EXCEPTIONS, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlmodel import col, select

from figures.printed import PRINTED
from register.kinds import KINDS
from states import ACTIONS, OFFICE
from storage.engine import reading, writing
from storage.looks import Looks
from storage.preferences import renew_feed
from storage.tables import TrailRow
from tests.web.crowd import crowd
from tests.web.stage import NOBODY, VISITORS, Stage, kind_of, routes_of
from tests.web.statements import Statement, faults, listening
from tests.web.test_making import made_for
from tests.web.test_matrix import Asking, Line, _brought, _fits, _sent
from tests.world import BUREAU, TOWN, World, county
from web.manners import has_form
from web.pages.feeds import hash_of

pytestmark = pytest.mark.both

# So many statements a page may ask; the two that say who is asking are among them.
DESIGNED = 8
# Pages that ask more often than designed, the worst first: each to come down. Who raises one says in CHANGELOG or docs/why.md
# what the page does for it. A proof is made of all leaves of the log, which are read by the thousand.
MOST: dict[str, int] = {
    "office /cases/dossier.zip?case={rectifying}": 149, "office /cases/{rectifying}/proof/{entry}": 134, "auditor /log/{entry}": 132, "office /import/prepared/{prepared}": 95,
    "office /orders/{order}": 17, "team /orders/new/{visit}": 14, "office /drafts/{void}": 12, "office /": 10,
    "secretary_bureau /handovers/{handover}": 10, "secretary /acts/hand_over?case={feedback}": 10, "secretary /drafts/{draft}": 10,
    "office /register/suspension/requests/{stopping}": 9, "handler /drafts/{draft}": 9, "office /cases?figure=done&on=2026-03-03": 9, "office /cases?figure=overdue": 9, "office /figures?table=all": 9,
    "office /queue": 9, "secretary /queue": 9, "office /acts/approve_plan?pick=found&unit={town}": 9,
}  # fmt: skip
# Statements that may read much, by a piece of them, and why.
EXCEPTIONS: dict[str, str] = {
    r"^SELECT (\(SELECT )?COUNT\(\*\) FROM cases c WHERE": "how many the ledger finds is counted by index, and kept for ten seconds",
    r"^(SELECT \()?WITH few0 .* SELECT COUNT\(\*\) FROM few0": "the same of few cases",
    r"^SELECT CASE WHEN c\.state IN ": "late or escalated stand in the order of the lamp's day, which no index keeps; the home asks so of one unit",
    r"^SELECT (c\.unit_id, c\.answerable_id|c\.round_id|c\.category|c\.responsible|c\.person|c\.state), COUNT\(\*\)": "the ledger by groups, and what is chosen of all that is found: each case of it is looked at, once",
    r"^SELECT (substr\(c\.problem, 1, 40\)|\(SELECT MAX|CASE WHEN c\.state IN \(.*SUM\(x\.amount\)).* ORDER BY ": "an order that no index keeps: each case found is looked at, once, and no more kept than a page shows",
    r"^SELECT c\.state_due_on, c\.number FROM cases c WHERE": "a year of one's own dates, asked by a phone a few times a day: each case due in it is looked at",
    r"c\.kind = ": "of three kinds the rarest is looked for along the whole order; an index would be paid for by every move",
    r"c\.category (IN|= ANY)": "an aspect is a quarter of all there is: the order is walked until a page is full; an index would lead to all of it, to be sorted",
    r"^SELECT (category|t\.topic), COUNT": "how many problems of a dictionary's rounds are of each aspect and topic is counted",
    r"LIKE .*latest AS MATERIALIZED": "through which door an entry came, and another day of its paper, stand in its bytes alone",
    r"GROUP BY 1, 2, 3, 4, 5": "a leader of all units is shown the figures of all: they are counted",
    r"^SELECT MAX\(k\.due_on\) FROM clocks": "the furthest day on which anything falls due, for the years without a calendar",
    r"FROM cases c (JOIN clocks k .*)?WHERE c\.jurisdiction = .* OR c\.wake_at IS NOT NULL\)": "what a new calendar moves is asked of every open case, before one decides on it",
    r"^SELECT c\.answerable_id, COUNT\(\*\)": "late and escalated cases are counted for the home: each case that is open is looked at, once",
    r"^SELECT c\.answerable_id, c\.id, MIN\(k\.due_on\)": "of units without a secretary all that waits is counted; in the crowd that is nearly every unit",
    r"^SELECT c\.state_due_on, .* c\.state = 'escalated' AND c\.owed_on >= ": "escalated cases count by another day: the order of dates is walked from its beginning",
    r"LOWER\(s\.words\) LIKE": "whom an event is about stands in its words, which no index keeps: the log is walked from its newest line",
    r"FROM units u WHERE u\.jurisdiction = \S+ AND u\.answerable_id IS NULL": "each unit is looked at for its secretary, once; the crowd has four times as many as a city",
    r"FROM cases c JOIN rounds n ON .* GROUP BY c\.round_id": "what lacks before a round is archived is counted over all problems of all rounds, on that page alone",
    r"FROM standings s WHERE ": "figures are counted: of each case how it stood that day is looked at, once, and for warnings what was told of it",
    r"FROM materials m CROSS JOIN trail t": "what came late is looked for among the signed papers, which an index holds apart: they are few",
    r"^SELECT leaf FROM trail": "a proof is made of all leaves",
    r"^SELECT id, round_id, unit_id, .* FROM inspections WHERE jurisdiction = . ORDER BY id": "the list of a kind is read whole, once for its page: rows and names of rows",
    r"^SELECT i\.id, i\.unit_id, u\.name, r\.name, i\.team_id, .* SUM": "the page of a round counts the problems of its inspections: each of the round is looked at, once",
    r"^SELECT i\.id, i\.unit_id, u\.name, r\.name, i\.team_id, .* EXISTS|^SELECT u\.id, u\.name, u\.sort, a\.name, u\.starts_on": "the coverage of a term is counted: each of its units and inspections is looked at, once",
    r"^SELECT id, name, COALESCE\(answerable_id, parent_id\) FROM units .* IN \(SELECT unit_id FROM inspections": "units to choose from, for who sees rounds: as many as were inspected in them",
}
LEDGER = (
    "", "state=open", "state=rectifying", "state=publicized", "lamp=late", "lamp=late_or_escalated", "lamp=near", "lamp=ok", "lamp=paused", "lamp=office",
    "state=open&lamp=late&unit={town}", "unit={town}", "round={round}", "kind=focused", "kind=at_once", "flagged=1", "q=路灯", "q=不亮1",
    "q=没有这样的词", "q=cbz", "q=周志强", "sort=-state_due", "sort=category", "sort=-responsible", "sort=unit", "sort=-round", "sort=state", "sort=-state", "sort=problem", "sort=-progress", "sort=money_repaid",
    "group=unit", "group=round", "group=aspect", "group=person", "responsible=林建国", "pick=whole&state=open", "sort=number", "sort=number&unit={town}", "from=2026-03-20&to=2026-03-25", "round={round}&state=rectifying", "aspect={dictionary}.J2", "aspect=none", "topic=扫黑除恶7", "topic=扫黑除恶7&aspect={dictionary}.J2&state=open",
)  # fmt: skip
LOG = (
    "", "before=9000", "number=1", "number=9", "action=claim", "action=withhold", "action=hold_accountable", "person=王建国", "person=没有此人",
    "unit={town_name}", "unit=城伯", "unit=没有此单位", "from=2026-03-02&to=2026-03-02", "from=2026-03-05", "to=2026-03-01",
    "unit=城伯&action=claim", "via=token", "paper=1",
)  # fmt: skip
SECURITY = (
    "", "what=signed_in", "what=exported_log", "login=office", "login=nobody.at.all", "words=handler", "login=secadmin&words=handler", "case={rectifying}", "case=987654321", "address=testclient",
    "address=10.0.0.1", "via=web", "via=cli", "from=2026-03-02&to=2026-03-02", "from=2026-03-05", "to=2026-03-01", "before=1772600000000000-900000",
    "what=signed_in&login=office&via=web", "what=refused&address=testclient&from=2026-03-02&before=1772600000000000-900000",
)  # fmt: skip
# Of who has posts of some units, or of some rounds.
SCOPED = (
    "",
    "state=open",
    "state=rectifying",
    "lamp=late",
    "lamp=late_or_escalated",
    "lamp=near",
    "flagged=1",
    "q=路灯",
    "sort=number",
    "unit={town}",
)
# Who asks for what; `{…}` is filled in from the stage.
PAGES: tuple[tuple[str, str], ...] = (
    (NOBODY, "/signin"), (NOBODY, "/healthz"), ("secretary", "{sent}"), ("secretary", "{sent}/view"), ("office", "{making}"), ("office", "{making}/file"), ("office", "/me"), ("office", "/me/ties"), ("secretary", "/days?said=2026.3.5"),
    *((login, "/") for login in VISITORS if login),
    *(("office", f"/cases?{query}") for query in LEDGER),
    *((login, "/cases") for login in ("secretary", "handler", "leader", "discipline", "auditor", "secretary_village")),
    *((login, f"/cases?{query}") for login in ("secretary", "leader") for query in ("state=open", "lamp=late", "q=路灯")),
    ("office", "/cases/columns"), ("office", "/cases/views?unit={town}"), ("secretary", "/acts/claim?pick=found"), ("office", "/acts/approve_plan?pick=found&unit={town}"), ("office", "/cases/export?unit={town}"), ("office", "/cases/dossier.zip?case={rectifying}"), ("office", "/cases/export.xlsx?unit={town}"), ("office", "/cases/export.xlsx?unit={town}&as_of=2026-03-02"), ("secretary", "/cases/export.xlsx"),
    *((login, "/cases/{rectifying}") for login in ("secretary", "handler", "team", "office", "discipline", "leader", "auditor")),
    *(("office", f"/cases/{{{state}}}") for state in ("feedback", "plan_review", "submitted", "verified", "escalated", "publicized", "withheld")),
    ("office", "/recurrences?round={round}"), ("office", "/cases?recurred=1"),
    ("office", "/cases/{rectifying}/topics"), ("office", "/cases/topics?case={rectifying}"), ("office", "/cases/topics?pick=found&unit={town}"), ("head", "/coverage"), *(("office", f"/figures?table={name}") for name in PRINTED), ("secretary", "/figures?table=unit"), ("leader", "/figures?table=unit&on=2026-03-02"), ("office", "/figures.xlsx"), ("office", "/figures/docx?table=unit&only=1"), ("office", "/cases?figure=done&on=2026-03-03"), ("office", "/cases?figure=overdue"), ("leader", "/register/term/{term}/coverage"), ("office", "/materials/{material}"), ("office", "/materials/{material}/view"), ("office", "/cases/{rectifying}/proof/{entry}"),
    ("secretary", "/drafts/{draft}"), ("handler", "/drafts/{draft}"), ("office", "/drafts/{void}"), ("secretary", "/drafts/{objection}/files/0"),
    ("secretary", "/drafts/{objection}/files/0/view"), ("office", "/handovers/{handover}"), ("secretary_bureau", "/handovers/{handover}"),
    ("office", "/handovers/{handover}/sheet.xlsx"),
    *((login, "/copies") for login in ("office", "leader", "discipline")), ("office", "/copies?round={round}"), ("leader", "/copies?round={round}"),
    *((login, "/copies/{feedback}/1") for login in ("office", "organisation")),
    *((login, "/papers") for login in ("office", "secretary", "leader", "discipline_town", "auditor_rounds")), ("office", "/papers?q=〔2026〕3号&year=2026"), ("office", "/papers?case={rectifying}"), ("office", "/papers?unit={town}&round={round}&paper=ballot"),
    ("office", "/papers/new"), ("office", "/papers/new?unit={town}&round={round}"), ("secretary", "/papers/new?case={rectifying}"), ("office", "/papers/drafts/{paper_draft}"), ("head", "/papers/drafts/{paper_draft}"),
    ("office", "/papers/drafts/{paper_draft}/docx"), ("head", "/papers/together?paper=ballot&draft={paper_draft}"), ("secretary", "/papers/receipts"), ("office", "/papers?owed=1"), ("office", "/papers/{paper}"), ("discipline", "/papers/{paper}"), ("office", "/papers/{paper}/pdf"),
    ("office", "/done"), ("office", "/done?q=路灯"), ("secretary", "/done?before=99"), ("office", "/messages"), ("secretary", "/messages?before=99"), (NOBODY, "/feeds/{feed}"), ("secretary", "/queue"), ("office", "/queue"), ("auditor", "/queue"),
    ("office", "/import"), ("office", "/import/done?told={told}"), ("team", "/import/prepared"), ("office", "/import/prepared/{prepared}"),
    ("team", "/orders"), ("office", "/orders"), ("team", "/orders/new/{visit}"), ("office", "/orders/{order}"), ("office", "/orders/{order}/notice"),
    ("office", "/import/prepared/{prepared}/file"), ("office", "/import/prepared/{prepared}/letter"), ("office", "/import/round?name=二轮"),
    *(("auditor", f"/log?{query}") for query in LOG), ("auditor", "/log/checkpoints"), ("auditor", "/log/{entry}"),
    *((login, "/accounts") for login in ("sysadmin", "secadmin", "secauditor")), ("sysadmin", "/accounts?q=王"), ("sysadmin", "/accounts/1"), ("office", "/register/requests/1"),
    *(("secauditor", f"/security?{query}") for query in SECURITY), ("secauditor", "/security/export.csv?login=office"),
    ("office", "/me/second"), (NOBODY, "/signin/code"), (NOBODY, "/first/x"), ("office", "/setup"), ("office", "/vacancies"), ("office", "/look-backs"), ("discipline", "/look-backs?unit={town}&whose=ours&looked=unseen"), ("discipline_town", "/look-backs?looked=seen"), ("office", "/cases/{rectifying}/restrict"), ("auditor", "/log/readings"), ("sysadmin", "/vacancies"), ("sysadmin", "/setup"), ("office", "/register/unit/import"), ("office", "/register/unit_kind"), ("office", "/register/unit/template.xlsx"),
    ("secadmin", "/batches/{batch}"), *((login, "/register") for login in ("office", "sysadmin", "secadmin", "secauditor")),
    *(("office" if OFFICE in kind.reads else kind.reads[0], f"/register/{name}") for name, kind in KINDS.items() if name != "entry"),
    ("office", "/exchange"), ("office", "/archive"), ("office", "/archive?round={round}"), ("head", "/archive/{archived}"), ("office", "/exchange/taken/{reported}"), ("office", "/cases?upper=1"),
    ("secretary", "/help"), ("secretary", "/help?q=时限"), ("secretary", "/help/life"), ("secretary", "/help/pictures/first-place.png"),
    ("office", "/register/calendar/2026.csv"), ("office", "/register/calendar/enter"), ("office", "/register/calendar/requests/{arranging}"), ("office", "/register/suspension/requests/{stopping}"),
    ("office", "/register/profile/{profile}"), ("office", "/register/profile/{profile}/next"), ("office", "/register/profile/{profile}/try?round={round}"),
    ("office", "/register/profile/requests/{numbering}"),
    ("office", "/register/dictionary/{dictionary}"), ("secadmin", "/register/dictionary/{dictionary}"), ("office", "/register/dictionary/enter"), ("office", "/register/dictionary/template.xlsx?of={dictionary}"),
    ("office", "/register/meeting/{meeting}"), ("head", "/register/meeting/{meeting}"), ("head", "/register/meeting/{meeting}/files/minutes"),
    ("office", "/register/instruction/{instruction}"), ("secretary", "/register/instruction/{instruction}"), ("leader", "/register/instruction"),
    ("office", "/acts/order_rework?case={escalated}&meeting={meeting}"),
    ("office", "/register/unit?q=城伯"), ("office", "/register/unit/{town}"), ("office", "/register/round/{round}"),
    ("office", "/register/round/{round}/plan"), ("office", "/register/round/{round}/plan?stage=&sort=village&q=村"), ("office", "/register/term/{term}"), ("office", "/register/term/{term}/coverage"),
    ("office", "/register/term/{term}/coverage?stage=missing&page=2"), ("office", "/register/term/{term}/coverage.xlsx"), ("office", "/register/inspection/1"), ("office", "/register/team/{team}"),
    *((login, f"/mails{query}") for login in ("office", "auditor") for query in ("", "?state=sent", "?state=waiting", "?state=failed")),
    ("office", "/mails/{mail}"),
    *((move.who[0], f"/acts/{move.action}?case={{{move.origin[0]}}}") for move in ACTIONS.values() if has_form(move)),
    ("handler", "/acts/claim?case={feedback}"), ("office", "/acts/claim?case={feedback}&paper=1"), ("team", "/acts/void?case={claimed}"),
    *(("discipline_town", path) for path in ("/", *(f"/cases?{query}" for query in SCOPED), "/cases/export.xlsx", "/cases/{rectifying}")),
    *(("auditor_rounds", path) for path in (*(f"/cases?{query}" for query in SCOPED if query != "lamp=late"), "/cases/{rectifying}", "/log", "/log?number=1", "/log?unit=城伯", "/mails", "/mails?state=sent")),
    ("in_charge", "/"), ("in_charge", "/cases"),
)  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with crowd(str(request.param), tmp_path_factory) as found:
        yield found


def named(stage: Stage) -> dict[str, Any]:
    """Return what stands for the names in an address."""
    world = stage.world
    drafts = dict(world.rows("SELECT action, MIN(id) FROM drafts WHERE state = 'open' GROUP BY action"))
    told = _brought(Asking(stage, Line("GET", "/import/done", "", "", {}), "office"))[1]["told"]
    sent, _ = _sent(Asking(stage, Line("GET", "/sent/{token}", "", "", {}), "secretary"))
    return {
        **stage.own, **stage.made, "feed": fed(world), "sent": sent, "making": made_for(world, "office"), "town": world.units[TOWN], "town_name": TOWN, "round": world.rows("SELECT MIN(round_id) FROM cases")[0][0],
        "entry": stage.last_index(stage.own["rectifying"]), "draft": drafts["claim"], "void": drafts["void"], "handover": stage.once("handover", lambda: stage.handover(BUREAU, "secretary_bureau")), "mail": stage.mail, "told": told, "batch": stage.batch(), "arranging": stage.arranging(), "stopping": stage.stopping(), "numbering": stage.numbering(), "profile": county().digest, "dictionary": stage.dictionary(),
        "reported": stage.reported(), "archived": stage.archived(), "meeting": stage.meeting(), "prepared": stage.put_aside(), "visit": stage.visit(), "order": stage.ordered(), "instruction": stage.instruction(), "term": stage.term(), "paper_draft": stage.paper_draft(), "paper": stage.paper(),
        "team": stage.once("team", lambda: int(world.enter("office", "team", "make", name="第一巡察组", round=str(world.round_id)))),
    }  # fmt: skip


def fed(world: World) -> str:
    """Let the office have a calendar of its dates; return what its address ends in."""
    with writing(world.engine) as work:
        renew_feed(work.driver, world.people["office"], hash_of("x"), 1)
        work.commit()
    return "x"


@dataclass
class Walked:
    """What the pages asked: how often each, and of every statement where it was first heard and what is wrong with it."""

    counts: dict[str, int] = field(default_factory=dict)
    heard: dict[tuple[str, str], str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def page(self, stage: Stage, login: str, address: str, names: Mapping[str, Any]) -> None:
        """Open a page, and look at each statement that was not heard before."""
        visitor, engine = stage.door.as_(login), stage.world.engine
        with listening(engine) as heard:
            answer = visitor.get(address.format(**names))
        shut = ("none",) if address.startswith("/first/") else ()
        assert kind_of(answer) in ("page", "said", "file", "on", "signin", *shut), (login, address, answer.status_code)
        page = f"{login or 'nobody'} {address}"
        self.counts[page] = len(heard)
        for one in [each for whole in heard for each in (*whole.parts, whole)]:
            if (one.sql, str(one.params)) not in self.heard and not excepted(one):
                self.wrong += [f"{page}\n  {one.sql}\n  {fault}" for fault in faults(engine, one)]
            self.heard[one.sql, str(one.params)] = page


def too_often(counts: Mapping[str, int]) -> list[str]:
    """A sentence for each page that asks more often than it may: how often, where that stands, and what to do."""
    return [
        f"{page} asks {count} statements, at most {MOST.get(page, DESIGNED)}: read what it shows in one statement for all its rows; "
        "if it needs another one for what it newly shows, write its number in MOST (tests/web/test_statements.py), in its place by "
        "number, and in CHANGELOG.md or docs/why.md what the page does for it"
        for page, count in counts.items()
        if count > MOST.get(page, DESIGNED)
    ]


def excepted(statement: Statement) -> bool:
    """Say whether a statement may read much; what asks several questions may where one of them may, and each is looked at by itself."""
    if statement.parts:
        return any(map(excepted, statement.parts))
    return any(re.search(pattern, statement.sql) for pattern in EXCEPTIONS)


def test_no_page_reads_more_than_it_shows_or_asks_more_often_than_written_down(stage: Stage) -> None:
    names, walked = named(stage), Walked()
    for login, address in PAGES:
        walked.page(stage, login, address, names)
    assert walked.wrong == [], "\n".join(walked.wrong)
    assert too_often(walked.counts) == [], "\n".join(too_often(walked.counts))


def test_every_get_route_of_the_application_is_walked(stage: Stage) -> None:
    asked = [
        address.partition("?")[0].replace("{sent}", "/sent/x").replace("{making}", "/making/x") for _, address in PAGES
    ]
    there = {
        route
        for method, route in routes_of(stage.door.app.routes)
        if method == "GET" and not route.startswith("/static")
    }
    missing = {route for route in there if not any(_fits(route, path) for path in asked)}
    assert missing == set(), "name a page of it in PAGES"


def test_pages_written_down_are_pages_and_the_worst_comes_first() -> None:
    pages = {f"{login or 'nobody'} {address}" for login, address in PAGES}
    assert set(MOST) <= pages
    assert list(MOST.values()) == sorted(MOST.values(), reverse=True)
    assert min(MOST.values()) > DESIGNED


def test_a_page_that_asks_too_often_reads_where_its_number_stands() -> None:
    page = "office /queue"
    assert too_often({page: MOST[page], "office /me": DESIGNED}) == []
    [said] = too_often({page: MOST[page] + 1})
    assert said.startswith(f"{page} asks {MOST[page] + 1} statements, at most {MOST[page]}: ")
    assert "MOST (tests/web/test_statements.py)" in said


PLANTED = {
    "a scan": "SELECT COUNT(*) FROM trail WHERE intent = ?",
    "a filter behind an index": "SELECT t.idx FROM trail t WHERE t.jurisdiction = 1 AND t.intent = ? ORDER BY t.idx LIMIT 10",
    "a sort": "SELECT id FROM materials WHERE name <> ? ORDER BY sha256, name LIMIT 5",
    "a sort that an index begins": "SELECT id FROM cases WHERE jurisdiction = 1 AND problem <> ? ORDER BY detail, id LIMIT 5",
    "a scan inside": "SELECT u.id FROM units u WHERE u.id = 1 AND EXISTS (SELECT 1 FROM receipts r WHERE r.action = ? AND r.version > u.id)",
}
SOUND = {
    "one row": "SELECT body FROM trail WHERE jurisdiction = 1 AND idx = 7 AND action <> ?",
    "a walk that stops": "SELECT t.idx FROM trail t WHERE t.jurisdiction = 1 AND t.action <> ? ORDER BY t.idx DESC LIMIT 50",
    "a small table": "SELECT COUNT(*) FROM rounds WHERE name <> ?",
    "a case's own": "SELECT COUNT(*) FROM receipts WHERE case_id = 5 AND action <> ?",
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_bad_statement_is_caught(stage: Stage, name: str) -> None:
    with listening(stage.world.engine) as heard, reading(stage.world.engine) as work:
        work.driver.all(PLANTED[name], ("x",))
    assert faults(stage.world.engine, heard[-1]) != []


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_statement_is_let_pass(stage: Stage, name: str) -> None:
    with listening(stage.world.engine) as heard, reading(stage.world.engine) as work:
        work.driver.all(SOUND[name], ("x",))
    assert faults(stage.world.engine, heard[-1]) == []


def test_the_orm_is_heard_as_well_as_the_driver(stage: Stage) -> None:
    with listening(stage.world.engine) as heard, reading(stage.world.engine) as work:
        work.session.exec(select(TrailRow).where(col(TrailRow.intent) == "x")).all()
        work.driver.ask(("SELECT 1", ()), ("SELECT 2", ()))
    assert [one.raw for one in heard] == [False, True, True]
    assert faults(stage.world.engine, heard[0]) != []


def test_of_questions_that_are_asked_together_each_is_judged(stage: Stage) -> None:
    bad, sound = (PLANTED["a scan"], ("x",)), (SOUND["a case's own"], ("x",))
    with listening(stage.world.engine) as heard, reading(stage.world.engine) as work:
        looks = Looks(work.driver)
        found = [looks.all(*question) for question in (sound, bad)]
        assert [len(one()) for one in found] == [1, 1]
    [whole] = heard
    assert [bool(faults(stage.world.engine, one)) for one in (*whole.parts, whole)] == [False, True, True]
