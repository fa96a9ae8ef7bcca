"""填报进展: while rectifying the handler reports monthly; asked before and on the day, shown, and never 整改不力 by itself."""

from __future__ import annotations

from cli.reading import _line
from notifications.deliver import deliver
from notifications.settings import channel_for
from tests.post.conftest import parsed, part
from tests.post.sending import folder
from tests.test_reasons import BASIS, lines, why
from tests.web.conftest import PASSWORD, Door
from tests.web.test_homes import words
from tests.world import World, day


def test_a_month_without_a_word_and_then_one(world: World) -> None:
    """2 March: rectification begins. 1 and 2 April: the handler alone is asked. 8 April: reported, a new month begins.

    Nobody else hears of it, and nobody is late by it: until June only the date that was agreed on speaks.
    """
    case = world.at_work(day(6, 2))
    assert world.clocks(case)["progress"].due_on == day(4, 2)
    world.scan_days(day(3, 3), day(4, 7))
    assert world.alerts(case, "progress") == ["eve", "day"]
    assert world.told(case, "remind") == {"handler"}
    row = world.case(case)
    assert (row.state, row.flagged, row.lamp_on, row.state_due_on) == ("rectifying", False, day(6, 2), day(6, 2))
    world.go(day(4, 8))
    world.do("handler", "progress", case)
    assert (world.clocks(case)["progress"].due_on, world.clocks(case)["progress"].rung) == (day(5, 8), "")
    world.scan_days(day(4, 9), day(5, 12))
    assert world.alerts(case, "progress") == ["eve", "day", "eve", "day"]
    assert (world.case(case).flagged, world.figures()["overdue"]) == (False, 0)


def test_why_it_is_that_day(world: World) -> None:
    case = world.at_work(day(6, 2))
    assert why(world, case, "progress") == {"how": "limit", "limit": "progress", "since": "2026-03-02"}
    assert lines(world, case, "progress") == (
        "起算日 2026年3月2日（周一），当日不计",
        "满 1 个月：2026年4月2日（周四）",
        BASIS,
    )
    world.go(day(3, 20))
    world.do("handler", "progress", case)
    assert lines(world, case, "progress")[0] == "起算日 2026年3月20日（周五），当日不计"


def test_it_waits_while_the_work_lies_with_the_office(world: World) -> None:
    """Handed in and taken back: the date stands. Handed in and returned: a new month. Escalated: nobody is asked; ordered anew: it begins."""
    case = world.at_work(day(6, 2))
    world.go(day(3, 20))
    world.do("secretary", "submit", case)
    assert world.clocks(case)["progress"].paused_since == day(3, 20)
    world.do("secretary", "recall", case)
    assert (world.clocks(case)["progress"].paused_since, world.clocks(case)["progress"].due_on) == (None, day(4, 2))
    world.walk(case, "submit", "agree", "return_work")
    assert world.clocks(case)["progress"].due_on == day(4, 20)
    world.do("office", "escalate_by_hand", case)
    world.do("handler", "progress", case)
    assert "progress" not in world.clocks(case)
    world.go(day(3, 27))
    world.do("office", "order_rework", case)
    assert world.clocks(case)["progress"].due_on == day(4, 27)


def test_the_page_and_the_command_say_it_without_a_lamp(world: World) -> None:
    case = world.at_work(day(6, 2))
    assert world.case(case).recurring == {"progress": day(4, 2)}
    assert "2026-06-02 前由党组织书记办理，填报进展 2026-04-02 前\t" in _line(world.case(case), world.today)
    world.do("secretary", "submit", case)
    assert world.case(case).recurring == {}


def test_the_handler_reads_it_on_the_page_and_in_the_mail(door: Door) -> None:
    """7 April: five days after its date the page says the date and no more; the mails were two."""
    world = door.world
    case = world.at_work(day(6, 2))
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    for on in range(1, 8):
        world.scan(day(4, on))
        deliver(world.engine, post, world.now, channel_for(post))
    said = words(door.as_("handler").get(f"/cases/{case}").text)
    assert "填报进展：2026年4月2日（周四），由城伯镇党委整改联络员办理" in said
    mails = [parsed(file.read_bytes()) for file in (world.home / "mail").glob("*.eml")]
    asked = [one for one in mails if "填报进展期限" in one["Subject"]]
    assert {one["To"].addresses[0].username for one in asked} == {"handler"}
    assert sorted(one["Subject"].partition("：")[2] for one in asked) == [
        "临期提醒，填报进展期限2026年4月2日还有1天",
        "到期，填报进展期限2026年4月2日今天到期",
    ]
    assert all("整改期间须定期填报进展，请登录系统填报。" in part(one, "plain") for one in asked)


def home(door: Door) -> str:
    """Return what the handler's home says to who signs in now."""
    return words(door.sign_in("handler").get("/").text)


def task(door: Door) -> str:
    """Return by when the home asks for a progress."""
    said = home(door)
    return said.partition("按措施填报进展和佐证；")[2].partition("前")[0]


def test_the_task_bears_the_monthly_date_until_it_has_gone_by(door: Door) -> None:
    """2 April is asked for until that day; from the 3rd on the task is no later than the case: 2 June. Reported, the next month stands."""
    world = door.world
    case = world.at_work(day(6, 2))
    for today, asked in (
        (day(3, 20), "2026年4月2日（周四）"),
        (day(4, 2), "2026年4月2日（周四）"),
        (day(4, 3), "2026年6月2日（周二）"),
    ):
        world.go(today)
        assert task(door) == asked, today
        assert ("● 正常 填报进展" in home(door), "今天到期" in home(door)) == (True, False)
    assert "■ 逾期" not in home(door)
    world.do("handler", "progress", case)
    assert task(door) == "2026年5月3日（周日）"


def test_the_date_of_the_case_stands_where_it_comes_first(door: Door) -> None:
    """Due on 20 March, and late from the 21st: the month that is left to report in hides neither."""
    world = door.world
    world.at_work(day(3, 20))
    assert task(door) == "2026年3月20日（周五）"
    world.go(day(3, 23))
    assert task(door) == "2026年3月20日（周五）"
    assert "逾期 3 天" in home(door)


def test_who_has_reported_reads_when_next(door: Door) -> None:
    world = door.world
    case = world.at_work(day(6, 2))
    world.go(day(3, 20))
    form = {"case": str(case), "step": "do", "s.text": "已修 3 盏", f"c{case}.measure_no": "1"}
    said = words(door.as_("handler").submit("/acts/progress", form).text)
    assert "已办：填报进展 1 件" in said
    assert "下次填报进展：2026年4月20日（周一）前。" in said
    asked = {"case": str(case), "step": "do", "s.reason": "工期", "s.until": "2026-06-20", "password": PASSWORD}
    assert "下次" not in words(door.as_("secretary").submit("/acts/request_extension", asked).text)
