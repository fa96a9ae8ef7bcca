"""Every guard of the register by its name: a module that declares some is named here, else nobody would load it."""

from __future__ import annotations

from typing import Final

from register import guards, wording
from register.guarding import GUARDS

DECLARED_IN: Final = (guards, wording)
__all__ = ["DECLARED_IN", "GUARDS"]
