"""Finding a unit, a round, an inspection, or entering it when it is new: what imports and commands need before their moves."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from register.kinds import KINDS, of_type
from register.may import enters_as
from register.reading import find_named
from register.road import enter
from register.rules.general import LONGEST_NAME
from register.wanted import USUAL, Entered, Limits, Wanted
from storage.household import all_rows, find_key, read_row
from storage.sql import Driver
from storage.visible import tidy
from storage.work import Work
from trail.entry import Dice
from workflow.subject import Actor


class NotEntered(ValueError):
    """The register refuses it; the sentence says why."""

    def __init__(self, entered: Entered) -> None:
        super().__init__("；".join(entered.refused))
        self.refusals = entered.refusals


def must_enter(
    work: Work,
    wanted: Iterable[Wanted],
    actor: Actor,
    now: datetime,
    *,
    asked_by: int | None = None,
    dice: Dice = os.urandom,
    limits: Limits = USUAL,
) -> list[Any]:
    """Enter all of it and return the keys of the rows; NotEntered names what was refused."""
    outcomes = enter(work, list(wanted), actor, now, asked_by=asked_by, dice=dice, limits=limits)
    for one in outcomes:
        if one.refusals:
            raise NotEntered(one)
    return [one.row for one in outcomes]


def find_unit(driver: Driver, jurisdiction: int, name: str) -> int | None:
    """Return the unit of that name, as it is written or else as it looks."""
    return _named(driver, "unit", jurisdiction, name)


def find_round(driver: Driver, jurisdiction: int, name: str) -> int | None:
    """Return the round of that name, as it is written or else as it looks."""
    return _named(driver, "round", jurisdiction, name)


def units_of(work: Work, names: Iterable[str], actor: Actor, now: datetime) -> dict[str, int]:
    """Return the units of these names, those that are new entered."""
    wanted = list(dict.fromkeys(names))
    found = {name: find_unit(work.driver, actor.jurisdiction, name) for name in wanted}
    new = {tidy(name): name for name in wanted if found[name] is None}
    made = must_enter(work, [Wanted("unit", "make", None, {"name": name}) for name in new], actor, now) if new else []
    numbers = dict(zip(new, made, strict=True))
    return {name: known if (known := found[name]) is not None else numbers[tidy(name)] for name in wanted}


def round_of(work: Work, name: str, profile: str, actor: Actor, now: datetime, **more: Any) -> int:
    """Return the round of that name, entered with the profile (by hash) and what else is said of it when it is new."""
    found = find_round(work.driver, actor.jurisdiction, name)
    if found is not None:
        return found
    fields = {"name": name, "profile": profile, **more}
    made: int = must_enter(work, [Wanted("round", "make", None, fields)], actor, now)[0]
    return made


def inspections_of(work: Work, round_id: int, units: Mapping[int, date], actor: Actor, now: datetime) -> dict[int, int]:
    """Return the inspection of each unit in the round, those that are new or planned entered with their day of feedback."""
    found = {
        unit: find_key(work.driver, "inspection", actor.jurisdiction, round_id=round_id, unit_id=unit) for unit in units
    }
    new = [unit for unit, known in found.items() if known is None]
    makes = [
        Wanted("inspection", "make", None, {"round": round_id, "unit": unit, "feedback_on": units[unit]})
        for unit in new
    ]
    made = dict(zip(new, must_enter(work, makes, actor, now) if makes else [], strict=True))
    if enters_as(*of_type("inspection", "meet"), actor)[1] is None:
        there = {
            unit: read_row(work.driver, "inspection", actor.jurisdiction, known)
            for unit, known in found.items()
            if known
        }
        planned = [unit for unit, row in there.items() if row and row["feedback_on"] is None]
        meets = [Wanted("inspection", "meet", found[unit], {"feedback_on": units[unit]}) for unit in planned]
        must_enter(work, meets, actor, now)
    return {unit: known if known is not None else made[unit] for unit, known in found.items()}


def teams_of(
    work: Work, named: Iterable[tuple[int, str]], actor: Actor, now: datetime, dice: Dice = os.urandom
) -> dict[tuple[int, str], int]:
    """Return the team of each round and name, those that are new entered; a name is tidied to what a team may be called."""
    wanted = list(dict.fromkeys(named))
    there = {(row["round_id"], row["name"]): int(key) for key, row in all_rows(work.driver, "team", actor.jurisdiction)}
    new = list(dict.fromkeys(one for held_in, words in wanted if (one := (held_in, team_name(words))) not in there))
    makes = [Wanted("team", "make", None, {"round": held_in, "name": name}) for held_in, name in new]
    there |= dict(zip(new, must_enter(work, makes, actor, now, dice=dice) if makes else [], strict=True))
    return {(held_in, words): there[held_in, team_name(words)] for held_in, words in wanted}


def team_name(words: str) -> str:
    """Return what a team may be called that is written so: 3 is 第3巡察组, and nothing is longer than a name."""
    name = tidy(words)
    return f"第{name}巡察组" if name.isdecimal() else name[:LONGEST_NAME]


def _named(driver: Driver, kind: str, jurisdiction: int, name: str) -> int | None:
    return next(map(int, find_named(driver, KINDS[kind], jurisdiction, name)), None)
