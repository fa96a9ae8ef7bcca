"""Numbers that Word writes by itself 自动编号: no text in the file, but what every reader of the document sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree  # type: ignore[import-untyped]  # ships no types

from ledger.container import Package
from ledger.refusals import Damaged
from ledger.sweep import UNREADABLE

NUMBERING, STYLES = "word/numbering.xml", "word/styles.xml"
LEVELS: Final = 9
MOST_BYTES: Final = 8 * 2**20
"""Of either part; an honest one has some hundred kilobytes."""
_DIGITS: Final = "零一二三四五六七八九"
_PLACE: Final = re.compile(r"%([1-9])")
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
    (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it begins, how it counts, and what stands around the number."""

    start: int = 1
    form: str = "decimal"
    around: str = ""


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has come."""

    lists: Mapping[str, tuple[str, Mapping[int, int]]] = field(default_factory=dict)
    """The scheme of each list, and the levels that it begins anew."""
    schemes: Mapping[str, Mapping[int, Level]] = field(default_factory=dict)
    styles: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """The list and the level that a style brings with it."""
    _at: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def of_style(self, style: str) -> tuple[str, int] | None:
        """Return the list and the level that paragraphs of a style stand in."""
        return self.styles.get(style)

    def next(self, name: str, depth: int) -> tuple[str, str]:
        """Count one paragraph on; return what stands before it, and the number alone."""
        if name not in self.lists or not 0 <= depth < LEVELS:
            return "", ""
        scheme, anew = self.lists[name]
        levels, at = self.schemes.get(scheme, {}), self._at.setdefault(scheme, [None] * LEVELS)
        if name not in self._begun:
            self._begun.add(name)
            for place, start in anew.items():
                at[place] = start - 1
        level = levels.get(depth, Level())
        before = at[depth]
        at[depth] = level.start if before is None else before + 1
        at[depth + 1 :] = [None] * (LEVELS - depth - 1)

        def shown(found: re.Match[str]) -> str:
            other = int(found[1]) - 1
            number = at[other]
            one = levels.get(other, Level())
            return written(one.start if number is None else number, one.form)

        return _PLACE.sub(shown, level.around) if level.form != "bullet" else "", written(at[depth] or 0, level.form)


def read_numbering(package: Package) -> Numbering:
    """Return the lists of a document; a document without any has none."""
    numbering, styles = _root(package, NUMBERING), _root(package, STYLES)
    found = Numbering(styles=_styles(styles) if styles is not None else {})
    if numbering is None:
        return found
    linked: dict[str, str] = {}
    schemes: dict[str, Mapping[int, Level]] = {}
    for one in _children(numbering, "abstractNum"):
        name = _attribute(one, "abstractNumId")
        schemes[name] = {_number(_attribute(level, "ilvl")): _level(level) for level in _children(one, "lvl")}
        if style := _said(one, "numStyleLink"):
            linked[name] = style
    lists = {}
    for one in _children(numbering, "num"):
        anew = {
            _number(_attribute(level, "ilvl")): _number(start)
            for level in _children(one, "lvlOverride")
            if (start := _said(level, "startOverride"))
        }
        lists[_attribute(one, "numId")] = (
            _said(one, "abstractNumId"),
            {level: start for level, start in anew.items() if 0 <= level < LEVELS},
        )
    for name, style in linked.items():
        other = lists.get(found.styles.get(style, ("", 0))[0])
        schemes[name] = schemes.get(other[0], {}) if other else {}
    found.lists, found.schemes = lists, schemes
    return found


def written(number: int, form: str) -> str:
    """Return a number as a list writes it; what is a bullet, or no number at all, is nothing."""
    if form in ("bullet", "none"):
        return ""
    writer = _WRITERS.get(form)
    return writer(number) if writer else str(number)


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones else "")


def _letters(number: int) -> str:
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 26 * 9 else str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    said = ""
    for value, letters in _ROMAN:
        while number >= value:
            said, number = said + letters, number - value
    return said


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)


_WRITERS: Final[Mapping[str, Callable[[int], str]]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting"), _chinese),
    "ideographDigital": _chinese, "decimalZero": lambda number: f"{number:02}", "lowerLetter": _letters, "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(), "upperRoman": lambda number: _roman(number).upper(),
    "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda number: f"（{number}）", "decimalEnclosedFullstop": lambda number: f"{number}.",
}  # fmt: skip


def _root(package: Package, name: str) -> Any:
    if name not in package.names:
        return None
    content = package.part(name)
    if len(content) > MOST_BYTES:
        raise Damaged("编号或样式的内容过大")
    try:
        return ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, *UNREADABLE):
        raise Damaged("编号或样式读不出来") from None


def _styles(root: Any) -> dict[str, tuple[str, int]]:
    """Return the list of each style, its own or that of the style it is based on."""
    own: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in _children(root, "style"):
        name = _attribute(style, "styleId")
        based[name] = _said(style, "basedOn")
        numbered = next((numbered for form in _children(style, "pPr") for numbered in _children(form, "numPr")), None)
        if numbered is not None and (of := _said(numbered, "numId")):
            own[name] = (of, _number(_said(numbered, "ilvl") or "0"))
    found = dict(own)
    for name in based:
        above, seen = name, set[str]()
        while above and above not in own and above not in seen:
            seen.add(above)
            above = based.get(above, "")
        if above in own:
            found[name] = own[above]
    return found


def _level(level: Any) -> Level:
    return Level(_number(_said(level, "start") or "1"), _said(level, "numFmt") or "decimal", _said(level, "lvlText"))


def _children(element: Any, name: str) -> list[Any]:
    return [one for one in element if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == name]


def _said(element: Any, name: str) -> str:
    """Return what a child says as its value."""
    return next((_attribute(one, "val") for one in _children(element, name)), "")


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
