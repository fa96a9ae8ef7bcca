"""What stands on a paper 文书, whatever it is printed by: plain blocks of plain text. What a person must write is a blank with a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, Final

_UNDRAWN: Final = frozenset({"Cc", "Cf", "Cs"})
_BREAK: Final = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
DATE_BLANK: Final = "　　　　年　　月　　日"
SHORT_BLANK: Final = "　　年　月　日"


def day_of(value: date) -> str:
    """Return a day as papers write it: 2026年3月2日, without the day of the week."""
    return f"{value.year}年{value.month}月{value.day}日"


def plain(text: str) -> str:
    """Return the text as it can be printed: breaks are line ends, a tab is a blank, what no font draws is left out."""
    lines = _BREAK.sub("\n", text).replace("\t", " ").split("\n")
    drawn = ("".join(filter(_is_drawn, line)).rstrip(" ") for line in lines)
    return "\n".join(drawn).strip("\n")


def _is_drawn(sign: str) -> bool:
    """What is private or newer than our tables may be a name's character and stays; what is no character at all no file takes."""
    place = ord(sign)
    return unicodedata.category(sign) not in _UNDRAWN and place & 0xFFFE != 0xFFFE and not 0xFDD0 <= place <= 0xFDEF


class Unusable(ValueError):
    """An office's own template cannot be printed with: says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What a person must write: its name, and a short hint of what belongs there. Nothing is ever invented in its place."""

    name: str
    hint: str = ""
    label: str = ""
    """What is printed in its place where its name is said beside it already."""
    written: str = ""
    """What has been written into it since."""

    @property
    def shown(self) -> str:
        """Return what stands there until it is written: 〔请填写：…〕."""
        words = self.label or f"{self.name}{f'：{self.hint}' if self.hint else ''}"
        return self.written or f"〔{words}〕"


Text = str | Blank
Parts = tuple[Text, ...]
Cell = Text | Parts
"""What a cell of a table says: a text, a blank, or several behind one another."""


def parts_of(cell: Cell) -> Parts:
    """Return what a cell says, part by part."""
    return cell if isinstance(cell, tuple) else (cell,)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: 1 一、黑体, 2 （一）楷体, 3 and 4 仿宋."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text; indented by two characters unless it is said otherwise."""

    parts: Parts
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head stands again on each page, and whose rows are not split; widths are shares of the line."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    empty: str = "（无）"
    """What stands in its place where it has no row."""


@dataclass(frozen=True, slots=True)
class Box:
    """An opinion box 意见栏: whose it is, what was said, who signs, when; what is not there yet is left to be written."""

    label: str
    said: Text = ""
    signed: str = ""
    on: date | None = None
    seal: bool = True

    @property
    def foot(self) -> str:
        """Return the line for signature, day and seal."""
        day = day_of(self.on) if self.on else SHORT_BLANK
        return f"{'（章）　' if self.seal else ''}签名：{self.signed or '　　　　'}　　{day}"


