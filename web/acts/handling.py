"""An act being handled at the door: who handles it, what was filled in and attached, and the pages that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from clock import chinese_date
from states import ACTIONS
from storage.digits import number_in
from storage.engine import reading, writing
from storage.forms import drop_form
from storage.looks import Looks
from storage.reads.cases import Shown, shown_cases
from storage.reads.drafts import DraftLine, open_drafts
from storage.reads.reviews import sent_back
from storage.reads.timeline import entries_after
from storage.security import note as note_events
from storage.sql import Driver
from storage.work import Work
from web.acts.act import MOST_CASES, NOTHING, Act, Opening, fitting, passed, returned_draft, stands
from web.acts.beside import WIDER, Beside, beside
from web.acts.done import done_page
from web.acts.faults import FormFault, by_field, of_cases, of_form
from web.acts.fields import PAPER_DAY, Field, answers_of, differing_fields, paper_day, shared_fields, wanted_papers
from web.acts.files import for_case, seal, with_held
from web.acts.from_meeting import asked_of_meeting, asks_for_meeting, faults_at_meeting, shown_files
from web.acts.generated import makes
from web.acts.hints import spans_of, with_dates
from web.acts.keys import key_of, new_key
from web.acts.known import known_of
from web.acts.pasting import SHEET
from web.acts.preview import preview
from web.acts.proofs import Files, LaidOpen, hash_of_wanted, seal_laid, unseal_laid
from web.acts.recorded import Whole, recorded
from web.acts.sending import sent_address
from web.acts.sheets import CaseSheet, sheet_of
from web.acts.signed import signed_text
from web.copies import UnitCopies, to_answer
from web.desk import Desk
from web.doorway import note, note_reading, who_asks
from web.in_turn import Turn, turn_of
from web.manners import MANNERS
from web.people.signing import signature_fault
from web.tasks import MENDING
from web.viewer import Viewer
from workflow.allowed import together
from workflow.days.profiles import Profile
from workflow.drafts import draft_batch
from workflow.engine import fire
from workflow.gather import acting_post, by_profile
from workflow.judge import UNTOUCHED
from workflow.outcome import Outcome
from workflow.rules import profiles_of
from workflow.security import refused_moves
from workflow.shown import lays_open, seen
from workflow.subject import Intent, Material, Seen

DOES = ("do", "do_next")
"""The steps that do it; after the second the next of those that wait by the same act is opened."""
OTHERWISE = "要办的内容与刚才核对的不同，或已过了一天，请再核对一次。"


@dataclass(frozen=True, slots=True)
class Sheets:
    """What a form asks: the sheet of each case, the fields of all of them, the papers of the whole act."""

    each: list[CaseSheet]
    shared: list[Field]
    papers: Sequence[Any]
    beside: Beside
    letters: Sequence[UnitCopies] = ()
    """The letters 呈送（抄告） that it answers."""
    turn: Turn | None = None
    """Where the case stands among those that wait by the same act."""
    names: Sequence[Sequence[str]] = ()
    """Of a plan the people and the departments that the unit names."""


@dataclass(frozen=True, slots=True)
class Handling:
    """One act, as one person handles it: each verb is a step of theirs and returns the page that answers."""

    request: Request
    desk: Desk
    viewer: Viewer
    act: Act
    form: FormData
    files: Sequence[tuple[str, Material]] = ()

    # --- steps: filled in, looked over, done; or prepared for who does it

    def step(self) -> Response:
        """Take the step that the form asks for."""
        step = self.form.get("step")
        if step == "edit":
            return self.again()
        if step in WIDER:
            return self.wider(chosen=step == WIDER[1])
        if self.act.prepares or step == "draft":
            return self.prepare()
        if step == "queue" and self.may_wait:
            return self.put_aside()
        return self.do() if step in DOES else self.check()

    def again(self, faults: Sequence[FormFault] = (), status: int = 200, pasted: str = "") -> Response:
        """Show the form with what was filled in, what of it was pasted, and what is against it."""
        with reading(self.desk.engine) as work:
            sheets, opening = self.sheets(work.driver), Opening(returned=self.why_returned(work), pasted=pasted)
        return self.shown(sheets, faults, status, opening)

    def wider(self, *, chosen: bool) -> Response:
        """Show the form with the problems beside it: of all inspections that could be filed with it, or of those chosen."""
        with reading(self.desk.engine) as work:
            there = self.beside(work.driver)
        only = [str(one) for one in self.form.getlist("with")] if chosen else None
        act = there.joined(self.act, only)
        if len(act.cases) == len(self.act.cases):
            return self.again(
                of_form([f"没有加上：请选要一并{act.move.shown}的单位，一次最多 {MOST_CASES} 个问题"]), 422
            )
        return replace(self, act=act).again()

    def check(self, fault: str = "") -> Response:
        """Show what would be recorded, or the form again where none of it would be; nothing is written."""
        move, now = self.act.move, self.desk.now()
        with reading(self.desk.engine) as work:
            intents = self.intents(work.driver)
            would = preview(work.driver, intents, self.viewer.actor, now)
            found = seen(work.driver, move.action, would.cases)
            whole = recorded(work.driver, move, self.act.cases, intents, would, self._files)
            outdated = self._outdated(work.driver)
        if would.stale:
            return self.anew(would.outcomes)
        if would.all_refused:
            note_refused(self.desk, self.viewer, self.request, move.action, would.outcomes)
            return self.refused(would.outcomes)
        today = clock.local_date(now)
        going = [(one.case, replace(one.intent, shown=found[one.case.id])) for one in whole.rows if not one.refused]
        text = signed_text(self.viewer, move, going, today) if move.wants_signature else ""
        shown = LaidOpen(found, hash_of_wanted(intents, today), text)
        return self._check_page(whole, shown, fault, outdated)

    def do(self) -> Response:
        """Fire once; the outcomes are shown after the commit, and what is stale or all refused keeps what was typed."""
        move, laid = self.act.move, self.what_was_shown
        # What nobody was shown, nobody signs.
        if (lays_open(move) or move.wants_signature) and laid is None:
            return self.check()
        if move.wants_signature and (fault := signature_fault_in(self.desk, self.viewer, self.form)):
            note(
                self.desk,
                self.viewer,
                "wrong_signature",
                self.request,
                action=move.action,
                case=self.act.cases[0].id,
            )
            return self.check(fault)
        now = self.desk.now()
        with writing(self.desk.engine) as work:
            intents = self.intents(work.driver)
            as_shown = laid is None or laid.wanted == hash_of_wanted(intents, clock.local_date(now))
            outcomes = fire(work, _signed(intents, laid), self.viewer.actor, now) if as_shown else []
            if any(one.outcome in ("done", "already") for one in outcomes):
                drop_form(work.driver, self.viewer.account_id, self.act.name)
                work.commit()
        if not as_shown:
            return self.check(OTHERWISE)
        note_refused(self.desk, self.viewer, self.request, move.action, outcomes)
        if any(one.outcome == "stale" for one in outcomes):
            return self.anew(outcomes)
        if all(one.outcome == "refused" for one in outcomes):
            return self.refused(outcomes)
        return self.done(outcomes)

    def prepare(self) -> Response:
        """Keep the act for another to confirm."""
        act = self.act
        with writing(self.desk.engine) as work:
            made = draft_batch(work, self.intents(work.driver), self.viewer.actor, self.desk.now())
            if not made.refused:
                drop_form(work.driver, self.viewer.account_id, act.name)
                work.commit()
        note_refused(self.desk, self.viewer, self.request, act.move.action, made.against(case.id for case in act.cases))
        if made.outcomes and self._over():
            return self.anew(made.outcomes)
        if made.refused:
            return self.again(of_cases(act.move, act.cases, made.outcomes) or of_form(made.refused), 422)
        return RedirectResponse(f"/drafts/{made.draft}", 303)

    def put_aside(self) -> Response:
        """Put the act aside until it is signed with others 放入待签: a filing whole, else each case for itself."""
        act, now = self.act, self.desk.now()
        with writing(self.desk.engine) as work:
            intents = self.intents(work.driver)
            each = [intents] if act.move.filing else [[one] for one in intents]
            made = [draft_batch(work, together, self.viewer.actor, now) for together in each]
            if not (faults := [one for drafted in made for one in drafted.outcomes]):
                drop_form(work.driver, self.viewer.account_id, act.name)
                work.commit()
            else:
                work.rollback()
        if faults and self._over():
            return self.anew(faults)
        if faults:
            return self.again(of_cases(act.move, act.cases, faults), 422)
        return RedirectResponse("/queue", 303)

    # --- what is wanted

    @property
    def may_wait(self) -> bool:
        """Say whether the act may wait for its signature: it is the viewer's own, and signed by them alone."""
        alone = not self.act.prepares and not self.act.move.second and not self.act.received
        return self.act.move.wants_signature and alone

    @property
    def what_was_shown(self) -> LaidOpen | None:
        """Return what the page before has shown, where it says so soundly."""
        return unseal_laid(self.form.get("shown"), self.desk.secret, self.viewer.account_id)

    def intents(self, driver: Driver) -> list[Intent]:
        """Return what is wanted: an intent for each case, with its answers, its files and those that the system holds."""
        move, form, shown = self.act.move, self.form, self.what_was_shown
        key = key_of(form.get("key"), self.act, self.desk.secret, self.viewer.account_id)
        wanted = [
            Intent(
                move.action, case.id, answers=answers_of(move, case.id, form), materials=for_case(self.files, case.id),
                version=_version(form.get(f"v{case.id}")), key=key, occurred_on=paper_day(form), received=self.act.received,
                shown=None if shown is None else shown.seen.get(case.id, Seen("")),
            )
            for case in self.act.cases
        ]  # fmt: skip
        return with_held(driver, wanted)

    def acting(self, case: Shown, profile: Profile | None) -> str | None:
        """Return the role in which the viewer makes the move on a case; who only prepares it speaks for nobody."""
        post = acting_post(self.viewer.actor, self.act.move, case.as_row(), profile)
        return post.role if post else None

    # --- pages

    def note_reading(self) -> None:
        """Note that the words of its cases are read, as far as they are for some alone 限定知悉."""
        note_reading(self.desk, self.viewer, [case.id for case in self.act.cases], self.act.move.shown)

    def beside(self, driver: Driver) -> Beside:
        """Return what could be filed with it."""
        return beside(driver, self.viewer.actor, self.act, self.desk.now())

    def _sheet(self, driver: Driver, case: Shown, today: date) -> CaseSheet:
        around, hidden = case.as_row().round_id, self.viewer.scope.hidden
        profile = profiles_of(driver, [around])[around] if by_profile(self.act.move) else None
        acting = self.acting(case, profile)
        return sheet_of(driver, self.act.move, case, self.form, acting, today, self._files, hidden, profile)

    def sheets(self, driver: Driver) -> Sheets:
        """Return what the form asks, filled with what was typed and else with what is known."""
        act, now = self.act, self.desk.now()
        today, looks = clock.local_date(now), Looks(driver)
        spans = looks.at(spans_of, act.move, act.cases, self.viewer.actor, now)
        returned = looks.at(sent_back, [case.id for case in act.cases]) if act.move.action in MENDING else dict
        sheets = [looks.at(self._sheet, case, today) for case in act.cases]
        turn = looks.at(self._turn, today)
        days, back, asked = spans(), returned(), [sheet() for sheet in sheets]
        several = len(asked) > 1
        each = [
            replace(
                one,
                fields=with_dates(one.fields, days[one.case.id])
                + (differing_fields(act.move, one.case.id, self.form) if several else []),
                came_back=back.get(one.case.id),
            )
            for one in asked
        ]
        known = {**(each[0].known if len(each) == 1 else {}), **known_of(driver, act, self.viewer, today)}
        decided = any(sheet.to_be_decided for sheet in each)
        shared = with_dates(shared_fields(act.move, self.form, known, decided=decided), together(list(days.values())))
        papers = wanted_papers(act.move, decided=decided)
        shared, papers = asked_of_meeting(driver, act, self.form, shared, papers, today)
        letters = to_answer(driver, self.viewer, act.cases) if act.move.action == "answer_copy" else []
        return Sheets(each, shared, papers, self.beside(driver), letters, turn(), known.get("names", ()))

    def _turn(self, driver: Driver, today: date) -> Turn | None:
        alone = len(self.act.cases) == 1 and not self.act.received
        return turn_of(driver, self.viewer, self.act.move.action, self.act.cases[0].id, today) if alone else None

    def shown(
        self, sheets: Sheets, faults: Sequence[FormFault] = (), status: int = 200, opening: Opening = NOTHING
    ) -> Response:
        """Show the form."""
        self.note_reading()
        act, form, account = self.act, self.form, self.viewer.account_id
        files = shown_files(self.files, sheets.shared)
        faults = faults_at_meeting(faults) if asks_for_meeting(sheets.shared) else faults
        return self.desk.page(
            self._template("form"), self.viewer, status=status, here="/", act=act, sheets=sheets.each, shared=sheets.shared,
            wanted=sheets.papers, beside=sheets.beside, letters=sheets.letters, turn=sheets.turn, kept=files, token=seal(files, self.desk.secret, account),
            faults=list(dict.fromkeys(faults)), wrong=by_field(faults),
            versions={case.id: form.get(f"v{case.id}", case.version) for case in act.cases}, key=self._key_for_the_form(),
            opening=opening, names=sheets.names, draft=form.get("draft"), pasted_sheet=form.get(SHEET, ""), paper_day=form.get(PAPER_DAY, ""),
            makes=makes(act.move.action), otherwise=[ACTIONS[one] for one in MANNERS[act.move.action].otherwise],
        )  # fmt: skip

    def _key_for_the_form(self) -> str:
        """Return the sealed key that came with the form, or a new one."""
        secret, account = self.desk.secret, self.viewer.account_id
        sealed = str(self.form.get("key", ""))
        return sealed if key_of(sealed, self.act, secret, account) else new_key(self.act, secret, account)

    @property
    def _files(self) -> Files:
        """Return how this act's files are found and read again."""
        address = partial(sent_address, secret=self.desk.secret, account=self.viewer.account_id)
        return Files(self.desk.settings.home, address)

    def _outdated(self, driver: Driver) -> list[DraftLine]:
        """Return what waits to be confirmed in these cases, and will have to be prepared anew after an act that keeps their state."""
        move, cases = self.act.move, {case.id for case in self.act.cases}
        if move.to is not None or move.quiet:  # who changes the state knows that nothing stays as it was
            return []
        drafted = [one for one in open_drafts(driver, self.viewer.actor.jurisdiction) if cases & {*one.cases}]
        return [one for one in drafted if self.viewer.reads_draft(one.action)]

    def _check_page(self, whole: Whole, shown: LaidOpen, fault: str, outdated: Sequence[DraftLine]) -> Response:
        self.note_reading()
        act, secret, account = self.act, self.desk.secret, self.viewer.account_id
        plain = [
            (name, value)
            for name, value in self.form.multi_items()
            if isinstance(value, str) and name not in ("csrf", "step", "kept", "sent", "drop", "password", "shown")
        ]
        return self.desk.page(
            self._template("check"), self.viewer, status=422 if fault else 200, here="/", act=act, whole=whole, plain=plain, may_wait=self.may_wait,
            outdated=outdated, fault=fault, token=seal(self.files, secret, account), text=shown.text, shown=seal_laid(shown, secret, account),
        )  # fmt: skip

    def done(self, outcomes: Sequence[Outcome]) -> Response:
        """Show what was done, and how the cases stand after it; or go on to the next."""
        wanted, files = number_in(str(self.form.get("next", ""))), self.files
        goes_on = files if self.form.get("step") == DOES[1] else None
        return done_page(self.desk, self.viewer, self.act, outcomes, wanted, goes_on)

    def refused(self, outcomes: Sequence[Outcome]) -> Response:
        """Show what is against all of it; where the act is over with a case, that."""
        return (
            self.anew(outcomes) if self._over() else self.again(of_cases(self.act.move, self.act.cases, outcomes), 422)
        )

    def anew(self, outcomes: Sequence[Outcome]) -> Response:
        """Show what opening the act now shows: the form of what still fits, with what changed since and what was typed; or that it is over."""
        with reading(self.desk.engine) as work:
            act, gone = self._now(work.driver)
            done = [one.case for one in outcomes if one.outcome == "done"]
            if len(gone) == len(act.cases) and done:
                return self.done(outcomes)
            if len(gone) == len(act.cases):
                return replace(self, act=act).moved_on(work.driver, gone, 409)
            fit, left_out = fitting(act, gone)
            left_out = [(case, f"已办理“{act.move.shown}”" if case.id in done else why) for case, why in left_out]
            rest = self._of(fit)
            faults = [
                *of_form(self._changes(work.driver, fit, outcomes)),
                *of_cases(fit.move, fit.cases, _said_of(fit, outcomes)),
            ]
            opening = Opening(returned=self.why_returned(work), left_out=left_out, meanwhile=True)
            sheets = rest.sheets(work.driver)
        return rest.shown(sheets, faults, 409, opening)

    def moved_on(self, driver: Driver, gone: Mapping[int, Sequence[str]], status: int = 200) -> Response:
        """Show that the act is over with every case, what ended it and where each stands."""
        there = stands(driver, self.act, gone)
        self.note_reading()
        return self.desk.page("acts/moved_on.html", self.viewer, status=status, here="/", act=self.act, stands=there)

    def why_returned(self, work: Work) -> str:
        """Return why the draft that is being mended came back to who mends it, if it is one."""
        number = _version(self.form.get("draft"))
        return "" if number is None else returned_draft(work, self.viewer, self.act, number).returned or ""

    def _over(self) -> bool:
        """Say whether a case has moved on since the form was opened, so that the act is over with it."""
        if not any(map(_is_version, self.form)):  # what was never opened has nothing typed in it to be saved
            return False
        with reading(self.desk.engine) as work:
            return bool(self._now(work.driver)[1])

    def _now(self, driver: Driver) -> tuple[Act, dict[int, Sequence[str]]]:
        """Return the act with its cases as they stand now, and those with which it is over."""
        actor = self.viewer.actor
        act = replace(self.act, cases=shown_cases(driver, actor.jurisdiction, [case.id for case in self.act.cases]))
        return act, passed(driver, actor, act, self.desk.now())

    def _of(self, fit: Act) -> Handling:
        """Return the same of fewer cases: what was typed and attached, but no version and no key of what was seen before."""
        fresh = {name: value for name, value in self.form.items() if name != "key" and not _is_version(name)}
        own = tuple(f"e{case.id}." for case in self.act.cases if case.id not in {one.id for one in fit.cases})
        return replace(
            self, act=fit, form=FormData(fresh), files=[one for one in self.files if not one[0].startswith(own)]
        )

    def _changes(self, driver: Driver, act: Act, outcomes: Sequence[Outcome]) -> list[str]:
        """Return, of each case that moved since the page before, what was done and came or went."""
        changed = {one.case or 0: one.changed for one in outcomes if one.changed is not None}
        words = []
        for case in act.cases:
            seen_as = _version(self.form.get(f"v{case.id}"))
            since = case.version if seen_as is None else seen_as
            if case.version > since or case.id in changed:
                done = [_line(*one) for one in entries_after(driver, case.id, version=since)]
                said = "；".join([*done, *changed.get(case.id, ())]) or "期限或有关人员已更改"
                words.append(f"{case.unit} 第 {case.number} 号在您填写期间有变动：{said}。请核对后再提交。")
        return words

    def _template(self, step: str) -> str:
        """A page of its own where there is one, else the generic one."""
        own = f"acts/{self.act.move.action}_{step}.html"
        return own if f"pages/{own}" in self.desk.templates.list_templates() else f"acts/{step}.html"


