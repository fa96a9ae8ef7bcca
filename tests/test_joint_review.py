"""Joint review 联审 and acceptance 验收 by the profile of the round: who speaks, how many must, in which order, what silence means; measures one by one."""

from __future__ import annotations

from typing import Any

import pytest

from register.household import NotEntered
from states import DISCIPLINE, LEADER, OFFICE, ORGANISATION, PUBLICITY, RESIDENT, TEAM
from storage.engine import reading, writing
from storage.reads.standings import CONDITIONS
from tests.rounds import open_round_under
from tests.rules.subjects import a_case, a_clock, subject
from tests.rules.subjects import day as day_of
from tests.rules.subjects import profile as made
from tests.world import BUREAU, MEASURE, TOWN, World, day, material, usual_materials
from workflow.days.joint import CLOSING, PLAN
from workflow.days.profiles import faults_in
from workflow.engine import fire
from workflow.judging import read_judged, said_judged
from workflow.machine import GUARDS
from workflow.opinions import asked, weigh
from workflow.outcome import Outcome
from workflow.people import actor_of
from workflow.values import BadAnswer

BASE = {"version": 1, "verifiers": ["office"]}


def before(world: World, *walked: str) -> int:
    """A case that lies before the parties, of whom nobody has spoken."""
    (case,) = world.feed_back()
    world.walk(case, *(walked or ("claim", "submit_plan")))
    return case


def by(world: World, login: str, action: str, case: int) -> Outcome:
    """Fire a move by somebody whom the world has hired beside its cast."""
    with writing(world.engine) as work:
        actor = actor_of(work.driver, login, world.today, "web")
        (outcome,) = fire(work, [world.intent(action, case)], actor, world.now)
        work.commit()
    return outcome


def refused_by(world: World, login: str, action: str, case: int) -> str:
    return "".join(by(world, login, action, case).refused)


