"""Profiles 时限方案 in the browser: what each number means and what is different; the next version made of one, tried out on a round, approved by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from register.asking import ask
from register.kinds import KINDS
from register.may import may_take_back, named
from register.numbers import changes, in_words
from register.versions import KIND, Versions, followed, only_different, proposed, versions, wanted_fields
from register.wanted import Wanted
from states import CLOCKS, CRITERIA
from storage.engine import reading, writing
from storage.looks import Looks
from storage.reads.cases import Shown, shown_cases
from storage.reads.rules import is_adopted, newest_version, rounds_following
from storage.requests import Asking
from storage.sql import Driver
from web.deciding import beside_request, decided, waiting_for
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold_at_large, note
from web.profile_form import ANCHORS, DAYS, ESCALATES, HOWS, MAY_VERIFY, RESTS, UNITS, NumbersForm, fill, form_of
from web.viewer import Viewer
from workflow.days.joint import CHOICES
from workflow.days.profiles import BadProfile, Key, Profile
from workflow.days.versions import VERIFIERS, Value, next_version, read_written, written
from workflow.refusal import sentences
from workflow.security import first_words
from workflow.trying import Trial, Tried, try_profile

router = APIRouter()
InRound = Annotated[str, Query(alias="round")]
PAGE: Final = "/register/profile"
HERE: Final = "/register"
MOST_CASES: Final = 50
LONGEST: Final = 10_000
_ADOPT: Final = KINDS[KIND].act("adopt")
_REPROFILE: Final = KINDS["round"].act("reprofile")
_ASKED: Final = {(KIND, "adopt"), ("round", "reprofile")}


@dataclass(frozen=True, slots=True)
class Tryout:
    """A trial as a page shows it: the rounds to choose from, the one chosen, what would change, one page of its cases."""

    rounds: tuple[tuple[str, str], ...]
    round_id: int | None = None
    name: str = ""
    now: str = ""
    """The hash of the profile that the round follows now."""
    trial: Trial | None = None
    rows: tuple[Tried, ...] = ()
    cases: dict[int, Shown] | None = None
    page: int = 1
    pages: int = 1


@router.get(PAGE)
def show(desk: AtDesk, viewer: Signed, sent: str = "") -> Response:
    """Show the profiles with their versions, and the requests that wait; `sent` was just asked for."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    return _show(desk, viewer, sent=sent)


def _show(desk: Desk, viewer: Viewer, *, sent: str = "", said: str = "") -> Response:
    with reading(desk.engine) as work:
        found = versions(work.driver, viewer.actor.jurisdiction)
    if any(str(one.id) == sent and may_take_back(one, viewer.actor) for one, _ in found.waiting):
        said = f"已送{named(_ADOPT.approves)}审批，由另一人同意后生效"
    return desk.page(
        "profiles.html", viewer, here=HERE, found=found, said=said, enters=viewer.holds_at_large(*_ADOPT.enters),
        default=desk.settings.config.profile.default,
    )  # fmt: skip


@router.get(PAGE + "/{digest}")
def one_version(digest: str, desk: AtDesk, viewer: Signed) -> Response:
    """Show a version: each number with its meaning, what is different from the version before, which rounds follow it."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    with reading(desk.engine) as work:
        found = versions(work.driver, viewer.actor.jurisdiction)
    one = _of(found, digest)
    before = found.before(one)
    return desk.page(
        "profile.html", viewer, here=HERE, one=one, words=in_words(one.profile), before=before,
        changes=changes(before.profile, one.profile) if before else [], enters=viewer.holds_at_large(*_ADOPT.enters),
        is_newest=found.newest(one.profile.name) is one, by_default=one.profile.name == desk.settings.config.profile.default,
        running=any(one.profile.digest != other.profile.digest and other.rounds for other in found.all),
    )  # fmt: skip


def _of(found: Versions, digest: str) -> Any:
    one = found.of(digest)
    if one is None:
        raise NotYours
    return one


@router.get(PAGE + "/{digest}/next")
def form(digest: str, desk: AtDesk, viewer: Signed) -> Response:
    """Show the form of the next version, with the numbers of the one it is made of."""
    must_hold_at_large(viewer, *_ADOPT.enters)
    with reading(desk.engine) as work:
        base = _adopted(work.driver, viewer, digest)
    return _form(desk, viewer, base, form_of(base))


def _adopted(driver: Driver, viewer: Viewer, digest: str) -> Profile:
    if not is_adopted(driver, viewer.actor.jurisdiction, KIND, digest):
        raise NotYours
    return followed(driver, digest)


def _form(desk: Desk, viewer: Viewer, base: Profile, filled: NumbersForm) -> Response:
    return desk.page(
        "profile_next.html", viewer, status=422 if filled.faults else 200, here=HERE, base=base, form=filled, units=UNITS, rests=RESTS, hows=HOWS,
        anchors=ANCHORS, days=DAYS, escalates=ESCALATES, may_verify=MAY_VERIFY, joint=CHOICES, wrong=dict(reversed(filled.faults)),
    )  # fmt: skip


@router.post(PAGE + "/{digest}/next")
def step(digest: str, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Look the version through, try it out, go back to the form, or ask for it."""
    must_hold_at_large(viewer, *_ADOPT.enters)
    with reading(desk.engine) as work:
        base = _adopted(work.driver, viewer, digest)
    said, filled = _said(base, form)
    if form.get("step") == "edit" or filled.faults:
        return _form(desk, viewer, base, filled)
    if form.get("step") != "do":
        return _look(desk, viewer, base, said, filled.reason, form)
    with writing(desk.engine) as work:
        fields = {**wanted_fields(base, said, 0), "was": str(form.get("was", ""))}
        asked = ask(work, Wanted(KIND, "adopt", None, fields, filled.reason), viewer.actor, desk.now())
        work.rollback() if asked.refusals else work.commit()
    if asked.refusals:
        why = sentences(asked.refusals)
        note(desk, viewer, "register_denied", request, words=first_words(why))
        filled.faults = [("limits", one) for one in why]
        return _form(desk, viewer, base, filled)
    note(desk, viewer, "register_asked", request, words=f"{KINDS[KIND].said(_ADOPT)}：{base.title}")
    return RedirectResponse(f"{PAGE}?sent={asked.request}", 303)


