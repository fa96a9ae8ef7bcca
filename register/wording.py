"""Dictionaries 问题分类: the one that comes with the product, and the newest version of one that an entry is about."""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

from register.wanted import Standing, Wanted
from storage.dictionary import Entry, read_written, written
from storage.reads.dictionaries import Dictionaries, Version, dictionaries_of
from storage.sql import Driver

SHIPPED: Final = Path(__file__).parent / "shipped" / "dictionary.toml"
LONGEST_TOPIC: Final = 60


@lru_cache(maxsize=1)
def shipped() -> tuple[str, tuple[Entry, ...]]:
    """Return the dictionary that comes with the product: its name and its entries."""
    table = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return table["name"], read_written(json.dumps(table["entry"]))


def wanted_shipped(driver: Driver, jurisdiction: int) -> list[Wanted]:
    """Return what is wanted for the dictionary of the product to be there: nothing once any version of its name is, which is the office's own to change."""
    name, entries = shipped()
    if any(one.name == name for one in dictionaries_of(driver, jurisdiction).versions):
        return []
    return [Wanted("dictionary", "make", None, {"name": name, "entries": written(entries)})]


def newest_version(one: Standing) -> int:
    """Return the number of the newest version of the dictionary that is named; 0 where there is none."""
    found = newest_of(one)
    return found.version if found else 0


def newest_of(one: Standing) -> Version | None:
    """Return the newest version of the dictionary that is named."""
    name = one.said.get("name", one.after.get("dictionary"))
    return next((had for had in dictionaries_there(one).newest() if had.name == name), None)


def dictionaries_there(one: Standing) -> Dictionaries:
    """Return the dictionaries of the jurisdiction."""
    return dictionaries_of(one.driver, one.jurisdiction)
