"""协办单位: units that assist in a case, see it and report progress, and never sign; who answers for it stays who answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from states import HANDLER, SECRETARY
from storage.sql import Driver, as_date
from workflow.answers import read_answers
from workflow.rule import Said, effect, rule
from workflow.subject import Change, Facts, Subject, Wanted
from workflow.values import shown_short


@dataclass(frozen=True, slots=True)
class Assistant:
    """A unit named to assist, and from when till when it is in being."""

    id: int
    starts_on: date | None = None
    ends_on: date | None = None

    def in_being(self, day: date) -> bool:
        """Say whether it is in being on a day."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


def read_assistants(driver: Driver, wanted: Wanted, facts: Mapping[int, Facts]) -> None:
    """Note the unit that each intent names to assist, and which units assist in the case now."""
    named = {case.id: read_answers(move, intent.answers)[0].get("assistant") for case, move, intent in wanted}
    known = _units_named(driver, wanted[0][0].jurisdiction, {name for name in named.values() if name is not None})
    now = assisting_in(driver, [case.id for case, _, _ in wanted])
    for case, _, _ in wanted:
        facts[case.id].note(assistant=known.get(named[case.id] or ""), assisting=now[case.id])


def _units_named(driver: Driver, jurisdiction: int, names: set[str]) -> dict[str, Assistant]:
    if not names:
        return {}
    among, params = driver.among("name", sorted(names))
    rows = driver.all(
        f"SELECT name, id, starts_on, ends_on FROM units WHERE jurisdiction = ? AND {among}", [jurisdiction, *params]
    )
    return {name: Assistant(unit, as_date(starts), as_date(ends)) for name, unit, starts, ends in rows}


def assisting_in(driver: Driver, cases: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return the units that assist in each case now."""
    among, params = driver.among("case_id", cases)
    found: dict[int, set[int]] = defaultdict(set)
    for case, unit in driver.all(f"SELECT case_id, unit_id FROM assisting WHERE {among} AND until IS NULL", params):
        found[case].add(unit)
    return {case: frozenset(found[case]) for case in cases}


@rule("assistant", field="assistant", lasting=True)
def assistant_in_being(s: Subject) -> Said:
    """Who is to assist is there, and in being today."""
    name, unit = s.answers["assistant"], _named(s)
    if unit is None:
        return f"没有党组织“{shown_short(name)}”：请按系统中的名称填写；新成立的，请先由巡察办登记"
    return None if unit.in_being(s.today) else f"{name}在今天尚未成立或已撤并，不能协办"


@rule("assistant", field="assistant", lasting=True)
def assistant_is_another(s: Subject) -> Said:
    """Who works on the case already does not assist in it."""
    name, unit = s.answers["assistant"], _named(s)
    own = {s.case.answerable_id, *(() if s.case.passed_on else (s.case.unit_id,))}
    return f"{name}就是该问题的责任单位，不用再列为协办单位" if unit is not None and unit.id in own else None


@rule("assistant", "assisting", field="assistant", lasting=True)
def not_assisting_yet(s: Subject) -> Said:
    """A unit is named once; to ask something else of it, it is let go and named anew."""
    name, unit = s.answers["assistant"], _named(s)
    there: frozenset[int] = s.facts.assisting
    return f"{name}已是该问题的协办单位" if unit is not None and unit.id in there else None


@rule("assistant", "assisting", field="assistant", lasting=True)
def assists_now(s: Subject) -> Said:
    """Only who assists is let go."""
    there: frozenset[int] = s.facts.assisting
    if not there and not s.answers:
        return "该问题没有协办单位"
    name, unit = s.answers["assistant"], _named(s)
    return None if unit is not None and unit.id in there else f"{shown_short(name)}不是该问题的协办单位"


@effect("assistant")
def take_assistant(s: Subject, c: Change) -> None:
    """From today the unit sees the case and reports; its secretary and handler are told that it only assists."""
    unit = s.facts.assistant.id
    c.assisting = unit, True
    c.rows["assisting"].append((s.case.id, s.version, unit, s.today, s.answers["asked"]))
    _tell(c, unit, left=False)


@effect("assistant")
def let_assistant_go(s: Subject, c: Change) -> None:
    """From now on the case is not there for the unit any more; what it reported stays."""
    unit = s.facts.assistant.id
    c.assisting = unit, False
    c.rows["assisting_ended"].append((s.today, s.case.id, unit))
    _tell(c, unit, left=True)


@effect()
def assist_no_more(s: Subject, c: Change) -> None:
    """Who answers for the case now does not assist in it."""
    c.rows["assisting_ended"].append((s.today, s.case.id, s.answerable))


def _named(s: Subject) -> Assistant | None:
    unit: Assistant | None = s.facts.assistant
    return unit


def _tell(c: Change, unit: int, *, left: bool) -> None:
    c.telling |= {f"{role}:{unit}": {"assisting": True, "left": left} for role in (SECRETARY, HANDLER)}
