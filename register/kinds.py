"""The table of kinds: what is not a case, which fields it has, who enters and who approves, what must hold and what follows.

A kind is one row. Pages, permissions, the command line and docs/register.md are made from it. Field types are text, name,
email, key, login, date, flag, choice, choices (several of a choice), role, capacity, int, hash, days, numbers, entries, file, signs, case, cases,
several roles or people, and the name of a kind for a reference to one of its rows. A file is kept by its hash, with its name beside it; cases by their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from register.choices import DUTIES, INQUIRIES, MEETINGS, ROUND_SORTS, SOURCES, VERDICTS, WAYS_HELD
from register.fields import Field
from states import (
    ADMINISTRATORS,
    AUDITOR,
    DISCIPLINE,
    GROUP,
    HEAD,
    LEADER,
    OFFICE,
    ORGANISATION,
    ROLES,
    SECADMIN,
    SECAUDITOR,
    SECRETARY,
    SYSADMIN,
    TEAM,
    UNIT_ROLES,
)
from storage.accountability import KIND as ACCOUNTABILITY
from storage.clues import KIND as CLUE
from storage.clues import OUTCOMES
from storage.confidence import KIND as RESTRICTION
from storage.household import LOOKED
from storage.meetings import MEETING
from storage.paper_numbers import KIND as PAPER
from storage.paper_numbers import PAPER_STATES, SERIES
from storage.reads.archives import KIND as ARCHIVE
from storage.recurrences import KIND as RECURRENCE
from storage.stops import GROUNDS, REACHES
from storage.stops import KIND as SUSPENSION
from storage.ties import KIND as TIE
from storage.ties import WHY
from storage.unit_kinds import KIND as UNIT_KIND

OPERATOR, RELEASE = "operator", "release"
"""The operator of the server at the command line, whose entries stand at once; and the product itself, when it is laid or upgraded."""
WHO: Final = {**ROLES, OPERATOR: "系统操作员", RELEASE: "本程序"}
READERS: Final = (OFFICE, *ADMINISTRATORS)
"""Who has a part in the register: a kind says where it is fewer."""


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

    of_oneself: bool = False
    """Everybody in office enters it by whatever post, about themselves or what is addressed to them: a guard says who."""
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
    referred_by: str = ""
    """The field by which rows of other kinds refer to a row, where that is not its number: a code that never changes."""
    ordered_by: str = ""
    """The field by whose numbers its rows stand in order; those without one behind the others."""
    brief: tuple[str, ...] = ()
    """The fields that its list shows beside the name, where all of them would be a wall."""
    reads: tuple[str, ...] = READERS
    """Who sees its rows."""
    reads_own: tuple[str, ...] = ()
    """Who sees those rows alone that are theirs, by what they say themselves (see register.theirs)."""
    rowless: bool = False
    """It has no rows of its own: its acts are done with entries, which stand as they are."""
    unrighted: bool = False
    """Nobody's rights or dates hang on it: what the operator enters of it is not listed to be looked at."""
    renewed: bool = False
    """What has ended is followed by another of the same name: a rule that was revised."""
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

    @property
    def of_case(self) -> str:
        """Return the column that names the case that a row is about; nothing where it is about none, or about several."""
        return next((one.column for one in self.fields if one.type == "case" or one.name == "case_id"), "")

    def said(self, row_act: Act) -> str:
        """Return kind and act in words, as the log and requests say it."""
        return row_act.said or f"{row_act.shown}{self.shown}"


