"""One after another: what waits by the same act is one line of the home, and each of its pages leads to the next."""

from __future__ import annotations

import re

from tests.web.conftest import PASSWORD, Answer, Door, as_the_unit_says
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, VILLAGE, usual_answers

ONWARDS = re.compile(r'<a href="/acts/verify\?case=(\d+)" rel="(prev|next)">')


def leads_to(page: Answer) -> dict[str, int]:
    """Return to which cases a form leads, before and behind."""
    return {where: int(case) for case, where in ONWARDS.findall(page.text)}


def handed_in(door: Door, unit: str, count: int) -> list[int]:
    """Return cases of a unit of the town that wait for acceptance, with all opinions in."""
    world = door.world
    cases = world.feed_back(count, unit=unit)
    world.do("secretary", "claim", *cases)
    world.do("secretary", "submit_plan", *cases)
    world.agree(*cases)
    world.do("office", "approve_plan", *cases)
    world.do("secretary", "submit", *cases)
    world.agree(*cases)
    return cases


def accept(door: Door, case: int) -> Answer:
    """Open the form of an acceptance, and sign what it gives."""
    office = door.as_("office")
    form = office.get(f"/acts/verify?case={case}").text
    said = dict(re.findall(r'name="(next|key|v\d+)" value="([^"]*)"', form))
    said |= as_the_unit_says(case)
    said |= {"case": str(case), "s.conclusion": usual_answers("verify", door.world.today)["conclusion"]}
    files = {"m.acceptance_record": ("验收记录.pdf", PDF)}
    checked = office.submit("/acts/verify", {**said, "step": "check"}, files=files).text
    assert re.findall(r'name="next" value="(\d+)"', checked) == [said[name] for name in said if name == "next"], (
        "it goes along"
    )
    return office.sign("/acts/verify", said, files=files)


def test_what_is_done_case_by_case_is_one_line_and_leads_from_one_to_the_next(door: Door) -> None:
    cases = [*handed_in(door, TOWN, 2), *handed_in(door, VILLAGE, 3)]
    office = door.as_("office")
    home = office.get("/").text
    assert f"验收 5 件 {TOWN}等 2 个单位" in words(home)
    assert f'href="/acts/verify?case={cases[0]}">逐件验收</a>' in home
    assert [leads_to(office.get(f"/acts/verify?case={case}")) for case in (cases[0], cases[2], cases[4])] == [
        {"next": cases[1]},
        {"prev": cases[1], "next": cases[3]},
        {"prev": cases[3]},
    ]
    assert "第 3 件，共 5 件" in words(office.get(f"/acts/verify?case={cases[2]}").text)
    done = accept(door, cases[2]).text
    assert "已办：验收销号 1 件" in done
    assert f'<a class="btn btn-primary" href="/acts/verify?case={cases[3]}">下一件：验收</a>' in done
    assert "还有 4 件" in words(done)
    # Behind the last the first that is left comes next; behind the very last nothing does.
    assert f'btn-primary" href="/acts/verify?case={cases[0]}">下一件' in accept(door, cases[4]).text
    assert f'btn-primary" href="/acts/verify?case={cases[1]}">下一件' in accept(door, cases[0]).text
    accept(door, cases[1])
    alone = office.get(f"/acts/verify?case={cases[3]}")
    assert (leads_to(alone), "共 1 件" in alone.text) == ({}, False)
    assert "下一件" not in accept(door, cases[3]).text


def test_who_goes_on_comes_to_the_next_at_once_which_says_what_was_done(door: Door) -> None:
    """From the check page of one to the form of the next, without a page between; nothing is said of what was not done."""
    first, second = handed_in(door, TOWN, 2)
    office = door.as_("office")
    form = office.get(f"/acts/verify?case={first}").text
    assert "已办" not in words(office.get(f"/acts/verify?case={first}&behind={second}").text)
    said = dict(re.findall(r'name="(next|key|v\d+)" value="([^"]*)"', form))
    said |= {"case": str(first), "s.conclusion": "通过", **as_the_unit_says(first)}
    files = {"m.acceptance_record": ("验收记录.pdf", PDF)}
    assert "确认，接着办下一件" in office.submit("/acts/verify", {**said, "step": "check"}, files=files).text
    looked = office.looked_over("/acts/verify", said, files=files)
    answer = office.submit("/acts/verify", {**looked, "step": "do_next", "password": PASSWORD}, files=files)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/acts/verify?case={second}&behind={first}&papers=")
    page = words(office.get(answer.headers["location"]).text)
    assert "已办：验收销号" in page
    assert "现为“待公开”" in page
    assert "已收到“验收记录.pdf”，要换一份再选" in page, "one visit to the unit, one record"
    forged = office.get(f"/acts/verify?case={second}&papers=W1tdXQ.forged").text
    assert "已收到" not in forged


def test_who_does_not_have_it_to_do_is_led_nowhere(door: Door) -> None:
    """The discipline office may accept too, but nothing waits for it there; several at once have no turns."""
    cases = handed_in(door, TOWN, 3)
    assert leads_to(door.as_("discipline").get(f"/acts/verify?case={cases[0]}")) == {}
    assert leads_to(door.as_("office").get(f"/acts/verify?case={cases[0]}&case={cases[1]}")) == {}


def test_receipts_and_claims_of_all_villages_are_one_line_each(door: Door) -> None:
    """One click signs for all of them; one form claims them, village by village."""
    world = door.world
    own, village = world.feed_back(2), world.feed_back(3, unit=VILLAGE)
    bureau = world.feed_back(1, unit=BUREAU)
    secretary = door.as_("secretary")
    home = secretary.get("/").text
    receipts, claims = (
        next(one for one in home.split('<li class="task') if verb in one) for verb in ("全部签收", "认领问题 5 件")
    )
    assert sorted(map(int, re.findall(r'name="case" value="(\d+)"', receipts))) == [*own, *village]
    assert f"{TOWN}等 2 个单位" in words(receipts)
    address = re.search(r'href="(/acts/claim\?[^"]+)">认领问题 5 件', claims)
    assert address
    form = secretary.get(address[1].replace("&amp;", "&")).text
    heads = re.findall(r"<h2>([^<]+)<span[^>]*>　(\d) 个问题", form)
    assert heads == [(TOWN, "2"), (VILLAGE, "3")]
    assert [int(one) for one in re.findall(r'name="case" value="(\d+)"', form)] == [*own, *village]
    signed = secretary.submit("/acts/acknowledge", {"case": [str(one) for one in (*own, *village)], "step": "do"})
    assert "已办：签收 5 件" in signed.text
    assert world.row(bureau[0]).unsigned == 1
