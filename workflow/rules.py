"""The rules in force: the table of moves by hash, the profile of each round, the calendar of each head."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from results import RESULTS
from states import CLOCKS, MOVES, STATES
from storage.calendars import calendar_named, read_calendar
from storage.looks import Looks
from storage.sql import Driver, Question, Row
from workflow.days.calendar import Calendar
from workflow.days.profiles import Profile, defaults, parsed
from workflow.life import life


def _definition() -> str:
    clocks = {
        c.name: {
            "states": list(c.state), "owes": c.owes, "unit": c.unit, "beside": c.beside, "within": c.within, "with_state": c.with_state,
            "recurs_by": c.recurs_by,
            "rungs": {rung.name: list(rung.tells) for rung in c.rungs},
        }
        for c in CLOCKS.values()
    }  # fmt: skip
    rules = [
        {
            **row,
            "only_if": list(m.only_if),
            "then": list(m.then),
            "tells": list(m.tells),
            "transfers": m.transfers,
            "amends": m.amends,
            "renumbers": m.renumbers,
            "assists": m.assists,
            "splits_off": m.split_off,
            "signed": m.wants_signature,
            "cosigned": list(m.cosigned),
            "on_paper": m.on_paper,
            "copied": list(m.copied),
            "acknowledges": "sign_for_copy" in m.then,
            "answers_copies": "answer_copies" in m.then,
            "presses_copies": "press_copies" in m.then,
        }
        for m in MOVES
        for row in [{"action": m.action}]
    ]
    table = {
        "arrows": life(),
        "rules": rules,
        "clocks": clocks,
        "numbers": {".".join(key): value for key, value in defaults().items()},
        "results": {r.name: r.unit for r in RESULTS.values()},
        "settled": [s.name for s in STATES.values() if s.settled],
    }
    return json.dumps(table, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


DEFINITION = _definition()
DEFINITION_HASH = sha256(DEFINITION.encode()).hexdigest()


@dataclass(slots=True)
class _Known:
    profiles: dict[str, Profile] = field(default_factory=dict)
    calendars: dict[tuple[int, str], Calendar] = field(default_factory=dict)


# A digest names one profile or one calendar for ever: what is remembered cannot become wrong. Which profile a round follows is asked anew.
_KNOWN: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()


def profiles_of(driver: Driver, rounds: Iterable[int]) -> dict[int, Profile]:
    """Return the profile that each round follows now."""
    wanted = sorted(set(rounds))
    if not wanted:
        return {}
    among, params = driver.among("id", wanted)
    return profiles_followed(driver, driver.all(f"SELECT id, profile FROM rounds WHERE {among}", params))


def profiles_in_use(driver: Driver, jurisdiction: int) -> dict[int, Profile]:
    """Return the profile that each round of a jurisdiction follows, read without a lock."""
    return profiles_followed(
        driver, driver.all("SELECT id, profile FROM rounds WHERE jurisdiction = ?", (jurisdiction,))
    )


def ask_profiles(driver: Driver, cases: Sequence[int]) -> Question:
    """Return what asks, beside other things, which profiles the rounds of cases follow."""
    among, params = driver.among("id", cases)
    return f"SELECT id, profile FROM rounds WHERE id IN (SELECT round_id FROM cases WHERE {among})", params


def profiles_followed(driver: Driver, rows: Sequence[Row]) -> dict[int, Profile]:
    """Return the profile of each round by the rows that name it."""
    known = _known(driver).profiles
    unknown = sorted({digest for _, digest in rows if digest not in known})
    if unknown:
        among, params = driver.among("hash", unknown)
        found = driver.all(f"SELECT hash, body FROM profiles WHERE {among}", params)
        known.update({digest: parsed(body) for digest, body in found})
    return {number: known[digest] for number, digest in rows}


def calendar_of(driver: Driver, jurisdiction: int, digest: str) -> Calendar:
    """Return the calendar that the head names."""
    known = _known(driver).calendars
    if (jurisdiction, digest) not in known:
        days = read_calendar(driver, jurisdiction)
        known[jurisdiction, digest] = Calendar.of(days, {day.year for day, _, _ in days})
    return known[jurisdiction, digest]


def calendar_now(driver: Driver, jurisdiction: int) -> Calendar:
    """Return the calendar that the jurisdiction's head names now, read without a lock."""
    return calendar_of(driver, jurisdiction, calendar_named(driver, jurisdiction))


def in_force(driver: Driver, jurisdiction: int, rounds: Iterable[int]) -> tuple[dict[int, Profile], Calendar]:
    """Return the profile that each round follows now and the calendar of the jurisdiction, asked together and without a lock."""
    among, params = driver.among("r.id", sorted(set(rounds)))
    sql = f"SELECT h.calendar, r.id, r.profile FROM heads h LEFT JOIN rounds r ON {among} WHERE h.jurisdiction = ?"
    found = driver.all(sql, (*params, jurisdiction))
    looks = Looks(driver)
    followed = looks.at(profiles_followed, [row[1:] for row in found if row[1] is not None])
    calendar = looks.at(calendar_of, jurisdiction, found[0][0])
    return followed(), calendar()


def _known(driver: Driver) -> _Known:
    engine = driver.engine
    known = _KNOWN.get(engine)
    if known is None:
        known = _KNOWN[engine] = _Known()
    return known
