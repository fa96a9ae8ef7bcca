"""The benchmarks: each runs once in miniature, and itself asserts that both sides did the same; no time is judged."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from benchmarks.equal import assert_equal_rows, assert_equal_work
from benchmarks.ground import Fed, ground
from benchmarks.measure import TINY, Figure
from benchmarks.registry import BENCHMARKS, measured
from storage.engine import writing

ROOT = Path(__file__).resolve().parent.parent
PROMISED = {"move_sqlite", "move_postgres", "batch_sqlite", "batch_postgres", "schedulers", "tree", "help", "command"}


SLOW = ("schedulers",)
"""Even in miniature it takes as long as all others together."""


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.long) if one in SLOW else one for one in BENCHMARKS]
)
def test_every_benchmark_finds_both_sides_equal_and_says_its_figures(name: str) -> None:
    figure, _ = measured(name, TINY)
    assert figure.name == name
    assert figure.ratio == pytest.approx(figure.ours / figure.floor, rel=0.002, abs=0.001)
    assert figure.n > 0
    assert figure.unit.endswith("/s")


def test_the_promised_names_are_there_and_peers_are_called_peers() -> None:
    assert set(BENCHMARKS) >= PROMISED
    assert all(name.startswith("peer_") == ("unit_of_work" in name) for name in BENCHMARKS)


def test_a_figure_has_the_fields_of_the_contract() -> None:
    assert [field.name for field in fields(Figure)] == ["name", "ours", "floor", "ratio", "unit", "n"]


def test_with_json_standard_output_is_json_alone() -> None:
    words = [sys.executable, "-m", "benchmarks", "tree", "--json"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    [figure] = json.loads(said.stdout)
    assert figure == asdict(Figure(**figure))
    assert figure["name"] == "tree"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    words = [sys.executable, "-m", "benchmarks", "mvoe_sqlite"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert "mvoe_sqlite" in said.stderr
    assert "move_sqlite" in said.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_rows_that_differ_on_the_two_sides_are_found(kind: str) -> None:
    with ground(kind, Fed(1, 1)) as made:
        one, other = made.copy(), made.copy()
        assert assert_equal_rows(one, other) > 0
        with writing(other) as work:
            work.driver.run("UPDATE cases SET note = 'x'")
            work.commit()
        with pytest.raises(AssertionError, match="cases"):
            assert_equal_rows(one, other)


def test_work_that_differs_on_the_two_sides_is_found() -> None:
    ours = ["SELECT id FROM cases WHERE id = 1", "UPDATE heads SET size = 1 WHERE jurisdiction = 1"]
    assert_equal_work(ours, ["UPDATE heads SET size = v.a FROM (VALUES (1)) AS v(a) WHERE x", "SELECT 1 FROM cases c"])
    for other in (ours[:1], [*ours, "DELETE FROM clocks WHERE case_id = 1"], [ours[0], ours[1].replace("size", "at")]):
        with pytest.raises(AssertionError, match="only"):
            assert_equal_work(ours, other)
