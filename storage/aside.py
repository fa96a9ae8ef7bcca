"""How what was put aside for another to decide stands: prepared ledgers, orders and papers alike."""

from __future__ import annotations

from typing import Final

WAITING: Final = "open"
SENT: Final = "sent"
DROPPED: Final = "dropped"
