"""Drafting 拟稿: a paper is filled from the records and put aside as it was shown; what people do with it then stands in `papers.editing`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

import clock
from papers.content import Blank, Content, para
from papers.correcting import CORRECTS, corrects
from papers.dossier import About, Dossier, NotThere, gather
from papers.filling import filled
from papers.frozen import frozen, thawed
from papers.issuing import Printed
from papers.kinds import CASE, KINDS, PLACE, ROUND, UNIT, Kind
from papers.render import DOCX, PDF, Press, render
from register.papers import called, drafters, post_for
from storage.engine import writing
from storage.paper_drafts import Drafted, New, Written, drafted, put_draft, write, written
from storage.reads.dossiers import Acted, visit_of_case
from storage.reads.measures import MeasureShown
from storage.reads.papers import names_of_subject
from storage.sql import Driver
from storage.work import Work
from workflow.refusal import Refusal
from workflow.subject import Actor

GIVEN: Sequence[str] = ("文号", "签发人")
"""Blanks that are written as the paper is issued, by nobody before."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a paper is about: the unit and the round by their numbers, or a case; and the names of both."""

    unit: int | None = None
    round: int | None = None
    case: int | None = None
    on: date | None = None
    since: date | None = None
    corrects: int | None = None
    """Of a paper made of figures: as of which day, from which on, or which issued paper it corrects."""
    unit_name: str = ""
    round_name: str = ""

    def about(self, kind: Kind) -> About:
        """Return it as papers of a kind are asked for."""
        if kind.covers == CASE:
            return About(self.case)
        if kind.counts:
            around = self.round_name if kind.covers == ROUND else ""
            return About(round=around, on=self.on, since=self.since, corrects=self.corrects)
        return About(unit=self.unit_name if kind.covers == UNIT else "", round=self.round_name)

    def as_covered(self, kind: Kind) -> Subject:
        """Return it as far as papers of a kind are about it: what is written of a whole round is no paper of one unit."""
        if kind.covers == PLACE:
            return replace(self, unit=None, round=None, case=None, unit_name="", round_name="")
        return replace(self, unit=None, case=None, unit_name="") if kind.covers == ROUND else self


def subject_of(driver: Driver, jurisdiction: int, unit: int | None, around: int | None, case: int | None) -> Subject:
    """Return what is meant by these numbers, with the names; of a case its unit and round."""
    if case is not None:
        visit = visit_of_case(driver, jurisdiction, case)
        return (
            Subject(visit.unit_id, visit.round_id, case, unit_name=visit.unit, round_name=visit.round)
            if visit
            else Subject(case=case)
        )
    unit_name, round_name = names_of_subject(driver, jurisdiction, unit, around)
    return Subject(unit, around, unit_name=unit_name, round_name=round_name)


def gathered(
    driver: Driver, kind: Kind, subject: Subject, actor: Actor, today: date, cases: Collection[int] = ()
) -> Dossier:
    """Gather what a paper is filled from: the cases named, else those that it can list; NotThere where there are none."""
    dossier = gather(driver, kind, subject.about(kind), actor, today, cases)
    if kind.counts:
        return dossier
    if cases:
        return dossier
    filled(dossier)  # says what is missing, where it lists none
    listed = [one for one in dossier.records if _lists(dossier, one.case.id)]
    # What only some may know of stands on a paper of its own, asked for by its case: else the others would see none of it.
    return replace(dossier, records=[one for one in listed if dossier.is_open(one)] or listed)


def _lists(dossier: Dossier, case: int) -> bool:
    """Say whether a paper could list a case at all: filled with that alone it is no empty one."""
    try:
        filled(replace(dossier, records=[one for one in dossier.records if one.case.id == case]))
    except NotThere:
        return False
    return True


def draft(
    work: Work, kind: Kind, subject: Subject, actor: Actor, now: datetime, cases: Collection[int] = ()
) -> int | Refusal:
    """Fill a paper from the records and put it aside; return its number, or why not. Never commits."""
    subject = subject.as_covered(kind)
    if post_for(work.driver, actor, drafters(kind), subject.unit) is None:
        return _not_a_drafter(kind)
    try:
        dossier = gathered(work.driver, kind, subject, actor, clock.local_date(now), cases)
        content = filled(dossier)
    except NotThere as why:
        return Refusal(str(why), "paper")
    return put_aside(work, dossier, subject, content, actor, now)


def put_aside(
    work: Work, dossier: Dossier, subject: Subject, content: Content, actor: Actor, now: datetime
) -> int | Refusal:
    """Put aside what was filled; return the number of the draft, or why not: not everybody drafts every kind. Never commits."""
    kind = dossier.kind
    post = post_for(work.driver, actor, drafters(kind), subject.unit)
    if post is None:
        return _not_a_drafter(kind)
    listed, role = [one.case.id for one in dossier.records], post.role
    work.note_done()
    today = clock.local_date(now)
    rung = f"{CORRECTS}{subject.corrects}" if subject.corrects is not None else ""
    new = New(
        dossier.kind.name, content.title, subject.unit, subject.round, today, listed, rung, frozen(content),
        counts_from=subject.since, counts_to=subject.on,
    )  # fmt: skip
    return put_draft(work.driver, actor.jurisdiction, new, actor.person_id, role, clock.micros(now))


