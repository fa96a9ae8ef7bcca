"""Importing a ledger in three steps: choose, look through, confirm; nothing is kept before the third but the file itself."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from exchange.parcel import BadParcel
from exchange.taking import Came, is_parcel, open_problems, sheet_of, take
from ledger.bring_in import Order, Source, bring_in
from ledger.brought import Brought, refused
from ledger.classing import MOST_TOPICS, Said
from ledger.errors import of_the_whole
from ledger.parse import parse
from ledger.sheet import Sheet
from register.household import find_round
from settings import Settings
from states import OFFICE
from storage.dictionary import ASPECT, TOPIC
from storage.digits import number_in
from storage.engine import reading, writing
from storage.files import keep_file, place_of
from storage.reads.dictionaries import Dictionaries, dictionaries_of
from storage.reads.ledger.choices import round_choices, unit_choices, units_not_there, writer_choices
from storage.scope import EVERYTHING
from storage.visible import tidy
from storage.work import Work
from web.acts.files import aside_of, seal, unseal
from web.acts.uploads import BadUpload, check_upload, clean_name
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Signed, must_hold, note
from web.exchange_office import office_of
from web.import_lines import labels_of, lines_of
from web.viewer import Viewer
from workflow.days.profiles import Profile
from workflow.security import first_words
from workflow.subject import Material

router = APIRouter()
FILE = "m.problem_list"
MOST_LINES = 300
MOST_ERRORS = 200
LONGEST_NAME = 60
MOST_NAMED = 20
MOST_UNKNOWN = 50
COUNTED = ("created", "updated", "unchanged", "withdrawn", "marked")


@dataclass(slots=True)
class Wish:
    """What the first step says: the file once it is kept, round, unit, day of feedback and writer; and what is wrong, by field."""

    round: str = ""
    unit: str = ""
    feedback: str = ""
    writer: str = ""
    new_units: str = ""
    """Which new units are to be made, as the page before has shown them."""
    said: Said = field(default_factory=Said)
    """What is meant by what the dictionary does not know."""
    topics: tuple[str, ...] = ()
    apart: frozenset[int] = frozenset()
    """Rows that are said to be other problems than those ordered at once."""
    new_round: str = ""
    """The round that is to be made though another is called nearly so."""
    file: Material | None = None
    came: Came | None = None
    """What the file says, where an upper office sent it."""
    sheet: Sheet = field(default_factory=Sheet)
    faults: dict[str, str] = field(default_factory=dict)
    bad: BadParcel | None = None
    """Why a file between offices was not taken in."""


@router.get("/import")
def first(request: Request, desk: AtDesk, viewer: Signed, kept: str = "") -> Response:
    """Show the first step, with a file that was taken elsewhere where there is one."""
    must_hold(viewer, OFFICE)
    wish = Wish(feedback=clock.local_date(desk.now()).isoformat())
    wish.file = next((one for _, one in unseal(kept, desk.secret, viewer.account_id, desk.settings.home)), None)
    if wish.file and is_parcel(place_of(desk.settings.home, wish.file.sha256)):
        _read(desk, viewer, wish)
    _note_bad(request, desk, viewer, wish)
    return _first(desk, viewer, wish)


@router.post("/import")
def step(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Look a file through, go back to the first step, or bring it in."""
    must_hold(viewer, OFFICE)
    wish = _wish(desk, viewer, form)
    _note_bad(request, desk, viewer, wish)
    if form.get("step") == "edit" or wish.faults or wish.file is None:
        return _first(desk, viewer, wish)
    if form.get("step") == "do":
        return _confirm(request, desk, viewer, wish, wish.file)
    return _look(desk, viewer, wish, _try(desk, viewer, wish, wish.file))


@router.get("/import/done")
def done(desk: AtDesk, viewer: Signed, told: str = "") -> Response:
    """Say what was brought in."""
    must_hold(viewer, OFFICE)
    try:
        found = _signer(desk, viewer).loads(told)
    except BadSignature:
        raise NotYours from None
    return desk.page(
        "import_done.html",
        viewer,
        here="/import",
        **{"unclaimed": [], "unclaimed_count": 0, "withdrawn": 0, "marked": 0, **found},
    )


