"""What a move asks: answers read by their types, materials counted, every fault a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from grammar import Move
from results import LISTS
from states import ANSWERS, CHOICES, CONTINUING, MATERIALS, SIGNED_PAPER
from storage.visible import is_plain, tidy
from workflow.achieved import FIGURES, add_up, read_list, read_results, rows_listed
from workflow.judging import read_judged
from workflow.planned import read_measures
from workflow.refusal import Refusal
from workflow.subject import Birth, Facts, Intent, Material
from workflow.values import (
    FIRST_YEAR,
    FULLWIDTH,
    LAST_YEAR,
    BadAnswer,
    BadAnswers,
    as_day,
    as_text,
    clean,
    is_given,
    shown_short,
    unprintable,
)

LONGEST_NUMBER = 50
HAPPENED = (
    "feedback_on",
    "minute_on",
    "briefed_on",
    "done_on",
    "closed_on",
    "published_on",
)  # of these days only those that have come can be entered
BIRTH_WORDS = (
    "number", "problem", "category", "detail", "basis", "amount", "responsible", "department", "person", "measures_said",
    "said", "note",
)  # fmt: skip
_ANYWHERE = ("evidence", SIGNED_PAPER)
_ONE_PAPER = (
    frozenset({"consent", "minutes"}),
)  # by custom: the minutes in which the leading group agrees are its consent


def answer_word(name: str, case_kind: str = "") -> str:
    """Return the word of an answer; what is to go on is agreed on until its first review."""
    return "首次复核日期" if (name, case_kind) == ("agreed_on", CONTINUING) else ANSWERS[name]


def read_answers(move: Move, given: Mapping[str, Any], case_kind: str = "") -> tuple[dict[str, Any], list[Refusal]]:
    """Return the answers read by their types, and what is wrong with them; what is not asked is refused."""
    read: dict[str, Any] = {}
    faults = [
        Refusal(f"此操作不填“{name}”")
        for name in sorted(shown_short(one) for one in set(given) - {name for name, _ in move.asks})
    ]
    for name, kind in move.asks:
        try:
            value = _read(answer_word(name, case_kind), kind.removesuffix("?"), given.get(name))
        except BadAnswer as fault:
            faults.append(_refusal(name, fault))
            continue
        except BadAnswers as several:
            faults += [_refusal(name, fault) for fault in several.faults]
            continue
        if value is not None:
            read[name] = value
        elif not (kind.endswith("?") or (name == FIGURES and rows_listed(read))):
            faults.append(Refusal(f"请填写“{answer_word(name, case_kind)}”", name, missing=True))
    return read, [*faults, *add_up(read)]


def _refusal(name: str, fault: BadAnswer) -> Refusal:
    also = tuple(f"{name}.{place}" for place in fault.also)
    return Refusal(str(fault), f"{name}.{fault.within}" if fault.within else name, fault.measure, also)


def ahead_of_its_time(intent: Intent, answers: Mapping[str, Any], today: date) -> tuple[Refusal, ...]:
    """Return the refusals of what has happened by what is said, and bears a day to come."""
    days = [
        ("occurred_on", "纸面日期", intent.occurred_on),
        *((name, ANSWERS[name], answers.get(name)) for name in HAPPENED),
    ]
    return tuple(
        Refusal(f"“{shown}”不能晚于办理当天", name) for name, shown, day in days if day is not None and day > today
    )


def needs_of(move: Move, *, received: bool) -> tuple[str, ...]:
    """Return the materials that a move needs: of what is entered from paper, the paper first."""
    return (SIGNED_PAPER, *move.needs) if received else move.needs


def missing_materials(move: Move, given: Sequence[Material], facts: Facts, *, received: bool = False) -> list[Refusal]:
    """Return what materials are missing, given but not asked, or one file for several needs."""
    wanted = {need.rstrip("@?"): need for need in needs_of(move, received=received)}
    faults = [Refusal(f"此操作不收材料“{MATERIALS.get(m.kind, m.kind)}”") for m in given if m.kind not in wanted]
    faults += faulty_names(given)
    for kind, need in wanted.items():
        if need.endswith("@"):
            faults += _missing_evidence(kind, given, facts)
        elif not need.endswith("?") and not any(m.kind == kind for m in given):
            faults.append(Refusal(f"缺少材料：{MATERIALS[kind]}", kind, missing=True))
    return faults + _one_for_several([kind for kind in wanted if kind not in _ANYWHERE], given)


def faulty_names(given: Sequence[Material]) -> list[Refusal]:
    """Return the refusals of files whose names cannot be kept."""
    return [
        Refusal(f"材料“{shown_short(m.name)}”的文件名含有不可见的字符，请改名后再传", m.kind, m.measure)
        for m in given
        if unprintable(m.name)
    ]


def faulty_words(birth: Birth) -> list[Refusal]:
    """Return the refusal of a problem whose words cannot be kept."""
    words = (getattr(birth, name) for name in BIRTH_WORDS)
    return (
        [Refusal(f"编号 {shown_short(birth.number)} 的文字含有不可见的控制字符，请删去后再办")]
        if unprintable(" ".join(words))
        else []
    )


def faulty_number(number: str) -> str | None:
    """Return why a problem cannot bear a number: in a ledger it stands in a narrow cell, and two that look the same are one."""
    if len(number) > LONGEST_NUMBER:
        return f"编号不超过 {LONGEST_NUMBER} 个字：“{shown_short(number)}…”"
    return None if is_plain(number) else f"编号“{shown_short(number)}”含有换行或不可见的字符，请删去"


def _one_for_several(wanted: Sequence[str], given: Sequence[Material]) -> list[Refusal]:
    """What proves a measure, and the scan of what was signed, may stand anywhere; of the papers none is two, but by custom."""
    files: dict[str, list[str]] = {}
    for kind in wanted:
        for sha256 in {m.sha256 for m in given if m.kind == kind}:
            files.setdefault(sha256, []).append(kind)
    return [
        Refusal(
            f"{'、'.join(f'“{MATERIALS[kind]}”' for kind in kinds)}交的是同一份文件，请分别交各自的文件",
            kinds[0],
            also=kinds[1:],
        )
        for kinds in dict.fromkeys(tuple(kinds) for kinds in files.values() if len(kinds) > 1)
        if frozenset(kinds) not in _ONE_PAPER
    ]


def _missing_evidence(kind: str, given: Sequence[Material], facts: Facts) -> list[Refusal]:
    numbers = [number for number, _ in facts.measures]
    proved = {m.measure for m in given if m.kind == kind} | facts.evidence
    faults = [
        Refusal(f"没有第 {m.measure} 项措施", kind, m.measure)
        for m in given
        if m.kind == kind and m.measure not in (None, *numbers)
    ]
    if len(numbers) <= 1 and proved:
        return faults
    left = [number for number in numbers if number not in proved] or ([] if numbers else [1])
    return faults + [Refusal(f"第 {no} 项措施缺少{MATERIALS[kind]}", kind, no, missing=True) for no in left]


def _read(shown: str, kind: str, value: Any) -> Any:
    if not is_given(value):
        return None
    if kind.startswith("choice:"):
        return _read_choice(shown, kind.removeprefix("choice:").split("|"), value)
    return read_list(LISTS[kind], value) if kind in LISTS else _TYPES[kind](shown, value)


def _read_text(shown: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadAnswer(f"“{shown}”应为文字")
    return clean(shown, value)


def _read_unit(shown: str, value: Any) -> str:
    """Read the name of a unit as units are named; whether there is one of that name is a fact."""
    return tidy(_read_text(shown, as_text(value) or value))


def _read_date(shown: str, value: Any) -> date:
    day = as_day(value)
    if day is None:
        raise BadAnswer(f"“{shown}”不是日期：“{shown_short(value)}”，请写作 2026-03-05")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadAnswer(f"“{shown}”应在 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间")
    return day


def _read_int(shown: str, value: Any) -> int:
    text = as_text(value).translate(FULLWIDTH).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadAnswer(f"“{shown}”应为整数")
    return int(text)


def _read_choice(shown: str, choices: list[str], value: Any) -> str:
    words = {CHOICES[choice]: choice for choice in choices}
    text = as_text(value)
    if text in choices or text in words:
        return words.get(text, text)
    raise BadAnswer(f"“{shown}”应为：{'、'.join(f'{c}（{CHOICES[c]}）' for c in choices)}")


_TYPES: dict[str, Callable[[str, Any], Any]] = {
    "text": _read_text, "date": _read_date, "int": _read_int, "case": _read_int, "unit": _read_unit,
    "measures": read_measures, "judged": read_judged, "results": read_results,
}  # fmt: skip
