"""Signing in, in one step or two, and out; and the password on one's own page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

import clock
from storage.engine import reading, writing
from storage.preferences import LETTERS, choose_letters, chosen_by
from storage.security import Event, record
from storage.setting import Setting, setting_of
from storage.tables import Account
from web.desk import Desk
from web.doorway import AtDesk, Form, Signed, note, who_asks
from web.people.passwords import WeakPassword, change_password, in_words, new_password, rule_faults
from web.people.second import keyring
from web.people.sessions import COOKIE, end_session, find_viewer, hash_of
from web.people.signing import (
    DEVICE,
    HALF_SECONDS,
    Browser,
    Halfway,
    NotSignedIn,
    SignedIn,
    half_of,
    second_step,
    sign_in,
    signature_fault,
)
from web.security import is_ours, same_token
from web.viewer import Viewer

router = APIRouter()
BEFORE, HALF = "zhenggai_before", "zhenggai_half"
_YEAR = 31_536_000


@router.get("/signin")
def sign_in_page(request: Request, desk: AtDesk, next: str = "/") -> Response:  # noqa: A002 the address says next
    """Show the one form; who had been signed in is told that this is over."""
    return _form(request, desk, to=next, said=_over(request, desk))


def _office(desk: Desk) -> Setting:
    """Return what the office of the place that the page names has set: who cannot sign in is told when, and whom, to call."""
    with reading(desk.engine) as work:
        return setting_of(work.driver, desk.place)


def _over(request: Request, desk: Desk) -> str:
    """Return what is told to a browser whose session ended by itself."""
    token, rules, now = request.cookies.get(COOKIE), desk.settings.config.web, desk.now()
    if not token or find_viewer(desk.engine, token, rules, clock.micros(now), clock.local_date(now)) is not None:
        return ""
    idle = desk.settings.config.web.idle_minutes
    return (
        f"登录已过期（{idle} 分钟没有操作，或别处更换了密码），请重新登录：登录后回到原来的页面，没有送出的填写请再核对"
    )


def _form(
    request: Request, desk: Desk, *, to: str, login: str = "", fault: str = "", said: str = "", status: int = 200
) -> Response:
    token = request.cookies.get(BEFORE) or secrets.token_urlsafe(16)
    page = desk.page(
        "signin.html", None, status=status, token=token, next=_inside(to), login=login, fault=fault, said=said, office=_office(desk),
    )  # fmt: skip
    page.set_cookie(BEFORE, token, httponly=True, samesite="strict", secure=desk.settings.config.web.secure_cookies)
    return page


@router.post("/signin")
def signed_in(request: Request, desk: AtDesk, form: Form) -> Response:
    """Open a session with a new id, lead on to the code, or say what to do."""
    login, to = str(form.get("login", "")).strip(), str(form.get("next", "/"))
    if not _is_our_form(request, form.get("token")):
        note(desk, None, "forged_request", request, words="登录")
        return _form(request, desk, to=to, login=login, fault="登录页已过时，请再试一次。", status=403)
    rules, now = desk.settings.config.web, clock.micros(desk.now())
    found = sign_in(desk.engine, login, str(form.get("password", "")), _browser(desk, request), desk.secret, rules, now)
    if isinstance(found, NotSignedIn):
        return _form(request, desk, to=to, login=login, fault=found.sentence, status=422)
    return _on_to_code(desk, found, to) if isinstance(found, Halfway) else _let_in(request, desk, found, to, now)


def _is_our_form(request: Request, token: object) -> bool:
    return is_ours(request) and same_token(token, request.cookies.get(BEFORE, secrets.token_hex(8)))


def _browser(desk: Desk, request: Request) -> Browser:
    return Browser(who_asks(desk, None, request), request.cookies.get(DEVICE), request.cookies.get(BEFORE, ""))


def _on_to_code(desk: Desk, found: Halfway, to: str) -> Response:
    inside, secure = _inside(to), desk.settings.config.web.secure_cookies
    back = f"?next={quote(inside, safe='/')}" if inside != "/" else ""
    answer = RedirectResponse(f"/signin/code{back}", 303)
    answer.set_cookie(HALF, found.token, httponly=True, samesite="strict", secure=secure, max_age=HALF_SECONDS)
    return answer


def _let_in(request: Request, desk: Desk, found: SignedIn, to: str, now: int) -> Response:
    rules = desk.settings.config.web
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
    answer.delete_cookie(HALF)
    return answer


@router.get("/signin/code")
def code_page(request: Request, desk: AtDesk, next: str = "/") -> Response:  # noqa: A002 the address says next
    """Ask for the code, of a browser whose password was right a moment ago; any other begins with the password."""
    before, now = request.cookies.get(BEFORE, ""), clock.micros(desk.now())
    if half_of(request.cookies.get(HALF, ""), before, desk.secret, now) is None:
        return RedirectResponse("/signin", 303)
    return _code(desk, before, next)


def _code(desk: Desk, token: str, to: str, fault: str = "") -> Response:
    status = 422 if fault else 200
    return desk.page(
        "signin_code.html", None, status=status, token=token, next=_inside(to), fault=fault, office=_office(desk)
    )


@router.post("/signin/code")
def code_given(request: Request, desk: AtDesk, form: Form) -> Response:
    """Open the session for the right code; there is none before."""
    token, to = request.cookies.get(HALF, ""), str(form.get("next", "/"))
    if not _is_our_form(request, form.get("token")):
        note(desk, None, "forged_request", request, words="登录的验证码")
        return _form(request, desk, to=to, fault="登录页已过时，请再试一次。", status=403)
    rules, now = desk.settings.config.web, clock.micros(desk.now())
    browser, key = _browser(desk, request), keyring(desk.settings.home)
    found = second_step(desk.engine, token, str(form.get("code", "")), browser, desk.secret, key, rules, now)
    if isinstance(found, SignedIn):
        return _let_in(request, desk, found, to, now)
    if found.over:
        answer = _form(request, desk, to=to, fault=found.sentence, status=403)
        answer.delete_cookie(HALF)
        return answer
    return _code(desk, browser.before, to, found.sentence)


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
    """Show one's own posts, the second factor, when one is told of what is not urgent, and the password form."""
    return me_page(desk, viewer, said="请先更换密码" if change or viewer.must_change else "")


