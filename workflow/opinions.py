"""Opinions 意见 bind: what the parties said of what lies before them, and what may be done against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clock import chinese_date
from grammar import Move
from states import ACTIONS, DISCIPLINE, PARTIES, ROLES
from workflow.subject import Subject

ASKED = ACTIONS["opine"].who


@dataclass(frozen=True, slots=True)
class Weighed:
    """The parties who are against it and those who have said nothing, in the order of the table."""

    against: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def supervisors(self) -> tuple[str, ...]:
        """Return who is against it and is passed over by the leading group alone."""
        return tuple(role for role in self.against if role in PARTIES)

    @property
    def others(self) -> tuple[str, ...]:
        """Return who is against it and may be told why that is not adopted 不予采纳."""
        return tuple(role for role in self.against if role not in PARTIES)

    @property
    def overruled(self) -> dict[str, str]:
        """Return, by party, the answer in which it reads why its opinion was passed over."""
        return {
            **dict.fromkeys(self.missing, "passed_over"),
            **dict.fromkeys(self.others, "not_adopted"),
            **dict.fromkeys(self.supervisors, "minute_no"),
        }


def weigh(said: Mapping[str, str], acting: str | None = None) -> Weighed:
    """Weigh opinions by party; who makes the move says by it that they agree, unless they said otherwise."""
    return Weighed(
        tuple(role for role in ASKED if said.get(role) == "return"),
        tuple(role for role in ASKED if role not in said and role != acting),
    )


def weighed(s: Subject) -> Weighed:
    """Weigh the opinions on what lies before the subject."""
    return weigh({role: opinion for _, role, _, opinion in opinions_now(s)}, s.role)


def passable(move: Move, missing: Iterable[str]) -> list[str]:
    """Return who of the silent may be passed over once the date has gone by: 纪委监委 never at acceptance."""
    return [role for role in missing if not (role == DISCIPLINE and "discipline_has_spoken" in move.only_if)]


def still_waited_for(missing: Iterable[str], until: date) -> str:
    """Return in words who is waited for and until when."""
    day = chinese_date(until)
    return f"{named(missing)}还没有提出意见，须等到意见齐备；{day} 过后仍未反馈的，可以说明理由后办理"


def opinions_now(s: Subject) -> list[tuple[int, str, int, str]]:
    """Return the opinions given since the case came into its state."""
    return [opinion for opinion in s.facts.opinions if opinion[0] > s.case.entered]


def named(roles: Iterable[str]) -> str:
    """Return the parties in words."""
    return "、".join(ROLES[role] for role in roles)
