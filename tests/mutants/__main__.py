"""Mutation testing of the rules: `python -m tests.mutants [MODULE …] [--jobs N] [--alone]` prints the share that is noticed.

Of each rule many mutants are bred, each with one small change: `<` becomes `<=`, `and` becomes `or`, a line is left out, a name
is misspelt (tests/mutants/operators.py). Each is tried by the tests of its module, then by whole stories on SQLite; a mutant that
passes them all has survived. Those that nobody could notice stand in equivalent.toml with the reason, and are not counted.
Exit code 1 under nine of ten, or where that list names what is noticed or is no more.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.breeding import Mutant, mutants_of
from tests.mutants.targets import STORIES, TARGETS, Target
from tests.mutants.trial import apart, path_of, tried

WANTED = 0.90
EQUIVALENT = Path(__file__).with_name("equivalent.toml")

Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Tally:
    """How a module fared."""

    mutants: int = 0
    killed: int = 0
    survived: int = 0
    equivalent: int = 0

    @property
    def share(self) -> float:
        """Return the share killed of those that can be."""
        counted = self.killed + self.survived
        return self.killed / counted if counted else 1.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.mutants + other.mutants, self.killed + other.killed, self.survived + other.survived, self.equivalent + other.equivalent
        )  # fmt: skip

    def line(self, name: str) -> str:
        """Return it as a line of the print-out."""
        return f"{name:<28}{self.mutants:>8}{self.killed:>8}{self.survived:>9}{self.equivalent:>11}{self.share:>9.1%}"


HEAD = f"{'module':<28}{'mutants':>8}{'killed':>8}{'survived':>9}{'equivalent':>11}{'share':>9}"


def equivalents() -> dict[Key, str]:
    """Return the mutants that nobody could notice, and why."""
    told = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("equivalent", [])
    return {(one["module"], one["within"], one["before"], one["after"]): one["why"] for one in told}


def bred(target: Target, *operators: str) -> Iterator[Mutant]:
    """Yield the mutants of a target: by its operators, or by those named."""
    source = path_of(target.module).read_text(encoding="utf-8")
    return filter(target.bred, mutants_of(target.module, source, operators or target.operators))


def fared(target: Target, jobs: int, *, alone: bool) -> Iterator[str]:
    """Try a target's mutants, in a process of its own; yield a line for each that was not killed, then the tally."""
    known, mutants = equivalents(), list(bred(target))
    tally = Tally(len(mutants))
    left = [one for one, survived in tried(target.module, mutants, target.alone, jobs) if survived]
    tally.equivalent = sum(one.key in known for one in left)
    # What nobody could notice is not noticed by the module's own tests either.
    passed = {one.key for one in left}
    yield from (
        f"noticed, though listed as equivalent: {one}" for one in mutants if one.key in known and one.key not in passed
    )
    left = [one for one in left if one.key not in known]
    if not alone:
        left = [one for one, survived in tried(target.module, left, STORIES, jobs) if survived]
    yield from (f"survived: {one}" for one in left)
    tally.survived = len(left)
    tally.killed = len(mutants) - len(left) - tally.equivalent
    gone = {key for key in known if key[0] == target.module} - {one.key for one in mutants}
    yield from (f"listed as equivalent, and no more: {key}" for key in sorted(gone))
    yield f"= {tally.mutants} {tally.killed} {tally.survived} {tally.equivalent}"


def run(targets: Sequence[Target], jobs: int, *, alone: bool) -> int:
    """Try the targets one after another and print how they fared; return the exit code."""
    tallies: dict[str, Tally] = {}
    wrong = 0
    for target in targets:
        for line in apart(lambda target=target: fared(target, jobs, alone=alone)):  # type: ignore[misc]
            if line.startswith("= "):
                tallies[target.module] = Tally(*map(int, line[2:].split()))
                say(tallies[target.module].line(target.module))
            else:
                wrong += line.startswith(("noticed", "listed"))
                say(line)
    whole = sum(tallies.values(), Tally())
    say("\n".join(("", HEAD, *(one.line(name) for name, one in tallies.items()), whole.line("all"))))
    return int(wrong > 0 or least(tallies) < WANTED)


def least(tallies: Mapping[str, Tally]) -> float:
    """Return the share of the module that fared worst."""
    return min(one.share for one in tallies.values())


def say(line: str) -> None:
    """Print at once: a run takes long."""
    print(line, flush=True)


def main(words: Sequence[str]) -> int:
    """Try what was named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help=f"of {', '.join(TARGETS)}; all where none is named"
    )
    parser.add_argument("--jobs", type=int, default=1, help="mutants tried side by side")
    parser.add_argument(
        "--alone", action="store_true", help="without the stories: quick, and harsher than it should be"
    )
    given = parser.parse_args(words)
    if unknown := [name for name in given.modules if name not in TARGETS]:
        parser.error(f"not mutated: {', '.join(unknown)}")
    return run([TARGETS[name] for name in given.modules or TARGETS], given.jobs, alone=given.alone)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
