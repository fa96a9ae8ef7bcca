"""变更责任主体: another unit answers for a problem, because the old one was merged, was the wrong one, or does something else now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from figures.stats import stats
from register.wanted import Wanted
from storage.engine import reading, writing
from storage.reads.cases import list_cases
from storage.reads.lateness import late_units
from storage.reads.leaders import FIGURES, figures_by_unit
from storage.reads.ledger.questions import Ask, Filters
from storage.scope import EVERYTHING
from tests.household import give_post, posts_registered
from tests.register.test_road import change, entered
from tests.test_drafts import confirmed, outcomes, prepared
from tests.world import BUREAU, TOWN, VILLAGE, World, day
from trail.offline import Bad, Replay, read_tables
from trail.verify import verify
from workflow.engine import fire
from workflow.rules import DEFINITION, DEFINITION_HASH
from workflow.subject import Actor, Post

TOLD = {"discipline:0", "organisation:0"}


def posts(world: World, case: int, action: str = "transfer") -> set[str]:
    """Return the posts told by the last such move, with the names of their units."""
    names = {number: name for name, number in world.units.items()}
    sql = "SELECT o.post FROM outbox o JOIN trail t ON t.jurisdiction = o.jurisdiction AND t.idx = o.idx WHERE t.case_id = :case AND t.action = :action AND t.version = (SELECT MAX(version) FROM trail WHERE case_id = :case AND action = :action)"
    found = [post.partition(":") for (post,) in world.rows(sql, case=case, action=action)]
    return {f"{role}:{names.get(int(unit), unit)}" for role, _, unit in found}


def transfer(world: World, *cases: int, to: str = BUREAU, ground: str = "merged") -> None:
    world.do("office", "transfer", *cases, answers={"successor": to, "ground": ground})


def test_the_new_unit_works_on_it_and_the_old_one_reads_it(world: World) -> None:
    """2 March: at work until 1 June. 1 April: the town's task goes to the bureau, with the same date; both are told, and the new secretary signs.

    The old unit keeps it in its figures, and moves it no more. The new one hands it in, and it is closed.
    """
    case = world.at_work(day(6, 1))
    before = world.row(case)
    world.go(day(4, 1))
    transfer(world, case, ground="restructured")
    now, town, bureau = world.row(case), world.units[TOWN], world.units[BUREAU]
    assert (before.answerable_id, now.answerable_id, now.unit_id) == (town, bureau, town)
    assert (now.inspection_id, now.round_id, now.state) == (before.inspection_id, before.round_id, "rectifying")
    assert world.entry(case)["transferred"] == {"from": town, "to": bureau}
    both = {f"{role}:{unit}" for role in ("secretary", "handler", "leader") for unit in (TOWN, BUREAU)}
    assert posts(world, case) == both | TOLD
    assert (world.clocks(case)["rectify"].due_on, now.due_on) == (day(6, 1), day(6, 1))
    assert (world.clocks(case)["acknowledge"].due_on, now.unsigned) == (day(4, 3), 1)
    for login, action in (("secretary", "acknowledge"), ("secretary", "submit"), ("handler", "progress")):
        assert "应由（责任党组织的）" in world.refused(login, action, case)
    assert prepared(world, "handler", "submit", case).draft is None
    world.do("secretary_bureau", "acknowledge", case)
    world.do("handler_bureau", "progress", case)
    with reading(world.engine) as work:
        for unit in (TOWN, BUREAU):
            assert [one.id for one in list_cases(work.driver, world.place, unit)] == [case]
    world.do("secretary_bureau", "submit", case)
    world.walk(case, "verify")
    assert "secretary:市水利局党组" in posts(world, case, "verify")


def test_a_late_unit_does_not_make_the_new_one_late(world: World) -> None:
    """Agreed until 1 April; late, told and flagged from the 16th. Transferred on the 13th it has ten working days, and nobody is flagged."""
    case, flagged = world.all_at_work(2, day(4, 1))
    world.scan_days(day(3, 3), day(4, 12))
    assert world.alerts(case, "rectify") == ["green", "yellow", "red"]
    world.go(day(4, 13))
    transfer(world, case)
    assert (world.row(case).due_on, world.row(case).first_due_on) == (day(4, 27), day(4, 1))
    world.scan_days(day(4, 14), day(4, 28))
    assert {one: world.row(one).flagged for one in (case, flagged)} == {case: "", flagged: "overdue"}
    assert world.alerts(case, "rectify_short")[-1] == "red"


def test_what_was_escalated_stays_late_until_it_is_decided(world: World) -> None:
    """What the old unit owed stays in the figures; with the decision the new one gets a date of its own."""
    case = world.at_work(day(4, 1))
    world.scan_days(day(3, 3), day(4, 17))
    before = world.row(case)
    transfer(world, case)
    assert (before.state, world.row(case).owed_on, world.row(case).flagged) == ("escalated", day(4, 1), "overdue")
    world.do("office", "order_rework", case)
    assert posts(world, case, "order_rework") >= {"secretary:市水利局党组"}


def told_of(world: World) -> tuple[dict[str, dict[str, int]], list[str], dict[str, Any]]:
    """Return what the leader reads of each unit, the units that are pressed, and the figures of the reports."""
    with reading(world.engine) as work:
        leader = figures_by_unit(work.driver, world.place, world.today, EVERYTHING)
        soon = world.today + timedelta(days=10)
        pressed = [
            one.name for one in late_units(work.driver, Ask(world.place, EVERYTHING, Filters(), world.today, soon))
        ]
        reports = stats(work.driver, world.place, world.today, world.round_id)
    return {name: one for (_, name), one in leader.items()}, pressed, reports


NOTHING = dict.fromkeys(FIGURES, 0)


def test_a_late_case_that_is_given_over_stays_in_the_figures_of_the_old_unit(world: World) -> None:
    """Agreed until 1 April, late on the 13th. The new unit has ten working days, and nothing of it in its figures.

    Late again under the new one, it counts once more where it was found; so does its closing.
    """
    case = world.at_work(day(4, 1))
    world.go(day(4, 13))
    leader, pressed, reports = told_of(world)
    assert leader == {TOWN: {**NOTHING, "of": 1, "late": 1}}
    assert (pressed, reports["overdue"], reports["of"]) == ([TOWN], 1, 1)
    transfer(world, case)
    leader, pressed, reports = told_of(world)
    assert leader == {TOWN: {**NOTHING, "of": 1}, BUREAU: NOTHING}
    assert (pressed, reports["overdue"], reports["of"]) == ([], 0, 1), "its ten working days"
    world.go(day(4, 28))
    leader, pressed, reports = told_of(world)
    assert leader == {TOWN: {**NOTHING, "of": 1, "late": 1}, BUREAU: NOTHING}
    assert (pressed, reports["overdue"]) == ([BUREAU], 1), "who answers now is pressed"
    world.do("secretary_bureau", "submit", case)
    world.walk(case, "verify")
    leader, pressed, reports = told_of(world)
    assert leader == {TOWN: {**NOTHING, "of": 1, "done": 1}, BUREAU: NOTHING}
    assert (pressed, reports["overdue"], reports["done"]) == ([], 0, 1)


def test_what_rose_under_the_old_unit_is_its_debt_wherever_it_goes(world: World) -> None:
    """Escalated, then given to the bureau, back, and to the bureau again; another comes the other way: the first that answered keeps each."""
    case = world.at_work(day(4, 1))
    world.scan_days(day(3, 3), day(4, 17))
    risen = {**NOTHING, "of": 1, "late": 1, "flagged": 1, "escalated": 1}
    leader, pressed, before = told_of(world)
    assert (leader, pressed) == ({TOWN: risen}, [TOWN])
    transfer(world, case)
    leader, pressed, reports = told_of(world)
    assert (leader, pressed) == ({TOWN: risen, BUREAU: NOTHING}, [BUREAU])
    assert reports == before, "the reports are of the round"
    (own,) = world.feed_back(unit=BUREAU)
    transfer(world, own, to=TOWN, ground="unit")
    leader, _, _ = told_of(world)
    assert leader == {TOWN: risen, BUREAU: {**NOTHING, "of": 1}}
    for unit in (TOWN, BUREAU):
        transfer(world, case, to=unit, ground="unit")
        assert told_of(world)[0][TOWN] == risen


def test_a_claim_that_was_given_to_another_leaves_time_for_it_and_for_the_plan(world: World) -> None:
    """The town objected, and the office kept it; on 25 March it turns out to be the bureau's. It may object itself, and plan."""
    first, second = world.feed_back(2)
    world.do("secretary", "object", first)
    world.go(day(3, 3))
    world.do("office", "keep", first)
    world.go(day(3, 25))
    transfer(world, first, second, ground="unit")
    assert world.clocks(first)["claim"].due_on == day(4, 1)
    world.go(day(4, 1))
    world.do("secretary_bureau", "object", first)
    world.do("secretary_bureau", "claim", second)
    assert world.row(first).objections == 1
    assert world.clocks(second)["plan"].due_on == day(4, 16)