def _note_bad(request: Request, desk: Desk, viewer: Viewer, wish: Wish) -> None:
    if wish.bad is not None:
        note(desk, viewer, wish.bad.event, request, words=first_words([str(wish.bad)]))


# The first step


def _first(desk: Desk, viewer: Viewer, wish: Wish) -> Response:
    place, scope = viewer.actor.jurisdiction, viewer.scope_as(OFFICE)
    with reading(desk.engine) as work:
        driver = work.driver
        rounds, units = round_choices(driver, place, scope), unit_choices(driver, place, scope)
        writers = writer_choices(driver, place)
        topics = dictionaries_of(driver, place).topics() if viewer.holds_at_large(OFFICE) else []
    return desk.page(
        "import.html", viewer, status=422 if wish.faults else 200, here="/import", wish=wish, kept=_sealed(desk, viewer, wish),
        rounds=rounds, units=units, writers=writers, topics=list(dict.fromkeys((*topics, *wish.topics))), largest=desk.settings.config.uploads.largest,
    )  # fmt: skip


def _sealed(desk: Desk, viewer: Viewer, wish: Wish) -> str:
    return seal([(FILE, wish.file)], desk.secret, viewer.account_id) if wish.file else ""


def _wish(desk: Desk, viewer: Viewer, form: FormData) -> Wish:
    wish = Wish(
        _name(form, "round"),
        _name(form, "unit"),
        str(form.get("feedback", "")).strip(),
        str(form.get("writer", ""))[:18],
        str(form.get("new_units", "")),
        Said(_answers(form, "word"), _answers(form, "strange"), _answers(form, "unclassed")),
        _topics(form),
        apart=_apart(form),
        new_round=_name(form, "new_round"),
    )
    upload = form.get(FILE)
    try:
        if isinstance(upload, UploadFile) and upload.filename:
            wish.file = _kept(upload, desk.settings)
        else:
            kept = unseal(str(form.get("kept", "")), desk.secret, viewer.account_id, desk.settings.home)
            wish.file = next((one for _, one in kept), None)
    except BadUpload as fault:
        wish.faults["file"] = str(fault)
    if form.get("step") != "edit":
        _read(desk, viewer, wish)
        _check(wish)
    return wish


def _answers(form: FormData, of: str) -> dict[str, str]:
    """Return what was said of what the page before has shown, by the word or the code that it stands under; nothing where it stays as it is."""
    said = ((form.get(f"{of}.{place}"), form.get(f"{of}.{place}.as", "")) for place in range(MOST_UNKNOWN))
    return {word: str(code) for word, code in said if isinstance(word, str) and word}


def _apart(form: FormData) -> frozenset[int]:
    """Return the rows that the page before has shown as ordered at once, and that were not left ticked."""
    rows = {of: {number_in(str(one)) or 0 for one in form.getlist(of)[:MOST_LINES]} for of in ("linked", "link")}
    return frozenset(rows["linked"] - rows["link"])


def _topics(form: FormData) -> tuple[str, ...]:
    said = (tidy(one) for one in form.getlist("topic") if isinstance(one, str))
    return tuple(dict.fromkeys(one for one in said if one and len(one) <= LONGEST_NAME))[:MOST_TOPICS]


def _name(form: FormData, name: str) -> str:
    return tidy(str(form.get(name, "")))


def _kept(upload: UploadFile, settings: Settings) -> Material:
    """Keep the file by its content, once it can be read as a ledger at all."""
    largest = settings.config.uploads.largest
    with tempfile.NamedTemporaryFile(dir=aside_of(settings.home)) as aside:
        while block := upload.file.read(1 << 20):
            aside.write(block)
        aside.flush()
        path = Path(aside.name)
        as_ledger = 0 < path.stat().st_size <= largest and not is_parcel(path)
        for fault in parse(path).faults if as_ledger else ():
            if fault.row == 0:
                raise BadUpload(fault.message)
        name = upload.filename or ""
        shown = (
            clean_name(name)
            if is_parcel(path) and path.stat().st_size <= largest
            else check_upload(path, name, largest)
        )
        digest, size = keep_file(settings.home, path, largest)
    return Material("problem_list", digest, shown, size)


