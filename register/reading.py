"""Reading what was filled in: each field by its type, a reference by name or number; all faults at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

import clock
from register.fields import Field
from register.grammar import Act, Kind
from register.kinds import KINDS
from states import AUDITOR, CAPACITIES, CASE_ROLES, DISCIPLINE, GROUP, HANDLER, HELD, LEADER, ROLES, SECRETARY, TEAM
from storage import dictionary
from storage.addresses import is_address
from storage.digits import number_in
from storage.household import KEPT, Key, Row, all_rows, find_keys, read_row
from storage.identity import is_in_clear
from storage.reads.dictionaries import dictionaries_of
from storage.reads.named_cases import cases_called, cases_there
from storage.reads.posts import owner_of_login
from storage.reads.register import profiles_there
from storage.sql import Driver
from storage.visible import tidy
from workflow.days import versions
from workflow.days.arrangement import read_written, written
from workflow.refusal import Refusal

LONGEST_TEXT: Final = 500
_YES: Final = {"1": True, "true": True, "是": True, "on": True, "0": False, "false": False, "否": False}


_FILE: Final = re.compile(r"[0-9a-f]{64} .{1,120}")
_BETWEEN: Final = re.compile(r"[；;、，,\n]+")
MOST_CASES: Final = 60
SEVERAL: Final = "；"
"""What stands between several of a choice, as they are kept and as a form sends them."""
_KEY: Final = re.compile(r"id:[0-9a-f]{64}|no:(?!id:).+")


ALSO_ROLES: Final = {
    "书记": SECRETARY, "党委书记": SECRETARY, "党组书记": SECRETARY, "主要负责人": SECRETARY, "联络员": HANDLER, "巡察组成员": TEAM,
    "纪委": DISCIPLINE, "监委": DISCIPLINE, **{f"分管{place}领导": LEADER for place in ("", "市", "县", "区", "旗")}, "领导小组": GROUP, "审计员": AUDITOR,
}  # fmt: skip
"""How else offices write a role."""


class Unreadable(ValueError):
    """A value is not of its field's type; says why."""


def read_fields(
    driver: Driver,
    jurisdiction: int,
    kind: Kind,
    act: Act,
    given: Mapping[str, Any],
    before: Row,
    hidden: Collection[int] = (),
) -> tuple[dict[str, Any], list[Refusal]]:
    """Return the values of the fields that an act asks, and what is wrong with them.

    An empty text where the row has something empties it (None); where it has nothing, it counts as left out.
    A case that is `hidden` from who fills it in is named by nobody, and stays where it stands.
    """
    said: dict[str, Any] = {}
    faults = [Refusal(f"{kind.said(act)}不填“{name}”", name) for name in given if name not in act.fields]
    for name in act.fields:
        field, value = kind.field(name), given.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if act.requires(name):
                faults.append(Refusal(f"请填写{field.shown}", name, missing=True))
            elif value is not None and field.type != "flag" and before.get(field.column) not in (None, ""):
                said[name] = _with_hidden(field, [], before, hidden) or None
                faults += [Refusal(f"{field.shown}不能为空", name)] if kind.begins_with(name) else []
            continue
        try:
            found = _read(driver, jurisdiction, field, value, before | _as_columns(kind, said), hidden)
            said[name] = _with_hidden(field, found, before, hidden)
        except Unreadable as fault:
            faults.append(Refusal(str(fault), name))
    return said, faults


def _as_columns(kind: Kind, said: Mapping[str, Any]) -> Row:
    return {kind.field(name).column: value for name, value in said.items()}


def _with_hidden(field: Field, found: Any, before: Row, hidden: Collection[int]) -> Any:
    """Return several cases with those that stand there hidden."""
    if field.type != "cases":
        return found
    return sorted({*found, *(case for case in before.get(field.column) or () if case in hidden)})


def reason_fault(reason: str) -> list[Refusal]:
    """Return what is wrong with the reason that is given beside the fields."""
    return [Refusal(f"理由不超过 {LONGEST_TEXT} 个字", "reason")] if len(reason) > LONGEST_TEXT else []


