"""The second factor 双因素 of one's own account: set up with a picture and a first code, taken off where no role needs it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

import clock
from storage.engine import writing
from storage.second_factor import forget_second_factor, keep_second_factor
from storage.security import Event, record
from storage.tables import Account
from web.desk import Desk
from web.doorway import AtDesk, Form, Signed, note, who_asks
from web.people.second import (
    Unreadable,
    address_of,
    in_fours,
    keyring,
    new_secret,
    opened,
    picture_of,
    sealed,
    step_of,
)
from web.people.signing import code_fault, signature_fault
from web.viewer import Viewer

router = APIRouter()


class NotNow(ValueError):
    """The second factor is not changed; says why."""


@router.get("/me/second")
def second(desk: AtDesk, viewer: Signed) -> Response:
    """Show the picture of a new secret, or that there is one and how it comes off."""
    return _page(desk, viewer)


def _page(
    desk: Desk, viewer: Viewer, *, fault: str = "", said: str = "", secret: str = "", status: int = 200
) -> Response:
    must = viewer.holds(*desk.second_factor_roles)
    if viewer.has_second:
        return desk.page("second.html", viewer, status=status, fault=fault, said=said, must=must)
    secret = secret or new_secret()
    pending = sealed(keyring(desk.settings.home), viewer.account_id, secret, clock.micros(desk.now()))
    address = address_of(secret, viewer.actor.login, f"整改 {desk.place_name}")
    return desk.page(
        "second_new.html", viewer, status=status, fault=fault, said=said, must=must, pending=pending,
        picture=picture_of(address), secret=in_fours(secret),
    )  # fmt: skip


@router.post("/me/second")
def set_up(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Keep the secret whose first code is right, with the password; all other sessions end."""
    now, key, secret = clock.micros(desk.now()), keyring(desk.settings.home), ""
    try:
        if viewer.has_second:
            raise NotNow("已经设置过双因素")
        try:
            secret = opened(key, viewer.account_id, str(form.get("pending", "")), now=now)
        except Unreadable:
            raise NotNow("这一页已过时，请扫描下面新的二维码") from None
        _must_sign(desk, viewer, request, form, "设置双因素")
        step = step_of(secret, str(form.get("code", "")), now)
        if step is None:
            note(desk, viewer, "second_failed", request, words="设置双因素")
            raise NotNow("验证码不对：请输入手机上此刻显示的 6 位数字；手机的时间须是自动校准的")
        with writing(desk.engine) as work:
            account = work.session.get_one(Account, viewer.account_id, with_for_update=True)
            if account.second_factor is not None:
                raise NotNow("已经设置过双因素")
            keep_second_factor(
                work, account, sealed(key, viewer.account_id, secret, now), step, now, viewer.session_hash
            )
            record(work.driver, now, Event("second_set", who_asks(desk, viewer, request)))
            work.commit()
    except NotNow as fault:
        return _page(desk, viewer, fault=str(fault), secret=secret, status=422)
    return _page(desk, replace(viewer, has_second=True), said="双因素已设置，其他地方的登录已全部退出")


@router.post("/me/second/remove")
def remove(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Take the second factor off, with the password and a code, where no role of theirs needs one; all other sessions end."""
    now = clock.micros(desk.now())
    try:
        if viewer.holds(*desk.second_factor_roles):
            raise NotNow("您的职务必须有双因素，不能取消；换手机的，请找系统管理员申请重置")
        if not viewer.has_second:
            raise NotNow("没有设置双因素，不用取消")
        _must_sign(desk, viewer, request, form, "取消双因素")
        who, key, rules = who_asks(desk, viewer, request), keyring(desk.settings.home), desk.settings.config.web
        if fault := code_fault(desk.engine, viewer.account_id, str(form.get("code", "")), who, key, rules, now):
            raise NotNow(fault)
        with writing(desk.engine) as work:
            account = work.session.get_one(Account, viewer.account_id, with_for_update=True)
            forget_second_factor(work, account, now, viewer.session_hash)
            record(work.driver, now, Event("second_removed", who))
            work.commit()
    except NotNow as fault:
        return _page(desk, viewer, fault=str(fault), status=422)
    return _page(desk, replace(viewer, has_second=False), said="双因素已取消")


def _must_sign(desk: Desk, viewer: Viewer, request: Request, form: FormData, what: str) -> None:
    """Raise NotNow unless the password is right."""
    rules, now = desk.settings.config.web, clock.micros(desk.now())
    if fault := signature_fault(desk.engine, viewer.account_id, str(form.get("password", "")), rules, now):
        note(desk, viewer, "wrong_signature", request, words=what)
        raise NotNow(fault)
