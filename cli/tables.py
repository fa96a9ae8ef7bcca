"""The tables A to G 统计表 from the command line: as a workbook, as Word, as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import clock
from cli.asof import day_said, round_of
from cli.opening import House
from cli.papers import press
from cli.talk import Refused, say, show
from figures.months import first_of
from figures.printed import PRINTED, SHEETS, printed
from figures.sheets import write_tables
from papers.figure_tables import SHEET, sheet
from papers.render import FORMS, render_as
from storage.engine import reading
from storage.jurisdictions import find_jurisdiction
from storage.reads.standings import AsOf


def write(
    house: House, file: Path | None, letter: str, round_name: str | None, on: str | None, *, as_json: bool
) -> None:
    """Write the tables of a letter, or all of them, as of a day into a file."""
    form = file.suffix.lower().removeprefix(".") if file else ""
    if file is None or form not in {*FORMS, "xlsx"}:
        raise Refused("请写明文件：zhenggai stats --table A 文件.pdf、文件.docx 或 文件.xlsx", 2)
    names = [letter] if letter in PRINTED else [n for n in SHEETS if not letter or PRINTED[n].letter == letter.upper()]
    if not names:
        raise Refused(f"没有统计表 {letter}，有 A 到 G，或 {'、'.join(PRINTED)}", 2)
    now = clock.now()
    today, begins = clock.local_date(now), house.settings.config.figures.month_begins
    day = day_said(on, today)
    with reading(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code)
        around = round_of(work, place.id, round_name) if round_name else None
        of = AsOf(place.id, day, today, round=around, since=first_of(day, begins))
        tables = [printed(work.driver, of, name, begins=begins) for name in names]
    said = f"截至{clock.chinese_date(day)}，按问题计，{round_name or '本届各轮次'}。"
    found: dict[str, Any] = {"file": str(file), "tables": [one.title for one in tables], "on": day.isoformat()}
    if form == "xlsx":
        write_tables(file, f"{place.name}巡察整改统计表", said, tables, made_at=now)
    else:
        made = render_as(SHEET, sheet(place.name, tables, said), form, press(house.settings))
        file.write_bytes(made.content)
        for notice in made.notices:
            say(f"提示：{notice}")
    show(found, as_json=as_json, words=f"已写出统计表 {len(tables)} 张到 {file}")
