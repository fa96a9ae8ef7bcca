"""Signed checkpoints 检查点: the tree's head at one size, recomputed and signed; later states of the tree must agree with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

import clock
from storage.engine import writing
from storage.troubles import hides_all
from trail.keys import Keys, notes, opened
from trail.note import Checkpoint, NoteError, origin_of, sign
from trail.recompute import root_of_leaves, roots_at
from trail.stored import JurisdictionKey, Stored, StoredHead, snapshot
from trail.tree import BrokenFrontier, decode_frontier, root


class WithheldSignature(RuntimeError):
    """The tree differs from an earlier checkpoint or from its head: nothing is signed, and somebody must find out why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(
            f"“{code}”的检查点未签：{why.rstrip('。')}。请立即运行 zhenggai trail verify 核查，查明之前不要继续办理"
        )
        self.code = code


class ForkDetected(RuntimeError):
    """The database holds less than the last checkpoint, or something else: going on would make a second history."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(
            f"“{code}”的流转日志与最后一个检查点不符：{why.rstrip('。')}。可能恢复了旧备份，继续写入会出现两份历史，已停止启动。"
            f"请恢复最新的备份；确要另起新库，请换一个数据目录，保留原目录 keys 下的 {code}.note 备查"
        )
        self.code = code


@dataclass(frozen=True, slots=True)
class CheckpointNote:
    """A signed checkpoint of a jurisdiction; `fresh` when this call signed it."""

    code: str
    size: int
    root: str
    note: str
    fresh: bool = False


def sign_checkpoint(engine: Engine, home: Path, code: str | None, now: datetime) -> CheckpointNote:
    """Sign the tree as it is stored, or return the last note when nothing was added; WithheldSignature on any doubt."""
    with snapshot(engine) as stored:
        place = stored.place(code)
    keys = Keys(home, place.code)
    with keys.locked():
        key = keys.private()
        last = _remembered(keys)
        checkpoint = _reckoned(engine, place, last, keys)
        note = keys.note() if last and last.size == checkpoint.size else None
        signed = note or _signed(checkpoint, key, keys)
        # The file first, the row second. A crash between leaves a note that the table lacks: the next run finds the
        # same size, signs nothing and puts the row in. The other way round a signature could leave the house in an
        # export and be unknown to the guard, and the tree could be rolled back behind it unnoticed.
        if note is None:
            keys.keep(signed)
        _put(engine, place, checkpoint, signed, now)
    return _as_note(place.code, checkpoint, signed, fresh=note is None)


def guard_start(engine: Engine, home: Path) -> None:
    """Refuse to start, by ForkDetected, on a tree that is smaller than or inconsistent with its last note."""
    noted = notes(home)
    with snapshot(engine) as stored:
        places = {place.code: place for place in stored.places()}
        for code, note in noted.items():
            try:
                _guard(stored, places.get(code), Keys(home, code), note)
            except stored.errors as error:
                if hides_all(error):
                    raise
                raise ForkDetected(code, f"数据库读不出来（{error}）") from error


def _guard(stored: Stored, place: JurisdictionKey | None, keys: Keys, note: bytes) -> None:
    try:
        last = keys.opened(note)
    except NoteError as error:
        raise ForkDetected(keys.code, str(error)) from error
    head = stored.head(place) if place else None
    if place is None or head is None:
        raise ForkDetected(keys.code, "库中没有这个机构的流转日志")
    if head.size < last.size:
        raise ForkDetected(keys.code, f"库中只有 {head.size} 条记录，而检查点时已有 {last.size} 条")
    if _root_then(stored, place, head, last.size) != (last.size, last.root):
        raise ForkDetected(keys.code, f"库中前 {last.size} 条记录与检查点不一致")


def _root_then(stored: Stored, place: JurisdictionKey, head: StoredHead, size: int) -> tuple[int, bytes]:
    if head.size == size:
        try:
            return size, root(decode_frontier(head.frontier, size), size)
        except BrokenFrontier:
            return size, b""
    return root_of_leaves(stored.leaves(place, size))


def _remembered(keys: Keys) -> Checkpoint | None:
    try:
        return keys.last()
    except NoteError as error:
        raise WithheldSignature(keys.code, f"keys 目录下上一个检查点不可信：{error}") from error


def _signed(checkpoint: Checkpoint, key: str, keys: Keys) -> bytes:
    try:
        note = sign(checkpoint.format(), key)
        opened(note, keys.code, keys.verifiers())
    except NoteError as error:
        raise WithheldSignature(keys.code, f"签名密钥与公钥文件不配套：{error}") from error
    return note


def _reckoned(engine: Engine, place: JurisdictionKey, last: Checkpoint | None, keys: Keys) -> Checkpoint:
    """The tree recomputed from the stored bytes; WithheldSignature unless head and earlier checkpoints agree with it."""
    with snapshot(engine) as stored:
        try:
            marks = _marks(stored, place, last, keys)
            size, roots = roots_at(stored.bodies(place), marks)
            head = stored.head(place)
        except stored.errors as error:
            if hides_all(error):
                raise
            raise WithheldSignature(place.code, f"数据库读不出来（{error}）") from error
    _compare_head(head, place, size, roots[size])
    _compare_marks(marks, place, size, roots)
    return Checkpoint(origin_of(place.code), size, roots[size])


def _marks(stored: Stored, place: JurisdictionKey, last: Checkpoint | None, keys: Keys) -> dict[int, bytes]:
    marks = {last.size: last.root} if last else {}
    if rows := stored.checkpoints(place):
        try:
            kept = opened(rows[-1].note, place.code, keys.verifiers())
        except NoteError as error:
            advice = f"换过签名密钥的，请把旧公钥补进 keys 目录下的 {place.code}.pub，一行一个"
            raise WithheldSignature(place.code, f"检查点表的最后一行不可信：{error}{advice}") from error
        marks.setdefault(kept.size, kept.root)
    return marks


def _compare_head(head: StoredHead | None, place: JurisdictionKey, size: int, reckoned: bytes) -> None:
    if head is None:
        raise WithheldSignature(place.code, "树头不见了")
    if head.size != size:
        raise WithheldSignature(place.code, f"树头写明 {head.size} 条记录，库中实有 {size} 条")
    try:
        fits = root(decode_frontier(head.frontier, size), size) == reckoned
    except BrokenFrontier:
        fits = False
    if not fits:
        raise WithheldSignature(place.code, "由库中记录重新计算的根摘要与树头不符，记录或树头被改动过")


def _compare_marks(marks: Mapping[int, bytes], place: JurisdictionKey, size: int, roots: Mapping[int, bytes]) -> None:
    for marked, wanted in sorted(marks.items()):
        if marked > size:
            raise WithheldSignature(place.code, f"库中只有 {size} 条记录，而以前的检查点已有 {marked} 条")
        if roots[marked] != wanted:
            raise WithheldSignature(place.code, f"库中前 {marked} 条记录与以前的检查点不一致")


def _put(engine: Engine, place: JurisdictionKey, checkpoint: Checkpoint, note: bytes, now: datetime) -> None:
    with writing(engine) as work:
        driver = work.driver
        # SQLite fires the append-only trigger before it looks at ON CONFLICT, so we must ask for the row ourselves.
        there = "SELECT 1 FROM checkpoints WHERE jurisdiction = ? AND size = ?"
        if driver.one(there, (place.id, checkpoint.size)) is None:
            driver.run(_ROW, (place.id, checkpoint.size, checkpoint.root, note.decode(), clock.micros(now)))
        work.commit()


_ROW = "INSERT INTO checkpoints (jurisdiction, size, root, note, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"


def _as_note(code: str, checkpoint: Checkpoint, note: bytes, *, fresh: bool = False) -> CheckpointNote:
    return CheckpointNote(code, checkpoint.size, checkpoint.root.hex(), note.decode(), fresh)
