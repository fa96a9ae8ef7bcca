"""The letters by which the office urges: notice, guidance, reminder, warning, talk, order, and what is sent back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from papers.content import Block, Content, Form, Paragraph, Signers, Table, para
from papers.dossier import Dossier, Record, day
from papers.filling.tables import (
    DUE,
    MEASURES,
    PEOPLE,
    STATE,
    Column,
    beside,
    day_said,
    left,
    needed,
    numbers,
    problems,
    receipt,
    write,
)
from states import CHOICES, CLOCKS, DISCIPLINE, ESCALATED, FEEDBACK, OFFICE, ORGANISATION, RECTIFYING, UNIT_ROLES


def _letter(dossier: Dossier, title: str, *blocks: Block) -> Content:
    return Content(title, dossier.organ(OFFICE), blocks, to=dossier.unit, receipt=receipt(dossier, dossier.kind.shown))


def _left(dossier: Dossier) -> Column:
    return ("期限", 4, lambda one: left(one, dossier))


def _owed_by_unit(dossier: Dossier) -> list[Record]:
    return [one for one in dossier.counted if one.case.owes in UNIT_ROLES and one.case.lamp_on is not None]


def supervision_notice(dossier: Dossier) -> Content:
    """整改督查督办通知书: as rectification begins, the opinions and the tasks."""
    records = [one for one in dossier.counted if one.case.state in (RECTIFYING, ESCALATED)]
    needed(records, f"{dossier.unit}没有整改中的问题")
    approved = next((act for one in records if (act := one.last("approve_plan"))), None)
    since = f"整改方案已于{day(approved.on)}批准，" if approved else ""
    return _letter(
        dossier,
        f"关于督查督办{dossier.around}反馈问题整改的通知",
        para(f"{since}现将 {len(records)} 个问题的整改任务和时限通知如下，请逐项抓好落实。"),
        problems(records, MEASURES, PEOPLE, DUE),
        para(write("督查督办意见", "对重点问题的要求；没有的删去")),
        para("整改期间每月填报进展，逐项上传佐证材料；确需延期的，须在期限届满前书面申请。我办将适时开展督查。"),
    )


def guidance(dossier: Dossier) -> Content:
    """整改阶段督查指导书: after a check, what fell short, and what is advised."""
    checked = [(one, act) for one in dossier.counted if (act := one.last("check"))]
    needed([one for one, _ in checked], f"还没有对{dossier.unit}登记过督查检查")
    rows = tuple(
        (
            one.case.number, one.case.problem, day(act.on), CHOICES.get(str(act.answers.get("method")), ""), act.who,
            str(act.answers.get("found") or ""), beside(f"{one.called}的指导意见"),
        )
        for one, act in checked
    )  # fmt: skip
    head = ("编号", "问题", "检查时间", "检查方式", "检查人", "检查情况和不足", "指导意见")
    return _letter(
        dossier,
        f"关于{dossier.around}反馈问题整改的督查指导意见",
        para(f"近期，我办对你单位 {len(checked)} 个问题的整改情况进行了督查，现将发现的不足和指导意见反馈如下。"),
        Table(head, rows, (3, 9, 5, 4, 4, 9, 9)),
        para("请书记签收，对照指导意见改进整改，并将改进情况随下一次进展一并填报。"),
    )


def reminder(dossier: Dossier) -> Content:
    """整改情况提醒书: what falls due, in how many days; to prepare for what comes next."""
    near = [one for one in _owed_by_unit(dossier) if not _late(one, dossier)]
    needed(near, f"{dossier.unit}没有将要到期的问题，不需要提醒")
    soonest = min(one.case.lamp_on for one in near)
    return _letter(
        dossier,
        f"关于{dossier.around}反馈问题整改情况的提醒",
        para(
            f"截至{day(dossier.today)}，你单位下列 {len(near)} 个问题还没有办结，最近的期限是{day(soonest)}"
            f"（还剩 {(soonest - dossier.today).days} 天），特此提醒。"
        ),
        problems(near, PEOPLE, DUE, _left(dossier), STATE),
        para(write("提醒事项", "需要特别提醒的；没有的删去")),
        para(
            "请对照整改方案查漏补缺，备齐佐证材料，按期申请销号，做好验收准备。逾期的，将予告诫，并按规定判定是否整改不力。"
        ),
    )


def warning(dossier: Dossier) -> Content:
    """整改情况告诫书: what is late, since when, after which letters; the reasons and the last day are written by people."""
    late = [one for one in _owed_by_unit(dossier) if _late(one, dossier)]
    needed(late, f"{dossier.unit}没有逾期的问题，不能告诫")
    said = ("已发提醒", 5, _told)
    return _letter(
        dossier,
        f"关于{dossier.around}反馈问题整改逾期的告诫",
        para(f"截至{day(dossier.today)}，你单位下列 {len(late)} 个问题已经逾期，现予告诫。"),
        problems(late, PEOPLE, DUE, _left(dossier), said),
        Paragraph(("告诫理由：", write("告诫理由", "逾期的情形和影响"))),
        Paragraph(("整改的最后期限：", write("最后期限", "年月日"), "。")),
        para(
            "请书记签收，立即研究，逐项说明逾期原因，在最后期限前整改到位。到期仍未整改到位的，将按规定升级督办、提出问责建议。"
        ),
    )


def _late(one: Record, dossier: Dossier) -> bool:
    return one.case.lamp_on is not None and one.case.lamp_on < dossier.today


def _told(one: Record) -> str:
    days = [on for clock, _, on in one.told if clock in CLOCKS and CLOCKS[clock].unit]
    return f"{len(days)} 次，最近 {day(days[-1])}" if days else "无"


def talk_notice(dossier: Dossier) -> Content:
    """约谈通知书: whom, when, where, about what, what to bring."""
    records = needed(_for_talk(dossier), f"{dossier.unit}没有逾期、疑似整改不力的问题，没有约谈的事由")
    rows = (
        (("时间", write("约谈时间")), ("地点", write("约谈地点"))),
        (
            ("约谈人", write("约谈人", "姓名、职务")),
            ("被约谈人", dossier.name("secretary") or write("被约谈人", "姓名、职务")),
        ),
        (("需带材料", write("需带材料", "如整改台账、佐证材料、情况说明")),),
    )
    return _letter(
        dossier,
        f"关于约谈{dossier.unit}负责人的通知",
        para(f"因下列 {len(records)} 个问题整改不到位，经研究，决定进行约谈。"),
        problems(records, PEOPLE, DUE, _left(dossier), STATE),
        Form(rows),
        para("请按时参加，并就整改不到位的原因和下一步措施作出书面说明。"),
    )


def talk_record(dossier: Dossier) -> Content:
    """约谈记录: who spoke with whom about what, what was asked and promised, signed by both."""
    records = needed(_for_talk(dossier), f"{dossier.unit}没有逾期、疑似整改不力的问题，没有约谈的事由")
    rows = (
        (("时间", ""), ("地点", "")),
        (("约谈人", ""), ("被约谈人", dossier.name("secretary"))),
        (("记录人", ""), ("参加人", "")),
        (("约谈事由", f"{dossier.around}反馈问题 {len(records)} 个（{numbers(records)}）整改不到位"),),
        (("谈话要点", ""),),
        (("被约谈人表态", ""),),
        (("整改期限", ""),),
    )
    signers = Signers((("约谈人签名", ""), ("被约谈人签名", ""), ("记录人签名", ""), ("日期", "")))
    form = Form(rows, tall=("谈话要点", "被约谈人表态"))
    return Content(f"约谈{dossier.unit}负责人记录", dossier.organ(OFFICE), (form, signers), signed=False)


def _for_talk(dossier: Dossier) -> list[Record]:
    return [one for one in dossier.counted if _late(one, dossier) or one.case.flagged or one.case.state == ESCALATED]


def supervision_order(dossier: Dossier) -> Content:
    """督办单: what is supervised, who answers, by when; what came of it is written back."""
    records = [one for one in dossier.counted if one.case.state == ESCALATED or one.last("order_plan", "order_rework")]
    needed(records, f"{dossier.unit}没有督办的问题")
    matters = "\n".join(f"{one.called}：{one.case.problem}（{_risen(one)}）" for one in records)
    rows = (
        (("责任单位", dossier.unit), ("责任人", dossier.name("secretary") or write("责任人"))),
        (("督办事项", matters),),
        (("督办要求", write("督办要求", "责令认领报方案，或责令再整改")),),
        (("办结期限", _ordered_until(records) or write("办结期限", "年月日")),),
        (("办理结果", ""),),
        (("回复", "单位负责人签名：　　　　　　　（章）　　日期："),),
    )
    return Content(
        f"{dossier.around}整改督办单", dossier.organ(OFFICE), (Form(rows, tall=("督办要求", "办理结果")),),
        to=dossier.unit, receipt=receipt(dossier, "督办单"),
    )  # fmt: skip


def _risen(one: Record) -> str:
    act = one.last("escalate", "escalate_by_hand")
    why = f"，{act.answers['reason']}" if act and act.answers.get("reason") else ""
    return f"{day(act.on)}升级督办{why}" if act else one.state


def _ordered_until(records: Sequence[Record]) -> str:
    said = (one.said("order_rework", "final_on") or one.said("order_plan", "plan_on") for one in records)
    return "、".join(dict.fromkeys(map(day_said, filter(None, said))))


def return_notice(dossier: Dossier) -> Content:
    """退回再整改通知: what does not pass, and the new date."""
    returned = [(one, act) for one in dossier.counted if (act := one.last("return_work", "reopen")) and _still(one)]
    needed([one for one, _ in returned], f"{dossier.unit}没有退回再整改的问题")
    rows = tuple(
        (
            one.case.number, one.case.problem, str(act.answers.get("reason") or act.answers.get("what_failed") or ""), day(act.on),
            day_said(act.answers.get("new_on")) or day(one.case.due_on),
        )
        for one, act in returned
    )  # fmt: skip
    return _letter(
        dossier,
        f"关于退回{dossier.around}反馈问题再整改的通知",
        para(f"经验收（核查），你单位下列 {len(returned)} 个问题不合格，现退回再整改。"),
        Table(("编号", "问题", "不合格情形", "退回日期", "新的期限"), rows, (3, 10, 12, 6, 6)),
        para(write("再整改要求", "逐项的要求；没有的删去")),
        para("请在新的期限前整改到位，重新报送佐证材料申请销号。被退回两次的，将判断是否整改不力。"),
    )


def _still(one: Record) -> bool:
    return one.case.state in (RECTIFYING, ESCALATED)


def accountability(dossier: Dossier) -> Content:
    """问责建议书: the facts of what was let lie, by criterion and date; persons and proposals are written by people."""
    records = [one for one in dossier.counted if one.case.flagged or one.case.state == ESCALATED]
    needed(records, f"{dossier.unit}没有疑似整改不力、督办中的问题")
    facts = ("整改不力的事实", 12, _facts)
    letters = ("已发提醒", 6, _told)
    unclaimed = sum(one.case.state == FEEDBACK for one in records)
    return Content(
        f"关于{dossier.unit}巡察整改不力的问责建议", dossier.organ("leading_group"), to=dossier.organ(DISCIPLINE),
        blocks=(
            para(
                f"{dossier.around}向{dossier.unit}反馈 {len(dossier.counted)} 个问题。截至{day(dossier.today)}，下列 {len(records)} 个问题整改不力"
                f"{f'，其中 {unclaimed} 个没有认领' if unclaimed else ''}。"
            ),
            problems(records, PEOPLE, DUE, facts, letters),
            Paragraph(("责任人及责任：", write("责任人", "姓名、职务、应负的责任"))),
            Paragraph(("问责建议：", write("问责建议", "对党组织、对个人"))),
            para("请依规依纪依法办理，并将处理结果（文号、日期）书面回复。"),
        ),
        named_only=("整改台账", "提醒书、告诫书、督办单"),
        copies=(dossier.organ(ORGANISATION),),
        receipt=receipt(dossier, "问责建议书", dossier.organ(DISCIPLINE)),
    )  # fmt: skip


def _facts(one: Record) -> str:
    late = one.case.lamp_on
    risen = one.last("escalate", "escalate_by_hand")
    flagged = one.last("flag")
    said = (
        f"期限 {day(late)}" if late else "",
        f"{day(flagged.on)}判定疑似整改不力" if flagged else "",
        f"{day(risen.on)}升级督办" if risen else "",
        f"被退回 {one.case.returns} 次" if one.case.returns else "",
    )
    return "；".join(filter(None, said))


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    one.__name__: one
    for one in (
        supervision_notice, guidance, reminder, warning, talk_notice, talk_record, supervision_order, return_notice, accountability,
    )
}  # fmt: skip
