"""The scenes of the story: what was found, set as tables and panels for a terminal of a hundred columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage
from typing import Any

from rich import box
from rich.console import Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from notifications.deliver import Delivered
from seeding.glances import Named, Step
from states import CLOCKS, CRITERIA, ROLES, RUNGS, STATES
from trail.verify import Verified

WIDTH = 100
_TELLING = {"red": "red", "late": "red", "group": "red", "yellow": "yellow", "eve": "yellow", "green": "green"}


def heading(number: str, words: str) -> RenderableType:
    """A scene's title."""
    return Group(Text(), Rule(Text(f"{number} {words}", style="bold"), align="left", style="cyan"))


def term(figures: Mapping[str, Any], today: str) -> RenderableType:
    """The term's figures, and where its problems stand today."""
    counts = "，".join(f"{STATES[state].shown} {count}" for state, count in figures["by_state"].items() if count)
    others = figures["other_terms"]
    lines = (
        f"{figures['rounds']} 轮巡察，{figures['organisations']} 个党组织，反馈问题 {figures['problems']:,} 个",
        f"移交线索 {figures['clues']} 条，完善制度 {figures['rules']} 项，挽回资金 {figures['recovered_yuan']:,} 元",
        f"完成 {figures['done']:,}/{figures['of']:,}（{figures['rate']}%，分母不含撤销和作废）",
        f"{today}：{counts}",
        f"另计：上一届 {others['rounds']} 轮，存量转入 {others['problems']} 个问题，未办结 {others['open']}",
    )
    return Panel("\n".join(lines), title="一届任期的巡察整改", box=box.ROUNDED, border_style="cyan", width=WIDTH)


def reminders(fired: Sequence[Mapping[str, Any]], named: Mapping[int, Named]) -> RenderableType:
    """Reminders by clock and rung: how many, whom they tell, and one of them."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in fired:
        groups[one["clock"], one["rung"]].append(one["case"])
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head, style in (("时钟", ""), ("到了哪一级", ""), ("问题", "bold"), ("提醒谁", ""), ("例如", "dim")):
        justify: JustifyMethod = "right" if head == "问题" else "left"
        table.add_column(head, style=style, justify=justify, no_wrap=head != "提醒谁", overflow="fold")
    order = [(clock.name, rung.name) for clock in CLOCKS.values() for rung in clock.rungs]
    for rule, rung in sorted(groups, key=order.index):
        cases = groups[rule, rung]
        told = "、".join(ROLES.get(role, "上级书记") for role in CLOCKS[rule].tells(rung))
        level = Text(RUNGS[rung], style=_TELLING.get(rung, ""))
        table.add_row(CLOCKS[rule].shown, level, str(len(cases)), told, str(named[cases[0]]))
    return table


def flags(found: Sequence[tuple[Named, Sequence[Mapping[str, Any]], bool]]) -> Iterator[RenderableType]:
    """Each flag with the numbers it was reckoned from, and whether it was escalated."""
    for case, criteria, escalated in found:
        text = Text.assemble(("● ", "red"), (str(case), "bold"), f"  {_cut(case.problem)}\n")
        for one in criteria:
            text.append(f"  {_reckoned(one)}\n")
        text.append(
            "  → 升级督办，交巡察办提请领导小组" if escalated else "  → 只作标记，是否升级由人决定",
            style="red" if escalated else "yellow",
        )
        yield Padding(text, (0, 0, 1, 2))


def mails(delivered: Delivered, folder: str, newest: Sequence[str]) -> RenderableType:
    """What was sent, and the newest files."""
    lines = [
        f"寄出 {delivered.sent} 封，失败 {delivered.failed} 封，待寄 {delivered.left} 封；都在 {folder}，最新的是："
    ]
    return Text("\n".join([*lines, *(f"  {name}" for name in newest)]), overflow="fold")


def mail(message: EmailMessage) -> RenderableType:
    """One mail as its reader sees it."""
    body = message.get_body(("plain",))
    text = body.get_content().strip() if body else ""
    head = Text.assemble(
        ("收件人 ", "dim"), str(message["To"]), ("\n主　题 ", "dim"), (str(message["Subject"]), "bold"), "\n\n"
    )
    return Panel(Text.assemble(head, text), box=box.ROUNDED, border_style="dim", width=WIDTH)


def road(case: Named, steps: Sequence[Step]) -> RenderableType:
    """A case's entries: when, who in which role, what, and the state behind it."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("记录", "时间", "谁", "身份", "办理", "之后", "说明"):
        table.add_column(
            head,
            justify="right" if head == "记录" else "left",
            no_wrap=head != "说明",
            overflow="fold",
            style="dim" if head in {"记录", "说明"} else "",
        )
    for one in steps:
        style = (
            "bold red"
            if one.state == STATES["escalated"].shown
            else "green"
            if one.state == STATES["publicized"].shown
            else ""
        )
        table.add_row(
            str(one.index),
            f"{one.at:%Y-%m-%d %H:%M}",
            one.who,
            one.role,
            one.action,
            Text(one.state, style=style),
            one.note,
        )
    return Group(Text.assemble((str(case), "bold"), f"  {_cut(case.problem)}"), table)


def verified(found: Verified) -> RenderableType:
    """Whether the trail holds."""
    if found.ok:
        words = f"流转日志完好：{found.size:,} 条记录逐字节重算、逐步重放，与各表一致\n根 {found.root}"
        return Panel(words, box=box.ROUNDED, border_style="green", width=WIDTH)
    return Panel(
        f"流转日志不符：第 {found.first_bad} 条。{found.why}", box=box.ROUNDED, border_style="red", width=WIDTH
    )


def _reckoned(one: Mapping[str, Any]) -> str:
    """A criterion with its inputs in words."""
    clock = CLOCKS[one["clock"]].shown
    due, numbers = f"{clock}期限 {one['due_on']}", one["configured"]
    told = f"首次提醒 {one['first_told_on']}，已提醒 {one['tellings']} 次" if one["first_told_on"] else "尚未提醒"
    met = {
        "overdue": f"{due}，逾期 {one['days_late']} 天（判定数 {numbers.get('days')} 天）；{told}",
        "returned": f"整改被退回 {one['returns']} 次（判定数 {numbers.get('times')} 次）；{due}",
        "unclaimed": f"{due}，{told}，逾期满 {numbers.get('workdays')} 个工作日仍未办理",
    }[one["criterion"]]
    return f"{CRITERIA[one['criterion']].shown}：{met}"


def _cut(text: str, longest: int = 34) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
