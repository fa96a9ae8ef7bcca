"""All guards of the register: each module declares its own, and whoever judges takes them from here."""

from __future__ import annotations

from typing import Final

from register import guards, round_guards

MODULES: Final = (guards, round_guards)
GUARDS: Final = guards.GUARDS
"""The guards of all modules, by name."""
