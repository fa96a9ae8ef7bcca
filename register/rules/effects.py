"""What follows an entry, by name as the table of kinds names it.

Columns before it is written; afterwards secrets and further entries; and moves of cases, once all entries are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import clock
from register.opening import changed_of, days_held
from register.rules.following import afterwards as _afterwards
from register.rules.following import columns as _columns
from register.rules.following import follow as _follow
from register.wanted import Standing, Wanted
from register.wording import newest_version
from states import HELD, STAND_IN
from storage import requests
from storage.accounts import end_sessions as end_all_sessions
from storage.accounts import give_password
from storage.calendars import read_calendar
from storage.household import find_key, read_row
from storage.reads import posts as read
from storage.second_factor import forget_second_factor
from storage.tables import Account
from trail.entry import Dice
from workflow.days.arrangement import calendar, read_written, with_year
from workflow.rules import calendar_now
from workflow.subject import Replaced

_PERSON: Final = ("name", "email", "personal_key")
_POST: Final = ("role", "unit", "round", "capacity", "document", "starts_on", "ends_on")


@_columns
def opened(one: Standing) -> None:
    """The account is open."""
    one.after["state"] = "open"


@_columns
def closed(one: Standing) -> None:
    """The account is closed."""
    one.after["state"] = "closed"


@_columns
def lifted(one: Standing) -> None:
    """The restriction is over."""
    one.after["lifted"] = True


@_columns
def about_oneself(one: Standing) -> None:
    """The row is about who enters it."""
    one.after["person_id"] = one.actor.person_id


@_columns
def written_by_oneself(one: Standing) -> None:
    """The instruction is of who enters it, written today."""
    one.after["leader_id"], one.after["written_on"] = one.actor.person_id, one.today


@_columns
def begins_anew(one: Standing) -> None:
    """What the person held before and has left begins on the day, unless another is said."""
    if one.after["starts_on"] is None and read.same_post(one.driver, one.jurisdiction, one.after) is not None:
        one.after["starts_on"] = one.today


@_columns
def next_version(one: Standing) -> None:
    """A dictionary of a name that is there is its next version."""
    one.after["version"] = newest_version(one) + 1


@_columns
def mark_gone(one: Standing) -> None:
    """The mark stands no more."""
    one.after["gone"] = True


@_columns
def whole_calendar(one: Standing) -> None:
    """The days of the year that is given take the place of those that were there, and the calendar goes in as a whole."""
    one.replaced = calendar_now(one.driver, one.jurisdiction)
    if "listing" in one.said:
        there = read_calendar(one.driver, one.jurisdiction)
        days = with_year(there, one.said["year"], read_written(one.said["listing"]))
        one.content = {"days": days, "named": calendar(days).digest}


@_columns
def team_not_in_words(one: Standing) -> None:
    """The team that is named takes the place of what an earlier release kept in words."""
    if "team" in one.said:
        one.after["team"] = None


@_columns
def leader_not_of_the_team(one: Standing) -> None:
    """The team itself names no leader any more."""
    one.after["leader_id"] = None


@_follow
def leader_is_a_member(one: Standing) -> Iterator[Wanted]:
    """Who led the team is a member of it with that duty, from its first day to its last."""
    leader = one.before.get("leader_id")
    days = {name: day for name in ("starts_on", "ends_on") if (day := one.before[name]) is not None}
    if leader is not None:
        yield Wanted("member", "make", None, {"team": one.wanted.row, "person": leader, "duty": "leader", **days})


@_afterwards
def dates_follow(one: Standing, index: int, dice: Dice) -> None:
    """The open clocks that the old calendar dated run to the dates of the new one, each case with an entry of its own."""
    from workflow.recompute import recompute  # noqa: PLC0415 the engine, which most of what enters nothing does not load

    recompute(one.work, one.jurisdiction, Replaced(index, calendar=one.replaced), clock.from_micros(one.now), dice)


@_follow
def looked(one: Standing) -> Iterator[Wanted]:
    """The entry is listed no more."""
    requests.mark_looked(one.driver, one.jurisdiction, int(one.wanted.row or 0), one.actor.person_id, one.now)
    return iter(())


@_follow
def end_sessions(one: Standing) -> Iterator[Wanted]:
    """What was signed in with the account ends at once."""
    end_all_sessions(one.work.session, _account(one), one.now)
    one.work.session.flush()
    return iter(())


@_follow
def new_password(one: Standing) -> Iterator[Wanted]:
    """The account gets the password beside the entry, to be changed at once unless its owner chose it."""
    if "password_hash" in one.wanted.beside:
        chosen = bool(one.wanted.beside.get("chosen"))
        give_password(one.work.session, one.after["login"], one.wanted.beside["password_hash"], one.now, chosen=chosen)
    return iter(())


@_follow
def forget_factor(one: Standing) -> Iterator[Wanted]:
    """The second factor is gone; it is set up anew at the next sign-in where it is wanted."""
    forget_second_factor(one.work, _account(one), one.now)
    return iter(())


@_follow
def end_posts(one: Standing) -> Iterator[Wanted]:
    """With a person's last account the posts end that day; who is named as successor holds them from then: nobody else can sign in them."""
    person = one.after["person_id"]
    if read.has_open_account(one.driver, person, but=int(one.wanted.row or 0)):
        return
    for post in read.posts_unended(one.driver, person, one.today):
        row = read_row(one.driver, "post", one.jurisdiction, post) or {}
        fields: dict[str, Any] = {"ends_on": max(row["starts_on"] or one.today, one.today)}
        if one.said.get("successor") is not None and row["capacity"] != STAND_IN:
            fields["successor"] = one.said["successor"]
        yield Wanted("post", "end", post, fields, one.wanted.reason, {"begins": fields["ends_on"]})


