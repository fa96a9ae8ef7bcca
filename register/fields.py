"""A field of a kind of the register: its words and its type, the columns in which its value is kept, what of it entries keep in clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_SEALED: Final = frozenset({"text", "name", "email", "key", "entries", "signs"})
_PLAIN: Final = _SEALED | frozenset({
    "login", "date", "flag", "choice", "choices", "role", "capacity", "hash", "int", "days", "numbers", "file", "case", "cases", "roles", "people",
})  # fmt: skip


def in_parts(file: str) -> tuple[str, str]:
    """Return the hash and the name of a file as a field says it: one behind the other."""
    digest, _, name = file.partition(" ")
    return digest, name


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind: its words, its type; the values of a choice by their words."""

    name: str
    shown: str
    type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    long: bool = False
    """It is written in several lines, and read as one."""
    within: str = ""
    """Of rows of one name that is meant which says the same here: a team by its name, of the round."""
    under: str = ""
    """The column, where it is not called after the field: what an earlier release kept otherwise."""
    secret: bool = False
    """Entries keep only a commitment to it, though it is no free text."""

    @property
    def refers(self) -> bool:
        """Say whether it names a row of another kind."""
        return self.type not in _PLAIN

    @property
    def column(self) -> str:
        """Return the name under which its value is kept."""
        if self.under:
            return self.under
        return f"{self.name}_id" if self.refers and self.type != "profile" else self.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns in which its value is kept: of a file the hash, and the name that it came with."""
        return (self.column, f"{self.column}_name") if self.type == "file" else (self.column,)

    @property
    def sealed(self) -> tuple[str, ...]:
        """Return the columns to which entries keep only a commitment: names, addresses and all free text."""
        return self.columns if self.secret or self.type in _SEALED else self.columns[1:]

    def kept(self, value: Any) -> dict[str, Any]:
        """Return what its columns hold of a value."""
        if self.type != "file":
            return {self.column: value}
        return dict.fromkeys(self.columns) if value is None else dict(zip(self.columns, in_parts(value), strict=True))
