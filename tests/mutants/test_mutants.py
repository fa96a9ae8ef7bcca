"""The mutants themselves: what is changed and what is left alone; and, in the long form, that nine of ten are noticed."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.mutants.__main__ import Tally, bred, equivalents
from tests.mutants.breeding import Mutant, mutants_of
from tests.mutants.targets import STORIES, TARGETS
from tests.mutants.trial import apart, dependants, path_of, tried
from tests.test_house import ROOT

FUNCTION = '''"""What it is."""
from __future__ import annotations
from dataclasses import dataclass
Unit = Literal["day", "month"]
@dataclass(frozen=True)
class Row:
    due: int | None = None

    def late(self, today: int | None = None) -> bool | None:
        """Whether it is late."""
        return today > self.due and True

@rule("clocks", over=True)
def told(s, c):
    c.rows["alerts"] += [n for n in s.numbers if n in s.known]
    if not c.rows:
        return None
    name = "claim"
    c.note(max(s.days), "不能办理")
    return name
'''


def changes(*operators: str, source: str = FUNCTION) -> set[tuple[str, str]]:
    """Return what these operators make of the lines that differ."""
    return {(one.before, one.after) for one in mutants_of("x", source, operators)}


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("ReplaceComparisonOperator_Gt_GtE", "return today > self.due and True", "return today >= self.due and True"),
        ("ReplaceAndWithOr", "return today > self.due and True", "return today > self.due or True"),
        ("ReplaceTrueWithFalse", '@rule("clocks", over=True)', '@rule("clocks", over=False)'),
        ("ReplaceUnaryOperator_Delete_Not", "if not c.rows:", "if c.rows:"),
        ("DropStatement", 'c.note(max(s.days), "不能办理")', "pass"),
        ("SayNothing", "return name", "return None"),
        ("Typo", 'name = "claim"', 'name = "cl_"'),
        (
            "NegateIn",
            'c.rows["alerts"] += [n for n in s.numbers if n in s.known]',
            'c.rows["alerts"] += [n for n in s.numbers if n not in s.known]',
        ),
        (
            "NegateFilter",
            'c.rows["alerts"] += [n for n in s.numbers if n in s.known]',
            'c.rows["alerts"] += [n for n in s.numbers if not (n in s.known)]',
        ),
        ("OtherEnd", 'c.note(max(s.days), "不能办理")', 'c.note(min(s.days), "不能办理")'),
    ],
)
def test_one_small_thing_is_changed(operator: str, before: str, after: str) -> None:
    assert (before, after) in changes(operator)


def test_what_is_never_run_is_left_alone() -> None:
    """An annotation, a promise in words, how a row is kept, a sentence for people."""
    mutants = list(mutants_of("x", FUNCTION))
    assert {one.before for one in mutants if "|" in one.before} == set()
    assert not any("frozen" in one.before or "Whether" in one.before for one in mutants)
    assert changes("Typo") == {
        ('@rule("clocks", over=True)', '@rule("clo_", over=True)'), ('name = "claim"', 'name = "cl_"'),
        ('c.rows["alerts"] += [n for n in s.numbers if n in s.known]', 'c.rows["ale_"] += [n for n in s.numbers if n in s.known]'),
    }  # fmt: skip


def test_a_line_that_binds_a_name_is_not_left_out() -> None:
    assert {before for before, _ in changes("DropStatement")} == {
        'c.rows["alerts"] += [n for n in s.numbers if n in s.known]', 'c.note(max(s.days), "不能办理")'
    }  # fmt: skip


def test_a_mutant_is_known_by_its_words_and_not_by_its_line() -> None:
    keys = [one.key for one in mutants_of("x", FUNCTION)]
    assert [one.key for one in mutants_of("x", FUNCTION.replace('"""What it is."""', '"""What\nit\nis."""'))] == keys
    (late,) = mutants_of("x", FUNCTION, ["ReplaceComparisonOperator_Gt_GtE"])
    assert (late.within, late.line) == ("Row.late", 11)
    assert compile(late.source, "x", "exec")
    assert late.source.count("today >= self.due") == 1


MUST_BE_BRED = [
    ("states", "ReplaceTrueWithFalse", 'Move("flag", ', "quiet=True", "quiet=False", {"-"}),
    (
        "workflow.days.clocks",
        "ReplaceComparisonOperator_Gt_GtE",
        "return tuple((rung, day)",
        "day > start",
        "day >= start",
        {"_ahead"},
    ),
    (
        "workflow.effects",
        "DropStatement",
        "answer_extension(c)",
        "clockwork.answer_extension(c)",
        "pass",
        {"go_on", "count_return", "rise"},
    ),
]


@pytest.mark.long
@pytest.mark.parametrize(("module", "operator", "line", "old", "new", "within"), MUST_BE_BRED)
def test_what_once_survived_is_bred(
    module: str, operator: str, line: str, old: str, new: str, within: set[str]
) -> None:
    """`flag` no more quiet, a warning on the day of the start, a case closed whose extension is left open."""
    mutants = bred(TARGETS[module], operator)
    found = {one.within for one in mutants if line in one.before and one.after == one.before.replace(old, new)}
    assert within <= found


@pytest.mark.long
def test_a_typo_is_bred_in_every_list_of_acts() -> None:
    for target in TARGETS.values():
        if target.operators:
            assert any(one.operator == "Typo" for one in bred(target)), target.module


def test_what_leans_on_a_module_is_loaded_anew() -> None:
    found = dependants("workflow.guards")
    assert {"workflow.guards", "workflow.machine", "workflow.engine", "tests.world"} <= found
    assert not {"workflow.days.limits", "storage.rows"} & found


def test_all_tests_of_a_target_are_there() -> None:
    files = {file for target in TARGETS.values() for file in target.alone.files} | set(STORIES.files)
    assert [file for file in sorted(files) if not (ROOT / file).is_file()] == []


def test_what_is_listed_as_equivalent_is_still_there_and_has_its_reason() -> None:
    """The list does not outlive what it speaks of; that each is bred is seen in the long form."""
    listed = equivalents()
    assert all(re.search(r"\w{3}", why) for why in listed.values())
    for module, _, before, _ in listed:
        assert before in " ".join(path_of(module).read_text(encoding="utf-8").split())


def test_what_is_equivalent_does_not_count() -> None:
    tally = Tally(mutants=12, killed=9, survived=1, equivalent=2) + Tally(mutants=2, equivalent=2)
    assert (tally.mutants, tally.share) == (14, 0.9)
    assert tally.line("all").split() == ["all", "14", "9", "1", "4", "90.0%"]


def test_a_mutant_that_is_noticed_is_told_from_one_that_is_not() -> None:
    """Of the lamp: a day late that is none is noticed by its tests; a comment is not."""
    target = TARGETS["workflow.days.lamp"]
    wrong = next(one for one in bred(target) if one.after == "if left <= 0:")
    same = Mutant(target.module, "none", "-", "", "", 1, wrong.source.replace("if left <= 0:", "if left < 0:  # late"))
    trial = tried(target.module, [wrong, same], target.alone, 1)
    assert list(apart(lambda: (str(survived) for _, survived in trial))) == ["False", "True"]


@pytest.mark.long
def test_nine_of_ten_mutants_of_every_module_are_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    """The long form: about 2,000 mutants, half an hour; its print-out is shown."""
    with capsys.disabled():
        found = subprocess.run([sys.executable, "-m", "tests.mutants", "--jobs", "2"], cwd=ROOT, check=False)
    assert found.returncode == 0
