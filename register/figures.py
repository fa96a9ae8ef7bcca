"""Figures as the pages count them: rounds by kind, coverage of the term, meetings, instructions; problems by aspect and topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from register.coverage import shares
from register.gatherings import in_order, instructions_counted, instructions_of, meetings_counted
from register.kinds import INSTRUCTION, KINDS
from storage.household import all_rows
from storage.meetings import MEETING
from storage.reads.coverage import MISSING, PLANNED, Term, current_term, other_terms, rounds_of_other_terms
from storage.reads.dictionaries import Dictionaries, classed, dictionaries_of, round_dictionaries
from storage.sql import Driver

ROUND_KINDS: Final = dict(KINDS["round"].field("sort").choices)
MEETING_KINDS: Final = dict(KINDS[MEETING].field("sort").choices)


def figures(driver: Driver, jurisdiction: int, today: date, round_id: int | None = None) -> dict[str, Any]:
    """Return the figures, of the term that it is; of one round neither a term nor meetings, and the instructions that are about it."""
    others = [] if round_id else rounds_of_other_terms(driver, jurisdiction, today)
    before = () if round_id else other_terms(driver, jurisdiction, today)
    rounds = {
        key: row
        for key, row in all_rows(driver, "round", jurisdiction)
        if round_id in (None, key) and key not in others
    }
    return {
        "rounds_by_kind": dict(Counter(row["sort"] or "" for row in rounds.values())),
        "coverage": None if round_id else _coverage(driver, jurisdiction, today),
        "meetings": None if round_id else _meetings(driver, jurisdiction, before),
        "instructions": _instructions(driver, jurisdiction, today, round_id, before),
        **_by_words(driver, jurisdiction, rounds),
    }


def _coverage(driver: Driver, jurisdiction: int, today: date) -> dict[str, Any] | None:
    """Return how far the term that it is is covered; None where there is none."""
    term = current_term(driver, jurisdiction, today)
    if term is None:
        return None
    whole = shares(driver, jurisdiction, term.number, today)["whole"]
    return {
        "term": term.name, "of": whole.of, "inspected": whole.inspected, "planned": whole.stages.get(PLANNED, 0),
        "missing": whole.stages.get(MISSING, 0), "rate": whole.per_cent,
    }  # fmt: skip


def _meetings(driver: Driver, jurisdiction: int, before: Sequence[Term]) -> dict[str, Any]:
    """Count those of the term that it is; those of other terms stand beside."""
    known = in_order(all_rows(driver, MEETING, jurisdiction))
    there = [one for one in known if not _in_any(before, one.held_on)]
    years = meetings_counted(there)
    kinds = Counter(one.sort for one in there)
    return {
        "count": len(there),
        "by_kind": dict(kinds),
        "cases": sum(one.cases for one in years),
        "other_terms": len(known) - len(there),
    }


def _in_any(terms: Sequence[Term], day: date) -> bool:
    return any(one.has(day) for one in terms)


def _instructions(
    driver: Driver, jurisdiction: int, today: date, round_id: int | None, before: Sequence[Term]
) -> dict[str, int]:
    known = instructions_of(all_rows(driver, INSTRUCTION, jurisdiction))
    about = [one for one in known if round_id in (None, one.row["round_id"])]
    there = [one for one in about if not _in_any(before, one.row["written_on"])]
    years = instructions_counted(there, today)
    return {
        "count": sum(one.count for one in years),
        "owed": sum(one.owed for one in years),
        "late": sum(one.late for one in years),
        "answered": sum(one.in_time + one.answered_late for one in years),
        "other_terms": len(about) - len(there),
    }


def _by_words(driver: Driver, jurisdiction: int, among: Collection[Any]) -> dict[str, Any]:
    """Return the problems of some rounds by aspect and topic, each round by the dictionary that it follows, said as the newest version says it."""
    there = dictionaries_of(driver, jurisdiction)
    bound: dict[int | None, list[int]] = {}
    for number, _, version in round_dictionaries(driver, jurisdiction):
        if number in among:
            bound.setdefault(version, []).append(number)
    aspects: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    unknown = 0
    for version, rounds in sorted(bound.items(), key=lambda one: one[0] or 0):
        found = classed(driver, jurisdiction, there, there.by_id(version), rounds)
        words = _words_of(there, version)
        aspects.update({words[code]: count for code, count in found.aspects.items()})
        topics.update({topic: count for topic, count in found.topics.items() if count})
        unknown += found.unknown
    return {"by_aspect": dict(aspects.most_common()), "no_aspect": unknown, "by_topic": dict(topics.most_common())}


def _words_of(there: Dictionaries, number: int | None) -> Mapping[str, str]:
    """Return how the newest version that has an aspect of a version says it, by its code."""
    version = there.by_id(number)
    same = [one for one in there.versions if version and one.name == version.name]
    return {entry.code: entry.words for one in same for entry in one.entries}
