"""Rules 条件 and effects 效果 as they are declared: beside the function stand the facts it looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflow.refusal import Refusal
from workflow.subject import Change, NotAnswered, Subject

Said = str | Refusal | None


@dataclass(frozen=True)
class Rule:
    """A guard of the table of moves: None when it holds, else the refusal; and what is known of it beforehand."""

    name: str
    promise: str
    facts: frozenset[str]
    field: str
    lasting: bool
    over: bool
    judge: Callable[[Subject], Said]

    def __call__(self, s: Subject) -> Refusal | None:
        """Return why the rule does not hold for the subject, or None.

        Of a required answer that is not given yet the rule says nothing: that it is missing is refused by itself.
        """
        try:
            said = self.judge(s)
        except NotAnswered as missing:
            if not s.move.requires(missing.args[0]):
                raise
            return None
        return Refusal(said, self.field) if isinstance(said, str) else said


def rule(
    *facts: str, field: str = "", lasting: bool = False, over: bool = False
) -> Callable[[Callable[[Subject], Said]], Rule]:
    """Declare a guard.

    `facts` it looks at are read before it is asked; `field` is the answer or material that its sentence is about;
    `lasting`: what it refuses of a draft it will refuse as well of who confirms it; `over`: what it refuses now it
    refuses however long one waits and whatever one fills in.
    """
    return lambda judge: Rule(judge.__name__, judge.__doc__ or "", frozenset(facts), field, lasting, over, judge)


@dataclass(frozen=True)
class Effect:
    """An effect of the table of moves: builds on the change, looking at the subject as it was and the facts it declares."""

    name: str
    promise: str
    facts: frozenset[str]
    build: Callable[[Subject, Change], None]

    def __call__(self, s: Subject, c: Change) -> None:
        """Build on the change."""
        self.build(s, c)


def effect(*facts: str) -> Callable[[Callable[[Subject, Change], None]], Effect]:
    """Declare an effect with the facts it looks at."""
    return lambda build: Effect(build.__name__, build.__doc__ or "", frozenset(facts), build)
