"""The dossier: all that a paper is filled from, gathered once, with nothing in it that is not there for who asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from papers.content import day_of
from papers.correcting import Altered, Corrected, corrected_of
from papers.kinds import CASE, COVERS, PLACE, ROUND, UNIT, Kind
from papers.tally import Tally, again, tally
from states import (
    ACTIONS,
    CONTINUING,
    DONE,
    GROUP,
    HANDLER,
    HEAD,
    KINDS,
    LEADER,
    OFFICE,
    SECRETARY,
    STANDING,
    STATES,
    TEAM,
    WITHDRAWN,
)
from storage.confidence import restrictions
from storage.reads.cases import Shown, shown_cases
from storage.reads.dossiers import (
    Acted,
    Filed,
    Place,
    Visit,
    acts_on,
    cases_for,
    clues_of,
    files_in,
    measures_in,
    place_of,
    posts_of,
    told_in,
    visit_named,
    visit_of_case,
    visits_of_round,
)
from storage.reads.grouped import rounds_named
from storage.reads.ledger.records import lines_of
from storage.reads.measures import MeasureShown
from storage.sql import Driver
from workflow.days.joint import CLOSING, PLAN, Joint
from workflow.may import hidden_from, scope_of
from workflow.rules import profiles_of
from workflow.subject import Actor

_ACTS: Final = (
    "submit_plan", "approve_plan", "return_plan", "opine", "submit", "submit_at_once", "verify", "continue_work", "return_work", "reopen",
    "request_extension", "grant_extension", "refuse_extension", "check", "order_plan", "order_rework", "escalate", "escalate_by_hand", "withhold",
    "publicize", "looked_back", "hand_over", "order_at_once", "flag",
)  # fmt: skip
_HOLDERS: Final = (SECRETARY, HANDLER, LEADER, HEAD)


class NotThere(LookupError):
    """What a paper is asked for is not there, or not for who asks."""


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is asked for: a case, a unit in a round, or a round; or, made of figures, as of which day of which, or of what it corrects."""

    case: int | None = None
    unit: str = ""
    round: str = ""
    on: date | None = None
    since: date | None = None
    corrects: int | None = None
    """The issued paper, by its number here."""

    @property
    def covers(self) -> str:
        """Return which of the four it is; empty where it is none."""
        if self.case is not None:
            return "" if self.unit or self.round else CASE
        if self.round:
            return UNIT if self.unit else ROUND
        return PLACE if not self.unit and (self.on or self.corrects) else ""


