"""Search in Chinese: what is found by what, on both databases alike, and any text is only text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage import migrate
from storage.engine import open_engine, reading, writing
from storage.search import LONGEST_QUERY, MOST_WORDS, found_by, index_all, words_of
from tests import databases
from tests.world import BUREAU, TOWN, World, usual_answers, usual_materials
from workflow.engine import fire
from workflow.subject import Birth, Intent

HOSTILE = (
    '"', "'", '"路灯', "' OR 1=1 --", "路灯 OR 不存在", "路灯 AND NOT 不存在", "NEAR(路灯 不亮)", "case_words:路灯", "words : 路灯",
    "路*", "^路灯", "-路灯", "路灯:*", "!路灯", "路灯 | 井盖", "路灯 & 井盖", "(路灯", "路灯)", "<->", "路灯 <-> 不亮", "\\", "%", "_", "?",
    "路\0灯", "\0", "\ud800", "{路灯}", "[路灯]", "路灯;DROP TABLE cases", "路灯" * 5_000, "a" * 10_000, " " * 10_000, "1" * 10_000,
    "灯 " * 5_000, "\u202e路灯", "🏮", "ﷺ" * 300,
)  # fmt: skip


def bear(world: World, *problems: tuple[str, str], unit: str = TOWN, start: int = 1) -> list[int]:
    """Feed problems back by one batch: problem and detail each, numbered from `start`."""
    with writing(world.engine) as work:
        inspection = world.inspect(work, unit)
        births = [
            Birth(
                inspection,
                world.round_id,
                world.units[unit],
                world.units[unit],
                str(number),
                problem,
                detail=detail,
            )
            for number, (problem, detail) in enumerate(problems, start)
        ]
        answers, papers = usual_answers("feed_back", world.today), usual_materials("feed_back")
        intents = [Intent("feed_back", birth=birth, answers=answers, materials=papers) for birth in births]
        outcomes = fire(work, intents, world.actor("office"), world.now)
        work.commit()
    assert all(one.outcome == "done" for one in outcomes), outcomes
    return [one.case or 0 for one in outcomes]


def found(engine: Engine, asked: str) -> set[int]:
    with reading(engine) as work:
        driver = work.driver
        return {row[0] for row in driver.all(*found_by(driver, asked))}


@dataclass(frozen=True)
class Town:
    """A migrated house with three problems: a lamp, a manhole, and what a bureau ate."""

    world: World
    cases: list[int]

    def finds(self, asked: str) -> set[int]:
        """Return which of the three a text finds."""
        return {self.cases.index(case) for case in found(self.world.engine, asked)}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("search")
    url = databases.fresh_sqlite(folder) if request.param == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    migrate.upgrade(engine)
    world = World(engine, folder).found()
    cases = bear(world, ("路灯不亮", "背街损坏17盏"), ("井盖缺失", "二〇二〇年POS机采购未入账，𰻞面馆门前3处"))
    yield Town(world, cases + bear(world, ("公务接待超标", "涉及金额126000元"), unit=BUREAU, start=31))
    engine.dispose()
    if request.param == "postgres":
        databases.drop(url)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("路灯", {0}),
        ("不亮", {0}),
        ("灯", {0}),
        ("亮", {0}),
        ("路灯不亮", {0}),
        ("灯路", set()),
        ("路亮", set()),
        ("井盖", {1}),
        ("镇党", {0, 1}),
        ("城伯镇党委", {0, 1}),
        ("水利局", {2}),
        ("水利局 公务接待", {2}),
        ("城伯镇 公务接待", set()),
        ("17", {0}),
        ("１７", {0}),
        ("7", set()),
        ("126000", {2}),
        ("pos", {1}),
        ("POS机", {1}),
        ("ＰＯＳ", {1}),
        ("p", {1}),
        ("二〇二〇", {1}),
        ("〇", {1}),
        ("31", {2}),
        ("灯。不亮", {0}),
        ("不亮，路灯", {0}),
        ("𰻞", {1}),
        ("全部", set()),
    ],
)
def test_cases_are_found_by_their_words(town: Town, asked: str, expected: set[int]) -> None:
    assert town.finds(asked) == expected


def test_a_birth_that_is_taken_back_is_not_found(world: World) -> None:
    with writing(world.engine) as work:
        birth = Birth(world.inspect(work, TOWN), world.round_id, world.units[TOWN], world.units[TOWN], "1", "路灯不亮")
        intent = Intent(
            "feed_back",
            birth=birth,
            answers=usual_answers("feed_back", world.today),
            materials=usual_materials("feed_back"),
        )
        assert fire(work, [intent], world.actor("office"), world.now)[0].outcome == "done"
        driver = work.driver
        assert len(driver.all(*found_by(driver, "路灯"))) == 1
        work.rollback()
    assert found(world.engine, "路灯") == set()


def test_all_of_a_large_batch_are_found(world: World) -> None:
    cases = bear(world, *((f"第{number}处路灯不亮", "") for number in range(230)))
    assert found(world.engine, "路灯") == set(cases)
    assert found(world.engine, "处路灯 229") == {cases[229], cases[228]}


@pytest.mark.parametrize("asked", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_question_is_only_text(town: Town, asked: str) -> None:
    letters = [sign for sign in unicodedata.normalize("NFKC", asked) if sign.isalnum()]
    assert town.finds(asked) <= ({0} if letters else set())


@settings(max_examples=150, deadline=None)
@given(asked=st.text(max_size=40) | st.text(alphabet="路灯不亮 \"'*:()&|!<->\\AND", max_size=20))
@example(asked="路灯:* & !亮")
def test_no_text_breaks_the_question(town: Town, asked: str) -> None:
    assert town.finds(asked) <= {0, 1, 2}


def test_both_databases_are_asked_for_the_same_words() -> None:
    assert words_of("路灯不亮，POS机17台") == "路灯 灯不 不亮 亮 pos 机 17 台"
    assert words_of("3", "城伯镇", "灯") == "3 城伯 伯镇 镇 灯"
    assert words_of("ﬁ Ａ１ Straße é") == "fi a1 strasse é"
    assert words_of("", "！，") == ""


def test_a_long_text_is_indexed_as_far_as_postgres_keeps_places() -> None:
    words = words_of("灯" * 40_000).split()
    assert len(words) == MOST_WORDS
    assert LONGEST_QUERY < MOST_WORDS


def test_the_end_of_the_longest_text_is_found_by_what_stands_there(world: World) -> None:
    filler = "".join(chr(0x4E00 + number) for number in range(7_000))
    [case] = bear(world, (filler, f"{filler}路灯不亮"))
    assert found(world.engine, "路灯不亮") == {case}


def test_indexing_all_again_changes_nothing_but_the_names_of_units(world: World) -> None:
    cases = bear(world, ("路灯不亮", ""), ("井盖缺失", ""))
    world.enter("office", "unit", "change", world.units[TOWN], asked_by="office2", name="新城街道党工委")
    with writing(world.engine) as work:
        assert index_all(work.driver) == 2
        work.commit()
    assert found(world.engine, "路灯") == {cases[0]}
    assert found(world.engine, "新城街道") == set(cases)
    assert found(world.engine, "城伯镇") == set()


def test_check_names_a_lost_search(kind: str, tmp_path: Path) -> None:
    url = databases.fresh_sqlite(tmp_path) if kind == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    try:
        migrate.upgrade(engine)
        with migrate.migrating(engine) as connection:
            connection.exec_driver_sql("DROP TABLE case_words")
        assert migrate.check(engine) == ["缺少表 case_words：检索不可用"]
    finally:
        engine.dispose()
        if kind == "postgres":
            databases.drop(url)
