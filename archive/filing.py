"""Archiving 归档: the package of a round, or of a unit in it, is made and kept; that it was is entered by two people."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from archive.bundle import Filing, House, write_bundle
from archive.pieces import Wanted
from archive.retention import Retention
from papers.kinds import KINDS
from register.asking import Asked, ask
from register.wanted import Wanted as Entering
from storage import requests
from storage.engine import reading, writing
from storage.files import keep_file, place_of
from storage.reads.archives import KIND, Archived, archived, by_place, cases_in, standing
from storage.scope import Scope
from storage.sql import Driver
from trail.offline import LIST
from workflow.may import scope_of
from workflow.subject import Actor

STAMPED: Final = tuple(kind.name for kind in KINDS.values() if kind.stamped)
_LARGEST: Final = 1 << 40


class CannotArchive(ValueError):
    """It is not archived: says why."""


def knows_all(scope: Scope, cases: list[int]) -> bool:
    """Say whether all the cases are there for somebody: a package with gaps is no archive."""
    return not set(scope.hidden).intersection(cases)


def places_asked(driver: Driver, jurisdiction: int) -> set[tuple[int, int | None]]:
    """Return of which rounds, and of which units in them, somebody has asked already to archive them."""
    waiting = requests.waiting(driver, jurisdiction, [f"{KIND}.make"])
    return {(one.said["round"], one.said.get("unit")) for one in waiting}


def file_away(
    house: House, actor: Actor, around: int, unit: int | None, reason: str, own: Mapping[str, str], aside: Path
) -> Asked:
    """Make the package, keep it by its hash, and ask for another person's approval; CannotArchive says why not."""
    with reading(house.engine) as work:
        driver, place = work.driver, actor.jurisdiction
        cases = cases_in(driver, place, around, unit)
        before = by_place(archived(driver, place)).get((around, unit), [])
        asked = (around, unit) in places_asked(driver, place)
        stands = [one for one in standing(driver, place, STAMPED, around) if unit in (None, one.id)]
    if asked:
        raise CannotArchive("已有人申请归档，请等待审批，或先撤回那一份")
    if not cases:
        raise CannotArchive("这一轮没有可以归档的问题")
    if not knows_all(scope_of(actor.posts), cases):
        raise CannotArchive("列有不在您知悉范围内的问题，须由知悉的人归档")
    if any(one.lacks for one in stands) and not reason:
        raise CannotArchive("还有没有办结、没有扫描件或待签发的：确要现在归档的，请写明理由")
    wanted = Wanted(actor, cases, True, around if unit is None else None, _known(house.home, before))
    filing = Filing(len(before), Retention.of(own))
    with tempfile.TemporaryDirectory(dir=aside) as folder:
        path = Path(folder) / "package.zip"
        with path.open("wb") as out:
            made = write_bundle(house, wanted, out, filing)
        if before and not made.volumes:
            raise CannotArchive("上次归档以后没有新到的文书、材料，不用补充")
        if made.faults:
            raise CannotArchive(
                f"有 {len(made.faults)} 份文件不是收下时的样子，请先由系统管理员从备份找回：{made.faults[0]}"
            )
        digest, size = keep_file(house.home, path, _LARGEST)
    fields = {
        "round": around,
        "unit": unit,
        "n": len(before),
        "cases": made.cases,
        "files": made.files,
        "size": size,
        "digest": digest,
    }
    return _asked(house.engine, Entering(KIND, "make", None, fields, reason), actor, house.now)


def forget_package(engine: Engine, home: Path, jurisdiction: int, digest: str) -> None:
    """Throw a package away that was turned down or taken back: nothing names it, and the next one is made anew."""
    with reading(engine) as work:
        waiting = requests.waiting(work.driver, jurisdiction, [f"{KIND}.make"])
        named = {one.digest for one in archived(work.driver, jurisdiction)} | {one.said["digest"] for one in waiting}
    if digest not in named:
        place_of(home, digest).unlink(missing_ok=True)


def _asked(engine: Engine, wanted: Entering, actor: Actor, now: datetime) -> Asked:
    with writing(engine) as work:
        found = ask(work, wanted, actor, now)
        if found.refusals:
            work.rollback()
        else:
            work.commit()
    return found


def _known(home: Path, before: list[Archived]) -> frozenset[str]:
    """Return the files that the packages before have; CannotArchive where one of them is gone."""
    found: set[str] = set()
    for one in before:
        kept = place_of(home, one.digest)
        if not kept.exists():
            raise CannotArchive("以前归档的案卷包不在了，请先由系统管理员从备份找回")
        with zipfile.ZipFile(kept) as package:
            rows = map(json.loads, package.read(LIST).splitlines())
            found |= {row["sha256"] for row in rows if not row.get("left_out")}
    return frozenset(found)
