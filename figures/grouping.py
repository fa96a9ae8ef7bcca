"""The tables 统计表 of figures by what cases belong to: unit, kind of unit, round, aspect, topic, who is responsible; each line leads to its cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from figures.counting import Values, added, grouped
from figures.table import FIGURES, OF_RESULTS, PROBLEMS
from storage.reads.dictionaries import OTHERWISE, dictionaries_of
from storage.reads.grouped import (
    BY_ASPECT,
    BY_KIND_OF_UNIT,
    BY_RESPONSIBLE,
    BY_ROUND,
    BY_TOPIC,
    BY_UNIT,
    Group,
    rounds_named,
)
from storage.reads.ledger.choices import unit_names
from storage.reads.standings import AsOf
from storage.sql import Driver
from storage.unit_kinds import UNSAID, unit_kinds

STANDARD: Final = (
    "of", "done", "rate", "basic", "standing", "extended", "unfinished", "overdue", "submitted", "returned",
)  # fmt: skip
HEADLINE: Final = ("of", "done", "rate", "unfinished", "overdue", "escalated")
"""What stands above every table, of all its cases together."""
NAMELESS: Final = "没有写责任领导"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its words, its figures, and what an address says of its cases beside the figure."""

    shown: str
    values: Values
    address: Mapping[str, str] = field(default_factory=dict)


Lines = Callable[[Driver, AsOf, Mapping[Any, Values], Sequence[str]], list[Line]]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A table: its letter as offices call it, its words, what its lines are, its figures, and whether its lines add up to the whole."""

    name: str
    letter: str
    shown: str
    head: str
    by: Group
    lines: Lines
    """What makes its lines of what was counted by its groups."""
    columns: tuple[str, ...] = STANDARD
    adds_up: bool = True
    note: str = ""

    @property
    def counted(self) -> tuple[str, ...]:
        """Return the figures of its lines; where they add up to the whole, those of the headline are among them."""
        return tuple(dict.fromkeys((*self.columns, *(HEADLINE if self.adds_up else ()))))


def lines_of(driver: Driver, of: AsOf, table: Grouped, unit: str = PROBLEMS) -> list[Line]:
    """Return the lines of a table in its order; a line of which nothing is counted is left out."""
    found = grouped(driver, of, table.by, table.counted, unit)
    return table.lines(driver, of, found, table.counted)


def total_of(lines: Sequence[Line], table: Grouped) -> Values | None:
    """Return the sum of the lines, where they add up to the whole."""
    return added((one.values for one in lines), table.counted) if table.adds_up else None


def levels(lines: Sequence[Line]) -> dict[str, int]:
    """Return how many units have put all right, and how many less than 90 % and 80 % of what they had to."""
    shares = [(int(one.values["done"] or 0), int(one.values["of"] or 0)) for one in lines if one.values["of"]]
    return {
        "units": len(shares),
        "whole": sum(done >= of for done, of in shares),
        "below_90": sum(10 * done < 9 * of for done, of in shares),
        "below_80": sum(10 * done < 8 * of for done, of in shares),
    }


def _units(driver: Driver, of: AsOf, found: Mapping[Any, Values], _: Sequence[str]) -> list[Line]:
    names = unit_names(driver, of.jurisdiction, sorted(found) or [0])
    return [Line(names[number], found[number], {"answers": str(number)}) for number in sorted(names)]


def _sorts(driver: Driver, of: AsOf, found: Mapping[Any, Values], _: Sequence[str]) -> list[Line]:
    names = unit_kinds(driver, of.jurisdiction).names
    order = [*(code for code in names if code in found), *sorted(set(found) - set(names))]
    return [Line(names.get(code, code) or UNSAID, found[code], {"found_in": code or OTHERWISE}) for code in order]


def _rounds(driver: Driver, of: AsOf, found: Mapping[Any, Values], _: Sequence[str]) -> list[Line]:
    rows = rounds_named(driver, of.jurisdiction)
    return [Line(name, found[number], {"round": str(number)}) for number, name in rows if number in found]


def _aspects(driver: Driver, of: AsOf, found: Mapping[Any, Values], columns: Sequence[str]) -> list[Line]:
    """Aspects as the ledger finds them: what ledgers write otherwise stands under each that knows the words."""
    there = dictionaries_of(driver, of.jurisdiction)
    lines, known = [], set[str]()
    for address, shown in there.aspects():
        words = set(there.words_of(address) or ())
        known |= words
        of_it = [values for word, values in found.items() if word in words]
        if of_it:
            lines.append(Line(shown, added(of_it, columns), {"aspect": address}))
    rest = [values for word, values in found.items() if word not in known]
    if rest and there.aspects():
        lines.append(Line("没有归类", added(rest, columns), {"aspect": OTHERWISE}))
    return lines


def _by_amount(words: str, name: str) -> Lines:
    def said(_: Driver, __: AsOf, found: Mapping[Any, Values], ___: Sequence[str]) -> list[Line]:
        order = sorted(found, key=lambda key: (-int(found[key]["of"] or 0), key))
        return [Line(key or words, found[key], {name: key}) for key in order]

    return said


TABLES: Final = {
    one.name: one
    for one in (
        Grouped("unit", "A", "各单位整改情况", "责任党组织", BY_UNIT, _units),
        Grouped("sort", "A", "各类单位整改情况", "单位类别", BY_KIND_OF_UNIT, _sorts, note="按发现问题的党组织的类别。"),
        Grouped("round", "B", "各轮次整改情况", "轮次", BY_ROUND, _rounds),
        Grouped(
            "aspect", "C", "各方面整改情况", "方面", BY_ASPECT, _aspects, adds_up=False, note="方面按现在的问题分类归类；往日的数也是。"
        ),
        Grouped(
            "topic", "C", "各专题整改情况", "专题", BY_TOPIC, _by_amount("", "topic"), adds_up=False,
            note="一个问题可以有几个专题；按现在的标注。",
        ),
        Grouped(
            "responsible", "C", "各责任领导整改情况", "责任领导", BY_RESPONSIBLE, _by_amount(NAMELESS, "responsible"),
            note="按现在明确的责任领导；往日的数也是。",
        ),
        Grouped("results", "D", "整改成效", "责任党组织", BY_UNIT, _units, ("of", "done", *OF_RESULTS)),
    )
}  # fmt: skip
if unknown := sorted({name for one in TABLES.values() for name in one.columns} - set(FIGURES)):
    raise LookupError(f"figures/grouping.py 的统计表要的指标，figures/table.py 里没有：{'、'.join(unknown)}")
