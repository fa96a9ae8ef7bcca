"""A month of letters: the demo city's notices of its last days replayed as they came, and how many letters each person had a day.

`python -m benchmarks.letters HOME [--days 30]` copies the database of a seeded home, takes the notices of those days back and
delivers them again, hour by hour, to nobody: it prints letters per person and day, what was lost, twice, or left at night.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import clock
from notifications.deliver import deliver
from notifications.settings import MailSettings, mail_settings
from settings import load
from storage import migrate
from storage.engine import open_engine, writing
from storage.sql import Driver

BY_DAY = range(8, 19)
_STEPS = ((0, 10), (2, 30), (8, 0), (8, 30), (10, 0), (12, 0), (14, 0), (16, 0), (17, 20), (20, 0), (23, 0))


class Nobody:
    """A way out that takes everything, and counts what came."""

    stays = ""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()

    def send(self, message: bytes, message_id: str, sender: str, recipient: str) -> None:
        """Take it."""
        del message, sender, recipient
        self.came[message_id] += 1

    def close(self) -> None:
        """Nothing is open."""


def replay(home: Path, days: int) -> dict[str, Any]:
    """Replay the last days of a home in a copy of it; return what came of it."""
    with tempfile.TemporaryDirectory() as aside:
        copy = Path(aside) / "zhenggai.db"
        shutil.copyfile(home / "zhenggai.db", copy)
        engine = open_engine(f"sqlite:///{copy}")
        migrate.upgrade(engine)
        settings = load()
        post = mail_settings(settings.config.mail.model_dump(), "", Path(aside), settings.link)
        with writing(engine) as work:
            last, before = _take_back(work.driver, days)
            work.commit()
        nobody = Nobody()
        for now in _instants(last, days):
            with writing(engine) as work:
                work.driver.run(
                    "UPDATE outbox SET expanded_at = NULL WHERE expanded_at = -1 AND made_at <= ?", (clock.micros(now),)
                )
                work.commit()
            deliver(engine, post, now, nobody)
        with writing(engine) as work:
            found = _counted(work.driver, post, nobody.came)
        engine.dispose()
    return {"singles_per_person_and_day": _spread(before), **found}


def _take_back(driver: Driver, days: int) -> tuple[datetime, Counter[Any]]:
    """Let nothing of the last days be told yet; return the last instant at which something was made, and what was told singly."""
    ((last,),) = driver.all("SELECT MAX(made_at) FROM outbox")
    since = clock.micros(clock.start_of(clock.local_date(clock.from_micros(last)) - timedelta(days=days)))
    singly = "SELECT d.person_id, (o.made_at + 28800000000) / 86400000000 FROM deliveries d JOIN outbox o ON o.id = d.outbox_id WHERE o.made_at >= ?"
    before = Counter(driver.all(singly, (since,)))
    driver.run("DELETE FROM deliveries")
    driver.run("DELETE FROM letters")
    driver.run("UPDATE outbox SET expanded_at = CASE WHEN made_at >= ? THEN -1 ELSE made_at END", (since,))
    return clock.from_micros(last), before


def _instants(last: datetime, days: int) -> Iterator[datetime]:
    """The instants at which the post is looked at; a week more, so that all has left."""
    end = clock.local_date(last)
    for ahead in range(-days, 8):
        for hour, minute in _STEPS:
            yield clock.at_hour(end + timedelta(days=ahead), hour) + timedelta(minutes=minute)


def _counted(driver: Driver, post: MailSettings, came: Counter[str]) -> dict[str, Any]:
    ((notices,),) = driver.all("SELECT COUNT(*) FROM deliveries")
    letters = driver.all("SELECT person_id, day, sent_at, any_hour FROM letters WHERE state = 'sent'")
    after = Counter((person, day) for person, day, _, _ in letters)
    hours = [
        clock.from_micros(sent).astimezone(clock.SHANGHAI).hour for _, _, sent, any_hour in letters if not any_hour
    ]
    ((lost,),) = driver.all(
        "SELECT (SELECT COUNT(*) FROM deliveries WHERE state <> 'sent' OR letter_id IS NULL) "
        "+ (SELECT COUNT(*) FROM outbox WHERE expanded_at IS NULL OR expanded_at = -1)"
    )
    twice = sum(came.values()) - len(letters)
    return {
        "notices": notices, "letters": len(letters), "hours": post.office_hours, "letters_per_person_and_day": _spread(after),
        "lost": lost, "twice": twice, "at_night": sum(hour not in BY_DAY for hour in hours), "at_any_hour": sum(any_hour for *_, any_hour in letters),
    }  # fmt: skip


def _spread(counted: Counter[Any]) -> dict[str, float]:
    return {"median": median(counted.values()), "most": max(counted.values())} if counted else {}


def main() -> None:
    """Print what came of the replay as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--days", type=int, default=30)
    said = arguments.parse_args()
    print(json.dumps(replay(said.home, said.days), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
