"""The ledger's queries: each walks an index or few rows; pages forwards and backwards are the whole in its order."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from states import OFFICE, SECRETARY, SETTLED, STATES
from storage import migrate
from storage.engine import open_engine, reading, writing
from storage.reads.ledger.choices import MOST_UNITS, round_choices, unit_choices, units_not_there
from storage.reads.ledger.pages import LedgerLine, counts_of, lines_of_all, page_of
from storage.reads.ledger.questions import LAMPS, Ask, Filters
from storage.reads.ledger.records import AT_ONCE
from storage.scope import EVERYTHING, Reach, Scope
from storage.search import MANY, index_all
from storage.sql import Driver, Row
from storage.tables import Case, CaseClock, Inspection, Round, Unit
from storage.work import Work
from tests import databases
from tests.world import World, county

TODAY = date(2026, 3, 10)
CASES = 5_000
PAGE = 50
OWED = {
    "feedback": SECRETARY, "rectifying": SECRETARY, "submitted": OFFICE, "verified": SECRETARY, "escalated": OFFICE, "publicized": OFFICE,
    "withdrawn": None,
}  # fmt: skip
UNIT_OWES = ("feedback", "rectifying")
KINDS = ("focused", "focused", "focused", "at_once", "standing")


@dataclass(frozen=True)
class Ledger:
    """A house with thousands of problems that no move made: for looking at how they are read."""

    engine: Engine
    place: int
    rows: list[dict[str, Any]]
    paused: frozenset[int]
    towns: list[int]
    villages: dict[int, list[int]]

    def ask(self, scope: Scope | None = None, **filters: Any) -> Ask:
        """Return a question as of today."""
        return Ask(
            self.place, EVERYTHING if scope is None else scope, Filters(**filters), TODAY, TODAY + timedelta(days=10)
        )


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("ledger")
    url = databases.fresh_sqlite(folder) if request.param == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    migrate.upgrade(engine)
    yield _filled(engine, World(engine, folder).found())
    engine.dispose()
    if request.param == "postgres":
        databases.drop(url)


def _filled(engine: Engine, world: World) -> Ledger:
    dice = random.Random(20260310)
    with writing(engine) as work:
        towns = [_added(work.session, Unit(jurisdiction=world.place, name=f"第{n}镇党委")) for n in range(20)]
        villages = {
            town: [
                _added(
                    work.session,
                    Unit(jurisdiction=world.place, name=f"{town}之{n}村党支部", parent_id=town, answerable_id=town),
                )
                for n in range(3)
            ]
            for town in towns
        }
        rounds = [
            _added(work.session, Round(jurisdiction=world.place, name=f"第{n}轮", profile=county().digest))
            for n in range(3)
        ]
        units = [(unit, town) for town in towns for unit in (town, *villages[town])]
        made = [
            (
                unit,
                town,
                number,
                _added(work.session, Inspection(jurisdiction=world.place, round_id=number, unit_id=unit)),
            )
            for unit, town in units
            for number in rounds
        ]
        rows = [_row(world.place, 1 + n, *made[n % len(made)], 1 + n // len(made), dice) for n in range(CASES)]
        paused = frozenset(row["id"] for row in rows if row["state"] in UNIT_OWES and dice.random() < 0.03)
        work.session.execute(insert(Case), rows)
        work.session.execute(insert(CaseClock), [_clock(row["id"], paused) for row in rows if row["owes"] == SECRETARY])
        index_all(work.driver)
        work.commit()
        if engine.dialect.name == "postgresql":  # as it does by itself; on SQLite nobody counts rows for the planner
            work.session.execute(text("ANALYZE"))
            work.commit()
    return Ledger(engine, world.place, rows, paused, towns, villages)


def _added(session: Any, row: Any) -> int:
    session.add(row)
    session.flush()
    number: int = row.id
    return number


def _row(
    place: int, case: int, unit: int, town: int, number_of_round: int, inspection: int, number: int, dice: random.Random
) -> dict[str, Any]:
    state = dice.choice(list(OWED))
    due = TODAY + timedelta(days=dice.randint(-30, 60)) if OWED[state] else None
    return {
        "id": case, "jurisdiction": place, "round_id": number_of_round, "inspection_id": inspection, "unit_id": unit,
        "answerable_id": town, "number": str(number), "problem": f"{'罕见' if case % 100 == 0 else '常见'}的第{case}个问题",
        "category": f"方面{case % 7}", "responsible": f"王{case % 9}", "detail": "路灯不亮" * 5, "words": "w", "fed_back_on": TODAY, "kind": dice.choice(KINDS), "state": state, "version": 1,
        "shown_version": 1, "entered": 1, "state_due_on": due, "due_on": due, "owes": OWED[state],
        "owed_on": TODAY + timedelta(days=dice.randint(-30, 60)) if state == "escalated" else None,
        "flagged": "overdue" if dice.random() < 0.02 else "",
        "settled_at": datetime(2026, 3, 5, tzinfo=UTC) if state in SETTLED else None,
    }  # fmt: skip


def _clock(case: int, paused: frozenset[int]) -> dict[str, Any]:
    days = dict.fromkeys(("started_on", "due_on", "first_due_on"), TODAY)
    said = {"case_id": case, "name": "rectify", "period": 1, "owes": SECRETARY, **days}
    return {**said, "paused_since": TODAY if case in paused else None}


class Watched(Driver):
    """Notes what it is asked."""

    asked: list[tuple[str, Sequence[Any]]]

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Note the question and answer it."""
        self.asked.append((sql, params))
        return super().all(sql, params)


