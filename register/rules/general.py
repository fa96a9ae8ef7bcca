"""What must hold before an entry is made of most kinds; how guards are declared is in guarding.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from clock import chinese_date, written_date
from register import yearly
from register.grammar import OPERATOR
from register.opening import changed_of, days_held, namesakes
from register.rules.guarding import guard
from register.wanted import Standing
from states import ACTING, ADMINISTRATORS, PLACED, ROLES, STAND_IN, TEAM, UNIT_ROLES
from storage import requests
from storage.ended import rounds_ended
from storage.household import find_key, find_keys, read_row, read_rows
from storage.reads import posts as read
from storage.reads.rounds import round_has_cases
from storage.visible import is_visible, tidy

LONGEST_NAME: Final = 60
NAMED_CASES: Final = 3
_LOGIN: Final = re.compile(r"[A-Za-z0-9._-]{1,60}")
_UNDONE: Final = {"post": "已经任过的职务不能倒签终止", "unit": "到今天还在的党组织不能倒签撤并"}
_ABOVE: Final = {"parent_id": "上级党组织", "answerable_id": "责任党组织"}


# --- names ---------------------------------------------------------------------------------------------------------


@guard("name")
def name_seen(one: Standing) -> str | None:
    """A name has signs that are drawn, and no others."""
    name = one.said.get("name")
    if name is None:
        return None
    if not is_visible(name):
        return f"{one.kind.field('name').shown}不能为空，要有看得见的字"
    if name.isdecimal():
        return f"{one.kind.field('name').shown}不能只有数字：分不清是名称还是编号"
    if len(name) > LONGEST_NAME or not name.isprintable():
        return f"{one.kind.field('name').shown}不超过 {LONGEST_NAME} 个字，不能含有不可见的字符"
    return None


@guard("name")
def name_free(one: Standing) -> str | None:
    """No other row of the kind has the name, but one that has ended where the kind is renewed under it."""
    name = one.said.get("name")
    if name is None:
        return None
    others = [key for key in find_keys(one.driver, one.kind.name, one.jurisdiction, name=name) if key != one.wanted.row]
    if one.kind.renewed:
        rows = read_rows(one.driver, one.kind.name, one.jurisdiction, others)
        others = [key for key in others if not (ended := rows[key]["ends_on"]) or str(ended) >= str(one.today)]
    return f"已有{one.kind.shown}“{name}”，请换一个名称" if others else None


# --- dates ---------------------------------------------------------------------------------------------------------


@guard()
def not_ended(one: Standing) -> str | None:
    """The row has not come to its end."""
    ended = one.before.get("ends_on")
    if ended is not None and ended < one.today:
        return f"该{one.kind.shown}已于 {chinese_date(ended)}截止，不能再{one.act.shown}"
    return None


@guard("ends_on")
def ends_after_start(one: Standing) -> str | None:
    """It ends no earlier than it began, and an earlier end is not put off."""
    begun, end = one.before.get("starts_on"), one.said["ends_on"]
    if said := _out_of_order(begun, end):
        return said
    known = one.before.get("ends_on")
    if known is None or end <= known:
        return None
    return f"已定于 {chinese_date(known)}截止，只能提前，不能推后"


def _out_of_order(first: date | None, last: date | None) -> str | None:
    if first is None or last is None or last >= first:
        return None
    return f"截止日期 {chinese_date(last)}早于起始日期 {chinese_date(first)}"


@guard("ends_on")
def ends_ahead(one: Standing) -> str | None:
    """What stood until now is not undone: it ends today or later, but for what the operator puts right."""
    if one.said["ends_on"] >= one.today or one.role == OPERATOR:
        return None
    return f"截止日期不能早于今天：{_UNDONE.get(one.kind.name, '过去的日子不能改')}"


@guard("successor")
def stand_in_has_no_successor(one: Standing) -> str | None:
    """Who stands in for some days is followed by nobody."""
    standing_in = one.before["capacity"] == STAND_IN and one.said.get("successor") is not None
    return "代班的职务没有接任的人，请另行任职" if standing_in else None


@guard("ends_on")
def dates_in_order(one: Standing) -> str | None:
    """The last day is no earlier than the first."""
    return _out_of_order(one.said.get("starts_on"), one.said.get("ends_on"))


@guard()
def content_given(one: Standing) -> str | None:
    """What has no fields to fill in comes whole: a calendar, a profile, a table of moves."""
    if one.wanted.beside or "listing" in one.said or "changes" in one.said:
        return None
    if "listing" in one.act.fields:
        return "请写明放假和调休上班的各日"
    return f"{one.kind.shown}的内容不在这里填写，随程序或配置带来"


# --- a year's arrangement ------------------------------------------------------------------------------------------


@guard("reason")
def notice_named(one: Standing) -> str | None:
    """Whoever enters a year names the notice that arranges it."""
    return "请写明放假通知的文号" if "listing" in one.said and not one.wanted.reason.strip() else None


@guard("listing")
def days_of_the_year(one: Standing) -> str | None:
    """The days are of the year, or of the last of the year before where that is announced; make-up days lie at weekends; each is named once."""
    return yearly.days_fault(one)


@guard("was")
def year_as_it_was(one: Standing) -> str | None:
    """What was asked on the sight of one arrangement does not take the place of another."""
    return yearly.changed_meanwhile(one)


@guard("listing")
def year_changed(one: Standing) -> str | None:
    """An entry changes something."""
    return yearly.nothing_new(one)


@guard()
def something_changed(one: Standing) -> str | None:
    """A change changes something."""
    return "没有改动，不用登记" if one.after == one.before else None


@guard()
def not_looked_at(one: Standing) -> str | None:
    """The entry is one of the operator's that nobody has looked at."""
    standing = requests.is_standing(one.driver, one.jurisdiction, int(one.wanted.row or 0))
    return None if standing else "这条登记已有人看过，或不用看"


