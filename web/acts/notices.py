"""Papers of what is about to begin, made by the system: the notice 立行立改通知书 of an order, the 反馈意见 of what was prepared.

Each is filled as the records will stand once it has begun; nothing of that is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import clock
from ledger.prepared import day_to_feed_back, ledger_of, try_out
from ledger.sheet import Sheet
from papers.content import Blank, Content, Paragraph
from papers.dossier import About, NotThere, gather
from papers.drafting import gathered, subject_of
from papers.filling import filled
from papers.kinds import KINDS, Kind
from papers.render import PDF, render
from states import OFFICE
from storage.engine import writing
from storage.files import keep_content
from storage.tables import PreparedLedger
from storage.work import Work
from web.desk import Desk
from web.papers import press_of
from web.viewer import Viewer
from workflow.days.profiles import Profile
from workflow.may import scope_of
from workflow.ordering import ORDER, Wanted, against, order
from workflow.refusal import Refusal
from workflow.subject import Actor, Material, Post

KIND, FEEDBACK = KINDS["order_at_once"], KINDS["feedback"]
WRITTEN: Final = ("总体评价", "意见建议")
"""What the team writes in a 反馈意见."""
_NONE_YET = Material(ORDER.needs[0], "0" * 64, "notice.pdf", 1)


def notice_of(desk: Desk, viewer: Viewer, wanted: Wanted, words: str) -> Material | list[Refusal]:
    """Return the notice of an order as a file, with what else is asked for in it; or all reasons why there is none."""
    with writing(desk.engine) as work:
        made = _filled(desk, work, viewer, replace(wanted, notice=_NONE_YET))
        # It was ordered to see how the records stand then; nothing of it is kept.
        work.rollback()
    if not isinstance(made, Content):
        return made
    return _kept(desk, KIND, _with_words(made, words))


def feedback_of(
    desk: Desk, viewer: Viewer, row: PreparedLedger, sheet: Sheet, profile: Profile, words: Mapping[str, str]
) -> Material | str:
    """Return the 反馈意见 of what was prepared for a unit, with what the team writes; or why there is none."""
    if missing := [name for name in WRITTEN if not words.get(name)]:
        return f"请写明{'、'.join(missing)}，由巡察组撰写"
    if not row.unit:
        return "一份反馈意见只写一个党组织：这份准备稿里有几个，请按党组织分开准备"
    now, ledger = desk.now(), ledger_of(row)
    today = clock.local_date(now)
    ledger = replace(ledger, said=replace(ledger.said, feedback_on=day_to_feed_back(row, today) or today))
    with writing(desk.engine) as work:
        brought = try_out(work, ledger, sheet, profile, viewer.actor, now)
        try:
            about = About(unit=row.unit, round=row.round_name)
            made = None if brought.errors else gather(work.driver, FEEDBACK, about, _approver(viewer.actor), today)
            content = filled(made) if made else None
        except NotThere as why:
            work.rollback()
            return str(why)
        work.rollback()
    if content is None:
        return "问题清单还有错误，改好以后再生成"
    return _kept(desk, FEEDBACK, content.written(words))


def _kept(desk: Desk, kind: Kind, content: Content) -> Material:
    pdf = render(kind.name, content, PDF, press_of(desk)).content
    return Material(kind.material, keep_content(desk.settings.home, pdf), f"{content.title[:60]}.pdf", len(pdf))


def _filled(desk: Desk, work: Work, viewer: Viewer, wanted: Wanted) -> Content | list[Refusal]:
    now = desk.now()
    if faults := against(work, wanted, viewer.actor, now):
        return faults
    done = order(work, wanted, _approver(viewer.actor), now)
    if done.case is None or done.outcome != "done":
        return list(done.refusals)
    subject = subject_of(work.driver, viewer.actor.jurisdiction, None, None, done.case)
    try:
        return filled(gathered(work.driver, KIND, subject, viewer.actor, clock.local_date(now), [done.case]))
    except NotThere as why:
        return [Refusal(str(why), ORDER.needs[0])]


def _approver(actor: Actor) -> Actor:
    """Return the actor as the office would order it: what the team prepares is filled as it will be approved."""
    return replace(actor, posts=(Post(OFFICE, id=actor.posts[0].id, hidden=scope_of(actor.posts).hidden),))


def _with_words(content: Content, words: str) -> Content:
    """Return it with what is asked for besides, or without the place for that."""
    if words:
        return content.written({one.name: words for one in content.all_blanks if one.name == "交办要求"})
    kept = (one for one in content.blocks if not (isinstance(one, Paragraph) and isinstance(one.parts[0], Blank)))
    return replace(content, blocks=tuple(kept))
