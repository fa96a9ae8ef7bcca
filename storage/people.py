"""Finding people, posts and units."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from storage.rows import lock_head
from storage.sql import Driver
from storage.tables import PostRow, Unit
from storage.visible import is_visible, tidy
from storage.work import Work

NAMED_CASES = 3
_ABOVE = {"parent_id": "上级党组织", "answerable_id": "责任党组织"}
_OPEN_CASES = (
    "SELECT r.name, c.number FROM cases c JOIN rounds r ON r.id = c.round_id "
    "WHERE c.jurisdiction = ? AND c.unit_id = ? AND c.settled_at IS NULL ORDER BY c.id"
)


class BadUnit(ValueError):
    """A unit cannot be made or placed so; says why."""


def held_on(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that a post is held on a day."""
    begun = or_(col(PostRow.starts_on).is_(None), col(PostRow.starts_on) <= day)
    return begun, or_(col(PostRow.ends_on).is_(None), col(PostRow.ends_on) >= day)


def find_unit(session: Session, jurisdiction: int, name: str) -> Unit | None:
    """Return the unit of that name, as it is written or else as it looks."""
    query = select(Unit).where(Unit.jurisdiction == jurisdiction, col(Unit.name).in_({name, tidy(name)}))
    return max(session.exec(query), key=lambda unit: unit.name == name, default=None)


def units_without(driver: Driver, role: str, units: Collection[int], day: date) -> list[int]:
    """Return which of the units nobody holds the role in on the day, or only people whose accounts are all closed."""
    among, params = driver.among("t.unit_id", sorted(units) or [0])
    sql = (
        f"SELECT DISTINCT t.unit_id FROM posts t JOIN accounts a ON a.person_id = t.person_id WHERE {among} AND t.role = ? AND a.state = 'open' "
        "AND (t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?)"
    )
    held = {row[0] for row in driver.all(sql, [*params, role, day, day])}
    return sorted(set(units) - held)


def unit_made(session: Session, jurisdiction: int, name: str) -> Unit:
    """Return the unit of that name, made when it is new; BadUnit when it is no name."""
    if not is_visible(name):
        raise BadUnit("党组织的名称不能为空，要有看得见的字")
    unit = find_unit(session, jurisdiction, name.strip())
    if unit is None:
        unit = Unit(jurisdiction=jurisdiction, name=tidy(name))
        session.add(unit)
        session.flush()
    return unit


def place_unit(work: Work, unit: Unit, *, parent: Unit | None = None, answerable: Unit | None = None) -> None:
    """Set what a unit lies below and who answers for it; BadUnit where that would make a ring, or where open cases forbid it."""
    driver = work.driver
    # Under the lock that every move takes: no case is born meanwhile, and no other command adds the other half of a ring.
    lock_head(driver, unit.jurisdiction)
    work.session.refresh(unit)
    if parent is not None:
        _refuse_ring(driver, unit, parent, "parent_id")
        unit.parent_id = parent.id
    if answerable is not None and answerable.id != unit.answerable_id:
        _refuse_ring(driver, unit, answerable, "answerable_id")
        _refuse_open_cases(work.session, driver, unit, answerable)
        unit.answerable_id = answerable.id
    work.session.add(unit)
    work.session.flush()


def _refuse_ring(driver: Driver, unit: Unit, above: Unit, column: str) -> None:
    if above.id == unit.id:
        raise BadUnit(f"{unit.name}的{_ABOVE[column]}不能是它自己；没有{_ABOVE[column]}的不用填")
    chain: dict[int, str] = {}
    place = above.id
    while place is not None and place not in chain:
        name, higher = driver.all(f"SELECT name, {column} FROM units WHERE id = ?", (place,))[0]
        chain[place] = name
        place = higher
    if unit.id in chain:
        chain = dict(list(chain.items())[: list(chain).index(unit.id) + 1])
        raise BadUnit(
            f"{above.name}不能作{unit.name}的{_ABOVE[column]}，否则绕成一圈：{' → '.join(chain.values())}。请先改其中一处"
        )


def _refuse_open_cases(session: Session, driver: Driver, unit: Unit, answerable: Unit) -> None:
    found = driver.all(_OPEN_CASES, (unit.jurisdiction, unit.id))
    if not found:
        return
    rounds: dict[str, list[str]] = {}
    for name, number in found[:NAMED_CASES]:
        rounds.setdefault(name, []).append(number)
    named = "，".join(f"{name}编号 {'、'.join(numbers)}" for name, numbers in rounds.items())
    now = session.get_one(Unit, unit.answerable_id).name if unit.answerable_id else unit.name
    raise BadUnit(
        f"{unit.name}有 {len(found)} 个问题没有办结（{named}{'等' if len(found) > NAMED_CASES else ''}），"
        f"由{now}负责；此时责任党组织不能改为{answerable.name}，否则这些问题没有人办。请在办结后再改"
    )
