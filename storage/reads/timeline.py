"""The timeline of a case: its entries as people read them, with texts, materials and mails beside."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from states import SECRETARY, TAKE_OVERS
from storage.looks import Looks
from storage.reads.mail_states import BECAME
from storage.sql import Driver

NOT_IN_OWN_RIGHT: Final = "LEFT JOIN posts s ON s.person_id = t.actor_id AND s.capacity <> ''"
"""To `trail t`, the posts that its actor held by a document or in somebody's place: one of them may be that of the entry."""


def made_in(body: Mapping[str, Any]) -> int | None:
    """Return the number of the post in which an entry was made."""
    return (body.get("actor") or {}).get("post")


@dataclass(frozen=True, slots=True)
class Answered:
    """What the secretary said to a paper that the office had entered: whether they own it, who, and when (microseconds)."""

    owned: bool
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the recorded fields, the texts behind its commitments, and what stands beside it."""

    index: int
    at: int
    action: str
    body: dict[str, Any]
    actor: str
    preparer: str
    texts: dict[str, str]
    materials: tuple[tuple[int, str, str, int | None], ...]
    """Id, kind, name and measure of each material."""
    mails: tuple[tuple[str, str, int | None, str], ...]
    """Person, state, instant (microseconds) and post (`role:unit`) of each mail; of one that nobody has taken up yet no person."""
    receipt: tuple[bool, str, str] | None
    """Whether it is signed for, by whom, and how their post was held."""
    transferred: tuple[str, str] | None = None
    """Who answered for the case before and who does from here, where the entry changes that."""
    capacity: str = ""
    """How the post was held in which it was made, where not in one's own right."""
    assisting: str = ""
    """The unit that assists 协办 for which it was made, where it was."""
    notice: str = ""
    """By which notice the calendar was changed, why the profile, or who approved the suspension, where dates were reckoned anew for that."""
    answered: Answered | None = None
    """What the secretary said to it, where it was entered from paper."""

    @property
    def on_paper(self) -> bool:
        """Say whether the office entered it from the paper that the secretary signed 代录."""
        return self.body.get("on_behalf") == SECRETARY

    @property
    def taken_over(self) -> bool:
        """Say whether what was done before was done outside the system."""
        return self.action in TAKE_OVERS

    @property
    def filing(self) -> dict[str, Any] | None:
        """Return the filing 报送件 that the entry records, or None."""
        return self.body.get("filing")


def timeline(driver: Driver, jurisdiction: int, case: int) -> list[Entry]:
    """Return the entries of a case, oldest first."""
    sql = (
        "SELECT t.idx, t.version, t.at, t.action, t.body, p.name, q.name, x.body, s.id, s.capacity FROM trail t LEFT JOIN people p ON p.id = t.actor_id "
        "LEFT JOIN people q ON q.id = t.prepared_by LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"{NOT_IN_OWN_RIGHT} WHERE +t.jurisdiction = ? AND t.case_id = ?"
    )
    looks = Looks(driver)
    handed_in, sent, signed = looks.at(_materials, case), looks.at(_mails, case), looks.at(_receipts, case)
    # Put in order here: asked for in the order of the log, a case's few entries are looked for in all of it.
    rows = sorted(looks.all(sql, (jurisdiction, case))(), key=itemgetter(0))
    bodies = {row[0]: json.loads(bytes(row[4])) for row in rows}
    held = {row[0]: row[9] for row in rows if row[8] is not None and row[8] == made_in(bodies[row[0]])}
    rows = list({row[0]: row[:8] for row in rows}.values())
    by_version = {row[1]: held[row[0]] for row in rows if row[0] in held}
    receipts = {
        version: (by is not None, name, by_version.get(by or 0, "")) for version, (by, name) in signed().items()
    }
    answered = {
        paper["version"]: Answered(action == "confirm_paper", actor or "", at)
        for index, _, at, action, _, actor, *_ in rows
        for paper in bodies[index].get("inputs", {}).get("papers", ())
    }
    units, noticed = looks.at(_units_named, bodies), looks.at(_notices, jurisdiction, bodies)
    names, notices, materials, mails = units(), noticed(), handed_in(), sent()
    return [
        Entry(
            index, at, action, bodies[index], actor or "", preparer or "", _texts(texts), tuple(materials[version]),
            tuple(mails[index]), receipts.get(version), _transferred(bodies[index], names), held.get(index, ""),
            names.get(bodies[index].get("inputs", {}).get("assisting"), ""), notices.get(index, ""), answered.get(version),
        )
        for index, version, at, action, _, actor, preparer, texts in rows
    ]  # fmt: skip


def _transferred(body: Mapping[str, Any], names: Mapping[int, str]) -> tuple[str, str] | None:
    told = body.get("transferred")
    return (names[told["from"]], names[told["to"]]) if told else None


