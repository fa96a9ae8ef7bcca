"""What a ledger's line says of a case, from the records: its words, measures, latest progress, dates, results. Read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import clock
from states import ACTIONS, DONE, PUBLICIZED, UNIT_SIDE
from storage.columns import DATES, FOUND
from storage.confidence import restrictions
from storage.looks import Looks
from storage.reads.dictionaries import topics_in_line
from storage.reads.lamps import LAMP_ON
from storage.sql import Driver, Row, as_date

AT_ONCE: Final = 1000
_COLUMNS = (
    "id", "number", *FOUND, *UNIT_SIDE, "due_on", "first_due_on", "kind", "state", "state_due_on", "flagged", "returns", "submitted_on",
    "verified_on", "settled_at",
)  # fmt: skip
_DATES = (*(name for name in _COLUMNS if name in DATES), "lamp_on")
_GRANTED = ACTIONS["grant_extension"].action
_EXTENDED = f"SELECT case_id, COUNT(*) FROM trail WHERE {{}} AND action = '{_GRANTED}' GROUP BY case_id"
_PAUSED = "SELECT case_id FROM clocks WHERE {} AND paused_since IS NOT NULL"
_LATEST = "g.version = (SELECT MAX(l.version) FROM progress l WHERE l.case_id = g.case_id AND l.unit_id IS NULL)"
"""What the unit that answers reported last; who assists 协办 reports beside it."""


def lines_of(driver: Driver, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield a line of each case in the order of the ids; so many statements for every AT_ONCE of them."""
    for start in range(0, len(ids), AT_ONCE):
        yield from _lines(driver, ids[start : start + AT_ONCE])


def told_of(driver: Driver, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return what lines say where a ledger has the unit's own words: measures of the plan and progress, of cases that have them."""
    told: dict[int, dict[str, str]] = defaultdict(dict)
    for start in range(0, len(ids), AT_ONCE):
        part, looks = ids[start : start + AT_ONCE], Looks(driver)
        for name, texts in (("measures_said", looks.at(_measures, part)), ("said", looks.at(_progress, part))):
            for case, text in texts().items():
                told[case][name] = text
    return told


def _lines(driver: Driver, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    columns = (*_COLUMNS, "unit", "round", "topics", "lamp_on", "split_from", "jurisdiction", "whole")
    among, params = driver.among("c.id", ids)
    sql = (
        f"SELECT {', '.join('c.' + name for name in _COLUMNS)}, u.name, r.name, {topics_in_line(driver)}, {LAMP_ON}, s.number, c.jurisdiction, c.split_from "
        f"FROM cases c JOIN units u ON u.id = c.unit_id JOIN rounds r ON r.id = c.round_id LEFT JOIN cases s ON s.id = c.split_from WHERE {among}"
    )
    looks = Looks(driver)
    found, told_all, achieved = looks.all(sql, params), looks.at(told_of, ids), looks.at(_results, ids)
    granted, stopped = looks.at(_of_cases, _EXTENDED, ids), looks.at(_of_cases, _PAUSED, ids)
    cases = {row[0]: dict(zip(columns, row, strict=True)) for row in found()}
    told, results, extended = told_all(), achieved(), dict(granted())
    paused = {case for (case,) in stopped()}
    _leave_out_confided(driver, [line for line in cases.values() if line["whole"] is not None])
    for case in ids:
        line = cases[case]
        line |= {name: as_date(line[name]) for name in _DATES} | told.get(case, {})
        # What was achieved counts from acceptance on.
        line["results"] = results[case] if line["state"] in DONE else {}
        line["published_on"] = _day(line["settled_at"]) if line["state"] == PUBLICIZED else None
        yield {**line, "extensions": extended.get(case, 0), "paused": case in paused}


def _leave_out_confided(driver: Driver, parts: Sequence[dict[str, Any]]) -> None:
    """Of a whole that is for some alone 限定知悉 the line of its part says nothing, whoever reads it."""
    kept = restrictions(driver, parts[0]["jurisdiction"]) if parts else {}
    for line in parts:
        line["split_from"] = None if line["whole"] in kept else line["split_from"]


def _measures(driver: Driver, ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, list[str]] = defaultdict(list)
    for case, text in _of_cases(driver, "SELECT case_id, text FROM measures WHERE {} ORDER BY case_id, no", ids):
        found[case].append(text)
    return {
        case: texts[0] if len(texts) == 1 else "\n".join(f"{no}. {text}" for no, text in enumerate(texts, start=1))
        for case, texts in found.items()
    }


def _progress(driver: Driver, ids: Sequence[int]) -> dict[int, str]:
    rows = _of_cases(driver, f"SELECT g.case_id, g.text, g.figures FROM progress g WHERE {{}} AND {_LATEST}", ids)
    return {case: f"{text}（{figures}）" if figures else text for case, text, figures in rows}


def _results(driver: Driver, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for case, kind, amount in _of_cases(
        driver, "SELECT case_id, kind, amount FROM results WHERE until_version IS NULL AND {}", ids
    ):
        found[case][kind] = amount
    return found


def _of_cases(driver: Driver, sql: str, ids: Sequence[int]) -> list[Row]:
    among, params = driver.among("case_id", ids)
    return driver.all(sql.format(among), params)


def _day(micros: int | None) -> date | None:
    return clock.local_date(clock.from_micros(micros)) if micros is not None else None
