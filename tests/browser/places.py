"""Every place that a role can come to in a house: what the navigation names, and one example of each page behind it."""

from __future__ import annotations

from sqlalchemy import Engine

from states import ACTIONS, HANDLER, LEADER, OFFICE, SECRETARY, TEAM
from storage.engine import reading
from storage.sql import Driver
from web.manners import MANNERS, has_form

_UNIT = (
    "(SELECT unit_id FROM posts WHERE person_id = (SELECT person_id FROM accounts WHERE login = 'secretary') LIMIT 1)"
)
_ONE_OF_EACH_STATE = f"SELECT state, MAX(id) FROM cases WHERE answerable_id = {_UNIT} GROUP BY state ORDER BY state"
_LED = "(SELECT unit_id FROM posts WHERE person_id = (SELECT person_id FROM accounts WHERE login = 'leader'))"
_ONE_THAT_IS_LED = f"SELECT state, MAX(id) FROM cases WHERE answerable_id IN {_LED} GROUP BY state ORDER BY state"
_ONE_ELSEWHERE = "SELECT state, MAX(id) FROM cases GROUP BY state ORDER BY state"
_ONES = {SECRETARY: _ONE_OF_EACH_STATE, HANDLER: _ONE_OF_EACH_STATE, LEADER: _ONE_THAT_IS_LED}
ADMINISTRATORS = ("sysadmin", "secadmin", "secauditor")


def places_of(engine: Engine, role: str) -> list[str]:
    """Return the addresses to look at for a login of the county."""
    if role == "stranger":
        return ["/signin", "/signin?next=/cases"]
    if role in ADMINISTRATORS:
        return [
            "/accounts",
            "/me",
            "/me/second",
            *(["/security", "/security?what=signed_in"] if role == "secauditor" else []),
        ]
    with reading(engine) as work:
        driver = work.driver
        cases: dict[str, int] = dict(driver.all(_ONES.get(role, _ONE_ELSEWHERE)))
        found = [
            "/",
            *(["/done", "/done?q=%E8%B7%AF"] if role in (OFFICE, SECRETARY) else []),
            "/cases",
            *(
                ["/figures", "/figures?table=unit", "/figures?table=months"]
                if role in (OFFICE, LEADER, SECRETARY)
                else []
            ),
            *(["/help", "/help?q=%E5%BB%B6%E6%9C%9F", "/help/quickstart", "/help/life"] if role == SECRETARY else []),
            *(["/me", "/cases?q=%E8%B7%AF", "/cases?state=open&lamp=late"] if role == OFFICE else []),
            *_examples(driver, role),
            *_papers(driver, role),
            *(
                [
                    *_rounds(driver),
                    *_house(driver),
                    *(f"/cases/{cases['rectifying']}/{page}" for page in ("restrict", "topics")),
                ]
                if role == OFFICE
                else []
            ),
            *(["/register/instruction", "/copies"] if role == LEADER else []),
        ]
    found += (
        [f"/cases/{case}" for case in cases.values()]
        if role in (SECRETARY, HANDLER, OFFICE)
        else [f"/cases/{cases['rectifying']}"]
    )
    return found + [f"/acts/{action}?case={cases[state]}" for action, state in _acts(role) if state in cases]


def _papers(driver: Driver, role: str) -> list[str]:
    """Return the pages of papers: the list, the newest one issued, and for the office a draft and the choice of a new one."""
    row = driver.one("SELECT MAX(p.id), (SELECT MAX(id) FROM paper_drafts WHERE state = 'open') FROM papers p")
    issued, waiting = row or (0, 0)
    if role != OFFICE:
        return ["/papers"]
    return ["/papers", f"/papers/{issued}", f"/papers/drafts/{waiting}", "/papers/new", "/register/series"]


def _rounds(driver: Driver) -> list[str]:
    """Return the pages of a round, one of its inspections and its term."""
    row = driver.one(
        "SELECT MAX(r.id), MAX(r.term_id), MAX(i.id), MAX(i.team_id) FROM rounds r JOIN inspections i ON i.round_id = r.id"
    )
    number, term, inspection, team = row or (0, 0, 0, 0)
    return [
        f"/register/round/{number}", f"/register/round/{number}/plan?stage=", f"/register/inspection/{inspection}", f"/register/team/{team}",
        f"/register/term/{term}", f"/register/term/{term}/coverage",
    ]  # fmt: skip


def _house(driver: Driver) -> list[str]:
    """Return the pages of what the office keeps beside the problems, with one row of each kind that has a page of its own."""
    newest: dict[str, int] = dict(driver.all("SELECT kind, MAX(id) FROM listed GROUP BY kind"))
    row = driver.one("SELECT MAX(hash) FROM profiles")
    profile = f"/register/profile/{row[0] if row else ''}"
    letter = driver.one("SELECT case_id, version FROM copies ORDER BY case_id DESC, version LIMIT 1")
    rows = [f"/register/{kind}/{newest[kind]}" for kind in ("meeting", "instruction", "dictionary") if kind in newest]
    lists = [
        f"/register/{kind}" for kind in ("unit", "meeting", "instruction", "dictionary", "profile", "setting", "rule")
    ]
    return [
        "/register",
        *lists,
        *rows,
        "/register/unit/1",
        profile,
        f"{profile}/next",
        "/me/ties",
        "/vacancies",
        "/look-backs",
        "/recurrences",
        "/cases/export?columns=own&column=state",
        "/copies",
        *([f"/copies/{letter[0]}/{letter[1]}"] if letter else []),
        "/exchange",
        "/setup",
    ]


def _acts(role: str) -> list[tuple[str, str]]:
    """Return the forms of a role, each with a state in which it is asked."""
    whose = SECRETARY if role == HANDLER else role
    mine = [
        move
        for move in ACTIONS.values()
        if {role, whose} & set(move.who)
        and has_form(move)
        and not MANNERS[move.action].one_click
        and not (role == HANDLER and move.drafted_by)  # whoever prepares it is named
    ]
    prepared = [("keep", "disputed")] if role == TEAM else []
    return prepared + [(move.action, move.origin[0]) for move in mine]


def _examples(driver: Driver, role: str) -> list[str]:
    found = []
    led = f" AND case_id IN (SELECT id FROM cases WHERE answerable_id IN {_LED})" if role == LEADER else ""
    entry = driver.one(f"SELECT case_id, idx FROM trail WHERE action = 'claim'{led} ORDER BY idx LIMIT 1")
    if role == "auditor":
        found += [
            "/log",
            "/log?action=claim",
            "/log?case=1&paper=1",
            "/log/checkpoints",
            "/log/readings",
            f"/log/{entry[1] if entry else 0}",
        ]
    elif role not in (SECRETARY, HANDLER) and entry:
        found.append(f"/cases/{entry[0]}/proof/{entry[1]}")
    if role in ("auditor", OFFICE):
        found += ["/mails", "/mails?state=sent"]
        found += [
            f"/mails/{row[0]}" for row in driver.all("SELECT MAX(id) FROM deliveries WHERE state = 'sent'") if row[0]
        ]
    if role == OFFICE:
        found.append("/import")
    whose = {SECRETARY: "claim", HANDLER: "submit", "office": "void"}.get(role)
    found += [
        f"/drafts/{row[0]}"
        for row in driver.all("SELECT MAX(id) FROM drafts WHERE state = 'open' AND action = ?", (whose,))
        if row[0]
    ]
    return found
