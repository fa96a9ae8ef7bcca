"""Papers made of figures: 月报, 季报, 期满报告, 轮次报告, 届综述, 更正说明, with the sentences that offices write. What is 0 is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from figures.grouping import Line
from figures.printed import said
from figures.table import FIGURES, OF_RESULTS, share
from papers.content import Block, Content, Paragraph, Table, day_of, headed, para
from papers.counted import changes, frozen
from papers.dossier import Dossier, NotThere
from papers.figure_tables import attached
from papers.filling.tables import write
from papers.kinds import KINDS
from papers.tally import Tally
from states import GROUP
from storage.reads.dictionaries import OTHERWISE
from storage.reads.late_entries import by_how
from storage.reads.standings import SWITCHED, WAYS

_LETTERS: Final = ("reminder", "warning", "supervision_order", "return_notice", "supervision_notice", "guidance")
"""The papers that a report says how many were issued of; the talks 约谈 it says by themselves."""


def _rate(value: object) -> str:
    return "100%" if value == 100 else f"{value}%"


def _number(tally: Tally, name: str) -> int:
    return int(tally.values[name] or 0)


def _listed(parts: list[str], between: str = "，") -> str:
    return between.join(parts)


def _counts(tally: Tally, names: Mapping[str, str]) -> list[str]:
    """Return how many there are of each, in words; of what there is none, nothing."""
    return [f"{words}{_number(tally, name)}个" for name, words in names.items() if _number(tally, name)]


def overview(tally: Tally) -> Iterator[str]:
    """Yield the sentences that offices begin with: 应整改、已整改、完成率; how the others stand; which are late."""
    if not _number(tally, "of"):
        yield "没有应整改问题。"
        return
    done, rate = _number(tally, "done"), tally.values["rate"]
    yield f"应整改问题{_number(tally, 'of')}个，已整改{done}个，整改完成率{_rate(rate)}。"
    kinds = {"basic": "基本完成并持续整改", "standing": "长期坚持", "extended": "延期", "unfinished": "未完成"}
    if rest := _counts(tally, kinds):
        yield f"未办结的{_number(tally, 'open')}个问题中，{_listed(rest)}。"
    if _number(tally, "overdue"):
        pressed = _counts(tally, {"escalated": "督办中", "flagged": "标为疑似整改不力"})
        late = f"超期未完{_number(tally, 'overdue')}个，占应整改问题的{_rate(tally.values['overdue_rate'])}"
        yield f"{_listed([late, *pressed])}。"
    if at_once := _number(tally, "at_once_of"):
        done_of = f"已整改{_number(tally, 'at_once_done')}个，完成率{_rate(tally.values['at_once_rate'])}"
        yield f"立行立改问题应整改{at_once}个，{done_of if _number(tally, 'at_once_done') else '尚未销号'}。"
    if tally.values.get("measures"):
        late = f"，超期未完{_number(tally, 'measures_late')}项" if _number(tally, "measures_late") else ""
        yield (
            f"整改措施{_number(tally, 'measures')}项，已完成{_number(tally, 'measures_done')}项，"
            f"完成率{_rate(tally.values['measures_rate'])}{late}。"
        )


def in_the_period(tally: Tally) -> Iterator[str]:
    """Yield what was fed back and closed in the period, and how the rate has moved since the one before."""
    moved = [f"反馈问题{_number(tally, 'fed_back_in')}个"] if _number(tally, "fed_back_in") else []
    moved += [f"验收销号{_number(tally, 'closed_in')}个"] if _number(tally, "closed_in") else []
    if moved:
        yield f"本期{_listed(moved)}。"
    now, before = tally.values["rate"], tally.before["rate"]
    if isinstance(now, Decimal) and isinstance(before, Decimal) and now != before:
        yield f"整改完成率比上期末{'提高' if now > before else '下降'}{abs(now - before)}个百分点。"


def by_units(tally: Tally) -> Iterator[str]:
    """Yield how many units have put all right, and how many less than 90 % and 80 %."""
    found = tally.levels
    if not found["units"]:
        return
    below = f"，低于90%的{found['below_90']}个" if found["below_90"] else ""
    below += f"（其中低于80%的{found['below_80']}个）" if found["below_80"] else ""
    whole = f"，整改完成率100%的{found['whole']}个" if found["whole"] else ""
    if whole or below:
        below = below if whole else below.replace("，", "，整改完成率", 1)
        yield f"有应整改问题的{found['units']}个党组织中{whole}{below}。"


def achieved(tally: Tally) -> Iterator[str]:
    """Yield what was achieved in what is accepted: rules, money in 万元, people."""
    parts = [
        f"{one.shown}{said(one, tally.values[name])}{one.unit}"
        for name in OF_RESULTS
        if tally.values[name] and (one := FIGURES[name])
    ]
    if parts:
        yield f"已验收销号的问题中，{_listed(parts)}。"


def clues(tally: Tally) -> Iterator[str]:
    """Yield the clues: handed over, concluded, late."""
    handed, closed, late = (tally.clue(name) for name in ("handed", "closed", "late"))
    if handed:
        rest = f"，逾期未复{late}件" if late else ""
        ended = f"已办结{closed}件，办结率{_rate(share(closed, handed))}" if closed else "尚未办结"
        yield f"移交问题线索{handed}件，{ended}{rest}。"


def letters(tally: Tally) -> Iterator[str]:
    """Yield the papers that were issued in the period, and the talks."""
    there = [f"{KINDS[name].shown}{tally.letter(name)}件" for name in _LETTERS if tally.letter(name)]
    if there:
        yield f"本期签发{_listed(there, '、')}。"
    if talks := tally.letter("talk_record"):
        yield f"约谈{talks}次。"


def late_entries(tally: Tally) -> Iterator[str]:
    """Yield what was entered after the day for one until then: it is in none of these figures."""
    if tally.late:
        kinds = "、".join(f"{words}{n}件" for words, n in by_how(tally.late))
        yield f"另有补录{len(tally.late)}件（{kinds}），系截至日以后录入、所写日期在截至日以前的，未计入以上各数。"


def how_counted(tally: Tally) -> str:
    """Return how the figures count."""
    ways = "、".join(SWITCHED.values())
    same = WAYS[tally.of.counting.way("extended")]
    confided = f"；限定知悉的问题计入以上各数，另有{tally.kept_back}个超期的不在清单中" if tally.kept_back else ""
    return f"以上数字截至{day_of(tally.of.on)}，按问题计，{ways}{same}{confided}。"


def _needed(dossier: Dossier) -> Tally:
    assert dossier.tally
    if not _number(dossier.tally, "problems") and not dossier.tally.clue("handed"):
        raise NotThere(f"截至{day_of(dossier.tally.of.on)}没有可以统计的问题")
    return dossier.tally


def _paras(*sentences: Iterator[str]) -> Iterator[Block]:
    """Yield each run of sentences as a paragraph; of none, nothing."""
    for run in sentences:
        if words := "".join(run):
            yield para(words)


def _content(dossier: Dossier, tally: Tally, title: str, blocks: Iterator[Block]) -> Content:
    said_of = f"截至{day_of(tally.of.on)}，按问题计。"
    to = dossier.organ(GROUP) if dossier.kind.issuer != GROUP else dossier.committee
    return Content(
        title, dossier.organ(dossier.kind.issuer), tuple(blocks), to=to, attachments=attached(list(tally.tables.values()), said_of),
        figures=frozen(tally, dossier.kind.name),
    )  # fmt: skip


# --- 月报、季报 -----------------------------------------------------------------------------------------------------


def month_said(since: date, on: date, months: int = 1) -> str:
    """Return the month or the quarter of reporting as titles say it: 2026年11月, that of its last day."""
    return f"{on.year}年{on.month}月" if months == 1 else f"{since.year}年{since.month}月至{on.year}年{on.month}月"


def periodic_report(dossier: Dossier) -> Content:
    """整改情况月报、季报: the whole, what moved in the period, who is late; why and what next a person writes."""
    tally = _needed(dossier)
    since = tally.of.since or tally.of.on
    said_so = month_said(since, tally.of.on, dossier.kind.months)
    return _content(dossier, tally, f"{said_so}巡察{dossier.kind.shown}", _periodic(tally))


def _periodic(tally: Tally) -> Iterator[Block]:
    since = tally.of.since or tally.of.on
    yield para(f"现将{day_of(since)}至{day_of(tally.of.on)}巡察整改情况报告如下。")
    yield headed(1, "总体情况")
    yield from _paras(
        iter((f"截至{day_of(tally.of.on)}，{''.join(overview(tally))}",)),
        by_units(tally),
        achieved(tally),
        clues(tally),
    )
    yield headed(2, "本期进展")
    moved = tuple(_paras(in_the_period(tally), letters(tally)))
    yield from moved or (para("本期没有反馈和验收销号的问题。"),)
    yield headed(3, "存在的问题和下步打算")
    if tally.values["overdue"]:
        yield para(f"超期未完的{_number(tally, 'overdue')}个问题见附件。")
    yield para(write("存在的问题", "本期整改中的主要问题和原因"))
    yield para(write("下步打算", "下期的工作安排"))
    yield from _paras(iter((how_counted(tally), *late_entries(tally))))


# --- 一轮: 期满报告、综合报告 ---------------------------------------------------------------------------------------


def period_report(dossier: Dossier) -> Content:
    """集中整改期满报告: how far a round has come as its months are over, item by item in the tables."""
    tally = _needed(dossier)
    return _content(dossier, tally, f"关于{dossier.around}集中整改情况的报告", _period(dossier, tally))


def _round_so_far(dossier: Dossier, tally: Tally) -> str:
    found = tally.founded["organisations"]
    return f"{dossier.around}对{found}个党组织开展巡察，反馈问题{_number(tally, 'problems')}个。截至{day_of(tally.of.on)}，"


def _period(dossier: Dossier, tally: Tally) -> Iterator[Block]:
    yield para(f"{dossier.around}集中整改期满，现将整改情况报告如下。")
    yield headed(1, "总体情况")
    yield from _paras(iter((_round_so_far(dossier, tally), *overview(tally))), by_units(tally))
    yield headed(2, "整改成效")
    yield from tuple(_paras(achieved(tally), clues(tally))) or (para("还没有已验收销号的整改成效。"),)
    yield headed(3, "未完成的问题")
    yield para(_left(tally))
    yield para(write("未完成的原因", "延期、超期和长期坚持的，写明原因"))
    yield headed(4, "下步打算")
    yield para(write("下步打算", "未完成问题的整改和督办安排"))
    yield from _paras(iter((how_counted(tally), *late_entries(tally))))


def _left(tally: Tally) -> str:
    left = _number(tally, "open")
    if not left:
        return "应整改问题已全部验收销号。"
    waiting = _counts(tally, {"plan_review": "方案联审中", "submitted": "送审待验收", "overdue": "超期未完"})
    return f"未办结{left}个{f'，其中{_listed(waiting)}' if waiting else ''}，超期的见附件。"


def round_report(dossier: Dossier) -> Content:
    """轮次综合报告: ①总体 ②成效 ③责任落实 ④问题与原因 ⑤建议; figures from the records, causes and advice by people."""
    tally = _needed(dossier)
    return _content(dossier, tally, f"关于{dossier.around}整改情况的综合报告", _round(dossier, tally))


def _round(dossier: Dossier, tally: Tally) -> Iterator[Block]:
    yield headed(1, "总体情况")
    yield from _paras(iter((_round_so_far(dossier, tally), *overview(tally))))
    yield headed(2, "整改成效")
    yield from tuple(_paras(achieved(tally), clues(tally))) or (para("还没有已验收销号的整改成效。"),)
    yield headed(3, "责任落实情况")
    back = _counts(
        tally, {"plan_returned": "方案被退回过", "returned": "申请销号后被退回再整改过", "reopened": "销号后退回重改"}
    )
    on_time = (
        f"可判断是否按期的{_number(tally, 'on_time_of')}个问题中，按期完成{_number(tally, 'on_time')}个，按期完成率{_rate(tally.values['on_time_rate'])}。"
        if _number(tally, "on_time_of")
        else ""
    )
    yield from _paras(by_units(tally), iter((on_time, f"{_listed(back)}。" if back else "")))
    yield para(write("责任落实情况", "党组织主体责任、第一责任人和监督责任落实情况"))
    yield headed(4, "存在的问题和原因")
    if found := [
        f"{one.shown}{one.values['of']}个"
        for one in sorted(tally.aspects, key=_most)[:5]
        if one.values["of"] and one.address["aspect"] != OTHERWISE
    ]:
        yield para(f"问题较多的方面：{_listed(found, '、')}。")
    yield para(_left(tally))
    yield para(write("存在的问题和原因", "体制、机制、制度、监管上的原因"))
    yield headed(5, "建议")
    yield para(write("建议", "逐条写明由谁做什么"))
    yield from _paras(iter((how_counted(tally), *late_entries(tally))))


def _most(line: Line) -> int:
    return -int(line.values["of"] or 0)


# --- 届综述 ---------------------------------------------------------------------------------------------------------


def term_review(dossier: Dossier) -> Content:
    """届综述: rounds, units, problems, clues, rules and money of a term; each round in the table."""
    tally = _needed(dossier)
    name = tally.term.name if tally.term else "本届"
    return _content(dossier, tally, f"{name}巡察整改工作综述", _term(tally, name))


def _term(tally: Tally, name: str) -> Iterator[Block]:
    founded = tally.founded
    handed = f"，移交问题线索{founded['clues']}条" if founded["clues"] else ""
    yield para(
        f"截至{day_of(tally.of.on)}，{name}开展巡察{founded['rounds']}轮，巡察党组织{founded['organisations']}个，"
        f"反馈问题{_number(tally, 'problems')}个{handed}。"
    )  # fmt: skip
    yield headed(1, "全覆盖情况")
    if tally.covered and tally.covered.of:
        one = tally.covered
        yield para(f"应巡察党组织{one.of}个，已巡察{one.inspected}个，覆盖率{one.rate.replace(' ', '')}。")
    else:
        yield para(write("全覆盖情况", "本届应巡察、已巡察的党组织数"))
    yield headed(2, "整改总体情况")
    yield from _paras(overview(tally), by_units(tally))
    yield headed(3, "整改成效")
    yield from _paras(_rules_in_all(tally), achieved(tally), clues(tally))
    yield para(write("典型做法", "有代表性的整改成效和做法"))
    yield headed(4, "存在的问题和建议")
    yield para(write("存在的问题", "共性问题和原因"))
    yield para(write("建议", "下一届巡察整改工作的建议"))
    if beside := _number(tally, "taken_over"):
        closed = _number(tally, "came_in_closed")
        yield para(
            f"存量转入{beside}个，其中转入时已办结的{closed}个另计，不在以上各数中。"
            if closed
            else f"其中存量转入{beside}个。"
        )
    yield from _paras(iter((how_counted(tally), *late_entries(tally))))


def _rules_in_all(tally: Tally) -> Iterator[str]:
    if rules := _number(tally, "rules_new") + _number(tally, "rules_revised"):
        yield f"新建修订制度共{rules}项。"


# --- 更正说明 -------------------------------------------------------------------------------------------------------


def correction_note(dossier: Dossier) -> Content:
    """更正说明: which figures of an issued report have changed since, old and new; why, as far as the records say it."""
    corrected, tally = dossier.corrected, dossier.tally
    if corrected is None or tally is None:
        raise NotThere("请从要更正的那份报告的页面拟更正说明")
    found = changes(corrected.figures, tally)
    if not found:
        raise NotThere(f"《{corrected.title}》的各数按同一天重算，没有变化，不用更正")
    rows = tuple((str(at), one.was.shown, one.was.whole, one.now.whole) for at, one in enumerate(found, start=1))
    number = f"（{corrected.number}）" if corrected.number else ""
    late = f"其中补录{len(tally.late)}件：截至日以后录入、所写日期在截至日以前。" if tally.late else ""
    return Content(
        f"关于《{corrected.title}》的更正说明", dossier.organ(dossier.kind.issuer), to=dossier.organ(GROUP),
        blocks=(
            para(f"{day_of(corrected.signed_on)}印发的《{corrected.title}》{number}所列数字，截至{day_of(tally.of.on)}。经按同一天重新统计，下列{len(rows)}项有变化，现更正如下。"),
            Table(("序号", "指标", "原数", "现数"), rows, (2, 9, 5, 5)),
            Paragraph((f"更正原因：{late}", write("更正原因", "写明变化的由来"))),
            para("其余各数没有变化。原报告不收回，以本说明为准。"),
        ),
        figures=frozen(tally, dossier.kind.name),
    )  # fmt: skip


FILLINGS: Final[Mapping[str, Callable[[Dossier], Content]]] = {
    "periodic_report": periodic_report, "period_report": period_report, "round_report": round_report, "term_review": term_review,
    "correction_note": correction_note,
}  # fmt: skip
