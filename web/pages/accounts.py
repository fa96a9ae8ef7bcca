"""Accounts 账号: asked for by the sysadmin, approved by the secadmin, both seen by the secauditor."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session, col, select
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from states import ROLES, UNIT_ROLES
from storage.accounts import (
    ADMINISTRATORS,
    LONGEST_NAME,
    BadAccount,
    account_list,
    add_account,
    close_account,
    hashed,
    must_be_placed,
)
from storage.engine import reading, writing
from storage.people import find_unit
from storage.tables import Account, AccountRequest, Person, Unit
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note
from web.viewer import Viewer

router = APIRouter()
LONGEST_REASON = 500


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
    form: dict[str, Any] | None = None,
    status: int = 200,
    words: str = "",
) -> Response:
    with reading(desk.engine) as session:
        waiting = _requests(session, viewer, "asked")
        decided = _requests(session, viewer, "approved", "refused")[:30]
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
        form=form or {},
    )


def _requests(session: Session, viewer: Viewer, *states: str) -> list[tuple[AccountRequest, str, str, str]]:
    query = (
        select(AccountRequest, Unit.name, Person.name)
        .join(Unit, col(Unit.id) == AccountRequest.unit_id, isouter=True)
        .join(Person, col(Person.id) == AccountRequest.asked_by)
        .where(AccountRequest.jurisdiction == viewer.actor.jurisdiction, col(AccountRequest.state).in_(states))
        .order_by(col(AccountRequest.id).desc())
    )
    people = {
        person.id: person.name
        for person in session.exec(select(Person).where(col(Person.id).in_(select(AccountRequest.decided_by))))
    }
    return [(row, unit or "", by, people.get(row.decided_by, "")) for row, unit, by in session.exec(query)]


@router.post("/accounts")
def ask(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Ask for an account, a post, or a closing; the secadmin decides."""
    must_hold(viewer, "sysadmin")
    try:
        with writing(desk.engine) as session:
            row = _asked(session, desk, viewer, form)
            session.add(row)
            session.commit()
    except BadAccount as fault:
        return _page(desk, viewer, fault=str(fault), form=dict(form), status=422)
    note(desk, viewer, "account_asked", request, words=_words(row))
    return RedirectResponse("/accounts", 303)


def _words(row: AccountRequest) -> str:
    """Say what was asked for, as the security log shows it."""
    return f"停用账号 {row.login}" if row.kind == "close" else f"开通账号 {row.login}，{ROLES[row.role]}"


def _asked(session: Session, desk: Desk, viewer: Viewer, form: FormData) -> AccountRequest:
    said = {
        name: str(form.get(name, "")).strip() for name in ("kind", "login", "name", "role", "unit", "email", "reason")
    }
    kind = said["kind"] if said["kind"] in ("open", "close") else "open"
    unit = find_unit(session, viewer.actor.jurisdiction, said["unit"]) if said["unit"] else None
    if kind == "close":
        known = session.exec(
            select(Account, Person)
            .join(Person, col(Person.id) == Account.person_id)
            .where(Account.login == said["login"])
        ).first()
        if known is None or known[1].jurisdiction != viewer.actor.jurisdiction:
            raise BadAccount(f"没有账号“{said['login']}”")
        said |= {"name": known[1].name, "role": "auditor"}
    if said["role"] not in ROLES:
        raise BadAccount("请选择角色")
    if said["unit"] and unit is None:
        raise BadAccount(f"没有党组织“{said['unit']}”，请先核对名称")
    if kind == "open" and said["role"] in UNIT_ROLES and unit is None:
        raise BadAccount(f"{ROLES[said['role']]}须填写党组织")
    if kind == "open" and unit is not None:
        must_be_placed(said["role"])
    if not said["login"] or not said["name"]:
        raise BadAccount("请填写账号和姓名")
    if any(len(value) > LONGEST_REASON for value in said.values()):
        raise BadAccount(f"每一项不超过 {LONGEST_REASON} 个字")
    return AccountRequest(
        jurisdiction=viewer.actor.jurisdiction, kind=kind, login=said["login"], name=said["name"], role=said["role"], unit_id=unit.id if unit else None,
        email=said["email"] or None, reason=said["reason"], asked_by=viewer.actor.person_id or 0, asked_at=clock.micros(desk.now()),
    )  # fmt: skip


@router.post("/accounts/{number}")
def decide(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Approve or refuse what another asked for; an approved account gets a password to be changed at once."""
    must_hold(viewer, "secadmin")
    said = ""
    first = f"{secrets.token_urlsafe(9)}Aa1!"
    first_hash = hashed(first)
    try:
        with writing(desk.engine) as session:
            row = session.get(AccountRequest, number, with_for_update=True)
            if row is None or row.jurisdiction != viewer.actor.jurisdiction or row.state != "asked":
                raise NotYours
            if row.asked_by == viewer.actor.person_id:
                raise BadAccount("申请人不能审批自己的申请，须由另一人审批")
            row.state = "approved" if form.get("step") == "approve" else "refused"
            row.decided_by, row.decided_at = viewer.actor.person_id, clock.micros(desk.now())
            if row.state == "approved":
                said = _carry_out(session, desk, row, first, first_hash)
            session.add(row)
            session.commit()
    except BadAccount as fault:
        return _page(desk, viewer, fault=str(fault), status=422)
    note(desk, viewer, f"account_{row.state}", request, words=_words(row))
    return _page(desk, viewer, said=said or "已记录")


def _carry_out(session: Session, desk: Desk, row: AccountRequest, first: str, first_hash: str) -> str:
    now = clock.micros(desk.now())
    if row.kind == "close":
        close_account(session, row.login, now)
        return f"账号 {row.login} 已停用，其登录已全部退出"
    known = session.exec(select(Account).where(Account.login == row.login)).first()
    unit = session.get(Unit, row.unit_id) if row.unit_id else None
    add_account(
        session,
        row.jurisdiction,
        row.login,
        row.name,
        row.role,
        unit=unit.name if unit else None,
        email=row.email,
        password_hash=None if known else first_hash,
    )
    account = session.exec(select(Account).where(Account.login == row.login)).one()
    if not known:
        account.must_change, account.password_at = True, now
        session.add(account)
        return f"账号 {row.login} 已开通，初始密码（只显示这一次，首次登录须更换）：{first}"
    return f"账号 {row.login} 已增加职务"
