"""The words of the problems: typical ones of each kind of unit, every one with words of its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from seeding.county import FEWEST, Visit
from seeding.names import person_names
from states import AT_ONCE, FOCUSED

WORDS = Path(__file__).parent / "words"
TOPICS = (
    "村内道路硬化", "文化广场改造", "土地流转", "集体资产处置", "饮水管网改造", "老村部维修", "坑塘承包",
    "健身器材购置", "绿化苗木采购", "机井维修",
)  # fmt: skip
PROJECTS = ("扶贫车间", "光伏电站", "冷库", "蔬菜大棚", "食用菌基地", "粮食烘干房", "小型水利", "农产品集配站")
MARKS = {
    "脱贫攻坚": ("扶贫",), "意识形态": ("意识形态",), "选人用人": ("选人用人",), "乡村振兴": ("乡村振兴",), "营商环境": ("营商",),
    "生态环境保护": ("环境", "垃圾", "污水"), "安全生产": ("安全",),
}  # fmt: skip
"""The topics of the product's dictionary, by words that tell that a problem is of one."""
_SLOT = re.compile(r"\{(\w+)(?::(\d+)-(\d+))?\}")
_PEOPLE = 400


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as it will be fed back, with what the unit will do about it; `sum` is in yuan.

    `repeats` is the number of the problem that a void one was entered a second time for.
    """

    number: int
    visit: Visit
    no: int
    category: str
    about: str
    detail: str
    kind: str
    measures: tuple[str, ...]
    done: str
    root: str
    elsewhere: str
    sum: int | None
    responsible: str
    department: str
    person: str
    repeats: int | None = None

    @property
    def topics(self) -> list[str]:
        """Return the topics that its words are of."""
        said = self.about + self.detail
        return [topic for topic, signs in MARKS.items() if any(sign in said for sign in signs)]


class Filling:
    """One problem's values: a slot `{name}` or `{name:low-high}` has the same value wherever it stands."""

    def __init__(self, dice: Random, visit: Visit, places: Sequence[str]) -> None:
        """Draw what every problem may name: years before the feedback, a place, a topic, a project."""
        year = visit.fed.year - dice.choice((1, 1, 2, 3))
        named = {
            "year": year,
            "later": year + 1,
            "place": dice.choice(places),
            "topic": dice.choice(TOPICS),
            "project": dice.choice(PROJECTS),
        }
        self._dice = dice
        self.drawn: dict[str, Any] = dict(named)

    def __call__(self, text: str) -> str:
        """Return the text with its slots filled."""
        return _SLOT.sub(self._fill, text)

    def _fill(self, slot: re.Match[str]) -> str:
        name, low, high = slot.groups()
        if name not in self.drawn:
            draw = self._money if name == "sum" else self._dice.randint
            self.drawn[name] = draw(int(low), int(high))
        return str(self.drawn[name])

    def _money(self, low: int, high: int) -> int:
        # Most sums are small, a few are not.
        return max(low, int(low * (high / low) ** (self._dice.random() ** 2)) // 10 * 10)


def problems_of(visits: Sequence[Visit], dice: Random, taken: Collection[str] = ()) -> list[Problem]:
    """Return the problems of all inspections in their order; no two have the same words, nor any that are taken."""
    people = [name for name, _ in zip(person_names(dice), range(_PEOPLE), strict=False)]
    found: list[Problem] = []
    seen = set(taken)
    for visit in visits:
        for no, about in enumerate(_chosen(visit, dice), start=1):
            problem = _worded(len(found), visit, no, about, dice, people)
            while problem.detail in seen:
                problem = _worded(len(found), visit, no, about, dice, people)
            seen.add(problem.detail)
            found.append(problem)
    return found


def repeated(problem: Problem, number: int, no: int) -> Problem:
    """Return a problem entered a second time in other words: it will be void."""
    return replace(
        problem, number=number, no=no, detail=f"谈话了解和查阅资料时发现：{problem.detail}", repeats=problem.number
    )


@cache
def words_of(kind: str) -> dict[str, Any]:
    """Return the word list of a kind of unit."""
    return tomllib.loads((WORDS / f"{kind}.toml").read_text(encoding="utf-8"))


def _chosen(visit: Visit, dice: Random) -> Iterator[dict[str, Any]]:
    """Yield as many typical problems as the inspection found, none twice while there are others."""
    typical: list[dict[str, Any]] = words_of(visit.place.kind)["problem"]
    if visit.problems == FEWEST:  # few, and none of them done within days: they are claimed and planned
        typical = [one for one in typical if one.get("kind") != AT_ONCE]
    left = visit.problems
    while left > 0:
        yield from dice.sample(typical, min(left, len(typical)))
        left -= len(typical)


def _worded(number: int, visit: Visit, no: int, about: dict[str, Any], dice: Random, people: Sequence[str]) -> Problem:
    words = words_of(visit.place.kind)
    fill = Filling(dice, visit, words["places"])
    detail = fill(about["detail"])
    measures = tuple(map(fill, about["measures"]))
    again = Filling(dice, visit, words["places"])
    return Problem(
        number, visit, no, words["categories"][about["category"] - 1], about["about"], detail,
        about.get("kind", FOCUSED), measures, fill(about["done"]), dice.choice(words["roots"]),
        again(dice.choice(words["elsewhere"])), fill.drawn.get("sum"), dice.choice(people),
        dice.choice(words["departments"]), dice.choice(people),
    )  # fmt: skip
