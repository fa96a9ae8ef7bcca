"""Papers 文书 at volume: drafts of a kind are written, checked, countersigned and issued at once, letters are signed for at once."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from storage.engine import writing
from storage.paper_signs import signs_in
from tests.register.test_papers import draft as put_draft
from tests.register.test_papers import wanted as paper_of
from tests.register.test_road import entered
from tests.villages import fed_back, village
from tests.web.conftest import PASSWORD, Answer, Door, Visitor, field_in
from tests.web.posted import hire
from tests.web.test_papers import drafted, late, shown, step, words
from tests.world import BUREAU, TOWN, World, day

MARK = "成委巡办函"


@dataclass
class Clicks:
    """Somebody at a browser, whose clicks are counted: each page that is opened, each button."""

    visitor: Visitor
    count: int = 0
    page: Answer | None = field(default=None)

    def open(self, at: str) -> Answer:
        self.count += 1
        self.page = self.visitor.get(at)
        return self.page

    def press(self, at: str, name: str, **more: str) -> Answer:
        """Press a button of the page that is open: what the form of that button holds goes along."""
        self.count += 1
        assert self.page
        form = next(one for one in self.page.text.split("<form")[1:] if f'value="{name}"' in one)
        held: dict[str, list[str]] = {}
        for key, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
            held.setdefault(key, []).append(html.unescape(value))
        sent = {key: value for key, value in held.items() if key != "csrf"}
        answer = self.visitor.submit(at, {**sent, **more, "step": name})
        if answer.status_code == 303:
            self.page = self.visitor.get(answer.headers["location"])
        return answer


def both_late(world: World) -> int:
    """Two units are late, each with its claim; return the office's series."""
    world.feed_back(2)
    fed_back(world, [BUREAU], answerable=BUREAU)
    world.scan(day(4, 20))
    world.go(day(4, 20))
    return int(world.enter("office", "series", "make", organ="巡察办", mark=MARK, year=2026, first=36))


def open_drafts(world: World, paper: str = "warning") -> list[int]:
    rows = world.rows("SELECT id FROM paper_drafts WHERE paper = :paper AND state = 'open' ORDER BY id", paper=paper)
    return [number for (number,) in rows]


def test_the_township_has_one_letter_for_all_its_villages(door: Door) -> None:
    """Three villages and the township itself are late: one draft, to the township, that lists them all by their names."""
    world = door.world
    own = world.feed_back(1)
    found = fed_back(world, [village(n) for n in (1, 2, 3)])
    world.scan(day(4, 20))
    ((number, unit),) = world.rows("SELECT id, unit_id FROM paper_drafts WHERE paper = 'warning'")
    assert unit == world.units[TOWN]
    listed = [case for (case,) in world.rows("SELECT case_id FROM paper_draft_cases WHERE draft_id = :n", n=number)]
    assert sorted(listed) == sorted([*own, *(case for cases in found.values() for case in cases)])
    door.as_("office").get(f"/papers/drafts/{number}")
    ((content,),) = world.rows("SELECT content FROM paper_drafts WHERE id = :n", n=number)
    assert all(name in content for name in (TOWN, village(1), village(3)))


def test_what_is_signed_together_takes_as_many_clicks_for_two_as_for_two_hundred(door: Door) -> None:
    """The office writes once, the head checks once, discipline countersigns once, the head signs once: each letter has its number in order."""
    world = door.world
    both_late(world)
    two = open_drafts(world)
    everything = "/papers/together?paper=warning" + "".join(f"&draft={one}" for one in two)
    office, head, discipline = (Clicks(door.as_(login)) for login in ("office", "head", "discipline"))
    assert everything in html.unescape(office.open("/papers").text), "the list leads there with one click"
    page = words(office.open(everything))
    assert "2 份底稿一并办理" in page
    assert "告诫理由" in page
    said = {"blank.告诫理由": "逾期未认领", "blank.最后期限": "2026年5月10日"}
    assert office.press("/papers/together", "write", **said).status_code == 303
    assert office.page
    assert "✓ 都已填写" in words(office.page)
    head.open("/papers")
    page = words(head.open(everything))
    assert "不签发 2 份： 还没有核稿：由巡察办主任核稿以后再签发；还没有会签" in page, "the reason stands there once"
    assert "核稿通过 2 份" in page
    assert head.press("/papers/together", "check").status_code == 303
    discipline.open("/papers")
    discipline.open(everything)
    assert discipline.press("/papers/together", "countersign").status_code == 303
    page = words(head.open(everything))
    assert f"{MARK}〔2026〕36号 至 37号" in page
    series = str(world.rows("SELECT MAX(id) FROM listed WHERE kind = 'series'")[0][0])
    wrong = head.press("/papers/together", "issue", series=series, password="no")
    assert "密码不对" in words(wrong)
    made = head.press("/papers/together", "issue", series=series, password=PASSWORD)
    assert made.status_code == 303, words(made)
    assert head.page
    assert "已签发 2 份" in words(head.page)
    rows = world.rows("SELECT n, prev, draft_id FROM papers ORDER BY n")
    assert [tuple(row) for row in rows] == [(36, None, two[0]), (37, 36, two[1])]
    together = office.count + discipline.count + head.count - 1  # the slip of the password is none of the way
    assert together == 3 + 3 + 5, "however many they are; before it was this many for each:"
    one_by_one = len(("open", "save", "open", "check", "countersign by hand", "sign"))
    assert one_by_one * 57 > 300 > together


