"""Refused moves as events of the security log: who asked, for which case, and how the refusal begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from storage.security import Event, Who
from workflow.judge import NOT_THERE
from workflow.outcome import Outcome
from workflow.subject import Actor

FIRST_WORDS: Final = 60


def who_of(actor: Actor, address: str = "") -> Who:
    """Return an actor as the security log names them; `address` is where their browser is."""
    return Who(actor.jurisdiction, actor.login, actor.person_id, actor.via, address, actor.os_user or "")


def refused_moves(action: str, outcomes: Iterable[Outcome], who: Who) -> list[Event]:
    """Return an event for each case in which a move was refused; what is not there for the actor is said apart."""
    return [
        Event("foreign" if _is_foreign(one) else "refused", who, one.case, action, first_words(one.refused))
        for one in outcomes
        if one.outcome == "refused"
    ]


def _is_foreign(outcome: Outcome) -> bool:
    """Whether it is not there for the actor: a case that is not theirs, or a draft of which no case was found."""
    return outcome.case is None or NOT_THERE in outcome.refusals


def first_words(sentences: Sequence[str]) -> str:
    """Return how a refusal begins, and how many sentences it has: what it says further on is for the one who asked."""
    if not sentences:
        return ""
    first = sentences[0]
    told = first if len(first) <= FIRST_WORDS else f"{first[:FIRST_WORDS]}…"
    return told if len(sentences) == 1 else f"{told}（共 {len(sentences)} 条理由）"
