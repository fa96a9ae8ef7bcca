"""What is written of a whole round: clues by number alone, and what several units have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from papers.content import Content, Paragraph, Table, headed, para
from papers.dossier import Dossier, NotThere, day
from papers.filling.tables import by_aspect, needed, receipt, write
from states import DISCIPLINE, GROUP, OFFICE


def clue_transfer(dossier: Dossier) -> Content:
    """问题线索移交函: number, receiver, days and where it stands; never what a clue is about."""
    if not dossier.clues:
        raise NotThere(f"“{dossier.round}”没有登记移交的线索，或不在您的职责范围内")
    rows = tuple(
        (str(place), number, receiver, day(handed), day(until), f"已回复（{day(replied)}）" if replied else "办理中")
        for place, (number, receiver, handed, until, replied) in enumerate(dossier.clues, start=1)
    )
    to = dossier.organ(DISCIPLINE)
    return Content(
        f"关于移交{dossier.around}问题线索的函", dossier.organ(OFFICE), to=to,
        blocks=(
            para(f"现将{dossier.around}发现的问题线索 {len(rows)} 件移交你单位。线索内容随密件另行移送，本函只列编号。"),
            Table(("序号", "线索编号", "接收单位", "移交日期", "回复期限", "办理状态"), rows, (2, 6, 7, 6, 6, 6)),
            para("请指定专人签收，按管理权限依规依纪依法办理，并在回复期限内书面回复办理情况。"),
        ),
        receipt=receipt(dossier, "问题线索移交函", to),
    )  # fmt: skip


def inspection_advice(dossier: Dossier) -> Content:
    """巡察建议书: what several units of a round have in common, counted; causes and advice are written by people."""
    records = needed(dossier.counted, f"“{dossier.round}”还没有反馈的问题")
    found = [(aspect, ones, {one.case.unit for one in ones}) for aspect, ones in by_aspect(records).items()]
    rows = tuple(
        (str(place), aspect, str(len(units)), str(len(ones)), "、".join(sorted(units)))
        for place, (aspect, ones, units) in enumerate(
            sorted(found, key=lambda one: (-len(one[2]), -len(one[1]))), start=1
        )
    )
    return Content(
        f"关于{dossier.around}发现共性问题的建议", dossier.organ(GROUP), to=write("主送单位", "有关主管部门"),
        blocks=(
            para(f"{dossier.around}了 {len({one.case.unit for one in records})} 个党组织，反馈 {len(records)} 个问题。按方面统计如下。"),
            Table(("序号", "方面", "涉及单位数", "问题数", "涉及单位"), rows, (2, 8, 4, 3, 14)),
            headed(1, "共性问题"),
            para(write("共性问题", "从上表中选取，写明普遍表现")),
            headed(2, "原因分析"),
            para(write("原因分析", "体制、机制、制度、监管上的原因")),
            headed(3, "建议"),
            para(write("建议", "逐条写明主管部门应做什么")),
            Paragraph(("请研究落实，并于", write("回复期限", "年月日"), "前书面回复。")),
        ),
        receipt=receipt(dossier, "巡察建议书", "〔主送单位〕"),
    )  # fmt: skip


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    "clue_transfer": clue_transfer,
    "inspection_advice": inspection_advice,
}
