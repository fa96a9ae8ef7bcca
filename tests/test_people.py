"""Who may: posts and their dates, units that answer for others, and four eyes: who rectified never verifies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from register.groundwork import lay_groundwork
from register.household import round_of
from states import HANDLER, OFFICE, SECRETARY
from storage.engine import reading, writing
from tests.household import close_login, end_posts, end_unit, give_post, lay_elsewhere, open_as_operator, second_login
from tests.world import BUREAU, CAST, TOWN, VILLAGE, World, county
from workflow.days.profiles import Profile
from workflow.drafts import confirm, draft
from workflow.engine import fire
from workflow.outcome import Outcome
from workflow.people import UnknownLogin, actor_of
from workflow.subject import Intent

NOT_THERE = "问题不存在，或不在您的职责范围内"
SECRETARYS = "“认领”应由（责任党组织的）党组织书记办理"
TOOK_PART = "您参与过该问题的整改，不能验收销号"
TO_ACCEPTANCE = ("claim", "submit_plan", "approve_plan", "submit")


def tried(world: World, login: str, action: str, *cases: int, **more: Any) -> Outcome:
    """Let somebody act with the posts they hold today, as the database knows them."""
    with writing(world.engine) as work:
        actor = actor_of(work.driver, login, world.today, "web")
        outcome = fire(work, [world.intent(action, case, **more) for case in cases], actor, world.now)[0]
        work.commit()
    return outcome


def handed_in(world: World, unit: str = TOWN) -> int:
    """A case waiting for acceptance."""
    (case,) = world.feed_back(unit=unit)
    who = "secretary_bureau" if unit == BUREAU else "secretary"
    for action, login in zip(TO_ACCEPTANCE, (who, who, "office", who), strict=True):
        if action == "approve_plan":
            world.agree(case)
        world.do(login, action, case)
    return case


def agreed(world: World, unit: str = TOWN) -> int:
    """A case that all parties agree to close."""
    case = handed_in(world, unit)
    world.agree(case)
    return case


# --- four eyes -----------------------------------------------------------------------------------------------------


def test_a_former_secretary_moved_to_the_office_cannot_verify(world: World) -> None:
    """Leaves the unit on 10 March and works in the office from the 11th: may verify another unit's case, not this."""
    case, other = agreed(world), agreed(world, BUREAU)
    end_posts(world, "secretary", date(2026, 3, 10))
    give_post(world, "secretary", OFFICE, starts=date(2026, 3, 11))
    world.go(date(2026, 3, 20))
    assert tried(world, "secretary", "verify", case).refused == (TOOK_PART,)
    assert tried(world, "secretary", "verify", other).outcome == "done"
    assert tried(world, "office", "verify", case).outcome == "done"


def test_who_held_the_units_post_since_feedback_has_rectified_even_without_an_act(world: World) -> None:
    """A handler who never touched the case moves to discipline; one who had left before the feedback may verify."""
    case = agreed(world)
    give_post(world, "discipline", HANDLER, TOWN, starts=date(2025, 1, 1), ends=date(2026, 3, 2))
    give_post(world, "office", HANDLER, TOWN, starts=date(2025, 1, 1), ends=date(2026, 3, 1))
    assert tried(world, "discipline", "verify", case).refused == (TOOK_PART,)
    assert tried(world, "office", "verify", case).outcome == "done"


def test_what_a_handler_did_in_an_earlier_round_counts_in_the_next(world: World) -> None:
    """Progress in the first round, then a post in the office; closed, reopened, handed in again: still not by them."""
    (case,) = world.feed_back()
    world.walk(case, *TO_ACCEPTANCE[:3], "progress", "submit", "verify", "reopen")
    end_posts(world, "handler", date(2026, 3, 1))
    give_post(world, "handler", OFFICE)
    world.walk(case, "submit", "agree")
    assert tried(world, "handler", "verify", case).refused == (TOOK_PART,)


def test_two_posts_at_a_time_are_still_one_person(world: World) -> None:
    """The township's secretary sits in the office too, and so does the village's: the village's case is theirs."""
    (case,) = world.feed_back(unit=VILLAGE)
    world.walk(case, *TO_ACCEPTANCE, "agree")
    give_post(world, "secretary", OFFICE)
    give_post(world, "secretary_village", OFFICE)
    for login in ("secretary", "secretary_village"):
        assert tried(world, login, "verify", case).refused == (TOOK_PART,)


