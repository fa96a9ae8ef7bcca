"""What the first screen of a case says beside its words: since when it stands so, why it is flagged, what happened last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from states import ACTIONS, ESCALATED
from storage.reads.cases import Shown
from storage.reads.timeline import Entry
from web.manners import APART
from web.stops import day_of


@dataclass(frozen=True, slots=True)
class Brief:
    """Since when a case is in its state, the entries that say why it is flagged or rose, the last one that is no reminder."""

    since: date
    flagged_by: Sequence[Entry]
    last: Entry

    @property
    def said(self) -> str:
        """Return what was said in the last entry, the first of it."""
        said = (self.last.texts.get(name, "") for name, _ in _asks(self.last) if name not in APART)
        return next(filter(None, said), "")


def _asks(entry: Entry) -> Sequence[tuple[str, str]]:
    move = ACTIONS.get(entry.action)
    return [one for one in move.asks if one[1].removesuffix("?") == "text"] if move else ()


def walked_of(moves: Sequence[Entry]) -> list[Entry]:
    """Return the moves that changed the state."""
    return [one for one in moves if one.body["from"] != one.body["to"]]


def brief(case: Shown, entries: Sequence[Entry], walked: Sequence[Entry]) -> Brief:
    """Return what there is to say first of a case, of entries as the viewer may read them."""
    return Brief(day_of(walked[-1]), _why(case, entries, walked), _last(entries))


def _why(case: Shown, entries: Sequence[Entry], walked: Sequence[Entry]) -> list[Entry]:
    """Return by what it is flagged, and by what it rose where somebody said why."""
    flags = [one for one in entries if one.action == "flag"][-1:] if case.flagged else []
    rose = [one for one in walked[-1:] if one.body["to"] == ESCALATED and one.texts.get("reason")]
    return [*rose, *flags]


def _last(entries: Sequence[Entry]) -> Entry:
    """Return the last entry that somebody made, or by which something changed."""
    return next((one for one in reversed(entries) if one.action != "remind"), entries[-1])
