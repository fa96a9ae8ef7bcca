"""The ledger's address: what it filters and where it stands, so that a link shows others the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.datastructures import QueryParams

from ledger.out_columns import A4, ALL, COLUMNS, PAPERS, USUAL, Column, Layout, columns_named
from states import KINDS, STATES
from storage.dictionary import LONGEST_WORDS
from storage.reads.dictionaries import OTHERWISE
from storage.reads.ledger.groups import GROUPS
from storage.reads.ledger.orders import DUE, SORTS
from storage.reads.ledger.questions import LAMPS, MARKS, NAMED, UNSETTLED, Filters
from storage.reads.standings import CONDITIONS, WITH_MEASURES, Counting
from storage.search import LONGEST_QUERY

_ASPECT: Final = re.compile(rf"\d{{1,18}}\.[A-Za-z0-9_-]{{1,20}}|{OTHERWISE}", re.ASCII)


OF_A_FIGURE: Final = ("figure", "each", "on", "since", "count", "around", "answers", "found_in")
"""What an address says of the number whose cases the ledger lists."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the ledger a page is: behind or before a place, from which row on; whether its rows are chosen, or all that is found; its groups."""

    after: str = ""
    before: str = ""
    at: int = 1
    picked: bool = False
    whole: bool = False
    group: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Spot:
        """Read where a page is; what is unknown is the top."""
        at, pick = _number(params.get("at", "")) or 1, params.get("pick")
        group = _one_of(params.get("group", ""), GROUPS)
        if pick == "whole" or group:  # all that is found begins at the top
            return cls(picked=pick == "whole", whole=pick == "whole", group=group)
        return cls(params.get("after", ""), params.get("before", ""), at, pick == "all")

    def said(self) -> dict[str, str]:
        """Return what the address says of it."""
        said = {"after": self.after, "before": self.before, "at": str(self.at) if self.at > 1 else ""}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Handing:
    """How the ledger is handed out: which columns, on which paper, as of the end of which past day."""

    columns: tuple[Column, ...] = COLUMNS
    paper: str = A4
    on: date | None = None

    @classmethod
    def of(cls, params: QueryParams, today: date) -> Handing:
        """Read it from an address, where columns are named by one word, by keys, or a box for each; what is unknown there is passed over."""
        said, boxes = params.get("columns", ""), params.getlist("column")
        keys = boxes if said == OWN else said.split(",")
        known = {one.key for one in COLUMNS}.intersection(key.strip() for key in keys)
        columns = columns_named(said if said in (USUAL, ALL) else ",".join(known))
        on = _day(params.get("as_of", ""))
        return cls(columns, _one_of(params.get("paper", ""), PAPERS) or A4, on if on and on < today else None)

    @property
    def layout(self) -> Layout:
        """Return how the sheet is laid out."""
        return Layout(self.columns, self.paper)

    @property
    def named(self) -> str:
        """Return by which word the columns go."""
        return next((word for word in (ALL, USUAL) if columns_named(word) == self.columns), OWN)


OWN: Final = "own"
"""The columns are chosen one by one."""


def filters_of(params: Mapping[str, str]) -> Filters:
    """Read what the address says; what is unknown there is passed over."""
    said = {name: "".join(sign for sign in value if sign.isprintable()).strip() for name, value in params.items()}
    return Filters(
        round=_number(said.get("round", "")),
        unit=_number(said.get("unit", "")),
        state=_one_of(said.get("state", ""), (*STATES, UNSETTLED)),
        kind=_one_of(said.get("kind", ""), KINDS),
        lamp=_one_of(said.get("lamp", ""), LAMPS),
        marks=frozenset(mark for mark in MARKS if said.get(mark) == "1"),
        due_from=_day(said.get("from", "")),
        due_to=_day(said.get("to", "")),
        aspect=said["aspect"] if _ASPECT.fullmatch(said.get("aspect", "")) else "",
        topic=said.get("topic", "")[:LONGEST_WORDS],
        text=said.get("q", "")[:LONGEST_QUERY],
        sort=_sort(said.get("sort", "")),
        **_named(said),
        **_of_a_figure(said),
    )


def _named(said: Mapping[str, str]) -> dict[str, Any]:
    return {name: said[name][:LONGEST_QUERY] for name in NAMED if name in said}


def _of_a_figure(said: Mapping[str, str]) -> dict[str, Any]:
    """Read which figure is counted, as of when and how; without one nothing of it is said."""
    figure = _one_of(said.get("figure", ""), CONDITIONS)
    if not figure:
        return {}
    return {
        "figure": figure,
        "each": _one_of(said.get("each", ""), WITH_MEASURES),
        "on": _day(said.get("on", "")),
        "since": _day(said.get("since", "")),
        "count": Counting.read(said.get("count", "")).address,
        "around": _number(said.get("around", "")),
        "answers": _number(said.get("answers", "")),
        "found_in": said.get("found_in", "")[:40],
    }


def address_of(filters: Filters) -> dict[str, str]:
    """Return the filters as an address says them."""
    said = {
        "round": filters.round,
        "unit": filters.unit,
        "state": filters.state,
        "kind": filters.kind,
        "lamp": filters.lamp,
        **{mark: "1" if mark in filters.marks else "" for mark in MARKS},
        "from": filters.due_from,
        "to": filters.due_to,
        "aspect": filters.aspect,
        "topic": filters.topic,
        "q": filters.text,
        "sort": filters.sort if filters.sort != DUE else "",
        **{name: getattr(filters, name) for name in (*NAMED, *OF_A_FIGURE)},
    }
    return {name: str(value) for name, value in said.items() if value or (name in NAMED and value is not None)}


def _sort(value: str) -> str:
    """Return the order that is asked for, with `-` in front downwards; what is unknown is the usual one."""
    return value if value.removeprefix("-") in SORTS else DUE


def _one_of(value: str, known: Collection[str]) -> str:
    return value if value in known else ""


def _number(text: str) -> int | None:
    # Shorter than what a BIGINT holds.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
