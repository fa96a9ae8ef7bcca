"""Files of an act under way: kept by content at once, named in the page by a signed token, so none is lost or forged.

Nobody is asked for a file that the system holds already.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import FormData, UploadFile

from grammar import Move
from settings import Settings
from states import MATERIALS
from storage.files import keep_file, place_of
from storage.private import private_folder
from storage.reads.materials import approved_text
from storage.sql import Driver
from web.acts.uploads import BadUpload, check_upload
from web.manners import MANNERS
from workflow.subject import Intent, Material

MOST_SENT = 200


def keep_uploads(form: FormData, settings: Settings) -> list[tuple[str, Material]]:
    """Keep every file of the form; return each with the field it came in. BadUpload says which and why."""
    found = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and value.filename and _kind(name) in MATERIALS:
            found.append((name, _keep(name, value, settings)))
    return found


def sent_ahead(form: FormData, secret: bytes, account: int, home: Path) -> list[tuple[str, Material]]:
    """Return the files that were sent while the form was still open, each named by a token of its own."""
    tokens = [one for one in form.getlist("sent") if isinstance(one, str)][:MOST_SENT]
    return [named for token in tokens for named in unseal(token, secret, account, home)]


def take_uploads(
    form: FormData,
    settings: Settings,
    before: Sequence[tuple[str, Material]],
    ahead: Sequence[tuple[str, Material]] = (),
) -> tuple[list[tuple[str, Material]], list[tuple[str, str]]]:
    """Return the files of an act, and what was not taken by field: new ones join those of before, but for what is dropped or replaced."""
    dropped = {one for one in form.getlist("drop") if isinstance(one, str)}
    kept = [one for number, one in enumerate(before) if str(number) not in dropped]
    new = list(ahead)
    faults = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and value.filename and _kind(name) in MATERIALS:
            try:
                new.append((name, _keep(name, value, settings)))
            except BadUpload as fault:
                faults.append((name, str(fault)))
    again = {name for name, _ in new if name.startswith("m.")}
    return [one for one in kept if one[0] not in again] + new, faults


def keep_upload(upload: UploadFile, settings: Settings) -> tuple[str, str, int]:
    """Keep one file by its content; return its hash, the name as it will be shown and its size. BadUpload says why it is not taken."""
    largest = settings.config.uploads.largest
    with tempfile.NamedTemporaryFile(dir=aside_of(settings.home)) as aside:
        while block := upload.file.read(1 << 20):
            aside.write(block)
        aside.flush()
        shown = check_upload(Path(aside.name), upload.filename or "", largest)
        digest, size = keep_file(settings.home, Path(aside.name), largest)
    return digest, shown, size


def _keep(name: str, upload: UploadFile, settings: Settings) -> Material:
    digest, shown, size = keep_upload(upload, settings)
    measure = name.partition("@")[2]
    return Material(
        _kind(name), digest, shown, size, int(measure) if measure.isdecimal() and len(measure) < 4 else None
    )


def _kind(name: str) -> str:
    """Return the kind that a field is for: `m.statement` for all cases, `e12.evidence@3` for one and its measure."""
    return name.partition(".")[2].partition("@")[0]


def aside_of(home: Path) -> Path:
    """Return where files are written before they are what they say."""
    return private_folder(home / "files" / "aside")


def seal(kept: Sequence[tuple[str, Material]], secret: bytes, account: int) -> str:
    """Return the token that carries kept files from one page of an act to the next."""
    return str(_signer(secret, account).dumps([[name, asdict(material)] for name, material in kept]))


def unseal(token: str, secret: bytes, account: int, home: Path) -> list[tuple[str, Material]]:
    """Return the kept files of a token; a forged token carries none."""
    try:
        kept: list[Any] = _signer(secret, account).loads(token)
    except BadSignature:
        return []
    return [
        (name, Material(**one))
        for name, one in kept
        if one["kind"] in MATERIALS and place_of(home, one["sha256"]).exists()
    ]


def _signer(secret: bytes, account: int) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"kept-{account}")


def kept_of(move: Move, intents: Sequence[Intent]) -> list[tuple[str, Material]]:
    """Return the files of intents with the fields they came in: those of all cases once, evidence with its case and measure."""
    given = [(one.case_id, m) for one in intents for m in one.materials if m.kind not in MANNERS[move.action].held]
    several = {kind for kind, count in Counter(m.kind for m in {m for _, m in given}).items() if count > 1}
    named = [
        (f"e{case}.{m.kind}@{m.measure}" if f"{m.kind}@" in move.needs else f"e{case}.{m.kind}" if m.kind in several else f"m.{m.kind}", m)
        for case, m in given
    ]  # fmt: skip
    return list(dict.fromkeys(named))


def for_case(kept: Sequence[tuple[str, Material]], case: int) -> tuple[Material, ...]:
    """Return the files that belong to a case: those said for all, and its own."""
    return tuple(material for name, material in kept if name.startswith(("m.", f"e{case}.")))


def with_held(driver: Driver, intents: Sequence[Intent]) -> list[Intent]:
    """Return the intents, each with the files that the system holds for it, unless one was given.

    The text made public is the one that was approved.
    """
    found = []
    for one in intents:
        wanted = set(MANNERS[one.action].held) - {m.kind for m in one.materials}
        held = approved_text(driver, one.case_id or 0) if "text" in wanted else None
        more = (Material("text", held.sha256, held.name, held.size),) if held else ()
        found.append(replace(one, materials=(*one.materials, *more)))
    return found
