"""Who gives an opinion together 联审、验收, as a profile says: which parties, how many must have spoken, in which order, who consolidates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grammar import Move
from states import ACTIONS, DISCIPLINE, OFFICE, ORGANISATION, PLAN_REVIEW, ROLES, SUBMITTED, TEAM

PLAN, CLOSING = "plan", "closing"
STAGES: Final = {PLAN: ("联审", PLAN_REVIEW), CLOSING: ("验收", SUBMITTED)}
"""Where opinions are given: in words, and the state in which a case lies before the parties."""
MAY_CONSOLIDATE: Final = (OFFICE, DISCIPLINE)
WORDS: Final = {
    "parties": "参加方", "enough": "几方提出意见以后可以办理", "in_order": "提意见的次序", "consolidates": "意见由谁汇总",
    "silence": "逾期未反馈的",
}  # fmt: skip
"""What a profile says of a stage, in words."""
CHOICES: Final = {
    "in_order": {"free": "不分先后", "fixed": "按参加方的次序"},
    "consolidates": {role: ROLES[role] for role in MAY_CONSOLIDATE},
    "silence": {"explained": "说明理由后可以办理", "no_objection": "视为无意见"},
}
USUAL: Final[Mapping[str, Mapping[str, Any]]] = {
    PLAN: {"parties": (TEAM, DISCIPLINE, ORGANISATION), "enough": 0, "in_order": "free", "consolidates": OFFICE, "silence": "explained"},
    CLOSING: {"parties": (TEAM, DISCIPLINE, ORGANISATION), "enough": 0, "in_order": "free", "consolidates": OFFICE},
}  # fmt: skip
"""What holds where a profile says nothing; at acceptance nobody's silence is taken for consent."""


def may_opine() -> tuple[str, ...]:
    """Return the roles of which a profile says which give an opinion."""
    return ACTIONS["opine"].who


@dataclass(frozen=True, slots=True)
class Joint:
    """The parties of one stage in their order; `enough` of them must have spoken, 0 is all."""

    parties: tuple[str, ...]
    enough: int = 0
    in_order: bool = False
    consolidates: str = OFFICE
    silence_agrees: bool = False

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Joint:
        """Build it from what a profile says of a stage."""
        return cls(
            tuple(said["parties"]), said["enough"], said["in_order"] == "fixed", said["consolidates"],
            said.get("silence") == "no_objection",
        )  # fmt: skip

    def before(self, role: str) -> tuple[str, ...]:
        """Return who speaks before a party: those before it in a fixed order, all others before who consolidates; the office decides last anyhow."""
        if role not in self.parties:
            return ()
        if self.in_order:
            return self.parties[: self.parties.index(role)]
        return tuple(one for one in self.parties if one != role) if role == self.consolidates != OFFICE else ()


def stage_of(state: str) -> str | None:
    """Return in which stage a case is in a state."""
    return next((stage for stage, (_, lies_in) in STAGES.items() if lies_in == state), None)


def stage_decided(move: Move) -> str | None:
    """Return the stage that a move decides on: it is bound by the opinions."""
    return stage_of(move.origin[0]) if "opinions_in" in move.only_if else None


def joint_faults(stage: str, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in what a profile writes of a stage, each with its key."""
    if stage == CLOSING and "silence" in said:
        yield "silence", "验收不能把逾期未反馈视为无意见，这一项只用于联审，请删去"
    for name, words in CHOICES.items():
        if name in said and name in USUAL[stage] and said[name] not in list(words):
            yield (
                name,
                f"“{_short(said[name])}”不对，应为 {' 或 '.join(f'{one}（{shown}）' for one, shown in words.items())}",
            )
    parties = said.get("parties", USUAL[stage]["parties"])
    if not _are_parties(parties):
        known = "、".join(f"{role}（{ROLES[role]}）" for role in may_opine())
        yield "parties", f"“{_short(parties)}”不对，应为不重复的角色的清单，可以写 {known}"
        return
    yield from _nonsense(stage, parties, {**USUAL[stage], **said})


def _nonsense(stage: str, parties: tuple[str, ...] | list[str], said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what can each be written, and makes no sense together."""
    enough, last = said["enough"], said["consolidates"]
    if list(parties) == [OFFICE]:
        yield "parties", "只有巡察办自己，没有别的一方提意见"
    if stage == CLOSING and DISCIPLINE not in parties:
        yield "parties", "验收须有 discipline（纪委监委）：没有它的意见不能销号"
    if not isinstance(enough, int) or isinstance(enough, bool) or not 0 <= enough <= len(parties):
        yield "enough", f"“{_short(enough)}”不对，参加方有 {len(parties)} 个，应为 0（全部）到 {len(parties)} 的整数"
    elif 0 < enough < len(parties) and said["in_order"] == "fixed":
        yield "enough", "按次序提意见的，须各方都提：enough 写 0，或 in_order 写 free"
    if last in ROLES and last != OFFICE and last not in parties:
        yield "consolidates", f"{ROLES[last]}不是参加方，不能由它汇总意见"
    elif last in parties and last != OFFICE and said["in_order"] == "fixed" and parties[-1] != last:
        yield "consolidates", f"按次序提意见的，汇总的{ROLES[last]}须排在参加方的最后"


def _are_parties(parties: object) -> bool:
    known = may_opine()
    return (
        isinstance(parties, list | tuple) and bool(parties)
        and all(isinstance(one, str) and one in known for one in parties) and len(set(parties)) == len(parties)
    )  # fmt: skip


def _short(one: object) -> str:
    text = str(list(one) if isinstance(one, tuple) else one)
    return text if len(text) <= 60 else f"{text[:60]}…"
