"""The mutants of a source: where each one differs, in words that do not rot with the numbers of lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from tests.mutants.operators import all_operators

# Declarations that say how something is kept, not what it means.
_DECLARES = ("dataclass", "lru_cache", "cached_property")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A source with one change: by which operator, in which function, from which line to which."""

    module: str
    operator: str
    within: str
    before: str
    after: str
    line: int
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what it is known by."""
        return self.module, self.within, self.before, self.after

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.within} [{self.operator}]\n    - {self.before}\n    + {self.after}"


def mutants_of(module: str, source: str, only: Collection[str] = ()) -> Iterator[Mutant]:
    """Yield every mutant of a module: by all operators or those named; annotations and declarations are left alone."""
    operators = {name: one for name, one in all_operators().items() if not only or name in only}
    read = 0
    for statement in get_ast(source).children:
        # One statement of the module at a time: cosmic-ray parses anew for each mutant.
        part = statement.get_code()
        first, rest = source[:read], source[read + len(part) :]
        read += len(part)
        for name, node, changed in _changes(part, operators):
            before, after = _difference(part, changed)
            line = first.count("\n") + node.start_pos[0]
            yield Mutant(module, name, _within(node), before, after, line, f"{first}{changed}{rest}")


def _changes(part: str, operators: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    known = {part}
    for name, operator in operators.items():
        for occurrence, node in enumerate(_positions(part, operator)):
            if _is_only_said(node):
                continue
            changed = mutate_code(part, operator, occurrence)
            if changed is not None and changed not in known and _compiles(changed):
                known.add(changed)
                yield name, node, changed


def _positions(source: str, operator: Any) -> Iterator[Any]:
    for node in ast_nodes(get_ast(source)):
        yield from (node for _ in operator.mutation_positions(node))


def _is_only_said(node: Any) -> bool:
    """Whether a node is never run: an annotation, a type, or a declaration of how something is kept."""
    child, parent = node, node.parent
    while parent is not None:
        if parent.type == "annassign" and child is parent.children[1]:
            return True
        if parent.type in ("tfpdef", "import_from", "import_name"):
            return True
        if parent.type == "funcdef" and parent.annotation is child:
            return True
        if parent.type == "decorator" and parent.children[1].get_code().strip().startswith(_DECLARES):
            return True
        if parent.type == "atom_expr" and parent.children[0].get_code().strip() == "Literal":
            return True
        child, parent = parent, parent.parent
    return False


def _within(node: Any) -> str:
    names: list[str] = []
    while node is not None:
        if node.type in ("funcdef", "classdef"):
            names.append(node.name.value)
        node = node.parent
    return ".".join(reversed(names)) or "-"


def _difference(source: str, changed: str) -> tuple[str, str]:
    """The lines in which they differ."""
    old, new = source.splitlines(), changed.splitlines()
    shortest = min(len(old), len(new))
    head = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    tail = next((n for n in range(shortest - head) if old[-1 - n] != new[-1 - n]), shortest - head)
    return _said(old[head : len(old) - tail]), _said(new[head : len(new) - tail])


def _said(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
