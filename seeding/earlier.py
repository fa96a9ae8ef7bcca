"""The term before 上一届: closed and running outside the system, and taken over from its ledgers a few weeks ago."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Final

import clock
from clock import written_date
from ledger.prepared import Ledger, Said, prepare, send, sheet_of
from ledger.taking_over import AS_IT_CAME
from register.household import must_enter
from register.wanted import Wanted
from register.wording import shipped
from seeding.county import Days, Visit
from seeding.names import chinese_number
from seeding.office import SECOND
from seeding.plan import DICE, Plan
from seeding.play import Happening, NotPlayed, Play
from seeding.problems import Problem, problems_of
from seeding.rounds import TERM_MONTHS
from seeding.sizes import Sizes
from states import AT_ONCE, FOCUSED, KINDS, OFFICE, PUBLICIZED, RECTIFYING, STATES, VERIFIED, WITHHELD
from storage.files import keep_file
from storage.tables import PreparedLedger
from storage.tables.ledger import TAKEN_OVER
from storage.work import Work
from workflow.days.limits import add_months
from workflow.rules import profiles_of
from workflow.subject import Material

TERM_NAME: Final = "第十二届"
ROUNDS: Final = 2
ENTERED: Final = -12
"""So many working days ago the ledgers were confirmed; they were put aside the working day before."""
_EACH: Final = 14
_FED: Final = (420, 230)
"""Its last rounds were fed back so many days before the term that it is."""
_AHEAD: Final = (70, 45, -20, 100)
"""When what still runs is due, in days from today: of each round one problem of so many units, one of them late."""
_CLOSED: Final = {PUBLICIZED: 0.84, VERIFIED: 0.12, WITHHELD: 0.04}
_LARGEST: Final = 1 << 20
_PREPARED_AT, _CONFIRMED_AT = time(17, 40), time(9, 10)
HEAD: Final = (
    "编号", "单位", "方面", "反馈问题", "具体表现", "整改措施", "责任领导", "责任部门", "责任人", "整改时限", "整改类型", "状态", "反馈日期",
    "完成日期", "销号日期", "公开日期", "延期",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was found in the term before: when it ended, its inspections, and the problems of each round by their numbers."""

    ends: date
    visits: Sequence[Visit]
    rounds: dict[int, list[Problem]]


