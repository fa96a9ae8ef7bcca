"""Meetings of the leading group 领导小组会议 as a decision names them: by their number, however it is written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from unicodedata import normalize

from clock import chinese_date
from storage.sql import Driver
from storage.visible import tidy

MEETING: Final = "meeting"
GROUP_MEETING: Final = "leading_group"
"""The sort of a meeting whose decisions are entered on behalf of the leading group."""


@dataclass(frozen=True, slots=True)
class GroupMeeting:
    """A meeting of the leading group as it is registered: its number, its day, the cases on its agenda, its minutes by hash."""

    number: str
    held_on: date
    agenda: frozenset[int]
    minutes: str

    @property
    def called(self) -> str:
        """Return what it is called in a sentence."""
        return f"{chinese_date(self.held_on)} 领导小组会议 {self.number}"


_BRACKETS: Final = str.maketrans(
    dict.fromkeys("([{【〖〘〚〈《「『", "〔") | dict.fromkeys(")]}】〗〙〛〉》」』", "〕")
)


def plain_number(text: str) -> str:
    """Return a number as it reads: full-width digits, other brackets and blanks make no other number."""
    return normalize("NFKC", tidy(text)).replace(" ", "").translate(_BRACKETS)


def group_meetings(driver: Driver, jurisdiction: int, numbers: Collection[str]) -> dict[str, Sequence[GroupMeeting]]:
    """Return the registered meetings of the leading group that have one of these plain numbers, by it."""
    found: dict[str, list[GroupMeeting]] = defaultdict(list)
    sql = f"SELECT fields FROM listed WHERE jurisdiction = ? AND kind = '{MEETING}' ORDER BY id"
    for (fields,) in driver.all(sql, (jurisdiction,)):
        row = json.loads(fields)
        number = plain_number(row.get("number") or "")
        if row["sort"] == GROUP_MEETING and number in numbers:
            found[number].append(_meeting(row))
    return dict(found)


def _meeting(row: dict[str, Any]) -> GroupMeeting:
    agenda = frozenset(row.get("agenda") or ())
    return GroupMeeting(row["number"], date.fromisoformat(row["held_on"]), agenda, row.get("minutes") or "")
