"""What rules look at: who acts, what is wanted, the facts, and the change that effects build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from grammar import Move
from states import CLOCK, GROUP, HELD, SECRETARY, STAND_IN
from storage.rows import CaseRow, ClockRow, Rows
from storage.stops import Stop
from workflow.days.calendar import Calendar
from workflow.days.clocks import By
from workflow.days.profiles import Profile
from workflow.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Post:
    """A role somebody holds today: in units or for the whole jurisdiction, of one round or of all, in their own right or not."""

    role: str
    unit_id: int | None = None
    id: int | None = None
    capacity: str = HELD
    round_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    below: tuple[int, ...] = ()
    """The units below a leader's."""
    led: tuple[int, ...] = ()
    """The inspections that name a leader as theirs."""
    hidden: tuple[int, ...] = ()
    """The restricted cases 限定知悉 that are not there by this post."""
    confided: tuple[int, ...] = ()
    """The restricted cases that are there by it: who reads them is noted."""
    assisting: tuple[int, ...] = ()
    """The cases in which its unit assists 协办."""

    @property
    def at_large(self) -> bool:
        """Say whether it is held for the whole jurisdiction and all rounds, and not for somebody else."""
        return self.unit_id is None and self.round_id is None and self.capacity != STAND_IN


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with their posts, the operator, or the clock; `via` is web, token, cli or clock."""

    jurisdiction: int
    login: str
    name: str
    posts: tuple[Post, ...]
    via: str
    person_id: int | None = None
    os_user: str | None = None

    def post_at_large(self, *roles: str) -> Post | None:
        """Return the first post in one of the roles that is held for the whole jurisdiction; what is not a case is for those alone."""
        return next((post for post in self.posts if post.role in roles and post.at_large), None)


def scheduler(jurisdiction: int) -> Actor:
    """Return the clock as an actor."""
    return Actor(jurisdiction, "scheduler", "定时任务", (Post(CLOCK),), "clock")


@dataclass(frozen=True, slots=True)
class Material:
    """A material 佐证材料 by its content hash; `measure` is the number of the measure it proves."""

    kind: str
    sha256: str
    name: str
    size: int
    measure: int | None = None


@dataclass(frozen=True, slots=True)
class Birth:
    """A problem about to be fed back: where it was found, its words, and what the ledger says of it."""

    inspection_id: int
    round_id: int
    unit_id: int
    answerable_id: int
    number: str
    problem: str
    category: str = ""
    detail: str = ""
    basis: str = ""
    amount: str = ""
    due_on: date | None = None
    written_by: int | None = None
    responsible: str = ""
    department: str = ""
    person: str = ""
    measures_said: str = ""
    said: str = ""
    note: str = ""
    split_from: int | None = None
    """The problem of which it is a part."""


File = tuple[int | None, str, str]
"""A piece of evidence: the number of its measure, its name, its content hash."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown of a case: the hash of all of it, and the words and evidence by which a difference is said."""

    digest: str
    said: tuple[tuple[str, str], ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Replaced:
    """By what dates were reckoned until the entry of the register that put another in its place: a calendar, the profile of a round, stops."""

    entry: int
    calendar: Calendar | None = None
    profile: Profile | None = None
    round_id: int | None = None
    stops: bool = False
    """It is the stops 中止计时 that are others now."""
    known_on: date | None = None
    """Since when people knew of the stop that is another now, or in force no more."""

    def before(self, now: By) -> By:
        """Return by what dates were reckoned, where they are reckoned by this now."""
        return By(self.profile or now.profile, self.calendar or now.calendar)

    @property
    def what(self) -> Literal["calendar", "profile", "suspension"]:
        """Return which of them was replaced."""
        if self.stops:
            return "suspension"
        return "calendar" if self.profile is None else "profile"


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A signature beside that of who confirms: in which part, by whom and in which role, the sentence for which the password was given, and when."""

    part: str
    person: int
    role: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Intent:
    """One wanted move: of a case, or of a birth."""

    action: str
    case_id: int | None = None
    birth: Birth | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    version: int | None = None
    key: str | None = None
    occurred_on: date | None = None
    received: bool = False
    """The office enters it from the paper that the secretary signed 代录; `occurred_on` is the day of the signature."""
    prepared_by: int | None = None
    prepared_role: str | None = None
    shown: Seen | None = None
    """What a page or a draft has shown of the case, where it has: the move is stale when that has changed."""
    signed: str | None = None
    """The sentence for which the password was given, where it was."""
    letter: Mapping[str, Any] | None = None
    """What the one letter of many says, where this one bears it."""
    replaced: Replaced | None = None
    """What another has replaced, where the clock reckons dates anew."""
    cosigned: tuple[Cosignature, ...] = ()
    """Who signed beside, of what needs that."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing 报送件 as it would be made now: which of its kind in the round the unit's is, and what it covers."""

    version: int
    inspections: tuple[int, ...]
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """The problem of which another is a part, as it stands: its columns and clocks."""

    case: CaseRow
    clocks: Mapping[str, ClockRow]


@dataclass(frozen=True, slots=True)
class Successor:
    """The unit to which a case is to be transferred: its name, who answers for it, and from when till when both are in being."""

    name: str
    answerable: int
    answerable_name: str
    starts_on: date | None = None
    ends_on: date | None = None

    def in_being(self, day: date) -> bool:
        """Say whether both are in being on a day."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


class FactNotRead(AttributeError):
    """A rule looks at a fact that it did not declare: nothing is let through because nobody asked."""

    def __init__(self, name: str) -> None:
        super().__init__(f"事实 {name} 没有读取：用到它的条件或效果须在定义处声明")


class Facts:
    """What was read behind the lock, beside the case itself and its clocks; what was not read raises FactNotRead.

    Those that several look at have their types here; one that a single rule looks at has its type there.
    """

    clocks: dict[str, ClockRow]
    siblings: Mapping[int, str]
    disputed: Mapping[int, int]
    opinions: Sequence[tuple[int, str, int, str]]
    rectifiers: frozenset[int]
    stays: Sequence[tuple[date, date | None]]
    measures: tuple[tuple[int, date | None], ...]
    excused: frozenset[int]
    evidence: frozenset[int | None]
    attached: tuple[Material, ...]
    numbers: frozenset[str]
    units_in_being: bool
    filing: Filing
    claimed_siblings: Mapping[int, tuple[CaseRow, dict[str, ClockRow]]]
    successor: Successor | None

    def __init__(self, clocks: dict[str, ClockRow] | None = None, **read: Any) -> None:
        """Note the clocks and whatever else was read."""
        vars(self).update(clocks={} if clocks is None else clocks, **read)

    def __getattr__(self, name: str) -> Any:
        """Only what was not read comes here."""
        raise FactNotRead(name)

    def note(self, **read: Any) -> None:
        """Note what was read beside."""
        vars(self).update(read)

    def known(self) -> dict[str, Any]:
        """Return what was read, by name."""
        return dict(vars(self))

    def but(self, **changed: Any) -> Facts:
        """Return the same facts but for those given."""
        return Facts(**{**vars(self), **changed})


Wanted = Sequence[tuple[CaseRow, Move, Intent]]
"""What is judged together: each case with the move that is intended of it."""
Gathered = Mapping[int, Facts]
"""The facts of each case, noted as they are read."""


class NotAnswered(KeyError):
    """A rule asks for an answer that was not given."""


class Answers(dict[str, Any]):
    """What was filled in; to ask for what was not raises NotAnswered, so that no rule takes silence for consent."""

    def __missing__(self, name: str) -> Any:
        """Only what was not filled in comes here."""
        raise NotAnswered(name)


@dataclass(slots=True)
class Subject:
    """One intent in front of the rules; `state` is what transitions reads and writes."""

    state: str
    move: Move
    case: CaseRow
    intent: Intent
    actor: Actor
    post: Post | None
    """That by which it is made, or prepared; None where the actor has none."""
    answers: Mapping[str, Any]
    facts: Facts
    profile: Profile
    calendar: Calendar
    now: int
    today: date
    batch: frozenset[int]
    refusals: tuple[Refusal, ...] = ()
    stops: tuple[Stop, ...] = ()
    """The suspensions 中止计时 in force, of whatever case."""

    def __post_init__(self) -> None:
        """Hold the answers so that what was not given is noticed."""
        if not isinstance(self.answers, Answers):
            self.answers = Answers(self.answers)

    @property
    def role(self) -> str | None:
        """Return the role in which it is made, or prepared."""
        return self.post.role if self.post else None

    @property
    def done_on(self) -> date:
        """Return the day that decides whether it was in time: today, or of what is entered from paper the day of the signature.

        As long as nobody has said which day that is, no rule takes it for late.
        """
        return (self.intent.occurred_on or date.min) if self.intent.received else self.today

    @property
    def version(self) -> int:
        """Return the version that this move will give the case."""
        return self.case.version + 1

    @property
    def answerable(self) -> int:
        """Return the unit that answers for the case after this move."""
        new = self.facts.successor if self.move.transfers else None
        return new.answerable if new else self.case.answerable_id

    @property
    def attached(self) -> tuple[Material, ...]:
        """Return the evidence attached beforehand that this move brings in."""
        return self.facts.attached if "evidence@" in self.move.needs else ()

    @property
    def bears_letter(self) -> bool:
        """Say whether the move tells anybody: of many told of in one letter only the one that bears it."""
        return not self.move.one_letter or self.intent.letter is not None

    @property
    def on_behalf(self) -> str | None:
        """Return whose decision, or whose signed paper, is entered, when there is one."""
        if self.intent.received:
            return SECRETARY
        return GROUP if self.answers.get("minute_no") else self.move.on_behalf


@dataclass(slots=True)
class Change:
    """What a move does: the case's new columns, its clocks, rows of other tables, and plain words for the entry."""

    case: CaseRow
    clocks: dict[str, ClockRow]
    rows: Rows = field(default_factory=Rows)
    words: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    telling: dict[str, dict[str, Any]] = field(default_factory=dict)
    also: dict[int, ClockRow] = field(default_factory=dict)
    assisting: tuple[int, bool] | None = None
    """The unit that assists 协办 from now on, or no longer does, where the move says so."""
    amended: Mapping[str, str] = field(default_factory=dict)
    """All words of the problem, where the move says them anew."""
    reminder: bool = False
    copied: tuple[int, ...] = ()
    """The cases of the letter that goes in copy 呈送、抄告, where the entry bears it."""
    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    """Copies signed for: the version of the entry that bears each, and the role to which it went."""
    answered: list[tuple[int, str]] = field(default_factory=list)
    pressed: list[tuple[int, str]] = field(default_factory=list)
    """Copies answered, or pressed for, likewise."""
    reply_by: date | None = None
    """By when an answer to the letter is asked for, where one is."""
