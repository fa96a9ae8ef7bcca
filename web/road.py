"""The road of a case as a drawing: all states, the walked part lit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grammar import Move
from states import STATES, UNBORN
from web.manners import MANNERS

# Where each state stands: column and row of the drawing.
_PLACES = {
    "feedback": (0, 1), "disputed": (0, 0), "withdrawn": (1, 0), "claimed": (1, 1), "plan_review": (2, 1), "rectifying": (3, 1),
    "submitted": (4, 1), "verified": (5, 1), "publicized": (6, 1), "withheld": (6, 2), "escalated": (3, 2),
}  # fmt: skip
WIDE, HIGH, BOX_W, BOX_H = 108, 62, 84, 34


@dataclass(frozen=True, slots=True)
class Box:
    """A state in the drawing."""

    x: int
    y: int
    words: str
    lit: bool
    now: bool
    times: int


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow in the drawing."""

    path: str
    lit: bool


def road(moves: Sequence[Move], walked: Sequence[Mapping[str, Any]], state: str) -> dict[str, Any]:
    """Return the boxes and arrows of the drawing with the walked part lit, and its size."""
    gone = {(one["from"], one["to"]) for one in walked}
    visits: dict[str, int] = {}
    for one in walked:
        if one["from"] != one["to"]:
            visits[one["to"]] = visits.get(one["to"], 0) + 1
    # The main road is always drawn, the rest where it was walked: all arrows at once are a thicket.
    main = [move for move in moves if MANNERS[move.action].drawn]
    drawn = gone | {(origin, move.to) for move in main if move.to for origin in move.origin if origin != UNBORN}
    lines = sorted(
        (Line(_path(a, b), (a, b) in gone) for a, b in drawn if a in _PLACES and b in _PLACES and a != b),
        key=lambda one: (one.lit, one.path),
    )
    boxes = [
        Box(*_corner(name), STATES[name].shown, name in visits, name == state, visits.get(name, 0)) for name in _PLACES
    ]
    return {"boxes": boxes, "lines": lines, "width": 7 * WIDE - (WIDE - BOX_W) + 8, "height": 3 * HIGH + 4}


def _corner(name: str) -> tuple[int, int]:
    column, row = _PLACES[name]
    return 4 + column * WIDE, 12 + row * HIGH


def _path(a: str, b: str) -> str:
    """A straight arrow to the right or to another row; back along the same row as an arc below or above."""
    (ax, ay), (bx, by) = _corner(a), _corner(b)
    if ay == by and bx > ax:
        return (
            f"M{ax + BOX_W},{ay + BOX_H // 2} L{bx - 3},{by + BOX_H // 2}"
            if bx - ax == WIDE
            else _arc(ax, ay, bx, over=True)
        )
    if ay == by:
        return _arc(ax, ay, bx, over=False)
    start_y, end_y = (ay + BOX_H, by - 3) if by > ay else (ay, by + BOX_H + 3)
    return f"M{ax + BOX_W // 2},{start_y} L{bx + BOX_W // 2},{end_y}"


def _arc(ax: int, ay: int, bx: int, *, over: bool) -> str:
    y, lift = (ay, -11) if over else (ay + BOX_H, 11)
    start, end = ax + BOX_W // 2, bx + BOX_W // 2
    return f"M{start},{y} C{start},{y + lift} {end},{y + lift} {end},{y}"
