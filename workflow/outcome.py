"""What became of a wanted move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from storage.rows import CaseRow
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
    changed: tuple[str, ...] | None = None
    """Of a case that is not as it was shown: what changed, came and went, in words."""

    @property
    def refused(self) -> tuple[str, ...]:
        """Return what is said against it, each sentence once."""
        return sentences(self.refusals)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a move would make of a case: as it would stand, the filing it would be in, the posts that would be told."""

    case: CaseRow
    filing: Mapping[str, Any] | None
    told: Sequence[str]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What firing would give: an outcome for each intent, what would come of each case that would move, the cases as they stand."""

    outcomes: list[Outcome]
    ahead: Mapping[int, Ahead]
    cases: Sequence[CaseRow]
