"""Rows of the register in words: what each is called, and each field as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

import clock
from register.kinds import CAPACITY_WORDS, KINDS, Field, Kind
from states import ROLES
from storage import dictionary
from storage.household import Key, Row, all_rows, read_row
from storage.reads.register import profiles_there
from storage.sql import Driver
from workflow.days.arrangement import read_written, shown, years_in

EMPTIED, NOTHING = "（清空）", "（无）"
LONGEST_HASH = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """A row in words: its key, what it is called, its fields with their words, those of them that its name does not say, whether it has ended."""

    key: Key
    called: str
    facts: tuple[tuple[str, str], ...]
    beside: tuple[tuple[str, str], ...]
    ended: bool = False


@dataclass
class Words:
    """The words of one jurisdiction's rows; the rows of a kind are read once."""

    driver: Driver
    jurisdiction: int
    today: date
    _called: dict[str, dict[Key, str]] = field(default_factory=dict)
    _there: dict[str, list[tuple[Key, Row]]] = field(default_factory=dict)

    def rows(self, kind: Kind) -> list[Shown]:
        """Return every row of a kind, in words and in the order in which its list shows them."""
        found = [self._shown(kind, key, row) for key, row in self.there(kind.name)]
        return found[::-1] if kind.newest_first else found

    def names(self, kind: Kind) -> list[str]:
        """Return what the rows of a kind are called that have not ended, as people choose from them."""
        there = [(key, row) for key, row in self.there(kind.name) if not self._ended(row)]
        return [self._name(kind, key, row) for key, row in (reversed(there) if kind.newest_first else there)]

    def row(self, kind: Kind, key: Key) -> Shown | None:
        """Return one row, in words; None where the jurisdiction has none such."""
        row = read_row(self.driver, kind.name, self.jurisdiction, key)
        return None if row is None else self._shown(kind, key, row)

    def said(self, kind: Kind, fields: Mapping[str, Any], before: Row | None = None) -> list[tuple[str, str]]:
        """Return what was filled in, in words and in the order of the table, as a request shows it; of a change each value behind that of the row."""
        read = [(one, fields[one.name]) for one in kind.fields if one.name in fields and one.type != "hash"]
        return [
            (
                one.shown,
                self._seen(one, value, EMPTIED)
                if before is None
                else self._changed(one, before.get(one.column), value),
            )
            for one, value in read
        ]

    def changes(self, kind: Kind, before: Row | None, after: Row) -> list[tuple[str, str]]:
        """Return what an entry made of a row: what differs from the entry before it, or of the first one all there is."""
        if before is None:
            return [fact for _, fact in self._facts(kind, after)]
        there = (one for one in kind.fields if one.column in after and self._differ(one, before, after))
        return [(one.shown, self._changed(one, before.get(one.column), after[one.column])) for one in there]

    def _differ(self, one: Field, before: Row, after: Row) -> bool:
        return (before.get(one.column) or "") != (after[one.column] or "")

    def _changed(self, one: Field, before: Any, after: Any) -> str:
        old, new = self._seen(one, before, NOTHING), self._seen(one, after, EMPTIED)
        return new if old == new else f"{old} → {new}"

    def _seen(self, one: Field, value: Any, empty: str) -> str:
        return empty if value in (None, "") else self._value(one, value)

    def written(self, kind: Kind, key: Key) -> dict[str, str]:
        """Return the values of a row as a form has them, to be changed or emptied."""
        row = read_row(self.driver, kind.name, self.jurisdiction, key) or {}
        return {
            one.name: self.called(one.type, row[one.column])
            if one.refers and one.type != "profile"
            else str(row[one.column])
            for one in kind.fields
            if row.get(one.column) not in (None, "")
        }

    def called(self, kind: str, key: Key) -> str:
        """Return what a row is called."""
        if kind not in self._called:
            self._called[kind] = self.profiles if kind == "profile" else self._all_called(kind)
        return self._called[kind].get(key, str(key))

    def _all_called(self, kind: str) -> dict[Key, str]:
        return {one: self._name(KINDS[kind], one, row) for one, row in self.there(kind)}

    def there(self, kind: str) -> list[tuple[Key, Row]]:
        """Return every row of a kind as it is kept, read once."""
        if kind not in self._there:
            self._there[kind] = list(all_rows(self.driver, kind, self.jurisdiction))
        return self._there[kind]

    def _shown(self, kind: Kind, key: Key, row: Row) -> Shown:
        facts = {one.name: fact for one, fact in self._facts(kind, row)}
        beside = tuple(fact for name, fact in facts.items() if name not in kind.named_by)
        called = self._name(kind, key, row) or (
            f"{kind.shown} {shortened(key)}" if isinstance(key, str) else kind.shown
        )
        return Shown(key, called, tuple(facts.values()), beside, ended=self._ended(row))

    def _ended(self, row: Row) -> bool:
        end = row.get("ends_on")
        return end is not None and str(end) < str(self.today)

    def _facts(self, kind: Kind, row: Row) -> Iterator[tuple[Field, tuple[str, str]]]:
        for one in kind.fields:
            if row.get(one.column) not in (None, ""):
                yield one, (one.shown, self._value(one, row[one.column]))

    @cached_property
    def profiles(self) -> dict[Key, str]:
        """Return the profiles that are kept, the newest last: what each is called by its hash."""
        return {one.hash: str(one) for one in profiles_there(self.driver)}

    def _name(self, kind: Kind, key: Key, row: Row) -> str:
        if kind.name == "profile":
            return self.profiles.get(key, "")
        if kind.name == "dictionary":
            return f"{row['name']} 第 {row['version']} 版"
        values = (
            self._value(kind.field(name), row[kind.field(name).column])
            for name in kind.named_by
            if row.get(kind.field(name).column)
        )
        return " ".join(values)

    def _value(self, one: Field, value: Any) -> str:
        if one.refers and value is not None:
            return self.called(one.type, value)
        words = {"role": ROLES, "capacity": CAPACITY_WORDS, "choice": dict(one.choices)}.get(one.type)
        if words is not None:
            return str(words.get(value, value))
        return _SAID.get(one.type, str)(value)


def shortened(digest: str) -> str:
    """Return the first and last signs of a hash."""
    return f"{digest[:8]}…{digest[-4:]}" if len(digest) > LONGEST_HASH else digest


def _days(value: str) -> str:
    days = read_written(value)
    return "；".join(str(shown(days, year)) for year in years_in(days))


def _entries(value: str) -> str:
    count = Counter(entry.section for entry in dictionary.read_written(value))
    return "、".join(f"{words} {count[name]} 项" for name, words in dictionary.SECTIONS.items() if count[name])


def _date(value: date | str) -> str:
    return clock.chinese_date(value if isinstance(value, date) else date.fromisoformat(value))


_SAID: Final[dict[str, Callable[[Any], str]]] = {
    "days": _days, "entries": _entries, "date": _date, "hash": lambda value: shortened(str(value)), "flag": lambda value: "是" if value else "否",
}  # fmt: skip
"""How the value of a field is said, by its type."""
