"""A trail as the database holds it: one consistent snapshot, read as bytes and in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Engine

from results import COLUMNS
from states import UNIT_SIDE
from storage.columns import CLOCK, FIXED, MOVING
from storage.sql import Driver, Row
from storage.standings import ROW
from trail.fold import said

CHUNK: Final = 1024  # entries read at a time, a complete subtree: a few megabytes, whatever the size of the trail
CASES: Final = 500
LEAST: Final = -(2**63)
LOOKUP: Final = ("case_id", "version", "action", "actor_id", "prepared_by", "at", "about")
WORDS: Final = ("category", "problem", "detail", "basis", "amount", "words")
STANDING_ROW: Final = (*ROW, "to_at")
MEASURE: Final = ("text", "person", "department", "due_on", "checked_by", "why", "yearly")
CASE: Final = (*FIXED, *MOVING, *WORDS, *UNIT_SIDE)


class UnknownJurisdiction(LookupError):
    """No such jurisdiction, or none was named where there are several."""

    def __init__(self, code: str | None, known: Sequence[str]) -> None:
        wrong = f"没有代码为“{code}”的巡察机构" if code else "请用 --jurisdiction 指明" if known else "还没有巡察机构"
        super().__init__(f"{wrong}；现有：{'、'.join(known) or '无'}")


@dataclass(frozen=True, slots=True)
class JurisdictionKey:
    """A jurisdiction: its number in rows, its code in entries."""

    id: int
    code: str


@dataclass(frozen=True, slots=True)
class StoredHead:
    """The head as stored, not yet believed."""

    size: Any
    frontier: bytes
    last_at: Any


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A row of checkpoints as stored, not yet believed."""

    size: int
    root: bytes
    note: bytes


