"""Who holds a post 职务 on a day: found when the message is taken up, so that a new secretary gets the mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from notifications.hours import OfficeHours, Times
from states import HEAD, HELD, LEADER, OFFICE, SECRETARY, STAND_IN, TEAM, UNIT_ROLES
from storage.calendars import read_calendar
from storage.confidence import Restriction, restrictions
from storage.scope import Where, reach
from storage.sql import Driver, as_date

PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Holding:
    """One post of one person, with its first and last day."""

    role: str
    unit: int | None
    person: int
    starts_on: date | None
    ends_on: date | None
    capacity: str = HELD
    round: int | None = None

    def on(self, day: date) -> bool:
        """Whether the post is held on that day."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


Told = tuple[int, str]
"""A person, and the capacity in which they hold the post."""


@dataclass(frozen=True, slots=True)
class DirectoryUnit:
    """A unit: its name, the one above, its last day and who takes its place then."""

    name: str
    parent: int | None
    ends_on: date | None
    successor: int | None

    def successor_on(self, day: date) -> int | None:
        """The unit that has taken its place by that day; None while it still exists."""
        return self.successor if self.ends_on is not None and self.ends_on < day else None


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a message goes to; `stand_in` when they only take it for a post that is empty, but for its deputies 代班."""

    people: tuple[int, ...] = ()
    stand_in: bool = False
    deputies: tuple[int, ...] = ()

    def takes_for_another(self, person: int) -> bool:
        """Whether one of them is told only because the post is empty."""
        return self.stand_in and person not in self.deputies


@dataclass(frozen=True)
class Directory:
    """Units, posts and the people with a mail address of one jurisdiction."""

    units: Mapping[int, DirectoryUnit]
    holdings: Sequence[Holding]
    reachable: frozenset[int]
    confided: Mapping[int, Restriction] = field(default_factory=dict)
    """The cases that are for some alone 限定知悉."""
    assisting: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """The units that assist 协办 in each of these."""
    at_once: frozenset[int] = frozenset()
    """Who chose to be told at once, in office hours, of what is not urgent."""
    by_role: Mapping[str, Sequence[Holding]] = field(init=False)

    def __post_init__(self) -> None:
        by_role: dict[str, list[Holding]] = {}
        for one in self.holdings:
            by_role.setdefault(one.role, []).append(one)
        object.__setattr__(self, "by_role", by_role)

    def addressees(self, post: str, leader: int | None, day: date, of: Where | None = None) -> Addressees:
        """Whom a message about a case to `role:unit` goes to on a day; `leader` is the leader whom the inspection names.

        A post that names units or a round is told of their cases alone. An empty post goes to the answerable parent's
        secretary and the office, one without a unit to the office; for an office that nobody can be reached in its head
        stands in. Who deputises 代班 for some days is told too, and does not fill a post: what is more than a receipt
        waits for somebody else.
        """
        found = self._addressees(post, leader, day, of)
        if of is None or of.id not in self.confided:
            return found
        people, deputies = (
            [one for one in those if self.admits(of, one, day, leader)] for those in (found.people, found.deputies)
        )
        return replace(found, people=tuple(people), deputies=tuple(deputies))

    def admits(self, of: Where, person: int, day: date, leader: int | None = None) -> bool:
        """Say whether a case is for somebody, as far as it is for some alone: by a post that reaches it, as its page asks.

        Who is named is told of it in a post of a unit that assists, too.
        """
        kept = self.confided.get(of.id)
        posts = [one for one in self.holdings if one.person == person and one.on(day)]
        helping = self.assisting.get(of.id, frozenset())
        return (
            kept is None
            or any(kept.admits(person, one.role) and self._reaches(one, of, leader) for one in posts)
            or (person in kept.people and any(one.role in UNIT_ROLES and one.unit in helping for one in posts))
        )

    def _reaches(self, one: Holding, of: Where, leader: int | None) -> bool:
        below: tuple[int, ...] = ()
        led: tuple[int, ...] = ()
        if one.role == LEADER:
            below = tuple(unit for unit in (of.unit_id, of.answerable_id) if one.unit in self._above(unit))
            led = (of.inspection_id,) if one.person == leader else ()
        return reach(one.role, one.unit, one.round, below, led).covers(of)

    def _above(self, unit: int) -> list[int]:
        """The units above one, the nearest first."""
        found: list[int] = []
        while (place := self.units.get(found[-1] if found else unit)) and place.parent and place.parent not in found:
            found.append(place.parent)
        return found

    def _addressees(self, post: str, leader: int | None, day: date, of: Where | None) -> Addressees:
        role, unit = read_post(post)
        told = self._holders(role, unit, leader, day, of)
        own = self._reached(person for person, _ in told)
        if self._reached(person for person, capacity in told if capacity != STAND_IN):
            return Addressees(own)
        others = self._reached(self._standing_in(role, unit, day, of))
        return Addressees(tuple(sorted({*own, *others})), stand_in=True, deputies=own)

    def _holders(self, role: str, unit: int, leader: int | None, day: date, of: Where | None) -> list[Told]:
        if role == PARENT:
            return self._parent_secretary(unit, day)
        if role in UNIT_ROLES:
            return self._of_unit(role, self._living(unit, day), day, of)
        if role == LEADER:
            named = leader is not None and self._in_office(leader, day)
            return [(leader, HELD)] if named and leader is not None else self._in_charge(unit, day, of)
        held = [one for one in self.by_role.get(role, ()) if one.on(day)]
        return [(one.person, one.capacity) for one in held if of is None or reach(role, one.unit, one.round).covers(of)]

    def _in_office(self, person: int, day: date) -> bool:
        """Whether somebody may still be a leader: true also where no leader's post of theirs was ever recorded."""
        posts = [one for one in self.by_role.get(LEADER, ()) if one.person == person]
        return not posts or any(one.on(day) for one in posts)

    def _standing_in(self, role: str, unit: int, day: date, of: Where | None) -> list[int]:
        office = self._reached(_people(self._holders(OFFICE, 0, None, day, of)))
        office = office or _people(self._holders(HEAD, 0, None, day, of))
        return [*_people(self._parent_secretary(unit, day)), *office] if role in UNIT_ROLES else list(office)

    def _in_charge(self, unit: int, day: date, of: Where | None) -> list[Told]:
        """The leaders of the unit, else of the nearest one above it that has any, else of the whole jurisdiction."""
        place: int | None = self._living(unit, day)
        seen: set[int] = set()
        while place is not None and place in self.units and place not in seen:
            seen.add(place)
            if found := self._of_unit(LEADER, place, day, of):
                return found
            place = self.units[place].parent
        return self._of_unit(LEADER, None, day, of)

    def _parent_secretary(self, unit: int, day: date) -> list[Told]:
        place = self.units.get(self._living(unit, day))
        above = place.parent if place else None
        return self._of_unit(SECRETARY, self._living(above, day), day) if above is not None else []

    def _of_unit(self, role: str, unit: int | None, day: date, of: Where | None = None) -> list[Told]:
        held = [one for one in self.by_role.get(role, ()) if one.unit == unit and one.on(day)]
        around = None if of is None else of.round_id
        return [(one.person, one.capacity) for one in held if around is None or one.round in (None, around)]

    def _living(self, unit: int, day: date) -> int:
        """The unit, or the one that has taken its place by that day."""
        seen: set[int] = set()
        while unit not in seen and (successor := self.units[unit].successor_on(day) if unit in self.units else None):
            seen.add(unit)
            unit = successor
        return unit

    def _reached(self, people: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(self.reachable.intersection(people)))


