"""A run that left something out is a failed run.

Loaded by `-p tests.strict` (pyproject.toml). A skipped or expectedly failing test, and a whole run in which no test
passed on one of the two databases, end with exit code 1 and say why above pytest's closing line.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Container
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from _pytest.scope import Scope

from tests import databases, lending

DATABASES = ("sqlite", "postgres")
ONE_IN = 6
"""Of what is drawn, so many share one that runs on PostgreSQL: there it takes two to three times as long."""
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108  # as every Linux has it
"""Where files lie that wait for no disk, and how many bytes must be free there."""
OF_THE_STORE = ("tests/storage/", "tests/histories/")
CHOOSING_OPTIONS = ("keyword", "markexpr", "deselect", "lf", "failedfirst", "collectonly", "ignore", "ignore_glob")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` runs the long forms too."""
    parser.addoption("--long", action="store_true", help="run the long form of the tests too")


def pytest_configure(config: pytest.Config) -> None:
    """The process that started the run owns its databases and judges it; xdist's workers only work."""
    if is_worker(config):
        return
    stay_in_memory()
    databases.open_run()
    config.pluginmanager.register(Judge(whole=is_whole(config)), "strict-judge")


def stay_in_memory(place: Path = MEMORY) -> None:
    """Let the run's files lie in memory where there is room and nobody named another place: all is synced as ever, at no cost."""
    if "TMPDIR" not in os.environ and os.access(place, os.W_OK) and shutil.disk_usage(place).free >= ROOM:
        os.environ["TMPDIR"] = str(place)
        tempfile.tempdir = None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started."""
    lending.close()
    if not is_worker(config):
        databases.close_run()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker whether the run is whole: it cannot see that by itself."""
    node.workerinput["whole"] = is_whole(node.config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long forms to `--long`; each has a short form in the ordinary suite, so nothing is skipped.

    In a whole run, what stands above the store runs on one of the two databases, drawn by its name: a sixth of
    the tests of every file on PostgreSQL, the others on SQLite. The store and what is marked `both` meet both each time.
    """
    if config.getoption("--long"):
        return
    whole = config.workerinput["whole"] if is_worker(config) else is_whole(config)  # type: ignore[attr-defined]
    there = {item.nodeid for item in items}
    later = {item for item in items if is_long(item) or (whole and has_twin(item, there) and not is_drawn(item))}
    if later:
        config.hook.pytest_deselected(items=[item for item in items if item in later])
        items[:] = [item for item in items if item not in later]


def has_twin(item: pytest.Item, there: Container[str]) -> bool:
    """Whether the same test is there on the other database too: of one that is not, nothing is drawn."""
    kind = database_of(item.nodeid)
    return any(item.nodeid.replace(kind, other) in there for other in DATABASES if kind and other != kind)


def is_drawn(item: pytest.Item) -> bool:
    """Whether a whole run takes this test on this database."""
    marked = item.get_closest_marker("both") or item.get_closest_marker("long")
    if marked or item.nodeid.startswith(OF_THE_STORE) or not isinstance(item, pytest.Function):
        return True
    call = getattr(item, "callspec", None)
    named = next((name for name, value in call.params.items() if value in DATABASES), None) if call else None
    if call is None or named is None:
        return True
    # What a module makes once for all its tests is made on one database.
    shared = call._arg2scope[named] is not Scope.Function
    kind = str(call.params[named])
    name = item.nodeid.partition("::")[0] if shared else item.nodeid.replace(kind, "")
    return DATABASES[crc32(name.encode()) % ONE_IN == 0] == kind


def is_long(item: pytest.Item) -> bool:
    """Whether it is a long form: altogether, or on the database that the mark names."""
    mark = item.get_closest_marker("long")
    return mark is not None and (not mark.args or database_of(item.nodeid) in mark.args)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: nobody need look through it for litter again and again."""
    gc.collect()
    gc.freeze()


def is_worker(config: pytest.Config) -> bool:
    """Whether this process works for xdist."""
    return hasattr(config, "workerinput")


def is_whole(config: pytest.Config) -> bool:
    """Whether nobody chose among the tests."""
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return everything and not any(config.getoption(name, None) for name in CHOOSING_OPTIONS)


def database_of(nodeid: str) -> str | None:
    """Name the database among a test's parameters: `test_x[postgres-3]` ran on postgres."""
    parameters = re.search(r"\[(.*)\]$", nodeid)
    named = set(re.split(r"[-,]", parameters[1])) if parameters else set()
    return next((name for name in DATABASES if name in named), None)


class Judge:
    """Sees every report of the run, those of xdist's workers included."""

    def __init__(self, *, whole: bool) -> None:
        """Begin with nothing left out; only a whole run must have touched both databases."""
        self.whole = whole
        self.left_out: dict[str, str] = {}
        self.passed_on: Counter[str | None] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what was skipped, or failed or passed against expectation, and where tests passed."""
        if report.skipped or hasattr(report, "wasxfail"):
            self.left_out[report.nodeid] = why(report)
        elif report.passed and report.when == "call":
            self.passed_on[database_of(report.nodeid)] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a whole module or class that was skipped."""
        if report.skipped:
            self.left_out[report.nodeid] = why(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail a run that would otherwise have passed."""
        if exitstatus == pytest.ExitCode.OK and self.complaints():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what makes the run a failed one."""
        complaints = self.complaints()
        if complaints:
            terminalreporter.write_sep("=", "left out, so this run has failed", red=True, bold=True)
            for complaint in complaints:
                terminalreporter.write_line(complaint)

    def complaints(self) -> list[str]:
        """One line for each test left out and for each database no test passed on."""
        missing = [name for name in DATABASES if self.whole and not self.passed_on[name]]
        return [
            *(f"{nodeid}: {reason}" for nodeid, reason in self.left_out.items()),
            *(f"no test passed on {name}" for name in missing),
        ]


def why(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Give the reason the test states, on one line."""
    stated = getattr(report, "wasxfail", None)
    if stated is not None:
        return f"marked xfail: {stated}"
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    return " ".join(str(reason).split())
