"""How each paper is filled: one function by name for a row of the table; a name that nobody fills stops the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from papers.content import Blank, Content
from papers.dossier import About, Dossier, gather
from papers.filling import accepting, counting, letters, opening, planning, publishing, rectifying, reporting, rounds
from papers.kinds import KINDS, LIST, REPORT, Kind
from storage.sql import Driver
from workflow.subject import Actor

_MODULES: Final = (opening, planning, letters, rectifying, reporting, accepting, publishing, rounds, counting)
FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    name: made for module in _MODULES for name, made in module.FILLINGS.items()
}

if unfilled := [kind.name for kind in KINDS.values() if kind.filling not in FILLINGS]:
    raise LookupError(f"没有填写办法的文书：{'、'.join(unfilled)}；写进 papers/filling/ 里它那个文件末尾的 FILLINGS")

NUMBER: Final = Blank("文号", "签发时编")
SIGNER: Final = Blank("签发人", "签发时填")


def fill(driver: Driver, kind: Kind, about: About, actor: Actor, today: date) -> Content:
    """Fill a paper from the records, as far as they are there for the actor; NotThere says what is missing."""
    return filled(gather(driver, kind, about, actor, today))


def filled(dossier: Dossier) -> Content:
    """Fill a paper from what was gathered: number, signer and copies as its row says."""
    kind = dossier.kind
    content = FILLINGS[kind.filling](dossier)
    copies = tuple(dossier.organ(role) if role != "leader" else _leader(dossier) for role in kind.copies)
    return replace(
        content,
        number=content.number or (NUMBER if kind.numbered else ""),
        signer=content.signer or (SIGNER if kind.scheme == REPORT else ""),
        copies=content.copies or tuple(filter(None, copies)),
        wide=content.wide or kind.scheme == LIST,
    )


def _leader(dossier: Dossier) -> str:
    name = dossier.name("leader")
    return f"{name}同志" if name else "分管领导"