def test_what_cannot_be_signed_is_left_out_and_said_once(door: Door) -> None:
    """One of two reminders lacks its words: the other is signed alone; the reason is said once; nothing is signed that was changed meanwhile."""
    world = door.world
    series = str(world.enter("office", "series", "make", organ="巡察办", mark=MARK))
    world.feed_back(2)
    fed_back(world, [BUREAU], answerable=BUREAU)
    world.scan(day(3, 5))
    world.go(day(3, 5))
    one, other = open_drafts(world, "reminder")
    head, at = door.as_("head"), "/papers/together?paper=reminder"
    step(head, f"/papers/drafts/{one}", "write", **{"blank.提醒事项": "请抓紧"})
    page = head.get(at)
    assert "不签发 1 份： 还有没有填写的：提醒事项" in words(page)
    sent = {"paper": "reminder", "draft": str(one), f"seen.{one}": field_in(page.text, f"seen.{one}"), "series": series}
    issue = {**sent, "step": "issue", "password": PASSWORD}
    refused = head.submit("/papers/together", {**issue, "draft": [str(one), str(other)]})
    assert "还有没有填写的" in words(refused)
    assert world.rows("SELECT COUNT(*) FROM papers") == [(0,)], "all or none"
    step(door.as_("office"), f"/papers/drafts/{one}", "write", **{"blank.提醒事项": "请尽快"})
    refused = head.submit("/papers/together", issue)
    assert "底稿刚刚有改动，没有签发" in words(refused)
    fresh = {**issue, f"seen.{one}": field_in(head.get(at).text, f"seen.{one}")}
    assert head.submit("/papers/together", fresh).status_code == 303
    assert world.rows("SELECT COUNT(*) FROM papers") == [(1,)]
    assert "1 份已签发、已收回" in words(head.submit("/papers/together", {**fresh, "draft": [str(one), str(other)]}))
    assert door.as_("secretary").get(at).status_code == 404


def test_two_who_write_never_overwrite_each_other_unawares(door: Door) -> None:
    """Both have the draft open; the second is told what the first has written, and what they typed stays on the page."""
    world = door.world
    late(world)
    at = drafted(door)
    office, head = door.as_("office"), door.as_("head")
    before = shown(head, at)
    step(office, at, "write", **{"blank.告诫理由": "逾期十二日"})
    form = {
        "step": "write",
        "seen": before,
        "was.最后期限": "",
        "blank.告诫理由": "多次催促",
        "blank.最后期限": "5月1日",
    }
    page = head.submit(at, form)
    assert page.status_code == 422
    assert "没有保存：“告诫理由”现在写的是：逾期十二日。请核对以后再办" in words(page)
    assert "多次催促" in page.text
    assert head.submit(at, {**form, "seen": shown(head, at)}).status_code == 303


def test_why_one_has_not_countersigned_is_entered_by_the_office(door: Door) -> None:
    world = door.world
    late(world)
    at = drafted(door)
    office = door.as_("office")
    assert "由巡察办登记" in words(step(door.as_("head"), at, "excuse", role="discipline", why="电话同意"))
    assert "请写明为什么" in words(step(office, at, "excuse", role="discipline"))
    sent = {"step": "excuse", "seen": shown(office, at), "role": "discipline", "why": "已在纸质稿上会签"}
    assert office.submit(at, sent, files={"scan": ("会签.pdf", b"%PDF-1.7 signed")}).status_code == 303
    page = words(office.get(at))
    assert "纪委监委没有在系统里会签：已在纸质稿上会签" in page
    assert "会签.pdf" in page
    assert office.get(f"{at}/countersign.discipline").content == b"%PDF-1.7 signed"
    assert office.get(f"{at}/countersign.organisation").status_code == 404
    assert door.as_("team").get(f"{at}/countersign.discipline").status_code == 404
    step(office, at, "write", **{"blank.告诫理由": "逾期"})
    assert "○ 待纪委监委会签" in words(office.get(at)), "what was written since nobody has countersigned"


