"""The plan 整改方案 with its lists, the commitments signed with what is filed, and what the supervisors say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from papers.content import (
    Attachment,
    Block,
    Box,
    Boxes,
    Cell,
    Content,
    Form,
    Heading,
    Lines,
    Paragraph,
    Signers,
    Table,
    chinese,
    day_of,
    headed,
    para,
)
from papers.dossier import Dossier, Record, day
from papers.filling.tables import (
    ASPECT,
    DETAIL,
    KIND,
    NUMBER,
    PROBLEM,
    UNIT,
    beside,
    by_aspect,
    due,
    needed,
    numbers,
    several_units,
    table,
    write,
)
from states import CHOICES, OFFICE, TEAM
from storage.reads.measures import term_of
from workflow.days.joint import PLAN


def plan(dossier: Dossier) -> Content:
    """整改方案: what is to be done by aspect, how it is led and in which steps; the three lists behind it."""
    records = _planned(dossier, "没有需要制定方案的问题")
    title = f"关于{dossier.around}反馈意见的整改方案"
    return Content(
        title=f"{dossier.unit}{title}",
        organ=dossier.unit,
        to=dossier.organ(OFFICE),
        blocks=tuple(_plan(dossier, records)),
        attachments=(_problem_list(records), _task_list(records), _duty_list(records)),
    )


def _planned(dossier: Dossier, sentence: str) -> Sequence[Record]:
    """Return the problems that a plan is made for: what was ordered at once has none."""
    return needed([one for one in dossier.counted if one.case.ordered_on is None], sentence)


def _plan(dossier: Dossier, records: Sequence[Record]) -> Iterator[Block]:
    fed_back = dossier.visit.feedback_on if dossier.visit else None
    measures = sum(len(one.measures) for one in records)
    yield para(
        f"{day(fed_back) + '，' if fed_back else ''}{dossier.organ(TEAM)}向{dossier.unit}反馈了{dossier.around}意见，指出 {len(records)} 个问题。"
        f"为抓好整改落实，制定本方案，共 {measures} 项措施。"
    )
    yield headed(1, "总体要求")
    yield para(write("总体要求", "指导思想、目标"))
    yield headed(2, "组织领导")
    yield para(write("组织领导", "领导小组组长、成员和办公室"))
    yield headed(3, "整改任务")
    for place, (aspect, ones) in enumerate(by_aspect(records).items(), start=1):
        yield Heading(f"（{chinese(place)}）{aspect}", 2)
        for one in ones:
            yield Heading(one.titled, 3)
            yield from _measures(one)
    yield headed(4, "方法步骤")
    yield para(write("方法步骤", "集中整改、持续整改、总结验收各阶段的时间和安排"))
    yield headed(5, "保障措施")
    yield para(write("保障措施", "督导检查、责任追究、成果运用"))


def _measures(one: Record) -> Iterator[Block]:
    if not one.measures:
        yield para(write(f"{one.called}的整改措施", "报送方案时填报"))
    for number, measure in enumerate(one.measures, start=1):
        who = "、".join(filter(None, (measure.department, measure.person)))
        until = (
            f"，{term_of(measure.due_on, measure.yearly, day_of)}"
            if measure.yearly
            else f"，{day(measure.due_on)}前完成"
            if measure.due_on
            else ""
        )
        yield Paragraph((f"（{number}）{measure.text.rstrip('。')}{until}。" + (f"责任：{who}。" if who else ""),))


def _problem_list(records: Sequence[Record]) -> Attachment:
    goal = ("整改目标", 8, lambda one: beside(f"{one.called}的整改目标"))
    cause = ("原因", 8, lambda one: one.said("submit", "root_cause") or beside(f"{one.called}的原因"))
    units = (UNIT,) if several_units(records) else ()
    return Attachment(
        "问题清单", (table(records, NUMBER, *units, ASPECT, PROBLEM, DETAIL, KIND, cause, goal),), wide=True
    )


def _task_list(records: Sequence[Record]) -> Attachment:
    head, widths = (
        ("任务编号", "问题", "整改任务（具体措施）", "成果形式", "检查方式", "完成时限"),
        (5, 10, 16, 6, 6, 6),
    )
    rows = tuple(
        (
            _task(one, measure.no), one.case.problem, measure.text, beside(f"{one.called}任务 {measure.no} 的成果形式"),
            measure.checked_by,
            term_of(measure.due_on, measure.yearly, day_of) if measure.yearly else day(measure.due_on),
        )
        for one in records
        for measure in one.measures
    )  # fmt: skip
    return Attachment("任务清单", (Table(head, rows, widths, "（方案还没有报送，措施待填报）"),), wide=True)


def _task(one: Record, measure: int) -> str:
    """Return the number of a task: of the problem and of the measure, with the unit beside those of others."""
    return f"{one.case.unit + chr(10) if one.among_several else ''}{one.case.number}-{measure}"


def _duty_list(records: Sequence[Record]) -> Attachment:
    head = ("任务编号", "整改任务", "牵头领导", "责任部门", "配合部门", "责任人", "整改时限")
    rows = tuple(
        (
            _task(one, measure.no), measure.text, one.case.responsible, measure.department or one.case.department,
            beside(f"{one.called}任务 {measure.no} 的配合部门", "没有的写“无”"), measure.person or one.case.person, due(one),
        )
        for one in records
        for measure in one.measures
    )  # fmt: skip
    table_ = Table(head, rows, (5, 15, 5, 6, 5, 5, 6), "（方案还没有报送，措施待填报）")
    return Attachment("责任清单", (table_,), wide=True)


def plan_commitment(dossier: Dossier) -> Content:
    """方案承诺书: written by the principal's own hand, for the plan by its name and digest."""
    return _commitment(
        dossier, "整改方案承诺书", "plan", "整改方案", "对方案的真实性、可行性负责，按方案确定的措施和时限组织落实"
    )


