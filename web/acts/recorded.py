"""What an act will record, as the page shows it before it is signed: every case with its answers, its files, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grammar import Move
from storage.papers import papers_waiting
from storage.reads.accounts import unit_names
from storage.reads.cases import Shown
from storage.reads.measures import measures_of
from storage.reads.reviews import last_said
from storage.sql import Driver
from web.acts.changes import Line
from web.acts.preview import Preview
from web.acts.proofs import File, Files, Proved, proofs
from workflow.outcome import Ahead, Outcome
from workflow.shown import answers_for_papers, said_of
from workflow.subject import Intent


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that goes with the act: what it is, for which measure."""

    kind: str
    measure: int | None
    file: File


@dataclass(frozen=True, slots=True)
class Recorded:
    """One case of an act: what is wanted, what would become of it, and who would be told."""

    case: Shown
    intent: Intent
    outcome: Outcome | None
    ahead: Ahead | None
    told: str
    proved: list[Proved]
    papers: list[Paper]
    altered: Mapping[str, list[Line]] = field(default_factory=dict)
    """What is otherwise than it was last said, answer by answer."""
    answerable: str = ""
    """Who answers for the case after the act."""
    measure: str = ""
    """The words of the measure that the act is about, where it names one."""
    waiting: Sequence[tuple[str, File, Mapping[str, Any]]] = ()
    """The papers entered in the unit's name that the act answers for, in words, their scans, and what was entered from each."""

    @property
    def refused(self) -> bool:
        """Say whether it would not be done."""
        return self.outcome is not None and self.outcome.outcome == "refused"


@dataclass(frozen=True, slots=True)
class Whole:
    """All cases of an act; the papers that all of them share stand once."""

    rows: list[Recorded]
    common: list[Paper]


def recorded(
    driver: Driver, move: Move, cases: Sequence[Shown], intents: Sequence[Intent], would: Preview | None, files: Files
) -> Whole:
    """Return what an act would record; `would` is None where it cannot be done now."""
    laid = proofs(driver, move, cases, intents, files)
    outcomes: Sequence[Outcome | None] = would.outcomes if would else [None] * len(cases)
    after = _answerable(driver, cases, would.ahead if would else {})
    waiting = papers_waiting(driver, [case.id for case in cases]) if answers_for_papers(move) else {}
    rows = [
        Recorded(
            case, intent, outcome, would.ahead.get(case.id) if would else None, would.told.get(case.id, "") if would else "",
            laid.get(case.id, []), _papers(intent, files, proved=case.id in laid),
            answerable=after.get(case.id, case.answerable), measure=_measure(driver, intent),
            waiting=[
                (said_of(one), files.kept(one.material, one.file, one.sha256, one.size), last_said(driver, case.id, one.action))
                for one in waiting.get(case.id, ())
            ],
        )
        for case, intent, outcome in zip(cases, intents, outcomes, strict=True)
    ]  # fmt: skip
    if len(rows) < 2:
        return Whole(rows, [])
    common = [one for one in rows[0].papers if all(one in row.papers for row in rows)]
    own = [replace(row, papers=[one for one in row.papers if one not in common]) for row in rows]
    return Whole(own, common)


def _answerable(driver: Driver, cases: Sequence[Shown], ahead: Mapping[int, Ahead]) -> dict[int, str]:
    """Return who answers for the cases that the act gives to another unit."""
    new = {case.id: ahead[case.id].case.answerable_id for case in cases if case.id in ahead}
    passed = {case.id: new[case.id] for case in cases if new.get(case.id, case.answerable_id) != case.answerable_id}
    names = unit_names(driver, list(passed.values())) if passed else {}
    return {case: names[unit] for case, unit in passed.items()}


def _measure(driver: Driver, intent: Intent) -> str:
    """Return the measure that an intent names, by number and words."""
    number = str(intent.answers.get("measure_no", ""))
    named = [one for one in measures_of(driver, intent.case_id or 0) if str(one.no) == number] if number else []
    return f"第 {named[0].no} 项：{named[0].text}" if named else ""


def _papers(intent: Intent, files: Files, *, proved: bool) -> list[Paper]:
    """Return the files of an intent, but the evidence where it stands with its measures."""
    return [Paper(m.kind, m.measure, files.file(m)) for m in intent.materials if not (proved and m.kind == "evidence")]
