"""The lines above the header: the ledger's title and the unit that fills it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.grid import Grid
from ledger.sweep import CellPlace
from ledger.words import cell_text, tidy_name
from storage.visible import tidy

LABEL = re.compile(
    r"\s*(?:填\s*报|填\s*表|报\s*送|上\s*报|被巡察|被巡视)?\s*(?:单\s*位|党组织)\s*(?:名\s*称)?\s*(?:[(（]盖?公?章[)）])?\s*[:：]\s*(.*)",
    re.DOTALL,
)
AFTER = re.compile(r"\s{2,}|[\r\n]|(?:填报|填表|上报|报送)?(?:时间|日期)\s*[:：]|联系")
SEAL = re.compile(r"\s*[(（]\s*(?:盖\s*章|公\s*章|章|签\s*章)\s*[)）]\s*$")
NAMED = re.compile(
    r"((?:(?!关于|巡察|巡视|反馈|落实|整改|情况|[向对]).){2,30}?(?:党委会|党委|党工委|党组|党总支|党支部|委员会|支部))"
    r"(?=关于|落实|贯彻|对|巡察|巡视|整改|反馈|问题|开展|针对)"
)


@dataclass(frozen=True, slots=True)
class Title:
    """The first line above the header, the unit named there, and the cell that names it."""

    text: str = ""
    unit: str | None = None
    place: CellPlace | None = None


def read_title(grid: Grid, header_top: int) -> Title:
    """The title of a ledger; the unit is that of a 填报单位 line, or else of the title (“某镇党委落实…”)."""
    cells = [(place, text) for place, text in _cells(grid, header_top) if text.strip()]
    text = tidy_name(cells[0][1]) if cells else ""
    for at, (place, words) in enumerate(cells):
        if found := LABEL.match(words):
            if unit := _unit(found[1]):
                return Title(text, unit, place)
            if beside := _beside(cells[at + 1 : at + 2], place):
                return Title(text, *beside)
    for place, words in cells:
        if found := NAMED.match(tidy(words)):
            return Title(text, found[1], place)
    return Title(text)


def _cells(grid: Grid, header_top: int) -> Iterator[tuple[CellPlace, str]]:
    for row in range(header_top):
        for column, cell in enumerate(grid.row(row)):
            yield (row, column), cell_text(cell)


def _unit(words: str) -> str:
    return tidy(SEAL.sub("", AFTER.split(words.strip())[0]))


def _beside(following: list[tuple[CellPlace, str]], place: CellPlace) -> tuple[str, CellPlace] | None:
    for beside, words in following:
        if beside[0] == place[0] and ":" not in words and "：" not in words:
            return _unit(words), beside
    return None
