"""An act on all that the ledger finds: those of it that the act fits, as many as go together, and of the others how many for which reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grammar import Move
from states import STATES
from storage.looks import Looks
from storage.reads.cases import Shown, shown_cases
from storage.reads.dictionaries import Dictionaries, dictionaries_of
from storage.reads.ledger.pages import numbers_fitting, states_of
from storage.sql import Driver
from web.acts.act import MOST_CASES
from web.ledger_address import filters_of
from web.manners import MANNERS
from web.pages.ledger import ask_of
from web.viewer import Viewer
from workflow.may import acts_as, prepares_as, receives_as

NOT_YOURS = "不由您办理"
SIGNED = "没有待签收的"


@dataclass(frozen=True, slots=True)
class Found:
    """What an act is begun with: the cases, how many of the others are left out for which reason, and how many wait for another time."""

    cases: tuple[int, ...]
    unfit: Mapping[str, int] = field(default_factory=dict)
    later: int = 0


def found_for(
    driver: Driver, viewer: Viewer, said: Mapping[str, str], move: Move, now: datetime, *, received: bool
) -> Found:
    """Return the cases of what the ledger finds that the act can be begun with; a permission is asked of each."""
    filters = filters_of(said)
    there = dictionaries_of(driver, viewer.actor.jurisdiction) if filters.aspect else Dictionaries()
    ask, looks = ask_of(viewer, filters, now, there), Looks(driver)
    signing = MANNERS[move.action].one_click
    stood, numbers = (
        looks.at(states_of, ask),
        looks.at(numbers_fitting, ask, () if signing else tuple(move.origin), MOST_CASES),
    )
    cases = shown_cases(driver, viewer.actor.jurisdiction, numbers())
    fit = [case.id for case in cases if _may(viewer, move, case, received=received)]
    unfit: Counter[str] = Counter()
    for state, (count, unsigned) in stood().items():
        if signing:
            unfit[SIGNED] += count - unsigned
        elif state not in move.origin:
            unfit[f"状态是{STATES[state].shown}"] += count
    unfit[NOT_YOURS] += len(cases) - len(fit)
    of_all = sum(
        unsigned if signing else (state in move.origin) * count for state, (count, unsigned) in stood().items()
    )
    later = of_all - (len(cases) - len(fit)) - len(fit[:MOST_CASES])
    return Found(tuple(fit[:MOST_CASES]), {why: count for why, count in unfit.most_common() if count}, later)


def _may(viewer: Viewer, move: Move, case: Shown, *, received: bool) -> bool:
    row = case.as_row()
    if received:
        return receives_as(viewer.actor, move, row) is not None
    return (acts_as(viewer.actor, move, row) or prepares_as(viewer.actor, move, row)) is not None
