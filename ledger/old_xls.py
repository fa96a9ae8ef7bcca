"""What calamine does not tell of an old .xls: formula and error cells, passwords, and what else an OLE file may be.

Layouts: [MS-CFB] for the container, [MS-XLS] for the records. Damage of any kind ends in Damaged, never in a loop.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ledger.refusals import Damaged, Locked, NotALedger, OldWord
from ledger.sweep import CellPlace, Traces

END_OF_CHAIN = 0xFFFFFFFA
BOF, EOF, BOUNDSHEET, FILEPASS, BOOLERR = 0x0809, 0x000A, 0x0085, 0x002F, 0x0205
WORKSHEET = 0
FORMULAS = frozenset({0x0006, 0x0206, 0x0406})
STRANGERS = {"PowerPoint Document": "这是演示文稿"}


def sweep_xls(data: bytes) -> list[Traces]:
    """The formula and error cells of each worksheet of an old workbook, in the book's order."""
    try:
        stream = _workbook(data)
        # Sheets do not overlap in an honest file; in a crafted one thousands may share the same megabytes.
        budget = _Budget(2 * len(stream))
        return [_traces(stream, offset, budget) for offset in _sheets(stream)]
    except (struct.error, IndexError, ValueError):
        raise Damaged("xls 的内部结构读不出来") from None


def _workbook(data: bytes) -> bytes:
    container = _Container(data)
    if "EncryptedPackage" in container.streams:
        raise Locked
    if not container.streams:
        raise Damaged("xls 的内部结构读不出来")
    for name in ("Workbook", "Book"):
        if name in container.streams:
            return container.read(name)
    if "WordDocument" in container.streams:
        raise OldWord
    what = next((what for name, what in STRANGERS.items() if name in container.streams), "里面没有 Excel 工作簿")
    raise NotALedger(what)


class _Container:
    """The streams of an OLE compound file, by name."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 4096 if struct.unpack_from("<H", data, 30)[0] == 12 else 512
        directory, _, self._cutoff, mini, _, more, _ = struct.unpack_from("<7I", data, 48)
        self._fat = self._table(self._fat_sectors(more))
        self.streams, root = self._directory(directory)
        self._mini_fat = self._table(self._chain(mini, self._fat))
        self._mini_stream = self._joined(root)

    def _directory(self, start: int) -> tuple[dict[str, tuple[int, int]], int]:
        entries = self._joined(start)
        streams, root = {}, END_OF_CHAIN
        for at in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            first, size = struct.unpack_from("<II", entries, at + 116)
            if kind == 5:
                root = first
            elif kind == 2:
                streams[entries[at : at + max(0, length - 2)].decode("utf-16-le", "replace")] = (first, size)
        return streams, root

    def read(self, name: str) -> bytes:
        """The bytes of one stream; small ones lie in the mini stream."""
        first, size = self.streams[name]
        if size >= self._cutoff:
            return self._joined(first)[:size]
        pieces = self._chain(first, self._mini_fat)
        return b"".join(self._mini_stream[piece * 64 : piece * 64 + 64] for piece in pieces)[:size]

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _joined(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._chain(start, self._fat)))

    def _table(self, sectors: list[int]) -> list[int]:
        content = b"".join(map(self._sector, sectors))
        return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))

    def _fat_sectors(self, more: int) -> list[int]:
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        seen: set[int] = set()
        while more < END_OF_CHAIN and more not in seen:
            seen.add(more)
            *page, more = struct.unpack(f"<{self._size // 4}I", self._sector(more))
            numbers.extend(page)
        needed = len(self._data) // self._size // (self._size // 4) + 1
        return [number for number in numbers if number < END_OF_CHAIN][:needed]

    @staticmethod
    def _chain(start: int, fat: list[int]) -> list[int]:
        chain: list[int] = []
        while start < END_OF_CHAIN:
            if len(chain) > len(fat):
                raise Damaged("xls 的内部结构成环")
            chain.append(start)
            start = fat[start]
        return chain


class _Budget:
    """How many bytes of records may still be walked."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise Damaged("xls 的工作表互相重叠")


def _sheets(stream: bytes) -> Iterator[int]:
    for kind, body in _records(stream, 0):
        if kind == FILEPASS:
            raise Locked
        if kind == BOUNDSHEET and body[5] == WORKSHEET:
            yield struct.unpack_from("<I", body)[0]
        if kind == EOF:
            return


def _traces(stream: bytes, offset: int, budget: _Budget) -> Traces:
    formulas: set[CellPlace] = set()
    errors: set[CellPlace] = set()
    depth = 0
    for kind, body in _records(stream, offset):
        budget.spend(4 + len(body))
        depth += (kind == BOF) - (kind == EOF)
        if depth == 0:
            break
        if kind in FORMULAS and depth == 1:
            formulas.add(struct.unpack_from("<HH", body))
        elif kind == BOOLERR and depth == 1 and body[7]:
            errors.add(struct.unpack_from("<HH", body))
    return Traces(frozenset(formulas), frozenset(errors))


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
