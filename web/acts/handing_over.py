"""The sheet of a hand-over 责任交接单: what is handed over as it was shown, who signs it in which part, as a page and a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

import clock
from ledger.handover_out import write_handover
from states import ACTIONS, COSIGNERS, GIVER, KINDS, STANDING, STATES, TAKER, WITNESS
from storage.engine import reading, writing
from storage.reads.accounts import names_of
from storage.reads.cases import Shown, shown_cases
from storage.reads.timeline import entries_after
from storage.tables import Draft
from storage.work import Work
from web.acts.act import Act
from web.acts.files import aside_of
from web.acts.handling import note_refused, signature_fault_in
from web.acts.prepared import Prepared, prepared
from web.acts.proofs import seal_texts, unseal_texts
from web.acts.signed import signed_text
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, note, note_reading
from web.downloads import made
from web.filters import moment
from web.viewer import Viewer
from workflow.cosigning import Standing, answers_in, cosign, in_circle, standing
from workflow.drafts import confirm_batch, shown_in, unpacked
from workflow.may import reaches

router = APIRouter()
UNSEEN: Final = "没有看过的不能签字：请核对以下内容，再输入密码。"
NOTHING_TO_SIGN: Final = "这份交接单没有等您签字的部分。"
UNFINISHED: Final = "未完成"
GOES_ON: Final = {"standing": KINDS[STANDING], "continuing": KINDS["continuing"]}


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the sheet: a case as it stood when the sheet was prepared; no words of it where it is not the reader's."""

    case: Shown
    group: str
    problem: str
    state: str
    kind: str
    due: str
    extended: bool
    next: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Return what the workbook says of it."""
        place = f"{self.case.unit} 第 {self.case.number} 号"
        due = f"{self.due}（已延期）" if self.extended else self.due
        return (self.group, place, self.problem, self.state, self.kind, due, self.next)


@dataclass(frozen=True, slots=True)
class Signer:
    """A part of the sheet: who signs it, when they did, or why they do not."""

    part: str
    name: str
    at: datetime | None = None
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet before somebody: what is handed over, who signed, which part is theirs to sign now, and the sentence for it."""

    row: Draft
    unit: str
    items: Sequence[Item]
    signers: Sequence[Signer]
    matters: str
    one: Prepared
    stands: Standing
    sees: bool
    part: str
    text: str

    @property
    def groups(self) -> list[tuple[str, list[Item], bool]]:
        """Return what is handed over in groups, and whether one is to be worked on now: those stand open."""
        names = dict.fromkeys(item.group for item in self.items)
        found = [(name, [item for item in self.items if item.group == name]) for name in names]
        return [(name, items, name == UNFINISHED) for name, items in found]

    @property
    def blocked(self) -> Sequence[str]:
        """Return what is against taking over now, where that is the reader's."""
        said = [words for outcome in self.one.refused for words in outcome.refused]
        return list(dict.fromkeys(said)) if self.part == TAKER else []


