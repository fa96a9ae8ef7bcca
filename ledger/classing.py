"""What a ledger's aspects and topics mean in its round's dictionary 问题分类: what it does not know, what is told once, what is marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ledger.sheet import Row
from ledger.words import BLANKS
from register.household import must_enter
from register.wanted import Wanted
from storage.dictionary import TOPIC, meant
from storage.reads.dictionaries import Dictionaries, Version, dictionaries_of, round_dictionaries, topics_of
from storage.sql import Driver
from storage.work import Work
from workflow.subject import Actor

AT_ONCE: Final = 1000
MOST_TOPICS: Final = 10


@dataclass(frozen=True, slots=True)
class Unknown:
    """An aspect that a dictionary does not know: how the ledger writes it, in how many rows, and the sentence that says so."""

    word: str
    rows: int
    notice: str


@dataclass
class Classing:
    """The dictionaries of a jurisdiction, and the version that a round is bound to; None where it is bound to none."""

    there: Dictionaries
    version: Version | None
    notices: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, driver: Driver, jurisdiction: int, round_id: int) -> Classing:
        """Read what a round is bound to."""
        bound = {number: version for number, _, version in round_dictionaries(driver, jurisdiction)}
        there = dictionaries_of(driver, jurisdiction)
        return cls(there, there.by_id(bound.get(round_id)))

    def unknown(self, rows: Sequence[Row]) -> list[Unknown]:
        """Return the aspects of a ledger that the round's dictionary does not know, each once."""
        version, counts = self.version, _counted(row.category for row in rows)
        if version is None:
            return []
        return [
            Unknown(word, count, f"方面“{word}”（{count} 行）不在问题分类“{version}”中，照原样导入，没有归类")
            for word, count in counts.items()
            if self.there.aspect(version, word) is None
        ]

    def tell(
        self, work: Work, said: Mapping[str, str], rows: Sequence[Row], actor: Actor, now: datetime
    ) -> list[Unknown]:
        """Enter which aspect is meant by words that are not known, and return those; NotEntered where the register refuses it."""
        unknown = self.unknown(rows)
        self.notices += [one.notice for one in unknown if one.word not in said]
        told = {one.word: code for one in unknown if (code := said.get(one.word))}
        if self.version is not None and told:
            name = self.version.name
            fields = [{"dictionary": name, "word": word, "code": code} for word, code in told.items()]
            must_enter(work, [Wanted("wording", "make", None, one) for one in fields], actor, now)
        return unknown

    def mark(
        self, work: Work, placed: Sequence[tuple[Row, int]], for_all: Sequence[str], actor: Actor, now: datetime
    ) -> int:
        """Mark the cases of rows with their topics, those of the row and those for all; return how many marks were new."""
        wanted = {case: self._topics([*topics_in(row), *for_all]) for row, case in placed}
        cases, count = [case for case, topics in wanted.items() if topics], 0
        for start in range(0, len(cases), AT_ONCE):
            part = cases[start : start + AT_ONCE]
            marked = topics_of(work.driver, part)
            new = [(case, topic) for case in part for topic in wanted[case] if topic not in marked.get(case, ())]
            made = [Wanted("topic", "make", None, {"case_id": case, "topic": topic}) for case, topic in new]
            count += len(must_enter(work, made, actor, now)) if made else 0
        self.notices += self._unknown_topics([row for row, _ in placed])
        return count

    def _topics(self, words: Sequence[str]) -> list[str]:
        """Return topics as the dictionary writes them; what it does not know stays as it is."""
        entries = self.version.entries if self.version else ()
        found = ((meant(entries, TOPIC, word), word) for word in words)
        return list(dict.fromkeys(entry.words if entry else word for entry, word in found))

    def _unknown_topics(self, rows: Sequence[Row]) -> Iterator[str]:
        version = self.version
        for word, count in _counted(word for row in rows for word in topics_in(row)).items() if version else ():
            if version and meant(version.entries, TOPIC, word) is None:
                yield f"专题“{word}”（{count} 行）不在问题分类“{version}”中，照原样标注"


def topics_in(row: Row) -> list[str]:
    """Return the topics that a row names."""
    parts = row.topics.replace("，", "、").replace("；", "、").replace(",", "、").replace(";", "、").split("、")
    return [word for part in parts if (word := BLANKS.sub("", part))][:MOST_TOPICS]


def usual_dictionary(driver: Driver, jurisdiction: int) -> int | None:
    """Return the version that a new round is bound to where nothing else is said: the newest of that which the last round follows, else of the last comer."""
    there = dictionaries_of(driver, jurisdiction)
    last = next((there.by_id(bound) for _, _, bound in round_dictionaries(driver, jurisdiction) if bound), None)
    newest = there.newest()
    return next((one.id for one in newest if last and one.name == last.name), newest[-1].id if newest else None)


def _counted(words: Iterator[str] | Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        if word:
            counts[word] = counts.get(word, 0) + 1
    return counts
