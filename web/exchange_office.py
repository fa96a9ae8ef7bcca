"""The office at its desk, as files between offices name it."""

from __future__ import annotations

from exchange.office import Office
from storage.reads.jurisdictions import code_of
from storage.sql import Driver
from web.desk import Desk
from web.viewer import Viewer


def office_of(desk: Desk, driver: Driver, viewer: Viewer) -> Office:
    """Return the viewer's office: its code, what it is called, where its keys are."""
    place = viewer.actor.jurisdiction
    return Office(place, code_of(driver, place), desk.place_name, desk.settings.home)
