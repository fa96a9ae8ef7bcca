"""Scanning by hand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.opening import House, open_house
from cli.talk import AsJson, At, show
from states import RUNGS
from workflow.scan import Scanned, batch_size
from workflow.scan import scan as scan_cases


def scan(
    context: typer.Context,
    at: At = None,
    batch: Annotated[int | None, typer.Option(help="每批问题数")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不保留")] = False,
    as_json: AsJson = False,
) -> None:
    """Look once at every case whose time has come: remind, flag, escalate."""
    house = open_house(context)
    found = scan_cases(house.engine, house.moment(at), batch or batch_of(house), dry_run=dry_run)
    show(asdict(found), as_json=as_json, words=_scan_words(found))


def batch_of(house: House) -> int:
    """Return how many cases the configuration lets a batch of this database have."""
    numbers = house.settings.config.scan
    return batch_size(house.engine, numbers.batch_sqlite, numbers.batch)


def _scan_words(found: Scanned) -> str:
    lines = [f"问题 {one['case']}：{RUNGS[one['rung']]}（{one['criterion'] or one['clock']}）" for one in found.fired]
    return "\n".join([f"到点 {found.due} 个，办理 {len(found.fired)} 项，失败 {len(found.failed)} 个", *lines])
