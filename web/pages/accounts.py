"""Accounts 账号: asked for by the sysadmin, approved by the secadmin, both seen by the secauditor; all by the register's road."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from register.asking import NoSuchRequest, ask, decide, look_alikes, shown
from register.kinds import KINDS
from register.may import may_approve, may_decide, may_take_back
from register.noting import events_of, in_words
from register.showing import Words
from register.wanted import Wanted
from states import ROLES
from storage import requests
from storage.engine import reading, writing
from storage.hashing import hashed
from storage.household import find_key, read_row
from storage.reads.accounts import account_list, names_of, owners_of, posts_in_words, unit_names
from storage.reads.posts import person_meant
from storage.requests import Asking
from storage.security import record
from storage.work import Work
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note, who_asks
from web.filled import filled_in
from web.people.passwords import read_aloud
from web.viewer import Viewer
from workflow.refusal import Refusal, sentences
from workflow.security import first_words

router = APIRouter()
LONGEST_WORDS = 60
MOST_WAITING, MOST_DECIDED = 20, 30
"""Of each waiting request all that it would change is read and shown: the oldest come first, the next follow them."""
KIND = KINDS["account"]
ACTS = {act.name: act.shown for act in KIND.acts} | {"make": "给已登记的人再开一个账号"}
"""What is asked for here, in words: an account is made by itself for somebody who is registered already."""
BESIDE = ("personal_key", "capacity", "document", "round", "starts_on", "ends_on", "successor")
TOLD_ONCE = "初始密码（只显示这一次，请告诉本人，首次登录须更换）"


@dataclass(frozen=True, slots=True)
class Line:
    """A request as the page shows it: what of whom, who asks, who the account belongs to, what would change, who looks alike."""

    asking: Asking
    login: str
    name: str
    post: str
    by: str
    decided_by: str
    owner: str
    posts: str
    before: str
    after: str
    alike: tuple[str, ...]
    is_new: bool
    """The login is not there yet."""
    facts: tuple[tuple[str, str], ...]
    """What else was filled in, in words."""
    shown: str
    """What is shown of it, by its hash, to who may approve it."""
    mine: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A request that was decided, as its one row says it."""

    asking: Asking
    login: str
    name: str
    post: str
    by: str
    decided_by: str


@router.get("/accounts")
def accounts(desk: AtDesk, viewer: Signed, q: str = "") -> Response:
    """Show the requests and the accounts, those with the words asked for."""
    must_hold(viewer, *KIND.reads)
    return _page(desk, viewer, words=q.strip()[:LONGEST_WORDS])


def _page(
    desk: Desk,
    viewer: Viewer,
    *,
    faults: tuple[str, ...] = (),
    said: str = "",
    first: str = "",
    form: dict[str, Any] | None = None,
    status: int = 200,
    words: str = "",
) -> Response:
    place, today = viewer.actor.jurisdiction, clock.local_date(desk.now())
    with reading(desk.engine) as work:
        asked = requests.waiting(work.driver, place, [f"account.{one}" for one in ACTS])
        waiting = [_line(work, viewer, one, today) for one in asked[:MOST_WAITING]]
        settled = requests.in_states(work.driver, place, ("approved", "refused"), "account", MOST_DECIDED)
        decided = _decided(work, place, settled)
        count, everybody = account_list(work.session, place, words)
    return desk.page(
        "accounts.html",
        viewer,
        status=status,
        here="/accounts",
        waiting=waiting,
        beyond=len(asked) - len(waiting),
        decided=decided,
        asks=viewer.holds(*KIND.act("open").enters),
        seldom=any((form or {}).get(name) for name in BESIDE),
        acts=list(ACTS.items()),
        everybody=everybody,
        count=count,
        words=words,
        faults=faults,
        said=said,
        first=first,
        form=form or {},
    )


