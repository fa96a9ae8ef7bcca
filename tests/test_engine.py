"""What `fire` promises: batches, staleness, once under a key, all or nothing, every reason at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from register.road import enter
from register.wanted import Wanted
from storage.engine import reading, writing
from storage.work import NotCommitted
from tests.world import BUREAU, MEASURE, TOWN, World, material, usual_materials
from trail.salt import commit
from workflow.engine import Mode, fire
from workflow.gather import BadBatch
from workflow.outcome import Outcome
from workflow.people import WithoutPost
from workflow.rules import DEFINITION_HASH
from workflow.subject import Intent, Material, Post

pytestmark = pytest.mark.both


def fired(world: World, login: str, intents: list[Intent], mode: Mode = "each") -> list[Outcome]:
    """Fire intents made by hand, and commit."""
    with writing(world.engine) as work:
        outcomes = fire(work, intents, world.actor(login), world.now, mode)
        work.commit()
    return outcomes


# --- batches -------------------------------------------------------------------------------------------------------


def test_in_each_mode_the_refused_drop_out(world: World) -> None:
    one, two, three = world.feed_back(3)
    world.do("secretary", "claim", two)
    outcomes = world.try_("secretary", "claim", three, two, one)
    assert [(o.case, o.outcome) for o in outcomes] == [(three, "done"), (two, "refused"), (one, "done")]
    assert [o.version for o in outcomes] == [2, 2, 2]


def test_in_all_mode_one_refused_is_none_done_and_everybody_is_told_why(world: World) -> None:
    one, two, three = world.feed_back(3)
    world.do("secretary", "claim", two)
    before = world.dump()
    outcomes = world.try_("secretary", "claim", one, two, three, mode="all")
    assert [o.outcome for o in outcomes] == ["refused"] * 3
    assert "当前状态为“待报方案”" in outcomes[1].refused[0]
    assert outcomes[0].refused == outcomes[2].refused == ("同批其他问题被退回，本批均未办理",)
    assert world.dump() == before


def test_one_stale_in_an_all_batch_is_none_done(world: World) -> None:
    one, two = world.feed_back(2)
    before = world.dump()
    outcomes = fired(world, "secretary", [world.intent("claim", one), world.intent("claim", two, version=9)], "all")
    assert [o.outcome for o in outcomes] == ["refused", "stale"]
    assert world.dump() == before


def test_a_case_named_twice_stops_the_call(world: World) -> None:
    (case,) = world.feed_back()
    before = world.dump()
    with writing(world.engine) as work, pytest.raises(BadBatch, match="同一问题只能办理一次"):
        fire(
            work,
            [world.intent("claim", case), world.intent("acknowledge", case)],
            world.actor("secretary"),
            world.now,
        )
    assert world.dump() == before


def test_an_empty_batch_does_nothing(world: World) -> None:
    before = world.dump()
    assert fired(world, "secretary", []) == []
    assert world.dump() == before


def test_a_number_given_twice_in_one_batch_of_births_is_refused(world: World) -> None:
    world.feed_back(1)
    with pytest.raises(AssertionError, match="编号 1 在本轮该党组织的问题中已经使用"):
        world.feed_back(1)


# --- filings: one document, all or none ----------------------------------------------------------------------------


def test_a_filing_is_all_or_none_even_where_nobody_asked_for_it(world: World) -> None:
    one, two = world.all_at_work(2)
    before = world.dump()
    without = tuple(m for m in usual_materials("submit") if m.kind != "evidence")
    outcomes = fired(world, "secretary", [world.intent("submit", one), world.intent("submit", two, materials=without)])
    assert [o.outcome for o in outcomes] == ["refused", "refused"]
    assert outcomes[1].refused == ("第 1 项措施缺少佐证材料",)
    assert world.dump() == before
    world.do("secretary", "submit", one, two)
    rows = world.rows("SELECT version, sha256, commitment, signed_by FROM filings WHERE kind = 'report'")
    assert [tuple(row) for row in rows] == [
        (1, material("report").sha256, material("commitment").sha256, world.people["secretary"])
    ]
    assert (
        world.entry(one)["filing"]
        == world.entry(two)["filing"]
        == {
            "kind": "report", "version": 1, "sha256": rows[0][1], "commitment": rows[0][2], "round": world.round_id,
            "answerable": world.units[TOWN], "inspections": [1], "cases": [one, two],
        }
    )  # fmt: skip


def test_a_plan_takes_every_claimed_problem_of_the_inspection(world: World) -> None:
    one, two, three = world.feed_back(3)
    world.do("secretary", "claim", one, two)
    assert "还有 1 个问题待认领" in world.refused("secretary", "submit_plan", one, two)
    world.do("secretary", "claim", three)
    assert "还缺 1 个，请一并报送" in world.refused("secretary", "submit_plan", one, two)
    aside = fired(
        world,
        "secretary",
        [world.intent("submit_plan", one), world.intent("submit_plan", two), world.intent("acknowledge", three)],
    )
    assert [o.outcome for o in aside] == ["refused"] * 3, "in the call, but not in the filing"
    world.do("secretary", "submit_plan", one, two, three)


def test_what_is_filed_together_is_one_document_of_one_round(world: World) -> None:
    one, two = world.all_at_work(2)
    other_report = tuple(replace(m, sha256="0" * 64) if m.kind == "report" else m for m in usual_materials("submit"))
    unlike = fired(
        world, "secretary", [world.intent("submit", one), world.intent("submit", two, materials=other_report)]
    )
    assert {o.refused for o in unlike} == {("一次报送的文件须是同一份，佐证材料除外",)}
    own_evidence = tuple(replace(m, sha256="1" * 64) if m.kind == "evidence" else m for m in usual_materials("submit"))
    world.open_round("二轮")
    (elsewhere,) = world.all_at_work(1)
    assert "一次报送只能包括同一轮次的问题" in world.refused("secretary", "submit", one, elsewhere)
    assert [
        o.outcome
        for o in fired(
            world, "secretary", [world.intent("submit", one), world.intent("submit", two, materials=own_evidence)]
        )
    ] == ["done"] * 2


def test_a_strangers_case_in_a_filing_looks_like_none(world: World) -> None:
    """The secretary learns the same whether a number belongs to another unit or to nobody."""
    (own,) = world.all_at_work(1)
    (foreign,) = world.feed_back(unit="市水利局党组")
    known, unknown = (world.try_("secretary", "submit", own, case) for case in (foreign, 4242))
    assert [o.refused for o in known] == [o.refused for o in unknown]


# --- versions ------------------------------------------------------------------------------------------------------


def test_reminders_and_signatures_do_not_make_a_form_stale(world: World) -> None:
    (case,) = world.feed_back()
    seen = world.case(case).version
    world.scan(date(2026, 3, 6))
    world.do("secretary", "acknowledge", case)
    assert world.case(case).version == seen + 2
    world.do("secretary", "claim", case, version=seen)


def test_a_form_is_stale_once_state_or_dates_have_moved(world: World) -> None:
    (case,) = world.all_at_work(1)
    seen = world.case(case).version
    world.do("secretary", "request_extension", case)
    world.do("office", "grant_extension", case)
    for version in (seen, seen + 1, seen + 9):
        (outcome,) = world.try_("secretary", "submit", case, version=version)
        assert (outcome.outcome, outcome.version, outcome.to) == ("stale", seen + 2, None)
        assert outcome.refused == (f"页面已过时：问题 {case} 现为第 {seen + 2} 版（整改中），请刷新后再办",)
    assert world.try_("secretary_bureau", "submit", case, version=seen)[0].outcome == "refused", (
        "no news of other people's cases"
    )


# --- once under a key ----------------------------------------------------------------------------------------------


def test_a_repeat_under_the_same_key_returns_what_was_done(world: World) -> None:
    (case,) = world.feed_back()
    (first,) = world.do("secretary", "claim", case, key="K")
    world.do("secretary", "submit_plan", case)
    before = world.dump()
    (again,) = world.try_("secretary", "claim", case, key="K")
    assert (again.outcome, again.case, again.origin, again.to, again.version, again.index) == (
        "already",
        case,
        "feedback",
        "claimed",
        first.version,
        first.index,
    )
    assert world.dump() == before
    assert [row[0] for row in world.rows("SELECT key FROM trail WHERE key IS NOT NULL")] == [
        f"{world.people['secretary']}/K/{case}"
    ]


def test_the_same_key_for_something_else_is_refused(world: World) -> None:
    case, other = world.feed_back(2)
    world.do("secretary", "claim", case, key="K")
    before = world.dump()
    wanted = world.intent("claim", case, key="K")
    changed = (
        world.intent("acknowledge", case, key="K"),
        world.intent("claim", other, key="K"),
        replace(wanted, answers={**wanted.answers, "person": "别人"}),
        replace(wanted, materials=(material("evidence"),)),
    )
    for intent in changed:
        (outcome,) = fired(world, "secretary", [intent])
        assert (outcome.outcome, outcome.refused) == ("refused", ("键“K”已用于另一次办理，请换一个键",))
    assert world.dump() == before


def test_a_key_is_its_actors_alone(world: World) -> None:
    """Two secretaries and the office use one key: none is blocked by another, and none learns that it was used."""
    (case,) = world.feed_back()
    (foreign,) = world.feed_back(unit=BUREAU)
    wanted = world.intent("claim", case, key="K")
    (alone,) = fired(world, "office", [wanted])
    (first,) = world.do("secretary", "claim", case, key="K")
    (after,) = fired(world, "office", [wanted])
    assert [one.outcome for one in (alone, after)] == ["refused", "refused"]
    assert not [sentence for sentence in (*alone.refused, *after.refused) if "键" in sentence]
    assert fired(world, "secretary_bureau", [wanted])[0].refused == ("问题不存在，或不在您的职责范围内",)
    (other,) = fired(world, "secretary_bureau", [world.intent("claim", foreign, key="K")])
    assert (other.outcome, other.case) == ("done", foreign)
    (again,) = fired(world, "secretary", [wanted])
    assert (again.outcome, again.index) == ("already", first.index)


def test_repeats_at_the_same_instant_are_done_once(world: World) -> None:
    """Six requests under one key reach the server together: one entry, and all are told which."""
    case = world.at_work(date(2026, 5, 4))
    intent = world.intent("progress", case, key="K")
    with ThreadPoolExecutor(6) as pool:
        outcomes = [one for found in pool.map(lambda _: fired(world, "handler", [intent]), range(6)) for one in found]
    assert sorted(one.outcome for one in outcomes) == ["already"] * 5 + ["done"]
    assert len({one.index for one in outcomes}) == 1
    assert world.actions(case).count("progress") == 1


def test_a_refusal_is_not_remembered(world: World) -> None:
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    assert "缺少材料" in world.refused("secretary", "submit_plan", case, materials=(), key="K")
    assert world.do("secretary", "submit_plan", case, key="K")[0].to == "plan_review"


def test_a_batch_repeated_under_its_key_does_what_was_left_of_it(world: World) -> None:
    """Each case with its own answers. One is refused; when the whole batch comes again, only that one is done."""
    one, two, three = world.feed_back(3)
    world.do("secretary", "object", two)
    batch = [world.intent("claim", case, {"person": f"责任人{case}"}, key="K") for case in (one, two, three)]
    assert [o.outcome for o in fired(world, "secretary", batch)] == ["done", "refused", "done"]
    world.do("office", "keep", two)
    assert [o.outcome for o in fired(world, "secretary", batch)] == ["already", "done", "already"]
    assert [o.outcome for o in fired(world, "secretary", batch)] == ["already"] * 3
    assert fired(world, "secretary", batch[:2])[0].outcome == "refused", "another batch"


def test_a_key_that_cannot_be_kept_is_refused(world: World) -> None:
    (case,) = world.feed_back()
    for key in ("", " ", "a/b", "a\x00b", "a\nb", "\ud800", "k" * 201):
        assert world.refused("secretary", "claim", case, key=key) == "防重键应为 1 至 200 个可见字符，不能含“/”"


def test_a_key_bears_any_answers_and_materials(world: World) -> None:
    """Two evidences, one for a measure and one for none; figures with decimals; names of figures that are none."""
    (case,) = world.all_at_work(1)
    papers = (*usual_materials("submit"), Material("evidence", "1" * 64, "现场.jpg", 9))
    world.refused("secretary", "submit", case, key="K", materials=papers, answers={"results": {"新": 1.5}})
    world.do("secretary", "submit", case, key="K", materials=papers, answers={"results": {"money_recovered": 120.5}})
    assert world.rows("SELECT kind, amount FROM results WHERE amount > 0") == [("money_recovered", 12050)]


# --- all or nothing ------------------------------------------------------------------------------------------------


def test_fire_never_commits(world: World) -> None:
    (case,) = world.feed_back()
    before = world.dump()
    with writing(world.engine) as work:
        (outcome,) = fire(work, [world.intent("claim", case)], world.actor("secretary"), world.now)
        assert outcome.outcome == "done"
        assert world.dump() == before, "another connection sees nothing yet"
        work.rollback()
    assert world.dump() == before, "nothing is left without the caller's COMMIT"
    world.do("secretary", "claim", case)


def _claim_twice_and_commit_once(world: World, first: int, second: int) -> None:
    with writing(world.engine) as work:
        fire(work, [world.intent("claim", first)], world.actor("secretary"), world.now)
        work.commit()
        fire(work, [world.intent("claim", second)], world.actor("secretary"), world.now)


def test_work_with_a_move_left_uncommitted_is_stopped_before_anybody_is_told(world: World) -> None:
    first, second = world.feed_back(2)
    before = world.dump()
    with pytest.raises(NotCommitted), writing(world.engine) as work:
        fire(work, [world.intent("claim", first)], world.actor("secretary"), world.now)
    assert world.dump() == before
    with pytest.raises(NotCommitted):
        _claim_twice_and_commit_once(world, first, second)
    assert world.case(first).state == "claimed"
    assert world.case(second).state == "feedback", "each COMMIT is for what was fired before it"


def test_a_refusal_wants_no_commit_and_nothing_is_fired_where_only_reading_was_asked_for(world: World) -> None:
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        (outcome,) = fire(work, [world.intent("claim", case)], world.actor("office"), world.now)
    assert outcome.outcome == "refused"
    before = world.dump()
    with pytest.raises(AssertionError, match="只读"), reading(world.engine) as work:
        fire(work, [world.intent("claim", case)], world.actor("secretary"), world.now)
    assert world.dump() == before


def test_a_crash_in_the_middle_of_a_batch_leaves_nothing(world: World) -> None:
    cases = world.feed_back(3)
    before = world.dump()
    drawn = iter([b"1" * 32] * 5)

    def dice(size: int) -> bytes:
        return next(drawn)[:size]

    with pytest.raises((StopIteration, RuntimeError)), writing(world.engine) as work:
        fire(work, [world.intent("claim", case) for case in cases], world.actor("secretary"), world.now, dice=dice)
    assert world.dump() == before


def test_a_refusal_leaves_nothing_behind(world: World) -> None:
    """Wrong person or state, missing answers or materials, a foreign case, an unknown act: no row has changed."""
    (case,) = world.feed_back()
    before = world.dump()
    for login, action, more in (
        ("leader", "claim", {}),
        ("office", "verify", {}),
        ("secretary", "claim", {"answers": {"person": ""}}),
        ("secretary", "object", {"materials": ()}),
        ("secretary_bureau", "claim", {}),
    ):
        assert world.refused(login, action, case, **more)
    assert fired(world, "secretary", [Intent("publish_everything", case)])[0].refused == (
        "没有“publish_everything”这项操作",
    )
    assert world.dump() == before


def test_all_reasons_are_given_at_once(world: World) -> None:
    """The wrong person, an answer not asked, one that is no date, materials missing and not wanted, and a guard."""
    case, _ = world.feed_back(2)
    world.do("secretary", "claim", case)
    answers = {"measures": [{**MEASURE, "on": "下月底"}], "new_on": "2026-05-01"}
    said = fired(world, "handler", [Intent("submit_plan", case, answers=answers, materials=(material("evidence"),))])[
        0
    ].refused
    assert said == (
        "“报送方案”应由（责任党组织的）党组织书记办理",
        "此操作不填“new_on”",
        "第 1 项措施的完成日期不是日期：“下月底”，请写作 2026-03-05",
        "此操作不收材料“佐证材料”",
        "缺少材料：整改方案",
        "缺少材料：方案承诺书",
        "同一次巡察还有 1 个问题待认领或复核中，须全部认领后报送方案",
    )


def test_time_on_the_trail_never_runs_backwards(world: World) -> None:
    """The server's clock jumps back a week: the trail stays where it was, and so do the days reckoned."""
    (case,) = world.feed_back()
    world.later(10)
    world.scan()
    world.later(-7)
    world.do("secretary", "claim", case)
    instants = [world.entry(case, version)["at"] for version in (1, 2, 3)]
    assert instants == ["2026-03-02T02:00:00.000000Z", "2026-03-12T02:00:00.000000Z", "2026-03-12T02:00:00.000000Z"]
    assert world.clocks(case)["plan"].started_on == date(2026, 3, 12)


