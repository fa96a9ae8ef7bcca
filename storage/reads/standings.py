"""Standings 状况 as figures read them: which cases fulfil a condition at the end of a day. The one judge of a number and of the list behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import clock
from results import RESULTS
from states import CONTINUING, DONE, ESCALATED, PARTIES, STANDING, STATES, WITHDRAWN
from storage.reads.counted import CAME_IN_CLOSED, OURS
from storage.reads.coverage import rounds_of_other_terms
from storage.recurrences import AGAIN
from storage.scope import EVERYTHING, Scope, narrowed
from storage.sql import Driver, Part
from storage.standings import OF_CASE


def _in(states: Sequence[str]) -> str:
    return f"c.state IN ({', '.join(repr(state) for state in states)})"


_DONE: Final = _in(DONE)
HELD_THEN: Final = "r.version <= c.version AND (r.until_version IS NULL OR r.until_version > c.version)"
"""Of the results `r` of a case: those that held as it stood so."""
ALL_MEASURES, LATE_MEASURES = "all", "late"
MEASURE_LATE: Final = f"m.due_on < :on AND {HELD_THEN.replace('r.', 'm.')}"
"""Of the measures `m` of a case: those of its plan then whose own day is past."""
WITH_MEASURES: Final = {
    ALL_MEASURES: "c.planned > 0",
    LATE_MEASURES: f"EXISTS (SELECT 1 FROM measures m WHERE m.case_id = c.id AND {MEASURE_LATE})",
}
"""By what is counted of the measures of its plan: that a case has one."""
_OF: Final = f"c.state <> '{WITHDRAWN}'"
# What few fulfil is asked first: of the others nothing more is looked at.
_OPEN: Final = f"NOT {_in((*DONE, WITHDRAWN))}"
_STANDING: Final = f"c.kind = '{STANDING}' AND {_OPEN}"
_BASIC: Final = f"c.went_on AND c.kind <> '{STANDING}' AND {_OPEN}"
_EXTENDED: Final = f"c.extended AND NOT c.went_on AND c.kind <> '{STANDING}' AND {_OPEN}"
_ON_TIME: Final = f"{_DONE} AND c.submitted_on IS NOT NULL AND c.due_on IS NOT NULL"
_OVERRULED: Final = (
    "EXISTS (SELECT 1 FROM opinions o WHERE o.case_id = c.id AND o.overruled_version IS NOT NULL "
    f"AND o.overruled_version <= c.version AND o.role {{}} ({', '.join(map(repr, PARTIES))}))"
)
CONDITIONS: Final[dict[str, str]] = {
    "problems": "1 = 1",
    "of": _OF,
    "done": _DONE,
    "open": _OPEN,
    "basic": _BASIC,
    "standing": _STANDING,
    "extended": _EXTENDED,
    "unfinished": f"{_OPEN} AND c.kind <> '{STANDING}' AND NOT c.went_on AND NOT c.extended",
    "overdue": "c.late_from < :on",
    "flagged": "c.flagged <> ''",
    "escalated": f"c.state = '{ESCALATED}'",
    "ever_escalated": "c.escalations > 0",
    "withdrawn": f"c.state = '{WITHDRAWN}'",
    "at_once_of": f"c.kind = 'at_once' AND {_OF}",
    "at_once_done": f"c.kind = 'at_once' AND {_DONE}",
    "focused_of": f"c.kind = 'focused' AND {_OF}",
    "continuing_of": f"c.kind = '{CONTINUING}' AND {_OF}",
    "standing_of": f"c.kind = '{STANDING}' AND {_OF}",
    "split_off": "c.split_from IS NOT NULL",
    "recurred": (
        f"{_OF} AND c.id IN (SELECT x.case_id FROM recurrences x WHERE x.verdict = '{AGAIN}' AND x.from_on <= :on "
        "AND (x.until_on IS NULL OR x.until_on > :on) AND :known)"
    ),
    "plan_returned": "c.plan_returns > 0",
    "returned": "c.returns > 0",
    "reopened": "c.cycle > 1",
    "not_adopted": _OVERRULED.format("NOT IN"),
    "group_decided": _OVERRULED.format("IN"),
    "on_time_of": _ON_TIME,
    "on_time": f"{_ON_TIME} AND c.submitted_on <= c.due_on",
    "age_30": f"{_OPEN} AND c.fed_back_on > :on-31",
    "age_90": f"{_OPEN} AND c.fed_back_on <= :on-31 AND c.fed_back_on > :on-91",
    "age_180": f"{_OPEN} AND c.fed_back_on <= :on-91 AND c.fed_back_on > :on-181",
    "age_more": f"{_OPEN} AND c.fed_back_on <= :on-181",
    "closed_in": f"{_DONE} AND c.verified_on >= :since AND c.verified_on <= :on",
    "fed_back_in": f"{_OF} AND c.fed_back_on >= :since AND c.fed_back_on <= :on",
    "carried_over": f"{_OPEN} AND EXISTS (SELECT 1 FROM rounds w WHERE w.id = c.round_id AND w.carried_on <= :on)",
    "taken_over": "c.taken_over_as IS NOT NULL",
    "came_in_closed": CAME_IN_CLOSED,
    **{f"state_{name}": f"c.state = '{name}'" for name in STATES},
}
"""By name what a case fulfils, over its standing `c`, never a void one.

