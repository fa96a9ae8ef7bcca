"""What a unit is granted and plans lies within the round's profile: extensions, and the dates of measures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from states import FOCUSED
from storage.engine import writing
from tests.world import MEASURE, World, day
from workflow.drafts import draft


def at_work(world: World, kind: str, agreed: str) -> int:
    """Return a case of a kind in rectification until that date."""
    (case,) = world.feed_back(kind=kind)
    world.walk(case, "claim", "submit_plan")
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": agreed})
    return case


EXTENSIONS = {
    "at_once": ("2026-03-09", "2026-03-16", "立行立改 7 天"),
    "focused": ("2026-05-30", "2026-08-30", "集中整改 3 个月"),
    "continuing": ("2026-04-30", "2026-06-30", "持续整改每次复核 2 个月"),
    "standing": ("2026-12-31", "2027-12-31", "长期坚持 12 个月"),
}


@pytest.mark.parametrize("sort", EXTENSIONS)
def test_an_extension_gives_no_more_than_the_kinds_own_limit_from_the_old_date(world: World, sort: str) -> None:
    """Neither asked nor granted a day beyond; the sentence names the latest date, the old one and the limit."""
    agreed, latest, limit = EXTENSIONS[sort]
    case = at_work(world, sort, agreed)
    beyond = {"until": (date.fromisoformat(latest) + timedelta(days=1)).isoformat()}
    said = world.refused("secretary", "request_extension", case, answers=beyond)
    assert "应不晚于" in said
    assert f"起不超过{limit}" in said
    world.do("secretary", "request_extension", case, answers={"until": latest})
    assert world.refused("office", "grant_extension", case, answers=beyond) == said
    world.do("office", "grant_extension", case, answers={"until": latest})
    assert world.row(case).due_on == date.fromisoformat(latest)


def test_an_extension_to_the_end_of_next_year_is_refused_in_words(world: World) -> None:
    """What was granted once: a three-month item, put off to 31 December 2027."""
    case = at_work(world, "focused", "2026-05-30")
    assert world.refused("secretary", "request_extension", case, answers={"until": "2027-12-31"}) == (
        "延期日期 2027年12月31日（周五） 应不晚于 2026年8月30日（周日）：从原期限 2026年5月30日（周六）起不超过集中整改 3 个月"
    )


def test_an_extension_answered_late_may_still_leave_what_a_refusal_would(world: World) -> None:
    """立行立改 to 9 March, asked that day, answered on 20 March: the limit from the old date has gone by.

    The office's days are not the unit's: until 25 March, three working days, it may be granted.
    """
    case = at_work(world, "at_once", "2026-03-09")
    world.go(day(3, 9))
    world.do("secretary", "request_extension", case, answers={"until": "2026-03-16"})
    world.go(day(3, 20))
    said = world.refused("office", "grant_extension", case, answers={"until": "2026-03-26"})
    assert said == (
        "延期日期 2026年3月26日（周四） 应不晚于 2026年3月25日（周三）：从原期限 2026年3月9日（周一）起不超过立行立改 7 天，答复晚了的，自答复之日起 3 个工作日"
    )
    world.do("office", "grant_extension", case, answers={"until": "2026-03-25"})


def test_a_draft_of_an_extension_beyond_the_limit_is_not_taken(world: World) -> None:
    """The handler prepares it, and hears at once what the secretary would hear."""
    case = at_work(world, "focused", "2026-05-30")
    answers: dict[str, Any] = {"until": "2026-08-31"}
    with writing(world.engine) as work:
        made = draft(work, world.intent("request_extension", case, answers), world.actor("handler"), world.now)
        work.rollback()
    assert "应不晚于 2026年8月30日（周日）" in "".join(made.refused)


PLAIN = {**MEASURE, "why": ""}


def claimed(world: World, kind: str = FOCUSED) -> int:
    """Return a case whose plan is wanted."""
    (case,) = world.feed_back(kind=kind)
    world.do("secretary", "claim", case)
    return case


def with_dates(*days: str, **more: str) -> dict[str, Any]:
    """Return the answers of a plan whose measures are due on those days."""
    return {"measures": [{**PLAIN, "on": one, **more} for one in days]}


LATEST = {"at_once": "2026-03-09", "focused": "2026-06-02", "continuing": "2027-03-02", "standing": "2027-03-02"}


@pytest.mark.parametrize("sort", LATEST)
def test_measures_lie_between_feedback_and_the_latest_date_that_can_be_agreed_on(world: World, sort: str) -> None:
    """Of four measures the first lies a day before feedback, the last a day beyond the kind's limit from today."""
    case = claimed(world, sort)
    latest = date.fromisoformat(LATEST[sort])
    beyond = (latest + timedelta(days=1)).isoformat()
    said = world.refused(
        "secretary", "submit_plan", case, answers=with_dates("2026-03-01", "2026-03-02", LATEST[sort], beyond)
    )
    assert said.startswith("第 1、4 项措施的完成日期应在反馈之日 2026年3月2日（周一） 与 ")
    assert f"{latest.year}年{latest.month}月{latest.day}日" in said
    assert said.endswith("之间；确须在此之外的，在该项的“日期说明”里写明理由")
    world.do("secretary", "submit_plan", case, answers=with_dates("2026-03-02", LATEST[sort]))


def test_measures_of_2020_and_2099_are_not_taken_without_a_reason(world: World) -> None:
    """What was taken once; with its reason each is kept, and the reason with it."""
    case = claimed(world)
    assert "第 1、2 项措施" in world.refused(
        "secretary", "submit_plan", case, answers=with_dates("2020-01-01", "2099-12-31")
    )
    why = "反馈前已按巡察组要求整改"
    world.do("secretary", "submit_plan", case, answers=with_dates("2020-01-01", "2099-12-31", why=why))
    kept = world.rows("SELECT no, why FROM measures WHERE case_id = :case ORDER BY no", case=case)
    assert [tuple(one) for one in kept] == [(1, why), (2, why)]
    world.agree(case)
    world.do("office", "approve_plan", case)


def test_a_plan_is_agreed_on_no_earlier_than_its_measures_end(world: World) -> None:
    """A measure of 20 May: agreed on 19 May is refused, on 20 May taken."""
    case = claimed(world)
    world.do("secretary", "submit_plan", case, answers=with_dates("2026-04-30", "2026-05-20"))
    world.agree(case)
    said = world.refused("office", "approve_plan", case, answers={"agreed_on": "2026-05-19"})
    assert said == (
        "“商定期限” 2026年5月19日（周二） 早于第 2 项措施的完成日期（最晚 2026年5月20日（周三））：请改商定期限，或退回方案由单位改期、写明日期说明"
    )
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-05-20"})


def test_what_goes_on_is_planned_beyond_its_first_review(world: World) -> None:
    """Agreed on is the first review, within two months; the measures have until the last day."""
    case = claimed(world, "continuing")
    world.do("secretary", "submit_plan", case, answers=with_dates("2026-12-31"))
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-04-30"})
    assert [str(due) for (due,) in world.rows("SELECT due_on FROM measures")] == ["2026-12-31"]


def test_a_draft_with_a_measure_outside_is_not_taken(world: World) -> None:
    """The handler hears it when preparing, not the secretary when signing."""
    case = claimed(world)
    with writing(world.engine) as work:
        intent = world.intent("submit_plan", case, with_dates("2020-01-01"))
        made = draft(work, intent, world.actor("handler"), world.now)
        work.rollback()
    assert made.refused[0].startswith("第 1 项措施的完成日期应在反馈之日")
