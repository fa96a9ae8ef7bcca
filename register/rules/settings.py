"""What must hold before the office sets something: one row for all of it, an address that links can begin with, names that can stand in a header."""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

from register.rules.guarding import guard
from register.wanted import Standing
from states import ROLES
from storage.household import all_rows
from storage.setting import ORGANS, is_link
from storage.visible import is_visible

LONGEST_NAME: Final = 30
LONGEST_LINE: Final = 200
LINES: Final = ("header", "footer", "hours", "contact")
NOT_IN_NAMES: Final = frozenset('<>"@,;:\\')


@guard()
def set_once(one: Standing) -> str | None:
    """There is one row of it: what is set already is changed."""
    there = next(all_rows(one.driver, one.kind.name, one.jurisdiction), None)
    return None if there is None else f"已有设置（第 {there[0]} 号），请变更那一份"


@guard()
def something_said(one: Standing) -> str | None:
    """Something is set."""
    return None if any(value not in (None, "") for value in one.said.values()) else "请至少填写一项"


@guard("link")
def link_sound(one: Standing) -> str | None:
    """The address is one that links can begin with."""
    link = one.said.get("link")
    return (
        None if not link or is_link(link) else f"网址“{link}”不对：写作 https://zhenggai.example.gov.cn，后面不带别的"
    )


@guard("sender")
def sender_is_a_name(one: Standing) -> str | None:
    """The sender's name is only a name: nothing in it ends the header, or reads as an address."""
    name = one.said.get("sender")
    if not name:
        return None
    plain = normalize("NFKC", name)
    if not is_visible(name) or len(name) > LONGEST_NAME or NOT_IN_NAMES & set(plain) or "=?" in plain:
        return f"发件人名称不超过 {LONGEST_NAME} 个字，不能有 < > 引号 @ 逗号 分号 冒号 反斜线"
    return None


@guard("header")
def lines_fit(one: Standing) -> str | None:
    """The lines round a mail are lines, and not letters."""
    long = [one.kind.field(name).shown for name in LINES if len(one.said.get(name) or "") > LONGEST_LINE]
    return f"{'、'.join(long)}不超过 {LONGEST_LINE} 个字" if long else None


@guard("office")
def organs_have_names(one: Standing) -> str | None:
    """What an organ is called can be seen, is short, and is what no other role is called."""
    for name in ORGANS:
        said = one.said.get(name)
        if said and (not is_visible(said) or len(said) > LONGEST_NAME):
            return f"{one.kind.field(name).shown}不超过 {LONGEST_NAME} 个字，要有看得见的字"
        others = {words: role for role in ROLES if role != name for words in (ROLES[role], one.after.get(role))}
        if said and (other := others.get(said)):
            return f"{one.kind.field(name).shown}不能是“{said}”：{ROLES[other]}叫这个名称"
    return None
