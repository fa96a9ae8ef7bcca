"""Taking in: a file is believed or refused with a sentence; problems become the rows of an import, figures a row of the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import clock
from exchange.growing import must_go_on
from exchange.office import (
    PARCEL,
    TAKEN,
    Correspondent,
    Office,
    Went,
    correspondents,
    last_of,
    parcels,
    units_below,
)
from exchange.parcel import MOST_BYTES, PROBLEMS, REPORT, SORTS, BadParcel, Header, Parcel, looks_like_one, open_parcel
from exchange.sending import CannotSend, read_again, totals
from ledger.sheet import Row, Sheet, SheetFault, shown
from ledger.words import CONTROLS, tidy_name, tidy_number, tidy_text
from register.road import enter
from register.wanted import Entered, Wanted
from storage.household import read_row
from storage.reads.exchange import cases_there
from storage.rows import lock_head
from storage.sql import Driver
from storage.visible import tidy
from storage.work import Work
from workflow.subject import Actor

LABELS: Final = (
    ("number", "编号"), ("unit", "单位"), ("category", "方面"), ("problem", "问题"), ("detail", "具体表现"), ("basis", "定性依据"),
    ("amount", "涉及金额"), ("kind", "整改类型"), ("due", "整改时限"),
)  # fmt: skip
_WORDS: Final = ("category", "problem", "detail", "basis", "amount")
LONGEST_ROUND: Final = 60


@dataclass(frozen=True, slots=True)
class Came:
    """A file that is believed and may be taken in: from whom, its hash and size, whether it was taken in before, and the round that has its problems."""

    parcel: Parcel
    source: Correspondent
    digest: str
    size: int
    known: bool
    round: str
    """The round here that took an earlier file of the row in; empty for the first."""
    gone: tuple[str, ...] = ()
    """Problems of the file before that this one has no more, in words."""

    @property
    def said(self) -> str:
        """Return whose round of theirs it is, in words."""
        header = self.parcel.header
        return tidy(f"{header.teams} {header.round}")

    @property
    def as_of(self) -> date:
        """Return the day on which it was made."""
        return date.fromisoformat(self.parcel.header.as_of)

    @property
    def in_words(self) -> str:
        """Return what it is, as the security log says it."""
        header = self.parcel.header
        return (
            f"{SORTS[header.sort]}：{self.source.name}，{header.round}，第 {header.sequence} 份，{header.count} 个问题"
        )

    @property
    def wanted_round(self) -> str:
        """Return what the round is to be called here, unless somebody says otherwise."""
        return self.round or tidy(f"{self.source.name}{self.parcel.header.round}")[:LONGEST_ROUND]


def is_parcel(path: Path) -> bool:
    """Say whether a kept file means to be one of these."""
    with path.open("rb") as file:
        return looks_like_one(file.read(64))


def open_for(driver: Driver, office: Office, path: Path, today: date) -> Came:
    """Return a file that may be taken in; BadParcel with the reason otherwise."""
    if path.stat().st_size > MOST_BYTES:
        raise BadParcel(f"文件超过 {MOST_BYTES // 2**20} MB")
    content = path.read_bytes()
    there = correspondents(driver, office.jurisdiction, today)
    trusted = {one.id: one.verifier for one in there.values() if not one.ended}
    parcel = open_parcel(content, trusted, office.keys.verifiers())
    source, header, digest = there[parcel.owner], parcel.header, sha256(content).hexdigest()
    if source.is_upper != (header.sort == PROBLEMS):
        raise BadParcel(
            f"{source.name}是下级机构，不收它发来的问题"
            if source.is_lower
            else f"{source.name}是上级机构，不收它报来的情况"
        )
    went = parcels(driver, office.jurisdiction)
    _must_be_of_one_trail(office, parcel, source, went)
    last = last_of(went, way=TAKEN, sort=header.sort, stream=header.stream, correspondent=source.id)
    known = _as_last(header.sequence, digest, last)
    if header.sort == REPORT:
        _must_be_asked(driver, office, parcel, source)
    row = read_row(driver, "round", office.jurisdiction, last.round) if last and header.sort == PROBLEMS else None
    gone = _gone(office, parcel, last) if last and not known and header.sort == PROBLEMS else ()
    return Came(parcel, source, digest, len(content), known, row["name"] if row else "", gone)


def _must_be_of_one_trail(office: Office, parcel: Parcel, source: Correspondent, went: Sequence[Went]) -> None:
    """Hold a file against what of its sender was taken in under the same key."""
    same = (TAKEN, source.id, parcel.header.sender)
    theirs = [one for one in went if (one.way, one.correspondent, one.signer) == same]
    must_go_on(parcel, theirs, lambda one: _header_of(office, one))


def _header_of(office: Office, came: Went) -> Header | None:
    try:
        return read_again(office, came)[0]
    except CannotSend:  # a file that is gone proves nothing
        return None


def _gone(office: Office, parcel: Parcel, last: Went) -> tuple[str, ...]:
    try:
        _, before = read_again(office, last)
    except CannotSend:  # a file that is gone says nothing
        return ()
    now = {row["ref"] for row in parcel.rows}
    return tuple(f"{row['unit']}编号 {row['number']}" for row in before if row["ref"] not in now)


def open_problems(driver: Driver, office: Office, path: Path, today: date) -> Came:
    """Return a file of problems that may be taken in; BadParcel for anything else."""
    came = open_for(driver, office, path, today)
    if came.parcel.header.sort != PROBLEMS:
        raise BadParcel("这是下级报来的情况，不是问题：请在“往来”页收")
    return came


def _as_last(sequence: int, digest: str, last: Went | None) -> bool:
    """Say whether it is the last that was taken in; an older one is refused, and another under the same number."""
    if last is None or sequence > last.sequence:
        return False
    if sequence < last.sequence:
        raise BadParcel(f"这是第 {sequence} 份，已经收过第 {last.sequence} 份：旧的文件不再收")
    if digest != last.digest:
        raise BadParcel(f"第 {sequence} 份已经收过，内容与这一份不同：请向对方核实")
    return True


def _must_be_asked(driver: Driver, office: Office, parcel: Parcel, source: Correspondent) -> None:
    """A report tells of problems of a round of ours, that its sender answers for."""
    units = units_below(driver, office.jurisdiction, source.unit or 0)
    theirs = cases_there(driver, office.jurisdiction, parcel.header.stream, units)
    for place, row in enumerate(parcel.rows, 2):
        if row["ref"] not in theirs:
            raise BadParcel(f"第 {place} 行（编号 {row['number']}）不是本机构发给{source.name}的问题")


def sheet_of(parcel: Parcel) -> Sheet:
    """Return the problems of a file as an import reads a ledger's: its lines are the rows, each value faulty in its cell."""
    faults: list[SheetFault] = []
    rows = tuple(_row(place, one, faults) for place, one in enumerate(parcel.rows, 2))
    often = Counter((row.unit, row.number) for row in rows)
    faults += [
        SheetFault(
            row.row, "编号", shown(row.number), f"“{row.unit}”的编号 {row.number} 有 {often[row.unit, row.number]} 行"
        )
        for row in rows
        if often[row.unit, row.number] > 1
    ]
    fields = frozenset(name for name, _ in LABELS)
    return Sheet(rows, tuple(faults), title=parcel.header.round, fields=fields, labels=LABELS)