def _read(driver: Driver, jurisdiction: int, field: Field, value: Any, row: Row, hidden: Collection[int]) -> Any:
    if field.refers:
        return _referred(driver, jurisdiction, field, value, row)
    if field.type in {"case", "cases"}:
        return _cases(driver, jurisdiction, field, value, hidden)
    if field.type == "people":
        one = Field(field.name, field.shown, "person")
        return " ".join(
            map(str, dict.fromkeys(_referred(driver, jurisdiction, one, name, row) for name in _each(value)))
        )
    return _BY_TYPE[field.type](field, value)


def _text(field: Field, value: Any) -> str:
    text = " ".join(str(value).split()) if field.long else str(value).strip()
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise Unreadable(f"{field.shown}不超过 {LONGEST_TEXT} 个字，不能含有不可见的字符")
    return text


def _name(field: Field, value: Any) -> str:
    return tidy(_text(field, value))


def _email(field: Field, value: Any) -> str:
    text = _text(field, value)
    if not is_address(text):
        raise Unreadable(f"邮箱“{text}”的写法不对")
    return text


def _date(field: Field, value: Any) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        raise Unreadable(f"{field.shown}“{value}”不是日期，请写作 2026-03-05") from None
    if day.year not in clock.YEARS:
        raise Unreadable(f"{field.shown}“{value}”的年份不对，请核对")
    return day


def _flag(field: Field, value: Any) -> bool:
    known = value if isinstance(value, bool) else _YES.get(str(value).strip().lower())
    if known is None:
        raise Unreadable(f"{field.shown}写“是”或“否”")
    return known


def _choice(field: Field, value: Any) -> str:
    words = dict(field.choices)
    found = value if value in words else next((one for one, shown in words.items() if shown == value), None)
    if found is None:
        raise Unreadable(f"{field.shown}没有“{value}”，可用：{'、'.join(words.values())}")
    return str(found)


def _several(field: Field, value: Any) -> str:
    """Return several of a choice in the order of the table, each once."""
    given = [_choice(field, one) for one in _BETWEEN.split(str(value)) if one]
    return SEVERAL.join(name for name, _ in field.choices if name in given)


def _role(field: Field, value: Any) -> str:
    del field
    return _meant(ROLES, value, "角色", ALSO_ROLES)


def _capacity(field: Field, value: Any) -> str:
    return _meant(CAPACITIES, value, field.shown, {"正式": HELD})


def _meant(words: Mapping[str, str], value: Any, called: str, also: Mapping[str, str]) -> str:
    """Return what is meant by a word of a table, or by another that is written for it; else the nearest one is named, and all there are."""
    known = {shown: name for name, shown in words.items()} | {name: name for name in words} | dict(also)
    if value in known:
        return known[value]
    shown = [*filter(None, words.values()), *also]
    near = get_close_matches(str(value), shown, n=1)
    asked = f"是不是“{words[known[near[0]]] or near[0]}”？" if near else ""
    raise Unreadable(f"没有{called}“{value}”，{asked}可用：{'、'.join(filter(None, words.values()))}")


def _whole(field: Field, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value).strip()
    number = number_in(text)
    if number is None:
        raise Unreadable(f"{field.shown}“{text[:20]}”不是整数，或者太大")
    return number


def _each(value: Any) -> list[str]:
    """Return the names that stand in a text, apart by line, space or the field's own comma."""
    return [name for name in re.split(r"[\s、，,；;]+", str(value)) if name]


def _roles(field: Field, value: Any) -> str:
    wanted = {_role(field, name) for name in _each(value)} & set(CASE_ROLES)
    return " ".join(role for role in CASE_ROLES if role in wanted)


def _key(field: Field, value: Any) -> str:
    text = _text(field, value)
    if is_in_clear(text):
        raise Unreadable(
            f"{field.shown}像身份证号，但位数或校验码不对：请核对 18 位号码（身份证号只存密文，写错的不留下）"
        )
    if not _KEY.fullmatch(text):
        raise Unreadable(f"{field.shown}填写工号或身份证号（身份证号只存密文）")
    return text


def _days(field: Field, value: Any) -> str:
    try:
        return written(read_written(str(value)))
    except (ValueError, KeyError):
        raise Unreadable(f"{field.shown}写作一日一行，如 2026-10-01 0 国庆节，0 放假、1 上班") from None