def _said(base: Profile, form: FormData) -> tuple[dict[Key, Value], NumbersForm]:
    """Read what is different: from the fields of the form, or as the page that shows it carried it along."""
    carried = form.get("changes")
    if isinstance(carried, str):
        try:
            said = read_written(carried[:LONGEST])
        except ValueError:
            raise NotYours from None
        filled = form_of(base, said)
        filled.reason = str(form.get("reason", "")).strip()
    else:
        filled = form_of(base)
        said = only_different(base, fill(filled, form))
        if not said and not filled.faults:
            filled.faults.append(("limits", f"与第 {base.version} 版一样：请先改要改的数"))
    if not filled.faults:
        filled.faults += _no_profile(base, said)
    return said, filled


def _no_profile(base: Profile, said: Mapping[Key, Value]) -> list[tuple[str, str]]:
    """Return why the numbers make no profile, at the field of the first that does not."""
    try:
        next_version(base, said, base.version)
    except BadProfile as fault:
        at = fault.place[1] if fault.place[1:] == VERIFIERS or fault.place[1] == "opinions" else "limits"
        return [(at, str(fault))]
    return []


def _look(desk: Desk, viewer: Viewer, base: Profile, said: dict[Key, Value], reason: str, form: FormData) -> Response:
    with reading(desk.engine) as work:
        driver = work.driver
        newest = newest_version(driver, base.name)
        new = proposed(driver, wanted_fields(base, said, newest))
        tryout = _try(desk, viewer, driver, new, str(form.get("round", "")), str(form.get("page", "")))
    return desk.page(
        "profile_check.html", viewer, here=HERE, base=base, new=new, changes=changes(base, new), tryout=tryout, clocks=CLOCKS, criteria=CRITERIA,
        reason=reason, carried=written(said), was=newest, asking=None, by="", approvers=named(_ADOPT.approves),
    )  # fmt: skip


def _try(desk: Desk, viewer: Viewer, driver: Driver, profile: Profile, round_id: str, page: str) -> Tryout:
    """Try a profile on the round that is asked for, or on the newest that follows another; one page of its cases, the worst first."""
    place = viewer.actor.jurisdiction
    there = rounds_following(driver, place)
    rounds = tuple((str(number), called) for number, called, _ in there)
    others = [one for one in there if one[2] != profile.digest] or there
    chosen = next((one for one in there if str(one[0]) == round_id), others[0] if others else None)
    if chosen is None:
        return Tryout(rounds)
    trial = try_profile(driver, place, chosen[0], profile, clock.local_date(desk.now()), viewer.scope.hidden)
    pages = max(ceil(len(trial.changed) / MOST_CASES), 1)
    at = min(max(int(page), 1), pages) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
    rows = trial.changed[(at - 1) * MOST_CASES : at * MOST_CASES]
    cases = {case.id: case for case in shown_cases(driver, place, [one.case for one in rows])}
    return Tryout(rounds, chosen[0], chosen[1], chosen[2], trial, rows, cases, at, pages)