# --- units ---------------------------------------------------------------------------------------------------------


@guard("parent")
def above_in_being(one: Standing) -> str | None:
    """What stands above a unit has not ended."""
    for name in ("parent", "answerable"):
        row = read_row(one.driver, "unit", one.jurisdiction, one.said[name]) if one.said.get(name) else None
        if row and row["ends_on"] is not None and row["ends_on"] < one.today:
            return f"{row['name']}已于 {chinese_date(row['ends_on'])}撤并，不能作{_ABOVE[f'{name}_id']}"
    return None


@guard("parent")
def no_ring(one: Standing) -> str | None:
    """No unit stands above itself, however far up."""
    for column, words in _ABOVE.items():
        above = one.after[column]
        if above is None or above == one.before[column]:
            continue
        if above == one.wanted.row:
            return f"{one.before['name']}的{words}不能是它自己；没有{words}的不用填"
        chain = read.chain_above(one.driver, above, column)
        if one.wanted.row in [unit for unit, _ in chain]:
            names = [name for _, name in chain]
            way = names[: [unit for unit, _ in chain].index(int(one.wanted.row)) + 1]
            return f"{names[0]}不能作{one.before['name']}的{words}，否则绕成一圈：{' → '.join(way)}。请先改其中一处"
    return None


@guard("answerable")
def answerable_without_open_cases(one: Standing) -> str | None:
    """Who answers for a unit with open problems is changed for each problem first, by 变更责任主体."""
    if one.after["answerable_id"] == one.before["answerable_id"]:
        return None
    unit = int(one.wanted.row or 0)
    answers, before = one.after["answerable_id"] or unit, one.before["answerable_id"] or unit
    found = read.answered_by_others(one.driver, one.jurisdiction, unit, answers)
    if not found:
        return None
    names = {
        key: (read_row(one.driver, "unit", one.jurisdiction, key) or {}).get("name", "") for key in (answers, before)
    }
    return (
        f"{one.before['name']}有 {len(found)} 个问题没有办结（{_in_words(found)}），由{names[before]}负责："
        f"请先对这些问题办理“变更责任主体”，移交{names[answers]}，再改登记"
    )


@guard("ends_on")
def no_open_cases(one: Standing) -> str | None:
    """A unit ends when another answers for what were its open problems."""
    found = read.answered_by(one.driver, one.jurisdiction, int(one.wanted.row or 0))
    if not found:
        return None
    return f"{one.before['name']}负责的 {len(found)} 个问题没有办结（{_in_words(found)}）：请先对这些问题办理“变更责任主体”"


