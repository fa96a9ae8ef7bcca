"""The sentences that offices have published come out of the figures to the last digit, each as a jurisdiction of its own, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from figures.counting import count
from figures.grouping import HEADLINE, TABLES, levels, lines_of
from figures.printed import PRINTED, printed
from figures.table import share
from papers.filling.counting import achieved, by_units, overview
from papers.filling.counting import clues as clues_said
from papers.kinds import KINDS
from papers.tally import Tally, tally
from storage.engine import open_engine, reading, writing
from storage.reads.other_figures import clues_of
from storage.reads.standings import AsOf, Counting, ids_of
from storage.setup import create_all
from storage.standings import ROW
from storage.work import Work
from tests import databases

pytestmark = pytest.mark.both

TODAY = date(2026, 11, 24)
UNIT_OF = 100
"""So many cases each unit has at most."""


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield an empty database for all sentences of a kind."""
    folder: Path = tmp_path_factory.mktemp("published")
    url = databases.fresh_sqlite(folder) if request.param == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    create_all(engine)
    with writing(engine) as work:
        work.driver.run("INSERT INTO profiles (hash, name, version, body) VALUES ('h', 'county', 1, '{}')")
        work.commit()
    yield engine
    engine.dispose()
    if request.param == "postgres":
        databases.drop(url)


class Told:
    """Rows of one sentence: so many cases of each sort, written as moves would have left them."""

    def __init__(self, work: Work) -> None:
        self.work, self.driver = work, work.driver
        self.place = self._next("jurisdictions")
        self.driver.run(
            "INSERT INTO jurisdictions (id, code, name, rehearsal) VALUES (?, ?, 'x', ?)",
            (self.place, f"p{self.place}", True),
        )
        self.round = self._next("rounds")
        self.driver.run(
            "INSERT INTO rounds (id, jurisdiction, name, profile) VALUES (?, ?, '第一轮', 'h')",
            (self.round, self.place),
        )

    def _next(self, table: str) -> int:
        row = self.driver.one(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}")
        assert row
        return int(row[0])

    def unit(self, name: str = "城伯镇") -> int:
        """Make a unit with its inspection."""
        number = self._next("units")
        self.driver.run(
            "INSERT INTO units (id, jurisdiction, name, sort) VALUES (?, ?, ?, 'town')", (number, self.place, name)
        )
        sql = "INSERT INTO inspections (id, jurisdiction, round_id, unit_id) VALUES (?, ?, ?, ?)"
        self.driver.run(sql, (number, self.place, self.round, number))
        return number

    def cases(self, unit: int, how_many: int, state: str, **more: Any) -> list[int]:
        """Make cases in a state; what is not said of them is as at their birth."""
        first = self._next("cases")
        numbers = list(range(first, first + how_many))
        case = {
            "jurisdiction": self.place, "round_id": self.round, "inspection_id": unit, "unit_id": unit, "answerable_id": unit,
            "fed_back_on": date(2026, 3, 2), "kind": "focused", "state": state, "void": False, "taken_over_as": None, "split_from": None,
            "cycle": 1, "flagged": "", "due_on": None, "submitted_on": None, "verified_on": None, "extended": False, "went_on": False,
            "plan_returns": 0, "returns": 0, "escalations": 0, "planned": 0, **more,
        }  # fmt: skip
        late_from = case.pop("late_from", None)
        settled = 1 if state in ("publicized", "withheld", "withdrawn") else None
        given = {
            **case, "problem": "问题", "words": "", "version": 1, "shown_version": 1, "entered": 1, "rung": "", "objections": 0, "returns_since": 0,
            "extensions": 0, "plan_approved": False, "from_escalated": False, "unsigned": 0, "passed_on": False, "settled_at": settled,
            **dict.fromkeys(("category", "detail", "basis", "amount", "responsible", "department", "person", "measures_said", "said", "note"), ""),
        }  # fmt: skip
        columns = ("id", "number", *given)
        self._put("cases", columns, [(number, str(number), *given.values()) for number in numbers])
        stood = {"entry": 0, "version": 1, "from_at": 0, **case, "late_from": late_from}
        self._put("standings", ROW, [[number, *(stood[name] for name in ROW[1:])] for number in numbers])
        return numbers

    def results(self, case: int, **amounts: int) -> None:
        """Say what was achieved in a case."""
        rows = [(case, 1, kind, amount) for kind, amount in amounts.items()]
        self._put("results", ("case_id", "version", "kind", "amount"), rows)

    def clues(self, handed: int, answered: int) -> None:
        """Hand over clues, some of them answered."""
        first = self._next("clues")
        day = date(2026, 4, 1)
        rows = [
            (
                first + at,
                self.place,
                self.round,
                f"X{first + at}",
                "县纪委监委",
                day,
                date(2026, 7, 1),
                *([day] * 2 if at < answered else [None] * 2),
            )
            for at in range(handed)
        ]
        columns = (
            "id",
            "jurisdiction",
            "round_id",
            "number",
            "receiver",
            "handed_on",
            "due_on",
            "replied_on",
            "closed_on",
        )
        self._put("clues", columns, rows)

    def _put(self, table: str, columns: Any, rows: Any) -> None:
        self.driver.put(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)

    def tally(self) -> Tally:
        """Count as reports do, as of today."""
        return tally(self.driver, KINDS["period_report"], self.place, (date(2026, 10, 26), TODAY), TODAY, self.round)

    def say(self, *names: str, **ways: str) -> dict[str, Any]:
        """Return figures; and see that behind each number stand so many cases."""
        counting = Counting(tuple(sorted(ways.items())))
        of = AsOf(self.place, TODAY, TODAY, counting=counting)
        found = count(self.driver, of, names)
        for name in names:
            if found[name] is not None and name in (
                "of",
                "done",
                "basic",
                "extended",
                "unfinished",
                "overdue",
                "at_once_of",
            ):
                assert len(self.driver.all(*ids_of(self.driver, name, of))) == found[name]
        return {name: str(found[name]) if name.endswith("rate") else found[name] for name in names}


