"""The sentence that is signed 签字文本: who, in which post, on which day, does what to which cases, with what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from clock import chinese_date
from grammar import Move
from results import LISTS
from states import CHOICES, COSIGNERS, GIVER, MATERIALS, ROLES, TAKER, WITNESS
from storage.reads.cases import Shown
from web.filters import filed_measure, spoken
from web.manners import KIND_OF
from web.viewer import Viewer
from workflow.achieved import said_figure, shown_row
from workflow.answers import answer_word
from workflow.judging import said_judged
from workflow.shown import PAPERS
from workflow.subject import Intent

Going = Sequence[tuple[Shown, Intent]]
_VOUCHED: Final = {
    GIVER: "如实交出，没有隐瞒遗漏", TAKER: "同意接收，自接收之日起由本人负责整改", WITNESS: "由本人监交，交出人、接收人的手续已核对",
}  # fmt: skip
"""What each of those who sign a hand-over vouches for."""
_LONGEST: Final = 80
_MOST_FILES: Final = 30


def signed_text(viewer: Viewer, move: Move, going: Going, today: date, prepared: str = "", part: str = "") -> str:
    """Return the sentence by which somebody signs for an act on these cases; `prepared` is who prepared it, if another, `part` as what they sign.

    What each intent says it has shown is what stands there: the evidence attached before belongs to what is signed.
    """
    role = f"（{COSIGNERS[part]}）" if part else ""
    received = any(intent.received for _, intent in going)
    verb = f"签字代录“{move.shown}”" if received else f"签字{move.shown}{role}"
    parts = [
        f"{viewer.post_words} {viewer.name} 于{chinese_date(today)}{verb}：{named_cases(case for case, _ in going)}",
        f"代{ROLES[move.on_behalf]}登记" if move.on_behalf else "",
        f"由{prepared}起草" if prepared else "",
        *_answers(going),
        _files(going),
        *_papers(going),
        *_days(going),
    ]
    truth = "，并对报送材料的真实性负责" if move.filing and not received else ""
    what = _VOUCHED.get(part) or ("与单位签字件一致" if received else f"确认属实{truth}")
    return f"{'；'.join(filter(None, parts))}。以上将记录的内容和所列材料，本人已看过，{what}。"


def named_cases(cases: Iterable[Shown]) -> str:
    """Name the cases unit by unit; those of several rounds round by round, for their numbers begin anew in each."""
    units: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        units.setdefault((case.round, case.unit), []).append(str(case.number))
    rounds = len({around for around, _ in units})
    named = "、".join(
        f"{unit}{around if rounds > 1 else ''}第 {'、'.join(numbers)} 号问题"
        for (around, unit), numbers in units.items()
    )
    count = sum(map(len, units.values()))
    return f"{named}（共 {count} 个）" if count > 1 else named


def _answers(going: Going) -> list[str]:
    """Say each answer: its words where all cases have the same, else that each has its own."""
    said: list[str] = []
    for name in dict.fromkeys(name for _, intent in going for name in intent.answers):
        word = answer_word(name, going[0][0].kind)
        values = {_spoken(name, intent.answers.get(name)) for _, intent in going}
        said.append(f"{word}：{values.pop()}" if len(values) == 1 else f"{word}：各问题分别填写，如上所列")
    return said


def _spoken(name: str, value: Any) -> str:
    text = _whole(name, value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…（全文 {len(text)} 字）"


def _whole(name: str, value: Any) -> str:
    kind = KIND_OF.get(name)
    if kind == "measures" and value:
        return f"{len(value)} 项，" + "；".join(filed_measure(one) for one in value)
    if kind == "judged" and value:
        return said_judged(value)
    if kind in LISTS and value:
        return f"{len(value)} 行，" + "；".join(shown_row(kind, one) for one in value)
    if kind == "results" and isinstance(value, Mapping):
        return "，".join(said_figure(one, amount) for one, amount in value.items()) or "无"
    if kind == "choice":
        return CHOICES.get(str(value), str(value))
    return spoken(str(value or "无"))


def _files(going: Going) -> str:
    new = [(MATERIALS[m.kind], m.name, m.sha256) for _, intent in going for m in intent.materials]
    there = [intent.shown.files for _, intent in going if intent.shown]
    earlier = [("此前所传佐证材料", name, digest) for files in there for _, name, digest in files]
    files = list(dict.fromkeys([*new, *earlier]))
    named = [f"{words}“{name}”（{digest[:16]}）" for words, name, digest in files[:_MOST_FILES]]
    more = f"等 {len(files)} 份" if len(files) > _MOST_FILES else ""
    return f"材料：{'、'.join(named)}{more}" if named else ""


def _papers(going: Going) -> list[str]:
    """Say the papers that wait, where who signs answers for them."""
    shown = [dict(intent.shown.said) for _, intent in going if intent.shown]
    said = dict.fromkeys(text for one in shown for name, text in one.items() if name.startswith(f"{PAPERS}."))
    return [f"代录的签字件：{'、'.join(said)}"] if said else []


def _days(going: Going) -> list[str]:
    days = dict.fromkeys(intent.occurred_on for _, intent in going if intent.occurred_on)
    word = "签字日期" if any(intent.received for _, intent in going) else "纸面日期"
    return [f"{word}：{'、'.join(map(chinese_date, days))}"] if days else []
