"""The words of a letter: one notice as it is by itself, several listed by how grave they are, each case one line with its link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from notifications.addresses import one_line
from notifications.mails import Letter, Notice
from notifications.render import (
    ALERTS,
    ENVIRONMENT,
    LONGEST_LINE,
    Rendered,
    addressed,
    facts_of,
    headline,
    is_copy,
    lines_of,
    render,
    say,
    subject_of,
)
from notifications.urgency import FLAG, any_late, asks_today, is_new
from states import ACTIONS, ESCALATED

ESCALATIONS, FLAGS, LATE, NEW, TODAY, SOON, TO_SIGN, DONE = range(8)
TITLES: Final = {
    ESCALATIONS: "升级督办", FLAGS: "疑似整改不力", LATE: "已逾期", NEW: "新到", TODAY: "今天要办", SOON: "期限将到", TO_SIGN: "请签收", DONE: "办理情况",
}  # fmt: skip
"""How a letter is parted, the gravest first."""
_WORST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a letter: what it is about, what is said of it, and where it is read."""

    head: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one gravity, with what is to follow."""

    title: str
    lines: Sequence[Line]
    notes: Sequence[str]
    red: bool


@dataclass(slots=True)
class _About:
    """What several notices say of one thing: of a problem, or of a copy."""

    head: str
    url: str
    rank: int = DONE
    label: str = ""
    words: list[str] = field(default_factory=list)
    then: list[str] = field(default_factory=list)


def render_letter(letter: Letter, link: str) -> Rendered:
    """The letter in words: exactly what its notices say by themselves, however many they are."""
    if len(letter.notices) == 1:
        return render(letter.notices[0], link)
    read = [(one, facts_of(one, link)) for one in letter.notices]
    groups = _groups(_gathered(read))
    first, words = read[0]
    pieces = {
        **words, "groups": groups, "count": sum(len(one.lines) for one in groups), "to": _to(letter.notices), "url": link.rstrip("/") + "/",
        "sign": sum(bool(said["sign"]) for _, said in read), "received": any(said["received"] for _, said in read),
        "checkpoint": first.checkpoint if any(one.action in ALERTS for one in letter.notices) else None,
    }  # fmt: skip
    text, html = (ENVIRONMENT.get_template(f"_letter.{form}.j2").render(pieces) for form in ("txt", "html"))
    named = "、".join(f"{one.title} {len(one.lines)} 件" for one in groups[:_WORST_NAMED])
    return Rendered(subject_of(words["answerable"], named + ("等" if len(groups) > _WORST_NAMED else "")), text, html)


def _to(notices: Iterable[Notice]) -> list[str]:
    """To whom it goes: every post in which the person is told, each once."""
    return list(dict.fromkeys(addressed(one, notice) for notice in notices for one in notice.told_in))


def _gathered(read: Iterable[tuple[Notice, Mapping[str, Any]]]) -> list[_About]:
    found: dict[object, _About] = {}
    for notice, words in read:
        about = found.setdefault(_subject(notice), _About(_head(words), "" if words["left"] else words["url"]))
        about.rank = min(about.rank, rank_of(notice, words))
        about.label = "" if words["copied"] or words["pressed"] or words["letter"] else words["number"]
        line = [*lines_of(say(notice, words, "line")), *([words["overruled"]] if words["overruled"] else [])]
        about.words.append("，".join(line) + _stood_in(notice))
        about.then += lines_of(say(notice, words, "then"))
    return list(found.values())


def _subject(notice: Notice) -> object:
    """What a notice is about: several of one problem are one line, each copy and each bundle is its own."""
    alone = is_copy(notice) or notice.facts.get("pressed") or notice.facts.get("letter")
    return ("alone", notice.id) if alone else ("case", notice.case)


def _head(words: Mapping[str, Any]) -> str:
    if words["pressed"]:
        return "呈送（抄告）件"
    return str(words["answerable"]) if words["letter"] else headline(words)


def _stood_in(notice: Notice) -> str:
    return "（请代收转达）" if all(one.stands_in for one in notice.told_in) else ""


def rank_of(notice: Notice, words: Mapping[str, Any]) -> int:
    """How grave a notice is."""
    if ACTIONS[notice.action].to == ESCALATED:
        return ESCALATIONS
    if notice.action == FLAG:
        return FLAGS
    if any_late(notice.facts):
        return LATE
    if is_new(notice.action):
        return NEW
    if ACTIONS[notice.action].urges or any(asks_today(notice.facts, notice.today, one.role) for one in notice.told_in):
        return TODAY
    return SOON if notice.facts.get("told") else TO_SIGN if words["sign"] or words["copied"] else DONE


def _groups(found: Sequence[_About]) -> list[Group]:
    ranks = sorted({one.rank for one in found})
    return [_group(rank, [one for one in found if one.rank == rank]) for rank in ranks]


def _group(rank: int, found: Sequence[_About]) -> Group:
    lines = [Line(one.head, "；".join(dict.fromkeys(one.words)), one.url) for one in found]
    return Group(TITLES[rank], lines, _notes(found), rank <= LATE)


def _notes(found: Sequence[_About]) -> list[str]:
    """What is to follow, each sentence once; where it does not hold for all, with the numbers for which it does."""
    said: dict[str, list[_About]] = {}
    for one in found:
        for sentence in dict.fromkeys(one.then):
            said.setdefault(sentence, []).append(one)
    return [sentence if len(those) == len(found) else f"{_which(those)}{sentence}" for sentence, those in said.items()]


def _which(those: Sequence[_About]) -> str:
    numbers = "、".join(one.label for one in those if one.label)
    return f"第 {one_line(numbers, LONGEST_LINE)} 号：" if numbers else ""
