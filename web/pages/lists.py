"""Lists 名册 in the browser: a template, a look through with each fault in its cell, then all of it at once."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, Request
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

import clock
from ledger.lists import Listed, ListRow, read_list, write_template
from ledger.sheet import SheetFault
from register.batch import Order, Taken, take_in
from register.grammar import WHO, Act, Kind
from register.kinds import KINDS
from register.showing import Words
from storage.engine import reading, writing
from storage.identity import is_in_clear, personal_key
from storage.unit_kinds import KIND as UNIT_KIND
from web.acts.files import aside_of
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Signed, note
from web.downloads import made
from web.viewer import Viewer
from workflow.security import first_words

router = APIRouter()
MOST_LINES, MOST_FAULTS = 300, 200
LONGEST_NAME = 200
NOTHING_MARKED: Mapping[int, str] = MappingProxyType({})


@dataclass(slots=True)
class Sheet:
    """A list that was sent: the name of its file, what was read of it, and what keeps it out at all."""

    name: str = ""
    listed: Listed = field(default_factory=Listed)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to look through, with what is wrong with it."""

    label: str
    text: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row to look through: its number in the sheet, its cells, and what is wrong with none of them."""

    row: int
    cells: tuple[Cell, ...]
    faults: tuple[str, ...]
    mark: str = ""
    """What becomes of it: new, there already, a further post."""


def _listed(viewer: Viewer, kind_name: str) -> tuple[Kind, Act]:
    """Return the kind and the act by which a list of it comes in; NotYours where there is none, or it is not the viewer's."""
    kind = KINDS.get(kind_name)
    act = next((one for one in kind.acts if one.told_by), None) if kind else None
    if kind is None or act is None or not viewer.holds_at_large(*act.enters):
        raise NotYours
    return kind, act


@router.get("/register/{kind_name}/template.xlsx")
def template(kind_name: str, desk: AtDesk, viewer: Signed) -> Response:
    """Send an empty list to be filled in."""
    kind, act = _listed(viewer, kind_name)
    chosen = {kind.field(name).type for name in act.fields} & {UNIT_KIND}
    with reading(desk.engine) as work:
        words = Words(work.driver, viewer.actor.jurisdiction, clock.local_date(desk.now()))
        named = {one: [called for _, called in words.names(one)] for one in chosen}
    with tempfile.TemporaryDirectory(dir=aside_of(desk.settings.home)) as aside:
        path = Path(aside) / "list.xlsx"
        write_template(path, kind, act, named=named)
        content = path.read_bytes()
    return made(content, f"{kind.shown}名册.xlsx")


@router.get("/register/{kind_name}/import")
def first(kind_name: str, desk: AtDesk, viewer: Signed) -> Response:
    """Show the first step."""
    kind, act = _listed(viewer, kind_name)
    return _first(desk, viewer, kind, act)


def _first(desk: Desk, viewer: Viewer, kind: Kind, act: Act, fault: str = "") -> Response:
    columns = [(kind.field(name), act.requires(name)) for name in act.fields]
    return desk.page(
        "list.html", viewer, status=422 if fault else 200, here=place_of(kind), kind=kind, act=act, columns=columns, fault=fault,
        approvers="、".join(WHO[role] for role in act.approves),
    )  # fmt: skip


def place_of(kind: Kind) -> str:
    """Return the place in the main navigation where a kind is kept."""
    return "/accounts" if kind.name == "account" else "/register"