@pytest.fixture
def told(house: Engine) -> Iterator[Told]:
    """Yield a sentence to be told; nothing of it stays."""
    with writing(house) as work:
        yield Told(work)
        work.rollback()


@pytest.mark.parametrize(
    ("of", "done", "rate", "clues", "answered", "clue_rate"),
    [
        (2765, 2624, "94.90", 0, 0, None),
        (7862, 7764, "98.75", 313, 312, "99.68"),
        (689, 644, "93.47", 0, 0, None),
        (408, 393, "96.32", 220, 167, "75.91"),
        (9, 9, "100.00", 0, 0, None),
    ],
)  # fmt: skip
def test_rates_are_as_offices_round_them(
    told: Told, of: int, done: int, rate: str, clues: int, answered: int, clue_rate: str | None
) -> None:
    unit = told.unit()
    told.cases(unit, done, "publicized")
    told.cases(unit, of - done, "rectifying")
    told.clues(clues, answered)
    assert told.say("of", "done", "rate") == {"of": of, "done": done, "rate": rate}
    found = clues_of(told.driver, AsOf(told.place, TODAY, TODAY))
    assert [(one.handed, one.closed, str(share(one.closed, one.handed))) for one in found] == (
        [(clues, answered, clue_rate)] if clues else []
    )
    counted = told.tally()
    per_cent = "100%" if of == done else f"{rate}%"
    rest = f"未办结的{of - done}个问题中，未完成{of - done}个。" if of > done else ""
    assert "".join(overview(counted)) == f"应整改问题{of}个，已整改{done}个，整改完成率{per_cent}。{rest}"
    assert "".join(clues_said(counted)) == (
        f"移交问题线索{clues}件，已办结{answered}件，办结率{clue_rate}%，逾期未复{clues - answered}件。"
        if clues
        else ""
    )


def test_basically_done_and_extended_stand_apart_and_count_as_is_chosen(told: Told) -> None:
    """697 = 688 + 4 + 5: 98.71 %; 471 = 453 + 18: 96.18 %, 3.82 % extended. What is switched is what the two sentences disagree on."""
    unit = told.unit()
    accepted = told.cases(unit, 688, "verified")
    told.cases(unit, 4, "rectifying", kind="continuing", went_on=True)
    told.cases(unit, 5, "rectifying")
    for case, kind, fen in zip(
        accepted,
        ("money_cleared", "money_repaid", "money_recovered"),
        (66_570_000, 146_000_000, 1_369_500_000),
        strict=False,
    ):
        told.results(case, **{kind: fen})
    told.results(accepted[9], rules_new=589)
    assert told.say("of", "done", "basic", "unfinished", "rate", "rules_new") == {
        "of": 697, "done": 688, "basic": 4, "unfinished": 5, "rate": "98.71", "rules_new": 589,
    }  # fmt: skip
    assert told.say("money_cleared", "money_repaid", "money_recovered") == {
        "money_cleared": 66_570_000, "money_repaid": 146_000_000, "money_recovered": 1_369_500_000,
    }  # fmt: skip
    assert "".join(overview(told.tally())) == (
        "应整改问题697个，已整改688个，整改完成率98.71%。未办结的9个问题中，基本完成并持续整改4个，未完成5个。"
    )
    assert "".join(achieved(told.tally())) == (
        "已验收销号的问题中，新建制度589项，清理资金66.57万元，清退资金146.00万元，挽回资金1369.50万元。"
    )
    assert told.say("of", "done", "rate", basic="done") == {"of": 697, "done": 692, "rate": "99.28"}
    assert told.say("of", "done", "rate", basic="out") == {"of": 693, "done": 688, "rate": "99.28"}


