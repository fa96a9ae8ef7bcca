"""The ledger 台账: as they know it from Excel, filtered, chosen from, handed out exactly as seen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

import clock
from ledger.sheet_out import CellTooLong, TooManyProblems, write_ledger
from ledger.write_out import export_row
from states import ACTIONS, CLOCKS, HANDLER, KINDS, LEADER, SECRETARY, SETTLED, STATES
from storage.engine import reading
from storage.ledger_list import LAMPS, OPEN, SORTS, Ask, Filters, Line, Scope, count_of, led_by, page_of, round_choices, unit_choices, words_of_all
from storage.search import LONGEST_QUERY
from storage.sql import Driver
from web.acts.kept import aside_of
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Signed, note
from web.filters import NEAR_DAYS, moment
from web.viewer import CASE_ROLES, Viewer

router = APIRouter()
COUNTED_FOR = timedelta(seconds=10)
MOST_COUNTS = 500
LAMP_WORDS = {"late": "■ 逾期", "near": f"▲ {NEAR_DAYS} 天内到期", "ok": "● 正常", "paused": "◇ 暂停计时", "office": "■ 巡察办逾期"}
# What may be done to several at once, in the order of the road.
BULK = ("acknowledge", "claim", "submit_plan", "submit", "publicize", "approve_plan", "verify", "approve_text", "opine")
# The clock of a settled state is not the unit's any more.
LATER = {state: one.shown for one in CLOCKS.values() for state in one.state if state in SETTLED and not one.beside}
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/cases")
def ledger(request: Request, desk: AtDesk, viewer: Signed, after: str = "", before: str = "", at: str = "", pick: str = "") -> Response:  # noqa: PLR0913, PLR0917 what the address says
    """Show a page of the cases that are there for the viewer."""
    filters, now = _filters(request), desk.now()
    size = desk.settings.config.web.page
    with reading(desk.engine) as session:
        driver = Driver(session)
        ask = _ask(driver, viewer, filters, now)
        page = page_of(driver, ask, size, after=after, before=before)
        count = _counted(request, driver, ask, now)
        rounds, units = round_choices(driver, ask.jurisdiction, ask.scope), unit_choices(driver, ask.jurisdiction, ask.scope)
    begins = max(_number(at) or 1, 1) if page.first else 1
    query = _query(filters)
    return desk.page(
        "ledger.html", viewer, here="/cases", lines=page.lines, filters=filters, count=max(count, begins - 1 + len(page.lines)), begins=begins,
        next=urlencode({**query, "after": page.last, "at": begins + size}) if page.last else "",
        earlier=urlencode({**query, "before": page.first, "at": max(begins - size, 1)}) if page.first else "",
        query=urlencode(query), here_query=urlencode({**query, **_given(after=after, before=before, at=at)}), by=_by(query), picked=pick == "all",
        rounds=rounds, units=units, lamps=LAMP_WORDS, acts=_acts(viewer, page.lines), today=ask.today, later=LATER, filtered=_filtered(filters),
    )  # fmt: skip


@router.get("/cases/export.xlsx")
def export(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out the ledger as filtered, whole, with the name of who took it and when."""
    filters, now = _filters(request), desk.now()
    with tempfile.TemporaryDirectory(dir=aside_of(desk.settings.home)) as folder:
        path = Path(folder) / "ledger.xlsx"
        try:
            with reading(desk.engine) as session:
                driver = Driver(session)
                ask = _ask(driver, viewer, filters, now)
                count = write_ledger(path, _title(desk, viewer, now), map(export_row, words_of_all(driver, ask)), made_at=now)
        except (CellTooLong, TooManyProblems) as fault:
            return desk.page("error.html", viewer, status=422, here="/cases", title="不能导出", sentence=str(fault))
        size, file = path.stat().st_size, path.open("rb")
    note(desk, viewer, "exported_ledger", request, words=f"{count} 条 {urlencode(_query(filters))}"[:500])
    name = quote(f"整改台账{ask.today:%Y%m%d}.xlsx")
    headers = {"content-length": str(size), "content-disposition": f"attachment; filename=\"ledger.xlsx\"; filename*=UTF-8''{name}"}
    return StreamingResponse(_blocks(file), media_type=EXCEL, headers=headers)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """The file has no name any more: nothing is left behind, whoever hangs up."""
    with file:
        while block := file.read(1 << 16):
            yield block


