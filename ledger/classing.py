"""What a ledger's aspects and topics mean in its round's dictionary 问题分类: what it does not know, what is proposed, what is told once, what is marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from ledger.sheet import Row, Sheet, shown
from ledger.typical import Likeness, TypicalProblems
from ledger.words import BLANKS
from register.household import must_enter
from register.wanted import Wanted
from storage.dictionary import ASPECT, SECTIONS, TOPIC, Entry
from storage.reads.dictionaries import Dictionaries, Version, dictionaries_of, round_dictionaries, topics_of
from storage.sql import Driver
from storage.work import Work
from workflow.subject import Actor

AT_ONCE: Final = 1000
MOST_TOPICS: Final = 10
MOST_COMPARED: Final = 200
"""Of an aspect that is not known so many rows are looked at for what it may be."""
MOST_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Unknown:
    """An aspect or a topic that a dictionary does not know: how the ledger writes it, in how many rows, and the sentence that says so."""

    word: str
    rows: int
    notice: str
    likeness: Likeness | None = None
    """What an aspect is proposed by, where all its rows that come near to a typical problem come near to those of one aspect."""
    alike: int = 0
    """How many of its rows do so."""


SHOWN_FIRST: Final = 3
"""So many of a proposal's rows are shown with their words."""


@dataclass(frozen=True, slots=True)
class Unclassed:
    """New rows that say no aspect and come near to the same typical problem: the aspect is proposed by it, and left open until somebody says so."""

    likeness: Likeness
    rows: tuple[tuple[int, str, str], ...]
    """The number of each in the file, what the row is called, and how its words begin."""
    named: str
    """What the rows are called together."""
    further: str
    """What those are called that follow the first three."""

    @property
    def code(self) -> str:
        """Return by what an answer names it."""
        return self.likeness.typical.code

    @property
    def notice(self) -> str:
        """Return the sentence that says it where nobody is asked."""
        return f"{self.named}没有写方面，{self.likeness}，没有采用"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said to what a dictionary does not know: by the word, or by the typical problem, the code of what is meant."""

    aspects: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    unclassed: Mapping[str, str] = field(default_factory=dict)
    """Of rows without an aspect, by the code of the typical problem that they come near to."""


@dataclass
class Classing:
    """The dictionaries of a jurisdiction, and the version that a round is bound to; None where it is bound to none."""

    there: Dictionaries
    version: Version | None
    sorts: Mapping[str, str] = field(default_factory=dict)
    """The kinds of the units of a ledger, by their names; of some it is not known."""
    notices: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unclassed: list[Unclassed] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    unknown_topics: list[Unknown] = field(default_factory=list)

    @classmethod
    def of(cls, driver: Driver, jurisdiction: int, round_id: int, sorts: Mapping[str, str]) -> Classing:
        """Read what a round is bound to."""
        bound = {number: version for number, _, version in round_dictionaries(driver, jurisdiction)}
        there = dictionaries_of(driver, jurisdiction)
        return cls(there, there.by_id(bound.get(round_id)), sorts)

    @cached_property
    def typical(self) -> TypicalProblems | None:
        """Return the typical problems of the version."""
        return TypicalProblems(self.version) if self.version else None

    def classed(self, sheet: Sheet, rows: Sequence[Row], said: Mapping[str, str]) -> list[Row]:
        """Return new rows, with the aspect that was said where they had none; what was not said is a notice."""
        near: dict[str, list[tuple[Row, Likeness]]] = {}
        for row in rows:
            if not row.category and (likeness := self._nearest(row)):
                near.setdefault(likeness.typical.code, []).append((row, likeness))
        self.unclassed = [_together(sheet, some) for some in near.values()]
        self.notices += [one.notice for one in self.unclassed if one.code not in said]
        words = {
            number: aspect.words
            for one in self.unclassed
            if (aspect := self._meant(ASPECT, said.get(one.code, "")))
            for number, *_ in one.rows
        }
        return [replace(row, category=words.get(row.row, row.category)) for row in rows]

    def _nearest(self, row: Row) -> Likeness | None:
        if self.typical is None:
            return None
        return self.typical.nearest(f"{row.problem}，{row.detail}", self.sorts.get(row.unit or "", ""))

    def _meant(self, section: str, code: str) -> Entry | None:
        """Return the entry that a code names; one that is not there is a fault."""
        if not code or self.version is None:
            return None
        found = next((one for one in self.version.of(section) if one.code == code), None)
        if found is None:
            self.faults.append(f"“{self.version}”没有代码为“{code}”的{SECTIONS[section]}，请重新选择")
        return found

    def tell(self, work: Work, said: Said, rows: Sequence[Row], actor: Actor, now: datetime) -> None:
        """Enter which aspect and which topic is meant by words that are not known; NotEntered where the register refuses it."""
        if self.version is None:
            return
        self.unknown, self.unknown_topics = self._unknown(rows), self._strange_topics(rows)
        name = self.version.name
        for section, unknown, told in (
            (ASPECT, self.unknown, said.aspects),
            (TOPIC, self.unknown_topics, said.topics),
        ):
            self.notices += [one.notice for one in unknown if one.word not in told]
            meant = {one.word: entry for one in unknown if (entry := self._meant(section, told.get(one.word, "")))}
            fields = [{"dictionary": name, "word": word, "code": entry.code} for word, entry in meant.items()]
            if fields:
                must_enter(work, [Wanted("wording", "make", None, one) for one in fields], actor, now)
                self.there.wordings |= {(name, section, word): entry.code for word, entry in meant.items()}

    def _unknown(self, rows: Sequence[Row]) -> list[Unknown]:
        """Return the aspects of a ledger that the round's dictionary does not know, each once."""
        having: dict[str, list[Row]] = {}
        for row in rows:
            if row.category:
                having.setdefault(row.category, []).append(row)
        version = self.version
        return [
            self._proposed(word, some)
            for word, some in having.items()
            if version and self.there.meant(version, ASPECT, word) is None
        ]

    def _proposed(self, word: str, rows: Sequence[Row]) -> Unknown:
        """Return what an unknown aspect may be: where its rows come near to those of several aspects, none is proposed."""
        why = f"方面“{word}”（{len(rows)} 行）不在问题分类“{self.version}”中，照原样导入，没有归类"
        near = [one for row in rows[:MOST_COMPARED] if (one := self._nearest(row))]
        if len({one.aspect.code for one in near}) != 1:
            return Unknown(word, len(rows), why)
        most = Counter(one.typical.code for one in near).most_common(1)[0][0]
        alike = [one for one in near if one.typical.code == most]
        likeness = Likeness(alike[0].typical, alike[0].aspect, _all_words(alike))
        return Unknown(word, len(rows), f"{why}；{likeness}", likeness, len(alike))

    def _strange_topics(self, rows: Sequence[Row]) -> list[Unknown]:
        version = self.version
        return [
            Unknown(word, count, f"专题“{word}”（{count} 行）不在问题分类“{version}”中，照原样标注")
            for word, count in Counter(word for row in rows for word in topics_in(row)).items()
            if version and self.there.meant(version, TOPIC, word) is None
        ]

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
        return count

    def _topics(self, words: Sequence[str]) -> list[str]:
        """Return topics as the dictionary writes them; what it does not know stays as it is."""
        version = self.version
        found = ((self.there.meant(version, TOPIC, word) if version else None, word) for word in words)
        return list(dict.fromkeys(entry.words if entry else word for entry, word in found))


def _together(sheet: Sheet, near: Sequence[tuple[Row, Likeness]]) -> Unclassed:
    first = near[0][1]
    likeness = Likeness(first.typical, first.aspect, _all_words(one for _, one in near))
    numbers = [row.row for row, _ in near]
    rows = tuple((row.row, sheet.place(row.row), shown(row.problem)) for row, _ in near)
    return Unclassed(likeness, rows, sheet.listed(numbers), sheet.listed(numbers[SHOWN_FIRST:]))


def _all_words(alike: Iterable[Likeness]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for one in alike for word in one.words))[:MOST_WORDS]


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
