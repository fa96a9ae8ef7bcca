"""Accounts 账号: asked for by the sysadmin, approved by the secadmin, both seen by the secauditor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from states import ROLES, UNIT_ROLES
from storage.accounts import (
    ADMINISTRATORS,
    LONGEST_NAME,
    BadAccount,
    add_account,
    close_account,
    give_password,
    hashed,
    must_be_placed,
    refuse_closing,
    refuse_password,
)
from storage.engine import reading, writing
from storage.people import find_unit
from storage.reads.accounts import account_list, account_of, posts_in_words, requests_of
from storage.tables import AccountRequest, SecurityEvent, Unit
from storage.visible import is_visible
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note
from web.people.passwords import read_aloud
from web.viewer import Viewer

router = APIRouter()
LONGEST_REASON = 500
KINDS = ("open", "close", "reset")
TOLD_ONCE = "初始密码（只显示这一次，请告诉本人，首次登录须更换）"


@router.get("/accounts")
def accounts(desk: AtDesk, viewer: Signed, q: str = "") -> Response:
    """Show the requests and the accounts, those with the words asked for."""
    must_hold(viewer, *ADMINISTRATORS)
    return _page(desk, viewer, words=q.strip()[:LONGEST_NAME])


def _page(
    desk: Desk,
    viewer: Viewer,
    *,
    fault: str = "",
    said: str = "",
    first: str = "",
    form: dict[str, Any] | None = None,
    status: int = 200,
    words: str = "",
) -> Response:
    with reading(desk.engine) as session:
        waiting = [
            (*one, _standing(session, one[0])) for one in requests_of(session, viewer.actor.jurisdiction, "asked")
        ]
        decided = requests_of(session, viewer.actor.jurisdiction, "approved", "refused")[:30]
        count, everybody = account_list(session, viewer.actor.jurisdiction, words)
    return desk.page(
        "accounts.html",
        viewer,
        status=status,
        here="/accounts",
        waiting=waiting,
        decided=decided,
        everybody=everybody,
        count=count,
        words=words,
        fault=fault,
        said=said,
        first=first,
        form=form or {},
    )


@router.post("/accounts")
def ask(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Ask for an account, a post, a closing or a new password; the secadmin decides."""
    must_hold(viewer, "sysadmin")
    try:
        with writing(desk.engine) as session:
            row = _asked(session, desk, viewer, form)
            words = _words(row, _standing(session, row))
            session.add(row)
            session.commit()
    except BadAccount as fault:
        return _page(desk, viewer, fault=str(fault), form=dict(form), status=422)
    note(desk, viewer, "account_asked", request, words=words)
    return RedirectResponse("/accounts", 303)


