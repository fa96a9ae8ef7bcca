"""A refusal 退回理由: a sentence, and what it is about, so that nobody has to read the sentence to find its field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not done: the sentence, the answer or material it is about, the measure of the plan.

    `field` is the name of an answer or of a material, dotted where it lies inside one (`measures.on`, `results.rules_new`);
    `also` names further ones that it is about as much; `missing` says that giving anything at all mends it.
    """

    sentence: str
    field: str = ""
    measure: int | None = None
    also: tuple[str, ...] = ()
    missing: bool = False

    def __str__(self) -> str:
        return self.sentence


def sentences(refusals: Iterable[Refusal]) -> tuple[str, ...]:
    """Return what is said, each sentence once."""
    return tuple(dict.fromkeys(one.sentence for one in refusals))
