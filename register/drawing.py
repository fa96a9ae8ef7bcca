"""docs/register.md, drawn from the table of kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from register.grammar import OPERATOR, WHO, Act, Kind
from register.kinds import KINDS
from register.may import named

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "register.md"
_MARKS: Final = ("<!-- drawn from register/kinds.py -->", "<!-- end -->")
_TYPES: Final = {
    "text": "文字", "name": "名称", "email": "邮箱", "key": "标识", "login": "账号或代码", "date": "日期", "flag": "是否",
    "choice": "选一项", "choices": "可选几项", "role": "角色", "capacity": "任职方式", "hash": "摘要", "int": "整数", "days": "放假安排",
    "entries": "词表", "numbers": "时限方案的数",
    "file": "文件，日志存其摘要", "case": "一个问题", "cases": "几个问题",
    "signs": "各角色的签名", "roles": "几个角色", "people": "几个人",
}  # fmt: skip


def drawn() -> str:
    """Return what stands between the marks: a section for each kind, with its fields and acts."""
    return "\n".join(line for kind in KINDS.values() for line in _section(kind))


def page_with(text: str) -> str:
    """Return a page with what is drawn put between its marks."""
    before, _, rest = text.partition(_MARKS[0])
    _, _, after = rest.partition(_MARKS[1])
    return f"{before}{_MARKS[0]}\n\n{drawn()}\n{_MARKS[1]}{after}"


def write_docs() -> Path:
    """Draw the page anew; return its path."""
    PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return PAGE


def _section(kind: Kind) -> Iterator[str]:
    yield f"## {kind.shown} `{kind.name}`\n"
    yield f"{kind.meaning}。\n"
    if kind.fields:
        yield "| 栏 | 类型 | 说明 |\n|---|---|---|"
        for one in kind.fields:
            is_of = _TYPES.get(one.type) or f"{KINDS[one.type].shown}"
            choices = "：" + "、".join(shown for _, shown in one.choices) if one.choices else ""
            yield f"| {one.shown} `{one.name}` | {is_of}{choices}{'，日志只存摘要' if one.sealed == one.columns else ''} | {one.hint or ''} |"
        yield ""
    yield "| 事项 | 谁办 | 谁审批 | 填写（`?` 可不填） | 条件 |\n|---|---|---|---|---|"
    yield from (_row(act) for act in kind.acts)
    yield ""


def _row(act: Act) -> str:
    asks = " ".join(f"`{name}`" for name in act.asks) or "—"
    rules = " ".join(f"`{name}`" for name in act.only_if) or "—"
    return f"| {act.shown} `{act.name}` | {named(act.enters) or WHO[OPERATOR]} | {named(act.approves) or '—'} | {asks} | {rules} |"
