"""What a ledger's line says of a case, from the records: its words, measures, latest progress, dates, results. Read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import clock
from states import ACTIONS, DONE, PUBLICIZED, UNIT_SIDE
from storage.columns import DATES, FOUND
from storage.confidence import restrictions
from storage.looks import Looks
from storage.reads.dictionaries import topics_in_line
from storage.reads.lamps import LAMP_ON
from storage.reads.ledger.beside import BESIDE, EVER
from storage.reads.ledger.then import Then, stood_then
from storage.sql import Driver, Row, as_date

AT_ONCE: Final = 1000
_IN_FORCE: Final = "SELECT case_id, text FROM measures WHERE {} AND until_version IS NULL ORDER BY case_id, no"
_COLUMNS = (
    "id", "number", *FOUND, *UNIT_SIDE, "due_on", "first_due_on", "kind", "state", "state_due_on", "flagged", "returns", "submitted_on",
    "verified_on", "settled_at", "fed_back_on", "rung",
)  # fmt: skip
_DATES = (*(name for name in _COLUMNS if name in DATES), "lamp_on")
_GRANTED = ACTIONS["grant_extension"].action
_EXTENDED = f"SELECT case_id, COUNT(*) FROM trail WHERE {{}} AND action = '{_GRANTED}' AND at < {{}} GROUP BY case_id"
_PAUSED = "SELECT case_id FROM clocks WHERE {} AND paused_since IS NOT NULL"
_LATEST = "g.version = (SELECT MAX(l.version) FROM progress l WHERE l.case_id = g.case_id AND l.unit_id IS NULL)"
"""What the unit that answers reported last; who assists 协办 reports beside it."""


def lines_of(
    driver: Driver, ids: Sequence[int], beside: Collection[str] | None = None, then: Then | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a line of each case in the order of the ids; so many statements for every AT_ONCE of them.

    With what is wanted of BESIDE its own columns are the ledger's words alone; without, they are what was told since.
    As of the end of a past day it says what was entered by then, and leaves out the cases that were not there yet.
    """
    for start in range(0, len(ids), AT_ONCE):
        yield from _lines(driver, ids[start : start + AT_ONCE], beside, then)


def written_of(driver: Driver, ids: Sequence[int]) -> dict[int, dict[str, tuple[str, ...]]]:
    """Return what ledgers say where they have the unit's own words: as they are handed out now, and as releases before wrote them."""
    written: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for start in range(0, len(ids), AT_ONCE):
        part, looks = ids[start : start + AT_ONCE], Looks(driver)
        told, handed = looks.at(told_of, part), {}
        for name, of in (("measures_said", "measures"), ("said", "progress")):
            handed[name] = looks.at(BESIDE[of], part, EVER)
        for name, now in handed.items():
            for case, text in now().items():
                written[case][name] = (text, *filter(None, [told().get(case, {}).get(name)]))
        submitted = looks.at(BESIDE["submitted"], part, EVER)
        for case, answers in submitted().items():
            if "said" not in written[case] and answers.get("said"):
                written[case]["said"] = (answers["said"],)
    return written


