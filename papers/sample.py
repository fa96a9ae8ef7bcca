"""A paper with everything on it, for trying a template: long words, many rows, blanks, boxes, an attachment that lies across."""

from __future__ import annotations

from datetime import date

from papers.content import (
    Attachment,
    Blank,
    Block,
    Box,
    Boxes,
    Content,
    Form,
    Heading,
    Lines,
    Receipt,
    Signers,
    Table,
    headed,
    para,
)
from papers.kinds import Kind

_LONG = "村集体资产台账不清，出租合同到期没有续签，租金长期拖欠"


def sample(kind: Kind, rows: int = 12) -> Content:
    """Return a paper of a kind with words of no place."""
    return Content(
        title=f"关于示例轮次巡察反馈问题的{kind.shown}",
        organ="中共示例市委巡察工作领导小组办公室",
        to="示例镇党委",
        blocks=_blocks(rows),
        attachments=(Attachment("示例问题清单", (_table(rows),), wide=True),),
        named_only=("整改台账",),
        copies=("示例市纪委监委", "示例市委组织部"),
        receipt=Receipt(kind.shown, "示例镇党委", "巡察办") if kind.receipt else None,
        number="示巡办函〔2026〕3号",
        signer="何主任",
        on=date(2026, 3, 2),
    )


def _blocks(rows: int) -> tuple[Block, ...]:
    return (
        para(f"经研究，现将有关情况通知如下。{_LONG * 6}。"),
        headed(1, "总体评价"),
        para(Blank("总体评价", "巡察组撰写")),
        Heading("（一）示例方面", 2),
        Heading("1. 示例问题", 3),
        _table(rows),
        Form(((("单位", "示例镇党委"), ("轮次", "示例轮次")), (("说明", _LONG * 3),), (("批示", ""),)), tall=("批示",)),
        Boxes((Box("巡察组意见", "同意"), Box("纪委监委意见"))),
        Lines(3, "由本人书写"),
        Signers((("签名", ""), ("日期", ""))),
        para("请按期办理。"),
    )


def _table(rows: int) -> Table:
    head = ("编号", "方面", "问题", "责任人", "整改时限", "现状")
    made = tuple(
        (str(at), "示例方面", _LONG * (1 + at % 4), "张三；村建中心；李四", "2026年6月1日", "整改中")
        for at in range(1, rows + 1)
    )
    return Table(head, made, (3, 4, 12, 7, 6, 4))
