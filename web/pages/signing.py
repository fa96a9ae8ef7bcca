"""Signing in and out, and one's own page."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

import clock
from storage.engine import writing
from storage.tables import Account
from storage.tables.door import SecurityEvent
from web.desk import Desk
from web.doorway import AtDesk, Form, Signed, note
from web.people.passwords import WeakPassword, change_password, new_password
from web.people.sessions import COOKIE, end_session, hash_of
from web.people.signing import DEVICE, NotSignedIn, sign_in, signature_fault
from web.security import is_ours, same_token

router = APIRouter()
BEFORE = "zhenggai_before"
_YEAR = 31_536_000


@router.get("/signin")
def sign_in_page(request: Request, desk: AtDesk, next: str = "/") -> Response:  # noqa: A002 the address says next
    """Show the one form."""
    return _form(request, desk, to=next)


def _form(request: Request, desk: Desk, *, to: str, login: str = "", fault: str = "", status: int = 200) -> Response:
    token = request.cookies.get(BEFORE) or secrets.token_urlsafe(16)
    page = desk.page(
        "signin.html", None, status=status, token=token, next=_inside(to), login=login, fault=fault, said=""
    )
    page.set_cookie(BEFORE, token, httponly=True, samesite="strict", secure=desk.settings.config.web.secure_cookies)
    return page


@router.post("/signin")
def signed_in(request: Request, desk: AtDesk, form: Form) -> Response:
    """Open a session with a new id, or say what to do."""
    login, to = str(form.get("login", "")).strip(), str(form.get("next", "/"))
    if not is_ours(request) or not same_token(form.get("token"), request.cookies.get(BEFORE, secrets.token_hex(8))):
        return _form(request, desk, to=to, login=login, fault="登录页已过时，请再试一次。", status=403)
    rules, address = desk.settings.config.web, request.client.host if request.client else ""
    now = clock.micros(desk.now())
    found = sign_in(
        desk.engine, login, str(form.get("password", "")), request.cookies.get(DEVICE), address, desk.secret, rules, now
    )
    if isinstance(found, NotSignedIn):
        return _form(request, desk, to=to, login=login, fault=found.sentence, status=422)
    if old := request.cookies.get(COOKIE):
        with writing(desk.engine) as work:
            end_session(work.session, hash_of(old), now)
            work.commit()
    answer = RedirectResponse(_inside(to), 303)
    answer.set_cookie(COOKIE, found.token, httponly=True, samesite="lax", secure=rules.secure_cookies)
    answer.set_cookie(
        DEVICE, found.device, httponly=True, samesite="strict", secure=rules.secure_cookies, max_age=_YEAR
    )
    answer.delete_cookie(BEFORE)
    return answer


def _inside(to: str) -> str:
    """Return an address inside this house; anything else leads home."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() else "/"


@router.post("/signout")
def sign_out(request: Request, desk: AtDesk, viewer: Signed) -> Response:
    """End the session at once."""
    with writing(desk.engine) as work:
        end_session(work.session, viewer.session_hash, clock.micros(desk.now()))
        work.commit()
    note(desk, viewer, "signed_out", request)
    answer = RedirectResponse("/signin", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/me")
def me(desk: AtDesk, viewer: Signed, change: int = 0) -> Response:
    """Show one's own posts and the password form."""
    return desk.page("me.html", viewer, fault="", said="请先更换密码" if change or viewer.must_change else "")


@router.post("/me/password")
def change(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Change the password; all other sessions end."""
    new, old, rules = str(form.get("new", "")), str(form.get("old", "")), desk.settings.config.web
    try:
        if new != form.get("again"):
            raise WeakPassword("两次输入的新密码不一致")
        if fault := signature_fault(desk.engine, viewer.account_id, old, rules, clock.micros(desk.now())):
            raise WeakPassword(f"原密码：{fault}")
        checked = new_password(desk.engine, viewer.account_id, new, rules)
        with writing(desk.engine) as work:
            account = work.session.get_one(Account, viewer.account_id, with_for_update=True)
            now = clock.micros(desk.now())
            change_password(work.session, account, checked, now, viewer.session_hash)
            work.session.add(
                SecurityEvent(
                    jurisdiction=viewer.actor.jurisdiction,
                    at=now,
                    what="password_changed",
                    login=account.login,
                    person_id=account.person_id,
                    address=request.client.host if request.client else "",
                )
            )
            work.commit()
    except WeakPassword as fault:
        return desk.page("me.html", viewer, status=422, fault=str(fault), said="")
    return desk.page("me.html", viewer, fault="", said="密码已更换，其他地方的登录已全部退出")
