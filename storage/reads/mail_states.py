"""What became of a mail, as people are told it."""

from __future__ import annotations

from typing import Final

BECAME: Final = "CASE WHEN d.state = 'sent' AND d.last_error <> '' THEN 'kept' ELSE d.state END"
"""The state of a delivery `d`; kept is what was written into the folder and has not left the house."""
