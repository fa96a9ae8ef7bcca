"""The auditor, who distrusts everything: filters, proof, a verification now, a package to take away."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.door import Door
from tests.world import World


def test_a_day_of_the_auditor(world: World, door: Door) -> None:
    """徐审 filters the log, opens the proof of an entry, verifies the whole log now and sees how far it is sound, and
    takes the package home.
    """
    cases = world.feed_back(2)
    world.do("secretary", "claim", *cases)
    page = door.person("auditor")
    page.goto("/")
    expect(page).to_have_title("流转日志 · 整改")
    lines = page.locator("table.list tbody tr")
    expect(lines).to_have_count(world.size)
    page.get_by_label("操作").select_option(label="认领")
    page.get_by_label("办理人").fill("王建国")
    page.get_by_role("button", name="查找").click()
    expect(lines).to_have_count(2)
    page.get_by_label("办理人").fill("陈静")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.get_by_role("link", name="清除").click()
    expect(lines).to_have_count(world.size)

    lines.first.get_by_role("link").first.click()
    expect(page.get_by_text("这条记录在册")).to_be_visible()
    page.get_by_role("link", name="流转日志").last.click()
    expect(page.get_by_text("还没有核验过")).to_be_visible()
    page.get_by_role("button", name="现在核验").click()
    expect(page.get_by_role("status")).to_contain_text("已核验")
    expect(page.get_by_role("status")).to_contain_text("完好")
    with page.expect_download() as started:
        page.get_by_role("button", name="导出核验包", exact=True).click()
    package = started.value.path().read_text(encoding="utf-8").splitlines()
    assert all(json.loads(line) for line in package)
    assert sum('"action":"claim"' in line or '\\"action\\":\\"claim\\"' in line for line in package) >= 2
    assert "林建国" not in "\n".join(package), "texts are opened by choice only"


def test_a_byte_changed_in_the_database_turns_the_line_red(world: World, door: Door) -> None:
    """Somebody with the database's password shortens an entry. 徐审 verifies, and the line says which entry and why."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    at = world.size - 1
    with world.engine.connect() as connection:
        triggers = [
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trail'"
            )
        ]
        for name in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        ((body,),) = connection.exec_driver_sql(f"SELECT body FROM trail WHERE idx = {at}")
        connection.exec_driver_sql(f"UPDATE trail SET body = replace(body, 'claimed', 'clawmed') WHERE idx = {at}")
        connection.commit()
    page = door.person("auditor")
    page.goto("/log")
    page.get_by_role("button", name="现在核验").click()
    expect(page.get_by_role("alert")).to_contain_text(f"核验不符：序号 {at}")
    # What the finaliser reads again must be sound.
    with world.engine.connect() as connection:
        connection.exec_driver_sql(f"UPDATE trail SET body = ? WHERE idx = {at}", (body,))
        connection.commit()