def _people(told: Iterable[Told]) -> tuple[int, ...]:
    return tuple(person for person, _ in told)


@lru_cache(maxsize=4096)
def read_post(post: str) -> tuple[str, int]:
    """The role and unit of a post as the outbox names it, `role:unit`."""
    role, _, unit = post.partition(":")
    return role, int(unit)


class Directories:
    """The directory and the office hours of each jurisdiction, read once in a run."""

    def __init__(self, times: Times | None = None) -> None:
        self._times = times or Times()
        self._known: dict[int, Directory] = {}
        self._hours: dict[int, OfficeHours] = {}

    def of(self, driver: Driver, jurisdiction: int) -> Directory:
        """The jurisdiction's directory."""
        if jurisdiction not in self._known:
            self._known[jurisdiction] = _read(driver, jurisdiction)
        return self._known[jurisdiction]

    def hours(self, driver: Driver, jurisdiction: int) -> OfficeHours:
        """The jurisdiction's office hours, by its working calendar."""
        if jurisdiction not in self._hours:
            days = {day: working for day, working, _ in read_calendar(driver, jurisdiction)}
            self._hours[jurisdiction] = OfficeHours(self._times, days)
        return self._hours[jurisdiction]

    def open_at(self, driver: Driver, now: datetime) -> list[int]:
        """The jurisdictions whose office is open at an instant."""
        everywhere = [one for (one,) in driver.all("SELECT id FROM jurisdictions ORDER BY id")]
        return [one for one in everywhere if self.hours(driver, one).is_open(now)]


