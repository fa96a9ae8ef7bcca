"""The county's people: who holds which post, and as whom they act."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from sqlmodel import col, select, update

import clock
from register.household import must_enter
from register.wanted import Wanted
from seeding.county import TEAMS, Organisation
from seeding.names import person_names
from states import DISCIPLINE, GROUP, HANDLER, HEAD, LEADER, OFFICE, ORGANISATION, SECRETARY, TEAM, UNIT_ROLES
from storage.hashing import hashed
from storage.household import find_key, read_row
from storage.requests import in_states
from storage.tables import Account
from storage.work import Work
from trail.entry import Dice
from workflow.people import actor_of, operator
from workflow.subject import Actor

LEADERS = 6
WAITING = 2
"""So many units have a secretary who cannot sign in yet."""
ROLE_LOGINS = (
    SECRETARY, HANDLER, TEAM, OFFICE, "office2", DISCIPLINE, ORGANISATION, LEADER, GROUP, HEAD, "auditor", "sysadmin",
    "secadmin", "secauditor",
)  # fmt: skip
_VIA, _OS_USER = "web", "demo"


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
    actors: dict[str, Actor]
    """By the first login of each post: whoever holds it now."""

    def actor(self, role: str, place: Organisation, team: int) -> Actor:
        """Return who acts in a role for an organisation: its secretary and handler, the team of its inspection."""
        if role in UNIT_ROLES:
            return self.actors[login_of(role, place.answers)]
        return self.actors[login_of(role, team - 1) if role == TEAM else role]

    def receiver(self, role: str, unit: int) -> str:
        """Return the login of who gets in copy what is fed back to a unit: the leader of its field, else the department."""
        leaders = (login_of(LEADER, number) for number in range(LEADERS)) if role == LEADER else iter(())
        return next((one for one in leaders if any(post.unit_id == unit for post in self.actors[one].posts)), role)

    def leader(self, place: Organisation) -> int:
        """Return the person who leads the field that the organisation belongs to."""
        person = self.actors[login_of(LEADER, place.answers % LEADERS)].person_id
        assert person is not None
        return person


def login_of(role: str, number: int) -> str:
    """Return the login of the first, second … holder of a role."""
    return role if number == 0 else f"{role}{number + 1}"


def settle(
    work: Work, jurisdiction: int, places: Sequence[Organisation], password: str, dice: Random, now: datetime
) -> Cast:
    """Enter units, people, accounts and posts; all but two secretaries have the one password."""
    hired = list(_wanted(places))
    names = person_names(dice)
    named = {one.login: next(names) for one in hired}
    salts = dice.randbytes
    people = _administrators(work, jurisdiction, named, now, salts)
    today = clock.local_date(now)
    approver = actor_of(work.driver, "secadmin", today, _VIA)
    asker = people["sysadmin"]
    new = [one for one in hired if one.login not in people]
    wanted = [
        Wanted("person", "make", None, {"name": named[one.login], "email": f"{one.login}@example.test"}) for one in new
    ]
    made = must_enter(work, wanted, approver, now, asked_by=asker, dice=salts)
    people |= {one.login: person for one, person in zip(new, made, strict=True)}
    accounts = [Wanted("account", "make", None, {"person": people[one.login], "login": one.login}) for one in new]
    must_enter(work, accounts, approver, now, asked_by=asker, dice=salts)
    must_enter(
        work,
        [_post(people[one.login], one.role, None, today) for one in new if one.role == OFFICE],
        approver,
        now,
        asked_by=asker,
        dice=salts,
    )
    office = actor_of(work.driver, OFFICE, today, _VIA)
    units = _units(work, places, office, now, salts)
    posts = [
        _post(people[one.login], one.role, unit, today)
        for one in new
        if one.role != OFFICE
        for unit in _units_of(one, places, units)
    ]
    must_enter(work, posts, approver, now, asked_by=asker, dice=salts)
    _give_passwords(
        work, password, [login_of(SECRETARY, place.number) for place in places if place.above is None][-WAITING:]
    )
    actors = {one.login: actor_of(work.driver, one.login, today, _VIA) for one in hired}
    return Cast(units, actors)


def _administrators(
    work: Work, jurisdiction: int, named: Mapping[str, str], now: datetime, salts: Dice
) -> dict[str, int]:
    """Let the operator enter the two who make everybody else, and the second look at it."""
    people = {}
    for login in ("sysadmin", "secadmin"):
        fields = {"login": login, "name": named[login], "role": login, "email": f"{login}@example.test"}
        must_enter(work, [Wanted("account", "open", None, fields)], operator(jurisdiction, _OS_USER), now, dice=salts)
        account = find_key(work.driver, "account", jurisdiction, login=login)
        people[login] = int((read_row(work.driver, "account", jurisdiction, account or 0) or {})["person_id"])
    looks = actor_of(work.driver, "secadmin", clock.local_date(now), _VIA)
    standing = in_states(work.driver, jurisdiction, ("standing",))
    must_enter(work, [Wanted("entry", "look", one.index) for one in standing], looks, now, dice=salts)
    return people


def _post(person: int, role: str, unit: int | None, since: date) -> Wanted:
    fields = {"person": person, "role": role, "unit": unit, "starts_on": since}
    return Wanted("post", "make", None, {name: value for name, value in fields.items() if value is not None})


def let_in(work: Work, login: str) -> None:
    """Let somebody who came later sign in with the one password of the rehearsal."""
    known = select(Account.password_hash).where(col(Account.login) == SECRETARY).scalar_subquery()
    work.session.execute(update(Account).where(col(Account.login) == login).values(password_hash=known))


def _give_passwords(work: Work, password: str, waiting: Collection[str]) -> None:
    """Let everybody sign in with the one password of the rehearsal, but for those who still wait for their account's."""
    signing = update(Account).where(col(Account.login).not_in(waiting))
    work.session.execute(signing.values(password_hash=hashed(password)))


def _units(work: Work, places: Sequence[Organisation], office: Actor, now: datetime, salts: Dice) -> dict[int, int]:
    above = [place for place in places if place.above is None]
    made = must_enter(
        work,
        [Wanted("unit", "make", None, {"name": one.name, "sort": one.sort}) for one in above],
        office,
        now,
        dice=salts,
    )
    units = {one.number: unit for one, unit in zip(above, made, strict=True)}
    below = [place for place in places if place.above is not None]
    wanted = [
        Wanted(
            "unit",
            "make",
            None,
            {"name": one.name, "sort": one.sort, "parent": units[one.answers], "answerable": units[one.answers]},
        )
        for one in below
    ]
    made = must_enter(work, wanted, office, now, dice=salts)
    return units | {one.number: unit for one, unit in zip(below, made, strict=True)}


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
