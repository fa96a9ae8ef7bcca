#!/usr/bin/env python3
"""Everything from nothing: the environment, the checks and the product, by one command each.

Standard library only: `python3 do.py COMMAND` runs on a fresh Debian with Python 3.11 or newer, as root or not.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMP = VENV / "zhenggai.stamp"
LOCKED = ROOT / "requirements" / "dev.txt"
OLDEST_PYTHON = (3, 11)
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SERVER_PROGRAMS = ("initdb", "pg_ctl", "postgres")
LOCK_OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
)
LICENCES_HEAD = """# 依赖的许可

整改系统本身按 Apache-2.0 发布（见 LICENSE）。
下表由 `python3 do.py lock` 按 `requirements/main.txt` 和各软件包自己的声明生成，请勿手改。
psycopg（LGPL-3.0）、docxtpl（LGPL-2.1）作为独立的软件包原样调用，未作修改，也不随本系统的源码分发。
pylopdf-fonts-zh-cn 只带思源黑体、宋体的 Noto 字体文件（OFL-1.1），嵌入文书的 PDF；商业字体一种也不带。

| 软件包 | 版本 | 许可 |
|---|---|---|
"""


class Stop(Exception):
    """Only the person at the keyboard can go on from here: the message says what to type."""


class Missing(Stop):
    """Debian packages that cannot be installed from here."""

    def __init__(self, what: str, packages: Sequence[str]) -> None:
        """Name what is missing and the command that brings it."""
        super().__init__(f"缺少{what}。请先键入：sudo apt-get install {' '.join(packages)}")


def main(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; a missing piece is said in one sentence, with exit code 2."""
    if sys.version_info < OLDEST_PYTHON:
        return complain(f"需要 Python 3.11 或更新的版本，这里是 {sys.version.split()[0]}。")
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    try:
        command, rest = chosen(arguments)
        return command.run(rest)
    except Stop as stop:
        return complain(str(stop))
    except subprocess.CalledProcessError as failure:
        said = (failure.output or "").rstrip()
        told = f"命令失败（退出码 {failure.returncode}）：{' '.join(map(str, failure.cmd))}"
        return complain(f"{said}\n{told}" if said else told)


def say(sentence: str) -> None:
    """Talk goes to standard error: standard output belongs to the command's own answer."""
    print(sentence, file=sys.stderr, flush=True)


def complain(sentence: str) -> int:
    """Say the sentence and give exit code 2."""
    say(sentence)
    return 2


# What can be asked for


@dataclass(frozen=True)
class Command:
    """One word after `do.py`; what follows it is handed on untouched where `takes` names it."""

    run: Callable[[Sequence[str]], int]
    meaning: str
    takes: str = ""


def chosen(arguments: Sequence[str]) -> tuple[Command, Sequence[str]]:
    """Give the command that was typed and what is handed on to it."""
    name, rest = arguments[0], arguments[1:]
    command = COMMANDS.get(name)
    if command is None:
        raise Stop(f"没有“{name}”这个命令。\n{usage()}")
    if rest and not command.takes:
        raise Stop(f"“{name}”后面不再接参数：{' '.join(rest)}")
    return command, rest


def usage() -> str:
    """List the commands, one line each."""
    lines = [f"  {name + ' ' + command.takes:<28}{command.meaning}" for name, command in COMMANDS.items()]
    return "\n".join(["用法：python3 do.py 命令", *lines])


def demo(rest: Sequence[str]) -> int:
    """Show the product from nothing: environment, seeded database, server."""
    setup()
    say("正在准备演示数据：已有的接着用，没有的先播种（约一两分钟）…")
    hand_over([BIN / "zhenggai", "demo", *rest])


def serve(rest: Sequence[str]) -> int:
    """Run the product on the data that is there."""
    setup()
    hand_over([BIN / "zhenggai", "serve", *rest])


def test(rest: Sequence[str]) -> int:
    """Run the suite on both databases; a skipped test or a missing database is a failure (tests/strict.py)."""
    setup()
    ensure_postgres()
    if (ROOT / "tests" / "browser").is_dir():
        ensure_browser()
    if "--long" in rest:
        ensure_office()
    # Halves that hold together: what a module makes for all its tests is made by one worker.
    hand_over([PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", *rest])


def lint(_rest: Sequence[str]) -> int:
    """Run the checkers and the formatter over source and tests, each also when another complains."""
    setup()
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])
    return max(subprocess.run([BIN / tool, *words], cwd=ROOT, check=False).returncode for tool, *words in checks)


