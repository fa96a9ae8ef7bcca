"""The sheets of a form: one for each case, with what is known filled in and what is judged laid open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from grammar import Move
from states import CONTINUING
from storage.looks import Looks
from storage.papers import Paper, papers_waiting
from storage.reads.cases import Shown, near_cases
from storage.reads.materials import TextApproved, approved_text, evidence_names
from storage.reads.measures import MeasureShown, measures_of, progress_of
from storage.reads.reviews import HandedIn, SentBack, UnderReview, last_said, under_review
from storage.reads.submissions import HANDED_IN_BY
from storage.sql import Driver
from web.acts.differences import Differences, differences
from web.acts.fields import JUDGED, Field, case_fields, decides_dissent, split_measures
from web.acts.judging import Judging, judged_apart
from web.acts.proofs import File, Files
from web.manners import ASKING, MANNERS
from workflow.achieved import without_lists_added
from workflow.answers import answer_word
from workflow.days.profiles import Profile
from workflow.opinions import Weighed, asked, named, passable, still_waited_for, weigh
from workflow.shown import answers_for_papers

SHORT = 30


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One case in the form of an act: its own fields, its measures that want evidence with what is there, what is judged.

    And the text held, and whether 纪委监委 or 组织部 is against it, so that the leading group is to decide.
    """

    case: Shown
    fields: list[Field]
    evidence: list[tuple[MeasureShown, list[str]]]
    judged: UnderReview | None
    known: Mapping[str, Any] = field(default_factory=dict)
    text: TextApproved | None = None
    to_be_decided: bool = False
    waits: str = ""
    """Whose opinion is waited for, and until when: said on opening."""
    came_back: SentBack | None = None
    """Why it was sent back, where the act mends that."""
    files: Sequence[tuple[HandedIn, File]] = ()
    """What is judged of files, each as it is looked at in place."""
    papers: Sequence[tuple[Paper, File, Mapping[str, Any]]] = ()
    """The papers that who acts answers for, each as it is looked at in place, with what was entered from it and stands nowhere else here."""
    judged_in: Field | None = None
    """The field in which the measures are judged one by one, where they are."""
    judging: Sequence[Judging] = ()
    differs: Differences | None = None
    """How what is judged differs from what was handed in before."""
    disowned: str = ""
    """Why the secretary does not own a paper, where the act settles that."""


def sheet_of(
    driver: Driver,
    move: Move,
    case: Shown,
    form: Mapping[str, Any],
    acting: str | None,
    today: date,
    files: Files,
    hidden: Collection[int] = (),
    profile: Profile | None = None,
) -> CaseSheet:
    """Return the sheet of a case for who acts in a role today, filled with what the form says and else with what is known.

    The profile says whose opinions bind the move, where any do.
    """
    manner = MANNERS[move.action]
    looks, proves = Looks(driver), "evidence@" in move.needs
    waiting = looks.at(papers_waiting, [case.id]) if answers_for_papers(move) else dict
    planned = looks.at(measures_of, case.id) if move.asks or move.needs else list
    said = looks.at(last_said, case.id, move.action) if manner.begins_as_before else dict
    near = looks.at(near_cases, case, hidden) if any(kind.startswith("case") for _, kind in move.asks) else None
    proved = looks.at(evidence_names, case.id, case.cycle) if proves else dict
    review = looks.at(under_review, case.id, case.state, case.cycle) if manner.judges else lambda: None
    differs = (
        looks.at(differences, case.id, case.state) if manner.judges and case.state in HANDED_IN_BY else lambda: None
    )
    approved = looks.at(approved_text, case.id) if manner.held else lambda: None
    progress = looks.at(progress_of, case.id) if any(name == JUDGED for name, _ in move.asks) else dict
    measures, there, before, text = planned(), proved(), review(), approved()
    known = _known(move, case, measures, said())
    if near is not None:
        known["near"] = [(str(one.id), f"{one.unit} 第 {one.number} 号：{one.problem[:SHORT]}") for one in near()]
    evidence = [(one, there.get(one.no, [])) for one in measures] if proves else []
    against = _weighed(case, before, acting, profile)
    fields = [_of_kind(one, case) for one in case_fields(move, case.id, form, known)]
    silent = passable(move, against.missing) if "opinions_in" in move.only_if else []
    due: date | None = case.state_due_on
    waits = still_waited_for(against, silent, due) if silent and due and today <= due else ""
    fields = [
        field
        for one in fields
        if (field := _if_overruled(one, against.others, () if waits or against.silence != "passed_over" else silent))
    ]
    decided = decides_dissent(move) and bool(against.supervisors)
    laid = [(one, files.kept(one.id, one.name, one.sha256, one.size)) for one in before.files] if before else []
    papers = [
        (one, files.kept(one.material, one.file, one.sha256, one.size), _entered(driver, case.id, one.action, before))
        for one in waiting().get(case.id, ())
    ]
    judged = judged_apart(move, fields, measures, progress(), laid)
    return CaseSheet(
        case, judged.fields, evidence, before, known, text, to_be_decided=decided, waits=waits, files=judged.files, papers=papers,
        judged_in=judged.field,
        judging=judged.measures,
        disowned=_why_disowned(driver, move, case.id), differs=differs(),
    )  # fmt: skip


