"""Ledgers put aside 准备稿: looked through by one, brought in later by a second act; all of it or nothing, and once."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Final

from sqlmodel import select

import clock
from ledger.bring_in import Order, bring_in
from ledger.brought import Brought
from ledger.classing import Said as Meant
from ledger.errors import of_the_whole
from ledger.parse import parse
from ledger.sheet import Sheet, SheetFault
from register.household import find_round, find_unit
from states import ACTIONS, OFFICE, STAND_IN, TEAM
from storage import put_aside
from storage.aside import DROPPED, SENT, WAITING
from storage.files import place_of
from storage.household import read_row
from storage.put_aside import waiting
from storage.rows import lock_head
from storage.scope import Where
from storage.sql import Driver
from storage.tables import PreparedLedger
from storage.tables.ledger import FED_BACK, TAKEN_OVER
from storage.work import Work
from trail.entry import Dice
from workflow.days.profiles import Profile
from workflow.may import makes, scope_of
from workflow.people import operator
from workflow.subject import Actor, Material, Post

ACTS: Final = (FED_BACK, TAKEN_OVER)
"""What a ledger is put aside for: each is a move by which problems are born."""
SHOWN: Final = {FED_BACK: "反馈", TAKEN_OVER: "存量转入"}
WHERE_IT_IS: Final = {SENT: "已导入", DROPPED: "已收回"}


@dataclass(frozen=True, slots=True)
class Said:
    """What the first step of an import says beside round, unit and file."""

    feedback_on: date | None = None
    writer: int | None = None
    meant: Meant = field(default_factory=Meant)
    """What is meant by what the dictionary does not know."""
    topics: tuple[str, ...] = ()
    new_units: tuple[str, ...] = ()
    """Units that were not known then, and that may be made."""
    apart: tuple[int, ...] = ()
    """Rows that are other problems than those ordered at once whose words they have."""

    def packed(self) -> str:
        """Return it as the table keeps it."""
        day = self.feedback_on.isoformat() if self.feedback_on else None
        found = {
            "feedback_on": day,
            "writer": self.writer,
            "meant": {of: dict(sorted(said.items())) for of, said in asdict(self.meant).items()},
            "topics": [*self.topics],
            "new_units": sorted(self.new_units),
            "apart": sorted(self.apart),
        }
        return json.dumps(found, ensure_ascii=False)


def said_in(row: PreparedLedger) -> Said:
    """Return what the first step said of a ledger that was put aside."""
    found = json.loads(row.said)
    day = date.fromisoformat(found["feedback_on"]) if found["feedback_on"] else None
    more = tuple(found["topics"]), tuple(found["new_units"]), tuple(found.get("apart", ()))
    return Said(day, found["writer"], Meant(**found["meant"]), *more)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger that is to be put aside: for which act and round, a feedback for one unit, its file, what was said."""

    act: str
    round_name: str
    unit: str
    file: Material
    said: Said
    problems: int = 0
    """How many rows it brings in."""
    letter: Material | None = None
    """The 反馈意见 that goes with it."""


# Who may


def puts_aside(post: Post, act: str) -> bool:
    """Say whether a post puts ledgers aside for an act: the office, and the team where one of the office decides alone."""
    move = ACTIONS[act]
    helping = post.role == TEAM and post.capacity != STAND_IN and OFFICE in move.who and not move.second
    return makes(post, move) or helping


def puts_aside_as(actor: Actor, act: str) -> Post | None:
    """Return the post by which somebody puts a ledger aside, or None."""
    able = [post for post in actor.posts if puts_aside(post, act)]
    return min(able, key=lambda post: not makes(post, ACTIONS[act]), default=None)


def decides(driver: Driver, act: str, round_name: str, unit: str, actor: Actor) -> bool:
    """Say whether somebody is of the office that brings in what is put aside of a round for a unit, or for several where it names none."""
    able = [post for post in actor.posts if makes(post, ACTIONS[act])]
    if not able or actor.post_at_large(*ACTIONS[act].who) in able:
        return bool(able)
    place = find_unit(driver, actor.jurisdiction, unit) if unit else None
    row = read_row(driver, "unit", actor.jurisdiction, place) if place else None
    answers = (row["answerable_id"] if row else None) or place or 0
    case = Where(place or 0, answers, 0, find_round(driver, actor.jurisdiction, round_name) or 0)
    return scope_of(tuple(able)).covers(case)