def commitment(dossier: Dossier) -> Content:
    """真实性承诺书: written by the principal's own hand, for the report by its name and digest."""
    said = "报告所述情况真实、准确，无虚报、瞒报，佐证材料真实有效，对报告的真实性负责"
    return _commitment(dossier, "整改情况真实性承诺书", "report", "整改进展情况报告", said)


def _commitment(dossier: Dossier, title: str, kind: str, shown: str, said: str) -> Content:
    records = (
        _planned(dossier, "没有需要承诺的问题") if kind == "plan" else needed(dossier.counted, "没有需要承诺的问题")
    )
    files = dict.fromkeys((file.name, file.sha256) for one in records for file in one.files if file.kind == kind)
    named: Cell = "\n".join(f"{name}\n摘要值（SHA-256）{sha256}" for name, sha256 in files) or write(
        f"{shown}的文件名及摘要值", "报送后由系统填"
    )
    rows: tuple[tuple[tuple[str, Cell], ...], ...] = (
        (("单　　位", dossier.unit), ("轮　　次", dossier.round)),
        (("承诺的文件", named),),
        (("涉及问题", f"共 {len(records)} 个：{numbers(records)}"),),
        (("承诺事项", said),),
    )
    return Content(
        title=title,
        organ=dossier.unit,
        blocks=(
            Form(rows),
            Lines(8, "以下由党组织书记本人亲笔书写承诺内容"),
            Signers((("承诺人（书记签名）", ""), ("日期", ""))),
        ),
        signed=False,
    )


_FEW: Final = 3
"""So many problems are named by their words, more by their numbers."""
_POINTS: Final = ("问题是否逐一回应", "措施是否有针对性", "责任是否明确", "时限是否合理")


def review_sheet(dossier: Dossier) -> Content:
    """联审意见表: what is reviewed point by point, and a box for each who reviews."""
    records = _planned(dossier, "没有联审的问题")
    filed = next((act for one in records if (act := one.last("submit_plan"))), None)
    rows: tuple[tuple[tuple[str, Cell], ...], ...] = (
        (("单　　位", dossier.unit), ("报送日期", day(filed.on) if filed else write("报送日期"))),
        (
            (
                "报送内容",
                f"{dossier.around}反馈意见整改方案（{len(records)} 个问题，{sum(len(one.measures) for one in records)} 项措施）",
            ),
        ),
        *(((point, "□ 是　　　□ 否　　　说明："),) for point in _POINTS),
    )
    boxes = tuple(_box(dossier, records, role) for role in dossier.asked(PLAN, records))
    last = Box(f"{dossier.called(OFFICE)}意见", write("巡察办意见", "批准或退回"))
    return Content("整改方案联审意见表", dossier.organ(OFFICE), (Form(rows), Boxes((*boxes, last))), signed=False)


