"""The notice 立行立改通知书 of what is about to be ordered, made by the system: filled as the records will stand once it is."""

from __future__ import annotations

from dataclasses import replace

import clock
from papers.content import Blank, Content, Paragraph
from papers.dossier import NotThere
from papers.drafting import gathered, subject_of
from papers.filling import filled
from papers.kinds import KINDS
from papers.render import PDF, render
from states import OFFICE
from storage.engine import writing
from storage.files import keep_content
from storage.work import Work
from web.desk import Desk
from web.papers import press_of
from web.viewer import Viewer
from workflow.ordering import ORDER, Wanted, against, order
from workflow.refusal import Refusal
from workflow.subject import Actor, Material, Post

KIND = KINDS["order_at_once"]
_NONE_YET = Material(ORDER.needs[0], "0" * 64, "notice.pdf", 1)


def notice_of(desk: Desk, viewer: Viewer, wanted: Wanted, words: str) -> Material | list[Refusal]:
    """Return the notice of an order as a file, with what else is asked for in it; or all reasons why there is none."""
    with writing(desk.engine) as work:
        made = _filled(desk, work, viewer, replace(wanted, notice=_NONE_YET))
        # It was ordered to see how the records stand then; nothing of it is kept.
        work.rollback()
    if not isinstance(made, Content):
        return made
    content = _with_words(made, words)
    pdf = render(KIND.name, content, PDF, press_of(desk)).content
    return Material(ORDER.needs[0], keep_content(desk.settings.home, pdf), f"{content.title[:60]}.pdf", len(pdf))


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
    return replace(actor, posts=(Post(OFFICE, id=actor.posts[0].id),))


def _with_words(content: Content, words: str) -> Content:
    """Return it with what is asked for besides, or without the place for that."""
    if words:
        return content.written({one.name: words for one in content.all_blanks if one.name == "交办要求"})
    kept = (one for one in content.blocks if not (isinstance(one, Paragraph) and isinstance(one.parts[0], Blank)))
    return replace(content, blocks=tuple(kept))
