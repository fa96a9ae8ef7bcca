"""Bringing a ledger in: new problems are fed back by real moves, unit-side columns of known ones are filled."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from sqlmodel import Session

from ledger.brought import Brought
from ledger.classing import Classing, Said, usual_dictionary
from ledger.comparing import Filled, compare, leave_withdrawn
from ledger.errors import of_row, of_the_whole
from ledger.notices import noticed
from ledger.ordered import Link, link, matched, notices
from ledger.other_rounds import of_other_rounds, repeated
from ledger.refused import refused
from ledger.sheet import Row, Sheet
from ledger.taking_over import COLUMN_OF, feedback_day, take_over_rows
from ledger.teams import put_teams, team_faults
from register.groundwork import ProfileNotAdopted, keep_the_profile
from register.household import NotEntered, find_round, find_unit, inspections_of, round_of, units_of
from register.versions import of_new_rounds
from states import SECRETARY, WITHDRAWN
from storage.household import find_key, read_row
from storage.people import units_without
from storage.reads.ledger.choices import round_choices, unit_names_of, units_not_there
from storage.reads.ledger.records import written_of
from storage.reads.rounds import known_cases, void_numbers, words_elsewhere
from storage.rows import lock_head
from storage.scope import EVERYTHING, Scope, Where
from storage.sql import Driver
from storage.tables import Inspection, Unit
from storage.tables.ledger import FED_BACK, TAKEN_OVER
from storage.visible import is_visible, tidy
from storage.work import Work
from trail.entry import Dice
from workflow.copies import against_reply_by
from workflow.days.profiles import Profile
from workflow.engine import fire
from workflow.filling import FEED_BACK, fill
from workflow.may import acts_in, scope_of
from workflow.outcome import Outcome
from workflow.subject import Actor, Birth, Intent, Material

BATCH = 1000
MOST_COMPARED = 50
"""Of more new units than this nobody asks whether they are slips of the pen: the register itself is being brought in."""
NEAR_ROUND = 0.75
Told = Callable[[int, int], None]
Placed = list[tuple[Row, int]]
"""Rows, each with its case."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where problems of an upper office come from: the correspondent, what they are called, and whose round of theirs it is."""

    correspondent: int
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Order:
    """What an import is told: the round, the day of feedback if given, by its name the profile of a new round, the file, the writer."""

    round_name: str
    feedback_on: date | None
    profile: Profile
    problem_list: Material
    written_by: int | None = None
    """Who of the team or the office wrote the new problems, where that is said."""
    new_units: bool = False
    """Units that the system does not know yet may be made; else the import is refused, and names them."""
    source: Source | None = None
    """Whose problems they are, where an upper office sent them: the round is theirs and nobody else's."""
    said: Said = field(default_factory=Said)
    """What is meant by what the dictionary does not know."""
    apart: frozenset[int] = frozenset()
    """Rows that are other problems than those ordered at once whose words they have, by their numbers in the file."""
    topics: tuple[str, ...] = ()
    """What every problem of the ledger is marked with."""
    act: str = FED_BACK
    """What it is brought in for: problems fed back, or work taken over 存量转入."""
    prepared_by: int | None = None
    prepared_role: str | None = None
    """Who looked the ledger through before, where another confirms it."""
    letter: Material | None = None
    """The 反馈意见 that new problems are fed back with."""
    within: Scope | None = None
    """Of whom alone problems may be brought in, where who prepares it reaches less than who will confirm it."""
    reply_by: date | None = None
    """By when leader and departments are asked to answer to the copies 呈送、抄告 of what is new."""
    dice: Dice = os.urandom
    """Where the salts of new problems come from."""

    @property
    def asked(self) -> dict[str, Any]:
        """Return what the copies ask for, as moves are told it."""
        return {"reply_by": self.reply_by} if self.reply_by else {}