@guard("ends_on")
def no_units_below(one: Standing) -> str | None:
    """A unit ends when none stands below it that lasts longer."""
    below = read.units_below(one.driver, one.jurisdiction, int(one.wanted.row or 0), one.said["ends_on"])
    if not below:
        return None
    named = "、".join(below[:NAMED_CASES]) + (f"等 {len(below)} 个" if len(below) > NAMED_CASES else "")
    return f"{one.before['name']}还是{named}的上级或责任党组织：请先改它们的上级和责任党组织"


@guard("successor")
def successor_in_being(one: Standing) -> str | None:
    """The successor is another unit that has not ended."""
    successor = one.said.get("successor")
    if successor is None:
        return None
    if successor == one.wanted.row:
        return "承接的党组织不能是它自己"
    row = read_row(one.driver, "unit", one.jurisdiction, successor)
    ended = row and row["ends_on"] is not None and row["ends_on"] < one.today
    return f"{row['name']}已撤并，不能承接" if row and ended else None


def _in_words(found: Sequence[tuple[str, str]]) -> str:
    rounds: dict[str, list[str]] = {}
    for name, number in found[:NAMED_CASES]:
        rounds.setdefault(name, []).append(number)
    named = "，".join(f"{name}编号 {'、'.join(numbers)}" for name, numbers in rounds.items())
    return named + ("等" if len(found) > NAMED_CASES else "")


# --- people --------------------------------------------------------------------------------------------------------


@guard()
def not_of_oneself(one: Standing) -> str | None:
    """Nobody approves what is about themselves: a post, a second login, a new password of their own."""
    person = one.wanted.row if one.kind.name == "person" else one.after.get("person_id")
    mine = one.asker is not None and person is not None and person == one.actor.person_id
    return f"这是您自己的{one.kind.shown}，须由别人审批" if mine else None


@guard("personal_key")
def key_free(one: Standing) -> str | None:
    """No other person has the personal key."""
    key = one.said.get("personal_key")
    if key is None:
        return None
    taken = find_key(one.driver, "person", one.jurisdiction, personal_key=key)
    if taken in (None, one.wanted.row):
        return None
    row = read_row(one.driver, "person", one.jurisdiction, taken or 0)
    return f"这个身份标识已是{row['name'] if row else ''}的：同一个人不登记两次，请给他已有的登记加账号或职务"


# --- accounts ------------------------------------------------------------------------------------------------------


@guard("login")
def login_sound(one: Standing) -> str | None:
    """A login is written in letters, digits and . _ -."""
    login = one.said["login"]
    return None if _LOGIN.fullmatch(login) else f"账号“{login}”只能用字母、数字和 . _ -，不超过 60 个字符"


@guard("login")
def login_free(one: Standing) -> str | None:
    """No account of any jurisdiction has the login."""
    login = one.said["login"]
    return f"账号“{login}”已有人使用，请换一个" if read.login_taken(one.driver, login) else None


@guard("login")
def login_is_theirs(one: Standing) -> str | None:
    """A login that is there is open and belongs to who is named."""
    login = one.said["login"]
    account = find_key(one.driver, "account", one.jurisdiction, login=login)
    row = read_row(one.driver, "account", one.jurisdiction, account) if account else None
    if row is None:
        return None
    if row["state"] != "open":
        return f"账号 {login} 已停用，请换一个账号"
    owner, chosen = _name_of(one, row["person_id"]), one.said.get("person")
    theirs = tidy(owner) == one.said["name"] if chosen is None else row["person_id"] == chosen
    return None if theirs else f"账号 {login} 已属于{owner}"


@guard("login")
def password_for_a_new_one(one: Standing) -> str | None:
    """A password comes with a new account; who has one already gets another by a reset."""
    known = find_key(one.driver, "account", one.jurisdiction, login=one.said["login"])
    given = known is not None and "password_hash" in one.wanted.beside
    return f"账号 {one.said['login']} 已有，不给初始密码：要换的，请重置密码" if given else None