def against_sending(driver: Driver, row: PreparedLedger, actor: Actor) -> str:
    """Return why somebody may not bring in what was put aside, or nothing: it is the office's that has to do with it, and where it takes two, the second's."""
    move = ACTIONS[row.act]
    if not any(makes(post, move) for post in actor.posts):
        return f"“{SHOWN[row.act]}”由巡察办办理"
    if not decides(driver, row.act, row.round_name, row.unit, actor):
        return f"这份{SHOWN[row.act]}不在您的职责范围内，由负责的巡察办人员办理"
    if move.second and row.prepared_by == actor.person_id:
        return f"“{SHOWN[row.act]}”须由巡察办的另一人核对后确认，不能由准备的人自己确认"
    return ""


def sees_prepared(row: PreparedLedger, actor: Actor, round_id: int | None) -> bool:
    """Say whether a ledger put aside is there for somebody: their own, all of it for the office, that of its round for who has to do with the round alone."""
    if row.prepared_by == actor.person_id:
        return True
    return any(
        post.unit_id is None and (post.role == OFFICE if post.round_id is None else post.round_id == round_id)
        for post in actor.posts
        if puts_aside(post, row.act)
    )


# Reading


def prepared_ledgers(work: Work, actor: Actor) -> list[PreparedLedger]:
    """Return what waits to be brought in and is there for somebody, and what they got back with a reason; the oldest first."""
    rows = waiting(work, PreparedLedger, actor.jurisdiction, actor.person_id)
    rounds = {name: find_round(work.driver, actor.jurisdiction, name) for name in {row.round_name for row in rows}}
    return [row for row in rows if sees_prepared(row, actor, rounds[row.round_name])]


def prepared_ledger(work: Work, number: int, actor: Actor) -> PreparedLedger | None:
    """Return a ledger put aside, or None where none of that number is there for somebody."""
    row = work.session.get(PreparedLedger, number, populate_existing=True)
    if row is None or row.jurisdiction != actor.jurisdiction:
        return None
    return row if sees_prepared(row, actor, find_round(work.driver, actor.jurisdiction, row.round_name)) else None


def day_to_feed_back(row: PreparedLedger, today: date) -> date | None:
    """Return the day of feedback unless another is said: today, or the day of the meeting where one was planned and has come."""
    planned = said_in(row).feedback_on
    if row.act != FED_BACK:
        return planned
    return planned if planned and clock.local_date(row.at) < planned <= today else today


def sheet_of(home: Path, row: PreparedLedger) -> Sheet:
    """Read the file again that was put aside: that same content, of a feedback the rows of its unit alone; or a fault."""
    path = place_of(home, row.sha256)
    if not path.exists():
        return _not_that("文件已不在系统中，请收回后重新上传")
    with path.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != row.sha256:
            return _not_that("文件与放入时的不一致，请收回后重新上传")
    if row.act == TAKEN_OVER:
        return parse(path, unit=row.unit or None, running=True)
    sheet = parse(path)
    if row.unit and all(not one.unit for one in sheet.rows):
        return parse(path, unit=row.unit)
    return replace(sheet, rows=tuple(one for one in sheet.rows if one.unit == row.unit)) if row.unit else sheet


def _not_that(why: str) -> Sheet:
    return Sheet(faults=(SheetFault(0, "", "", why),))


# Acts


def try_out(work: Work, ledger: Ledger, sheet: Sheet, profile: Profile, actor: Actor, now: datetime) -> Brought:
    """Bring a ledger in as the office would, for the eyes of who prepares it; the caller takes all of it back."""
    order = _order(ledger, profile)
    if not any(makes(post, ACTIONS[ledger.act]) for post in actor.posts):
        within = scope_of(tuple(post for post in actor.posts if puts_aside(post, ledger.act)))
        order = replace(order, within=within)
        actor = operator(actor.jurisdiction, None, actor.via)
        actor = replace(actor, posts=tuple(replace(post, hidden=within.hidden) for post in actor.posts))
    elif ACTIONS[ledger.act].second:
        order = replace(order, prepared_by=0, prepared_role=OFFICE)
    return bring_in(work, sheet, order, actor, now, clock.local_date(now))


