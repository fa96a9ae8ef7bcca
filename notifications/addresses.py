"""Names and header words: what somebody typed is put on one line before it reaches a header."""

from __future__ import annotations

import unicodedata

LONGEST = 120
_FOLDED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NAME = frozenset("LNM")
_NAME_MARKS = frozenset("·-_")


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text on one line: line ends, control and invisible characters are spaces, and it is cut at `longest`."""
    folded = "".join(" " if unicodedata.category(c) in _FOLDED else c for c in text[: 4 * longest])
    words = " ".join(folded.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def header_words(text: str, longest: int = 2 * LONGEST) -> str:
    """The text as a header may carry it: on one line, and nothing in it reads as an encoded word."""
    return one_line(text, longest).replace("=?", "= ?")


def display_name(name: str) -> str:
    """The name beside an address: letters, digits and spaces; nothing in it can end it or look like an address."""
    kept = (c if unicodedata.category(c)[0] in _NAME or c in _NAME_MARKS else " " for c in one_line(name))
    return " ".join("".join(kept).split())
