"""One case: what is wrong, who owes what by when and why then, what is missing, what was done, and the proof of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

import clock
from states import (
    ACTIONS,
    AMENDED,
    CLOCKS,
    COPIED,
    DONE,
    MOVES,
    OFFICE,
    PLAN_REVIEW,
    RESPONSIBLE,
    SUBMITTED,
    TEAM,
    TRANSFERS,
)
from storage.engine import reading
from storage.looks import Found, Looks
from storage.reads.achieved import achieved_of
from storage.reads.assisting import assistants_of
from storage.reads.cases import Shown, shown_cases
from storage.reads.copies import CopySent, letters_about
from storage.reads.drafts import drafts_of, is_put_aside, returned_drafts
from storage.reads.filings import covered_by
from storage.reads.jurisdictions import code_of
from storage.reads.log import entry_at
from storage.reads.materials import PROBLEM_LIST, MaterialKept, lists_others, material_at, materials_of
from storage.reads.measures import measures_of, progress_of, results_of
from storage.reads.papers import Asked
from storage.reads.related import related_to
from storage.reads.splits import Linked, numbers_hidden, split_with
from storage.reads.timeline import Entry, timeline
from storage.recurrences import VERDICTS
from storage.rows import CaseRow, ClockRow, read_clocks
from storage.sql import Driver
from trail.prove import NotProvable, prove
from trail.tree import OutsideTree
from web.acts.differences import differences
from web.brief import brief, walked_of
from web.copies import WHO_WATCH, as_known, opened
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Number, Signed, note_reading, withhold
from web.downloads import download, in_place
from web.gatherings import gathered_about
from web.manners import MANNERS, Manner
from web.papers import link_to
from web.recurrences import WHO_READ, Beside, beside_case, judges
from web.road import road
from web.stops import stops
from web.tasks import TASK_KINDS, all_there, mending_address
from web.viewer import Viewer
from workflow.days.clocks import Why
from workflow.days.explain import explain
from workflow.days.limits import Limit
from workflow.may import attaches, hidden_from, reaches, works_there
from workflow.offers import Offer, offers
from workflow.rules import in_force

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Running:
    """A clock as the page shows it: its row, its words, and why its date is that date."""

    row: ClockRow
    words: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Former:
    """Who was responsible before another unit answered for the case: of which unit, in words."""

    unit: str
    words: str


@router.get("/cases/{case_id}")
def case_page(case_id: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show the case to those who may see it."""
    now = desk.now()
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        case = looks.at(case_for, viewer, case_id)()
        row, hidden = case.as_row(), hidden_from(viewer.actor, case.as_row())
        theirs = reaches(viewer.actor, row)
        prepared, offered = (
            looks.at(_drafts if theirs else _no_drafts, viewer, case_id),
            looks.at(offers, viewer.actor, row, now),
        )
        entered = looks.at(timeline, viewer.actor.jurisdiction, case_id)
        found: dict[str, Found[Any]] = {
            "measures": looks.at(measures_of, case_id), "progress": looks.at(progress_of, case_id),
            "materials": looks.at(materials_of, case_id, hidden), "results": looks.at(results_of, case_id), "achieved": looks.at(achieved_of, case_id),
            "clocks": looks.at(_clocks, row), "limits": looks.at(_limits, row), "drafts": prepared, "returned": looks.at(_came_back_to, viewer, case_id),
            "covered": looks.at(lambda driver: covered_by(driver, [one.filing for one in entered() if one.filing], viewer.scope.hidden)),
            "beside": looks.at(gathered_about, viewer, case_id), "assistants": looks.at(assistants_of, case_id),
            "related": looks.at(related_to, row, case.problem, viewer.scope, desk.settings.config.recurrence.alike, viewer.confided),
            "split": looks.at(split_with, case_id), "issued": looks.at(link_to, viewer, Asked(case=case_id)),
        }  # fmt: skip
        if viewer.holds(*WHO_READ):
            found["again"] = looks.at(beside_case, viewer, row, desk.settings.config.recurrence.alike)
        if viewer.holds(*WHO_WATCH, *COPIED):
            found["letters"] = looks.at(_letters, viewer, row, clock.local_date(now))
        if case.returns or case.plan_returns:
            found["differs"] = looks.at(differences, case_id, SUBMITTED if case.returns else PLAN_REVIEW)
        looks.settle()
    entries, under_way = entered(), {one.action for one in prepared()}
    acts = [one for one in offered() if not one.received and not (one.prepares and one.move.action in under_way)]
    context: dict[str, Any] = {
        "letters": [],
        "again": Beside(),
        "differs": None,
        **{name: one() for name, one in found.items()},
    }
    unsaid = numbers_hidden(context["split"], viewer.scope.hidden)
    context["split"] = _linked(viewer, context["split"])
    note_reading(desk, viewer, [case_id, *context["again"].others], "问题页")
    opened(desk, viewer, context["letters"])
    moves = [one for one in entries if one.body["kind"] == "move"]
    read = [_safe(one, hidden, unsaid) for one in entries]
    walked, running = walked_of(moves), [(one.row, one.words) for one in context["clocks"]]
    return desk.page(
        "case.html", viewer, here="/cases", case=case, brief=brief(case, read, walked), today=clock.local_date(now),
        stops=stops(case, walked, running, context.pop("limits")), acts=_first(viewer, acts, context["clocks"]), rare=_rare(acts),
        checks={one.move.action: _checklist(one, case_id) for one in acts}, came_back=_came_back(moves, case.state),
        entries=read, fed_back_as=_fed_back_as(entries, case, unsaid),
        former=_former(entries), judged=_judged(entries), dated_by=_dated_by(context["clocks"]),
        road=road(MOVES, [e.body for e in moves], case.state), may_attach=attaches(viewer.actor, case.as_row()),
        marks_topics=viewer.holds_at_large(OFFICE), judges=judges(viewer), VERDICTS=VERDICTS,
        confided=case_id in viewer.confided, may_restrict=viewer.restricts(case_id),
        assists_only=case_id in viewer.assisting and not works_there(viewer.actor, row), on_paper=_on_paper(offered()), **context,
    )  # fmt: skip


