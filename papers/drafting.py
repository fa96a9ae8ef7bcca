"""Drafting 拟稿: a paper is filled from the records and put aside; people write its blanks, another checks it 核稿; it waits to be issued."""

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
from register.papers import drafters, post_for
from states import ROLES
from storage.aside import DROPPED
from storage.engine import writing
from storage.paper_drafts import (
    Drafted,
    New,
    Written,
    digest_of,
    drafted,
    note_checked,
    note_returned,
    put_draft,
    settle_draft,
    take_up,
    write,
    written,
)
from storage.reads.dossiers import Acted, visit_of_case
from storage.reads.measures import MeasureShown
from storage.reads.papers import names_of_subject
from storage.sql import Driver
from storage.work import Work
from workflow.refusal import Refusal
from workflow.subject import Actor

GIVEN: Sequence[str] = ("文号", "签发人")
"""Blanks that are written as the paper is issued, by nobody before."""
LONGEST: int = 4000


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
    dossier = gather(driver, kind, subject.about(kind), actor, today)
    if kind.counts:
        return dossier
    if cases:
        named = [one for one in dossier.records if one.case.id in cases]
        if not named:
            raise NotThere("所列的问题都不在您的职责范围内")
        return replace(dossier, records=named)
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
        return Refusal(f"“{kind.shown}”由{'、'.join(ROLES[role] for role in drafters(kind))}拟稿", "paper")
    try:
        dossier = gathered(work.driver, kind, subject, actor, clock.local_date(now), cases)
        content = filled(dossier)
    except NotThere as why:
        return Refusal(str(why), "paper")
    return put_aside(work, dossier, subject, content, actor, now)


def put_aside(work: Work, dossier: Dossier, subject: Subject, content: Content, actor: Actor, now: datetime) -> int:
    """Put aside what was filled; return the number of the draft. Never commits."""
    post = post_for(work.driver, actor, drafters(dossier.kind), subject.unit)
    listed, role = [one.case.id for one in dossier.records], post.role if post else dossier.kind.drafts
    work.note_done()
    today = clock.local_date(now)
    rung = f"{CORRECTS}{subject.corrects}" if subject.corrects is not None else ""
    new = New(
        dossier.kind.name, content.title, subject.unit, subject.round, today, listed, rung, frozen(content),
        counts_from=subject.since, counts_to=subject.on,
    )  # fmt: skip
    return put_draft(work.driver, actor.jurisdiction, new, actor.person_id, role, clock.micros(now))


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
        content = _anew(work, row, actor, now)
    except NotThere as why:
        content = Content(row.title, "", (para(str(why)),))
    return Shown(row, kind, content, clock.micros(now), frozen=False, seen=said.digest)


def open_first(engine: Engine, row: Drafted, actor: Actor, now: datetime) -> None:
    """Fill a draft of the clock's as it is opened for the first time: what is shown then is what is issued."""
    with writing(engine) as work:
        found = read(work, row, actor, now)
        if found.frozen or not found.content.organ:
            return
        content = found.content
        work.note_done()
        write(work.driver, row.id, content.title, Written(frozen(content), "{}", clock.micros(now)))
        work.commit()


def _anew(work: Work, row: Drafted, actor: Actor, now: datetime) -> Content:
    subject = subject_of(
        work.driver, actor.jurisdiction, row.unit, row.round, row.cases[0] if KINDS[row.paper].covers == CASE and row.cases else None
    )  # fmt: skip
    subject = replace(subject, on=row.counts_to, since=row.counts_from, corrects=corrects(row.rung))
    return filled(gathered(work.driver, KINDS[row.paper], subject, actor, clock.local_date(now), row.cases))


def refill(work: Work, row: Drafted, actor: Actor, now: datetime) -> Refusal | None:
    """Fill a draft anew from the records of now; what people have written stays. Never commits."""
    if (why := _not_theirs(work.driver, row, actor)) is not None:
        return why
    try:
        content = _anew(work, row, actor, now)
    except NotThere as fault:
        return Refusal(str(fault))
    work.note_done()
    said = Written(frozen(content), written(work.driver, row.id).blanks, clock.micros(now))
    write(work.driver, row.id, content.title, said)
    return None


def put_words(work: Work, shown: Shown, said: Mapping[str, str], actor: Actor) -> list[Refusal]:
    """Write what people say into the blanks of a draft; return what is wrong, by the name of each. Never commits."""
    row = shown.row
    if (why := _not_theirs(work.driver, row, actor)) is not None:
        return [why]
    names = {one.name for one in shown.blanks}
    faults = [Refusal(f"“{name}”不超过 {LONGEST} 个字", name) for name, text in said.items() if len(text) > LONGEST]
    if faults:
        return faults
    work.note_done()
    before = written(work.driver, row.id)
    words = {name: text.strip() for name, text in said.items() if name in names and text.strip()}
    content = before.content or frozen(shown.content)
    write(work.driver, row.id, row.title, Written(content, json.dumps(words, ensure_ascii=False), shown.filled_at))
    if row.by is None and actor.person_id and (post := post_for(work.driver, actor, drafters(shown.kind), row.unit)):
        take_up(work.driver, row.id, actor.person_id, post.role)
    return []


def _not_theirs(driver: Driver, row: Drafted, actor: Actor) -> Refusal | None:
    kind = KINDS[row.paper]
    if not row.waits:
        return Refusal("这份底稿已签发，或已收回")
    if post_for(driver, actor, drafters(kind), row.unit) is None:
        return Refusal(f"“{kind.shown}”由{'、'.join(ROLES[role] for role in drafters(kind))}拟稿、修改")
    return None


def check(work: Work, row: Drafted, actor: Actor, now: datetime, seen: str = "") -> Refusal | None:
    """Note that somebody else than who drafted it checked a draft 核稿 as it was shown to them; return why not. Never commits."""
    if (why := against_checking(work.driver, row, actor)) is not None:
        return why
    if seen and seen != digest_of(work.driver, row.id):
        return Refusal("底稿刚刚有改动，没有核稿：请核对以后再核稿")
    work.note_done()
    note_checked(work.driver, row.id, actor.person_id or 0, clock.micros(now))
    return None


def against_checking(driver: Driver, row: Drafted, actor: Actor) -> Refusal | None:
    """Return why somebody does not check a draft."""
    kind = KINDS[row.paper]
    if not row.waits or not kind.checks:
        return Refusal("这份底稿不用核稿，或已签发、已收回")
    if post_for(driver, actor, kind.checks, row.unit) is None:
        return Refusal(f"“{kind.shown}”由{'、'.join(ROLES[role] for role in kind.checks)}核稿")
    return Refusal("拟稿人不能核自己的稿，须由另一人核稿") if row.by == actor.person_id else None


def take_back(work: Work, row: Drafted, actor: Actor, reason: str, now: datetime) -> Refusal | None:
    """Take a draft of one's own, or one of the clock's, away; give another's back with a reason. Never commits."""
    if (why := _not_theirs(work.driver, row, actor)) is not None:
        return why
    if row.by not in (None, actor.person_id):
        if not reason.strip():
            return Refusal("请写明退回的理由", "reason")
        work.note_done()
        note_returned(work.driver, row.id, reason.strip()[:500])
        return None
    work.note_done()
    settle_draft(work.driver, row.id, DROPPED, actor.person_id, clock.micros(now))
    return None


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
            number, one.get("text", ""), one.get("person", ""), one.get("department", ""), _day(one.get("on", "")), one.get("check", ""), one.get("why", "")
        )
        for number, one in enumerate(given, start=1)
    ]  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
