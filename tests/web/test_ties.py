"""回避 in the browser: declared under one's own name, seen greyed on the case, known in its reason to few."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN


def test_what_one_declares_stands_at_once_and_greys_the_acts_on_the_case(door: Door) -> None:
    """The colleague's page has the form; who is tied reads why not; nobody else reads the reason on the case."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "object", case)
    office = door.as_("office")
    assert "没有登记过回避关系" in office.get("/me/ties").text
    answer = office.submit("/me/ties", {"unit": TOWN, "why": "kin", "detail": "兄弟任镇长"})
    assert answer.status_code == 303
    page = office.get(answer.headers["location"]).text
    assert "已申报，立即生效" in page
    assert all(words in page for words in (TOWN, "近亲属", "兄弟任镇长", "回避中"))
    assert "您对该党组织有回避关系（近亲属），不能办理“维持原问题”" in office.get(f"/cases/{case}").text
    assert f'href="/acts/keep?case={case}"' not in office.get(f"/cases/{case}").text
    for login in ("office2", "team", "secretary", "auditor", "discipline"):
        text = door.as_(login).get(f"/cases/{case}").text
        assert "近亲属" not in text, login
        assert "回避" not in text, login
    assert f"/acts/keep?case={case}" in door.as_("office2").get(f"/cases/{case}").text


def test_what_is_wrong_is_said_at_its_field_and_kept(door: Door) -> None:
    office = door.as_("team")
    answer = office.submit("/me/ties", {"unit": "没有的", "why": "kin", "detail": "兄弟"})
    assert answer.status_code == 422
    assert "没有党组织“没有的”" in answer.text
    assert 'value="兄弟"' in answer.text
    assert door.world.rows("SELECT COUNT(*) FROM listed WHERE kind = 'tie'") == [(0,)]


def test_who_has_one_unit_alone_is_told_no_others(town_door: Door) -> None:
    """Neither offered while one types, nor as the nearest name."""
    answer = town_door.as_("secretary_bureau").submit("/me/ties", {"unit": TOWN[:-1], "why": "kin"})
    assert answer.status_code == 422
    assert "请写全称，或请巡察办登记" in answer.text
    assert TOWN not in answer.text
    assert f'value="{TOWN}"' in town_door.as_("discipline").get("/me/ties").text


def test_ties_are_the_offices_to_read_and_ones_own(door: Door) -> None:
    """The administrators, who read the rest of the register, read no kin; another's page shows one's own alone."""
    door.as_("team").submit("/me/ties", {"unit": TOWN, "why": "kin", "detail": "兄弟任镇长"})
    ((row,),) = door.world.rows("SELECT id FROM listed WHERE kind = 'tie'")
    for path in ("/register/tie", f"/register/tie/{row}"):
        assert "周强" in door.as_("office").get(path).text
        for login in ("sysadmin", "secadmin", "team", "discipline"):
            assert door.as_(login).get(path).status_code == 404, (login, path)
    assert "兄弟" not in door.as_("discipline").get("/me/ties").text


def test_the_office_finds_who_is_good_at_something_by_its_words(door: Door) -> None:
    """By the field or the certificate; nobody outside the office reads the list."""
    world = door.world
    for login, field, paper in (("team", "工程造价", "一级造价工程师"), ("discipline", "审计", "")):
        world.enter("office", "skill", "make", person=world.people[login], field=field, certificate=paper or None)
    found = door.as_("office").get("/register/skill?q=造价工程师").text
    assert "周强 工程造价" in found
    assert "罗伟" not in found
    assert door.as_("sysadmin").get("/register/skill").status_code == 404


def test_who_is_tied_where_they_are_already_is_told_the_office_until_somebody_else_is_there(door: Door) -> None:
    """In a team that goes there, or holding a post there: on the home, the list, the pages of team, round and inspection."""
    world = door.world
    enter, office = world.enter, door.as_("office")
    team = enter("office", "team", "make", name="一组", round="一轮")
    member = enter("office", "member", "make", team=str(team), person="team", duty="leader")
    inspection = enter("office", "inspection", "make", round="一轮", unit=BUREAU, team=str(team))
    post = {"person": world.people["discipline"], "role": "discipline", "unit": world.units[TOWN]}
    held = enter("secadmin", "post", "make", asked_by="sysadmin", **post)
    pages = (f"/register/team/{team}", f"/register/inspection/{inspection}", f"/register/round/{world.round_id}")
    said = "（一组）对 市水利局党组 有回避关系：请登记离组，或改派巡察组"
    assert not any("回避" in words(office.get(path).text) for path in (*pages, "/"))
    door.as_("team").submit("/me/ties", {"unit": BUREAU, "why": "kin", "detail": "兄弟任局长"})
    door.as_("discipline").submit("/me/ties", {"unit": TOWN, "why": "worked"})
    assert "2 人应当回避，还没有换人" in words(office.get("/").text)
    for path in (*pages, "/vacancies"):
        text = words(office.get(path).text)
        assert said in text, path
        assert "兄弟" not in text
    assert f"任{TOWN} 纪委监委，对它有回避关系" in words(office.get("/vacancies").text)
    for login in ("sysadmin", "secadmin"):
        assert not any("回避关系" in words(door.as_(login).get(path).text) for path in (*pages, "/vacancies")), login
    enter("office", "member", "end", member, ends_on=world.today)
    enter("secadmin", "post", "end", held, asked_by="sysadmin", ends_on=world.today)
    world.go(world.today + timedelta(days=1))
    office = door.sign_in("office")
    assert not any("回避" in words(office.get(path).text) for path in (*pages, "/"))