def _decided(work: Work, place: int, settled: Sequence[Asking]) -> list[Decided]:
    """Return what was decided, with names as they are now: three statements, however many there are."""
    asked = [one.said for one in settled]
    logins = [said.get("login", "") for said in asked]
    owners = owners_of(work.driver, place, logins, [int(one.row) for one in settled if one.row])
    people = names_of(work.driver, [person for one in settled for person in (one.asked_by, one.decided_by) if person])
    units = unit_names(work.driver, [said["unit"] for said in asked if isinstance(said.get("unit"), int)])
    lines = []
    for one, said, login in zip(settled, asked, logins, strict=True):
        of, name = owners.get(int(one.row) if one.row else login, (login, said.get("name", "")))
        by, decided_by = (people.get(person or 0, "") for person in (one.asked_by, one.decided_by))
        lines.append(Decided(one, of, name, _post_in_words(said, units), by, decided_by))
    return lines


def _line(work: Work, viewer: Viewer, asking: Asking, today: date) -> Line:
    place, said, rule = asking.jurisdiction, asking.said, KIND.act(asking.act)
    people = names_of(work.driver, [one for one in (asking.asked_by, asking.decided_by) if one])
    row = read_row(work.driver, "account", place, int(asking.row)) if asking.row else None
    owner = row["person_id"] if row else person_meant(work.driver, place, said)
    person = read_row(work.driver, "person", place, owner) if owner else None
    is_waiting = asking.state == "asked"
    changes = person is not None and asking.act == "open" and said.get("email") not in (None, person["email"])
    return Line(
        asking,
        login=row["login"] if row else said.get("login", ""),
        name=person["name"] if person else said.get("name", ""),
        post=_post_in_words(said, unit_names(work.driver, [said["unit"]] if isinstance(said.get("unit"), int) else [])),
        by=people.get(asking.asked_by or 0, ""),
        decided_by=people.get(asking.decided_by or 0, ""),
        owner=person["name"] if person and rule.begins else "",
        posts=posts_in_words(work.session, owner) if owner and is_waiting else "",
        before=(person["email"] or "（无）") if changes and person else "",
        after=said["email"] if changes else "",
        alike=tuple(look_alikes(work, asking)) if is_waiting else (),
        is_new=rule.begins and find_key(work.driver, "account", place, login=said.get("login", "")) is None,
        facts=tuple(Words(work.driver, place, today).said(KIND, {name: said[name] for name in BESIDE if name in said})),
        shown=shown(work, asking) if is_waiting and may_approve(asking, viewer.actor) else "",
        mine=may_take_back(asking, viewer.actor),
    )


def _post_in_words(said: Mapping[str, Any], units: Mapping[int, str]) -> str:
    unit = said.get("unit")
    return f"{units.get(unit, unit) if unit else ''}{ROLES.get(said.get('role', ''), '')}"


