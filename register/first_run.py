"""The first run 首次设置: an empty house gets its jurisdiction and its three administrators, each with a password of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from register.groundwork import lay_groundwork
from register.household import NotEntered, must_enter
from register.wanted import Wanted
from states import ADMINISTRATORS, ROLES
from storage.reads.posts import people_named, roles_signed_in
from storage.setting import KIND as SETTING
from storage.setting import is_link
from storage.sql import Driver
from storage.visible import is_plain, tidy
from storage.work import Work
from workflow.days.profiles import Profile
from workflow.people import operator
from workflow.refusal import Refusal

LONGEST_NAME: Final = 60
_CODE: Final = re.compile(r"[a-z0-9-]{1,40}")


def missing_administrators(driver: Driver, jurisdiction: int, today: date) -> list[str]:
    """Return the roles of administrators that nobody holds who can sign in, in the order in which they are set up."""
    there = roles_signed_in(driver, jurisdiction, ADMINISTRATORS, today)
    return [role for role in ADMINISTRATORS if role not in there]


def place_faults(code: str, name: str, link: str = "") -> list[Refusal]:
    """Return what is wrong with the code and the name of a jurisdiction about to be set up."""
    faults = []
    if not is_plain(name) or len(name) > LONGEST_NAME:
        faults.append(Refusal(f"请填写名称，如：海棠市，不超过 {LONGEST_NAME} 个字", "name"))
    if not _CODE.fullmatch(code):
        faults.append(Refusal("代码用 1 到 40 个小写字母、数字或横线，如：haitang", "code"))
    if link and not is_link(link):
        faults.append(Refusal(f"网址“{link}”不对：写作 https://zhenggai.example.gov.cn，后面不带别的", "link"))
    return faults


def lay(
    work: Work, code: str, name: str, profiles: Sequence[Profile], now: datetime, os_user: str, link: str = ""
) -> int:
    """Set the jurisdiction up, with profiles, calendar and table of moves, and where others open it; never commits."""
    place = lay_groundwork(work, code, name, list(profiles), now, os_user=os_user)
    if link:
        wanted = Wanted(SETTING, "make", None, {"link": link}, "首次设置")
        must_enter(work, [wanted], operator(place, os_user, "web"), now)
    return place


def administrator(
    work: Work, jurisdiction: int, role: str, said: Mapping[str, str], password_hash: str, now: datetime, os_user: str
) -> list[Refusal]:
    """Enter one administrator with the password they chose; return all reasons against it. Never commits."""
    if faults := _not_three_people(work.driver, jurisdiction, said):
        return faults
    fields: dict[str, Any] = {name: value for name, value in said.items() if value} | {"role": role}
    beside = {"password_hash": password_hash, "chosen": True}
    try:
        must_enter(
            work,
            [Wanted("account", "open", None, fields, "首次设置", beside)],
            operator(jurisdiction, os_user, "web"),
            now,
        )
    except NotEntered as refused:
        return list(refused.refusals)
    return []


def _not_three_people(driver: Driver, jurisdiction: int, said: Mapping[str, str]) -> list[Refusal]:
    """The three are different people: who has the name of one registered already says by a personal key that they are another."""
    name = tidy(said.get("name", ""))
    alike = people_named(driver, jurisdiction, name) if name else []
    if not alike or (said.get("personal_key") and all(key for _, key in alike)):
        return []
    return [
        Refusal(
            f"{name}已登记为{'、'.join(_roles(alike))}：三员须由三个不同的人担任；确是同名的两个人，都要填身份标识",
            "name",
        )
    ]


def _roles(alike: Sequence[tuple[str, str | None]]) -> list[str]:
    return [ROLES[role] for role, _ in alike]
