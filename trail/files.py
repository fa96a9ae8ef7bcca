"""Files that entries name by their hash: each must be kept, and be what its hash says. Read from the entries alone."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from storage.files import place_of
from trail.stored import snapshot

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PACKAGE: Final = "archive:"
"""About what an entry is that names a package as it was archived, by its hash alone."""


@dataclass(frozen=True, slots=True)
class FilesChecked:
    """How many files entries name, and of those that are gone or altered the entry that first names each."""

    count: int
    gone: tuple[tuple[int, str], ...]
    altered: tuple[tuple[int, str], ...]

    @property
    def ok(self) -> bool:
        """Say whether every file is there as it was kept."""
        return not self.gone and not self.altered

    def report(self) -> dict[str, Any]:
        """Return it as `zhenggai trail verify --files --json` says it."""
        return {"count": self.count, "gone": _reported(self.gone), "altered": _reported(self.altered)}

    @property
    def words(self) -> str:
        """Return it in a sentence."""
        said = [
            f"{len(there)} 份{what}（第 {there[0][0]} 条起）"
            for there, what in ((self.gone, "不在了"), (self.altered, "被改动"))
            if there
        ]
        return f"文件不符：{'，'.join(said)}" if said else f"文件完好：共 {self.count} 份"


def _reported(there: tuple[tuple[int, str], ...]) -> list[dict[str, Any]]:
    return [{"index": index, "sha256": digest} for index, digest in there]


def check_files(engine: Engine, home: Path, code: str | None = None) -> FilesChecked:
    """Look at every file that an entry of one jurisdiction, or of all, names."""
    named: dict[str, int] = {}
    with snapshot(engine) as stored:
        for place in [stored.place(code)] if code else stored.places():
            for index, body in enumerate(stored.bodies(place)):
                for digest in _named_in(json.loads(bytes(body))):
                    named.setdefault(digest, index)
    found = {digest: _is_kept(home, digest) for digest in named}
    wrong = [tuple((named[one], one) for one, is_kept in found.items() if is_kept is state) for state in (None, False)]
    return FilesChecked(len(named), *wrong)


def _named_in(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hashes of the files that an entry names: materials, files of a row, which have names beside them, archived packages."""
    if entry["kind"] == "move":
        yield from (one["sha256"] for one in entry["materials"])
    if entry["kind"] == "register":
        columns, sealed = entry["after"] or {}, entry["sealed"] or {}
        of_files = [value for name, value in columns.items() if f"{name}_name" in sealed]
        of_files += [columns.get("digest")] if entry["about"].startswith(_PACKAGE) else []
        yield from (value for value in of_files if isinstance(value, str) and _DIGEST.fullmatch(value))


def _is_kept(home: Path, digest: str) -> bool | None:
    """Say whether a file is what its hash says; None where there is none."""
    path = place_of(home, digest)
    if not path.exists():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest
