"""What is wanted of the register, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from register.grammar import Act, Kind
from register.kinds import of_type
from storage.household import Key, Row
from storage.sql import Driver
from storage.work import Work
from workflow.refusal import Refusal
from workflow.subject import Actor, Post


class UnknownAct(LookupError):
    """No kind of the register has such an act."""

    def __init__(self, kind: str, act: str) -> None:
        super().__init__(f"登记中没有“{kind}”的“{act}”")


class Unread(LookupError):
    """What is looked at could not be read, or was left out though it must be there: nothing can be said of it yet."""


class Partly(dict[str, Any]):
    """Fields of which some could not be read: who looks at one of those, or at all together, meets Unread."""

    def __init__(self, there: Mapping[str, Any], unread: Collection[str]) -> None:
        super().__init__(there)
        self._unread = frozenset(unread)

    def _known(self, name: object) -> None:
        if name in self._unread:
            raise Unread(name)

    def __getitem__(self, name: str) -> Any:
        self._known(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field that could be read."""
        self._known(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self._known(name)
        return super().__contains__(name)

    def _whole(self, *_: object) -> Any:
        raise Unread

    __iter__ = keys = values = items = __eq__ = __ne__ = __or__ = __len__ = copy = _whole
    __hash__ = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One wanted entry: which act of which kind, of which row, with which fields; `beside` is written and never recorded."""

    kind: str
    act: str
    row: Key | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    beside: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> tuple[Kind, Act]:
        """Return the row of the table; UnknownAct where it has none."""
        try:
            return of_type(self.kind, self.act)
        except (KeyError, StopIteration):
            raise UnknownAct(self.kind, self.act) from None


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of it: the row and the index of its entry, or the reasons why it was refused."""

    kind: str
    row: Key | None = None
    index: int | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def refused(self) -> tuple[str, ...]:
        """Return the reasons as sentences."""
        return tuple(dict.fromkeys(one.sentence for one in self.refusals))


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of the configuration that the register keeps to: the most days of a stand-in."""

    stand_in_days: int = 30


USUAL: Final = Limits()


@dataclass(slots=True)
class Standing:
    """One wanted entry in front of the guards: who enters it, the row as it is, and as it would be."""

    work: Work
    wanted: Wanted
    kind: Kind
    act: Act
    actor: Actor
    asker: int | None
    """Who asked, where another decides."""
    post: Post
    """The post by which it is entered; the operator's and the product's own have no number."""
    now: int
    today: date
    said: dict[str, Any]
    before: Row
    after: Row
    limits: Limits = USUAL
    key: Key | None = None
    """The row that was written, once it is."""
    last: Key | None = None
    """The row of the last entry that followed from this one."""
    content: Mapping[str, Any] = field(default_factory=dict)
    """What is put in its place as a whole: as it came beside, or as a column's effect made it of the fields."""
    replaced: Any = None
    """What that takes the place of, where something follows from the difference."""

    @property
    def role(self) -> str:
        """Return the role in which it is entered."""
        return self.post.role

    @property
    def driver(self) -> Driver:
        """Return the connection of the work."""
        return self.work.driver

    @property
    def jurisdiction(self) -> int:
        """Return whose register it is."""
        return self.actor.jurisdiction
