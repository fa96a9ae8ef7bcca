"""The value of a field in words, by the type of the field, where no row of another kind need be read for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import clock
from register import numbers
from register.choices import CAPACITY_WORDS
from register.fields import in_parts
from states import ROLES
from storage import dictionary
from storage.paper_signs import said_of
from workflow.days import versions
from workflow.days.arrangement import read_written, shown, years_in

LONGEST_HASH: Final = 16


def shortened(digest: str) -> str:
    """Return the first and last signs of a hash."""
    return f"{digest[:8]}…{digest[-4:]}" if len(digest) > LONGEST_HASH else digest


def _days(value: str) -> str:
    days = read_written(value)
    return "；".join(str(shown(days, year)) for year in years_in(days))


def _entries(value: str) -> str:
    count = Counter(entry.section for entry in dictionary.read_written(value))
    return "、".join(f"{words} {count[name]} 项" for name, words in dictionary.SECTIONS.items() if count[name])


def _date(value: date | str) -> str:
    return clock.chinese_date(value if isinstance(value, date) else date.fromisoformat(value))


IN_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "days": _days,
    "entries": _entries,
    "numbers": lambda value: numbers.said(versions.read_written(value)),
    "date": _date,
    "file": lambda value: in_parts(str(value))[1],
    "role": lambda value: ROLES.get(value, str(value)),
    "roles": lambda value: "、".join(ROLES[role] for role in value.split()),
    "capacity": lambda value: CAPACITY_WORDS.get(value, str(value)),
    "hash": lambda value: shortened(str(value)),
    "signs": said_of,
    "flag": lambda value: "是" if value else "否",
}
"""What is not here is said as it is kept."""