def _row(place: int, one: dict[str, Any], faults: list[SheetFault]) -> Row:
    for name, label in LABELS:
        if isinstance(one.get(name), str) and CONTROLS.search(one[name]):
            faults.append(SheetFault(place, label, shown(CONTROLS.sub("", one[name])), "含有不可见的控制字符"))
    said = {name: tidy_text(CONTROLS.sub("", one[name])) for name in _WORDS}
    if not said["problem"]:
        faults.append(SheetFault(place, "问题", "", "没有写问题"))
    return Row(
        place, tidy_number(CONTROLS.sub("", one["number"])), tidy(CONTROLS.sub("", one["unit"])), tidy_name(said["category"]), said["problem"], said["detail"],
        said["basis"], tidy_name(said["amount"]), "", "", "", "", date.fromisoformat(one["due_on"]) if one["due_on"] else None, one["kind"], "", "",
    )  # fmt: skip


def take(work: Work, office: Office, came: Came, round_id: int, actor: Actor, now: datetime) -> Entered | None:
    """Put a file on record as taken in; never commits. Nothing of one that was taken in before.

    BadParcel where one came between its look and now that it cannot be of one trail with.
    """
    if came.known:
        return None
    lock_head(work.driver, office.jurisdiction)
    _must_be_of_one_trail(office, came.parcel, came.source, parcels(work.driver, office.jurisdiction))
    header, checkpoint = came.parcel.header, came.parcel.checkpoint
    figures = totals(came.parcel.rows) if header.sort == REPORT else {"count": header.count}
    fields = {
        "correspondent": came.source.id, "way": TAKEN, "sort": header.sort, "sequence": header.sequence, "round": round_id, "stream": header.stream,
        "digest": came.digest, "size": came.size, "went_on": clock.local_date(now), "as_of": came.as_of, **figures,
        "signer": header.sender, "tree": checkpoint.size, "root": checkpoint.root.hex(),
    }  # fmt: skip
    return enter(work, [Wanted(PARCEL, "take", None, fields, beside={"parcel": True})], actor, now)[0]
