"""The package 案卷 as one file: written volume by volume in one pass, with as much in memory as one volume's lists.

A file is copied as it is kept and hashed on its way. What is gone or altered is said in the list, and the check finds it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Engine

import clock
from archive.catalogue import Line, inside, of_volumes, printed, problems
from archive.names import ending_of, numbered
from archive.pages import pages_in, pages_of
from archive.pieces import Filled, Gathering, Piece, Wanted
from papers.fonts import USUAL
from papers.fonts import Wanted as Fonts
from storage.files import place_of
from storage.reads.dossiers import place_of as place_named
from storage.reads.jurisdictions import code_of
from storage.reads.volumes import Volume
from trail.excerpt import write_excerpt
from trail.stored import Stored, snapshot

README: Final = Path(__file__).with_name("README.txt")
VERIFIER: Final = Path(__file__).resolve().parent.parent / "trail" / "offline.py"
BLOCK: Final = 1 << 20
GONE, ALTERED = "原件不在了", "内容与收下时的摘要不符"


@dataclass(frozen=True, slots=True)
class House:
    """Where a package is made: the database, the home with its files and keys, the fonts, and the moment."""

    engine: Engine
    home: Path
    now: datetime
    fonts: Fonts = USUAL


@dataclass(slots=True)
class Made:
    """What was packed: how many volumes, cases, files and entries, and what was not as it was kept."""

    volumes: int = 0
    cases: int = 0
    files: int = 0
    entries: int = 0
    called: str = ""
    """What the package is called: by its one volume, or its one round."""
    faults: list[str] = field(default_factory=list)


def write_bundle(house: House, wanted: Wanted, out: IO[bytes]) -> Made:
    """Write the package of what is wanted, as far as it is there for who asks."""
    with snapshot(house.engine) as stored, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        place = place_named(stored, wanted.actor.jurisdiction)
        gathering = Gathering(stored, wanted, place.setting)
        packing = _Packing(house, zipped)
        volumes = gathering.volumes()
        rows = []
        for number, volume in enumerate(volumes, 1):
            filled = gathering.fill(volume)
            count = packing.volume(stored, gathering, numbered(number, volume.called), filled)
            rows.append((str(number), volume.round, volume.unit, str(len(filled.cases)), str(count), ""))
        if len(volumes) > 1:
            packing.made("案卷目录.pdf", printed(of_volumes(rows, packing.today), house.fonts))
        packing.trail(stored, gathering)
    packing.done.volumes, packing.done.cases = len(volumes), sum(len(one.cases) for one in volumes)
    packing.done.called = _called(volumes)
    return packing.done


def _called(volumes: Sequence[Volume]) -> str:
    rounds = list(dict.fromkeys(one.round for one in volumes))
    return volumes[0].called if len(volumes) == 1 else rounds[0] if len(rounds) == 1 else f"{len(volumes)} 卷"


class _Packing:
    """A package under way, and the list of its files."""

    def __init__(self, house: House, zipped: zipfile.ZipFile) -> None:
        self.house, self.zipped, self.done = house, zipped, Made()
        self.today = clock.local_date(house.now)
        self.listed: list[dict[str, Any]] = []
        moment = house.now.astimezone(clock.SHANGHAI)
        self.moment = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)

    def volume(self, stored: Stored, gathering: Gathering, folder: str, filled: Filled) -> int:
        """Write the files of a volume and its lists; return how many pieces it has."""
        lines: list[Line] = []
        if filled.cases:
            content = problems(stored, gathering.jurisdiction, filled, gathering.unsaid, self.today)
            pdf = printed(content, self.house.fonts)
            self.made(f"{folder}/{numbered(1, content.title.partition('：')[0])}.pdf", pdf)
            lines.append(
                Line(1, Piece(content.title, "", "", "", on=self.today, note="打包时由系统生成"), pages_in(pdf))
            )
        for piece in filled.pieces:
            lines.append(self._piece(folder, len(lines) + 1, piece))
        self.made(f"{folder}/卷内目录.pdf", printed(inside(filled.volume.called, lines, self.today), self.house.fonts))
        return len(lines)

    def _piece(self, folder: str, number: int, piece: Piece) -> Line:
        if piece.held_back:
            return Line(number, piece, None)
        ending = ending_of(piece.name)
        path = f"{folder}/{numbered(number, piece.name.removesuffix(ending), ending)}"
        kept = place_of(self.house.home, piece.sha256)
        if not kept.exists():
            self._fault(path, GONE, piece)
            return Line(number, piece, None, GONE)
        digest = self._kept(path, kept)
        self._list(path, piece.sha256, kept.stat().st_size, piece.entry)
        if digest != piece.sha256:
            self.done.faults.append(f"{path}：{ALTERED}")
            return Line(number, piece, None, ALTERED)
        return Line(number, piece, pages_of(kept))

    def _fault(self, path: str, why: str, piece: Piece) -> None:
        self.done.faults.append(f"{path}：{why}")
        self._list(path, piece.sha256, 0, piece.entry)

    def _kept(self, path: str, kept: Path) -> str:
        """Copy a kept file as it is; return the hash of what was copied."""
        digest, info = hashlib.sha256(), self._info(path, zipfile.ZIP_STORED)
        info.file_size = kept.stat().st_size
        with (
            kept.open("rb") as source,
            self.zipped.open(info, "w", force_zip64=info.file_size > zipfile.ZIP64_LIMIT) as out,
        ):
            while block := source.read(BLOCK):
                digest.update(block)
                out.write(block)
        return digest.hexdigest()

    def made(self, path: str, content: bytes) -> None:
        """Write what is made for the package."""
        self.zipped.writestr(self._info(path, zipfile.ZIP_DEFLATED), content)
        self._list(path, hashlib.sha256(content).hexdigest(), len(content), None)

    def trail(self, stored: Stored, gathering: Gathering) -> None:
        """Write the entries, the newest checkpoint, what checks them, and last the list of all files."""
        place = stored.place(code_of(stored, gathering.jurisdiction))
        with self.zipped.open(self._info("trail.jsonl", zipfile.ZIP_DEFLATED), "w", force_zip64=True) as file:
            self.done.entries = write_excerpt(stored, place, file, gathering.told(), self.house.home)
        for note in stored.checkpoints(place)[-1:]:
            self.made("checkpoint.txt", note.note)
        self.made("verify.py", VERIFIER.read_bytes())
        self.made("README.txt", README.read_bytes())
        rows = (json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n" for row in self.listed)
        self.zipped.writestr(self._info("files.jsonl", zipfile.ZIP_DEFLATED), b"".join(rows))

    def _list(self, path: str, sha256: str, size: int, entry: int | None) -> None:
        self.listed.append({"path": path, "sha256": sha256, "size": size, "entry": entry})
        self.done.files += 1

    def _info(self, path: str, how: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, self.moment)
        info.compress_type, info.external_attr = how, 0o600 << 16
        return info
