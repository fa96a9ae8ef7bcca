"""What a package is asked for: cases one by one, or those that the ledger's filters find; and what it is called."""

from __future__ import annotations

from typing import Final

from archive.pieces import Wanted
from storage.reads.ledger.pages import numbers_of
from storage.reads.ledger.questions import Ask, Filters
from storage.sql import Driver
from workflow.subject import Actor

MOST: Final = 5_000


class TooMany(ValueError):
    """More cases were asked for than one package holds."""

    def __init__(self, most: int) -> None:
        super().__init__(f"超过 {most} 个问题，请按轮次或党组织分几次取出")


def found_by(driver: Driver, actor: Actor, ask: Ask, most: int = MOST) -> Wanted:
    """Return what the ledger's question finds; where it is narrowed by round and unit alone, whole volumes. TooMany where it finds more than `most`."""
    filters = ask.filters
    cases = numbers_of(driver, ask, most)
    if len(cases) > most:
        raise TooMany(most)
    whole = filters.round is not None and filters == Filters(round=filters.round, unit=filters.unit, sort=filters.sort)
    return Wanted(actor, cases, whole=whole, round_id=filters.round if whole and filters.unit is None else None)
