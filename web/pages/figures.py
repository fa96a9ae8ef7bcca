"""Figures 统计 in the browser: as of a day, of a round or the term, counted as chosen; every number opens its cases; the tables as a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

import clock
from figures.counting import count
from figures.grouping import HEADLINE
from figures.months import first_of
from figures.printed import PRINTED, SHEETS, Printed, cell, printed
from figures.sheets import write_tables
from figures.table import COUNTS_IN, FIGURES, PROBLEMS
from papers.figure_tables import SHEET, sheet
from papers.render import FORMS, render_as
from storage.digits import number_in
from storage.engine import reading
from storage.looks import Looks
from storage.reads.late_entries import HOW, LateEntry, late_entries
from storage.reads.ledger.choices import round_choices, unit_choices
from storage.reads.standings import SWITCHED, WAYS, AsOf, Counting, counted_on
from storage.sql import Driver
from web.acts.files import aside_of
from web.counted import late_said, opening
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Signed, note
from web.downloads import made
from web.filters import moment
from web.papers import press_of
from web.viewer import FIGURES as PLACE
from web.viewer import Viewer

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen on top of the page."""

    of: AsOf
    table: str
    unit: str

    @property
    def counts_otherwise(self) -> bool:
        """Say whether it counts in another way than usual."""
        return bool(self.of.counting.address) or self.unit != PROBLEMS

    def said(self, **other: str) -> str:
        """Return the address of the page as asked, but for what is given."""
        of = self.of
        said = {
            "table": self.table, "round": str(of.round or ""), "unit": str(of.unit or ""),
            "on": of.on.isoformat() if of.past else "", "count_in": self.unit if self.unit != PROBLEMS else "",
            **{name: of.counting.way(name) for name in SWITCHED if of.counting.way(name) != "open"},
        }  # fmt: skip
        return urlencode({name: value for name, value in {**said, **other}.items() if value})


