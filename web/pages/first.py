"""The first run 首次设置: behind an address printed at the start, an empty house gets its name and its three administrators."""

from __future__ import annotations

import getpass
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

import clock
from register.first_run import administrator, lay, missing_administrators, place_faults
from register.groundwork import profiles_in
from states import ADMINISTRATORS, ROLES
from storage.engine import reading, writing
from storage.hashing import hashed
from storage.jurisdictions import find_jurisdiction, jurisdiction_codes
from storage.private import lasting
from storage.rows import lock_head
from storage.security import Event, record
from storage.visible import tidy
from web.desk import Desk
from web.doorway import AtDesk, Form, note, who_asks
from web.filled import filled_in
from web.people.passwords import in_words, rule_faults
from web.security import is_ours
from workflow.refusal import Refusal

router = APIRouter()
DONE = "done"
"""The place of the page that says so, which opens nothing."""
ASKED = ("name", "login", "personal_key", "email")
DOES: Mapping[str, str] = {
    "sysadmin": "申请开通、停用账号，登记人员和职务",
    "secadmin": "审批系统管理员的申请",
    "secauditor": "查看账号、权限和安全日志",
}
"""What each administrator does, as who is about to be one reads it."""


def open_first_run(home: Path) -> str:
    """Return what opens the first run, made anew where there is none; it lies outside the database, for the operator alone."""
    return lasting(_place(home), lambda: secrets.token_urlsafe(24).encode()).decode()


def close_first_run(home: Path) -> None:
    """Let the address open nothing any more."""
    _place(home).unlink(missing_ok=True)


def _place(home: Path) -> Path:
    return home / "keys" / "first.key"


@router.get("/first/{token}")
def first(token: str, desk: AtDesk) -> Response:
    """Show the next step: the jurisdiction, then each administrator in turn; that all is done is no secret."""
    if token != DONE or _missing(desk):
        _must_open(desk, token)
    return _next(desk)


@router.post("/first/{token}")
def taken(token: str, request: Request, desk: AtDesk, form: Form) -> Response:
    """Take one step; what is there already is never made again."""
    _must_open(desk, token)
    if not is_ours(request):
        if desk.place:
            note(desk, None, "forged_request", request, words="首次设置")
        raise HTTPException(403, "请求不是从本系统的页面发出的，未办理。请返回页面重试。")
    faults = _name_the_place(request, desk, form) if not desk.place else _administrator(request, desk, form)
    if faults:
        return _next(desk, form, faults)
    if not _missing(desk):
        close_first_run(desk.settings.home)
        token = DONE
    return RedirectResponse(f"/first/{token}", 303)


def _must_open(desk: Desk, token: str) -> None:
    place = _place(desk.settings.home)
    if not place.exists() or not hmac.compare_digest(place.read_bytes(), token.encode()):
        raise HTTPException(404)


def _next(desk: Desk, form: Mapping[str, Any] | None = None, faults: Iterable[Refusal] = ()) -> Response:
    """Return the page of what is still missing; when nothing is, the address is closed, whoever set the last of it up."""
    missing = _missing(desk)
    if not missing:
        close_first_run(desk.settings.home)
    said: dict[str, str] = {}
    for one in faults:
        said.setdefault(one.field, one.sentence)
    known = (*ASKED, "code", "link", "password", "again")
    return desk.page(
        "first.html", None, status=422 if said else 200, laid=bool(desk.place), missing=missing, role=missing[0] if missing else "",
        roles=[(one, ROLES[one], DOES[one]) for one in ADMINISTRATORS], form=form or {}, said=said,
        others=[sentence for name, sentence in said.items() if name not in known],
        password_rules=in_words(desk.settings.config.web), place=desk.settings.config.jurisdiction, here_alone=desk.settings.link,
    )  # fmt: skip


def _missing(desk: Desk) -> list[str]:
    if not desk.place:
        return list(ADMINISTRATORS)
    with reading(desk.engine) as work:
        return missing_administrators(work.driver, desk.place, clock.local_date(desk.now()))


def _name_the_place(request: Request, desk: Desk, form: FormData) -> list[Refusal]:
    code, name = str(form.get("code", "")).strip(), tidy(str(form.get("name", "")))
    link = str(form.get("link", "")).strip()
    if faults := place_faults(code, name, link):
        return faults
    config = desk.settings.config
    with writing(desk.engine) as work:
        if not jurisdiction_codes(work.driver):
            place = lay(work, code, name, profiles_in(config.profiles), desk.now(), getpass.getuser(), link)
            _noted(request, replace(desk, place=place), work.driver, f"设立{name}（{code}）")
            work.commit()
    with reading(desk.engine) as work:
        there = find_jurisdiction(work.driver, desk.settings.code)
    request.app.state.desk = replace(desk, place=there.id, place_name=there.name, rehearsal=there.rehearsal)
    return []


def _administrator(request: Request, desk: Desk, form: FormData) -> list[Refusal]:
    role, fields = str(form.get("role", "")), filled_in(desk, form, ASKED)
    fields = {name: value.strip() for name, value in fields.items()}
    password, today = str(form.get("password", "")), clock.local_date(desk.now())
    if role not in ADMINISTRATORS:
        return [Refusal("请重新打开本页再填", "")]
    weak = _password_faults(desk, password, str(form.get("again", "")), fields.get("login", ""))
    password_hash = "" if weak else hashed(password)
    with writing(desk.engine) as work:
        lock_head(work.driver, desk.place)  # of two who send one step at once, the second finds it taken
        if role not in missing_administrators(work.driver, desk.place, today):
            return []
        faults = weak + administrator(work, desk.place, role, fields, password_hash, desk.now(), getpass.getuser())
        if faults:
            work.rollback()
        else:
            _noted(request, desk, work.driver, f"{ROLES[role]} {fields['login']}")
            work.commit()
    if faults:
        note(desk, None, "register_denied", request, words=faults[0].sentence)
    return faults


def _password_faults(desk: Desk, password: str, again: str, login: str) -> list[Refusal]:
    weak = "；".join(rule_faults(password, login, desk.settings.config.web))
    found = [Refusal(weak, "password")] if weak else []
    return found if password == again else [*found, Refusal("两次输入的密码不一致", "again")]


def _noted(request: Request, desk: Desk, driver: Any, words: str) -> None:
    record(driver, clock.micros(desk.now()), Event("first_run", who_asks(desk, None, request), words=words))
