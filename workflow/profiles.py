"""A profile 时限方案: limits, rungs and criteria with a name and a version, bound to a round."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, Literal

from states import CLOCKS, CRITERIA
from workflow.calendar import Calendar
from workflow.deadlines import Limit, add_workdays, before, half_way, workdays_before

LIMITS = (
    "claim", "claim_left", "fact_check", "plan", "plan_again", "review", "at_once", "focused", "continuing",
    "continuing_review", "standing", "acceptance", "rescind", "publication", "put", "decision", "look_back",
    "standing_look_back", "acknowledge", "extension", "refused_left", "first_told",
)  # fmt: skip
_WHEN = re.compile(r"(\d+) (days?|workdays?) (before|after|in)")


class BadProfile(ValueError):
    """A profile says something that cannot be understood; names the key."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"时限方案 {where}：{why}")


@dataclass(frozen=True, slots=True)
class When:
    """The day on which a rung is reached: half-way, at the date, overdue, or so many days before, after, in."""

    how: Literal["half", "due", "overdue", "before", "after", "in"]
    number: int = 0
    workdays: bool = False

    @classmethod
    def parse(cls, text: str) -> When:
        """Read `half`, `due`, `overdue`, `20 days before`, `1 workday before`, `5 workdays in` (after the start)."""
        if text == "half":
            return cls("half")
        if text == "due":
            return cls("due")
        if text == "overdue":
            return cls("overdue")
        read = _WHEN.fullmatch(text)
        if not read:
            raise ValueError(text)
        how: Any = read[3]
        return cls(how, int(read[1]), read[2].startswith("work"))

    def day(self, start: date, due: date, calendar: Calendar, *, workday_clock: bool) -> date:
        """Return the first day on which the rung is reached."""
        if self.how == "half":
            return half_way(start, due, calendar if workday_clock else None)
        if self.how == "due":
            return due
        anchor = start if self.how == "in" else due
        number = 1 if self.how == "overdue" else -self.number if self.how == "before" else self.number
        if self.workdays:
            return workdays_before(due, self.number, calendar) if number < 0 else add_workdays(anchor, number, calendar)
        return before(anchor, -number)


@dataclass(frozen=True)
class Profile:
    """The numbers of one place and year; everything here is configuration."""

    name: str
    version: int
    body: str

    @classmethod
    def of(cls, name: str, table: Mapping[str, Any]) -> Profile:
        """Build and check a profile from its configuration table."""
        profile = cls(
            name, int(table["version"]), json.dumps({"name": name, **table}, sort_keys=True, ensure_ascii=False)
        )
        profile._check()
        return profile

    @cached_property
    def digest(self) -> str:
        """Return the hash that entries and rounds name."""
        return sha256(self.body.encode()).hexdigest()

    @cached_property
    def table(self) -> dict[str, Any]:
        """Return the configuration as it was written."""
        table: dict[str, Any] = json.loads(self.body)
        return table

    @property
    def title(self) -> str:
        """Return the name shown to people."""
        return str(self.table.get("title", self.name))

    @cached_property
    def limits(self) -> dict[str, Limit]:
        """Return each limit by name."""
        return {name: self._limit(name) for name in LIMITS}

    @cached_property
    def rungs(self) -> dict[str, dict[str, When]]:
        """Return the rungs of each clock, in the order of the life."""
        return {
            clock.name: {rung: self._when(clock.name, rung) for rung, _ in clock.rungs} for clock in CLOCKS.values()
        }

    @cached_property
    def verifiers(self) -> tuple[str, ...]:
        """Return the roles that may verify 销号."""
        return tuple(self.table["verifiers"])

    def criterion(self, name: str) -> dict[str, Any]:
        """Return the numbers of a criterion of 整改不力."""
        numbers: dict[str, Any] = self.table["criteria"][name]
        return numbers

    def _limit(self, name: str) -> Limit:
        try:
            return Limit.parse(self.table["limits"][name])
        except KeyError:
            raise BadProfile(f"{self.name}.limits", f"缺少 {name}") from None
        except ValueError as error:
            raise BadProfile(f"{self.name}.limits.{name}", str(error)) from error

    def _when(self, clock: str, rung: str) -> When:
        text = self.table["rungs"].get(clock, {}).get(rung)
        if text is None:
            raise BadProfile(f"{self.name}.rungs.{clock}", f"缺少 {rung}")
        try:
            return When.parse(text)
        except ValueError:
            raise BadProfile(
                f"{self.name}.rungs.{clock}.{rung}",
                f"看不懂“{text}”，请写作 half、due、overdue、20 days before、5 workdays in",
            ) from None

    def _known(self, where: str, written: Iterable[str], known: Iterable[str]) -> None:
        for key in sorted(set(written) - set(known)):
            near = get_close_matches(key, list(known), n=1)
            raise BadProfile(f"{self.name}.{where}", f"没有 {key} 这个键" + (f"，是不是 {near[0]}？" if near else ""))

    def _check(self) -> None:
        _ = self.limits, self.rungs, self.verifiers
        self._known("limits", self.table["limits"], LIMITS)
        self._known("criteria", self.table["criteria"], CRITERIA)
        self._known("rungs", self.table["rungs"], CLOCKS)
        for name, rungs in self.rungs.items():
            self._known(f"rungs.{name}", self.table["rungs"].get(name, {}), rungs)
        for name in CRITERIA:
            if "escalate" not in self.table["criteria"].get(name, {}):
                raise BadProfile(f"{self.name}.criteria.{name}", "缺少 escalate")


@lru_cache(maxsize=256)
def parsed(body: str) -> Profile:
    """Return the profile kept in a row."""
    table = json.loads(body)
    return Profile(table["name"], int(table["version"]), body)