def _not_a_drafter(kind: Kind) -> Refusal:
    return Refusal(f"“{kind.shown}”由{called(drafters(kind))}拟稿", "paper")


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft as it stands: its row, its kind, the paper with what people have written, and when it was filled."""

    row: Drafted
    kind: Kind
    content: Content
    filled_at: int
    frozen: bool = True
    """It was put aside as it is shown; else it is filled from the records of the moment."""
    seen: str = ""
    """The hash of what is shown."""
    why_not: str = ""
    """Why there is nothing to write of what the clock drafted: the records have moved on."""

    @property
    def blanks(self) -> list[Blank]:
        """Return what a person writes, filled or not, in the order in which it stands there."""
        return [one for one in self.content.all_blanks if one.name not in GIVEN]

    @property
    def unwritten(self) -> tuple[str, ...]:
        """Return what must be written before it is issued: of a paper with a number all; a form is written on by hand."""
        return tuple(one.name for one in self.blanks if not one.written) if self.kind.numbered else ()


def read(work: Work, row: Drafted, actor: Actor, now: datetime) -> Shown:
    """Return a draft as it stands; of one that the clock drafted and nobody could fill yet, why."""
    kind, said = KINDS[row.paper], written(work.driver, row.id)
    if said.content:
        return Shown(row, kind, thawed(said.content).written(json.loads(said.blanks)), said.at, seen=said.digest)
    try:
        content = anew(work, row, actor, now).content
    except NotThere as why:
        content = Content(row.title, "", (para(str(why)),))
        return Shown(row, kind, content, clock.micros(now), frozen=False, seen=said.digest, why_not=str(why))
    return Shown(row, kind, content, clock.micros(now), frozen=False, seen=said.digest)


def open_first(engine: Engine, rows: Sequence[Drafted], actor: Actor, now: datetime) -> None:
    """Fill drafts of the clock's as they are opened for the first time: what is shown then is what is issued."""
    with writing(engine) as work:
        found = [one for row in rows if not (one := read(work, row, actor, now)).frozen and not one.why_not]
        if not found:
            return
        work.note_done()
        for one in found:
            fresh = Written(frozen(one.content), written(work.driver, one.row.id).blanks, clock.micros(now))
            write(work.driver, one.row.id, one.content.title, fresh)
        work.commit()


@dataclass(frozen=True, slots=True)
class Anew:
    """A paper filled anew, and the cases that it lists now."""

    content: Content
    cases: Sequence[int]


def anew(work: Work, row: Drafted, actor: Actor, now: datetime) -> Anew:
    """Fill a draft from the records of now; NotThere says why there is nothing to write."""
    subject = subject_of(
        work.driver, actor.jurisdiction, row.unit, row.round, row.cases[0] if KINDS[row.paper].covers == CASE and row.cases else None
    )  # fmt: skip
    subject = replace(subject, on=row.counts_to, since=row.counts_from, corrects=corrects(row.rung))
    dossier = gathered(work.driver, KINDS[row.paper], subject, actor, clock.local_date(now), row.cases)
    return Anew(filled(dossier), [one.case.id for one in dossier.records if _lists(dossier, one.case.id)])


@dataclass(frozen=True, slots=True)
class Printing:
    """Prints drafts for who issues them, as this house prints."""

    press: Press
    actor: Actor
    now: datetime

    def __call__(self, driver: Driver, row: Drafted, number: str, on: date, signer: str) -> Printed:
        """Return a draft as it is issued, with what is still to be written."""
        said = written(driver, row.id)
        if not said.content:
            return Printed(b"", unwritten=("正文（先打开底稿核对）",))
        content = thawed(said.content).written(json.loads(said.blanks))
        unwritten = Shown(row, KINDS[row.paper], content, said.at).unwritten
        issued = content.issued(number, on, signer if content.signer else "")
        made = [render(row.paper, issued, form, self.press).content for form in (PDF, DOCX)]
        return Printed(made[0], made[1], unwritten, issued.figures.encode())


def preview(shown: Shown, press: Press, form: str = PDF) -> bytes:
    """Return a draft as it would be printed, its blanks showing where they are."""
    return render(shown.kind.name, shown.content, form, press).content


def draft_there(driver: Driver, jurisdiction: int, number: int) -> Drafted | None:
    """Return a draft that waits; None where there is none such."""
    found = drafted(driver, jurisdiction, number)
    return found if found and found.waits else None


def with_answers(dossier: Dossier, action: str, answers: Mapping[int, Mapping[str, Any]], actor: Actor) -> Dossier:
    """Return a dossier as it would be once an act with these answers, by case, was done: its paper goes along with the act."""
    role = next((post.role for post in actor.posts), "")
    records = [
        replace(
            one,
            measures=_measures(given["measures"]) if given.get("measures") else one.measures,
            acts=[*one.acts, Acted(one.case.id, _NOT_YET, dossier.today, action, actor.name, role, dict(given))],
        )
        if (given := answers.get(one.case.id))
        else one
        for one in dossier.records
    ]
    return replace(dossier, records=records)


_NOT_YET: int = 2**31
"""The version of an act that is being done: behind all others."""


def _measures(given: Sequence[Mapping[str, str]]) -> list[MeasureShown]:
    return [
        MeasureShown(
            number, one.get("text", ""), one.get("person", ""), one.get("department", ""), _day(one.get("on", "")), one.get("check", ""), one.get("why", ""),
            one.get("yearly", ""),
        )
        for number, one in enumerate(given, start=1)
    ]  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