def test_each_addressee_gives_a_receipt_of_its_own(door: Door) -> None:
    """A sheet goes to the leader, discipline and the organisation department: n of m; who has not is found with one click."""
    world = door.world
    world.feed_back(1)
    of = int(world.enter("office", "series", "make", organ="巡察办", mark=MARK))
    (made,) = entered(world, "head", paper_of(world, put_draft(world, "copy_sheet"), of, 1))
    at = f"/papers/{made.row}"
    discipline, office = door.as_("discipline"), door.as_("office")
    assert discipline.submit(at, {"step": "receive"}).status_code == 303
    assert discipline.submit(at, {"step": "receive"}).status_code == 404, "once"
    assert "已签收 1/3" in words(office.get("/papers"))
    owed = words(office.get("/papers?owed=1"))
    assert "还没有签收： 分管市领导、组织部" in owed or "还没有签收" in owed
    receipt = {"step": "receipt", "received_on": str(world.today), "received_name": "刘干事"}
    assert "请选择是谁的回执" in words(office.submit(at, receipt))
    assert office.submit(at, {**receipt, "addressee": "organisation"}).status_code == 303
    assert world.rows("SELECT received_on FROM papers") == [(None,)]
    assert door.as_("leader").submit(at, {"step": "receive"}).status_code == 303
    ((on, receipts),) = world.rows("SELECT received_on, receipts FROM papers")
    assert str(on) == str(world.today)
    assert set(signs_in(receipts)) == {"leader", "discipline", "organisation"}
    assert "没有这样的文书" in words(office.get("/papers?owed=1"))


def test_letters_are_signed_for_at_once_but_for_those_that_are_opened(door: Door) -> None:
    """Two guidance letters with one button; a warning is opened by itself."""
    world = door.world
    of = int(world.enter("office", "series", "make", organ="巡察办", mark=MARK))
    first, second, warning = (
        entered(world, "head", paper_of(world, number, of, n))[0].row
        for n, number in enumerate((put_draft(world), put_draft(world), _signed_warning(world)), start=1)
    )
    secretary = door.as_("secretary")
    assert "全部签收" in words(secretary.get("/"))
    page = words(secretary.get("/papers/receipts"))
    assert "要逐份打开签收的 1 份" in page
    refused = secretary.submit("/papers/receipts", {"step": "receive", "paper": [str(first), str(warning)]})
    assert "逐份打开" in words(refused)
    both = {"step": "receive", "paper": [str(first), str(second)]}
    assert secretary.submit("/papers/receipts", both).status_code == 303
    assert world.rows("SELECT id FROM papers WHERE received_on IS NULL") == [(warning,)]
    assert secretary.submit(f"/papers/{warning}", {"step": "receive"}).status_code == 303


def _signed_warning(world: World) -> int:
    number = put_draft(world, "warning")
    with writing(world.engine) as work:
        work.driver.run(
            "UPDATE paper_drafts SET reviewed_by = ?, reviewed_at = 1, countersigned = ? WHERE id = ?",
            (world.people["head"], '{"discipline": {"name": "罗伟", "on": "2026-03-02 10:00"}}', number),
        )
        work.note_done()
        work.commit()
    return number


def test_a_unit_makes_its_own_paper_void_and_the_office_what_is_not_a_units(door: Door) -> None:
    """Why the office gave a number outside stays beside why it is void."""
    world = door.world
    (own,) = entered(world, "secretary", paper_of(world, put_draft(world, "plan_commitment", by="handler"), None, None))
    of = int(world.enter("office", "series", "make", organ="巡察办", mark=MARK))
    (letter,) = entered(world, "head", paper_of(world, put_draft(world), of, 1))
    office, secretary = door.as_("office"), door.as_("secretary")
    void = {"step": "void", "reason": "签早了"}
    assert office.submit(f"/papers/{own.row}", void).status_code == 404
    assert secretary.submit(f"/papers/{letter.row}", void).status_code == 404
    assert door.as_("secretary_bureau").submit(f"/papers/{own.row}", void).status_code == 404
    assert secretary.submit(f"/papers/{own.row}", void).status_code == 303
    outside = {"series": str(of), "n": "2", "title": "函", "signed_on": str(world.today), "reason": "停电"}
    assert office.submit("/papers/numbers", outside).status_code == 303
    ((number,),) = world.rows("SELECT id FROM papers WHERE n = 2")
    assert office.submit(f"/papers/{number}", void).status_code == 303
    rows = world.rows("SELECT because, voided_because FROM papers WHERE id = :n", n=number)
    assert [tuple(row) for row in rows] == [("停电", "签早了")]
    page = words(office.get(f"/papers/{number}"))
    assert "已作废： 签早了" in page
    assert "停电" in page


def test_a_team_of_one_unit_writes_of_the_round_what_it_found_there(door: Door) -> None:
    """Its advice 巡察建议书 lists its own cases alone, and is there for it; that of the whole round, with others' cases, is not."""
    world = door.world
    hire(world, "team_town", "team", unit=TOWN, round=str(world.round_id))
    (own,) = world.feed_back(1)
    ((_, others),) = fed_back(world, [BUREAU], answerable=BUREAU).items()
    form = {"round": str(world.round_id), "paper": "inspection_advice"}
    team = door.as_("team_town")
    mine = team.submit("/papers/new", form)
    assert mine.status_code == 303, words(mine)
    at = mine.headers["location"]
    assert team.get(at).status_code == 200
    whole = door.as_("office").submit("/papers/new", form).headers["location"]
    assert team.get(whole).status_code == 404
    listed = "SELECT case_id FROM paper_draft_cases WHERE draft_id = :n ORDER BY 1"
    assert world.rows(listed, n=int(at.rpartition("/")[2])) == [(own,)]
    assert world.rows(listed, n=int(whole.rpartition("/")[2])) == [(own,), *((one,) for one in others)]
