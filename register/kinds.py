"""The table of kinds: what is not a case, which fields it has, who enters and who approves, what must hold and what follows.

A kind is one row. Pages, permissions, the command line and docs/register.md are made from it. Field types are text, name,
email, key, login, date, flag, choice, role, capacity, int, hash, days, and the name of a kind for a reference to one of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from states import ADMINISTRATORS, CAPACITIES, OFFICE, ROLES, SECADMIN, SECAUDITOR, SYSADMIN
from storage.household import LOOKED

OPERATOR, RELEASE = "operator", "release"
"""The operator of the server at the command line, whose entries stand at once; and the product itself, when it is laid or upgraded."""
WHO: Final = {**ROLES, OPERATOR: "系统操作员", RELEASE: "本程序"}
READERS: Final = (OFFICE, *ADMINISTRATORS)
"""Who has a part in the register: a kind says where it is fewer."""
_SEALED: Final = frozenset({"text", "name", "email", "key"})
_PLAIN: Final = frozenset({*_SEALED, "login", "date", "flag", "choice", "role", "capacity", "hash", "int", "days"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind: its words, its type; the values of a choice by their words."""

    name: str
    shown: str
    type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""

    @property
    def refers(self) -> bool:
        """Say whether it names a row of another kind."""
        return self.type not in _PLAIN

    @property
    def column(self) -> str:
        """Return the name under which its value is kept."""
        return f"{self.name}_id" if self.refers and self.type != "profile" else self.name

    @property
    def sealed(self) -> bool:
        """Say whether entries keep only a commitment to it: names, addresses and all free text."""
        return self.type in _SEALED


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done with a row of a kind; asked fields end in `?` where they may be left out."""

    name: str
    shown: str
    asks: tuple[str, ...]
    enters: tuple[str, ...]
    approves: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    makes: bool = False
    """A row begins by it."""
    composed: bool = False
    """It has no row of its own: what follows are entries of other kinds."""
    aside: tuple[str, ...] = ()
    """Fields asked that are not kept in the row: what follows looks at them."""
    gives_password: bool = False
    """An account has a first password by it: told once, changed at the first sign-in."""
    noted: str = ""
    """The event of the security log that it is by itself, however it was asked and approved."""
    said: str = ""
    """What it is called in a sentence, where that is not the act's words before the kind's."""
    told: str = ""
    """What the security log says of it, where it is not the act's words before the account; with `{login}`."""

    told_by: str = ""
    """Many of them may come in one sheet, whose rows this field tells apart; empty where each is entered by itself."""

    @property
    def begins(self) -> bool:
        """Say whether it is about no row that is there: one begins by it, or several of other kinds."""
        return self.makes or self.composed

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields asked."""
        return tuple(name.rstrip("?") for name in self.asks)

    def requires(self, name: str) -> bool:
        """Say whether the act cannot be done without the field."""
        return name in self.asks


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its words, what tells its rows apart for people, its fields and its acts."""

    name: str
    shown: str
    meaning: str
    fields: tuple[Field, ...]
    acts: tuple[Act, ...]
    named_by: tuple[str, ...] = ("name",)
    """The fields whose values name a row on pages."""
    found_by: str = ""
    """The field by which a row is named at the command line, where its number is not known."""
    reads: tuple[str, ...] = READERS
    """Who sees its rows."""
    rowless: bool = False
    """It has no rows of its own: its acts are done with entries, which stand as they are."""
    newest_first: bool = False
    """Its list begins with the newest: what people look for is of late."""

    def act(self, name: str) -> Act:
        """Return the act of that name."""
        return next(one for one in self.acts if one.name == name)

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(one for one in self.fields if one.name == name)

    def begins_with(self, name: str) -> bool:
        """Say whether no row begins without the field, so that it is never emptied."""
        return any(act.makes and act.requires(name) for act in self.acts)

    def said(self, row_act: Act) -> str:
        """Return kind and act in words, as the log and requests say it."""
        return row_act.said or f"{row_act.shown}{self.shown}"