def _numbers(field: Field, value: Any) -> str:
    try:
        return versions.written(versions.read_written(str(value)))
    except ValueError:
        raise Unreadable(f"{field.shown}写作一行一个，如 limits.claim = 7 workdays") from None


def _entries(field: Field, value: Any) -> str:
    try:
        return dictionary.written(dictionary.read_written(str(value)))
    except dictionary.Unreadable:
        raise Unreadable(f"{field.shown}读不出来：请用模板录入") from None


def _file(field: Field, value: Any) -> str:
    text = str(value)
    if not _FILE.fullmatch(text):
        raise Unreadable(f"{field.shown}请选择文件")
    return text


_BY_TYPE: Final[dict[str, Callable[[Field, Any], Any]]] = {
    "text": _text, "name": _name, "login": _text, "email": _email, "key": _key, "date": _date, "flag": _flag,
    "choice": _choice, "choices": _several, "role": _role, "capacity": _capacity, "int": _whole, "hash": _text, "days": _days,
    "numbers": _numbers, "entries": _entries, "file": _file,
    "roles": _roles,
}  # fmt: skip


def _cases(driver: Driver, jurisdiction: int, field: Field, value: Any, hidden: Collection[int]) -> int | list[int]:
    """Return the number of the case that is named, or those of several in order: `#12`, or 城伯镇党委 第 2 号."""
    if isinstance(value, int):
        said = [f"#{value}"]
    elif isinstance(value, str):
        said = [one.strip() for one in _BETWEEN.split(value) if one.strip()]
    else:
        said = [f"#{one}" for one in value]
    by_number = {int(one[1:]) for one in said if _is_number(one)}
    there = cases_there(driver, jurisdiction, by_number.difference(hidden))
    found = sorted({_case(driver, jurisdiction, field, one, there, hidden) for one in said})
    if len(found) > (1 if field.type == "case" else MOST_CASES):
        raise Unreadable(
            f"{field.shown}只能是一个问题" if field.type == "case" else f"{field.shown}不超过 {MOST_CASES} 个"
        )
    return found[0] if field.type == "case" else found


def _is_number(text: str) -> bool:
    return text[:1] == "#" and text[1:].isascii() and text[1:].isdecimal() and len(text) < 20


def _case(
    driver: Driver, jurisdiction: int, field: Field, text: str, there: Mapping[int, str], hidden: Collection[int]
) -> int:
    if _is_number(text):
        if int(text[1:]) not in there:
            raise Unreadable(f"{field.shown}中没有编号 {text[1:]} 的问题")
        return int(text[1:])
    found = [one for one in cases_called(driver, jurisdiction, text) if one[0] not in hidden]
    if len(found) > 1:
        raise Unreadable(f"“{text}”有 {len(found)} 个，请连轮次写：{'，或 '.join(words for _, words in found)}")
    if not found:
        raise Unreadable(f"没有问题“{text}”，请写作：单位名称 第 2 号")
    return found[0][0]


def _referred(driver: Driver, jurisdiction: int, field: Field, value: Any, row: Row) -> Any:
    """Return the key of the row that is named, by its name or its number."""
    kind = KINDS[field.type]
    text = str(value).strip()
    if field.type == "profile":
        return _profile(driver, text)
    if field.type == "dictionary":
        return _dictionary(driver, jurisdiction, text)
    if kind.referred_by:
        return _coded(driver, jurisdiction, field, text)
    found = [] if isinstance(value, int) else find_named(driver, kind, jurisdiction, text)
    if len(found) > 1 and field.within:
        found = [one for one in found if _is_within(driver, jurisdiction, field, one, row)]
    if len(found) > 1:
        raise Unreadable(several(kind, text, found))
    if not found and text.isdecimal() and len(text) < 19 and read_row(driver, kind.name, jurisdiction, int(text)):
        found = [int(text)]
    if not found:
        to_do = _SUCCESSOR if field.name == "successor" else _nearest(driver, kind, jurisdiction, text)
        raise Unreadable(f"没有{kind.shown}“{text}”，{to_do}")
    return found[0]


_SUCCESSOR: Final = (
    "请核对姓名或账号；还没有登记的人，先在“账号”页给他申请开通，职务与前任相同（两人可以同时在任），批准以后再办这一件"
)