def _letters(driver: Driver, viewer: Viewer, case: CaseRow, today: date) -> list[CopySent]:
    """Return the letters 呈送、抄告 that the case is in, with whom they are still owed by."""
    return as_known(driver, viewer, letters_about(driver, case.inspection_id, case.id, viewer.scope), today)


def case_for(driver: Driver, viewer: Viewer, case_id: int, *roles: str) -> Shown:
    """Return a case if it is there for the viewer, in these roles; NotYours says the same for “not yours” and “not there”."""
    return cases_for(driver, viewer, [case_id], *roles)[0]


def cases_for(driver: Driver, viewer: Viewer, cases: Sequence[int], *roles: str) -> list[Shown]:
    """Return cases if all of them are there for the viewer, in these roles; else NotYours."""
    scope = viewer.scope_as(*roles) if roles else viewer.scope
    found = shown_cases(driver, viewer.actor.jurisdiction, cases) if scope.reaches else []
    if not found or len(found) < len(cases) or not all(scope.covers(one.as_row()) for one in found):
        raise NotYours
    return found


def _first(viewer: Viewer, acts: list[Offer], clocks: list[Running]) -> list[Offer]:
    """Return the acts that are shown at once, the one that the home asks for first, those that say no last."""
    found = [one for one in acts if not _is_rare(one) and not (one.blocked and _manner(one).hidden_if_blocked)]
    asked = {kind.action for kind in TASK_KINDS if viewer.holds(kind.role)}
    running = {one.row.name for one in clocks}
    return sorted(found, key=lambda one: (bool(one.blocked), _is_last(one, running), one.move.action not in asked))


def _on_paper(acts: list[Offer]) -> list[Offer]:
    """Return the unit's acts that may be entered from its signed paper; those that the case is not for are left out."""
    return [one for one in acts if one.received and not (one.blocked and _manner(one).hidden_if_blocked)]


def _manner(one: Offer) -> Manner:
    return MANNERS[one.move.action]


def _is_last(one: Offer, running: Collection[str]) -> bool:
    """Say whether an act stands behind the others: it says no, or its clock does not run."""
    runs_by = _manner(one).first_while
    return _manner(one).says_no or (bool(runs_by) and runs_by not in running)


def _rare(acts: list[Offer]) -> list[Offer]:
    return [one for one in acts if _is_rare(one) and not (one.blocked and _manner(one).hidden_if_blocked)]


def _is_rare(one: Offer) -> bool:
    """Say whether an act is looked for seldom; what the team prepares for the office always is."""
    return _manner(one).rare or (one.prepares and one.role == TEAM)


