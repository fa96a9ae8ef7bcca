"""The product asked as the model is asked: the same verbs, each in a transaction of its own, the same words in answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from states import ACTIONS
from storage.engine import reading, writing
from storage.evidence import attach, detach
from storage.rows import lock_cases, read_cases
from storage.tables import Draft
from tests.histories.model import LIFE, MEASURES, Entry, File, Model, Paper, Words
from tests.world import MEASURE, World, usual_answers
from workflow.drafts import confirm_batch, draft_batch, may_confirm, take_down, unpacked
from workflow.engine import fire
from workflow.filling import fill
from workflow.may import attaches
from workflow.outcome import Outcome
from workflow.shown import seen
from workflow.subject import Intent, Material, Seen


def content(name: str) -> str:
    """Return the hash of a file: each name has its own bytes."""
    return sha256(name.encode()).hexdigest()


@dataclass
class House:
    """A world with the cases of one inspection, as people and pages come to it."""

    world: World
    cases: list[int]
    drafts: dict[str, int] = field(default_factory=dict)
    looks: dict[str, list[Intent]] = field(default_factory=dict)

    # --- what is prepared

    def prepare(
        self, name: str, login: str, action: str, cases: Sequence[int], words: str, papers: Sequence[Paper]
    ) -> str:
        """Prepare a step, as the form does."""
        intents = [self._intent(action, case, words, papers) for case in cases]
        with writing(self.world.engine) as work:
            made = draft_batch(work, intents, self.world.actor(login), self.world.now)
            work.commit()
        if made.draft is None:
            return "refused"
        self.drafts[name] = made.draft
        return "drafted"

    def confirm(self, login: str, name: str, key: str = "", *, kept: bool = True) -> Words:
        """Confirm what was prepared; not kept is what is lost before the commit."""
        with writing(self.world.engine) as work:
            outcomes = confirm_batch(work, self.drafts[name], self.world.actor(login), self.world.now, self._once(key))
            if kept:
                work.commit()
            else:
                work.rollback()
        return _said(outcomes)

    def take_down(self, login: str, name: str, reason: str) -> str:
        """Take a draft down, as its page does: one's own, or one that one would confirm."""
        number, actor = self.drafts[name], self.world.actor(login)
        with writing(self.world.engine) as work:
            row = work.session.get_one(Draft, number)
            cases = read_cases(work.driver, self.world.place, [one.case_id or 0 for one in unpacked(row)]).values()
            if row.prepared_by != actor.person_id and not may_confirm(row.action, row.prepared_by, cases, actor):
                return "not there"
            against = take_down(work, number, actor, reason)
            work.commit()
        return "refused" if against else "dropped"

    # --- what is done at once

    def look(
        self, name: str, action: str, cases: Sequence[int], words: str, papers: Sequence[Paper]
    ) -> dict[int, list[File]]:
        """Show what would be signed, as the check page does; return the evidence among it."""
        with reading(self.world.engine) as work:
            rows = list(read_cases(work.driver, self.world.place, cases).values())
            found = seen(work.driver, action, rows)
        self.looks[name] = [self._intent(action, case, words, papers, found[case]) for case in cases]
        return {case: sorted(((no, file) for no, file, _ in found[case].files), key=str) for case in cases}

    def sign(self, login: str, name: str, key: str = "") -> Words:
        """Do what was looked at."""
        return _said(self._fired(login, [replace(one, key=self._once(key)) for one in self.looks[name]]))

    def fire(
        self,
        login: str,
        action: str,
        cases: Sequence[int],
        words: str,
        papers: Sequence[Paper],
        back: int | None,
        key: str = "",
    ) -> Words:
        """Do a step of each case; `back` is how many versions old the page is."""
        versions = {} if back is None else {case: self.world.row(case).version - back for case in cases}
        intents = [self._intent(action, case, words, papers, version=versions.get(case)) for case in cases]
        return _said(self._fired(login, [replace(one, key=self._once(key)) for one in intents]))

    def _fired(self, login: str, intents: Sequence[Intent]) -> list[Outcome]:
        with writing(self.world.engine) as work:
            outcomes = fire(work, intents, self.world.actor(login), self.world.now)
            work.commit()
        return outcomes

    # --- evidence, and what a ledger says

    def attach(self, login: str, case: int, measure: int | None, name: str) -> str:
        """Attach a file to a case, as its page does."""
        actor = self.world.actor(login)
        with writing(self.world.engine) as work:
            row = lock_cases(work.driver, self.world.place, [case])[case]
            if not attaches(actor, row):
                return "not there"
            attach(work.driver, case, row.cycle, measure, content(name), name, 10, actor.person_id)
            work.commit()
        return "kept"

    def detach(self, login: str, case: int, name: str) -> str:
        """Take back a file that waits, as the case's page does."""
        with writing(self.world.engine) as work:
            row = lock_cases(work.driver, self.world.place, [case])[case]
            sql = "SELECT id FROM materials WHERE case_id = ? AND name = ? ORDER BY version, id LIMIT 1"
            found = work.driver.one(sql, (case, name)) or (0,)
            if not attaches(self.world.actor(login), row) or not detach(work.driver, case, found[0]):
                return "not there"
            work.commit()
        return "gone"

    def fill(self, case: int, words: str) -> None:
        """Let a ledger say who is responsible."""
        with writing(self.world.engine) as work:
            fill(work, {case: {"responsible": words}}, self.world.actor("office"), "ab" * 32, self.world.now)
            work.commit()

    # --- what anybody can read afterwards

    def standing(self) -> dict[str, Any]:
        """Return where cases and drafts stand, and the files that wait or were handed in."""
        ours = f"IN ({', '.join(map(str, self.cases))})"
        columns = "id, state, version, shown_version, cycle, unsigned, responsible"
        with reading(self.world.engine) as work:
            cases, drafts, files = work.driver.ask(
                (f"SELECT {columns} FROM cases WHERE id {ours} ORDER BY id", ()),
                ("SELECT id, state FROM drafts", ()),
                (
                    f"SELECT case_id, version, kind, measure_no, name FROM materials WHERE case_id {ours} AND version <> 1",
                    (),
                ),
            )
        states = dict(map(tuple, drafts))
        return {
            "cases": list(map(tuple, cases)),
            "drafts": {name: states[number] for name, number in self.drafts.items()},
            "same": {
                name: min(one for one in self.drafts if self.drafts[one] == number)
                for name, number in self.drafts.items()
            },
            "files": sorted(map(tuple, files), key=str),
        }

    def log(self) -> list[Entry]:
        """Return the steps of our cases as the log has them, after what began them."""
        ours = f"case_id IN ({', '.join(map(str, self.cases))}) AND version > 1"
        rows = self.world.rows(f"SELECT body FROM trail WHERE {ours} ORDER BY idx")
        return [self._entry(json.loads(bytes(body))) for (body,) in rows]

    def _entry(self, body: dict[str, Any]) -> Entry:
        logins = {person: login for login, person in self.world.people.items()} | {None: ""}
        papers = sorted(((one["kind"], one["measure"], one["sha256"]) for one in body["materials"]), key=str)
        return Entry(
            body["case"], body["version"], body["action"], body["from"], body["to"],
            logins[body["actor"]["person"]], logins[body["prepared_by"]], tuple(papers),
        )  # fmt: skip

    def _once(self, key: str) -> str | None:
        return f"{key}.{self.cases[0]}" if key else None

    def _intent(
        self,
        action: str,
        case: int,
        words: str,
        papers: Sequence[Paper],
        shown: Seen | None = None,
        version: int | None = None,
    ) -> Intent:
        answers = usual_answers(action, self.world.today) | self.world.verdicts(action, case)
        if says := LIFE[action].says:
            answers[says] = words
        if any(kind == "measures" for _, kind in ACTIONS[action].asks):
            answers["measures"] = [MEASURE] * MEASURES
        materials = tuple(Material(kind, content(name), name, 10, no) for kind, no, name in papers)
        return Intent(action, case, answers=answers, materials=materials, version=version, shown=shown)


def _said(outcomes: Sequence[Outcome]) -> Words:
    if any(one.case is None for one in outcomes):
        return ["not there"]
    return [one.outcome for one in outcomes]


def standing_of(model: Model) -> dict[str, Any]:
    """Return the same of the model as the house reads."""
    cases = [
        (number, one.state, one.version, one.shown_version, one.cycle, one.unsigned, one.responsible)
        for number, one in model.cases.items()
    ]
    files = [
        *((number, 0, "evidence", no, name) for number, one in model.cases.items() for no, name in one.waiting),
        *((number, version, *rest) for number, one in model.cases.items() for version, _, *rest in one.handed_in),
    ]
    drafts = {name: draft.state for name, draft in model.drafts.items()}
    same = {
        name: min(one for one in model.drafts if model.drafts[one] is draft) for name, draft in model.drafts.items()
    }
    return {"cases": cases, "drafts": drafts, "same": same, "files": sorted(files, key=str)}


def log_of(model: Model, hash_of: Callable[[str], str] = content) -> list[Entry]:
    """Return the log of the model, with the hash of each file."""
    return [
        replace(one, papers=tuple(sorted(((kind, no, hash_of(name)) for kind, no, name in one.papers), key=str)))
        for one in model.log
    ]
