"""Accounts 账号: asked for by the sysadmin, approved by the secadmin, both seen by the secauditor; all by the register's road."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from register.asking import NoSuchRequest, approved_by, ask, batches_for, decide
from register.fields import Field
from register.kinds import KINDS
from register.may import may_approve, may_decide, may_take_back, named
from register.noting import events_of, in_words
from register.opening import namesakes
from register.showing import Words
from register.surroundings import Surroundings
from register.wanted import Wanted
from states import ROLES
from storage import requests
from storage.digits import LARGEST, number_in
from storage.engine import reading, writing
from storage.hashing import hashed
from storage.household import find_key
from storage.looks import Looks
from storage.reads.accounts import account_list, names_of, owners_of, post_in_words, unchanged_accounts, unit_names
from storage.reads.readiness import house_now
from storage.reads.vacancies import circles_of
from storage.requests import Asking
from storage.security import record
from storage.sql import Driver
from storage.work import Work
from web.act_forms import FormOf, Input, form_of
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note, who_asks
from web.filled import filled_in
from web.people.passwords import read_aloud
from web.viewer import Viewer
from workflow.refusal import Refusal, sentences
from workflow.security import first_words

router = APIRouter()
LONGEST_WORDS, LONGEST_PAGE = 60, 7
MOST_WAITING, MOST_DECIDED, MOST_ACCOUNTS = 10, 30, 30
"""Of each waiting request all that it would change is read and shown: the oldest come first, the next follow them."""
KIND = KINDS["account"]
ACTS = {act.name: act.shown for act in KIND.acts} | {
    "open": KIND.said(KIND.act("open")),
    "make": "给已登记的人再开一个账号",
}
"""What is asked for here, in words: an account is made by itself for somebody who is registered already."""
FIELDS = {act.name: act.fields if act.begins else (KIND.found_by, *act.fields) for act in KIND.acts} | {
    "make": ("login", "name", "person", "personal_key")
}
"""The fields of each form: what is about an account that is there finds it by its login, a further one finds its owner."""
BESIDE = ("personal_key", "document", "round", "starts_on", "ends_on", "successor")
CHOSEN = Field("person", "已登记的人", "person", hint="是另一个同名的人，这里不选，填身份标识")
CHOOSING = ("open", "make")
TOLD_ONCE = "初始密码（只显示这一次，请告诉本人，首次登录须更换）"


@dataclass(frozen=True, slots=True)
class Line:
    """A request as the page shows it: what of whom, who asks, who the account belongs to, what would change, who looks alike."""

    asking: Asking
    title: str
    login: str
    name: str
    post: str
    by: str
    owner: str
    posts: str
    """What the owner holds now."""
    before: str
    after: str
    alike: tuple[str, ...]
    is_new: bool
    """The login is not there yet."""
    adds: bool
    """The post is not held yet."""
    facts: tuple[tuple[str, str], ...]
    """What else was filled in, in words."""
    now: str
    then: tuple[str, ...]
    """Who holds the post that would be given, and who will hold those that are left."""
    keeps: bool
    """The posts are kept with another account."""
    needs_factor: bool
    """A role that is held must have a second factor."""
    beside: int
    """How many others wait that want the same of the same account."""
    shown: str
    """What is shown of it, by its hash, to who may approve it."""
    mine: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks at: accounts with these words, at which page of their list, and the request just sent."""

    words: str = ""
    sent: str = ""
    at: int = 1


