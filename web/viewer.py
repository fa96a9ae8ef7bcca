"""The viewer: who looks, in which posts, and which places are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from states import (
    ADMINISTRATORS,
    AUDITOR,
    DISCIPLINE,
    HANDLER,
    HEAD,
    LEADER,
    OFFICE,
    ORGANISATION,
    PLACED,
    ROLES,
    SECRETARY,
    TEAM,
    UNIT_ROLES,
)
from workflow.subject import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the main navigation."""

    href: str
    name: str


HOME, LEDGER, IMPORT, LOG, MAILS = (
    Place("/", "待办"),
    Place("/cases", "台账"),
    Place("/import", "导入"),
    Place("/log", "流转日志"),
    Place("/mails", "邮件"),
)
ME = Place("/me", "我的账号")
ACCOUNTS, REGISTER, SECURITY = Place("/accounts", "账号"), Place("/register", "登记"), Place("/security", "安全日志")
# Behind a unit's name the role is short: 城伯镇党委书记.
IN_UNIT = {SECRETARY: "书记", HANDLER: "整改联络员"}
CASE_ROLES = (SECRETARY, HANDLER, TEAM, OFFICE, DISCIPLINE, ORGANISATION, LEADER, HEAD, "leading_group", AUDITOR)
_PLACES: tuple[tuple[Place, tuple[str, ...]], ...] = (
    (HOME, tuple(role for role in CASE_ROLES if role != AUDITOR)),
    (LEDGER, CASE_ROLES),
    (IMPORT, (OFFICE,)),
    (LOG, (AUDITOR,)),
    (MAILS, (OFFICE, AUDITOR)),
    (ACCOUNTS, ADMINISTRATORS),
    (REGISTER, (OFFICE, *ADMINISTRATORS)),
    (SECURITY, ("secauditor",)),
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody signed in: the actor of their moves, and the token that guards their forms."""

    actor: Actor
    account_id: int
    session_hash: str
    csrf: str
    unit_names: dict[int, str]
    must_change: bool = False
    has_second: bool = False

    @property
    def name(self) -> str:
        """Return the person's name."""
        return self.actor.name

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the roles held today."""
        return tuple(dict.fromkeys(post.role for post in self.actor.posts))

    @property
    def post_words(self) -> str:
        """Return the posts in words: 城伯镇党委书记."""
        return self._posts(most=99)

    @property
    def post_short(self) -> str:
        """Return the posts in the words that a bar has room for: 分管市（县）领导（5 个单位）."""
        return self._posts(most=1)

    def _posts(self, most: int) -> str:
        words = []
        for role in self.roles:
            units = [
                self.unit_names[post.unit_id]
                for post in self.actor.posts
                if post.role == role and role in PLACED and post.unit_id in self.unit_names
            ]
            shown, of = (
                IN_UNIT.get(role, ROLES[role]),
                f"{len(units)} 个单位" if len(units) > most else "、".join(units),
            )
            words.append(
                f"{of}{shown}" if role in IN_UNIT and len(units) <= 1 else f"{shown}（{of}）" if units else shown
            )
        return "、".join(words) or "暂无职务"

    @property
    def places(self) -> list[Place]:
        """Return the places in the main navigation."""
        return [place for place, roles in _PLACES if set(roles) & set(self.roles)]

    @property
    def start(self) -> Place:
        """Return the place where the viewer begins, to which a page that is not there leads back."""
        return next((place for place in (HOME, LOG, ACCOUNTS) if place in self.places), ME)

    def holds(self, *roles: str) -> bool:
        """Say whether one of the roles is held today."""
        return bool(set(roles) & set(self.roles))

    @property
    def only_unit(self) -> bool:
        """Say whether cases are there for the viewer as one of the unit alone."""
        return set(self.roles) & set(CASE_ROLES) <= set(UNIT_ROLES)

    @property
    def reads_cases(self) -> bool:
        """Say whether cases are there for the viewer at all; the three administrators touch none."""
        return self.holds(*CASE_ROLES)

    def sees(self, *units: int) -> bool:
        """Say whether a case of these units (found there, answered for there) is there for the viewer."""
        reached = (
            post.role not in UNIT_ROLES or post.unit_id in units for post in self.actor.posts if post.role in CASE_ROLES
        )
        return any(reached)
