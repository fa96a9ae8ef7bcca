"""The office's settings 设置 in the browser: what each is for, what holds now, since when and by whom; a mail as it would look."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

import clock
from notifications.mails import Notice, ToldIn
from notifications.render import render
from register.fields import Field
from register.kinds import KINDS
from register.showing import Words
from states import OFFICE, ROLES, SECRETARY
from storage.engine import reading
from storage.household import all_rows
from storage.reads.register import EntryLine, entries_about
from storage.setting import KIND, ORGANS, SENDER, Setting
from web.act_forms import form_of
from web.desk import Desk
from web.doorway import AtDesk, Signed, must_hold_at_large
from web.viewer import Viewer

router = APIRouter()
PAGE: Final = "/register/setting"
NOTHING: Final = "（没有）"


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: its words and what it is for, what holds now, whether that is the product's own, and the entry that set it."""

    rule: Field
    value: str
    own: bool
    entry: EntryLine | None


@router.get(PAGE)
def show(desk: AtDesk, viewer: Signed) -> Response:
    """Show what is set, the form to change it, and a mail as it would look."""
    kind = KINDS[KIND]
    must_hold_at_large(viewer, *kind.reads)
    with reading(desk.engine) as work:
        driver, place = work.driver, viewer.actor.jurisdiction
        key = next((number for number, _ in all_rows(driver, KIND, place)), None)
        entries = entries_about(driver, place, f"{KIND}:{key}") if key is not None else []
        words = Words(driver, place, clock.local_date(desk.now()))
        act = kind.act("make" if key is None else "change")
        has = {} if key is None else words.written(kind, key)
        form = form_of(words, kind, act, has) if viewer.holds_at_large(*act.enters) else None
    action = f"{PAGE}/{act.name}" if key is None else f"{PAGE}/{key}/{act.name}"
    return desk.page(
        "settings.html", viewer, here="/register", kind=kind, lines=_lines(desk, viewer.setting, entries), form=form, action=action,
        row=key, mail=render(_example(desk, viewer), viewer.setting.link or desk.settings.link),
        sender=f"{viewer.setting.from_name} <{desk.settings.config.mail.sender}>",
    )  # fmt: skip


def _lines(desk: Desk, setting: Setting, entries: list[EntryLine]) -> list[Line]:
    """Return every setting with the newest entry that made it what it is."""
    own = {"sender": SENDER, "link": desk.settings.link, **{role: ROLES[role] for role in ORGANS}}
    lines = []
    for one in fields(Setting):
        value = getattr(setting, one.name)
        shown = value or own.get(one.name, NOTHING)
        lines.append(Line(KINDS[KIND].field(one.name), shown, not value, _set_by(entries, one.name)))
    return lines


def _set_by(entries: list[EntryLine], name: str) -> EntryLine | None:
    """Return the oldest of the newest entries that say the same of it; nothing where it was never set."""
    found = None
    for one in entries:
        if found is not None and (one.row.get(name) or "") != (found.row.get(name) or ""):
            return found
        found = one
    return found if found is not None and found.row.get(name) else None


def _example(desk: Desk, viewer: Viewer) -> Notice:
    """Return a mail that nobody gets: a problem that was fed back, to a secretary."""
    due = clock.local_date(desk.now()) + timedelta(days=7)
    told = (ToldIn(SECRETARY, "某镇党委", stands_in=False), ToldIn(OFFICE, "", stands_in=False))
    facts: dict[str, Any] = {
        "from": "unborn",
        "to": "feedback",
        "owes": SECRETARY,
        "due_on": None,
        "state_due_on": due.isoformat(),
        "told": [],
    }
    return Notice(
        "某某", told, desk.place_name, 0, "1", "某镇党委", "某镇党委", "某轮次", "feed_back", facts, {}, desk.now(),
        clock.local_date(desk.now()), setting=viewer.setting,
    )  # fmt: skip
