"""A peer: the same claims by SQLModel's unit of work, as most of its users would write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Date, Engine
from sqlmodel import SQLModel, col, select

from benchmarks.claims import CHANGED, CLOCK, OUTBOX, STANDING, TEXTS, TRAIL, Claimed, Planned
from storage.engine import writing
from storage.sql import as_date
from storage.tables import Case, CaseClock, Head, Outbox, StandingRow, TextRow, TrailRow


class UnitOfWork:
    """Objects are read, changed and added; the session finds out what to write."""

    def __init__(self, engine: Engine) -> None:
        """Take the engine of the product, with its pragmas."""
        self._engine = engine

    def claim(self, planned: Planned) -> None:
        """Write these claims in one transaction."""
        with writing(self._engine) as work:
            head = work.session.exec(select(Head).where(Head.jurisdiction == planned.head[3]).with_for_update()).one()
            for one in planned.claims:
                case = work.session.exec(select(Case).where(Case.id == one.case).with_for_update()).one()
                clocks = work.session.exec(select(CaseClock).where(CaseClock.case_id == one.case)).all()
                disputed = select(Case.id).where(Case.inspection_id == one.inspection, col(Case.state) == "disputed")
                work.session.exec(disputed).all()
                stood = select(StandingRow).where(StandingRow.case_id == one.case, col(StandingRow.to_at).is_(None))
                work.session.exec(stood).one().to_at = one.trail[-1]
                _fill(case, CHANGED, one.changed)
                work.session.delete(next(clock for clock in clocks if clock.name == "claim"))
                work.session.add_all(_rows(one))
            head.size, head.frontier, head.last_at = planned.head[:3]
            work.commit()


def _rows(one: Claimed) -> list[SQLModel]:
    rows: list[tuple[type[SQLModel], Sequence[str], Sequence[Any]]] = [
        (CaseClock, CLOCK, one.clock), (TrailRow, TRAIL, one.trail), (TextRow, TEXTS, one.text),
        (StandingRow, STANDING, one.standing),
        *((Outbox, OUTBOX, row) for row in one.outbox),
    ]  # fmt: skip
    return [_fill(table(), names, values) for table, names, values in rows]


def _fill(row: SQLModel, names: Sequence[str], values: Sequence[Any]) -> SQLModel:
    columns = row.__table__.c  # type: ignore[attr-defined]
    for name, value in zip(names, values, strict=True):
        setattr(row, name, as_date(value) if isinstance(columns[name].type, Date) else value)
    return row