def bring_in(
    work: Work, sheet: Sheet, order: Order, actor: Actor, now: datetime, today: date, told: Told | None = None
) -> Brought:
    """Feed back what is new and fill what is known; never commits, and the caller keeps nothing when there are errors."""
    brought = refused(sheet)
    if not brought.errors:
        brought.errors += [
            of_row(row, sheet, "unit", "没有单位：请在台账中写明，或用 --unit 指明")
            for row in sheet.rows
            if not is_visible(row.unit or "")
        ]
    if not is_visible(order.round_name):
        why = "轮次的名称不能为空，要有看得见的字"
        brought.errors.append(of_the_whole(why, "轮次", order.round_name))
    if too_early := against_reply_by(order.reply_by, today):
        brought.errors.append(of_the_whole(too_early))
    if not brought.errors and (why := _not_of_source(work.driver, order, actor.jurisdiction)):
        brought.errors.append(of_the_whole(why, "轮次", order.round_name))
    if not brought.errors and (other := of_other_rounds(sheet, order.round_name)):
        brought.errors.append(of_row(other[0], sheet, "round", other[1]))
    brought.errors += [of_row(row, sheet, "team", why) for row, why in team_faults(sheet)]
    if not brought.errors:
        brought.errors += _out_of_reach(work, sheet, order, actor)
    if not brought.errors:
        _bring(work, sheet, order, actor, now, today, brought, told or (lambda done, of: None))
    return brought


def _not_of_source(driver: Driver, order: Order, jurisdiction: int) -> str:
    """Say why problems of an upper office do not go into a round that is there."""
    around = find_round(driver, jurisdiction, order.round_name) if order.source else None
    row = read_row(driver, "round", jurisdiction, around) if around is not None else None
    if order.source is None or row is None or row["source_id"] == order.source.correspondent:
        return ""
    return f"轮次“{order.round_name}”不是{order.source.name}的，请换一个名称"


def _out_of_reach(work: Work, sheet: Sheet, order: Order, actor: Actor) -> list[dict[str, Any]]:
    """Return what is wrong with rows of units that are not the importer's: a unit that is not there is none of theirs either."""
    scope, driver = order.within or acts_in(actor, FEED_BACK), work.driver
    if scope.whole or not scope.reaches:  # whose role it is not reads that where each row is fed back
        return []
    around = find_round(driver, actor.jurisdiction, order.round_name) or 0
    theirs: dict[str, bool] = {}
    for name in {row.unit or "" for row in sheet.rows}:
        unit = find_unit(driver, actor.jurisdiction, name) or 0
        inspection = find_key(driver, "inspection", actor.jurisdiction, round_id=around, unit_id=unit) or 0
        # A new round or inspection is entered for the whole jurisdiction, before it is theirs.
        theirs[name] = inspection > 0 and scope.covers(Where(unit, _answerable(work.session, unit), inspection, around))
    why = "本轮的巡察不在您的职责范围内，不能导入；确属您负责的，请核对单位和轮次的名称，或请巡察办先登记这次巡察"
    outside = [row for row in sheet.rows if not theirs[row.unit or ""]]
    return [of_row(row, sheet, "unit", f"“{row.unit}”{why}") for row in outside]