def _title(desk: Desk, viewer: Viewer, now: datetime) -> str:
    return f"{desk.place_name}巡察反馈问题整改台账（{viewer.post_words} {viewer.name} {moment(now)} 导出）"


# What is asked


def _ask(driver: Driver, viewer: Viewer, filters: Filters, now: datetime) -> Ask:
    today = clock.local_date(now)
    return Ask(viewer.actor.jurisdiction, scope_of(driver, viewer), filters, today, today + timedelta(days=NEAR_DAYS))


def scope_of(driver: Driver, viewer: Viewer) -> Scope:
    """Return whose cases are there for the viewer: their units', those a leader is in charge of, or all; NotYours if none."""
    if not viewer.reads_cases:
        raise NotYours
    if viewer.holds(*(role for role in CASE_ROLES if role not in (SECRETARY, HANDLER, LEADER))):
        return Scope()
    led = led_by(driver, viewer.actor.jurisdiction, viewer.actor.person_id or 0) if viewer.holds(LEADER) else ()
    posts = {role: {post.unit_id for post in viewer.actor.posts if post.role == role and post.unit_id} for role in (SECRETARY, HANDLER, LEADER)}
    if viewer.holds(LEADER) and not led and not posts[LEADER]:
        return Scope()
    return Scope(tuple(sorted(posts[SECRETARY] | posts[HANDLER] | posts[LEADER])), led)


def _filters(request: Request) -> Filters:
    """Read what the address says; what is unknown there is passed over."""
    said = {name: "".join(sign for sign in value if sign.isprintable()).strip() for name, value in request.query_params.items()}
    return Filters(
        round=_number(said.get("round", "")), unit=_number(said.get("unit", "")), state=_one_of(said.get("state"), (*STATES, OPEN)),
        kind=_one_of(said.get("kind"), KINDS), lamp=_one_of(said.get("lamp"), LAMPS), flagged=said.get("flagged") == "1",
        due_from=_day(said.get("from", "")), due_to=_day(said.get("to", "")), text=said.get("q", "")[:LONGEST_QUERY], sort=_one_of(said.get("sort"), SORTS) or "due",
    )  # fmt: skip


def _one_of(value: str | None, known: Sequence[str] | dict[str, str]) -> str:
    return value if value is not None and value in known else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 BIGINT


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _query(filters: Filters) -> dict[str, str]:
    """Return the filters as the address says them, so that a link shows the same to others."""
    said = {
        "round": filters.round, "unit": filters.unit, "state": filters.state, "kind": filters.kind, "lamp": filters.lamp,
        "flagged": "1" if filters.flagged else "", "from": filters.due_from, "to": filters.due_to, "q": filters.text,
        "sort": filters.sort if filters.sort != "due" else "",
    }  # fmt: skip
    return {name: str(value) for name, value in said.items() if value}


def _given(**said: str) -> dict[str, str]:
    return {name: value for name, value in said.items() if value}


def _by(query: dict[str, str]) -> dict[str, str]:
    return {"due": urlencode({name: value for name, value in query.items() if name != "sort"}), "number": urlencode({**query, "sort": "number"})}


def _filtered(filters: Filters) -> bool:
    return bool(set(_query(filters)) - {"sort"})


def _counted(request: Request, driver: Driver, ask: Ask, now: datetime) -> int:
    """Return how many there are, as counted some seconds ago at most."""
    kept: dict[Ask, tuple[datetime, int]] = request.app.state.__dict__.setdefault("ledger_counts", {})
    found = kept.get(ask)
    if found is not None and now - found[0] < COUNTED_FOR:
        return found[1]
    if len(kept) >= MOST_COUNTS:
        kept.clear()
    count = count_of(driver, ask)
    kept[ask] = (now, count)
    return count


def _acts(viewer: Viewer, lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return what the viewer may do (or prepare) to several of these: action and words."""
    found = []
    for move in (ACTIONS[action] for action in BULK):
        holds = viewer.holds(*move.who)
        prepares = SECRETARY in move.who and viewer.holds(HANDLER) and move.to is not None
        wanted = any(line.unsigned if move.action == "acknowledge" else line.state in move.origin for line in lines)
        if wanted and (holds or prepares):
            words = move.shown if move.filing or move.action == "opine" else f"批量{move.shown}"
            found.append((move.action, words if holds else f"起草{move.shown}"))
    return found
