"""What keeps a sheet out before anything is looked up: the faults in its cells, and of work taken over where its rows stand."""

from __future__ import annotations

from ledger.brought import Brought
from ledger.errors import of_fault
from ledger.sheet import Sheet
from ledger.taking_over import faults_of


def refused(sheet: Sheet) -> Brought:
    """Return all that the sheet itself says against it, in the order of its rows; without faults an empty report."""
    errors = [of_fault(fault, sheet) for fault in sheet.faults]
    if errors:
        errors = sorted(errors + faults_of(sheet), key=lambda one: int(one["row"]))
    return Brought(problems=len(sheet.rows), notices=list(sheet.notices), errors=errors)