def test_extensions_are_a_share_of_all(told: Told) -> None:
    unit = told.unit()
    told.cases(unit, 453, "withheld")
    told.cases(unit, 18, "rectifying", extended=True)
    assert told.say("of", "done", "extended", "rate") == {"of": 471, "done": 453, "extended": 18, "rate": "96.18"}
    assert str(share(18, 471)) == "3.82"
    assert (
        "".join(overview(told.tally()))
        == "应整改问题471个，已整改453个，整改完成率96.18%。未办结的18个问题中，延期18个。"
    )
    assert told.say("of", "done", "rate", extended="out") == {"of": 453, "done": 453, "rate": "100.00"}


def test_units_at_a_hundred_per_cent_and_below_eighty(told: Told) -> None:
    """297 organisations: 51 put all right, 4 less than 80 %."""
    for at in range(297):
        unit = told.unit(f"第 {at} 村")
        done = 10 if at < 51 else 7 if at < 55 else 9
        told.cases(unit, done, "publicized")
        if done < 10:
            told.cases(unit, 10 - done, "rectifying")
    lines = lines_of(told.driver, AsOf(told.place, TODAY, TODAY), TABLES["unit"])
    assert "".join(by_units(told.tally())) == (
        "有应整改问题的297个党组织中，整改完成率100%的51个，低于90%的4个（其中低于80%的4个）。"
    )
    of = AsOf(told.place, TODAY, TODAY)
    top = count(told.driver, of, HEADLINE)
    for name in (name for name, made in PRINTED.items() if made.adds_up):
        whole = printed(told.driver, of, name).whole
        assert {figure: whole[figure] for figure in HEADLINE} == {figure: top[figure] for figure in HEADLINE}, name
    assert levels(lines) == {"units": 297, "whole": 51, "below_90": 4, "below_80": 4}


def test_at_once(told: Told) -> None:
    unit = told.unit()
    told.cases(unit, 35, "verified", kind="at_once")
    told.cases(unit, 6, "rectifying", kind="at_once")
    told.cases(unit, 3, "rectifying")
    said = told.say("at_once_of", "at_once_done", "at_once_rate")
    assert said == {"at_once_of": 41, "at_once_done": 35, "at_once_rate": "85.37"}
    assert "立行立改问题应整改41个，已整改35个，完成率85.37%。" in list(overview(told.tally()))


def test_a_township_adds_up_with_its_villages(told: Told) -> None:
    """22 problems of the town and 244 of 30 villages are 266."""
    told.cases(told.unit("镇"), 22, "rectifying")
    for at in range(30):
        told.cases(told.unit(f"{at} 村"), 8 + (at < 4), "rectifying")
    assert told.say("of") == {"of": 266}


def test_money_closes(told: Told) -> None:
    """251,023.54 = 215,587.84 accepted + 35,435.70 open, 50 items = 40 + 10: what is only stated is not counted yet."""
    unit = told.unit()
    done, waiting = told.cases(unit, 40, "publicized"), told.cases(unit, 10, "submitted")
    told.results(done[0], money_recovered=21_558_784)
    told.results(waiting[0], money_recovered=3_543_570)
    assert told.say("of", "done", "unfinished", "money_recovered") == {
        "of": 50, "done": 40, "unfinished": 10, "money_recovered": 21_558_784,
    }  # fmt: skip
    assert 21_558_784 + 3_543_570 == 25_102_354


def test_a_term_of_nothing_settled_and_the_withdrawn_and_void(told: Told) -> None:
    """2,554 problems; what was withdrawn or void counts in no denominator, and the four kinds of what is open add up with what is done."""
    unit = told.unit()
    told.cases(unit, 2554, "verified")
    told.cases(unit, 3, "withdrawn")
    told.cases(unit, 2, "withdrawn", void=True)
    told.cases(unit, 2, "escalated", kind="standing", late_from=date(2026, 11, 23))
    told.cases(unit, 1, "feedback", late_from=TODAY)
    said = told.say("problems", "of", "done", "basic", "standing", "extended", "unfinished", "overdue")
    assert said == {
        "problems": 2560,
        "of": 2557,
        "done": 2554,
        "basic": 0,
        "standing": 2,
        "extended": 0,
        "unfinished": 1,
        "overdue": 2,
    }


def test_a_ballot_adds_up_to_a_hundred() -> None:
    assert [str(share(part, 2221)) for part in (2120, 96, 5)] == ["95.45", "4.32", "0.23"]
    assert sum((2120, 96, 5)) == 2221
    assert share(1, 0) is None
    assert str(share(1, 800)) == "0.13"


def test_nothing_is_counted_of_nothing(house: Engine) -> None:
    with reading(house) as work:
        assert count(work.driver, AsOf(999, TODAY, TODAY), ("of", "rate")) == {"of": 0, "done": 0, "rate": None}
