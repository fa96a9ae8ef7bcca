"""What the office has set 设置: the lines round a mail, its sender's name and address of links, and what organs are called here; read in one place.

It is one row of the register. Whoever needs it asks for it beside what they ask anyway (`column`), so that it costs no statement of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Final
from urllib.parse import urlsplit

from states import DISCIPLINE, GROUP, OFFICE, ORGANISATION, ROLES
from storage.sql import Driver

KIND: Final = "setting"
SENDER: Final = "整改督办"
ORGANS: Final = (OFFICE, DISCIPLINE, ORGANISATION, GROUP)
"""The roles that a place may call by another name; the fields of the row have theirs."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What was set; what was not is empty, and the product's own holds."""

    header: str = ""
    footer: str = ""
    sender: str = ""
    link: str = ""
    office: str = ""
    discipline: str = ""
    organisation: str = ""
    leading_group: str = ""

    @property
    def from_name(self) -> str:
        """Return the name beside the sender's address."""
        return self.sender or SENDER

    def called(self, role: str) -> str:
        """Return what a role is called here."""
        return (getattr(self, role) if role in ORGANS else "") or ROLES.get(role, "")


UNSET: Final = Setting()
_NAMES: Final = frozenset(one.name for one in fields(Setting))


def column(jurisdiction: str) -> str:
    """Return the column that reads it, in a statement where that column names the jurisdiction."""
    return f"(SELECT l.fields FROM listed l WHERE l.jurisdiction = {jurisdiction} AND l.kind = '{KIND}' ORDER BY l.id LIMIT 1)"


def read_setting(text: str | None) -> Setting:
    """Return the setting by the column as it was read."""
    row = json.loads(text) if text else {}
    return Setting(**{name: value for name, value in row.items() if name in _NAMES and value})


def setting_of(driver: Driver, jurisdiction: int) -> Setting:
    """Return what the office of a jurisdiction has set."""
    row = driver.one(f"SELECT {column('j.id')} FROM jurisdictions j WHERE j.id = ?", (jurisdiction,))
    return read_setting(row[0] if row else None)


def is_link(text: str) -> bool:
    """Say whether links may begin so: an address of a page, without anything behind it."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.query or parts.fragment or parts.username)
            and text.isprintable()
            and " " not in text
        )
    except ValueError:
        return False
