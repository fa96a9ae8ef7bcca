"""What can be measured, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks import figures, ledgers, moves, pages, scans, starts, trails
from benchmarks.measure import Figure, Size
from benchmarks.moves import Said

Measure = Callable[[str, Size], tuple[Figure, Said]]


def _silent(measure: Callable[[str, str, Size], Figure], kind: str) -> Measure:
    return lambda name, size: (measure(kind, name, size), {})


def _plain(measure: Callable[[str, Size], Figure]) -> Measure:
    return lambda name, size: (measure(name, size), {})


BENCHMARKS: dict[str, Measure] = {}
for _kind in ("sqlite", "postgres"):
    BENCHMARKS |= {
        f"move_{_kind}": partial(moves.move, _kind),
        f"batch_{_kind}": partial(moves.batch, _kind),
        f"scan_{_kind}": _silent(scans.scan_batch, _kind),
        f"nothing_due_{_kind}": _silent(scans.scan_nothing_due, _kind),
        f"figures_{_kind}": _silent(figures.figures, _kind),
        f"trail_{_kind}": _silent(trails.trail, _kind),
        f"peer_unit_of_work_{_kind}": partial(moves.peer_unit_of_work, _kind),
    }
    BENCHMARKS |= {f"looks_{name}_{_kind}": _silent(pages.together, _kind) for name in pages.TOGETHER}
BENCHMARKS |= {f"page_{name}": _plain(pages.page) for name in pages.PAGES}
BENCHMARKS |= {f"ledger_{name}": _plain(ledgers.ledger) for name in ledgers.LAYOUTS}
BENCHMARKS |= {"help": _plain(starts.help_list), "command": _plain(starts.command)}
BENCHMARKS |= {"schedulers": _silent(scans.schedulers, "postgres"), "tree": _silent(trails.tree, "none")}


def measured(name: str, size: Size) -> tuple[Figure, Said]:
    """Measure one thing."""
    return BENCHMARKS[name](name, size)
