"""Files that an act needs and the system holds: nobody is asked for the same file twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from storage.reads.materials import approved_text
from storage.sql import Driver
from web.manners import MANNERS
from workflow.subject import Intent, Material


def with_held(driver: Driver, intents: Sequence[Intent]) -> list[Intent]:
    """Return the intents, each with the files that the system holds for it, unless one was given.

    The text made public is the one that was approved.
    """
    found = []
    for one in intents:
        wanted = set(MANNERS[one.action].held) - {m.kind for m in one.materials}
        held = approved_text(driver, one.case_id or 0) if "text" in wanted else None
        more = (Material("text", held.sha256, held.name, held.size),) if held else ()
        found.append(replace(one, materials=(*one.materials, *more)))
    return found
