"""What belongs to another round: a ledger goes back to the one round that it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ledger.sheet import Row, Sheet
from ledger.words import squeezed

Told = tuple[int, str, str, str]
"""Unit, number, problem and detail: what makes two rows one problem."""


def of_other_rounds(sheet: Sheet, round_name: str) -> tuple[Row, str] | None:
    """Return the first row that says it is of another round, with the sentence for all of them; None where all may come in."""
    # What is left empty was not said.
    rows = [row for row in sheet.rows if row.round and squeezed(row.round) != squeezed(round_name)]
    if not rows:
        return None
    how = f"请在台账中只筛出“{round_name}”再导出，或删去"
    if len(rows) == 1:
        said = f"这一行是“{rows[0].round}”的问题，这次导入的是“{round_name}”"
        return rows[0], f"{said}：{how}这一行；整份都是别的轮次的，请改填轮次"
    said = f"有 {len(rows)} 行（{sheet.listed([row.row for row in rows])}）不是“{round_name}”的问题（{_counted(rows)}）"
    return rows[0], f"{said}：{how}这些行；整份都是另一轮的，请改填轮次"


def repeated(rows: Sequence[tuple[int, Row]], sheet: Sheet, elsewhere: Mapping[Told, str], round_name: str) -> str:
    """Return what is to be said aloud of new problems (each with its unit) that another round has word for word, or nothing."""
    # Where there is no column for the detail, it was not said.
    without = {told[:3]: name for told, name in elsewhere.items()}
    told = [
        (sheet.says(row, "detail"), (unit, row.number, row.problem, row.detail)) for unit, row in rows if not row.round
    ]
    found = [elsewhere.get(one) if detailed else without.get(one[:3]) for detailed, one in told]
    rounds = Counter(name for name in found if name)
    if not rounds:
        return ""
    names = "、".join(f"“{name}”（{count} 行）" for name, count in rounds.most_common())
    return (
        f"有 {rounds.total()} 行与{names}已经反馈的问题编号、文字完全相同，导入后将作为“{round_name}”的新问题再反馈一次。"
        "如果这是从系统导出的台账，请核对轮次填得对不对"
    )


def _counted(rows: Sequence[Row]) -> str:
    counts = Counter(row.round for row in rows).most_common()
    some = "、".join(f"{name} {count} 行" for name, count in counts[:5])
    return some if len(counts) <= 5 else f"{some}等 {len(counts)} 个轮次"
