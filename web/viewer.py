"""The viewer: who looks, in which posts, and which places are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from clock import written_date
from grammar import Move
from register.grammar import READERS
from register.kinds import INSTRUCTION, KINDS
from register.theirs import may_read
from states import (
    ACTIONS,
    AUDITOR,
    CAPACITIES,
    CASE_ROLES,
    DISCIPLINE,
    GROUP,
    HEAD,
    HELD,
    IN_UNIT,
    LEADER,
    OFFICE,
    SECRETARY,
    STAND_IN,
    TEAM,
    UNIT_ROLES,
)
from storage.accountability import KIND as ACCOUNTABILITY
from storage.meetings import MEETING
from storage.scope import EVERYTHING, Scope
from storage.setting import UNSET, Setting
from workflow.may import makes, scope_of
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
MEETINGS, INSTRUCTIONS = Place(f"/register/{MEETING}", "会议批示"), Place(f"/register/{INSTRUCTION}", "批示")
ORDERS = Place("/orders", "立行立改")
PAPERS = Place("/papers", "文书")
ACCOUNTS, REGISTER, SECURITY = Place("/accounts", "账号"), Place("/register", "登记"), Place("/security", "安全日志")
COVERAGE = Place("/coverage", "应巡尽巡")
FIGURES = Place("/figures", "统计")
ACCOUNTED = Place(f"/register/{ACCOUNTABILITY}", "线索和问责")
_PLACES: tuple[tuple[Place, tuple[str, ...]], ...] = (
    (HOME, tuple(role for role in CASE_ROLES if role != AUDITOR)),
    (LEDGER, CASE_ROLES),
    (FIGURES, (OFFICE, HEAD, GROUP, LEADER, SECRETARY)),
    (IMPORT, (OFFICE, TEAM)),
    (ORDERS, (OFFICE, TEAM)),
    (PAPERS, CASE_ROLES),
    (LOG, (AUDITOR,)),
    (MAILS, (OFFICE, AUDITOR)),
    (MEETINGS, KINDS[MEETING].reads),
    (INSTRUCTIONS, (LEADER,)),
    (ACCOUNTED, (DISCIPLINE,)),
    (COVERAGE, (LEADER, GROUP, HEAD, AUDITOR)),
    (ACCOUNTS, KINDS["account"].reads),
    (REGISTER, READERS),
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
    round_names: dict[int, str] = field(default_factory=dict)
    setting: Setting = UNSET
    """What the office of the viewer's jurisdiction has set: read with the session."""
    address: str = ""
    """Where their browser is."""

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
        return in_words(self, most=99)

    @property
    def post_short(self) -> str:
        """Return the posts in the words that a bar has room for: 分管市（县）领导（5 个单位）."""
        return in_words(self, most=1)

    @property
    def places(self) -> list[Place]:
        """Return the places in the main navigation."""
        here = {place for place, roles in _PLACES if self.holds(*roles)}
        if not self.holds_at_large(*READERS):  # what is not a case is the whole jurisdiction's
            here.discard(REGISTER)
        # The register leads to it, too.
        if REGISTER in here or not self.coverage.reaches:
            here.discard(COVERAGE)
        # Who reads both has one place for them.
        here.discard(INSTRUCTIONS if self.reads_register(MEETING) else MEETINGS)
        return [place for place, _ in _PLACES if place in here]

    def reads_register(self, kind: str) -> bool:
        """Say whether rows of a kind of the register are there for the viewer, all or their own."""
        return may_read(KINDS[kind], self.actor)

    @property
    def start(self) -> Place:
        """Return the place where the viewer begins, to which a page that is not there leads back."""
        return next((place for place in (HOME, LOG, ACCOUNTS) if place in self.places), ME)

    def holds(self, *roles: str) -> bool:
        """Say whether one of the roles is held today."""
        return bool(set(roles) & set(self.roles))

    def holds_at_large(self, *roles: str) -> bool:
        """Say whether one of the roles is held today for the whole jurisdiction."""
        return self.actor.post_at_large(*roles) is not None

    def may_make(self, move: Move) -> bool:
        """Say whether one of the posts makes the move somewhere."""
        return any(makes(post, move) for post in self.actor.posts)

    @property
    def only_unit(self) -> bool:
        """Say whether cases are there for the viewer as one of the unit alone."""
        return set(self.roles) & set(CASE_ROLES) <= set(UNIT_ROLES)

    def reads_draft(self, action: str) -> bool:
        """Say whether a draft of that act is there for the viewer: what others prepare to decide, the unit reads when it is decided."""
        return not self.only_unit or bool(set(ACTIONS[action].who) & set(UNIT_ROLES))

    @property
    def reads_cases(self) -> bool:
        """Say whether cases are there for the viewer at all; the three administrators touch none."""
        return self.holds(*CASE_ROLES)

    @property
    def coverage(self) -> Scope:
        """Return of which units the coverage of a term 应巡尽巡 is there for the viewer, leaders, the auditor and who reads the register.

        A post of some rounds gives none: of what they inspect all is inspected.
        """
        if self.holds_at_large(*KINDS["term"].reads):
            return EVERYTHING
        roles = next(roles for place, roles in _PLACES if place is COVERAGE)
        return scope_of(tuple(post for post in self.actor.posts if post.role in roles and post.round_id is None))

    @property
    def scope(self) -> Scope:
        """Return the cases that are there for the viewer."""
        return scope_of(self.actor.posts)

    @property
    def confided(self) -> frozenset[int]:
        """Return the restricted cases 限定知悉 that are for the viewer: that they read them is noted."""
        return frozenset(case for post in self.actor.posts for case in post.confided)

    @property
    def assisting(self) -> frozenset[int]:
        """Return the cases in which one of the viewer's units assists 协办."""
        return frozenset(case for post in self.actor.posts for case in post.assisting)

    @property
    def restricted(self) -> frozenset[int]:
        """Return all restricted cases 限定知悉, also those that are not there for the viewer: to be counted, never to be named."""
        return self.confided.union(case for post in self.actor.posts for case in post.hidden)

    def restricts(self, case: int) -> bool:
        """Say whether the viewer sets for whom a case is, or opens it: the head where it is for some already."""
        return self.holds_at_large(OFFICE) or (case in self.confided and self.holds_at_large(HEAD))

    def scope_as(self, *roles: str) -> Scope:
        """Return the cases that are there for the viewer in these roles."""
        return scope_of(tuple(post for post in self.actor.posts if post.role in roles))


