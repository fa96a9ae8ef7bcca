"""How it is accepted: the sheet by which closing is applied for, the record of acceptance, ballot and score, the look back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from papers.content import Box, Boxes, Cell, Content, Form, Paragraph, Signers, Table, one_line
from papers.dossier import Dossier, Record, act_shown, day
from papers.filling.tables import beside, due, listed, needed, people_of, results_said, what, write
from results import LISTS, RESULTS
from states import CHOICES, JUDGED_AS, OFFICE, SUBMITTED
from storage.reads.dossiers import Acted
from workflow.achieved import shown_row
from workflow.days.joint import CLOSING

Rows = tuple[tuple[tuple[str, Cell], ...], ...]


def closing_request(dossier: Dossier) -> Content:
    """销号申请表: the problem, its cause, measures and results, the files with it, and a box for each who has a say."""
    one = dossier.record
    applied = one.last("submit", "submit_at_once")
    rows: Rows = (
        (("责任单位", dossier.unit), ("轮次", dossier.round)),
        (("问题编号", one.case.number), ("整改类型", one.kind)),
        (("方　　面", one.case.category), ("整改时限", due(one))),
        (("问题及表现", what(one)),),
        (("责　　任", people_of(one)),),
        (("原因剖析", one.said("submit", "root_cause") or write("原因剖析")),),
        (("整改措施及完成情况", _measures(one)),),
        (("整改成效", _stated(one) or results_said(one) or write("整改成效", "制度、金额、人员处理，没有的写“无”")),),
        (("举一反三", one.said("submit", "elsewhere") or write("举一反三")),),
        (("佐证材料目录", _evidence(one)),),
    )
    return Content("巡察反馈问题整改销号申请表", dossier.unit, (Form(rows), Boxes(_closing_boxes(dossier, one))), signed=False,
                   on=applied.on if applied else None)  # fmt: skip


def _measures(one: Record) -> Cell:
    if not one.measures:
        return one.said("submit_at_once", "measure") or write("整改措施及完成情况")
    done = one.said("submit_at_once", "said") or str(one.line.get("said") or "")
    lines = [f"{measure.no}. {measure.text}" for measure in one.measures]
    return "\n".join([*lines, *([f"完成情况：{done}"] if done else [])])


def _stated(one: Record) -> str:
    """Return the figures and lists that the unit stated as it applied last; before acceptance they count nowhere else."""
    applied = one.last("submit", "submit_at_once")
    stated = applied.answers.get("results") if applied else None
    if not isinstance(stated, dict):
        return ""
    figures = "；".join(f"{RESULTS[kind].shown} {amount} {RESULTS[kind].said_in}" for kind, amount in _in_order(stated))
    rows = (
        f"{LISTS[name].shown}：{'；'.join(shown_row(name, row) for row in rows)}" for name, rows in listed(one).items()
    )
    return "\n".join(filter(None, (figures, *rows)))


def _in_order(stated: Mapping[str, object]) -> list[tuple[str, object]]:
    return [(kind, stated[kind]) for kind in RESULTS if kind in stated]


def _evidence(one: Record) -> str:
    names = dict.fromkeys(
        (f"措施 {file.measure}：" if file.measure else "") + file.name for file in one.files if file.kind == "evidence"
    )
    return "\n".join(f"{number}. {name}" for number, name in enumerate(names, start=1)) or "（还没有佐证材料）"


def _closing_boxes(dossier: Dossier, one: Record) -> tuple[Box, ...]:
    applied, closed = one.last("submit", "submit_at_once"), one.last("verify", "continue_work", "return_work")
    given = one.opinions(applied.action) if applied else {}
    said = {role: _opinion(act.answers) for role, act in given.items()}
    verdict = (
        f"{act_shown(closed.action)}。{closed.answers.get('conclusion') or closed.answers.get('reason') or ''}"
        if closed
        else ""
    )
    return (
        Box("责任人", seal=False),
        Box("分管领导", seal=False),
        Box("单位主要负责人", "同意申请销号。" if applied else "", applied.who if applied else "", applied.on if applied else None),
        *(
            Box(f"{dossier.called(role)}意见", said.get(role, ""), given[role].who if role in given else "", given[role].on if role in given else None)
            for role in dossier.asked(CLOSING, [one])
        ),
        Box(f"{dossier.called(OFFICE)}意见", verdict, closed.who if closed else "", closed.on if closed else None),
    )  # fmt: skip


def _opinion(answers: Mapping[str, object]) -> str:
    opinion = str(answers.get("opinion") or "")
    return one_line((CHOICES.get(opinion, opinion), str(answers.get("text") or "")), "：")


def acceptance(dossier: Dossier) -> Content:
    """验收记录: who looked at what in which way, and of each item the facts and the conclusion."""
    waiting = [one for one in dossier.counted if one.case.state == SUBMITTED]
    records = waiting or [one for one in dossier.counted if one.last("verify", "continue_work", "return_work")]
    needed(records, f"{dossier.unit}没有待验收、验收过的问题")
    opinions = [_said_by(dossier, one) for one in records]
    head = ("编号", "问题", "核查方法", "查看的材料", "核实的事实", "各方意见", "结论")
    rows = tuple(
        (
            one.case.number, what(one), beside(f"{one.called}的核查方法", "听、看、查、访"), _evidence(one),
            _judged(one) or beside(f"{one.called}核实的事实"), said, _verdict(one) or beside(f"{one.called}的结论", "销号、持续整改、退回"),
        )
        for one, said in zip(records, opinions, strict=True)
    )  # fmt: skip
    form = Form(
        (
            (("单位", dossier.unit), ("轮次", dossier.round)),
            (("验收时间", write("验收时间")), ("验收方式", "□ 听取汇报　□ 实地查看　□ 查阅资料　□ 走访")),
            (("参加人", write("参加人", "巡察办、巡察组、纪委监委、单位")),),
        )
    )
    foot = Form(
        (
            (("得分", write("得分")), ("等次", write("等次"))),
            (("满意度", write("满意度", "满意和基本满意票，占有效票")),),
        )
    )
    signers = Signers((("巡察办", ""), ("巡察组", ""), ("纪委监委", ""), ("被验收单位", ""), ("日期", "")))
    return Content(
        f"{dossier.unit}巡察整改验收记录", dossier.organ(OFFICE),
        (form, Table(head, rows, (3, 9, 5, 8, 9, 8, 6)), foot, signers), signed=False, wide=True,
    )  # fmt: skip


def _said_by(dossier: Dossier, one: Record) -> str:
    applied = one.last("submit", "submit_at_once")
    given = one.opinions(applied.action) if applied else {}
    return "\n".join(f"{dossier.called(role)}：{_opinion(act.answers)}" for role, act in given.items())


def _concluded(one: Record) -> Acted | None:
    """Return what was concluded on what was handed in last; nothing where that still waits."""
    applied, closed = one.last("submit", "submit_at_once"), one.last("verify", "continue_work", "return_work")
    return None if closed and applied and applied.version > closed.version else closed


def _judged(one: Record) -> str:
    """Return what was found of each measure, in its words."""
    closed = _concluded(one)
    rows = {str(row.get("no")): row for row in (closed.answers.get("judged") or () if closed else ())}
    found = [(measure, rows[str(measure.no)]) for measure in one.measures if str(measure.no) in rows]
    return "\n".join(f"{measure.no}. {measure.text}：{_as_judged(row)}" for measure, row in found)


def _as_judged(row: Mapping[str, str]) -> str:
    why = row.get("why", "")
    return JUDGED_AS.get(row.get("verdict", ""), "") + (f"（{why}）" if why else "")


def _verdict(one: Record) -> str:
    closed = _concluded(one)
    if closed is None:
        return ""
    return one_line(
        (act_shown(closed.action), str(closed.answers.get("conclusion") or closed.answers.get("reason") or "")), "："
    )


def ballot(dossier: Dossier) -> Content:
    """满意度测评表: anonymous, one a voter: of each item one of four answers."""
    records = needed(dossier.counted, "没有可以测评的问题")
    head = ("编号", "整改的问题", "满意", "基本满意", "不满意", "不了解")
    rows = tuple((one.case.number, one.case.problem, "□", "□", "□", "□") for one in records)
    whole = ("总体评价", f"{dossier.unit}党组织落实巡察整改的情况", "□", "□", "□", "□")
    return Content(
        "巡察整改满意度测评表",
        dossier.organ(OFFICE),
        (
            Paragraph(("本表不记名。请在同意的一栏打“√”，每项只选一个。",)),
            Form(
                (
                    (("测评单位", dossier.unit), ("轮次", dossier.round)),
                    (("您的身份", "□ 班子成员　□ 干部职工　□ 服务对象　□ 群众代表"),),
                )
            ),
            Table(head, (*rows, whole), (3, 14, 3, 4, 4, 4)),
            Form(((("意见建议", ""),),), tall=("意见建议",)),
        ),
        signed=False,
    )


_RUBRIC: Final = (("组织领导", 15), ("责任落实", 15), ("任务完成", 60), ("满意度", 10))
"""The elements and points that are usual where a place has set none of its own; points are taken off, with the ground."""


def score_sheet(dossier: Dossier) -> Content:
    """评分表: the elements with their points, what is taken off and on what ground; figures beside, the judgement is people's."""
    records = needed(dossier.counted, "没有可以评分的问题")
    done, late = sum(one.done for one in records), sum(_late(one, dossier) for one in records)
    returned = sum(one.case.returns for one in records)
    facts = {"任务完成": f"应整改 {len(records)}，已销号 {done}，逾期 {late}，退回 {returned} 次"}
    head = ("评价指标", "分值", "系统记录的情况", "扣分项", "扣分", "依据", "得分")
    rows = tuple(
        (
            name,
            str(points),
            facts.get(name, ""),
            beside(f"{name}的扣分项"),
            beside(f"{name}扣分"),
            beside(f"{name}的依据"),
            beside(f"{name}得分"),
        )
        for name, points in _RUBRIC
    )
    total = ("合计", str(sum(points for _, points in _RUBRIC)), "", "", "", "", beside("总得分"))
    return Content(
        f"{dossier.unit}巡察整改成效评分表",
        dossier.organ(OFFICE),
        (Table(head, (*rows, total), (5, 3, 9, 7, 4, 8, 4)), Signers((("评分人", ""), ("复核人", ""), ("日期", "")))),
        signed=False,
        wide=True,
    )


