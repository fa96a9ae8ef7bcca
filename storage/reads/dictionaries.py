"""Dictionaries 问题分类 as they are read: every version, what ledgers write otherwise, and by all of it what the words of a problem mean."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storage.dictionary import ASPECT, TOPIC, Entry, meant, read_written
from storage.sql import Driver, Part, Row

OTHERWISE: Final = "none"
"""Instead of an aspect: what no dictionary knows."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a dictionary: the number of its row, its name and version, its entries."""

    id: int
    name: str
    version: int
    entries: tuple[Entry, ...]

    def __str__(self) -> str:
        return f"{self.name} 第 {self.version} 版"

    def of(self, section: str) -> tuple[Entry, ...]:
        """Return the entries of a section."""
        return tuple(one for one in self.entries if one.section == section)


@dataclass
class Dictionaries:
    """All versions of a jurisdiction, the oldest first, and which aspect or topic, by its code, is meant by a word of ledgers, by name, section and word."""

    versions: list[Version] = field(default_factory=list)
    wordings: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def newest(self) -> list[Version]:
        """Return the newest version of each dictionary, that of the last comer last."""
        found = {one.name: one for one in self.versions}
        return sorted(found.values(), key=lambda one: one.id)

    def by_id(self, number: int | None) -> Version | None:
        """Return a version by the number of its row."""
        return next((one for one in self.versions if one.id == number), None)

    def meant(self, version: Version, section: str, word: str) -> Entry | None:
        """Return the entry of a section that is meant by a word: as it is written there, or as was told once."""
        found = meant(version.entries, section, word)
        code = self.wordings.get((version.name, section, word))
        return found or next((one for one in version.of(section) if one.code == code), None)

    def section(self, name: str, code: str) -> str:
        """Return the section in which the newest version that has a code has it; that of the aspects where none has."""
        has = (
            entry.section
            for one in reversed(self.versions)
            if one.name == name
            for entry in one.entries
            if entry.code == code
        )
        return next(has, ASPECT)

    def aspects(self) -> list[tuple[str, str]]:
        """Return the aspects to choose from, each with what an address calls it; with several dictionaries each says whose it is."""
        newest = self.newest()
        return [
            (
                f"{self._first(one.name)}.{entry.code}",
                entry.words if len(newest) == 1 else f"{entry.words}（{one.name}）",
            )
            for one in newest
            for entry in one.of(ASPECT)
        ]

    def address(self, version: Version, entry: Entry) -> str:
        """Return what an address calls an aspect: the same in every version."""
        return f"{self._first(version.name)}.{entry.code}"

    def words_of(self, address: str) -> list[str] | None:
        """Return how ledgers write an aspect; all that are known for OTHERWISE, None for what is no aspect."""
        if address == OTHERWISE:
            return sorted({word for known in self._known().values() for word in known})
        first, _, code = address.partition(".")
        return sorted(self._known().get((first, code), ())) or None

    def _known(self) -> dict[tuple[str, str], set[str]]:
        """Return how ledgers write each aspect, as the newest version that has it knows, and as was told once."""
        entries = {(one.name, entry.code): entry for one in self.versions for entry in one.of(ASPECT)}
        return {
            (str(self._first(name)), code): {
                *entry.all_words,
                *(word for (of, _, word), told in self.wordings.items() if (of, told) == (name, code)),
            }
            for (name, code), entry in entries.items()
        }

    def topics(self) -> list[str]:
        """Return the topics to choose from."""
        return list(dict.fromkeys(entry.words for one in self.newest() for entry in one.of(TOPIC)))

    def _first(self, name: str) -> int:
        return next(one.id for one in self.versions if one.name == name)


LISTED: Final = "SELECT kind, id, fields FROM listed WHERE jurisdiction = ? AND kind IN ('dictionary', 'wording')"


def dictionaries_of(driver: Driver, jurisdiction: int) -> Dictionaries:
    """Return the dictionaries of a jurisdiction, with one statement."""
    return dictionaries_in(driver.all(f"{LISTED} ORDER BY id", (jurisdiction,)))


def dictionaries_in(rows: Iterable[Row]) -> Dictionaries:
    """Return the dictionaries that stand in rows of LISTED, in the order of their numbers."""
    found = Dictionaries()
    for kind, number, fields in rows:
        row = json.loads(fields)
        if kind == "dictionary":
            found.versions.append(Version(number, row["name"], row["version"], read_written(row["entries"])))
        else:
            section = found.section(row["dictionary"], row["code"])
            found.wordings[row["dictionary"], section, row["word"]] = row["code"]
    return found


def round_dictionaries(driver: Driver, jurisdiction: int) -> list[tuple[int, str, int | None]]:
    """Return the rounds, the newest first: number, name, and the version of a dictionary that each is bound to."""
    sql = "SELECT id, name, dictionary_id FROM rounds WHERE jurisdiction = ? ORDER BY id DESC"
    return [(row[0], row[1], row[2]) for row in driver.all(sql, (jurisdiction,))]


