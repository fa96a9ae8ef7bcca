"""A draft in people's hands: its blanks are written, another checks it 核稿, others countersign it 会签, or it is given back.

Each says which draft they saw, and what somebody else has changed since is said to them: nobody overwrites another unawares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import clock
from papers.dossier import NotThere
from papers.drafting import Shown, anew
from papers.frozen import frozen
from papers.kinds import KINDS
from register.papers import called, drafters, post_for, uncountersigned
from states import OFFICE, ROLES
from storage.aside import DROPPED
from storage.paper_drafts import (
    Drafted,
    Written,
    drafted,
    hold,
    note_checked,
    note_countersigned,
    note_returned,
    relist,
    settle_draft,
    take_up,
    write,
    written,
)
from storage.paper_signs import Sign
from storage.sql import Driver
from storage.work import Work
from workflow.refusal import Refusal
from workflow.subject import Actor

LONGEST: Final = 4000
LONGEST_REASON: Final = 500
LONGEST_SHOWN: Final = 40
GONE: Final = "这份底稿已签发，或已收回"


def refill(work: Work, row: Drafted, actor: Actor, now: datetime, seen: str) -> Refusal | None:
    """Fill a draft anew from the records of now; what people have written stays, and it lists what there is now. Never commits."""
    row = _held(work.driver, row, actor)
    why = _not_theirs(work.driver, row, actor) or moved_on(work.driver, row, seen, {}, "没有重新生成")
    if why is not None:
        return why
    try:
        made = anew(work, row, actor, now)
    except NotThere as fault:
        return Refusal(str(fault))
    work.note_done()
    said = Written(frozen(made.content), written(work.driver, row.id).blanks, clock.micros(now))
    write(work.driver, row.id, made.content.title, said)
    relist(work.driver, row.id, made.cases)
    return None


def put_words(
    work: Work, shown: Shown, said: Mapping[str, str], actor: Actor, seen: str, was: Mapping[str, str] | None = None
) -> list[Refusal]:
    """Write what people say into the blanks of a draft; return what is wrong, by the name of each. Never commits.

    `was` is what stood in the blanks as they were shown, where it is known: then it is said what has changed.
    """
    row = _held(work.driver, shown.row, actor)
    why = _not_theirs(work.driver, row, actor) or moved_on(work.driver, row, seen, was or {}, "没有保存")
    if why is not None:
        return [why]
    names = {one.name for one in shown.blanks}
    faults = [Refusal(f"“{name}”不超过 {LONGEST} 个字", name) for name, text in said.items() if len(text) > LONGEST]
    if faults:
        return faults
    work.note_done()
    before = written(work.driver, row.id)
    words = {**json.loads(before.blanks), **{name: text.strip() for name, text in said.items() if name in names}}
    kept = json.dumps({name: text for name, text in words.items() if text}, ensure_ascii=False)
    write(work.driver, row.id, row.title, Written(before.content or frozen(shown.content), kept, shown.filled_at))
    if row.by is None and actor.person_id and (post := post_for(work.driver, actor, drafters(shown.kind), row.unit)):
        take_up(work.driver, row.id, actor.person_id, post.role)
    return []


def moved_on(driver: Driver, row: Drafted, seen: str, was: Mapping[str, str], undone: str) -> Refusal | None:
    """Return that a draft is not as somebody saw it, with what was changed meanwhile; nothing where it is."""
    said = written(driver, row.id)
    if seen == said.digest:
        return None
    if not seen:
        return Refusal(f"没有写明看的是哪一稿，{undone}：请打开底稿核对以后再办", "seen")
    words = json.loads(said.blanks)
    changed = [name for name in dict.fromkeys((*was, *words)) if was.get(name, "") != words.get(name, "")]
    told = "；".join(f"“{name}”现在写的是：{_short(words.get(name, ''))}" for name in changed) if was else ""
    what = told or "内容已按新的记录生成，或填写有变"
    return Refusal(f"底稿刚刚有改动，{undone}：{what}。请核对以后再办", "seen")


def _short(text: str) -> str:
    return (text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…") or "（空）"


def _held(driver: Driver, row: Drafted, actor: Actor) -> Drafted:
    """Return a draft as it is now, and as it stays until the transaction ends."""
    hold(driver, row.id)
    return drafted(driver, actor.jurisdiction, row.id) or row


def _not_theirs(driver: Driver, row: Drafted, actor: Actor) -> Refusal | None:
    kind = KINDS[row.paper]
    if not row.waits:
        return Refusal(GONE)
    if post_for(driver, actor, drafters(kind), row.unit) is None:
        return Refusal(f"“{kind.shown}”由{called(drafters(kind))}拟稿、修改")
    return None


# --- checked and countersigned -------------------------------------------------------------------------------------


def check(work: Work, row: Drafted, actor: Actor, now: datetime, seen: str) -> Refusal | None:
    """Note that somebody else than who drafted it checked a draft 核稿 as it was shown to them; return why not. Never commits."""
    row = _held(work.driver, row, actor)
    why = against_checking(work.driver, row, actor) or moved_on(work.driver, row, seen, {}, "没有核稿")
    if why is not None:
        return why
    work.note_done()
    note_checked(work.driver, row.id, actor.person_id or 0, clock.micros(now))
    return None


def against_checking(driver: Driver, row: Drafted, actor: Actor) -> Refusal | None:
    """Return why somebody does not check a draft."""
    kind = KINDS[row.paper]
    if not row.waits or not kind.checks:
        return Refusal("这份底稿不用核稿，或已签发、已收回")
    if post_for(driver, actor, kind.checks, row.unit) is None:
        return Refusal(f"“{kind.shown}”由{called(kind.checks)}核稿")
    return Refusal("拟稿人不能核自己的稿，须由另一人核稿") if row.by == actor.person_id else None


def countersigns_as(driver: Driver, row: Drafted, actor: Actor) -> str:
    """Return the role in which somebody has still to countersign a draft 会签; nothing where in none."""
    missing = uncountersigned(KINDS[row.paper], row) if row.waits else ()
    post = post_for(driver, actor, missing, row.unit) if missing else None
    return post.role if post else ""


def countersign(work: Work, row: Drafted, actor: Actor, now: datetime, seen: str) -> Refusal | None:
    """Note that one whom the table names countersigned a draft 会签 as it was shown to them; return why not. Never commits."""
    row = _held(work.driver, row, actor)
    role = countersigns_as(work.driver, row, actor)
    why = None if role else Refusal("这份底稿不用您会签，或已会签、已签发、已收回")
    why = why or moved_on(work.driver, row, seen, {}, "没有会签")
    if why is not None:
        return why
    work.note_done()
    sign = Sign(actor.name, _minute(now), actor.person_id)
    note_countersigned(work.driver, row.id, {**row.countersigned, role: sign})
    return None


def excuse(
    work: Work, row: Drafted, role: str, sign: tuple[str, str, str], actor: Actor, now: datetime, seen: str
) -> Refusal | None:
    """Enter why one has not countersigned here 会签, with the hash and the name of the file signed on paper where there is one.

    `sign` is the reason, the hash and the name. Returns why not. Never commits.
    """
    row = _held(work.driver, row, actor)
    why = against_excusing(work.driver, row, actor) or moved_on(work.driver, row, seen, {}, "没有登记")
    if why is None and role not in uncountersigned(KINDS[row.paper], row):
        why = Refusal(f"不用登记：{ROLES.get(role, role)}已会签，或不用会签", "role")
    if why is None and not sign[0].strip():
        why = Refusal("请写明为什么没有在系统里会签", "why")
    if why is not None:
        return why
    work.note_done()
    made = Sign(actor.name, _minute(now), actor.person_id, sign[0].strip()[:LONGEST_REASON], *sign[1:])
    note_countersigned(work.driver, row.id, {**row.countersigned, role: made})
    return None


def against_excusing(driver: Driver, row: Drafted, actor: Actor) -> Refusal | None:
    """Return why somebody does not enter that a countersignature is missing: the office does."""
    if not row.waits:
        return Refusal(GONE)
    if post_for(driver, actor, (OFFICE,), row.unit) is None:
        return Refusal("没有在系统里会签的，由巡察办登记")
    return None


def _minute(now: datetime) -> str:
    return now.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def take_back(work: Work, row: Drafted, actor: Actor, reason: str, now: datetime) -> Refusal | None:
    """Take a draft of one's own, or one of the clock's, away; give another's back with a reason. Never commits."""
    row = _held(work.driver, row, actor)
    countersigns = countersigns_as(work.driver, row, actor)
    if (why := _not_theirs(work.driver, row, actor)) is not None and not countersigns:
        return why
    if why is not None or row.by not in (None, actor.person_id):
        if not reason.strip():
            return Refusal("请写明退回的理由", "reason")
        work.note_done()
        note_returned(work.driver, row.id, reason.strip()[:LONGEST_REASON])
        return None
    work.note_done()
    settle_draft(work.driver, row.id, DROPPED, actor.person_id, clock.micros(now))
    return None
