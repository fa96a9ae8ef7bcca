"""What an import says aloud of new problems and keeps all the same: days that do not fit, words that stand twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from clock import chinese_date
from ledger.sheet import Row, Sheet
from states import KINDS
from storage.sql import Driver
from storage.tables import Inspection
from workflow.days.limits import add
from workflow.rules import in_force


def noticed(
    driver: Driver,
    sheet: Sheet,
    rows: Sequence[Row],
    inspections: Mapping[str, Inspection],
    days: Mapping[str, date],
    feedback_on: date | None,
) -> Iterator[str]:
    """Yield what is noticed about new problems: `days` are those on which they are fed back, `feedback_on` the one that was asked for."""
    yield from _other_days(rows, inspections, feedback_on)
    yield from _dates(driver, sheet, rows, inspections, days)
    yield from _twins(sheet, rows)


def _other_days(rows: Sequence[Row], inspections: Mapping[str, Inspection], feedback_on: date | None) -> Iterator[str]:
    """Say where new problems are fed back on another day than the inspection's; where nothing is new it changes nothing."""
    for name in dict.fromkeys(row.unit or "" for row in rows):
        kept = inspections[name].feedback_on
        if kept and feedback_on and kept != feedback_on:
            day = chinese_date(feedback_on)
            yield f"{name}的反馈日期已记为 {chinese_date(kept)}，未改为 {day}；本次新增的问题按 {day} 反馈"


def _dates(
    driver: Driver, sheet: Sheet, rows: Sequence[Row], inspections: Mapping[str, Inspection], days: Mapping[str, date]
) -> Iterator[str]:
    if not rows:
        return
    one = next(iter(inspections.values()))
    profiles, calendar = in_force(driver, one.jurisdiction, [one.round_id])
    for row in rows:
        if row.due is None:
            continue
        feedback = days[row.unit or ""]
        latest = add(feedback, profiles[one.round_id].limits[row.kind], calendar)
        if row.due < feedback:
            yield f"{sheet.place(row.row)}：整改时限 {chinese_date(row.due)} 早于反馈日 {chinese_date(feedback)}，照录"
        elif row.due > latest:
            yield (
                f"{sheet.place(row.row)}：整改时限 {chinese_date(row.due)} 超过{KINDS[row.kind]}的上限 {chinese_date(latest)}，照录"
            )


def _twins(sheet: Sheet, rows: Sequence[Row]) -> Iterator[str]:
    twins: dict[tuple[str | None, str, str], list[int]] = defaultdict(list)
    for row in rows:
        twins[row.unit, row.problem, row.detail].append(row.row)
    for (unit, problem, _), places in twins.items():
        if len(places) > 1:
            yield f"{unit}{sheet.listed(places)}的问题文字相同：{problem[:30]}"
