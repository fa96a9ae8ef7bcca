"""The calendar at the command line: a year's arrangement from a file; the operator's entry stands at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import clock
from cli.opening import open_house, os_user
from cli.people import refusals_noted
from cli.talk import AsJson, At, Code, Refused, show
from ledger.arrangement import read_arrangement
from register.arrangements import KIND, Preview, preview, wanted_fields
from register.household import must_enter
from register.wanted import Wanted
from storage.engine import reading, writing
from storage.jurisdictions import find_jurisdiction
from workflow.people import operator


def calendar(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Excel、WPS 表格或 CSV，三栏：日期、上班/放假、名称")],
    notice: Annotated[str, typer.Option(help="放假通知的文号")],
    year: Annotated[int | None, typer.Option(help="年份；不写则看多数日子是哪一年")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看：各日、会变的期限；不改任何东西")] = False,
    jurisdiction: Code = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Enter a year's holidays and make-up days; the open clocks that they move follow, each on record."""
    house = open_house(context, jurisdiction)
    arranged = read_arrangement(file, year)
    if arranged.faults:
        raise Refused("；".join(f"第 {row} 行：{why}" if row else why for row, why in arranged.faults))
    now = house.moment(at)
    with reading(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id or 0
        found = preview(work.driver, place, arranged.year, arranged.days, clock.local_date(now))
    if not dry_run:
        fields = wanted_fields(arranged.year, arranged.days, found.was)
        with refusals_noted(house), writing(house.engine) as work:
            must_enter(work, [Wanted(KIND, "set", place, fields, notice)], operator(place, os_user()), now)
            work.commit()
    told = {
        "year": arranged.year,
        "days": len(arranged.days),
        "cases": found.count,
        "clocks": len(found.moving),
        "entered": not dry_run,
    }
    show(told, as_json=as_json, words=_words(found, dry_run=dry_run))


def _words(found: Preview, *, dry_run: bool) -> str:
    moved = f"{found.count} 个问题的 {len(found.moving)} 个期限"
    lines = [f"{found.said.year} 年：{found.said}", *found.notices]
    return "\n".join(
        [*lines, f"只是预告：会变动{moved}" if dry_run else f"已登记，{moved}随之变动；“登记”页列为没有人看过"]
    )
