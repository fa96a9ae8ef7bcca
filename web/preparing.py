"""筹备: what must be there before the first feedback, one row each: what, whether it is, who sees to it and where.

The page, the home of the office and what is approved ask the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import clock
from register.first_run import missing_administrators
from states import ROLES
from storage.calendars import read_calendar
from storage.duties import Rest
from storage.reads.readiness import There, units_without_secretary, what_is_there
from storage.setting import is_here_alone
from storage.work import Work
from web.desk import Desk
from web.filters import moment
from web.viewer import Viewer

MOST_NAMED: Final = 5
TWO: Final = 2
"""So many people the office needs: what one asks for, another approves."""
NEXT_YEAR: Final = 11
"""From this month on the next year's arrangement is out, and limits reach into it."""
ASKED_FOR: Final = "系统管理员申请，安全管理员审批"


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rows look at: the house as it is now."""

    desk: Desk
    there: There
    today: date
    link: str
    rest: Rest
    administrators: tuple[str, ...]
    """Those that nobody is who can sign in."""
    unled: tuple[str, ...]
    """Some of the units without a secretary."""
    years: frozenset[int]
    """Those whose calendar was entered."""


Said = tuple[bool, str]
"""Whether it is there, and how it stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that must be there: what, how that is told, who sees to it, and where."""

    shown: str
    judge: Callable[[Ground], Said]
    who: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A row as it stands."""

    row: Row
    done: bool
    said: str


def steps_of(desk: Desk, viewer: Viewer, work: Work, now: datetime) -> list[Step]:
    """Return every row as it stands, in the order in which they are seen to."""
    ground = _ground(desk, viewer, work, now)
    return [Step(row, *row.judge(ground)) for row in ROWS]


def _ground(desk: Desk, viewer: Viewer, work: Work, now: datetime) -> Ground:
    driver, place, today = work.driver, viewer.actor.jurisdiction, clock.local_date(now)
    there = what_is_there(driver, place, today)
    return Ground(
        desk,
        there,
        today,
        viewer.setting.link or desk.settings.link,
        rest_of(desk, there.duties_at, now),
        tuple(missing_administrators(driver, place, today)),
        tuple(units_without_secretary(driver, place, today, MOST_NAMED)) if there.no_secretary else (),
        frozenset(day.year for day, _, _ in read_calendar(driver, place)),
    )


def rest_of(desk: Desk, ran_at: int | None, now: datetime) -> Rest:
    """Return whether the duties rest: by when those of every minute ran last, and how often they are to."""
    every = desk.settings.config.scheduler
    return Rest(ran_at, now, max(every.scan, every.deliver))


def said_of(rest: Rest) -> str:
    """Return since when the duties rest, in words."""
    return f"没有在运行（最近一次 {moment(rest.at)}）" if rest.at is not None else "从来没有运行过"


def _administrators(ground: Ground) -> Said:
    missing = "、".join(ROLES[one] for one in ground.administrators)
    return not missing, f"还缺{missing}" if missing else "都能登录"


def _office(ground: Ground) -> Said:
    there = ground.there.office
    return there >= TWO, f"{there} 人能登录" + ("" if there >= TWO else "，须两人以上：一人申请的，由另一人审批")


def _told(ground: Ground) -> Said:
    there = ground.there
    told = (("分管领导", there.leader), ("纪委监委", there.discipline), ("组织部", there.organisation))
    absent = "、".join(words for words, count in told if not count)
    return not absent, f"{absent}还没有能登录的人，反馈时送不到" if absent else "都有"


def _units(ground: Ground) -> Said:
    units = ground.there.units
    return units > 0, f"已登记 {units} 个" if units else "还没有登记"


def _secretaries(ground: Ground) -> Said:
    there, unled = ground.there, ground.unled
    if not there.units:
        return False, "先登记党组织"
    if not there.no_secretary:
        return True, "都能登录"
    more = f"等 {there.no_secretary} 个党组织" if there.no_secretary > len(unled) else ""
    return False, f"{'、'.join(unled)}{more}还没有能登录的书记，问题无人认领"


def _teams(ground: Ground) -> Said:
    return ground.there.team > 0, "已有能登录的人" if ground.there.team else "还没有人：组建巡察组时从已登记的人里选"


def _link(ground: Ground) -> Said:
    if is_here_alone(ground.link):
        return False, f"信和密码条上的网址是 {ground.link}，只有运行本系统的这台电脑打得开"
    return True, ground.link


def _mail(ground: Ground) -> Said:
    mail = ground.desk.settings.config.mail
    if ground.desk.mail_stays:
        return False, "还没有接发信的服务器：信只写进数据目录的 mail/，没有寄出（配置的 mail 一节）"
    return True, f"经 {mail.host}:{mail.port} 寄出"


def _duties(ground: Ground) -> Said:
    if ground.rest.rests:
        return False, f"{said_of(ground.rest)}：不提醒、不寄信，请执行 zhenggai serve 或 zhenggai scheduler"
    return True, f"在运行，最近一次 {moment(ground.rest.at)}"


def _calendar(ground: Ground) -> Said:
    wanted = [ground.today.year, *([ground.today.year + 1] if ground.today.month >= NEXT_YEAR else [])]
    absent = "、".join(f"{year} 年" for year in wanted if year not in ground.years)
    if absent:
        return False, f"{absent}的放假安排还没有录入，暂按周一至周五计算"
    return True, f"已录入到 {max(ground.years)} 年"


def _rounds(ground: Ground) -> Said:
    rounds = ground.there.rounds
    return rounds > 0, f"已有 {rounds} 轮" if rounds else "还没有新设"


def _begun(ground: Ground) -> Said:
    return (
        ground.there.cases > 0,
        "已有问题反馈" if ground.there.cases else "导入台账：现在反馈，或先备好、到那天再发送",
    )


# fmt: off
ROWS: Final = (
    Row("三员", _administrators, "系统操作员"),
    Row("巡察办的人", _office, ASKED_FOR, "/accounts"),
    Row("别的电脑打得开", _link, "系统操作员接好反向代理，巡察办在“设置”里写网址", "/register/setting"),
    Row("定时任务", _duties, "系统操作员"),
    Row("邮件", _mail, "系统操作员改配置，系统管理员试寄", "#mail"),
    Row("党组织", _units, "巡察办", "/register/unit/import"),
    Row("各党组织的书记", _secretaries, ASKED_FOR, "/register/account/import"),
    Row("呈送和抄告的人", _told, ASKED_FOR, "/accounts"),
    Row("巡察组的人", _teams, ASKED_FOR, "/accounts"),
    Row("工作日历", _calendar, "巡察办", "/register/calendar"),
    Row("轮次", _rounds, "巡察办", "/register/round"),
    Row("第一次反馈", _begun, "巡察办", "/import"),
)
# fmt: on
