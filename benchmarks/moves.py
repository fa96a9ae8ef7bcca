"""One durable move, and a batch of 500, against hand-written SQL; and how a unit of work does on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Engine

from benchmarks.claims import Ours, Planned, batches_of, plan
from benchmarks.equal import assert_equal_rows, assert_equal_work, said
from benchmarks.floor import floor_on
from benchmarks.ground import Fed, Ground, ground
from benchmarks.measure import Figure, Size, compare
from benchmarks.unit_of_work import UnitOfWork

EACH = 20  # problems in an inspection, as a county has them
Said = dict[str, list[str]]
Batch = tuple[int, ...]


class Writes(Protocol):
    """A side that writes planned claims."""

    def claim(self, planned: Planned) -> None:
        """Write these claims in one transaction."""


def move(kind: str, name: str, size: Size) -> tuple[Figure, Said]:
    """Measure claims one by one, each a durable transaction."""
    rounds = [slice(turn * size.moves, (turn + 1) * size.moves) for turn in range(size.pairs + 1)]
    inspections = -(-size.moves * len(rounds) // EACH)
    with ground(kind, Fed(inspections, EACH)) as made:
        return _measured(name, made, batches_of(made, 1), rounds, size)


def batch(kind: str, name: str, size: Size) -> tuple[Figure, Said]:
    """Measure claims of a whole inspection in one call."""
    rounds = [slice(turn, turn + 1) for turn in range(size.pairs + 1)]
    with ground(kind, Fed(len(rounds), size.batch)) as made:
        return _measured(name, made, batches_of(made, size.batch), rounds, size)


def _measured(name: str, made: Ground, batches: list[Batch], rounds: list[slice], size: Size) -> tuple[Figure, Said]:
    batches = batches[: rounds[-1].stop]
    planned = plan(made, batches)
    our_engine, floor_engine = made.copy(), made.copy()
    ours = Ours(made, our_engine)
    amount = len(batches[0]) * (rounds[0].stop - rounds[0].start)

    def we(turn: int) -> None:
        for cases in batches[rounds[turn]]:
            ours.claim(cases)

    with floor_on(floor_engine) as floor:
        figure = compare(name, "moves/s", amount, size.pairs, we, _writing(floor, planned, rounds))
    assert_equal_rows(our_engine, floor_engine)
    return figure, _statements(made, batches, planned)


def _writing(side: Writes, planned: list[Planned], rounds: list[slice]) -> Callable[[int], None]:
    def run(turn: int) -> None:
        for one in planned[rounds[turn]]:
            side.claim(one)

    return run


def _statements(made: Ground, batches: Sequence[Batch], planned: Sequence[Planned]) -> Said:
    """Let both sides claim once more on fresh copies, and compare what they say to the database."""
    our_engine = made.copy()
    ours = Ours(made, our_engine)
    with floor_on(made.copy()) as floor:
        ours.claim(batches[0])  # rules and calendar are read once
        floor.claim(planned[0])
        heard = {
            "ours": said(_pooled(our_engine), lambda: ours.claim(batches[1])),
            "floor": said(floor.connection, lambda: floor.claim(planned[1])),
        }
    assert_equal_work(heard["ours"], heard["floor"])
    return heard


def _pooled(engine: Engine) -> Any:
    # Put back at once: the next who asks gets the same one.
    waiting = engine.raw_connection()
    connection = waiting.driver_connection
    waiting.close()
    return connection


def peer_unit_of_work(kind: str, name: str, size: Size) -> tuple[Figure, Said]:
    """Measure SQLModel's unit of work writing the same rows, against the floor: ours is the peer here."""
    rounds = [slice(turn * size.moves, (turn + 1) * size.moves) for turn in range(size.pairs + 1)]
    with ground(kind, Fed(-(-size.moves * len(rounds) // EACH), EACH)) as made:
        planned = plan(made, batches_of(made, 1)[: rounds[-1].stop])
        peer_engine, floor_engine = made.copy(), made.copy()
        peer = UnitOfWork(peer_engine)
        with floor_on(floor_engine) as floor:
            sides = _writing(peer, planned, rounds), _writing(floor, planned, rounds)
            figure = compare(name, "moves/s", size.moves, size.pairs, *sides)
        assert_equal_rows(peer_engine, floor_engine)
    return figure, {}
