"""The numbers of a profile in the words that people read: each limit with its anchor, each rung, each criterion; and what differs between two versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from states import CLOCKS, CRITERIA, ROLES, RUNGS
from workflow.days import joint
from workflow.days.anchors import CHOICES, CHOSEN, FROM, counts_from
from workflow.days.limits import Limit
from workflow.days.profiles import Key, Profile, When, limits_known
from workflow.days.versions import VERIFIERS, Value, differing

SHORT: Final = ("rectify_short",)
"""Clocks that stand for others where the time is short: in the words of those."""
NUMBERS: Final = {
    "days": ("逾期满几天（自然日）", "{} 天"),
    "times": ("退回满几次", "{} 次"),
    "reminders": ("提醒过几次", "提醒 {} 次"),
    "workdays": ("逾期后再过几个工作日", "再过 {} 个工作日"),
}
"""What a number of a criterion counts: in a form, and with the number."""


@dataclass(frozen=True, slots=True)
class LimitShown:
    """A limit in words: what for, how long, from when, what a rest day at its end does; whether the profile leaves it to the product."""

    name: str
    shown: str
    length: str
    since: str
    rest: str
    meaning: str
    silent: bool


@dataclass(frozen=True, slots=True)
class InWords:
    """A profile in words: who accepts, the limits, what is reminded when, by what 整改不力 is judged, who gives an opinion."""

    verifiers: str
    limits: list[LimitShown]
    rungs: list[tuple[str, str]]
    criteria: list[tuple[str, str]]
    opinions: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Changed:
    """A number that is different in another version: what it is of, as it was, as it is."""

    shown: str
    before: str
    after: str


def in_words(profile: Profile) -> InWords:
    """Return a profile as its page shows it."""
    limits = [
        LimitShown(
            name, shown, length(profile.limits[name]), counts_from(name, profile.anchors.get(name)), at_rest(profile.limits[name]), FROM[name].meaning,
            not profile.writes("limits", name),
        )
        for name, shown in limits_known().items()
    ]  # fmt: skip
    rungs = [
        (of_clock(name), "；".join(rung_words(rung, when) for rung, when in rungs.items()))
        for name, rungs in profile.rungs.items()
    ]
    criteria = [(one.shown, _criterion(profile, one.name)) for one in CRITERIA.values()]
    opinions = [
        (shown, [(joint.WORDS[name], in_value(said, name)) for name in usual for said in [profile.said("opinions", stage, name)]])
        for (stage, usual), (shown, _) in zip(joint.USUAL.items(), joint.STAGES.values(), strict=True)
    ]  # fmt: skip
    return InWords(roles(profile.verifiers), limits, rungs, criteria, opinions)


def _criterion(profile: Profile, name: str) -> str:
    said = profile.criterion(name)
    numbers = "，".join(NUMBERS[number][1].format(said[number]) for number, _ in CRITERIA[name].numbers)
    return numbers + ("，同时升级督办" if said["escalate"] else "")


def changes(before: Profile, after: Profile) -> list[Changed]:
    """Return what is different in the later of two versions, in words."""
    return [
        Changed(of_key(one.key), in_value(one.before, one.key[-1]), in_value(one.after, one.key[-1]))
        for one in differing(before, after)
    ]


def of_key(key: Key) -> str:
    """Return what a number is of."""
    if key == VERIFIERS:
        return "谁可以验收销号"
    part, name, *rest = key
    if part == "limits":
        return f"时限：{limits_known()[name]}"
    if part == "anchors":
        return f"从哪天算：{CHOSEN[name]}"
    if part == "opinions":
        return f"{joint.STAGES[name][0]}：{joint.WORDS[rest[0]]}"
    if part == "rungs":
        return f"提醒：{of_clock(name)}，{RUNGS[rest[0]]}"
    what = "升级督办" if rest[0] == "escalate" else NUMBERS[rest[0]][0]
    return f"整改不力：{CRITERIA[name].shown}，{what}"


def in_value(value: Value | list[str], name: str = "") -> str:
    """Return a number in words, by itself; of some the name of what it is of says what it counts."""
    if name == "enough":
        return f"{value} 方" if value else "全部"
    if name in joint.CHOICES:
        return joint.CHOICES[name][str(value)]
    if isinstance(value, Limit):
        return length(value) + ("，遇休息日顺延" if value.rest == "next" else "")
    if isinstance(value, When):
        return when_words(value)
    if isinstance(value, bool):
        return "同时升级督办" if value else "只标记，不升级"
    return roles(tuple(value)) if isinstance(value, tuple | list) else CHOICES.get(str(value), str(value))


def said(text_of: dict[Key, Value]) -> str:
    """Return changes in one line, as a request says them."""
    return "；".join(f"{of_key(key)} {in_value(value, key[-1])}" for key, value in text_of.items())


def length(limit: Limit) -> str:
    """Return how long a limit is, by itself."""
    return str(Limit(limit.number, limit.unit))


def at_rest(limit: Limit) -> str:
    """Return what an end on a rest day does."""
    if limit.unit == "workday":
        return "只数工作日"
    return "顺延到下一个工作日" if limit.rest == "next" else "不顺延"


def of_clock(name: str) -> str:
    """Return what a clock is called, and that it is for a short time where it is."""
    return CLOCKS[name].shown + ("（短期限）" if name in SHORT else "")


def roles(names: tuple[str, ...]) -> str:
    """Return roles in words."""
    return "、".join(ROLES[role] for role in names)


def rung_words(rung: str, when: When) -> str:
    """Return a rung with its day."""
    shown = RUNGS[rung]
    return when_words(when) if when_words(when).startswith(shown) else f"{shown}，{when_words(when)}"


def when_words(when: When) -> str:
    """Return the day of a rung in words."""
    of = "个工作日" if when.workdays else "天"
    return {
        "half": "时限过半", "due": "到期当日", "overdue": "逾期次日起", "before": f"到期前 {when.number} {of}",
        "after": f"到期后 {when.number} {of}", "in": f"开始后第 {when.number} {of}",
    }[when.how]  # fmt: skip
