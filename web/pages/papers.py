"""Papers 文书: the office's register of what was issued and of the numbers, the drafts that wait, a new draft, one line with its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from figures.months import first_of
from papers.drafting import Subject, draft, subject_of
from papers.kinds import CASE, KINDS, ROUND, UNIT, Kind
from papers.kinds import PLACE as WHOLE
from papers.tally import days_of
from register.asking import ask
from register.kinds import KINDS as REGISTER
from register.may import enters_as
from register.papers import drafted_by, voiders
from register.wanted import Wanted
from states import OFFICE
from storage.engine import reading, writing
from storage.household import read_row
from storage.looks import Looks
from storage.paper_numbers import KIND, Series, next_number, series_there
from storage.paper_signs import Sign, signs_in
from storage.reads.accounts import names_of
from storage.reads.cases import shown_cases
from storage.reads.papers import (
    MOST_SUBJECTS,
    ON_A_PAGE,
    Asked,
    Issued,
    Waiting,
    issued_papers,
    issuer_of,
    names_of_subject,
    subjects_there,
)
from storage.reads.rounds import rounds_by_day
from storage.reads.standings import counted_on
from storage.sql import Driver
from web.acts.files import keep_upload
from web.acts.uploads import BadUpload
from web.counted import may_count_again, signed_figures
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note, note_reading
from web.downloads import download, in_place
from web.papers import WHO_READ, drafts_for, for_viewer, kind_shown, lacking, owing, rung_shown, states_said
from web.viewer import Viewer
from workflow.refusal import Refusal, sentences
from workflow.security import first_words

router = APIRouter()
PLACE: Final = "/papers"
LONGEST_WORDS: Final = 60
MOST_DRAFTS: Final = 100
SIGN: Final = "countersign."
"""What begins the address of a file signed on paper, before the role."""
Some = Annotated[Number | None, Query()]


@dataclass(frozen=True, slots=True)
class Looking:
    """What of the papers somebody looks for, as the address says it; which drafts are ticked, and how many were just issued."""

    unit: Some = None
    case: Some = None
    year: Some = None
    before: Some = None
    around: Annotated[Number | None, Query(alias="round")] = None
    signed: Some = None
    paper: str = ""
    q: str = ""
    owed: str = ""
    pick: str = ""

    @property
    def asked(self) -> Asked:
        """Return it as the papers are asked for."""
        owed = tuple(one.name for one in KINDS.values() if one.receipts) if self.owed else ()
        paper, words = self.paper if self.paper in KINDS else "", self.q.strip()[:LONGEST_WORDS]
        return Asked(self.unit, self.around, self.case, paper, self.year, words, self.before, owed=owed)


@router.get(PLACE)
def listed(desk: AtDesk, viewer: Signed, looking: Annotated[Looking, Depends()]) -> Response:
    """List what was issued, the newest first, below the drafts that wait for the viewer; by unit, round, case, kind, year, number or words."""
    must_hold(viewer, *WHO_READ)
    return _listed(desk, viewer, looking.asked, pick=looking.pick, signed=looking.signed or 0)


def _listed(
    desk: Desk,
    viewer: Viewer,
    asked: Asked,
    faults: tuple[Refusal, ...] = (),
    said: Any = None,
    *,
    pick: str = "",
    signed: int = 0,
) -> Response:
    place, today = viewer.actor.jurisdiction, clock.local_date(desk.now())
    numbers = viewer.holds_at_large(OFFICE)
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        lines, drafts = (
            looks.at(issued_papers, place, viewer.scope, for_viewer(viewer, asked)),
            looks.at(drafts_for, viewer),
        )
        named = looks.at(names_of_subject, place, asked.unit, asked.round)
        series = looks.at(series_there, place) if numbers else list
        found = lines()
    rest = len(found) > ON_A_PAGE
    asked_for = {
        "unit": asked.unit,
        "round": asked.round,
        "case": asked.case,
        "paper": asked.paper,
        "year": asked.year,
        "q": asked.words,
        "owed": "1" if asked.owed else "",
    }
    query = {name: value for name, value in asked_for.items() if value}
    more = urlencode(query | {"before": found[ON_A_PAGE - 1].id}) if rest else ""
    waiting = [one for one in drafts() if asked.unit in {None, one.unit_id} and asked.round in {None, one.round_id}]
    mine = [(one.id, one.called) for one in series() if not one.ended(today)]
    note_reading(desk, viewer, {case for one in found for case in one.cases}, "文书目录")
    return desk.page(
        "papers.html", viewer, status=422 if faults else 200, here=PLACE, lines=found[:ON_A_PAGE], more=more, asked=asked,
        drafts=_by_kind(waiting[:MOST_DRAFTS]), waiting=len(waiting), listed=min(len(waiting), MOST_DRAFTS), pick=pick, signed=signed,
        query=urlencode(query), lacking=lacking, owing=owing,
        only=" ".join(filter(None, named())),
        kinds=KINDS, choices=[(one.name, one.shown) for one in KINDS.values()],
        kind_shown=kind_shown, rung_shown=rung_shown, stands=states_said(found), numbers=numbers, series=mine,
        faults=faults, said=said or {}, today=today, may_draft=bool(drafted_by(viewer.actor)),
    )  # fmt: skip


def _by_kind(drafts: list[Waiting]) -> list[tuple[Kind, list[Waiting]]]:
    """Return drafts by their kind, in the order of the table: reports first, which the clock drafts once a month and letters would hide."""
    kinds = sorted(KINDS.values(), key=lambda kind: not kind.counts)
    return [(kind, found) for kind in kinds if (found := [one for one in drafts if one.paper == kind.name])]


@router.post(f"{PLACE}/numbers")
def outside(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Enter a number that was given outside, with the reason: the register of papers has no gap."""
    must_hold(viewer, OFFICE)
    said = {name: str(form.get(name, "")).strip() for name in ("series", "n", "title", "signed_on", "reason")}
    fields = {name: said[name] for name in ("series", "n", "title", "signed_on") if said[name]}
    faults = _enter(request, desk, viewer, Wanted(KIND, "outside", None, fields, said["reason"]))
    return _listed(desk, viewer, Asked(), faults, said) if faults else RedirectResponse(PLACE, 303)


