"""回头看抽查库: what is closed is listed with its last look, a sample is drawn by hand; a 回头看 round looks at each earlier problem of its units."""

from __future__ import annotations

import re

import clock
from storage.engine import writing
from tests.test_taking_over import row, take
from tests.web.conftest import PASSWORD, Door, field_in
from tests.web.test_homes import words
from tests.web.test_looking_back import published, published_beside
from tests.world import BUREAU, TOWN, day
from web.pages.looking_back import PLACE


def listed(door: Door, query: str = "", login: str = "office") -> list[int]:
    """Return the cases of a page of the pool."""
    page = door.as_(login).get(f"{PLACE}?{query}")
    assert page.status_code == 200, page.text
    return [int(case) for case in re.findall(r'name="case" value="(\d+)"', page.text)]


def later(door: Door, month: int, on: int) -> None:
    """Let it be a day on which everybody signs in anew, with the password that they have."""
    door.world.go(day(month, on))
    with writing(door.world.engine) as work:
        work.driver.run("UPDATE accounts SET password_at = ?", (clock.micros(door.world.now),))
        work.commit()
    for login in ("office", "discipline"):
        door.known.pop(login, None)


def test_the_pool_lists_what_is_closed_ours_and_taken_over_and_a_sample_is_drawn_by_hand(door: Door) -> None:
    """2 March: two made public, three taken over closed, one of them the bureau's. The office draws two and fills the check sheet."""
    world = door.world
    ours, looked = published(world), published_beside(world)
    running = world.feed_back(start=3)[0]
    old = take(
        world,
        row(11, "已销号", 销号日期="2026.1.30"),
        row(12, "已公开", 销号日期="2026.1.5", 公开日期="2026.1.20"),
        row(13, "不予公开", unit=BUREAU, 完成日期="2026.1.8"),
    )
    taken = [old[number] for number in ("11", "12", "13")]
    world.do("office", "looked_back", looked)
    assert set(listed(door)) == {ours, *taken}, "it opens on what was never looked at, or is due"
    assert set(listed(door, "looked=")) == {ours, looked, *taken}
    assert running not in listed(door, "looked=")
    assert set(listed(door, "whose=taken_over")) == set(taken)
    assert set(listed(door, "whose=ours&looked=")) == {ours, looked}
    assert listed(door, "looked=seen") == [looked]
    assert set(listed(door, f"unit={world.units[TOWN]}&looked=unseen")) == {ours, *taken[:2]}
    assert listed(door, f"unit={world.units[BUREAU]}", "discipline") == [taken[2]]
    page = words(door.as_("office").get(f"{PLACE}?looked=").text)
    assert "2026年3月2日（周一），合格" in "".join(page.split())
    assert "存量转入" in page
    assert 'formaction="/acts/looked_back"' in door.as_("office").get(PLACE).text
    sheet = door.as_("office").get(f"/acts/looked_back?case={ours}&case={taken[0]}")
    assert sheet.status_code == 200
    assert "回头看核查表" in words(sheet.text)
    assert [door.as_(login).get(PLACE).status_code for login in ("secretary", "organisation", "head")] == [404] * 3
    assert f'href="{PLACE}"' in door.as_("office").get("/cases").text
    assert f'href="{PLACE}"' not in door.as_("secretary").get("/cases").text


def test_what_fails_is_sent_back_together_each_with_what_failed(door: Door) -> None:
    """Two fail: ticked, one form with one check sheet and one date, and of each what failed; one that says nothing is asked for it."""
    world = door.world
    cases = [published(world), published_beside(world)]
    office = door.as_("office")
    assert 'formaction="/acts/reopen"' in office.get(PLACE).text
    place = "/acts/reopen?" + "&".join(f"case={case}" for case in cases)
    assert all(f'name="c{case}.what_failed"' in office.get(place).text for case in cases)
    said = {f"c{case}.what_failed": f"路灯又坏了 {case} 盏" for case in cases}
    sent = {"case": [str(case) for case in cases], "s.new_on": "2026-04-30", **said}
    sheet = {"m.check_sheet": ("核查表.pdf", b"%PDF-1.4 seen")}
    lacking = office.submit("/acts/reopen", {**sent, f"c{cases[0]}.what_failed": "", "step": "check"}, files=sheet)
    assert "请填写“不合格情形”" in words(lacking.text)
    checked = office.submit("/acts/reopen", {**sent, "step": "check"}, files=sheet)
    done = {
        **sent,
        **{name: field_in(checked.text, name) for name in ("kept", "shown")},
        "step": "do",
        "password": PASSWORD,
    }
    assert office.submit("/acts/reopen", done).status_code == 200
    assert [world.case(case).state for case in cases] == ["rectifying"] * 2
    assert [world.row(case).due_on for case in cases] == [day(4, 30)] * 2
    assert f"路灯又坏了 {cases[1]} 盏" in words(office.get(f"/cases/{cases[1]}").text)


def test_a_round_of_looking_back_lists_earlier_problems_until_each_stands_or_is_sent_back(door: Door) -> None:
    """Looked at on 20 August counts for nothing in the round that begins on 1 September: one stands, one is sent back, one is left."""
    world = door.world
    stands, fails = published(world), published_beside(world)
    (left,) = world.feed_back(start=3)
    world.walk(left, "claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text", "publicize")
    world.feed_back(start=4)
    later(door, 8, 20)
    world.do("office", "looked_back", left)
    profile, dictionary = world.rows("SELECT profile, dictionary_id FROM rounds")[0]
    around = world.enter(
        "office", "round", "make", name="回头看一轮", sort="look_back", profile=profile, dictionary=dictionary
    )
    inspection = world.enter("office", "inspection", "make", round=str(around), unit=TOWN)
    place = f"/register/round/{around}"
    assert "还没有登记驻点日期" in words(door.as_("office").get(place).text)
    world.enter("office", "inspection", "stay", inspection, stay_from="2026-09-01", stay_to="2026-10-15")
    later(door, 9, 2)
    assert set(listed(door, f"during={around}&looked=unseen")) == {stands, fails, left}
    world.do("office", "looked_back", stands)
    world.do("discipline", "reopen", fails)
    assert listed(door, f"during={around}") == [left]
    assert set(listed(door, f"during={around}&looked=")) == {stands, fails, left}
    assert listed(door, f"during={around}&looked=unseen") == [left]
    page = "".join(words(door.as_("office").get(f"{PLACE}?during={around}&looked=").text).split())
    assert "2026年9月2日（周三），合格" in page
    assert "2026年9月2日（周三），退回重改" in page
    shown = "".join(words(door.as_("office").get(place).text).split())
    assert "党组织以前的问题合格退回重改待复查" in shown
    assert f"{TOWN}3111" in shown
    assert f"during={around}&amp;unit={world.units[TOWN]}&amp;looked=unseen" in door.as_("office").get(place).text
    assert "以前的问题" not in words(door.as_("head").get(place).text)
    assert "以前的问题" not in words(door.as_("office").get(f"/register/round/{world.round_id}").text)
    assert door.as_("office").get(f"{PLACE}?during={world.round_id}").status_code == 404
