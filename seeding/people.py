"""The county's people: who holds which post, and as whom they act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from sqlmodel import Session, SQLModel

from seeding.county import TEAMS, Organisation
from seeding.names import chinese_number, person_names
from states import DISCIPLINE, GROUP, HANDLER, HEAD, LEADER, OFFICE, ORGANISATION, SECRETARY, TEAM, UNIT_ROLES
from storage.accounts import hashed
from storage.people import place_unit, unit_made
from storage.tables import Account, Person, PostRow, Unit
from storage.work import Work
from workflow.subject import Actor, Post

LEADERS = 6
ROLE_LOGINS = (
    SECRETARY, HANDLER, TEAM, OFFICE, "office2", DISCIPLINE, ORGANISATION, LEADER, GROUP, HEAD, "auditor", "sysadmin",
    "secadmin", "secauditor",
)  # fmt: skip
_VIA, _OS_USER = "cli", "demo"


@dataclass(frozen=True, slots=True)
class Hired:
    """A person to be: login, role, and the place of a unit's post."""

    login: str
    role: str
    place: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """The county's units and people as the database knows them."""

    units: Mapping[int, int]
    actors: Mapping[str, Actor]

    def actor(self, role: str, place: Organisation, team: int) -> Actor:
        """Return who acts in a role for an organisation: its secretary and handler, the team of its inspection."""
        if role in UNIT_ROLES:
            return self.actors[login_of(role, place.answers)]
        return self.actors[login_of(role, team - 1) if role == TEAM else role]

    def leader(self, place: Organisation) -> int:
        """Return the person who leads the field that the organisation belongs to."""
        person = self.actors[login_of(LEADER, place.answers % LEADERS)].person_id
        assert person is not None
        return person


def login_of(role: str, number: int) -> str:
    """Return the login of the first, second … holder of a role."""
    return role if number == 0 else f"{role}{number + 1}"


def settle(work: Work, jurisdiction: int, places: Sequence[Organisation], password: str, dice: Random) -> Cast:
    """Make units, people, accounts and posts; only the role logins have a password."""
    units = _units(work, jurisdiction, places)
    hired = list(_wanted(places))
    names = person_names(dice)
    people = [Person(jurisdiction=jurisdiction, name=next(names), email=f"{one.login}@example.test") for one in hired]
    _add(work.session, people)
    secret = hashed(password)
    _add(work.session, (
        Account(jurisdiction=jurisdiction, person_id=_id(person), login=one.login, password_hash=secret if one.login in ROLE_LOGINS else None)
        for one, person in zip(hired, people, strict=True)
    ))  # fmt: skip
    _add(work.session, (
        PostRow(jurisdiction=jurisdiction, person_id=_id(person), role=one.role, unit_id=unit)
        for one, person in zip(hired, people, strict=True)
        for unit in _units_of(one, places, units)
    ))  # fmt: skip
    actors = {
        one.login: Actor(
            jurisdiction,
            one.login,
            person.name,
            tuple(Post(one.role, unit) for unit in _units_of(one, places, units)),
            _VIA,
            _id(person),
            _OS_USER,
        )
        for one, person in zip(hired, people, strict=True)
    }
    return Cast(units, actors)


def team_name(team: int) -> str:
    """Return the name of an inspection team."""
    return f"市委第{chinese_number(team)}巡察组"


def _units(work: Work, jurisdiction: int, places: Sequence[Organisation]) -> dict[int, int]:
    made = [unit_made(work.session, jurisdiction, place.name) for place in places]
    for place, unit in zip(places, made, strict=True):
        if place.above is not None:
            place_unit(work, unit, parent=made[place.above], answerable=made[place.above])
    return {place.number: _id(unit) for place, unit in zip(places, made, strict=True)}


def _wanted(places: Sequence[Organisation]) -> Iterable[Hired]:
    for place in places:
        if place.above is None:
            yield Hired(login_of(SECRETARY, place.number), SECRETARY, place)
            yield Hired(login_of(HANDLER, place.number), HANDLER, place)
    yield from (Hired(login_of(TEAM, number), TEAM) for number in range(TEAMS))
    yield from (Hired(login_of(LEADER, number), LEADER) for number in range(LEADERS))
    yield from (Hired(login_of(OFFICE, number), OFFICE) for number in range(2))
    yield from (
        Hired(role, role)
        for role in (DISCIPLINE, ORGANISATION, GROUP, HEAD, "auditor", "sysadmin", "secadmin", "secauditor")
    )


def _units_of(one: Hired, places: Sequence[Organisation], units: Mapping[int, int]) -> list[int | None]:
    """A leader has a post for every organisation of the field; others one, in their unit or for the whole county."""
    if one.role == LEADER:
        return [units[place.number] for place in places if login_of(LEADER, place.answers % LEADERS) == one.login]
    return [units[one.place.number] if one.place else None]


def _add(session: Session, rows: Iterable[SQLModel]) -> None:
    session.add_all(rows)
    session.flush()


def _id(row: Person | Unit) -> int:
    assert row.id is not None
    return row.id
