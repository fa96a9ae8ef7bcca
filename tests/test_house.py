"""The house of the design, held: which part may import which, how long things may grow, what no file may name."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {".git", ".venv", "var", "build", "node_modules", "__pycache__", "zhenggai.egg-info"}
NOT_OURS |= {".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
# What checks an export is one file by promise: nothing of it can move out.
ALONE = {"trail/offline.py": 580}
# Of templates, in signs: a Chinese one counts as one.
WIDEST_TEMPLATE, LONGEST_TEMPLATE = 160, 300

# Who may import whom. A name stands for itself and for all below it; the longest that fits a module is its part.
# Inside a part everything may import everything. What is not in the table is not allowed, and what nobody uses is not in it.
FLOOR = {"states", "clock"}
# What moves write stands apart from what pages and commands read, and never looks there.
ROWS = FLOOR | {"storage", "storage.reads"}
DOORS = ROWS | {"trail", "workflow"}
EDGE = DOORS | {
    "register",
    "figures",
    "ledger",
    "papers",
    "papers.kinds",
    "notifications",
    "settings",
    "web",
    "seeding",
    "scheduler",
}
ALL = EDGE | {
    "grammar",
    "results",
    "cli",
    "archive",
    "exchange",
    "do",
    "notifications.outbox",
    "notifications.channels",
    "storage.migrations",
    "toml_lines",
}
ARROWS: dict[str, set[str]] = {
    "grammar": set(),
    "states": {"grammar"},
    "results": set(),
    "clock": set(),
    "toml_lines": set(),
    "settings": {"states", "storage", "toml_lines"},
    "storage": FLOOR,
    "storage.reads": FLOOR | {"results", "storage"},
    "storage.migrations": {"storage"},
    "trail": FLOOR | {"results", "storage"},
    "notifications.outbox": {"grammar", "states", "storage"},
    "notifications.channels": {"storage"},
    "notifications": FLOOR | {"grammar", "storage", "notifications.channels"},
    "workflow": ROWS | {"grammar", "papers.kinds", "results", "trail", "notifications.outbox"},
    "papers.kinds": {"states"},
    "register": DOORS | {"papers.kinds"},
    "figures": ROWS | {"papers.kinds", "results"},
    "ledger": DOORS | {"results", "register"},
    "papers": DOORS | {"papers.kinds", "register", "results", "figures"},
    "archive": DOORS | {"papers", "papers.kinds", "register"},
    "exchange": DOORS | {"results", "register", "ledger"},
    "web": DOORS
    | {
        "grammar",
        "results",
        "register",
        "figures",
        "ledger",
        "papers",
        "papers.kinds",
        "archive",
        "exchange",
        "settings",
        "notifications",
        "notifications.channels",
    },
    "seeding": DOORS | {"register", "figures", "ledger", "papers", "papers.kinds", "settings", "notifications"},
    "scheduler": {"clock"},
    "cli": EDGE | {"archive"},
    "benchmarks": ALL | {"tests"},
    "tests": ALL | {"benchmarks"},
    "do": set(),
}
# What is not the product itself: it may look everywhere.
ROUND_IT = {"benchmarks", "tests", "do"}
# Libraries with one home. Benchmarks measure them bare and tests build counterparts from them.
HOMES = {
    "transitions": "workflow.machine",
    "apscheduler": "scheduler",
    "smtplib": "notifications.channels.smtp",
    "fastapi": "web",
    "starlette": "web",
}
HOMELESS = {"benchmarks", "tests", "storage.migrations"}
STANDARD_LIBRARY_ONLY = ("grammar", "states", "results", "do")


@dataclass(frozen=True)
class Import:
    """One line that imports."""

    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer} imports {self.imported} (line {self.line})"


def imports_of(module: str, source: str, *, is_package: bool = False) -> Iterator[Import]:
    """Every import of a module, wherever it stands; `from a import b` counts as a.b, relative ones are resolved."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(module, node, is_package=is_package)
            yield from (Import(module, f"{origin}.{alias.name}", node.lineno) for alias in node.names)