def _known(move: Move, case: Shown, measures: Sequence[MeasureShown], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields begin with."""
    manner = MANNERS[move.action]
    known: dict[str, Any] = {
        "responsible": case.responsible,
        "department": case.department,
        "person": case.person,
        "agreed_on": None if case.kind == CONTINUING else case.due_on or _last_day(measures),
        "listed": [(str(one.no), f"第 {one.no} 项：{one.text}") for one in measures],
        **without_lists_added(said),
        **({"until": case.extension_until} if manner.day_asked_for else {}),
        **{one: getattr(case, column) for one, _ in move.asks if (column := ASKING[one].begins_with)},
    }
    if any(name == "measures" for name, _ in move.asks):
        filed = [_filed(one) for one in measures]
        known["measures"] = filed or split_measures(case.measures_said, case.person, case.department) or [{}]
    return known


def _weighed(case: Shown, before: UnderReview | None, acting: str | None, profile: Profile | None) -> Weighed:
    if profile is None:
        return Weighed((), ())
    said = {role: opinion for role, _, opinion, _ in before.opinions} if before else {}
    return weigh(said, asked(profile, case.state, escalated=bool(case.escalations)), acting)


def _entered(driver: Driver, case: int, action: str, before: UnderReview | None) -> dict[str, Any]:
    """Return what was entered from a paper, but for what is laid open of it already."""
    there = {*(before.said if before else ()), *(["measures"] if before and before.measures else ())}
    return {name: value for name, value in last_said(driver, case, action).items() if name not in there}


def _why_disowned(driver: Driver, move: Move, case: int) -> str:
    """Return what the secretary said against a paper, where the move settles that or sends it back to be claimed anew."""
    settles = {"paper_disowned", "claim_disowned"} & {*move.only_if}
    return str(last_said(driver, case, "disown_paper").get("reason", "")) if settles else ""


def _if_overruled(one: Field, against: Sequence[str], silent: Sequence[str]) -> Field | None:
    """Return a field as it is asked here: why an opinion is passed over is asked only where there is such an opinion."""
    whose = ASKING[one.answer].passes_over
    if not whose:
        return one
    parties = against if whose == "others" else silent
    return replace(one, required=True, hint=one.hint.format(named(parties))) if parties else None


def _of_kind(one: Field, case: Shown) -> Field:
    """Return a field in the words of the case's kind: what is to go on is agreed on until its first review."""
    if case.kind != CONTINUING or one.answer != "agreed_on":
        return one
    return replace(one, label=answer_word("agreed_on", case.kind), hint="第一次复核整改进展的日子")


def _filed(one: MeasureShown) -> dict[str, str]:
    on = one.due_on.isoformat() if one.due_on else ""
    said = {"text": one.text, "person": one.person, "department": one.department, "on": on, "check": one.checked_by}
    return {**said, "yearly": one.yearly, "why": one.why}


def _last_day(measures: Sequence[MeasureShown]) -> date | None:
    return max((one.due_on for one in measures if one.due_on), default=None)
