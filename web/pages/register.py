"""The register 登记 in the browser: one list, one row and one form for every kind, made from the table of kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from archive.filing import forget_package
from register.asking import NoSuchRequest, ask, batches_for, decide, there, waiting_for
from register.content import listed, whole
from register.grammar import READERS, WHO, Act, Kind
from register.initials import initials
from register.kinds import INSTRUCTION, KINDS, of_type
from register.may import may_approve, may_decide, may_take_back, named
from register.recorded import recorded
from register.road import enter
from register.showing import Shown, Words, cases_of
from register.surroundings import Surroundings
from register.theirs import may_read, there_for
from register.wanted import Wanted
from states import OFFICE
from storage import requests
from storage.accountability import KIND as ACCOUNTABILITY
from storage.clues import KIND as CLUE
from storage.digits import number_in
from storage.engine import reading, writing
from storage.household import LOOKED, Key, key_of
from storage.looks import Looks
from storage.meetings import MEETING
from storage.paper_numbers import KIND as PAPER
from storage.reads.accounts import names_of
from storage.reads.archives import KIND as ARCHIVE
from storage.requests import Asking
from storage.sql import Driver
from storage.stops import KIND as SUSPENSION
from storage.work import Work
from trail.entry import VIAS
from web.act_forms import FormOf, form_of
from web.beside_register import begun, beside_row, list_of, read_ahead
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold_at_large, note, note_reading
from web.filled import Filled, filled_by, sealed, written_in
from web.outages import not_given_back
from web.register_places import DECIDED_THERE, GROUPS, OFTEN, OVER, decided_at, page_of, takes_back
from web.row_entries import entries_of_row
from web.ticked import ticked
from web.viewer import ACCOUNTED, HOME, INSTRUCTIONS, MEETINGS, REGISTER, Viewer
from workflow.refusal import Refusal, sentences
from workflow.security import first_words

router = APIRouter()
LONGEST_WORDS = 60
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A request, or an entry of the operator's, in words."""

    asking: Asking
    what: str
    of: str
    facts: tuple[tuple[str, str], ...]
    by: str
    alike: tuple[str, ...]
    shown: str
    mine: bool
    page: tuple[str, str] | None
    """Where it is decided, where not here: the address and what it is called."""
    beside: int
    """How many others wait that want the same act of the same row."""
    now: str
    after: tuple[str, ...]
    """Who holds the post that it is about, and who will."""
    files: tuple[tuple[str, str], ...] = ()
    """The files that it wants in the row: what each is, and its address."""


def words_for(desk: Desk, viewer: Viewer, driver: Driver) -> Words:
    """Return the words of the register as they are there for a viewer."""
    return Words(driver, viewer.actor.jurisdiction, clock.local_date(desk.now()), viewer.scope.hidden)


@router.get("/register")
def overview(desk: AtDesk, viewer: Signed, sent: str = "") -> Response:
    """Show the kinds, what waits for an approval, and what the operator entered that nobody has looked at; `sent` was just asked for."""
    must_hold_at_large(viewer, *READERS)
    return _overview(desk, viewer, sent=sent)


@router.get("/register/requests/{number}")
def request_itself(number: Number, viewer: Signed) -> Response:
    """Lead back to where requests are decided: the address of a decision has no page of its own."""
    del number
    must_hold_at_large(viewer, *READERS)
    return RedirectResponse("/register", 303)


def _overview(
    desk: Desk, viewer: Viewer, *, faults: tuple[str, ...] = (), said: str = "", sent: str = "", status: int = 200
) -> Response:
    place, inspects = viewer.actor.jurisdiction, viewer.holds_at_large(*KINDS[LOOKED].reads)
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        words = words_for(desk, viewer, looks.driver)
        asked, batches = looks.at(waiting_for, viewer.actor), looks.at(batches_for, viewer.actor)
        entered = looks.at(requests.in_states, place, ("standing",)) if inspects else list
        count = looks.at(requests.count_in, place, "standing") if inspects else int
        waiting = _lines(words, viewer, asked())
        standing = _lines(words, viewer, there(looks.driver, viewer.actor, entered()))
        kinds = {name: kind for name, kind in KINDS.items() if name != LOOKED and viewer.holds_at_large(*kind.reads)}
        groups = {words: [kinds.pop(name) for name in names if name in kinds] for words, names in GROUPS.items()}
        groups["其他"] = list(kinds.values())
        often = [
            KINDS[name] for name in OFTEN if viewer.holds_at_large(OFFICE) and viewer.holds_at_large(*KINDS[name].reads)
        ]
    return desk.page(
        "register.html", viewer, status=status, here="/register", groups=groups, waiting=waiting, batches=batches(), standing=standing,
        count=count(), often=often, faults=faults, said=said or _sent_in_words(waiting, sent),
    )  # fmt: skip


