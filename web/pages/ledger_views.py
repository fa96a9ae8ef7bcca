"""What one keeps of the ledger: which columns, in which order; views 常用查询 by name, one's own and those that the office shares."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from ledger.out_columns import COLUMNS, ON_PAGE, page_columns
from states import OFFICE
from storage.digits import number_in
from storage.engine import reading, writing
from storage.ledger_views import LONGEST_NAME, MOST_VIEWS, drop_view, keep_columns, keep_view
from storage.looks import Looks
from storage.reads.ledger.choices import rounds_and_dictionaries, unit_choices
from storage.reads.ledger.kept import kept_columns, kept_views
from storage.visible import is_plain, tidy
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Signed
from web.ledger_address import Spot, address_of, filters_of
from web.ledger_groups import GROUPED
from web.pages.ledger import in_words
from web.viewer import Viewer

router = APIRouter()
COLUMNS_PAGE: Final = "/cases/columns"
VIEWS_PAGE: Final = "/cases/views"
_KNOWN: Final = {one.key: one for one in COLUMNS}
NAME_ASKED: Final = "请写一个名称"
TOO_MANY: Final = f"常用查询最多存 {MOST_VIEWS} 个，请先删去不用的"
TOO_LONG: Final = f"名称最多 {LONGEST_NAME} 个字"


def _must_read(viewer: Viewer) -> None:
    if not viewer.reads_cases:
        raise NotYours


def _address(said: str) -> str:
    """Return an address of the ledger as it is written there; what is unknown in it is passed over."""
    params = dict(parse_qsl(said, keep_blank_values=True))
    group = Spot.of(params).group
    return urlencode({**address_of(filters_of(params)), **({"group": group} if group else {})})


@router.get(COLUMNS_PAGE)
def columns(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show the columns that the viewer sees, in their order, and those that there are besides."""
    _must_read(viewer)
    with reading(desk.engine) as work:
        kept = kept_columns(work.driver, viewer.actor.person_id or 0)
    chosen = [column for column, on_paper in page_columns(kept) if not on_paper]
    names = dict.fromkeys(one.group for one in COLUMNS)
    rest = [(name, [one for one in COLUMNS if one.group == name and one not in chosen]) for name in names]
    return desk.page(
        "ledger_columns.html", viewer, here="/cases", chosen=chosen, rest=rest, own=bool(kept), back=_address(request.url.query),
    )  # fmt: skip


@router.post(COLUMNS_PAGE)
def choose(desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Move a column up or down, leave it out or put it behind the others; kept at once, for the viewer alone."""
    _must_read(viewer)
    step, _, key = str(form.get("step", "")).partition(".")
    with writing(desk.engine) as work:
        kept = kept_columns(work.driver, viewer.actor.person_id or 0)
        keys = [column.key for column, on_paper in page_columns(kept) if not on_paper]
        wanted = () if step == "usual" else _moved(keys, step, key)
        keep_columns(work.driver, viewer.actor.person_id or 0, () if tuple(wanted) == ON_PAGE else wanted)
        work.commit()
    back = _address(str(form.get("back", "")))
    return RedirectResponse(f"{COLUMNS_PAGE}{f'?{back}' if back else ''}", 303)


def _moved(keys: list[str], step: str, key: str) -> list[str]:
    """Return the columns after one step; what is no step leaves them as they are."""
    if step == "on" and key in _KNOWN and key not in keys:
        return [*keys, key]
    if key not in keys:
        return keys
    at = keys.index(key)
    rest = [one for one in keys if one != key]
    if step == "off":
        return rest
    if step in ("up", "down"):
        rest.insert(max(at + (-1 if step == "up" else 1), 0), key)
        return rest
    return keys


@router.get(VIEWS_PAGE)
def views(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show the views that are there for the viewer, and the form that keeps another: what the ledger shows now."""
    _must_read(viewer)
    return _views(desk, viewer, _address(request.url.query))


def _views(desk: Desk, viewer: Viewer, said: str, fault: str = "", name: str = "") -> Response:
    place = viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        chosen, units = (
            looks.at(rounds_and_dictionaries, place, viewer.scope),
            looks.at(unit_choices, place, viewer.scope),
        )
        kept = looks.at(kept_views, place, viewer.actor.person_id or 0, office=viewer.holds(OFFICE))
        rounds, there = chosen()

        def words(address: str) -> str:
            params = dict(parse_qsl(address, keep_blank_values=True))
            filters, group = filters_of(params), Spot.of(params).group
            order = filters.sort.removeprefix("-")
            told = in_words(filters, rounds, units(), there)
            told += (
                [f"按{_KNOWN[order].shown}排列{'（倒序）' if filters.sort.startswith('-') else ''}"]
                if "sort" in params
                else []
            )
            return "；".join([*told, *([f"按{GROUPED[group]}分组"] if group else [])]) or "全部问题"

        lines = [(one, words(one.said)) for one in kept()]
        now = words(said)
    return desk.page(
        "ledger_views.html", viewer, status=422 if fault else 200, here="/cases", views=lines, said=said, now=now, fault=fault, called=name,
        office=viewer.holds(OFFICE), longest=LONGEST_NAME,
    )  # fmt: skip


@router.post(VIEWS_PAGE)
def keep(desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Keep what the ledger shows under a name, shared where an office's person says so, or drop a view."""
    _must_read(viewer)
    place, person, office = viewer.actor.jurisdiction, viewer.actor.person_id or 0, viewer.holds(OFFICE)
    said, name = _address(str(form.get("said", ""))), tidy(str(form.get("name", "")))
    step, _, number = str(form.get("step", "")).partition(".")
    with writing(desk.engine) as work:
        if step == "drop":
            if not drop_view(work.driver, place, number_in(number) or 0, person, shared=office):
                work.rollback()
                raise NotYours
            work.commit()
            return RedirectResponse(f"{VIEWS_PAGE}{f'?{said}' if said else ''}", 303)
        own = [one.name for one in kept_views(work.driver, place, person, office=False)]
        fault = _fault(name, own)
        if fault:
            work.rollback()
        else:
            keep_view(work.driver, place, person, name, said, shared=office and form.get("shared") == "1")
            work.commit()
    return (
        _views(desk, viewer, said, fault, name)
        if fault
        else RedirectResponse(f"/cases{f'?{said}' if said else ''}", 303)
    )


def _fault(name: str, own: list[str]) -> str:
    if not name or not is_plain(name):
        return NAME_ASKED
    if len(name) > LONGEST_NAME:
        return TOO_LONG
    return TOO_MANY if len(own) >= MOST_VIEWS and name not in own else ""
