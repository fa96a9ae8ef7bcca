"""The page of a case: how it stands at once, the road with its dates, what came the second time, what is like it."""

from __future__ import annotations

import re

from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.world import day

PLAN = {"text": "逐盏维修路灯", "person": "李敏", "department": "村建中心", "on": "2026-05-01", "check": "现场查看"}


def road(page: str) -> list[str]:
    """Return the stops of the road as they are read."""
    return [words(one) for one in re.findall(r"<li class=\"stop-.*?</li>", page, re.DOTALL)]


def test_the_first_screen_says_how_it_stands_and_the_road_has_its_dates(door: Door) -> None:
    """Fed back, sent back with its plan, flagged as it is late: what, since when, why and what comes next stand above the parts."""
    world = door.world
    (case,) = world.feed_back()
    page = door.as_("secretary").get(f"/cases/{case}").text
    assert road(page)[:4] == [
        "✓ 反馈 2026年 3月2日",
        "▶ 现在：待认领 2026年 3月2日起 ▲ 剩 7 天",
        "○ 认领 2026年 3月9日前",
        "○ 报送方案 反馈后 1 个月内",
    ]
    assert road(page)[-1] == "○ 公开 销号后 1 个月内"
    world.walk(case, "claim", "submit_plan", "return_plan", "submit_plan", "approve_plan")
    page = door.as_("office").get(f"/cases/{case}").text
    assert [one[2:6] for one in road(page)[:4]] == ["反馈 2", "又 3 ", "报送方案", "批准方案"]
    assert road(page)[4].startswith("▶ 现在：整改中 2026年 3月2日起")
    assert road(page)[5] == "○ 申请销号 2026年 4月11日前"
    top = words(page.partition('aria-label="现状"')[2].partition("</section>")[0])
    assert "最近一步 批准方案" in top
    assert "陈静（巡察办）" in top
    world.scan(day(4, 12))
    world.scan(day(4, 28))
    top = words(
        door.as_("discipline").get(f"/cases/{case}").text.partition('aria-label="现状"')[2].partition("</section>")[0]
    )
    assert "为什么督办 逾期达到天数：期限 2026年4月11日（周六），逾期 17 天" in top
    story = page[page.index('id="story"') :]
    assert (
        story.index("<strong>批准方案</strong>")
        < story.index("<strong>认领</strong>")
        < story.index("<strong>反馈</strong>")
    )


def test_what_is_judged_stands_beside_what_was_handed_in_before(door: Door) -> None:
    """The plan came back with another day and one more measure, and the same papers: said in the form of who judges, and on the page."""
    world = door.world
    case, other = world.feed_back(2)
    for one in (case, other):
        world.do("secretary", "claim", one)
    world.do("secretary", "submit_plan", case, other, answers={"measures": [PLAN]})
    world.do("office", "return_plan", case)
    more = {**PLAN, "text": "查清线路"}
    world.do("secretary", "submit_plan", case, answers={"measures": [{**PLAN, "on": "2026-05-20"}, more]})
    for address in (f"/acts/approve_plan?case={case}", f"/cases/{case}"):
        told = door.as_("office").get(address).text.partition("与上一次报送的不同")[2].partition("</details>")[0]
        assert re.findall(r"<(del|ins)>\d\. (\w+)（村建中心 李敏，([^（]*)", told) == [
            ("del", "逐盏维修路灯", "2026年5月1日"), ("ins", "逐盏维修路灯", "2026年5月20日"), ("ins", "查清线路", "2026年5月1日"),
        ]  # fmt: skip
    assert "<summary>与上一次" not in door.as_("office").get(f"/acts/approve_plan?case={other}").text
    like = words(door.as_("handler").get(f"/cases/{other}").text.partition('id="recurrences"')[2])
    assert "同一单位的其他问题" in like
