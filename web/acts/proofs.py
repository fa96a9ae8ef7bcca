"""Measures and their evidence, laid open before somebody signs for them; and what was shown, carried by the page that is signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from states import Move
from storage.reads.cases import Shown
from storage.reads.materials import evidence_of
from storage.reads.measures import MeasureShown, measures_of
from storage.sql import Driver
from workflow.shown import lays_open
from workflow.subject import Intent, Material, Seen


@dataclass(frozen=True, slots=True)
class File:
    """A piece of evidence on a page: its name, its address, whether it was there before this act."""

    name: str
    href: str
    earlier: bool


@dataclass(frozen=True, slots=True)
class Proved:
    """A measure with its evidence; None for what is for no measure of the plan."""

    measure: MeasureShown | None
    files: list[File]


def proofs(
    driver: Driver, move: Move, cases: Sequence[Shown], intents: Sequence[Intent], href: Callable[[Material], str]
) -> dict[int, list[Proved]]:
    """Return, by case, the measures with all evidence, given now and attached before, where the act lays them open."""
    if not lays_open(move):
        return {}
    there = evidence_of(driver, {case.id: case.cycle for case in cases})
    found = {}
    for case, intent in zip(cases, intents, strict=True):
        files = [(one.measure, File(one.name, f"/materials/{one.id}", earlier=True)) for one in there[case.id]]
        files += [(m.measure, File(m.name, href(m), earlier=False)) for m in intent.materials if m.kind == "evidence"]
        found[case.id] = _by_measure(measures_of(driver, case.id), files)
    return found


def _by_measure(measures: Sequence[MeasureShown], files: Sequence[tuple[int | None, File]]) -> list[Proved]:
    numbers = {one.no for one in measures}
    rest = [file for number, file in files if number not in numbers]
    return [Proved(one, [file for number, file in files if number == one.no]) for one in measures] + (
        [Proved(None, rest)] if rest else []
    )


def seal_seen(seen: Mapping[int, Seen], secret: bytes, account: int) -> str:
    """Return the token by which a page says what it has shown."""
    return str(_signer(secret, account).dumps([[case, one.digest, one.files] for case, one in seen.items()]))


def unseal_seen(token: Any, secret: bytes, account: int) -> dict[int, Seen] | None:
    """Return what a page has shown; None where it shows no sound token of it."""
    try:
        said: list[Any] = _signer(secret, account).loads(str(token or ""))
    except BadSignature:
        return None
    return {case: Seen(digest, tuple((no, name, sha) for no, name, sha in files)) for case, digest, files in said}


def _signer(secret: bytes, account: int) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"shown-{account}")