@router.get(PLACE.href)
def figures(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Show the headline and one table, of the cases that are there for the viewer."""
    asked, begins = _asked(desk, viewer, request.query_params), desk.settings.config.figures.month_begins
    place = viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        table = looks.at(printed, asked.of, asked.table, asked.unit, begins)
        apart = None if PRINTED[asked.table].adds_up else looks.at(count, asked.of, HEADLINE, asked.unit)
        rounds = looks.at(round_choices, place, viewer.scope)
        units = looks.at(_answering, place, viewer)
        late = looks.at(_entered_late, asked.of)
        shown, entered_late = table(), late()
        values = apart() if apart else shown.whole
        chosen_rounds, chosen_units = rounds(), units()
    return desk.page(
        "figures.html", viewer, here=PLACE.href, asked=asked, of=asked.of, table=shown, tables=PRINTED, rounds=chosen_rounds, units=chosen_units,
        headline=[(FIGURES[name], cell(name, values, unit=asked.unit)) for name in HEADLINE], switched=SWITCHED, ways=list(WAYS.items()),
        counts_in=list(COUNTS_IN.items()), ways_in=HOW, said=_said(asked, dict(chosen_rounds), dict(chosen_units), begins), last_day=asked.of.today,
        opens=opening(asked.of), drawn=bool(shown.chart and len(shown.rows) > 1),
        late=entered_late, late_said=late_said(entered_late), yesterday=_month_before(asked.of, begins),
    )  # fmt: skip


@router.get(f"{PLACE.href}.xlsx")
def figures_sheet(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Send the tables A to G, or the one that is shown, as a workbook, with the name of who took it and when."""
    asked, tables, said, title = _taken_away(request, desk, viewer)
    with tempfile.TemporaryDirectory(dir=aside_of(desk.settings.home)) as aside:
        path = Path(aside) / "figures.xlsx"
        write_tables(path, f"{desk.place_name}巡察整改统计表（{title}）", "；".join(said), tables, made_at=desk.now())
        content = path.read_bytes()
    return made(content, f"巡察整改统计表{asked.of.on:%Y%m%d}.xlsx")


@router.get(f"{PLACE.href}/{{form}}")
def figures_printed(form: str, request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Send the same tables as PDF or as Word, laid out as lists of the office are."""
    if form not in FORMS:
        raise NotYours
    asked, tables, said, title = _taken_away(request, desk, viewer)
    paper = sheet(desk.place_name, tables, f"{'；'.join(said)}。（{title}）")
    content = render_as(SHEET, paper, form, press_of(desk)).content
    return made(content, f"巡察整改统计表{asked.of.on:%Y%m%d}.{form}", FORMS[form])


def _taken_away(request: Request, desk: Desk, viewer: Viewer) -> tuple[Asked, list[Printed], list[str], str]:
    """Return what was asked for, its tables, what they say of themselves and who takes them away, which is noted."""
    asked, begins = _asked(desk, viewer, request.query_params), desk.settings.config.figures.month_begins
    names = (asked.table,) if request.query_params.get("only") else SHEETS
    with reading(desk.engine) as work:
        looks, place = Looks(work.driver), viewer.actor.jurisdiction
        made_of = [looks.at(printed, asked.of, name, asked.unit, begins) for name in names]
        chosen = looks.at(round_choices, place, viewer.scope), looks.at(_answering, place, viewer)
        tables, (rounds, units) = [one() for one in made_of], (dict(one()) for one in chosen)
    note(desk, viewer, "exported_ledger", request, words=f"统计表 {asked.said()}"[:500])
    title = f"{viewer.post_words} {viewer.name} {moment(desk.now())} 导出"
    return asked, tables, _said(asked, rounds, units, begins), title


def _entered_late(driver: Driver, of: AsOf) -> list[LateEntry]:
    """Return what was entered since for a past day, of what is there for the viewer."""
    if not of.past:
        return []
    return late_entries(driver, of.jurisdiction, of.on, None, of.round, scope=of.scope, unit=of.unit)


def _answering(driver: Driver, place: int, viewer: Viewer) -> list[tuple[int, str]]:
    return [(number, name) for number, name, below in unit_choices(driver, place, viewer.scope) if not below]


def _asked(desk: Desk, viewer: Viewer, params: Mapping[str, str]) -> Asked:
    """Read what was chosen; what is unknown, or a day to come, is as if nothing were."""
    if PLACE not in viewer.places:
        raise NotYours
    today = clock.local_date(desk.now())
    try:
        on = counted_on(date.fromisoformat(params.get("on", "")), today)
    except ValueError:
        on = today
    counting = Counting.read(",".join(f"{name}.{params.get(name, '')}" for name in SWITCHED))
    unit = params.get("count_in", PROBLEMS)
    of = AsOf(
        viewer.actor.jurisdiction, on, today, viewer.scope, number_in(params.get("round", "")), number_in(params.get("unit", "")),
        counting, first_of(on, desk.settings.config.figures.month_begins),
    )  # fmt: skip
    # Who has many units compares them first; who has few reads how each number is counted.
    table = params.get("table", "")
    usual = "all" if viewer.scope.few else "unit"
    return Asked(of, table if table in PRINTED else usual, unit if unit in COUNTS_IN else PROBLEMS)


def _month_before(of: AsOf, begins: int) -> date:
    """Return the last day of the month of reporting before that of the day."""
    return first_of(of.on, begins) - timedelta(days=1)


def _said(asked: Asked, rounds: Mapping[int, str], units: Mapping[int, str], begins: int) -> list[str]:
    """Return what every table says of itself: as of when, what is counted, of which cases, and how."""
    of = asked.of
    first = of.since or of.on
    return [
        f"截至 {clock.chinese_date(of.on)}",
        f"按{COUNTS_IN[asked.unit]}计",
        f"轮次：{rounds.get(of.round, '') if of.round else '本届各轮次，转入时已办结的存量另计'}",
        *([f"责任党组织：{units.get(of.unit, '')}"] if of.unit else []),
        *(f"{words}{WAYS[of.counting.way(name)]}" for name, words in SWITCHED.items()),
        f"统计月每月 {begins} 日起，本期自 {clock.written_date(first)}",
    ]
