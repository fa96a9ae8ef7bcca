"""Finding people, posts and units."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from storage.sql import Driver
from storage.tables import Account, Jurisdiction, Person, Post, Unit


def find_account(session: Session, login: str) -> tuple[Account, Person] | None:
    """Return the open account of a login with its person."""
    query = (
        select(Account, Person)
        .join(Person, col(Person.id) == col(Account.person_id))
        .where(Account.login == login, Account.state == "open")
    )
    row = session.exec(query).one_or_none()
    return (row[0], row[1]) if row else None


def posts_on(session: Session, person_id: int, day: date) -> list[Post]:
    """Return the posts that a person holds on a day, oldest first."""
    query = select(Post).where(
        Post.person_id == person_id,
        or_(col(Post.starts_on).is_(None), col(Post.starts_on) <= day),
        or_(col(Post.ends_on).is_(None), col(Post.ends_on) >= day),
    )
    return list(session.exec(query.order_by(col(Post.id))))


def find_jurisdiction(session: Session, code: str | None) -> Jurisdiction:
    """Return the jurisdiction of a code, or the only one there is; LookupError says what to do."""
    found = list(session.exec(select(Jurisdiction).order_by(col(Jurisdiction.id))))
    chosen = [one for one in found if code in (None, one.code)]
    if len(chosen) == 1:
        return chosen[0]
    known = "、".join(one.code for one in found) or "无，请先执行 zhenggai init"
    raise LookupError(
        f"没有巡察机构 {code}（现有：{known}）" if code else f"请用 --jurisdiction 指明巡察机构（现有：{known}）"
    )


def jurisdiction_codes(session: Session) -> list[str]:
    """Return the codes of all jurisdictions."""
    return [one.code for one in session.exec(select(Jurisdiction).order_by(col(Jurisdiction.id)))]


def find_unit(session: Session, jurisdiction: int, name: str) -> Unit | None:
    """Return the unit of that name."""
    return session.exec(select(Unit).where(Unit.jurisdiction == jurisdiction, Unit.name == name)).one_or_none()


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
    """Return the unit of that name, made when it is new."""
    unit = find_unit(session, jurisdiction, name)
    if unit is None:
        unit = Unit(jurisdiction=jurisdiction, name=name)
        session.add(unit)
        session.flush()
    return unit
