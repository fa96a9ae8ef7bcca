"""Looks that are made together: one statement for what they ask at the same time, and the same answers as one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from storage.engine import reading
from storage.looks import Looks, in_one
from storage.sql import Driver, Question
from tests.web.statements import listening
from tests.world import World

# What columns hold: numbers, words, nothing, days, bytes, yes and no; in an order, with a limit, out of a WITH.
QUESTIONS: dict[str, Question] = {
    "rows in an order": ("SELECT id, name FROM units WHERE jurisdiction = ? ORDER BY name DESC, id", (1,)),
    "the first of an order": ("SELECT id FROM units WHERE name <> ? ORDER BY id DESC LIMIT 3", ("，",)),
    "two columns of one name": ("SELECT u.name, a.name, 'x', NULL FROM units u JOIN units a ON a.id = u.parent_id ORDER BY u.id", ()),
    "days": ("SELECT unit_id, starts_on, ends_on FROM posts WHERE starts_on <= ? OR starts_on IS NULL ORDER BY id", (date(2030, 1, 1),)),
    "bytes": ("SELECT idx, body, leaf, about FROM trail ORDER BY idx", ()),
    "yes and no": ("SELECT entered, 1 < 2, id IN (1, 2) FROM cases ORDER BY id", ()),
    "nothing": ("SELECT id, name, email FROM people WHERE id = ?", (-1,)),
    "a WITH": ("WITH few AS (SELECT id FROM units WHERE id > ?) SELECT COUNT(*), MAX(id) FROM few", (2,)),
    "two queries": ("SELECT id, 'unit (' FROM units WHERE id < ? UNION SELECT id, ',' FROM people ORDER BY 1, 2", (9,)),
}  # fmt: skip


def asked(driver: Driver, question: Question) -> list[Any]:
    return driver.all(*question)


def test_questions_of_one_statement_are_answered_as_each_by_itself(world: World) -> None:
    with reading(world.engine) as work:
        alone = [work.driver.all(*question) for question in QUESTIONS.values()]
    with listening(world.engine) as heard, reading(world.engine) as work:
        looks = Looks(work.driver)
        found = [looks.at(asked, question) for question in QUESTIONS.values()]
        together = [one() for one in found]
    assert together == alone
    assert [bool(rows) for rows in alone].count(False) <= 2
    assert len(heard) == 1


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_can_stand_beside_a_wider_one(world: World, name: str) -> None:
    wide: Question = ("SELECT 1, 2, 3, 4, 5, 6, 7 FROM jurisdictions", ())
    with reading(world.engine) as work:
        looks = Looks(work.driver)
        first, then = looks.at(asked, QUESTIONS[name]), looks.at(asked, wide)
        assert first() == work.driver.all(*QUESTIONS[name])
        assert then() == [(1, 2, 3, 4, 5, 6, 7)]


def chain(driver: Driver, begin: int, long: int) -> int:
    """Ask several questions, each with the answer to the one before."""
    at = begin
    for _ in range(long):
        row = driver.one("SELECT ? + 1", (at,)) if driver.sqlite else driver.one("SELECT CAST(? AS BIGINT) + 1", (at,))
        assert row
        at = row[0]
    return at


def test_there_are_so_many_statements_as_the_longest_look_asks(world: World) -> None:
    with listening(world.engine) as heard, reading(world.engine) as work:
        looks = Looks(work.driver)
        found = [looks.at(chain, 10 * place, long) for place, long in enumerate((3, 1, 4, 2))]
        assert [one() for one in found] == [3, 11, 24, 32]
    assert len(heard) == 4


def test_what_is_asked_twice_is_asked_once(world: World) -> None:
    with listening(world.engine) as heard, reading(world.engine) as work:
        looks = Looks(work.driver)
        found = [looks.at(chain, 5, 2), looks.at(chain, 5, 2), looks.at(chain, 6, 1)]
        assert [one() for one in found] == [7, 7, 7]
    assert len(heard) == 1  # at first 5 + 1 and 6 + 1; then the same 6 + 1 again, which is known


def test_a_look_may_go_on_with_what_another_found_and_look_round_itself(world: World) -> None:
    def both(driver: Driver, begin: Callable[[], int]) -> list[int]:
        within = Looks(driver)
        found = [within.at(chain, begin(), 2), within.at(chain, 0, 1)]
        return [one() for one in found]

    with listening(world.engine) as heard, reading(world.engine) as work:
        looks = Looks(work.driver)
        first = looks.at(chain, 100, 2)
        second = looks.at(both, first)
        beside = looks.at(chain, 7, 1)
        assert (second(), beside(), first()) == ([104, 1], 8, 102)
    assert len(heard) == 4


def test_outside_of_a_look_the_driver_answers_at_once_and_remembers(world: World) -> None:
    with listening(world.engine) as heard, reading(world.engine) as work:
        looks = Looks(work.driver)
        assert (looks.at(chain, 1, 2)(), chain(looks.driver, 1, 3), chain(looks.driver, 1, 3)) == (3, 4, 4)
        assert [one() for one in (Looks(looks.driver).at(chain, 1, 3),)] == [4]
    assert len(heard) == 3


class NotThere(Exception):
    pass


def test_what_a_look_raises_is_raised_to_who_asked(world: World) -> None:
    def fails(driver: Driver) -> None:
        raise NotThere(driver.one("SELECT 'x'"))

    with reading(world.engine) as work:
        looks = Looks(work.driver)
        looks.at(chain, 1, 1)
        found = looks.at(fails)
        with pytest.raises(NotThere):
            found()


def test_questions_of_another_width_are_filled_up_where_rows_must_be_alike() -> None:
    narrow, wide = ("SELECT f(a, b), ',(' FROM t", (1,)), ("SELECT a, (SELECT b, c FROM u), d FROM t", (2, 3))
    sql, params = in_one([narrow, wide], sqlite=True)
    assert sql == (
        "SELECT 0, asked.*, NULL FROM (SELECT f(a, b), ',(' FROM t) asked "
        "UNION ALL SELECT 1, asked.* FROM (SELECT a, (SELECT b, c FROM u), d FROM t) asked"
    )
    assert params == [1, 2, 3]