@dataclass(frozen=True, slots=True)
class Form:
    """A form 表: rows of labels and what stands behind them; of a row of one pair the value takes the whole line."""

    rows: tuple[tuple[tuple[str, Cell], ...], ...]
    tall: tuple[str, ...] = ()
    """The labels whose row is high, to be written into by hand."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Opinion boxes 意见栏 in the order in which they are signed."""

    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Blank lines for handwriting, with what is to be written on them."""

    count: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Signers:
    """Lines at the foot on which people sign: what each signs as, and the name where it is known."""

    lines: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Table | Form | Boxes | Lines | Signers


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment 附件, on a new page: its title and blocks; a wide table lies across."""

    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt 回执 to be cut off, signed and sent back: what is received, and by whom."""

    file: str
    receiver: str
    returns_to: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that stands on one paper."""

    title: str
    organ: str
    """Whose paper it is, as its head and its signature say it."""
    blocks: tuple[Block, ...] = ()
    to: Text = ""
    attachments: tuple[Attachment, ...] = ()
    named_only: tuple[str, ...] = ()
    """Attachments that go along and are no part of this file."""
    copies: tuple[str, ...] = ()
    receipt: Receipt | None = None
    number: Text = ""
    signer: Text = ""
    """签发人, on a report."""
    on: date | None = None
    signed: bool = True
    """It ends with the organ and the day."""
    wide: bool = False
    """The whole of it lies across."""
    figures: str = ""
    """The figures that it says, as they were counted, as canonical JSON; kept by its hash as it is issued."""

    def issued(self, number: str, on: date, signer: str = "") -> Content:
        """Return the paper with the number and the day that it is given as it is issued 签发."""
        return replace(self, number=number, on=on, signer=signer or self.signer)

    def written(self, said: Mapping[str, str]) -> Content:
        """Return the paper with what people wrote into its blanks, by their names."""
        filled = _with(self, said)
        assert isinstance(filled, Content)
        return filled

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """Return what a person still has to write, each name once, in the order in which it stands on the paper."""
        return tuple(one for one in self.all_blanks if not one.written)

    @property
    def all_blanks(self) -> tuple[Blank, ...]:
        """Return what a person writes, written or not, each name once, in the order in which it stands on the paper."""
        return tuple({one.name: one for one in _blanks(self)}.values())

    @property
    def printed_on(self) -> str:
        """Return the day on which it was printed 印发, or a short place for it."""
        return day_of(self.on) if self.on else SHORT_BLANK

    @property
    def day(self) -> str:
        """Return the day of the paper, or the place for it."""
        return day_of(self.on) if self.on else DATE_BLANK


def _with(value: Any, said: Mapping[str, str]) -> Any:
    if isinstance(value, Blank):
        return replace(value, written=plain(said[value.name])) if said.get(value.name) else value
    if isinstance(value, tuple):
        return tuple(_with(one, said) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _with(getattr(value, one.name), said) for one in fields(value)})
    return value


def _blanks(value: Any) -> Iterator[Blank]:
    if isinstance(value, Blank):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _blanks(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _blanks(getattr(value, one.name))


def para(*parts: Text, indent: bool = True) -> Paragraph:
    """Return a paragraph of these parts."""
    return Paragraph(parts, indent)


_NUMERALS: Final = "一二三四五六七八九十"


def chinese(number: int) -> str:
    """Return a number from 1 to 99 in Chinese numerals, as headings count: 一, 十二, 三十."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return ten + (_NUMERALS[ones - 1] if ones else "")


def headed(number: int, words: str) -> Heading:
    """Return a heading of the first level with its number: 一、…."""
    return Heading(f"{chinese(number)}、{words}")


def one_line(texts: Iterable[str], between: str = "；") -> str:
    """Return the texts that say something, behind one another."""
    return between.join(text for text in texts if text)


def balanced(title: str, widest: int = 20) -> Sequence[str]:
    """Return the title in lines of about one length, none wider than so many characters; breaks stand behind what belongs together."""
    text = plain(title).replace("\n", "")
    count = -(-len(text) // widest)
    lines: list[str] = []
    while count > 1:
        cut = _cut(text, len(text) / count, widest)
        lines.append(text[:cut])
        text, count = text[cut:], max(count - 1, -(-(len(text) - cut) // widest))
    return [*lines, text]


_AFTER: Final = (
    "关于",
    "党委",
    "党组",
    "党支部",
    "党总支",
    "落实",
    "反馈",
    "巡察",
    "整改",
    "情况",
    "问题",
    "进展",
    "的",
)
_NOT_FIRST: Final = "的、，。；：）》〉”’"
_NUMBER: Final = re.compile(r"[第一二三四五六七八九十百\d][一二三四五六七八九十百\d轮届次年月日号]")
"""Two signs of one number, which no line parts: 第十一轮."""


def _cut(text: str, ideal: float, widest: int) -> int:
    places = [
        at
        for at in range(1, min(widest, len(text) - 1) + 1)
        if text[at] not in _NOT_FIRST and not _NUMBER.match(text, at - 1)
    ]
    return min(places or [widest], key=lambda at: abs(at - ideal) + (0 if text[:at].endswith(_AFTER) else 2.5))
