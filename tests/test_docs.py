"""The docs are true: drawn from the table, their links lead somewhere, their commands exist and do what they say."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.later import Later
from cli.main import app
from grammar import State
from register.drawing import PAGE as REGISTER
from register.drawing import page_with
from register.kinds import KINDS
from states import CLOCKS, MOVES, OPEN, STATES, WITHDRAWN
from storage.household import KEPT
from tests.cli.conftest import Shell, bare  # noqa: F401 a fixture
from workflow.drawing import END, PAGE, START, generated

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
QUICKSTART = ROOT / "docs" / "quickstart.md"
HOUSE = ROOT / "docs" / "house.md"
OURS = "zhenggai "
STAY = ("scheduler", "serve")  # which run until they are told to stop


def blocks(page: Path) -> Iterator[str]:
    """Yield the lines of a page's shell blocks, without what is said behind `#`."""
    for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        yield from (line.split("  #")[0].strip() for line in block.splitlines() if line.strip())


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of every zhenggai command that a page's blocks give."""
    for line in blocks(page):
        for part in line.split("&&"):
            words = shlex.split(part)
            if "zhenggai" in words:
                yield words[words.index("zhenggai") + 1 :]


def named(page: Path) -> Iterator[list[str]]:
    """Yield the words of every command that stands in a page's sentences, lists, tables and lists of commands."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL):
        yield from (
            shlex.split(re.split(r"\s{2,}", line)[0])[1:] for line in block.splitlines() if line.startswith(OURS)
        )
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    found = re.findall(r"`(?:\.venv/bin/)?(zhenggai [^`]+)`", prose)
    yield from (shlex.split(one)[1:] for one in found)


def wrong(words: list[str]) -> str:
    """Return what is wrong with the words of a command: no such command, option, kind or act of the register; empty where nothing is."""
    command: Any = app
    ahead = list(words)
    while ahead and not isinstance(command, Later):
        word = ahead.pop(0)
        if word == "--config":
            ahead.pop(0)
        elif word in command.commands:
            command = command.commands[word]
        elif word != "--help":
            return f"no command {word}"
    if not isinstance(command, Later):
        return "" if words[-1:] == ["--help"] else "no command"
    known = {option for one in command.loaded().params for option in one.opts} | {"--help"}
    strange = [word for word in ahead if word.startswith("--") and word not in known]
    if words[0] == "register":
        kind, act, *_ = [*(word for word in ahead if not word.startswith("--")), "", ""]
        strange += [kind] if kind and kind not in KINDS else []
        strange += [act] if act and act not in {one.name for one in KINDS[kind].acts} else []
    return f"unknown: {' '.join(strange)}" if strange else ""


def test_the_life_is_drawn_from_the_table() -> None:
    """A change of states.py without `zhenggai life --write` fails here."""
    text = PAGE.read_text(encoding="utf-8")
    assert text[text.index(START) : text.index(END) + len(END)] == generated()
    assert not [move.action for move in MOVES if f"`{move.action}`" not in text]


def test_the_register_is_drawn_from_the_table_of_kinds() -> None:
    text = REGISTER.read_text(encoding="utf-8")
    assert text == page_with(text), "run `zhenggai life --write`"


LOOKED_AT = {"verified": ("office",)}
"""What was ordered at once is not made public by itself: the office looks back at it."""


@pytest.mark.parametrize("state", STATES.values(), ids=lambda state: state.name)
def test_every_state_says_its_meaning_who_moves_it_and_how_it_ends(state: State) -> None:
    """Who moves it is who owes its clocks; every move out of it is named (作废 stands once below the table)."""
    assert f"| {state.shown} `{state.name}` | {state.meaning} | " in PAGE.read_text(encoding="utf-8")
    assert {clock.owes for clock in CLOCKS.values() if state.name in clock.state and not clock.beside} == (
        {state.moved_by, *LOOKED_AT.get(state.name, ())} if state.moved_by else set()
    )
    ways = {move.shown for move in MOVES if state.name in move.origin and move.to not in (None, state.name)}
    assert [way for way in ways - {"作废"} if way not in state.ends] == []
    assert state.settled == ("就此办结" in state.ends)


def test_every_open_state_but_the_accepted_one_can_be_made_void() -> None:
    """As the page says below its table of states."""
    [void] = [move for move in MOVES if move.action == "void"]
    assert (void.to, void.second) == (WITHDRAWN, True)
    assert {STATES[name].shown for name in OPEN if name not in void.origin} == {"待公开"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_exists_with_its_options(page: Path) -> None:
    given = [*commands(page), *named(page)]
    assert [(words, why) for words in given if (why := wrong(words))] == []


def test_commands_that_are_not_there_are_noticed_wherever_they_stand(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    lines = [
        "- 请执行 `zhenggai moon`，再 `zhenggai check`。", "| `zhenggai scan --moon` | 扫描 |", "`zhenggai register moon` 和 `zhenggai register unit fly`",
        "`zhenggai trail`", "```text", "zhenggai trail prove 序号                  出具证明", "zhenggai trail sing  唱", "```",
        "`zhenggai --config a.toml cases --json`",
    ]  # fmt: skip
    page.write_text("\n".join(lines), encoding="utf-8")
    said = {" ".join(words): wrong(words) for words in named(page)}
    assert said == {
        "moon": "no command moon", "check": "", "scan --moon": "unknown: --moon", "register moon": "unknown: moon",
        "register unit fly": "unknown: fly", "trail": "no command", "trail prove 序号": "", "trail sing": "no command sing",
        "--config a.toml cases --json": "",
    }  # fmt: skip


def test_every_place_that_the_house_names_is_there() -> None:
    """Files and folders by their path, functions by their name in a file that the page names."""
    said = re.findall(r"`([^`\s]+)`", HOUSE.read_text(encoding="utf-8"))
    places = [one for one in said if "/" in one and "<" not in one and "." not in one.split("/")[0]]
    assert len(places) > 20
    assert [one for one in places if not (ROOT / one).exists()] == []
    written = "".join((ROOT / one).read_text(encoding="utf-8") for one in {*places, "states.py"} if one.endswith(".py"))
    names = [one for one in said if re.fullmatch(r"_?[a-z_]+|[A-Z]+", one) and one != "transitions"]
    assert len(names) > 8
    assert [one for one in names if not re.search(rf"\b{one}\b", written)] == []


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_quickstart_does_what_it_says(kind: str, bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811 a fixture
    """Every command of its first walk, in order, on a ledger as a township sends it; at the end the log verifies."""
    assert kind
    shutil.copy(ROOT / "tests" / "data" / "ledger_town.xlsx", bare.home / "台账.xlsx")
    monkeypatch.chdir(bare.home)
    ran: list[str] = []
    for words in commands(QUICKSTART):
        if words[0] in STAY or (words == ["init"] and ran):
            continue
        bare.ok(*words, said="Lu-deng-17-zhan")
        ran.append(words[0])
    assert ran == ["init", "user", "user", "import", "cases", "fire", "scan", "deliver", "trail"]


def test_every_key_of_the_configuration_is_explained() -> None:
    section, silent = "", []
    for line in (ROOT / "config.toml").read_text(encoding="utf-8").splitlines():
        section = line if line.startswith("[") else section
        if re.match(r"\w+ = ", line) and "#" not in line and "#" not in section:
            silent.append(f"{section} {line}")
    assert not silent, "each line says behind a # what it is, in the field's words"


def test_the_format_names_every_column_of_every_kind() -> None:
    """A new kind, or a new field, has its place in docs/trail.md: plain ones in the second cell, sealed ones in the third."""
    text = (ROOT / "docs" / "trail.md").read_text(encoding="utf-8").partition("各种类在 `after` 和 `sealed` 里的栏")[2]
    rows = {row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \|(.*?)\|(.*?)\|$", text, re.MULTILINE)}
    missing = []
    for kind in (one for one in KINDS.values() if one.fields and one.name != "calendar"):
        aside = {name for act in kind.acts for name in act.aside}
        kept = KEPT[kind.name].columns if kind.name in KEPT else None
        for one in (one for one in kind.fields if one.name not in aside):
            for column in one.columns if kept is None else set(one.columns) & set(kept):
                cell = rows.get(kind.name, ("", ""))[column in one.sealed]
                missing += [f"{kind.name}.{column}"] if f"`{column}`" not in cell else []
    assert missing == []


@pytest.mark.parametrize("page", [ROOT / "CHANGELOG.md", ROOT / "docs" / "why.md"], ids=lambda page: page.name)
def test_nothing_is_told_twice(page: Path) -> None:
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if len(line) > 40]
    assert [line for line in lines if lines.count(line) > 1] == []
