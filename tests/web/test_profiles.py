"""Profiles in the browser: read with their meaning, the next version made of one and tried out, put in force by two, given to a running round."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import pytest

from register.household import NotEntered
from storage.engine import reading
from tests.web.conftest import Answer, Door, field_in
from tests.web.statements import listening
from tests.web.test_calendar import said
from tests.world import CAST, county, day
from workflow.rules import profiles_of

PAGE = "/register/profile"
WHY = "巡察办发〔2026〕5号"
SHIPPED, NEXT = (f"第 {number} 版" for number in (county().version, county().version + 1))


def fields(**changed: str) -> dict[str, str]:
    """Return what is filled in: the reason, and the numbers that are different; `__` stands for a dot."""
    return {"reason": WHY, "verifiers": "office", **{name.replace("__", "."): value for name, value in changed.items()}}


def path(digest: str = "") -> str:
    return f"{PAGE}/{digest or county().digest}"


def looked(door: Door, login: str = "office", digest: str = "", **changed: str) -> Answer:
    """Fill in the form of the next version, and look it through."""
    return door.as_(login).submit(f"{path(digest)}/next", {**fields(**changed), "step": "look"})


def asked(door: Door, login: str = "office", digest: str = "", **changed: str) -> int:
    """Look a version through and ask for it; return the number of the request."""
    page = looked(door, login, digest, **changed)
    assert page.status_code == 200, said(page)
    data = {name: html.unescape(field_in(page.text, name)) for name in ("changes", "reason", "was")}
    answer = door.as_(login).submit(f"{path(digest)}/next", {**data, "step": "do"})
    assert answer.status_code == 303, said(answer)
    return int(answer.headers["location"].rpartition("=")[2])


def decided(door: Door, number: int, step: str = "approve", login: str = "office2") -> Answer:
    """Open a request and decide on it as its page shows it."""
    page = f"{PAGE}/requests/{number}"
    seen = field_in(door.as_(login).get(page).text, "seen")
    return door.as_(login).submit(page, {"step": step, "seen": seen})


def put_in_force(door: Door, **changed: str) -> str:
    """Let one ask for a version made of the shipped one, and another approve; return its hash."""
    assert decided(door, asked(door, **changed)).status_code == 200
    return str(door.world.rows("SELECT hash FROM profiles ORDER BY version DESC")[0][0])


def reprofiled(door: Door, digest: str, reason: str = WHY) -> Answer:
    """Ask that the running round follow a version."""
    data = {"round": str(door.world.round_id), "reason": reason}
    return door.as_("office").submit(f"{path(digest)}/try", data)


def moves_of(door: Door, case: int) -> list[dict[str, Any]]:
    """Return what the trail says of each time a case's dates were reckoned anew."""
    sql = "SELECT body FROM trail WHERE case_id = :case AND action = 'recompute' ORDER BY idx"
    return [json.loads(bytes(body)) for (body,) in door.world.rows(sql, case=case)]


def messages(door: Door) -> int:
    return int(door.world.rows("SELECT COUNT(*) FROM outbox")[0][0])


def test_a_version_says_what_each_number_means(town_door: Door) -> None:
    """Length, anchor, rest days and meaning; who put it in force; administrators read it, nobody else does."""
    page = said(town_door.as_("office").get(path()))
    for words in (
        "认领 5 个工作日 反馈之日 只数工作日 书记认领问题", "集中整改 3 个月 反馈之日，加上在巡察办的日子 不顺延", "随程序带来",
        "绿色提醒，到期前 20 天；黄色提醒，到期前 10 天；红色预警（已逾期），逾期次日起", "逾期达到天数 15 天，同时升级督办",
        "谁可以验收销号 巡察办、纪委监委", "用这一版的轮次 一轮 ；新的轮次用这一版",
    ):  # fmt: skip
        assert words in page, words
    reader = town_door.as_("secauditor")
    assert "立下一版" not in said(reader.get(PAGE))
    assert [reader.get(f"{path()}{more}").status_code for more in ("", "/next", "/try")] == [200, 404, 404]
    assert town_door.as_("secretary").get(path()).status_code == 404


