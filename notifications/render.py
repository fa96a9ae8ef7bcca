"""The words of a mail: from frozen facts to subject, text and HTML; never the words of the problem itself."""

from __future__ import annotations

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
from notifications.mails import Mail, ToldIn
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
    """A mail in words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class DueInWords:
    """A date with its distance from the day of the mail: in full, and as short as a subject wants it."""

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


def render(mail: Mail, link: str) -> Rendered:
    """The mail in words, by the template of its action or the fallback."""
    words = _facts(mail, link)
    template = _template(mail, "txt")
    subject, said, then = (render_block(ENVIRONMENT, template, block, words).strip() for block in WORDS)
    pieces = {**words, "said": _lines(said), "then": _lines(then)}
    text = ENVIRONMENT.get_template("_base.txt.j2").render(pieces)
    html = ENVIRONMENT.get_template(_template(mail, "html")).render(pieces)
    about = (
        words["unit"]
        if words["copied"]
        else "呈送（抄告）件"
        if words["pressed"]
        else words["answerable"]
        if words["letter"]
        else f"{words['unit']} 问题{words['number']}"
    )
    return Rendered(header_words(f"【整改督办】{about}：{subject}"), text, html)


def _template(mail: Mail, form: str) -> str:
    name = f"{'_copied' if is_copy(mail) else '_together' if mail.facts.get('letter') else mail.action}.{form}.j2"
    return name if (TEMPLATES / name).is_file() else f"_fallback.{form}.j2"


def is_copy(mail: Mail) -> bool:
    """Say whether the mail brings a copy 呈送、抄告 alone: whoever is told as the unit as well reads what it is to do."""
    return bool(mail.facts.get("copied")) and all(one.role in COPIED for one in mail.told_in)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _facts(mail: Mail, link: str) -> dict[str, Any]:
    """Everything a template may say; what people typed is on one line."""
    roles = {one.role for one in mail.told_in}
    left, assisting = bool(mail.facts.get("left")), bool(mail.facts.get("assisting"))
    return {
        **_case(mail), **_entry(mail), "to": [_addressed(one, mail) for one in mail.told_in],
        "to_unit": bool(roles & {SECRETARY, HANDLER}), "sign": ACTIONS[mail.action].wants_receipt and SECRETARY in roles and not (left or assisting),
        "left": left, "assisting": assisting, "received": bool(mail.facts.get("received")) and SECRETARY in roles and not (left or assisting),
        "copied": _copied(mail), "pressed": _pressed(mail),
        **{name: one_line(getattr(mail.setting, name), LONGEST_LINE) for name in ("header", "footer", "hours")},
        "url": link.rstrip("/") + _address(mail), "letter": _letter(mail),
        "checkpoint": mail.checkpoint if mail.action in ALERTS else None,
    }  # fmt: skip


def _address(mail: Mail) -> str:
    if is_copy(mail):
        return f"/copies/{mail.case}/{mail.facts['version']}"
    if mail.facts.get("pressed"):
        return "/copies"
    return "/cases" if mail.facts.get("letter") else f"/cases/{mail.case}"


def _copied(mail: Mail) -> dict[str, Any] | None:
    """What a copy says: about how many cases it is and which, and by when it is to be signed for."""
    if not is_copy(mail):
        return None
    copied = mail.facts["copied"]
    numbers = one_line("、".join(copied["numbers"]), LONGEST_LINE)
    reply = _due(copied.get("reply_by"), mail.made_on)
    return {"count": copied["count"], "numbers": numbers, "due": _due(copied["due_on"], mail.made_on), "reply": reply}


def _pressed(mail: Mail) -> dict[str, Any] | None:
    """What an addressee is pressed for: how many copies wait for a signature, how many for an answer, the earliest day."""
    said = mail.facts.get("pressed")
    return {**said, "due": _due(said["due_on"], mail.made_on)} if said else None


def _case(mail: Mail) -> dict[str, Any]:
    return {
        "unit": one_line(mail.unit), "answerable": one_line(mail.answerable), "number": one_line(mail.number, 40),
        "round": one_line(mail.round), "place": one_line(mail.place),
    }  # fmt: skip


def _entry(mail: Mail) -> dict[str, Any]:
    """The move with its dates, and what the clock found."""
    facts, neutral = mail.facts, ACTIONS[mail.action].neutral
    overruled = OVERRULED.get(facts.get("overruled", ""))
    return {
        "move": neutral or ACTIONS[mail.action].shown, "made_on": written_date(mail.made_on),
        "state": "" if neutral or _is_hidden(mail) else STATES[facts["to"]].shown, "owes": mail.setting.called(facts["owes"] or ""),
        "due": _due(facts["state_due_on"] or facts["due_on"], mail.made_on), "told": _told(mail),
        "last": _due(facts.get("last_on"), mail.made_on), "overruled": overruled.told if overruled else "",
        "criteria": _criteria(mail), "criterion": CRITERIA[name].shown if (name := mail.inputs.get("criterion")) else "",
    }  # fmt: skip


def _letter(mail: Mail) -> dict[str, Any] | None:
    """What one letter of many says: how many, where they stand, which they are by unit."""
    letter = mail.facts.get("letter")
    if not letter:
        return None
    listed = [(one_line(unit), one_line("、".join(numbers), LONGEST_LINE)) for unit, numbers in letter["listed"]]
    states = [(STATES[state].shown, letter["states"][state]) for state in STATES if state in letter["states"]]
    return {**letter, "listed": listed, "states": states}


def _is_hidden(mail: Mail) -> bool:
    """Whether the state itself would tell the reader what is confidential."""
    known_to = _KNOWN_TO.get(mail.facts["to"])
    return known_to is not None and any(one.role not in known_to for one in mail.told_in)


def _due(text: str | None, today: date) -> DueInWords | None:
    return DueInWords.of(date.fromisoformat(text), today) if text else None


def _addressed(told: ToldIn, mail: Mail) -> str:
    """The line that says to whom: 呈送 leaders and the group, 抄告 departments."""
    verb = "呈送" if told.role in _PRESENTED else "抄告" if told.role in _INFORMED else "致"
    unit = f"{one_line(told.unit)} " if told.role in {SECRETARY, HANDLER} else ""
    stands_in = "（该职务暂无人任职或没有邮箱，请您代收并转达）" if told.stands_in else ""
    return f"{verb}：{unit}{_post(told.role, mail.setting)} {one_line(mail.name)}{stands_in}"


def _post(role: str, setting: Setting) -> str:
    return "上级党组织书记" if role == PARENT else one_line(setting.called(role))


def _told(mail: Mail) -> list[Reached]:
    """The rungs reached: those of the state's own clocks first, then the others, the earliest date first."""
    reached = sorted(mail.facts["told"], key=lambda one: (CLOCKS[one["rule"]].beside, str(one["due_on"])))
    agreed = mail.facts.get("due_on")
    return [_reached(one, mail.made_on, mail.setting, agreed) for one in reached]


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


def _criteria(mail: Mail) -> list[dict[str, Any]]:
    """Each criterion with the numbers it was reckoned from."""
    return [_criterion(one, mail.made_on) for one in mail.inputs.get("criteria", ())]


def _criterion(one: dict[str, Any], today: date) -> dict[str, Any]:
    shown, due = CRITERIA[one["criterion"]].shown, _due(one["due_on"], today)
    return {**one, "shown": shown, "clock": _clock(one["clock"]), "due": due}


def _rung(rung: str) -> str:
    return RUNGS[rung].partition("（")[0]


def _clock(name: str) -> str:
    return CLOCKS[name].neutral or CLOCKS[name].shown.removesuffix("到期")
