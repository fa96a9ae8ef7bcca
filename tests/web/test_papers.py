"""Papers 文书 in the browser: drafted, written, checked, issued with a signature, received; who may not see it finds nothing."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from register.wanted import Wanted
from storage.engine import writing
from tests.register.test_papers import draft as put_draft
from tests.register.test_papers import wanted as paper_of
from tests.register.test_road import entered
from tests.web.conftest import PASSWORD, Answer, Door, Visitor, field_in
from tests.world import BUREAU, TOWN, World, day


def words(answer: Answer) -> str:
    assert answer.status_code in (200, 422), answer.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.text)).split())


def late(world: World) -> tuple[int, int]:
    """Two problems are late with their claim; the office has its series."""
    one, two = world.feed_back(2)
    world.scan(day(4, 20))
    return one, two


def shown(visitor: Visitor, at: str) -> str:
    """Return which draft the page shows, as its forms say."""
    return field_in(visitor.get(at).text, "seen")


def step(visitor: Visitor, at: str, name: str, **more: str) -> Answer:
    """Take a step with a draft as the page shows it."""
    return visitor.submit(at, {"step": name, "seen": shown(visitor, at), **more})


def drafted(door: Door, login: str = "office", paper: str = "warning") -> str:
    world = door.world
    form = {"unit": str(world.units[TOWN]), "round": str(world.round_id), "paper": paper}
    made = door.as_(login).submit("/papers/new", form)
    assert made.status_code == 303, words(made)
    return str(made.headers["location"])


def test_a_letter_goes_from_the_draft_to_the_receipt(door: Door) -> None:
    world = door.world
    one, _ = late(world)
    office = door.as_("office")
    assert "整改情况告诫书" in words(office.get(f"/papers/new?unit={world.units[TOWN]}&round={world.round_id}"))
    at = drafted(door)
    page = words(office.get(at))
    assert "待巡察办主任核稿" in page
    assert "签发以后有文号" not in page, "the office does not issue it"
    assert office.get(f"{at}/pdf?look=1").content.startswith(b"%PDF")
    blanks = dict.fromkeys(re.findall(r'name="(blank\.[^"]+)"', html.unescape(office.get(at).text)), "请立即办理")
    assert blanks
    assert "没有写明看的是哪一稿，没有保存" in words(office.submit(at, {"step": "write", **blanks}))
    assert office.submit(at, {"step": "write", **blanks, "seen": shown(office, at)}).status_code == 303
    assert door.as_("secretary").get(at).status_code == 404, "what others prepare the unit reads when it is issued"
    assert "还没有文号系列" in words(door.as_("head").get(at))
    series = str(world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函", year=2026, first=98))
    head = door.as_("head")
    assert "成委巡办函〔2026〕98号" in words(head.get(at))
    issue = {"step": "issue", "series": series, "password": PASSWORD}
    assert "密码不对" in words(head.submit(at, {**issue, "password": "no"}))
    assert "还没有核稿" in words(head.submit(at, issue))
    assert "底稿刚刚有改动，没有核稿" in words(head.submit(at, {"step": "check", "seen": "0" * 64}))
    assert head.submit(at, {"step": "check", "seen": shown(head, at)}).status_code == 303
    assert "还没有会签：由纪委监委会签" in words(head.submit(at, {**issue, "seen": shown(head, at)}))
    discipline = door.as_("discipline")
    assert "1 份待您会签" in words(discipline.get("/"))
    assert discipline.submit(at, {"step": "countersign", "seen": shown(discipline, at)}).status_code == 303
    head = door.as_("head")
    assert "✓ 纪委监委 罗伟" in words(head.get(at))
    assert "底稿刚刚有改动" in words(head.submit(at, {**issue, "seen": "0" * 64}))
    made = head.submit(at, {**issue, "seen": shown(head, at)})
    assert made.status_code == 303, words(made)
    paper = made.headers["location"].partition("?")[0]
    page = words(head.get(paper))
    for said in ("成委巡办函〔2026〕98号", "待党组织书记签收", "第 1 号", "第 2 号"):
        assert said in page
    assert head.get(at).status_code == 404
    assert head.get(f"{paper}/pdf").content.startswith(b"%PDF")
    secretary = door.as_("secretary")
    assert "成委巡办函〔2026〕98号" in words(secretary.get(f"/papers?case={one}"))
    assert secretary.submit(paper, {"step": "receive"}).status_code == 303
    assert "王建国 签收" in words(secretary.get(paper)).replace("王建国签收", "王建国 签收")
    assert door.as_("secretary_bureau").get(paper).status_code == 404
    assert "没有这样的文书" in words(door.as_("secretary_bureau").get("/papers"))
    assert "理由" in words(door.as_("office").submit(paper, {"step": "void"}))
    assert door.as_("office").submit(paper, {"step": "void", "reason": "收件单位写错"}).status_code == 303
    assert "已作废： 收件单位写错" in words(door.as_("office").get(paper))


def test_numbers_of_outside_are_entered_and_found(door: Door) -> None:
    world = door.world
    series = str(world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函"))
    office = door.as_("office")
    given = {"series": series, "n": "1", "title": "关于报送材料的函", "signed_on": "2026-03-01"}
    assert "请写明登记系统外文号的理由" in words(office.submit("/papers/numbers", given))
    assert office.submit("/papers/numbers", {**given, "reason": "停电，手工编号"}).status_code == 303
    assert "停电，手工编号" in words(office.get("/papers?q=〔2026〕1号"))
    assert "没有这样的文书" in words(office.get("/papers?q=〔2026〕2号"))
    assert door.as_("secretary").submit("/papers/numbers", given).status_code == 404


def test_a_paper_that_lists_a_confided_case_is_not_there_for_others(door: Door) -> None:
    world = door.world
    one, _ = late(world)
    world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函")
    at = drafted(door, paper="talk_record")
    with writing(world.engine) as work:
        work.driver.run("DELETE FROM paper_draft_cases WHERE case_id <> ?", (one,))
        work.commit()
    made = step(door.as_("head"), at, "issue", password=PASSWORD)
    assert made.status_code == 303, words(made)
    paper = made.headers["location"].partition("?")[0]
    assert door.as_("leading_group").get(paper).status_code == 200
    roles = "secretary office head"
    entered(world, "office", Wanted("restriction", "make", None, {"case": one, "roles": roles}, "涉密"))
    assert door.as_("leading_group").get(paper).status_code == 404
    assert door.as_("leading_group").get(f"{paper}/pdf").status_code == 404
    assert door.as_("head").get(paper).status_code == 200
    assert "没有这样的文书" in words(door.as_("leading_group").get("/papers"))


def test_a_paper_that_a_move_needs_is_made_with_one_click(door: Door) -> None:
    """The plan has its measures out of the form; what a person writes is written in the draft; the commitment is written by hand."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    secretary = door.as_("secretary")
    at = f"/acts/submit_plan?case={case}"
    assert "由系统生成" in words(secretary.get(at))
    typed = {"case": str(case), f"c{case}.measures.1.text": "逐盏维修路灯", f"c{case}.measures.1.person": "李敏"}
    said = words(secretary.submit("/acts/submit_plan", {**typed, "step": "make:plan"}))
    assert "处要人填写" in said
    ((number, content),) = world.rows("SELECT id, content FROM paper_drafts")
    assert "逐盏维修路灯" in content
    draft = f"/papers/drafts/{number}"
    blanks = dict.fromkeys(re.findall(r'name="(blank\.[^"]+)"', html.unescape(secretary.get(draft).text)), "见正文")
    assert step(secretary, draft, "write", **blanks).status_code == 303
    page = secretary.submit("/acts/submit_plan", {**typed, "step": "make:plan"})
    assert "已收到“" in words(page)
    said = words(secretary.submit("/acts/submit_plan", {**typed, "step": "make:plan_commitment"}))
    assert "要手写" in said