@dataclass(frozen=True, slots=True)
class Record:
    """A case with all that papers say of it."""

    case: Shown
    line: Mapping[str, Any]
    measures: Sequence[MeasureShown]
    acts: Sequence[Acted]
    files: Sequence[Filed]
    told: Sequence[tuple[str, str, date]]
    among_several: bool = False
    """It stands beside problems of other units, whose numbers may be the same."""

    @property
    def called(self) -> str:
        """Return what a sentence calls it: 第 3 号问题, with its unit beside those of others."""
        return f"{self.case.unit if self.among_several else ''}第 {self.case.number} 号问题"

    @property
    def titled(self) -> str:
        """Return it as a heading: number, words, and its unit beside those of others."""
        return f"{self.case.number}. {self.case.problem}{f'（{self.case.unit}）' if self.among_several else ''}"

    def last(self, *actions: str) -> Acted | None:
        """Return the last of these acts; of one that no dossier reads LookupError says so."""
        if unread := sorted(set(actions) - set(_ACTS)):
            raise LookupError(f"卷宗没有读 {'、'.join(unread)}：写进 papers/dossier.py 的 _ACTS")
        return next((one for one in reversed(self.acts) if one.action in actions), None)

    def said(self, action: str, answer: str) -> str:
        """Return an answer of the last such act as it was typed, or nothing."""
        act = self.last(action)
        return str(act.answers.get(answer) or "") if act else ""

    def opinions(self, since: str) -> dict[str, Acted]:
        """Return the opinions given after the last of an act, by role."""
        begun = self.last(since)
        given = (one for one in self.acts if one.action == "opine" and begun and one.version > begun.version)
        return {one.role: one for one in given}

    @property
    def done(self) -> bool:
        """Say whether it is accepted."""
        return self.case.state in DONE

    @property
    def kind(self) -> str:
        """Return the kind of rectification in words."""
        return KINDS[self.case.kind]

    @property
    def goes_on(self) -> bool:
        """Say whether it is one that goes on for long."""
        return self.case.kind in (CONTINUING, STANDING)

    @property
    def state(self) -> str:
        """Return the state in words."""
        return STATES[self.case.state].shown


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that one paper is filled from."""

    kind: Kind
    today: date
    place: Place
    round: str
    visit: Visit | None
    visits: Sequence[Visit]
    records: Sequence[Record]
    holders: Mapping[tuple[str, int | None], str]
    clues: Sequence[tuple[str, str, date, date, date | None]]
    may: Callable[[Record, str], bool]
    """Whether what was said with an act on a case is for who asks."""
    confided: frozenset[int] = frozenset()
    """The cases that are for some alone 限定知悉, and are there for who asks."""
    tally: Tally | None = None
    """What was counted, of a paper made of figures; of one that corrects another, counted again."""
    corrected: Corrected | None = None
    """The issued paper that it corrects."""

    joints: Mapping[str, Joint] = field(default_factory=dict)
    """By stage who gives an opinion, of a paper that says who did."""

    def asked(self, stage: str, records: Iterable[Record]) -> tuple[str, ...]:
        """Return who is asked for an opinion, and who gave one beside them; the office, which decides, has a place of its own."""
        since = {PLAN: ("submit_plan",), CLOSING: ("submit", "submit_at_once")}[stage]
        spoke = [role for one in records for act in since for role in one.opinions(act)]
        return tuple(role for role in dict.fromkeys((*self.joints[stage].parties, *spoke)) if role != OFFICE)

    @property
    def record(self) -> Record:
        """Return the case of a paper about one."""
        return self.records[0]

    @property
    def around(self) -> str:
        """Return the round as a sentence says it: 第三轮巡察, whether or not its name says 巡察."""
        return f"{self.round.removesuffix('巡察')}巡察"

    @property
    def unit(self) -> str:
        """Return the unit by name."""
        return self.visit.unit if self.visit else ""

    @property
    def counted(self) -> Sequence[Record]:
        """Return the cases that count: all but those withdrawn."""
        return [one for one in self.records if one.case.state != WITHDRAWN]

    def is_open(self, one: Record) -> bool:
        """Say whether a case may stand in what everybody reads."""
        return one.case.id not in self.confided

    @property
    def committee(self) -> str:
        """Return the committee of the place, to which the leading group reports."""
        return _seat(self.place.name)

    def organ(self, role: str) -> str:
        """Return an organ by its full name, as it signs."""
        if role == UNIT:
            return self.unit
        if role == TEAM:
            return (self.visit.team if self.visit else "") or f"{_seat(self.place.name)}巡察组"
        if full := self.place.setting.full(role):
            return full
        if role == GROUP:
            return f"{_seat(self.place.name)}巡察工作领导小组"
        if role == OFFICE:
            return f"{_seat(self.place.name)}巡察工作领导小组办公室"
        return self.place.setting.called(role)

    def called(self, role: str) -> str:
        """Return an organ by its short name, as boxes and tables say it."""
        if role == TEAM and self.visit and self.visit.team:
            return self.visit.team
        return self.place.setting.called(role)

    def name(self, role: str) -> str:
        """Return who is in a post of the unit, or of the whole jurisdiction; nothing where nobody is."""
        unit = self.visit.unit_id if self.visit else None
        if role == LEADER and self.visit and self.visit.leader:
            return self.visit.leader
        return self.holders.get((role, unit)) or self.holders.get((role, None)) or ""

    def addressee(self, roles: Iterable[str]) -> str:
        """Return to whom a paper goes, as its first line says it."""
        return "，".join(self.unit if role == SECRETARY else self.organ(role) for role in roles)


def _seat(name: str) -> str:
    """Return the committee of a place: 中共示范市委; what is no city, county or district stays as it is."""
    return f"中共{name}委" if name.endswith(("市", "县", "区", "旗", "州")) else name


def gather(driver: Driver, kind: Kind, about: About, actor: Actor, today: date, only: Collection[int] = ()) -> Dossier:
    """Gather what a paper is filled from, as far as it is there for the actor: of the cases named, else of all; NotThere says what is missing."""
    if about.covers != kind.covers:
        raise NotThere(f"“{kind.shown}”写的是{COVERS[kind.covers]}：请{_NAMED[kind.covers]}")
    if kind.counts:
        return _counted(driver, kind, about, actor, today)
    place = place_of(driver, actor.jurisdiction)
    visit, visits = _visits(driver, actor.jurisdiction, about)
    scope = scope_of(actor.posts)
    ids = _ids(driver, about, visit, visits)
    cases = shown_cases(driver, actor.jurisdiction, [one for one in ids if not only or one in only])
    cases = [one for one in cases if scope.covers(one.as_row())]
    if not cases:
        raise NotThere(_missing(about))
    ids = [one.id for one in cases]
    lines = {line["id"]: line for line in lines_of(driver, ids)}
    measures, files, told = measures_in(driver, ids), files_in(driver, ids), told_in(driver, ids)
    acts = acts_on(driver, actor.jurisdiction, ids, _ACTS)
    hidden = {one.id: hidden_from(actor, one.as_row()) for one in cases}
    several = len({one.unit for one in cases}) > 1
    records = [
        Record(
            one, lines[one.id], measures[one.id],
            [act for act in acts[one.id] if act.action not in hidden[one.id]],
            [file for file in files[one.id] if file.action not in hidden[one.id]], told[one.id], several,
        )
        for one in cases
    ]  # fmt: skip
    around = visit.round if visit else about.round
    return Dossier(
        kind, today, place, around, visit, visits, records, posts_of(driver, actor.jurisdiction, _HOLDERS, today),
        clues_of(driver, actor.jurisdiction, around) if kind.covers == ROUND and scope.whole else (),
        lambda record, action: action not in hidden[record.case.id], frozenset(restrictions(driver, actor.jurisdiction)),
        joints=_joints(driver, kind, cases),
    )  # fmt: skip


def _joints(driver: Driver, kind: Kind, cases: Sequence[Shown]) -> Mapping[str, Joint]:
    """Return by stage who gives an opinion, as the round of the first case has it, for the papers that say so."""
    if kind.name not in _ASKS_PARTIES:
        return {}
    around = cases[0].as_row().round_id
    return profiles_of(driver, [around])[around].joints


def _counted(driver: Driver, kind: Kind, about: About, actor: Actor, today: date) -> Dossier:
    """Gather what a paper made of figures says: of all cases, for who sees all of them."""
    place = actor.jurisdiction
    if not scope_of(actor.posts).whole:
        raise NotThere(f"“{kind.shown}”写的是全部问题，由看得到全部问题的人拟")
    dossier = Dossier(
        kind, today, place_of(driver, place), about.round, None, (), (), posts_of(driver, place, _HOLDERS, today), (), lambda *_: True
    )  # fmt: skip
    if about.corrects is not None:
        try:
            corrected = corrected_of(driver, place, about.corrects)
        except Altered as why:
            raise NotThere(str(why)) from None
        return replace(
            dossier, corrected=corrected, tally=again(driver, corrected.figures, place, today) if corrected else None
        )
    around = next((number for number, name in rounds_named(driver, place) if name == about.round), None)
    if about.round and around is None:
        raise NotThere(_missing(about))
    on = min(about.on or today, today)
    return replace(dossier, tally=tally(driver, kind, place, (min(about.since or on, on), on), today, around))


_NAMED: Final = {
    CASE: "用 --case 写明问题的编号（内部号）",
    UNIT: "用 --unit 和 --round 写明党组织和轮次",
    ROUND: "只用 --round 写明轮次",
    PLACE: "用 --on 写明截至哪一天，不写党组织和轮次",
}


def _visits(driver: Driver, jurisdiction: int, about: About) -> tuple[Visit | None, list[Visit]]:
    if about.covers == ROUND:
        return None, visits_of_round(driver, jurisdiction, about.round)
    of_case = visit_of_case(driver, jurisdiction, about.case) if about.case is not None else None
    found = of_case or visit_named(driver, jurisdiction, about.unit, about.round)
    return found, [found] if found else []


def _ids(driver: Driver, about: About, visit: Visit | None, visits: Sequence[Visit]) -> list[int]:
    if about.case is not None:
        return [about.case]
    found = [cases_for(driver, visit)] if visit else (cases_for(driver, one, found=True) for one in visits)
    return list(dict.fromkeys(case for ids in found for case in ids))


def _missing(about: About) -> str:
    # What is not for somebody is not there for them: one sentence for both.
    if about.case is not None:
        return f"没有问题 {about.case}，或不在您的职责范围内"
    if about.unit:
        return f"“{about.round}”里没有“{about.unit}”的问题，或不在您的职责范围内"
    return f"没有轮次“{about.round}”的问题，或不在您的职责范围内"


def day(value: date | None) -> str:
    """Return a day as papers write it, or nothing."""
    return day_of(value) if value else ""


_ASKS_PARTIES: Final = ("review_sheet", "review_summary", "closing_request", "acceptance")
"""The papers that say who was asked for an opinion."""


def act_shown(action: str) -> str:
    """Return an act in words."""
    return ACTIONS[action].shown
