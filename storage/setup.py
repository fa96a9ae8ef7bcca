"""Making a database: tables, the first jurisdiction, and what every entry names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Engine, insert
from sqlmodel import Session, select

from storage import append_only, search
from storage.tables import CalendarDay, Definition, Head, Jurisdiction, ProfileRow, metadata
from storage.work import Work


def create_all(engine: Engine) -> None:
    """Create every table and trigger in an empty database (tests; products migrate)."""
    with engine.connect().execution_options(zhenggai_writes=True) as connection, connection.begin():
        metadata.create_all(connection)
        for statements in (append_only.statements, search.statements):
            for statement in statements(connection.dialect.name):
                connection.exec_driver_sql(statement)


def add_jurisdiction(session: Session, code: str, name: str, parent_id: int | None = None) -> Jurisdiction:
    """Make a jurisdiction with its head, or return the one that has the code."""
    found = session.exec(select(Jurisdiction).where(Jurisdiction.code == code)).one_or_none()
    if found is not None:
        return found
    made = Jurisdiction(code=code, name=name, parent_id=parent_id)
    session.add(made)
    session.flush()
    assert made.id is not None
    session.add(Head(jurisdiction=made.id))
    session.flush()
    return made


def keep_definition(session: Session, digest: str, body: str) -> None:
    """Keep a table of moves that entries will name."""
    if session.get(Definition, digest) is None:
        session.add(Definition(hash=digest, body=body))
        session.flush()


def keep_profile(session: Session, digest: str, name: str, version: int, body: str) -> str | None:
    """Keep a profile; return the hash already kept under the same name and version if it differs, else None."""
    if session.get(ProfileRow, digest) is not None:
        return None
    if (other := kept_profile(session, name, version)) is not None:
        return other
    session.add(ProfileRow(hash=digest, name=name, version=version, body=body))
    session.flush()
    return None


def kept_profile(session: Session, name: str, version: int) -> str | None:
    """Return the hash of the profile that is kept under a name and version."""
    same = select(ProfileRow).where(ProfileRow.name == name, ProfileRow.version == version)
    found = session.exec(same).one_or_none()
    return found.hash if found else None


def is_defined(session: Session, digest: str) -> bool:
    """Say whether the table of moves of that hash is kept."""
    return session.get(Definition, digest) is not None


def set_calendar(work: Work, jurisdiction: int, days: Iterable[tuple[date, bool, str]], digest: str) -> None:
    """Replace the calendar of a jurisdiction and note its digest at the head."""
    driver = work.driver
    driver.run("DELETE FROM calendar_days WHERE jurisdiction = ?", (jurisdiction,))
    rows = [{"jurisdiction": jurisdiction, "day": day, "working": working, "name": name} for day, working, name in days]
    if rows:
        work.session.execute(insert(CalendarDay), rows)
    driver.run("UPDATE heads SET calendar = ? WHERE jurisdiction = ?", (digest, jurisdiction))
