"""A tour through every page of every role in a county full of problems: readable by machine, on a phone, enlarged, on paper."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.county import County
from tests.browser.door import PHONE, ZOOMED, Door
from tests.browser.places import places_of
from tests.browser.steps import fits

ROLES = (
    "stranger", "secretary", "handler", "team", "office", "discipline", "organisation", "leader", "leading_group", "head", "auditor",
    "sysadmin", "secadmin", "secauditor",
)  # fmt: skip
AXE = Axe()
REFUSALS = ("没有这个页面", "不能办理", "没有办成")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_can_be_read_by_everybody_and_fits_a_phone_and_enlarged_letters(county: County, county_door: Door, role: str) -> None:
    """Every page is there; axe finds nothing; at a phone's width and at 125 % nothing is wider than the screen."""
    page = county_door.stranger() if role == "stranger" else county_door.person(role)
    complaints = [f"{path}: {words}" for path in places_of(county.engine, role) for words in _complaints(page, path)]
    assert complaints == []


def _complaints(page: Page, path: str) -> list[str]:
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        return [f"answered {answer and answer.status}"]
    if any(words in page.title() for words in REFUSALS):
        return ["is not there"]
    found = [f"{one['id']} at {one['nodes'][0]['target']}: {one['help']}" for one in AXE.run(page).response["violations"]]
    if not page.title().endswith(" · 整改"):
        found.append(f"is called “{page.title()}”")
    desktop = page.viewport_size
    for width, height in (PHONE, ZOOMED):
        page.set_viewport_size({"width": width, "height": height})
        if not fits(page):
            found.append(f"does not fit {width} pixels: {page.evaluate(WIDEST)}")
    assert desktop
    page.set_viewport_size(desktop)
    return found


# Names the elements that stick out, so that the complaint says where to look.
WIDEST = """() => [...document.querySelectorAll("main *, header *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .filter((one) => !one.closest(".scroll-x")).slice(0, 3).map((one) => one.tagName + "." + one.className).join(", ")"""