def note_refused(desk: Desk, viewer: Viewer, request: Request, action: str, outcomes: Sequence[Outcome]) -> None:
    """Note the moves that were refused: they leave nothing on the trail, but are seen in the security log."""
    who = who_asks(desk, viewer, request)
    note_events(desk.engine, clock.micros(desk.now()), *refused_moves(action, outcomes, who))


def signature_fault_in(desk: Desk, viewer: Viewer, form: Mapping[str, Any]) -> str:
    """Return what is wrong with the password that a form gives as a signature, or nothing."""
    rules, now = desk.settings.config.web, clock.micros(desk.now())
    return signature_fault(desk.engine, viewer.account_id, str(form.get("password", "")), rules, now)


def _signed(intents: Sequence[Intent], laid: LaidOpen | None) -> list[Intent]:
    """Return the intents with the sentence for which the password was given."""
    return [replace(one, signed=laid.text or None) if laid else one for one in intents]


def _said_of(act: Act, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return what is said against the cases of an act by themselves."""
    own = {case.id for case in act.cases}
    return [one for one in outcomes if one.case in own and one.outcome == "refused" and UNTOUCHED not in one.refusals]


def _version(text: Any) -> int | None:
    return number_in(text) if isinstance(text, str) else None


def _is_version(name: str) -> bool:
    return name[:1] == "v" and name[1:].isdigit()


def _line(at: int, name: str, action: str) -> str:
    return f"{chinese_date(clock.local_date(clock.from_micros(at)))} {name or '定时任务'} {ACTIONS[action].shown}"
