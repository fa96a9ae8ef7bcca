"""What people have chosen for themselves 个人选择: read and written in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from storage.sql import Driver

Letters = Literal["daily", "at_once"]
LETTERS: Final[tuple[Letters, ...]] = ("daily", "at_once")


@dataclass(frozen=True, slots=True)
class Chosen:
    """When somebody is told of what is not urgent, and since when (microseconds) there is an address of their calendar."""

    letters: str = "daily"
    feed_made_at: int | None = None


def chosen_by(driver: Driver, person: int) -> Chosen:
    """Return what a person has chosen."""
    row = driver.one("SELECT letters, feed_made_at FROM preferences WHERE person_id = ?", (person,))
    return Chosen(*row) if row else Chosen()


def choose_letters(driver: Driver, person: int, letters: Letters) -> None:
    """Write when a person is told of what is not urgent; never commits."""
    driver.run(
        "INSERT INTO preferences (person_id, letters) VALUES (?, ?) ON CONFLICT (person_id) DO UPDATE SET letters = excluded.letters",
        (person, letters),
    )


def renew_feed(driver: Driver, person: int, hashed: str | None, now: int) -> None:
    """Write the hash of the new address of a person's calendar, None to end it; the old one leads nowhere. Never commits."""
    driver.run(
        "INSERT INTO preferences (person_id, letters, feed_hash, feed_made_at) VALUES (?, 'daily', ?, ?) "
        "ON CONFLICT (person_id) DO UPDATE SET feed_hash = excluded.feed_hash, feed_made_at = excluded.feed_made_at",
        (person, hashed, now if hashed else None),
    )


def whose_feed(driver: Driver, hashed: str) -> tuple[int, int] | None:
    """Return the person whose calendar an address leads to, with the jurisdiction; None for one that leads nowhere."""
    row = driver.one(
        "SELECT r.person_id, p.jurisdiction FROM preferences r JOIN people p ON p.id = r.person_id WHERE r.feed_hash = ? "
        "AND EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = p.id AND a.state = 'open')",
        (hashed,),
    )
    return (row[0], row[1]) if row else None
