"""What is laid open before somebody signs: files in place, measures with their evidence; and that it was, carried by the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from grammar import Move
from storage.files import place_of
from storage.reads.cases import Shown
from storage.reads.materials import evidence_of
from storage.reads.measures import MeasureShown, measures_of
from storage.sql import Driver
from trail.entry import plain
from web.acts.looks import Look, look_of
from workflow.shown import as_seen, lays_open
from workflow.subject import Intent, Material, Seen


@dataclass(frozen=True, slots=True)
class File:
    """A file on a page: its name and address, its size and hash, how it is shown in place, whether it was there before this act."""

    name: str
    href: str
    sha256: str
    size: int
    look: Look
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Proved:
    """A measure with its evidence; None for what is for no measure of the plan."""

    measure: MeasureShown | None
    files: list[File]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a page: where their bytes lie, and the address of each that comes with the act."""

    home: Path
    address: Callable[[Material], str]

    def file(self, m: Material) -> File:
        """Return a file that comes with the act."""
        return File(m.name, self.address(m), m.sha256, m.size, look_of(place_of(self.home, m.sha256)))

    def earlier(self, number: int, name: str, digest: str, size: int) -> File:
        """Return a file that comes beside those of the act: the case has it already."""
        return replace(self.kept(number, name, digest, size), earlier=True)

    def kept(self, number: int, name: str, digest: str, size: int) -> File:
        """Return a file of a case, by its number."""
        return File(name, f"/materials/{number}", digest, size, look_of(place_of(self.home, digest)))


def proofs(
    driver: Driver, move: Move, cases: Sequence[Shown], intents: Sequence[Intent], files: Files
) -> dict[int, list[Proved]]:
    """Return, by case, the measures with all evidence, given now and attached before, where the act lays them open."""
    if not lays_open(move):
        return {}
    there = evidence_of(driver, {case.id: case.cycle for case in cases})
    found = {}
    for case, intent in zip(cases, intents, strict=True):
        named = [(one.measure, files.earlier(one.id, one.name, one.sha256, one.size)) for one in there[case.id]]
        named += [(m.measure, files.file(m)) for m in intent.materials if m.kind == "evidence"]
        found[case.id] = _by_measure(measures_of(driver, case.id), named)
    return found


def _by_measure(measures: Sequence[MeasureShown], files: Sequence[tuple[int | None, File]]) -> list[Proved]:
    numbers = {one.no for one in measures}
    rest = [file for number, file in files if number not in numbers]
    return [Proved(one, [file for number, file in files if number == one.no]) for one in measures] + (
        [Proved(None, rest)] if rest else []
    )


@dataclass(frozen=True, slots=True)
class LaidOpen:
    """What a page has shown: each case as it stood, what would be done, by its hash, and the sentence to be signed."""

    seen: Mapping[int, Seen]
    wanted: str
    text: str


def hash_of_wanted(intents: Sequence[Intent], today: date) -> str:
    """Return the hash of what would be recorded today: a page signs for that and nothing else."""
    wanted = [
        [one.case_id, one.action, plain(one.answers), plain(one.occurred_on), [[m.kind, m.measure, m.sha256] for m in one.materials]]
        for one in intents
    ]  # fmt: skip
    received = [one.received for one in intents]
    return sha256(json.dumps([today.isoformat(), wanted, received], sort_keys=True).encode()).hexdigest()


def seal_laid(laid: LaidOpen, secret: bytes, account: int) -> str:
    """Return the token by which a page says what it has shown."""
    seen = [[case, one.digest, one.said, one.files] for case, one in laid.seen.items()]
    return str(_signer(secret, account).dumps([seen, laid.wanted, laid.text]))


def unseal_laid(token: Any, secret: bytes, account: int) -> LaidOpen | None:
    """Return what a page has shown; None where it shows no sound token of it."""
    try:
        seen, wanted, text = _signer(secret, account).loads(str(token or ""))
    except BadSignature:
        return None
    return LaidOpen({case: as_seen(digest, said, files) for case, digest, said, files in seen}, wanted, text)


def seal_texts(texts: Mapping[int, str], secret: bytes, account: int, today: date) -> str:
    """Return the token by which a page says which drafts it has shown today, each with the sentence to be signed."""
    return str(_signer(secret, account, "drafts").dumps([today.isoformat(), list(texts.items())]))


def unseal_texts(token: Any, secret: bytes, account: int, today: date) -> dict[int, str]:
    """Return the drafts that a page has shown today, by number, each with its sentence; none of another day's page."""
    try:
        day, texts = _signer(secret, account, "drafts").loads(str(token or ""))
    except BadSignature:
        return {}
    return dict(texts) if day == today.isoformat() else {}


def _signer(secret: bytes, account: int, what: str = "act") -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"shown-{what}-{account}")
