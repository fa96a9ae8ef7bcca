"""The manners of the pages: how each act is met there, how each answer is asked; what no row says is the ordinary way."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from grammar import Move
from states import (
    ACTIONS,
    AMENDED,
    ANSWERS,
    CLOCK,
    CLOCKS,
    MATERIALS,
    MOVES,
    PART_WORDS,
    STATES,
    UNBORN,
    UNIT_ROLES,
)

EACH, AT_ONCE = "批量{}", "{}"
"""The words of an act over several cases: one by one, or as the one document or opinion that it is."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How an act is met on the pages."""

    several: str = ""
    """Its words over several cases chosen in the ledger, where it is offered there; what is rare, once that is narrowed to a unit."""
    bundled: bool = False
    """Tasks of it are one line of the home, with one form for all of them."""
    of_a_round: bool = False
    """Over several cases it is one document of a unit and a round: its form offers the others that it could take."""
    one_click: bool = False
    """A click makes it, without a form: signing for 签收 what others have done."""
    rare: bool = False
    """It is looked for seldom, and folded behind 更多."""
    says_no: bool = False
    """It says no, and so never stands where a hand falls first."""
    first_while: str = ""
    """It stands among the first only while this clock runs."""
    hidden_if_blocked: bool = False
    """What blocks it is what the case is, not what is still missing: then there is nothing to show."""
    from_home: bool = False
    """Over several cases it is offered on the home alone: of the cases in its states few have anything for it."""
    judges: bool = False
    """Who makes it first reads what it is about."""
    otherwise: tuple[str, ...] = ()
    """The acts by which the same is decided the other way; the form leads to them."""
    begins_as_before: bool = False
    """Its form begins with what was said in it before."""
    day_asked_for: bool = False
    """Its form begins with the day that the unit asked for."""
    held: tuple[str, ...] = ()
    """The materials that the system holds for it: nobody is asked for the same file twice."""
    wide: bool = False
    """Its form needs the whole width."""
    but_one: tuple[str, ...] = ()
    """Of its answers, each said once for all cases, those that one case may say otherwise: all agreed to but some."""
    warns: str = ""
    """What it costs that cannot be had again: a sentence on its form, and where it is signed."""
    drawn: bool = False
    """Its arrow is always drawn in the picture of the road; the others where they were walked."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a form asks an answer."""

    per_case: bool = False
    """It is asked of every case by itself; the others are said once for all cases of the act."""
    or_each: bool = False
    """It is said once for all cases of the act, and of one by itself where that one differs."""
    hint: str = ""
    by_group: bool = False
    """It is asked only where the leading group is to decide."""
    passes_over: Literal["", "others", "missing"] = ""
    """It is asked only where opinions are passed over: of whom (see Weighed), their names stand in the hint."""
    short: bool = False
    """A third of the width is enough for it."""
    one_line: bool = False
    """It is written in one line."""
    begins_with: str = ""
    """Its field begins with this column of the case."""
    apart: bool = False
    """The page of the case shows it in a place of its own, and the timeline does not repeat it."""


Row = TypeVar("Row")


class NotInTheLife(Exception):
    """A table of the pages names what states.py does not know: the start stops."""

    def __init__(self, of: str, name: str) -> None:
        super().__init__(f"web/manners.py：{of}“{name}”在 states.py 里没有，请改正")


def _every(of: str, names: Iterable[str], rows: Mapping[str, Row], ordinary: Callable[[str], Row]) -> dict[str, Row]:
    """Return a row for every name, those that are written first and in their order."""
    names = tuple(names)
    _must_be(of, rows, names)
    return {**rows, **{name: ordinary(name) for name in names if name not in rows}}


def _met(rows: Mapping[str, Manner]) -> dict[str, Manner]:
    """Return the manner of every act; what a row names beside its act is known too."""
    for action, manner in rows.items():
        _must_be(f"{action} 的另一种决定", manner.otherwise, ACTIONS)
        _must_be(f"{action} 已有的材料", manner.held, MATERIALS)
        _must_be(f"{action} 的期限", filter(None, (manner.first_while,)), CLOCKS)
    return _every("操作", ACTIONS, rows, lambda action: Manner(rare=_takes_back(ACTIONS[action])))


def _takes_back(move: Move) -> bool:
    """Say whether the unit takes back what lies with others: it acts where the next step is not its own, which is seldom."""
    return set(move.who) <= set(UNIT_ROLES) and all(STATES[state].moved_by not in UNIT_ROLES for state in move.origin)


def _must_be(of: str, said: Iterable[str], names: Container[str]) -> None:
    for name in said:
        if name not in names:
            raise NotInTheLife(of, name)


