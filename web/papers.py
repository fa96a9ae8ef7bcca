"""Papers 文书 on the pages: how this house prints, which kinds and drafts are somebody's, a line of the register in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from papers.drafting import Printing
from papers.fonts import Wanted
from papers.kinds import KINDS, Kind
from papers.render import OWN, Press
from register.papers import drafters, issuers, papers_kept_from
from states import CASE_ROLES, CLOCKS, OFFICE, RUNGS, STAND_IN
from storage.looks import Looks
from storage.paper_drafts import MONTH
from storage.reads.papers import Asked, Issued, Waiting, papers_counted, unreceived, waiting_papers
from storage.sql import Driver
from web.desk import Desk
from web.viewer import Viewer

WHO_READ: Final = CASE_ROLES


def press_of(desk: Desk) -> Press:
    """Return how this house prints."""
    home = desk.settings.home
    return Press(Wanted(desk.settings.config.papers.fonts.families, home / OWN / "fonts"), home)


def printing(desk: Desk, viewer: Viewer) -> Printing:
    """Return what prints the drafts that the viewer issues."""
    return Printing(press_of(desk), viewer.actor, desk.now())


def kind_shown(name: str) -> str:
    """Return what a kind of paper is called; of a number given outside nothing but that."""
    return KINDS[name].shown if name in KINDS else "（系统外）"


def has_part(viewer: Viewer, kind: Kind) -> bool:
    """Say whether drafts of a kind are there for the viewer: who drafts, checks or issues such, or countersigns them."""
    held = {post.role for post in viewer.actor.posts if post.capacity != STAND_IN}
    return bool(held.intersection((*drafters(kind), *kind.countersigns, *kind.signs)))


def drafts_for(driver: Driver, viewer: Viewer, number: int | None = None) -> list[Waiting]:
    """Return the drafts that wait and are the viewer's to write, check, countersign or issue, the oldest first."""
    there = waiting_papers(driver, viewer.actor.jurisdiction, viewer.scope, number)
    return [one for one in there if has_part(viewer, KINDS[one.paper])]


def rung_shown(rung: str) -> str:
    """Return in words by which rung of a clock a draft was made; nothing where by a person."""
    if rung == MONTH:
        return "统计月"
    if rung.startswith("flag"):
        return "疑似整改不力"
    clock, _, step = rung.partition(":")[0].rstrip("+").partition(".")
    return f"{CLOCKS[clock].shown}时限的“{RUNGS[step]}”" if step and clock in CLOCKS else ""


@dataclass(frozen=True, slots=True)
class Link:
    """Where the papers about something are listed: the address, how many were issued, and where a new one is drafted."""

    href: str
    count: int
    new: str


def link_to(driver: Driver, viewer: Viewer, asked: Asked) -> Link:
    """Return the link to the papers of a unit, a round or a case, with how many there are."""
    named = {"unit": asked.unit, "round": asked.round, "case": asked.case}
    query = "&".join(f"{name}={value}" for name, value in named.items() if value)
    drafts = any(drafters(kind) and has_part(viewer, kind) for kind in KINDS.values())
    return Link(
        f"/papers?{query}", papers_counted(driver, viewer.actor.jurisdiction, viewer.scope, for_viewer(viewer, asked)),
        f"/papers/new?{query}" if drafts and (asked.case or asked.round) else "",
    )  # fmt: skip


def for_viewer(viewer: Viewer, asked: Asked) -> Asked:
    """Return what is asked for, without what goes to others about the viewer's unit."""
    return replace(asked, without=papers_kept_from(viewer.actor))


def states_said(lines: Iterable[Issued]) -> dict[int, str]:
    """Return how each line of the register stands beside that it was issued: void, outside, received, owed."""
    return {one.id: _stands(one) for one in lines}


def _stands(one: Issued) -> str:
    kind = KINDS.get(one.paper)
    owed = kind.receipts if kind else ()
    if one.state == "void":
        return "✕ 已作废"
    if one.state == "outside":
        return "○ 系统外编号"
    if one.received_on:
        return "✓ 已签收"
    if len(owed) > 1:
        return f"○ 已签收 {len(one.receipts)}/{len(owed)}"
    return "○ 待签收" if owed else ""


def owing(one: Issued) -> list[str]:
    """Return the roles that have still to sign for a paper."""
    kind = KINDS.get(one.paper)
    owed = kind.receipts if kind and one.state == "issued" and not one.received_on else ()
    return [role for role in owed if role not in one.receipts]


def owed_by(roles: Iterable[str]) -> dict[str, list[str]]:
    """Return the kinds of papers for which each of the roles owes a receipt."""
    found = {role: [one.name for one in KINDS.values() if role in one.receipts] for role in sorted(set(roles))}
    return {role: kinds for role, kinds in found.items() if kinds}


@dataclass(frozen=True, slots=True)
class OnTheDesk:
    """What of the papers waits for somebody: letters to be signed for, drafts to be checked, countersigned or issued."""

    to_receive: list[Issued]
    to_check: list[Waiting]
    to_countersign: list[Waiting]
    to_issue: list[Waiting]
    begun: list[Waiting]
    """The drafts of the office's, wherever they stand: it writes them, and takes back what is over."""

    @property
    def begun_of(self) -> list[tuple[str, int]]:
        """Return how many drafts of each kind the office has, reports first."""
        counted = Counter(one.paper for one in self.begun)
        kinds = sorted((KINDS[name] for name in counted), key=lambda kind: not kind.counts)
        return [(kind.shown, counted[kind.name]) for kind in kinds]

    @property
    def count(self) -> int:
        """Return how many tasks that is."""
        return len(self.to_receive) + bool(self.to_check) + bool(self.to_countersign) + bool(self.to_issue)

    @property
    def together(self) -> list[Issued]:
        """Return the letters that are signed for together."""
        return [one for one in self.to_receive if not KINDS[one.paper].opened]

    @property
    def opened(self) -> list[Issued]:
        """Return the letters that are opened one by one before they are signed for."""
        return [one for one in self.to_receive if KINDS[one.paper].opened]


def on_the_desk(driver: Driver, viewer: Viewer) -> OnTheDesk:
    """Return what of the papers waits for the viewer."""
    held = {post.role for post in viewer.actor.posts}
    acting = {post.role for post in viewer.actor.posts if post.capacity != STAND_IN}
    owed = owed_by(held)
    signs = [one for one in KINDS.values() if acting.intersection((*one.checks, *one.countersigns, *issuers(one)))]
    looks = Looks(driver)
    letters = looks.at(unreceived, viewer.actor.jurisdiction, viewer.scope, owed) if owed else list
    drafts = looks.at(drafts_for, viewer) if signs or OFFICE in acting else list
    waiting = [one for one in drafts() if not one.returned]
    mine = [one for one in waiting if one.drafted_by != viewer.actor.person_id]
    to_check = [one for one in mine if not one.checked and acting.intersection(KINDS[one.paper].checks)]
    checked = [one for one in waiting if one.checked or not KINDS[one.paper].checks]
    to_countersign = [one for one in checked if acting.intersection(lacking(one))]
    to_issue = [one for one in checked if not lacking(one) and acting.intersection(issuers(KINDS[one.paper]))]
    begun = [one for one in drafts() if OFFICE in acting.intersection(drafters(KINDS[one.paper]))]
    return OnTheDesk(letters(), to_check, to_countersign, to_issue, begun)


def lacking(one: Waiting) -> list[str]:
    """Return the roles that have still to countersign 会签 a draft."""
    return [role for role in KINDS[one.paper].countersigns if role not in one.countersigned]
