"""What was ordered at once 立行立改交办 and stands in the later list as well: it is linked, not doubled."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from ledger.errors import Error, of_row
from ledger.sheet import Row, Sheet
from ledger.words import squeezed
from states import STATES
from storage.reads.orders import Ordered, ordered_in
from storage.sql import Driver
from storage.work import Work
from workflow.engine import fire
from workflow.ordering import LISTING
from workflow.subject import Actor, Intent, Material

_MARKS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Link:
    """A row of the list that is a problem ordered at once: the case, in words; linked, unless the office says it is another."""

    row: int
    place: str
    number: str
    unit: str
    problem: str
    case: int
    said: str
    """Under which number it was ordered, and where it stands: 已立行立改，第 立1 号（待公开）."""
    linked: bool = True


def matched(
    driver: Driver,
    sheet: Sheet,
    rows: Sequence[Row],
    inspections: Mapping[str, int],
    apart: Collection[int],
    hidden: Collection[int],
) -> tuple[list[Link], list[Error]]:
    """Return which new rows are problems ordered at once in the same inspection, by its own column or its words; and what is wrong with it."""
    found: dict[int, list[Ordered]] = defaultdict(list)
    for known in ordered_in(driver, sorted(set(inspections.values()))):
        found[known.inspection].append(known)
    links: list[Link] = []
    errors: list[Error] = []
    for row in rows:
        there = found[inspections[row.unit or ""]]
        said = squeezed(row.ordered)
        # By its words alone nobody is told of what is hidden from them.
        one = next(
            (
                at
                for at in there
                if (squeezed(at.number) == said if said else at.case not in hidden and _alike(at, row))
            ),
            None,
        )
        if said and one is None:
            errors.append(
                of_row(row, sheet, "ordered", f"本次巡察没有交办过“{row.ordered}”号立行立改，或者它已列入清单")
            )
        elif one is not None and one.case in hidden:
            errors.append(of_row(row, sheet, "number", f"编号 {row.number} 的问题限定知悉，您不在知悉范围内，不能导入"))
        elif one is not None:
            there.remove(one)
            words = f"已立行立改，第 {one.number} 号（{STATES[one.state].shown}）"
            links.append(
                Link(row.row, sheet.place(row.row), row.number, row.unit or "", row.problem, one.case, words, row.row not in apart)
            )  # fmt: skip
    return links, errors


def _alike(one: Ordered, row: Row) -> bool:
    """Say whether a row says the problem in the same words, whatever stands between them."""
    return bool(row.problem) and _MARKS.sub("", squeezed(one.problem)) == _MARKS.sub("", squeezed(row.problem))


def notices(links: Sequence[Link]) -> Iterator[str]:
    """Say of each such row what becomes of it."""
    for one in links:
        then = f"编入清单，改为第 {one.number} 号，不重复反馈" if one.linked else "仍作为新的问题反馈"
        yield f"{one.place}：{one.said}，{then}"


def link(
    work: Work,
    sheet: Sheet,
    rows: Sequence[tuple[Row, Link]],
    days: Mapping[str, date],
    problem_list: Material,
    asked: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> list[Error]:
    """Give the problems the numbers that the list has for them; return what is against it. Never commits."""
    intents = [
        Intent(
            LISTING.action, one.case, answers={"feedback_on": days[row.unit or ""], "list_number": row.number, **asked},
            materials=(problem_list,),
        )
        for row, one in rows
    ]  # fmt: skip
    outcomes = fire(work, intents, actor, now) if intents else []
    return [
        of_row(row, sheet, "number", sentence)
        for (row, _), outcome in zip(rows, outcomes, strict=True)
        for sentence in outcome.refused
    ]


def ordered_otherwise(case: Mapping[str, Any]) -> bool:
    """Say whether a known problem was ordered at once: the list may say it in other words, and they are not changed."""
    return case["ordered_on"] is not None