def _enter(request: Request, desk: Desk, viewer: Viewer, wanted: Wanted) -> tuple[Refusal, ...]:
    """Enter something about a paper, or return why not."""
    with writing(desk.engine) as work:
        asked = ask(work, wanted, viewer.actor, desk.now(), desk.limits)
        if asked.refusals:
            work.rollback()
        else:
            work.commit()
    kind, act = wanted.rule
    what = "register_denied" if asked.refusals else "register_entered"
    note(
        desk, viewer, what, request, words=first_words(sentences(asked.refusals)) if asked.refusals else kind.said(act)
    )
    return asked.refusals


# --- a new draft ---------------------------------------------------------------------------------------------------


@router.get(f"{PLACE}/new")
def choose(
    desk: AtDesk,
    viewer: Signed,
    unit: Some = None,
    case: Some = None,
    around: Annotated[Number | None, Query(alias="round")] = None,
    q: str = "",
    whole: str = "",
) -> Response:
    """Show which papers the viewer may draft of a unit, a round, a case or the whole; without one, the units to choose from."""
    return _choosing(desk, viewer, unit, around, case, words=q.strip()[:LONGEST_WORDS], whole=bool(whole))


def _choosing(
    desk: Desk,
    viewer: Viewer,
    unit: int | None,
    around: int | None,
    case: int | None,
    paper: str = "",
    why: Refusal | None = None,
    words: str = "",
    *,
    whole: bool = False,
) -> Response:
    # A correction is drafted from the page of what it corrects.
    kinds = [kind for kind in drafted_by(viewer.actor) if kind.tables or not kind.counts]
    if not kinds:
        raise NotYours
    place = viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        if case is not None and not _case_there(work.driver, viewer, case):
            raise NotYours
        subject = looks.at(subject_of, place, unit, around, case)
        chosen = bool((unit and around) or case or whole)
        subjects = list if chosen else looks.at(subjects_there, place, viewer.scope, words)
        around_all = list if chosen or not viewer.scope.whole else looks.at(rounds_by_day, place)
        about, there = subject(), subjects()
        rounds = around_all() or list(dict.fromkeys((one.round_id, one.round) for one in there))
    covers = {CASE} if case is not None else set()
    covers |= {UNIT} if about.unit else set()
    covers |= {ROUND} if about.round and not about.unit else set()
    covers |= {WHOLE} if whole else set()
    fitting = [kind for kind in kinds if kind.covers in covers]
    # What the clock did not draft is mostly wanted as of the end of the last month of reporting.
    begins, today = desk.settings.config.figures.month_begins, clock.local_date(desk.now())
    last_day = first_of(today, begins) - timedelta(days=1) if whole else today
    return desk.page(
        "paper_new.html", viewer, status=422 if why else 200, here=PLACE, subject=about, case=case, kinds=_in_groups(fitting), chosen=paper, why=why,
        words=words, subjects=there, rounds=rounds, most=MOST_SUBJECTS,
        asks_round=any(kind.covers == ROUND for kind in kinds), whole=whole,
        of_the_whole=[kind.shown for kind in kinds if kind.covers == WHOLE], counting=[kind.shown for kind in fitting if kind.counts], on=last_day, today=today,
    )  # fmt: skip


