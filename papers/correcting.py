"""An issued paper made of figures, with the figures as they were counted: what a correction 更正说明 is measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from papers.counted import thawed as counted
from papers.frozen import thawed
from storage.household import read_row
from storage.paper_drafts import written
from storage.paper_numbers import KIND, number_in_words, series_there
from storage.sql import Driver

CORRECTS: Final = "corrects:"
"""The rung of a draft that corrects an issued paper, before its number here."""


ALTERED: Final = "这份文书的数据与签发时的摘要不符，已被改动：请系统管理员从备份找回"


class Altered(ValueError):
    """The figures of an issued paper are not those that were signed."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """An issued paper: what it is called, its number in words, the day of its signature, its figures as they were."""

    title: str
    number: str
    signed_on: date
    figures: Mapping[str, Any]


def corrected_of(driver: Driver, jurisdiction: int, paper: int) -> Corrected | None:
    """Return an issued paper made of figures; None where there is none such, Altered where its figures are not those whose hash was signed."""
    row = read_row(driver, KIND, jurisdiction, paper)
    if row is None or not row["figures"]:
        return None
    text = thawed(written(driver, row["draft_id"]).content).figures
    if sha256(text.encode()).hexdigest() != row["figures"]:
        raise Altered(ALTERED)
    marks = {one.id: one.mark for one in series_there(driver, jurisdiction)}
    number = number_in_words(marks[row["series_id"]], row["year"], row["n"]) if row["n"] else ""
    return Corrected(row["title"], number, row["signed_on"], counted(text))


def corrects(rung: str) -> int | None:
    """Return which issued paper a draft of a rung corrects."""
    return int(rung.removeprefix(CORRECTS)) if rung.startswith(CORRECTS) else None