def _units_named(driver: Driver, bodies: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
    """Return the names of the units that entries name: who answered before and after, who assists; asked only where one does."""
    found = {unit for body in bodies.values() for unit in (body.get("transferred") or {}).values()}
    found |= {unit for body in bodies.values() if (unit := body.get("inputs", {}).get("assisting")) is not None}
    if not found:
        return {}
    among, params = driver.among("id", found)
    return {row[0]: row[1] for row in driver.all(f"SELECT id, name FROM units WHERE {among}", params)}


def _notices(driver: Driver, jurisdiction: int, bodies: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
    """Return by index why dates were reckoned anew, asked only where they were: the notice of a calendar, the reason of a profile.

    Of a suspension 中止计时 who asked for it and who approved it; its reason is not for all who read the case.
    """
    found = {
        index: (name, told)
        for index, body in bodies.items()
        for name in ("calendar", "profile", "suspension")
        if (told := body.get("inputs", {}).get(name)) is not None
    }
    if not found:
        return {}
    among, params = driver.among("t.idx", {entry for _, entry in found.values()})
    sql = (
        "SELECT t.idx, x.body, p.name, q.name FROM trail t LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"LEFT JOIN people p ON p.id = t.actor_id LEFT JOIN people q ON q.id = t.prepared_by WHERE t.jurisdiction = ? AND {among}"
    )
    said = {
        entry: (_texts(side).get("reason", ""), who, by)
        for entry, side, who, by in driver.all(sql, (jurisdiction, *params))
    }
    return {
        index: _decided_by(*said.get(entry, ("", None, None))[1:])
        if name == "suspension"
        else said.get(entry, ("",))[0]
        for index, (name, entry) in found.items()
    }


def _decided_by(who: str | None, by: str | None) -> str:
    return f"{by}申请，{who}审批" if who and by and who != by else f"{who}登记" if who else ""


def entries_after(driver: Driver, case: int, *, version: int = 0, at: int = 0) -> list[tuple[int, str, str]]:
    """Return instant (microseconds), person and action of the moves of a case after a version and an instant."""
    sql = (
        "SELECT t.at, p.name, t.action FROM trail t LEFT JOIN people p ON p.id = t.actor_id "
        "WHERE t.case_id = ? AND t.version > ? AND t.at > ? ORDER BY t.version"
    )
    return [(row[0], row[1] or "", row[2]) for row in driver.all(sql, (case, version, at))]


def entered_by(driver: Driver, case: int) -> tuple[int, str, str] | None:
    """Return instant (microseconds), person and action of the move that brought a case into its state."""
    sql = (
        "SELECT t.at, p.name, t.action FROM cases c JOIN trail t ON t.case_id = c.id AND t.version = c.entered "
        "LEFT JOIN people p ON p.id = t.actor_id WHERE c.id = ?"
    )
    row = driver.one(sql, (case,))
    return (row[0], row[1] or "", row[2]) if row else None


def _texts(side: str | None) -> dict[str, str]:
    kept = json.loads(side) if side else {}
    return {name.removeprefix("answers.").removeprefix("columns."): text for name, (_, text) in kept.items()}


def _materials(driver: Driver, case: int) -> dict[int, list[tuple[int, str, str, int | None]]]:
    found: dict[int, list[tuple[int, str, str, int | None]]] = defaultdict(list)
    for version, *rest in driver.all(
        "SELECT version, id, kind, name, measure_no FROM materials WHERE case_id = ? ORDER BY id", (case,)
    ):
        found[version].append((rest[0], rest[1], rest[2], rest[3]))
    return found


def _mails(driver: Driver, case: int) -> dict[int, list[tuple[str, str, int | None, str]]]:
    found: dict[int, list[tuple[str, str, int | None, str]]] = defaultdict(list)
    sql = (
        f"SELECT o.idx, p.name, {BECAME}, d.sent_at, o.post FROM outbox o LEFT JOIN deliveries d ON d.outbox_id = o.id "
        "LEFT JOIN people p ON p.id = d.person_id WHERE o.case_id = ? ORDER BY o.id, d.id"
    )
    for index, name, state, sent, post in driver.all(sql, (case,)):
        found[index].append((name or "", state or "waiting", sent, post))
    return found


def _receipts(driver: Driver, case: int) -> dict[int, tuple[int | None, str]]:
    """Return by version the version that signed for it, if any, and who did."""
    sql = "SELECT r.version, r.signed_version, p.name FROM receipts r LEFT JOIN people p ON p.id = r.signed_by WHERE r.case_id = ?"
    return {version: (signed, name or "") for version, signed, name in driver.all(sql, (case,))}