def _asks(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FROM, _TO = Field("starts_on", "起始日期", "date"), Field("ends_on", "截止日期", "date", hint="含当日")
_SET = _asks(
    "header? footer? hours? contact? sender? link? office? discipline? organisation? leading_group? office_full? discipline_full? organisation_full? leading_group_full?"
)
_SET_SOUND = ("lines_fit", "sender_is_a_name", "link_sound", "organs_have_names")
INSTRUCTION: Final = "instruction"
_HEARD: Final = (OFFICE, HEAD, GROUP)
"""Who reads what is discussed and instructed above the units: no administrator has to do with cases."""
# fmt: off
KINDS: Final[dict[str, Kind]] = {k.name: k for k in (
    Kind("jurisdiction", "巡察机构", "一个市（县、区）的巡察机构；流转日志按它成树",
         (Field("code", "代码", "login"), Field("name", "名称", "name"), Field("parent", "上级机构", "jurisdiction"), Field("rehearsal", "演练库", "flag")),
         (Act("make", "设立", _asks("code name parent? rehearsal?"), (RELEASE,), makes=True, only_if=("name_seen",)),
          Act("change", "变更", _asks("name? parent? rehearsal?"), (), only_if=("name_seen", "something_changed")))),
    Kind("unit", "党组织", "被巡察、整改、负责的党组织；村、社区这些类别的由乡镇（街道）负责",
         (Field("name", "名称", "name"), Field("sort", "类别", UNIT_KIND, under="sort"), Field("parent", "上级党组织", "unit"), Field("answerable", "责任党组织", "unit", hint="报方案、签字、报告的党组织；自己负责的不填"), _FROM, _TO, Field("successor", "承接的党组织", "unit")),
         (Act("make", "新设", _asks("name sort? parent? answerable? starts_on?"), (OFFICE,), makes=True, told_by="name", only_if=("name_seen", "name_free", "kind_in_use", "answerable_named", "above_in_being")),
          Act("change", "变更", _asks("name? sort? parent? answerable?"), (OFFICE,), (OFFICE,), only_if=("not_ended", "name_seen", "name_free", "kind_in_use", "answerable_named", "no_ring", "above_in_being", "answerable_without_open_cases", "something_changed")),
          Act("end", "撤并", _asks("ends_on successor?"), (OFFICE,), (OFFICE,), only_if=("not_ended", "ends_after_start", "ends_ahead", "successor_in_being", "no_open_cases", "no_units_below")))),
    Kind(UNIT_KIND, "党组织类别", "党组织分成哪几类，按什么次序列；各类适用哪些方面和常见问题，写在问题分类里",
         (Field("code", "代码", "login", hint="不填的由系统编；登记以后不变，改了名称还是这一类"), Field("name", "名称", "name", hint="如 市管国企"), Field("rank", "次序", "int", hint="小的排在前面；不填的排在最后"), Field("answered", "由责任党组织负责", "flag", hint="如村、社区：方案、签字、报告由乡镇（街道）党组织办，登记这一类党组织须填责任党组织"), Field("ends_on", "停用日期", "date", hint="含当日；此后新登记的党组织不能用它，已有的不变")),
         (Act("make", "增加", _asks("name rank? answered? code?"), (OFFICE, RELEASE), makes=True, only_if=("name_seen", "name_free", "kind_code_sound"), then=("kind_coded",)),
          Act("change", "变更", _asks("name? rank? answered? ends_on?"), (OFFICE,), only_if=("name_seen", "name_free", "something_changed")),
          Act("end", "停用", _asks("ends_on"), (OFFICE,), only_if=("not_ended",))),
         referred_by="code", ordered_by="rank", brief=("rank", "answered", "ends_on")),
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
              only_if=("not_of_oneself", "role_placed", "dates_in_order", "acting_by_document", "stand_in_for_days", "apart_from_administrators", "not_held_already", "no_tie_there"), then=("begins_anew",), said="任职"),
          Act("end", "免职", _asks("ends_on successor?"), (SYSADMIN,), (SECADMIN,), only_if=("not_ended", "not_of_oneself", "ends_after_start", "ends_ahead", "stand_in_has_no_successor", "post_not_the_last"), then=("hand_over",), said="免职")),
         named_by=("person", "role", "unit"), newest_first=True),
    Kind("term", "届", "一届党委的任期；届内应巡尽巡，各轮巡察属于它",
         (Field("name", "名称", "name", hint="如 第十三届"), _FROM, _TO, Field("closed_on", "届末日期", "date", hint="各轮都结轮以后办；没有办结的问题从办理之日起结转下一届，在本届的数里照旧，在下一届的数里另列“结转”")),
         (Act("make", "新设", _asks("name starts_on ends_on"), (OFFICE,), makes=True, only_if=("name_seen", "name_free", "dates_in_order", "terms_apart")),
          Act("change", "变更", _asks("name? starts_on? ends_on?"), (OFFICE,), (OFFICE,), only_if=("name_seen", "name_free", "dates_stay_in_order", "terms_apart", "something_changed")),
          Act("close", "届末结转", _asks("closed_on"), (OFFICE,), (OFFICE,), only_if=("term_not_closed", "term_over_by_today", "rounds_of_the_term_closed"), then=("rounds_carried_over",), said="届末结转"),
          Act("reopen", "撤销届末结转", (), (OFFICE,), (OFFICE,), only_if=("term_was_closed", "carried_over_today", "reason_said"), then=("term_goes_on_again", "rounds_carried_back"), said="撤销届末结转")), newest_first=True),
    Kind("round", "轮次", "一轮巡察，从开始时起按一个时限方案办",
         (Field("name", "名称", "name"), Field("sort", "类型", "choice", ROUND_SORTS), Field("term", "届", "term", hint="算应巡尽巡用"), Field("profile", "时限方案", "profile"), Field("dictionary", "问题分类", "dictionary"),
          Field("source", "上级机构", "correspondent", hint="上级巡视巡察反馈的轮次，写明是哪一个上级机构"), Field("source_said", "上级的轮次", hint="如：省委第三巡视组 2026年第一轮"), Field("ended_on", "结轮日期", "date", hint="含当日；以后不再反馈新的问题，巡察组的职务随之结束，没有办结的结转，各按自己的期限办"), Field("carried_on", "结转下一届的日期", "date")),
         (Act("make", "新设", _asks("name sort? term? profile dictionary? source? source_said?"), (OFFICE,), makes=True, only_if=("name_seen", "name_free", "newest_of_its_name", "source_is_above", "term_goes_on")),
          Act("change", "变更", _asks("name? sort? term? profile? dictionary?"), (OFFICE,), (OFFICE,), only_if=("name_seen", "name_free", "nothing_waits_for_the_name", "profile_before_cases", "term_goes_on", "something_changed")),
          Act("reprofile", "改用时限方案", _asks("profile"), (OFFICE,), (OFFICE,), only_if=("cases_fed_back", "profile_is_another", "reason_given"), then=("followed_before", "dates_of_the_round_follow"), said="在办的轮次改用时限方案"),
          Act("close", "结轮", _asks("ended_on"), (OFFICE,), (OFFICE,), only_if=("round_not_closed", "closed_by_today", "nothing_waits_for_the_round"), then=("teams_end_with_it",), said="结轮"),
          Act("carry", "结转下一届", (), (OFFICE,), only_if=("term_of_it_closed",), then=("carried_with_its_term",), said="轮次结转下一届"),
          Act("reopen", "撤销结轮", (), (OFFICE,), (OFFICE,), only_if=("round_was_closed", "round_not_carried", "nothing_archived_of_it", "reason_said"), then=("round_goes_on_again", "teams_go_on_with_it"), said="撤销结轮"),
          Act("keep", "撤销结转", (), (OFFICE,), only_if=("term_of_it_goes_on",), then=("carried_no_more",), said="撤销轮次的结转")), newest_first=True),
    Kind("dictionary", "问题分类", "方面、常见问题和专题的词表；一版不再改，要改的另立一版",
         (Field("name", "名称", "name"), Field("version", "版本", "int"), Field("entries", "内容", "entries"), Field("was", "据以修改的版本", "int", hint="已有了更新的一版，就不能照旧的改")),
         (Act("make", "录入", _asks("name entries was?"), (OFFICE, RELEASE), makes=True, only_if=("name_seen", "entries_sound", "newest_as_it_was", "says_something_new"), then=("next_version",), aside=("was",)),),
         named_by=("name", "version"), newest_first=True),
    Kind("wording", "方面、专题的写法", "台账里写得与问题分类不一样的方面、专题，指的是哪一项；导入时指定一次，以后都认得",
         (Field("dictionary", "问题分类", "name"), Field("word", "台账里的写法", "name"), Field("code", "方面或专题的代码", "login")),
         (Act("make", "指定", _asks("dictionary word code"), (OFFICE,), makes=True, only_if=("aspect_known", "word_told_once")),
          Act("change", "变更", _asks("code"), (OFFICE,), only_if=("aspect_known", "something_changed"))), named_by=("word",), newest_first=True),
    Kind("topic", "专题标注", "一个问题属于哪个专题；可以有几个",
         (Field("case_id", "问题的内部编号", "int"), Field("topic", "专题", "name"), Field("gone", "已撤销", "flag")),
         (Act("make", "标注", _asks("case_id topic"), (OFFICE,), makes=True, only_if=("topic_seen", "topic_marked_once"), said="标注专题"),
          Act("drop", "撤销", (), (OFFICE,), only_if=("topic_stands",), then=("mark_gone",), said="撤销专题标注")), named_by=("topic", "case_id"), reads=(OFFICE,), unrighted=True, newest_first=True),
    Kind(RECURRENCE, "重复发生的认定", "一个问题是不是同一党组织以前反馈过的又发生了；系统按相似度提示，由人认定，“不是同一问题”的不再提示",
         (Field("case", "问题", "case", under="case_id", hint="写作：单位名称 第 2 号"), Field("earlier", "以前的问题", "case", under="earlier_id", hint="同一党组织、它承接的党组织反馈在前的"),
          Field("verdict", "认定", "choice", VERDICTS), Field("alike", "相似度（%）", "int", hint="由系统按两个问题的文字算出"), Field("from_on", "认定日期", "date"), Field("until_on", "撤销日期", "date")),
         (Act("make", "登记", _asks("case earlier verdict"), (OFFICE,), makes=True, only_if=("earlier_of_the_unit", "two_judged_once"), then=("likeness_reckoned",)),
          Act("drop", "撤销", (), (OFFICE,), only_if=("verdict_stands", "two_are_known", "reason_said"), then=("verdict_ends",))),
         named_by=("case", "earlier"), reads=(OFFICE,), unrighted=True, newest_first=True),
    Kind("inspection", "巡察", "一轮中对一个党组织的巡察",
         (Field("round", "轮次", "round"), Field("unit", "党组织", "unit"), Field("team", "巡察组", "team", within="round", hint="本轮的巡察组"), Field("team_words", "巡察组（以前填的文字）", under="team"),
          Field("first_because", "优先安排的理由"), Field("checks", "关联的专项检查"), Field("audits", "关联的审计发现"),
          Field("inquiry", "巡前了解情况（函询）", "choice", INQUIRIES), Field("inquiry_on", "发函日期", "date", hint="函询只登记日期，不登记内容"), Field("inquiry_answered_on", "复函日期", "date"),
          Field("stay_from", "驻点开始", "date"), Field("stay_to", "驻点结束", "date"), Field("sources", "发现问题的方式", "choices", SOURCES),
          Field("feedback_on", "反馈日期", "date", hint="反馈会召开之日；还没有反馈的不填"), Field("attendees", "参会领导", hint="到会的领导小组成员"), Field("required", "领导要求"),
          Field("leader", "分管领导", "person"), Field("contact_office", "巡察办联系人", "text"), Field("contact_unit", "单位联系人", "text")),
         (Act("make", "新设", _asks("round unit team? stay_from? stay_to? feedback_on? contact_office? contact_unit?"), (OFFICE,), makes=True, only_if=("inspected_once", "round_not_over", "team_of_the_round", "nobody_tied_in_the_team", "stay_in_order")),
          Act("change", "变更", _asks("team? contact_office? contact_unit?"), (OFFICE,), only_if=("team_of_the_round", "nobody_tied_in_the_team", "something_changed"), then=("team_not_in_words",)),
          Act("prepare", "登记巡前准备", _asks("first_because? checks? audits? inquiry? inquiry_on? inquiry_answered_on?"), (OFFICE,), only_if=("inquiry_made", "inquiry_in_order", "something_changed"), said="登记巡前准备"),
          Act("stay", "登记驻点", _asks("stay_from? stay_to? sources?"), (OFFICE,), only_if=("stay_in_order", "something_changed"), said="登记驻点"),
          Act("meet", "登记反馈会", _asks("feedback_on? attendees? required?"), (OFFICE,), only_if=("feedback_day_before_cases", "something_changed"), said="登记反馈会"),
          Act("lead", "指定分管领导", _asks("leader"), (OFFICE,), (OFFICE,), only_if=("something_changed",), said="指定巡察的分管领导"),
          Act("settle", "巡察组由文字改为登记", _asks("team"), (RELEASE,), then=("team_not_in_words",), said="巡察组由文字改为登记")),
         named_by=("round", "unit"), reads=(OFFICE,), newest_first=True, brief=("team", "feedback_on", "leader")),
    Kind("team", "巡察组", "一轮中的一个巡察组",
         (Field("name", "名称", "name"), Field("round", "轮次", "round"), Field("leader", "组长（以前的栏）", "person"), _FROM, _TO),
         (Act("make", "组建", _asks("name round starts_on? ends_on?"), (OFFICE, RELEASE), makes=True, only_if=("name_seen", "dates_in_order", "round_not_over", "team_once_in_a_round")),
          Act("change", "变更", _asks("name? starts_on?"), (OFFICE,), only_if=("not_ended", "name_seen", "team_once_in_a_round", "dates_stay_in_order", "something_changed")),
          Act("end", "撤销", _asks("ends_on"), (OFFICE,), only_if=("not_ended", "ends_after_start")),
          Act("resume", "随轮次恢复", (), (OFFICE,), only_if=("ended_with_its_round",), then=("goes_on_again",), said="撤销结轮时恢复巡察组"),
          Act("settle", "组长由一栏改为组员", (), (RELEASE,), then=("leader_not_of_the_team", "leader_is_a_member"), said="组长由一栏改为组员")),
         newest_first=True),
    Kind("member", "组员", "一个人从某日到某日在一个巡察组里的职责；组长是职责为组长的组员",
         (Field("team", "巡察组", "team"), Field("person", "人员", "person"), Field("duty", "职责", "choice", DUTIES), _FROM, _TO),
         (Act("make", "入组", _asks("team person duty starts_on? ends_on?"), (OFFICE, RELEASE), makes=True, only_if=("dates_in_order", "team_in_being", "in_the_team_once", "one_leader", "tied_nowhere_the_team_goes"), said="编入巡察组"),
          Act("change", "变更职责", _asks("duty"), (OFFICE,), only_if=("not_ended", "one_leader", "something_changed"), said="变更组员职责"),
          Act("end", "离组", _asks("ends_on"), (OFFICE,), only_if=("not_ended", "ends_after_start"), said="离开巡察组"),
          Act("resume", "随轮次恢复", (), (OFFICE,), only_if=("ended_with_its_round",), then=("goes_on_again",), said="撤销结轮时恢复组员")),
         named_by=("team", "person", "duty"), newest_first=True),
    Kind("correspondent", "往来机构", "与本机构互送签名文件的上级、下级巡察机构；它的文件凭这里登记的公钥认",
         (Field("name", "名称", "name"), Field("standing", "上下级", "choice", (("upper", "上级"), ("lower", "下级"))),
          Field("verifier", "公钥", "login", hint="对方“往来”页上的那一行，照抄；请当面或电话核对"),
          Field("unit", "它的党组织", "unit", hint="下级填：发给它的问题限于该党组织和它下级的"),
          Field("every", "几天报一次", "int", hint="下级填：过了这些天没有报来的，标为逾期；不填是 31 天"), _TO),
         (Act("make", "登记", _asks("name standing verifier unit? every?"), (OFFICE,), (OFFICE,), makes=True, only_if=("name_seen", "name_free", "verifier_sound", "verifier_free", "lower_has_unit", "every_within_a_year")),
          Act("change", "变更", _asks("name? verifier? unit? every?"), (OFFICE,), (OFFICE,), only_if=("not_ended", "name_seen", "name_free", "verifier_sound", "verifier_free", "lower_has_unit", "every_within_a_year", "something_changed")),
          Act("end", "停用", _asks("ends_on"), (OFFICE,), (OFFICE,), only_if=("not_ended",)))),
    Kind("parcel", "往来文件", "发给往来机构、从往来机构收到的签名文件：问题往下，情况往上",
         (Field("correspondent", "往来机构", "correspondent"), Field("way", "收发", "choice", (("sent", "发出"), ("taken", "收到"))),
          Field("sort", "内容", "choice", (("problems", "问题"), ("report", "整改情况"))), Field("sequence", "第几份", "int"), Field("round", "轮次", "round"),
          Field("stream", "上级的轮次编号", "int"), Field("digest", "摘要", "hash"), Field("size", "大小（字节）", "int"), Field("went_on", "收发日期", "date"), Field("as_of", "截至", "date"), Field("count", "问题", "int"),
          Field("done", "已整改", "int"), Field("overdue", "逾期", "int"), Field("rules", "制度", "int"), Field("fen", "挽回资金（分）", "int"),
          Field("signer", "发出方的公钥", "login"), Field("tree", "检查点的记录数", "int"), Field("root", "检查点的摘要", "hash")),
         (Act("send", "发出", _asks("correspondent way sort sequence round stream digest size went_on as_of count done? overdue? rules? fen? signer? tree? root?"), (OFFICE,), makes=True, only_if=("content_given", "sequence_goes_on")),
          Act("take", "收下", _asks("correspondent way sort sequence round stream digest size went_on as_of count done? overdue? rules? fen? signer? tree? root?"), (OFFICE,), makes=True, only_if=("content_given", "sequence_goes_on"))),
         named_by=("way", "correspondent", "sort", "round", "sequence"), reads=(OFFICE,), newest_first=True),
    Kind("rule", "制度", "巡察机构现行的和已废止的制度；人人可在“帮助”里查到",
         (Field("name", "名称", "name"), Field("number", "文号"), Field("starts_on", "施行日期", "date"), Field("ends_on", "废止日期", "date", hint="含当日"),
          Field("summary", "要点"), Field("successor", "由哪件代替", "rule")),
         (Act("make", "登记", _asks("name number? starts_on? summary?"), (OFFICE,), makes=True, only_if=("name_seen", "name_free")),
          Act("change", "变更", _asks("name? number? summary?"), (OFFICE,), only_if=("not_ended", "name_seen", "name_free", "something_changed")),
          Act("end", "废止", _asks("ends_on successor?"), (OFFICE,), only_if=("not_ended", "ends_after_start"))), renewed=True, newest_first=True),
    Kind(TIE, "回避关系", "一个人对一个党组织（和它负责的、它下面的、承接它的）应当回避：不派去巡察它，不办它的问题的复核、审核、验收",
         (Field("person", "人员", "person"), Field("unit", "党组织", "unit"), Field("why", "原因", "choice", tuple(WHY.items())),
          Field("detail", "情况", "text", hint="如何时任何职、什么亲属关系；流转日志只存摘要"), Field("starts_on", "起始日期", "date", hint="从哪天起回避；不填即从现在起"),
          Field("ends_on", "截止日期", "date", hint="含当日；不填即到解除为止")),
         (Act("make", "登记", _asks("person unit why detail? starts_on? ends_on?"), (OFFICE,), (OFFICE,), makes=True, only_if=("dates_in_order", "tied_once")),
          Act("declare", "申报", _asks("unit why detail? starts_on? ends_on?"), tuple(ROLES), makes=True, of_oneself=True, only_if=("dates_in_order", "tied_once"), then=("about_oneself",)),
          Act("end", "解除", _asks("ends_on"), (OFFICE,), (OFFICE,), only_if=("not_ended", "of_somebody_else", "reason_said", "ends_after_start", "ends_ahead"))),
         named_by=("person", "unit"), reads=(OFFICE,), renewed=True, newest_first=True),
    Kind(RESTRICTION, "限定知悉", "一个问题只让列出的角色和人知道：对其他人它就是不在，信、台账、查找、导出里都没有；巡察办主任、纪委监委本来管它的总在知悉范围。打开写有它文字的页、文件、导出都有记录；台账、待办这些列出许多问题的页不逐条记",
         (Field("case", "问题", "case"), Field("roles", "知悉的角色", "roles"), Field("people", "知悉的人", "people"), Field("lifted", "已解除", "flag")),
         (Act("make", "限定", _asks("case roles people?"), (OFFICE,), makes=True, said="限定知悉", only_if=("case_there", "not_tied_to_it", "restricted_once", "secretary_knows", "enterer_knows", "reason_said")),
          Act("change", "调整", _asks("roles people?"), (OFFICE, HEAD), said="调整知悉范围", only_if=("in_force", "not_tied_to_it", "enterer_knew", "secretary_knows", "enterer_knows", "reason_said", "something_changed")),
          Act("lift", "解除", (), (OFFICE, HEAD), said="解除限定知悉", only_if=("in_force", "not_tied_to_it", "enterer_knew", "reason_said"), then=("lifted",))),
         named_by=("case",), reads=(OFFICE,), renewed=True, newest_first=True),
    Kind(SUSPENSION, "中止计时", "这些天不计入党组织的期限：系统停机、灾害、立案审查调查。期限随之顺延，其间不提醒、不判定、不升级；巡察办自己的期限照走。党组织在期限的说明里看得到中止的日子，看不到事由",
         (Field("ground", "事由", "choice", tuple(GROUNDS.items()), hint="立案审查调查的，只有巡察办、巡察办主任、纪委监委、领导小组看得到", secret=True),
          Field("reach", "范围", "choice", tuple(REACHES.items())), Field("unit", "党组织", "unit", hint="范围是一个党组织的填：被巡察的、负责整改的是它的问题都在内"), Field("case", "问题", "case", hint="范围是一个问题的填，写作：单位名称 第 2 号"),
          Field("starts_on", "第一天", "date", hint="今天或以前；这一天起不计入"), Field("ends_on", "最后一天", "date", hint="含当日；可以在今天以后，以后还可以提前结束"),
          Field("entered_on", "生效日期", "date"), Field("gone", "已撤回", "flag")),
         (Act("make", "登记", _asks("ground reach unit? case? starts_on ends_on"), (OFFICE,), (OFFICE,), makes=True, said="中止计时",
              only_if=("reason_said", "reach_named", "inquiry_is_of_somebody", "dates_in_order", "stop_has_begun", "stop_within_limit"), then=("known_from_today", "dates_pass_over_stops")),
          Act("end", "提前结束", _asks("ends_on"), (OFFICE,), (OFFICE,), said="提前结束中止计时", only_if=("stop_stands", "ends_sooner", "reason_said"), then=("dates_pass_over_stops",)),
          Act("drop", "撤回", (), (OFFICE,), (OFFICE,), said="撤回中止计时", only_if=("stop_stands", "reason_said"), then=("mark_gone", "dates_pass_over_stops"))),
         named_by=("starts_on", "ends_on", "reach"), reads=(OFFICE, HEAD, DISCIPLINE, GROUP), newest_first=True, brief=("ground", "gone")),
    Kind("skill", "专长", "巡察人才库：谁懂什么、有什么证书；按姓名、领域、证书查找",
         (Field("person", "人员", "person"), Field("field", "领域", "text", hint="如财务、工程造价、审计、法律"), Field("certificate", "证书", "text"),
          Field("starts_on", "取得日期", "date"), _TO),
         (Act("make", "登记", _asks("person field certificate? starts_on?"), (OFFICE,), makes=True),
          Act("change", "变更", _asks("field? certificate? starts_on?"), (OFFICE,), only_if=("not_ended", "something_changed")),
          Act("end", "终止", _asks("ends_on"), (OFFICE,), only_if=("not_ended", "ends_after_start"))),
         named_by=("person", "field"), reads=(OFFICE,), renewed=True, newest_first=True),
    Kind("calendar", "工作日历", "国务院的放假安排和手工改的日子",
         (Field("days", "各日", "int"), Field("digest", "各日的摘要", "hash"), Field("named", "日历的摘要", "hash"),
          Field("year", "年份", "int"), Field("listing", "放假安排", "days", hint="一日一行：日期、0 放假或 1 上班、名称"),
          Field("was", "申请时这一年的摘要", "hash", hint="申请以后这一年变了，就不能照原样审批")),
         (Act("set", "更新", _asks("year? listing? was?"), (OFFICE, RELEASE), (OFFICE,), only_if=("content_given", "notice_named", "days_of_the_year", "year_as_it_was", "year_changed"), then=("whole_calendar", "dates_follow"), aside=("year", "listing", "was")),), named_by=()),
    Kind(MEETING, "会议", "研究巡察整改的会议：议题、会议纪要；领导小组的决定从这里登记",
         (Field("held_on", "会议日期", "date"), Field("sort", "会议类别", "choice", MEETINGS), Field("number", "纪要文号", "text", hint="如：领组〔2026〕3号；会前可以不填"),
          Field("title", "会议名称", "text"), Field("agenda", "议题", "cases", hint="会后还可以改；登记过决定的问题留在议题里"), Field("minutes", "会议纪要", "file", hint="会议的决定文件；没有文号和纪要的，还不能登记决定")),
         (Act("make", "登记", _asks("sort held_on number? title? agenda? minutes?"), (OFFICE,), makes=True, only_if=("meeting_number_free",)),
          Act("change", "更正", _asks("sort? held_on? number? title? agenda? minutes?"), (OFFICE,), only_if=("meeting_number_free", "decided_stays", "minutes_stay", "something_changed")),
          Act("replace", "更换会议纪要", _asks("minutes"), (OFFICE,), (OFFICE,), only_if=("decided_there", "reason_said", "something_changed"), said="更换会议纪要")),
         named_by=("held_on", "sort", "number"), reads=_HEARD),
    Kind(INSTRUCTION, "批示", "领导对一个轮次、一个党组织或一个问题的批示，和应当给领导的回复",
         (Field("written_on", "批示日期", "date"), Field("leader", "批示领导", "person", hint="有账号的领导：填账号或姓名"), Field("leader_name", "领导姓名职务", "text", hint="没有账号的领导：如 县（市）委书记 周某"),
          Field("words", "批示内容", "text", long=True), Field("paper", "批示件", "file"),
          Field("unit", "关于党组织", "unit", hint="党组织、轮次、问题，填其中一项"), Field("round", "关于轮次", "round"), Field("case", "关于问题", "case", hint="写作：单位名称 第 2 号"),
          Field("to_unit", "转单位", "flag", hint="转给所关于的单位、承办单位：他们看得到这件批示"), Field("answerer", "承办单位", "unit", hint="由巡察办承办的不填"),
          Field("due_on", "回复期限", "date", hint="不用回复的不填"), Field("answered_on", "回复日期", "date"), Field("answer", "回复内容", "text", long=True), Field("answer_paper", "回复件", "file")),
         (Act("make", "登记", _asks("written_on leader? leader_name? words paper? unit? round? case? to_unit? answerer? due_on?"), (OFFICE,), makes=True,
              only_if=("one_wrote_it", "written_by_today", "about_one_thing", "passed_on_to_a_unit", "due_after_it_was_written")),
          Act("change", "更正", _asks("written_on? leader? leader_name? words? paper? unit? round? case? to_unit? answerer? due_on?"), (OFFICE,),
              only_if=("one_wrote_it", "written_by_today", "about_one_thing", "passed_on_to_a_unit", "due_after_it_was_written", "due_day_stays", "something_changed")),
          Act("answer", "办结回复", _asks("answered_on answer answer_paper?"), (OFFICE,), only_if=("not_answered_yet", "answered_in_its_days", "answered_late_when_entered_late"), said="回复批示"),
          Act("correct", "更正期限和回复", _asks("due_on? answered_on? answer? answer_paper?"), (OFFICE,), (OFFICE,),
              only_if=("due_after_it_was_written", "answered_in_its_days", "answered_in_words", "reason_said", "something_changed"), said="更正批示的期限和回复")),
         named_by=("written_on", "leader", "leader_name"), reads=_HEARD, reads_own=(LEADER, *UNIT_ROLES)),
    Kind(CLUE, "问题线索", "移交的问题线索：只登记编号、件数、接收单位、日期和办理状态，内容不登记，随密件另行移送",
         (Field("number", "线索编号"), Field("round", "轮次", "round"), Field("unit", "党组织", "unit", hint="线索所关于的党组织；不便写明的不填"),
          Field("case", "问题", "case", under="case_id", hint="由某个问题引出的填，写作：单位名称 第 2 号"), Field("pieces", "件数", "int", hint="不填的是 1 件"),
          Field("receiver", "接收单位", "name"), Field("handed_on", "移交日期", "date"), Field("due_on", "回复期限", "date", hint="不填的是移交之日起三个月"),
          Field("replied_on", "回复日期", "date"), Field("outcome", "办理状态", "choice", tuple(OUTCOMES.items())), Field("closed_on", "办结日期", "date")),
         (Act("make", "登记", _asks("number round unit? case? pieces? receiver handed_on due_on?"), (OFFICE, RELEASE), makes=True, told_by="number",
              only_if=("clue_number_free", "handed_over_by_today", "due_after_handing_over", "pieces_are_some"), then=("clue_due",), said="登记移交的问题线索"),
          Act("correct", "更正", _asks("number? round? unit? case? pieces? receiver? handed_on? due_on?"), (OFFICE,), (OFFICE,),
              only_if=("reason_said", "clue_number_free", "handed_over_by_today", "due_after_handing_over", "pieces_are_some", "something_changed"), said="更正问题线索"),
          Act("answer", "登记回复", _asks("replied_on outcome"), (OFFICE, RELEASE), only_if=("clue_goes_on", "replied_in_its_days"), then=("clue_answered",), said="登记问题线索的回复")),
         named_by=("number",), reads=(OFFICE, HEAD, DISCIPLINE, GROUP)),
    Kind(ACCOUNTABILITY, "问责", "巡察整改不力等的问责决定：谁决定的、文号、日期，问责了哪些党组织、多少人",
         (Field("unit", "党组织", "unit", hint="整改不力等的党组织"), Field("decided_by", "决定机关", "name", hint="如 市纪委监委"), Field("number", "文号", hint="如 某纪发〔2026〕3号"),
          Field("decided_on", "决定日期", "date"), Field("ways", "方式", "choices", WAYS_HELD), Field("organisations", "问责党组织（个）", "int"), Field("persons", "问责个人（人）", "int"),
          Field("names", "姓名", long=True, hint="可以不写；流转日志只存摘要"), Field("cases", "有关问题", "cases"), Field("paper", "决定文件", "file"), Field("gone", "已撤回", "flag")),
         (Act("make", "登记", _asks("unit decided_by number decided_on ways organisations? persons? names? cases? paper?"), (OFFICE, DISCIPLINE), makes=True,
              only_if=("decided_by_today", "somebody_held", "decision_entered_once"), said="登记问责决定"),
          Act("correct", "更正", _asks("unit? decided_by? number? decided_on? ways? organisations? persons? names? cases? paper?"), (OFFICE, DISCIPLINE), (OFFICE,),
              only_if=("decision_stands", "reason_said", "decided_by_today", "somebody_held", "decision_entered_once", "something_changed"), said="更正问责决定"),
          Act("drop", "撤回", (), (OFFICE, DISCIPLINE), (OFFICE,), only_if=("decision_stands", "reason_said"), then=("mark_gone",), said="撤回问责决定")),
         named_by=("unit", "number"), reads=(OFFICE, HEAD, DISCIPLINE, ORGANISATION, GROUP), newest_first=True, brief=("decided_by", "decided_on", "ways", "organisations", "persons")),
    Kind(SERIES, "文号系列", "一个机关的一种代字，各年从头编号，一号接一号：不跳号，不重号；启用本系统的当年从机关登记簿的下一号起",
         (Field("organ", "发文机关", "name", hint="如 中共成县委巡察工作领导小组办公室"), Field("mark", "代字", "name", hint="如 成委巡办函：文号写作 成委巡办函〔2026〕3号"),
          Field("year", "起号年份", "int"), Field("first", "从第几号起", "int", hint="只管这一年；以后各年从 1 号起"), _TO),
         (Act("make", "登记", _asks("organ mark year? first?"), (OFFICE,), makes=True, only_if=("series_named", "mark_free", "start_whole")),
          Act("begin", "定起号", _asks("year first"), (OFFICE,), only_if=("not_ended", "start_whole", "none_given_in_the_year", "start_of_before_is_used", "something_changed"), said="定文号起号"),
          Act("end", "停用", _asks("ends_on"), (OFFICE,), only_if=("not_ended",))), named_by=("organ", "mark"), found_by="mark", reads=(OFFICE, HEAD)),
    Kind(PAPER, "文书", "签发的文书，和系统外编号、作废的文号：发文登记簿的一行",
         (Field("series", "文号系列", SERIES), Field("year", "年份", "int"), Field("n", "文号", "int"), Field("prev", "前一号", "int"), Field("state", "状态", "choice", tuple(PAPER_STATES.items())),
          Field("paper", "种类", "login"), Field("title", "标题"), Field("unit", "党组织", "unit"), Field("round", "轮次", "round"), Field("cases", "所列问题", "cases"), Field("draft", "底稿", "int", under="draft_id"),
          Field("signed_on", "成文日期", "date"), Field("signed_as", "签发职务", "role"), Field("because", "系统外编号的理由、经谁同意签发"), Field("voided_because", "作废的理由"), Field("countersigned", "会签", "signs"), Field("pdf", "PDF", "file"), Field("word", "Word", "file"), Field("figures", "数据", "file"), Field("scan", "盖章扫描件", "file"),
          Field("received_on", "签收日期", "date"), Field("received_by", "签收人", "person"), Field("received_name", "回执上的签收人", "name"), Field("receipts", "各收件方的签收", "signs"), Field("addressee", "谁的回执", "role")),
         (Act("issue", "签发", _asks("draft series? n? pdf word? figures?"), (HEAD, GROUP, SECRETARY), makes=True, of_oneself=True, only_if=("printed_from_its_draft", "draft_waits", "draft_as_shown", "issued_by_who_may", "group_agreed", "checked_before", "countersigned_before", "number_as_the_kind_wants", "number_is_next", "about_what_one_knows", "blanks_written"), then=("as_drafted", "numbered", "cases_listed", "draft_is_issued")),
          Act("outside", "登记系统外文号", _asks("series n title signed_on paper? unit? round?"), (OFFICE,), makes=True, only_if=("reason_said", "written_till_today", "number_is_next"), then=("given_outside", "numbered"), said="登记系统外文号"),
          Act("void", "作废", (), (OFFICE, HEAD, SECRETARY), of_oneself=True, only_if=("paper_stands", "voided_by_its_organ", "reason_said"), then=("made_void",)),
          Act("scan", "存盖章扫描件", _asks("scan"), (OFFICE, HEAD, GROUP, SECRETARY), of_oneself=True, only_if=("paper_stands", "issued_by_who_may", "something_changed"), said="存文书的盖章扫描件"),
          Act("receive", "签收", (), (SECRETARY, LEADER, DISCIPLINE, ORGANISATION, TEAM, OFFICE), of_oneself=True, only_if=("paper_stands", "owes_a_receipt", "addressed_to_ones_post"), then=("received_today",)),
          Act("receipt", "登记纸质回执", _asks("received_on received_name addressee?"), (OFFICE,), only_if=("paper_stands", "owes_a_receipt", "addressee_owes", "received_since_it_was_signed"), then=("received_on_paper",), aside=("addressee",), said="登记文书的纸质回执")),
         named_by=("title",), reads=(OFFICE, HEAD, GROUP, DISCIPLINE, ORGANISATION, AUDITOR), reads_own=(LEADER, TEAM, *UNIT_ROLES), newest_first=True),
    Kind(ARCHIVE, "归档", "一轮（或其中一个党组织）的案卷归了档：案卷包是哪一个、有多少；以后到的另成补充卷",
         (Field("round", "轮次", "round"), Field("unit", "党组织", "unit", hint="整轮归档的不填"), Field("n", "第几次补充（0 是案卷）", "int", hint="0 是案卷，以后是补充卷"),
          Field("cases", "问题数", "int"), Field("files", "文件数", "int"), Field("size", "字节", "int"), Field("digest", "案卷包的摘要", "hash")),
         (Act("make", "归档", _asks("round unit? n cases files size digest"), (OFFICE,), (OFFICE,), makes=True, only_if=("archived_in_turn",), said="归档案卷"),),
         named_by=("round", "unit", "n"), reads=(OFFICE, HEAD), newest_first=True),
    Kind("profile", "时限方案", "各时限、梯级和判定标准的数",
         (Field("name", "名称", "login"), Field("version", "版本", "int"),
          Field("base", "由哪一版改出", "profile"), Field("changes", "改了哪些数", "numbers", hint="一行一个：limits.claim = 7 workdays"),
          Field("was", "申请时最新的一版", "int", hint="申请以后有了新的一版，就不能照原样审批")),
         (Act("adopt", "启用", _asks("base? changes? was?"), (OFFICE, RELEASE), (OFFICE,), makes=True, only_if=("content_given", "reason_given", "numbers_sound", "version_as_it_was"), then=("new_version",), aside=("base", "changes", "was")),), named_by=("name", "version")),
    Kind("setting", "设置", "邮件的信头信尾、办公时间、联系方式、发件人名称、网址，和各机关在本地的称呼；没有设的用程序自己的",
         (Field("header", "信头", "text", hint="每封信开头的一行，如发信机关的全称"), Field("footer", "信尾", "text", hint="每封信末尾的一行，如联系电话"),
          Field("hours", "办公时间", "text", hint="巡察办什么时候有人接电话，如 工作日 8:30—12:00、14:30—18:00；写在信尾、登录页和各页的页脚"),
          Field("contact", "联系方式", "text", hint="找巡察办打哪个电话，如 巡察办 0371-12345678；写在登录页和各页的页脚，没有登录的人也看得到"),
          Field("sender", "发件人名称", "text", hint="收件人看到的名称；发件地址由系统操作员在配置文件里写"),
          Field("link", "网址", "text", hint="用户打开本系统的地址，信里的链接、初始密码条都用它，如 https://zhenggai.example.gov.cn"),
          Field("office", "巡察办的称呼", "name"), Field("discipline", "纪委监委的称呼", "name"), Field("organisation", "组织部的称呼", "name"), Field("leading_group", "领导小组的称呼", "name"),
          Field("office_full", "巡察办的全称", "name", hint="印在文书的红头和落款上，如 中共成县县委巡察工作领导小组办公室；各机关的全称都可以不填"), Field("discipline_full", "纪委监委的全称", "name"),
          Field("organisation_full", "组织部的全称", "name"), Field("leading_group_full", "领导小组的全称", "name")),
         (Act("make", "设定", _SET, (OFFICE,), (OFFICE,), makes=True, only_if=("set_once", "something_said", *_SET_SOUND), said="设定信头信尾、网址和称呼"),
          Act("change", "变更", _SET, (OFFICE,), (OFFICE,), only_if=(*_SET_SOUND, "something_changed"))), named_by=()),
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
