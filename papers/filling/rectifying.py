"""While the unit rectifies: more time asked for and answered, and what one secretary hands over to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from papers.content import Box, Boxes, Content, Form, Paragraph, Signers, Table, para
from papers.dossier import Dossier, NotThere, Record, day
from papers.filling.tables import day_said, due, measures_said, needed, receipt, what, write
from states import OFFICE, SETTLED


def extension_request(dossier: Dossier) -> Content:
    """延期申请: one matter, on a form of its own: the date that was, the date asked for, what is done, and why."""
    one = dossier.record
    asked = one.last("request_extension")
    rows = (
        (("申请单位", dossier.unit), ("问题编号", one.case.number)),
        (("问题", what(one)),),
        (
            ("原定期限", day(one.case.due_on)),
            ("申请延至", day_said(asked.answers.get("until")) if asked else write("申请延至", "年月日")),
        ),
        (("已完成情况", str(one.line.get("said") or "") or write("已完成情况")),),
        (("客观原因", str(asked.answers.get("reason") or "") if asked else write("客观原因")),),
        (("后续措施", measures_said(one) or write("后续措施")),),
        (
            (
                "前次延期",
                f"已延期 {one.case.extensions} 次，原期限 {day(one.case.first_due_on)}"
                if one.case.extensions
                else "无",
            ),
        ),
    )
    signer = asked.who if asked else ""
    answered = one.last("grant_extension", "refuse_extension")
    boxes = (
        Box("单位主要负责人", "同意申请。" if asked else "", signer, asked.on if asked else None),
        Box(
            f"{dossier.called(OFFICE)}意见",
            _answer(one),
            answered.who if answered else "",
            answered.on if answered else None,
        ),
    )
    return Content("巡察整改延期申请表", dossier.unit, (Form(rows, tall=("客观原因",)), Boxes(boxes)), signed=False)


def _answer(one: Record) -> str:
    answered = one.last("grant_extension", "refuse_extension")
    if answered is None:
        return ""
    if answered.action == "grant_extension":
        return f"同意延期至{day_said(answered.answers.get('until'))}。"
    return f"不同意延期：{answered.answers.get('reason') or ''}"


def extension_answer(dossier: Dossier) -> Content:
    """延期批复: whether more time is given, until when, or why not."""
    one = dossier.record
    asked, answered = one.last("request_extension"), one.last("grant_extension", "refuse_extension")
    if asked is None or answered is None:
        raise NotThere("这个问题没有答复过的延期申请")
    granted = answered.action == "grant_extension"
    decided = (
        f"经研究，同意将该问题的整改期限延至{day_said(answered.answers.get('until'))}。请在此期限前整改到位，期限不再延长。"
        if granted
        else f"经研究，不同意延期。理由：{answered.answers.get('reason') or ''}。整改期限仍为{day(one.case.due_on)}。"
    )
    return Content(
        f"关于{'同意' if granted else '不同意'}第{one.case.number}号巡察反馈问题整改延期的复函",
        dossier.organ(OFFICE),
        (
            para(f"你单位{day(asked.on)}关于{one.called}（{one.case.problem}）整改延期至{day_said(asked.answers.get('until'))}的申请收悉。"),
            Paragraph((decided,)),
            para(write("答复要求", "需要另外说明的；没有的删去")),
        ),
        to=dossier.unit,
        receipt=receipt(dossier, "延期批复"),
        on=answered.on,
    )  # fmt: skip


def handover(dossier: Dossier) -> Content:
    """责任交接单: what one secretary hands over to the next, unfinished or going on, signed by three."""
    records = [one for one in dossier.counted if one.case.state not in SETTLED or one.goes_on]
    needed(records, f"{dossier.unit}没有需要交接的问题")
    made = next((act for one in records if (act := one.last("hand_over"))), None)
    head = ("分类", "编号", "责任单位", "问题", "现状", "整改类型", "整改期限", "延期")
    rows = tuple(
        (
            "长期坚持、持续整改" if one.goes_on else "未完成", one.case.number, one.case.unit, what(one), one.state, one.kind, due(one),
            f"{one.line['extensions']} 次" if one.line["extensions"] else "",
        )
        for one in records
    )  # fmt: skip
    giver = str(made.answers.get("giver") or "") if made else ""
    form = Form(
        (
            (("单位", dossier.unit), ("轮次", dossier.round)),
            (
                ("交出人", giver or write("交出人", "姓名、职务")),
                ("接收人", (made.who if made else "") or write("接收人", "姓名、职务")),
            ),
            (("监交人", write("监交人", "姓名、职务")), ("交接日期", day(made.on) if made else write("交接日期"))),
            (("交接事项", f"未办结和长期坚持的问题 {len(records)} 个，逐项见下表"),),
            (
                (
                    "需要说明的事项",
                    str(made.answers.get("matters") or "") if made else write("需要说明的事项", "没有的写“无”"),
                ),
            ),
        )
    )
    signers = Signers((("交出人签名", giver), ("接收人签名", ""), ("监交人签名", ""), ("日期", "")))
    return Content(
        "巡察整改责任交接单", dossier.unit, (form, Table(head, rows, (5, 3, 5, 11, 4, 4, 6, 3)), signers), signed=False, wide=True
    )  # fmt: skip


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    "extension_request": extension_request,
    "extension_answer": extension_answer,
    "handover": handover,
}
