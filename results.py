"""What was achieved 整改成效: the figures that a unit states and what it lists of them one by one. Data only, standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

FEN, ITEMS, PERSONS = "分", "项", "人"


@dataclass(frozen=True, slots=True)
class ResultKind:
    """A figure of what was achieved: its words, and the unit in which it is recorded."""

    name: str
    shown: str
    unit: str
    short: str = ""
    """Its words in a list that says of what it is."""

    @property
    def said_in(self) -> str:
        """Return the unit in which people say it: money is recorded in fen and said in yuan."""
        return "元" if self.unit == FEN else self.unit

    @property
    def asked(self) -> str:
        """Return its words with that unit, as forms ask for it."""
        return f"{self.shown}（{self.said_in}）"

    def recorded(self, amount: object) -> str:
        """Return the text that an entry commits to: a whole number and its unit."""
        return f"{amount} {self.unit}"


RESULTS: Final = {
    r.name: r
    for r in (
        ResultKind("rules_new", "新建制度", ITEMS, "新建"),
        ResultKind("rules_revised", "修订制度", ITEMS, "修订"),
        ResultKind("money_cleared", "清理资金", FEN, "清理"),
        ResultKind("money_repaid", "清退资金", FEN, "清退"),
        ResultKind("money_collected", "追缴资金", FEN, "追缴"),
        ResultKind("money_recovered", "挽回资金", FEN, "挽回"),
        ResultKind("people_educated", "批评教育", PERSONS),
        ResultKind("people_admonished", "诫勉", PERSONS),
        ResultKind("people_adjusted", "组织处理", PERSONS),
        ResultKind("people_party", "党纪处分", PERSONS),
        ResultKind("people_government", "政务处分", PERSONS),
        ResultKind("people_transferred", "移送", PERSONS),
    )
}


TEXT, DAY, MONEY, COUNT = "text", "day", "money", "count"


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing said of what is listed: its name, its words, the column that keeps it, of which sort it is, and whether it may be left out."""

    name: str
    shown: str
    kept: str
    sort: str = TEXT
    optional: bool = True
    aside: str = ""
    """How a sentence says it in brackets, with `{}` where it stands; empty where it is said otherwise."""

    @property
    def of_day(self) -> bool:
        """Say whether it is a day."""
        return self.sort == DAY

    @property
    def of_number(self) -> bool:
        """Say whether it is an amount of money or a count."""
        return self.sort in (MONEY, COUNT)


@dataclass(frozen=True, slots=True)
class ResultList:
    """A list of what was achieved: the figures that it adds up to, and what is said in each of its rows beside the kind."""

    name: str
    shown: str
    kind: str
    """What its kinds are called."""
    cells: tuple[Cell, ...]
    of: tuple[str, ...]
    """The figures that it adds up to."""

    def kind_of(self, said: str) -> str | None:
        """Return the figure that a row counts for, by its name or by its words, short or whole."""
        words = (said, said.removesuffix("制度"), said.removesuffix("资金"))
        return next((kind for kind in self.of if kind == said or kind_word(kind) in words), None)


LISTS: Final = {
    one.name: one
    for one in (
        ResultList(
            "rules", "制度清单", "新建或修订",
            (Cell("name", "名称", "name", optional=False), Cell("number", "文号", "number", aside="{}"), Cell("on", "印发日期", "dated", DAY, aside="{}印发")),
            ("rules_new", "rules_revised"),
        ),
        ResultList(
            "sums", "资金清单", "种类",
            (Cell("amount", "金额（元）", "amount", MONEY, optional=False), Cell("voucher", "凭证", "number", aside="{}")),
            ("money_cleared", "money_repaid", "money_collected", "money_recovered"),
        ),
        ResultList(
            "people", "人员处理清单", "处理方式",
            (Cell("name", "姓名", "name"), Cell("post", "职务", "post", aside="{}"), Cell("count", "人数", "amount", COUNT)),
            tuple(kind for kind in RESULTS if RESULTS[kind].unit == PERSONS),
        ),
    )
}  # fmt: skip
"""What is listed one by one, under the name of the answer that lists it."""
LIST_OF: Final = {kind: one.name for one in LISTS.values() for kind in one.of}


def kind_word(kind: str) -> str:
    """Return the word of a kind within its list."""
    return RESULTS[kind].short or RESULTS[kind].shown


def counted(row: Mapping[str, Any]) -> int:
    """Return what a row of a list adds to its figure: money in fen, people without a name by their number, else one."""
    return int(row.get("amount", row.get("count", 1)))


def listed_total(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return what the rows of lists add up to, by kind."""
    total: dict[str, int] = {}
    for row in rows:
        total[row["kind"]] = total.get(row["kind"], 0) + counted(row)
    return total


COLUMNS: Final = ("kind", "name", "number", "dated", "post", "amount")
"""The columns in which a row is kept, empty where nothing is said; a cell takes one that no other of its list has."""


def _cells(kind: str) -> tuple[Cell, ...]:
    return LISTS[LIST_OF[kind]].cells


def as_kept(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return a row of a list as its columns."""
    said = {cell.kept: row.get(cell.name) for cell in _cells(row["kind"])}
    kept = {"kind": row["kind"], "dated": said.get("dated") or None, "amount": counted(row)}
    return tuple(kept[column] if column in kept else said.get(column) or "" for column in COLUMNS)


def as_listed(kept: Sequence[Any]) -> dict[str, Any]:
    """Return the row of a list that its columns keep."""
    there = dict(zip(COLUMNS, kept, strict=True))
    if there["name"]:
        there["amount"] = ""  # who is named is one
    said = {cell.name: there[cell.kept] for cell in _cells(there["kind"])}
    return {"kind": there["kind"]} | {
        name: str(value) if isinstance(value, date) else value
        for name, value in said.items()
        if value not in ("", None)
    }


def said_row(row: Mapping[str, Any]) -> str:
    """Return a row of a list in words: 新建《…》（文号，2026年3月5日印发）, 清退 1,200.00 元（凭证）, 党纪处分 某某（职务）."""
    kind, name = row["kind"], row.get("name")
    if "amount" in row:
        said = f" {in_yuan(row['amount'])} 元"
    elif LIST_OF[kind] == "rules":
        said = _titled(row["name"])
    else:
        said = f" {name or f'{counted(row)} {PERSONS}'}"
    beside = [
        cell.aside.format(_day(row[cell.name]) if cell.of_day else row[cell.name])
        for cell in _cells(kind) if cell.aside and row.get(cell.name)
    ]  # fmt: skip
    within = "，".join(beside)
    return f"{kind_word(kind)}{said}{f'（{within}）' if within else ''}"


def in_yuan(fen: int) -> str:
    """Return an amount of money as it is said: 1,200.00."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def _titled(name: str) -> str:
    return name if name.startswith("《") and name.endswith("》") else f"《{name}》"


def _day(on: date | str) -> str:
    day = date.fromisoformat(str(on))
    return f"{day.year}年{day.month}月{day.day}日"


def amount_of(recorded: str) -> int:
    """Return the whole number of a figure as an entry records it."""
    return int(recorded.partition(" ")[0])


def typed_row(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row of a list as people type it."""
    typed = {name: str(value) for name, value in row.items()}
    return {**typed, "amount": as_typed(row["kind"], row["amount"])} if "amount" in row else typed


def as_typed(kind: str, amount: int) -> str:
    """Return a figure as people type it: money is recorded in fen and said in yuan."""
    if RESULTS[kind].unit != FEN:
        return str(amount)
    return f"{amount // 100}.{amount % 100:02d}" if amount % 100 else str(amount // 100)