# fmt: off
# In the order in which the ledger offers what may be done to several.
MANNERS: Final = _met({
    "acknowledge": Manner(several=EACH, one_click=True, hidden_if_blocked=True),
    "acknowledge_copy": Manner(one_click=True, hidden_if_blocked=True),
    "answer_copy": Manner(hidden_if_blocked=True),
    "press_copy": Manner(one_click=True, hidden_if_blocked=True),
    "claim": Manner(several=EACH, bundled=True, drawn=True),
    "submit_plan": Manner(several=AT_ONCE, bundled=True, wide=True, drawn=True),
    "submit_at_once": Manner(hidden_if_blocked=True, begins_as_before=True),
    "list_ordered": Manner(rare=True, hidden_if_blocked=True),
    "name_assisting": Manner(rare=True),
    "split": Manner(rare=True, wide=True, warns=(
        "拆出的问题另有编号，和原问题互相链接，期限从原问题；发布的问题数随之多一个。反馈的文字有改动的，须领导小组决定，附会议纪要。"
    )),
    "drop_assisting": Manner(rare=True, hidden_if_blocked=True),
    "submit": Manner(several=AT_ONCE, begins_as_before=True, drawn=True),
    "publicize": Manner(several=AT_ONCE, held=("text",), drawn=True),
    "approve_plan": Manner(several=EACH, bundled=True, judges=True, otherwise=("return_plan",), drawn=True),
    "verify": Manner(several=EACH, judges=True, otherwise=("return_work", "continue_work"), drawn=True),
    "approve_text": Manner(several=EACH, bundled=True, of_a_round=True),
    "urge": Manner(several=EACH),
    "opine": Manner(several=AT_ONCE, bundled=True, judges=True, but_one=("opinion", "text")),

    "transfer": Manner(several=EACH, rare=True, warns=(
        "原单位不再办理这些问题；在走的期限不变，不足的给接手的单位补足；原单位没有送出的起草件作废；"
        "还没有销号的，责任领导、责任部门、责任人由接手的单位重新明确。"
    )),

    "hand_over": Manner(several=AT_ONCE, rare=True, warns=(
        "一份交接单，三方签字：交出人、监交人签字以后，由接收人确认才生效；起草以后问题有变动的，要撤下重新起草、重新签字。"
    )),
    "feed_again": Manner(hidden_if_blocked=True),
    "confirm_paper": Manner(several=EACH, bundled=True, from_home=True, hidden_if_blocked=True, judges=True, otherwise=("disown_paper",)),
    "disown_paper": Manner(says_no=True, hidden_if_blocked=True, judges=True, otherwise=("confirm_paper",), warns=(
        "只在签字件不是本人所签，或内容不符时办理：这一步照旧有效，由巡察办退回或说明如何处理；处理以前不批准方案、不验收销号。"
    )),
    "settle_paper": Manner(hidden_if_blocked=True),
    "return_claim": Manner(says_no=True, hidden_if_blocked=True, judges=True),

    "name_people": Manner(several=EACH, bundled=True, hidden_if_blocked=True),

    "rectify_at_once": Manner(hidden_if_blocked=True),
    "object": Manner(rare=True, drawn=True),
    "drop_objection": Manner(rare=True, warns="异议只能提一次，撤回后不能再提；撤回以后仍须认领，认领期限接着走。"),
    "withdraw": Manner(rare=True, drawn=True),
    "amend": Manner(rare=True),
    "void": Manner(rare=True),
    "return_plan": Manner(says_no=True, judges=True, otherwise=("approve_plan",)),
    "return_work": Manner(says_no=True, judges=True, otherwise=("verify",)),
    "continue_work": Manner(says_no=True, judges=True, otherwise=("verify",)),
    "rescind": Manner(rare=True),
    "withhold": Manner(rare=True, drawn=True),
    "looked_back": Manner(several=EACH, bundled=True, judges=True, otherwise=("reopen",)),
    "reopen": Manner(rare=True, judges=True, otherwise=("looked_back",)),
    "release": Manner(rare=True),
    "uphold_ground": Manner(rare=True),
    "check": Manner(rare=True),
    "escalate": Manner(drawn=True),
    "escalate_by_hand": Manner(rare=True),
    "order_rework": Manner(hidden_if_blocked=True, drawn=True),
    "order_plan": Manner(hidden_if_blocked=True),
    "put_to_group": Manner(first_while="put"),
    "grant_extension": Manner(hidden_if_blocked=True, judges=True, otherwise=("refuse_extension",), day_asked_for=True),
    "refuse_extension": Manner(says_no=True, hidden_if_blocked=True, judges=True, otherwise=("grant_extension",)),
})