# --- what a profile may say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "said", "place", "why"),
    [
        (CLOSING, {"parties": [TEAM]}, "parties", "验收须有 discipline（纪委监委）"),
        (CLOSING, {"silence": "no_objection"}, "silence", "验收不能把逾期未反馈视为无意见"),
        (PLAN, {"parties": [TEAM, TEAM]}, "parties", "应为不重复的角色的清单，可以写 team（巡察组）"),
        (PLAN, {"parties": "team"}, "parties", "应为不重复的角色的清单"),
        (PLAN, {"parties": ["handler"]}, "parties", "publicity（宣传部）、resident（派驻纪检监察组）"),
        (PLAN, {"parties": [OFFICE]}, "parties", "只有巡察办自己"),
        (PLAN, {"enough": 4}, "enough", "参加方有 3 个，应为 0（全部）到 3 的整数"),
        (PLAN, {"enough": True}, "enough", "“True”不对"),
        (PLAN, {"enough": 2, "in_order": "fixed"}, "enough", "须各方都提"),
        (PLAN, {"in_order": "any"}, "in_order", "应为 free（不分先后） 或 fixed（按参加方的次序）"),
        (PLAN, {"parties": [TEAM], "consolidates": DISCIPLINE}, "consolidates", "纪委监委不是参加方"),
        (PLAN, {"in_order": "fixed", "consolidates": DISCIPLINE}, "consolidates", "须排在参加方的最后"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_in_words(
    stage: str, said: dict[str, Any], place: str, why: str
) -> None:
    (fault,) = faults_in("town", {**BASE, "opinions": {stage: said}})
    assert fault.place == ("town", "opinions", stage, place)
    assert why in str(fault)


def test_who_is_asked_is_judged_in_one_place() -> None:
    """Of a case that was escalated 纪委监委 and 组织部 are asked at acceptance, whoever the profile names."""
    few = made(opinions={CLOSING: {"parties": [DISCIPLINE]}})
    assert asked(few, "submitted", escalated=False).parties == (DISCIPLINE,)
    assert asked(few, "submitted", escalated=True).parties == (DISCIPLINE, ORGANISATION)
    assert asked(few, "plan_review", escalated=True).parties == (TEAM, DISCIPLINE, ORGANISATION)


def test_two_of_three_are_enough_but_discipline_is_waited_for_at_acceptance() -> None:
    of = asked(made(opinions={stage: {"enough": 2} for stage in (PLAN, CLOSING)}), "submitted", escalated=False)
    assert weigh({TEAM: "agree"}, of).missing == (DISCIPLINE, ORGANISATION)
    assert weigh({TEAM: "agree", ORGANISATION: "return"}, of).missing == (DISCIPLINE,)
    assert weigh({TEAM: "agree", DISCIPLINE: "agree"}, of).missing == ()
    plan = asked(made(opinions={PLAN: {"enough": 2}}), "plan_review", escalated=False)
    assert weigh({TEAM: "agree", ORGANISATION: "return"}, plan).missing == ()
    assert weigh({TEAM: "agree", ORGANISATION: "return"}, plan).supervisors == (ORGANISATION,)


def test_the_rules_by_themselves() -> None:
    """Who is no party is told who is; whose turn it is not, who speaks first, until the date has gone by."""
    under = made(opinions={PLAN: {"parties": [TEAM, ORGANISATION, DISCIPLINE], "in_order": "fixed"}})
    row = a_clock("review", day_of(3, 20))
    at: dict[str, Any] = {"case": a_case(state="plan_review"), "under": under, "opinions": []}
    assert GUARDS["party_by_profile"](subject("opine", TEAM, row, **at)) is None
    refused = GUARDS["party_by_profile"](subject("opine", LEADER, row, **at))
    assert str(refused) == "按本轮时限方案，联审由巡察组、组织部、纪委监委提出意见"
    assert GUARDS["in_ones_turn"](subject("opine", TEAM, row, **at)) is None
    assert "须等巡察组、组织部先提出意见" in str(GUARDS["in_ones_turn"](subject("opine", DISCIPLINE, row, **at)))
    assert GUARDS["in_ones_turn"](subject("opine", DISCIPLINE, row, **at, on=day_of(3, 21))) is None
    last = made(opinions={PLAN: {"consolidates": DISCIPLINE}})
    assert "须等巡察组、组织部" in str(
        GUARDS["in_ones_turn"](subject("opine", DISCIPLINE, row, **{**at, "under": last}))
    )
    assert GUARDS["in_ones_turn"](subject("opine", ORGANISATION, row, **{**at, "under": last})) is None


TRUE_, FALSE_, UNDONE_ = ({"no": 1, "verdict": one, "why": "现场只有一盏亮"} for one in ("true", "false", "undone"))


def test_each_measure_is_judged_before_a_case_is_closed() -> None:
    two = ((1, None), (2, None))
    rule = GUARDS["every_measure_true"]
    assert rule(subject(measures=two)) is None, "before anything is filled in the form asks for it"
    assert "第 1、2 项措施还没有核查" in str(rule(subject(answers={"conclusion": "好"}, measures=two)))
    assert "第 2 项措施还没有核查" in str(rule(subject(answers={"judged": [TRUE_]}, measures=two)))
    for verdict, word in ((FALSE_, "不实"), (UNDONE_, "未完成")):
        assert f"第 1 项{word}，不能验收销号" in str(rule(subject(answers={"judged": [verdict]}, measures=two[:1])))
    assert rule(subject(answers={"judged": [TRUE_]}, measures=two[:1])) is None
    assert rule(subject(answers={"conclusion": "好"}, measures=())) is None
    assert GUARDS["judged_are_measures"](subject(answers={"judged": [TRUE_]}, measures=())) is not None
    goes_on = GUARDS["nothing_untrue"]
    assert "第 1 项措施不实，应退回再整改" in str(goes_on(subject("continue_work", answers={"judged": [FALSE_]})))
    assert goes_on(subject("continue_work", answers={"judged": [UNDONE_]})) is None


def test_how_a_judgement_is_read_and_said() -> None:
    read = read_judged(
        "逐项核查",
        [
            {"no": "2", "verdict": "未完成", "why": "还差 3 盏"},
            {"no": 1, "verdict": "true"},
            {"no": 3, "verdict": "true", "why": ""},
        ],
    )
    assert read == [
        {"no": 1, "verdict": "true"},
        {"no": 2, "verdict": "undone", "why": "还差 3 盏"},
        {"no": 3, "verdict": "true"},
    ]
    assert said_judged(read) == "第 2 项未完成：还差 3 盏；第 1、3 项属实"
    assert said_judged([read[0], read[2]]) == "2 项措施均属实"
    for bad in (
        "x",
        [3],
        [{"no": "x", "verdict": "true"}],
        [{"no": 1}],
        [{"no": 1, "verdict": "false"}],
        [read[0], read[0]],
    ):
        with pytest.raises(BadAnswer):
            read_judged("逐项核查", bad)


# --- and in the engine ----------------------------------------------------------------------------------------------


def test_the_parties_of_the_round_speak_and_no_other(world: World) -> None:
    """宣传部, a resident team and the leader in charge speak in a round that names them; in the county's they are refused."""
    world.hire("publicity", "宣科", PUBLICITY)
    world.hire("resident", "派组", RESIDENT, TOWN)
    case = before(world)
    for login in (PUBLICITY, RESIDENT, LEADER, OFFICE):
        assert "联审由巡察组、纪委监委、组织部提出意见" in refused_by(world, login, "opine", case)
    parties = [PUBLICITY, RESIDENT, LEADER, DISCIPLINE]
    open_round_under(world, "五方", plan={"parties": parties, "in_order": "fixed", "consolidates": DISCIPLINE})
    case = before(world)
    assert "联审由宣传部、派驻纪检监察组、分管市（县）领导、纪委监委提出意见" in world.refused("team", "opine", case)
    assert "须等宣传部、派驻纪检监察组先提出意见" in world.refused("leader", "opine", case)
    for login in (PUBLICITY, RESIDENT, LEADER):
        assert by(world, login, "opine", case).outcome == "done"
    assert world.refused("office", "approve_plan", case).startswith("纪委监委还没有提出意见")
    world.do("discipline", "opine", case)
    world.do("office", "approve_plan", case)


def test_a_resident_team_of_another_unit_has_no_part_in_it(world: World) -> None:
    world.hire("resident", "派组", RESIDENT, BUREAU)
    open_round_under(world, "派驻", plan={"parties": [RESIDENT, DISCIPLINE]})
    assert "不在您的职责范围内" in refused_by(world, "resident", "opine", before(world))


def test_silence_at_the_review_counts_for_nothing_where_the_profile_says_so(world: World) -> None:
    """Past the date it goes on without a reason; who was silent reads so; at acceptance it takes a reason as ever."""
    open_round_under(world, "视为", plan={"silence": "no_objection"})
    case = before(world)
    world.do("team", "opine", case)
    assert "过后仍未反馈的，视为无意见" in world.refused("office", "approve_plan", case)
    world.go(day(3, 17))
    world.do("office", "approve_plan", case)
    silent = {"discipline": "no_objection", "organisation": "no_objection"}
    assert (world.entry(case)["inputs"], silent.keys() <= world.told(case, "approve_plan")) == (
        {"overruled": silent},
        True,
    )
    world.walk(case, "submit")
    world.do("discipline", "opine", case)
    world.later(40)
    assert "请填写“逾期未反馈的说明”" in world.refused("office", "verify", case)


def test_who_is_still_to_speak_is_reminded_at_acceptance_too_and_nobody_else(world: World) -> None:
    case = before(world, "claim", "submit_plan", "approve_plan", "submit")
    world.do("team", "opine", case)
    world.scan(day(3, 9))
    assert world.alerts(case, "acceptance") == ["middle"]
    assert world.told(case, "remind", {"acceptance"}) == {"discipline", "organisation"}


def counted(world: World, name: str) -> int:
    """How many cases a figure counts as they stand now."""
    with reading(world.engine) as work:
        row = work.driver.one(
            "SELECT COUNT(*) FROM (SELECT s.*, s.case_id AS id FROM standings s WHERE s.to_at IS NULL) c WHERE "
            + CONDITIONS[name]
        )
    return row[0] if row else 0


def test_what_is_not_adopted_is_counted_and_so_is_what_the_group_decided(world: World) -> None:
    one, two = before(world), 0
    world.do("team", "opine", one, answers={"opinion": "return"})
    world.agree(one)
    world.do("office", "approve_plan", one, answers={"not_adopted": "所提措施已在方案第二项"})
    world.open_round("二轮")
    two = before(world)
    world.do("discipline", "opine", two, answers={"opinion": "return"})
    world.agree(two)
    papers = (*usual_materials("approve_plan"), material("minutes"))
    decided = {"minute_no": "领组〔2026〕7号", "minute_on": "2026-03-02"}
    world.do("office", "approve_plan", two, answers=decided, materials=papers)
    assert (counted(world, "not_adopted"), counted(world, "group_decided")) == (1, 1)


def test_a_case_is_closed_measure_by_measure(world: World) -> None:
    """Two measures: one unjudged, one not so, one unfinished bars it; what was found stands in the entry and is signed for."""
    (case,) = world.feed_back()
    world.walk(case, "claim")
    world.do("secretary", "submit_plan", case, answers={"measures": [MEASURE, {**MEASURE, "text": "建立巡查台账"}]})
    world.walk(case, "approve_plan")
    evidence = [one for one in usual_materials("submit") if one.kind != "evidence"]
    world.do("secretary", "submit", case, materials=(*evidence, material("evidence@1"), material("evidence@2")))
    world.agree(case)
    one = {"no": 1, "verdict": "true"}
    assert "第 2 项措施还没有核查" in world.refused("office", "verify", case, answers={"judged": [one]})
    untrue = {"no": 2, "verdict": "false", "why": "台账是后补的"}
    assert "第 2 项不实" in world.refused("office", "verify", case, answers={"judged": [one, untrue]})
    assert "请写明核查的情况" in world.refused(
        "office", "verify", case, answers={"judged": [one, {"no": 2, "verdict": "false"}]}
    )
    world.do("office", "return_work", case, answers={"judged": [one, untrue]})
    assert len(world.entry(case)["answers"]["judged"]) == 64
    world.walk(case, "submit", "verify")
    assert world.case(case).state == "verified"


def test_the_seat_of_a_dissolved_team_falls_to_a_person_named_by_document(world: World) -> None:
    """The round is closed, and with it the posts of its team; who is named behind that speaks for it, on record with the number."""
    ((name,),) = world.rows("SELECT name FROM rounds WHERE id = :id", id=world.round_id)
    world.hire("team2", "原组员", TEAM, round=name)
    case = before(world)
    world.enter("office2", "round", "close", world.round_id, asked_by="office", ended_on="2026-03-02")
    world.later(3)
    assert "不在您的职责范围内" in refused_by(world, "team2", "opine", case)
    seat: dict[str, Any] = {"round": name, "starts_on": world.today.isoformat()}
    with pytest.raises(NotEntered, match="须由巡察办指定，填写文号"):
        world.hire("seat", "接手人", TEAM, **seat)
    world.hire("seat", "接手人", TEAM, **seat, document="示巡办〔2026〕9号")
    assert by(world, "seat", "opine", case).outcome == "done"
    assert world.entry(case)["actor"]["role"] == TEAM
