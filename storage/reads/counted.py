"""What counts as work of this term: all but what was taken over closed 存量, which was counted elsewhere and stands beside. The one judge."""

from __future__ import annotations

from typing import Final

from states import DONE

_CLOSED: Final = ", ".join(f"'{state}'" for state in DONE)
CAME_IN_CLOSED: Final = f"c.taken_over_as IN ({_CLOSED})"
"""Over `cases c`: it was closed as it came in."""
OURS: Final = f"(c.taken_over_as IS NULL OR c.taken_over_as NOT IN ({_CLOSED}) OR c.cycle > 1)"
"""It is this term's: fed back here, taken over while under way, or reopened here since."""
STANDS_BESIDE: Final = f"({CAME_IN_CLOSED} AND c.cycle = 1)"
"""It is not."""