def prepare(work: Work, ledger: Ledger, actor: Actor, now: datetime) -> tuple[int | None, str]:
    """Put a ledger aside; return its number, or why not. One pressed twice is put aside once. Never commits.

    What one of the office prepares who could bring it in alone is checked 核对 by that.
    """
    by = puts_aside_as(actor, ledger.act)
    if by is None or actor.person_id is None:
        return None, f"“{SHOWN[ledger.act]}”由巡察办准备"
    lock_head(work.driver, actor.jurisdiction)
    said = ledger.said.packed()
    there = select(PreparedLedger.id).where(
        PreparedLedger.jurisdiction == actor.jurisdiction,
        PreparedLedger.state == WAITING,
        PreparedLedger.act == ledger.act,
        PreparedLedger.round_name == ledger.round_name,
        PreparedLedger.unit == ledger.unit,
        PreparedLedger.sha256 == ledger.file.sha256,
    )
    mine = there.where(PreparedLedger.prepared_by == actor.person_id, PreparedLedger.said == said)
    if (already := work.session.exec(mine).first()) is not None:
        return already, ""
    if (other := work.session.exec(there).first()) is not None:
        return None, f"这份台账已经放入准备（第 {other} 号）：要改的，先收回或退回那一份"
    if (why := _already_ready(work, ledger, actor.jurisdiction)) is not None:
        return None, why
    work.note_done()
    row = PreparedLedger(
        jurisdiction=actor.jurisdiction, act=ledger.act, round_name=ledger.round_name, unit=ledger.unit, problems=ledger.problems, sha256=ledger.file.sha256,
        name=ledger.file.name, size=ledger.file.size, said=said, prepared_by=actor.person_id, prepared_role=by.role, at=now,
    )  # fmt: skip
    if ledger.letter:
        row.letter, row.letter_name, row.letter_size = ledger.letter.sha256, ledger.letter.name, ledger.letter.size
    alone = not ACTIONS[ledger.act].second
    if alone and decides(work.driver, ledger.act, ledger.round_name, ledger.unit, actor):
        row.checked_by, row.checked_at = actor.person_id, now
    work.session.add(row)
    work.session.flush()
    return row.id, ""


def _already_ready(work: Work, ledger: Ledger, jurisdiction: int) -> str | None:
    """Say that a unit's feedback of the round is prepared by another file: two would be fed back one after the other."""
    if ledger.act != FED_BACK or not ledger.unit:
        return None
    asked = select(PreparedLedger.id).where(
        PreparedLedger.jurisdiction == jurisdiction,
        PreparedLedger.state == WAITING,
        PreparedLedger.act == FED_BACK,
        PreparedLedger.round_name == ledger.round_name,
        PreparedLedger.unit == ledger.unit,
    )
    number = work.session.exec(asked).first()
    if number is None:
        return None
    return f"“{ledger.unit}”本轮的反馈已经备好（第 {number} 号）：要换一份的，先收回或退回那一份"


def prepare_each(work: Work, ledger: Ledger, sheet: Sheet, actor: Actor, now: datetime) -> tuple[list[int], str]:
    """Put a ledger aside, a feedback unit by unit: each is checked, returned and sent for itself. All of them or none; never commits."""
    units = Counter(row.unit or "" for row in sheet.rows) if ledger.act == FED_BACK else {ledger.unit: len(sheet.rows)}
    numbers = []
    for unit, problems in units.items():
        new = tuple(name for name in ledger.said.new_units if ledger.act != FED_BACK or name == unit)
        part = replace(ledger, unit=unit, problems=problems, said=replace(ledger.said, new_units=new))
        number, why = prepare(work, part, actor, now)
        if number is None:
            return [], why
        numbers.append(number)
    return numbers, ""


def as_shown(row: PreparedLedger) -> str:
    """Return what a page says it showed of what was put aside, beside the file itself, which never changes: its letter."""
    return f"{row.id}:{row.letter or ''}"


def _against_unseen(row: PreparedLedger, shown: Collection[str] | None) -> str:
    """Return the sentence against an act on a letter that its page did not show; None where no page was shown."""
    if shown is None or as_shown(row) in shown or not (row.letter or any(shown)):
        return ""
    return "反馈意见在您打开以后换过或取下了，请再看一遍"


def check(work: Work, number: int, actor: Actor, now: datetime, shown: Collection[str] | None = None) -> str:
    """Let a feedback stand that was looked through 核对, with the letter that was shown; return the sentence against it, if any. Never commits."""
    lock_head(work.driver, actor.jurisdiction)
    row = prepared_ledger(work, number, actor)
    if why := _against_changing(row, number):
        return why
    if row is None or (why := against_sending(work.driver, row, actor) or _against_unseen(row, shown)):
        return why
    work.note_done()
    row.checked_by, row.checked_at = actor.person_id, now
    work.session.add(row)
    work.session.flush()
    return ""


def enclose(work: Work, number: int, letter: Material | None, actor: Actor) -> str:
    """Put the 反馈意见 beside a feedback, another in its place, or take it out; return the sentence against it, if any.

    What the team puts in after the office has checked is to be checked again. Never commits.
    """
    lock_head(work.driver, actor.jurisdiction)
    row = prepared_ledger(work, number, actor)
    if why := _against_changing(row, number):
        return why
    if row is None or (row.prepared_by != actor.person_id and (why := against_sending(work.driver, row, actor))):
        return why
    if letter and letter.sha256 == row.sha256:
        return "上传的是台账本身，请选择反馈意见的文件"
    work.note_done()
    row.letter, row.letter_name, row.letter_size = (
        (letter.sha256, letter.name, letter.size) if letter else (None, None, 0)
    )
    if against_sending(work.driver, row, actor):
        row.checked_by = row.checked_at = None
    work.session.add(row)
    work.session.flush()
    return ""


