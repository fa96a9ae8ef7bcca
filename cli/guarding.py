"""What is looked at before a house is opened for work: a log that fits its last checkpoint, profiles that nobody changed."""

from __future__ import annotations

from cli.opening import House
from register.groundwork import ProfileChanged, changed, profiles_in
from storage.engine import file_of, reading
from storage.private import tighten
from trail.checkpoint import guard_start


def guard(house: House) -> None:
    """Refuse to start when the log does not fit its last checkpoint, or a profile was changed; then close the home to other users."""
    with reading(house.engine) as work:
        for profile in changed(work.driver, profiles_in(house.settings.config.profiles)):
            raise ProfileChanged(profile)
    guard_start(house.engine, house.settings.home)
    tighten(house.settings.home, file_of(house.settings.database_url))