def _coded(driver: Driver, jurisdiction: int, field: Field, text: str) -> str:
    """Return the code of the row that is named, by its code or its name."""
    kind = KINDS[field.type]
    there = [(str(row[kind.referred_by]), row) for _, row in all_rows(driver, kind.name, jurisdiction)]
    for said in (text, tidy(text)):
        for code, row in there:
            if said in (code, row["name"]):
                return code
    known = "、".join(str(row["name"]) for _, row in there if not row.get("ends_on"))
    raise Unreadable(f"{field.shown}没有“{text}”，可用：{known or '无'}；要增加的，在“登记”的“{kind.shown}”里")


def _is_within(driver: Driver, jurisdiction: int, field: Field, key: Key, row: Row) -> bool:
    column = KINDS[field.type].field(field.within).column
    return (read_row(driver, field.type, jurisdiction, key) or {}).get(column) == row.get(column)


def _made(kind: Kind) -> str:
    return next((act.shown for act in kind.acts if act.makes), "登记")


def _nearest(driver: Driver, kind: Kind, jurisdiction: int, text: str) -> str:
    """Return what to do about a name that nothing has: the nearest one, where names are no secret and one is near."""
    if kind.name == "person":
        return "请核对姓名或账号；还没有登记的人，由系统管理员在“账号”页申请开通"
    there = [str(row.get("name") or "") for _, row in all_rows(driver, kind.name, jurisdiction)]
    near = get_close_matches(text, there, n=1)
    if near:
        return f"是不是{near[0]}？"
    return f"请先核对名称，没有的先在“登记”的“{kind.shown}”里{_made(kind)}"


def _profile(driver: Driver, text: str) -> str:
    """Return the hash of a profile that is kept: named by its hash, by title and version, or by its name or title, of which the newest version is meant."""
    there = profiles_there(driver)
    found = [one.hash for one in there if text in (one.hash, one.name, one.title, str(one))]
    if not found:
        raise Unreadable(f"没有时限方案“{text}”，现有：{'、'.join(dict.fromkeys(one.title for one in there)) or '无'}")
    return found[-1]


def _dictionary(driver: Driver, jurisdiction: int, text: str) -> int:
    """Return the number of a version of a dictionary: named by its number, by name and version, or by its name, of which the newest is meant."""
    there = dictionaries_of(driver, jurisdiction)
    found = [one.id for one in there.versions if text in (str(one.id), one.name, str(one))]
    if not found:
        known = "、".join(one.name for one in there.newest())
        raise Unreadable(f"没有问题分类“{text}”，现有：{known or '无'}")
    return found[-1]


def find_named(driver: Driver, kind: Kind, jurisdiction: int, text: str) -> list[Key]:
    """Return the rows that people call so, as it is written or else as it looks; a person is named by a login first."""
    text = text.strip()
    if kind.name == "person" and (owner := owner_of_login(driver, jurisdiction, text)) is not None:
        return [owner]
    by, kept = kind.found_by or next(iter(kind.named_by), ""), KEPT.get(kind.name)
    if kept and kept.of_places and by in kept.columns:
        found = find_keys(driver, kind.name, jurisdiction, **{by: text})
        return list(found or find_keys(driver, kind.name, jurisdiction, **{by: tidy(text)}))
    return [key for key, row in all_rows(driver, kind.name, jurisdiction) if row.get(by) == text] if by else []


def several(kind: Kind, text: str, found: Sequence[Key]) -> str:
    """Say that a name is of several rows, and how the one is named that is meant."""
    numbers = f"{kind.shown}“{text}”有 {len(found)} 个，请写编号（{'、'.join(map(str, found))}）"
    return numbers + ("或账号" if kind.name == "person" else "")


def typed(kind: Kind, row: Row) -> Row:
    """Return a row with its dates as dates: a kind without a table of its own keeps them as texts."""
    days = {one.column for one in kind.fields if one.type == "date"}
    return {
        name: date.fromisoformat(value) if name in days and isinstance(value, str) else value
        for name, value in row.items()
    }


def today_of(now: int) -> date:
    """Return the day of an instant in microseconds."""
    return clock.local_date(clock.from_micros(now))