def told_of(driver: Driver, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return what lines say where a ledger has the unit's own words: measures of the plan and progress, of cases that have them."""
    told: dict[int, dict[str, str]] = defaultdict(dict)
    for start in range(0, len(ids), AT_ONCE):
        part, looks = ids[start : start + AT_ONCE], Looks(driver)
        for name, texts in (("measures_said", looks.at(_measures, part)), ("said", looks.at(_progress, part))):
            for case, text in texts().items():
                told[case][name] = text
    return told


def _lines(
    driver: Driver, ids: Sequence[int], beside: Collection[str] | None, then: Then | None
) -> Iterator[dict[str, Any]]:
    columns = (*_COLUMNS, "unit", "answerable", "round", "topics", "lamp_on", "split_from", "jurisdiction", "whole")
    among, params = driver.among("c.id", ids)
    sql = (
        f"SELECT {', '.join('c.' + name for name in _COLUMNS)}, u.name, a.name, r.name, {topics_in_line(driver)}, {LAMP_ON}, s.number, c.jurisdiction, "
        "c.split_from FROM cases c JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id JOIN rounds r ON r.id = c.round_id "
        f"LEFT JOIN cases s ON s.id = c.split_from WHERE {among}"
    )
    before = then.before if then else EVER
    looks = Looks(driver)
    found, achieved = looks.all(sql, params), looks.at(_results, ids)
    told_all = looks.at(told_of, ids) if beside is None else dict
    granted, stopped = looks.at(_of_cases, _EXTENDED, ids, before), looks.at(_of_cases, _PAUSED, ids)
    more = {name: looks.at(BESIDE[name], ids, before) for name in beside or ()}
    stood = looks.at(stood_then, ids, then) if then else None
    cases = {row[0]: dict(zip(columns, row, strict=True)) for row in found()}
    told, results, extended = told_all(), achieved(), dict(granted())
    paused = {case for (case,) in stopped()}
    said = {name: read() for name, read in more.items()}
    _leave_out_confided(driver, [line for line in cases.values() if line["whole"] is not None])
    for case in ids:
        line = cases[case]
        line |= {name: as_date(line[name]) for name in _DATES} | told.get(case, {})
        line["settled_on"] = _day(line["settled_at"])
        version, line["paused"] = None, case in paused
        if stood is not None and then is not None:
            if case not in stood():
                continue
            version = _as_it_stood(line, stood()[case], then)
        # What was achieved counts from acceptance on.
        accepted = line["state"] in DONE
        line["results"] = _held(results.get(case, ()), version) if accepted else {}
        line["published_on"] = line["settled_on"] if line["state"] == PUBLICIZED else None
        line |= {name: texts[case] for name, texts in said.items() if case in texts}
        line["listed"] = line.get("listed", ()) if accepted else ()
        yield {**line, "extensions": extended.get(case, 0)}


def _as_it_stood(line: dict[str, Any], stood: Mapping[str, Any], then: Then) -> int:
    """Let a line say how its case stood then, and nothing of what no record tells of a past day; return the version it had."""
    line |= {name: value for name, value in stood.items() if name in line}
    line |= {"lamp_on": stood["late_from"], "paused": False, "rung": "", "state_due_on": None}
    if line["settled_on"] and line["settled_on"] > then.day:
        line["settled_on"] = None
    return int(stood["version"])


def _held(rows: Sequence[Row], version: int | None) -> dict[str, int]:
    """Return the results that hold, or that held as the case was of a version."""
    if version is None:
        return {kind: amount for kind, amount, _, until in rows if until is None}
    return {
        kind: amount for kind, amount, begun, until in rows if begun <= version and (until is None or until > version)
    }


def _leave_out_confided(driver: Driver, parts: Sequence[dict[str, Any]]) -> None:
    """Of a whole that is for some alone 限定知悉 the line of its part says nothing, whoever reads it."""
    kept = restrictions(driver, parts[0]["jurisdiction"]) if parts else {}
    for line in parts:
        line["split_from"] = None if line["whole"] in kept else line["split_from"]


def _measures(driver: Driver, ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, list[str]] = defaultdict(list)
    for case, text in _of_cases(driver, _IN_FORCE, ids):
        found[case].append(text)
    return {
        case: texts[0] if len(texts) == 1 else "\n".join(f"{no}. {text}" for no, text in enumerate(texts, start=1))
        for case, texts in found.items()
    }


def _progress(driver: Driver, ids: Sequence[int]) -> dict[int, str]:
    rows = _of_cases(driver, f"SELECT g.case_id, g.text, g.figures FROM progress g WHERE {{}} AND {_LATEST}", ids)
    return {case: f"{text}（{figures}）" if figures else text for case, text, figures in rows}


def _results(driver: Driver, ids: Sequence[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    sql = "SELECT case_id, kind, amount, version, until_version FROM results WHERE {} ORDER BY case_id, version"
    for case, *row in _of_cases(driver, sql, ids):
        found[case].append(tuple(row))
    return found


def _of_cases(driver: Driver, sql: str, ids: Sequence[int], *more: Any) -> list[Row]:
    among, params = driver.among("case_id", ids)
    return driver.all(sql.format(among, *("?" for _ in more)), [*params, *more])


def _day(micros: int | None) -> date | None:
    return clock.local_date(clock.from_micros(micros)) if micros is not None else None