@guard()
def not_closed_yet(one: Standing) -> str | None:
    """The account has not been closed before."""
    return None if one.before["state"] == "open" else f"账号 {one.before['login']} 已经停用"


@guard()
def is_open(one: Standing) -> str | None:
    """The account is open."""
    return None if one.before["state"] == "open" else f"账号 {one.before['login']} 已停用，不能{one.act.shown}"


@guard()
def is_closed(one: Standing) -> str | None:
    """The account is closed."""
    return f"账号 {one.before['login']} 没有停用" if one.before["state"] == "open" else None


@guard()
def has_factor(one: Standing) -> str | None:
    """The account has a second factor."""
    has = read.has_factor(one.driver, int(one.wanted.row or 0))
    return None if has else f"账号 {one.before['login']} 没有双因素"


@guard("personal_key")
def key_is_theirs(one: Standing) -> str | None:
    """A personal key that is known belongs to who is named: nobody gets a login into another person."""
    key = one.said.get("personal_key")
    person = find_key(one.driver, "person", one.jurisdiction, personal_key=key) if key else None
    owner = _name_of(one, person) if person is not None else ""
    if person is None or (tidy(owner) == one.said["name"] and one.said.get("person") in (None, person)):
        return None
    said = "姓名与所填的不同" if tidy(owner) != one.said["name"] else "不是选定的人"
    return f"这个身份标识已是{owner}的，{said}：请核对"


@guard("person")
def chosen_is_named(one: Standing) -> str | None:
    """Who is chosen among those registered has the name that is filled in."""
    chosen = one.said.get("person")
    owner = _name_of(one, chosen) if chosen is not None else ""
    return None if chosen is None or tidy(owner) == one.said["name"] else f"选定的人是{owner}，与所填的姓名不同：请核对"


@guard("name")
def namesake_is_chosen(one: Standing) -> str | None:
    """Where somebody of the name is registered it is said whether it is the same: chosen, or another by a personal key; the operator knows."""
    said = one.said
    settled = said.get("personal_key") or read.person_meant(one.driver, one.jurisdiction, said) is not None
    if settled or one.role == OPERATOR:
        return None
    there = [words for _, words in namesakes(one.driver, one.jurisdiction, said["name"], one.today)]
    if not there:
        return None
    return f"已登记有{'、'.join(there)}：给他开账号的，请选定他；是另一个同名的人，须填身份标识"


@guard()
def not_the_last_administrator(one: Standing) -> str | None:
    """Somebody else who can sign in remains for each kind of administrator."""
    person, login = one.before["person_id"], one.before["login"]
    if read.has_open_account(one.driver, person, but=int(one.wanted.row or 0)):
        return None
    tomorrow = one.today + timedelta(days=1)
    for role in read.roles_on(one.driver, person, one.today):
        if role in ADMINISTRATORS and not read.another_holds(one.driver, one.jurisdiction, person, role, tomorrow):
            name = _name_of(one, person)
            return f"{name}是唯一的{ROLES[role]}，账号 {login} 不能停用：请先为另一人开通{ROLES[role]}的账号"
    return None


# --- posts ---------------------------------------------------------------------------------------------------------


@guard("unit")
def role_placed(one: Standing) -> str | None:
    """A post of the unit names its unit; one that is held for the whole jurisdiction names none."""
    role, unit = one.after["role"], one.after["unit_id"]
    if role in UNIT_ROLES and unit is None:
        return f"{ROLES[role]}须填写党组织"
    if role not in PLACED and (unit is not None or one.after["round_id"] is not None):
        return f"{ROLES[role]}面向全地区任职，不填党组织和轮次"
    return None


@guard("document")
def acting_by_document(one: Standing) -> str | None:
    """Who is in charge for a while is so by a document, and so is who has the seat of a team that is dissolved."""
    if is_visible(one.after["document"] or ""):
        return None
    if one.after["capacity"] == ACTING:
        return "主持工作须填写任职文件的文号"
    held_in = one.after["round_id"] if one.after["role"] == TEAM else None
    ended = rounds_ended(one.driver, [held_in]).get(held_in) if held_in else None
    begins = one.after["starts_on"]
    dissolved = ended is not None and begins is not None and begins > ended
    return "本轮已结轮，巡察组已撤销：接手其联审、验收意见的人须由巡察办指定，填写文号" if dissolved else None