def test_who_leaves_leaves_the_plan_of_the_others(world: World) -> None:
    """Three claimed together: one goes to the bureau, and each unit files what it answers for; nobody waits for the other."""
    one, two, three = world.feed_back(3)
    world.do("secretary", "claim", one, two)
    assert "待认领" in world.refused("secretary", "submit_plan", one, two)
    transfer(world, three, ground="unit")
    world.do("secretary", "submit_plan", one, two)
    world.do("secretary_bureau", "claim", three)
    world.do("secretary_bureau", "submit_plan", three)
    filed = [world.entry(case)["filing"] for case in (one, three)]
    assert [(said["answerable"], said["cases"], said["version"]) for said in filed] == [
        (world.units[TOWN], [one, two], 1),
        (world.units[BUREAU], [three], 1),
    ]


def test_plan_clocks_wait_for_disputes_of_their_own_unit_alone(world: World) -> None:
    """The town's one is disputed, two others stand still. One of these leaves and runs on; then the disputed one leaves, and the last runs on."""
    disputed, leaves, stays = world.feed_back(3)
    world.do("secretary", "claim", leaves, stays)
    world.go(day(3, 4))
    world.do("secretary", "object", disputed)
    world.go(day(3, 6))
    transfer(world, leaves)
    assert world.clocks(leaves)["plan"].paused_since is None
    assert world.clocks(stays)["plan"].paused_since == day(3, 4)
    world.go(day(3, 9))
    transfer(world, disputed)
    assert (world.clocks(leaves)["plan"].paused_since, world.clocks(stays)["plan"].paused_since) == (day(3, 9), None)
    also = {case["case"]: case["clocks"]["plan"]["paused_since"] for case in world.entry(disputed)["also"]}
    assert also == {leaves: "2026-03-09", stays: None}
    world.go(day(3, 10))
    world.do("office", "keep", disputed)
    assert world.clocks(leaves)["plan"].paused_since is None


