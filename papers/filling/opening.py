"""How it starts: what is fed back, to whom it is copied, what is put right at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from papers.content import Attachment, Block, Content, Form, Heading, Paragraph, chinese, headed, para
from papers.dossier import Dossier, Record, day
from papers.filling.tables import (
    AMOUNT,
    ASPECT,
    BASIS,
    DETAIL,
    DUE,
    KIND,
    NUMBER,
    PEOPLE,
    PROBLEM,
    STATE,
    UNIT,
    by_aspect,
    needed,
    problems,
    receipt,
    several_units,
    table,
    write,
)
from states import DISCIPLINE, GROUP, LEADER, OFFICE, ORGANISATION, TEAM


def feedback(dossier: Dossier) -> Content:
    """反馈意见: when and on what ground, what was found by aspect, what is asked and by when; the list of problems behind it."""
    records = [one for one in dossier.counted if one.case.ordered_on is None]
    needed(records, "还没有反馈的问题，写不成反馈意见")
    return Content(
        title=f"关于巡察{dossier.unit}的反馈意见",
        organ=dossier.organ(TEAM),
        to=dossier.unit,
        blocks=tuple(_feedback(dossier, records)),
        attachments=(problem_list(f"巡察{dossier.unit}反馈问题清单", records),),
        receipt=receipt(dossier, f"关于巡察{dossier.unit}的反馈意见"),
        on=dossier.visit.feedback_on if dossier.visit else None,
    )


def problem_list(title: str, records: list[Record]) -> Attachment:
    """Return the list of problems 问题清单 on a page that lies across."""
    units = (UNIT,) if several_units(records) else ()
    columns = (NUMBER, *units, ASPECT, PROBLEM, DETAIL, BASIS, AMOUNT, KIND)
    return Attachment(title, (table(records, *columns),), wide=True)


def _feedback(dossier: Dossier, records: list[Record]) -> Iterator[Block]:
    yield para(f"{_stay(dossier)}经{dossier.organ(GROUP)}同意，现将巡察情况反馈如下。")
    yield headed(1, "总体评价")
    yield para(write("总体评价", "巡察组撰写，经集体研究"))
    yield headed(2, "巡察发现的主要问题")
    for place, (aspect, ones) in enumerate(by_aspect(records).items(), start=1):
        yield Heading(f"（{chinese(place)}）{aspect}", 2)
        for one in ones:
            yield Paragraph((f"{_sentence(one.titled)}{_sentence(one.case.detail)}",))
    yield headed(3, "意见建议")
    yield para(write("意见建议", "巡察组撰写"))
    yield headed(4, "整改要求")
    fed_back = dossier.visit.feedback_on if dossier.visit else None
    since = f"自{day(fed_back)}反馈之日起" if fed_back else "自反馈之日起"
    yield para(
        f"{dossier.unit}党组织要切实承担整改主体责任，书记是第一责任人。{since}，对所列 {len(records)} 个问题逐一认领，按期报送整改方案，"
        "集中整改，在期限内报送整改进展情况报告和主要负责人组织落实情况报告。各问题的整改期限以批准的整改方案为准。"
    )
    if dossier.visit and dossier.visit.required:
        yield para(dossier.visit.required)


def _stay(dossier: Dossier) -> str:
    visit = dossier.visit
    if visit is None or visit.stay_from is None:
        return f"按照{dossier.around}工作安排，{dossier.organ(TEAM)}对{dossier.unit}开展了巡察。"
    until = f"至{day(visit.stay_to)}" if visit.stay_to else "起"
    return f"按照{dossier.around}工作安排，{day(visit.stay_from)}{until}，{dossier.organ(TEAM)}对{dossier.unit}开展了巡察。"


def _sentence(text: str) -> str:
    return text if not text or text.endswith(("。", "！", "？", "；")) else f"{text}。"


def copy_sheet(dossier: Dossier) -> Content:
    """抄告单（呈送单）: what is sent in copy, the files with it, a place for what the receiver says and signs."""
    records = needed(dossier.counted, "还没有反馈的问题，没有可以抄告的")
    fed_back = dossier.visit.feedback_on if dossier.visit else None
    to = "、".join(filter(None, (_leader(dossier), dossier.organ(DISCIPLINE), dossier.organ(ORGANISATION))))
    rows = (
        (("主送", to), ("日期", day(fed_back))),
        (("事由", f"{dossier.around}{dossier.unit}的反馈意见和问题清单（{len(records)} 个问题）"),),
        (("附件", f"1. 关于巡察{dossier.unit}的反馈意见\n2. 巡察{dossier.unit}反馈问题清单"),),
        (("建议办理意见", write("建议办理意见", "巡察办拟")),),
        (("反馈期限", write("反馈期限", "需要回复的，写明日期")),),
        (("批示", ""),),
        (("签收", "签收人：　　　　　　　职务：　　　　　　　日期："),),
    )
    return Content(
        f"{dossier.around}反馈情况抄告单",
        dossier.organ(OFFICE),
        (Form(rows, tall=("建议办理意见", "批示")),),
        signed=False,
    )


def _leader(dossier: Dossier) -> str:
    return f"{name}同志" if (name := dossier.name(LEADER)) else ""


def order_at_once(dossier: Dossier) -> Content:
    """立行立改通知书: what was found while the team was there, and by when it is put right."""
    records = [one for one in dossier.counted if one.case.ordered_on is not None]
    needed(records, f"没有交办{dossier.unit}立行立改的问题")
    latest = max(filter(None, (one.case.due_on for one in records)), default=None)
    return Content(
        title=f"关于立行立改{dossier.around}发现问题的通知",
        organ=dossier.organ(OFFICE),
        to=dossier.unit,
        blocks=(
            para(
                f"{_stay(dossier)}巡察中发现下列 {len(records)} 个问题，事实清楚、能够立即整改，经批准现予交办，请立行立改。"
            ),
            problems(records, PEOPLE, DUE, STATE),
            para(write("交办要求", "需要另外说明的事项，没有的删去")),
            para(
                f"请于{day(latest) or '期限届满前'}前整改到位，由书记签收本通知，逐项登记整改措施和结果，附佐证材料申请销号，并报送书面结果报告。"
            ),
        ),
        receipt=receipt(dossier, "立行立改通知书"),
        on=max(filter(None, (one.case.ordered_on for one in records)), default=None),
    )


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    "feedback": feedback,
    "copy_sheet": copy_sheet,
    "order_at_once": order_at_once,
}
