"""One filing for several inspections: one document, one signature, each inspection and each case named."""

from __future__ import annotations

import json
from datetime import date

import pytest

from storage.engine import writing
from tests.villages import fed_back, village, visits
from tests.web.statements import listening
from tests.world import BUREAU, TOWN, World, day, material
from trail.export import export
from trail.offline import check_export
from workflow.drafts import draft_batch
from workflow.engine import fire

VILLAGES = [village(number) for number in range(1, 26)]


def all_of(found: dict[str, list[int]]) -> list[int]:
    """Return the cases of all units."""
    return [case for cases in found.values() for case in cases]


def claimed(world: World, units: list[str], each: int = 1) -> dict[str, list[int]]:
    """Return problems of these units, fed back and claimed."""
    found = fed_back(world, units, each)
    world.do("secretary", "claim", *all_of(found))
    return found


def rectifying(world: World, units: list[str], each: int = 1) -> dict[str, list[int]]:
    """Return problems of these units in rectification, filed in one plan."""
    found = claimed(world, units, each)
    cases = all_of(found)
    world.do("secretary", "submit_plan", *cases)
    world.agree(*cases)
    world.do("office", "approve_plan", *cases)
    return found


def filings(world: World) -> list[tuple[str, int]]:
    return [tuple(row) for row in world.rows("SELECT kind, version FROM filings ORDER BY kind, version")]


def covered(world: World, kind: str, version: int) -> list[int]:
    sql = (
        "SELECT inspection_id FROM filing_inspections WHERE kind = :kind AND version = :version ORDER BY inspection_id"
    )
    return [row[0] for row in world.rows(sql, kind=kind, version=version)]


def test_25_villages_of_one_township_are_filed_in_one_plan_one_report_and_one_publication(world: World) -> None:
    """Two problems in each of 25 villages.

    The township claims them and files one plan: one row, one document, one signature; every entry names the 25
    inspections and the 50 cases. Approved, handed in with one report, accepted, and made public together.
    """
    found = claimed(world, VILLAGES, each=2)
    cases = all_of(found)
    world.do("secretary", "submit_plan", *cases)
    ((rows, kind, version, document, promise, signed, whose),) = world.rows(
        "SELECT COUNT(*), MAX(kind), MAX(version), MAX(sha256), MAX(commitment), MAX(signed_by), MAX(answerable_id) FROM filings"
    )
    assert (rows, kind, version) == (1, "plan", 1)
    assert (document, promise) == (material("plan").sha256, material("plan_commitment").sha256)
    assert (signed, whose) == (world.people["secretary"], world.units[TOWN])
    assert covered(world, "plan", 1) == visits(world, VILLAGES)
    said = [world.entry(case)["filing"] for case in cases]
    assert all(one == said[0] for one in said)
    assert (said[0]["inspections"], said[0]["cases"]) == (visits(world, VILLAGES), sorted(cases))
    assert (said[0]["round"], said[0]["answerable"]) == (world.round_id, world.units[TOWN])
    world.agree(*cases)
    world.do("office", "approve_plan", *cases)
    world.do("secretary", "submit", *cases)
    world.agree(*cases)
    world.do("office", "verify", *cases)
    world.do("office", "approve_text", *cases)
    world.do("secretary", "publicize", *cases)
    assert {world.case(case).state for case in cases} == {"publicized"}
    assert filings(world) == [("plan", 1), ("publication", 1), ("report", 1)]
    assert covered(world, "publication", 1) == covered(world, "report", 1) == visits(world, VILLAGES)


def test_which_inspections_are_in_a_filing_the_unit_chooses(world: World) -> None:
    """One of three, then the others: the second filing of the township's in the round."""
    found = claimed(world, VILLAGES[:3])
    world.do("secretary", "submit_plan", *found[VILLAGES[1]])
    world.do("secretary", "submit_plan", *found[VILLAGES[0]], *found[VILLAGES[2]])
    assert filings(world) == [("plan", 1), ("plan", 2)]
    assert covered(world, "plan", 1) == visits(world, VILLAGES[1:2])
    assert covered(world, "plan", 2) == visits(world, [VILLAGES[0], VILLAGES[2]])
    assert [world.entry(found[name][0])["filing"]["version"] for name in VILLAGES[:3]] == [2, 1, 2]


def test_the_townships_own_problems_go_with_those_of_its_villages(world: World) -> None:
    own = world.feed_back(2)
    found = fed_back(world, VILLAGES[:2])
    world.do("secretary", "claim", *own, *all_of(found))
    world.do("secretary", "submit_plan", *own, *all_of(found))
    assert covered(world, "plan", 1) == visits(world, [TOWN, *VILLAGES[:2]])