def test_a_second_account_is_the_same_person(world: World) -> None:
    case = agreed(world)
    give_post(world, "secretary", OFFICE)
    second_login(world, "secretary", "wang.office")
    assert tried(world, "wang.office", "verify", case).refused == (TOOK_PART,)


def test_who_rectified_does_not_even_prepare_the_acceptance(world: World) -> None:
    case = agreed(world)
    end_posts(world, "handler", world.today)
    give_post(world, "handler", "team", starts=world.today + timedelta(days=1))
    world.later(1)
    with writing(world.engine) as work:
        assert draft(
            work, world.intent("verify", case), actor_of(work.driver, "handler", world.today, "web"), world.now
        ).draft
        work.rollback()
    said = tried(world, "office", "verify", case, prepared_by=world.people["handler"], prepared_role="team")
    assert said.refused == ("起草人参与过该问题的整改，不能起草验收销号",)


def test_who_rectified_gives_no_opinion_on_it(world: World) -> None:
    case = handed_in(world)
    give_post(world, "handler", "discipline")
    assert tried(world, "handler", "opine", case).refused == ("您参与过该问题的整改，不能提出验收意见",)


def test_one_opinion_each_and_none_twice_in_two_posts(world: World) -> None:
    """Two of the team are one voice; one person in team and discipline is one too."""
    case = handed_in(world)
    give_post(world, "team", "discipline")
    give_post(world, "office2", "team")
    assert tried(world, "team", "opine", case).outcome == "done"
    assert tried(world, "team", "opine", case).refused == ("本次已提出过意见",)
    assert tried(world, "office2", "opine", case).refused == ("本次已提出过意见",)
    assert tried(world, "discipline", "opine", case).outcome == "done"


def test_who_wrote_the_problem_does_not_keep_it_against_an_objection(world: World) -> None:
    (case,) = world.feed_back()
    world.do("secretary", "object", case)
    with writing(world.engine) as work:
        work.connection.exec_driver_sql(f"UPDATE cases SET written_by = {world.people['office']} WHERE id = {case}")
        (own,) = fire(work, [world.intent("keep", case)], world.actor("office"), world.now)
        (others,) = fire(work, [world.intent("keep", case)], world.actor("office2"), world.now)
        work.rollback()
    assert (own.refused, others.outcome) == (("问题由您撰写，复核须由他人作出",), "done")
    with writing(world.engine) as work:
        work.connection.exec_driver_sql(f"UPDATE cases SET written_by = {world.people['team']} WHERE id = {case}")
        made = draft(work, world.intent("keep", case), world.actor("team"), world.now)
        prepared = confirm(work, made.draft or 0, world.actor("office"), world.now)
        work.rollback()
    assert prepared.refused == ("问题由起草人撰写，复核须由他人起草",)


def test_a_profile_may_leave_acceptance_to_one_body(world: World) -> None:
    """By the county's profile office and discipline verify; by another, discipline alone; organisation never."""
    case = agreed(world)
    assert "“验收销号”应由巡察办、纪委监委办理" in tried(world, "organisation", "verify", case).refused
    assert tried(world, "office", "verify", case).outcome == "done"
    strict = Profile.of(
        "strict", {k: v for k, v in county().table.items() if k != "name"} | {"verifiers": ["discipline"]}
    )
    with writing(world.engine) as work:
        lay_groundwork(work, "city", "示范市", [strict], world.now)
        world.round_id = round_of(work, "二轮", strict.digest, world.actor("office"), world.now)
        work.commit()
    case = agreed(world)
    assert tried(world, "office", "verify", case).refused == ("按本轮时限方案，销号由纪委监委办理",)
    assert tried(world, "discipline", "verify", case).outcome == "done"


# --- posts, units, places ------------------------------------------------------------------------------------------


def test_a_post_counts_from_its_first_day_to_its_last(world: World) -> None:
    """The bureau's secretary becomes the town's on 5 March, the old one leaves after the 4th: strangers in turn."""
    one, two, three = world.feed_back(3)
    end_posts(world, "secretary", date(2026, 3, 4))
    give_post(world, "secretary_bureau", SECRETARY, TOWN, starts=date(2026, 3, 5))
    world.go(date(2026, 3, 4))
    assert tried(world, "secretary_bureau", "claim", one).refused == (NOT_THERE,)
    assert tried(world, "secretary", "claim", one).outcome == "done"
    world.go(date(2026, 3, 5))
    assert tried(world, "secretary", "claim", two).refused == (NOT_THERE,)
    assert tried(world, "secretary_bureau", "claim", two, three).outcome == "done"


