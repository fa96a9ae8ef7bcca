"""The topics 专题 of one problem, or of several at once: a form of all there are; each mark and each taken back has its entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from register.kinds import KINDS
from register.road import enter
from register.wanted import Entered, Wanted
from states import OFFICE
from storage.digits import number_in
from storage.engine import reading, writing
from storage.reads.cases import Shown
from storage.reads.dictionaries import dictionaries_of, marks_of, marks_with, topics_of
from storage.reads.ledger.pages import numbers_of
from storage.reads.named_cases import cases_there
from storage.sql import Driver
from storage.visible import tidy
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold_at_large, note, note_reading
from web.ledger_address import address_of, filters_of
from web.pages.case import case_for
from web.pages.ledger import ask_of
from web.viewer import Viewer
from workflow.security import first_words

router = APIRouter()
PAGE = "/cases/{case_id}/topics"
SEVERAL: Final = "/cases/topics"
MOST = 20
MOST_AT_ONCE: Final = 1000
MOST_NAMED: Final = 30


@router.get(PAGE)
def form(case_id: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show the topics that there are, those of the case ticked."""
    with reading(desk.engine) as work:
        case = _case(work.driver, viewer, case_id)
        page = _form(desk, viewer, work.driver, case)
    note_reading(desk, viewer, [case_id], "专题标注")
    return page


def _case(driver: Driver, viewer: Viewer, number: int) -> Shown:
    """Return the case; the register is the whole jurisdiction's, and so is who enters there."""
    must_hold_at_large(viewer, *KINDS["topic"].act("make").enters)
    return case_for(driver, viewer, number, OFFICE)


def _form(desk: Desk, viewer: Viewer, driver: Driver, case: Shown, faults: tuple[str, ...] = ()) -> Response:
    marked = marks_of(driver, case.id)
    there = dictionaries_of(driver, viewer.actor.jurisdiction).topics()
    return desk.page(
        "topics.html", viewer, status=422 if faults else 200, here="/cases", case=case, marked=marked,
        topics=list(dict.fromkeys((*there, *marked))), faults=faults,
    )  # fmt: skip


