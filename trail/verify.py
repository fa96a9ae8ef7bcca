"""Verify 核验: stored bytes are hashed before anything is parsed, then head, checkpoints, replay and tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from storage.sql import Row
from storage.troubles import hides_all
from trail.compare import compare
from trail.keys import Keys, notes
from trail.note import NoteError
from trail.offline import Bad
from trail.replay import Folded, first_unreadable, fold, instant
from trail.stored import JurisdictionKey, Stored, StoredCheckpoint, StoredHead, snapshot
from trail.tree import Frontier, empty_root, encode_frontier, extend, levels, push, root


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: all is well, or the first bad index and a sentence; `erased` texts could not be opened."""

    ok: bool
    size: int
    root: str | None = None
    first_bad: int | None = None
    why: str = ""
    erased: int = 0

    def report(self) -> dict[str, Any]:
        """Return it as `zhenggai trail verify --json` says it."""
        if self.ok:
            return {"ok": True, "size": self.size, "root": self.root}
        return {"ok": False, "first_bad": self.first_bad, "why": self.why}


@dataclass(slots=True)
class Hashed:
    """The tree over the stored bytes up to the first damaged row; `bad` says what is wrong with that row."""

    size: int = 0
    frontier: Frontier = ()
    roots: dict[int, bytes] = field(default_factory=lambda: {0: empty_root()})
    bad: Bad | None = None

    def root(self) -> bytes:
        """Return the root of what was hashed."""
        return root(self.frontier, self.size)


def verify(engine: Engine, home: Path, code: str | None = None) -> Verified:
    """Verify one jurisdiction, or all: then sizes are added up, and the root is that of the only one.

    A database that cannot be read now (down, locked, no right to it) raises its driver's error: nothing was found.
    """
    noted = notes(home)
    try:
        with snapshot(engine) as stored:
            places = [stored.place(code)] if code else stored.places()
            found = [_verify_one(stored, place, Keys(home, place.code), noted.get(place.code)) for place in places]
            strays = None if code else _strays(stored, noted)
    except (engine.dialect.loaded_dbapi.Error, DBAPIError, UnicodeDecodeError) as error:
        # A database that cannot be read proves nothing: no entry is called bad because a file or a server would not open.
        if hides_all(error):
            raise
        why = f"数据库读不出来，可能已损坏（{getattr(error, 'orig', error)}）"
        return Verified(ok=False, size=0, first_bad=0, why=why)
    bad = next((one for one in (*found, strays) if one and not one.ok), None)
    if bad:
        return bad
    only = found[0].root if len(found) == 1 else None
    return Verified(ok=True, size=sum(one.size for one in found), root=only, erased=sum(one.erased for one in found))


def _strays(stored: Stored, noted: Collection[str]) -> Verified | None:
    """What belongs to no jurisdiction: entries or checkpoints of one that does not exist."""
    gone = sorted(set(noted) - {place.code for place in stored.places()})
    why = [f"keys 目录下有“{code}”的检查点，库中却没有这个机构：库被换过，或恢复了旧备份" for code in gone]
    why += [f"流转日志中有不属于任何机构（编号 {number}）的记录" for number in stored.strays()]
    return Verified(ok=False, size=0, first_bad=0, why=why[0]) if why else None


def _verify_one(stored: Stored, place: JurisdictionKey, keys: Keys, last: bytes | None) -> Verified:
    check = _Check(stored, place, keys, last)
    try:
        folded = check.run()
    except Bad as bad:
        return Verified(ok=False, size=check.hashed.size, first_bad=bad.index, why=f"机构“{place.code}”：{bad.why}")
    return Verified(ok=True, size=check.hashed.size, root=check.hashed.root().hex(), erased=folded.erased)


@dataclass(slots=True)
class _Mark:
    """A size and root that were signed, or why they cannot be believed."""

    size: int
    root: bytes = b""
    fault: str | None = None


