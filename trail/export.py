"""Export 存证导出: one jurisdiction's trail in one file of JSON lines, for somebody who checks it elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from states import MOVES
from trail.keys import Keys, is_code
from trail.offline import FORMAT
from trail.recompute import root_of
from trail.stored import JurisdictionKey, Stored, snapshot

Told = Callable[[int, int], None]
TELLS_EVERY: Final = 1000
_SPLITS: Final = frozenset(move.action for move in MOVES if move.splits)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: of which jurisdiction, how many entries, under which root."""

    code: str
    size: int
    root: str


def export(
    engine: Engine,
    path: Path,
    code: str | None = None,
    *,
    with_texts: bool = False,
    home: Path | None = None,
    only: Collection[int] | None = None,
    untold: Collection[int] = (),
    kept: Collection[str] = (),
    told: Told = lambda _done, _of: None,
) -> Exported:
    """Write the trail as it is stored, whole or not at all; with the public keys of the home where one is given.

    `told` hears how many of how many entries are written.

    Where it is for somebody who sees only some cases, of every other entry there is its leaf alone;
    of cases `untold`, of the splits by which they came, of what the register says of them, and of the kinds of the register
    that are `kept` from them, no texts.
    Nothing is judged here: a damaged trail is exported as it is, and the check of the file finds the damage.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with snapshot(engine) as stored, aside.open("wb") as file:
            place = stored.place(code)
            size, root = root_of(stored.bodies(place))
            header = header_of(stored, place, home) | {"size": size, "root": root.hex()}
            file.write(line(header))
            not_told = _Untold(untold, kept, stored.wholes(untold))
            rows = _rows(stored, place, only, not_told, with_texts=with_texts)
            for done, row in enumerate(rows, 1):
                file.write(line(row))
                if done % TELLS_EVERY == 0:
                    told(done, size)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return Exported(place.code, size, root.hex())


def header_of(stored: Stored, place: JurisdictionKey, home: Path | None) -> dict[str, Any]:
    """Return what the first line of the file says, but for the size and the root."""
    return {
        "format": FORMAT,
        "hash": "sha256",
        "jurisdiction": place.code,
        "verifiers": Keys(home, place.code).verifiers() if home and is_code(place.code) else [],
        "checkpoints": [row.note.decode(errors="replace") for row in stored.checkpoints(place)],
        "definitions": stored.kept("definitions"),
        "profiles": stored.kept("profiles"),
    }


def _rows(
    stored: Stored, place: JurisdictionKey, only: Collection[int] | None, untold: _Untold, *, with_texts: bool
) -> Iterator[dict[str, Any]]:
    for index, body, leaf, side, case, *_ in stored.entries(place):
        if only is not None and case not in only:
            yield {"idx": index, "leaf": bytes(leaf or b"").hex(), "withheld": True}
            continue
        yield told_row(index, body, leaf, side, with_texts=with_texts and not untold.holds(case, body))


def told_row(index: int, body: Any, leaf: Any, side: Any, *, with_texts: bool) -> dict[str, Any]:
    """Return the row of an entry that is told, with salts and texts where they are wanted."""
    texts = {"texts": _opened(side)} if with_texts else {}
    return {"idx": index, "leaf": bytes(leaf or b"").hex(), **_body(body), **texts}


@dataclass(frozen=True, slots=True)
class _Untold:
    """Whose texts are not opened: of these cases, of these kinds of the register, and of rows that were once about one of the cases."""

    cases: Collection[int]
    kinds: Collection[str]
    wholes: Collection[int] = ()
    """The problems off which the cases were split: what the split said is theirs."""
    rows: set[str] = field(default_factory=set)

    def holds(self, case: int | None, body: Any) -> bool:
        """Say whether the entry, read in its order, is one of them."""
        return bool(self.cases or self.kinds) and (
            case in self.cases or (case in self.wholes and self._splits(body)) or self._is_about(body)
        )

    def _splits(self, body: Any) -> bool:
        try:
            return json.loads(bytes(body)).get("action") in _SPLITS
        except (AttributeError, TypeError, ValueError):
            return False

    def _is_about(self, body: Any) -> bool:
        try:
            entry = json.loads(bytes(body))
            about, after = str(entry.get("about")), dict(entry.get("after") or {})
        except (AttributeError, TypeError, ValueError):
            return False
        if about.partition(":")[0] in self.kinds:
            return True
        if {after.get("case"), after.get("case_id")}.isdisjoint(self.cases) and about not in self.rows:
            return False
        self.rows.add(about)
        return True


def _body(body: Any) -> dict[str, str | None]:
    try:
        return {"body": bytes(body or b"").decode()}
    except UnicodeDecodeError:
        # No entry of ours: said in hex, so that the damage travels too.
        return {"body": None, "hex": bytes(body).hex()}


def _opened(side: Any) -> Any:
    try:
        return json.loads(side) if side is not None else {}
    except (TypeError, ValueError):
        return None


def line(row: dict[str, Any]) -> bytes:
    """Return a line of the file."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