@router.post("/accounts")
def ask_for(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Ask for an account, a post, a closing, a reopening, a new password or a new second factor; the secadmin decides."""
    must_hold(viewer, *KIND.act("open").enters)
    with writing(desk.engine) as work:
        wanted, faults = _wanted(desk, work, viewer, form)
        asked = ask(work, wanted, viewer.actor, desk.now()) if not faults else None
        if asked is None or asked.refusals:
            work.rollback()
            why = faults or (asked.refusals if asked else ())
            note(desk, viewer, "register_denied", request, words=first_words(sentences(why)))
            return _page(desk, viewer, faults=sentences(why), form=dict(form), status=422)
        line = _line(
            work,
            viewer,
            requests.must_read(work.driver, viewer.actor.jurisdiction, asked.request or 0),
            clock.local_date(desk.now()),
        )
        work.commit()
    note(desk, viewer, "account_asked", request, words=_words(line))
    return RedirectResponse("/accounts", 303)


def _wanted(desk: Desk, work: Work, viewer: Viewer, form: FormData) -> tuple[Wanted, tuple[Refusal, ...]]:
    """Return what the form wants: of a new account all its fields, of one that is there its row."""
    act = str(form.get("kind", "open"))
    act = act if act in ACTS else "open"
    asked = KIND.act(act).fields
    fields = filled_in(desk, form, asked)
    reason, login = str(form.get("reason", "")).strip(), str(form.get("login", "")).strip()
    if act == "open":
        return Wanted("account", act, None, fields, reason), ()
    if act == "make":
        return _another(desk, work, viewer, form, reason)
    row = find_key(work.driver, "account", viewer.actor.jurisdiction, login=login)
    faults = (Refusal(f"没有账号“{login}”" if login else "请填写账号", "login"),) if row is None else ()
    return Wanted("account", act, row, fields, reason), faults


def _another(desk: Desk, work: Work, viewer: Viewer, form: FormData, reason: str) -> tuple[Wanted, tuple[Refusal, ...]]:
    """Return a further account for who is registered: known by the personal key, else by name where one alone has it."""
    given = filled_in(desk, form, ("login", "name", "personal_key"))
    key, person = given.get("personal_key"), given.get("name")
    faults = () if key or person else (Refusal("请填写已登记的人的身份标识或姓名", "personal_key"),)
    if key:
        found = find_key(work.driver, "person", viewer.actor.jurisdiction, personal_key=key)
        person = str(found) if found is not None else ""
        faults = faults if person else (Refusal("没有这个身份标识的人：请核对，或先登记", "personal_key"),)
    fields = {name: value for name, value in (("login", given.get("login")), ("person", person)) if value}
    return Wanted("account", "make", None, fields, reason), faults


def _words(line: Line) -> str:
    """Say what was asked for, as the security log shows it."""
    act = KIND.act(line.asking.act)
    if act.name != "open":
        return in_words(act, line.login)
    change = f"邮箱由 {line.before} 改为 {line.after}" if line.after else ""
    return "，".join(filter(None, (f"开通账号 {line.login}，{line.post}", change)))


@router.post("/accounts/{number}")
def decide_on(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Approve or refuse what another asked for; an account gets a password to be changed at once."""
    must_hold(viewer, *KIND.reads)
    first = read_aloud()
    beside = {"password_hash": hashed(first)}
    approve = form.get("step") == "approve"
    with writing(desk.engine) as work:
        asking = requests.read(work.driver, viewer.actor.jurisdiction, number)
        if asking is None or asking.kind != KIND.name or not may_decide(asking, viewer.actor, approve=approve):
            raise NotYours
        line, act = _line(work, viewer, asking, clock.local_date(desk.now())), KIND.act(asking.act)
        gets = approve and act.gives_password and (line.is_new or not act.composed)
        try:
            entered = decide(
                work,
                number,
                viewer.actor,
                desk.now(),
                approve=approve,
                seen=str(form.get("seen", "")),
                beside=beside if gets else {},
            )
        except NoSuchRequest:
            raise NotYours from None
        if entered.refusals:
            work.rollback()
            note(desk, viewer, "register_denied", request, words=first_words(entered.refused))
            return _page(desk, viewer, faults=entered.refused, status=422)
        if approve:
            told = events_of(act, who_asks(desk, viewer, request), line.login)
            record(work.driver, clock.micros(desk.now()), *told)
        work.commit()
    what = "approved" if approve else "taken_back" if line.mine else "refused"
    note(desk, viewer, f"account_{what}", request, words=_words(line))
    said = _done(line) if approve else "申请已撤回" if line.mine else "已记录"
    return _page(desk, viewer, said=said, first=first if gets else "")


def _done(line: Line) -> str:
    """Say what was done; a password that is told once stands behind it."""
    login = line.login
    change = f"，邮箱由 {line.before} 改为 {line.after}" if line.after else ""
    return {
        "close": f"账号 {login} 已停用，其登录已全部退出；这是本人最后一个账号的，职务到今天为止",
        "reset": f"账号 {login} 的密码已重置，其登录已全部退出。{TOLD_ONCE}",
        "reopen": f"账号 {login} 已重新启用，职务须另行任命。{TOLD_ONCE}",
        "reset_factor": f"账号 {login} 的双因素已清除，其登录已全部退出，下次登录时重新设置",
    }.get(line.asking.act) or (
        f"账号 {login} 已开通{change}，{TOLD_ONCE}" if line.is_new else f"账号 {login} 已增加职务{change}"
    )