@router.post("/me/letters")
def letters(desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Choose when to be told of what is not urgent; all else is told at once whatever is chosen."""
    wanted = next((one for one in LETTERS if one == form.get("letters")), None)
    if wanted is None or viewer.actor.person_id is None:
        return me_page(desk, viewer, faults=[("请选一种", f"letters-{LETTERS[0]}")])
    with writing(desk.engine) as work:
        choose_letters(work.driver, viewer.actor.person_id, wanted)
        work.commit()
    return me_page(desk, viewer, said="已按您选的办")


def me_page(
    desk: Desk,
    viewer: Viewer,
    *,
    faults: Sequence[tuple[str, str]] = (),
    said: str = "",
    changed: bool = False,
    feed: str = "",
) -> Response:
    """Return the page of one's own account; `feed` is the address of the calendar that was made just now."""
    rules = in_words(desk.settings.config.web)
    status = 422 if faults else 200
    with reading(desk.engine) as work:
        chosen = chosen_by(work.driver, viewer.actor.person_id or 0)
    return desk.page(
        "me.html", viewer, status=status, faults=faults, said=said, changed=changed, password_rules=rules, chosen=chosen, feed=feed,
        daily=desk.settings.config.mail.daily,
    )  # fmt: skip


@router.post("/me/password")
def change(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Change the password; all other sessions end. What is against it is said at once, each at its field."""
    new, old, rules = str(form.get("new", "")), str(form.get("old", "")), desk.settings.config.web
    now = clock.micros(desk.now())
    faults = [] if new == form.get("again") else [("两次输入的新密码不一致", "again")]
    wrong = signature_fault(desk.engine, viewer.account_id, old, rules, now) if old else "请填写"
    if wrong:
        if old:
            note(desk, viewer, "wrong_signature", request, words="更换密码")
        # Of earlier passwords nothing is told to who does not know the present one.
        weak = [(one, "new") for one in rule_faults(new, viewer.actor.login, rules)]
        return me_page(desk, viewer, faults=[(f"原密码：{wrong}", "old"), *weak, *faults])
    try:
        checked = new_password(desk.engine, viewer.account_id, new, rules)
        if not faults:
            with writing(desk.engine) as work:
                account = work.session.get_one(Account, viewer.account_id, with_for_update=True)
                change_password(work.session, account, checked, now, viewer.session_hash)
                record(work.driver, now, Event("password_changed", who_asks(desk, viewer, request)))
                work.commit()
    except WeakPassword as weak_one:
        faults = [(str(weak_one), "new"), *faults]
    return me_page(
        desk, viewer, faults=faults, said="" if faults else "密码已更换，其他地方的登录已全部退出", changed=not faults
    )
