"""What an entry of the register may record, in words."""

from __future__ import annotations

from functools import lru_cache

from register.kinds import acts


@lru_cache(maxsize=1)
def recorded() -> dict[str, str]:
    """Return what an entry of the register may record, in words, by the name under which the log finds it."""
    return {f"{kind.name}.{act.name}": kind.said(act) for kind, act in acts() if not act.composed}
