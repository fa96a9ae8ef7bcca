"""The table of figures 指标: one row a figure, with its words, its definition, and the condition that its cases fulfil."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from results import FEN, PERSONS, RESULTS
from states import STATES
from storage.reads.standings import ALL_MEASURES, CONDITIONS, LATE_MEASURES

PROBLEMS, MEASURES = "problems", "measures"
COUNTS_IN: Final = {PROBLEMS: "问题", MEASURES: "措施"}
"""What is counted: problems, or the measures of their plans."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: how many cases fulfil its condition, or its share of another; `definition` is the sentence printed with it."""

    name: str
    shown: str
    definition: str
    fulfils: str = ""
    """The condition of its cases, which the list behind it fulfils too; empty for a rate."""
    numerator: str = ""
    denominator: str = ""
    unit: str = "个"
    result: str = ""
    """The kind of what was achieved that is added up over its cases."""
    each: str = ""
    """What of the measures of its cases is added up: `all` of them, or those that are `late`."""

    def counts(self, unit: str) -> str:
        """Return what of the measures of its cases is counted where that is the unit of count; empty where cases are, or results."""
        return "" if self.result else self.each or (ALL_MEASURES if unit == MEASURES else "")

    @property
    def is_rate(self) -> bool:
        """Say whether it is a share in per cent."""
        return bool(self.numerator)


def _rate(name: str, shown: str, definition: str, numerator: str, denominator: str) -> Figure:
    return Figure(name, shown, definition, numerator=numerator, denominator=denominator, unit="%")