@guard("ends_on")
def stand_in_for_days(one: Standing) -> str | None:
    """Who stands in does so from a day to a day, no longer than is configured."""
    if one.after["capacity"] != STAND_IN:
        return None
    if one.after["role"] not in UNIT_ROLES:
        return "只有党组织书记、整改联络员可以代班"
    first, last, most = one.after["starts_on"], one.after["ends_on"], one.limits.stand_in_days
    if not first or not last:
        return "代班须填写起止日期"
    days = (last - first).days + 1
    return (
        f"代班最多 {most} 天，所填的是 {days} 天：更长的，任职方式请用“主持工作”（须有任职文件）"
        if days > most
        else None
    )


@guard("role")
def apart_from_administrators(one: Standing) -> str | None:
    """The three administrators are different people, and none of them deals with cases."""
    role, person = one.after["role"], one.after["person_id"]
    # What begins later counts too: on that day nobody asks again.
    held = read.roles_unended(one.driver, person, one.today)
    other = next((one_ for one_ in sorted(held - {role}) if one_ in ADMINISTRATORS or role in ADMINISTRATORS), None)
    if other is None:
        return None
    return (
        f"{_name_of(one, person)}已是{ROLES[other]}，不能兼任{ROLES[role]}：三员须由不同的人担任，且不办理巡察整改业务"
    )


@guard("role")
def not_held_already(one: Standing) -> str | None:
    """The person does not hold the same post on the first day."""
    first = one.after["starts_on"] or one.today
    held = read.same_post(one.driver, one.jurisdiction, one.after, first)
    return None if held is None else _held_already(one, one.after["person_id"], held)


def _held_already(one: Standing, person: int, days: read.Days) -> str:
    first, last = (written_date(day) if day else "" for day in days)
    span = f"（{f'{first}起' if first else ''}{f'至{last}' if last else ''}）" if first or last else ""
    return f"{_name_of(one, person)}已任这个职务{span}：要改起止日期，请先免职"


@guard("role")
def adds_something(one: Standing) -> str | None:
    """Who has the account already gets a further post or another address by it; the operator's command may be repeated."""
    known = find_key(one.driver, "account", one.jurisdiction, login=one.said["login"])
    person = read.person_meant(one.driver, one.jurisdiction, one.said)
    if known is None or person is None or one.role == OPERATOR:
        return None
    held = days_held(one, person)
    if held is None:
        return None
    dates = zip(("starts_on", "ends_on"), held, strict=True)
    other_days = any(one.said.get(name) not in (None, day) for name, day in dates)
    return _held_already(one, person, held) if other_days or not changed_of(one, person) else None


@guard("ends_on")
def post_not_the_last(one: Standing) -> str | None:
    """The last administrator of a kind who can sign in is not taken away."""
    role, person = one.before["role"], one.before["person_id"]
    if role not in ADMINISTRATORS:
        return None
    successor = one.said.get("successor")
    if successor is not None and read.can_sign_in(one.driver, successor):
        return None
    if read.another_holds(one.driver, one.jurisdiction, person, role, one.said["ends_on"] + timedelta(days=1)):
        return None
    return f"{_name_of(one, person)}是唯一的{ROLES[role]}，不能免：请先任另一人"


# --- rounds and inspections ----------------------------------------------------------------------------------------


@guard("profile")
def profile_before_cases(one: Standing) -> str | None:
    """Once a problem was fed back, its round keeps the profile."""
    if one.after["profile"] == one.before["profile"]:
        return None
    return "这一轮已有问题反馈，时限方案不能再改" if round_has_cases(one.driver, int(one.wanted.row or 0)) else None


@guard("unit")
def inspected_once(one: Standing) -> str | None:
    """A unit is inspected once in a round."""
    taken = find_key(
        one.driver, "inspection", one.jurisdiction, round_id=one.after["round_id"], unit_id=one.after["unit_id"]
    )
    return None if taken is None else "这一轮已有对该党组织的巡察"


def _name_of(one: Standing, person: int) -> str:
    row = read_row(one.driver, "person", one.jurisdiction, person)
    return str(row["name"]) if row else ""