_UNITS = "SELECT id, name, parent_id, ends_on, successor_id FROM units WHERE jurisdiction = ?"
_POSTS = (
    "SELECT p.role, p.unit_id, p.person_id, p.starts_on, CASE WHEN r.ended_on IS NOT NULL AND (p.starts_on IS NULL OR p.starts_on <= r.ended_on) "
    "AND (p.ends_on IS NULL OR r.ended_on < p.ends_on) THEN r.ended_on ELSE p.ends_on END, p.capacity, p.round_id FROM posts p "
    "LEFT JOIN rounds r ON r.id = p.round_id AND p.role = ? WHERE p.jurisdiction = ? ORDER BY p.id"
)
"""A post of the team in a round ends with the round at the latest; who is named behind that has the seat of the dissolved team."""
# People whose accounts are all closed count as gone, whatever posts they still hold.
LEFT = "SELECT person_id FROM accounts GROUP BY person_id HAVING MIN(state) = 'closed' AND MAX(state) = 'closed'"
_ASSISTING = "SELECT case_id, unit_id FROM assisting WHERE until IS NULL"
_AT_ONCE = "SELECT r.person_id FROM preferences r JOIN people p ON p.id = r.person_id WHERE p.jurisdiction = ? AND r.letters = 'at_once'"
_REACHABLE = "SELECT id FROM people WHERE jurisdiction = ? AND TRIM(email) <> ''"


def _read(driver: Driver, jurisdiction: int) -> Directory:
    units = driver.all(_UNITS, (jurisdiction,))
    posts = driver.all(_POSTS, (TEAM, jurisdiction))
    people = driver.all(_REACHABLE, (jurisdiction,))
    gone = {person for (person,) in driver.all(LEFT)}
    confided = restrictions(driver, jurisdiction)
    helping = driver.all(_ASSISTING) if confided else []
    return Directory(
        {unit: DirectoryUnit(name, parent, as_date(ends), successor) for unit, name, parent, ends, successor in units},
        [
            Holding(
                role, unit, person, as_date(starts), date.min if person in gone else as_date(ends), capacity, around
            )
            for role, unit, person, starts, ends, capacity, around in posts
        ],
        frozenset(person for (person,) in people) - gone,
        confided,
        {case: frozenset(unit for one, unit in helping if one == case) for case in confided},
        frozenset(person for (person,) in driver.all(_AT_ONCE, (jurisdiction,))),
    )
