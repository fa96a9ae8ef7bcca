"""What must hold before an entry is made, all of it: every module that declares guards is named here."""

from __future__ import annotations

from typing import Final

from register import gathering_guards, guards
from register.guarding import GUARDS, Guard

MODULES: Final = (guards, gathering_guards)
RULES: Final[dict[str, Guard]] = GUARDS
"""By name, as the table of kinds names them."""
