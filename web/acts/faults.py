"""Faults of a form: each sentence once on top and once at the field it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from states import ANSWERS, Move
from web.acts.fields import PER_CASE
from web.filters import plainly

_NAMED = re.compile(r"（([a-z_]+)(?:@(\d+))?）$")
_LABELLED = re.compile(r"“(.+?)”")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the field of the page it is about, where that is known."""

    sentence: str
    field: str = ""


def of_form(sentences: Iterable[str]) -> list[Fault]:
    """Return faults of the form as a whole."""
    return [Fault(plainly(one)) for one in dict.fromkeys(sentences)]


def of_case(move: Move, case: int, sentences: Iterable[str], whose: str = "") -> list[Fault]:
    """Return faults of one case's answers and materials; `whose` begins each sentence where there are several cases."""
    return [Fault(whose + plainly(one), _field(move, case, one)) for one in sentences]


def _field(move: Move, case: int, sentence: str) -> str:
    asked = [name for name, _ in move.asks]
    if named := _NAMED.search(sentence):
        name, measure = named.groups()
        if name not in asked:
            return f"e{case}.{name}@{measure}" if measure else f"m.{name}"
    else:
        said = [found for found in _LABELLED.findall(sentence) if found]
        name = next((one for one in asked if ANSWERS[one] in said), "measures" if "measures" in asked and "措施" in sentence else "")
    return "" if not name else f"c{case}.{name}" if name in PER_CASE else f"s.{name}"
