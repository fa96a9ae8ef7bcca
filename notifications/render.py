"""The words of a notice: from frozen facts to subject, text and HTML; never the words of the problem itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2_fragments import render_block

from clock import written_date
from grammar import Clock
from notifications.addresses import header_words, one_line
from notifications.holders import PARENT
from notifications.mails import Notice, ToldIn
from states import (
    ACTIONS,
    CLOCK,
    CLOCKS,
    COPIED,
    CRITERIA,
    GROUP,
    HANDLER,
    LEADER,
    MOVES,
    OVERRULED,
    RECTIFYING,
    RUNGS,
    SECRETARY,
    STATES,
)
from storage.setting import Setting

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
LONGEST_LINE = 200
ALERTS = frozenset(move.action for move in ACTIONS.values() if CLOCK in move.who)
WORDS = ("subject", "said", "then")
# A state to which a confidential move led tells it to whoever reads its name: whom it may tell.
_OPENLY_ENTERED = {move.to for move in MOVES if not move.known_to}
_KNOWN_TO = {move.to: move.known_to for move in MOVES if move.known_to and move.to not in _OPENLY_ENTERED}
_PRESENTED = frozenset({LEADER, GROUP})
_INFORMED = frozenset({"discipline", "organisation", "auditor"})

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=select_autoescape(("html.j2",)),
    trim_blocks=True, lstrip_blocks=True, auto_reload=False,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class DueInWords:
    """A date with its distance from the day of the letter: in full, and as short as a subject wants it."""

    on: str
    distance: str
    short: str

    @classmethod
    def of(cls, day: date, today: date) -> DueInWords:
        """The day as it is seen from today."""
        return cls(written_date(day), how_far(today, day), "已逾期" if day < today else how_far(today, day))

    def __str__(self) -> str:
        return f"{self.on}（{self.distance}）"


@dataclass(frozen=True, slots=True)
class Reached:
    """A rung that a clock has reached, in words."""

    rule: str
    rung: str
    level: str
    clock: str
    due: DueInWords
    skipped: str
    owes: str
    next_told: str | None
    """Whom the next rung tells; None after the last."""
    measures: str = ""
    by_ledger: DueInWords | None = None
    """The date that stands in the ledger, of what was taken over later than that: then the clock runs for reminders alone."""


def how_far(today: date, day: date) -> str:
    """How far the day is from today, in words."""
    days = (day - today).days
    if days == 0:
        return "今天到期"
    return f"还有{days}天" if days > 0 else f"已逾期{-days}天"


def render(notice: Notice, link: str) -> Rendered:
    """A notice that is a letter by itself, by the template of its action or the fallback."""
    words = facts_of(notice, link)
    subject, said, then = (say(notice, words, block) for block in WORDS)
    pieces = {**words, "said": lines_of(said), "then": lines_of(then)}
    text = ENVIRONMENT.get_template("_base.txt.j2").render(pieces)
    html = ENVIRONMENT.get_template(_template(notice, "html")).render(pieces)
    about = "呈送（抄告）件" if words["pressed"] else words["answerable"] if words["letter"] else headline(words)
    return Rendered(subject_of(about, subject), text, html)


def subject_of(about: str, subject: str) -> str:
    """The subject line: about whom or what, and what there is."""
    return header_words(f"【整改督办】{about}：{subject}")


def headline(words: Mapping[str, Any]) -> str:
    """What a notice is about: the unit of a copy, else the problem."""
    return str(words["unit"]) if words["copied"] else f"{words['unit']} 问题{words['number']}"


def say(notice: Notice, words: Mapping[str, Any], block: str) -> str:
    """One part of what the template of a notice says; a template without `line` says its subject there."""
    template = _template(notice, "txt")
    has_it = block in ENVIRONMENT.get_template(template).blocks
    return render_block(ENVIRONMENT, template, block if has_it else "subject", dict(words)).strip()


def _template(notice: Notice, form: str) -> str:
    name = f"{'_copied' if is_copy(notice) else '_together' if notice.facts.get('letter') else notice.action}.{form}.j2"
    return name if (TEMPLATES / name).is_file() else f"_fallback.{form}.j2"


def is_copy(notice: Notice) -> bool:
    """Say whether the mail brings a copy 呈送、抄告 alone: whoever is told as the unit as well reads what it is to do."""
    return bool(notice.facts.get("copied")) and all(one.role in COPIED for one in notice.told_in)


def lines_of(text: str) -> list[str]:
    """Return the lines of what a template said, the empty ones left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def facts_of(notice: Notice, link: str) -> dict[str, Any]:
    """Everything a template may say; what people typed is on one line."""
    roles = {one.role for one in notice.told_in}
    left, assisting = bool(notice.facts.get("left")), bool(notice.facts.get("assisting"))
    return {
        **_case(notice), **_entry(notice), "to": [addressed(one, notice) for one in notice.told_in],
        "to_unit": bool(roles & {SECRETARY, HANDLER}), "sign": ACTIONS[notice.action].wants_receipt and SECRETARY in roles and not (left or assisting),
        "left": left, "assisting": assisting, "received": bool(notice.facts.get("received")) and SECRETARY in roles and not (left or assisting),
        "copied": _copied(notice), "pressed": _pressed(notice),
        **{name: one_line(getattr(notice.setting, name), LONGEST_LINE) for name in ("header", "footer", "hours")},
        "url": link.rstrip("/") + _address(notice), "letter": _letter(notice),
        "checkpoint": notice.checkpoint if notice.action in ALERTS else None,
    }  # fmt: skip


