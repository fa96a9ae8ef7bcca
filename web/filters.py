"""How things are said on pages: dates with distance, lamps as shape, word and number."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import clock
from clock import chinese_date, written_date
from register.recorded import recorded
from results import LISTS, MONEY, RESULTS, Cell, in_yuan, kind_word
from states import (
    ACTIONS,
    ANSWERS,
    CHOICES,
    CLOCKS,
    COSIGNERS,
    CRITERIA,
    DONE,
    FILINGS,
    IN_UNIT,
    JUDGED_AS,
    KINDS,
    MATERIALS,
    OVERRULED,
    RECORDED,
    ROLES,
    RUNGS,
    STATES,
    UNIT_SIDE,
)
from storage.reads.accounts import post_in_words
from storage.reads.measures import term_of
from web.manners import APART, ASKING, KIND_OF, MANNERS
from web.viewer import called, role_words
from workflow.achieved import said_figure, shown_row
from workflow.answers import answer_word
from workflow.days.lamp import lamp_of
from workflow.judging import said_judged
from workflow.planned import kept_up
from workflow.values import as_day

ROOT = Path(__file__).parent.parent
_ISO_DAY = re.compile(r"(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_ISO_WITHIN = re.compile(rf"(?<![\w-]){_ISO_DAY.pattern}(?![\w-])")


def day(value: date | None) -> str:
    """2026年3月5日（周四）, or a dash."""
    return chinese_date(value) if value else "—"


def moment(value: int | datetime | None) -> str:
    """2026年3月5日 10:42, Beijing time; microseconds or an instant."""
    if value is None:
        return "—"
    at = (clock.from_micros(value) if isinstance(value, int) else value).astimezone(clock.SHANGHAI)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def post_words(role: str, unit: str) -> str:
    """Who that is: 城伯镇党委书记 of a unit, 巡察办 otherwise."""
    return f"{unit}{IN_UNIT[role]}" if role in IN_UNIT else called(role)


def post_called(post: str, unit: str = "") -> str:
    """Who a message goes to that nobody has taken up yet, by its post (`role:unit`): 城伯镇党委书记, 上级党组织书记, 巡察办."""
    role = post.partition(":")[0]
    return (
        f"{unit}的上级书记" if role == "parent" and unit else "上级书记" if role == "parent" else post_words(role, unit)
    )


def lamp(due: date | None, today: date, *, paused: bool = False, plain: bool = False) -> Markup:
    """Return the lamp as the page shows it."""
    return Markup('<span class="lamp lamp-{}">{}</span>').format(*lamp_of(due, today, paused=paused, plain=plain))


def spoken(text: str) -> str:
    """Say a date that stands as 2026-03-05 the way people do; anything else stays as it is."""
    try:
        return chinese_date(date.fromisoformat(text)) if isinstance(text, str) and _ISO_DAY.fullmatch(text) else text
    except ValueError:
        return text


def spoken_days(text: str) -> str:
    """Say each date that stands as 2026-03-05 within words the way people do."""
    return _ISO_WITHIN.sub(lambda found: spoken(found[0]), text)


def filed_measure(m: Mapping[str, Any]) -> str:
    """A measure as a plan files it, in one line."""
    why = f"；日期说明：{m['why']}" if m.get("why") else ""
    on, _ = kept_up(m.get("on") or "")
    by = term_of(as_day(on), m["yearly"]) if m.get("yearly") else f"{spoken(on)}前"
    return f"{m['text']}（{m['department']} {m['person']}，{by}；检验：{m['check']}{why}）"


def listed_cell(row: Mapping[str, Any], cell: Cell) -> str:
    """What a row of a list of results says under one head."""
    value = row.get(cell.name, "")
    return in_yuan(value) if cell.sort == MONEY and value != "" else spoken(str(value))


def cell(value: Any, today: date) -> str:
    """Return what a cell of the ledger says of a value as it is handed out."""
    if isinstance(value, date):
        return written_date(value, today)
    return "" if value is None else str(value)


def short_hash(value: str) -> str:
    """The first and last characters of a hash."""
    return f"{value[:8]}…{value[-4:]}" if len(value) > 16 else value


def size(value: int) -> str:
    """A file's size in KB or MB."""
    return f"{value / 1024 / 1024:.1f} MB" if value >= 1024 * 1024 else f"{max(value // 1024, 1)} KB"


@lru_cache(maxsize=1)
def asset_version() -> str:
    """A short hash of our own static files, so that browsers fetch a changed one."""
    static = ROOT / "web" / "static"
    return sha256(b"".join(path.read_bytes() for path in sorted(static.glob("*.[cj]s*")))).hexdigest()[:10]


def environment() -> Environment:
    """Return the one environment of the pages: escaped, strict about unknown names."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(day=day, moment=moment, spoken=spoken, spoken_days=spoken_days, short=short_hash, size=size)
    env.filters["written_date"] = written_date
    env.filters["cell"] = cell
    env.filters["post_called"] = post_called
    env.filters["filed_measure"] = filed_measure
    env.filters["judged"] = lambda said: said_judged(json.loads(said) if isinstance(said, str) else said)
    env.filters["listed_cell"] = listed_cell
    env.filters["kind_word"] = kind_word
    env.filters["listed"] = lambda row, name: shown_row(name, row)
    env.filters["figure"] = lambda amount, kind: said_figure(kind, amount)
    env.tests["isoday"] = lambda text: _ISO_DAY.fullmatch(str(text)) is not None
    env.globals["answer_word"] = answer_word
    env.globals.update(
        lamp=lamp, post_words=post_words, post_in_words=post_in_words, role_words=role_words, called=called,
        ROLES=ROLES, STATES=STATES, KINDS=KINDS, ACTIONS=ACTIONS, MATERIALS=MATERIALS, ANSWERS=ANSWERS, CHOICES=CHOICES,
        RUNGS=RUNGS, CLOCKS=CLOCKS, DONE=DONE, CRITERIA=CRITERIA, OVERRULED=OVERRULED, JUDGED_AS=JUDGED_AS, FILINGS=FILINGS,
        COSIGNERS=COSIGNERS, RECORDED={**RECORDED, **recorded()},
        UNIT_SIDE=UNIT_SIDE, RESULTS=RESULTS, LISTS=LISTS, MANNERS=MANNERS, ASKING=ASKING, KIND_OF=KIND_OF, APART=APART,
        asset=asset_version(),
    )  # fmt: skip
    return env
