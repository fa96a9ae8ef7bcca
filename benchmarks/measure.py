"""Measuring: two sides take turns, and the medians of their rates are compared."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Run = Callable[[int], float | None]  # one round; where getting ready must not count, it says how long it took


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: the full size, or a tiny one that only shows that all parts work."""

    pairs: int = 9
    moves: int = 60
    batch: int = 500
    few: int = 1_000
    many: int = 100_000
    leaves: int = 50_000
    jurisdictions: int = 8


FULL = Size()
TINY = Size(pairs=1, moves=2, batch=12, few=20, many=60, leaves=200, jurisdictions=2)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the answer: two rates, `ratio` = ours / floor, and how many things `n` each side did."""

    name: str
    ours: float
    floor: float
    ratio: float
    unit: str
    n: int


def compare(name: str, unit: str, amount: int, pairs: int, ours: Run, floor: Run) -> Figure:
    """Let both sides do round 0 to get warm, then the rounds 1 … pairs in turn; `amount` things a round."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(pairs + 1):
        for side, run in enumerate((ours, floor)):
            taken = _seconds(run, turn)
            if turn:
                seconds[side].append(taken)
    gc.unfreeze()
    rates = [amount / median(one) for one in seconds]
    ours_told, floor_told = map(_four_figures, rates)
    return Figure(name, ours_told, floor_told, round(rates[0] / rates[1], 3), unit, amount * pairs)


def _four_figures(rate: float) -> float:
    """Round to four significant figures: two starts a second and a million leaves are told equally well."""
    return float(f"{rate:.4g}")


def _seconds(run: Run, turn: int) -> float:
    gc.collect()  # neither side pays for the other's waste …
    gc.freeze()  # … nor for looking through what is only there to measure
    start = perf_counter()
    taken = run(turn)
    return perf_counter() - start if taken is None else taken
