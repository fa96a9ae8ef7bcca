"""Batches: what one list asked for, shown whole to who approves it, decided together; first passwords on slips to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from register.asking import NoSuchRequest, ask
from register.batch import ADDS, NEW, decide_together, shown_together
from register.grammar import Kind
from register.kinds import KINDS
from register.may import may_approve, may_decide
from register.noting import events_of
from register.showing import Words
from register.surroundings import Surroundings
from register.wanted import Wanted
from states import ROLES
from storage import requests
from storage.engine import reading, writing
from storage.hashing import hashed_made
from storage.reads.accounts import names_of, post_in_words, unchanged_accounts
from storage.requests import Asking
from storage.security import record
from storage.setting import is_here_alone
from storage.work import Work
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note, who_asks
from web.pages.lists import cell_text, place_of
from web.people.passwords import read_aloud
from web.ticked import ticked
from web.viewer import Viewer
from workflow.refusal import sentences
from workflow.security import first_words

router = APIRouter()
OF_AN_ACCOUNT = ("login", "name", "role")
"""What is told of an account that is there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a batch, in words."""

    asking: Asking
    facts: tuple[tuple[str, str], ...]
    alike: tuple[str, ...]
    mark: str = ""
    """Of an account whether it is a new person's or a further post of who is there; of whom, and what would be changed."""