def earlier_of(plan: Plan, sizes: Sizes, begun: date) -> Earlier:
    """Return what was found in the last rounds of the term before: in units of today but for the first, in words of its own."""
    dice = Random(DICE + 4)
    places = [place for place in plan.places if place.above is None and place.number]
    dice.shuffle(places)
    visited = places[: max(min(sizes.before // _EACH, len(places)), ROUNDS)]
    visits = []
    for number, place in enumerate(visited):
        around = number % ROUNDS + 1
        fed = begun - timedelta(days=_FED[around - 1] + dice.randrange(20))
        share = sizes.before // len(visited) + (number < sizes.before % len(visited))
        visits.append(Visit(number, around, ROUNDS - around, place, fed, 1, share))
    found: dict[int, list[Problem]] = {around: [] for around in range(1, ROUNDS + 1)}
    for problem in problems_of(visits, dice, {one.detail for one in plan.problems}):
        found[problem.visit.round].append(problem)
    return Earlier(begun - timedelta(days=1), visits, found)


def taken_over(earlier: Earlier, days: Days, home: Path) -> Iterator[tuple[date, Happening]]:
    """Yield how the term before is taken over: one of the office puts its ledgers aside, another confirms them the next morning."""
    kept: list[int] = []

    def prepares(play: Play, work: Work, now: datetime) -> None:
        rounds = _enter(play, work, earlier, now)
        by = play.ground.cast.actors[OFFICE]
        for around, name in rounds.items():
            file = _ledger(home, name, _rows(earlier.rounds[around], play.days.today))
            ledger = Ledger(TAKEN_OVER, name, "", file, Said(clock.local_date(now)), len(earlier.rounds[around]))
            number, why = prepare(work, ledger, by, now)
            if number is None:
                raise NotPlayed(clock.local_date(now), "准备存量转入", [why])
            kept.append(number)

    def confirms(play: Play, work: Work, now: datetime) -> None:
        by = play.ground.cast.actors[SECOND]
        for number in kept:
            row = work.session.get_one(PreparedLedger, number)
            sheet = sheet_of(home, row)
            profile = next(iter(profiles_of(work.driver, play.ground.rounds.values()).values()))
            brought = send(work, number, sheet, profile, by, now, dice=play.dice.randbytes)
            if brought.errors:
                raise NotPlayed(clock.local_date(now), "存量转入", [one["message"] for one in brought.errors])

    day = days.on(days.base, ENTERED)
    yield days.on(day, -1), Happening(_PREPARED_AT, prepares)
    yield day, Happening(_CONFIRMED_AT, confirms)


def _enter(play: Play, work: Work, earlier: Earlier, now: datetime) -> dict[int, str]:
    """Enter the term with its last rounds and their inspections; return the names of the rounds by their numbers."""
    office, dice = play.ground.cast.actors[OFFICE], play.dice.randbytes
    starts = add_months(earlier.ends + timedelta(days=1), -TERM_MONTHS)
    said = {"name": TERM_NAME, "starts_on": starts, "ends_on": earlier.ends}
    (term,) = must_enter(work, [Wanted("term", "make", None, said)], office, now, dice=dice)
    words, _ = shipped()
    (profile,) = {one.digest for one in profiles_of(work.driver, play.ground.rounds.values()).values()}
    names = {number: f"{TERM_NAME}第{chinese_number(number + 9)}轮巡察" for number in earlier.rounds}
    wanted = [
        Wanted("round", "make", None, {"name": name, "sort": "regular", "term": term, "profile": profile, "dictionary": words})
        for name in names.values()
    ]  # fmt: skip
    rounds = dict(zip(names, must_enter(work, wanted, office, now, dice=dice), strict=True))
    visited = [
        Wanted("inspection", "make", None, {
            "round": rounds[one.round], "unit": play.ground.cast.units[one.place.number], "feedback_on": one.fed,
        })
        for one in earlier.visits
    ]  # fmt: skip
    must_enter(work, visited, office, now, dice=dice)
    return names


def _rows(problems: Sequence[Problem], today: date) -> Iterator[tuple[str, ...]]:
    """Yield a row of each problem as an office's own ledger has it: most closed and public, a few still under way."""
    dice = Random(DICE + 5 + len(problems))
    running = dict(zip(sorted({one.visit.number for one in problems if _goes_on(one)}), _AHEAD, strict=False))
    for problem in problems:
        due = problem.visit.fed + timedelta(days=dice.randint(60, 88))
        done, kind = due - timedelta(days=dice.randint(1, 20)), KINDS[problem.kind]
        limit = (
            "立行立改"
            if problem.kind == AT_ONCE
            else written_date(due)
            if problem.kind == FOCUSED
            else f"{written_date(due)}，{kind}"
        )
        ahead = running.pop(problem.visit.number, None) if _goes_on(problem) else None
        if ahead is not None:
            dates = "", "", "", written_date(today + timedelta(days=ahead))
            state = RECTIFYING
        else:
            (state,) = dice.choices(list(_CLOSED), list(_CLOSED.values()))
            closed = done + timedelta(days=dice.randint(8, 20))
            public = closed + timedelta(days=dice.randint(7, 25))
            dates = written_date(done), written_date(closed), written_date(public) if state == PUBLICIZED else "", ""
        yield (
            str(problem.no), problem.visit.place.name, problem.category, problem.about, problem.detail,
            "\n".join(f"{no}.{text}" for no, text in enumerate(problem.measures, start=1)), problem.responsible,
            problem.department, problem.person, limit, kind, AS_IT_CAME.get(state, STATES[state].shown),
            written_date(problem.visit.fed), *dates,
        )  # fmt: skip


def _goes_on(problem: Problem) -> bool:
    return problem.kind not in (AT_ONCE, FOCUSED)


def _ledger(home: Path, name: str, rows: Iterator[tuple[str, ...]]) -> Material:
    """Keep a ledger as a file, as it would be uploaded."""
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        path.write_text(text.getvalue(), encoding="utf-8-sig")
        sha256, size = keep_file(home, path, _LARGEST)
    return Material("problem_list", sha256, f"{name}整改台账.csv", size)
