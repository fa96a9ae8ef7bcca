"""How urgent 缓急 a notice is: whether it leaves at once, in office hours, or gathered with what else the day brings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from states import ACTIONS, CLOCKS, ESCALATED, UNBORN

Speed = Literal["now", "hours", "daily"]
FLAG = "flag"


def speed_of(action: str, facts: str, on: date, role: str) -> Speed:
    """Say how a notice made on a day leaves: what is new at any hour, what is red, escalated, urged or asks for an answer today in office hours."""
    if is_new(action):
        return "now"
    try:
        said: Mapping[str, Any] = json.loads(facts)
    except ValueError:  # what cannot be read is found out when the letter is made
        return "hours"
    urgent = is_raised(action) or ACTIONS[action].urges or any_late(said) or asks_today(said, on, role)
    return "hours" if urgent else "daily"


def is_new(action: str) -> bool:
    """Say whether a problem comes to its readers by the move: feedback, an order, a ledger brought in."""
    return UNBORN in ACTIONS[action].origin


def is_raised(action: str) -> bool:
    """Say whether the move escalates the problem, or flags it."""
    return ACTIONS[action].to == ESCALATED or action == FLAG


def any_late(facts: Mapping[str, Any]) -> bool:
    """Say whether one of the rungs told of comes after its date."""
    return any(CLOCKS[one["rule"]].rung(one["rung"]).late for one in facts.get("told", ()) if one["rule"] in CLOCKS)


def asks_today(facts: Mapping[str, Any], on: date, role: str) -> bool:
    """Say whether something is due from the reader on the day, or was before."""
    asked = [one["due_on"] for one in facts.get("told", ())]
    for name in ("copied", "pressed"):
        asked += [facts.get(name, {}).get(day) for day in ("due_on", "reply_by")]
    asked += [facts.get("state_due_on")] if facts.get("owes") == role else []
    return any(day is not None and day <= on.isoformat() for day in asked)