def bench(rest: Sequence[str]) -> int:
    """Measure against floors and peers; with --json standard output is JSON alone."""
    setup()
    ensure_postgres()
    hand_over([PYTHON, "-m", "benchmarks", *rest])


def lock(_rest: Sequence[str]) -> int:
    """Pin requirements/*.in anew with hashes, install the result and list its licences."""
    uv = shutil.which("uv")
    if uv is None:
        raise Stop("重新锁定依赖要用 uv。请先键入：python3 -m pip install uv")
    compiling = [uv, "pip", "compile", "--quiet", *LOCK_OPTIONS]
    for name in ("main", "dev"):
        run([*compiling, f"{name}.in", "--output-file", f"{name}.txt"], LOCKED.parent)
    setup()
    (ROOT / "docs" / "licences.md").write_text(licences(), encoding="utf-8")
    return 0


def prepare(_rest: Sequence[str]) -> int:
    """Build the environment and say where the command is."""
    setup()
    say(f"环境已就绪：{BIN / 'zhenggai'}")
    return 0


def hand_over(command: Sequence[str | Path]) -> NoReturn:
    """Become the command, so that its signals, its exit code and its last line are ours."""
    sys.stdout.flush()
    os.chdir(ROOT)
    # What is compiled once serves every process of the run: each worker and each command that a test starts.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(command[0], [str(word) for word in command])


def run(command: Sequence[str | Path], where: Path = ROOT, environment: Mapping[str, str] | None = None) -> None:
    """Run to the end in silence; a failure is raised with all that was said."""
    subprocess.run(
        command, cwd=where, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, text=True, errors="replace",
    )  # fmt: skip


# The environment


def setup() -> None:
    """Make .venv with everything locked and bin/zhenggai; nothing is done where it stands already."""
    if is_ready():
        return
    with alone():
        if not is_ready():
            build()


def is_ready() -> bool:
    """Whether .venv was finished from exactly these requirements, and still runs."""
    return STAMP.is_file() and STAMP.read_text(encoding="ascii") == stamp() and is_healthy()


def stamp() -> str:
    """Fingerprint of what .venv is made from, its place included: its scripts carry the path."""
    parts = (str(ROOT).encode(), LOCKED.read_bytes(), (ROOT / "pyproject.toml").read_bytes())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_healthy() -> bool:
    """Whether .venv's interpreter runs and is new enough."""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    return PYTHON.exists() and succeeds([PYTHON, "-c", question])


def succeeds(command: Sequence[str | Path]) -> bool:
    """Whether the command can be run and ends well; what it prints is dropped."""
    try:
        return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def build() -> None:
    """Make or mend .venv. The stamp goes first and comes last: a crash between leaves no finished look."""
    STAMP.unlink(missing_ok=True)
    uv = shutil.which("uv")
    if not is_healthy():
        say("正在建立 .venv …")
        shutil.rmtree(VENV, ignore_errors=True)
        create(uv)
    pip = installer(uv)
    say("正在安装锁定的依赖（首次约一两分钟）…")
    run([*pip, "--require-hashes", "-r", LOCKED])
    run([*pip, "--no-index", "--no-build-isolation", "--no-deps", "--editable", ROOT])
    STAMP.write_text(stamp(), encoding="ascii")


def create(uv: str | None) -> None:
    """Make an empty environment with the interpreter that runs this."""
    if uv:
        run([uv, "venv", "--quiet", "--python", sys.executable, VENV])
        return
    if importlib.util.find_spec("ensurepip") is None:
        apt_install("Python 的虚拟环境模块（ensurepip）", ["python3-venv"])
    run([sys.executable, "-m", "venv", VENV])


