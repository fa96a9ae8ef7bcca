"""Starting up: processor time of a whole process, ours against one that imports the library alone.

Ours is a command as it is typed; what it does there is not counted: the same command runs a second time in the same
process, when everything is loaded, and that time is taken off. The list of commands does nothing, so all of it counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Figure, Size, compare

ROOT = Path(__file__).resolve().parent.parent
HELP = """
import sys, time
from cli.main import main
sys.argv = ["zhenggai", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code
print(time.process_time(), file=sys.stderr)
"""
COMMAND = """
import sys, time
from cli.main import main
sys.argv = ["zhenggai", "cases", "--json"]
def run():
    try:
        main()
    except SystemExit as end:
        assert not end.code
    return time.process_time()
once = run()
print(once - (run() - once), file=sys.stderr)
"""
LIBRARY = """
import sys, time
import {}
print(time.process_time(), file=sys.stderr)
"""


def help_list(name: str, size: Size) -> Figure:
    """Compare the list of commands with importing typer."""
    return _starts(name, size, HELP, LIBRARY.format("typer"))


def command(name: str, size: Size) -> Figure:
    """Compare a command that reads a small database with importing sqlmodel."""
    return _starts(name, size, COMMAND, LIBRARY.format("sqlmodel"))


def _starts(name: str, size: Size, ours: str, floor: str) -> Figure:
    with TemporaryDirectory() as home:
        there = {**os.environ, "ZHENGGAI_HOME": home, "ZHENGGAI_DATABASE_URL": f"sqlite:///{home}/zhenggai.db"}
        there.pop("ZHENGGAI_CONFIG", None)
        _run("import sys\nfrom cli.main import main\nsys.argv = ['zhenggai', 'init', '--rehearsal']\nmain()", there)
        return compare(
            name, "starts/s", 1, size.pairs, lambda _: float(_run(ours, there)), lambda _: float(_run(floor, there))
        )


def _run(code: str, environment: dict[str, str]) -> str:
    """Run a program; return the last line it said on standard error."""
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return ran.stderr.splitlines()[-1]