CLAIMANTS = (
    ("secretary", TOWN, "done"), ("secretary", VILLAGE, "done"), ("secretary", BUREAU, NOT_THERE),
    ("secretary_village", VILLAGE, SECRETARYS), ("secretary_village", TOWN, NOT_THERE),
    ("secretary_bureau", VILLAGE, NOT_THERE), ("secretary_bureau", BUREAU, "done"),
    ("handler", TOWN, SECRETARYS), ("handler", VILLAGE, SECRETARYS), ("handler", BUREAU, NOT_THERE),
    ("office", TOWN, SECRETARYS), ("head", TOWN, SECRETARYS),
)  # fmt: skip


def test_claiming_is_for_the_secretary_of_the_answerable_unit(world: World) -> None:
    """Own, child, stranger, parent, not the secretary, not of a unit."""
    for number, (login, unit, said) in enumerate(CLAIMANTS):
        (case,) = world.feed_back(unit=unit, start=number)
        (outcome,) = world.try_(login, "claim", case)
        assert (outcome.refused or (outcome.outcome,)) == (said,), (login, unit)
        assert (outcome.version is None) is (said == NOT_THERE)


def test_the_handler_of_either_unit_reports_progress(world: World) -> None:
    """A village's case: the township's handler and the village's own; not a stranger's, and no secretary."""
    (case,) = world.feed_back(unit=VILLAGE)
    world.walk(case, *TO_ACCEPTANCE[:3])
    give_post(world, "secretary_village", HANDLER, VILLAGE)
    assert [tried(world, login, "progress", case).outcome for login in ("handler", "secretary_village")] == [
        "done",
        "done",
    ]
    assert [tried(world, login, "progress", case).outcome for login in ("handler_bureau", "secretary")] == [
        "refused",
        "refused",
    ]


def test_a_unit_that_is_not_in_being_gets_no_problems(world: World) -> None:
    """The bureau was merged away at the end of 2025; another begins in 2027. The town's own is untouched."""
    end_unit(world, BUREAU, date(2025, 12, 31))
    world.units["市医保局党组"] = world.enter("office", "unit", "make", name="市医保局党组", starts_on=date(2027, 1, 1))
    for name in (BUREAU, "市医保局党组"):
        with pytest.raises(AssertionError, match="在反馈之日不存在或已撤并"):
            world.feed_back(unit=name)
    world.feed_back(unit=BUREAU, on=date(2025, 12, 31))
    world.feed_back()


def test_another_city_is_not_there(world: World) -> None:
    """Its office, its secretary and its clock see nothing of ours, whatever the number."""
    (case,) = world.feed_back()
    elsewhere = lay_elsewhere(world, "other", "邻市")
    open_as_operator(world, elsewhere, "office.other", "外人", OFFICE)
    before = world.dump()
    for action in ("void", "claim", "acknowledge"):
        assert tried(world, "office.other", action, case).refused == (NOT_THERE,)
    with writing(world.engine) as work:
        assert fire(work, [Intent("remind", case)], replace(world.actor("office"), jurisdiction=elsewhere), world.now)[
            0
        ].refused == (NOT_THERE,)
    assert world.dump() == before


def test_a_closed_account_is_nobody(world: World) -> None:
    close_login(world, "secretary")
    with reading(world.engine) as work, pytest.raises(UnknownLogin, match="没有账号“secretary”，或已停用"):
        actor_of(work.driver, "secretary", world.today, "web")


def test_somebody_without_any_post_today_sees_no_case(world: World) -> None:
    (case,) = world.feed_back()
    end_posts(world, "auditor", date(2026, 3, 1))
    for login, action in (("auditor", "claim"), ("auditor", "void")):
        assert tried(world, login, action, case).refused == (NOT_THERE,)


def test_only_the_clock_reminds_flags_and_escalates(world: World) -> None:
    (case,) = world.feed_back()
    world.go(date(2026, 6, 1))
    for login in CAST:
        for action in ("remind", "flag", "escalate"):
            (outcome,) = world.try_(login, action, case)
            assert outcome.outcome == "refused"