ASKING: Final = _every("填报项", ANSWERS, {
    "kind": Asking(apart=True, begins_with="kind"),
    "feedback_on": Asking(apart=True),
    "responsible": Asking(per_case=True, hint="党组织班子成员", short=True, one_line=True),
    "department": Asking(per_case=True, short=True, one_line=True),
    "person": Asking(per_case=True, short=True, one_line=True),
    "measure": Asking(per_case=True),
    "measures": Asking(per_case=True, apart=True, hint=(
        "可从 Excel 复制多行粘贴；每项措施写明内容、责任人、部门、完成日期和检验方式；完成日期不在以下范围的，在日期说明里写明理由："
    )),
    "agreed_on": Asking(per_case=True),
    "judged": Asking(per_case=True),
    "root_cause": Asking(per_case=True, hint="为什么会出现这个问题"),
    "elsewhere": Asking(per_case=True, hint="在本单位其他地方找过没有，找到什么"),
    "rules": Asking(per_case=True, apart=True, hint="一项制度一行，可从 Excel 复制多行粘贴"),
    "sums": Asking(per_case=True, apart=True, hint="一笔一行，金额单位为元，如 1234.56，也可写 3万元；凭证写票据号或佐证材料的文件名；可从 Excel 复制多行粘贴"),
    "people": Asking(per_case=True, apart=True, hint="一人一种处理一行；不便写姓名的写代号，或只写人数；可从 Excel 复制多行粘贴"),
    "results": Asking(per_case=True, apart=True, hint=(
        "上面逐项列出的由系统合计，不用再填；没有逐项列出的填在这里，没有的不填；金额单位为元，如 1234.56，也可写 3万元"
    )),
    "measure_no": Asking(per_case=True),
    "not_adopted": Asking(per_case=True, passes_over="others", hint="{}的意见为退回：说明为什么不予采纳，对方会看到"),
    "passed_over": Asking(per_case=True, passes_over="missing", hint="{}还没有提出意见：期限过后仍未反馈的，写明何时征求过意见，对方会看到"),
    "minute_no": Asking(by_group=True, hint="如：领组〔2026〕3号", one_line=True),
    "minute_on": Asking(by_group=True),
    "reason": Asking(hint="写明事实和依据，对方会看到"),
    "new_on": Asking(hint="重新办好的期限"),
    "conclusion": Asking(or_each=True, hint="如：完成；基本完成"),
    "where": Asking(hint="党内和社会的公开位置，如：党务公开栏、政府网站", one_line=True),
    "scope": Asking(hint="公开或知悉的范围", one_line=True),
    "duplicate_of": Asking(hint="理由为“重复”的，选留下来的那个问题"),
    "successor": Asking(hint="输入名称查找，从列表中选；村和下属单位由其责任党组织负责", one_line=True),
    "assistant": Asking(hint="输入名称查找，从列表中选；协办单位看得到该问题，填报进展，不签字", one_line=True),
    "asked": Asking(hint="写明请该单位做什么，对方会看到"),
    "part_number": Asking(hint="本次巡察里还没有用过的编号", short=True, one_line=True),
    "part_unit": Asking(hint="输入名称查找，从列表中选；村和下属单位由其责任党组织负责", one_line=True),
    **{answer: Asking(begins_with=column) for answer, column in PART_WORDS.items()},
    "giver": Asking(hint="离任的书记姓名，与任职登记一致", one_line=True, short=True),
    "absent_why": Asking(hint="交出人能签字的不填；因病、去世、被留置等不能签字的，写明原因，由巡察办起草", one_line=True),
    "matters": Asking(hint="进展、难点、与村（社区）和部门约定的事，没有的不填"),
    "figures": Asking(hint="如：修复路灯 17 盏"),
    **{answer: Asking(per_case=True, begins_with=column) for answer, column in AMENDED.items()},
    "said": Asking(per_case=True, hint="一句话：改成了什么样，如：三楼通道已清空，每周巡查"),
    "list_number": Asking(per_case=True, hint="反馈的问题清单里这个问题的编号", short=True, one_line=True),
    "what_failed": Asking(per_case=True, hint="看到了什么不合格，单位会看到"),
    "reply_by": Asking(hint="要{copied}回复意见的，填写到哪天；不要求的不填"),
    "found": Asking(or_each=True, hint="看了什么，与整改报告是否一致"),
}, lambda _: Asking())
# fmt: on

KIND_OF: Final = {name: kind.removesuffix("?").partition(":")[0] for move in MOVES for name, kind in move.asks}
"""The kind of each answer: text, date, int, choice, case, unit, measures, a list of results or results."""
APART: Final = tuple(name for name, asking in ASKING.items() if asking.apart)


def said_by_each(move: Move, answer: str) -> bool:
    """Say whether an answer that is said once for all cases of a move may be said otherwise of one."""
    return ASKING[answer].or_each or answer in MANNERS[move.action].but_one


def has_form(move: Move) -> bool:
    """Say whether people make the move by a form: it is neither a clock's nor the birth that an import gives."""
    return CLOCK not in move.who and UNBORN not in move.origin
