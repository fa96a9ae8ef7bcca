"""The package 案卷 as one file: written volume by volume in one pass, with as much in memory as one volume's lists.

A file is copied as it is kept and hashed on its way. What is gone or altered is said in the list, and the check finds it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Engine

import clock
from archive.catalogue import Line, inside, printed, problems
from archive.names import numbered, parted
from archive.pages import pages_in, pages_of
from archive.pieces import Filled, Gathering, Piece, Wanted
from archive.retention import LISTED, Retention
from archive.transfer import Volumed, volumes_listed, workbook
from papers.fonts import USUAL
from papers.fonts import Wanted as Fonts
from storage.files import place_of
from storage.reads.dossiers import place_of as place_named
from storage.reads.jurisdictions import code_of
from storage.reads.volumes import Volume
from trail.excerpt import write_excerpt
from trail.offline import CHECKPOINT, LIST, TRAIL
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


@dataclass(frozen=True, slots=True)
class Filing:
    """That the package goes into the archive 归档: as the first of its kind or as a supplement 补充卷, and how long what is kept."""

    number: int
    retention: Retention

    @property
    def called(self) -> str:
        """Return what it is."""
        return f"补充卷（第 {self.number} 次）" if self.number else "案卷"


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


def write_bundle(
    house: House,
    wanted: Wanted,
    out: IO[bytes],
    filing: Filing | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Made:
    """Write the package of what is wanted, as far as it is there for who asks; one that is archived has its lists with it.

    `told` hears how many of how many cases are in it.
    """
    with snapshot(house.engine) as stored, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        place = place_named(stored, wanted.actor.jurisdiction)
        gathering = Gathering(stored, wanted, place.setting)
        packing = _Packing(house, zipped, filing)
        volumes = gathering.volumes()
        done, of = 0, sum(len(one.cases) for one in volumes)
        for volume in volumes:
            packing.volume(stored, gathering, gathering.fill(volume))
            done += len(volume.cases)
            if told:
                told(done, of)
        packing.done.called = _called(volumes)
        packing.lists()
        packing.trail(stored, gathering)
    packing.done.volumes, packing.done.cases = len(packing.volumes), sum(len(one.cases) for one in volumes)
    return packing.done


def _called(volumes: Sequence[Volume]) -> str:
    rounds = list(dict.fromkeys(one.round for one in volumes))
    return volumes[0].called if len(volumes) == 1 else rounds[0] if len(rounds) == 1 else f"{len(volumes)} 卷"


class _Packing:
    """A package under way, and the list of its files."""

    def __init__(self, house: House, zipped: zipfile.ZipFile, filing: Filing | None) -> None:
        self.house, self.zipped, self.filing, self.done = house, zipped, filing, Made()
        self.volumes: list[Volumed] = []
        self.today = clock.local_date(house.now)
        self.listed: list[dict[str, Any]] = []
        moment = self.now = house.now.astimezone(clock.SHANGHAI)
        self.moment = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)

    def volume(self, stored: Stored, gathering: Gathering, filled: Filled) -> None:
        """Write the files of a volume and its lists; of a supplement none where nothing came."""
        if self.filing and self.filing.number and not filled.pieces:
            return
        number, retention = len(self.volumes) + 1, self.filing.retention if self.filing else None
        folder = numbered(number, filled.volume.called)
        lines: list[Line] = []
        if filled.cases:
            content = problems(stored, gathering.jurisdiction, filled, gathering.unsaid, self.today)
            pdf = printed(content, self.house.fonts)
            self.made(f"{folder}/{numbered(1, content.title.partition('：')[0])}.pdf", pdf)
            piece = Piece(content.title, "", "", LISTED, on=self.today, note="打包时由系统生成")
            lines.append(Line(1, piece, pages_in(pdf)))
        lines += [self._piece(folder, at, piece) for at, piece in enumerate(filled.pieces, len(lines) + 1)]
        listed = inside(filled.volume.called, lines, retention, self.today)
        self.made(f"{folder}/卷内目录.pdf", printed(listed, self.house.fonts))
        days = [one.piece.on for one in lines if one.piece.on]
        period = Retention.longest(retention.period(one.piece.kind) for one in lines) if retention else ""
        pages, year = sum(one.pages or 0 for one in lines), str(min(days).year) if days else ""
        note = f"问题 {len(filled.cases)} 个"
        self.volumes.append(Volumed(number, filled.volume.called, year, period, len(lines), pages, note))

    def lists(self) -> None:
        """Write the list of volumes, where there are several or they are archived; of these also the transfer list."""
        called, fonts = self.done.called, self.house.fonts
        if self.filing or len(self.volumes) > 1:
            content = volumes_listed(f"案卷目录：{called}", self.volumes, self.now, signed=False)
            self.made("案卷目录.pdf", printed(content, fonts))
        if self.filing:
            title = f"移交清单：{called}{self.filing.called}"
            self.made("移交清单.pdf", printed(volumes_listed(title, self.volumes, self.now, signed=True), fonts))
            self.made("移交清单.xlsx", workbook(title, self.volumes, self.listed, self.now))

    def _piece(self, folder: str, number: int, piece: Piece) -> Line:
        if piece.held_back:
            return Line(number, piece, None)
        path = f"{folder}/{numbered(number, *parted(piece.name))}"
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
        with self.zipped.open(self._info(TRAIL, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as file:
            told = gathering.told()
            named = write_excerpt(stored, place, file, told, self.house.home)
        self.done.entries = len(told)
        for note in stored.checkpoints(place)[-1:]:
            self.made(CHECKPOINT, note.note)
        self.made("verify.py", VERIFIER.read_bytes())
        self.made("README.txt", README.read_bytes())
        packed = {row["sha256"] for row in self.listed}
        left_out = [{"entry": at, "sha256": one, "left_out": True} for one, at in named.items() if one not in packed]
        listed = [*self.listed, *left_out]
        rows = (json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n" for row in listed)
        self.zipped.writestr(self._info(LIST, zipfile.ZIP_DEFLATED), b"".join(rows))

    def _list(self, path: str, sha256: str, size: int, entry: int | None) -> None:
        self.listed.append({"path": path, "sha256": sha256, "size": size, "entry": entry})
        self.done.files += 1

    def _info(self, path: str, how: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, self.moment)
        info.compress_type, info.external_attr = how, 0o600 << 16
        return info
