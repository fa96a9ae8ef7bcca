"""What a lamp says: shape, word and number, so that colour is never needed."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

NEAR_DAYS: Final = 10


class Lamp(NamedTuple):
    """How a lamp looks (late, near, ok, none) and what it says."""

    look: str
    words: str


def lamp_of(due: date | None, today: date, *, paused: bool = False, plain: bool = False) -> Lamp:
    """● 正常, ▲ 剩 4 天, ■ 逾期 12 天; where nothing may be called 正常 (escalated, suspected, others' turn) only the days are said."""
    if due is None:
        return Lamp("none", "—")
    if paused:
        return Lamp("none", "◇ 暂停计时")
    left = (due - today).days
    if left < 0:
        return Lamp("late", f"■ 逾期 {-left} 天")
    if left <= NEAR_DAYS:
        return Lamp("near", f"▲ 剩 {left} 天" if left else "▲ 今天到期")
    return Lamp("none", f"● 剩 {left} 天") if plain else Lamp("ok", "● 正常")
