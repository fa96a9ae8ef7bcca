"""What the office has set 设置: the lines round a mail, its sender's name and address of links, and what organs are called here; read in one place.

It is one row of the register. Whoever needs it asks for it beside what they ask anyway (`column`), so that it costs no statement of its own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from typing import Final
from urllib.parse import urlsplit

from states import DISCIPLINE, GROUP, OFFICE, ORGANISATION, ROLES
from storage.sql import Driver

KIND: Final = "setting"
SENDER: Final = "整改督办"
LONGEST_LINK: Final = 200
_LABEL: Final = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PORT: Final = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_LINK: Final = re.compile(rf"https?://{_LABEL}(\.{_LABEL})*(:{_PORT})?(/[a-zA-Z0-9_-][a-zA-Z0-9._-]*)*/?")
"""An address in the letters that nobody takes for others: who reads a mail sees whose it is."""
ORGANS: Final = (OFFICE, DISCIPLINE, ORGANISATION, GROUP)
"""The roles that a place may call by another name; the fields of the row have theirs."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What was set; what was not is empty, and the product's own holds."""

    header: str = ""
    footer: str = ""
    hours: str = ""
    contact: str = ""
    sender: str = ""
    link: str = ""
    office: str = ""
    discipline: str = ""
    organisation: str = ""
    leading_group: str = ""
    office_full: str = ""
    discipline_full: str = ""
    organisation_full: str = ""
    leading_group_full: str = ""

    @property
    def from_name(self) -> str:
        """Return the name beside the sender's address."""
        return self.sender or SENDER

    def called(self, role: str) -> str:
        """Return what a role is called here."""
        return (getattr(self, role) if role in ORGANS else "") or ROLES.get(role, "")

    def full(self, role: str) -> str:
        """Return the full name of an organ as its papers bear it, where it is set."""
        return str(getattr(self, f"{role}_full")) if role in ORGANS else ""


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
    """Say whether links may begin so: http or https, a plain host, a port where there is one, a plain path, and nothing else."""
    return _LINK.fullmatch(text) is not None and len(text) <= LONGEST_LINK


def is_here_alone(link: str) -> bool:
    """Say whether an address leads every computer to itself: nobody else can open it."""
    host = (urlsplit(link).hostname or "").lower()
    return host in ("localhost", "::1") or host.startswith("127.")