def test_the_next_version_is_made_tried_out_and_put_in_force_by_two(door: Door) -> None:
    """Seven working days to claim in place of five: only that is recorded; new rounds follow it, the running one does not."""
    world = door.world
    (case,) = world.feed_back()
    due = world.clocks(case)["claim"].due_on
    door.as_("office")
    before = world.dump()
    preview = looked(door, limits__claim__number="7", verifiers="office")
    words = said(preview)
    for part in (
        f"县（市）通用 {NEXT}", WHY, "时限：认领 5 个工作日 7 个工作日", "谁可以验收销号 巡察办、纪委监委 巡察办",
        "一轮办理中的 1 个问题，1 个的期限会变 ，最多推后 2 天", "认领 2026年3月9日（周一） 2026年3月11日（周三） 推后 2 天",
    ):  # fmt: skip
        assert part in words, part
    after = world.dump()
    assert after == before, "looking writes nothing"
    number = asked(door, limits__claim__number="7")
    assert world.rows("SELECT fields FROM requests WHERE id = :it", it=number)[0][0].count("limits.") == 1
    assert "申请人不能审批自己的申请" in said(decided(door, number, login="office"))
    page = said(door.as_("office2").get(f"{PAGE}/requests/{number}"))
    assert CAST["office"][0] in page
    assert "最多推后 2 天" in page
    assert "已启用，新的轮次用这一版" in said(decided(door, number))
    ((digest, body),) = world.rows(f"SELECT hash, body FROM profiles WHERE version = {county().version + 1}")
    assert json.loads(body)["limits"]["claim"] == "7 workdays"
    listed = said(door.as_("office").get(PAGE))
    assert f"{CAST['office'][0]}申请，{CAST['office2'][0]}审批" in listed
    assert re.search(rf"{NEXT} 新的轮次用", listed)
    one = said(door.as_("office").get(path(digest)))
    assert (
        f"与{SHIPPED}相比 项目 {SHIPPED} {NEXT} 谁可以验收销号 巡察办、纪委监委 巡察办 时限：认领 5 个工作日 7 个工作日"
        in one
    )
    assert world.clocks(case)["claim"].due_on == due
    world.enter("office", "round", "make", name="二轮", profile="县（市）通用")
    assert world.rows("SELECT profile FROM rounds WHERE name = '二轮'") == [(digest,)]


def test_a_running_round_follows_another_version_by_two_with_a_reason(door: Door) -> None:
    """Each moved case has an entry; periods and rungs stay, nothing is sent again; the explanation names the version in force."""
    world = door.world
    (case, claimed) = world.feed_back(2)
    world.do("secretary", "acknowledge", case, claimed)
    world.do("secretary", "claim", claimed)
    world.scan(day(3, 4))
    assert world.alerts(case, "claim") == ["half"]
    was, plan = world.clocks(case)["claim"], world.clocks(claimed)["plan"]
    digest = put_in_force(door, limits__claim__number="7", limits__plan__number="2")
    assert "请写明依据" in said(reprofiled(door, digest, ""))
    answer = reprofiled(door, digest)
    assert answer.status_code == 303
    number = int(answer.headers["location"].rpartition("=")[2])
    assert "最多推后" in said(door.as_("office").get(f"{path(digest)}/try?round={world.round_id}"))
    assert "到“时限方案”页办理" in said(door.as_("office2").get("/register"))
    assert door.as_("office2").submit(f"/register/requests/{number}", {"step": "approve"}).status_code == 404
    sent = messages(door)
    assert "这一轮已改用，2 个问题的期限随之变动" in said(decided(door, number))
    now = world.clocks(case)["claim"]
    assert (now.due_on, now.period, now.rung, now.first_due_on) == (date(2026, 3, 11), was.period, "half", was.due_on)
    assert world.clocks(claimed)["plan"].due_on == date(2026, 5, 2) != plan.due_on
    (move,) = moves_of(door, case)
    ((entry,),) = world.rows("SELECT MAX(idx) FROM trail WHERE action = 'round.reprofile'")
    assert (move["inputs"]["profile"], move["profile"], move["via"]) == (entry, digest, "clock")
    assert messages(door) == sent
    for morning in (5, 6, 9):
        world.scan(day(3, morning))
    assert (world.alerts(case, "claim"), messages(door)) == (["half"], sent)
    world.scan(day(3, 10))
    assert world.alerts(case, "claim") == ["half", "eve"]
    door.known.pop("office")
    page = said(door.as_("office").get(f"/cases/{case}"))
    for words in (
        f"改用时限方案（{WHY}）：认领：2026年3月9日（周一） → 2026年3月11日（周三）",
        f"依据：时限方案“县（市）通用”{NEXT}",
        "改用时限方案后重新计算",
    ):
        assert words in page, words
    assert door.as_("office").get(f"/register/round/{world.round_id}").text.count(NEXT) > 0


