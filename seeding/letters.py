"""Papers of the demonstration: the office's series, letters that were issued, one signed for, and one that waits on the head's desk."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final

from papers.drafting import Printing, draft, draft_there, read, subject_of
from papers.editing import put_words
from papers.issuing import Order, issue
from papers.kinds import KINDS
from papers.render import Press
from register.household import must_enter
from register.wanted import Wanted
from seeding.plan import DICE
from seeding.play import NotPlayed, Play
from states import HEAD, OFFICE, SECRETARY
from storage.engine import writing
from storage.paper_drafts import digest_of
from storage.paper_numbers import KIND, SERIES

LETTERS: Final = 3
"""So many are drafted; the last one waits."""
_PAPER, _MARK = "supervision_notice", "示委巡办函"
_WORDS: Final = "对重点问题由主要负责人领办，每半月报一次进展。"
_AT_WORK: Final = (
    "SELECT unit_id, round_id, MAX(id) FROM cases WHERE jurisdiction = ? AND state = 'rectifying' AND taken_over_on IS NULL "
    "AND id NOT IN (SELECT case_id FROM assisting) GROUP BY unit_id, round_id ORDER BY CASE WHEN unit_id = ? THEN 0 ELSE 1 END, MAX(id) DESC LIMIT ?"
)


def issue_letters(play: Play, home: Path) -> None:
    """Let the office draft letters to units that rectify, the head issue all but the last, and the first unit's secretary sign for one."""
    dice = Random(DICE + 4).randbytes
    by, place, today = play.ground.cast.actors, play.ground.jurisdiction, play.days.today
    organ = "中共示范市委巡察工作领导小组办公室"
    with writing(play.engine) as work:
        start = {"organ": organ, "mark": _MARK, "year": today.year, "first": 36}
        (series,) = must_enter(work, [Wanted(SERIES, "make", None, start)], by[OFFICE], play.now, dice=dice)
        first = play.ground.cast.units[0]
        drafts = []
        for unit, around, _ in work.driver.all(_AT_WORK, (place, first, LETTERS)):
            subject = subject_of(work.driver, place, unit, around, None)
            made = draft(work, KINDS[_PAPER], subject, by[OFFICE], play.now)
            if not isinstance(made, int):
                raise NotPlayed(today, f"拟{KINDS[_PAPER].shown}", (made.sentence,))
            row = draft_there(work.driver, place, made)
            assert row
            shown = read(work, row, by[OFFICE], play.now)
            put_words(work, shown, {one.name: _WORDS for one in shown.blanks}, by[OFFICE], shown.seen)
            drafts.append((made, unit, digest_of(work.driver, made)))
        work.commit()
    printing = Printing(Press(home=home), by[HEAD], play.now)
    for number, unit, seen in drafts[:-1]:
        entered = issue(play.engine, home, Order(number, int(series), seen=seen), by[HEAD], play.now, printing, dice)
        if entered.refusals:
            raise NotPlayed(today, f"签发{KINDS[_PAPER].shown}", entered.refused)
        if unit == first:
            with writing(play.engine) as work:
                must_enter(work, [Wanted(KIND, "receive", entered.row)], by[SECRETARY], play.now, dice=dice)
                work.commit()