def _bring(
    work: Work, sheet: Sheet, order: Order, actor: Actor, now: datetime, today: date, brought: Brought, told: Told
) -> None:
    driver = work.driver
    # When two import the same file at once, the second waits here and then finds every case already there.
    lock_head(driver, actor.jurisdiction)
    _look_for_units(driver, sheet, actor.jurisdiction, brought)
    if order.source is None:  # who sends problems down has not mistyped the round
        brought.rounds_alike = _rounds_alike(driver, order.round_name, actor.jurisdiction)
    if brought.new_units and not order.new_units:
        brought.errors += _unknown_units(sheet, brought)
        return
    try:
        inspections = _inspections(work, sheet, order, actor, now, today)
        brought.notices += put_teams(work, sheet, inspections, actor, now)
    except (NotEntered, ProfileNotAdopted) as refused_by_register:
        brought.errors.append(of_the_whole(str(refused_by_register)))
        return
    ids = [one.id or 0 for one in inspections.values()]
    known, void = known_cases(driver, ids), void_numbers(driver, ids)
    known_rows = _Known(
        known, void, written_of(driver, [one["id"] for one in known.values()]), scope_of(actor.posts).hidden
    )
    new, filled, placed = _told_apart(sheet, inspections, known_rows, brought)
    new, listed = _linked(driver, sheet, new, inspections, order, known_rows, brought)
    days = _feedback_days(inspections, {inspection for inspection, _ in (*known, *void)}, order, today)
    classing = _classing(work, inspections, actor)
    new = classing.classed(sheet, new, order.said.unclassed)
    _notice_repeated(driver, sheet, new, inspections, order, known_rows.hidden, brought)
    if order.act == FED_BACK:  # of what is taken over the paper's days are what they are
        brought.notices += noticed(driver, sheet, new, inspections, days, order.feedback_on)
    _notice_no_secretary(work.session, driver, new, inspections, today, brought)
    fresh = [
        (row, _feedback(work.session, row, inspections[row.unit or ""], order, days[row.unit or ""])) for row in new
    ]
    if order.act == TAKEN_OVER:
        fresh = take_over_rows(sheet, fresh, today, brought)
    if not brought.errors:
        _fill(work, sheet, filled, order.problem_list.sha256, actor, now, brought)
        brought.errors += link(work, sheet, listed, days, order.problem_list, order.asked, actor, now)
        placed += [(row, one.case) for row, one in listed]
        placed += _feed_back(work, sheet, fresh, order.dice, actor, now, brought, told)
    if not brought.errors:
        _class(work, classing, sheet, order, placed, actor, now, brought)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the inspections have already: cases and void numbers by inspection and number, what was told of cases, and which are hidden."""

    cases: Mapping[tuple[int, str], dict[str, Any]]
    void: Collection[tuple[int, str]]
    shown: Mapping[int, Mapping[str, Sequence[str]]]
    hidden: Collection[int]


def _told_apart(
    sheet: Sheet, inspections: dict[str, Inspection], known: _Known, brought: Brought
) -> tuple[list[Row], Filled, Placed]:
    """Return the rows of new problems, what is filled into known ones, and the rows of these with their cases."""
    new: list[Row] = []
    filled: Filled = []
    placed: Placed = []
    for row in sheet.rows:
        key = (inspections[row.unit or ""].id or 0, row.number)
        case = known.cases.get(key)
        if case is None:
            if key in known.void:
                brought.notices.append(
                    f"{sheet.place(row.row)}：编号 {row.number} 原来的问题已作废，这一行作为新的问题反馈"
                )
            new.append(row)
        elif case["id"] in known.hidden:
            brought.errors.append(
                of_row(row, sheet, "number", f"编号 {row.number} 的问题限定知悉，您不在知悉范围内，不能从台账更新")
            )
        elif case["state"] == WITHDRAWN:
            leave_withdrawn(row, sheet, case, brought)
        else:
            placed.append((row, case["id"]))
            compare(row, sheet, case, known.shown.get(case["id"], {}), brought, filled)
    return new, filled, placed


def _linked(
    driver: Driver,
    sheet: Sheet,
    new: list[Row],
    inspections: dict[str, Inspection],
    order: Order,
    known: _Known,
    brought: Brought,
) -> tuple[list[Row], list[tuple[Row, Link]]]:
    """Return the rows that are fed back, and those that are problems ordered at once."""
    numbers = {name: one.id or 0 for name, one in inspections.items()}
    brought.linked, faults = matched(driver, sheet, new, numbers, order.apart, known.hidden)
    brought.errors += faults
    brought.notices += notices(brought.linked)
    links = {one.row: one for one in brought.linked if one.linked}
    listed = [(row, links[row.row]) for row in new if row.row in links]
    return [row for row in new if row.row not in links], listed


def _classing(work: Work, inspections: dict[str, Inspection], actor: Actor) -> Classing:
    """Return what the dictionary of the round says, and of which kinds the units are."""
    around = next((one.round_id for one in inspections.values()), 0)
    sorts = {name: work.session.get_one(Unit, one.unit_id).sort for name, one in inspections.items()}
    return Classing.of(work.driver, actor.jurisdiction, around, sorts)


def _class(
    work: Work,
    classing: Classing,
    sheet: Sheet,
    order: Order,
    placed: Placed,
    actor: Actor,
    now: datetime,
    brought: Brought,
) -> None:
    """Say what the dictionary of the round does not know, enter what is meant by it, and mark the topics."""
    try:
        classing.tell(work, order.said, sheet.rows, actor, now)
        brought.marked = classing.mark(work, placed, order.topics, actor, now)
    except NotEntered as refused_by_register:
        classing.faults.append(str(refused_by_register))
    brought.errors += [of_the_whole(why) for why in dict.fromkeys(classing.faults)]
    brought.unknown, brought.unknown_topics, brought.unclassed = (
        classing.unknown,
        classing.unknown_topics,
        classing.unclassed,
    )
    brought.dictionary = classing.version.id if classing.version else None
    brought.notices += classing.notices


def _look_for_units(driver: Driver, sheet: Sheet, jurisdiction: int, brought: Brought) -> None:
    """Note which units would be made, before anything is, and what they might be a slip of the pen for."""
    brought.new_units = units_not_there(driver, jurisdiction, [row.unit or "" for row in sheet.rows])
    if 0 < len(brought.new_units) <= MOST_COMPARED:
        names = unit_names_of(driver, jurisdiction)
        alike = {name: get_close_matches(name, names, n=2, cutoff=0.7) for name in brought.new_units}
        brought.alike = {name: near for name, near in alike.items() if near}


def _rounds_alike(driver: Driver, name: str, jurisdiction: int) -> list[str]:
    """Return the rounds for whose names that of a new round may be a slip of the pen."""
    names = [known for _, known in round_choices(driver, jurisdiction, EVERYTHING)]
    return [] if name in names else get_close_matches(name, names, n=3, cutoff=NEAR_ROUND)


def _unknown_units(sheet: Sheet, brought: Brought) -> Iterator[dict[str, Any]]:
    """Yield an error for each unit that is not known, at the row that names it first."""
    first: dict[str, Row] = {}
    for row in sheet.rows:
        first.setdefault(tidy(row.unit or ""), row)
    for name in brought.new_units:
        near = f"（名称相近的有：{'、'.join(brought.alike[name])}）" if name in brought.alike else ""
        why = f"系统中没有党组织“{name}”{near}：写错的请改正；确要新建的，加上 --new-units"
        yield of_row(first[name], sheet, "unit", why)


def _inspections(
    work: Work, sheet: Sheet, order: Order, actor: Actor, now: datetime, today: date
) -> dict[str, Inspection]:
    profile = order.profile
    if find_round(work.driver, actor.jurisdiction, order.round_name) is None:  # a round that is there keeps its own
        keep_the_profile(work, actor, profile, now)
        profile = of_new_rounds(work.driver, actor.jurisdiction, profile.name) or profile
    dictionary = usual_dictionary(work.driver, actor.jurisdiction)
    more: dict[str, Any] = {"dictionary": dictionary}
    if order.source:
        more |= {"source": order.source.correspondent, "source_said": order.source.said}
    round_id = round_of(work, order.round_name, profile.digest, actor, now, **more)
    units = units_of(work, [row.unit or "" for row in sheet.rows], actor, now)
    days: dict[int, date] = {}
    for row in sheet.rows:
        unit, day = units[row.unit or ""], feedback_day(row, order.feedback_on or today)
        days[unit] = min(day, days.get(unit, day))
    made = inspections_of(work, round_id, days, actor, now)
    return {name: work.session.get_one(Inspection, made[unit]) for name, unit in units.items()}


def _feedback_days(inspections: dict[str, Inspection], known: set[int], order: Order, today: date) -> dict[str, date]:
    """Return the day on which new problems are fed back to each unit: as told, else the inspection's first day or, once that has begun, today."""
    return {
        name: order.feedback_on or (today if (one.id or 0) in known else one.feedback_on or today)
        for name, one in inspections.items()
    }