# A table read from end to end: in SQLite's words, and in PostgreSQL's, which does so only where no index serves.
# Few rows that are known beforehand are found by more than the jurisdiction they are in.
UNINDEXED = re.compile(
    r"SCAN (c|cases|clocks|trail|k)$|SEARCH cases USING .*\(jurisdiction=\?\)$|Seq Scan on (cases|clocks)", re.MULTILINE
)
# All rows sorted before the first is given out; within a unit that is a matter of a few hundred.
SORTED = re.compile(r"USE TEMP B-TREE FOR ORDER BY|(?<!Incremental )Sort  \(")
Wish = Callable[[Ledger], Ask]
QUESTIONS: dict[str, Wish] = {
    "all": lambda one: one.ask(),
    "by number": lambda one: one.ask(sort="number"),
    "down": lambda one: one.ask(sort="-state_due"),
    "by aspect": lambda one: one.ask(sort="category"),
    "down by responsible": lambda one: one.ask(sort="-responsible"),
    "by unit": lambda one: one.ask(sort="unit"),
    "down by round": lambda one: one.ask(sort="-round"),
    "by state": lambda one: one.ask(sort="state"),
    "down by state": lambda one: one.ask(sort="-state"),
    "of one responsible": lambda one: one.ask(responsible="王3"),
    "of a round": lambda one: one.ask(round=one.rows[1]["round_id"]),
    "of a town with its villages": lambda one: one.ask(unit=one.towns[3]),
    "of a village": lambda one: one.ask(unit=one.villages[one.towns[3]][1]),
    "in a state": lambda one: one.ask(state="rectifying"),
    "in a state by number": lambda one: one.ask(state="rectifying", sort="number"),
    "open": lambda one: one.ask(state="open"),
    "of a kind": lambda one: one.ask(kind="standing"),
    **{f"lamp {lamp}": partial(Ledger.ask, lamp=lamp) for lamp in LAMPS},
    "flagged": lambda one: one.ask(marks=frozenset({"flagged"})),
    "due between": lambda one: one.ask(due_from=TODAY, due_to=TODAY + timedelta(days=3)),
    "common words": lambda one: one.ask(text="路灯"),
    "rare words": lambda one: one.ask(text="罕见"),
    "rare words by number": lambda one: one.ask(text="罕见", sort="number"),
    "of somebody's units": lambda one: one.ask(of_units(one.towns[2])),
    "of somebody's units, of one of them": lambda one: one.ask(of_units(one.towns[2], one.towns[3]), unit=one.villages[one.towns[2]][0]),
    "led by somebody": lambda one: one.ask(Scope.of([Reach((), (one.rows[7]["inspection_id"], one.rows[8]["inspection_id"]))])),
    "of one round": lambda one: one.ask(Scope.of([Reach(everywhere=True, rounds=(one.rows[7]["round_id"],))])),
    "of somebody's units in one round": lambda one: one.ask(Scope.of([Reach((one.towns[2], one.towns[3]), rounds=(one.rows[7]["round_id"],))])),
    "of a unit, and all of one round": lambda one: one.ask(
        Scope.of([Reach((one.towns[2],)), Reach(everywhere=True, rounds=(one.rows[7]["round_id"],))])
    ),
    "of what a unit answers for": lambda one: one.ask(Scope.of([Reach((one.towns[2],), answering=True)])),
    "of nobody": lambda one: one.ask(Scope()),
    "much at once": lambda one: one.ask(of_units(one.towns[2]), state="rectifying", kind="focused", lamp="late", text="问题"),
}  # fmt: skip


