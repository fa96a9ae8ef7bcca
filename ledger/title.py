"""What stands above the header, or above a table of a document: the title, the unit it is about, the aspect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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

PARTY = r"党委会|党委|党工委|党组|党总支|党支部|支部"
OFFICE_NAME = (
    r"委员会|[局委办镇乡村院校站所处部室馆园厂店]|街道|中心|公司|学校|大队|集团|社区|联合会|协会|银行|法院|检察院|政府"
)
NUMBER_BEFORE = re.compile(
    r"\s*(?:第[一二三四五六七八九十百]+(?:部分|章|节)|[一二三四五六七八九十百]+[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d+[、.．])\s*"
)
COUNT_BEHIND = re.compile(r"\s*[(（][^()（）]*[)）]\s*$|[:：。;；]\s*$")
PARTY_ALONE = re.compile(rf"(?!.*(?:巡察|巡视|领导小组)).{{2,40}}(?:{PARTY})")
OFFICE_ALONE = re.compile(rf"(?!.*(?:巡察|巡视|领导小组|台账|清单|情况|问题|整改|附件|方面)).{{1,30}}(?:{OFFICE_NAME})")
ASPECT = re.compile(r".*方面(?:存在的?问题)?(?:[(（].*[)）])?[:：]?")
LONGEST_HEADING = 40
NO_HEADING = re.compile(
    r"[\s\d年月日./\-—第页共表续附件()（）一二三四五六七八九十:：、]*|(?:单位|计量单位)[:：].*|.*(?:日期|时间)\s*[:：].*"
)
"""Dates, page numbers, “附件 2”, “（续表）”: nobody takes them for a unit."""


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


@dataclass(frozen=True, slots=True)
class Heading:
    """What the lines above a table say: the first of them, the unit, the aspect, and short lines that were taken for neither."""

    text: str = ""
    unit: str | None = None
    section: str = ""
    unread: tuple[str, ...] = ()


def read_heading(lines: Sequence[str]) -> Heading:
    """What stands above a document's table; of several units the last one is meant, and an aspect above it is another unit's."""
    unit, section = None, ""
    unread: list[str] = []
    for place, words in enumerate(map(tidy_name, lines), 1):
        if named := _unit_of(words, last=place == len(lines)):
            unit, section, unread = named, "", []
        elif ASPECT.fullmatch(words):
            section = words
        elif len(words) <= LONGEST_HEADING and not NO_HEADING.fullmatch(words):
            unread.append(words)
    return Heading(tidy_name(lines[0]) if lines else "", unit, section, tuple(unread))


def _unit_of(words: str, *, last: bool) -> str | None:
    if found := LABEL.match(words):
        return _unit(found[1]) or None
    bare = NUMBER_BEFORE.sub("", words, count=1)
    alone = COUNT_BEHIND.sub("", bare)
    if PARTY_ALONE.fullmatch(alone) or (last and OFFICE_ALONE.fullmatch(alone)):
        return tidy(alone)
    found = NAMED.match(tidy(bare))
    return found[1] if found else None


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