def _answerable(session: Session, number: int) -> int:
    unit = session.get(Unit, number)
    return (unit.answerable_id if unit else None) or number


def _feedback(session: Session, row: Row, inspection: Inspection, order: Order, feedback_on: date) -> Intent:
    answerable = _answerable(session, inspection.unit_id)
    birth = Birth(
        inspection.id or 0, inspection.round_id, inspection.unit_id, answerable, row.number, row.problem,
        category=row.category, detail=row.detail, basis=row.basis, amount=row.amount, due_on=row.due,
        responsible=row.responsible, department=row.department, person=row.person, measures_said=row.measures,
        said=row.progress, note=row.note, written_by=order.written_by,
    )  # fmt: skip
    answers = {"feedback_on": feedback_day(row, feedback_on), "kind": row.kind, **order.asked}
    papers = (order.problem_list, order.letter) if order.letter else (order.problem_list,)
    return Intent(
        "feed_back", birth=birth, answers=answers, materials=papers, prepared_by=order.prepared_by, prepared_role=order.prepared_role
    )  # fmt: skip


def _notice_repeated(
    driver: Driver,
    sheet: Sheet,
    rows: list[Row],
    inspections: dict[str, Inspection],
    order: Order,
    hidden: Collection[int],
    brought: Brought,
) -> None:
    """Say aloud, once and before all else, that new problems stand word for word in another round, of cases that are not hidden."""
    if rows:
        found = {row.unit or "": inspections[row.unit or ""] for row in rows}
        elsewhere = words_elsewhere(driver, list(found.values()), hidden)
        named = [(found[row.unit or ""].unit_id, row) for row in rows]
        if said := repeated(named, sheet, elsewhere, order.round_name):
            brought.alarms.append(said)
            brought.notices.insert(0, said)


