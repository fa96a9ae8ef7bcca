"""Measures 措施: as a ledger's text lists them, “1.…；2.…；3.…”, and as a move lays them down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from workflow.subject import Change, Subject

MOST: Final = 100
_NUMBERED: Final = re.compile(r"(?:(?<=^)|(?<=[；;。\n]))\s*\d{1,2}[.．、]")
_EDGES: Final = " ；;。\n"


def split_measures(said: str) -> list[str]:
    """Return the measures that a ledger's text lists, each without its number."""
    return [part for one in _NUMBERED.split(said) if (part := one.strip(_EDGES))][:MOST]


def lay_down(s: Subject, c: Change, measures: Sequence[Sequence[Any]]) -> None:
    """From this move on these are the case's measures, as their table has them: text to what is done every year; those before hold no more."""
    if s.case.planned:
        c.rows["measures_gone"].append((s.version, s.case.id))
    c.rows["measures"] += [(s.case.id, s.version, number, *one) for number, one in enumerate(measures, start=1)]
    c.case.planned = len(measures)