def followed(door: Door, digest: str) -> None:
    """Let one ask that the running round follow a version, and another approve."""
    number = int(reprofiled(door, digest).headers["location"].rpartition("=")[2])
    assert decided(door, number).status_code == 200


def test_a_date_moved_well_ahead_is_told_again_before_anything_above_a_reminder(door: Door) -> None:
    """All rungs were told; 40 working days in place of five: each comes again at its new day, and only what was told since counts."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    for on in (4, 6, 10):
        world.scan(day(3, on))
    assert world.alerts(case, "claim") == ["half", "eve", "red"]
    sent = messages(door)
    followed(door, put_in_force(door, limits__claim__number="40"))
    (move,) = moves_of(door, case)
    assert move["inputs"]["moved"][0]["again"] == ["half", "eve", "red"]
    now = world.clocks(case)["claim"]
    assert (now.due_on, now.period, now.rung, now.tellings, now.told_on) == (day(4, 28), move["version"], "", 0, None)
    assert "到新的日子重新提醒：时限过半、临期提醒、红色预警（已逾期）" in said(
        door.as_("office2").get(f"/cases/{case}")
    )
    world.scan(day(3, 11))
    assert messages(door) == sent, "nothing is told at once"
    for morning in (day(3, 31), day(4, 27), day(4, 29), day(5, 7)):
        world.scan(morning)
    assert (world.alerts(case, "claim")[3:], world.stands(case)[0]) == (["half", "eve", "red"], "feedback")
    world.scan(day(5, 8))
    assert world.stands(case)[0] == "escalated"
    ((body,),) = world.rows("SELECT body FROM trail WHERE case_id = :case AND action = 'flag'", case=case)
    (met,) = json.loads(bytes(body))["inputs"]["criteria"]
    assert (met["tellings"], met["first_told_on"], met["period"]) == (3, "2026-03-31", move["version"])


ONLY_FLAGS = {"criteria__unclaimed__escalate__does": "no", "criteria__overdue__escalate__does": "no"}
ESCALATES = dict.fromkeys(ONLY_FLAGS, "yes")


@pytest.mark.parametrize(("claim", "tonight"), [("5", 1), ("11", 0), ("60", 0)])
def test_what_was_flagged_escalates_tonight_where_the_trial_says_so_and_nowhere_else(
    door: Door, claim: str, tonight: int
) -> None:
    """Flagged under numbers that only flag; then such as escalate, with as many days, and with more, so that it is late no longer."""
    world = door.world
    (case,) = world.feed_back()
    followed(door, digest := put_in_force(door, **ONLY_FLAGS))
    for on in (4, 6, 10, 16):
        world.scan(day(3, on))
    assert (world.stands(case)[0], world.clocks(case)["claim"].flags) == ("feedback", "unclaimed")
    for login in ("office", "office2"):
        door.known.pop(login)
    decided(door, asked(door, digest=digest, limits__claim__number=claim, **ESCALATES))
    newest = str(world.rows("SELECT hash FROM profiles ORDER BY version DESC")[0][0])
    words = said(door.as_("office").get(f"{path(newest)}/try?round={world.round_id}"))
    assert ("升级督办 1 个" in words) == bool(tonight)
    followed(door, newest)
    world.scan(day(3, 16))
    assert (world.stands(case)[0] == "escalated") == bool(tonight)


def test_what_would_come_into_the_past_stays_and_a_stricter_criterion_flags_tonight(door: Door) -> None:
    """One working day to claim, five days late is 整改不力: the dates stay, the flag is foreseen, and comes with the next scan."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    for on in (4, 6, 10, 14):
        world.scan(day(3, on))
    words = said(looked(door, limits__claim__number="1", criteria__overdue__days__number="5"))
    assert "今晚会新判定疑似整改不力 1 个，升级督办 1 个" in words
    assert "1 个期限算出来在今天或以前，维持原来的日期" in words
    assert "■ 升级督办：逾期达到天数" in words
    digest = put_in_force(door, limits__claim__number="1", criteria__overdue__days__number="5")
    decided(door, int(reprofiled(door, digest).headers["location"].rpartition("=")[2]))
    assert (world.clocks(case)["claim"].due_on, moves_of(door, case)) == (day(3, 9), [])
    assert world.stands(case)[0] == "feedback"
    world.scan(day(3, 14))
    assert world.stands(case)[0] == "escalated", "when to look again was reckoned anew"