def _case_there(driver: Driver, viewer: Viewer, case: int) -> bool:
    found = shown_cases(driver, viewer.actor.jurisdiction, [case])
    return bool(found) and viewer.scope.covers(found[0].as_row())


def _in_groups(kinds: list[Kind]) -> list[tuple[str, list[Kind]]]:
    """Return the kinds in two groups: what has a number, and forms."""
    numbered, others = [one for one in kinds if one.numbered], [one for one in kinds if not one.numbered]
    return [(words, group) for words, group in (("编文号的", numbered), ("表、单、稿", others)) if group]


@router.post(f"{PLACE}/new")
def begun(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Fill a paper from the records and put it aside as a draft."""
    unit, around, case = (_number(form.get(name)) for name in ("unit", "round", "case"))
    kind = KINDS.get(str(form.get("paper", "")))
    whole = bool(form.get("whole"))
    if kind is None:
        return _choosing(desk, viewer, unit, around, case, why=Refusal("请选择要拟的文书", "paper"), whole=whole)
    with writing(desk.engine) as work:
        if case is not None and not _case_there(work.driver, viewer, case):
            raise NotYours
        subject = subject_of(work.driver, viewer.actor.jurisdiction, unit, around, case)
        if kind.counts:
            subject = _as_counted(work.driver, desk, viewer, kind, subject, form)
        made = draft(
            work, kind, subject, viewer.actor, desk.now(), [case] if case is not None and kind.covers == UNIT else ()
        )
        if isinstance(made, Refusal):
            work.rollback()
        else:
            work.commit()
    if isinstance(made, Refusal):
        note(desk, viewer, "register_denied", request, words=first_words([made.sentence]))
        if corrects := _number(form.get("corrects")):
            return _paper(desk, viewer, corrects, (made,), anew=True)
        return _choosing(desk, viewer, unit, around, case, kind.name, made, whole=whole)
    return RedirectResponse(f"{PLACE}/drafts/{made}", 303)


def _as_counted(driver: Driver, desk: Desk, viewer: Viewer, kind: Kind, subject: Subject, form: FormData) -> Subject:
    """Return as of which day a paper made of figures counts, or which issued one it corrects."""
    if not kind.tables:
        paper = paper_for(driver, viewer, _number(form.get("corrects")) or 0)
        return Subject(corrects=paper.id)
    today = clock.local_date(desk.now())
    try:
        on = counted_on(date.fromisoformat(str(form.get("on", ""))), today)
    except ValueError:
        on = today
    since, on = days_of(kind, on, desk.settings.config.figures.month_begins)
    return replace(subject, on=on, since=since)


def _number(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


# --- one line of the register --------------------------------------------------------------------------------------


def paper_for(driver: Driver, viewer: Viewer, number: int) -> Issued:
    """Return a paper that is there for the viewer; NotYours says the same for “not yours” and “not there”."""
    asked = for_viewer(viewer, Asked(only=number))
    found = issued_papers(driver, viewer.actor.jurisdiction, viewer.scope, asked, 1) if viewer.holds(*WHO_READ) else []
    if not found or found[0].id != number:
        raise NotYours
    return found[0]


@router.get(f"{PLACE}/{{number}}")
def one_paper(number: Number, desk: AtDesk, viewer: Signed, again: str = "", done: str = "") -> Response:
    """Show a paper that was issued, or was just now: its number and files, its cases or its figures, counted again where asked, who received it."""
    return _paper(desk, viewer, number, anew=bool(again), just=bool(done))


def _paper(
    desk: Desk,
    viewer: Viewer,
    number: int,
    faults: tuple[Refusal, ...] = (),
    *,
    anew: bool = False,
    just: bool = False,
) -> Response:
    today = clock.local_date(desk.now())
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        line = paper_for(work.driver, viewer, number)
        row, cases, issuer = (
            looks.at(read_row, KIND, viewer.actor.jurisdiction, number),
            looks.at(shown_cases, viewer.actor.jurisdiction, line.cases),
            looks.at(issuer_of, viewer.actor.jurisdiction, number),
        )
        kept = row() or {}
        names = names_of(work.driver, [kept["received_by_id"]]) if kept.get("received_by_id") else {}
        known = [one for one in cases() if viewer.scope.covers(one.as_row())]
        counted = signed_figures(work.driver, viewer, number, kept, today, anew=anew)
    note_reading(desk, viewer, line.cases, f"文书《{line.title[:30]}》")
    kind = KINDS.get(line.paper)
    return desk.page(
        "paper.html", viewer, status=422 if faults else 200, here=PLACE, line=line, row=kept, kind=kind, cases=known, names=names,
        faults=faults, issuer=issuer(), just=just, reads_signs=viewer.holds_at_large(*REGISTER[KIND].reads),
        kind_shown=kind_shown, files=_files(kept), acts=_acts(viewer, kind, line), owing=owing(line), countersigned=signs_in(kept["countersigned"]),
        today=today, counted=counted, may_recount=may_count_again(viewer),
    )  # fmt: skip


def _files(row: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the files of a paper, by the field: what each is and the name it has."""
    words = {"pdf": "PDF", "word": "Word", "scan": "盖章扫描件", "figures": "数据"}
    return {field: (shown, row[f"{field}_name"] or shown) for field, shown in words.items() if row.get(field)}


def _acts(viewer: Viewer, kind: Kind | None, line: Issued) -> set[str]:
    """Return what the viewer can do with a paper, as far as it hangs on who they are and how it stands."""
    if line.state == "void":
        return set()
    mine = owing(line)
    held = {post.role for post in viewer.actor.posts}
    acts = {
        one.name
        for one in REGISTER[KIND].acts
        if not one.makes and enters_as(REGISTER[KIND], one, viewer.actor)[0] and held.intersection(one.enters)
    }
    if not mine:
        acts -= {"receipt"}
    if not held.intersection(mine):
        acts -= {"receive"}
    if not held.intersection(voiders(kind)):
        acts -= {"void"}
    return acts


@router.get(f"{PLACE}/{{number}}/{{field}}")
def file_of_paper(number: Number, field: str, desk: AtDesk, viewer: Signed, look: str = "") -> Response:
    """Hand out a file of a paper, or show it in the page."""
    with reading(desk.engine) as work:
        line = paper_for(work.driver, viewer, number)
        row = read_row(work.driver, KIND, viewer.actor.jurisdiction, number) or {}
    note_reading(desk, viewer, line.cases, f"文书《{line.title[:30]}》的文件")
    if field.startswith(SIGN) and viewer.holds_at_large(*REGISTER[KIND].reads):
        return sign_scan(desk, signs_in(row.get("countersigned", "")), field)
    if field not in _files(row):
        raise NotYours
    return (in_place if look else download)(desk, row[field], row[f"{field}_name"] or field)


def sign_scan(desk: Desk, signs: Mapping[str, Sign], field: str) -> Response:
    """Hand out what a role countersigned 会签 on paper, as it was kept beside the paper or its draft."""
    sign = signs.get(field.removeprefix(SIGN))
    if sign is None or not sign.scan:
        raise NotYours
    return download(desk, sign.scan, sign.scan_name or "会签件")


@router.post(f"{PLACE}/{{number}}")
def act_on(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Sign for a paper, enter its receipt on paper, keep the stamped scan beside it, or make it void."""
    step = str(form.get("step", ""))
    with reading(desk.engine) as work:
        line = paper_for(work.driver, viewer, number)
    if step not in _acts(viewer, KINDS.get(line.paper), line):
        raise NotYours
    fields: dict[str, Any] = {
        name: str(form.get(name, "")).strip()
        for name in ("received_on", "received_name", "addressee")
        if step == "receipt"
    }
    upload = form.get("scan")
    if step == "scan" and isinstance(upload, UploadFile) and upload.filename:
        try:
            digest, shown, _ = keep_upload(upload, desk.settings)
        except BadUpload as fault:
            return _paper(desk, viewer, number, (Refusal(str(fault), "scan"),))
        fields["scan"] = f"{digest} {shown}"
    faults = _enter(request, desk, viewer, Wanted(KIND, step, number, fields, str(form.get("reason", "")).strip()))
    return _paper(desk, viewer, number, faults) if faults else RedirectResponse(f"{PLACE}/{number}", 303)


def numbers_next(driver: Driver, jurisdiction: int, today: date) -> list[tuple[Series, int]]:
    """Return each series that is in use with the number that comes next."""
    there = (one for one in series_there(driver, jurisdiction) if not one.ended(today))
    return [(one, next_number(driver, one, today.year)) for one in there]
