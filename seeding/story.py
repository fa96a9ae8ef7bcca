"""The story 演示: what the product does on one morning, told on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text
from sqlalchemy import Engine

import clock
from figures.stats import stats
from notifications.deliver import deliver
from notifications.settings import channel_for, mail_settings
from seeding import scenes
from seeding.glances import criteria_of, escalated_case, named_cases, road_of
from settings import Settings
from storage.engine import reading
from storage.jurisdictions import find_jurisdiction
from storage.sql import Driver
from trail.checkpoint import sign_checkpoint
from trail.verify import verify
from workflow.scan import Scanned, batch_size, scan

Say = Callable[[RenderableType], None]
_FLAGS, _FILES = 4, 3


def tell(engine: Engine, home: Path, settings: Settings, now: datetime, say: Say) -> None:
    """Scan, send the mails to the folder, follow one escalated case, and verify the trail."""
    for scene in (_term, _morning, _post, _one_road, _trail):
        for shown in scene(engine, home, settings, now):
            say(shown)


def _term(engine: Engine, home: Path, settings: Settings, now: datetime) -> Iterator[RenderableType]:
    del home, settings
    today = clock.local_date(now)
    with reading(engine) as work:
        place = find_jurisdiction(work.driver, None)
        yield scenes.term(stats(work.driver, place.id, today), f"{today.year}年{today.month}月{today.day}日")


def _morning(engine: Engine, home: Path, settings: Settings, now: datetime) -> Iterator[RenderableType]:
    del home
    numbers = settings.config.scan
    found = scan(engine, now, batch_size(engine, numbers.batch_sqlite, numbers.batch))
    yield scenes.heading("一", f"清晨扫描：{found.due} 个问题到点，办理 {len(found.fired)} 项")
    with reading(engine) as work:
        yield from _found(work.driver, found)


def _found(driver: Driver, found: Scanned) -> Iterator[RenderableType]:
    by_action = {
        action: [one for one in found.fired if one["action"] == action] for action in ("remind", "flag", "escalate")
    }
    named = named_cases(driver, (one["case"] for one in found.fired))
    if by_action["remind"]:
        yield scenes.reminders(by_action["remind"], named)
    escalated = {one["case"] for one in by_action["escalate"]}
    flagged = list(dict.fromkeys(one["case"] for one in by_action["flag"]))
    if flagged:
        yield Text(
            f"疑似整改不力 {len(flagged)} 个，其中升级督办 {len(escalated)} 个。每一个都写明判定依据：\n", style="bold"
        )
        # One of each kind before more of the same.
        shown = sorted(flagged, key=lambda case: (case in escalated, case))[:1] + sorted(escalated)[: _FLAGS - 1]
        yield from scenes.flags(
            [(named[case], criteria_of(driver, case), case in escalated) for case in dict.fromkeys(shown)]
        )
    if not found.fired:
        yield Text("此刻没有到点的事项：该提醒的都提醒过了，一次也不重复。")


def _post(engine: Engine, home: Path, settings: Settings, now: datetime) -> Iterator[RenderableType]:
    sign_checkpoint(engine, home, None, now)
    # Whatever relay is configured: mails of a rehearsal stay in the house.
    # The story is told at any hour: nothing waits for the morning.
    told = {**settings.config.mail.model_dump(), "transport": "folder", "office_hours": "", "daily": ""}
    post = mail_settings(told, "", home, settings.link)
    delivered = deliver(engine, post, now, channel_for(post))
    newest = sorted(post.folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    yield scenes.heading("二", "提醒邮件：本次写进文件夹，改一处配置即由邮件中继寄出")
    yield scenes.mails(delivered, str(post.folder), [file.name for file in newest[:_FILES]])
    if newest:
        yield scenes.mail(_telling(newest))


def _telling(files: list[Path]) -> EmailMessage:
    """The newest mail that tells of a flag, else the newest."""
    for file in files:
        message = _read(file)
        if "疑似整改不力" in str(message["Subject"]):
            return message
    return _read(files[0])


def _read(file: Path) -> EmailMessage:
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _one_road(engine: Engine, home: Path, settings: Settings, now: datetime) -> Iterator[RenderableType]:
    del home, settings, now
    with reading(engine) as work:
        driver = work.driver
        case = escalated_case(driver)
        if case is not None:
            yield scenes.heading("三", "一个升级督办问题的一生：每一步都有人、有时间、有依据")
            yield scenes.road(named_cases(driver, [case])[case], road_of(driver, case))


def _trail(engine: Engine, home: Path, settings: Settings, now: datetime) -> Iterator[RenderableType]:
    del settings, now
    yield scenes.heading("四", "核验流转日志：不必相信本程序")
    yield scenes.verified(verify(engine, home))
