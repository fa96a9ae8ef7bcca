"""What the first step of an import says, and its file: kept by its content, read as a ledger or as what an upper office sent."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from starlette.datastructures import FormData, UploadFile

import clock
from exchange.parcel import BadParcel
from exchange.taking import Came, is_parcel, open_problems, sheet_of
from ledger.classing import MOST_TOPICS, Said
from ledger.parse import parse
from ledger.prepared import ACTS, puts_aside_as
from ledger.sheet import Sheet
from settings import Settings
from states import OFFICE
from storage.digits import number_in
from storage.engine import reading
from storage.files import keep_file, place_of
from storage.sql import Driver
from storage.tables.ledger import FED_BACK, TAKEN_OVER
from storage.visible import tidy
from web.acts.files import aside_of, unseal
from web.acts.uploads import BadUpload, check_upload, clean_name
from web.desk import Desk
from web.exchange_office import office_of
from web.viewer import Viewer
from workflow.days.clocks import by_limit
from workflow.days.profiles import Profile
from workflow.rules import calendar_now
from workflow.subject import Material

FILE = "m.problem_list"
LONGEST_NAME = 60
MOST_UNKNOWN = 50
MOST_LINKED = 300


@dataclass(slots=True)
class Wish:
    """What the first step says: the file once it is kept, round, unit, day of feedback and writer; and what is wrong, by field."""

    act: str = FED_BACK
    """What it is brought in for."""
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
    reply_by: date | None = None
    """By when those who get copies are asked to answer."""
    file: Material | None = None
    came: Came | None = None
    """What the file says, where an upper office sent it."""
    sheet: Sheet = field(default_factory=Sheet)
    faults: dict[str, str] = field(default_factory=dict)
    bad: BadParcel | None = None
    """Why a file between offices was not taken in."""


def wish_of(desk: Desk, viewer: Viewer, form: FormData) -> Wish:
    """Return what a form of the import says, its file kept and read."""
    wish = Wish(
        _act(form, viewer),
        _name(form, "round"),
        _name(form, "unit"),
        str(form.get("feedback", "")).strip(),
        str(form.get("writer", ""))[:18],
        str(form.get("new_units", "")),
        Said(_answers(form, "word"), _answers(form, "strange"), _answers(form, "unclassed")),
        _topics(form),
        _apart(form),
        new_round=_name(form, "new_round"),
        reply_by=reply_wanted(form),
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
        read_file(desk, viewer, wish)
        _check(wish)
    return wish


def _act(form: FormData, viewer: Viewer) -> str:
    """Return what the ledger is for: what the form says, where the viewer prepares that."""
    said = str(form.get("act", ""))
    return said if said in ACTS and puts_aside_as(viewer.actor, said) else FED_BACK


def _answers(form: FormData, of: str) -> dict[str, str]:
    """Return what was said of what the page before has shown, by the word or the code that it stands under; nothing where it stays as it is."""
    said = ((form.get(f"{of}.{place}"), form.get(f"{of}.{place}.as", "")) for place in range(MOST_UNKNOWN))
    return {word: str(code) for word, code in said if isinstance(word, str) and word}


def _apart(form: FormData) -> frozenset[int]:
    """Return the rows that the page before has shown as ordered at once, and that were not left ticked."""
    rows = {of: {number_in(str(one)) or 0 for one in form.getlist(of)[:MOST_LINKED]} for of in ("linked", "link")}
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


def read_file(desk: Desk, viewer: Viewer, wish: Wish) -> None:
    """Read the file; a unit is asked for, and taken, only where the ledger has none."""
    if wish.file is None:
        wish.faults.setdefault("file", "请选择台账文件（Excel、WPS 表格、Word 表格或 CSV）")
        return
    path = place_of(desk.settings.home, wish.file.sha256)
    if is_parcel(path):
        _open(desk, viewer, wish, path)
        return
    running = wish.act == TAKEN_OVER
    wish.sheet = parse(path, running=running)
    units = {row.unit or "" for row in wish.sheet.rows}
    if units == {""}:
        if wish.unit:
            wish.sheet = parse(path, unit=wish.unit, running=running)
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
    if day_in(wish.feedback) is None:
        wish.faults["feedback"] = "请填写反馈日期"


def day_in(text: str) -> date | None:
    """Return the day that a field names, or None; of a year that nobody means too."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in clock.YEARS else None


def reply_wanted(form: FormData) -> date | None:
    """Return by when a form of feedback asks those who get copies to answer; a day long gone where it asks and says none, which is refused."""
    if form.get("reply") != "1":
        return None
    return day_in(str(form.get("reply_by", ""))) or date.min


def usual_reply(driver: Driver, viewer: Viewer, profile: Profile, today: date) -> date:
    """Return the day that is offered for answers: what the limits say, from today."""
    return by_limit("reply", today, profile, calendar_now(driver, viewer.actor.jurisdiction)).day
