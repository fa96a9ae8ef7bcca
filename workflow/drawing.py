"""Drawing the life: the diagram and the tables of docs/life.md, generated from states.py; a test finds them stale."""

from __future__ import annotations

from pathlib import Path

from grammar import Clock, Move
from states import ANSWERS, CLOCK, CLOCKS, MATERIALS, MOVES, ROLES, RUNGS, STATES, UNBORN
from workflow.days.limits import Limit
from workflow.machine import arrows

PAGE = Path(__file__).parent.parent / "docs" / "life.md"
START, END = "<!-- 以下由 zhenggai life --write 生成 -->", "<!-- 生成部分到此为止 -->"


def diagram() -> str:
    """Return the road as a Mermaid state diagram: moves that change the state."""
    lines = ["stateDiagram-v2", *(f"    {state.name}: {state.shown}" for state in STATES.values())]
    lines += [
        f"    {'[*]' if origin == UNBORN else origin} --> {to}: {move.shown}"
        for move, origin, to in arrows()
        if to != origin and not move.aside
    ]
    lines += [f"    {state.name} --> [*]" for state in STATES.values() if state.moved_by is None]
    return "\n".join(lines)


def states_text() -> str:
    """Return the table of states in Markdown: what each means, who owes the next step, how it ends."""
    head = "| 状态 | 含义 | 下一步由谁 | 怎样结束 |\n|---|---|---|---|"
    rows = (
        f"| {one.shown} `{one.name}` | {one.meaning} | {ROLES[one.moved_by] if one.moved_by else ''} | {one.ends} |"
        for one in STATES.values()
    )
    return "\n".join([head, *rows])


def table_text() -> str:
    """Return the table of moves in Markdown."""
    head = "| 操作 | 从 | 到 | 由谁 | 材料 | 填报 | 条件 | 告知 |\n|---|---|---|---|---|---|---|---|"
    return "\n".join([head, *map(_row, MOVES)])


def clocks_text() -> str:
    """Return the table of clocks in Markdown."""
    head = "| 时钟 | 状态 | 由谁 | 时限 | 计入整改不力 | 梯级与告知 |\n|---|---|---|---|---|---|"
    rows = []
    for one in CLOCKS.values():
        states = "任何状态" if one.beside and len(one.state) > 5 else "、".join(STATES[s].shown for s in one.state)
        rungs = "；".join(
            f"{RUNGS[rung.name]} → {'、'.join(ROLES.get(r, '上级书记') for r in rung.tells)}" for rung in one.rungs
        )
        rows.append(
            f"| {one.shown} `{one.name}` | {states} | {ROLES[one.owes]} | {_limit(one)} | {'是' if one.unit else ''} | {rungs} |"
        )
    return "\n".join([head, *rows])


def _limit(clock: Clock) -> str:
    return str(Limit.parse(clock.limit)) if clock.limit else f"另定，按 `{clock.within}` 的单位计"


def generated() -> str:
    """Return the generated part of the page."""
    parts = [
        START,
        "```mermaid",
        diagram(),
        "```",
        "",
        "## 状态",
        "",
        states_text(),
        "",
        *(move.aside for move in MOVES if move.aside),
        "",
        "## 操作表",
        "",
        table_text(),
        "",
        "## 时钟",
        "",
        clocks_text(),
        "",
        END,
    ]
    return "\n".join(parts)


def write_docs() -> Path:
    """Rewrite the generated part of docs/life.md; return the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(START, 1)
    PAGE.write_text(before + generated() + rest.split(END, 1)[1], encoding="utf-8")
    return PAGE


def _row(move: Move) -> str:
    origin = (
        "任何状态" if len(move.origin) > 9 else "、".join("∅" if s == UNBORN else STATES[s].shown for s in move.origin)
    )
    target = STATES[move.to].shown if move.to else "不变"
    who = "、".join("定时任务" if role == CLOCK else ROLES[role] for role in move.who)
    marks = "".join(
        [
            f"（代{ROLES[move.on_behalf]}）" if move.on_behalf else "",
            "，须第二人确认" if move.second else "",
            "，签字" if move.wants_signature else "",
            "，可代录" if move.on_paper else "",
        ]
    )
    needs = "、".join(
        MATERIALS[n.rstrip("@?")] + ("（逐项措施）" if n.endswith("@") else "（可无）" if n.endswith("?") else "")
        for n in move.needs
    )
    asks = "、".join(ANSWERS[name] + ("（可无）" if kind.endswith("?") else "") for name, kind in move.asks)
    rules = " ".join(f"`{name}`" for name in move.only_if)
    told = "、".join(ROLES[role] for role in move.tells)
    return (
        f"| {move.shown} `{move.action}` | {origin} | {target} | {who}{marks} | {needs} | {asks} | {rules} | {told} |"
    )
