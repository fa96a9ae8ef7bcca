"""The grammar of the life: what a row of the tables in states.py may say, and what follows from it. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Of the words of the life those that mean something to a row itself.
UNBORN: Final = "∅"
SECRETARY, CLOCK = "secretary", "clock"


@dataclass(frozen=True, slots=True)
class State:
    """A state: the words of what is owed, what it means, the role that owes the next step, how it ends, whether it is settled."""

    name: str
    shown: str
    meaning: str
    moved_by: str | None
    ends: str
    settled: bool = False


@dataclass(frozen=True, slots=True)
class FilingKind:
    """A filing: its words, and which materials of the move are its document and the commitment signed for it."""

    name: str
    shown: str
    document: str
    commitment: str = ""
    over_rounds: bool = False
    """It may take cases of several rounds in one draft and under one signature; of each round it is a filing of its own."""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the life; one (state, action) is one arrow. `to` None keeps the state."""

    action: str
    shown: str
    origin: tuple[str, ...]
    to: str | None
    who: tuple[str, ...]
    needs: tuple[str, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    only_if: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    second: bool = False
    on_behalf: str | None = None
    filing: str | None = None
    quiet: bool = False
    """It changes no state or text that anybody is shown, and no date but one that is compared by itself: no open form becomes stale by it alone."""
    sends_back: bool = False
    """The unit has it again, and reads why."""
    is_receipt: bool = False
    """It signs 签收 for what others have done: nobody prepares it, and it is no work on the problem."""
    urges: bool = False
    """It reminds of what is owed anyway: nobody signs for it, and no more is owed by it."""
    binds: bool = False
    """It binds others though it keeps the state, so it is signed for as well."""
    known_to: tuple[str, ...] = ()
    """What is said and handed in with it is for these roles alone, where any are named; all others read that it was done."""
    neutral: str = ""
    """Its words in a mail, where its own would tell what is not for everybody."""
    takes_over: bool = False
    """What was done before was done outside the system: limits, reminders and criteria count from the day on which it came in."""
    one_letter: bool = False
    """Of many made together each unit has one letter and one receipt: the entry of one bears them, the others tell nobody."""
    transfers: bool = False
    """Another unit answers for the case from now on; no other move changes that."""
    amends: bool = False
    """The words of the problem are said anew from now on; no other move changes them."""
    splits: bool = False
    """It bears another problem with it, the part that it takes off: both, or neither."""
    split_off: bool = False
    """What is born so is a part of another problem, and born in the state in which that is."""
    assists: bool = False
    """It says which unit assists 协办, or no longer does; beside it a transfer alone, to the unit that assisted, does that."""
    by_assisting: bool = False
    """The handler of a unit that assists makes it too, in the name of that unit: it begins nothing anew for who answers."""
    renumbers: bool = False
    """The problem has another number from now on; no other move changes it."""
    orders: bool = False
    """What is born so was ordered while the team was there 立行立改交办: a short form follows, no plan, no report, no publication of its own."""
    aside: str = ""
    """It leads away from nearly everywhere: the diagram leaves it out, and this sentence stands below."""
    drafted_by: tuple[str, ...] = ()
    """Who prepares it, where that is another than who confirms it and those that prepare for them."""
    copied: tuple[str, ...] = ()
    """To whom a copy goes 呈送、抄告 that each signs for: of what one act does in an inspection one letter, which one entry bears; the others tell nothing."""
    cosigned: tuple[str, ...] = ()
    """In which parts others sign what was prepared before it is confirmed; what they saw of a case is where it stands, its dates and its words."""
    on_paper: bool = False
    """The office may enter it from the paper that the secretary signed 代录: it counts as of the paper's day, and the secretary confirms it after."""

    def target(self, origin: str) -> str:
        """Return the state after the move from `origin`."""
        return origin if self.to is None else self.to

    def requires(self, answer: str) -> bool:
        """Say whether the move cannot be made without this answer."""
        return any(name == answer and not kind.endswith("?") for name, kind in self.asks)

    @property
    def wants_signature(self) -> bool:
        """A step by which somebody changes the state, or binds others, is a signature: the password is asked again."""
        by_hand = CLOCK not in self.who and UNBORN not in self.origin
        return by_hand and (self.to is not None or self.binds)

    @property
    def wants_receipt(self) -> bool:
        """Say whether the secretary signs for it 签收: told of a move that others made."""
        return SECRETARY in self.tells and SECRETARY not in self.who and not self.urges


def ask(text: str) -> tuple[tuple[str, str], ...]:
    """Read `name:type name:type` as the answers that a move asks."""
    return tuple((name, kind or "text") for name, _, kind in (word.partition(":") for word in text.split()))


@dataclass(frozen=True, slots=True)
class Overruled:
    """Why a party's opinion was passed over: the answer that says it, its words on the timeline, what the party reads by mail."""

    answer: str
    shown: str
    told: str
    said: bool = True
    """It is an answer of the move; otherwise the profile says it, and nobody writes a reason."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A nag of a clock: on which day unless the profile says another, and whom it tells."""

    name: str
    on: str
    tells: tuple[str, ...]
    unless_heard: bool = False
    """Of these those parties alone are told whose opinion is still waited for."""

    @property
    def late(self) -> bool:
        """Say whether it comes after the due date."""
        return self.on == "overdue" or self.on.endswith(" after")


@dataclass(frozen=True, slots=True)
class Clock:
    """Who owes by when: measured by a limit of its own (`limit`, unless the profile says another) or by that of that name."""

    name: str
    shown: str
    state: tuple[str, ...]
    owes: str
    rungs: tuple[Rung, ...]
    limit: str | None = None
    measured_by: str = ""
    unit: bool = False
    """The unit is late by it, and 整改不力 is judged by it."""
    beside: bool = False
    """It stands beside the state's own clock."""
    from_feedback: bool = False
    """It counts from the day of feedback, whenever it begins."""
    neutral: str = ""
    """Its words in a mail, where its own would tell what is not for everybody."""
    with_state: bool = False
    """It stands beside the state's own clock, and ends with the state all the same."""
    recurs_by: str = ""
    """Due again and again: it begins whenever its state is entered, each such act begins a new period; dated without a lamp."""

    @property
    def within(self) -> str:
        """Return the name of the limit that measures it."""
        return self.measured_by or self.name

    def rung(self, name: str) -> Rung:
        """Return its rung of that name."""
        return next(one for one in self.rungs if one.name == name)

    def tells(self, rung: str) -> tuple[str, ...]:
        """Return whom a rung tells."""
        return self.rung(rung).tells


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of 整改不力: its numbers, and whether it escalates, unless the profile says otherwise."""

    name: str
    shown: str
    numbers: tuple[tuple[str, int], ...]
    escalate: bool
