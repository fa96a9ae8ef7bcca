"""A run that left something out fails: shown on small suites run by the real pytest, alone and with xdist's workers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests import strict

ROOT = Path(__file__).resolve().parent.parent
INI = "[pytest]\ntestpaths = .\nmarkers =\n long: the long form\n both: on both\n"
ON_BOTH = """
import pytest

@pytest.mark.both
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_on(database):
    assert database
"""
LEFT_OUT = """
import pytest

@pytest.mark.skip(reason="marked")
def test_marked():
    pass

def test_halfway():
    pytest.skip("no server here")

@pytest.mark.xfail(reason="known")
def test_known():
    assert False

@pytest.mark.xfail(reason="lucky")
def test_lucky():
    pass

def test_parts(subtests):
    with subtests.test("part"):
        pytest.skip("one part")
"""
SKIPPED_MODULE = """
import pytest
pytest.importorskip("no_such_module_at_all")
"""
SAID = ("marked", "no server here", "marked xfail: known", "marked xfail: lucky", "one part", "no_such_module_at_all")


def run_suite(folder: Path, files: dict[str, str], *words: str) -> tuple[int, list[str]]:
    """Run the files as a suite of their own; exit code and printed lines."""
    for name, source in {"pytest.ini": INI, **files}.items():
        (folder / name).write_text(source, encoding="utf-8")
    outer = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TEST_RUN"))}
    # Without the other plugins of the environment a run starts in a fraction of the time.
    bare = {**outer, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "tests.strict", "-p", "xdist", "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env=bare)
    return done.returncode, done.stdout.splitlines()


def blamed(lines: list[str]) -> list[str]:
    """Lines under the heading that says why the run failed."""
    heading = next(at for at, line in enumerate(lines) if "left out, so this run has failed" in line)
    return lines[heading + 1 :]


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_whatever_was_left_out_fails_the_run_and_is_named(tmp_path: Path, workers: list[str]) -> None:
    files = {"test_both.py": ON_BOTH, "test_left.py": LEFT_OUT, "test_module.py": SKIPPED_MODULE}
    code, lines = run_suite(tmp_path, files, *workers)
    assert code == 1, lines
    assert {said for said in SAID if any(said in line for line in blamed(lines))} == set(SAID)
    assert "3 passed, 3 skipped" in lines[-1], "pytest's closing line comes last"


def test_a_single_skip_is_enough(tmp_path: Path) -> None:
    skip = "import pytest\ndef test_x():\n    pytest.skip('later')"
    code, lines = run_suite(tmp_path, {"test_both.py": ON_BOTH, "test_skip.py": skip})
    assert code == 1, lines
    assert blamed(lines)[0] == "test_skip.py::test_x: Skipped: later"


def test_a_whole_run_without_one_of_the_databases_fails(tmp_path: Path) -> None:
    code, lines = run_suite(tmp_path, {"test_both.py": ON_BOTH.replace('"postgres"', '"neither"')})
    assert code == 1, lines
    assert blamed(lines)[0] == "no test passed on postgres"


def test_a_chosen_part_needs_no_second_database(tmp_path: Path) -> None:
    code, lines = run_suite(tmp_path, {"test_both.py": ON_BOTH.replace('"postgres"', '"neither"')}, "-k", "neither")
    assert code == 0, lines


@pytest.mark.parametrize(("words", "count"), [([], "2 passed, 1 deselected"), (["--long"], "3 passed")])
def test_long_forms_run_only_when_asked_for(tmp_path: Path, words: list[str], count: str) -> None:
    long = "import pytest\n@pytest.mark.long\ndef test_x():\n    pass"
    code, lines = run_suite(tmp_path, {"test_both.py": ON_BOTH, "test_long.py": long}, *words)
    assert code == 0, lines
    assert count in lines[-1]


@pytest.mark.parametrize(("words", "count"), [([], "3 passed, 1 deselected"), (["--long"], "4 passed")])
def test_a_form_can_be_long_on_one_database(tmp_path: Path, words: list[str], count: str) -> None:
    long = ON_BOTH.replace("@pytest", '@pytest.mark.long("postgres")\n@pytest', 1)
    code, lines = run_suite(tmp_path, {"test_both.py": ON_BOTH, "test_long.py": long}, *words)
    assert code == 0, lines
    assert count in lines[-1]


ABOVE = """
import pytest

@pytest.fixture(params=["sqlite", "postgres"])
def kind(request):
    return request.param

@pytest.mark.parametrize("number", range(60))
def test_on(kind, number):
    assert kind
"""


@pytest.mark.parametrize(("words", "count"), [([], 180), (["-n", "1"], 180), (["--long"], 240), (["tests"], 240)])
def test_what_stands_above_the_store_runs_on_one_database_drawn_by_name(
    tmp_path: Path, words: list[str], count: int
) -> None:
    """Sixty that stand above it and sixty that do not: a whole run has each of the first once, on either database some."""
    for part in ("web", "storage"):
        (tmp_path / "tests" / part).mkdir(parents=True)
    ini = INI.replace("testpaths = .", "testpaths = tests")
    files = {"pytest.ini": ini, "tests/web/test_above.py": ABOVE, "tests/storage/test_store.py": ABOVE}
    code, lines = run_suite(tmp_path, files, "-v", *words)
    assert code == 0, lines
    assert f"{count} passed" in lines[-1]
    above = [re.sub(r".*\[(\w+)-.*", r"\1", line) for line in lines if "PASSED" in line and "above" in line]
    assert min(above.count("sqlite"), above.count("postgres")) >= 1


@pytest.mark.parametrize(("named", "room", "stays"), [("", 0, True), ("", 1 << 62, False), ("/elsewhere", 0, False)])
def test_files_lie_in_memory_where_there_is_room_and_nobody_named_another_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, room: int, *, stays: bool
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())
    monkeypatch.setattr(strict, "ROOM", room)
    monkeypatch.setenv("TMPDIR", named)
    if not named:
        monkeypatch.delenv("TMPDIR")
    strict.stay_in_memory(tmp_path)
    assert (os.environ.get("TMPDIR") == str(tmp_path), tempfile.gettempdir() == str(tmp_path)) == (stays, stays)