def test_what_the_clock_put_aside_is_nobodys_alone(door: Door) -> None:
    """The head writes the clock's warning: then it is the head's draft, and not the head's to check and issue."""
    world = door.world
    late(world)
    series = str(world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函"))
    ((number,),) = world.rows("SELECT id FROM paper_drafts WHERE paper = 'warning'")
    head, at = door.as_("head"), f"/papers/drafts/{number}"
    blanks = dict.fromkeys(re.findall(r'name="(blank\.[^"]+)"', html.unescape(head.get(at).text)), "请抓紧")
    assert step(head, at, "write", **blanks).status_code == 303
    assert "拟稿人不能核自己的稿" in words(step(head, at, "check"))
    assert "还没有核稿" in words(step(head, at, "issue", series=series, password=PASSWORD))


def test_what_is_written_of_a_whole_round_is_no_paper_of_one_unit(door: Door) -> None:
    """Asked for beside a unit or a case of it: it names all units of the round, and the one does not read it."""
    world = door.world
    one, _ = late(world)
    for beside in ({"case": one}, {"unit": world.units[TOWN], "round": world.round_id}):
        made = door.as_("office").submit("/papers/new", {**beside, "paper": "inspection_advice"})
        assert made.status_code == 303, words(made)
    assert set(world.rows("SELECT unit_id, round_id FROM paper_drafts WHERE paper = 'inspection_advice'")) == {
        (None, world.round_id)
    }


def test_what_goes_along_with_a_move_lists_its_problems_and_none_that_is_confided(door: Door) -> None:
    """Issued for the second problem, it is no paper of the first; of both, and one confided since, it would tell those who read of the other."""
    world = door.world
    one, two = world.feed_back(2)
    world.do("secretary", "claim", one, two)
    secretary = door.as_("secretary")

    def issue(asked: dict[str, str]) -> None:
        made = secretary.submit("/papers/new", {**asked, "paper": "plan_commitment"})
        issued = step(secretary, str(made.headers["location"]), "issue", password=PASSWORD)
        assert issued.status_code == 303, words(issued)

    def made() -> str:
        return words(secretary.submit("/acts/submit_plan", {"case": str(one), "step": "make:plan_commitment"}))

    issue({"case": str(two)})
    assert "已收到“" not in made()
    issue({"unit": str(world.units[TOWN]), "round": str(world.round_id)})
    assert "已收到“" in made()
    kept = {"roles": ["secretary"], "people": "office", "reason": "涉密"}
    assert door.as_("office").submit(f"/cases/{two}/restrict", kept).status_code == 303
    assert "已收到“" not in made()


def test_what_went_along_once_is_not_taken_again(door: Door) -> None:
    """The plan was sent back: what was issued for the one before is not the paper of the next."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)

    def issue() -> None:
        asked = {"case": str(case), "paper": "plan_commitment"}
        draft = str(door.as_("secretary").submit("/papers/new", asked).headers["location"])
        assert step(door.as_("secretary"), draft, "issue", password=PASSWORD).status_code == 303

    def made() -> str:
        return words(
            door.as_("secretary").submit("/acts/submit_plan", {"case": str(case), "step": "make:plan_commitment"})
        )

    issue()
    assert "已收到“" in made()
    world.now += timedelta(minutes=5)
    world.do("secretary", "submit_plan", case)
    world.do("office", "return_plan", case)
    assert "已收到“" not in made()
    world.now += timedelta(minutes=5)
    issue()
    assert "已收到“" in made()


def test_what_goes_to_others_about_a_unit_is_not_for_the_unit(door: Door) -> None:
    """The sheet of the reviewers is theirs: neither listed, nor counted, nor handed out to the secretary; the record of the talk with them is."""
    world = door.world
    late(world)
    theirs, shared = (
        entered(world, "head", paper_of(world, put_draft(world, kind), None, None))[0].row
        for kind in ("review_sheet", "talk_record")
    )
    secretary, team = door.as_("secretary"), door.as_("team")
    assert [team.get(f"/papers/{one}").status_code for one in (theirs, shared)] == [200, 200]
    assert [secretary.get(f"/papers/{one}").status_code for one in (theirs, shared)] == [404, 200]
    assert secretary.get(f"/papers/{theirs}/pdf").status_code == 404
    for at, who, many in (("/papers", secretary, 1), ("/papers", team, 2), ("/register/paper", secretary, 1)):
        assert len(re.findall("路灯整改的督查指导书", who.get(at).text)) == many, at


def test_of_many_drafts_the_oldest_are_listed_and_those_of_a_unit_found(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = door.world
    first, _, other = put_draft(world), put_draft(world), put_draft(world, unit=BUREAU)
    monkeypatch.setattr("web.pages.papers.MOST_DRAFTS", 1)
    page = door.as_("office").get("/papers")
    assert "3 份底稿" in words(page)
    assert "只列出最早的 1 份" in words(page)
    assert re.findall(r"/papers/drafts/(\d+)", page.text) == [str(first)]
    found = door.as_("office").get(f"/papers?unit={world.units[BUREAU]}")
    assert re.findall(r"/papers/drafts/(\d+)", found.text) == [str(other)]


def test_a_template_that_is_none_is_said_where_word_is_made(door: Door) -> None:
    """Nothing is issued, and nobody meets a fault without words."""
    world = door.world
    late(world)
    at = drafted(door, paper="talk_record")
    (world.home / "papers").mkdir()
    (world.home / "papers" / "talk_record.docx").write_bytes(b"x")
    office, head = door.as_("office"), door.as_("head")
    assert "papers/talk_record.docx 用不了" in words(office.get(f"{at}/docx"))
    assert "papers/talk_record.docx 用不了" in words(step(head, at, "issue", password=PASSWORD))
    assert world.rows("SELECT id FROM papers") == []


def test_what_waits_stands_on_the_home_of_who_is_asked(door: Door) -> None:
    """The head is told what to check and to issue; the secretary signs for a letter from the home, once."""
    world = door.world
    late(world)
    series = int(world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函"))
    at = drafted(door)
    assert "2 份待您核稿" in words(door.as_("head").get("/")), "the clock drafted one, too"
    blanks = dict.fromkeys(
        re.findall(r'name="(blank\.[^"]+)"', html.unescape(door.as_("office").get(at).text)), "请抓紧"
    )
    step(door.as_("office"), at, "write", **blanks)
    step(door.as_("head"), at, "check")
    step(door.as_("discipline"), at, "countersign")
    assert "1 份待您签发" in words(door.as_("head").get("/"))
    made = step(door.as_("head"), at, "issue", series=str(series), password=PASSWORD)
    assert made.status_code == 303, words(made)
    secretary = door.as_("secretary")
    assert "文书待签收" in words(secretary.get("/"))
    assert secretary.submit(made.headers["location"].partition("?")[0], {"step": "receive"}).status_code == 303
    assert "文书待签收" not in words(secretary.get("/"))