PLAIN = {"category": "category", "responsible": "responsible", "unit": "unit_id", "round": "round_id"}


def of_units(*units: int) -> Scope:
    return Scope.of([Reach(units)])


def expected(ledger: Ledger, ask: Ask) -> list[int]:
    """Return what must be found, in order, without a database."""
    rows = [row for row in ledger.rows if _fits(ledger, ask, row)]
    sort, down = ask.filters.sort.removeprefix("-"), ask.filters.sort.startswith("-")
    if sort in PLAIN:
        rows.sort(key=lambda row: (row[PLAIN[sort]], row["id"]), reverse=down)
    elif sort == "number":
        rows.sort(key=lambda row: (row["unit_id"], row["inspection_id"], int(row["number"])))
    elif down:
        place = [*STATES].index
        rows.sort(
            key=lambda row: (
                -place(row["state"]) if sort == "state" else row["settled_at"] is not None,
                row["state_due_on"] is None,
                -(row["state_due_on"] or date.min).toordinal(),
                -row["id"],
            )
        )
    elif sort == "state":
        rows.sort(key=lambda row: ([*STATES].index(row["state"]), row["state_due_on"] or date.max, row["id"]))
    elif ask.filters.lamp == "late_or_escalated":
        rows.sort(key=lambda row: (_lit(ledger, row) or date.max, row["id"]))
    else:
        rows.sort(key=lambda row: (row["settled_at"] is not None, row["state_due_on"] or date.max, row["id"]))
    return [row["id"] for row in rows]


def _lit(ledger: Ledger, row: dict[str, Any]) -> date | None:
    """Return the day of the lamp."""
    owing = row["state"] in UNIT_OWES and row["id"] not in ledger.paused
    lit: date | None = row["owed_on"] if row["state"] == "escalated" else row["state_due_on"] if owing else None
    return lit


def _reached(one: Reach, row: dict[str, Any]) -> bool:
    found = [row["answerable_id"] in one.units, row["inspection_id"] in one.inspections, one.everywhere]
    found += [] if one.answering else [row["unit_id"] in one.units]
    return any(found) and (not one.rounds or row["round_id"] in one.rounds)


def _fits(ledger: Ledger, ask: Ask, row: dict[str, Any]) -> bool:
    filters, scope, due = ask.filters, ask.scope, row["state_due_on"]
    own = any(_reached(one, row) for one in scope.reaches)
    stands = row["id"] in ledger.paused
    owing = row["state"] in UNIT_OWES
    lit = _lit(ledger, row)
    lamps = {
        "": True,
        "late": lit is not None and lit < TODAY,
        "late_or_escalated": row["state"] == "escalated" or (lit is not None and lit < TODAY),
        "near": lit is not None and TODAY <= lit <= ask.near,
        "ok": lit is not None and lit > ask.near and owing and not row["flagged"],
        "paused": owing and stands,
        "office": row["owes"] == OFFICE and row["settled_at"] is None and due < TODAY if due else False,
    }
    return (
        own
        and filters.round in (None, row["round_id"])
        and filters.unit in (None, row["unit_id"], row["answerable_id"])
        and (
            not filters.state
            or filters.state == row["state"]
            or (filters.state == "open" and row["settled_at"] is None)
        )
        and filters.kind in ("", row["kind"])
        and lamps[filters.lamp]
        and ("flagged" not in filters.marks or bool(row["flagged"]))
        and (filters.due_from is None or (due is not None and due >= filters.due_from))
        and (filters.due_to is None or (due is not None and due <= filters.due_to))
        and filters.responsible in (None, row["responsible"])
        and filters.text in f"{row['problem']}{row['detail']}"
    )


def _walked(driver: Driver, ask: Ask) -> list[list[LedgerLine]]:
    pages, after = [], ""
    while True:
        page = page_of(driver, ask, PAGE, after=after)
        pages.append(page.lines)
        if page.last is None:
            return pages
        after = page.last


@pytest.mark.parametrize("name", QUESTIONS)
def test_pages_one_after_another_are_the_whole_ledger_in_its_order(ledger: Ledger, name: str) -> None:
    ask = QUESTIONS[name](ledger)
    with reading(ledger.engine) as work:
        driver = work.driver
        pages = _walked(driver, ask)
        assert [line.id for page in pages for line in page] == expected(ledger, ask)
        assert counts_of(driver, ask) == (len(expected(ledger, ask)),) * 2, "none is void"
    assert all(len(page) == PAGE for page in pages[:-1])