EVERYTHING = Look()


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was not taken: which act, what stood in it, what is wrong."""

    act: str
    given: Mapping[str, str]
    why: tuple[Refusal, ...]


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
def accounts(desk: AtDesk, viewer: Signed, q: str = "", sent: str = "", page: str = "") -> Response:
    """Show the requests and the accounts, those with the words asked for; `sent` was just asked for."""
    must_hold(viewer, *KIND.reads)
    return _page(
        desk, viewer, look=Look(q.strip()[:LONGEST_WORDS], sent, number_in(page, LARGEST // MOST_ACCOUNTS) or 1)
    )


@router.get("/accounts/{number}")
def request_itself(number: Number, viewer: Signed) -> Response:
    """Lead back to where requests are decided: the address of a decision has no page of its own."""
    del number
    must_hold(viewer, *KIND.reads)
    return RedirectResponse("/accounts", 303)


def _elsewhere(driver: Driver, viewer: Viewer) -> int:
    """Count what waits for the viewer's approval on another page than this."""
    acts = [one for one in approved_by(viewer.actor) if one not in {f"account.{act}" for act in ACTS}]
    return house_now(driver, viewer.actor.jurisdiction, viewer.actor.person_id or 0, acts).to_approve if acts else 0


def _page(
    desk: Desk,
    viewer: Viewer,
    *,
    faults: tuple[str, ...] = (),
    said: str = "",
    first: str = "",
    wrong: Filled | None = None,
    status: int = 200,
    look: Look = EVERYTHING,
) -> Response:
    place, asks = viewer.actor.jurisdiction, viewer.holds(*KIND.act("open").enters)
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        asked = looks.at(requests.waiting, place, [f"account.{one}" for one in ACTS])
        forms = looks.at(_forms, place, clock.local_date(desk.now()), wrong) if asks else list
        batches = looks.at(batches_for, viewer.actor, KIND.name)
        decided = looks.at(_decided, place)
        circles = looks.at(circles_of, place, viewer.restricted, clock.local_date(desk.now()))
        unchanged = looks.at(unchanged_accounts, place) if asks else list
        elsewhere = looks.at(_elsewhere, viewer)
        found = looks.at(account_list, place, look.words, MOST_ACCOUNTS, (look.at - 1) * MOST_ACCOUNTS)
        count, everybody = found()
        waiting = _lines(desk, looks.driver, viewer, _sent_first(asked(), look.sent)[:MOST_WAITING], asked())
    return desk.page(
        "accounts.html",
        viewer,
        status=status,
        here="/accounts",
        waiting=waiting,
        batches=batches(),
        elsewhere=elsewhere(),
        beyond=len(asked()) - len(waiting),
        decided=decided(),
        forms=forms(),
        titles=ACTS,
        opened=wrong.act if wrong else "",
        states=dict(KIND.field("state").choices),
        everybody=everybody,
        count=count,
        at=look.at,
        pages=max(-(-count // MOST_ACCOUNTS), 1),
        words=look.words,
        unchanged=len(unchanged()),
        faults=faults,
        stuck=sum(not one.in_hand for one in circles()),
        said=said or _sent_in_words(waiting, look.sent),
        first=first,
    )


def _sent_first(asked: Sequence[Asking], sent: str) -> list[Asking]:
    """Put what was just asked for first: whoever asked sees that it waits, however much does."""
    return sorted(asked, key=lambda one: str(one.id) != sent)


def _forms(driver: Driver, place: int, today: date, wrong: Filled | None) -> list[FormOf]:
    """Return the form of each act, with what was filled in and is wrong."""
    words, there = Words(driver, place, today), []
    if wrong is not None and wrong.act in CHOOSING:
        there = namesakes(driver, place, wrong.given.get("name", "").strip(), today)
    found = []
    for name, fields in FIELDS.items():
        given, why = (wrong.given, wrong.why) if wrong and wrong.act == name else ({}, ())
        form = form_of(words, KIND, KIND.act(name), None, given, why, fields)
        found.append(replace(form, inputs=_with_choice(form.inputs, there if given else [])))
    return found


def _with_choice(inputs: Sequence[Input], there: Sequence[tuple[int, str]]) -> tuple[Input, ...]:
    """Let who is registered under the name be chosen, where somebody is."""
    choices = tuple((str(number), words) for number, words in there)
    return tuple(
        replace(one, rule=CHOSEN, choices=choices) if one.rule.name == CHOSEN.name else one
        for one in inputs
        if one.rule.name != CHOSEN.name or choices
    )


def _sent_in_words(waiting: Sequence[Line], sent: str) -> str:
    """Say of the viewer's own request that it waits, and for whom."""
    mine = (one for one in waiting if one.mine and str(one.asking.id) == sent)
    said = (
        f"已送{named(KIND.act(one.asking.act).approves)}审批：{one.title} {one.login}（{one.name}）" for one in mine
    )
    return next(said, "")


def _decided(driver: Driver, place: int) -> list[Decided]:
    """Return what was decided, with names as they are now: two statements, however many there are."""
    settled, looks = requests.in_states(driver, place, ("approved", "refused"), "account", MOST_DECIDED), Looks(driver)
    asked = [one.said for one in settled]
    logins = [said.get("login", "") for said in asked]
    owners = looks.at(owners_of, place, logins, [int(one.row) for one in settled if one.row])
    people = looks.at(names_of, [person for one in settled for person in (one.asked_by, one.decided_by) if person])
    units = looks.at(unit_names, [said["unit"] for said in asked if isinstance(said.get("unit"), int)])
    lines = []
    for one, said, login in zip(settled, asked, logins, strict=True):
        of, name = owners().get(int(one.row) if one.row else login, (login, said.get("name", "")))
        by, decided_by = (people().get(person or 0, "") for person in (one.asked_by, one.decided_by))
        lines.append(Decided(one, of, name, _post_in_words(said, units()), by, decided_by))
    return lines


def _line(desk: Desk, work: Work, viewer: Viewer, asking: Asking) -> Line:
    (line,) = _lines(desk, work.driver, viewer, [asking], [asking])
    return line


def _lines(
    desk: Desk, driver: Driver, viewer: Viewer, asked: Sequence[Asking], all_that_wait: Sequence[Asking]
) -> list[Line]:
    """Return requests in words, with what they would change as it is now: so many statements, however many there are."""
    place, today, looks = viewer.actor.jurisdiction, clock.local_date(desk.now()), Looks(driver)
    words, there = Words(driver, place, today), looks.at(Surroundings.of, place, asked, today)
    people = looks.at(names_of, [one.asked_by for one in asked if one.asked_by])
    units = looks.at(unit_names, [unit for one in asked if isinstance(unit := one.said.get("unit"), int)])
    around = there()
    same = Counter((one.act, one.row or "") for one in all_that_wait)
    lines = []
    for one in asked:
        said, row, person, owner = one.said, around.row(one), around.person(one), around.owner(one)
        changes = person is not None and one.act == "open" and said.get("email") not in (None, person["email"])
        adds = not (one.act == "open" and around.holders.holds(owner, said))
        line = Line(
            one,
            title=_title(one, is_new=around.is_new(one), adds=adds),
            login=row["login"] if row else said.get("login", ""),
            name=person["name"] if person else said.get("name", ""),
            post=_post_in_words(said, units()),
            by=people().get(one.asked_by or 0, ""),
            owner=person["name"] if person and KIND.act(one.act).begins else "",
            posts=around.holders.posts(owner),
            before=(person["email"] or "（无）") if changes and person else "",
            after=said["email"] if changes else "",
            alike=around.alike(one),
            is_new=around.is_new(one),
            adds=adds,
            facts=tuple(words.said(KIND, {name: said[name] for name in BESIDE if name in said})),
            now=around.held_now(one),
            then=around.held_after(one),
            keeps=one.act == "close" and not around.holders.is_last_account(owner),
            needs_factor=bool(around.holders.roles(owner) & set(desk.second_factor_roles)),
            beside=max(same[one.act, one.row] - 1, 0) if one.row else 0,
            shown=around.shown(one) if may_approve(one, viewer.actor) else "",
            mine=may_take_back(one, viewer.actor),
        )
        lines.append(line)
    return lines


def _title(one: Asking, *, is_new: bool, adds: bool) -> str:
    """Say what a request is: an opening is a new account, a further post, or no more than another address."""
    if one.act != "open":
        return ACTS[one.act]
    return "开通账号" if is_new else "增加职务" if adds else "更改登记"


def _post_in_words(said: Mapping[str, Any], units: Mapping[int, str]) -> str:
    unit, role = said.get("unit"), said.get("role", "")
    return post_in_words(role, said.get("capacity", ""), units.get(unit, "") if unit else "") if role in ROLES else ""


@router.post("/accounts")
def ask_for(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Ask for an account, a post, a closing, a reopening, a new password or a new second factor; the secadmin decides."""
    must_hold(viewer, *KIND.act("open").enters)
    with writing(desk.engine) as work:
        wanted, faults = _wanted(desk, work, viewer, form)
        asked = ask(work, wanted, viewer.actor, desk.now(), desk.limits) if not faults else None
        if asked is None or asked.refusals:
            work.rollback()
            why = faults or (asked.refusals if asked else ())
            note(desk, viewer, "register_denied", request, words=first_words(sentences(why)))
            return _page(desk, viewer, wrong=_filled(form, wanted.act, why), status=422)
        line = _line(desk, work, viewer, requests.must_read(work.driver, viewer.actor.jurisdiction, asked.request or 0))
        work.commit()
    note(desk, viewer, "account_asked", request, words=_words(line))
    return RedirectResponse(f"/accounts?sent={asked.request}", 303)


def _filled(form: FormData, act: str, why: Sequence[Refusal]) -> Filled:
    """Return what stood in a form, for who filled it in, with what is wrong at its fields."""
    given = {name: value for name in (*FIELDS[act], "reason") if isinstance(value := form.get(name), str)}
    at_name = tuple(replace(one, field="name") if act in CHOOSING and one.field == "person" else one for one in why)
    return Filled(act, given, at_name)


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
    faults = (
        (Refusal(f"没有账号“{login}”" if login else "请填写账号", "login", missing=not login),) if row is None else ()
    )
    return Wanted("account", act, row, fields, reason), faults


def _another(desk: Desk, work: Work, viewer: Viewer, form: FormData, reason: str) -> tuple[Wanted, tuple[Refusal, ...]]:
    """Return a further account for who is registered: known by the personal key, else by name where one alone has it."""
    given = filled_in(desk, form, ("login", "name", "personal_key", "person"))
    key, person = given.get("personal_key"), given.get("person") or given.get("name")
    faults = () if key or person else (Refusal("请填写已登记的人的身份标识或姓名", "personal_key"),)
    if key and "person" not in given:
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
    what = f"{'开通' if line.is_new else '更改'}账号 {line.login}"
    return "，".join(filter(None, (what, line.post if line.adds or line.is_new else "", change)))


@router.post("/accounts/{number}")
def decide_on(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Approve or refuse what another asked for; an account gets a password to be changed at once."""
    must_hold(viewer, *KIND.reads)
    first = read_aloud()
    approve = form.get("step") == "approve"
    beside = {"password_hash": hashed(first)} if approve else {}
    with writing(desk.engine) as work:
        asking = requests.read(work.driver, viewer.actor.jurisdiction, number)
        if asking is None or asking.kind != KIND.name or not may_decide(asking, viewer.actor, approve=approve):
            raise NotYours
        line, act = _line(desk, work, viewer, asking), KIND.act(asking.act)
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
                limits=desk.limits,
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
    added = f"账号 {login} 已增加职务{change}" if line.adds else f"账号 {login} 的登记已更改{change}，职务没有变"
    posts = f"现有职务照旧：{line.posts}；到期后的须另行任命" if line.posts else "职务须另行任命"
    again = "下次登录时重新设置" if line.needs_factor else "要用的，本人在“我的账号”重新设置"
    kept = "本人另有账号，职务不变" if line.keeps else "；".join(line.then) or "没有职务"
    return {
        "close": f"账号 {login} 已停用，其登录已全部退出；{kept}",
        "reset": f"账号 {login} 的密码已重置，其登录已全部退出。{TOLD_ONCE}",
        "reopen": f"账号 {login} 已重新启用，{posts}。{TOLD_ONCE}",
        "reset_factor": f"账号 {login} 的双因素已清除，其登录已全部退出；{again}",
    }.get(line.asking.act) or (f"账号 {login} 已开通{change}，{TOLD_ONCE}" if line.is_new else added)