@router.post("/register/{kind_name}/import")
def step(kind_name: str, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Look a list through, or take all of it in; nothing of the file is kept, a person's number only as its hash."""
    kind, act = _listed(viewer, kind_name)
    sheet = _sent(desk, viewer, kind, act, form)
    if sheet.fault:
        return _first(desk, viewer, kind, act, sheet.fault)
    rows = [(one.row, one.said) for one in sheet.listed.rows]
    does = form.get("step") == "do"
    taken = Taken()
    if not sheet.listed.lacks:
        with writing(desk.engine) as work:
            reason = f"名册 {sheet.name}"[:LONGEST_NAME]
            taken = take_in(work, Order(kind, act, viewer.actor, desk.now(), reason, desk.limits), rows)
            if does and not taken.faults and not sheet.listed.faults:
                work.commit()
            else:
                work.rollback()
    if not does or taken.faults or sheet.listed.faults:
        if does:
            note(desk, viewer, "register_denied", request, words=first_words([why.sentence for _, why in taken.faults]))
        return _look(desk, viewer, kind, act, sheet, taken)
    what = "register_asked" if act.approves else "register_entered"
    note(desk, viewer, what, request, words=f"{kind.said(act)}：名册 {sheet.name}，{taken.new} 个"[:500])
    return desk.page(
        "list_done.html", viewer, here=place_of(kind), kind=kind, act=act, taken=taken, approvers=_approvers(act)
    )


def _approvers(act: Act) -> str:
    return "、".join(WHO[role] for role in act.approves)


def _sent(desk: Desk, viewer: Viewer, kind: Kind, act: Act, form: FormData) -> Sheet:
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        return _read(desk, upload, kind, act)
    try:
        name, rows, labels, notices = _signer(desk, viewer, kind).loads(str(form.get("kept", "")))
    except BadSignature:
        return Sheet(fault="请选择名册文件（Excel、WPS 表格或 CSV）")
    listed = Listed(tuple(ListRow(*row) for row in rows), notices=tuple(notices), labels=tuple(map(tuple, labels)))
    return Sheet(name, listed)


def _read(desk: Desk, upload: UploadFile, kind: Kind, act: Act) -> Sheet:
    largest = desk.settings.config.uploads.largest
    with tempfile.NamedTemporaryFile(dir=aside_of(desk.settings.home)) as aside:
        while block := upload.file.read(1 << 20):
            aside.write(block)
            if aside.tell() > largest:
                return Sheet(fault="文件太大，未接收")
        aside.flush()
        listed = read_list(Path(aside.name), kind, act)
    whole = next((one.message for one in listed.faults if one.row == 0), "")
    rows = tuple(_without_numbers(desk, one) for one in listed.rows)
    named = Listed(rows, listed.faults, listed.notices, listed.labels)
    return Sheet((upload.filename or "")[:LONGEST_NAME], named, whole)


def _without_numbers(desk: Desk, row: ListRow) -> ListRow:
    key = row.said.get("personal_key")
    return ListRow(row.row, {**row.said, "personal_key": personal_key(desk.settings.home, key)}) if key else row


def _signer(desk: Desk, viewer: Viewer, kind: Kind) -> URLSafeSerializer:
    return URLSafeSerializer(desk.secret, salt=f"list-{kind.name}-{viewer.account_id}")


def _look(desk: Desk, viewer: Viewer, kind: Kind, act: Act, sheet: Sheet, taken: Taken) -> Response:
    listed = sheet.listed
    unread = {(one.row, one.column) for one in listed.faults}
    found = (
        SheetFault(row, kind.field(why.field).shown if why.field in act.fields else "", "", why.sentence)
        for row, why in taken.faults
    )
    faults = [*listed.faults, *(one for one in found if (one.row, one.column) not in unread)]
    lines = lines_of(listed, faults, taken.rows)
    kept = _signer(desk, viewer, kind).dumps(
        [sheet.name, [[one.row, dict(one.said)] for one in listed.rows], listed.labels, listed.notices]
    )
    return desk.page(
        "list_check.html", viewer, status=422 if faults else 200, here=place_of(kind), kind=kind, act=act, sheet=sheet, taken=taken,
        faults=faults[:MOST_FAULTS], count=len(faults), lines=lines[:MOST_LINES], labels=[label for _, label in listed.labels],
        notices=[*listed.notices, *taken.notices], kept=kept if not faults else "", approvers=_approvers(act),
    )  # fmt: skip


def lines_of(listed: Listed, faults: Sequence[SheetFault], marks: Mapping[int, str] = NOTHING_MARKED) -> list[Line]:
    """Return the rows with what becomes of each, those with faults first."""
    wrong: dict[int, list[SheetFault]] = defaultdict(list)
    for one in faults:
        wrong[one.row].append(one)
    heads = {label for _, label in listed.labels}
    lines = [
        Line(
            row.row,
            tuple(
                Cell(label, cell_text(name, row.said.get(name, "")), tuple(one.message for one in wrong[row.row] if one.column == label))
                for name, label in listed.labels
            ),
            tuple(one.message for one in wrong[row.row] if one.column not in heads),
            "" if wrong[row.row] else marks.get(row.row, ""),
        )
        for row in listed.rows
    ]  # fmt: skip
    return sorted(lines, key=lambda one: not wrong[one.row])


def cell_text(name: str, value: str) -> str:
    """Return what a cell shows: of an ID number nothing, whether it was written rightly or not."""
    if name != "personal_key" or not value:
        return value
    return "（身份证号）" if value.startswith("id:") or is_in_clear(value) else value.removeprefix("no:")
