"""Where in a TOML file each key stands: tomllib says what a file holds, and nothing of its lines."""

from __future__ import annotations

import re
import tomllib
from typing import Final

Path = tuple[str | int, ...]

DEEPEST: Final = 20
LONGEST_WORD: Final = 200  # a number of thousands of digits is none that anybody counts with

_TOKEN: Final = re.compile(
    r"""
    (?P<comment>\#[^\n]*) | (?P<line>\r?\n) | (?P<blank>[ \t]+)
    | (?P<quoted>\"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<mark>[\[\]{}.,=]) | (?P<word>[^\s\[\]{}.,=\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


def key_lines(text: str) -> dict[Path, int]:
    """Return the line, from 1, of every key and table of a TOML document that tomllib can read."""
    return _Reader(text).read()


def line_of(lines: dict[Path, int], place: Path) -> int | None:
    """Return the line of a key, or of the nearest table round it that is written; None where none is."""
    for end in range(len(place), 0, -1):
        if place[:end] in lines:
            return lines[place[:end]]
    return None


def line_beyond_reading(text: str) -> int | None:
    """Return the line of the first bracket or dotted key that lies too deep, or word that is too long, to be read; None where all can be."""
    line, depth, dots = 1, 0, 0
    for found in _TOKEN.finditer(text):
        kind, sign = found.lastgroup, found[0]
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign, 0)
        if kind == "line" or (kind == "mark" and sign != "."):
            dots = 0
        dots += sign == "."
        if depth + dots > DEEPEST or (kind == "word" and len(sign) > LONGEST_WORD):
            return line
        line += sign.count("\n")
    return None


class _Reader:
    """Walks the tokens of a document that is known to be well formed."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        line = 1
        for found in _TOKEN.finditer(text):
            kind = found.lastgroup or ""
            if kind not in ("comment", "blank"):
                self.tokens.append((kind, found[0], line))
            line += found[0].count("\n")
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def read(self) -> dict[Path, int]:
        """Read statement by statement: a table's head, or a key with its value."""
        table: Path = ()
        while self.at < len(self.tokens):
            if self._kind() == "line":
                self.at += 1
            elif self._text() == "[":
                table = self._head()
            else:
                self._pair(table)
        return self.lines

    def _head(self) -> Path:
        opened = self.at
        while self._text() == "[":
            self.at += 1
        of_many, line = self.at - opened == 2, self._line()
        place = self._inside(self._key())
        if of_many:
            self.counts[place] = self.counts.get(place, -1) + 1
            place = (*place, self.counts[place])
        self._note(place, line)
        while self._kind() not in ("line", ""):
            self.at += 1
        return place

    def _inside(self, place: Path) -> Path:
        """Return the place with the running number of every array of tables it lies in."""
        inside: Path = ()
        for part in place[:-1]:
            inside = (*inside, part)
            if inside in self.counts:
                inside = (*inside, self.counts[inside])
        return (*inside, *place[-1:])

    def _pair(self, table: Path) -> None:
        line = self._line()
        place = (*table, *self._key())
        self._note(place, line)
        self.at += 1  # the equals sign
        self._value(place)

    def _key(self) -> Path:
        parts: list[str] = []
        while self._kind() in ("word", "quoted") or self._text() == ".":
            if self._text() != ".":
                parts.append(_plain(self._text()))
            self.at += 1
        return tuple(parts)

    def _value(self, place: Path) -> None:
        if self._text() == "{":
            self._inner(place)
        elif self._text() == "[":
            self._list(place)
        else:
            while self._kind() not in ("line", "") and self._text() not in (",", "]", "}"):
                self.at += 1

    def _inner(self, place: Path) -> None:
        self.at += 1
        while self._text() != "}":
            if self._text() == "," or self._kind() == "line":
                self.at += 1
            else:
                self._pair(place)
        self.at += 1

    def _list(self, place: Path) -> None:
        self.at += 1
        number = 0
        while self._text() != "]":
            if self._text() == "," or self._kind() == "line":
                self.at += 1
            else:
                self.lines.setdefault((*place, number), self._line())
                self._value((*place, number))
                number += 1
        self.at += 1

    def _note(self, place: Path, line: int) -> None:
        # A table that is only named on the way to a deeper one is found at the first that goes through it.
        for end in range(1, len(place) + 1):
            self.lines.setdefault(place[:end], line)

    def _kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def _text(self) -> str:
        return self.tokens[self.at][1] if self._kind() in ("mark", "word", "quoted") else ""

    def _line(self) -> int:
        return self.tokens[self.at][2]


def _plain(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    return str(tomllib.loads(f"key = {key}")["key"]) if key[0] == '"' else key
