"""Issuing 签发: a draft gets the next number of its series, is printed with it, and is on record with the hash of its files.

It is printed before the head is locked, for printing takes a second; whoever was quicker has taken the number by then,
and it is printed again. The last try prints behind the lock: somebody always comes through. Several are issued together:
each has its number in order, in one transaction or none.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

import clock
from papers.content import Unusable
from register.road import enter
from register.wanted import Entered, Wanted
from storage.engine import reading, writing
from storage.files import keep_content
from storage.paper_drafts import Drafted, drafted
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
    """The hash of the draft as it was shown to who issues it."""


def issue(
    engine: Engine, home: Path, order: Order, actor: Actor, now: datetime, printer: Printer, dice: Dice = os.urandom
) -> Entered:
    """Issue a draft and commit it, or return all reasons why not; nothing is kept then."""
    (entered,) = issue_together(engine, home, [order], actor, now, printer, dice)
    return entered


def issue_together(
    engine: Engine,
    home: Path,
    orders: Sequence[Order],
    actor: Actor,
    now: datetime,
    printer: Printer,
    dice: Dice = os.urandom,
) -> list[Entered]:
    """Issue drafts in one transaction, each with its number in order; with one refused none is issued, and each says why."""
    for _ in range(TRIES - 1):
        with reading(engine) as work:
            ready = _ready(work.driver, orders, actor, now, printer)
        with writing(engine) as work:
            entered = _entered(work, home, ready, actor, now, dice)
        if not _overtaken(entered):
            return entered
    with writing(engine) as work:
        lock_head(work.driver, actor.jurisdiction)
        return _entered(work, home, _ready(work.driver, orders, actor, now, printer), actor, now, dice)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A paper that was printed with its number: what is to be entered, and its files."""

    wanted: Wanted
    files: tuple[bytes, ...]


def _entered(
    work: Work, home: Path, ready: Sequence[_Ready | Refusal], actor: Actor, now: datetime, dice: Dice
) -> list[Entered]:
    """Enter all or none; the files are kept just before it is committed, so that a try that failed leaves none behind."""
    printed = [one for one in ready if isinstance(one, _Ready)]
    if len(printed) < len(ready):
        return [Entered(KIND, refusals=(one,) if isinstance(one, Refusal) else ()) for one in ready]
    entered = enter(work, [one.wanted for one in printed], actor, now, dice=dice)
    if any(one.refusals for one in entered):
        work.rollback()
        return entered
    for content in (content for one in printed for content in one.files):
        keep_content(home, content)
    work.commit()
    return entered


def _overtaken(entered: Sequence[Entered]) -> bool:
    """Say whether somebody else has taken a number meanwhile, and nothing else stands against it."""
    against = [why for one in entered for why in one.refusals]
    return bool(against) and all(why.field == "n" for why in against)


def _ready(
    driver: Driver, orders: Sequence[Order], actor: Actor, now: datetime, printer: Printer
) -> list[_Ready | Refusal]:
    """Print each paper with the number that comes next behind those before it."""
    given: Counter[int] = Counter()
    return [_printed(driver, order, given, actor, now, printer) for order in orders]


def _printed(
    driver: Driver, order: Order, given: Counter[int], actor: Actor, now: datetime, printer: Printer
) -> _Ready | Refusal:
    draft, today = drafted(driver, actor.jurisdiction, order.draft), clock.local_date(now)
    if draft is None or not draft.waits:
        return Refusal("没有这份待签发的底稿，或已签发、已收回", "draft")
    fields: dict[str, Any] = {"draft": draft.id}
    number = ""
    if order.series is not None:
        there = next((one for one in series_there(driver, actor.jurisdiction) if one.id == order.series), None)
        if there is None:
            return Refusal("没有这个文号系列，请先登记", "series")
        n = next_number(driver, there, today.year) + given[there.id]
        given[there.id] += 1
        fields |= {"series": there.id, "n": n}
        number = number_in_words(there.mark, today.year, n)
    try:
        printed = printer(driver, draft, number, today, actor.name)
    except Unusable as why:
        return Refusal(str(why), "word")
    name = f"{draft.title[:60]}{number}"
    made = [(field, content, ending) for field, content, ending in _forms(printed) if content]
    fields |= {field: f"{sha256(content).hexdigest()} {name}.{ending}" for field, content, ending in made}
    beside = {"printed": True, "unwritten": printed.unwritten, "seen": order.seen}
    return _Ready(Wanted(KIND, "issue", None, fields, order.reason, beside), tuple(content for _, content, _ in made))


def _forms(printed: Printed) -> Iterator[tuple[str, bytes, str]]:
    yield "pdf", printed.pdf, "pdf"
    yield "word", printed.word, "docx"
    yield "figures", printed.figures, "json"
