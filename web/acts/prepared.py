"""What was prepared, as it would be recorded now: one of it on its own page, or all that waits for somebody's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import clock
from states import ACTIONS
from storage.looks import Looks
from storage.reads.accounts import names_of
from storage.reads.cases import shown_cases
from storage.reads.splits import numbers_hidden, split_with
from storage.sql import Driver
from storage.tables import Draft
from storage.work import Work
from web.acts.act import Act
from web.acts.preview import Preview, preview
from web.acts.proofs import Files
from web.acts.recorded import Whole, recorded
from web.acts.signed import signed_text
from web.doorway import NotYours
from web.viewer import Viewer
from workflow.cosigning import signatures_of
from workflow.drafts import may_confirm, moved_since, unpacked
from workflow.may import reaches
from workflow.outcome import Outcome
from workflow.subject import Cosignature, Intent, Material


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft before somebody: whether it is theirs to confirm, what it would record now, and the sentence they would sign."""

    row: Draft
    act: Act
    preparer: str
    mine: bool
    may: bool
    moved: Mapping[int, list[str]]
    whole: Whole
    text: str

    @property
    def number(self) -> int:
        """Return its number."""
        return self.row.id or 0

    @property
    def refused(self) -> list[Outcome]:
        """Return what is against confirming it now."""
        outcomes = (one.outcome for one in self.whole.rows)
        return [one for one in outcomes if one and one.outcome != "done"]

    @property
    def ready(self) -> bool:
        """Say whether it would be done now, whole."""
        return all(one.outcome and one.outcome.outcome == "done" for one in self.whole.rows)


def draft_of(work: Work, viewer: Viewer, number: int) -> tuple[Draft, Act]:
    """Return a draft that is there for the viewer: their own, or one of an act that is theirs in some case; else NotYours."""
    row = work.session.get(Draft, number)
    if row is None or row.jurisdiction != viewer.actor.jurisdiction:
        raise NotYours
    cases = shown_cases(work.driver, viewer.actor.jurisdiction, [one.case_id or 0 for one in unpacked(row)])
    mine = row.prepared_by == viewer.actor.person_id
    theirs = viewer.holds(*ACTIONS[row.action].who) and all(reaches(viewer.actor, one.as_row()) for one in cases)
    if not (mine or theirs) or not all(viewer.scope.covers(case.as_row()) for case in cases):
        raise NotYours
    if ACTIONS[row.action].splits and viewer.scope.hidden and _takes_off_hidden(work.driver, viewer, row):
        raise NotYours
    return row, Act(ACTIONS[row.action], cases, prepares=False)


def _takes_off_hidden(driver: Driver, viewer: Viewer, row: Draft) -> bool:
    """Say whether the part that a draft took off is for some alone 限定知悉, and the viewer none of them."""
    said = [(one.case_id or 0, one.answers.get("part_number")) for one in unpacked(row)]
    return any(number in numbers_hidden(split_with(driver, case), viewer.scope.hidden) for case, number in said)


def prepared(
    work: Work, viewer: Viewer, drafts: Sequence[tuple[Draft, Act]], home: Path, now: datetime
) -> list[Prepared]:
    """Return drafts as they stand before the viewer now; nothing is locked, nothing written."""
    looks, actor = Looks(work.driver), viewer.actor
    named = looks.at(names_of, list({row.prepared_by for row, _ in drafts}))
    with_rows = [(row, [case.as_row() for case in act.cases]) for row, act in drafts]
    may = {
        row.id or 0: row.state == "open" and may_confirm(row.action, row.prepared_by, cases, actor)
        for row, cases in with_rows
    }
    since = looks.at(moved_since, [(row, cases) for row, cases in with_rows if row.state == "open"])
    signatures = looks.at(signatures_of, [row.id or 0 for row, act in drafts if act.move.cosigned])
    moved, names, beside = since(), named(), signatures()
    wanted = {row.id or 0: intents_of(row, beside.get(row.id or 0, ())) for row, _ in drafts}
    going = [row for row, _ in drafts if may[row.id or 0] and not moved[row.id or 0]]
    foreseen = looks.at(_foreseen, viewer, going, wanted, now)()
    today = clock.local_date(now)
    found = []
    for row, act in drafts:
        number, own = row.id or 0, row.prepared_by == actor.person_id
        files = Files(home, partial(file_address, row))
        whole = recorded(looks.driver, act.move, act.cases, wanted[number], foreseen.get(number), files)
        by = "" if own else names[row.prepared_by]
        paired = list(zip(act.cases, unpacked(row), strict=True))
        text = signed_text(viewer, act.move, paired, today, prepared=by) if act.move.wants_signature else ""
        found.append(Prepared(row, act, names[row.prepared_by], own, may[number], moved.get(number, {}), whole, text))
    return found


def intents_of(row: Draft, beside: tuple[Cosignature, ...] = ()) -> list[Intent]:
    """Return the intents of a draft as its confirmation would fire them; what was shown is compared apart."""
    return [
        replace(one, prepared_by=row.prepared_by, prepared_role=row.prepared_role, shown=None, cosigned=beside)
        for one in unpacked(row)
    ]


def files_of(row: Draft) -> list[Material]:
    """Return the files of what was prepared, each once; their places are their addresses."""
    return list(dict.fromkeys(m for one in unpacked(row) for m in one.materials))


def file_address(row: Draft, material: Material) -> str:
    """Return the address of a file of a draft."""
    return f"/drafts/{row.id}/files/{files_of(row).index(material)}"


def _foreseen(
    driver: Driver, viewer: Viewer, rows: Sequence[Draft], wanted: Mapping[int, list[Intent]], now: datetime
) -> dict[int, Preview]:
    """Return what confirming each would give: together as far as no case is met twice, and each filing by itself."""
    found: dict[int, Preview] = {}
    for together in _apart(rows, wanted):
        would = preview(driver, [one for row in together for one in wanted[row.id or 0]], viewer.actor, now)
        outcomes = iter(would.outcomes)
        for row in together:
            found[row.id or 0] = replace(would, outcomes=[next(outcomes) for _ in wanted[row.id or 0]])
    return found


def _apart(rows: Sequence[Draft], wanted: Mapping[int, list[Intent]]) -> list[list[Draft]]:
    groups: list[tuple[set[int | None], list[Draft]]] = []
    for row in rows:
        cases = {one.case_id for one in wanted[row.id or 0]}
        filed = ACTIONS[row.action].filing is not None
        fit = next((group for group in groups if not filed and not group[0] & cases and -1 not in group[0]), None)
        if fit is None:
            groups.append((cases | ({-1} if filed else set()), [row]))
        else:
            fit[0].update(cases)
            fit[1].append(row)
    return [group for _, group in groups]