@router.post(PAGE)
def change(case_id: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Mark the case with what is ticked, and take back what is ticked no more."""
    said = [tidy(one) for one in (*form.getlist("topic"), form.get("other")) if isinstance(one, str)]
    wanted = [one for one in dict.fromkeys(said) if one][:MOST]
    with writing(desk.engine) as work:
        case = _case(work.driver, viewer, case_id)
        marked = marks_of(work.driver, case.id)
        entries = [
            Wanted("topic", "make", None, {"case_id": case.id, "topic": one}) for one in wanted if one not in marked
        ]
        entries += [Wanted("topic", "drop", row) for topic, row in marked.items() if topic not in wanted]
        outcomes: list[Entered] = enter(work, entries, viewer.actor, desk.now()) if entries else []
        faults = tuple(dict.fromkeys(sentence for one in outcomes for sentence in one.refused))
        if entries and not faults:
            work.commit()
        else:
            work.rollback()
    if faults:
        note(desk, viewer, "register_denied", request, case=case_id, words=first_words(faults))
        with reading(desk.engine) as work:
            page = _form(desk, viewer, work.driver, case, faults)
        note_reading(desk, viewer, [case_id], "专题标注")
        return page
    if entries:
        note(
            desk,
            viewer,
            "register_entered",
            request,
            case=case_id,
            words=KINDS["topic"].shown,
        )
    return RedirectResponse(f"/cases/{case_id}", 303)


# Several at once


@dataclass(frozen=True, slots=True)
class Chosen:
    """Problems that were ticked or found in the ledger: each with what it is called, and the ledger's address that leads back."""

    cases: Mapping[int, str]
    back: str


@router.get(SEVERAL)
def several(
    request: Request,
    desk: AtDesk,
    viewer: Signed,
    case: Annotated[list[Number], Query()] = [],  # noqa: B006 FastAPI copies it
    pick: str = "",
    back: str = "",
) -> Response:
    """Show how many problems were chosen and how many of them are of each topic: those ticked, or with `pick` all that the ledger finds."""
    must_hold_at_large(viewer, *KINDS["topic"].act("make").enters)
    filters = filters_of(request.query_params if pick else dict(parse_qsl(back)))
    with reading(desk.engine) as work:
        driver = work.driver
        if pick == "found":
            there = dictionaries_of(driver, viewer.actor.jurisdiction)
            case = numbers_of(driver, ask_of(viewer, filters, desk.now(), there), MOST_AT_ONCE)
        if len(case) > MOST_AT_ONCE:
            sentence = f"一次最多给 {MOST_AT_ONCE} 个问题标注专题，请先用筛选缩小"
            return desk.page(
                "error.html", viewer, status=422, here="/cases", title="选的太多", sentence=sentence, unset=False
            )
        if not case:
            sentence = "没有选问题：请回到台账，勾选要标注的问题"
            return desk.page(
                "error.html", viewer, status=422, here="/cases", title="没有选问题", sentence=sentence, unset=False
            )
        chosen = Chosen(_named(driver, viewer, case), urlencode(address_of(filters)))
        page = _several(desk, viewer, driver, chosen)
    note_reading(desk, viewer, chosen.cases, "专题标注")
    return page


def _named(driver: Driver, viewer: Viewer, cases: Sequence[int]) -> dict[int, str]:
    """Return what problems are called; NotYours where one of them is not there for the viewer."""
    found = cases_there(driver, viewer.actor.jurisdiction, set(cases) - set(viewer.scope_as(OFFICE).hidden))
    if set(cases) - set(found):
        raise NotYours(cases)
    return found


def _several(
    desk: Desk,
    viewer: Viewer,
    driver: Driver,
    chosen: Chosen,
    form: FormData | None = None,
    fault: str = "",
    done: str = "",
) -> Response:
    there = dictionaries_of(driver, viewer.actor.jurisdiction).topics()
    counts = Counter(topic for marked in topics_of(driver, list(chosen.cases)).values() for topic in marked)
    return desk.page(
        "topics_several.html", viewer, status=422 if fault else 200, here="/cases", count=len(chosen.cases), back=chosen.back,
        cases=",".join(map(str, chosen.cases)), names=list(chosen.cases.values())[:MOST_NAMED], topics=list(dict.fromkeys((*there, *counts))),
        counts=counts, said=form or {}, fault=fault, done=done,
    )  # fmt: skip


@router.post(SEVERAL)
def change_several(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Mark all that were shown with one topic, or take it off all: what is so already stays, and one refused is none done."""
    must_hold_at_large(viewer, *KINDS["topic"].act("make").enters)
    cases = [one for text in str(form.get("cases", "")).split(",") if (one := number_in(text)) is not None][
        :MOST_AT_ONCE
    ]
    topic = tidy(str(form.get("other") or "")) or tidy(str(form.get("topic") or ""))
    act = KINDS["topic"].act("drop" if form.get("step") == "drop" else "make")
    with writing(desk.engine) as work:
        chosen = Chosen(
            _named(work.driver, viewer, cases),
            urlencode(address_of(filters_of(dict(parse_qsl(str(form.get("back", ""))))))),
        )
        marked = marks_with(work.driver, topic, list(chosen.cases))
        wanted = [Wanted("topic", act.name, row) for row in marked.values()]
        if act.makes:
            left = [one for one in chosen.cases if one not in marked]
            wanted = [Wanted("topic", act.name, None, {"case_id": one, "topic": topic}) for one in left]
        why = _nothing_to_do(topic, wanted, makes=act.makes)
        outcomes = enter(work, wanted, viewer.actor, desk.now()) if not why else []
        why = why or "；".join(dict.fromkeys(sentence for one in outcomes for sentence in one.refused))
        work.rollback() if why else work.commit()
        done = "" if why else f"{act.shown}“{topic}”：{len(wanted)} 个问题"
        page = _several(desk, viewer, work.driver, chosen, form if why else None, why, done)
    if why:
        note(desk, viewer, "register_denied", request, words=first_words([why]))
    else:
        note(desk, viewer, "register_entered", request, words=f"{KINDS['topic'].shown}：{done}"[:500])
    note_reading(desk, viewer, chosen.cases, "专题标注")
    return page


def _nothing_to_do(topic: str, wanted: Sequence[Wanted], *, makes: bool) -> str:
    """Say why there is nothing to enter, or nothing where there is."""
    if not topic:
        return "请选择专题"
    if wanted:
        return ""
    return f"选的问题都已标注“{topic}”" if makes else f"选的问题都没有标注“{topic}”"
