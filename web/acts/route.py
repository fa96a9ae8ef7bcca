"""The one route of all moves: form, check, done; or prepared for another to confirm."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, RedirectResponse, Response

import clock
from states import ACTIONS, SECRETARY, Move
from storage.engine import reading, writing
from storage.forms import drop_form, keep_form, kept_form
from storage.reads.cases import shown_cases
from storage.reads.timeline import entries_after
from storage.rows import read_cases
from storage.sql import Driver
from storage.tables import Draft
from web.acts.begun import MOST_CASES, NOTHING, Act, Begun, fitting, passed, stands, whole
from web.acts.faults import Fault, by_field, of_cases, of_form
from web.acts.fields import PAPER_DAY, answers_of, fields_of, paper_day, shared_fields, wanted_papers
from web.acts.held import with_held
from web.acts.hints import spans_of, with_dates
from web.acts.kept import for_case, kept_of, seal, sent_ahead, take_uploads, unseal
from web.acts.preview import Preview, mode_of, preview
from web.acts.proofs import proofs, seal_seen, unseal_seen
from web.acts.sending import sent_address, taken
from web.acts.sheets import sheet_of
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, note
from web.manners import MANNERS, has_form
from web.people.signing import signature_fault
from web.viewer import Viewer
from workflow.allowed import together
from workflow.days.limits import chinese_date
from workflow.drafts import draft_batch, unpacked
from workflow.engine import fire
from workflow.may import prepares_as, role_of
from workflow.outcome import Outcome
from workflow.shown import Seen, altered, fire_as_shown, lays_open
from workflow.shown import seen as seen_of
from workflow.subject import Intent, Material

router = APIRouter()


@router.get("/acts/{action}")
def act_form(
    action: str,
    desk: AtDesk,
    viewer: Signed,
    case: Annotated[list[Number], Query()] = [],  # noqa: B006 FastAPI copies it
    draft: Number | None = None,
) -> Response:
    """Show the form of a move for the cases named, with what was typed before; of a draft that came back with its files."""
    if not case:  # the address of a form that was sent, opened again
        return RedirectResponse("/", 303)
    asked = _act(desk, viewer, action, case)
    with reading(desk.engine) as session:
        gone = passed(session, viewer.actor, asked, desk.now())
        now_at = stands(Driver(session), asked, gone) if len(gone) == len(asked.cases) else []
    if now_at:
        return desk.page("acts/moved_on.html", viewer, here="/", act=asked, stands=now_at)
    act, left_out = fitting(asked, gone)
    with reading(desk.engine) as session:
        act, added = whole(Driver(session), act)
        # What was kept when all of them still fitted is not lost: the fields bear the numbers of their cases.
        names = dict.fromkeys((act.name, asked.name))
        kept = next(filter(None, (kept_form(Driver(session), viewer.account_id, name) for name in names)), None)
        returned = _returned(session, viewer, act, draft) if draft is not None else None
    fields, at = kept or ({}, 0)
    if returned is None:
        return _form(desk, viewer, act, fields, [], [], begun=Begun(at, "", left_out, added))
    intents = unpacked(returned)
    before = {name: text for one in intents for name, text in fields_of(one.case_id or 0, one.answers).items()}
    if on_paper := intents[0].occurred_on:
        before[PAPER_DAY] = on_paper.isoformat()
    files = kept_of(act.move, intents)
    return _form(
        desk, viewer, act, fields or before, files, [], begun=Begun(at, returned.returned or "", left_out, added)
    )


def _returned(session: Session, viewer: Viewer, act: Act, number: int) -> Draft:
    """Return the viewer's own draft of this act that came back or was taken down."""
    row = session.get(Draft, number)
    if (
        row is None
        or row.prepared_by != viewer.actor.person_id
        or row.state != "dropped"
        or row.action != act.move.action
    ):
        raise NotYours
    return row


