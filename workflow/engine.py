"""One road 一条路: a case is born and moves only through `fire`.

Five stages, each handing the next a value:
1. gather (gather.py): lock the head and the cases; what was done under the same keys, and the facts, are read behind it.
2. judge (judge.py): everything against each intent; in mode *all* one refused means none done.
3. apply (change.py): `transitions` moves the state, effects build the change.
4. record (record.py): the entry with its messages and rows.
5. write (storage/rows.py): all of it in the caller's transaction.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from states import MOVES
from storage.rows import Changes, Writer, lock, look
from storage.sql import Driver
from storage.work import Work
from trail.entry import Dice
from workflow.change import After, apply
from workflow.gather import Gathered, Hold, gather
from workflow.judge import Together, none_if_one_refused, one_filing, verdict
from workflow.machine import trigger
from workflow.may import sees
from workflow.outcome import Ahead, Foreseen, Outcome
from workflow.record import Stood, filing_of, messages_of, record
from workflow.refusal import Refusal
from workflow.repeat import Remembered, digests, remembered
from workflow.shown import altered
from workflow.splitting import join_parts, with_parts
from workflow.subject import Actor, Change, Intent, Subject

Mode = Literal["each", "all"]
PART = 100  # so many moves are written at a time
_FILINGS = frozenset(move.action for move in MOVES if move.filing)


def fire(
    work: Work,
    intents: Sequence[Intent],
    actor: Actor,
    now: datetime,
    mode: Mode = "each",
    dice: Dice = os.urandom,
) -> list[Outcome]:
    """Fire intents in one jurisdiction, at most one per case; never raises for a refusal, never commits.

    *each*: the refused drop out; *all* (always so for a filing): one refused, none done. The outcomes decide what comes
    next, but nobody is told of them before `work.commit()`: work that is left with a move uncommitted raises NotCommitted.
    """
    keys, wanted = digests(actor, intents), len(intents)
    intents = with_parts(work.driver, actor.jurisdiction, intents)
    gathered, outcomes = _judged(work.driver, intents, actor, now, mode, keys)
    going = [place for place, outcome in enumerate(outcomes) if outcome is None]
    if going:
        work.note_done()
        _perform(gathered, going, outcomes, keys, dice)
    return [outcome for outcome in outcomes[:wanted] if outcome is not None]


def foresee(driver: Driver, intents: Sequence[Intent], actor: Actor, now: datetime) -> Foreseen:
    """Return what firing the intents now would give, and what would come of each case; locks and writes nothing."""
    gathered, outcomes = _judged(driver, intents, actor, now, "each", digests(actor, intents), look)
    going = [place for place, outcome in enumerate(outcomes) if outcome is None]
    ahead: dict[int, Ahead] = {}
    for place, change in _moved(gathered, going):
        s = gathered.subjects[place]
        outcomes[place] = Outcome(s.case.id, "done", s.case.state, s.state, s.version)
        told = [post for _, _, _, post, *_ in messages_of(s, change, gathered.growth, 0)]
        ahead[s.case.id] = Ahead(change.case, filing_of(s), told)
    cases = [s.case for s in gathered.subjects.values()]
    return Foreseen([outcome for outcome in outcomes if outcome is not None], ahead, cases)


def _moved(gathered: Gathered, going: Sequence[int]) -> Iterator[tuple[int, Change]]:
    """Yield what each move changes, once the machine has moved all of them: what one leaves disputed stops another's clock."""
    subjects = gathered.subjects
    for place in going:
        _move(subjects[place])
    after = After.of(subjects[place] for place in going)
    yield from ((place, apply(subjects[place], after)) for place in going)


def _judged(
    driver: Driver,
    intents: Sequence[Intent],
    actor: Actor,
    now: datetime,
    mode: Mode,
    keys: Mapping[str, str],
    hold: Hold = lock,
) -> tuple[Gathered, list[Outcome | None]]:
    """Judge every intent: an outcome where there is one already, None where it may go ahead."""
    gathered = gather(driver, intents, keys, actor, now, hold)
    outcomes: list[Outcome | None] = [_already(gathered.known.get(place)) for place in range(len(intents))]
    waiting = [place for place, outcome in enumerate(outcomes) if outcome is None]
    there = [s for place in waiting if (s := gathered.subjects.get(place)) and sees(actor, s.case)]
    together = Together(one_filing(there), altered(driver, there))
    for place in waiting:
        outcomes[place] = verdict(intents[place], gathered.subjects.get(place), together)
    if hold is lock:  # what is only foreseen bears nothing
        join_parts(intents, outcomes)
    if mode == "all" or any(intent.action in _FILINGS for intent in intents):
        none_if_one_refused(intents, outcomes)
    return gathered, outcomes


def done_before(driver: Driver, intents: Sequence[Intent], actor: Actor) -> list[Outcome]:
    """Return what was done under the intents' keys, or nothing unless all of it was."""
    known = remembered(driver, actor, intents, digests(actor, intents))
    return [outcome for one in known.values() if (outcome := _already(one))] if len(known) == len(intents) else []


def _already(known: Remembered | None) -> Outcome | None:
    if known is None:
        return None
    if known.refusal:
        return Outcome(known.case, "refused", refusals=(Refusal(known.refusal),))
    return Outcome(known.case, "already", known.origin, known.to, known.version, known.index)


def _perform(
    gathered: Gathered, going: Sequence[int], outcomes: list[Outcome | None], keys: Mapping[str, str], dice: Dice
) -> None:
    """Move, record and write, a part at a time.

    Until the caller commits, nothing here is durable: an exception or a crash leaves the database as it was, with the
    machine's moves, the entries and the messages gone together. After the commit all of them are there.
    """
    changing = _moved(gathered, going)
    parts = [going[start : start + PART] for start in range(0, len(going), PART)]
    stood: Stood = {}
    filed: dict[str, dict[Any, None]] = {"filings": {}, "filing_inspections": {}}
    with Writer(gathered.driver, parts=len(parts)) as writer:
        for part in parts:
            changes = Changes()
            for place, change in islice(changing, len(part)):
                s = gathered.subjects[place]
                index = record(gathered.growth, s, change, dice, changes, keys.get(s.intent.key or ""), stood)
                outcomes[place] = Outcome(
                    s.case.id, "done", s.case.state, change.case.state, change.case.version, index
                )
            # One filing is one row, however many cases it has and parts they are written in.
            for name, before in filed.items():
                new = dict.fromkeys(row for row in changes.rows[name] if row not in before)
                changes.rows[name] = list(new)
                before.update(new)
            if part is parts[-1]:
                # The head goes last: its size is what makes the entries before it count.
                changes.rows["heads"] = [gathered.growth.head_values()]
            writer.put(changes)


def _move(s: Subject) -> None:
    """Let the machine move the subject's state: it has the last word, and our guards are its conditions."""
    if not trigger(s):
        message = f"transitions 拒绝了 {s.move.action}，而条件均已满足"
        raise AssertionError(message)
