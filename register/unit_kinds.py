"""Kinds of unit 党组织类别 that come with the product, entered where a jurisdiction has them not yet."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from register.wanted import Wanted
from storage.sql import Driver
from storage.unit_kinds import KIND, unit_kinds

SHIPPED: Final = Path(__file__).parent / "shipped" / "unit_kinds.toml"


@lru_cache(maxsize=1)
def shipped_kinds() -> tuple[dict[str, Any], ...]:
    """Return the kinds of unit that come with the product, in their order."""
    return tuple(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["kind"])


def wanted_kinds(driver: Driver, jurisdiction: int) -> list[Wanted]:
    """Return what is wanted for the kinds of the product to be there; one whose code or name is there already is the office's own to change."""
    there = unit_kinds(driver, jurisdiction).names
    lacking = [one for one in shipped_kinds() if one["code"] not in there and one["name"] not in there.values()]
    return [Wanted(KIND, "make", None, one) for one in lacking]