@router.post("/batches/again")
def again(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Ask for new first passwords for all who never changed theirs, decided together and printed on slips again."""
    kind = KINDS["account"]
    act = kind.act("reset")
    must_hold(viewer, *act.enters)
    place, reason = viewer.actor.jurisdiction, "重发初始密码：还没有换过初始密码的人"
    with writing(desk.engine) as work:
        asked = [
            ask(work, Wanted(kind.name, act.name, key, {}, reason), viewer.actor, desk.now(), desk.limits)
            for key in unchanged_accounts(work.driver, place)
        ]
        numbers = [one.request for one in asked if one.request is not None]
        if numbers:
            requests.put_together(work.driver, numbers)
            work.commit()
        else:
            work.rollback()
    if numbers:
        note(desk, viewer, "account_asked", request, words=f"{reason}，{len(numbers)} 个")
    return RedirectResponse("/accounts", 303)


@router.get("/batches/{number}")
def batch(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show a whole batch to who approves it, and to who asked."""
    with reading(desk.engine) as work:
        if over := _over(desk, viewer, work, number):
            return over
        return _batch(desk, viewer, work, _waiting(work, viewer, number))


def _over(desk: Desk, viewer: Viewer, work: Work, number: int) -> Response | None:
    """Return the page of a batch that was decided, to who decides such: passwords were told once, and are not told again."""
    done = requests.decided_of(work.driver, viewer.actor.jurisdiction, number)
    if requests.in_batch(work.driver, viewer.actor.jurisdiction, number) or not done:
        return None
    if not may_decide(done[0], viewer.actor, approve=False):
        raise NotYours
    kind = KINDS[done[0].kind]
    return desk.page(
        "batch_over.html", viewer, here=place_of(kind), kind=kind, approved=sum(one.state == "approved" for one in done), count=len(done),
        gives=kind.act(done[0].act).gives_password, at=done[0].decided_at,
    )  # fmt: skip


def _waiting(work: Work, viewer: Viewer, number: int) -> list[Asking]:
    waiting = requests.in_batch(work.driver, viewer.actor.jurisdiction, number)
    if not waiting or not may_decide(waiting[0], viewer.actor, approve=False):
        raise NotYours
    return waiting


def _batch(desk: Desk, viewer: Viewer, work: Work, waiting: Sequence[Asking], faults: tuple[str, ...] = ()) -> Response:
    first_of = waiting[0]
    kind = KINDS[first_of.kind]
    act = kind.act(first_of.act)
    words = Words(work.driver, viewer.actor.jurisdiction, clock.local_date(desk.now()))
    around = Surroundings.of(work.driver, viewer.actor.jurisdiction, waiting, clock.local_date(desk.now()))
    lines = [
        Asked(
            one,
            tuple(_facts(words, around, one).items()),
            around.alike(one),
            _mark(around, one) if act.composed else "",
        )
        for one in waiting
    ]
    there = {label for one in lines for label, _ in one.facts}
    named = dict.fromkeys((*act.fields, *OF_AN_ACCOUNT))
    labels = [label for name in named if (label := kind.field(name).shown) in there]
    by = names_of(work.driver, [first_of.asked_by or 0]).get(first_of.asked_by or 0, "")
    return desk.page(
        "batch.html", viewer, status=422 if faults else 200, here=place_of(kind), kind=kind, act=act, lines=lines, labels=labels, by=by,
        first=first_of, approves=may_approve(first_of, viewer.actor), mine=first_of.asked_by == viewer.actor.person_id,
        seen=shown_together(around, waiting), faults=faults, number=first_of.batch, here_alone=_here_alone(desk, viewer) if act.gives_password else "",
    )  # fmt: skip


def _facts(words: Words, around: Surroundings, one: Asking) -> dict[str, str]:
    """Return what a request says, in words; of an account that is there whose it is and what they hold."""
    kind = KINDS[one.kind]
    row, person = around.row(one), around.person(one)
    if kind.name != "account" or row is None or person is None:
        there = {name: one.said[name] for name in kind.act(one.act).fields if name in one.said}
        there |= {name: cell_text(name, there[name]) for name in there if name == "personal_key"}
        return dict(words.said(kind, there))
    told = (row["login"], person["name"], around.holders.posts(around.owner(one)))
    return {kind.field(name).shown: value for name, value in zip(OF_AN_ACCOUNT, told, strict=True)}


def _here_alone(desk: Desk, viewer: Viewer) -> str:
    """Return the address that slips would have, where nobody else can open it."""
    link = viewer.setting.link or desk.settings.link
    return link if is_here_alone(link) else ""


def _mark(around: Surroundings, one: Asking) -> str:
    """Say what a request of a list makes: somebody new, or a further login or post of who is registered, and which address would be another."""
    person = around.person(one)
    if person is None:
        return NEW
    before, after = person["email"] or "（无）", one.said.get("email")
    return ADDS + (f"；邮箱 {before} → {after}" if after and after != person["email"] else "")


@router.post("/batches/{number}")
def decided(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Approve the chosen requests of a batch, all at once, and turn the others down; who asked takes all of it back."""
    with reading(desk.engine) as work:
        if over := _over(desk, viewer, work, number):
            return over
        waiting = _waiting(work, viewer, number)
        today = clock.local_date(desk.now())
        around = Surroundings.of(work.driver, viewer.actor.jurisdiction, waiting, today)
        words = Words(work.driver, viewer.actor.jurisdiction, today)
        facts = {one.id: _facts(words, around, one) for one in waiting}
    chosen = _chosen(form) if form.get("step") == "approve" else set()
    begin = _beginning([one for one in waiting if one.id in chosen], around)
    passwords = {one.id or 0: read_aloud() for one in begin}
    hashes = {number: hashed_made(told) for number, told in passwords.items()}
    with writing(desk.engine) as work:
        held = _waiting(work, viewer, number)
        try:
            outcomes = decide_together(
                work, held, chosen, viewer.actor, desk.now(), seen=str(form.get("seen", "")),
                beside=lambda one: {"password_hash": hashes[one.id or 0]} if one.id in hashes else {},
                limits=desk.limits,
            )  # fmt: skip
        except NoSuchRequest:
            raise NotYours from None
        faults = [f"{_name(one)}：{sentence}" for one, entered in outcomes for sentence in sentences(entered.refusals)]
        if faults:
            work.rollback()
            page = _batch(desk, viewer, work, held, tuple(faults))
        else:
            act = KINDS[held[0].kind].act(held[0].act)
            reset = [one for one in held if one.id in hashes and not act.composed]
            told = [
                event
                for one in reset
                for event in events_of(act, who_asks(desk, viewer, request), facts[one.id]["账号"])
            ]
            record(work.driver, clock.micros(desk.now()), *told)
            work.commit()
    if faults:
        note(desk, viewer, "register_denied", request, words=first_words(faults))
        return page
    kind, act = KINDS[held[0].kind], KINDS[held[0].kind].act(held[0].act)
    what = "account_approved" if kind.name == "account" else "register_approved"
    refused = "account_refused" if kind.name == "account" else "register_refused"
    note(
        desk,
        viewer,
        what if chosen else refused,
        request,
        words=f"{kind.said(act)}：{held[0].reason}，{len(chosen)} 个"[:500],
    )
    if not chosen:
        return RedirectResponse(place_of(kind), 303)
    return _slips(desk, viewer, kind, len(chosen), [(facts[one.id], passwords[one.id or 0]) for one in begin])


def _chosen(form: FormData) -> set[int]:
    return set(ticked(form, "request"))


def _beginning(chosen: Sequence[Asking], around: Surroundings) -> list[Asking]:
    """Return the requests by which a login begins, or gets another password: of several for one login the first."""
    gives = [
        one
        for one in chosen
        if (act := KINDS[one.kind].act(one.act)).gives_password and (around.is_new(one) or not act.composed)
    ]
    return list({one.said.get("login") or one.row: one for one in reversed(gives)}.values())[::-1]


def _name(one: Asking) -> str:
    return str(one.said.get("login") or one.said.get("name") or one.row)


def _held(facts: Mapping[str, str]) -> str:
    """Return the post that a slip is for in words: 市城管局党组书记."""
    role = next((one for one, words in ROLES.items() if words == facts["角色"]), "")
    return post_in_words(role, "", facts.get("党组织", "")) if role else facts["角色"]


def _slips(
    desk: Desk, viewer: Viewer, kind: Kind, count: int, slips: Sequence[tuple[Mapping[str, str], str]]
) -> Response:
    return desk.page(
        "slips.html",
        viewer,
        here=place_of(kind),
        kind=kind,
        count=count,
        slips=[(facts, _held(facts), password) for facts, password in slips],
        link=viewer.setting.link or desk.settings.link,
        here_alone=_here_alone(desk, viewer),
    )