# --- what an auditor finds, and what not ---------------------------------------------------------------------------


def test_nothing_is_written_of_a_person_without_a_post_nor_of_a_post_without_a_person(world: World) -> None:
    (case,) = world.feed_back()
    before = world.dump()
    secretary, held = world.actor("secretary"), world.actor("secretary").posts[0]
    for actor in (replace(secretary, posts=(replace(held, id=None),)), replace(secretary, person_id=None)):
        with pytest.raises(WithoutPost, match="没有凭职务办理"), writing(world.engine) as work:
            fire(work, [world.intent("acknowledge", case)], actor, world.now)
    office = replace(world.actor("office"), posts=(Post("office"),))
    with pytest.raises(WithoutPost), writing(world.engine) as work:
        enter(work, [Wanted("unit", "make", None, {"name": "甲镇党委"})], office, world.now)
    assert world.dump() == before


def test_an_entry_says_who_when_in_which_role_and_by_which_rules(world: World) -> None:
    (case,) = world.feed_back()
    world.do("secretary", "object", case)
    world.do("office", "withdraw", case, occurred_on=date(2026, 2, 27))
    entry = world.entry(case)
    assert (entry["v"], entry["kind"], entry["index"], entry["case"], entry["version"]) == (
        1,
        "move",
        world.size - 1,
        case,
        3,
    )
    assert (entry["action"], entry["from"], entry["to"]) == ("withdraw", "disputed", "withdrawn")
    assert entry["actor"] == {
        "person": world.people["office"],
        "login": "office",
        "role": "office",
        "post": world.posts["office"],
    }
    assert (entry["via"], entry["os_user"], entry["on_behalf"], entry["prepared_by"]) == (
        "cli",
        "root",
        "leading_group",
        None,
    )
    assert (entry["at"], entry["written_at"], entry["occurred_on"]) == (
        "2026-03-02T02:00:00.000000Z",
        "2026-03-02T02:00:00.000000Z",
        "2026-02-27",
    )
    assert entry["decision"] == {"number": "领组〔2026〕3号", "on": "2026-03-02"}
    assert {m["kind"]: m["sha256"] for m in entry["materials"]} == {
        kind: material(kind).sha256 for kind in ("fact_check", "minutes")
    }
    assert (entry["moves"], len(entry["profile"])) == (DEFINITION_HASH, 64)
    assert (entry["after"]["state"], entry["after"]["version"], entry["after"]["clocks"]) == ("withdrawn", 3, {})


def test_texts_stand_on_the_trail_only_as_salted_hashes(world: World) -> None:
    """Answers and words stand beside the trail with their salts; the bodies hold commitments that they open."""
    (case,) = world.all_at_work(1)
    secret = "张三退款 3000 元"
    world.do("handler", "progress", case, answers={"text": secret})
    bodies = b"".join(bytes(row[0]) for row in world.rows("SELECT body FROM trail")).decode()
    assert not [word for word in (secret, "路灯不亮", "背街损坏17盏", "林建国", "逐盏维修路灯") if word in bodies]
    entry = world.entry(case)
    ((side,),) = world.rows("SELECT body FROM texts WHERE idx = :idx", idx=entry["index"])
    salt, text = json.loads(side)["answers.text"]
    assert (text, entry["answers"]["text"]) == (secret, commit(bytes.fromhex(salt), secret))
    salts = {salt for (side,) in world.rows("SELECT body FROM texts") for salt, _ in json.loads(side).values()}
    assert len(salts) == sum(len(json.loads(side)) for (side,) in world.rows("SELECT body FROM texts"))