@_follow
def hand_over(one: Standing) -> Iterator[Wanted]:
    """The successor holds the post from the next day, in the same way and no longer than it was to last; who holds it already goes on."""
    successor, last = one.said.get("successor"), one.before["ends_on"]
    begins = one.wanted.beside.get("begins", one.said["ends_on"] + timedelta(days=1))
    if successor is None or (last is not None and last < begins) or _holds_already(one, successor, begins):
        return
    fields = {
        "person": successor, "role": one.before["role"], "unit": one.before["unit_id"], "round": one.before["round_id"],
        "capacity": one.before["capacity"] or None, "document": one.before["document"] or None, "starts_on": begins, "ends_on": last,
    }  # fmt: skip
    given = {name: value for name, value in fields.items() if value is not None}
    yield Wanted("post", "make", None, given, reason=one.wanted.reason)


def _holds_already(one: Standing, successor: int, begins: date) -> bool:
    """Say whether the successor holds the post on that day, in the same way or in their own right."""
    ways = ({**one.before, "person_id": successor, "capacity": way} for way in (one.before["capacity"], HELD))
    held = (read.same_post(one.driver, one.jurisdiction, way, begins) for way in ways)
    return any(days is not None and (days[0] is None or days[0] <= begins) for days in held)


@_follow
def person_account_post(one: Standing) -> Iterator[Wanted]:
    """The person is found by the personal key or the account, else registered; so are account and post, unless it is held already."""
    said = one.said
    account = find_key(one.driver, "account", one.jurisdiction, login=said["login"])
    person = read.person_meant(one.driver, one.jurisdiction, said)
    if person is None:
        yield Wanted("person", "make", None, {name: said[name] for name in _PERSON if name in said})
        person = int(one.last or 0)
    elif changed := changed_of(one, person):
        yield Wanted("person", "change", person, changed)
    if account is None:
        yield Wanted("account", "make", None, {"person": person, "login": said["login"]}, beside=one.wanted.beside)
    if days_held(one, person) is None:
        yield Wanted("post", "make", None, {"person": person} | {name: said[name] for name in _POST if name in said})


def _account(one: Standing) -> Account:
    return one.work.session.get_one(Account, int(one.wanted.row or 0), populate_existing=True)
