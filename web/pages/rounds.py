"""Rounds and terms in the browser: a team made with its members at once, many units planned at once, the coverage of a term."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from ledger.coverage_out import write_coverage
from register.coverage import shares, term_of
from register.household import NotEntered, teams_of
from register.kinds import KINDS
from register.road import enter
from register.showing import Words
from register.teams import DUTIES, teams_of_round
from register.wanted import Wanted
from storage.digits import number_in
from storage.engine import reading, writing
from storage.household import read_row
from storage.reads.coverage import (
    MISSING,
    STAGES,
    Covered,
    coverage_of,
    current_term,
    rounds_of_no_term,
)
from storage.reads.visits import visits_of_round
from storage.sql import Driver
from storage.unit_kinds import unit_kinds
from storage.work import Work
from web.acts.files import aside_of
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold_at_large, note
from web.downloads import made
from web.filters import moment
from web.pages.register import show_row
from web.ticked import ticked
from web.viewer import COVERAGE, Viewer
from workflow.refusal import Refusal, sentences
from workflow.security import first_words

router = APIRouter()
MOST_UNITS: Final = 500
"""So many units are shown to be ticked, and planned at once."""
ON_A_PAGE: Final = 100
MOST_PEOPLE: Final = 60
LONGEST_WORDS: Final = 60
_ROUND, _TERM, _PLAN, _TEAM = (
    KINDS["round"],
    KINDS["term"],
    KINDS["inspection"].act("make"),
    KINDS["member"].act("make"),
)
Faults = dict[str, list[str]]
"""What is wrong, by the field of the form; under no field what is about none."""


def _must_plan(desk: Desk, viewer: Viewer, number: int) -> None:
    """Whose round it is not reads what who asks for none reads."""
    must_hold_at_large(viewer, *_PLAN.enters)
    with reading(desk.engine) as work:
        if read_row(work.driver, "round", viewer.actor.jurisdiction, number) is None:
            raise NotYours


@router.post("/register/round/{number}/teams")
def team_up(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Make a team of the round, or find it, and put people into it: all of them or none."""
    _must_plan(desk, viewer, number)
    said = {name: str(form.get(name, "")).strip() for name in ("team", *DUTIES)}
    with writing(desk.engine) as work:
        faults = _put_together(work, viewer, number, said, desk.now())
        work.rollback() if faults else work.commit()
    if faults:
        note(
            desk,
            viewer,
            "register_denied",
            request,
            words=first_words([one for some in faults.values() for one in some]),
        )
        return show_row(desk, viewer, _ROUND, number, status=422, more={"faults": faults, "said": said})
    note(desk, viewer, "register_entered", request, words=KINDS["team"].said(KINDS["team"].act("make")))
    return RedirectResponse(f"/register/round/{number}#teams", 303)


def _put_together(work: Work, viewer: Viewer, number: int, said: dict[str, str], now: datetime) -> Faults:
    if not said["team"]:
        return {"team": ["请填写巡察组"]}
    try:
        teams = teams_of(work, [(number, said["team"])], viewer.actor, now)
    except NotEntered as refused:
        return {"team": list(sentences(refused.refusals))}
    team = teams[number, said["team"]]
    named = [(duty, name) for duty in DUTIES for name in _names(said[duty])]
    if len(named) > MOST_PEOPLE:
        return {"member": [f"一次最多编入 {MOST_PEOPLE} 人"]}
    wanted = [Wanted("member", "make", None, {"team": team, "person": name, "duty": duty}) for duty, name in named]
    faults: Faults = defaultdict(list)
    for (duty, name), one in zip(named, enter(work, wanted, viewer.actor, now), strict=True):
        faults[duty] += [f"{name}：{why}" for why in one.refused]
    return {duty: why for duty, why in faults.items() if why}


def _names(text: str) -> list[str]:
    for sign in ("，", ",", ";", "；"):
        text = text.replace(sign, "、")
    return list(dict.fromkeys(name for one in text.split("、") if (name := one.strip())))