def test_all_that_a_merged_unit_had_open_goes_in_one_act(world: World) -> None:
    """A dispute with its plans that wait, work, a submission, something published: one document, each where it was."""
    disputed, waits = world.feed_back(2)
    world.do("secretary", "claim", waits)
    world.go(day(3, 4))
    world.do("secretary", "object", disputed)
    world.open_round("二轮")
    (village,) = world.feed_back(unit=VILLAGE)
    world.open_round("三轮")
    handed, closed = world.all_at_work(2)
    world.do("secretary", "submit", handed)
    world.do("secretary", "submit", closed)
    world.walk(closed, "verify", "approve_text", "publicize")
    world.go(day(4, 1))
    stood = {case: world.row(case).state for case in (disputed, waits, village, handed, closed)}
    transfer(world, *stood)
    assert {case: world.row(case).state for case in stood} == stood
    assert {world.row(case).answerable_id for case in stood} == {world.units[BUREAU]}
    assert world.clocks(waits)["plan"].paused_since is not None
    documents = world.rows("SELECT DISTINCT sha256 FROM materials WHERE kind = 'transfer_document'")
    assert len(documents) == 1
    assert world.clocks(closed)["look_back"].owes == "office"
    world.do("office", "reopen", closed)
    assert posts(world, closed, "reopen") >= {"secretary:市水利局党组"}
    world.do("secretary_bureau", "recall", handed)


