"""Dictionaries 问题分类 in the browser: each version as a page, against the one before, with what it counts; a new one from a sheet, or by one change."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from ledger.dictionary_sheet import DictionarySheet, read_dictionary, row_of, write_dictionary
from ledger.sheet import SheetFault
from register.asking import ask
from register.kinds import KINDS
from register.wanted import Wanted
from storage.dictionary import ASPECT, SECTIONS, Entry, carried_on, compared, numbered, read_written, written
from storage.digits import number_in
from storage.engine import reading, writing
from storage.reads.dictionaries import (
    Classed,
    Dictionaries,
    Version,
    classed,
    dictionaries_of,
    round_dictionaries,
)
from storage.reads.register import entries_about
from storage.sql import Driver
from storage.unit_kinds import UnitKinds, unit_kinds
from storage.visible import tidy
from web.acts.files import aside_of
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold_at_large, note
from web.downloads import made
from web.pages.lists import lines_of
from web.viewer import Viewer
from workflow.refusal import sentences
from workflow.security import first_words

router = APIRouter()
PAGE: Final = "/register/dictionary"
HERE: Final = "/register"
KIND: Final = "dictionary"
LONGEST_NAME: Final = 60
MOST_FAULTS, MOST_LINES, MOST_UNKNOWN = 200, 1000, 50
_MAKE: Final = KINDS[KIND].act("make")


def _enters(viewer: Viewer) -> bool:
    return viewer.holds_at_large(*_MAKE.enters)


def _kinds(desk: Desk, viewer: Viewer) -> UnitKinds:
    with reading(desk.engine) as work:
        return unit_kinds(work.driver, viewer.actor.jurisdiction)


# What there is


@router.get(PAGE)
def show(desk: AtDesk, viewer: Signed) -> Response:
    """Show the dictionaries, their versions and the rounds that follow each."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    with reading(desk.engine) as work:
        there = dictionaries_of(work.driver, viewer.actor.jurisdiction)
        rounds = round_dictionaries(work.driver, viewer.actor.jurisdiction)
    names = [
        (newest, [one for one in reversed(there.versions) if one.name == newest.name])
        for newest in reversed(there.newest())
    ]
    bound: dict[int | None, list[str]] = {}
    for _, name, number in rounds:
        bound.setdefault(number, []).append(name)
    return desk.page(
        "dictionaries.html", viewer, here=HERE, names=names, bound=bound, enters=_enters(viewer), sections=SECTIONS, unbound=bound.get(None, []),
    )  # fmt: skip


@router.get(PAGE + "/template.xlsx")
def sheet(desk: AtDesk, viewer: Signed, of: str = "") -> Response:
    """Send an empty sheet, or a version to be changed in Excel."""
    must_hold_at_large(viewer, *_MAKE.enters)
    with reading(desk.engine) as work:
        there = dictionaries_of(work.driver, viewer.actor.jurisdiction)
        kinds = unit_kinds(work.driver, viewer.actor.jurisdiction)
    version = there.by_id(number_in(of) or 0)
    if of and version is None:
        raise NotYours
    with tempfile.TemporaryDirectory(dir=aside_of(desk.settings.home)) as aside:
        path = Path(aside) / "dictionary.xlsx"
        write_dictionary(path, version.entries if version else (), kinds, clock.local_date(desk.now()))
        content = path.read_bytes()
    return made(content, f"问题分类{version or ''}.xlsx")


# A version from a sheet


@dataclass(slots=True)
class Wish:
    """What was sent: the name, the reason, what was read, the version that it follows; and what is wrong, by field."""

    name: str = ""
    reason: str = ""
    was: int = 0
    read: DictionarySheet | None = None
    entries: tuple[Entry, ...] = ()
    faults: dict[str, str] = field(default_factory=dict)


@router.get(PAGE + "/enter")
def form(desk: AtDesk, viewer: Signed, of: str = "") -> Response:
    """Show the form of a version; `of` is the dictionary that it goes on with."""
    must_hold_at_large(viewer, *_MAKE.enters)
    with reading(desk.engine) as work:
        there = dictionaries_of(work.driver, viewer.actor.jurisdiction)
    begun = there.by_id(number_in(of) or 0)
    return _form(desk, viewer, Wish(begun.name if begun else ""), there)