def _asks(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FROM, _TO = Field("starts_on", "起始日期", "date"), Field("ends_on", "截止日期", "date", hint="含当日")
_SORTS = (
    ("party_organ", "市委工作部门"),
    ("bureau", "政府部门"),
    ("mass", "人民团体"),
    ("company", "市管国企"),
    ("institution", "事业单位"),
    ("branch", "派出机构"),
    ("town", "乡镇"),
    ("street", "街道"),
    ("village", "村"),
    ("community", "社区"),
    ("other", "其他"),
)
# fmt: off
KINDS: Final[dict[str, Kind]] = {k.name: k for k in (
    Kind("jurisdiction", "巡察机构", "一个市（县、区）的巡察机构；流转日志按它成树",
         (Field("code", "代码", "login"), Field("name", "名称", "name"), Field("parent", "上级机构", "jurisdiction"), Field("rehearsal", "演练库", "flag")),
         (Act("make", "设立", _asks("code name parent? rehearsal?"), (RELEASE,), makes=True, only_if=("name_seen",)),
          Act("change", "变更", _asks("name? parent? rehearsal?"), (), only_if=("name_seen", "something_changed")))),
    Kind("unit", "党组织", "被巡察、整改、负责的党组织；村（社区）由乡镇负责",
         (Field("name", "名称", "name"), Field("sort", "类别", "choice", _SORTS), Field("parent", "上级党组织", "unit"),
          Field("answerable", "责任党组织", "unit", hint="报方案、签字、报告的党组织；自己负责的不填"), _FROM, _TO, Field("successor", "承接的党组织", "unit")),
         (Act("make", "新设", _asks("name sort? parent? answerable? starts_on?"), (OFFICE,), makes=True, told_by="name", only_if=("name_seen", "name_free", "above_in_being")),
          Act("change", "变更", _asks("name? sort? parent? answerable?"), (OFFICE,), (OFFICE,), only_if=("not_ended", "name_seen", "name_free", "no_ring", "above_in_being", "answerable_without_open_cases", "something_changed")),
          Act("end", "撤并", _asks("ends_on successor?"), (OFFICE,), (OFFICE,), only_if=("not_ended", "ends_after_start", "ends_ahead", "successor_in_being", "no_open_cases", "no_units_below")))),
    Kind("person", "人员", "一个人；账号、职务可以有几个，人只有一个",
         (Field("name", "姓名", "name"), Field("email", "邮箱", "email"), Field("personal_key", "身份标识", "key", hint="工号，或身份证号（只存密文）；分得清同名的人")),
         (Act("make", "登记", _asks("name email? personal_key?"), (SYSADMIN,), (SECADMIN,), makes=True, only_if=("name_seen", "key_free")),
          Act("change", "变更", _asks("name? email? personal_key?"), (SYSADMIN,), (SECADMIN,), only_if=("not_of_oneself", "name_seen", "key_free", "something_changed")))),
    Kind("account", "账号", "登录用的账号，属于一个人",
         (Field("person", "人员", "person", hint="已有同名的人登记时，选定是哪一个"), Field("login", "账号", "login"), Field("state", "状态", "choice", (("open", "在用"), ("closed", "已停用"))),
          Field("name", "姓名", "name"), Field("email", "邮箱", "email"), Field("personal_key", "身份标识", "key", hint="工号，或身份证号（只存密文）；同一个人的第二个账号、职务凭它认出"),
          Field("role", "角色", "role"), Field("unit", "党组织", "unit"), Field("round", "轮次", "round"), Field("capacity", "任职方式", "capacity"),
          Field("document", "任职文件", "text"), _FROM, _TO, Field("successor", "接任的人", "person", hint="停用最后一个账号时，他当天起接任全部职务，已任的不用接任；不填，职务当天到期")),
         (Act("open", "开通或增加职务", _asks("login name person? role unit? round? capacity? document? email? personal_key? starts_on? ends_on?"), (SYSADMIN,), (SECADMIN,), composed=True, told_by="login", only_if=("chosen_is_named", "namesake_is_chosen", "login_is_theirs", "key_is_theirs", "adds_something", "password_for_a_new_one"), then=("person_account_post",), gives_password=True, said="开通账号或增加职务"),
          Act("make", "开通", _asks("person login"), (SYSADMIN,), (SECADMIN,), makes=True, only_if=("not_of_oneself", "login_sound", "login_free"), then=("opened", "new_password"), gives_password=True),
          Act("close", "停用", _asks("successor?"), (SYSADMIN,), (SECADMIN,), only_if=("not_closed_yet", "not_of_oneself", "not_the_last_administrator"), then=("closed", "end_sessions", "end_posts"), aside=("successor",)),
          Act("reopen", "重新启用", (), (SYSADMIN,), (SECADMIN,), only_if=("is_closed", "not_of_oneself"), then=("opened", "new_password"), gives_password=True, noted="password_reset"),
          Act("reset", "重置密码", (), (SYSADMIN,), (SECADMIN,), only_if=("is_open", "not_of_oneself"), then=("end_sessions", "new_password"), gives_password=True, noted="password_reset", said="重置账号密码", told="重置账号 {login} 的密码"),
          Act("reset_factor", "重置双因素", (), (SYSADMIN,), (SECADMIN,), only_if=("is_open", "not_of_oneself", "has_factor"), then=("end_sessions", "forget_factor"), noted="second_reset", said="重置账号双因素", told="重置账号 {login} 的双因素")),
         named_by=("login",), found_by="login", reads=ADMINISTRATORS),
    Kind("post", "职务", "一个人从某日到某日担任的角色，在一个党组织、一个轮次，或全地区",
         (Field("person", "人员", "person"), Field("role", "角色", "role"), Field("unit", "党组织", "unit"), Field("round", "轮次", "round"),
          Field("capacity", "任职方式", "capacity"), Field("document", "任职文件", "text"), _FROM, _TO, Field("successor", "接任的人", "person", hint="填了，他从次日起接任；已任这个职务的，只是写明由他承接")),
         (Act("make", "任职", _asks("person role unit? round? capacity? document? starts_on? ends_on?"), (SYSADMIN,), (SECADMIN,), makes=True,
              only_if=("not_of_oneself", "role_placed", "dates_in_order", "acting_by_document", "stand_in_for_days", "apart_from_administrators", "not_held_already"), then=("begins_anew",), said="任职"),
          Act("end", "免职", _asks("ends_on successor?"), (SYSADMIN,), (SECADMIN,), only_if=("not_ended", "not_of_oneself", "ends_after_start", "ends_ahead", "stand_in_has_no_successor", "post_not_the_last"), then=("hand_over",), said="免职")),
         named_by=("person", "role", "unit"), newest_first=True),
    Kind("round", "轮次", "一轮巡察，从开始时起按一个时限方案办",
         (Field("name", "名称", "name"), Field("profile", "时限方案", "profile"), Field("dictionary", "问题分类", "text"),
          Field("source", "上级机构", "correspondent", hint="上级巡视巡察反馈的轮次，写明是哪一个上级机构"), Field("source_said", "上级的轮次", hint="如：省委第三巡视组 2026年第一轮")),
         (Act("make", "新设", _asks("name profile source? source_said?"), (OFFICE,), makes=True, only_if=("name_seen", "name_free", "source_is_above")),
          Act("change", "变更", _asks("name? profile?"), (OFFICE,), (OFFICE,), only_if=("name_seen", "name_free", "profile_before_cases", "something_changed"))), newest_first=True),
    Kind("inspection", "巡察", "一轮中对一个党组织的巡察",
         (Field("round", "轮次", "round"), Field("unit", "党组织", "unit"), Field("feedback_on", "反馈日期", "date"), Field("team", "巡察组", "text"),
          Field("leader", "分管领导", "person"), Field("contact_office", "巡察办联系人", "text"), Field("contact_unit", "单位联系人", "text")),
         (Act("make", "新设", _asks("round unit feedback_on? team? contact_office? contact_unit?"), (OFFICE,), makes=True, only_if=("inspected_once",)),
          Act("change", "变更", _asks("team? contact_office? contact_unit?"), (OFFICE,), only_if=("something_changed",)),
          Act("lead", "指定分管领导", _asks("leader"), (OFFICE,), (OFFICE,), only_if=("something_changed",), said="指定巡察的分管领导")),
         named_by=("round", "unit"), newest_first=True),
    Kind("team", "巡察组", "一轮中的一个巡察组",
         (Field("name", "名称", "name"), Field("round", "轮次", "round"), Field("leader", "组长", "person"), _FROM, _TO),
         (Act("make", "组建", _asks("name round? leader? starts_on? ends_on?"), (OFFICE,), makes=True, only_if=("name_seen", "dates_in_order")),
          Act("change", "变更", _asks("name? leader?"), (OFFICE,), only_if=("not_ended", "name_seen", "something_changed")),
          Act("end", "撤销", _asks("ends_on"), (OFFICE,), only_if=("not_ended", "ends_after_start")))),
    Kind("correspondent", "往来机构", "与本机构互送签名文件的上级、下级巡察机构；它的文件凭这里登记的公钥认",
         (Field("name", "名称", "name"), Field("standing", "上下级", "choice", (("upper", "上级"), ("lower", "下级"))),
          Field("verifier", "公钥", "login", hint="对方“往来”页上的那一行，照抄；请当面或电话核对"),
          Field("unit", "它的党组织", "unit", hint="下级填：发给它的问题限于该党组织和它下级的"),
          Field("every", "几天报一次", "int", hint="下级填：过了这些天没有报来的，标为逾期；不填是 31 天"), _TO),
         (Act("make", "登记", _asks("name standing verifier unit? every?"), (OFFICE,), (OFFICE,), makes=True, only_if=("name_seen", "name_free", "verifier_sound", "verifier_free", "lower_has_unit")),
          Act("change", "变更", _asks("name? verifier? unit? every?"), (OFFICE,), (OFFICE,), only_if=("not_ended", "name_seen", "name_free", "verifier_sound", "verifier_free", "lower_has_unit", "something_changed")),
          Act("end", "停用", _asks("ends_on"), (OFFICE,), (OFFICE,), only_if=("not_ended",)))),
    Kind("parcel", "往来文件", "发给往来机构、从往来机构收到的签名文件：问题往下，情况往上",
         (Field("correspondent", "往来机构", "correspondent"), Field("way", "收发", "choice", (("sent", "发出"), ("taken", "收到"))),
          Field("sort", "内容", "choice", (("problems", "问题"), ("report", "整改情况"))), Field("sequence", "第几份", "int"), Field("round", "轮次", "round"),
          Field("stream", "上级的轮次编号", "int"), Field("digest", "摘要", "hash"), Field("size", "字节", "int"), Field("went_on", "收发日期", "date"), Field("as_of", "截至", "date"), Field("count", "问题", "int"),
          Field("done", "已整改", "int"), Field("overdue", "逾期", "int"), Field("rules", "制度", "int"), Field("fen", "挽回资金（分）", "int")),
         (Act("send", "发出", _asks("correspondent way sort sequence round stream digest size went_on as_of count done? overdue? rules? fen?"), (OFFICE,), makes=True, only_if=("content_given", "sequence_goes_on")),
          Act("take", "收下", _asks("correspondent way sort sequence round stream digest size went_on as_of count done? overdue? rules? fen?"), (OFFICE,), makes=True, only_if=("content_given", "sequence_goes_on"))),
         named_by=("way", "correspondent", "sort", "round", "sequence"), reads=(OFFICE,), newest_first=True),
    Kind("rule", "制度", "巡察机构现行的和已废止的制度；人人可在“帮助”里查到",
         (Field("name", "名称", "name"), Field("number", "文号"), Field("starts_on", "施行日期", "date"), Field("ends_on", "废止日期", "date", hint="含当日"),
          Field("summary", "要点"), Field("successor", "由哪件代替", "rule")),
         (Act("make", "登记", _asks("name number? starts_on? summary?"), (OFFICE,), makes=True, only_if=("name_seen", "name_free")),
          Act("change", "变更", _asks("name? number? summary?"), (OFFICE,), only_if=("not_ended", "name_seen", "name_free", "something_changed")),
          Act("end", "废止", _asks("ends_on successor?"), (OFFICE,), only_if=("not_ended", "ends_after_start"))), newest_first=True),
    Kind("calendar", "工作日历", "国务院的放假安排和手工改的日子",
         (Field("days", "各日", "int"), Field("digest", "各日的摘要", "hash"), Field("named", "日历的摘要", "hash"),
          Field("year", "年份", "int"), Field("listing", "放假安排", "days", hint="一日一行：日期、0 放假或 1 上班、名称"),
          Field("was", "申请时这一年的摘要", "hash", hint="申请以后这一年变了，就不能照原样审批")),
         (Act("set", "更新", _asks("year? listing? was?"), (OFFICE, RELEASE), (OFFICE,), only_if=("content_given", "notice_named", "days_of_the_year", "year_as_it_was", "year_changed"), then=("whole_calendar", "dates_follow"), aside=("year", "listing", "was")),), named_by=()),
    Kind("profile", "时限方案", "各时限、梯级和判定标准的数",
         (Field("name", "名称", "login"), Field("version", "版本", "int")),
         (Act("adopt", "启用", (), (OFFICE, RELEASE), (OFFICE,), makes=True, only_if=("content_given",)),), named_by=("name", "version")),
    Kind(LOOKED, "操作员的登记", "操作员在命令行办的登记，没有人审批；安全管理员或安全审计员看过为止都列出",
         (), (Act("look", "看过", (), (SECADMIN, SECAUDITOR), only_if=("not_looked_at",), then=("looked",)),), named_by=(), reads=(SECADMIN, SECAUDITOR), rowless=True),
    Kind("definition", "操作表", "问题的一生：谁在什么状态下能做什么",
         (), (Act("adopt", "启用", (), (RELEASE,), makes=True, only_if=("content_given",)),), named_by=()),
)}
# fmt: on


def of_type(kind: str, act: str) -> tuple[Kind, Act]:
    """Return a kind and one of its acts; KeyError or StopIteration where the table has none such."""
    found = KINDS[kind]
    return found, found.act(act)


def acts() -> Iterator[tuple[Kind, Act]]:
    """Yield every act of every kind."""
    for kind in KINDS.values():
        for act in kind.acts:
            yield kind, act


@lru_cache(maxsize=1)
def recorded() -> dict[str, str]:
    """Return what an entry of the register may record, in words, by the name under which the log finds it."""
    return {f"{kind.name}.{act.name}": kind.said(act) for kind, act in acts() if not act.composed}


CAPACITY_WORDS: Final = {name: words or "正式" for name, words in CAPACITIES.items()}
