"""As of which day, and of which round, figures are asked for at the command line."""

from __future__ import annotations

from datetime import date

from cli.talk import Refused
from storage.work import Work


def day_said(text: str | None, today: date) -> date:
    """Return the day as of which is counted: no day to come."""
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise Refused(f"“{text}”不是日期，请写成 2026-03-31", 2) from None
    if day > today:
        raise Refused(f"{day:%Y-%m-%d} 还没有到，不能统计", 2)
    return day


def round_of(work: Work, jurisdiction: int, name: str) -> int | None:
    """Return the round of that name."""
    # The tables of a round are a third of a start: only for who names one.
    from storage.rounds import find_round

    found = find_round(work.session, jurisdiction, name)
    if found is None:
        raise Refused(f"没有轮次“{name}”")
    return found.id