def test_a_village_below_a_merged_town_works_on(world: World) -> None:
    """Its handler would; below a unit that has nothing to do with it, it only reads."""
    post = Post("handler", world.units[VILLAGE], give_post(world, "secretary_village", "handler", VILLAGE))
    for ground, works in (("merged", True), ("unit", False)):
        world.open_round(ground)
        (case,) = world.feed_back(unit=VILLAGE)
        transfer(world, case, ground=ground)
        handler = Actor(world.place, "v", "村", (post,), "cli", world.people["secretary_village"])
        with writing(world.engine) as work:
            (found,) = fire(work, [world.intent("progress", case)], handler, world.now)
        assert ("应由（责任党组织的）整改联络员办理" in "".join(found.refused)) != works


def test_drafts_of_the_old_unit_are_spoilt_and_say_why(world: World) -> None:
    """What the office prepares stays its own, and is looked over again."""
    (case,) = world.feed_back()
    mine = prepared(world, "handler", "claim", case)
    offices = prepared(world, "office", "void", case)
    transfer(world, case)
    assert world.rows("SELECT id, state FROM drafts ORDER BY id") == [(mine.draft, "dropped"), (offices.draft, "open")]
    (told,) = confirmed(world, "secretary", mine)
    assert told.refused == (f"第 {mine.draft} 号起草件已撤下：责任主体已变更，起草件作废：请由接手的党组织重新起草",)
    assert outcomes(confirmed(world, "office2", offices)) == ["stale"]
    again = prepared(world, "handler_bureau", "claim", case)
    assert outcomes(confirmed(world, "secretary_bureau", again)) == ["done"]


def test_who_held_a_post_of_the_old_unit_does_not_verify(world: World) -> None:
    """The village's problem was the town's: its handler, in 纪委监委 today, moved nothing, and is still one of those who rectified."""
    (case,) = world.feed_back(unit=VILLAGE)
    transfer(world, case, ground="unit")
    world.do("secretary_bureau", "claim", case)
    world.do("secretary_bureau", "submit_plan", case)
    world.walk(case, "approve_plan")
    world.do("secretary_bureau", "submit", case)
    world.agree(case)
    who = Actor(world.place, "x", "李敏", (Post("discipline"),), "cli", world.people["handler"])
    with writing(world.engine) as work:
        (found,) = fire(work, [world.intent("verify", case)], who, world.now)
    assert "您参与过该问题的整改，不能验收销号" in found.refused


def test_it_comes_back_to_where_it_was_found(world: World) -> None:
    case = world.at_work(day(6, 1))
    transfer(world, case, ground="unit")
    transfer(world, case, to=TOWN, ground="unit")
    assert (world.row(case).answerable_id, world.row(case).passed_on) == (world.units[TOWN], False)
    world.do("handler", "progress", case)


def test_a_village_as_successor_means_the_unit_that_answers_for_it(world: World) -> None:
    (case,) = world.feed_back(unit=BUREAU)
    transfer(world, case, to=VILLAGE)
    assert world.row(case).answerable_id == world.units[TOWN]
    why = world.refused("office", "transfer", case, answers={"successor": TOWN})
    assert why == "该问题已由城伯镇党委负责，责任主体没有变"
    assert "没有党组织“水利厅”" in world.refused("office", "transfer", case, answers={"successor": "水利厅"})


# The register


def test_a_unit_changes_who_answers_for_it_once_its_open_problems_have(world: World) -> None:
    """The village goes to the bureau: first its problem, then its line in the register."""
    (case,) = world.feed_back(unit=VILLAGE)
    assert "请先对这些问题办理“变更责任主体”，移交市水利局党组，再改登记" in change(world, VILLAGE, answerable=BUREAU)
    transfer(world, case)
    assert change(world, VILLAGE, answerable=BUREAU) == ""


