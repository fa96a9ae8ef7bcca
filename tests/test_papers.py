"""One file is not every paper of a move: the same content for two needs is refused, evidence aside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states import MATERIALS
from storage.engine import writing
from tests.world import MEASURE, World, material, usual_materials
from workflow.drafts import draft
from workflow.subject import Material

ONE = "0" * 64
# Each move that wants several papers, the road to it, and who makes it.
ROADS: dict[str, tuple[tuple[str, ...], str]] = {
    "withdraw": (("object",), "office"),
    "submit_plan": (("claim",), "secretary"),
    "submit": (("claim", "submit_plan", "approve_plan"), "secretary"),
    "publicize": (("claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text"), "secretary"),
    "withhold": (("claim", "submit_plan", "approve_plan", "submit", "verify"), "office"),
}


def all_one(action: str) -> tuple[Material, ...]:
    """Return what the move needs, every paper the same file."""
    return tuple(replace(one, sha256=ONE, name="扫描件.pdf") for one in usual_materials(action))


@pytest.mark.parametrize("action", ROADS)
def test_the_same_file_for_two_needs_is_refused_and_names_both(world: World, action: str) -> None:
    road, who = ROADS[action]
    (case,) = world.feed_back()
    world.walk(case, *road)
    (said,) = [
        one for one in world.refused(who, action, case, materials=all_one(action)).split("\n") if "同一份文件" in one
    ]
    kinds = [one.kind for one in usual_materials(action) if one.kind != "evidence"]
    assert said == f"{'、'.join(f'“{MATERIALS[kind]}”' for kind in kinds)}交的是同一份文件，请分别交各自的文件"


def test_evidence_may_prove_several_measures_and_stand_elsewhere(world: World) -> None:
    """One photograph for both measures, and the report that shows it."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    world.do("secretary", "submit_plan", case, answers={"measures": [MEASURE, MEASURE]})
    world.agree(case)
    world.do("office", "approve_plan", case)
    report = material("report")
    evidence = [replace(report, kind="evidence", measure=number) for number in (1, 2)]
    world.do("secretary", "submit", case, materials=(*evidence, report, material("commitment")))
    kept = world.rows("SELECT kind FROM materials WHERE sha256 = :sha", sha=report.sha256)
    assert sorted(kind for (kind,) in kept) == ["evidence", "evidence", "report"]


def test_the_minutes_may_be_the_groups_consent_and_the_written_reason_neither(world: World) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify")
    papers = {one.kind: one for one in usual_materials("withhold")}
    reason = (replace(papers["written_reason"], sha256=papers["minutes"].sha256), papers["consent"], papers["minutes"])
    assert "同一份文件" in world.refused("office", "withhold", case, materials=reason)
    both = (papers["written_reason"], replace(papers["consent"], sha256=papers["minutes"].sha256), papers["minutes"])
    world.do("office", "withhold", case, materials=both)
    kept = world.rows("SELECT kind FROM materials WHERE sha256 = :sha", sha=papers["minutes"].sha256)
    assert sorted(kind for (kind,) in kept) == ["consent", "minutes"]


def test_a_draft_with_one_file_for_two_needs_is_not_taken(world: World) -> None:
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    with writing(world.engine) as work:
        intent = world.intent("submit_plan", case, materials=all_one("submit_plan"))
        made = draft(work, intent, world.actor("handler"), world.now)
        work.rollback()
    assert made.refused == ("“整改方案”、“方案承诺书”交的是同一份文件，请分别交各自的文件",)
