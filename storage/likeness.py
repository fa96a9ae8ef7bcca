"""Likeness 相似度: how far two problems are said in the same words, in whole per cent. A person judges whether they are one problem."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Final

from storage.visible import unified

LONGEST: Final = 500
"""So many signs of a text are compared; problems are said in fewer."""
_NO_WORDS: Final = re.compile(r"\d[\d.,]*\s*[年月日号]?|[\W_]+")


def likeness(one: str, other: str) -> int:
    """Return how alike two texts are, in whole per cent: twice the pairs of neighbouring characters they share, by all that both have (Dice)."""
    return alike(pairs_of(one), pairs_of(other))


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters of a text as it looks, without punctuation, numbers and dates; a single letter stands alone."""
    letters = _NO_WORDS.sub("", unicodedata.normalize("NFKC", unified(text[:LONGEST])).casefold())
    return frozenset(map("".join, pairwise(letters))) if len(letters) > 1 else frozenset(letters)


def alike(one: frozenset[str], other: frozenset[str]) -> int:
    """Return how alike two texts are by their pairs; of a text without letters nothing is known."""
    whole = len(one) + len(other)
    return (200 * len(one & other) + whole // 2) // whole if one and other else 0


def most_alike(one: frozenset[str], other: frozenset[str]) -> int:
    """Return what two texts could be at most by how much they say: what is far longer is never like it."""
    whole = len(one) + len(other)
    return (400 * min(len(one), len(other)) + whole) // (2 * whole) if one and other else 0