# fmt: off
_ROWS: tuple[Figure, ...] = (
    Figure("problems", "反馈问题", "已反馈和存量转入的全部问题，含已撤销的，不含作废的", "problems"),
    Figure("of", "应整改", "反馈问题减去已撤销的和作废的", "of"),
    Figure("done", "已整改", "验收销号的：待公开、已公开、不予公开三种状态", "done"),
    _rate("rate", "整改完成率", "已整改 ÷ 应整改", "done", "of"),
    Figure("open", "未办结", "应整改减去验收销号的", "open"),
    Figure("basic", "基本完成并持续整改", "未办结，验收认定为基本完成并持续整改的；长期坚持的除外", "basic"),
    Figure("standing", "长期坚持", "未办结，整改类型是长期坚持的", "standing"),
    Figure("extended", "延期", "未办结，延期已获同意的；基本完成并持续整改、长期坚持的除外", "extended"),
    Figure("unfinished", "未完成", "未办结的其余问题；与基本完成并持续整改、长期坚持、延期、验收销号的相加等于应整改", "unfinished"),
    Figure("overdue", "超期未完", "党组织应办而未办，已过它的期限，且计时没有暂停；督办中的按升级时的期限", "overdue"),
    _rate("overdue_rate", "超期率", "超期未完 ÷ 应整改", "overdue", "of"),
    Figure("flagged", "疑似整改不力", "系统按时限方案的标准标出、尚未解除的", "flagged"),
    Figure("escalated", "督办中", "升级督办或重点督办，尚未决定的", "escalated"),
    Figure("at_once_of", "立行立改 应整改", "应整改中整改类型是立行立改的", "at_once_of"),
    Figure("at_once_done", "立行立改 已整改", "整改类型是立行立改、已验收销号的", "at_once_done"),
    _rate("at_once_rate", "立行立改完成率", "立行立改已整改 ÷ 立行立改应整改", "at_once_done", "at_once_of"),
    Figure("plan_review", "方案联审中", "方案已报、等联审和批准的", "state_plan_review"),
    Figure("submitted", "送审待验收", "已申请销号、等验收的", "state_submitted"),
    Figure("plan_returned", "方案退回过", "方案被退回过的", "plan_returned"),
    Figure("returned", "退回过再整改", "申请销号后被退回再整改过的", "returned"),
    _rate("return_rate", "退回率", "退回过再整改 ÷ 应整改", "returned", "of"),
    Figure("not_adopted", "意见未予采纳", "批准方案或验收销号时，有一方的退回意见未予采纳的；纪委监委、组织部的除外", "not_adopted"),
    Figure("group_decided", "领导小组决定", "批准方案或验收销号时，纪委监委、组织部的意见为退回，由领导小组决定的", "group_decided"),
    Figure("on_time_of", "可判断是否按期的", "验收销号、有申请之日和期限的", "on_time_of"),
    Figure("on_time", "按期完成", "申请销号之日不晚于期限（延期的按延后的期限）、已验收销号的", "on_time"),
    _rate("on_time_rate", "按期完成率", "按期完成 ÷ 可判断是否按期的", "on_time", "on_time_of"),
    Figure("reopened", "反弹重改", "销号以后经整改复查或认定虚假整改退回重改过的", "reopened"),
    _rate("reopened_rate", "反弹率", "反弹重改 ÷ 应整改", "reopened", "of"),
    Figure("recurred", "重复发生", "应整改中认定为以前反馈过、又发生的（同一党组织和它承接的）；按认定的日期，不按反馈的日期", "recurred"),
    _rate("recurred_rate", "重复发生率", "重复发生 ÷ 应整改", "recurred", "of"),
    Figure("fed_back_in", "本期反馈", "本统计月内反馈、应整改的", "fed_back_in"),
    Figure("closed_in", "本期销号", "本统计月内验收销号的", "closed_in"),
    Figure("age_30", "未办结 30 天以内", "未办结，自反馈之日不超过 30 天的", "age_30"),
    Figure("age_90", "未办结 31～90 天", "未办结，自反馈之日 31 至 90 天的", "age_90"),
    Figure("age_180", "未办结 91～180 天", "未办结，自反馈之日 91 至 180 天的", "age_180"),
    Figure("age_more", "未办结 180 天以上", "未办结，自反馈之日超过 180 天的", "age_more"),
    Figure("split_off", "拆分产生", "由另一个问题拆分产生的", "split_off"),
    Figure("taken_over", "存量转入", "从以前的台账转入的，含转入时已办结的（各届合计）", "taken_over"),
    Figure("carried_over", "结转", "以前各届届末结转、仍未办结的；计入它自己那一届的应整改，不计入这一届的", "carried_over"),
    Figure("came_in_closed", "转入时已办结", "存量转入时已经销号的；没有重开的不计入应整改、已整改", "came_in_closed"),
    Figure("measures", "措施", "应整改问题的方案所列措施", "of", each=ALL_MEASURES, unit="项"),
    Figure("measures_done", "措施 已完成", "已验收销号的问题的措施", "done", each=ALL_MEASURES, unit="项"),
    Figure("measures_open", "措施 进行中", "未办结问题的措施", "open", each=ALL_MEASURES, unit="项"),
    Figure("measures_late", "措施 超期未完", "未办结问题的措施中，自己的时限已过的", "open", each=LATE_MEASURES, unit="项"),
    _rate("measures_rate", "措施完成率", "措施已完成 ÷ 措施", "measures_done", "measures"),
    *(Figure(kind.name, kind.shown,
             f"已验收销号的问题所报的{kind.shown}；重新申请的以最后一次为准{'；一人只计一次' if kind.unit == PERSONS else ''}", f"result_{kind.name}",
             unit="万元" if kind.unit == FEN else kind.unit, result=kind.name) for kind in RESULTS.values()),
    *(Figure(f"state_{one.name}", one.shown, f"状态是{one.shown}的", f"state_{one.name}") for one in STATES.values()),
)
# fmt: on
FIGURES: Final = {one.name: one for one in _ROWS}
OF_RESULTS: Final = tuple(one.name for one in _ROWS if one.result)
if unknown := sorted({one.fulfils for one in _ROWS if one.fulfils} - set(CONDITIONS)):
    raise LookupError(f"指标的条件，storage/reads/standings.py 的 CONDITIONS 里没有：{'、'.join(unknown)}")
if unknown := sorted(
    {name for one in _ROWS if one.is_rate for name in (one.numerator, one.denominator)} - set(FIGURES)
):
    raise LookupError(f"比率的分子、分母不是指标：{'、'.join(unknown)}")


def behind(one: Figure) -> Figure:
    """Return the figure whose cases stand behind a number: of a share that of which it is the share."""
    return FIGURES[one.numerator] if one.is_rate else one


def share(part: int | None, whole: int | None) -> Decimal | None:
    """Return a share in per cent, half up to two decimals as offices round it; None of nothing."""
    if not whole or part is None:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
