"""How large a county is: the figures that its term must add up to, exactly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The figures of a term; `recovered` is in fen, `voids` are duplicates entered on top of the problems.

    `before` is how many problems of the term before were taken over.
    `days` is how long ago the first round was fed back; the last three rounds take the last two hundred.
    """

    days: int
    rounds: int
    towns: int
    streets: int
    bureaus: int
    companies: int
    schools: int
    villages: int
    problems: int
    clues: int
    rules: int
    recovered: int
    voids: int
    before: int

    @property
    def units(self) -> int:
        """Units that are not villages."""
        return self.towns + self.streets + self.bureaus + self.companies + self.schools

    @property
    def organisations(self) -> int:
        """All that are inspected, villages counted."""
        return self.units + self.villages


# The published review of one county-level city, 2016-2021: 15 rounds, 72 units and 289 villages, 2,894 problems fed
# back, 180 clues handed over, 646 rules made or revised, 3.45 million yuan recovered.
TERM = Sizes(
    days=1795, rounds=15, towns=7, streets=4, bureaus=40, companies=9, schools=12, villages=289,
    problems=2894, clues=180, rules=646, recovered=345_000_000, voids=9, before=320,
)  # fmt: skip
