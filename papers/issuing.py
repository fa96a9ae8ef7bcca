"""Issuing 签发: a draft gets the next number of its series, is printed with it, and is on record with the hash of its files.

It is printed before the head is locked, for printing takes a second; whoever was quicker has taken the number by then,
and it is printed again. The last try prints behind the lock: somebody always comes through.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

import clock
from papers.content import Unusable
from register.road import enter
from register.wanted import Entered, Wanted
from storage.engine import reading, writing
from storage.files import keep_content
from storage.paper_drafts import Drafted, digest_of, drafted
from storage.paper_numbers import KIND, next_number, number_in_words, series_there
from storage.rows import lock_head
from storage.sql import Driver
from storage.work import Work
from trail.entry import Dice
from workflow.refusal import Refusal
from workflow.subject import Actor

TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as it was printed: the PDF, and Word where there is one."""

    pdf: bytes
    word: bytes = b""
    unwritten: tuple[str, ...] = ()
    """What a person must write and has not."""
    figures: bytes = b""
    """The figures that it says, as they were counted; of a paper made of none, nothing."""


Printer = Callable[[Driver, Drafted, str, date, str], Printed]
"""Prints a draft with its number in words, the day and who signs it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be issued: which draft, with a number of which series, with which reason where one is wanted."""

    draft: int
    series: int | None = None
    reason: str = ""
    seen: str = ""
    """The hash of the draft as it was shown to who issues it, where it was."""


def issue(
    engine: Engine, home: Path, order: Order, actor: Actor, now: datetime, printer: Printer, dice: Dice = os.urandom
) -> Entered:
    """Issue a draft and commit it, or return all reasons why not; nothing is kept then."""
    for _ in range(TRIES - 1):
        with reading(engine) as work:
            wanted = _wanted(work.driver, home, order, actor, now, printer)
        with writing(engine) as work:
            entered = _entered(work, wanted, actor, now, dice)
        if not _overtaken(entered):
            return entered
    with writing(engine) as work:
        lock_head(work.driver, actor.jurisdiction)
        return _entered(work, _wanted(work.driver, home, order, actor, now, printer), actor, now, dice)


def _entered(work: Work, wanted: Wanted | Refusal, actor: Actor, now: datetime, dice: Dice) -> Entered:
    if isinstance(wanted, Refusal):
        return Entered(KIND, refusals=(wanted,))
    (entered,) = enter(work, [wanted], actor, now, dice=dice)
    if entered.refusals:
        work.rollback()
    else:
        work.commit()
    return entered


def _overtaken(entered: Entered) -> bool:
    """Say whether somebody else has taken the number meanwhile, and nothing else stands against it."""
    return bool(entered.refusals) and all(one.field == "n" for one in entered.refusals)


def _wanted(
    driver: Driver, home: Path, order: Order, actor: Actor, now: datetime, printer: Printer
) -> Wanted | Refusal:
    """Print the paper with the number that comes next, keep its files, and say what is to be entered."""
    draft, today = drafted(driver, actor.jurisdiction, order.draft), clock.local_date(now)
    if draft is None or not draft.waits:
        return Refusal("没有这份待签发的底稿，或已签发、已收回", "draft")
    fields: dict[str, Any] = {"draft": draft.id}
    number = ""
    if order.series is not None:
        there = next((one for one in series_there(driver, actor.jurisdiction) if one.id == order.series), None)
        if there is None:
            return Refusal("没有这个文号系列，请先登记", "series")
        n = next_number(driver, there, today.year)
        fields |= {"series": there.id, "n": n}
        number = number_in_words(there.mark, today.year, n)
    as_printed = digest_of(driver, draft.id)
    try:
        printed = printer(driver, draft, number, today, actor.name)
    except Unusable as why:
        return Refusal(str(why), "word")
    fields |= dict(_files(home, f"{draft.title[:60]}{number}", printed))
    return Wanted(
        KIND,
        "issue",
        None,
        fields,
        order.reason,
        {"printed": True, "unwritten": printed.unwritten, "seen": order.seen or as_printed},
    )


def _files(home: Path, name: str, printed: Printed) -> Iterator[tuple[str, str]]:
    for field, content, ending in (
        ("pdf", printed.pdf, "pdf"),
        ("word", printed.word, "docx"),
        ("figures", printed.figures, "json"),
    ):
        if content:
            yield field, f"{keep_content(home, content)} {name}.{ending}"