@pytest.mark.parametrize(
    "name",
    ["all", "by number", "down", "by aspect", "down by state", "in a state", "rare words", "lamp late_or_escalated"],
)
def test_going_back_shows_the_pages_that_were_there(ledger: Ledger, name: str) -> None:
    ask = QUESTIONS[name](ledger)
    with reading(ledger.engine) as work:
        driver = work.driver
        forwards = _walked(driver, ask)
        page = page_of(driver, ask, PAGE)
        while page.last is not None:
            page = page_of(driver, ask, PAGE, after=page.last)
        backwards = [page.lines]
        while page.first is not None:
            page = page_of(driver, ask, PAGE, before=page.first)
            backwards.append(page.lines)
    assert [[line.id for line in lines] for lines in reversed(backwards)] == [
        [line.id for line in lines] for lines in forwards
    ]


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_export_is_what_the_pages_show(ledger: Ledger, name: str) -> None:
    ask = QUESTIONS[name](ledger)
    with reading(ledger.engine) as work:
        rows = list(lines_of_all(work.driver, ask))
    assert [row["id"] for row in rows] == expected(ledger, ask)
    assert CASES > AT_ONCE, "or else only one part of an export would be read"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_page_is_found_by_an_index(ledger: Ledger, name: str) -> None:
    ask = QUESTIONS[name](ledger)
    with reading(ledger.engine) as work:
        driver = watched(work)
        first = page_of(driver, ask, PAGE)
        if first.last:
            page_of(driver, ask, PAGE, after=first.last)
            page_of(driver, ask, PAGE, before=first.last)
        plans = [plan_of(driver, sql, params) for sql, params in list(driver.asked)]
    # Where few rows lead (found by an index of their own), putting those few in order is cheap.
    assert [plan for plan in plans if UNINDEXED.search(plan) and "few0" not in plan] == []


AFTER = {
    "by number": '[0, 9, 9, 1, "9"]', "by aspect": '[0, "方面3", 17]', "down by responsible": '[0, "王3", 17]', "by unit": "[0, 9, 17]", "down by round": "[0, 2, 17]",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("by aspect", "ix_cases_jurisdiction_category_id"),
        ("down by responsible", "ix_cases_jurisdiction_responsible_id"),
        ("by unit", "ix_cases_jurisdiction_unit_id_id"),
        ("down by round", "ix_cases_jurisdiction_round_id_id"),
        ("all", "ix_cases_open"),
        ("open", "ix_cases_open"),
        ("lamp ok", "ix_cases_open"),
        ("in a state", "ix_cases_jurisdiction_state_state_due_on_id"),
        ("down", "ix_cases_open"),
        ("of a round", "ix_cases_jurisdiction_round_id_state_due_on_id"),
        ("flagged", "ix_cases_flagged"),
        ("by number", "ix_cases_jurisdiction_unit_id_id"),
        ("lamp paused", "ix_clocks_paused"),
    ],
)
def test_the_common_orders_are_walked_and_nothing_is_sorted(ledger: Ledger, name: str, index: str) -> None:
    with reading(ledger.engine) as work:
        driver = watched(work)
        page_of(driver, QUESTIONS[name](ledger), PAGE, after=AFTER.get(name, f'[0, "{TODAY}", 17]'))
        sql, params = next(one for one in driver.asked if "substr(c.problem" in one[0])
        plan = plan_of(driver, sql, params)
    assert index in plan
    if name not in ("lamp paused", "flagged"):  # few, and known beforehand
        assert not SORTED.search(plan), plan


def watched(work: Work) -> Watched:
    driver = Watched(work.connection)
    if not driver.sqlite:
        # Five thousand rows are read from end to end as fast as anything: here is asked whether an index could serve.
        driver.run("SET LOCAL enable_seqscan = off")
    driver.asked = []
    return driver


def plan_of(driver: Driver, sql: str, params: Sequence[Any]) -> str:
    explain = "EXPLAIN QUERY PLAN " if driver.sqlite else "EXPLAIN "
    return "\n".join(str(row[-1]) for row in Driver.all(driver, explain + sql, params))


