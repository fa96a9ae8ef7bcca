"""The entry 流转记录: what an auditor must find in it, texts and answers only as commitments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import clock
from results import RESULTS
from storage.security import VIAS as DOORS
from trail.canonical import canonical
from trail.salt import commit, new_salt

FORMAT = 1
VIAS = {**DOORS, "token": "接口", "clock": "定时任务", "release": "随程序"}
"""By which way an entry came, in words: what people do through a door, and what comes without one."""
Dice = Callable[[int], bytes]


@dataclass(slots=True)
class Sealed:
    """Texts of one entry: their commitments go into the body, salts and texts beside it."""

    dice: Dice
    kept: dict[str, list[str]]

    def seal(self, name: str, text: str) -> str:
        """Return the commitment of a text and keep its salt and words under the name."""
        salt = new_salt(self.dice)
        self.kept[name] = [salt.hex(), text]
        return commit(salt, text)

    def side(self) -> str:
        """Return the side row of the entry."""
        return canonical(self.kept).decode()


def as_text(value: Any) -> str:
    """Return an answer as the text that is committed to: plain for words and dates, canonical JSON for lists."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return canonical(plain(value)).decode()


def plain(value: Any) -> Any:
    """Return the value with dates as ISO text, ready for canonical JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else value


def seal_answers(answers: Mapping[str, Any], sealed: Sealed) -> dict[str, Any]:
    """Return the commitments of all answers, by name; of figures each has its own, so that one is opened without the others."""
    return {name: _sealed(f"answers.{name}", value, sealed) for name, value in answers.items()}


def _sealed(name: str, value: Any, sealed: Sealed) -> Any:
    if isinstance(value, Mapping):
        return {kind: sealed.seal(f"{name}.{kind}", RESULTS[kind].recorded(amount)) for kind, amount in value.items()}
    return sealed.seal(name, as_text(value))


def encode(index: int, jurisdiction: str, kind: str, at: int, fields: Mapping[str, Any]) -> bytes:
    """Return the bytes of an entry; `at` is microseconds, and the entry says when in text."""
    return canonical(
        {"v": FORMAT, "kind": kind, "index": index, "jurisdiction": jurisdiction, "at": instant(at), **fields}
    )


@lru_cache(maxsize=64)
def instant(at: int) -> str:
    """Return an instant (microseconds) as entries say it; all entries of a batch have the same one."""
    return clock.iso(clock.from_micros(at))
