"""Profiles as their pages show them: the versions of each, who put them in force, which rounds follow them; and the next one, made of one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from states import OFFICE
from storage import requests
from storage.reads.accounts import names_of
from storage.reads.register import EntryLine, entries_of
from storage.reads.rules import followed_profiles, newest_version, profile_body, rounds_following
from storage.requests import Asking
from storage.sql import Driver
from workflow.days.profiles import Key, Profile, parsed
from workflow.days.versions import Value, differing, next_version, read_written, values, written

KIND: Final = "profile"


@dataclass(frozen=True, slots=True)
class Version:
    """A version that is in force: its numbers, the entry by which it came, the rounds that follow it."""

    profile: Profile
    entry: EntryLine | None
    rounds: tuple[tuple[int, str], ...]

    @property
    def called(self) -> str:
        """Return what people call it."""
        return f"{self.profile.title} 第 {self.profile.version} 版"

    @property
    def by(self) -> str:
        """Return who put it in force, in words."""
        if self.entry is None:
            return ""
        if self.entry.role == OFFICE:
            return f"{self.entry.asked_by}申请，{self.entry.who}审批" if self.entry.asked_by else self.entry.who
        return {"release": "随程序带来"}.get(self.entry.role, f"系统操作员（{self.entry.os_user}）")


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version that a jurisdiction has put in force, the newest first; the requests that wait, with who asked."""

    all: tuple[Version, ...]
    waiting: tuple[tuple[Asking, str], ...]

    def by_name(self) -> list[list[Version]]:
        """Return the versions of each name."""
        return [list(of) for _, of in groupby(self.all, key=lambda one: one.profile.name)]

    def of(self, digest: str) -> Version | None:
        """Return the version of that hash."""
        return next((one for one in self.all if one.profile.digest == digest), None)

    def before(self, one: Version) -> Version | None:
        """Return the version before one of its name."""
        older = (two for two in self.all if two.profile.name == one.profile.name)
        return next((two for two in older if two.profile.version < one.profile.version), None)

    def newest(self, name: str) -> Version | None:
        """Return the newest version of a name: what new rounds follow."""
        return next((one for one in self.all if one.profile.name == name), None)


def versions(driver: Driver, jurisdiction: int) -> Versions:
    """Return the profiles with their history: five statements, however many there are."""
    entries = entries_of(driver, jurisdiction, KIND)
    rounds = rounds_following(driver, jurisdiction)
    waiting = requests.waiting(driver, jurisdiction, (f"{KIND}.adopt", "round.reprofile"))
    people = names_of(driver, [one.asked_by for one in waiting if one.asked_by])
    found = [parsed(body) for body in followed_profiles(driver, jurisdiction)]
    shown = [
        Version(one, entries.get(one.digest), tuple((number, name) for number, name, of in rounds if of == one.digest))
        for one in sorted(found, key=lambda one: (one.name, -one.version))
    ]
    return Versions(tuple(shown), tuple((one, people.get(one.asked_by or 0, "")) for one in waiting))


def followed(driver: Driver, digest: str) -> Profile:
    """Return a profile that is kept."""
    return parsed(profile_body(driver, digest) or "{}")


def of_new_rounds(driver: Driver, jurisdiction: int, name: str) -> Profile | None:
    """Return the version that a new round follows where only the name of the profile is said: the newest put in force."""
    found = [parsed(body) for body in followed_profiles(driver, jurisdiction)]
    return next((one for one in reversed(found) if one.name == name), None)


def proposed(driver: Driver, said: Mapping[str, Any]) -> Profile:
    """Return the version that a request or a form wants, under the next free number."""
    base = followed(driver, said["base"])
    return next_version(base, read_written(said["changes"]), newest_version(driver, base.name) + 1)


def content_of(profile: Profile) -> dict[str, Any]:
    """Return a profile as it is kept."""
    return {"hash": profile.digest, "name": profile.name, "version": profile.version, "body": profile.body}


def wanted_fields(base: Profile, changes: Mapping[Key, Value], newest: int) -> dict[str, str]:
    """Return the fields of the act: the version it is made of, what is different, and the newest there was."""
    return {"base": base.digest, "changes": written(only_different(base, changes)), "was": str(newest)}


def only_different(base: Profile, changes: Mapping[Key, Value]) -> dict[Key, Value]:
    """Return those of the numbers that are not the base's already."""
    there = values(base)
    return {key: value for key, value in changes.items() if there.get(key) != value}


def says_nothing_new(before: Profile, after: Profile) -> bool:
    """Say whether two versions differ in nothing but their number."""
    return not differing(before, after)
