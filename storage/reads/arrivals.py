"""What came in 报来: the acts of units since an instant, counted and the newest of them listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.looks import Looks
from storage.scope import Scope, narrowed
from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class Arrival:
    """An act of a unit on a case; the instant in microseconds."""

    case: int
    unit: str
    number: str
    problem: str
    action: str
    at: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """By act in how many cases it was made, and the newest acts."""

    cases: dict[str, int]
    newest: list[Arrival]


def arrived(driver: Driver, jurisdiction: int, since: int, actions: Sequence[str], scope: Scope, most: int) -> Arrivals:
    """Return what was made by these acts on cases of the scope since an instant in microseconds."""
    looks = Looks(driver)
    among, names = driver.among("t.action", actions)
    also, params = narrowed(driver, scope)
    made = (
        "trail t JOIN cases c ON c.id = t.case_id AND NOT c.void JOIN units u ON u.id = c.unit_id "
        f"WHERE t.jurisdiction = ? AND t.at >= ? AND {among}{also}"
    )
    bound = [jurisdiction, since, *names, *params]
    counted = looks.all(f"SELECT t.action, COUNT(DISTINCT t.case_id) FROM {made} GROUP BY t.action", bound)
    sql = f"SELECT c.id, u.name, c.number, c.problem, t.action, t.at FROM {made} ORDER BY t.at DESC, t.idx DESC LIMIT ?"
    newest = looks.all(sql, [*bound, most])
    found = {action: int(cases) for action, cases in counted()}
    return Arrivals({name: found[name] for name in actions if name in found}, [Arrival(*row) for row in newest()])