def test_kinds_rounds_and_units_count_their_filings_apart(world: World) -> None:
    """A report is not the second plan; another unit and another round begin with their own first."""
    found = rectifying(world, VILLAGES[:2])
    world.do("secretary", "submit", *all_of(found))
    bureau = world.feed_back(1, unit=BUREAU)
    world.do("secretary_bureau", "claim", *bureau)
    world.do("secretary_bureau", "submit_plan", *bureau)
    world.open_round("二轮")
    again = claimed(world, VILLAGES[:2])
    world.do("secretary", "submit_plan", *all_of(again))
    assert filings(world) == [("plan", 1), ("plan", 1), ("plan", 1), ("report", 1)]


def test_another_round_is_another_filing(world: World) -> None:
    one = claimed(world, VILLAGES[:1])
    world.open_round("二轮")
    other = claimed(world, VILLAGES[1:2])
    before = world.dump()
    said = world.refused("secretary", "submit_plan", *all_of(one), *all_of(other))
    assert set(said.splitlines()) == {"一次报送只能包括同一轮次的问题"}
    assert world.dump() == before


def test_another_unit_that_answers_is_another_filing(world: World) -> None:
    """Both units have one secretary for the time being: still each answers by its own paper."""
    one = claimed(world, VILLAGES[:1])
    other = fed_back(world, VILLAGES[1:2], answerable=BUREAU)
    world.do("secretary_bureau", "claim", *all_of(other))
    actor = world.actor("secretary")
    both = type(actor)(
        actor.jurisdiction, actor.login, actor.name, (*actor.posts, *world.actor("secretary_bureau").posts), "cli", actor.person_id, "root"
    )  # fmt: skip
    with writing(world.engine) as work:
        wanted = [world.intent("submit_plan", case) for case in (*all_of(one), *all_of(other))]
        outcomes = fire(work, wanted, both, world.now)
        work.rollback()
    assert {one.refused for one in outcomes} == {("一次报送只能包括同一个责任党组织的问题",)}
    assert filings(world) == []


def test_one_inspection_with_a_disputed_problem_holds_up_the_filing_and_is_named(world: World) -> None:
    """Of three villages one objects to a problem: none is filed with it, the other two are filed without it."""
    found = fed_back(world, VILLAGES[:3], each=2)
    late, disputed = found[VILLAGES[2]]
    world.do("secretary", "claim", *found[VILLAGES[0]], *found[VILLAGES[1]], late)
    world.do("secretary", "object", disputed)
    together = [*found[VILLAGES[0]], *found[VILLAGES[1]]]
    before = world.dump()
    outcomes = world.try_("secretary", "submit_plan", *together, late)
    assert outcomes[-1].refused == ("同一次巡察还有 1 个问题待认领或复核中，须全部认领后报送方案",)
    assert {one.refused for one in outcomes[:-1]} == {("同批其他问题被退回，本批均未办理",)}
    assert world.dump() == before
    world.do("secretary", "submit_plan", *together)
    assert covered(world, "plan", 1) == visits(world, VILLAGES[:2])


def test_of_each_inspection_in_it_a_plan_takes_all_or_none(world: World) -> None:
    found = claimed(world, VILLAGES[:2], each=2)
    first, second = found[VILLAGES[0]], found[VILLAGES[1]]
    outcomes = world.try_("secretary", "submit_plan", *first, second[0])
    assert outcomes[-1].refused == ("方案须包括同一次巡察全部已认领的问题，还缺 1 个，请一并报送",)
    assert filings(world) == []
    world.do("secretary", "submit_plan", *first)


def test_a_problem_that_another_unit_answers_for_is_not_waited_for(world: World) -> None:
    """Two problems of one village, for which two units answer: each files its own, neither waits for the other."""
    (ours,) = claimed(world, VILLAGES[:1])[VILLAGES[0]]
    (theirs,) = fed_back(world, VILLAGES[:1], answerable=BUREAU, start=9)[VILLAGES[0]]
    world.do("secretary", "submit_plan", ours)
    world.do("secretary_bureau", "claim", theirs)
    world.do("secretary_bureau", "submit_plan", theirs)
    assert filings(world) == [("plan", 1), ("plan", 1)]


def test_the_plan_clocks_of_each_inspection_follow_its_own_dispute(world: World) -> None:
    """Of two villages one objects: there the clock of what is claimed stands still; in the other it runs on."""
    found = fed_back(world, VILLAGES[:2], each=2)
    (calm, other), (stands, disputed) = found.values()
    world.go(day(3, 4))
    world.do("secretary", "claim", calm, other, stands)
    world.do("secretary", "object", disputed)
    assert [world.clocks(case)["plan"].paused_since for case in (calm, other, stands)] == [None, None, day(3, 4)]
    world.go(day(3, 16))
    world.do("office", "keep", disputed)
    assert [one["case"] for one in world.entry(disputed)["also"]] == [stands]
    assert [world.case(case).state_due_on for case in (calm, other, stands)] == [day(4, 2), day(4, 2), day(4, 14)]


