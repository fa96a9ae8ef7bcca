"""The teams 巡察组 of a round as pages show them: each with its members by their duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from register.kinds import KINDS
from register.reading import typed
from register.showing import Words

DUTIES = dict(KINDS["member"].field("duty").choices)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team: the number of the row, the name, the duty, from when to when."""

    number: int
    name: str
    duty: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its members of today and later, the leader first."""

    number: int
    name: str
    ended: bool
    members: tuple[Member, ...]


def teams_of_round(words: Words, round_id: int) -> list[Team]:
    """Return the teams of a round in the order in which they were made."""
    return [_team(words, int(key), row) for key, row in words.there("team") if row["round_id"] == round_id]


def members_of(words: Words, team: int, *, before: bool = False) -> Iterator[Member]:
    """Yield who is in a team today or later, or with `before` who has left it."""
    order = list(DUTIES)
    rows = [(int(key), typed(KINDS["member"], row)) for key, row in words.there("member") if row["team_id"] == team]
    for key, row in sorted(rows, key=lambda one: order.index(one[1]["duty"])):
        if (row["ends_on"] is not None and row["ends_on"] < words.today) is before:
            yield Member(key, words.called("person", row["person_id"]), row["duty"], row["starts_on"], row["ends_on"])


def _team(words: Words, key: int, row: dict[str, object]) -> Team:
    ended = typed(KINDS["team"], row)["ends_on"]
    return Team(key, str(row["name"]), ended is not None and ended < words.today, tuple(members_of(words, key)))