def _notice_no_secretary(
    session: Session, driver: Driver, rows: list[Row], inspections: dict[str, Inspection], today: date, brought: Brought
) -> None:
    """Say which units with new problems have no secretary to claim them; for a village the secretary of the unit that answers for it counts."""
    answerable = {
        name: _answerable(session, inspections[name].unit_id) for name in dict.fromkeys(row.unit or "" for row in rows)
    }
    without = set(units_without(driver, SECRETARY, set(answerable.values()), today))
    for name, unit in answerable.items():
        if unit in without:
            own = unit == inspections[name].unit_id
            brought.unclaimed.append(name if own else f"{name}（由{session.get_one(Unit, unit).name}负责）")
    if brought.unclaimed:
        brought.notices.append(
            f"没有党组织书记账号的单位：{'、'.join(brought.unclaimed)}。新反馈的问题无人认领，请先请系统管理员开设书记账号"
        )


def _fill(
    work: Work,
    sheet: Sheet,
    filled: Filled,
    file: str,
    actor: Actor,
    now: datetime,
    brought: Brought,
) -> None:
    for start in range(0, len(filled), BATCH):
        part = filled[start : start + BATCH]
        refused = fill(work, {case: said for _, case, said in part}, actor, file, now)
        brought.errors += [of_row(row, sheet, "number", sentence) for row, _, _ in part for sentence in refused]


def _feed_back(
    work: Work,
    sheet: Sheet,
    fresh: list[tuple[Row, Intent]],
    dice: Dice,
    actor: Actor,
    now: datetime,
    brought: Brought,
    told: Told,
) -> Placed:
    """Feed new problems back; return each row with its case."""
    born: Placed = []
    for start in range(0, len(fresh), BATCH):
        part = fresh[start : start + BATCH]
        outcomes = fire(work, [intent for _, intent in part], actor, now, dice=dice)
        for (row, _), outcome in zip(part, outcomes, strict=True):
            _count(row, sheet, outcome, brought)
            born += [(row, outcome.case)] if outcome.case is not None else []
        told(start + len(part), len(fresh))
    return born


def _count(row: Row, sheet: Sheet, outcome: Outcome, brought: Brought) -> None:
    if outcome.outcome == "done":
        brought.created += 1
    else:
        found = {one.sentence: COLUMN_OF.get(one.field, "number") for one in outcome.refusals}
        brought.errors += [of_row(row, sheet, column, sentence) for sentence, column in found.items()]