_SAYING: Final[ContextVar[Setting]] = ContextVar("saying", default=UNSET)


@contextmanager
def saying(setting: Setting) -> Iterator[None]:
    """Call organs as they are called here while a page is rendered."""
    token = _SAYING.set(setting)
    try:
        yield
    finally:
        _SAYING.reset(token)


def called(role: str) -> str:
    """Return what a role is called on the page that is being rendered."""
    return _SAYING.get().called(role)


def role_words(role: str, capacity: str = HELD) -> str:
    """Return a role as somebody held it: 代班书记; 书记，主持工作; in one's own right 党组织书记."""
    if capacity == HELD:
        return called(role)
    shown = IN_UNIT.get(role, called(role))
    return f"{CAPACITIES[STAND_IN]}{shown}" if capacity == STAND_IN else f"{shown}，{CAPACITIES[capacity]}"


def in_words(viewer: Viewer, most: int) -> str:
    """Return the posts of a viewer in words; of more than so many units only how many they are."""
    kinds = dict.fromkeys((post.role, post.capacity) for post in viewer.actor.posts)
    return "、".join(_held(viewer, role, capacity, most) for role, capacity in kinds) or "暂无职务"


def _held(viewer: Viewer, role: str, capacity: str, most: int) -> str:
    posts = [post for post in viewer.actor.posts if (post.role, post.capacity) == (role, capacity)]
    at_large = any(post.unit_id is None for post in posts)
    units = [] if at_large else list(dict.fromkeys(viewer.unit_names.get(post.unit_id or 0, "") for post in posts))
    of = f"{len(units)} 个单位" if len(units) > most else "、".join(units)
    shown = IN_UNIT.get(role, viewer.setting.called(role))
    shown = f"{CAPACITIES[STAND_IN]}{shown}" if capacity == STAND_IN else shown
    inside = [] if role in IN_UNIT and len(units) <= 1 else [of] if of else []
    inside += dict.fromkeys(viewer.round_names[post.round_id] for post in posts if post.round_id in viewer.round_names)
    inside += [CAPACITIES[capacity]] if capacity not in (HELD, STAND_IN) else []
    inside += dict.fromkeys(said for post in posts if (said := _days(post.starts_on, post.ends_on, capacity)))
    before = of if role in IN_UNIT and len(units) <= 1 else ""
    return f"{before}{shown}（{'；'.join(inside)}）" if inside else f"{before}{shown}"


def _days(first: date | None, last: date | None, capacity: str) -> str:
    """Return from when to when a post is held, of those that are held for a time: 7月1日至14日."""
    if last is None:
        return ""
    if first is None or capacity == HELD:
        return f"至{written_date(last)}"
    if first.year != last.year:
        return f"{written_date(first)}至{written_date(last)}"
    same = first.month == last.month
    return f"{first.month}月{first.day}日至{'' if same else f'{last.month}月'}{last.day}日"
