"""The calendar of a house that is already in use: a new year comes in, what was entered by hand stays."""

from __future__ import annotations

from datetime import date

from register.groundwork import calendar_warnings, keep_calendar, lay_groundwork, profiles_in
from settings import SHIPPED, load
from storage.calendars import read_calendar
from storage.engine import writing
from tests.world import World
from workflow.days.calendar import NATIONAL_YEARS, national_days


def test_a_year_that_was_lacking_comes_in_and_own_days_stay(world: World) -> None:
    """The house was made before the last year was announced, and has a day of its own in the year before."""
    last = max(NATIONAL_YEARS)
    own = (date(last - 1, 7, 8), False, "本市庆典")
    early = [
        one for one in national_days(NATIONAL_YEARS - {last}) if not (one[0].year == last - 1 and one[0].month == 12)
    ]
    profiles = profiles_in(load(SHIPPED).config.profiles)
    with writing(world.engine) as work:
        keep_calendar(work, world.actor("office"), sorted([*early, own]), world.now, world.people["office2"])
        before = work.connection.exec_driver_sql("SELECT calendar FROM heads").scalar()
        assert any(str(last) in one for one in calendar_warnings(work.driver, world.place, date(last, 3, 2)))
        lay_groundwork(work, "city", "示范市", profiles, world.now, rehearsal=True)
        days = read_calendar(work.driver, world.place)
        assert own in days
        assert [one for one in days if one[0].year == last] == national_days({last})
        assert [one for one in days if one not in (own, *early)] == [
            one
            for one in national_days({last - 1, last})
            if one not in early and (one[0].year == last or one[0].day >= 25)
        ]
        assert work.connection.exec_driver_sql("SELECT calendar FROM heads").scalar() != before
        assert not any(str(last) in one for one in calendar_warnings(work.driver, world.place, date(last, 3, 2)))
        lay_groundwork(work, "city", "示范市", profiles, world.now, rehearsal=True)
        assert read_calendar(work.driver, world.place) == days
        work.commit()
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    assert world.case(case).state == "plan_review"
