"""What is made public 公开, what is not 不予公开, and who approves either."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from papers.content import Block, Box, Boxes, Cell, Content, Form, headed, para
from papers.dossier import Dossier, NotThere, Record, day
from papers.filling.reporting import achieved, counts, items
from papers.filling.tables import day_said, needed, numbers, what, write
from states import CHOICES, GROUP, OFFICE, PUBLICIZED, VERIFIED


def _open(dossier: Dossier) -> list[Record]:
    """What is accepted goes into the text; what is withheld does not, nor what is not for everybody 限定知悉."""
    return [one for one in dossier.counted if one.case.state in (VERIFIED, PUBLICIZED) and dossier.is_open(one)]


def publication(dossier: Dossier) -> Content:
    """公开稿: how the unit bore its duty, what its secretary did, and of each problem accepted what was done."""
    records = needed(_open(dossier), f"{dossier.unit}还没有可以公开的问题（验收销号以后公开）")
    return Content(
        title=f"{_party(dossier.unit)}关于{dossier.around}反馈意见整改进展情况的通报",
        organ=dossier.unit,
        blocks=tuple(_publication(dossier, records)),
    )


def _party(unit: str) -> str:
    return unit if unit.startswith("中共") else f"中共{unit}"


def _publication(dossier: Dossier, records: Sequence[Record]) -> Iterator[Block]:
    visit = dossier.visit
    stayed = f"{day(visit.stay_from)}至{day(visit.stay_to)}，" if visit and visit.stay_from and visit.stay_to else ""
    fed_back = f"{day(visit.feedback_on)}，反馈了巡察意见。" if visit and visit.feedback_on else ""
    yield para(
        f"根据统一部署，{stayed}{dossier.organ('team')}对{dossier.unit}开展了巡察。{fed_back}按照巡察工作有关要求，现将整改进展情况予以公布。"
    )
    yield headed(1, "党组织落实整改主体责任情况")
    yield para(write("落实主体责任情况"))
    yield headed(2, "党组织书记组织落实整改情况")
    yield para(write("书记组织落实情况"))
    yield headed(3, "巡察反馈问题整改情况")
    yield para(f"本次公开的问题中，{counts(records)}。{achieved(records)}")
    yield from items(records)
    yield headed(4, "下一步工作打算")
    yield para(write("下一步工作打算"))
    yield para(
        "欢迎广大干部群众对巡察整改情况进行监督。如有意见建议，请及时反映。联系方式：",
        write("联系方式", "电话、邮政信箱、电子邮箱、受理期限"),
    )


def publication_approval(dossier: Dossier) -> Content:
    """公开审批表: what, to whom, how and how long; who approves in order."""
    records = needed(_open(dossier), f"{dossier.unit}还没有可以公开的问题（验收销号以后公开）")
    shown = next((act for one in records if (act := one.last("publicize"))), None)
    texts = dict.fromkeys((file.name, file.sha256) for one in records for file in one.files if file.kind == "text")
    answers = shown.answers if shown else {}
    period = "至".join(filter(None, (day_said(answers.get("from_on")), day_said(answers.get("to_on")))))
    rows: tuple[tuple[tuple[str, Cell], ...], ...] = (
        (("单位", dossier.unit), ("轮次", dossier.round)),
        (("公开内容", f"{dossier.around}反馈问题整改情况，{len(records)} 个问题（{numbers(records)}）"),),
        (
            (
                "公开稿",
                "\n".join(f"{name}\n摘要值（SHA-256）{sha256}" for name, sha256 in texts)
                or write("公开稿", "文件名及摘要值"),
            ),
        ),
        (("公开范围", "□ 党内　　□ 社会"),),
        (("公开方式", str(answers.get("where") or "") or write("公开方式", "网站、公示栏、会议通报")),),
        (("公开时限", period or write("公开时限", "起止日期")),),
        (("保密审查", "□ 不含国家秘密、工作秘密和个人隐私"),),
    )
    boxes = (
        Box("责任人", seal=False),
        Box("分管领导", seal=False),
        Box("单位主要负责人"),
        Box(f"{dossier.called(OFFICE)}意见"),
    )
    return Content("巡察整改情况公开审批表", dossier.unit, (Form(rows), Boxes(boxes)), signed=False)


def withholding_approval(dossier: Dossier) -> Content:
    """不予公开审批表: which of the five situations, the unit's reason, when it is looked at again; who agrees."""
    one = dossier.record
    if not dossier.may(one, "withhold"):
        raise NotThere("这份审批表不在您的职责范围内")
    withheld = one.last("withhold")
    chosen = str(withheld.answers.get("ground") or "") if withheld else ""
    grounds = "\n".join(f"{'☑' if number == chosen else '□'} {number}. {CHOICES[number]}" for number in "12345")
    minutes = f"同意。纪要 {withheld.answers.get('minute_no') or ''}" if withheld else ""
    rows: tuple[tuple[tuple[str, Cell], ...], ...] = (
        (("单位", dossier.unit), ("问题编号", one.case.number)),
        (("问题", what(one)),),
        (("不予公开的情形", grounds),),
        (("单位说明", write("单位说明", "为什么属于该情形")),),
        (
            (
                "不公开的范围",
                str(withheld.answers.get("scope") or "") if withheld else write("不公开的范围", "全部，或哪些部分"),
            ),
        ),
        (("复审日期", day_said(withheld.answers.get("review_on")) if withheld else write("复审日期", "年月日")),),
    )
    boxes = (
        Box("单位主要负责人"),
        Box(f"{dossier.called(OFFICE)}意见"),
        Box(
            f"{dossier.called(GROUP)}意见",
            minutes or write("领导小组意见", "会议纪要号"),
            "",
            withheld.on if withheld else None,
        ),
    )
    return Content(
        "巡察整改情况不予公开审批表", dossier.unit, (Form(rows, tall=("单位说明",)), Boxes(boxes)), signed=False
    )


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    one.__name__: one for one in (publication, publication_approval, withholding_approval)
}
