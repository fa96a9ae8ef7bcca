"""A mutant on trial: a process of its own, forked where all that does not lean on the module is loaded already."""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutants.breeding import Mutant
from tests.test_house import ROOT, imports_of_house, module_of, our_files

LONGEST = 600
"""Seconds: a mutant that takes longer, or five times the processor time of its module, never ends; that is noticed too."""
_ALL = ("-x", "-q", "-k", "not postgres", "--assert=plain", "-p", "no:cacheprovider")
_BARE = (
    *_ALL,
    "--noconftest",
    "-o",
    "addopts=",
    "-p",
    "no:unraisableexception",
    "-p",
    "no:threadexception",
    "-p",
    "no:faulthandler",
)
_WHOLE = (*_ALL, "-n0", "--hypothesis-seed=0", "-p", "no:schemathesis")
_PRELOADED = ("states", "clock", "settings", "toml_lines", "storage", "trail", "notifications", "workflow", "ledger")


@dataclass(frozen=True, slots=True)
class Suite:
    """Test files; those that stand `alone` need neither database nor fixtures, and are run without either."""

    files: tuple[str, ...]
    alone: bool = True

    @property
    def options(self) -> tuple[str, ...]:
        """Return how pytest runs them."""
        return _BARE if self.alone else _WHOLE


def path_of(module: str) -> Path:
    """Return the file of a module."""
    return ROOT / (module.replace(".", "/") + ".py")


def tried(module: str, mutants: Sequence[Mutant], suite: Suite, jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Yield each mutant and whether it survived; RuntimeError where the module itself does not pass."""
    if not mutants:
        return
    _preload(module)
    with tempfile.TemporaryDirectory(prefix="zhenggai-mutants-") as folder:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = folder
        trial = _Trial(module, suite, Path(folder))
        if not trial.of_the_whole(path_of(module).read_text(encoding="utf-8")):
            message = f"{module} does not pass its own tests:\n{(Path(folder) / 'said').read_text(encoding='utf-8')}"
            raise RuntimeError(message)
        yield from _side_by_side(trial, mutants, jobs)


def _side_by_side(trial: _Trial, mutants: Iterable[Mutant], jobs: int) -> Iterator[tuple[Mutant, bool]]:
    running: dict[int, Mutant] = {}
    for mutant in mutants:
        if len(running) == jobs:
            yield trial.ended(running)
        running[trial.begin(mutant.source)] = mutant
    while running:
        yield trial.ended(running)


class _Trial:
    """The trials of one module's mutants."""

    def __init__(self, module: str, suite: Suite, folder: Path) -> None:
        self.module, self.suite, self.folder, self.seconds = module, suite, folder, LONGEST

    def begin(self, source: str) -> int:
        """Fork, and test that source in the child; return the child."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = self._tested(source)
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                os._exit(code)
        return child

    def ended(self, running: dict[int, Mutant]) -> tuple[Mutant, bool]:
        """Wait for one of them."""
        child, status = os.waitpid(-1, 0)
        return running.pop(child), self._survived(child, status)

    def of_the_whole(self, source: str) -> bool:
        """Try the module as it is; from then on it is known how long that takes."""
        child, status, used = os.wait4(self.begin(source), 0)
        self.seconds = int(5 * (used.ru_utime + used.ru_stime)) + 5
        return self._survived(child, status)

    def _survived(self, child: int, status: int) -> bool:
        shutil.rmtree(self.folder / str(child), ignore_errors=True)
        return status == 0

    def _tested(self, source: str) -> int:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST)
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds))
        silence = os.open(self.folder / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.meta_path.insert(0, _Instead(self.module, source))
        own = self.folder / str(os.getpid())
        own.mkdir()
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1" if self.suite.alone else ""
        return int(pytest.main([*self.suite.options, f"--basetemp={own / 'tmp'}", *self.suite.files]))


class _Instead(importlib.abc.MetaPathFinder):
    """Finds the module's source here instead of in its file."""

    def __init__(self, module: str, source: str) -> None:
        self.module, self.source = module, source

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return it for the one module."""
        if fullname != self.module:
            return None
        file = path_of(fullname)
        return importlib.util.spec_from_file_location(fullname, file, loader=_Loader(fullname, str(file), self.source))


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, source: str) -> None:
        super().__init__(fullname, path)
        self.source = source

    def get_code(self, _fullname: str) -> CodeType:
        code: CodeType = compile(self.source, self.path, "exec", dont_inherit=True)
        return code


def _preload(module: str) -> None:
    """Load what does not lean on the module: the rest is loaded by each child, with its mutant in place."""
    leaning = dependants(module)
    for name in leaning:  # a test may stand in a process that has loaded it
        sys.modules.pop(name, None)
    for name in map(module_of, our_files("*.py")):
        if name.split(".")[0] in _PRELOADED and name not in leaning and "migrations" not in name:
            importlib.import_module(name)
    for name in ("hypothesis", "sqlmodel", "transitions", "structlog", "chinese_calendar"):
        importlib.import_module(name)
    assert module not in sys.modules
    gc.freeze()  # a child that collects garbage would copy the memory of its parent


def dependants(module: str) -> set[str]:
    """Return the module and all that import it, at once or by others."""
    modules = set(map(module_of, our_files("*.py")))
    # To load a module its package is loaded first.
    importers: dict[str, set[str]] = {}
    for one in modules:
        importers.setdefault(one.rpartition(".")[0], set()).add(one)
    for found in imports_of_house():
        importers.setdefault(_module(found.imported, modules), set()).add(found.importer)
    seen: set[str] = set()
    new = {module}
    while new:
        seen |= new
        new = set().union(*(importers.get(one, set()) for one in new)) - seen
    return seen


def _module(imported: str, modules: set[str]) -> str:
    return imported if imported in modules else imported.rpartition(".")[0]


def apart(work: Callable[[], Iterator[str]]) -> Iterator[str]:
    """Do it in a process of its own, which may load what it likes; yield its lines. RuntimeError where it breaks."""
    sys.stdout.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as lines:
                for line in work():
                    lines.write(f"{line}\n")
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as lines:
        yield from (line.rstrip("\n") for line in lines)
    if os.waitpid(child, 0)[1]:
        message = "the process broke off"
        raise RuntimeError(message)