def test_another_process_judges_by_the_version_in_force(door: Door) -> None:
    """What a process remembers of a round's profile cannot become wrong: the next question is answered by the new one."""
    world = door.world
    world.feed_back()
    with reading(world.engine) as work:
        assert profiles_of(work.driver, [world.round_id])[world.round_id].version == county().version
    digest = put_in_force(door, limits__claim__number="7")
    decided(door, int(reprofiled(door, digest).headers["location"].rpartition("=")[2]))
    with reading(world.engine) as work:
        assert profiles_of(work.driver, [world.round_id])[world.round_id].digest == digest


def test_who_asked_on_the_sight_of_an_older_version_is_refused(door: Door) -> None:
    """Two make the fifth version of the fourth; the second would undo the first unseen."""
    first, second = asked(door, limits__claim__number="7"), asked(door, limits__plan__number="2")
    decided(door, first)
    answer = decided(door, second)
    assert answer.status_code == 422
    assert f"申请以后已有“县（市）通用”{NEXT}" in said(answer)
    assert "没有启用" in said(decided(door, second, "refuse"))


def test_another_anchor_is_tried_out_and_then_holds_for_what_is_approved(door: Door) -> None:
    """Fed back on 2 March, three months from there and seven days of joint review; from approval in place of that, if two decide so."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    world.go(day(3, 9))
    world.agree(case)
    form = f"/acts/approve_plan?case={case}"
    assert "最晚 2026年6月9日（反馈之日 2026年3月2日起 3 个月，加上在巡察办的 7 天）" in said(
        door.as_("office").get(form)
    )
    page = said(door.as_("office").get(f"{path()}/next"))
    assert "在巡察办的日子是异议复核和联审的日子。 集中整改商定的期限" in page
    assert "批准方案后至少还有" in page
    words = said(looked(door, anchors__focused__from="approval", limits__focused__number="2"))
    for part in (
        "从哪天算：集中整改商定的期限 反馈之日，加上在巡察办的日子 批准方案之日", "还没有批准方案的，1 个可以商定的最后一天会变",
        "商定期限最晚（今天批准的话） 2026年6月9日（周二） 2026年5月9日（周六） 提前 31 天",
    ):  # fmt: skip
        assert part in words, part
    digest = put_in_force(door, anchors__focused__from="approval", limits__focused__number="2")
    ((body,),) = world.rows("SELECT body FROM profiles WHERE hash = :it", it=digest)
    assert json.loads(body)["anchors"]["focused"] == "approval"
    assert "集中整改 2 个月 批准方案之日 不顺延" in said(door.as_("office").get(path(digest)))
    decided(door, int(reprofiled(door, digest).headers["location"].rpartition("=")[2]))
    assert "最早 2026年3月9日，最晚 2026年5月9日（2 个月）" in said(door.as_("office").get(form))
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-05-09"})


def test_one_person_puts_no_new_round_on_an_older_version(door: Door) -> None:
    """It is not offered and not taken; a second person may let the round follow it before its first problem."""
    world, old = door.world, county().digest
    put_in_force(door, limits__claim__number="2")
    with pytest.raises(NotEntered, match=f"已启用{NEXT}，新的轮次用这一版"):
        world.enter("office", "round", "make", name="二轮", profile=old)
    made = world.enter("office", "round", "make", name="二轮", profile="county")
    offered = [
        f'value="{old}"' in door.as_("office").get(f"/register/round/{path}").text for path in ("make", str(made))
    ]
    assert offered == [False, True]
    world.enter("office2", "round", "change", made, "office", profile=old)
    assert world.rows("SELECT profile FROM rounds WHERE name = '二轮'") == [(old,)]


NO_PROFILE = {
    "nobody verifies": ("verifiers =", 422, "不对，应为一个以上角色的清单"), "no such role": ("verifiers = nobody", 422, "能验收销号的角色有 office、discipline"),
    "a role that verifies nothing": ("verifiers = auditor", 422, "能验收销号的角色有 office、discipline"),
    "too many days": ("limits.claim = 999999 days", 422, "数字应为 1 到 9999"), "too many months": ("limits.claim = 9999 months", 422, "数字应为 1 到 480"),
    "a rung too far": ("rungs.claim.half = 999999 days before", 422, "看不懂"), "no days": ("limits.claim = 0 days", 404, "没有"), "no number": ("limits.claim = " + "9" * 5000 + " days", 404, "没有"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_PROFILE)
def test_what_makes_no_profile_is_said_however_it_is_sent(town_door: Door, name: str) -> None:
    changes, status, why = NO_PROFILE[name]
    for step in ("look", "do"):
        data = {"changes": changes, "reason": WHY, "was": "3", "step": step}
        answer = town_door.as_("office").submit(f"{path()}/next", data)
        assert (answer.status_code, why in said(answer)) == (status, True)


@pytest.mark.parametrize("was", ["9" * 5000, "9" * 30, "-1", "٣"])
def test_a_version_asked_for_on_the_sight_of_no_number_is_refused(town_door: Door, was: str) -> None:
    data = {"changes": "limits.claim = 7 workdays", "reason": WHY, "was": was, "step": "do"}
    assert town_door.as_("office").submit(f"{path()}/next", data).status_code == 422


FAULTY = {
    "anchor": ({"anchors__focused__from": "claim"}, "从哪天算：集中整改商定的期限：请选反馈之日"),
    "nothing": ({}, f"与{SHIPPED}一样"), "no reason": ({"reason": " ", "limits__claim__number": "7"}, "请写明依据"),
    "zero": ({"limits__claim__number": "0"}, "时限：认领：请填写 1 到 9999 的整数"), "too many": ({"limits__claim__number": "10000"}, "1 到 9999"),
    "words": ({"criteria__overdue__days__number": "十五"}, "整改不力：逾期达到天数，逾期满几天（自然日）：请填写"), "unit": ({"limits__claim__unit": "year"}, "时限：认领"),
    "rung": ({"rungs__rectify__green__number": ""}, "提醒：整改，绿色提醒"), "nobody": ({"verifiers": "secretary"}, "至少选一方"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_what_is_wrong_is_said_at_its_number(town_door: Door, name: str) -> None:
    given, why = FAULTY[name]
    data = {**fields(**given), "step": "look"}
    data["verifiers"] = data["verifiers"] if "verifiers" in given else ["office", "discipline"]  # type: ignore[assignment]
    answer = town_door.as_("office").submit(f"{path()}/next", data)
    assert answer.status_code == 422
    assert why in said(answer)


def test_however_many_cases_a_round_has_a_trial_asks_as_often(door: Door) -> None:
    world = door.world
    world.feed_back()
    counts = []
    looked(door)
    for _ in range(2):
        with listening(world.engine) as heard:
            looked(door, limits__claim__number="7")
        counts.append(len(heard))
        world.feed_back(3, start=len(counts) * 10)
    assert counts[0] == counts[1]
