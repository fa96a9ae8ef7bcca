"""Sending: the problems of a round down, where they stand up; each file signed, counted and on record before it is handed out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import file_digest, sha256
from typing import Any

from sqlalchemy import Engine

import clock
from exchange.growing import proofs_before
from exchange.office import (
    PARCEL,
    SENT,
    TAKEN,
    Correspondent,
    Office,
    Went,
    correspondents,
    last_of,
    parcels,
    units_below,
)
from exchange.parcel import ENDING, FIGURES, MOST_ROWS, PROBLEMS, REPORT, SORTS, BadParcel, Header, read_kept, write
from register.household import must_enter
from register.wanted import Wanted
from states import DONE, WITHDRAWN
from storage.engine import reading, writing
from storage.files import place_of
from storage.household import read_row
from storage.reads.exchange import Fed, Stood, fed_back, standing
from storage.rows import lock_head
from storage.sql import Driver
from trail.checkpoint import WithheldSignature, sign_checkpoint
from trail.keys import Keys
from trail.note import Checkpoint, NoteError, label_of
from trail.stored import JurisdictionKey, snapshot
from trail.tree import inclusion_path, levels
from workflow.subject import Actor


class CannotSend(ValueError):
    """No file is made; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made and is on record: its name and content."""

    name: str
    content: bytes
    what: str


def send_problems(engine: Engine, office: Office, to: int, round_id: int, actor: Actor, now: datetime) -> Made:
    """Make the file of all problems of a round that a lower office answers for, each with the proof of its birth."""
    today = clock.local_date(now)
    with reading(engine) as work:
        one = _whom(work.driver, office, to, today, lower=True)
        turn = _round(work.driver, office, round_id)
        units = units_below(work.driver, office.jurisdiction, one.unit or 0)
        fed = fed_back(work.driver, office.jurisdiction, round_id, units)
    if not fed:
        raise CannotSend(f"轮次“{turn['name']}”没有反馈给{one.name}的问题")
    if len(fed) > MOST_ROWS:
        raise CannotSend(f"有 {len(fed)} 个问题，一份文件最多 {MOST_ROWS} 个")
    note, checkpoint = _checkpoint(engine, office, max(row.at for row in fed), now)
    tree = _tree(engine, office, checkpoint)
    rows = [_problem(row, [one.hex() for one in inclusion_path(tree, row.at)]) for row in fed]
    teams = "、".join(dict.fromkeys(row.team for row in fed if row.team))
    shown = _Shown(note, checkpoint, tree)
    head = _Head(PROBLEMS, round_id, round_id, turn["name"], teams[:200], shown)
    return _put(engine, office, one, head, rows, {"count": len(rows)}, actor, now)


def send_report(engine: Engine, office: Office, round_id: int, actor: Actor, now: datetime) -> Made:
    """Make the file that tells the upper office where the problems of its round stand: no names, no clues, nothing of other rounds."""
    today = clock.local_date(now)
    with reading(engine) as work:
        turn = _round(work.driver, office, round_id)
        one = _whom(work.driver, office, turn.get("source_id") or 0, today, lower=False)
        came = last_of(
            parcels(work.driver, office.jurisdiction), way=TAKEN, sort=PROBLEMS, round=round_id, correspondent=one.id
        )
        there = standing(work.driver, office.jurisdiction, round_id, today)
    if came is None:
        raise CannotSend(f"轮次“{turn['name']}”的问题不是凭往来文件收下的，没有{one.name}的编号，不能报")
    theirs, rows_there = read_again(office, came)
    rows = _matched(rows_there, there)
    note, checkpoint = _checkpoint(engine, office, None, now)
    shown = _Shown(note, checkpoint, _tree(engine, office, checkpoint))
    head = _Head(REPORT, came.stream, round_id, theirs.round, theirs.teams, shown)
    return _put(engine, office, one, head, rows, totals(rows), actor, now)


def totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the figures of a report: what was withdrawn counts nowhere."""
    counted = [row for row in rows if row["state"] != WITHDRAWN]
    figures: Counter[str] = Counter()
    for row in counted:
        figures.update(row["results"])
    return {
        "count": len(counted), "done": sum(row["state"] in DONE for row in counted), "overdue": sum(row["overdue"] for row in counted),
        "rules": figures["rules_new"] + figures["rules_revised"], "fen": figures["money_recovered"],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shown:
    note: str
    checkpoint: Checkpoint
    tree: Sequence[Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class _Head:
    sort: str
    stream: int
    round_id: int
    round: str
    teams: str
    shown: _Shown


def _whom(driver: Driver, office: Office, number: int, today: date, *, lower: bool) -> Correspondent:
    one = correspondents(driver, office.jurisdiction, today).get(number)
    if one is None or one.is_lower != lower:
        raise CannotSend("请选择下级机构" if lower else "这一轮不是上级机构发来的，没有上报的去处")
    if one.ended:
        raise CannotSend(f"{one.name}已停用，不再往来")
    return one


def _round(driver: Driver, office: Office, number: int) -> dict[str, Any]:
    row = read_row(driver, "round", office.jurisdiction, number)
    if row is None:
        raise CannotSend("请选择轮次")
    return row


def _checkpoint(engine: Engine, office: Office, index: int | None, now: datetime) -> tuple[str, Checkpoint]:
    """Return the last checkpoint where it covers an entry, else one signed now; of all there is where none is named."""
    try:
        note = office.keys.note()
        last = office.keys.opened(note) if note is not None else None
        if note is None or last is None or index is None or last.size <= index:
            note = sign_checkpoint(engine, office.home, office.code, now).note.encode()
        return note.decode(), office.keys.opened(note)
    except (WithheldSignature, NoteError) as why:
        raise CannotSend(str(why)) from why


def _tree(engine: Engine, office: Office, checkpoint: Checkpoint) -> list[list[bytes]]:
    """Return the rows of the tree that a checkpoint covers."""
    with snapshot(engine) as stored:
        tree = list(levels(stored.leaves(JurisdictionKey(office.jurisdiction, office.code), checkpoint.size)))
    if tree[-1:] != [[checkpoint.root]]:
        raise CannotSend("流转日志与检查点不符，不能出具证明：请运行 zhenggai trail verify 核查")
    return tree


def _problem(row: Fed, path: list[str]) -> dict[str, Any]:
    salt, words = json.loads(row.texts).get("words", ("", ""))
    if not salt:
        raise CannotSend(f"{row.unit}编号 {row.number} 的原文已抹去，不能证实，不能发出")
    return {
        **json.loads(words), "ref": row.case, "unit": row.unit, "number": row.number, "kind": row.kind,
        "fed_back_on": row.fed_back_on.isoformat(), "due_on": _iso(row.due_on), "index": row.at, "entry": row.body.decode(),
        "salt": salt, "path": path,
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def read_again(office: Office, came: Went) -> tuple[Header, tuple[dict[str, Any], ...]]:
    """Read again a file that was taken in, as it was kept."""
    path = place_of(office.home, came.digest)
    try:
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != came.digest:
                raise CannotSend("收下的文件已被改动，请从备份找回")
        return read_kept(path.read_bytes())
    except (OSError, BadParcel) as why:
        raise CannotSend("收下的文件不在了，请从备份找回，或请对方再发一份") from why


def _matched(theirs: Sequence[Mapping[str, Any]], there: Sequence[Stood]) -> list[dict[str, Any]]:
    """Return the problems that came, as they stand: found by unit and number, or where a unit is called otherwise by now, by their words."""
    by_place = {(one.unit, one.number): one for one in there}
    words: Callable[[Stood], tuple[str, str, str]] = lambda one: (one.number, one.problem, one.detail)  # noqa: E731
    often = Counter(map(words, there))
    by_words = {words(one): one for one in there if often[words(one)] == 1}
    found = (
        (
            row,
            by_place.get((row["unit"], row["number"])) or by_words.get((row["number"], row["problem"], row["detail"])),
        )
        for row in theirs
    )
    return [_standing(row, one) for row, one in found if one is not None]


def _standing(row: Mapping[str, Any], one: Stood) -> dict[str, Any]:
    return {
        "ref": row["ref"], "unit": row["unit"], "number": row["number"], "state": one.state, "kind": one.kind, "fed_back_on": _iso(one.fed_back_on),
        "due_on": _iso(one.due_on), "submitted_on": _iso(one.submitted_on), "verified_on": _iso(one.verified_on), "overdue": one.overdue,
        "results": {name: amount for name, amount in one.results.items() if name in FIGURES},
    }  # fmt: skip


def _put(
    engine: Engine,
    office: Office,
    one: Correspondent,
    head: _Head,
    rows: Sequence[Mapping[str, Any]],
    figures: Mapping[str, int],
    actor: Actor,
    now: datetime,
) -> Made:
    """Give the file its place in its row of files, sign it and put it on record, in one transaction."""
    today, sender = clock.local_date(now), label_of(_own(office.keys))
    checkpoint = head.shown.checkpoint
    with writing(engine) as work:
        lock_head(work.driver, office.jurisdiction)
        went = parcels(work.driver, office.jurisdiction)
        last = last_of(went, way=SENT, sort=head.sort, stream=head.stream, correspondent=one.id)
        sequence = last.sequence + 1 if last else 1
        before = {to.tree for to in went if (to.way, to.correspondent, to.signer) == (SENT, one.id, sender)}
        if max(before, default=0) > checkpoint.size:
            raise CannotSend("刚有另一份发给这个机构的文件做成，请再下载一次")
        header = Header(
            head.sort,
            sender,
            label_of(one.verifier),
            office.title[:200],
            head.stream,
            head.round,
            head.teams,
            sequence,
            today.isoformat(),
            len(rows),
            head.shown.note,
            proofs_before(head.shown.tree, (size for size in before if size < checkpoint.size)),
        )
        content = write(header, rows, office.keys.private())
        fields = {
            "correspondent": one.id, "way": SENT, "sort": head.sort, "sequence": sequence, "round": head.round_id, "stream": head.stream,
            "digest": sha256(content).hexdigest(), "size": len(content), "went_on": today, "as_of": today, **figures,
            "signer": sender, "tree": checkpoint.size, "root": checkpoint.root.hex(),
        }  # fmt: skip
        must_enter(work, [Wanted(PARCEL, "send", None, fields, beside={"parcel": True})], actor, now)
        work.commit()
    what = f"{SORTS[head.sort]}：{one.name}，{head.round}，第 {sequence} 份，{len(rows)} 个问题"
    return Made(f"{head.round}-{SORTS[head.sort]}-第{sequence}份{ENDING}", content, what)


def _own(keys: Keys) -> str:
    """Return the verifier of the key that signs: the newest."""
    keys.private()
    return keys.verifiers()[-1]