def _late(one: Record, dossier: Dossier) -> bool:
    return one.case.lamp_on is not None and one.case.lamp_on < dossier.today and not one.done


def look_back(dossier: Dossier) -> Content:
    """回头看核查表: what was concluded, how it was checked, how it stands, whether it came back; signed by two."""
    one = dossier.record
    needed([one] if one.done or one.last("reopen", "looked_back") else [], "还没有销号的问题，不能回头看")
    closed, looked = one.last("verify"), one.last("looked_back", "reopen")
    found = str(looked.answers.get("found") or looked.answers.get("what_failed") or "") if looked else ""
    rows: Rows = (
        (("责任单位", dossier.unit), ("轮次", dossier.round)),
        (("问题编号", one.case.number), ("核查日期", day(looked.on) if looked else write("核查日期"))),
        (("问题及表现", what(one)),),
        (("原整改措施", _measures(one)),),
        (
            (
                "原结论",
                one_line((day(closed.on), str(closed.answers.get("conclusion") or "")), "，") if closed else one.state,
            ),
        ),
        (("抽查批次和抽取规则", write("抽查批次和抽取规则", "批次、种子、规则；不是抽取的写“逐项核查”")),),
        (("核查方法", "□ 实地查看　□ 查阅资料　□ 个别谈话　□ 暗访"),),
        (("走访对象（代号）", write("走访对象", "只写代号")),),
        (("现状", found or write("现状")),),
        (("是否反弹", "□ 否　　□ 是，情形："),),
        (("核查结论", act_shown(looked.action) if looked else write("核查结论", "合格；不合格，退回重改")),),
    )
    signers = Signers((("核查人", ""), ("核查人", ""), ("单位负责人", ""), ("日期", "")))
    return Content("巡察整改“回头看”核查表", dossier.organ(OFFICE), (Form(rows, tall=("现状",)), signers), signed=False)


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    one.__name__: one for one in (closing_request, acceptance, ballot, score_sheet, look_back)
}