def _address(notice: Notice) -> str:
    if is_copy(notice):
        return f"/copies/{notice.case}/{notice.facts['version']}"
    if notice.facts.get("pressed"):
        return "/copies"
    return "/cases" if notice.facts.get("letter") else f"/cases/{notice.case}"


def _copied(notice: Notice) -> dict[str, Any] | None:
    """What a copy says: about how many cases it is and which, and by when it is to be signed for."""
    if not is_copy(notice):
        return None
    copied = notice.facts["copied"]
    numbers = one_line("、".join(copied["numbers"]), LONGEST_LINE)
    reply = _due(copied.get("reply_by"), notice.today)
    return {"count": copied["count"], "numbers": numbers, "due": _due(copied["due_on"], notice.today), "reply": reply}


def _pressed(notice: Notice) -> dict[str, Any] | None:
    """What an addressee is pressed for: how many copies wait for a signature, how many for an answer, the earliest day."""
    said = notice.facts.get("pressed")
    return {**said, "due": _due(said["due_on"], notice.today)} if said else None


def _case(notice: Notice) -> dict[str, Any]:
    return {
        "unit": one_line(notice.unit), "answerable": one_line(notice.answerable), "number": one_line(notice.number, 40),
        "round": one_line(notice.round), "place": one_line(notice.place),
    }  # fmt: skip


def _entry(notice: Notice) -> dict[str, Any]:
    """The move with its dates, and what the clock found."""
    facts, neutral = notice.facts, ACTIONS[notice.action].neutral
    overruled = OVERRULED.get(facts.get("overruled", ""))
    return {
        "move": neutral or ACTIONS[notice.action].shown, "made_on": written_date(notice.made_on),
        "state": "" if neutral or _is_hidden(notice) else STATES[facts["to"]].shown, "owes": notice.setting.called(facts["owes"] or ""),
        "due": _due(facts["state_due_on"] or facts["due_on"], notice.today), "told": _told(notice),
        "last": _due(facts.get("last_on"), notice.today), "overruled": overruled.told if overruled else "",
        "criteria": _criteria(notice), "criterion": CRITERIA[name].shown if (name := notice.inputs.get("criterion")) else "",
    }  # fmt: skip