def category_counts(
    driver: Driver, jurisdiction: int, rounds: Sequence[int], hidden: Collection[int] = ()
) -> dict[str, int]:
    """Return how many problems of some rounds, but for those hidden, stand under each aspect, as their ledgers wrote it."""
    among, params = _of_rounds(driver, rounds, hidden)
    sql = f"SELECT category, COUNT(*) FROM cases c WHERE jurisdiction = ? AND {among} AND NOT void GROUP BY category"
    return dict(map(tuple, driver.all(sql, (jurisdiction, *params)))) if rounds else {}


def _of_rounds(driver: Driver, rounds: Sequence[int], hidden: Collection[int]) -> Part:
    among, params = driver.among("c.round_id", rounds)
    but, more = driver.among("c.id", hidden) if hidden else ("", [])
    return (f"{among} AND NOT {but}" if but else among), [*params, *more]


def topic_counts(
    driver: Driver, jurisdiction: int, rounds: Sequence[int], hidden: Collection[int] = ()
) -> dict[str, int]:
    """Return how many problems of some rounds, but for those hidden, are of each topic."""
    among, params = _of_rounds(driver, rounds, hidden)
    sql = (
        "SELECT t.topic, COUNT(*) FROM case_topics t JOIN cases c ON c.id = t.case_id "
        f"WHERE t.jurisdiction = ? AND NOT t.gone AND {among} AND NOT c.void GROUP BY t.topic"
    )
    return dict(map(tuple, driver.all(sql, (jurisdiction, *params)))) if rounds else {}


@dataclass(slots=True)
class Classed:
    """How many problems of some rounds are of each aspect, by its code, of each topic, and of none, as their ledgers write it."""

    aspects: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    otherwise: dict[str, int] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        """Return how many are of no aspect."""
        return sum(self.otherwise.values())


def classed(
    driver: Driver,
    jurisdiction: int,
    there: Dictionaries,
    version: Version | None,
    rounds: Sequence[int],
    hidden: Collection[int] = (),
) -> Classed:
    """Count the problems of rounds as a version of a dictionary sorts them, but for those hidden; without one all are of no aspect."""
    found = Classed()
    for word, count in category_counts(driver, jurisdiction, rounds, hidden).items():
        entry = there.meant(version, ASPECT, word) if version else None
        to, key = (found.aspects, entry.code) if entry else (found.otherwise, word)
        to[key] = to.get(key, 0) + count
    marked = topic_counts(driver, jurisdiction, rounds, hidden)
    found.topics = {
        entry.words: marked.pop(entry.words, 0) for entry in (version.of(TOPIC) if version else ())
    } | marked
    return found


def topics_in_line(driver: Driver) -> str:
    """Return the column that says the topics of a case `c` in one text, in the order in which they were marked."""
    own = "FROM case_topics t WHERE t.case_id = c.id AND NOT t.gone"
    if driver.sqlite:
        return f"(SELECT group_concat(in_order.topic, '、') FROM (SELECT t.topic {own} ORDER BY t.id) in_order)"
    return f"(SELECT string_agg(t.topic, '、' ORDER BY t.id) {own})"


def marks_of(driver: Driver, case: int) -> dict[str, int]:
    """Return the topics of a case, each with the row that marks it."""
    sql = "SELECT topic, id FROM case_topics WHERE case_id = ? AND NOT gone ORDER BY id"
    return dict(map(tuple, driver.all(sql, (case,))))


def marks_with(driver: Driver, topic: str, cases: Sequence[int]) -> dict[int, int]:
    """Return which of these cases are of a topic, each with the row that marks it."""
    among, params = driver.among("case_id", cases)
    sql = f"SELECT case_id, id FROM case_topics WHERE {among} AND topic = ? AND NOT gone ORDER BY id"
    return dict(map(tuple, driver.all(sql, [*params, topic]))) if cases else {}


def topics_of(driver: Driver, cases: Sequence[int]) -> dict[int, list[str]]:
    """Return the topics of cases, in the order in which they were marked."""
    among, params = driver.among("case_id", cases)
    sql = f"SELECT case_id, topic FROM case_topics WHERE {among} AND NOT gone ORDER BY id"
    found: dict[int, list[str]] = {}
    for case, topic in driver.all(sql, params) if cases else ():
        found.setdefault(case, []).append(topic)
    return found


def topic_case(driver: Driver, jurisdiction: int, case: int, topic: str) -> tuple[bool, bool]:
    """Return whether there is such a case, and whether it is of the topic already."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM case_topics t WHERE t.case_id = c.id AND t.topic = ? AND NOT t.gone) "
        "FROM cases c WHERE c.id = ? AND c.jurisdiction = ?"
    )
    row: Any = driver.one(sql, (topic, case, jurisdiction))
    return row is not None, bool(row and row[0])
