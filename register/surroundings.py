"""What requests are about, as that is now: their rows, whom they would reach, who looks alike, who holds the posts.

Read in a few statements, however many requests there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from register.holding import Holders, Leaving
from register.kinds import KINDS
from storage.household import Key, Row, read_rows
from storage.looks import Looks
from storage.reads import posts
from storage.requests import Asking
from storage.sql import Driver


@dataclass(slots=True)
class Surroundings:
    """What was read around some requests of one jurisdiction."""

    jurisdiction: int
    today: date
    holders: Holders
    _rows: dict[tuple[str, Key], Row] = field(default_factory=dict)
    _owners: dict[int | None, int] = field(default_factory=dict)
    """By request: whose account it is, or who would get a further login or post."""
    _posts: dict[int, list[int]] = field(default_factory=dict)
    _new: set[int | None] = field(default_factory=set)
    _alike: list[tuple[int, str, str | None]] = field(default_factory=list)
    _logins: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, driver: Driver, jurisdiction: int, requests: Sequence[Asking], today: date) -> Surroundings:
        """Read what there is around requests, as it is today."""
        found, looks = cls(jurisdiction, today, Holders(today)), Looks(driver)
        asked = looks.at(found._read, [(one.kind, one.key) for one in requests if one.key is not None])
        meant = looks.at(found._find_meant, [one for one in requests if _opens(one)])
        looks.at(found._find_alike, [one.said for one in requests if _names_somebody(one)])
        asked(), meant()
        accounts = [one for one in requests if one.kind == "account"]
        found._owners |= {one.id: row["person_id"] for one in accounts if (row := found.row(one))}
        looks.at(found._read, [("person", person) for person in dict.fromkeys(found._owners.values())])
        looks.at(found._find_holders, requests)
        looks.settle()
        return found

    def _read(self, driver: Driver, wanted: Iterable[tuple[str, Key]]) -> None:
        keys: dict[str, list[Key]] = defaultdict(list)
        for kind, key in wanted:
            keys[kind].append(key)
        looks = Looks(driver)
        there = {kind: looks.at(read_rows, kind, self.jurisdiction, own) for kind, own in keys.items()}
        for kind, rows in there.items():
            self._rows |= {(kind, key): row for key, row in rows().items()}

    def _find_meant(self, driver: Driver, openings: Sequence[Asking]) -> None:
        """Find who would get a further login or post, with the posts that they hold."""
        meant = posts.people_meant(driver, self.jurisdiction, [one.said for one in openings])
        for one, (person, has_login) in zip(openings, meant, strict=True):
            self._new |= set() if has_login else {one.id}
            self._owners |= {} if person is None else {one.id: person}
        self._posts = posts.posts_of(driver, [self._owners[one.id] for one in openings if one.id in self._owners])
        self._read(driver, [("post", post) for held in self._posts.values() for post in held])

    def _find_alike(self, driver: Driver, saids: Sequence[dict[str, str]]) -> None:
        names, addresses = ([said[name] for said in saids if said.get(name)] for name in ("name", "email"))
        self._alike = posts.look_alikes(driver, self.jurisdiction, names, addresses)
        self._logins = posts.logins_of(driver, [number for number, _, _ in self._alike])

    def _find_holders(self, driver: Driver, requests: Sequence[Asking]) -> None:
        leaves = [self._leaver(one) for one in requests]
        owners = [owner for one in requests if one.kind == "account" and (owner := self.owner(one)) is not None]
        units = [unit for one in requests if (unit := self._place(one)[1]) is not None]
        after = [
            one.said["successor"]
            for one, who in zip(requests, leaves, strict=True)
            if who and one.said.get("successor")
        ]
        if owners or units or any(leaves):
            people = [*owners, *(who for who in leaves if who)]
            self.holders = Holders.of(driver, self.today, people, units, after)

    def _leaver(self, one: Asking) -> int | None:
        """Return who leaves posts by a request: whose account is closed, whose post ends."""
        row = self.row(one)
        leaves = (one.kind, one.act) in {("account", "close"), ("post", "end")}
        return row["person_id"] if leaves and row else None

    def _place(self, one: Asking) -> tuple[str, int | None]:
        """Return role and unit of the post that a request is about."""
        row = self.row(one) or {}
        if one.kind == "post" or _opens(one):
            role, unit = one.said.get("role", row.get("role")), one.said.get("unit", row.get("unit_id"))
            return role or "", unit or None
        return "", None

    def held_now(self, one: Asking) -> str:
        """Return who holds now what a request gives or takes, in words; empty where it is about no post of a unit."""
        return self.holders.now(*self._place(one))

    def held_after(self, one: Asking) -> tuple[str, ...]:
        """Return, in words, who will hold what somebody leaves by a request; nothing where the posts are kept with another account."""
        person, row, successor = self._leaver(one), self.row(one) or {}, one.said.get("successor") or None
        if person is None or (one.kind == "account" and not self.holders.is_last_account(person)):
            return ()
        held = self.holders.by_person.get(person, ())
        if one.kind == "account":
            return self.holders.after(Leaving(person, tuple(held), successor, self.today, self.today))
        last = date.fromisoformat(one.said["ends_on"])
        this = (row["role"], row["unit_id"], row["round_id"], row["capacity"])
        left = tuple(post for post in held if (post.role, post.unit_id, post.round_id, post.capacity) == this)[:1]
        return self.holders.after(Leaving(person, left, successor, last + timedelta(days=1), last))

    def row(self, one: Asking) -> Row | None:
        """Return the row that a request is about."""
        return None if one.key is None else self._rows.get((one.kind, one.key))

    def owner(self, one: Asking) -> int | None:
        """Return whose account a request is about, or who would get a further login or post by it; nobody who is new."""
        return self._owners.get(one.id)

    def person(self, one: Asking) -> Row | None:
        """Return the owner's row."""
        owner = self.owner(one)
        return None if owner is None else self._rows.get(("person", owner))

    def is_new(self, one: Asking) -> bool:
        """Say whether a request opens a login that is not there yet."""
        return one.id in self._new

    def alike(self, one: Asking) -> tuple[str, ...]:
        """Return, in words, who is of the same name or address as the person a request is about: one human is one person."""
        if not _names_somebody(one):
            return ()
        said, but = one.said, one.key if one.kind == "person" else self.owner(one)
        name, address = said.get("name") or None, said.get("email") or None
        found = []
        for number, their_name, their_address in self._alike:
            same = ["姓名"] if their_name == name else []
            same += ["邮箱"] if address is not None and their_address == address else []
            if same and number != but:
                found.append(self._in_words(number, their_name, same))
        return tuple(found)

    def _in_words(self, number: int, name: str, same: Sequence[str]) -> str:
        logins = "、".join(self._logins.get(number, ())) or "没有账号"
        return f"{name}（{logins}）的{'、'.join(same)}相同：如是同一个人，请退回，改为给他已有的登记加账号或职务"

    def shown(self, one: Asking) -> str:
        """Return the hash of what a page shows of a request: what it wants, the row, the person, who looks alike, who holds the post."""
        around = (self.alike(one), self.held_now(one), self.held_after(one))
        text = repr((one.fields, _sorted(self.row(one)), self._owner_as_is(one), around))
        return sha256(text.encode()).hexdigest()

    def _owner_as_is(self, one: Asking) -> list[object]:
        """Return the person who would get a further post, with the posts held, as both are now; nothing of a new one."""
        owner = self.owner(one) if _opens(one) else None
        if owner is None:
            return []
        return [_sorted(self.person(one)), *(self._rows.get(("post", post)) for post in self._posts.get(owner, ()))]


def _opens(one: Asking) -> bool:
    return one.kind == "account" and KINDS[one.kind].act(one.act).begins


def _names_somebody(one: Asking) -> bool:
    return one.kind == "person" or _opens(one)


def _sorted(row: Row | None) -> list[object]:
    return sorted((row or {}).items(), key=str)
