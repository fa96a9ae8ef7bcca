"""Opinions 意见 bind: what the parties said of what lies before them, and what may be done against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clock import chinese_date
from grammar import Move
from states import DISCIPLINE, PARTIES, ROLES
from workflow.days.joint import CLOSING, PLAN, Joint, stage_of
from workflow.days.profiles import Profile
from workflow.subject import Subject


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked about a case, as its round has it: in which stage, and how their opinions count."""

    stage: str
    joint: Joint
    parties: tuple[str, ...]
    """Those of the profile; once the case was escalated 纪委监委 and 组织部 too."""

    def before(self, role: str) -> tuple[str, ...]:
        """Return who speaks before a party."""
        return self.joint.before(role)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The parties who are against it and those who are still to speak, in the order of the profile."""

    against: tuple[str, ...]
    missing: tuple[str, ...]
    silence: str = "passed_over"
    """How those are passed over who are still to speak, once the date has gone by."""

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
            **dict.fromkeys(self.missing, self.silence),
            **dict.fromkeys(self.others, "not_adopted"),
            **dict.fromkeys(self.supervisors, "minute_no"),
        }


def asked(profile: Profile, state: str, *, escalated: bool) -> Asked:
    """Return who is asked about a case in a state: the one judge of who is a party."""
    stage = stage_of(state) or CLOSING
    joint = profile.joints[stage]
    more = PARTIES if escalated and stage == CLOSING else ()
    return Asked(stage, joint, (*joint.parties, *(role for role in more if role not in joint.parties)))


def asked_of(s: Subject) -> Asked:
    """Return who is asked about the case of the subject."""
    return asked(s.profile, s.case.state, escalated=bool(s.case.escalations))


def weigh(said: Mapping[str, str], of: Asked, acting: str | None = None) -> Weighed:
    """Weigh opinions by party; who makes the move says by it that they agree, unless they said otherwise.

    Once as many have spoken as must, nobody is waited for but 纪委监委 at acceptance.
    """
    silent = [role for role in of.parties if role not in said and role != acting]
    heard = len(of.parties) - len(silent)
    if of.joint.enough and heard >= of.joint.enough:
        silent = [role for role in silent if (role, of.stage) == (DISCIPLINE, CLOSING)]
    silence = "no_objection" if of.stage == PLAN and of.joint.silence_agrees else "passed_over"
    return Weighed(tuple(role for role in of.parties if said.get(role) == "return"), tuple(silent), silence)


def weighed(s: Subject) -> Weighed:
    """Weigh the opinions on what lies before the subject."""
    return weigh({role: opinion for _, role, _, opinion in opinions_now(s)}, asked_of(s), s.role)


def passable(move: Move, missing: Iterable[str]) -> list[str]:
    """Return who of the silent may be passed over once the date has gone by: 纪委监委 never at acceptance."""
    return [role for role in missing if not (role == DISCIPLINE and "discipline_has_spoken" in move.only_if)]


def still_waited_for(found: Weighed, missing: Iterable[str], until: date) -> str:
    """Return in words who is waited for and until when."""
    then = "视为无意见" if found.silence == "no_objection" else "可以说明理由后办理"
    return f"{named(missing)}还没有提出意见，须等到意见齐备；{chinese_date(until)} 过后仍未反馈的，{then}"


def opinions_now(s: Subject) -> list[tuple[int, str, int, str]]:
    """Return the opinions given since the case came into its state."""
    return [opinion for opinion in s.facts.opinions if opinion[0] > s.case.entered]


def named(roles: Iterable[str]) -> str:
    """Return the parties in words."""
    return "、".join(ROLES[role] for role in roles)
