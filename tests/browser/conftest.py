"""One Chromium for the package; a served house for each test, in which nothing may go wrong unnoticed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.county import County, seeded
from tests.browser.door import PATIENCE, Door, give_passwords, launch, served
from tests.world import World

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def kind() -> str:
    """Serve from SQLite only: the pages' SQL is tested on both databases elsewhere."""
    return "sqlite"


# Of the package, not of the session: while Playwright runs, its loop stands in the way of other tests' loops.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Yield the one browser."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def door(world: World, chromium: Browser) -> Iterator[Door]:
    """Yield the door of a fresh world; afterwards nothing may have gone wrong in any browser before it."""
    give_passwords(world.engine)
    with served(world.engine, world.home, lambda: world.now) as url:
        door = Door(url, world.engine, lambda: world.now, chromium)
        yield door
        complaints = door.close()
    assert complaints == []


@pytest.fixture(scope="package")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """Yield a county in the middle of its term, to be looked at only."""
    with seeded(tmp_path_factory.mktemp("county")) as county:
        yield county


@pytest.fixture
def county_door(county: County, chromium: Browser) -> Iterator[Door]:
    """Yield the door of the county."""
    with served(county.engine, county.home, county.now) as url:
        door = Door(url, county.engine, county.now, chromium)
        yield door
        complaints = door.close()
    assert complaints == []