def _read(desk: Desk, viewer: Viewer, wish: Wish) -> None:
    """Read the file; a unit is asked for, and taken, only where the ledger has none."""
    if wish.file is None:
        wish.faults.setdefault("file", "请选择台账文件（Excel、WPS 表格、Word 表格或 CSV）")
        return
    path = place_of(desk.settings.home, wish.file.sha256)
    if is_parcel(path):
        _open(desk, viewer, wish, path)
        return
    wish.sheet = parse(path)
    units = {row.unit or "" for row in wish.sheet.rows}
    if units == {""}:
        if wish.unit:
            wish.sheet = parse(path, unit=wish.unit)
        else:
            wish.faults["unit"] = "台账里没有写明单位，请在这里填写"
    elif wish.unit and units not in ({wish.unit}, set()):
        notice = f"台账里已写明单位，没有采用所填的“{wish.unit}”。"
        wish.sheet = replace(wish.sheet, notices=(*wish.sheet.notices, notice))


def _open(desk: Desk, viewer: Viewer, wish: Wish, path: Path) -> None:
    """Read what an upper office sent: its round is called as it was before, or as is said now."""
    if not viewer.holds_at_large(OFFICE):
        wish.faults["file"] = "没有收下：往来文件由负责全部党组织的巡察办人员收"
        return
    with reading(desk.engine) as work:
        office = office_of(desk, work.driver, viewer)
        try:
            wish.came = open_problems(work.driver, office, path, clock.local_date(desk.now()))
        except BadParcel as why:
            wish.faults["file"], wish.bad = f"没有收下：{why}", why
            return
    wish.sheet = sheet_of(wish.came.parcel)
    wish.round = wish.came.round or wish.round or wish.came.wanted_round
    wish.unit = ""


def _check(wish: Wish) -> None:
    if not wish.round or len(wish.round) > LONGEST_NAME:
        wish.faults["round"] = f"轮次不超过 {LONGEST_NAME} 个字" if wish.round else "请填写轮次，如：2026年第一轮"
    if len(wish.unit) > LONGEST_NAME:
        wish.faults["unit"] = f"单位名称不超过 {LONGEST_NAME} 个字"
    if _day(wish.feedback) is None:
        wish.faults["feedback"] = "请填写反馈日期"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# The second and the third


def _try(desk: Desk, viewer: Viewer, wish: Wish, file: Material) -> Brought:
    """Bring the ledger in and take it back: what is shown is what will be done."""
    if wish.sheet.faults:
        return refused(wish.sheet)
    with writing(desk.engine) as work:
        brought = _bring(desk, viewer, wish, file, work)
        work.rollback()
    return brought


def _bring(desk: Desk, viewer: Viewer, wish: Wish, file: Material, work: Work) -> Brought:
    now, config = desk.now(), desk.settings.config
    profile = Profile.of(config.profile.default, config.profiles[config.profile.default])
    with_writer = dict(writer_choices(work.driver, viewer.actor.jurisdiction))
    writer = number_in(wish.writer)
    wrote = writer if writer in with_writer else None
    order = Order(
        wish.round, _day(wish.feedback), profile, file, wrote, new_units=True, said=wish.said, topics=wish.topics, source=_source(wish), apart=wish.apart,
    )  # fmt: skip
    brought = bring_in(work, wish.sheet, order, viewer.actor, now, clock.local_date(now))
    if wish.came and not brought.errors:
        round_id = find_round(work.driver, viewer.actor.jurisdiction, wish.round) or 0
        entered = take(work, wish.came, round_id, viewer.actor, now)
        brought.notices += [f"上一份有、这一份没有：{one}。上级可能已撤销，请向上级核实" for one in wish.came.gone]
        brought.errors += [of_the_whole(why) for why in (entered.refused if entered else ())]
    return brought


