"""Rows of the register in words: what each is called, and each field as people read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from register.fields import Field
from register.grammar import Kind
from register.in_words import IN_WORDS, shortened
from register.kinds import KINDS
from register.reading import SEVERAL
from storage.household import Key, Row, all_rows, listed_rows, read_row
from storage.reads.named_cases import cases_there
from storage.reads.register import KeptProfile, profiles_there
from storage.sql import Driver
from storage.stops import KIND as SUSPENSION
from storage.unit_kinds import KIND as UNIT_KIND
from storage.unit_kinds import place

EMPTIED, NOTHING = "（清空）", "（无）"
CHOSEN = ("profile", "team", UNIT_KIND)
"""Kinds whose rows a form chooses by their keys: their names may be of several."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row in words: its key, what it is called, its fields with their words, those of them that its name does not say.

    Whether it has ended; and its files: the field of each by its words.
    """

    key: Key
    called: str
    facts: tuple[tuple[str, str], ...]
    beside: tuple[tuple[str, str], ...]
    ended: bool = False
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Words:
    """The words of one jurisdiction's rows; the rows of a kind are read once."""

    driver: Driver
    jurisdiction: int
    today: date
    hidden: Collection[int] = ()
    """The cases 限定知悉 that are not there for who reads them."""
    _called: dict[str, dict[Key, str]] = field(default_factory=dict)
    _there: dict[str, list[tuple[Key, Row]]] = field(default_factory=dict)
    _cases: dict[int, str] = field(default_factory=dict)
    _kept: dict[tuple[str, Key], Row | None] = field(default_factory=dict)

    def rows(self, kind: Kind) -> list[Shown]:
        """Return every row of a kind, in words and in the order in which its list shows them."""
        return self.shown(kind, self.there(kind.name))

    def shown(self, kind: Kind, rows: Sequence[tuple[Key, Row]]) -> list[Shown]:
        """Return these rows of a kind, in words and in the order in which its list shows them."""
        self.name_cases(kind, [row for _, row in rows])
        found = [self._shown(kind, key, row) for key, row in rows]
        return found[::-1] if kind.newest_first else found

    def names(self, kind: str) -> list[tuple[Key, str]]:
        """Return what the rows of a kind are called that have not ended, in the order of its list."""
        lasting = [key for key, row in self.there(kind) if not self._ended(row)]
        ordered = lasting[::-1] if KINDS[kind].newest_first else lasting
        return [(key, self.called(kind, key)) for key in ordered]

    def name_cases(self, kind: Kind, rows: Iterable[Row]) -> None:
        """Read what the cases are called that rows of a kind name, those not known yet, at once."""
        named = {case for row in rows for case in cases_of(kind, row)}
        if new := named - self._cases.keys():
            self._cases |= cases_there(self.driver, self.jurisdiction, new)

    def kept(self, kind: Kind, key: Key) -> Row | None:
        """Return one row as it is kept, read once; None where the jurisdiction has none such."""
        if (kind.name, key) not in self._kept:
            self._kept[kind.name, key] = read_row(self.driver, kind.name, self.jurisdiction, key)
        return self._kept[kind.name, key]

    def row(self, kind: Kind, key: Key) -> Shown | None:
        """Return one row, in words; None where the jurisdiction has none such."""
        row = self.kept(kind, key)
        return None if row is None else self.shown(kind, [(key, row)])[0]

    def said(self, kind: Kind, fields: Mapping[str, Any], before: Row | None = None) -> list[tuple[str, str]]:
        """Return what was filled in, in words and in the order of the table, as a request shows it; of a change each value behind that of the row."""
        read = [(one, fields[one.name]) for one in kind.fields if one.name in fields and one.type != "hash"]
        return [
            (
                one.shown,
                self._seen(one, value, EMPTIED)
                if before is None
                else self._changed(one, self.held(one, before), value),
            )
            for one, value in read
        ]

    def changes(self, kind: Kind, before: Row | None, after: Row) -> list[tuple[str, str]]:
        """Return what an entry made of a row: what differs from the entry before it, or of the first one all there is."""
        if before is None:
            return [fact for _, fact in self._facts(kind, after)]
        there = (one for one in kind.fields if one.column in after and self._differ(one, before, after))
        return [(one.shown, self._changed(one, self.held(one, before), self.held(one, after))) for one in there]

    def _differ(self, one: Field, before: Row, after: Row) -> bool:
        return (self.held(one, before) or "") != (self.held(one, after) or "")

    def _changed(self, one: Field, before: Any, after: Any) -> str:
        old, new = self._seen(one, before, NOTHING), self._seen(one, after, EMPTIED)
        return new if old == new else f"{old} → {new}"

    def _seen(self, one: Field, value: Any, empty: str) -> str:
        return empty if value in (None, "") else self._value(one, value)

    def written(self, kind: Kind, key: Key) -> dict[str, str]:
        """Return the values of a row as a form has them, to be changed or emptied."""
        row = self.kept(kind, key) or {}
        self.name_cases(kind, [row])
        return {one.name: self._as_written(one, row) for one in kind.fields if row.get(one.column) not in (None, "")}

    def _as_written(self, one: Field, row: Row) -> str:
        if one.refers and one.type not in CHOSEN:
            return self.called(one.type, row[one.column])
        if one.type == "cases":
            return SEVERAL.join(f"#{case}" for case in numbers_of(self.held(one, row)))
        return self._value(one, row[one.column]) if one.type in {"flag", "case"} else str(self.held(one, row) or "")

    def called(self, kind: str, key: Key) -> str:
        """Return what a row is called."""
        if kind == "profile":
            return self.profiles.get(str(key), str(key))
        if kind not in self._called:
            self._called[kind] = {one: self._name(KINDS[kind], one, row) for one, row in self.there(kind)}
            if code := KINDS[kind].referred_by:
                self._called[kind] |= {row[code]: self._name(KINDS[kind], one, row) for one, row in self.there(kind)}
        return self._called[kind].get(key, str(key))

    def ahead(self, *kinds: str) -> None:
        """Read every row of several kinds without tables of their own, those not read yet, at once."""
        if wanted := [kind for kind in kinds if kind not in self._there]:
            found = listed_rows(self.driver, wanted, self.jurisdiction)
            self._there |= {kind: _in_order(KINDS[kind], rows) for kind, rows in found.items()}

    def there(self, kind: str) -> list[tuple[Key, Row]]:
        """Return every row of a kind as it is kept, read once."""
        if kind not in self._there:
            self._there[kind] = _in_order(KINDS[kind], all_rows(self.driver, kind, self.jurisdiction))
        return self._there[kind]

    def _shown(self, kind: Kind, key: Key, row: Row) -> Shown:
        facts = {one.name: fact for one, fact in self._facts(kind, row)}
        among = kind.brief or tuple(facts)
        beside = tuple(fact for name, fact in facts.items() if name in among and name not in kind.named_by)
        called = self._name(kind, key, row) or (
            f"{kind.shown} {shortened(key)}" if isinstance(key, str) else kind.shown
        )
        files = {one.shown: one.name for one in kind.fields if one.type == "file" and one.name in facts}
        return Shown(key, called, tuple(facts.values()), beside, ended=self._ended(row), files=files)

    def _ended(self, row: Row) -> bool:
        end = row.get("ends_on")
        return end is not None and str(end) < str(self.today)

    def _facts(self, kind: Kind, row: Row) -> Iterator[tuple[Field, tuple[str, str]]]:
        for one in kind.fields:
            held = self.held(one, row)
            if held not in (None, "", []):
                yield one, (one.shown, self._value(one, held))

    def held(self, one: Field, row: Row) -> Any:
        """Return what a row holds of a field: of a file the hash and the name, as the field says them; of cases those that are there.

        The name of a file tells what is in it: none is there of a row about a case that is not.
        """
        if one.type == "file" and self.hidden and not {*self.hidden}.isdisjoint(_cases_in(row)):
            return None
        if one.type == "file" and row.get(one.column):
            return f"{row[one.column]} {row.get(one.columns[1]) or ''}"
        if one.type in _CASES and self.hidden and row.get(one.column):
            return [case for case in numbers_of(row[one.column]) if case not in self.hidden]
        return row.get(one.column)

    @cached_property
    def profiles(self) -> dict[str, str]:
        """Return the profiles that are kept, the newest last: what each is called by its hash."""
        return {one.hash: str(one) for one in self._profiles}

    @cached_property
    def newest_profiles(self) -> dict[str, str]:
        """Return of each profile the newest version: what a new round may follow."""
        return {one.hash: str(one) for one in {one.name: one for one in self._profiles}.values()}

    @cached_property
    def _profiles(self) -> list[KeptProfile]:
        return profiles_there(self.driver)

    def _name(self, kind: Kind, key: Key, row: Row) -> str:
        if kind.name == "profile":
            return self.profiles.get(str(key), "")
        if kind.name == "dictionary":
            return f"{row['name']} 第 {row['version']} 版"
        if kind.name == SUSPENSION:
            return self._span(kind, row)
        values = (
            self._value(kind.field(name), row[kind.field(name).column])
            for name in kind.named_by
            if row.get(kind.field(name).column)
        )
        return " ".join(values)

    def _span(self, kind: Kind, row: Row) -> str:
        """Return from when to when, and whose: of the unit or the case that is meant, where it is there for the reader."""
        said = {name: self._value(one, held) for name in ("starts_on", "ends_on", "reach", "unit", "case")
                if (held := self.held(one := kind.field(name), row)) not in (None, "", [])}  # fmt: skip
        whose = said.get("case") or (f"{said['unit']}的问题" if "unit" in said else said["reach"])
        return f"从{said['starts_on']}到{said['ends_on']}，{whose}"

    def _value(self, one: Field, value: Any) -> str:
        if one.refers and value is not None:
            return self.called(one.type, value)
        if one.type in _CASES:
            return "、".join(self._cases.get(case, f"#{case}") for case in numbers_of(value))
        if one.type in {"choice", "choices"}:
            words = dict(one.choices)
            return "、".join(words.get(part, part) for part in str(value).split(SEVERAL))
        if one.type == "people":
            return "、".join(self.called("person", int(person)) for person in value.split())
        return IN_WORDS.get(one.type, str)(value)


def _in_order(kind: Kind, rows: Iterable[tuple[Key, Row]]) -> list[tuple[Key, Row]]:
    """Return rows in the order that their kind says, or as they came."""
    by = kind.ordered_by
    return sorted(rows, key=lambda one: place(one[1].get(by), int(one[0]))) if by else list(rows)


_CASES: Final = frozenset({"case", "cases"})


_COLUMNS: Final = frozenset(one.column for kind in KINDS.values() for one in kind.fields if one.type in _CASES)


def _cases_in(row: Row) -> list[int]:
    return [case for column in _COLUMNS for case in numbers_of(row.get(column))]


def cases_of(kind: Kind, row: Row) -> list[int]:
    """Return the cases that a row of a kind names."""
    columns = [one.column for one in kind.fields if one.type in _CASES]
    return [case for column in columns for case in numbers_of(row.get(column))]


def numbers_of(value: Any) -> list[int]:
    """Return the cases that a field of theirs holds: one, several or none."""
    if isinstance(value, str):  # as a table keeps them
        return [int(case) for case in value.split()]
    return [value] if isinstance(value, int) else list(value or ())
