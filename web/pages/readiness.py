"""筹备: what is missing before the first round, who does it and where; and a trial letter, sent there and then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

import clock
from notifications.settings import mail_settings
from notifications.trial import send_trial
from register.first_run import missing_administrators
from states import ADMINISTRATORS, OFFICE, ROLES, SYSADMIN
from storage.calendars import read_calendar
from storage.engine import reading
from storage.household import read_row
from storage.reads.readiness import There, units_without_secretary, what_is_there
from storage.work import Work
from web.desk import Desk
from web.doorway import AtDesk, Form, Signed, must_hold, must_hold_at_large, note
from web.viewer import Viewer

router = APIRouter()
READERS = (OFFICE, *ADMINISTRATORS)
MOST_NAMED = 5
TWO = 2
"""So many people the office needs: what one asks for, another approves."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must be there: what, whether it is, how it stands, who sees to it, and where."""

    shown: str
    done: bool
    said: str
    who: str
    href: str = ""


@router.get("/setup")
def readiness(desk: AtDesk, viewer: Signed) -> Response:
    """List what must be there before the first feedback, and what is missing."""
    return _page(desk, viewer)


def _page(desk: Desk, viewer: Viewer, *, sent: str = "", fault: str = "") -> Response:
    must_hold_at_large(viewer, *READERS)
    with reading(desk.engine) as work:
        steps = list(_steps(desk, viewer, work, clock.local_date(desk.now())))
        person = read_row(work.driver, "person", viewer.actor.jurisdiction, viewer.actor.person_id or 0) or {}
    return desk.page(
        "readiness.html", viewer, status=422 if fault else 200, here="/register", steps=steps, left=sum(not one.done for one in steps), begun=steps[-1].done,
        sent=sent, fault=fault, address=person.get("email") or "", may_try=viewer.holds(SYSADMIN),
        folder=desk.settings.config.mail.transport == "folder",
    )  # fmt: skip


def _steps(desk: Desk, viewer: Viewer, work: Work, today: date) -> Iterator[Step]:
    driver, place = work.driver, viewer.actor.jurisdiction
    there = what_is_there(driver, place, today)
    missing = missing_administrators(driver, place, today)
    yield Step(
        "三员", not missing, f"还缺{'、'.join(ROLES[one] for one in missing)}" if missing else "都能登录", "系统操作员"
    )
    yield from _people(there)
    unnamed = units_without_secretary(driver, place, today, MOST_NAMED) if there.no_secretary else []
    yield Step(
        "党组织",
        there.units > 0,
        f"已登记 {there.units} 个" if there.units else "还没有登记",
        "巡察办",
        "/register/unit/import",
    )
    yield Step(
        "各党组织的书记",
        bool(there.units) and not there.no_secretary,
        _secretaries(there, unnamed),
        "系统管理员申请，安全管理员审批",
        "/register/account/import",
    )
    yield _mail(desk)
    yield _calendar(work, place, today)
    yield Step(
        "轮次",
        there.rounds > 0,
        f"已有 {there.rounds} 轮" if there.rounds else "还没有新设",
        "巡察办",
        "/register/round",
    )
    yield Step("第一次反馈", there.cases > 0, "已有问题反馈" if there.cases else "导入台账即反馈", "巡察办", "/import")


def _people(there: There) -> Iterator[Step]:
    asks = "系统管理员申请，安全管理员审批"
    said = f"{there.office} 人能登录" + ("，须两人以上：一人申请的，由另一人审批" if there.office < TWO else "")
    yield Step("巡察办的人", there.office >= TWO, said, asks, "/accounts")
    told = (("分管领导", there.leader), ("纪委监委", there.discipline), ("组织部", there.organisation))
    absent = "、".join(words for words, count in told if not count)
    yield Step(
        "呈送和抄告的人", not absent, f"{absent}还没有能登录的人，反馈时送不到" if absent else "都有", asks, "/accounts"
    )


def _secretaries(there: There, unnamed: list[str]) -> str:
    if not there.units:
        return "先登记党组织"
    if not there.no_secretary:
        return "都能登录"
    more = f"等 {there.no_secretary} 个党组织" if there.no_secretary > len(unnamed) else ""
    return f"{'、'.join(unnamed)}{more}还没有能登录的书记，问题无人认领"


def _mail(desk: Desk) -> Step:
    mail = desk.settings.config.mail
    by_folder = mail.transport == "folder"
    said = (
        "还没有接邮件中继：信只写进数据目录的 mail/，没有寄出（配置的 mail 一节）"
        if by_folder
        else f"经 {mail.host}:{mail.port} 寄出"
    )
    return Step("邮件", not by_folder, said, "系统操作员改配置，系统管理员试寄", "#mail")


def _calendar(work: Work, place: int, today: date) -> Step:
    years = {day.year for day, _, _ in read_calendar(work.driver, place)}
    wanted = [today.year] if today.month < 12 else [today.year, today.year + 1]
    absent = "、".join(f"{year} 年" for year in wanted if year not in years)
    said = f"{absent}的放假安排还没有录入，暂按周一至周五计算" if absent else f"已录入到 {max(years)} 年"
    return Step("工作日历", not absent, said, "巡察办", "/register/calendar")


@router.post("/setup/mail")
def trial(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Send a trial letter to an address, there and then; say what became of it."""
    must_hold(viewer, SYSADMIN)
    address = str(form.get("address", "")).strip()
    settings = desk.settings
    post = mail_settings(settings.config.mail.model_dump(), settings.smtp_password(), settings.home, settings.link)
    fault = send_trial(post, viewer.setting, desk.place_name, viewer.name, address, desk.now())
    note(desk, viewer, "mail_tried", request, words=fault or f"寄给 {address}")
    return _page(desk, viewer, sent="" if fault else address, fault=fault)