def _source(wish: Wish) -> Source | None:
    came = wish.came
    return Source(came.source.id, came.source.name, came.said) if came else None


def _confirm(request: Request, desk: Desk, viewer: Viewer, wish: Wish, file: Material) -> Response:
    if wish.sheet.faults:
        return _look(desk, viewer, wish, refused(wish.sheet))
    with writing(desk.engine) as work:
        brought = _bring(desk, viewer, wish, file, work)
        unasked = _unasked(wish, brought)
        if brought.errors or unasked:
            work.rollback()
        else:
            work.commit()
    if brought.errors:
        note(
            desk,
            viewer,
            "refused",
            request,
            action="feed_back",
            words=first_words([one["message"] for one in brought.errors]),
        )
    if brought.errors or unasked:
        return _look(desk, viewer, wish, brought, unasked=unasked)
    if wish.came:
        note(desk, viewer, "exchange_taken", request, words=wish.came.in_words)
    with reading(desk.engine) as work:
        rounds = {
            name: number
            for number, name in round_choices(work.driver, viewer.actor.jurisdiction, viewer.scope_as(OFFICE))
        }
    counts = {name: getattr(brought, name) for name in COUNTED}
    unclaimed = {"unclaimed": brought.unclaimed[:MOST_NAMED], "unclaimed_count": len(brought.unclaimed)}
    told = _signer(desk, viewer).dumps({"round": wish.round, "number": rounds[wish.round], **counts, **unclaimed})
    return RedirectResponse(f"/import/done?told={told}", 303)


def _unasked(wish: Wish, brought: Brought) -> frozenset[str]:
    """Return what would be made that nobody has said is to be made: units, or a round that is called nearly as another."""
    units = bool(brought.new_units) and wish.new_units != named(brought.new_units)
    around = bool(brought.rounds_alike) and wish.new_round != wish.round
    return frozenset(name for name, missing in (("units", units), ("round", around)) if missing)


def _signer(desk: Desk, viewer: Viewer) -> URLSafeSerializer:
    return URLSafeSerializer(desk.secret, salt=f"brought-{viewer.account_id}")


def named(units: Sequence[str]) -> str:
    """Return what stands for exactly these units in a form: the tick holds for what was shown and nothing else."""
    return sha256("\n".join(units).encode()).hexdigest()


def _look(desk: Desk, viewer: Viewer, wish: Wish, brought: Brought, *, unasked: Collection[str] = ()) -> Response:
    units, place = sorted({row.unit for row in wish.sheet.rows if row.unit}), viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        driver = work.driver
        known = {name for _, name in round_choices(driver, place, EVERYTHING)}
        # Whether a unit that is not theirs exists is nothing to be told.
        fresh_units = units_not_there(driver, place, units) if viewer.scope_as(OFFICE).whole else []
        asks = bool(brought.unknown or brought.unknown_topics or brought.unclassed)
        there = dictionaries_of(driver, place) if asks else Dictionaries()
        writer = {str(number): name for number, name in writer_choices(driver, place)}.get(wish.writer, "")
    lines = lines_of(wish.sheet, brought.errors)
    version = there.by_id(brought.dictionary)
    return desk.page(
        "import_check.html", viewer, status=422 if brought.errors or unasked else 200, here="/import", wish=wish, brought=brought,
        unasked=unasked, making=named(brought.new_units) if brought.new_units else "",
        lines=lines[:MOST_LINES], count=len(lines), labels=labels_of(wish.sheet), errors=brought.errors[:MOST_ERRORS], units=units,
        feedback=_day(wish.feedback), writer=writer, fresh_units=fresh_units, fresh_round=wish.round not in known,
        version=version, aspects=version.of(ASPECT) if version else (), topics=version.of(TOPIC) if version else (), told=viewer.holds_at_large(OFFICE),
        most_unknown=MOST_UNKNOWN,
        kept=_sealed(desk, viewer, wish), changes=brought.changes[:MOST_LINES],
    )  # fmt: skip