def _sent_in_words(waiting: Sequence[Line], sent: str) -> str:
    """Say of the viewer's own request that it waits, and for whom."""
    mine = (one for one in waiting if one.mine and str(one.asking.id) == sent)
    said = (
        f"已送{named(KINDS[one.asking.kind].act(one.asking.act).approves)}审批：{one.what} {one.of}".strip()
        for one in mine
    )
    return next(said, "")


def _lines(words: Words, viewer: Viewer, asked: Sequence[Asking]) -> list[Line]:
    """Return requests in words, with what they are about as it is now: so many statements, however many there are."""
    looks, same = Looks(words.driver), Counter((one.kind, one.act, one.row) for one in asked)
    around = looks.at(Surroundings.of, viewer.actor.jurisdiction, asked, words.today)
    people = looks.at(names_of, [one.asked_by for one in asked if one.asked_by])
    known, by = around(), people()
    lines = [looks.also(_line, words, viewer, known, one, by, same[one.kind, one.act, one.row] - 1) for one in asked]
    return [line() for line in lines]


def _line(
    words: Words, viewer: Viewer, around: Surroundings, one: Asking, people: Mapping[int, str], others: int
) -> Line:
    kind, act = of_type(one.kind, one.act)
    before = around.row(one) if "something_changed" in act.only_if else None
    return Line(
        one, kind.said(act), words.called(one.kind, one.key) if one.key is not None and _reads(viewer, one) else "",
        tuple(words.said(kind, one.said, before)) if _reads(viewer, one) else (), people.get(one.asked_by or 0) or f"操作系统用户 {one.os_user}",
        around.alike(one), around.shown(one) if may_approve(one, viewer.actor) else "", may_take_back(one, viewer.actor),
        decided_at(one.kind, one.act, one.id), beside=others if one.row else 0,
        now=around.held_now(one), after=around.held_after(one), files=tuple(_files(one, kind)),
    )  # fmt: skip


