"""Who signed for a paper 文书, by role: countersignatures 会签 and receipts 签收, as one text beside the paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from states import ROLES


@dataclass(frozen=True, slots=True)
class Sign:
    """One of a role signed: who, on which day or at which minute; on paper, as entered by somebody else, with the reason and its scan."""

    name: str
    on: str
    by: int | None = None
    """Who it was, or who entered it."""
    why: str = ""
    """Of what was not done here: why, as the office entered it."""
    scan: str = ""
    """The hash of what was signed on paper."""
    scan_name: str = ""

    @property
    def day(self) -> date:
        """Return the day on which it was."""
        return date.fromisoformat(self.on[:10])


def signs_in(text: str) -> dict[str, Sign]:
    """Return the signatures that a text holds, by role."""
    return {role: Sign(**said) for role, said in json.loads(text).items()} if text else {}


def signs_written(signs: Mapping[str, Sign]) -> str:
    """Return the text that holds these signatures; an empty one of none."""
    said = {role: {name: value for name, value in asdict(one).items() if value} for role, one in signs.items()}
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else ""


def said_of(text: str) -> str:
    """Return signatures in words: who signed in which role, when, and why one did not."""
    return "；".join(
        f"{ROLES.get(role, role)} {one.name} {one.on}{f'（{one.why}）' if one.why else ''}"
        for role, one in signs_in(text).items()
    )


def like_sign_of(role: str) -> str:
    """Return the pattern of texts that hold a signature of a role."""
    return f'%"{role}":%'
