"""Reading: cases and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

import clock
from cli.asof import day_said, round_of
from cli.opening import open_house
from cli.talk import AsJson, Code, Refused, show
from figures.months import first_of
from figures.stats import stats as stats_of
from register.figures import MEETING_KINDS, ROUND_KINDS, figures
from states import CLOCKS, DONE, ESCALATED, ROLES, RUNGS, SETTLED, STATES
from storage.engine import reading
from storage.jurisdictions import find_jurisdiction
from storage.reads.cases import CaseLine, list_cases
from storage.reads.late_entries import late_entries


def cases(
    context: typer.Context,
    unit: Annotated[str | None, typer.Option(help="党组织（含其负责的村）")] = None,
    state: Annotated[str | None, typer.Option(help="、".join(STATES))] = None,
    jurisdiction: Code = None,
    as_json: AsJson = False,
) -> None:
    """List the cases of a jurisdiction, of one unit or in one state."""
    house = open_house(context, jurisdiction)
    if state is not None and state not in STATES:
        raise Refused(f"没有状态“{state}”，可用：{'、'.join(STATES)}", 2)
    with reading(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code)
        found = list_cases(work.driver, place.id, unit, state)
    today = clock.local_date(clock.now())
    show(
        [asdict(one) for one in found],
        as_json=as_json,
        words="\n".join(_line(one, today) for one in found) or "没有问题",
    )


def _line(one: CaseLine, today: date) -> str:
    due = f"{one.state_due_on} 前由{ROLES[one.owes]}办理" if one.state_due_on and one.owes else ""
    due += "".join(f"，{CLOCKS[name].shown} {day} 前" for name, day in one.recurring.items())
    closed = one.state in (*DONE, *SETTLED)
    late_by = (today - one.lamp_on).days if one.state == ESCALATED and one.lamp_on else 0
    marks = [f"【{RUNGS[one.rung]}】"] if one.rung and not closed else []
    marks += [f"【党组织逾期 {late_by} 天】"] if late_by > 0 else []
    marks += ["【疑似整改不力】"] if one.flagged else []
    return f"{one.id}\t{one.unit}\t{one.number}\t{STATES[one.state].shown}\t{due}{''.join(marks)}\t{one.problem[:40]}"


def stats(
    context: typer.Context,
    round_name: Annotated[str | None, typer.Option("--round")] = None,
    on: Annotated[str | None, typer.Option("--on", help="截至哪一天，如 2026-03-31；不写是今天")] = None,
    file: Annotated[Path | None, typer.Argument(help="把统计表写到哪个文件：.xlsx、.docx 或 .pdf")] = None,
    table: Annotated[str, typer.Option(help="哪一张统计表：A 到 G，或它的名字（如 all 各项指标），不写是 A 到 G")] = "",
    jurisdiction: Code = None,
    as_json: AsJson = False,
) -> None:
    """Add up the cases of a jurisdiction, or of one round, as of today or a past day; every rate comes with its denominator. Or write the tables A to G."""
    house = open_house(context, jurisdiction)
    if file is not None or table:
        from cli.tables import write

        write(house, file, table, round_name, on, as_json=as_json)
        return
    with reading(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code)
        round_id = round_of(work, place.id, round_name) if round_name else None
        today = clock.local_date(clock.now())
        day = day_said(on, today)
        found = stats_of(
            work.driver, place.id, today, round_id, day, first_of(day, house.settings.config.figures.month_begins)
        )
        found["late_entries"] = len(late_entries(work.driver, place.id, day, None, round_id)) if day < today else 0
        if day == today:
            found |= figures(work.driver, place.id, today, round_id)
    rate = "还没有可以计算的问题" if found["rate"] is None else f"{found['rate']} %"
    words = (
        (f"截至 {day:%Y-%m-%d}\n" if day != today else "")
        + f"{found['rounds']} 轮，{found['organisations']} 个党组织，{found['problems']} 个问题，{found['clues']} 条线索\n"
        f"完成 {found['done']}/{found['of']}（{rate}，分母不含撤销和作废，含延期和长期坚持）\n"
        f"新建修订制度 {found['rules']} 项，挽回资金 {found['recovered_yuan']} 元\n"
        + _measures(found["measures"])
        + _held_to_account(found["accountability"])
        + _taken_over(found["taken_over"], alone=round_id is not None)
        + (
            f"另有补录 {found['late_entries']} 件（{day:%Y-%m-%d} 以后录入、所写日期在以前的），未计入\n"
            if found["late_entries"]
            else ""
        )
        + (f"其中 {found['split_off']} 个由拆分产生\n" if found["split_off"] else "")
        + _other_terms(found["other_terms"])
        + f"逾期 {found['overdue']}，疑似整改不力 {found['flagged']}，督办中 {found['escalated']}\n"
        + "，".join(f"{STATES[state].shown} {count}" for state, count in found["by_state"].items() if count)
        + "".join(f"\n{line}" for line in (_office_lines(found) if day == today else ()))
    )
    show(found, as_json=as_json, words=words)


def _measures(found: Mapping[str, Any]) -> str:
    if not found["of"]:
        return ""
    return f"整改措施 {found['of']} 项，已完成 {found['done']}（{found['rate']} %），进行中 {found['open']}，其中超期未完 {found['late']}\n"


def _held_to_account(found: Mapping[str, int] | None) -> str:
    if not found or not found["decisions"]:
        return ""
    month = f"本期党组织 {found['organisations_in']} 个、个人 {found['persons_in']} 人"
    return (
        f"问责决定 {found['decisions']} 件：党组织 {found['organisations']} 个，个人 {found['persons']} 人（{month}）\n"
    )


def _taken_over(found: Mapping[str, int], *, alone: bool) -> str:
    if not found["problems"]:
        return ""
    closed = f"转入时已办结 {found['closed']}" + ("" if alone else "（不在上面的数里）")
    return f"存量转入 {found['problems']} 个：转入时在整改 {found['running']}，{closed}\n"


def _other_terms(found: Mapping[str, int]) -> str:
    if not found["rounds"]:
        return ""
    return f"其他各届 {found['rounds']} 轮，{found['problems']} 个问题，其中未办结 {found['open']}（另计）\n"


def _office_lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield what the office did, and the problems by their words; what there is none of is passed over."""
    kinds = _counted({ROUND_KINDS.get(kind, "没有写类型"): count for kind, count in found["rounds_by_kind"].items()})
    if kinds:
        yield f"轮次：{kinds}"
    if covered := found["coverage"]:
        rate = "" if covered["rate"] is None else f"（{covered['rate']:g} %）"
        yield (
            f"{covered['term']}应巡尽巡：已巡察 {covered['inspected']}/{covered['of']}{rate}，"
            f"已列入计划 {covered['planned']}，未安排 {covered['missing']}"
        )
    if found["meetings"]:
        kinds = _counted({MEETING_KINDS[kind]: count for kind, count in found["meetings"]["by_kind"].items()})
        met = found["meetings"]
        held = f"会议 {met['count']} 次{f'（{kinds}）' if kinds else ''}，议题中的问题 {met['cases']} 个"
        yield f"{held}{_beside(met, '次')}"
    said = found["instructions"]
    owed = f"批示 {said['count']} 件，已回复 {said['answered']}，待回复 {said['owed']}（其中逾期 {said['late']}）"
    yield f"{owed}{_beside(said, '件')}"
    if found["by_aspect"] or found["no_aspect"]:
        yield f"方面：{_counted({**found['by_aspect'], '没有归类': found['no_aspect']})}"
    if found["by_topic"]:
        yield f"专题：{_counted(found['by_topic'])}"


def _beside(found: Mapping[str, Any], unit: str) -> str:
    return f"；其他各届 {found['other_terms']} {unit}（另计）" if found["other_terms"] else ""


def _counted(counts: dict[str, int]) -> str:
    return "，".join(f"{words} {count}" for words, count in counts.items() if count)
