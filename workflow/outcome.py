"""What became of a wanted move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workflow.refusal import Refusal, sentences


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one intent: done, refused (with every reason), stale, or already done under the same key."""

    case: int | None
    outcome: Literal["done", "refused", "stale", "already"]
    origin: str | None = None
    to: str | None = None
    version: int | None = None
    index: int | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def refused(self) -> tuple[str, ...]:
        """Return what is said against it, each sentence once."""
        return sentences(self.refusals)