@router.get("/handovers/{number}")
def sheet_page(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show the sheet, and to whom a part of it is open the place for their signature."""
    return _page(desk, viewer, number)


@router.get("/handovers/{number}/sheet.xlsx")
def sheet_as_workbook(number: Number, request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Send the sheet as a workbook, with the lines for three signatures."""
    now = desk.now()
    with reading(desk.engine) as work:
        sheet = _sheet(work, desk, viewer, number)
    name = f"{sheet.unit}巡察整改责任交接单"
    signers = [(COSIGNERS[one.part], one.name, moment(one.at) if one.at else one.absent) for one in sheet.signers]
    with tempfile.TemporaryDirectory(dir=aside_of(desk.settings.home)) as aside:
        path = Path(aside) / "sheet.xlsx"
        write_handover(path, name, [one.cells for one in sheet.items], signers, sheet.matters, made_at=now)
        content = path.read_bytes()
    note(desk, viewer, "exported_register", request, words=name)
    note_reading(desk, viewer, [one.case.id for one in sheet.items], f"责任交接单 {number}")
    return made(content, f"{name}{clock.local_date(now):%Y%m%d}.xlsx")


@router.post("/handovers/{number}")
def sign(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Sign one's own part with one's own password; who takes over makes the hand-over by it."""
    now = desk.now()
    with reading(desk.engine) as work:
        sheet = _sheet(work, desk, viewer, number)
    signed = unseal_texts(form.get("shown"), desk.secret, viewer.account_id, clock.local_date(now)).get(number)
    if not sheet.part or signed != sheet.text:
        return _page(desk, viewer, number, fault=UNSEEN if sheet.part else NOTHING_TO_SIGN, status=422)
    if fault := signature_fault_in(desk, viewer, form):
        note(desk, viewer, "wrong_signature", request, action=sheet.row.action, case=sheet.row.case_id)
        return _page(desk, viewer, number, fault=fault, status=422)
    with writing(desk.engine) as work:
        if sheet.part == TAKER:
            outcomes = confirm_batch(work, number, viewer.actor, now, key=sheet.row.key, signed=signed)
            against = "；".join(dict.fromkeys(said for one in outcomes for said in one.refused))
        else:
            outcomes, against = [], cosign(work, number, sheet.part, viewer.actor, signed, now)
        if not against:
            work.commit()
    if against:
        note_refused(desk, viewer, request, sheet.row.action, outcomes)
        return _page(desk, viewer, number, fault=against, status=422)
    return RedirectResponse(f"/handovers/{number}", 303)


def _page(desk: Desk, viewer: Viewer, number: int, *, fault: str = "", status: int = 200) -> Response:
    with reading(desk.engine) as work:
        sheet = _sheet(work, desk, viewer, number)
    note_reading(desk, viewer, [one.case.id for one in sheet.items], f"责任交接单 {number}")
    today = clock.local_date(desk.now())
    return desk.page(
        "handover.html", viewer, status=status, here="/", sheet=sheet, draft=sheet.row, fault=fault, today=today,
        shown=seal_texts({number: sheet.text}, desk.secret, viewer.account_id, today),
    )  # fmt: skip


def _sheet(work: Work, desk: Desk, viewer: Viewer, number: int) -> Sheet:
    """Return a sheet that is there for the viewer: who prepares or signs it, and whose all its cases are."""
    driver, now = work.driver, desk.now()
    row = work.session.get(Draft, number)
    if row is None or row.jurisdiction != viewer.actor.jurisdiction or not ACTIONS[row.action].cosigned:
        raise NotYours
    move = ACTIONS[row.action]
    cases = shown_cases(driver, row.jurisdiction, [one.case_id or 0 for one in unpacked(row)])
    rows = [case.as_row() for case in cases]
    stands = standing(driver, viewer.actor, [(number, rows)], clock.local_date(now))[number]
    sees = all(reaches(viewer.actor, one) for one in rows)
    signs = bool(stands.parts) or viewer.actor.person_id in {one.person for one in stands.signed}
    known = in_circle(viewer.actor, rows)
    if not (sees or (known and (signs or row.prepared_by == viewer.actor.person_id))):
        raise NotYours
    [one] = prepared(work, viewer, [(row, Act(move, cases, prepares=False))], desk.settings.home, now)
    part = _open_part(row, viewer, one, stands)
    text = _text(viewer, one, part, clock.local_date(now)) if part else ""
    items = _items(row, cases, sees=sees)
    signers = _signers(work, row, stands)
    matters = str(answers_in(row.intent).get("matters") or "")
    return Sheet(row, cases[0].answerable, items, signers, matters, one, stands, sees, part, text)


def _open_part(row: Draft, viewer: Viewer, one: Prepared, stands: Standing) -> str:
    """Return which part is the viewer's to sign now, or nothing."""
    if row.state != "open" or stands.there.handed_to:
        return ""
    if stands.parts:
        return next(iter(stands.parts))
    return TAKER if one.may and viewer.actor.person_id not in stands.there.givers else ""


def _text(viewer: Viewer, one: Prepared, part: str, today: date) -> str:
    going = list(zip(one.act.cases, unpacked(one.row), strict=True))
    by = "" if one.mine else one.preparer
    return signed_text(viewer, one.act.move, going, today, prepared=by, part=part)


def _items(row: Draft, cases: Sequence[Shown], *, sees: bool) -> list[Item]:
    shown = shown_in(row)
    found = []
    for case in cases:
        said = shown[case.id]
        kind = said["kind"]
        group = GOES_ON.get(kind, UNFINISHED)
        found.append(
            Item(
                case, group, said["problem"] if sees else "", STATES[said["state"]].shown, KINDS.get(kind, ""), said["due_on"],
                group == UNFINISHED and said["due_on"] != said["first_due_on"], said["state_due_on"],
            )
        )  # fmt: skip
    order = [UNFINISHED, *GOES_ON.values()]
    return sorted(found, key=lambda item: order.index(item.group))


def _signers(work: Work, row: Draft, stands: Standing) -> list[Signer]:
    done = entries_after(work.driver, row.case_id, at=clock.micros(row.at)) if row.state == "confirmed" else []
    taken = next(((name, clock.from_micros(at)) for at, name, action in done if action == row.action), None)
    names = names_of(work.driver, [one.person for one in stands.signed])
    signed = {one.part: Signer(one.part, names[one.person], clock.from_micros(one.at)) for one in stands.signed}
    absent = stands.there.absent
    return [
        signed.get(GIVER, Signer(GIVER, stands.there.giver, absent=absent)),
        Signer(TAKER, taken[0], taken[1]) if taken else Signer(TAKER, ""),
        signed.get(WITNESS, Signer(WITNESS, "")),
    ]
