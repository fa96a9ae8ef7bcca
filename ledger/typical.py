"""Which typical problem 常见问题 of a dictionary a problem comes near to: by pairs of neighbouring characters, so that it can be shown why."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from storage.dictionary import ASPECT, TYPICAL, Entry
from storage.reads.dictionaries import Version

_QUOTES: Final = re.compile(r"[\s“”‘’\"'《》〈〉]")
_CLAUSE: Final = re.compile(r"[^\W_]+")
SHORTEST: Final = 4
"""A clause of fewer characters, as “不公开”, tells nothing of what a problem is about."""
LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Likeness:
    """A typical problem that a text comes near to, the aspect that it belongs to, and its words that stand in the text."""

    typical: Entry
    aspect: Entry
    words: tuple[str, ...]

    def __str__(self) -> str:
        typical = self.typical.words.replace("“", "‘").replace("”", "’")
        return f"按常见问题“{typical}”建议“{self.aspect.words}”（文中有：{'、'.join(self.words)}）"


@dataclass(frozen=True, slots=True)
class _Clause:
    """What stands between two marks in a typical problem, and its pairs of characters."""

    typical: Entry
    text: str
    pairs: frozenset[str]


class TypicalProblems:
    """The typical problems of a version that belong to an aspect."""

    def __init__(self, version: Version) -> None:
        """Take their clauses apart, once for all that is looked up."""
        self._aspects = {one.code: one for one in version.of(ASPECT)}
        typical = [one for one in version.of(TYPICAL) if one.under in self._aspects]
        self._clauses = [clause for one in typical for clause in _clauses(one)]
        self._having: dict[str, list[int]] = defaultdict(list)
        for place, clause in enumerate(self._clauses):
            for pair in clause.pairs:
                self._having[pair].append(place)

    def nearest(self, text: str, sort: str) -> Likeness | None:
        """Return the typical problem that a text comes nearest to, of those for its kind of unit; a kind that is not known bars none.

        A clause counts of which more than half of the pairs stand in the text; whose clauses have most of them is the nearest,
        of several the one that stands first.
        """
        pairs = frozenset(_paired(_QUOTES.sub("", text[:LONGEST])))
        found = Counter(place for pair in pairs for place in self._having.get(pair, ()))
        near: Counter[Entry] = Counter()
        for place in sorted(found):
            clause = self._clauses[place]
            sorts = clause.typical.sorts
            if 2 * found[place] > len(clause.pairs) and (not sorts or not sort or sort in sorts):
                near[clause.typical] += found[place]
        if not near:
            return None
        [(best, _)] = near.most_common(1)
        there = [
            one for place, one in enumerate(self._clauses) if one.typical == best and 2 * found[place] > len(one.pairs)
        ]
        words = dict.fromkeys(run for one in there for run in _runs(one.text, pairs))
        return Likeness(best, self._aspects[best.under], tuple(words))


def _clauses(typical: Entry) -> Iterator[_Clause]:
    for words in typical.all_words:
        for text in _CLAUSE.findall(_QUOTES.sub("", words)):
            if len(text) >= SHORTEST:
                yield _Clause(typical, text, frozenset(_paired(text)))


def _paired(text: str) -> Iterator[str]:
    return (one + other for one, other in pairwise(text))


def _runs(text: str, pairs: frozenset[str]) -> Iterator[str]:
    """Yield the longest parts of a clause all pairs of which are there."""
    run = ""
    for one, other in pairwise(text):
        if one + other in pairs:
            run = run + other if run else one + other
        elif run:
            yield run
            run = ""
    if run:
        yield run
