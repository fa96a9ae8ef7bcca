"""The pieces 件 of a volume 案卷: the letters that were issued, then case by case what was handed in; each file once, only what is there for who asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from archive.names import parted
from papers.kinds import KINDS
from register.papers import papers_kept_from
from states import MATERIALS, MOVES, ROLES, UNIT_ROLES
from storage.reads.cases import Shown, shown_cases
from storage.reads.materials import PROBLEM_LIST, lists_others, telling_of
from storage.reads.papers import Asked, Issued, issued_papers
from storage.reads.volumes import HandedIn, Volume, entries_about, entries_on, handed_in, printed, volumes_of
from storage.scope import Scope
from storage.setting import Setting
from trail.stored import Stored
from workflow.may import hidden_from, scope_of
from workflow.subject import Actor

MOST_PAPERS: Final = 100_000
NOT_WHOLE: Final = "另列有其他问题，未附"
SPLITS: Final = frozenset(move.action for move in MOVES if move.splits)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, and by whom: these cases, and of whole volumes also the papers that list none of them."""

    actor: Actor
    cases: Sequence[int]
    whole: bool = False
    round_id: int | None = None
    """The whole round, with what is about none of its units alone."""
    known: frozenset[str] = frozenset()
    """The files that an earlier package has: a supplement 补充卷 has those that came since."""


@dataclass(slots=True)
class Piece:
    """A piece of a volume: what it is called and whose it is, which file it is, and the entry that names that."""

    title: str
    name: str
    sha256: str
    kind: str
    by: str = ""
    number: str = ""
    on: date | None = None
    numbers: list[str] = field(default_factory=list)
    """The numbers of the cases that it was handed in for."""
    entry: int | None = None
    note: str = ""
    held_back: bool = False
    """It is named, and its file is not there for who asks."""

    @property
    def remark(self) -> str:
        """Return what the list says beside it."""
        said = f"问题 {'、'.join(self.numbers)}" if self.numbers else ""
        return "；".join(filter(None, (said, self.note)))


@dataclass(frozen=True, slots=True)
class Filled:
    """A volume with its cases and pieces."""

    volume: Volume
    cases: Sequence[Shown]
    hidden: Mapping[int, frozenset[str]]
    """By case the actions of which who asks reads nothing."""
    pieces: Sequence[Piece]


