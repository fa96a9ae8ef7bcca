"""The security log 安全日志: every kind of event with its words, and the one road on which an event is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine

from storage.engine import writing
from storage.sql import Driver

EVENTS: Final = {
    "first_run": "首次设置", "mail_tried": "试寄邮件", "signed_in": "登录", "sign_in_failed": "登录失败", "sign_in_locked": "暂停期间登录",
    "second_wanted": "密码对，等验证码", "sign_in_stale": "登录第一步已失效",
    "signed_out": "退出",
    "password_changed": "更换密码", "password_reset": "重置密码",
    "second_set": "设置双因素", "second_removed": "取消双因素", "second_reset": "重置双因素",
    "second_failed": "验证码不对", "second_replayed": "验证码重复使用", "second_unreadable": "双因素读不出来",
    "refused": "办理被退回", "wrong_signature": "签字密码不对", "foreign": "不在职责范围内", "unknown_login": "账号不存在或已停用",
    "forged_request": "来路不明的请求",
    "account_asked": "申请账号", "account_approved": "同意账号", "account_refused": "不同意账号", "account_taken_back": "撤回账号申请",
    "register_asked": "申请登记", "register_entered": "登记", "register_approved": "同意登记", "register_refused": "不同意登记",
    "register_taken_back": "撤回登记申请",
    "register_looked": "看过操作员的登记", "register_denied": "登记被退回",
    "exchange_sent": "发出往来文件", "exchange_taken": "收下往来文件", "exchange_refused": "往来文件没有收下",
    "exchange_forked": "往来文件的检查点对不上",
    "verified_log": "核验日志", "exported_log": "导出核验包", "exported_ledger": "导出台账", "exported_dossier": "取出案卷", "exported_register": "导出登记",
    "exported_security": "导出安全日志",
    "read_confided": "阅读限定知悉的问题",
}  # fmt: skip
"""What is noted, by its name in the log, with the words that people read; what is not here is not noted."""
VIAS: Final = {"web": "网页", "cli": "命令行"}
LONGEST_LOGIN: Final = 100
LONGEST_WORDS: Final = 500
_INSERT: Final = (
    "INSERT INTO security_log (jurisdiction, at, what, login, person_id, via, os_user, address, case_id, action, words) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Who:
    """Who was at the door, and through which: in a browser from an address, or at the command line as a user of the system."""

    jurisdiction: int
    login: str = ""
    person: int | None = None
    via: str = "web"
    address: str = ""
    os_user: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, by its name in EVENTS; of which case and action, and in a few words that hold no secret."""

    what: str
    who: Who
    case: int | None = None
    action: str = ""
    words: str = ""


def record(driver: Driver, now: int, *events: Event) -> None:
    """Write events within a transaction, with which they stand or fall; `now` in microseconds, never commits."""
    if events:
        driver.put(_INSERT, [_row(one, now) for one in events])


def _row(event: Event, now: int) -> tuple[Any, ...]:
    if event.what not in EVENTS:
        raise LookupError(f"安全日志没有“{event.what}”这一种事项")
    who = event.who
    return (
        who.jurisdiction, now, event.what, who.login[:LONGEST_LOGIN], who.person, who.via, who.os_user, who.address,
        event.case, event.action, event.words[:LONGEST_WORDS],
    )  # fmt: skip


def note(engine: Engine, now: int, *events: Event) -> None:
    """Write events in a transaction of their own: what was refused leaves nothing else behind."""
    if not events:
        return
    with writing(engine) as work:
        record(work.driver, now, *events)
        work.commit()
