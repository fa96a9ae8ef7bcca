"""Seeding 播种: a whole term of one county in an empty rehearsal database."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, select

import clock
from figures.stats import stats
from notifications.expansion import settle_past
from seeding.clues import handed_on
from seeding.county import Days
from seeding.desk import leave_drafts
from seeding.earlier import earlier_of, taken_over
from seeding.handing_over import handed_over
from seeding.letters import issue_letters
from seeding.looking_back import looked_back, round_looking_back
from seeding.office import keep_house
from seeding.papers import keep_papers
from seeding.people import ROLE_LOGINS, Cast, settle
from seeding.plan import DICE, Plan, plan_of
from seeding.play import Ground, Happening, Play, Told
from seeding.rounds import enter_rounds
from seeding.sizes import TERM, Sizes
from seeding.walk import Act
from storage.engine import reading, writing
from storage.jurisdictions import find_jurisdiction
from storage.private import private_file
from storage.tables import Head, ProfileRow
from storage.work import Work
from workflow.days.calendar import Calendar
from workflow.rules import calendar_of

WHOLE = "seeded.json"
AHEAD = 30


class NotEmpty(ValueError):
    """The database is in use already: seeding would mix with what is there."""

    def __init__(self, cases: int, units: int) -> None:
        super().__init__(
            f"库中已有 {cases} 个问题、{units} 个党组织，不再播种演示数据："
            "请换一个空的数据目录（ZHENGGAI_HOME）或数据库"
        )


class NotRehearsal(ValueError):
    """The database is a real one."""

    def __init__(self) -> None:
        super().__init__("这是正式库，不能播种演示数据：请用 zhenggai init --rehearsal 建立的演练库")


class BegunTooLate(ValueError):
    """The house was made after the term to be seeded began: its entries would all bear the day of the house."""

    def __init__(self) -> None:
        super().__init__(
            "这个演练库是不久前建立的，演示的往年记录排不进去：请换一个空的数据目录（ZHENGGAI_HOME）或数据库"
        )


class WrongFigures(AssertionError):
    """The seeded term does not add up to its figures."""

    def __init__(self, name: str, found: object, wanted: object) -> None:
        super().__init__(f"演示数据的 {name} 应为 {wanted}，实为 {found}")


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was seeded: entries of the trail, the figures as `stats` reports them, and the logins with a password."""

    entries: int
    figures: Mapping[str, Any]
    logins: tuple[str, ...]


def begins(now: datetime, sizes: Sizes = TERM) -> datetime:
    """Return when the house must have been made for a term that ends now: a month before its first round is fed back."""
    return clock.start_of(clock.local_date(now) - timedelta(days=sizes.days + AHEAD))


def seed(engine: Engine, home: Path, now: datetime, password: str, told: Told, sizes: Sizes = TERM) -> Seeded:
    """Play a term that ends now into an empty rehearsal database; figures are exact, or it raises."""
    with writing(engine) as work:
        begun = begins(now, sizes)
        jurisdiction, calendar, profile = _empty_house(work, begun)
        plan = plan_of(sizes, Days(calendar, clock.local_date(now)))
        cast = settle(work, jurisdiction, plan.places, password, Random(DICE), begun)
        earlier = earlier_of(plan, sizes, clock.local_date(begun))
        again = round_looking_back(plan, earlier)
        ground = _ground(work, jurisdiction, plan, again, cast, profile, home, begun)
        work.commit()
    by_day: dict[date, list[Act]] = defaultdict(list)
    for act in plan.acts:
        by_day[act.day].append(act)
    days = Days(calendar, clock.local_date(now))
    beside: dict[date, list[Happening]] = defaultdict(list)
    for day, happening in (
        *handed_over(plan, days), *taken_over(earlier, days, home), *looked_back(again, days), *handed_on(plan, sizes, days, Random(DICE + 2)),
    ):  # fmt: skip
        beside[day].append(happening)
    play = Play(engine, ground, days, now, Random(DICE + 1), by_day, beside)
    play.run(told)
    leave_drafts(play, plan.problems)
    keep_house(play, plan)
    issue_letters(play, home)
    settle_past(engine, clock.start_of(play.days.base))
    seeded = _checked(engine, jurisdiction, sizes, play.days.today)
    # Every day was committed by itself: without this file a seeding was cut short.
    private_file(home / WHOLE)
    (home / WHOLE).write_text(json.dumps(seeded.figures, ensure_ascii=False), encoding="utf-8")
    return seeded


def is_whole(home: Path) -> bool:
    """Whether a seeding into this home came to its end."""
    return (home / WHOLE).is_file()


def _empty_house(work: Work, begun: datetime) -> tuple[int, Calendar, str]:
    place = find_jurisdiction(work.driver, None)
    if not place.rehearsal:
        raise NotRehearsal
    row = work.driver.one("SELECT (SELECT COUNT(*) FROM cases), (SELECT COUNT(*) FROM units)")
    if row and any(row):
        raise NotEmpty(*row)
    digest, last_at = work.session.exec(select(Head.calendar, Head.last_at).where(Head.jurisdiction == place.id)).one()
    if last_at > clock.micros(begun):
        raise BegunTooLate
    profile = work.session.exec(
        select(ProfileRow.hash).order_by(col(ProfileRow.name), col(ProfileRow.version).desc())
    ).first()
    return place.id, calendar_of(work.driver, place.id, digest), profile or ""


def _ground(
    work: Work, jurisdiction: int, plan: Plan, again: int, cast: Cast, profile: str, home: Path, now: datetime
) -> Ground:
    rounds, inspections = enter_rounds(work, plan.visits, again, cast, profile, now, Random(DICE + 2).randbytes)
    return Ground(jurisdiction, inspections, rounds, cast, keep_papers(home, len(rounds)))


def _checked(engine: Engine, jurisdiction: int, sizes: Sizes, today: date) -> Seeded:
    with reading(engine) as work:
        driver = work.driver
        found = stats(driver, jurisdiction, today)
        size = driver.one("SELECT size FROM heads WHERE jurisdiction = ?", (jurisdiction,))
    wanted = {
        "rounds": sizes.rounds, "organisations": sizes.organisations, "problems": sizes.problems, "clues": sizes.clues,
        "rules": sizes.rules, "recovered_yuan": sizes.recovered / 100,
        "taken_over": {**found["taken_over"], "problems": sizes.before},
    }  # fmt: skip
    for name, figure in wanted.items():
        if found[name] != figure:
            raise WrongFigures(name, found[name], figure)
    return Seeded(size[0] if size else 0, found, ROLE_LOGINS)