def test_disputes_in_two_inspections_settled_together_let_each_clock_run_on(world: World) -> None:
    """One call keeps the problems of two villages: each entry moves the clock of its own village, and no other."""
    found = fed_back(world, VILLAGES[:2], each=2)
    (first, one), (second, other) = found.values()
    world.go(day(3, 4))
    world.do("secretary", "claim", first, second)
    world.do("secretary", "object", one, other)
    world.go(day(3, 16))
    world.do("office", "keep", one, other)
    assert [[row["case"] for row in world.entry(case)["also"]] for case in (one, other)] == [[first], [second]]


def test_some_of_what_was_filed_is_taken_back_returned_and_filed_again(world: World) -> None:
    """Three villages in one plan. The first is taken back, the second returned with a new date, the third approved.

    Both come again, in one second plan: the first was the township's, the second names the two of them.
    """
    found = claimed(world, VILLAGES[:3])
    (first,), (second,), (third,) = found.values()
    world.do("secretary", "submit_plan", first, second, third)
    world.do("secretary", "recall_plan", first)
    world.agree(second, third)
    world.do("office", "return_plan", second, answers={"new_on": "2026-04-10"})
    world.do("office", "approve_plan", third)
    assert [world.case(case).state for case in (first, second, third)] == ["claimed", "claimed", "rectifying"]
    assert world.told(first, "recall_plan") == {"office"}
    world.do("secretary", "submit_plan", first, second)
    assert filings(world) == [("plan", 1), ("plan", 2)]
    assert covered(world, "plan", 2) == visits(world, VILLAGES[:2])
    assert world.entry(third)["action"] == "approve_plan"
    assert world.told(second, "submit_plan") >= {"office", "discipline", "organisation"}


def test_a_draft_that_could_never_be_confirmed_is_not_kept(world: World) -> None:
    one = rectifying(world, VILLAGES[:1])
    world.open_round("二轮")
    other = rectifying(world, VILLAGES[1:2])
    with writing(world.engine) as work:
        wanted = [world.intent("submit", case) for case in (*all_of(one), *all_of(other))]
        made = draft_batch(work, wanted, world.actor("handler"), world.now)
        work.rollback()
    assert (made.draft, made.refused) == (None, ("一次报送只能包括同一轮次的问题",))


def test_what_is_asked_does_not_grow_with_the_inspections(world: World) -> None:
    """A plan of two villages and a plan of ten ask the database as often."""
    few, many = claimed(world, VILLAGES[:2]), claimed(world, VILLAGES[2:12])
    asked = []
    for found in (few, many):
        with listening(world.engine) as heard:
            world.do("secretary", "submit_plan", *all_of(found))
        asked.append(len([one for one in heard if one.reads]))
    assert asked[0] == asked[1]


def test_an_export_of_it_checks_and_names_inspections_and_cases(world: World) -> None:
    found = claimed(world, VILLAGES[:5])
    world.do("secretary", "submit_plan", *all_of(found))
    path = world.home / "export.jsonl"
    export(world.engine, path, None, with_texts=True)
    assert check_export(path).ok
    bodies = [json.loads(json.loads(line)["body"]) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    said = [body["filing"] for body in bodies if body.get("filing")]
    assert [len(one["inspections"]) for one in said] == [5] * 5
    assert {tuple(one["cases"]) for one in said} == {tuple(sorted(all_of(found)))}


@pytest.mark.parametrize("count", [130])
def test_a_filing_written_in_parts_is_one_row_with_all_its_inspections(world: World, count: int) -> None:
    found = claimed(world, [village(number) for number in range(1, count + 1)])
    world.do("secretary", "submit_plan", *all_of(found))
    assert filings(world) == [("plan", 1)]
    assert len(covered(world, "plan", 1)) == count


def test_a_date_of_feedback_of_its_own_keeps_its_own_plan_clock(world: World) -> None:
    """Fed back on two days, filed together: each was due by its own day."""
    one = fed_back(world, VILLAGES[:1])
    world.go(date(2026, 3, 9))
    other = fed_back(world, VILLAGES[1:2])
    world.do("secretary", "claim", *all_of(one), *all_of(other))
    assert [world.clocks(case)["plan"].due_on for case in (*all_of(one), *all_of(other))] == [day(4, 2), day(4, 9)]
    world.do("secretary", "submit_plan", *all_of(one), *all_of(other))
    assert covered(world, "plan", 1) == visits(world, VILLAGES[:2])