class Stored(Driver):
    """One moment of the database; moves go on meanwhile."""

    def __init__(self, connection: Connection, errors: type[Exception]) -> None:
        """Take the connection of the snapshot, and the errors that its driver raises when rows cannot be read."""
        super().__init__(connection)
        self.errors = errors

    def places(self) -> list[JurisdictionKey]:
        """Return all jurisdictions in the order of their numbers."""
        return [JurisdictionKey(*row) for row in self.all("SELECT id, code FROM jurisdictions ORDER BY id")]

    def place(self, code: str | None) -> JurisdictionKey:
        """Return the jurisdiction of that code, or the only one; UnknownJurisdiction otherwise."""
        places = self.places()
        found = [place for place in places if code in (None, place.code)]
        if len(found) != 1:
            raise UnknownJurisdiction(code, [place.code for place in places])
        return found[0]

    def strays(self) -> list[int]:
        """Return the numbers under which entries lie though no jurisdiction has them."""
        sql = "SELECT DISTINCT jurisdiction FROM trail WHERE jurisdiction NOT IN (SELECT id FROM jurisdictions)"
        return [row[0] for row in self.all(sql)]

    def head(self, place: JurisdictionKey) -> StoredHead | None:
        """Return the head, None when its row is gone."""
        frontier = self._bytes("frontier")
        row = self.one(f"SELECT size, {frontier}, last_at FROM heads WHERE jurisdiction = ?", (place.id,))  # noqa: S608
        return StoredHead(row[0], bytes(row[1] or b""), row[2]) if row else None

    def checkpoints(self, place: JurisdictionKey) -> list[StoredCheckpoint]:
        """Return the checkpoints in the order of their sizes."""
        columns = f"size, {self._bytes('root')}, {self._bytes('note')}"
        sql = f"SELECT {columns} FROM checkpoints WHERE jurisdiction = ? ORDER BY size"  # noqa: S608
        return [StoredCheckpoint(row[0], bytes(row[1]), _encoded(row[2])) for row in self.all(sql, (place.id,))]

    def kept(self, table: str) -> dict[str, str]:
        """Return the bodies of `definitions` or `profiles` by hash."""
        return dict(self.all(f"SELECT hash, body FROM {table}"))  # noqa: S608 two names from this package

    def rows(self, place: JurisdictionKey) -> Iterator[list[Row]]:
        """Yield (idx, body, leaf) in order, in chunks."""
        return self._chunks(place, f"t.idx, {self._bytes('t.body')}, {self._bytes('t.leaf')}", "")

    def bodies(self, place: JurisdictionKey, below: int | None = None) -> Iterator[bytes]:
        """Yield the stored bytes of the entries in order, of all or of those below an index; nothing as no bytes."""
        for chunk in self._chunks(place, f"t.idx, {self._bytes('t.body')}", ""):
            for index, body in chunk:
                if below is not None and index >= below:
                    return
                yield body or b""

    def leaves(self, place: JurisdictionKey, below: int | None = None) -> Iterator[bytes]:
        """Yield the stored leaf hashes in order, of all or of those below an index."""
        for chunk in self._chunks(place, f"t.idx, {self._bytes('t.leaf')}", ""):
            for index, leaf in chunk:
                if below is not None and index >= below:
                    return
                yield leaf or b""

    def entries(self, place: JurisdictionKey) -> Iterator[Row]:
        """Yield (idx, body, leaf, salts and texts, lookup columns …) in order."""
        read = ("t.idx", self._bytes("t.body"), self._bytes("t.leaf"), "x.body", *(f"t.{name}" for name in LOOKUP))
        columns = ", ".join(read)
        join = "LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx"
        for chunk in self._chunks(place, columns, join):
            yield from chunk

    def bodies_at(self, place: JurisdictionKey, indexes: Sequence[int]) -> dict[int, bytes]:
        """Return the stored bytes of some entries by index."""
        if not indexes:
            return {}
        among, params = self.among("t.idx", indexes)
        sql = f"SELECT t.idx, {self._bytes('t.body')} FROM trail t WHERE t.jurisdiction = ? AND {among}"  # noqa: S608
        return {row[0]: row[1] for row in self._raw(sql, (place.id, *params))}

    def entries_at(self, place: JurisdictionKey, indexes: Sequence[int]) -> list[Row]:
        """Return (idx, body, leaf, salts and texts) of some entries in order."""
        among, params = self.among("t.idx", indexes)
        sql = (
            f"SELECT t.idx, {self._bytes('t.body')}, {self._bytes('t.leaf')}, x.body FROM trail t "  # noqa: S608
            f"LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx WHERE t.jurisdiction = ? AND {among} ORDER BY t.idx"
        )
        return self._raw(sql, (place.id, *params))

    def cases(self, place: JurisdictionKey) -> Iterator[list[dict[str, Any]]]:
        """Yield the columns of all cases in the order of their ids, in chunks."""
        sql = f"SELECT {', '.join(CASE)} FROM cases WHERE jurisdiction = ? AND id > ? ORDER BY id LIMIT {CASES}"  # noqa: S608
        last = LEAST
        while chunk := self.all(sql, (place.id, last)):
            last = chunk[-1][0]
            yield [dict(zip(CASE, row, strict=True)) for row in chunk]

    def wholes(self, parts: Collection[int]) -> set[int]:
        """Return the cases off which some cases were split 拆分."""
        if not parts:
            return set()
        among, params = self.among("id", list(parts))
        sql = f"SELECT split_from FROM cases WHERE {among} AND split_from IS NOT NULL"  # noqa: S608
        return {row[0] for row in self.all(sql, params)}

    def clocks(self, cases: Sequence[int]) -> list[dict[str, Any]]:
        """Return the columns of the clocks of some cases."""
        among, params = self.among("case_id", cases)
        rows = self.all(f"SELECT {', '.join(CLOCK)} FROM clocks WHERE {among} ORDER BY case_id, name", params)  # noqa: S608
        return [dict(zip(CLOCK, row, strict=True)) for row in rows]

    def filings(self, place: JurisdictionKey) -> list[Row]:
        """Return (round, unit, kind, version, document, commitment, signer, instant) of all filings."""
        sql = "SELECT round_id, answerable_id, kind, version, sha256, commitment, signed_by, at FROM filings WHERE jurisdiction = ?"
        return self.all(sql, (place.id,))

    def filing_inspections(self, place: JurisdictionKey) -> list[Row]:
        """Return (round, unit, kind, version, inspection) of all that filings cover."""
        sql = (
            "SELECT i.round_id, i.answerable_id, i.kind, i.version, i.inspection_id FROM filing_inspections i "
            "JOIN rounds r ON r.id = i.round_id WHERE r.jurisdiction = ?"
        )
        return self.all(sql, (place.id,))

    def copies(self, place: JurisdictionKey) -> list[Row]:
        """Return (case, version, role, cases, what signed, who, answer by, what answered, who, what pressed) of all that went in copy."""
        sql = (
            "SELECT k.case_id, k.version, k.role, k.cases, k.signed_version, k.signed_by, "
            "k.reply_by, k.answered_version, k.answered_by, k.pressed_version FROM copies k "
            "JOIN inspections i ON i.id = k.inspection_id WHERE i.jurisdiction = ?"
        )
        return self.all(sql, (place.id,))

    def results(self, cases: Sequence[int]) -> list[Row]:
        """Return (case, version, kind, amount, version until which it held) of the figures of some cases."""
        among, params = self.among("case_id", cases)
        return self.all(f"SELECT case_id, version, kind, amount, until_version FROM results WHERE {among}", params)  # noqa: S608

    def achieved(self, cases: Sequence[int]) -> list[Row]:
        """Return (case, version, no, the columns of the row, version until which it held) of what is listed in some cases, in order."""
        among, params = self.among("case_id", cases)
        sql = f"SELECT case_id, version, no, {', '.join(COLUMNS)}, until_version FROM achieved WHERE {among} ORDER BY case_id, version, no"  # noqa: S608
        return self.all(sql, params)

    def measures(self, cases: Sequence[int]) -> list[Row]:
        """Return (case, version, no, the columns of the row, version until which it held) of the measures of some cases, in order."""
        among, params = self.among("case_id", cases)
        sql = f"SELECT case_id, version, no, {', '.join(MEASURE)}, until_version FROM measures WHERE {among} ORDER BY case_id, version, no"  # noqa: S608
        # The reason of a measure is a person's words, not JSON as that of a clock.
        return [
            tuple(value.isoformat() if isinstance(value, date) else value for value in row)
            for row in self.all(sql, params)
        ]

    def plans(self, cases: Sequence[int]) -> list[Row]:
        """Return (case, how many measures, since which version they held, until which) of the plans of some cases."""
        among, params = self.among("case_id", cases)
        sql = f"SELECT case_id, COUNT(*), version, until_version FROM measures WHERE {among} GROUP BY case_id, version, until_version"  # noqa: S608
        return self.all(sql, params)

    def standings(self, cases: Sequence[int]) -> list[Row]:
        """Return the standings of some cases, of each in order: the columns of a row as entries say them, and last when it ended."""
        among, params = self.among("case_id", cases)
        sql = f"SELECT {', '.join(ROW)}, to_at FROM standings WHERE {among} ORDER BY case_id, entry"  # noqa: S608
        return [tuple(said(STANDING_ROW, row).values()) for row in self.all(sql, params)]

    def assisting(self, place: JurisdictionKey) -> list[Row]:
        """Return (case, version, unit, since, until, task) of all units that assist or did."""
        sql = (
            "SELECT x.case_id, x.version, x.unit_id, x.since, x.until, x.task FROM assisting x "
            "JOIN cases c ON c.id = x.case_id WHERE c.jurisdiction = ?"
        )
        return self.all(sql, (place.id,))

    def _chunks(self, place: JurisdictionKey, columns: str, join: str) -> Iterator[list[Row]]:
        start = f"SELECT {columns} FROM trail t {join} WHERE t.jurisdiction = ?"  # noqa: S608
        rest = f"ORDER BY t.idx LIMIT {CHUNK}"
        last = LEAST  # an entry slipped in at -1 must be seen
        while chunk := self._raw(f"{start} AND t.idx > ? {rest}", (place.id, last)):
            yield chunk
            last = chunk[-1][0]

    def _raw(self, sql: str, params: Sequence[Any]) -> list[Row]:
        if self.sqlite:
            return self.all(sql, params)
        # The binary format sends bytes as they are; the text format would send them as hex, twice as long.
        cursor = self.connection.cursor(binary=True)
        rows: list[Row] = cursor.execute(sql.replace("?", "%s"), params).fetchall()
        return rows

    def _bytes(self, column: str) -> str:
        # SQLite keeps whatever type was written: if it is text, it must not be decoded before it is hashed.
        return f"CAST({column} AS BLOB)" if self.sqlite else column


@contextmanager
def snapshot(engine: Engine) -> Iterator[Stored]:
    """Open one snapshot of the database: entries, heads and tables agree with each other while moves go on."""
    loaded = engine.dialect.loaded_dbapi
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection:
        yield Stored(connection, loaded.Error)


def _encoded(note: Any) -> bytes:
    return note.encode() if isinstance(note, str) else bytes(note or b"")
