"""How long what lies in a volume is kept 保管期限: by what it is, as the archives have it; an office may say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from papers.kinds import KINDS
from states import MATERIALS

PERMANENT, THIRTY, TEN = "永久", "30年", "10年"
PERIODS: Final = (PERMANENT, THIRTY, TEN)
"""The longest first."""
LISTED: Final = "problems"
"""What became of the problems, as it is printed for the volume."""
USUAL: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (LISTED, "feedback", "opinion_letter", "problem_list", "inspection_advice", "accountability", "period_report", "round_report", "term_review"),
        PERMANENT,
    ),
    **dict.fromkeys(
        (
            "plan", "plan_commitment", "commitment", "progress_report", "principal_report", "report", "evidence", "closing_request", "acceptance",
            "acceptance_record", "minutes", "group_report", "finding", "order", "supervision_order", "publication", "text", "clue_transfer",
            "figures", "transfer_document", "monthly_report", "quarterly_report", "correction_note", "order_at_once", "at_once_notice", "signed_paper",
        ),
        THIRTY,
    ),
}  # fmt: skip
"""By the kind of paper or material; all others are kept for ten years."""


class UnknownPaper(ValueError):
    """The configuration names what is no paper and no material."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"config.toml 的 archive.retention 写了没有的种类：{'、'.join(names)}")


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind is kept in this house."""

    own: Mapping[str, str]

    @staticmethod
    def of(own: Mapping[str, str]) -> Retention:
        """Return the retention with what the office says of its own; UnknownPaper names what is none."""
        if strange := sorted(set(own) - {*KINDS, *MATERIALS, LISTED}):
            raise UnknownPaper(strange)
        return Retention(own)

    def period(self, kind: str) -> str:
        """Return how long a kind is kept."""
        return self.own.get(kind) or USUAL.get(kind, TEN)

    @staticmethod
    def longest(periods: Iterable[str]) -> str:
        """Return the longest of several: so long is a volume kept."""
        return min(periods, key=PERIODS.index, default=TEN)