def absolute(module: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    """Full name of the module a from-import names."""
    if not node.level:
        return node.module or ""
    package = module.split(".") if is_package else module.split(".")[:-1]
    above = package[: len(package) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def lies_in(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def part_of(name: str) -> str | None:
    """The longest name in the table of arrows that the module lies in; None for what is not of this house."""
    return max((part for part in ARROWS if lies_in(name, part)), key=len, default=None)


def is_allowed(found: Import) -> bool:
    """Whether the arrow is in the table, and a library is imported in its home."""
    importer, imported = part_of(found.importer), part_of(found.imported)
    if importer is None:
        return False
    if imported is not None:
        return imported == importer or imported in ARROWS[importer]
    library = found.imported.split(".")[0]
    if importer in STANDARD_LIBRARY_ONLY:
        return library in sys.stdlib_module_names
    home = HOMES.get(library)
    return home is None or importer in HOMELESS or lies_in(found.importer, home)


@lru_cache(maxsize=8)
def our_files(pattern: str) -> list[Path]:
    found = (path for path in sorted(ROOT.rglob(pattern)) if not NOT_OURS.intersection(path.relative_to(ROOT).parts))
    return [path for path in found if path.is_file()]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> Iterator[tuple[str, str]]:
    for path in our_files("*.py"):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def imports_of_house() -> tuple[Import, ...]:
    """Every import of the house; the files are read once for all tests."""
    read = ((path, path.read_text(encoding="utf-8")) for path in our_files("*.py"))
    return tuple(
        found
        for path, source in read
        for found in imports_of(module_of(path), source, is_package=path.name == "__init__.py")
    )


def arrows_used() -> dict[str, set[str]]:
    """Which part of the product imports which others, as the house stands."""
    used: dict[str, set[str]] = {part: set() for part in ARROWS if part not in ROUND_IT}
    for found in imports_of_house():
        importer, imported = part_of(found.importer), part_of(found.imported)
        if importer in used and imported is not None and imported != importer:
            used[importer].add(imported)
    return used


def module_arrows() -> dict[str, set[str]]:
    """Which module of the product imports which others, wherever the line stands."""
    modules = {module for module in map(module_of, our_files("*.py")) if part_of(module) not in ROUND_IT}
    used: dict[str, set[str]] = {module: set() for module in modules}
    for found in imports_of_house():
        imported = found.imported
        while imported and imported not in modules:
            imported = imported.rpartition(".")[0]
        if found.importer in modules and imported and imported != found.importer:
            used[found.importer].add(imported)
    return used


def floors(arrows: Mapping[str, Collection[str]]) -> list[list[str]]:
    """The floors from the ground up: who stands on one imports from below alone. What goes in a circle stands on none."""
    built: list[list[str]] = []
    below: set[str] = set()
    while fresh := sorted(
        name for name, imported in arrows.items() if name not in below and below.issuperset(imported)
    ):
        built.append(fresh)
        below.update(fresh)
    return built


def in_circles(arrows: Mapping[str, Collection[str]]) -> set[str]:
    """Who imports in a circle, or from one."""
    return set(arrows) - {name for floor in floors(arrows) for name in floor}


def picture() -> str:
    """The import picture: floors, who imports whom, how many, circles; `python -m tests.test_house` prints it."""
    used, modules = arrows_used(), module_arrows()
    within = {part: len([module for module in modules if part_of(module) == part]) for part in used}
    storeys = [
        f"  {number}: {', '.join(f'{part} ({within[part]})' for part in floor)}"
        for number, floor in enumerate(floors(used))
    ]
    named = [f"  {part} -> {', '.join(sorted(used[part])) or 'nothing'}" for floor in floors(used) for part in floor]
    crossing = sum(part_of(one) != part_of(other) for one in modules for other in modules[one])
    allowed = sum(len(ARROWS[part]) for part in used)
    return "\n".join([
        "The parts of the product, and which may import which: code in a part may use those below, never those above.",
        "A name stands for all below it, but for what has a line of its own. Who needs another arrow writes it in ARROWS.",
        "", "floors, the top first; in brackets how many modules:", *reversed(storeys),
        "", "who imports whom, from the ground up:", *named,
        "", f"parts: {len(used)}; arrows allowed: {allowed}, used: {_many(used)}, in circles: {_circles(used)}",
        f"modules: {len(modules)}; imports between modules: {_many(modules)}, of which between parts: {crossing}, in circles: {_circles(modules)}",
    ])  # fmt: skip


def _many(arrows: Mapping[str, Collection[str]]) -> int:
    return sum(map(len, arrows.values()))


def _circles(arrows: Mapping[str, Collection[str]]) -> str:
    return ", ".join(sorted(in_circles(arrows))) or "none"


def overlong_functions(source: str, longest: int = LONGEST_FUNCTION) -> list[str]:
    """Functions longer than a page, with their length."""
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = ((node.name, (node.end_lineno or 0) - node.lineno + 1) for node in functions)
    return [f"{name}: {length} lines" for name, length in lengths if length > longest]


def overgrown(template: str) -> list[str]:
    """Lines of a template that are too wide, and the whole where it is too long."""
    lines = template.splitlines()
    wide = [f"line {number}: {len(line)} signs" for number, line in enumerate(lines, 1) if len(line) > WIDEST_TEMPLATE]
    return wide + ([f"{len(lines)} lines"] if len(lines) > LONGEST_TEMPLATE else [])


def code_lines(source: str) -> int:
    """Lines that are neither empty nor a comment."""
    return sum(1 for line in source.splitlines() if line.strip() and not line.strip().startswith("#"))


def outgrown(sizes: Mapping[str, int]) -> list[str]:
    """A sentence for each file that has more lines of code than it may: by how many, and what to do."""
    most = {name: ALONE.get(name, LONGEST_FILE) for name in sizes}
    return [
        f"{name} has {size} lines of code, {size - most[name]} more than the {most[name]} of a file: move what has a name of its own "
        "to a module of its own (as workflow/effects.py has its clocks in workflow/clockwork.py), and let this one import it; "
        "of guards and effects those of states.py stay where they are found by name, what they call moves"
        for name, size in sizes.items()
        if size > most[name]
    ]


def joined(*pieces: str) -> bytes:
    """A string that does not stand in this file."""
    return "".join(pieces).encode()


SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|EXISTS|NOT EXISTS)\b")
ASKED = {"driver": ("all", "ask", "one", "put", "run", "send"), "session": ("exec", "execute", "scalars")}


def sql_in(source: str) -> list[str]:
    """What of a module asks the database itself: words of SQL, and what sends a statement."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            found.append(f"line {node.lineno}: {node.value[:40]}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _asks(node.func):
            found.append(f"line {node.lineno}: {ast.unparse(node.func)}(…)")
    return found


def _asks(called: ast.Attribute) -> bool:
    """Whether `driver.all(`, `Driver(session).all(`, `session.exec(` and their like are called."""
    whose = called.value.func if isinstance(called.value, ast.Call) else called.value
    name = ast.unparse(whose).rpartition(".")[2].lower()
    return called.attr in ASKED.get(name, ())


FORBIDDEN = [
    joined("pypi", ".org"),
    joined("pypi.python", ".org"),
    joined("pythonhosted", ".org"),
    joined("registry.npm", "js.org"),
    joined("npmjs", ".com"),
    joined("deb.debian", ".org"),
    joined("security.debian", ".org"),
    joined("crates", ".io"),
    joined("proxy.golang", ".org"),
    joined("/work", "/main"),
    joined("/work", "/shared"),
    joined("/work", "/.library"),
    joined("/root", "/.pyenv"),
]


def forbidden_in(content: bytes) -> list[str]:
    """Registry hosts and machine paths named in a file."""
    return [name.decode() for name in FORBIDDEN if name in content]


def test_every_module_has_a_place_in_the_house() -> None:
    homeless = [module for module in map(module_of, our_files("*.py")) if part_of(module) is None]
    assert homeless == [], "name the new part and its arrows in ARROWS"


def test_imports_run_downhill_and_libraries_stay_at_home() -> None:
    assert [str(found) for found in imports_of_house() if not is_allowed(found)] == []


def test_no_arrow_is_allowed_that_nobody_uses() -> None:
    used = arrows_used()
    assert {part: ARROWS[part] - used[part] for part in used if ARROWS[part] - used[part]} == {}


def test_nothing_is_imported_in_a_circle() -> None:
    """Neither between parts nor within them, not even by an import inside a function; the picture is printed with -s."""
    sys.stdout.write(f"\n{picture()}\n")
    assert in_circles(arrows_used()) == set()
    assert in_circles(module_arrows()) == set()


def test_the_walk_sees_the_whole_house() -> None:
    assert {"do", "states", "tests", "workflow"} <= {part_of(found.importer) for found in imports_of_house()}


def test_no_function_passes_a_page() -> None:
    overlong = {name: overlong_functions(source) for name, source in sources()}
    assert {path: functions for path, functions in overlong.items() if functions} == {}


def test_no_file_outgrows_its_noun() -> None:
    found = outgrown({name: code_lines(source) for name, source in sources()})
    assert found == [], "\n".join(found)


def test_a_template_is_read_without_scrolling() -> None:
    templates = [path for path in our_files("*") if path.is_relative_to(ROOT / "templates")]
    found = {str(path.relative_to(ROOT)): overgrown(path.read_text(encoding="utf-8")) for path in templates}
    assert found, "there are no templates"
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_no_file_names_a_registry_or_a_machine() -> None:
    named = {str(path.relative_to(ROOT)): forbidden_in(path.read_bytes()) for path in our_files("*")}
    assert {path: names for path, names in named.items() if names} == {}


def test_pages_ask_storage_and_hold_no_sql() -> None:
    found = {name: sql_in(source) for name, source in sources() if name.startswith("web/")}
    assert {name: lines for name, lines in found.items() if lines} == {}


# The walker itself, on bad examples: a check that cannot fail would hold nothing.


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("storage.rows", "import workflow.engine"),
        ("trail.append", "def f():\n    from workflow import fire"),
        ("workflow.scan", "from notifications import deliver"),
        ("workflow.scan", "import notifications.deliver as post"),
        ("workflow.engine", "from notifications import outbox, render"),
        ("notifications.outbox", "from notifications import render"),
        ("notifications.outbox", "from . import deliver"),
        ("notifications.deliver", "from ..workflow import fire"),
        ("notifications.channels.smtp", "from web import app"),
        ("notifications.render", "import workflow"),
        ("workflow.days.limits", "from settings import Settings"),
        ("workflow.days.limits", "import settings"),
        ("ledger.reader", "from web.forms import field"),
        ("states", "import clock"),
        ("states", "import sqlmodel"),
        ("do", "import rich"),
        ("do", "import settings"),
        ("workflow.engine", "from transitions import Machine"),
        ("storage.reads.cases", "import transitions.core"),
        ("storage.rows", "from storage.reads.cases import shown_cases"),
        ("web.acts", "from apscheduler.schedulers.blocking import BlockingScheduler"),
        ("notifications.deliver", "if True:\n    import smtplib"),
        ("notifications.channels.smtp_relay", "import smtplib"),
        ("cli", "from fastapi import FastAPI"),
        ("workflow.engine", "from starlette.responses import Response"),
        ("storage.rows", "from tests import databases"),
        ("helpers", "import os"),
    ],
)
def test_a_forbidden_arrow_is_found(module: str, source: str) -> None:
    assert not all(map(is_allowed, imports_of(module, source)))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("storage.rows", "from storage import tables\nfrom states import State\nimport sqlalchemy"),
        ("workflow.machine", "from transitions import Machine"),
        ("workflow.engine", "from notifications import outbox\nfrom trail import append\nfrom . import facts"),
        ("workflow.engine", "from notifications.outbox import put"),
        ("notifications.deliver", "import clock\nfrom .channels import folder"),
        ("notifications.channels.smtp", "import smtplib"),
        ("scheduler", "import apscheduler.schedulers.blocking\nimport clock"),
        ("web.app", "from fastapi import FastAPI\nfrom starlette.routing import Route\nimport settings"),
        ("storage.migrations.env", "from storage import tables"),
        ("benchmarks.move", "from transitions import Machine\nimport settings"),
        ("cli", "import seeding, scheduler, web, ledger, settings, notifications.deliver"),
    ],
)
def test_an_arrow_of_the_design_passes(module: str, source: str) -> None:
    assert [str(found) for found in imports_of(module, source) if not is_allowed(found)] == []


def test_a_circle_is_found_and_who_imports_from_it() -> None:
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set(), "e": {"d"}}
    assert floors(arrows) == [["d"], ["e"]]
    assert in_circles(arrows) == {"a", "b", "c"}


def test_relative_imports_are_resolved_from_a_package_too() -> None:
    [found] = imports_of("notifications", "from .channels import smtp", is_package=True)
    assert found.imported == "notifications.channels.smtp"


def test_a_function_longer_than_a_page_is_found() -> None:
    body = "\n".join("    x = 1" for _ in range(LONGEST_FUNCTION))
    assert overlong_functions(f"def long():\n{body}\n") == ["long: 61 lines"]


def test_what_a_file_that_outgrew_its_noun_should_do_is_said() -> None:
    assert outgrown({"workflow/effects.py": LONGEST_FILE, "tests/test_lives.py": LONGEST_FILE}) == []
    [said] = outgrown({"workflow/effects.py": LONGEST_FILE + 12})
    assert "412 lines of code, 12 more than the 400" in said
    assert "to a module of its own" in said


def test_the_picture_names_who_imports_whom() -> None:
    assert "  notifications.outbox -> grammar, states, storage" in picture().splitlines()


def test_a_template_that_is_too_wide_or_too_long_is_found() -> None:
    assert overgrown("问" * 160 + "\n" + "问" * 161) == ["line 2: 161 signs"]
    assert overgrown("x\n" * 301) == ["301 lines"]


def test_empty_lines_and_comments_are_no_code() -> None:
    assert code_lines("import os\n\n# why\n    # why\nx = 1\n") == 2


@pytest.mark.parametrize(
    "source",
    [
        'sql = "SELECT 1"',
        'sql = f"NOT EXISTS (SELECT {1})"',
        "rows = driver.all(sql)",
        "row = Driver(session).one(sql)",
        "session.exec(select(Draft))",
        'with reading(engine) as session:\n    Driver(session).run("")',
    ],
)
def test_a_statement_in_a_page_is_found(source: str) -> None:
    assert sql_in(source) != []


def test_words_that_only_begin_like_sql_are_let_pass() -> None:
    assert sql_in('"Selected cases"; "WITHDRAWN"; session.add(row); driver.among("id", [1])') == []


def test_a_registry_is_found_in_any_bytes() -> None:
    assert forbidden_in(b"\xff https://" + joined("pypi", ".org") + b"/simple") == ["pypi" + ".org"]


if __name__ == "__main__":
    sys.stdout.write(f"{picture()}\n")