@router.get("/register/round/{number}/plan")
def plan(
    number: Number, desk: AtDesk, viewer: Signed, sort: str = "", q: str = "", stage: str = MISSING, pick: str = ""
) -> Response:
    """Show the units to tick that the round does not inspect yet, those missing in the term unless others are asked for; `pick` ticks all."""
    _must_plan(desk, viewer, number)
    asked = {"sort": sort, "q": q.strip()[:LONGEST_WORDS], "stage": stage}
    return _plan(desk, viewer, number, asked, every=pick == "all")


def _plan(
    desk: Desk,
    viewer: Viewer,
    number: int,
    asked: dict[str, str],
    said: FormData | None = None,
    why: Sequence[Refusal] = (),
    *,
    every: bool = False,
) -> Response:
    with reading(desk.engine) as work:
        words = Words(work.driver, viewer.actor.jurisdiction, clock.local_date(desk.now()))
        row = read_row(work.driver, "round", viewer.actor.jurisdiction, number) or {}
        units = _open_units(work.driver, words, number, row)
        teams = [one for one in teams_of_round(words, number) if not one.ended]
        sort_words = unit_kinds(work.driver, viewer.actor.jurisdiction).names
    found = [one for one in units if _is_asked(one, asked)]
    faults: Faults = defaultdict(list)
    for one in why:
        faults[one.field if one.field in _PLAN.fields else ""].append(one.sentence)
    ticked = set(said.getlist("unit")) if said else {str(one.unit) for one in found} if every else set()
    return desk.page(
        "plan_round.html", viewer, status=422 if why else 200, here="/register", number=number, round_name=row["name"], in_term=row["term_id"] is not None,
        units=found[:MOST_UNITS], count=len(found), asked=asked, sorts=_kinds_among(units, sort_words), stages=STAGES, sort_words=sort_words,
        teams=[(str(one.number), one.name) for one in teams], said=said or {}, ticked=ticked, every=urlencode({**asked, "pick": "all"}),
        faults={name: list(dict.fromkeys(some)) for name, some in faults.items()},
    )  # fmt: skip