def _against_changing(row: PreparedLedger | None, number: int) -> str:
    if row is None:
        return _not_there(number)
    if row.state != WAITING:
        return f"第 {number} 号准备稿{WHERE_IT_IS[row.state]}"
    return "" if row.act == FED_BACK else "存量转入没有反馈意见，由另一人确认"


def give_back(work: Work, number: int, actor: Actor, reason: str, now: datetime) -> str:
    """Take back one's own ledger, or return another's with a reason; return the sentence against it, if any. Never commits."""
    lock_head(work.driver, actor.jurisdiction)
    row = prepared_ledger(work, number, actor)
    if row is None:
        return _not_there(number)
    over = f"第 {number} 号准备稿{WHERE_IT_IS.get(row.state, '')}"
    against = against_sending(work.driver, row, actor)
    return put_aside.give_back(work, row, actor.person_id, reason, now, over=over, against=against)


@dataclass(frozen=True, slots=True)
class Sending:
    """What whoever sends a feedback says of it: its day, which letters the page has shown, by when those who get copies are asked to answer."""

    feedback_on: date | None = None
    shown: Collection[str] | None = None
    reply_by: date | None = None


AS_PREPARED: Final = Sending()


def send(
    work: Work,
    number: int,
    sheet: Sheet,
    profile: Profile,
    actor: Actor,
    now: datetime,
    *,
    as_said: Sending = AS_PREPARED,
    dice: Dice = os.urandom,
) -> Brought:
    """Bring in what was put aside (its `sheet_of`), by who confirms it, with who prepared it in each entry.

    A feedback is sent as is said, on another day, with the letter that was shown, its copies with a day for answers; work that is taken over comes
    in as it was prepared.

    What was sent, taken back or returned is refused, whoever comes second. Never commits; the caller keeps nothing when there are errors.
    """
    lock_head(work.driver, actor.jurisdiction)
    row = prepared_ledger(work, number, actor)
    if row is None:
        return _refused(_not_there(number))
    if row.state != WAITING:
        why = f"第 {number} 号准备稿{WHERE_IT_IS[row.state]}"
        return _refused(f"{why}：{row.returned}" if row.returned else f"{why}，没有重复导入")
    if why := against_sending(work.driver, row, actor) or _against_unseen(row, as_said.shown):
        return _refused(why)
    ledger = ledger_of(row)
    today = clock.local_date(now)
    day = (as_said.feedback_on if row.act == FED_BACK else None) or day_to_feed_back(row, today)
    if row.act == FED_BACK and day and day > today:
        return _refused("反馈日期不能晚于今天：期限从反馈之日起算，反馈会还没有开的，到那一天再发送")
    ledger = replace(ledger, said=replace(ledger.said, feedback_on=day))
    order = replace(
        _order(ledger, profile),
        prepared_by=row.prepared_by,
        prepared_role=row.prepared_role,
        reply_by=as_said.reply_by,
        dice=dice,
    )
    brought = bring_in(work, sheet, order, actor, now, today)
    if more := [name for name in brought.new_units if name not in ledger.said.new_units]:
        brought.errors += _refused(f"准备以后，系统中没有了党组织“{'、'.join(more)}”：请退回，重新准备").errors
    if not brought.errors:
        row.state, row.decided_by, row.decided_at = SENT, actor.person_id, now
        work.session.add(row)
        work.session.flush()
    return brought


def ledger_of(row: PreparedLedger) -> Ledger:
    """Return what was put aside."""
    file = Material("problem_list", row.sha256, row.name, row.size)
    letter = Material("opinion_letter", row.letter, row.letter_name or "", row.letter_size) if row.letter else None
    return Ledger(row.act, row.round_name, row.unit, file, said_in(row), row.problems, letter)


def _order(ledger: Ledger, profile: Profile) -> Order:
    said = ledger.said
    return Order(
        ledger.round_name, said.feedback_on, profile, ledger.file, said.writer, new_units=True, said=said.meant, topics=said.topics,
        act=ledger.act, apart=frozenset(said.apart), letter=ledger.letter,
    )  # fmt: skip


def _not_there(number: int) -> str:
    return f"没有第 {number} 号准备稿，或不在您的职责范围内"


def _refused(why: str) -> Brought:
    return Brought(errors=[of_the_whole(why)])
