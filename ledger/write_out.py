"""Writing the office's ledger of a round, as its clerks know it; what was written comes back unchanged by import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlmodel import Session

from ledger.sheet_out import ExportRow, write_ledger
from states import RUNGS, STATES
from storage.ledgers import ledger_rows
from storage.sql import Driver, as_date
from storage.tables import Round


def write_out(session: Session, path: Path, round_row: Round, unit: str | None = None) -> int:
    """Write the ledger of a round (of one unit with its villages); return the number of problems."""
    title = f"{unit or ''}{round_row.name}巡察反馈问题整改台账"
    return write_ledger(path, title, _rows(Driver(session), round_row.id or 0, unit))


def _rows(driver: Driver, round_id: int, unit: str | None) -> Iterator[ExportRow]:
    return map(export_row, ledger_rows(driver, round_id, unit))


def export_row(row: dict[str, Any]) -> ExportRow:
    """Return a case's columns, with its unit's name, as the ledger's line."""
    return ExportRow(
        row["number"], row["unit"], row["problem"], row["category"], row["detail"], row["basis"], row["amount"],
        row["measures_said"], row["responsible"], row["department"], row["person"], as_date(row["due_on"]), row["kind"],
        row["said"], row["note"], STATES[row["state"]].shown, as_date(row["state_due_on"]), _warning(row),
        row["returns"], row["version"],
    )  # fmt: skip


def _warning(row: dict[str, Any]) -> str:
    words = [RUNGS[row["rung"]]] if row["rung"] else []
    return "；".join([*words, *(["疑似整改不力"] if row["flagged"] else [])])