def _came_back(entries: list[Entry], state: str) -> Entry | None:
    """Return the entry that sent the case back to where it still is."""
    moves = [one for one in entries if one.body["from"] != one.body["to"]]
    last = moves[-1] if moves else None
    return last if last and ACTIONS[last.action].sends_back and last.body["to"] == state else None


def _fed_back_as(entries: list[Entry], case: Shown, unsaid: Collection[str]) -> list[str]:
    """Return the words with which the case was fed back, where they are others now; nothing where they are erased, or some of them are hidden with a part."""
    amended = not unsaid and any("amended" in one.body for one in entries)
    words: dict[str, str] = json.loads(entries[0].texts.get("words", "{}")) if amended else {}
    names = dict.fromkeys(AMENDED.values())
    return [said for name in names if (said := words.get(name)) and said != getattr(case, name)]


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A case that a split links with the one shown, and whether the viewer may open it."""

    case: Linked
    there: bool


def _linked(viewer: Viewer, found: Iterable[Linked]) -> list[LinkShown]:
    """Return the cases that splits link with one; of what is for some alone 限定知悉 nothing is said to others."""
    return [LinkShown(one, viewer.scope.covers(one.where)) for one in found if one.id not in viewer.scope.hidden]


def _former(entries: list[Entry]) -> Former | None:
    """Return who was responsible for the unit that had the case last, as long as nobody is named by the present one."""
    said: dict[str, str] = {}
    former = None
    for one in entries:
        if one.transferred and one.body["to"] not in DONE:
            former = Former(one.transferred[0], "　".join(said.values())) if said else former
            said = {}
        said |= {name: text for name in RESPONSIBLE.split() if (text := one.texts.get(name, ""))}
    return None if "responsible" in said else former


def _dated_by(clocks: list[Running]) -> str:
    """Return what gave the rectification the date that it has, where its clock still says so."""
    own = [Why.of(one.row.why) for one in clocks if one.row.name in ("rectify", "rectify_short")]
    why = own[0] if own else None
    if why is None:
        return ""
    action = {"transferred": TRANSFERS[0], "refused": "refuse_extension", "taken_over": "take_over"}.get(
        why.how, why.action or ""
    )
    return ACTIONS[action].shown if action in ACTIONS else ""


def _checklist(offer: Offer, case_id: int) -> list[tuple[bool, str, str]]:
    """Return what an act needs attached, evidence first: whether it is there, in words, and where to mend it."""
    here = f"/acts/{offer.move.action}?case={case_id}#m."
    held = _manner(offer).held
    lines = [
        (False, one.sentence, "#materials" if one.field == "evidence" else here + one.field)
        for one in offer.missing
        if one.field not in held
    ]
    proved = "evidence@" in offer.move.needs and not any(one.field == "evidence" for one in offer.missing)
    return [(True, "各项措施都有佐证材料", "#materials"), *lines] if proved else lines


def _judged(entries: list[Entry]) -> dict[int, tuple[str, str]]:
    """Return how the measures of the plan in force were judged last, by number: the verdict, and what was found."""
    found: dict[int, tuple[str, str]] = {}
    for one in entries:
        if one.body["kind"] == "move" and ("measures" in one.body["answers"] or one.action == "return_claim"):
            found = {}
        found |= {row["no"]: (row["verdict"], row.get("why", "")) for row in json.loads(one.texts.get("judged", "[]"))}
    return found


def _safe(entry: Entry, hidden: Collection[str], unsaid: Collection[str]) -> Entry:
    """Return what the viewer may read of an entry: of a split nothing of a part that is for some alone, by the numbers of those."""
    if entry.action in hidden:
        return replace(entry, texts={}, materials=())
    if entry.texts.get("part_number") not in unsaid:
        return entry
    return replace(entry, texts={name: text for name, text in entry.texts.items() if name in AMENDED}, materials=())


def _called(row: ClockRow) -> str:
    """Return what a clock is called; of what was taken over late it runs for reminders alone, and says nothing of being on time."""
    why = Why.of(row.why)
    return "提醒和督办从此日起" if why and why.how == "taken_over" else CLOCKS[row.name].shown


def _clocks(driver: Driver, row: CaseRow) -> list[Running]:
    profiles, calendar = in_force(driver, row.jurisdiction, [row.round_id])
    profile = profiles[row.round_id]
    clocks = read_clocks(driver, [row.id])[row.id].values()
    return [
        Running(one, _called(one), explain(one, profile, calendar)) for one in sorted(clocks, key=lambda c: c.due_on)
    ]


def _limits(driver: Driver, row: CaseRow) -> Mapping[str, Limit]:
    """Return the limits of the profile that the round follows."""
    return in_force(driver, row.jurisdiction, [row.round_id])[0][row.round_id].limits


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A draft of which the case is one: who prepared it when, and its address where the viewer may open it."""

    action: str
    by: str
    at: int
    href: str
    put_aside: bool
    """Who prepared it signs for it: it was sent to nobody."""