def _words(row: AccountRequest, standing: Standing | None) -> str:
    """Say what was asked for, as the security log shows it."""
    if row.kind == "close":
        return f"停用账号 {row.login}"
    if row.kind == "reset":
        return f"重置账号 {row.login} 的密码"
    return "，".join(filter(None, (f"开通账号 {row.login}，{ROLES[row.role]}", standing.change if standing else "")))


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose account a request is about, as they stand now: posts in words, and the addresses where it would change one."""

    name: str
    posts: str
    before: str
    after: str

    @property
    def change(self) -> str:
        """Return what would be changed of the person, in words; nothing when nothing is."""
        return f"邮箱由 {self.before} 改为 {self.after}" if self.after else ""


def _standing(session: Session, row: AccountRequest) -> Standing | None:
    """Return who has the account that a request would add to; None for a new one."""
    known = account_of(session, row.jurisdiction, row.login) if row.kind == "open" else None
    if known is None:
        return None
    _, person = known
    after = row.email if row.email and row.email != person.email else ""
    return Standing(person.name, posts_in_words(session, person), person.email or "（无）", after)


def _asked(session: Session, desk: Desk, viewer: Viewer, form: FormData) -> AccountRequest:
    said = {
        name: str(form.get(name, "")).strip() for name in ("kind", "login", "name", "role", "unit", "email", "reason")
    }
    kind = said["kind"] if said["kind"] in KINDS else "open"
    unit = find_unit(session, viewer.actor.jurisdiction, said["unit"]) if said["unit"] else None
    if kind != "open":
        said |= _of_known(session, desk, viewer, kind, said["login"])
    if said["role"] not in ROLES:
        raise BadAccount("请选择角色")
    if said["unit"] and unit is None:
        raise BadAccount(f"没有党组织“{said['unit']}”，请先核对名称")
    if kind == "open" and said["role"] in UNIT_ROLES and unit is None:
        raise BadAccount(f"{ROLES[said['role']]}须填写党组织")
    if kind == "open" and unit is not None:
        must_be_placed(said["role"])
    if not said["login"] or not is_visible(said["name"]):
        raise BadAccount("请填写账号和姓名")
    if any(len(value) > LONGEST_REASON for value in said.values()):
        raise BadAccount(f"每一项不超过 {LONGEST_REASON} 个字")
    return AccountRequest(
        jurisdiction=viewer.actor.jurisdiction, kind=kind, login=said["login"], name=said["name"], role=said["role"], unit_id=unit.id if unit else None,
        email=said["email"] or None, reason=said["reason"], asked_by=viewer.actor.person_id or 0, asked_at=clock.micros(desk.now()),
    )  # fmt: skip


def _of_known(session: Session, desk: Desk, viewer: Viewer, kind: str, login: str) -> dict[str, str]:
    """Return what a request says of an account that is there, and may be closed or given a new password."""
    known = account_of(session, viewer.actor.jurisdiction, login)
    if known is None:
        raise BadAccount(f"没有账号“{login}”")
    if kind == "close":
        refuse_closing(session, login, clock.local_date(desk.now()))
    else:
        refuse_password(known[0])
    return {"name": known[1].name, "role": "auditor", "email": ""}


@router.post("/accounts/{number}")
def decide(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Approve or refuse what another asked for; an account gets a password to be changed at once."""
    must_hold(viewer, "secadmin")
    said, shown = "", ""
    first = read_aloud()
    first_hash = hashed(first)
    try:
        with writing(desk.engine) as session:
            row = session.get(AccountRequest, number, with_for_update=True)
            if row is None or row.jurisdiction != viewer.actor.jurisdiction or row.state != "asked":
                raise NotYours
            if row.asked_by == viewer.actor.person_id:
                raise BadAccount("申请人不能审批自己的申请，须由另一人审批")
            standing = _standing(session, row)
            words = _words(row, standing)
            row.state = "approved" if form.get("step") == "approve" else "refused"
            row.decided_by, row.decided_at = viewer.actor.person_id, clock.micros(desk.now())
            if row.state == "approved":
                _refuse_unseen(standing, form)
                said, shown = _carry_out(session, row, standing, first, first_hash)
            if row.state == "approved" and row.kind == "reset":
                session.add(_event(desk, viewer, request, words))
            session.add(row)
            session.commit()
    except BadAccount as fault:
        return _page(desk, viewer, fault=str(fault), status=422)
    note(desk, viewer, f"account_{row.state}", request, words=words)
    return _page(desk, viewer, said=said or "已记录", first=shown)


def _refuse_unseen(standing: Standing | None, form: FormData) -> None:
    """An approval holds for the change that its page showed."""
    if form.get("seen") not in (None, standing.change if standing else ""):
        raise BadAccount("申请要改的内容刚刚有变动，没有办理：请核对下面的新内容后再审批")


def _event(desk: Desk, viewer: Viewer, request: Request, words: str) -> SecurityEvent:
    """Return the line of the security log that stands or falls with what was done."""
    return SecurityEvent(
        jurisdiction=viewer.actor.jurisdiction, at=clock.micros(desk.now()), what="password_reset", login=viewer.actor.login,
        person_id=viewer.actor.person_id, address=request.client.host if request.client else "", words=words,
    )  # fmt: skip


def _carry_out(
    session: Session, row: AccountRequest, standing: Standing | None, first: str, first_hash: str
) -> tuple[str, str]:
    """Do what was approved; return what is to be said of it, and the password that is shown once."""
    now = row.decided_at or 0
    if row.kind == "close":
        close_account(session, row.login, now)
        return f"账号 {row.login} 已停用，其登录已全部退出，职务到今天为止", ""
    if row.kind == "reset":
        give_password(session, row.login, first_hash, now)
        return f"账号 {row.login} 的密码已重置，其登录已全部退出。{TOLD_ONCE}", first
    unit = session.get(Unit, row.unit_id) if row.unit_id else None
    place = unit.name if unit else None
    day = clock.local_date(clock.from_micros(now))
    add_account(session, row.jurisdiction, row.login, row.name, row.role, unit=place, email=row.email, on=day)
    if standing is None:
        give_password(session, row.login, first_hash, now)
        return f"账号 {row.login} 已开通，{TOLD_ONCE}", first
    return "，".join(filter(None, (f"账号 {row.login} 已增加职务", standing.change))), ""
