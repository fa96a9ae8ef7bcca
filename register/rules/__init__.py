"""All guards, and all that follows entries, collected from where they stand: who asks by name imports from here."""

from __future__ import annotations

from typing import Final

from register.rules import (
    accounting,
    effects,
    exchange,
    gatherings,
    general,
    papers,
    profiles,
    recurrences,
    restrictions,
    rounds,
    settings,
    suspensions,
    ties,
    units,
    words,
)
from register.rules.following import AFTERWARDS, COLUMNS, FOLLOW, Afterwards
from register.rules.guarding import GUARDS

MODULES: Final = (
    general,
    accounting,
    effects,
    exchange,
    gatherings,
    papers,
    profiles,
    recurrences,
    restrictions,
    rounds,
    settings,
    suspensions,
    ties,
    units,
    words,
)
"""A module that declares some is named here, else nobody would load it."""

__all__ = ["AFTERWARDS", "COLUMNS", "FOLLOW", "GUARDS", "MODULES", "Afterwards"]