`:on` is the day, `:on-30` 30 days before, `:since` the first of the month, `:known` that the earlier case of `x` is not hidden 限定知悉.
"""
CONDITIONS.update({
    f"result_{kind}": f"{_DONE} AND EXISTS (SELECT 1 FROM results r WHERE r.case_id = c.id AND r.kind = '{kind}' AND {HELD_THEN})"
    for kind in RESULTS
})  # fmt: skip
BESIDE: Final = frozenset({"taken_over", "came_in_closed", "carried_over"})
"""What counts beside the work of this term: closed outside the system, or of a term before."""
SWITCHED: Final = {"extended": "延期", "standing": "长期坚持", "basic": "基本完成并持续整改"}
"""What offices count in several ways, while it is open."""
OPEN_AS, DONE_AS, LEFT_OUT = "open", "done", "out"
WAYS: Final = {OPEN_AS: "计入应整改，不计已整改", DONE_AS: "计入应整改，视同已整改", LEFT_OUT: "不计入应整改"}
EARLIEST: Final = date(1900, 1, 1)
"""Before any case: figures as of an earlier day are as of this one, behind which there are days enough to count back."""
_BOUND: Final = re.compile(r":(on|since|known)(?:-(\d+))?")


@dataclass(frozen=True, slots=True)
class Counting:
    """How what offices count in several ways counts here, each by its name; what is not named is open."""

    ways: tuple[tuple[str, str], ...] = ()

    def way(self, name: str) -> str:
        """Return how it counts."""
        return dict(self.ways).get(name, OPEN_AS)

    @property
    def address(self) -> str:
        """Return it as an address says it."""
        return ",".join(f"{name}.{way}" for name, way in self.ways if way != OPEN_AS)

    @classmethod
    def read(cls, text: str) -> Counting:
        """Read it from an address; what is unknown there is passed over."""
        said = [one.partition(".")[::2] for one in text.split(",")]
        return cls(tuple(sorted((name, way) for name, way in said if name in SWITCHED and way in (DONE_AS, LEFT_OUT))))


USUAL: Final = Counting()


@dataclass(frozen=True, slots=True)
class AsOf:
    """Whose cases are counted as of the end of a day, how, and of which they are; without a round, those of the term that it is."""

    jurisdiction: int
    on: date
    today: date
    scope: Scope = EVERYTHING
    round: int | None = None
    unit: int | None = None
    counting: Counting = USUAL
    since: date | None = None
    """The first day of the month of reporting; without it, the day itself."""
    late: tuple[tuple[int, int], ...] = ()
    """What was entered since for a day until then 补录, as case and instant: those cases count as they stood after it."""

    @property
    def past(self) -> bool:
        """Say whether the day is over."""
        return self.on < self.today


def counted_on(asked: date | None, today: date) -> date:
    """Return the day as of which is counted: the one asked for, as far as it is over, else today."""
    return max(EARLIEST, min(asked or today, today))


def fulfils(name: str, of: AsOf) -> Part:
    """Return the condition of that name as of the day, counted as told."""
    sql = CONDITIONS[name]
    if name in ("of", "done"):
        for one in SWITCHED:
            way = of.counting.way(one)
            if name == "of" and way == LEFT_OUT:
                sql = f"{sql} AND NOT ({CONDITIONS[one]})"
            if name == "done" and way == DONE_AS:
                sql = f"({sql} OR ({CONDITIONS[one]}))"
    return bound_to(sql, of)


def bound_to(sql: str, of: AsOf) -> Part:
    """Return a condition with the day, its month and what is hidden in their places."""
    values: list[Any] = []

    def bound(found: re.Match[str]) -> str:
        if found[1] == "known":
            values.extend(of.scope.hidden)
            return f"x.earlier_id NOT IN ({', '.join('?' * len(of.scope.hidden))})" if of.scope.hidden else "1 = 1"
        day = of.on if found[1] == "on" else of.since or of.on
        values.append(day - timedelta(days=int(found[2] or 0)))
        return "?"

    return _BOUND.sub(bound, sql), values


def stood(driver: Driver, of: AsOf, *, beside: bool = False, rounds: Sequence[int] | None = None) -> list[Part]:
    """Return the queries for the standings at the end of the day, as rows `c` whose `id` is the case: those still open, and of a past day those ended since.

    With `beside` those that count beside are among them; of some rounds, where they are named, all are.
    """
    which, chosen = _which(driver, of, beside=beside, rounds=rounds)
    only, params = f"s.jurisdiction = ? AND NOT s.void{which}", [of.jurisdiction, *chosen]
    columns = "s.case_id AS id, s.version, s.late_from, s.planned, " + ", ".join(f"s.{name}" for name in OF_CASE)
    if not of.past:
        return [(f"SELECT {columns} FROM standings s WHERE s.to_at IS NULL AND {only}", params)]
    end = clock.micros(clock.start_of(of.on + timedelta(days=1)))
    parts: list[Part] = []
    if of.late:
        without, cases = driver.among("s.case_id", [case for case, _ in of.late])
        parts = [_entered_late(driver, of, columns, (only, params))]
        only, params = f"{only} AND NOT ({without})", [*params, *cases]
    return [
        (f"SELECT {columns} FROM standings s WHERE s.to_at IS NULL AND s.from_at < ? AND {only}", [end, *params]),
        (f"SELECT {columns} FROM standings s WHERE s.to_at >= ? AND s.from_at < ? AND {only}", [end, end, *params]),
        *parts,
    ]


def _entered_late(driver: Driver, of: AsOf, columns: str, only: Part) -> Part:
    """Return the query for the cases of late entries as they stood right after the last of each."""
    at_once: dict[int, list[int]] = {}
    for case, at in dict(of.late).items():
        at_once.setdefault(at, []).append(case)
    either, params = [], list[Any]()
    for at, cases in at_once.items():
        among, numbers = driver.among("s.case_id", cases)
        either.append(f"(s.from_at <= ? AND (s.to_at IS NULL OR s.to_at > ?) AND {among})")
        params += [at, at, *numbers]
    return f"SELECT {columns} FROM standings s WHERE ({' OR '.join(either)}) AND {only[0]}", [*params, *only[1]]


def _which(driver: Driver, of: AsOf, *, beside: bool, rounds: Sequence[int] | None) -> Part:
    if rounds is not None:
        among, numbers = driver.among("s.round_id", rounds)
        return f" AND {among}", numbers
    if of.round is not None:
        return " AND s.round_id = ?", [of.round]
    if beside:
        return "", []
    ours = f" AND {OURS.replace('c.', 's.')}"
    others = rounds_of_other_terms(driver, of.jurisdiction, of.on)
    if not others:
        return ours, []
    among, numbers = driver.among("s.round_id", others)
    return f"{ours} AND NOT ({among})", numbers


def standing_there(
    driver: Driver, of: AsOf, *, beside: bool = False, rounds: Sequence[int] | None = None, beyond: str = ""
) -> list[Part]:
    """Return `FROM … c WHERE …` of the standings of the scope and, where one is named, of a unit, in parts to be added up; `beyond` joins more to them.

    Whose cases they are for the viewer is as of today, whatever the day: what is not there for them now is not counted.
    """
    if of.scope.whole:
        within, values = narrowed(driver, of.scope)
    else:
        ids, values = of.scope.ids(driver, of.jurisdiction)
        within = f" AND c.id IN ({ids})"
    only, more = (" AND c.answerable_id = ?", [of.unit]) if of.unit is not None else ("", [])
    return [
        (f"FROM ({source}) c{beyond} WHERE 1 = 1{within}{only}", [*params, *values, *more])
        for source, params in stood(driver, of, beside=beside, rounds=rounds)
    ]


def select(
    columns: str, parts: Sequence[Part], behind: str = "", *, before: Sequence[Any] = (), after: Sequence[Any] = ()
) -> Part:
    """Return one query over all parts: the columns of each, with their parameters before and those of what stands behind."""
    queries = [f"SELECT {columns} {rows}{behind}" for rows, _ in parts]
    return " UNION ALL ".join(queries), [value for _, params in parts for value in (*before, *params, *after)]


def ids_of(driver: Driver, name: str, of: AsOf, each: str = "") -> Part:
    """Return the query for the ids of the cases that fulfil a condition as of the day, the list behind the number; of measures, those that have such a one."""
    condition, days = fulfils(name, of)
    measured, values = bound_to(f" AND {WITH_MEASURES[each]}", of) if each else ("", [])
    behind = f" AND {condition}{measured}"
    return select("c.id AS id", standing_there(driver, of, beside=name in BESIDE), behind, after=[*days, *values])