def test_common_words_are_common_and_rare_ones_rare(ledger: Ledger) -> None:
    """What the questions above rely on: one of them leads by its words, the other is looked for among the cases."""
    with reading(ledger.engine) as work:
        counts = [counts_of(work.driver, QUESTIONS[f"{name} words"](ledger))[0] for name in ("common", "rare")]
    assert counts[0] > MANY > counts[1] > 0


UNREADABLE = {
    "state_due": (
        "x", '"2026-03-10"', '[0, "2026-13-45", 1]', '[0, "2026-03-10"]', "[" * 900, "9" * 4000, '[-1, "2026-03-10", 5]', '[9, "2026-03-10", 5]', "[0, null, 5]",
        '[0, "2026-03-10", "٣"]', "\0", '[0, "2026-03-10", 1.5]', '[true, "2026-03-10", 5]', f'[0, "2026-03-10", {1 << 63}]', "NaN", "{}", "[]",
    ),
    "number": ("x", "[0, 1, 2]", '[0, "a", 2, 3, "3"]', "[0, 1, 2, 1, 3]", '[0, 1, 2, 1, "\\u0000"]', '[0, 1, 2, 1, "\\ud800"]', '[0, -1, 2, 1, "3"]'),
    "-category": ("[0, 1, 2]", "[0]", '[1, "x", 2]'),
}  # fmt: skip


@pytest.mark.parametrize(("sort", "place"), [(sort, place) for sort, places in UNREADABLE.items() for place in places])
def test_a_place_that_cannot_be_read_is_the_top(ledger: Ledger, place: str, sort: str) -> None:
    with reading(ledger.engine) as work:
        driver, ask = work.driver, ledger.ask(sort=sort)
        top = page_of(driver, ask, PAGE)
        assert page_of(driver, ask, PAGE, after=place) == top
        assert page_of(driver, ask, PAGE, before=place) == top


def test_a_page_stays_where_it_is_when_its_last_row_moves(ledger: Ledger) -> None:
    ask = ledger.ask()
    with writing(ledger.engine) as work:
        driver = work.driver
        last = page_of(driver, ask, PAGE).last or ""
        next_page = [line.id for line in page_of(driver, ask, PAGE, after=last).lines]
        moved = json.loads(last)[-1]
        driver.run("UPDATE cases SET state_due_on = ? WHERE id = ?", (TODAY + timedelta(days=500), moved))
        assert [line.id for line in page_of(driver, ask, PAGE, after=last).lines] == next_page
        work.rollback()


def test_units_stand_before_their_villages(ledger: Ledger) -> None:
    with reading(ledger.engine) as work:
        driver = work.driver
        every = unit_choices(driver, ledger.place, EVERYTHING)
        own = unit_choices(driver, ledger.place, of_units(ledger.towns[2]))
    place = [unit for unit, _, _ in every].index(ledger.towns[2])
    wanted = [(ledger.towns[2], False), *((village, True) for village in ledger.villages[ledger.towns[2]])]
    assert [(unit, below) for unit, _, below in every[place : place + 4]] == wanted
    assert [(unit, below) for unit, _, below in own] == wanted


def test_of_very_many_units_only_the_upper_ones_are_offered(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.reads.ledger.choices.MOST_UNITS", 30)
    with reading(ledger.engine) as work:
        every = unit_choices(work.driver, ledger.place, EVERYTHING)
    assert {unit for unit, _, _ in every} >= set(ledger.towns)
    assert not any(below for _, _, below in every)
    assert MOST_UNITS > 30


def test_rounds_are_those_of_the_scope_the_latest_first(ledger: Ledger) -> None:
    first = ledger.rows[0]
    with reading(ledger.engine) as work:
        driver = work.driver
        every = [name for _, name in round_choices(driver, ledger.place, EVERYTHING)]
        led = [
            number
            for number, _ in round_choices(driver, ledger.place, Scope.of([Reach((), (first["inspection_id"],))]))
        ]
        assert units_not_there(driver, ledger.place, ["第3镇党委", "没有的党委"]) == ["没有的党委"]
        assert units_not_there(driver, ledger.place, []) == []
    assert every == ["第2轮", "第1轮", "第0轮", "一轮"]
    assert led == [first["round_id"]]


def test_another_jurisdiction_sees_nothing_of_this_one(ledger: Ledger) -> None:
    with reading(ledger.engine) as work:
        driver = work.driver
        for question in QUESTIONS.values():
            ask = replace(question(ledger), jurisdiction=ledger.place + 1)
            assert page_of(driver, ask, PAGE).lines == []
            assert counts_of(driver, ask) == (0, 0)