def _files(one: Asking, kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield the files that wait with a request about a row, for who decides to look at."""
    for field in kind.fields if one.row is not None and one.state == "asked" else ():
        if field.type == "file" and one.said.get(field.name):
            yield field.shown, f"/register/{kind.name}/{one.row}/files/{field.name}?request={one.id}"


def _reads(viewer: Viewer, one: Asking) -> bool:
    """Say whether what was filled in is there for the viewer: who looks at an entry of the operator's need not read its kind."""
    return one.state != "standing" or viewer.holds_at_large(*KINDS[one.kind].reads)


@router.post("/register/looked")
def look(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Note that entries of the operator's were looked at."""
    must_hold_at_large(viewer, *KINDS[LOOKED].reads)
    wanted = [Wanted(LOOKED, "look", one) for one in ticked(form, "entry")]
    with writing(desk.engine) as work:
        outcomes = enter(work, wanted, viewer.actor, desk.now())
        faults = tuple(dict.fromkeys(sentence for one in outcomes for sentence in one.refused))
        if not faults:
            work.commit()
        else:
            work.rollback()
    if faults:
        note(desk, viewer, "register_denied", request, words=first_words(faults))
        return _overview(desk, viewer, faults=faults, status=422)
    note(desk, viewer, "register_looked", request, words=f"{len(wanted)} 条")
    return RedirectResponse("/register", 303)


@router.post("/register/requests/{number}")
def decide_on(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Approve what another asked for, turn it down, or take back one's own."""
    must_hold_at_large(viewer, *READERS)
    approve, seen = form.get("step") == "approve", str(form.get("seen", ""))
    with writing(desk.engine) as work:
        asking = requests.read(work.driver, viewer.actor.jurisdiction, number)
        if (
            asking is None
            or not there(work.driver, viewer.actor, [asking])
            or decided_at(asking.kind, asking.act, number)
            or not may_decide(asking, viewer.actor, approve=approve)
        ):
            raise NotYours
        words = words_for(desk, viewer, work.driver)
        (line,) = _lines(words, viewer, [asking])
        try:
            entered = decide(work, number, viewer.actor, desk.now(), approve=approve, seen=seen, limits=desk.limits)
        except NoSuchRequest:
            raise NotYours from None
        if not entered.refusals:
            work.commit()
        else:
            work.rollback()
    if entered.refusals:
        note(desk, viewer, "register_denied", request, words=first_words(entered.refused))
        return _overview(desk, viewer, faults=entered.refused, status=422)
    if not approve and asking.kind == ARCHIVE:
        forget_package(desk.engine, desk.settings.home, viewer.actor.jurisdiction, asking.said["digest"])
    what = "approved" if approve else "taken_back" if line.mine else "refused"
    note(desk, viewer, f"register_{what}", request, words=f"{line.what} {line.of}".strip()[:500])
    said = {"approved": "已登记", "taken_back": "申请已撤回", "refused": "没有登记"}[what]
    return _overview(desk, viewer, said=f"{line.what}：{said}")


@router.get("/register/{kind_name}")
def rows(
    kind_name: str, desk: AtDesk, viewer: Signed, q: str = "", about: str = "", new: str = "", page: str = ""
) -> Response:
    """Show a page of the rows of a kind, of those with the words asked for, below the form of a `new` one, begun with what it is `about`."""
    asked = Asked(q.strip()[:LONGEST_WORDS], about[:LONGEST_WORDS], number_in(page) or 1, new=bool(new))
    return _rows(desk, viewer, kind_for(viewer, kind_name), asked)


def show_kind(desk: Desk, viewer: Viewer, kind: Kind, said: str) -> Response:
    """Show the rows of a kind below what was just done."""
    return _rows(desk, viewer, kind, said=said)


def kind_for(viewer: Viewer, name: str) -> Kind:
    """Return a kind of which rows are there for the viewer; NotYours otherwise."""
    kind = KINDS.get(name)
    if kind is None or name == LOOKED or not may_read(kind, viewer.actor):
        raise NotYours
    return kind


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a kind is asked for: its rows with some words, a page of them; what the form of a `new` one is about."""

    q: str = ""
    about: str = ""
    page: int = 1
    new: bool = False


def _rows(
    desk: Desk,
    viewer: Viewer,
    kind: Kind,
    asked: Asked = Asked(),
    form: FormOf | None = None,
    status: int = 200,
    said: str = "",
) -> Response:
    with reading(desk.engine) as work:
        words = words_for(desk, viewer, work.driver)
        own = there_for(work.driver, kind, viewer.actor, words.there(kind.name))
        special = list_of(kind, own, words.today)
        shown = words.shown(kind, special.rows if special else own)
        found = [one for one in listed(work.driver, viewer.actor.jurisdiction, kind, shown) if _has(one, asked.q)]
        act = next(_offered(viewer, kind, makes=True), None)
        halts = not_given_back(desk, work.driver, words.jurisdiction) if act and kind.name == SUSPENSION else []
        empty = form_of(words, kind, act, given=begun(words, kind, asked.about)) if act and not form else None
    pages = max(-(-len(found) // ON_A_PAGE), 1)
    at = min(asked.page, pages)
    links = {to: urlencode({"q": asked.q, "page": to}) for to in (at - 1, at + 1) if 1 <= to <= pages}
    note_reading(
        desk,
        viewer,
        {case for _, one in own for case in cases_of(kind, one)} if kind.name in {INSTRUCTION, PAPER} else (),
        kind.shown,
    )
    return desk.page(
        "register_kind.html", viewer, status=status, here=place_of(viewer, kind), kind=kind, rows=found[(at - 1) * ON_A_PAGE : at * ON_A_PAGE],
        count=len(found), words=asked.q, at=at, pages=pages, links=links, form=form or empty, opened=bool(asked.new or form or asked.about or not found),
        lists=any(one.told_by and viewer.holds_at_large(*one.enters) for one in kind.acts),
        special=special, today=words.today, said=said, outages=halts, below_register=viewer.holds_at_large(*READERS), together=_together(kind),
    )  # fmt: skip


def _offered(viewer: Viewer, kind: Kind, *, makes: bool) -> Iterator[Act]:
    """Yield the acts whose forms are shown, and whose forms are taken: those that make a row, or those of one that is there."""
    for act in kind.acts:
        if (
            act.begins == makes
            and (act.fields or kind.name in DECIDED_THERE or takes_back(act))
            and (viewer.holds(*act.enters) if act.of_oneself else viewer.holds_at_large(*act.enters))
            and not page_of(kind.name, act.name)
        ):
            yield act


def _has(one: Shown, q: str) -> bool:
    by_letters = q.isascii() and q.isalpha() and q.lower() in initials(one.called)
    return not q or q in one.called or by_letters or any(q in value for _, value in one.facts)


@router.get("/register/{kind_name}/{row}")
def row(kind_name: str, row: str, desk: AtDesk, viewer: Signed) -> Response:
    """Show a row with everything entered about it, and the forms of what can be done with it."""
    kind = kind_for(viewer, kind_name)
    return show_row(desk, viewer, kind, key_of_row(kind, row))


def key_of_row(kind: Kind, row: str) -> Key:
    """Return the key of a row from its text in an address; NotYours where it can be none."""
    try:
        key = key_of(kind.name, row)
    except ValueError:
        raise NotYours from None
    if key is None or (isinstance(key, int) and not 0 <= key < 2**63):
        raise NotYours
    return key


def show_row(
    desk: Desk,
    viewer: Viewer,
    kind: Kind,
    key: Key,
    form: FormOf | None = None,
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """Show a row; `more` is what was filled in beside its register, and what is wrong with it."""
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        words = words_for(desk, viewer, looks.driver)
        looks.also(read_ahead, words, kind)
        there, entries = looks.also(words.row, kind, key), looks.also(entries_of_row, viewer, words, kind, key)
        one = there()
        if one is None or not is_there(work, viewer, words, kind, key):
            raise NotYours
        beside = looks.also(beside_row, viewer, words, kind, key, one.called)
        forms = looks.also(_forms, viewer, words, kind, key, one, form)
        one = looks.at(whole, viewer.actor.jurisdiction, kind, one)()
    note_reading(desk, viewer, cases_of(kind, words.kept(kind, key) or {}), f"{kind.shown}：{one.called}")
    return desk.page(
        "register_row.html", viewer, status=status, here=place_of(viewer, kind), kind=kind, row=one, entries=entries(), forms=forms(), vias=VIAS, WHO=WHO,
        recorded=recorded(), beside=(shown := beside()) and shown | dict(more or {}), opened=form.act.name if form else "", today=words.today,
        below_register=viewer.holds_at_large(*READERS),
    )  # fmt: skip


_GATHERINGS, _ACCOUNTS = (MEETINGS, INSTRUCTIONS), (ACCOUNTED, REGISTER)
_BARS: Final = {MEETING: _GATHERINGS, INSTRUCTION: _GATHERINGS, CLUE: _ACCOUNTS, ACCOUNTABILITY: _ACCOUNTS}
"""Kinds that stand below a place of their own in the navigation, for who has it."""


def _together(kind: Kind) -> list[tuple[str, str]]:
    """Return the kinds of the group that stands below such a place, each with what it is called."""
    group = next((names for names in GROUPS.values() if kind.name in names), ()) if kind.name in _BARS else ()
    return [(name, KINDS[name].shown) for name in group]


def place_of(viewer: Viewer, kind: Kind) -> str:
    """Return the address of the place in the navigation below which a kind stands."""
    bars = _BARS.get(kind.name)
    return REGISTER.href if bars is None else next((one.href for one in bars if one in viewer.places), HOME.href)


def is_there(work: Work, viewer: Viewer, words: Words, kind: Kind, key: Key) -> bool:
    """Say whether a row that there is is there for the viewer: one of all, or one of their own."""
    row = words.kept(kind, key)
    return row is not None and bool(there_for(work.driver, kind, viewer.actor, [(key, row)]))


def _forms(viewer: Viewer, words: Words, kind: Kind, key: Key, one: Shown, form: FormOf | None) -> list[FormOf]:
    """Return the forms of what can be done with a row; the one that was filled in as it was."""
    has = words.written(kind, key)
    return [
        form if form and form.act is act else form_of(words, kind, act, has)
        for act in _offered(viewer, kind, makes=False)
        if not any(is_so(one, has) for name, is_so in OVER.items() if name in act.only_if) or (form and form.act is act)
    ]


@router.post("/register/{kind_name}/{act_name}")
def made(kind_name: str, act_name: str, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Enter a new row, or ask for it."""
    return _asked(desk, viewer, request, kind_for(viewer, kind_name), act_name, None, form)


@router.post("/register/{kind_name}/{row}/{act_name}")
def changed(
    kind_name: str, row: str, act_name: str, request: Request, desk: AtDesk, viewer: Signed, form: Form
) -> Response:
    """Enter something about a row, or ask for it."""
    kind = kind_for(viewer, kind_name)
    return _asked(desk, viewer, request, kind, act_name, key_of_row(kind, row), form)


def _asked(
    desk: Desk, viewer: Viewer, request: Request, kind: Kind, act_name: str, key: Key | None, form: FormData
) -> Response:
    act = next((one for one in _offered(viewer, kind, makes=key is None) if one.name == act_name), None)
    if act is None:
        raise NotYours
    filled = filled_by(desk, viewer, form, kind, act)
    reason = str(form.get("reason", "")).strip()
    with writing(desk.engine) as work:
        if key is not None and not is_there(work, viewer, words_for(desk, viewer, work.driver), kind, key):
            raise NotYours
        wanted = Wanted(kind.name, act.name, key, filled.fields, reason)
        asked = ask(work, wanted, viewer.actor, desk.now(), desk.limits)
        refusals = (*filled.faults, *asked.refusals)
        if refusals:
            work.rollback()
        else:
            work.commit()
    if refusals:
        note(desk, viewer, "register_denied", request, words=first_words(sentences(refusals)))
        return _faulty(desk, viewer, kind, act, key, _given_in(form, act) | filled.files, filled, refusals)
    note(desk, viewer, "register_asked" if asked.request else "register_entered", request, words=kind.said(act))
    if asked.request:
        at = (
            f"/register/{kind.name}/requests/{asked.request}"
            if kind.name in DECIDED_THERE
            else f"/register?sent={asked.request}"
        )
        return RedirectResponse(at, 303)
    made_row = asked.entered.row if asked.entered else key
    return RedirectResponse(f"/register/{kind.name}/{made_row}", 303)


def _given_in(form: FormData, act: Act) -> dict[str, str]:
    """Return what stood in the form, for who filled it in: a personal key as it was written."""
    asked = (name for name in (*act.fields, "reason") if not isinstance(form.get(name), UploadFile))
    return {name: written_in(form, name) for name in asked if name in form or f"{name}.more" in form}


def _faulty(
    desk: Desk,
    viewer: Viewer,
    kind: Kind,
    act: Act,
    key: Key | None,
    given: dict[str, str],
    filled: Filled,
    why: tuple[Refusal, ...],
) -> Response:
    with reading(desk.engine) as work:
        words = words_for(desk, viewer, work.driver)
        has = {} if key is None else words.written(kind, key)
        tokens = {name: sealed(desk, viewer, file) for name, file in filled.files.items()}
        form = form_of(words, kind, act, has, given, why, tokens=tokens)
    return (
        _rows(desk, viewer, kind, form=form, status=422)
        if key is None
        else show_row(desk, viewer, kind, key, form, 422)
    )
