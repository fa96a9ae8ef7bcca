"""The recurring duties on one screen; each can be run by hand too."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import typer

from cli.guarding import guard
from cli.logbook import masked
from cli.opening import House, open_house
from cli.post import deliver_now
from cli.scanning import batch_of
from cli.talk import say
from cli.traces import said
from papers.monthly import draft_monthly
from scheduler import Duty, run_until_told
from storage.duties import note_run
from storage.engine import reading
from storage.jurisdictions import jurisdiction_codes
from storage.troubles import database_errors
from trail.checkpoint import WithheldSignature, sign_checkpoint
from trail.verify import verify
from workflow.scan import Scanned
from workflow.scan import scan as scan_cases


def scheduler(context: typer.Context) -> None:
    """Scan, deliver, sign checkpoints and verify at the configured intervals, until told to stop."""
    house = open_house(context)
    guard(house)
    run_until_told(duties_of(house), say)


def duties_of(house: House) -> list[Duty]:
    """Return all recurring duties of the house, on one screen."""
    every = house.settings.config.scheduler
    return [
        _noted(house, "scan", every.scan, lambda now: _counts(scan_cases(house.engine, now, batch_of(house)))),
        _noted(
            house,
            "report",
            every.report,
            lambda now: draft_monthly(house.engine, now, house.settings.config.figures.month_begins),
        ),
        _noted(house, "deliver", every.deliver, lambda now: asdict(deliver_now(house, now))),
        _noted(house, "checkpoint", every.checkpoint, lambda now: _checkpoints(house, now)),
        _noted(house, "verify", every.verify, lambda _: verify(house.engine, house.settings.home).report()),
    ]


def _noted(house: House, name: str, every: int, run: Callable[[datetime], dict[str, Any]]) -> Duty:
    """Return a duty whose every run is noted, with how it ended."""

    def noted(now: datetime) -> dict[str, Any]:
        try:
            found = run(now)
        except Exception as error:
            from cli.refusals import refusal_of

            told = refusal_of(error)
            why = masked(told[0] if told else said(error))
            # When the database itself failed, the run cannot be noted in it: then only the log tells.
            with contextlib.suppress(*database_errors()):
                note_run(house.engine, name, now, {"why": why}, ok=False)
            raise
        note_run(house.engine, name, now, found, ok=found.get("ok", True))
        return found

    return Duty(name, every, noted)


def _counts(found: Scanned) -> dict[str, int]:
    return {"due": found.due, "fired": len(found.fired), "failed": len(found.failed)}


def _checkpoints(house: House, now: datetime) -> dict[str, int]:
    """Sign every jurisdiction's tree; where one is in doubt, sign the others first and then raise its WithheldSignature."""
    with reading(house.engine) as work:
        places = jurisdiction_codes(work.driver)
    sizes, withheld = {}, []
    for code in places:
        try:
            sizes[code] = sign_checkpoint(house.engine, house.settings.home, code, now).size
        except WithheldSignature as error:
            withheld.append(error)
    if withheld:
        raise withheld[0]
    return sizes