def test_a_merged_unit_ends_once_its_open_problems_are_anothers(world: World) -> None:
    """What it has passed on stays in its figures and does not keep it alive; nor does what a village's town answers for."""
    (own,), (below,) = world.feed_back(unit=BUREAU), world.feed_back(unit=VILLAGE)
    end = {unit: Wanted("unit", "end", world.units[unit], {"ends_on": "2026-03-09"}) for unit in (BUREAU, VILLAGE)}
    (refused,) = entered(world, "office2", end[BUREAU], asked_by="office")
    assert "没有办结（一轮编号 1）：请先对这些问题办理“变更责任主体”" in refused.refused[0]
    transfer(world, own, to=TOWN)
    for wanted in end.values():
        assert entered(world, "office2", wanted, asked_by="office")[0].refused == ()
    world.go(day(3, 10))
    assert "在今天尚未成立或已撤并" in world.refused("office", "transfer", below, answers={"successor": BUREAU})


# The trail


def tampered(world: World, sql: str, back: str) -> str:
    """Change a table behind the product's back, verify, and put it back; return what was found."""
    for statement in (sql, back):
        with writing(world.engine) as work:
            work.driver.run(statement)
            work.commit()
        if statement is sql:
            found = verify(world.engine, world.home)
    assert not found.ok
    return found.why


def test_a_case_given_to_another_unit_behind_the_products_back_is_found(world: World) -> None:
    """Before a transfer as after one; and back to the unit of its birth too."""
    (case,) = world.feed_back()
    town, bureau = world.units[TOWN], world.units[BUREAU]
    give = f"UPDATE cases SET answerable_id = {{}} WHERE id = {case}"
    assert f"answerable_id 在问题表中是 “{bureau}”，按最后一次变更或出生记录应是 “{town}”" in tampered(
        world, give.format(bureau), give.format(town)
    )
    transfer(world, case)
    assert f"按最后一次变更或出生记录应是 “{bureau}”" in tampered(world, give.format(town), give.format(bureau))
    work = f"UPDATE cases SET passed_on = {{}} WHERE id = {case}"
    assert "passed_on" in tampered(world, work.format("false"), work.format("true"))


def replayed(world: World, *entries: dict[str, Any]) -> str:
    """Return what the replay says of these entries alone."""
    replay = Replay(read_tables({DEFINITION_HASH: DEFINITION}), {}, posts=posts_registered(world))
    try:
        for entry in entries:
            replay.take(entry)
    except Bad as bad:
        return bad.why
    return ""


def test_an_entry_transfers_only_where_the_table_says_so_and_from_who_had_it(world: World) -> None:
    (case,) = world.feed_back()
    transfer(world, case)
    born, moved = world.entry(case, 1), world.entry(case, 2)

    assert replayed(world, born, moved) == ""
    assert "没有写明变更责任主体" in replayed(
        world, born, {name: one for name, one in moved.items() if name != "transferred"}
    )
    assert "不能变更责任主体" in replayed(world, {**born, "transferred": moved["transferred"]})
    other = {**moved, "transferred": {**moved["transferred"], "from": 99}}
    assert f"写的原责任主体是 99，而该问题当时由 {world.units[TOWN]} 负责" in replayed(world, born, other)


def test_a_filing_is_of_the_unit_that_answers_then(world: World) -> None:
    """Whoever rewrites an entry so that the old unit files what it has no more is found by the replay alone."""
    (case,) = world.feed_back()
    transfer(world, case)
    world.do("secretary_bureau", "claim", case)
    world.do("secretary_bureau", "submit_plan", case)
    entries = [world.entry(case, version) for version in range(1, 5)]
    assert replayed(world, *entries) == ""
    filing = {**entries[-1]["filing"], "answerable": world.units[TOWN]}
    assert "责任党组织，与所列的问题不符" in replayed(world, *entries[:-1], {**entries[-1], "filing": filing})


def test_what_a_ledger_said_of_who_is_responsible_ends_with_the_old_unit(world: World) -> None:
    (case,) = world.feed_back()
    assert world.fill(case, responsible="林建国", said="正在修") == []
    transfer(world, case)
    assert world.rows("SELECT responsible, said FROM cases") == [("", "正在修")]
    assert world.fill(case, responsible="朱芳") == []
    assert verify(world.engine, world.home).ok