def _form(desk: Desk, viewer: Viewer, wish: Wish, there: Dictionaries) -> Response:
    newest = next((one for one in there.newest() if one.name == wish.name), None)
    sorts = _kinds(desk, viewer).in_use(clock.local_date(desk.now()))
    return desk.page(
        "dictionary_enter.html", viewer, status=422 if wish.faults else 200, here=HERE, wish=wish, newest=newest,
        names=[one.name for one in there.newest()], columns=row_of(sorts).fields, required=("section", "words"),
    )  # fmt: skip


@router.post(PAGE + "/enter")
def step(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Look a sheet through, or enter it as a version; nothing of the file is kept."""
    must_hold_at_large(viewer, *_MAKE.enters)
    with reading(desk.engine) as work:
        there = dictionaries_of(work.driver, viewer.actor.jurisdiction)
    wish = _wish(desk, viewer, form, there)
    if wish.faults:
        return _form(desk, viewer, wish, there)
    if form.get("step") != "do" or (wish.read and wish.read.faults):
        return _look(desk, viewer, wish, there)
    made, why = _enter(desk, viewer, request, wish)
    if why:
        wish.faults = {"name": why}
        return _form(desk, viewer, wish, there)
    return RedirectResponse(f"{PAGE}/{made}", 303)


def _wish(desk: Desk, viewer: Viewer, form: FormData, there: Dictionaries) -> Wish:
    upload = form.get("file")
    wish = Wish(tidy(str(form.get("name", ""))), str(form.get("reason", "")).strip())
    if not (isinstance(upload, UploadFile) and upload.filename):
        try:
            name, was, text = _signer(desk, viewer).loads(str(form.get("kept", "")))
        except BadSignature:
            wish.faults["file"] = "请选择填好的问题分类（Excel、WPS 表格或 CSV）"
            return wish
        return replace(wish, name=name, was=was, entries=read_written(text))
    if not wish.name or len(wish.name) > LONGEST_NAME:
        wish.faults["name"] = f"请填写名称，不超过 {LONGEST_NAME} 个字"
        return wish
    newest = next((one for one in there.newest() if one.name == wish.name), None)
    wish.was = newest.version if newest else 0
    largest = desk.settings.config.uploads.largest
    with tempfile.NamedTemporaryFile(dir=aside_of(desk.settings.home)) as aside:
        aside.write(upload.file.read(largest + 1))
        aside.flush()
        if aside.tell() > largest:
            wish.faults["file"] = "文件太大，未接收"
            return wish
        wish.read = read_dictionary(Path(aside.name), newest.entries if newest else (), _kinds(desk, viewer))
    whole = next((one.message for one in wish.read.faults if one.row == 0), "")
    if whole:
        wish.faults["file"] = whole
    wish.entries = wish.read.entries
    return wish


def _signer(desk: Desk, viewer: Viewer) -> URLSafeSerializer:
    return URLSafeSerializer(desk.secret, salt=f"dictionary-{viewer.account_id}")


def _look(desk: Desk, viewer: Viewer, wish: Wish, there: Dictionaries) -> Response:
    newest = next((one for one in there.newest() if one.name == wish.name), None)
    faults: Sequence[SheetFault] = wish.read.faults if wish.read else ()
    lines = lines_of(wish.read.listed, faults) if wish.read else []
    difference = compared(newest.entries, wish.entries) if newest and wish.entries and not faults else None
    return desk.page(
        "dictionary_check.html", viewer, status=422 if faults else 200, here=HERE, wish=wish, newest=newest, difference=difference,
        faults=faults[:MOST_FAULTS], count=len(faults), lines=lines[:MOST_LINES], sections=SECTIONS,
        kept=_signer(desk, viewer).dumps([wish.name, wish.was, written(wish.entries)]), notices=wish.read.listed.notices if wish.read else (),
        same=bool(newest and newest.entries == wish.entries),
    )  # fmt: skip


def _enter(desk: Desk, viewer: Viewer, request: Request, wish: Wish) -> tuple[int, str]:
    """Enter a version; return its number, or why it was refused."""
    fields = {"name": wish.name, "entries": written(wish.entries), "was": wish.was}
    with writing(desk.engine) as work:
        asked = ask(work, Wanted(KIND, "make", None, fields, wish.reason), viewer.actor, desk.now(), desk.limits)
        work.rollback() if asked.refusals else work.commit()
    if asked.refusals:
        why = sentences(asked.refusals)
        note(desk, viewer, "register_denied", request, words=first_words(why))
        return 0, "；".join(why)
    note(desk, viewer, "register_entered", request, words=f"{KINDS[KIND].said(_MAKE)}：{wish.name}"[:500])
    return int((asked.entered.row if asked.entered else 0) or 0), ""


# A version


@router.get(PAGE + "/{number}")
def version(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show a version: its entries with what they count, what changed, the rounds that follow it."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    return _version(desk, viewer, number)


def _version(desk: Desk, viewer: Viewer, number: int, fault: str = "") -> Response:
    place = viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        driver = work.driver
        there = dictionaries_of(driver, place)
        one = there.by_id(number)
        if one is None:
            raise NotYours
        rounds = [(key, name) for key, name, bound in round_dictionaries(driver, place) if bound == number]
        counts = _counts(driver, viewer, there, one, [key for key, _ in rounds])
        entered = entries_about(driver, place, f"{KIND}:{number}", 1)
        sorts = unit_kinds(driver, place).names
    same = [each for each in there.versions if each.name == one.name]
    before = next((each for each in reversed(same) if each.version < one.version), None)
    newest = same[-1]
    return desk.page(
        "dictionary.html", viewer, status=422 if fault else 200, here=HERE, one=one, before=before, newest=newest, rounds=rounds, counts=counts,
        otherwise=sorted(counts.otherwise.items(), key=lambda each: -each[1])[:MOST_UNKNOWN],
        difference=compared(before.entries, one.entries) if before else None, sections=SECTIONS, sorts=sorts, entered=entered, fault=fault,
        enters=_enters(viewer) and newest.id == one.id, address={entry.code: there.address(one, entry) for entry in one.of(ASPECT)},
        wordings=[(word, code) for (name, _, word), code in there.wordings.items() if name == one.name], reads=viewer.reads_cases,
    )  # fmt: skip


def _counts(driver: Driver, viewer: Viewer, there: Dictionaries, one: Version, rounds: Sequence[int]) -> Classed:
    """Count for who reads the cases of all units; of others nothing is told."""
    if not (viewer.reads_cases and viewer.scope.whole):
        return Classed()
    return classed(driver, viewer.actor.jurisdiction, there, one, rounds, viewer.scope.hidden)


@router.post(PAGE + "/{number}")
def change(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Make the next version: the newest with one entry added, said otherwise, or left out."""
    must_hold_at_large(viewer, *_MAKE.enters)
    with reading(desk.engine) as work:
        one = dictionaries_of(work.driver, viewer.actor.jurisdiction).by_id(number)
    if one is None:
        raise NotYours
    said = {name: tidy(str(form.get(name, ""))) for name in ("code", "section", "words", "under", "reason")}
    entries, fault = _changed(one.entries, str(form.get("step", "")), said)
    if not fault:
        wish = Wish(one.name, said["reason"], one.version, entries=tuple(carried_on(entries, one.entries)))
        made, fault = _enter(desk, viewer, request, wish)
    return _version(desk, viewer, number, fault) if fault else RedirectResponse(f"{PAGE}/{made}", 303)


def _changed(entries: Sequence[Entry], what: str, said: dict[str, str]) -> tuple[list[Entry], str]:
    """Return the entries with one change, or why it cannot be made."""
    if what in ("add", "rename") and not said["words"]:
        return [], "请填写内容"
    if what == "add":
        new = Entry(said["section"], "", said["words"], under=said["under"])
        return numbered([*entries, new], entries), ""
    if not any(one.code == said["code"] for one in entries):
        return [], "请选择要改的一项"
    if what == "rename":
        return [replace(one, words=said["words"]) if one.code == said["code"] else one for one in entries], ""
    return [one for one in entries if one.code != said["code"]], ""