@router.get(PAGE + "/{digest}/try")
def tried(digest: str, desk: AtDesk, viewer: Signed, of: InRound = "", page: str = "") -> Response:
    """Try a version that is in force on a round; nothing is written."""
    must_hold_at_large(viewer, *_ADOPT.enters)
    return _tried(desk, viewer, digest, of, page)


def _tried(
    desk: Desk,
    viewer: Viewer,
    digest: str,
    round_id: str,
    page: str = "",
    *,
    reason: str = "",
    faults: tuple[str, ...] = (),
) -> Response:
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        adopted = looks.at(_adopted, viewer, digest)
        rounds = looks.at(rounds_following, viewer.actor.jurisdiction)
        one, _ = adopted(), rounds()
        tryout = _try(desk, viewer, looks.driver, one, round_id, page)
        now = followed(looks.driver, tryout.now) if tryout.now else None
    return desk.page(
        "profile_try.html", viewer, status=422 if faults else 200, here=HERE, one=one, now=now, tryout=tryout, clocks=CLOCKS, criteria=CRITERIA,
        changes=changes(now, one) if now else [], reason=reason, faults=faults, approvers=named(_REPROFILE.approves),
    )  # fmt: skip


@router.post(PAGE + "/{digest}/try")
def ask_for_round(digest: str, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Ask that a running round follow this version from now on."""
    must_hold_at_large(viewer, *_ADOPT.enters)
    round_id, reason = str(form.get("round", "")), str(form.get("reason", "")).strip()
    with writing(desk.engine) as work:
        one = _adopted(work.driver, viewer, digest)
        there = {str(number): number for number, _, _ in rounds_following(work.driver, viewer.actor.jurisdiction)}
        if round_id not in there:
            raise NotYours
        wanted = Wanted("round", "reprofile", there[round_id], {"profile": one.digest}, reason)
        asked = ask(work, wanted, viewer.actor, desk.now())
        work.rollback() if asked.refusals else work.commit()
    if asked.refusals:
        why = sentences(asked.refusals)
        note(desk, viewer, "register_denied", request, words=first_words(why))
        return _tried(desk, viewer, digest, round_id, reason=reason, faults=why)
    note(desk, viewer, "register_asked", request, words=KINDS["round"].said(_REPROFILE))
    return RedirectResponse(f"{PAGE}?sent={asked.request}", 303)


@router.get(PAGE + "/requests/{number}")
def waiting(number: Number, desk: AtDesk, viewer: Signed, of: InRound = "", page: str = "") -> Response:
    """Show a request with what it would do as of now."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    with reading(desk.engine) as work:
        return _request(desk, viewer, work.driver, waiting_for(work.driver, viewer, number, _ASKED), of, page)


def _request(
    desk: Desk,
    viewer: Viewer,
    driver: Driver,
    one: Asking,
    round_id: str = "",
    page: str = "",
    faults: Sequence[str] = (),
) -> Response:
    today, looks = clock.local_date(desk.now()), Looks(driver)
    beside = looks.at(beside_request, viewer, one, today)
    profiles = looks.at(_base_and_new, one)
    round_id = round_id if one.kind == KIND else one.row or ""
    looks.at(rounds_following, viewer.actor.jurisdiction)
    base, new = profiles()
    tryout = _try(desk, viewer, looks.driver, new, round_id, page)
    return desk.page(
        "profile_check.html", viewer, status=422 if faults else 200, here=HERE, base=base, new=new, changes=changes(base, new), tryout=tryout,
        clocks=CLOCKS, criteria=CRITERIA, reason=one.reason, faults=faults, **beside(),
    )  # fmt: skip


def _base_and_new(driver: Driver, one: Asking) -> tuple[Profile, Profile]:
    """Return the profile that a request would put another in place of, and that other."""
    if one.kind == KIND:
        return followed(driver, one.said["base"]), proposed(driver, one.said)
    following = {str(number): digest for number, _, digest in rounds_following(driver, one.jurisdiction)}
    return followed(driver, following[one.row or ""]), followed(driver, one.said["profile"])


@router.post(PAGE + "/requests/{number}")
def decide_on(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Put in force what another asked for, with the moves that follow; turn it down, or take back one's own."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    found = decided(request, desk, viewer, number, form, _ASKED)
    if found.faults:
        with reading(desk.engine) as work:
            return _request(desk, viewer, work.driver, found.asking, faults=found.faults)
    one, what = found.asking, found.what
    kind = KINDS[one.kind]
    note(desk, viewer, f"register_{what}", request, words=kind.said(kind.act(one.act)))
    said = {"approved": "已启用，新的轮次用这一版", "taken_back": "申请已撤回", "refused": "没有启用"}[what]
    if what == "approved" and one.kind == "round":
        said = f"这一轮已改用，{found.moved} 个问题的期限随之变动，已记入流转日志，不另行通知"
    return _show(desk, viewer, said=said)