class _Check:
    """One jurisdiction, step by step; each step raises Bad."""

    def __init__(self, stored: Stored, place: JurisdictionKey, keys: Keys, last: bytes | None) -> None:
        self.stored = stored
        self.place = place
        self.keys = keys
        self.last = last
        self.hashed = Hashed()

    def run(self) -> Folded:
        """Run all steps in their order."""
        try:
            return self._steps()
        except (self.stored.errors, UnicodeDecodeError) as error:
            if hides_all(error):
                raise
            raise Bad(self.hashed.size, f"数据库读不出来，文件可能已损坏（{error}）") from error

    def _steps(self) -> Folded:
        marks = self._marks()
        hash_rows(self.stored.rows(self.place), {mark.size for mark in marks}, self.hashed)
        head = self.stored.head(self.place)
        bad = self.hashed.bad or self._head_fault(head, marks) or self._mark_fault(marks)
        if bad:
            # An earlier entry may have been replaced together with its leaf: then hashes fit, but the bytes are no entry.
            raise first_unreadable(self.stored, self.place, self.hashed.size) or bad
        folded = fold(self.stored, self.place)
        if head and folded.size and instant(head.last_at) != folded.at:
            raise Bad(max(folded.size - 1, 0), "树头的时间与最后一条记录不符：树头被改动过")
        compare(self.stored, self.place, folded)
        return folded

    def _marks(self) -> list[_Mark]:
        marks = [_mark_of_row(row, self.keys) for row in self.stored.checkpoints(self.place)]
        try:
            last = self.keys.opened(self.last) if self.last is not None else None
        except NoteError as error:
            marks.append(_Mark(0, fault=f"keys 目录下的最后一个检查点不可信（{error}）"))
        else:
            marks += [_Mark(last.size, last.root)] if last else []
        return marks

    def _head_fault(self, head: StoredHead | None, marks: Sequence[_Mark]) -> Bad | None:
        size = self.hashed.size
        if head is None:
            return Bad(self._last_fitting(marks), "树头不见了，无法核对记录是否齐全")
        if isinstance(head.size, int) and head.size > size:
            return Bad(size, f"第 {size} 条记录起缺失：树头写明共 {head.size} 条")
        if isinstance(head.size, int) and head.size < size:
            return Bad(max(head.size, 0), f"第 {head.size} 条记录起是多出来的：树头写明只有 {head.size} 条")
        if head.size != size or head.frontier != encode_frontier(self.hashed.frontier):
            return Bad(self._last_fitting(marks), "树头与记录不符：记录连同其摘要被改写过，或树头被改动过")
        return None

    def _mark_fault(self, marks: Sequence[_Mark]) -> Bad | None:
        why = next((fault for mark in marks if (fault := self._against(mark))), None)
        return Bad(self._last_fitting(marks), why) if why else None

    def _against(self, mark: _Mark) -> str | None:
        if mark.fault:
            return mark.fault
        if mark.size > self.hashed.size:
            return f"只有 {self.hashed.size} 条记录，少于检查点的 {mark.size} 条：尾部被截断，或恢复了旧备份"
        fits = self.hashed.roots[mark.size] == mark.root
        return None if fits else f"前 {mark.size} 条记录与检查点不一致：历史被改写过"

    def _last_fitting(self, marks: Sequence[_Mark]) -> int:
        return max((mark.size for mark in marks if self._against(mark) is None), default=0)


def _mark_of_row(row: StoredCheckpoint, keys: Keys) -> _Mark:
    try:
        checkpoint = keys.opened(row.note)
    except NoteError as error:
        return _Mark(0, fault=f"检查点表中第 {row.size} 条处的检查点不可信（{error}）")
    if (checkpoint.size, checkpoint.root) != (row.size, row.root):
        return _Mark(0, fault=f"检查点表中第 {row.size} 条处的列与其签名文本不符")
    return _Mark(row.size, row.root)


def hash_rows(chunks: Iterable[list[Row]], sizes: Collection[int], hashed: Hashed) -> None:
    """Hash the stored bytes in order, against their leaves and without gaps; keep the roots at some sizes."""
    for chunk in chunks:
        whole = len(chunk) if _fits(chunk, hashed.size) else _first_fault(chunk, hashed.size)
        _grow(hashed, [row[2] for row in chunk[:whole]], sizes)
        if whole < len(chunk):
            hashed.bad = _fault(chunk[whole], hashed.size)
            return


def _fits(chunk: Sequence[Row], start: int) -> bool:
    """The quick look at a whole chunk."""
    places, bodies, leaves = zip(*chunk, strict=True)
    if places != tuple(range(start, start + len(chunk))):
        return False
    try:
        return [sha256(b"\x00" + body).digest() for body in bodies] == list(leaves)
    except TypeError:
        return False


def _first_fault(chunk: Sequence[Row], start: int) -> int:
    return next(at for at, row in enumerate(chunk) if _fault(row, start + at))


def _fault(row: Row, expected: int) -> Bad | None:
    index, body, leaf = row
    if index != expected:
        extra = isinstance(index, int) and index < expected
        return Bad(index, f"多出第 {index} 条记录") if extra else Bad(expected, f"第 {expected} 条记录缺失")
    if not isinstance(body, bytes) or sha256(b"\x00" + body).digest() != leaf:
        return Bad(index, f"第 {index} 条记录的内容与其摘要不符：内容或摘要被改动过")
    return None


def _grow(hashed: Hashed, leaves: Sequence[bytes], sizes: Collection[int]) -> None:
    done, start = 0, hashed.size
    for stop in sorted({*(size - start for size in sizes if start < size < start + len(leaves)), len(leaves)}):
        hashed.frontier = _extended(hashed.frontier, start + done, leaves[done:stop])
        done, hashed.size = stop, start + stop
        if hashed.size in sizes:
            hashed.roots[hashed.size] = hashed.root()


def _extended(frontier: Frontier, size: int, leaves: Sequence[bytes]) -> Frontier:
    count = len(leaves)
    if not count or count & (count - 1) or size % count:
        return extend(frontier, size, leaves)
    # A chunk that is one complete subtree is folded row by row, which is quicker than leaf by leaf.
    *_, (top,) = levels(leaves)
    return push(frontier, size // count, top)