def _kinds_among(units: Sequence[Covered], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the kinds to filter by: those that some of the units are of."""
    there = {one.sort for one in units}
    return [(code, name) for code, name in names.items() if code in there]


def _open_units(driver: Driver, words: Words, number: int, row: dict[str, Any]) -> list[Covered]:
    """Return the units in being that the round does not inspect: as they stand in its term, or of a round without one as they are."""
    held = {one.unit for one in visits_of_round(driver, words.jurisdiction, number, words.today)}
    term = term_of(driver, words.jurisdiction, row["term_id"]) if row["term_id"] is not None else None
    ended = {key for key, unit in words.there("unit") if unit["ends_on"] is not None and unit["ends_on"] < words.today}
    if term is None:
        names = {key: str(unit["name"]) for key, unit in words.there("unit")}
        units = [
            Covered(
                int(key),
                names[key],
                unit["sort"],
                names.get(unit["answerable_id"] or unit["parent_id"], ""),
                MISSING,
                None,
            )
            for key, unit in words.there("unit")
        ]
    else:
        units = coverage_of(driver, words.jurisdiction, term, words.today)
    return [one for one in units if one.unit not in held | ended]


def _is_asked(one: Covered, asked: dict[str, str]) -> bool:
    text = asked["q"]
    return (
        (not asked["sort"] or one.sort == asked["sort"])
        and (not asked["stage"] or one.stage == asked["stage"])
        and (not text or text in one.name or text in one.above)
    )


@router.post("/register/round/{number}/plan")
def planned(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Enter an inspection for each unit that is ticked: all of them or none."""
    _must_plan(desk, viewer, number)
    chosen = ticked(form, "unit")
    given = {name: value for name in ("team", "stay_from", "stay_to") if (value := str(form.get(name, "")).strip())}
    asked = {name: str(form.get(name, "")) for name in ("sort", "q", "stage")}
    if not chosen or len(chosen) > MOST_UNITS:
        return _plan(desk, viewer, number, asked, form, [Refusal(f"请勾选党组织，一次最多 {MOST_UNITS} 个")])
    wanted = [Wanted("inspection", "make", None, {"round": number, "unit": int(unit), **given}) for unit in chosen]
    with writing(desk.engine) as work:
        outcomes = enter(work, wanted, viewer.actor, desk.now())
        why = [one for entered in outcomes for one in entered.refusals]
        work.rollback() if why else work.commit()
    if why:
        note(desk, viewer, "register_denied", request, words=first_words(sentences(tuple(why))))
        return _plan(desk, viewer, number, asked, form, why)
    note(desk, viewer, "register_entered", request, words=f"{KINDS['inspection'].said(_PLAN)}：{len(chosen)} 个")
    return RedirectResponse(f"/register/round/{number}", 303)


@router.get(COVERAGE.href)
def coverage_now(desk: AtDesk, viewer: Signed) -> Response:
    """Lead to the coverage of the term that it is."""
    if not viewer.coverage.reaches:
        raise NotYours
    with reading(desk.engine) as work:
        term = current_term(work.driver, viewer.actor.jurisdiction, clock.local_date(desk.now()))
    if term is None:
        sentence = "巡察办还没有登记届，登记以后这里列出应巡尽巡的情况。"
        return desk.page("error.html", viewer, here=COVERAGE.href, title="应巡尽巡", sentence=sentence, unset=False)
    return RedirectResponse(f"/register/term/{term.number}/coverage", 303)


@router.get("/register/term/{number}/coverage")
def coverage(
    number: Number, desk: AtDesk, viewer: Signed, sort: str = "", stage: str = "", q: str = "", page: str = ""
) -> Response:
    """Show how far a term is covered: in per cent, by kind of unit, and unit by unit with the missing first."""
    found = _covered(desk, viewer, number)
    asked = {"sort": sort, "stage": stage, "q": q.strip()[:LONGEST_WORDS]}
    units = [one for one in found.pop("units") if _is_asked(one, asked)]
    pages = max(-(-len(units) // ON_A_PAGE), 1)
    at = min(number_in(page) or 1, pages)
    links = {to: urlencode({**asked, "page": to}) for to in (at - 1, at + 1) if 1 <= to <= pages}
    apart = []
    if viewer.coverage.whole and viewer.reads_register("round"):
        with reading(desk.engine) as work:
            apart = rounds_of_no_term(work.driver, viewer.actor.jurisdiction)
    return desk.page(
        "coverage.html", viewer, here=COVERAGE.href if COVERAGE in viewer.places else "/register", number=number, asked=asked, count=len(units),
        rows=units[(at - 1) * ON_A_PAGE : at * ON_A_PAGE],
        sorts=[(one.sort, one.shown) for one in found["by_sort"]], heads=tuple(STAGES.values()), at=at, pages=pages, links=links,
        reads=viewer.reads_register("term"), whole_term=viewer.coverage.whole, apart=apart, **found,
    )  # fmt: skip


@router.get("/register/term/{number}/coverage.xlsx")
def coverage_sheet(number: Number, request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """Send all of it as a workbook, with the name of who took it and when."""
    found, now = _covered(desk, viewer, number), desk.now()
    name = f"{found['coverage'].name}应巡尽巡"
    title = f"{desk.place_name}{name}（{viewer.post_words} {viewer.name} {moment(now)} 导出）"
    with tempfile.TemporaryDirectory(dir=aside_of(desk.settings.home)) as aside:
        path = Path(aside) / "coverage.xlsx"
        shown = [
            (one.shown, one.of, [one.stages.get(stage, 0) for stage in STAGES], one.rate)
            for one in (*found["by_sort"], found["whole"])
        ]
        write_coverage(path, title, shown, found["units"], found["sort_words"], made_at=now)
        content = path.read_bytes()
    note(desk, viewer, "exported_register", request, words=name)
    return made(content, f"{name}{clock.local_date(now):%Y%m%d}.xlsx")


def _covered(desk: Desk, viewer: Viewer, number: int) -> dict[str, Any]:
    """Return what of a term is covered, as far as its units are there for the viewer."""
    if not viewer.coverage.reaches:
        raise NotYours
    with reading(desk.engine) as work:
        found = shares(work.driver, viewer.actor.jurisdiction, number, clock.local_date(desk.now()), viewer.coverage)
    if found["coverage"] is None:
        raise NotYours
    return found
