"""All guards and all that follows entries, collected from where they stand: who asks by name imports from here."""

from __future__ import annotations

from register import effects, exchange_rules, guards
from register.effects import AFTERWARDS, COLUMNS, FOLLOW, Afterwards
from register.guarding import GUARDS

__all__ = ["AFTERWARDS", "COLUMNS", "FOLLOW", "GUARDS", "Afterwards", "effects", "exchange_rules", "guards"]