def _letter(notice: Notice) -> dict[str, Any] | None:
    """What one letter of many says: how many, where they stand, which they are by unit."""
    letter = notice.facts.get("letter")
    if not letter:
        return None
    listed = [(one_line(unit), one_line("、".join(numbers), LONGEST_LINE)) for unit, numbers in letter["listed"]]
    states = [(STATES[state].shown, letter["states"][state]) for state in STATES if state in letter["states"]]
    return {**letter, "listed": listed, "states": states}


def _is_hidden(notice: Notice) -> bool:
    """Whether the state itself would tell the reader what is confidential."""
    known_to = _KNOWN_TO.get(notice.facts["to"])
    return known_to is not None and any(one.role not in known_to for one in notice.told_in)


def _due(text: str | None, today: date) -> DueInWords | None:
    return DueInWords.of(date.fromisoformat(text), today) if text else None


def addressed(told: ToldIn, notice: Notice) -> str:
    """The line that says to whom: 呈送 leaders and the group, 抄告 departments."""
    verb = "呈送" if told.role in _PRESENTED else "抄告" if told.role in _INFORMED else "致"
    unit = f"{one_line(told.unit)} " if told.role in {SECRETARY, HANDLER} else ""
    stands_in = "（该职务暂无人任职或没有邮箱，请您代收并转达）" if told.stands_in else ""
    return f"{verb}：{unit}{_post(told.role, notice.setting)} {one_line(notice.name)}{stands_in}"


def _post(role: str, setting: Setting) -> str:
    return "上级党组织书记" if role == PARENT else one_line(setting.called(role))


def _told(notice: Notice) -> list[Reached]:
    """The rungs reached: those of the state's own clocks first, then the others, the earliest date first."""
    reached = sorted(notice.facts["told"], key=lambda one: (CLOCKS[one["rule"]].beside, str(one["due_on"])))
    agreed = notice.facts.get("due_on")
    return [_reached(one, notice.today, notice.setting, agreed) for one in reached]


def _reached(one: dict[str, Any], today: date, setting: Setting, agreed: str | None) -> Reached:
    due = DueInWords.of(date.fromisoformat(one["due_on"]), today)
    skipped = "、".join(_rung(rung) for rung in one["skipped"])
    measures = "、".join(_measure(measure) for measure in one.get("measures", ()))
    clock = CLOCKS[one["rule"]]
    return Reached(
        clock.name, one["rung"], _rung(one["rung"]), _clock(clock.name), due, skipped, setting.called(clock.owes),
        _next_told(clock, one["rung"], setting), measures, _due(_earlier(agreed, one["due_on"], clock), today),
    )  # fmt: skip


def _earlier(agreed: str | None, due_on: str, clock: Clock) -> str | None:
    """Return the agreed date where the clock of the rectification runs to a later one: that of what was taken over."""
    rectifies = clock.unit and RECTIFYING in clock.state
    return agreed if rectifies and agreed and agreed < due_on else None


def _next_told(clock: Clock, rung: str, setting: Setting) -> str | None:
    """Whom the rung after this one tells: the words for a clock that has none of its own."""
    later = clock.rungs[clock.rungs.index(clock.rung(rung)) + 1 :]
    return "、".join(_post(role, setting) for role in later[0].tells) if later else None


def _measure(one: dict[str, Any]) -> str:
    return f"第{one['no']}项（{written_date(date.fromisoformat(one['due_on']))}）"


def _criteria(notice: Notice) -> list[dict[str, Any]]:
    """Each criterion with the numbers it was reckoned from."""
    return [_criterion(one, notice.today) for one in notice.inputs.get("criteria", ())]


def _criterion(one: dict[str, Any], today: date) -> dict[str, Any]:
    shown, due = CRITERIA[one["criterion"]].shown, _due(one["due_on"], today)
    return {**one, "shown": shown, "clock": _clock(one["clock"]), "due": due}


def _rung(rung: str) -> str:
    return RUNGS[rung].partition("（")[0]


def _clock(name: str) -> str:
    return CLOCKS[name].neutral or CLOCKS[name].shown.removesuffix("到期")
