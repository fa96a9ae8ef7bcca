"""Figures as they were counted 冻结: what a paper made of figures says, as one canonical JSON; and what of it has changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from figures.printed import said
from figures.table import FIGURES
from papers.kinds import KINDS
from papers.tally import Tally

_LEVELS: Final = {
    "units": "有应整改问题的单位", "whole": "整改完成率 100 % 的单位", "below_90": "低于 90 % 的单位", "below_80": "低于 80 % 的单位",
}  # fmt: skip
_FOUNDED: Final = {"rounds": ("轮次", "轮"), "organisations": ("被巡察党组织", "个")}
_CLUES: Final = {"handed": "移交问题线索", "closed": "办结问题线索", "late": "逾期未复问题线索"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure: its name and words, what it came to in words, of what part it is a share, and by which condition its cases are found."""

    name: str
    shown: str
    said: str
    unit: str = ""
    part: int | None = None
    of: int | None = None
    condition: str = ""

    @property
    def whole(self) -> str:
        """Return it with its unit."""
        return f"{self.said} {self.unit}".rstrip()


def figures_of(tally: Tally) -> Iterator[Counted]:
    """Yield every figure of a tally."""
    for name, (shown, unit) in _FOUNDED.items():
        yield Counted(name, shown, str(tally.founded[name]), unit)
    for name, one in FIGURES.items():
        if name not in tally.values:
            continue
        value = tally.values[name]
        if one.is_rate:
            part, of = (int(tally.values[each] or 0) for each in (one.numerator, one.denominator))
            yield Counted(name, one.shown, said(one, value), "", part, of, FIGURES[one.numerator].fulfils)
        else:
            yield Counted(name, one.shown, said(one, value), one.unit, condition=one.fulfils)
    for name, shown in _LEVELS.items():
        yield Counted(f"units_{name}", shown, str(tally.levels[name]), "个")
    for name, shown in _CLUES.items():
        yield Counted(f"clues_{name}", shown, str(tally.clue(name)), "件")
    for paper, now, _ in tally.letters:
        # What is made of figures is none of its own: issued on the day as of which it counts, it would be wrong at once.
        if now and not (paper in KINDS and KINDS[paper].counts):
            yield Counted(
                f"letter_{paper}", f"本期签发{KINDS[paper].shown if paper in KINDS else '系统外文书'}", str(now), "件"
            )


def frozen(tally: Tally, paper: str) -> str:
    """Return what was counted as canonical JSON: names in order, nothing between, the same bytes for the same figures."""
    of = tally.of
    body = {
        "v": 1, "paper": paper, "since": (of.since or of.on).isoformat(), "on": of.on.isoformat(), "round": of.round,
        "count_in": "problems", "counting": of.counting.address, "entries": tally.entries, "late": len(tally.late),
        "figures": [_row(one) for one in figures_of(tally)],
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _row(one: Counted) -> dict[str, Any]:
    return {name: value for name in Counted.__slots__ if (value := getattr(one, name)) not in (None, "")}


def thawed(text: str | bytes) -> dict[str, Any]:
    """Return what was frozen, with its figures as they were."""
    body: dict[str, Any] = json.loads(text)
    return body | {"figures": [Counted(**row) for row in body["figures"]]}


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that comes to something else when it is counted again: as it was, and as it is."""

    was: Counted
    now: Counted


def changes(before: Mapping[str, Any], tally: Tally) -> list[Change]:
    """Return the figures that have changed; one that cannot be counted of a past day is passed over, one that was not there was nothing."""
    now = {one.name: one for one in figures_of(tally)}
    there = {one.name: one for one in before["figures"]}
    found = []
    for name in (*there, *(name for name in now if name not in there and name.startswith("letter_"))):
        one = now.get(name) or (_nothing(there[name]) if name.startswith("letter_") else None)
        was = there.get(name) or _nothing(now[name])
        if one and one.said != was.said:
            found.append(Change(was, one))
    return found


def _nothing(one: Counted) -> Counted:
    return Counted(one.name, one.shown, "0", one.unit)
