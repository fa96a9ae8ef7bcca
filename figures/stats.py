"""The figures of `zhenggai stats`, with its keys: of the term that it is or of one round, as of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from figures.counting import count
from states import STATES
from storage.reads.coverage import rounds_of_other_terms
from storage.reads.founded import founded
from storage.reads.grouped import count_together
from storage.reads.other_figures import held_to_account
from storage.reads.standings import AsOf
from storage.sql import Driver

_OF_STATES = tuple(f"state_{name}" for name in STATES)
_COUNTED = (
    "problems", "of", "done", "rate", "overdue", "flagged", "escalated", "split_off", "rules_new", "rules_revised", "money_recovered",
    "taken_over", "came_in_closed", *_OF_STATES, "measures", "measures_done", "measures_open", "measures_late", "measures_rate",
)  # fmt: skip


def stats(
    driver: Driver,
    jurisdiction: int,
    today: date,
    round_id: int | None = None,
    on: date | None = None,
    since: date | None = None,
) -> dict[str, Any]:
    """Return the figures of the reports; the denominator `of` leaves out what was withdrawn or void.

    Of all rounds together it counts the term that it is: the rounds of another term are left out, and what was taken over closed 存量
    as well. Both were counted before, elsewhere, and stand beside.
    """
    of = AsOf(jurisdiction, on or today, today, round=round_id, since=since)
    others = [] if round_id else rounds_of_other_terms(driver, jurisdiction, of.on)
    found: dict[str, Any] = count(driver, of, _COUNTED)
    fen, came_in = found["money_recovered"], found["came_in_closed"]
    return {
        **founded(driver, of, others),
        "problems": found["problems"],
        "rules": found["rules_new"] + found["rules_revised"],
        "recovered_yuan": fen // 100 if fen % 100 == 0 else fen / 100,
        "by_state": {name: found[f"state_{name}"] for name in STATES},
        **{name: found[name] for name in ("done", "of")},
        "rate": None if found["rate"] is None else float(found["rate"]),
        **{name: found[name] for name in ("overdue", "flagged", "escalated")},
        "taken_over": {"problems": found["taken_over"], "running": found["taken_over"] - came_in, "closed": came_in},
        "split_off": found["split_off"],
        "measures": {
            "of": found["measures"],
            **{name: found[f"measures_{name}"] for name in ("done", "open", "late")},
            "rate": None if found["measures_rate"] is None else float(found["measures_rate"]),
        },
        "accountability": _held_to_account(driver, of),
        "other_terms": _of_rounds(driver, of, others),
        "on": of.on.isoformat(),
    }


def _held_to_account(driver: Driver, of: AsOf) -> dict[str, int] | None:
    """Return what was decided 问责 until the day and in the month of reporting; of one round nothing, since no decision is of one."""
    if of.round is not None:
        return None
    found = held_to_account(driver, of)
    return {
        **{name: sum(getattr(one, name) for one in found) for name in ("decisions", "organisations", "persons")},
        **{f"{name}_in": sum(one.month[at] for one in found) for at, name in enumerate(("organisations", "persons"))},
    }


def _of_rounds(driver: Driver, of: AsOf, rounds: list[int]) -> dict[str, int]:
    """What the rounds of other terms hold: how many they are, their problems, and how many of these are not settled."""
    if not rounds:
        return {"rounds": 0, "problems": 0, "open": 0}
    problems, open_ = count_together(driver, ("problems", "open"), of, rounds)
    return {"rounds": len(rounds), "problems": problems, "open": open_}