@router.post("/acts/{action}/keep")
def keep(action: str, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Keep what was typed so far; said back as the time it was kept."""
    act = _act(desk, viewer, action, _numbers(form))
    fields = {name: value for name, value in form.items() if isinstance(value, str) and _is_typed(name)}
    now = desk.now()
    with writing(desk.engine) as session:
        kept = keep_form(Driver(session), viewer.account_id, act.name, fields, clock.micros(now))
        session.commit()
    if not kept:
        return PlainTextResponse("内容太长，未保存", 413)
    return PlainTextResponse(
        f"已保存 {now.astimezone(clock.SHANGHAI):%H:%M}", headers={"x-kept-at": str(clock.micros(now))}
    )


@router.post("/acts/{action}/files")
def send(action: str, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Keep a file of the form while it is still open."""
    _act(desk, viewer, action, _numbers(form))
    return taken(desk, viewer, form)


@router.post("/acts/{action}")
def act(action: str, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Take one step of an act: check what was filled in, do it, prepare it, or go back to the form."""
    under_way = _act(desk, viewer, action, _numbers(form))
    before = unseal(str(form.get("kept", "")), desk.secret, viewer.account_id, desk.settings.home)
    ahead = sent_ahead(form, desk.secret, viewer.account_id, desk.settings.home)
    kept, not_taken = take_uploads(form, desk.settings, before, ahead)
    if not_taken:
        return _form(
            desk, viewer, under_way, form, kept, [Fault(sentence, field) for field, sentence in not_taken], status=422
        )
    if form.get("step") == "edit":
        return _form(desk, viewer, under_way, form, kept, [])
    intents = _intents(desk, under_way, form, kept)
    if under_way.prepares or form.get("step") == "draft":
        return _prepare(desk, viewer, under_way, form, kept, intents)
    return _check_or_do(request, desk, viewer, under_way, form, kept, intents)


def _is_typed(name: str) -> bool:
    """Say whether a field of the page holds something typed: `s.name`, or `c12.name` of one case."""
    head, dot, _ = name.partition(".")
    return bool(dot) and (head == "s" or (head[:1] == "c" and head[1:].isdecimal()))


def _numbers(form: FormData) -> list[int]:
    return [int(one) for one in form.getlist("case") if isinstance(one, str) and one.isdecimal() and len(one) < 19]


def _act(desk: Desk, viewer: Viewer, action: str, numbers: Sequence[int]) -> Act:
    move = ACTIONS.get(action)
    if move is None or not has_form(move) or not viewer.reads_cases or not 0 < len(numbers) <= MOST_CASES:
        raise NotYours
    with reading(desk.engine) as session:
        driver = Driver(session)
        cases = shown_cases(driver, viewer.actor.jurisdiction, list(dict.fromkeys(numbers)))
        rows = read_cases(driver, viewer.actor.jurisdiction, [one.id for one in cases]).values()
    cases = [one for one in cases if viewer.sees(one.unit_id, one.answerable_id)]
    if not cases or len(cases) != len(set(numbers)):
        raise NotYours
    makes = all(role_of(viewer.actor, move, row) for row in rows)
    prepares = not makes and all(prepares_as(viewer.actor, move, row) for row in rows)
    # Who holds the role elsewhere is told whose act it is when it comes to that.
    if not makes and not prepares and not viewer.holds(*move.who):
        raise NotYours
    return Act(move, cases, prepares)


def _intents(desk: Desk, act: Act, form: FormData, kept: Sequence[tuple[str, Material]]) -> list[Intent]:
    key = str(form.get("key", "")) or None
    said = [
        Intent(
            act.move.action, case.id, answers=answers_of(act.move, case.id, form), materials=for_case(kept, case.id),
            version=_version(form.get(f"v{case.id}")), key=key if key and key.isalnum() else None, occurred_on=paper_day(form),
        )
        for case in act.cases
    ]  # fmt: skip
    with reading(desk.engine) as session:
        return with_held(Driver(session), said)


def _version(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


def _form(
    desk: Desk,
    viewer: Viewer,
    act: Act,
    form: Mapping[str, Any],
    kept: Sequence[tuple[str, Material]],
    faults: Sequence[Fault],
    status: int = 200,
    begun: Begun = NOTHING,
) -> Response:
    with reading(desk.engine) as session:
        driver = Driver(session)
        taken_days = spans_of(session, act.move, act.cases, viewer.actor, desk.now())
        acting = next((post.role for post in viewer.actor.posts if post.role in act.move.who), None)
        sheets = [
            replace(one, fields=with_dates(one.fields, taken_days[one.case.id]))
            for one in (
                sheet_of(driver, act.move, case, form, acting, clock.local_date(desk.now())) for case in act.cases
            )
        ]
    known = sheets[0].known if len(sheets) == 1 else {}
    decided = any(sheet.to_be_decided for sheet in sheets)
    shared = with_dates(shared_fields(act.move, form, known, decided=decided), together(list(taken_days.values())))
    return desk.page(
        _template(desk, act.move, "form"), viewer, status=status, here="/", act=act, sheets=sheets, shared=shared,
        wanted=wanted_papers(act.move, decided=decided), kept=kept, token=seal(kept, desk.secret, viewer.account_id),
        faults=list(dict.fromkeys(faults)), wrong=by_field(faults),
        versions={case.id: form.get(f"v{case.id}", case.version) for case in act.cases}, key=form.get("key") or secrets.token_hex(16),
        begun=begun, paper_day=form.get(PAPER_DAY, ""), otherwise=[ACTIONS[one] for one in MANNERS[act.move.action].otherwise],
    )  # fmt: skip


def _template(desk: Desk, move: Move, step: str) -> str:
    """A page of its own where there is one, else the generic one."""
    own = f"acts/{move.action}_{step}.html"
    return own if f"pages/{own}" in desk.templates.list_templates() else f"acts/{step}.html"


def _check_or_do(
    request: Request,
    desk: Desk,
    viewer: Viewer,
    act: Act,
    form: FormData,
    kept: Sequence[tuple[str, Material]],
    intents: list[Intent],
) -> Response:
    shown = unseal_seen(form.get("shown"), desk.secret, viewer.account_id)
    if moved := _moved(desk, viewer, intents, shown):
        return _stale(desk, viewer, act, form, kept, moved)
    unseen = shown is None and lays_open(act.move)  # what nobody was shown, nobody signs
    if form.get("step") != "do" or unseen:
        return _judge(request, desk, viewer, act, form, kept, intents)
    if signs(act.move) and (fault := signature_fault_in(desk, viewer, form)):
        note(desk, viewer, "wrong_signature", request, action=act.move.action, case_id=act.cases[0].id)
        return _judge(request, desk, viewer, act, form, kept, intents, fault=fault)
    outcomes = _do(desk, viewer, act, intents, shown)
    if any(one.outcome == "stale" for one in outcomes):
        return _stale(desk, viewer, act, form, kept, _moved(desk, viewer, intents, shown))
    _note_refusals(request, desk, viewer, act, outcomes)
    if all(one.outcome == "refused" for one in outcomes):
        return _form(desk, viewer, act, form, kept, of_cases(act.move, act.cases, outcomes), status=422)
    return _done(desk, viewer, act, outcomes)


def _judge(
    request: Request,
    desk: Desk,
    viewer: Viewer,
    act: Act,
    form: FormData,
    kept: Sequence[tuple[str, Material]],
    intents: list[Intent],
    fault: str = "",
) -> Response:
    """Show what would be recorded, or the form again where none of it would be; nothing is written."""
    seen = preview(desk.engine, intents, viewer.actor, desk.now())
    if seen.stale:
        return _stale(desk, viewer, act, form, kept, {})
    if seen.refused and (len(seen.refused) == len(intents) or mode_of(act.move.action) == "all"):
        _note_refusals(request, desk, viewer, act, seen.outcomes)
        return _form(desk, viewer, act, form, kept, of_cases(act.move, act.cases, seen.refused), status=422)
    return _check(desk, viewer, act, form, kept, intents, seen, fault=fault, status=422 if fault else 200)


def _do(
    desk: Desk, viewer: Viewer, act: Act, intents: Sequence[Intent], shown: Mapping[int, Seen] | None
) -> list[Outcome]:
    """Fire once; the outcomes may be shown only after the commit, and what is stale or all refused keeps what was typed."""
    with writing(desk.engine) as session:
        mode, now = mode_of(act.move.action), desk.now()
        outcomes = (
            fire(session, intents, viewer.actor, now, mode)
            if shown is None
            else fire_as_shown(session, intents, viewer.actor, now, mode, shown)
        )
        if any(one.outcome in ("done", "already") for one in outcomes):
            drop_form(Driver(session), viewer.account_id, act.name)
            session.commit()
    return outcomes


def _moved(
    desk: Desk, viewer: Viewer, intents: Sequence[Intent], shown: Mapping[int, Seen] | None
) -> dict[int, list[str]]:
    """Return the cases that are not as a page has shown them; none where it has shown nothing yet."""
    if shown is None:
        return {}
    with reading(desk.engine) as session:
        return altered(session, intents, viewer.actor, shown)


def signs(move: Move) -> bool:
    """Say whether the act is a signature: a secretary's step that changes the state asks for the password again."""
    return move.who == (SECRETARY,) and move.to is not None


def signature_fault_in(desk: Desk, viewer: Viewer, form: FormData) -> str:
    """Return what is wrong with the password that a form gives as a signature, or nothing."""
    rules, now = desk.settings.config.web, clock.micros(desk.now())
    return signature_fault(desk.engine, viewer.account_id, str(form.get("password", "")), rules, now)


def _check(
    desk: Desk,
    viewer: Viewer,
    act: Act,
    form: FormData,
    kept: Sequence[tuple[str, Material]],
    intents: list[Intent],
    seen: Preview,
    *,
    fault: str = "",
    status: int = 200,
) -> Response:
    plain = [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in ("csrf", "step", "kept", "sent", "drop", "password", "shown")
    ]
    with reading(desk.engine) as session:
        cases = read_cases(Driver(session), viewer.actor.jurisdiction, [case.id for case in act.cases])
        shown = seal_seen(seen_of(session, act.move.action, list(cases.values())), desk.secret, viewer.account_id)
        address = partial(sent_address, secret=desk.secret, account=viewer.account_id)
        laid = proofs(session, act.move, act.cases, intents, address)
    rows = list(zip(act.cases, intents, seen.outcomes, strict=True))
    return desk.page(
        _template(desk, act.move, "check"), viewer, status=status, here="/", act=act, rows=rows, told=seen.told, plain=plain, fault=fault,
        token=seal(kept, desk.secret, viewer.account_id), signs=signs(act.move), shown=shown, laid=laid, address=address,
    )  # fmt: skip


def _done(desk: Desk, viewer: Viewer, act: Act, outcomes: Sequence[Outcome]) -> Response:
    with reading(desk.engine) as session:
        after = {
            case.id: case
            for case in shown_cases(Driver(session), viewer.actor.jurisdiction, [case.id for case in act.cases])
        }
    status = 200 if any(one.outcome in ("done", "already") for one in outcomes) else 422
    return desk.page("acts/done.html", viewer, status=status, here="/", act=act, outcomes=list(outcomes), after=after)


def _stale(
    desk: Desk,
    viewer: Viewer,
    act: Act,
    form: FormData,
    kept: Sequence[tuple[str, Material]],
    moved: Mapping[int, list[str]],
) -> Response:
    """Show the fresh form with what changed since, keeping what was typed."""
    since = {case.id: _version(form.get(f"v{case.id}")) or 0 for case in act.cases}
    with reading(desk.engine) as session:
        driver = Driver(session)
        changes = [
            (
                case,
                [
                    *(_line(*one) for one in entries_after(driver, case.id, version=since[case.id])),
                    *moved.get(case.id, ()),
                ],
            )
            for case in act.cases
            if case.version > since[case.id] or case.id in moved
        ]
    fresh = {
        name: value
        for name, value in form.items()
        if not (name.startswith("v") and name[1:].isdigit()) and name != "key"
    }
    words = [
        f"{case.unit} 第 {case.number} 号在您填写期间有变动：{'；'.join(lines) or '期限或有关人员已更改'}。请核对后再提交。"
        for case, lines in changes
    ]
    return _form(desk, viewer, act, fresh, kept, of_form(words), status=409)


def _line(at: int, name: str, action: str) -> str:
    return f"{chinese_date(clock.local_date(clock.from_micros(at)))} {name or '定时任务'} {ACTIONS[action].shown}"


def _prepare(
    desk: Desk, viewer: Viewer, act: Act, form: FormData, kept: Sequence[tuple[str, Material]], intents: list[Intent]
) -> Response:
    with writing(desk.engine) as session:
        made = draft_batch(session, intents, viewer.actor, desk.now())
        if not made.refused:
            drop_form(Driver(session), viewer.account_id, act.name)
        session.commit()
    if made.refused:
        return _form(
            desk,
            viewer,
            act,
            form,
            kept,
            of_cases(act.move, act.cases, made.outcomes) or of_form(made.refused),
            status=422,
        )
    return RedirectResponse(f"/drafts/{made.draft}", 303)


def _note_refusals(request: Request, desk: Desk, viewer: Viewer, act: Act, outcomes: Sequence[Outcome]) -> None:
    """Refused attempts leave nothing on the trail but are seen in the security log."""
    for one in outcomes:
        if one.outcome == "refused":
            note(
                desk,
                viewer,
                "refused",
                request,
                action=act.move.action,
                case_id=one.case,
                words="；".join(one.refused)[:500],
            )
