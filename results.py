"""What was achieved 整改成效: the figures that a unit states, each a whole number of its unit. Data only, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FEN, ITEMS, PERSONS = "分", "项", "人"


@dataclass(frozen=True, slots=True)
class ResultKind:
    """A figure of what was achieved: its words, and the unit in which it is recorded."""

    name: str
    shown: str
    unit: str

    @property
    def said_in(self) -> str:
        """Return the unit in which people say it: money is recorded in fen and said in yuan."""
        return "元" if self.unit == FEN else self.unit

    @property
    def asked(self) -> str:
        """Return its words with that unit, as forms ask for it."""
        return f"{self.shown}（{self.said_in}）"

    def recorded(self, amount: object) -> str:
        """Return the text that an entry commits to: a whole number and its unit."""
        return f"{amount} {self.unit}"


RESULTS: Final = {
    r.name: r
    for r in (
        ResultKind("rules_new", "新建制度", ITEMS),
        ResultKind("rules_revised", "修订制度", ITEMS),
        ResultKind("money_cleared", "清理资金", FEN),
        ResultKind("money_repaid", "清退资金", FEN),
        ResultKind("money_recovered", "挽回资金", FEN),
        ResultKind("people_educated", "批评教育", PERSONS),
        ResultKind("people_admonished", "诫勉", PERSONS),
        ResultKind("people_adjusted", "组织处理", PERSONS),
        ResultKind("people_party", "党纪处分", PERSONS),
        ResultKind("people_government", "政务处分", PERSONS),
        ResultKind("people_transferred", "移送", PERSONS),
    )
}


def amount_of(recorded: str) -> int:
    """Return the whole number of a figure as an entry records it."""
    return int(recorded.partition(" ")[0])
