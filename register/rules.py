"""All guards and all that follows entries, collected from where they stand: who asks by name imports from here."""

from __future__ import annotations

from register import (
    avoidance,
    confidence,
    effects,
    gathering_guards,
    guards,
    profile_rules,
    round_guards,
    setting_rules,
    wording,
)
from register.following import AFTERWARDS, COLUMNS, FOLLOW, Afterwards
from register.guarding import GUARDS

__all__ = [
    "AFTERWARDS",
    "COLUMNS",
    "FOLLOW",
    "GUARDS",
    "Afterwards",
    "avoidance",
    "confidence",
    "effects",
    "gathering_guards",
    "guards",
    "profile_rules",
    "round_guards",
    "setting_rules",
    "wording",
]