class Gathering:
    """What is there for who asks, read volume by volume: as much at once as one volume has."""

    def __init__(self, driver: Stored, wanted: Wanted, setting: Setting) -> None:
        self.driver, self.wanted, self.setting = driver, wanted, setting
        self.jurisdiction = wanted.actor.jurisdiction
        self.scope: Scope = scope_of(wanted.actor.posts)
        self.withheld = telling_of(driver, self.jurisdiction, self.scope.hidden)
        self.unsaid = frozenset(driver.wholes(self.scope.hidden))
        self.theirs = volumes_of(driver, wanted.cases)
        self.lines = self._papers()
        self.issuing = entries_about(driver, self.jurisdiction, [line.id for line in self.lines])

    def volumes(self) -> list[Volume]:
        """Return the volumes, that of a whole round first."""
        found = self.theirs
        keys = {(one.round_id, one.unit_id) for one in found}
        beside = {where: line for line in self.lines if (where := _where(line)) not in keys}
        more = [Volume(around, line.round, unit, line.unit) for (around, unit), line in beside.items()]
        return [
            *(one for one in more if one.unit_id is None),
            *found,
            *(one for one in more if one.unit_id is not None),
        ]

    def _papers(self) -> list[Issued]:
        """Return the papers that list one of the cases; of whole volumes those about their unit and round as well, the oldest first."""
        kept = papers_kept_from(self.wanted.actor)
        asked = [Asked(listing=part, without=kept) for part in _parts(self.wanted.cases)]
        if self.wanted.round_id is not None:
            asked = [Asked(round=self.wanted.round_id, without=kept)]
        elif self.wanted.whole:
            asked += [Asked(unit=one.unit_id, round=one.round_id, without=kept) for one in self.theirs]
        found: dict[int, Issued] = {}
        for one in asked:
            lines = issued_papers(self.driver, self.jurisdiction, self.scope, one, MOST_PAPERS)
            found |= {line.id: line for line in lines if line.state != "outside"}
        return [found[number] for number in sorted(found)]

    def fill(self, volume: Volume) -> Filled:
        """Return a volume with its cases and pieces."""
        cases = shown_cases(self.driver, self.jurisdiction, volume.cases)
        hidden = {case.id: hidden_from(self.wanted.actor, case.as_row()) for case in cases}
        letters = [line for line in self.lines if _where(line) == (volume.round_id, volume.unit_id)]
        pieces = [*self._letters(letters), *self._materials(volume, cases, hidden)]
        once: dict[str, Piece] = {}
        for piece in pieces:
            first = once.setdefault(piece.sha256 or f"{len(once)}", piece)
            first.numbers = list(dict.fromkeys([*first.numbers, *piece.numbers]))
        new = [piece for piece in once.values() if piece.sha256 not in self.wanted.known]
        return Filled(volume, cases, hidden, new)

    def told(self) -> dict[int, bool]:
        """Return the entries on the cases and about the papers, by index, and whether their texts are told; of what is hidden nothing."""
        found = {index: True for entries in self.issuing.values() for index in entries}
        for part in _parts([case for one in self.theirs for case in one.cases]):
            cases = {case.id: case for case in shown_cases(self.driver, self.jurisdiction, part)}
            hidden = {number: hidden_from(self.wanted.actor, case.as_row()) for number, case in cases.items()}
            for index, case, action in entries_on(self.driver, list(cases)):
                if action not in hidden[case]:
                    found[index] = not (case in self.unsaid and action in SPLITS)
        return found

    def _letters(self, lines: Sequence[Issued]) -> Iterator[Piece]:
        files = printed(self.driver, [line.id for line in lines])
        for line in lines:
            if (file := files.get(line.id)) is None:
                continue
            kind, entries = KINDS[line.paper], self.issuing[line.id]
            title = line.title or kind.shown
            called, void = f"{line.number} {title}".strip(), "已作废" if line.state == "void" else ""
            letter = Piece(
                title, f"{called}.pdf", file.pdf[0], line.paper, self._whose(kind.issuer, line.unit), line.number, line.signed_on,
                entry=entries[0], note=void,
            )  # fmt: skip
            yield letter
            if file.scan:
                name = f"{called}（盖章扫描件）{parted(file.scan[1])[1]}"
                yield replace(letter, name=name, sha256=file.scan[0], entry=entries[-1], note="盖章扫描件")

    def _materials(
        self, volume: Volume, cases: Sequence[Shown], hidden: Mapping[int, frozenset[str]]
    ) -> Iterator[Piece]:
        rows = {case.id: case.as_row() for case in cases}
        others: dict[str, bool] = {}
        for file in handed_in(self.driver, volume.cases):
            if file.action in hidden.get(file.case, ()):
                continue
            if file.kind == PROBLEM_LIST and file.sha256 not in others:
                others[file.sha256] = lists_others(self.driver, rows[file.case], file.sha256, self.scope)
            back = file.sha256 in self.withheld or others.get(file.sha256, False)
            yield Piece(
                _titled(MATERIALS[file.kind], file.name), file.name, "" if back else file.sha256, file.kind, self._from(file, volume), "", file.on,
                [file.number], file.entry, NOT_WHOLE if back else "" if file.entry is not None else "尚未随办理交来", back,
            )  # fmt: skip

    def _from(self, file: HandedIn, volume: Volume) -> str:
        if not file.role or file.role in UNIT_ROLES:
            return volume.unit
        return self.setting.called(file.role) if file.role in ROLES else ""

    def _whose(self, issuer: str, unit: str) -> str:
        return unit if issuer == "unit" else self.setting.called(issuer)


def _titled(kind: str, name: str) -> str:
    """Return what a file is called in a list: what it is, and its own name where that says more."""
    own, _ = parted(name)
    return own if kind in own else f"{kind}：{own}"


def _where(line: Issued) -> tuple[int, int | None]:
    return line.round_id or 0, line.unit_id


def _parts(cases: Sequence[int], most: int = 1000) -> Iterable[Sequence[int]]:
    return (cases[first : first + most] for first in range(0, len(cases), most))
