"""Filling 台账更新: unit-side columns are written from a ledger, and each case that changes has its entry."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

import clock
from states import ACTIONS, FILL, RECORDED, ROLES
from storage.reads.rounds import unit_sides
from storage.rows import CaseRow, Changes, Writer, lock
from storage.work import Work
from trail.append import Growth
from trail.entry import Dice, Sealed, instant
from workflow.may import acts_as
from workflow.people import who_acts
from workflow.subject import Actor

FEED_BACK = ACTIONS["feed_back"]  # who brings a ledger in, brings it in again


def fill(
    work: Work,
    said: Mapping[int, Mapping[str, str]],
    actor: Actor,
    file: str,
    now: datetime,
    dice: Dice = os.urandom,
) -> list[str]:
    """Write what a ledger (by its sha256) says in unit-side columns of cases, with an entry for each case that changes.

    All or none: returned are the sentences why not. Never commits; unknown, foreign and void cases are left out.
    """
    driver = work.driver
    head, cases, _ = lock(driver, actor.jurisdiction, list(said))
    if any(acts_as(actor, FEED_BACK, case) is None for case in cases.values()):
        return [f"“{RECORDED[FILL]}”应由{'、'.join(ROLES[role] for role in FEED_BACK.who)}办理"]
    kept = unit_sides(driver, list(cases))
    growth, changes = Growth(head, clock.micros(now)), Changes()
    for number, case in cases.items():
        if case.void:  # entered in error: nothing more is said of it
            continue
        changed = {name: text for name, text in said[number].items() if text != kept[number][name]}
        if changed:
            _record(growth, case, changed, actor, file, dice, changes)
    if changes.rows:
        work.note_done()
        changes.rows["heads"] = [growth.head_values()]
        with Writer(driver, parts=1) as writer:
            writer.put(changes)
    return []


def _record(
    growth: Growth, case: CaseRow, changed: Mapping[str, str], actor: Actor, file: str, dice: Dice, changes: Changes
) -> None:
    sealed = Sealed(dice, {})
    fields = {
        "case": case.id,
        "actor": who_acts(actor, acts_as(actor, FEED_BACK, case)),
        "via": actor.via, "os_user": actor.os_user, "written_at": instant(growth.at), "file": file,
        "columns": {name: sealed.seal(f"columns.{name}", text) for name, text in changed.items()},
    }  # fmt: skip
    index, body, leaf = growth.add("ledger", fields)
    # Without a version: the case's own entries stay counted, and no open form becomes stale.
    found = (None, None, case.id, None, FILL, actor.person_id, None, growth.at)
    changes.rows["trail"].append((growth.head.jurisdiction, index, body, leaf, *found))
    changes.rows["texts"].append((growth.head.jurisdiction, index, sealed.side()))
    changes.move(case, case, changed)