def installer(uv: str | None) -> list[str | Path]:
    """Give the words before what is to be installed: uv's where it is on PATH, else those of .venv's own pip."""
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", PYTHON]
    if not succeeds([PYTHON, "-m", "pip", "--version"]):
        run([PYTHON, "-m", "ensurepip"])
    return [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one do.py after another through: this file itself is the lock, so none is left behind."""
    with Path(__file__).open(encoding="utf-8") as me:
        fcntl.flock(me, fcntl.LOCK_EX)
        yield


# What Debian brings


def ensure_postgres() -> None:
    """See to it that the tests have a PostgreSQL: one named by TEST_DATABASE_URL, or server programs to start."""
    if os.environ.get("TEST_DATABASE_URL") or postgres_programs():
        return
    with alone():
        if postgres_programs() is None:
            apt_install("PostgreSQL 的服务器程序", ["postgresql"])


def postgres_programs(debian: Path = DEBIAN_POSTGRES) -> Path | None:
    """Give the folder of PostgreSQL's server programs: Debian's newest, else the one on PATH, else None."""
    newest_first = sorted(debian.glob("*/bin"), key=lambda folder: version_of(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders = [*newest_first, Path(on_path).resolve().parent] if on_path else newest_first
    return next((folder for folder in folders if all((folder / name).exists() for name in SERVER_PROGRAMS)), None)


def version_of(name: str) -> tuple[int, ...]:
    """Numbers in a folder's name, so that 15 comes after 9.6."""
    return tuple(int(number) for number in re.findall(r"\d+", name))


def ensure_browser() -> None:
    """See to it that the browser tests have a Chromium and a font with Chinese characters."""
    with alone():
        if not any(map(shutil.which, BROWSERS)):
            apt_install("浏览器 Chromium", ["chromium", "chromium-l10n"])
        if not has_chinese_font():
            apt_install("中文字体", ["fonts-noto-cjk", "fontconfig"])


def ensure_office() -> None:
    """See to it that the long tests have a LibreOffice, which opens the papers and the sheets that are made."""
    with alone():
        if not all(map(shutil.which, ("lowriter", "localc"))):
            apt_install("文字处理 LibreOffice", ["libreoffice-writer", "libreoffice-calc"])


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font that covers Chinese."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], check=True, capture_output=True).stdout.strip())


def apt_install(what: str, packages: Sequence[str]) -> None:
    """Install Debian packages where we are root; say what to type where we are not."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(what, packages)
    say(f"正在安装{what}：{' '.join(packages)} …")
    asking_nothing = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], environment=asking_nothing)
    run(["apt-get", "install", "--yes", "--no-install-recommends", *packages], environment=asking_nothing)


# The licences of what is installed


def licences() -> str:
    """Render docs/licences.md from the lock of the product and the metadata of what is installed in .venv."""
    sites = [str(folder) for folder in VENV.glob("lib/python*/site-packages")]
    known = {plain(found.name): licence_of(found.metadata) for found in importlib.metadata.distributions(path=sites)}
    rows = (
        f"| {name} | {version} | {known.get(name) or '本机不装：' + marker} |"
        for name, version, marker in pinned(LOCKED.with_name("main.txt").read_text(encoding="utf-8"))
    )
    return LICENCES_HEAD + "\n".join(rows) + "\n"


def pinned(text: str) -> Iterator[tuple[str, str, str]]:
    """Give (name, version, marker) of every pin in a locked requirements file."""
    for name, version, marker in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)(?: ; (.+?))? \\$", text, re.MULTILINE):
        yield plain(name), version, marker


def plain(name: str) -> str:
    """One spelling for a package's name: lower case, hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(metadata: importlib.metadata.PackageMetadata) -> str:
    """The licence a package states: its expression, else its short licence line, else its classifiers."""
    for field in ("License-Expression", "License"):
        for stated in metadata.get_all(field) or ():
            if "\n" not in stated:
                return str(stated)
    classifiers: Iterable[str] = metadata.get_all("Classifier") or ()
    named = [line.rsplit(" :: ", 1)[-1] for line in classifiers if line.startswith("License :: ")]
    return ", ".join(named)


COMMANDS = {
    "demo": Command(demo, "从零开始：环境、示例数据、运行中的系统", "[--port N]"),
    "test": Command(test, "从零开始：环境、PostgreSQL，全部测试，一项不跳过", "[--long] [pytest 参数]"),
    "setup": Command(prepare, "建立 .venv，含 bin/zhenggai"),
    "serve": Command(serve, "运行系统", "[参数]"),
    "lint": Command(lint, "检查源码和测试"),
    "bench": Command(bench, "性能对照", "[NAME] [--json]"),
    "lock": Command(lock, "重新锁定依赖并列出许可"),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
