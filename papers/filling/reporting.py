"""What the unit reports: how far rectification has come, item by item, and what its principal did for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from papers.content import Attachment, Block, Content, Heading, Paragraph, Table, chinese, headed, para
from papers.dossier import Dossier, Record, day
from papers.filling.tables import (
    DONE_SO_FAR,
    DUE,
    MEASURES,
    NUMBER,
    PEOPLE,
    PROBLEM,
    RESULTS_SAID,
    STATE,
    UNIT,
    amount_said,
    by_aspect,
    listed,
    needed,
    results_said,
    several_units,
    table,
    write,
)
from results import LISTS, RESULTS
from states import KINDS, OFFICE
from workflow.achieved import shown_row


def progress_report(dossier: Dossier) -> Content:
    """整改进展情况报告: how it was led, what was done item by item, what is left and why; the ledger behind it."""
    records = needed(dossier.counted, "没有可以报告的问题")
    units = (UNIT,) if several_units(records) else ()
    ledger = table(records, NUMBER, *units, PROBLEM, MEASURES, PEOPLE, DUE, DONE_SO_FAR, RESULTS_SAID, STATE)
    return Content(
        title=f"{dossier.unit}关于{dossier.around}反馈意见整改进展情况的报告",
        organ=dossier.unit,
        to=dossier.organ(OFFICE),
        blocks=tuple(_report(dossier, records)),
        attachments=(Attachment("巡察整改台账", (ledger,), wide=True), *_lists(records)),
    )


def _lists(records: Sequence[Record]) -> Iterator[Attachment]:
    """Yield what was achieved and accepted, listed one by one with its problem."""
    rows = [
        (one.case.number, *((one.case.unit,) if several_units(records) else ()), LISTS[name].shown, shown_row(name, row))
        for one in records if one.done for name, found in listed(one).items() for row in found
    ]  # fmt: skip
    if rows:
        units = ("责任单位",) if several_units(records) else ()
        shares = (3, *((5,) if units else ()), 6, 20)
        yield Attachment("整改成效清单", (Table(("编号", *units, "清单", "内容"), tuple(rows), shares),))


def counts(records: Sequence[Record]) -> str:
    """Return how many there are, how many are done, and of which kinds the others are."""
    done = sum(one.done for one in records)
    left = Counter(one.kind for one in records if not one.done)
    rest = "，".join(f"{kind} {left[kind]} 个" for kind in KINDS.values() if left[kind])
    rate = f"，完成率 {done * 100 / len(records):.2f}%" if records else ""
    return f"共 {len(records)} 个问题，已验收销号 {done} 个{rate}" + (
        f"；其余 {len(records) - done} 个中，{rest}" if rest else ""
    )


def _report(dossier: Dossier, records: Sequence[Record]) -> Iterator[Block]:
    yield para(
        f"按照{dossier.around}反馈意见，{dossier.unit}认真组织整改。截至{day(dossier.today)}，{counts(records)}。现将整改进展情况报告如下。"
    )
    yield headed(1, "组织领导情况")
    yield para(write("组织领导情况", "会议、部署、督促"))
    yield headed(2, "反馈问题整改情况")
    yield from items(records)
    yield headed(3, "线索和信访办理情况")
    yield para(write("线索和信访办理情况", "只写件数和办理状态"))
    yield headed(4, "建章立制和举一反三情况")
    yield para(achieved(records) or write("建章立制情况"))
    for one in records:
        if elsewhere := one.said("submit", "elsewhere"):
            yield Paragraph((f"{one.called}：{elsewhere}",))
    yield headed(5, "未完成的问题及下一步打算")
    for one in records:
        if not one.done:
            yield Paragraph((f"{one.called}（{one.case.problem}）：{one.state}，期限{day(one.case.due_on) or '未定'}。原因：",
                             write(f"{one.called}未完成的原因和下一步措施")))  # fmt: skip
    if all(one.done for one in records):
        yield para("所列问题均已验收销号。")


def items(records: Sequence[Record]) -> Iterator[Block]:
    """Yield the problems by aspect, each with its measures, what was done, and where it stands."""
    for place, (aspect, ones) in enumerate(by_aspect(records).items(), start=1):
        yield Heading(f"（{chinese(place)}）{aspect}", 2)
        for one in ones:
            yield Heading(one.titled, 3)
            yield from item(one)


def item(one: Record) -> Iterator[Block]:
    """Yield what was done about a problem."""
    if one.measures:
        texts = [measure.text.rstrip("。；") for measure in one.measures]
        said = "；".join(f"（{at}）{text}" for at, text in enumerate(texts, start=1)) if len(texts) > 1 else texts[0]
        yield Paragraph((f"整改措施：{said}。",))
    done = str(one.line.get("said") or "") or one.said("submit_at_once", "said")
    yield Paragraph(("整改情况：", done or write(f"{one.called}的整改情况")))
    if achieved_here := results_said(one):
        yield Paragraph((f"整改成效：{achieved_here}。",))
    yield Paragraph(
        (
            f"整改状态：{one.state}{f'（{day(one.case.verified_on)}验收）' if one.done and one.case.verified_on else ''}。",
        )
    )


def achieved(records: Sequence[Record]) -> str:
    """Return the sum of what was achieved and accepted, kind by kind."""
    sums: Counter[str] = Counter()
    for one in records:
        sums.update(one.line["results"])
    named = Counter(
        (row["kind"], row["name"])
        for one in records
        if one.done
        for row in listed(one).get("people", ())
        if row.get("name")
    )
    for (kind, _), times in named.items():  # a person counts once for each measure
        sums[kind] -= times - 1
    said = [amount_said(kind, sums[kind]) for kind in RESULTS if sums[kind]]
    return f"已验收的整改成效：{'，'.join(said)}。" if said else ""


def principal_report(dossier: Dossier) -> Content:
    """主要负责人组织落实整改情况报告: what the principal did; figures from the records, all else in their own words."""
    records = needed(dossier.counted, "没有可以报告的问题")
    led = [
        one
        for one in records
        if dossier.name("secretary") and dossier.name("secretary") in (one.case.responsible or "")
    ]
    blocks = (
        para(
            f"按照规定，现将本人组织落实{dossier.around}整改情况报告如下。截至{day(dossier.today)}，{counts(records)}。"
        ),
        headed(1, "研究部署情况"),
        para(write("研究部署情况", "召开会议的次数、日期和议题")),
        headed(2, "领办重点问题情况"),
        *((table(led, NUMBER, PROBLEM, MEASURES, DONE_SO_FAR, STATE),) if led else ()),
        para(write("领办重点问题情况", "本人牵头的问题怎样推进")),
        headed(3, "督促班子成员情况"),
        para(write("督促班子成员情况")),
        headed(4, "查摆自身问题情况"),
        para(write("查摆自身问题情况")),
        headed(5, "下一步打算"),
        para(write("下一步打算", f"未销号的 {sum(not one.done for one in records)} 个问题")),
    )
    title = f"{dossier.unit}主要负责人组织落实{dossier.around}整改情况的报告"
    return Content(title, dossier.unit, blocks, to=dossier.organ(OFFICE))


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    "progress_report": progress_report,
    "principal_report": principal_report,
}
