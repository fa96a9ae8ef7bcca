"""How a guard is declared, wherever it stands: by the name under which the table of kinds asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from register.wanted import Standing
from workflow.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard: its name, what it promises, the field that its sentence is about."""

    name: str
    promise: str
    field: str
    judge: Callable[[Standing], str | None]

    def __call__(self, one: Standing) -> Refusal | None:
        """Return why it does not hold, or None."""
        said = self.judge(one)
        return None if said is None else Refusal(said, self.field)


GUARDS: Final[dict[str, Guard]] = {}
"""All of them, once `register.rules` is loaded."""


def guard(field: str = "") -> Callable[[Callable[[Standing], str | None]], Guard]:
    """Declare a guard; `field` is what its sentence is about."""

    def declared(judge: Callable[[Standing], str | None]) -> Guard:
        made = GUARDS[judge.__name__] = Guard(judge.__name__, judge.__doc__ or "", field, judge)
        return made

    return declared