def _drafts(driver: Driver, viewer: Viewer, case: int) -> list[DraftShown]:
    """Return what waits to be confirmed, as far as it is there for the viewer."""
    return [
        DraftShown(
            action,
            by,
            at,
            f"/drafts/{number}" if person == viewer.actor.person_id or viewer.holds(*ACTIONS[action].who) else "",
            is_put_aside(action, role),
        )
        for number, action, by, at, person, role in drafts_of(driver, viewer.actor.jurisdiction, case)
        if viewer.reads_draft(action)
    ]


def _no_drafts(driver: Driver, viewer: Viewer, case: int) -> list[DraftShown]:
    """Return nothing: what those prepare who work on a case is not there for a unit that only reads it."""
    del driver, viewer, case
    return []


@dataclass(frozen=True, slots=True)
class Returned:
    """A draft that came back to the viewer: why, and where they go on with it."""

    action: str
    why: str
    href: str


def _came_back_to(driver: Driver, viewer: Viewer, case: int) -> dict[str, Returned]:
    """Return, by action, the draft of this case that the viewer got back and may go on with."""
    found = returned_drafts(driver, viewer.actor.jurisdiction, viewer.actor.person_id or 0)
    own = [one for one in all_there(found, viewer) if case in one.cases]
    return {one.action: Returned(one.action, one.returned or "", mending_address(one)) for one in own}


@router.get("/materials/{number}")
def material(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out a material of a case that is there for the viewer; as a download, never to run in the page."""
    found = _material_for(desk, viewer, number)
    return found if isinstance(found, Response) else download(desk, found.sha256, found.name)


@router.get("/materials/{number}/view")
def material_in_place(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show such a material in place, above what is signed."""
    found = _material_for(desk, viewer, number)
    return found if isinstance(found, Response) else in_place(desk, found.sha256, found.name)


def _material_for(desk: Desk, viewer: Viewer, number: int) -> MaterialKept | Response:
    """Return a material that is there for the viewer; of a list of many units' problems what is theirs alone, on the way to it."""
    with reading(desk.engine) as work:
        driver = work.driver
        found = material_at(driver, number)
        if found is None:
            raise NotYours
        case = case_for(driver, viewer, found.case).as_row()
        if found.action in hidden_from(viewer.actor, case):
            raise NotYours
        withhold(driver, viewer, found.sha256)
        if found.kind == PROBLEM_LIST and lists_others(driver, case, found.sha256, viewer.scope):
            return RedirectResponse(f"/cases/export.xlsx?round={case.round_id}", 303)
    note_reading(desk, viewer, [found.case], f"材料 {number}")
    return found


@router.get("/cases/{case_id}/proof/{index}")
def proof(case_id: Number, index: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show the proof that an entry of the case is in the log."""
    with reading(desk.engine) as work:
        driver = work.driver
        case = case_for(driver, viewer, case_id)
        entry = entry_at(driver, viewer.actor.jurisdiction, index)
        code = code_of(driver, viewer.actor.jurisdiction)
    if entry is None or entry[0] != case_id:
        raise NotYours
    note_reading(desk, viewer, [case_id], f"第 {index} 条存证")
    return proof_page(desk, viewer, code, index, case, told=entry[1] not in hidden_from(viewer.actor, case.as_row()))


def proof_page(desk: Desk, viewer: Viewer, code: str, index: int, case: Shown | None, *, told: bool = True) -> Response:
    """Show an entry's bytes (its hash alone, where what it says is not for the viewer) with its path to the root, or why there is no proof."""
    try:
        proved, fault = prove(desk.engine, code, index, desk.settings.home), ""
    except OutsideTree:
        raise NotYours from None
    except NotProvable as error:
        proved, fault = {}, str(error)
    body = json.dumps(json.loads(proved["body"]), ensure_ascii=False, indent=2) if proved and told else ""
    return desk.page(
        "proof.html",
        viewer,
        here="/cases" if case else "/log",
        case=case,
        proof=proved,
        body=body,
        fault=fault,
        index=index,
    )
