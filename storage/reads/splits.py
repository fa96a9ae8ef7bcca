"""Problems that were split 拆分: of a case the one of which it is a part, and the parts that were taken off."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from storage.scope import Where
from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class Linked:
    """A case that a split links with another: its number and who answers for it, where it belongs, and whether it is void."""

    id: int
    number: str
    answerable: str
    whole: bool
    """Another is a part of it; else it is the part."""
    void: bool
    where: Where


def split_with(driver: Driver, case: int) -> list[Linked]:
    """Return the case of which one is a part, then its own parts in the order in which they were taken off."""
    columns = "c.id, c.number, a.name, c.void, c.unit_id, c.answerable_id, c.inspection_id, c.round_id, c.passed_on"
    sql = (
        f"SELECT 1, {columns} FROM cases p JOIN cases c ON c.id = p.split_from JOIN units a ON a.id = c.answerable_id WHERE p.id = ? "
        f"UNION ALL SELECT 0, {columns} FROM cases c JOIN units a ON a.id = c.answerable_id WHERE c.split_from = ? ORDER BY 1 DESC, 2"
    )
    return [
        Linked(
            number,
            said,
            answerable,
            bool(whole),
            bool(void),
            Where(unit, answers, inspection, around, bool(passed), number),
        )
        for whole, number, said, answerable, void, unit, answers, inspection, around, passed in driver.all(
            sql, (case, case)
        )
    ]


def numbers_hidden(found: Iterable[Linked], hidden: Collection[int]) -> set[str]:
    """Return the numbers of the parts that are among hidden cases 限定知悉: what the split said of them is as little there."""
    return {one.number for one in found if not one.whole and one.id in hidden}
