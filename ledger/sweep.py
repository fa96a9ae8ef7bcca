"""What calamine does not tell of an xlsx: which cells are formulas or errors, and whether it is safe to read at all."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException, ElementTree, sax  # type: ignore[import-untyped]  # ships no types

from ledger.container import WORKBOOK, Package
from ledger.refusals import Damaged

RELS = "xl/_rels/workbook.xml.rels"
CellPlace = tuple[int, int]
"""Row and column, counted from 0."""

# Both patterns begin with a character that is rare in Chinese XML: searching is several times faster than for "<f" or "<c".
FORMULA = re.compile(rb"f(?<=[<:]f)[\s/>]")
PREFIXED_CELL = re.compile(rb":c[\s/>]")
ODD_CELL = re.compile(rb'<c(?! r="A?[A-Z](?:[1-9]\d{0,4}|1\d{5})")(?=[\s/>])')
"""A cell without a plain reference within A1:AZ199999: where it lies is for the guarded reader to find out."""
MANY_STRINGS = re.compile(rb"""uniqueCount\s*=\s*["']\s*\d{8,}""")
UNREADABLE = (DefusedXmlException, ValueError, LookupError)
"""What XML may end in beside its own errors; LookupError is an encoding nobody knows."""
REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Traces:
    """The cells of one worksheet whose shown value is not what was typed."""

    formulas: frozenset[CellPlace] = frozenset()
    errors: frozenset[CellPlace] = frozenset()


@dataclass(slots=True)
class Sweep:
    """The traces of each worksheet by its name; `tame` when calamine may read the file in this process."""

    traces: dict[str, Traces] = field(default_factory=dict)
    tame: bool = True


def sweep(package: Package) -> Sweep:
    """Unpack and look through every part of an xlsx; the refusals of `Package.part` are raised."""
    found = Sweep()
    sheets = _sheets(package)
    for name in package.names:
        content = package.part(name)
        if name in sheets:
            found.tame = found.tame and _tame(content)
            found.traces[sheets[name]] = _traces(content)
        elif name.lower().endswith("sharedstrings.xml"):
            found.tame = found.tame and not MANY_STRINGS.search(content[:4096])
    return found


def _sheets(package: Package) -> Mapping[str, str]:
    try:
        book, rels = (ElementTree.fromstring(package.part(name), forbid_dtd=True) for name in (WORKBOOK, RELS))
    except (ParseError, *UNREADABLE):
        raise Damaged("工作簿目录读不出来") from None
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    names = {}
    for sheet in (element for element in book.iter() if element.tag.endswith("}sheet")):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        names[posixpath.normpath(posixpath.join("/xl", targets.get(relation, ""))).lstrip("/")] = sheet.get("name", "")
    return names


def _tame(content: bytes) -> bool:
    return b"<sheetData" in content and not PREFIXED_CELL.search(content) and not ODD_CELL.search(content)


def _traces(content: bytes) -> Traces:
    if b't="e"' not in content and not FORMULA.search(content):
        return Traces()
    finder = _Finder()
    try:
        sax.parseString(content, finder, forbid_dtd=True)
    except (SAXException, *UNREADABLE):
        raise Damaged("工作表内容读不出来") from None
    return Traces(frozenset(finder.formulas), frozenset(finder.errors - finder.formulas))


class _Finder(ContentHandler):
    """Walks a worksheet as calamine does: a cell without a reference follows the one before it."""

    def __init__(self) -> None:
        super().__init__()
        self.row = self.column = 0
        self.formulas: set[CellPlace] = set()
        self.errors: set[CellPlace] = set()

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  # SAX's word
        match name.rpartition(":")[2]:
            case "row" if str(attrs.get("r", "")).isdecimal():
                self.row = int(attrs["r"]) - 1
            case "c":
                self._enter_cell(attrs)
            case "f":
                self.formulas.add((self.row, self.column))

    def _enter_cell(self, attrs: AttributesImpl) -> None:
        if at := REFERENCE.fullmatch(attrs.get("r", "")):
            self.row, self.column = int(at[2]) - 1, column_number(at[1])
        if attrs.get("t") == "e":
            self.errors.add((self.row, self.column))

    def endElement(self, name: str) -> None:  # noqa: N802  # SAX's word
        match name.rpartition(":")[2]:
            case "row":
                self.row, self.column = self.row + 1, 0
            case "c":
                self.column += 1


def column_number(letters: str) -> int:
    """The column a reference's letters name, counted from 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    while number >= 0:
        letters = chr(65 + number % 26) + letters
        number = number // 26 - 1
    return letters
