"""docs/adding.md is followed: its examples stand where it says, and what it lets a reader add is added to a copy and runs there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import RUN
from tests.test_docs import ROOT, blocks

PAGE = ROOT / "docs" / "adding.md"
TEXT = PAGE.read_text(encoding="utf-8")
TOOLS = Path(sys.executable).parent
LEFT_OUT = ("browser", "pictures", "benchmarks", "var", "build", "*.egg-info", ".*", "__pycache__")
EXAMPLE = re.compile(r"^`([^`]+)`：\n\n```diff\n(.*?)```", re.DOTALL | re.MULTILINE)
STEP = re.compile(r"^`([^`]+)`，(?:在 `([^`\n]+)` 的(前面|后面)|新建)：\n\n```\w+\n(.*?)```", re.DOTALL | re.MULTILINE)
FENCED = re.compile(r"^```(\w+)$", re.MULTILINE)


def test_every_line_of_the_examples_is_where_it_says() -> None:
    examples = EXAMPLE.findall(TEXT)
    assert len(examples) > 5
    for name, lines in examples:
        there = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines.splitlines() if not line.startswith("+") or line[1:] not in there] == [], name


def test_no_block_of_the_page_is_passed_over() -> None:
    assert len(FENCED.findall(TEXT)) == len(EXAMPLE.findall(TEXT)) + len(STEP.findall(TEXT)) + 1


def test_each_of_the_two_touches_six_files_at_most() -> None:
    """As the page counts them: what it names for a step, not what it says need not be touched."""
    move, clock = (re.split(r"^## ", TEXT, flags=re.MULTILINE)[part] for part in (1, 2))
    for part in (move, clock):
        steps = part.partition("不用动的")[0]
        files = set(re.findall(r"`((?:[a-z]+/)*[a-z_]+\.(?:py|csv|toml|txt\.j2))`", steps))
        assert len(files) <= 6
        assert [name for name in files if not (ROOT / name).is_file()] == []


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """Hand out a copy of the tree, to be changed."""
    tree = tmp_path / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
    yield tree
    shutil.rmtree(tree)


def put(tree: Path, name: str, anchor: str, where: str, block: str) -> None:
    """Put a block before or behind the first line with the anchor, or make the file."""
    file = tree / name
    if not anchor:
        assert not file.exists()
        file.write_text(block, encoding="utf-8")
        return
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if anchor in line) + (where == "后面")
    file.write_text("".join([*lines[:place], block, *lines[place:]]), encoding="utf-8")


def run(tree: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the page in the copy; tests of it on SQLite, in one process."""
    words = [str(TOOLS / Path(word).name) if word.startswith(".venv/") else word for word in shlex.split(command)]
    words += ["-n", "0", "-k", "not postgres", "-p", "no:cacheprovider"] if "pytest" in words else []
    # A run of its own: it must not end the server of the run that it is part of.
    own = {name: value for name, value in os.environ.items() if name != RUN and not name.startswith("PYTEST_")}
    own |= {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=tree, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("most", [2, pytest.param(99, marks=pytest.mark.long)])
def test_a_reader_who_follows_it_has_a_move_and_a_clock(copy: Path, most: int) -> None:
    """What it lets them add starts, is drawn, has its story, and agrees with what is kept by hand; a typo or a wrong fact stops."""
    for name, anchor, where, block in STEP.findall(TEXT):
        put(copy, name, anchor, where, block)
    for command in list(blocks(PAGE))[:most]:
        if "do.py" not in command:
            told = run(copy, command)
            assert told.returncode == 0, f"{command}\n{told.stdout[-3000:]}{told.stderr[-2000:]}"
    assert "| 实地查看 `visit` | 整改中 | 不变 | 巡察办 |" in (copy / "docs" / "life.md").read_text(encoding="utf-8")
    declared = '@rule(field="text", lasting=True)\ndef seen_is_said'
    guards = copy / "workflow" / "guards.py"
    written = guards.read_text(encoding="utf-8")
    for wrong, said in (
        (
            written.replace(declared, declared.replace("(field", '("clocks", field')),
            "条件 seen_is_said 用到未知的事实 clocks",
        ),
        (
            written.replace('s.answers["text"]', "s.facts.measures"),
            "条件 seen_is_said 看了事实 measures 却没有声明",
        ),
    ):
        assert wrong != written
        guards.write_text(wrong, encoding="utf-8")
        stopped = run(copy, ".venv/bin/zhenggai life --write")
        assert (stopped.returncode != 0, said in stopped.stderr) == (True, True), stopped.stderr
    guards.write_text(written, encoding="utf-8")
    states = copy / "states.py"
    states.write_text(states.read_text(encoding="utf-8").replace("seen_is_said", "seen_is_sad"), encoding="utf-8")
    stopped = run(copy, ".venv/bin/zhenggai life")
    assert (stopped.returncode != 0, "用到未知的条件 seen_is_sad" in stopped.stderr) == (True, True)