def _box(dossier: Dossier, records: Sequence[Record], role: str) -> Box:
    given = [(one, opinion) for one in records if (opinion := one.opinions("submit_plan").get(role))]
    label = f"{dossier.called(role)}意见"
    if not given:
        return Box(label)
    words: dict[str, list[str]] = {}
    for one, act in given:
        words.setdefault(_opinion(act.answers), []).append(one.case.number)
    several = "\n".join(f"第 {'、'.join(ones)} 号：{text}" for text, ones in words.items())
    said = next(iter(words)) if len(words) == 1 else several
    act = given[-1][1]
    return Box(label, said, act.who, act.on)


def _opinion(answers: Mapping[str, object]) -> str:
    opinion, text = str(answers.get("opinion") or ""), str(answers.get("text") or "")
    return "：".join(filter(None, (CHOICES.get(opinion, opinion), text)))


def review_summary(dossier: Dossier) -> Content:
    """联审意见汇总: every opinion with the problem that it is about, and whether it was adopted."""
    records = _planned(dossier, "没有联审的问题")
    said: dict[tuple[str, str, str, str], list[Record]] = {}
    for one in records:
        for role in dossier.asked(PLAN, records):
            act = one.opinions("submit_plan").get(role)
            words = _opinion(act.answers) if act else "（还没有提意见）"
            key = (dossier.called(role), words, act.who if act else "", _adopted(one, role))
            said.setdefault(key, []).append(one)
    rows = tuple(
        (
            str(place), dossier.unit, party, _named(ones, len(records)), words, who,
            adopted or beside(f"第 {place} 条的采纳情况", "采纳；未采纳的写理由"),
        )
        for place, ((party, words, who, adopted), ones) in enumerate(sorted(said.items(), key=lambda one: one[0][0]), start=1)
    )  # fmt: skip
    head = ("序号", "单位", "审核方", "对应问题", "意见", "审核人", "采纳情况")
    return Content(
        f"{dossier.unit}整改方案联审意见汇总表",
        dossier.organ(dossier.joints[PLAN].consolidates),
        (Table(head, rows, (2, 5, 5, 9, 11, 4, 9)), Signers((("汇总人", ""), ("审核人", ""), ("日期", "")))),
        signed=False,
    )


def _named(ones: Sequence[Record], of: int) -> str:
    if len(ones) == of > 1:
        return f"全部 {of} 个问题"
    if len(ones) <= _FEW:
        return "\n".join(one.titled for one in ones)
    by_unit: dict[str, list[str]] = {}
    for one in ones:
        by_unit.setdefault(one.case.unit, []).append(one.case.number)
    return "\n".join(f"{unit} {'、'.join(found)}" for unit, found in by_unit.items())


def _adopted(one: Record, role: str) -> str:
    """Return whether the opinion of a party was adopted, once it is decided."""
    decided, given = one.last("approve_plan", "return_plan"), one.opinions("submit_plan").get(role)
    if decided is None:
        return ""
    if given is None:
        passed = str(decided.answers.get("passed_over") or "")
        return f"逾期未反馈：{passed}" if passed else "没有提意见"
    opinion = given.answers.get("opinion")
    if decided.action == "return_plan":
        return "方案已退回" if opinion == "return" else "同意，方案因其他意见退回"
    if opinion != "return":
        return "同意，已批准"
    why = decided.answers.get("not_adopted") or decided.answers.get("minute_no")
    return f"未采纳：{why}" if why else "未采纳"


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    "plan": plan,
    "plan_commitment": plan_commitment,
    "commitment": commitment,
    "review_sheet": review_sheet,
    "review_summary": review_summary,
}
