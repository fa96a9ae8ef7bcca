"""The templates that come with the program, one a scheme, made from the numbers of GB/T 9704; `python -m papers.word.shipping` writes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from papers.fonts import FAMILIES, HEI, KAI, SONG, TEXT, TITLE, altnames
from papers.kinds import FORM, LETTER, LIST, RED, REPORT, SCHEMES
from papers.word import marks
from papers.word.marks import LINE, Element, paragraph, run, twips, w

FOLDER: Final = Path(__file__).parent / "shipped"
RED_INK: Final = "D00000"
_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
_ZIP_DAY: Final = (2026, 1, 1, 0, 0, 0)


def main() -> None:
    """Write the templates."""
    FOLDER.mkdir(exist_ok=True)
    for scheme in SCHEMES:
        (FOLDER / f"{scheme}.docx").write_bytes(template(scheme))


def template(scheme: str) -> bytes:
    """Return the template of a scheme."""
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = SCHEMES[scheme], "zhenggai", ""
    properties.created = properties.modified = _DAY
    _styles(document)
    _font_table(document)
    _page(document, scheme)
    body = document.element.body
    section = body.sectPr
    for one in list(body):
        if one is not section:
            body.remove(one)
    for one in _lines(scheme):
        section.addprevious(one)
    kept = io.BytesIO()
    document.save(kept)
    return settled(kept.getvalue())


def settled(content: bytes) -> bytes:
    """Return a Word file with its parts in order and without the moment at which they were written: the same for the same."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        # Word looks for the list of types first.
        for name in sorted(read.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            part = zipfile.ZipInfo(name, _ZIP_DAY)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(part, read.read(name))
    return kept.getvalue()


# --- styles ---------------------------------------------------------------------------------------------------------

# Style: its name in Word, font role, size in points, and what its paragraphs are like.
_FIXED: Final[dict[str, object]] = {"before": 0, "after": 0, "line": LINE, "lineRule": "exact"}
_FREE: Final[dict[str, object]] = {"before": 40, "after": 40, "line": 300, "lineRule": "auto"}
_TWO: Final[dict[str, object]] = {"firstLineChars": 200, "firstLine": 640}
STYLES: Final[tuple[tuple[str, str, str, float, dict[str, Any]], ...]] = (
    (marks.TEXT, "公文正文", TEXT, 16, {"ind": _TWO, "jc": "both", "tight": True}),
    (marks.TITLE, "公文标题", TITLE, 22, {"jc": "center", "keep": True}),
    (marks.HEADINGS[0], "公文一级标题", HEI, 16, {"ind": _TWO, "keep": True, "tight": True, "level": 0}),
    (marks.HEADINGS[1], "公文二级标题", KAI, 16, {"ind": _TWO, "keep": True, "tight": True, "level": 1}),
    (marks.HEADINGS[2], "公文三级标题", TEXT, 16, {"ind": _TWO, "keep": True, "tight": True, "level": 2}),
    (marks.TO, "公文主送", TEXT, 16, {"tight": True}),
    (marks.NUMBER, "公文文号", TEXT, 16, {"jc": "center", "tight": True}),
    (marks.SIGN, "公文落款", TEXT, 16, {"jc": "right", "tight": True}),
    (marks.ATTACHED, "公文附件", HEI, 16, {"tight": True}),
    (marks.CELL, "公文表格", TEXT, 12, {"spacing": _FREE}),
    (marks.CELL_HEAD, "公文表头", HEI, 12, {"spacing": _FREE, "jc": "center"}),
    (marks.FORM, "公文表单", TEXT, 14, {"spacing": _FREE}),
    (marks.FORM_LABEL, "公文表单栏目", HEI, 14, {"spacing": _FREE, "jc": "center"}),
    (marks.HAND, "公文手写线", TEXT, 16, {"lined": True}),
    (marks.TINY, "公文分隔", TEXT, 1, {"spacing": {"before": 0, "after": 0, "line": 20, "lineRule": "exact"}}),
    ("gwPage", "公文页码", SONG, 14, {"spacing": {"before": 0, "after": 0, "line": 240, "lineRule": "auto"}}),
    (
        "gwMark",
        "公文标志",
        TITLE,
        36,
        {"jc": "center", "spacing": {"before": 0, "after": 0, "line": 240, "lineRule": "auto"}},
    ),
)


def fonts(role: str) -> Element:
    """Return the fonts of a run: the same for Chinese and for Latin signs."""
    name = FAMILIES[role][0]
    return w("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name)


def style_elements() -> Iterator[Element]:
    """Yield the styles by which blocks are written; a template that has none of them is given them."""
    for key, name, role, size, like in STYLES:
        yield _style(key, name, role, size, like)
    looks = w("rPr", fonts(KAI), w("color", val="555555"))
    yield w("style", w("name", val="公文待填"), looks, type="character", styleId=marks.BLANK, customStyle=1)


def _style(key: str, name: str, role: str, size: float, like: dict[str, Any]) -> Element:
    paragraphs = [w("keepNext")] if like.get("keep") else []
    if like.get("lined"):
        edge: dict[str, object] = {"val": "single", "sz": 4, "space": 1, "color": "808080"}
        paragraphs.append(w("pBdr", w("bottom", **edge), w("between", **edge)))
    paragraphs += [
        w("autoSpaceDE", val=0),
        w("autoSpaceDN", val=0),
        w("snapToGrid", val=0),
        w("spacing", **like.get("spacing", _FIXED)),
    ]
    paragraphs += [w("ind", **like["ind"])] if "ind" in like else []
    paragraphs += [w("jc", val=like["jc"])] if "jc" in like else []
    paragraphs += [w("outlineLvl", val=like["level"])] if "level" in like else []
    bold = [w("color", val=RED_INK)] if key == "gwMark" else []
    tight = [w("spacing", val=-5)] if like.get("tight") else []
    runs = w(
        "rPr",
        fonts(role),
        *bold,
        *tight,
        w("kern", val=0),
        w("sz", val=round(size * 2)),
        w("szCs", val=round(size * 2)),
    )
    return w(
        "style",
        w("name", val=name),
        w("basedOn", val="Normal"),
        w("pPr", *paragraphs),
        runs,
        type="paragraph",
        styleId=key,
        customStyle=1,
    )


def _styles(document: Any) -> None:
    styles = document.styles.element
    for one in list(styles):
        if one.tag == qn("w:style") and one.get(qn("w:styleId")) not in {
            "Normal",
            "DefaultParagraphFont",
            "TableNormal",
            "NoList",
        }:
            styles.remove(one)
    defaults = styles.find(qn("w:docDefaults"))
    for part in list(defaults):
        defaults.remove(part)
    defaults.append(
        w(
            "rPrDefault",
            w("rPr", fonts(TEXT), w("sz", val=32), w("szCs", val=32), w("lang", val="en-US", eastAsia="zh-CN")),
        )
    )
    defaults.append(w("pPrDefault", w("pPr")))
    for one in style_elements():
        styles.append(one)


def _font_table(document: Any) -> None:
    """Name the office's fonts, each with the names by which other systems know it."""
    part = next(one for one in document.part.package.iter_parts() if str(one.partname) == "/word/fontTable.xml")
    known = [
        w("font", w("altName", val=",".join(others)), w("charset", val="86"), name=name) for name, others in altnames()
    ]
    from lxml import etree  # noqa: PLC0415 beside what it serves

    part._blob = etree.tostring(w("fonts", *known), xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001 it has no setter


# --- page -----------------------------------------------------------------------------------------------------------


def _page(document: Any, scheme: str) -> None:
    section = document.sections[0]
    element = section._sectPr  # noqa: SLF001 python-docx has no other way to its grid
    for one in element.findall(qn("w:docGrid")):
        element.remove(one)
    section.page_width, section.page_height = (docx.shared.Twips(one) for one in marks.A4)
    margins = element.find(qn("w:pgMar"))
    head = 30 if scheme == LETTER else 15
    sides = {"top": 37, "right": 26, "bottom": 35, "left": 28, "header": head, "footer": 25.5, "gutter": 0}
    for side, millimetres in sides.items():
        margins.set(qn(f"w:{side}"), str(twips(millimetres)))
    if scheme == LIST:
        marks.turned(element, wide=True, first=True)
    document.settings.odd_and_even_pages_header_footer = True
    _fill(section.footer, _page_number("right"))
    _fill(section.even_page_footer, _page_number("left"))
    if scheme == LETTER:
        section.different_first_page_header_footer = True
        _fill(section.first_page_header, _letter_head())
        _fill(section.first_page_footer, _letter_foot())


def _fill(part: Any, *paragraphs: Element) -> None:
    part.is_linked_to_previous = False
    for one in list(part._element):  # noqa: SLF001 as above
        part._element.remove(one)  # noqa: SLF001 as above
    for one in paragraphs:
        part._element.append(one)  # noqa: SLF001 as above


def _page_number(side: str) -> Element:
    field = [w("r", w("fldChar", fldCharType=kind)) for kind in ("begin", "separate", "end")]
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = " PAGE "
    before = run("—")
    before[0][-1].text = "— "  # a run of text ends with no space
    runs = [*before, field[0], w("r", instruction), field[1], *run("1"), field[2], *run(" —")]
    indent = w("ind", **{f"{side}Chars": 100, side: 280})
    return paragraph(runs, "gwPage", indent, w("jc", val=side))


def _letter_head() -> Element:
    """The mark 30 mm below the edge, and 4 mm below it the double line of 170 mm, thick over thin."""
    edge = w("bottom", val="thickThinSmallGap", sz=24, space=11, color=RED_INK)
    return paragraph(
        [w("r", w("rPr", w("sz", val="{{ 标志字号 }}")), w("t", "{{ 标志 }}"))], "gwMark",
        w("pBdr", edge), w("ind", left=-twips(8), right=-twips(6)),
    )  # fmt: skip


def _letter_foot() -> Element:
    """The other double line, thin over thick, 20 mm above the lower edge of the first page."""
    frame = w(
        "framePr",
        w=twips(170),
        h=40,
        hRule="exact",
        wrap="around",
        vAnchor="page",
        hAnchor="page",
        x=twips(20),
        y=twips(277),
    )
    return paragraph([], "gwPage", frame, w("pBdr", w("top", val="thinThickSmallGap", sz=24, space=1, color=RED_INK)))


# --- what stands in it ----------------------------------------------------------------------------------------------


def _lines(scheme: str) -> Iterator[Element]:
    if scheme in {RED, REPORT}:
        yield from _red_head(scheme)
    elif scheme == LETTER:
        yield paragraph(
            run("{{ 文号 }}"),
            marks.NUMBER,
            w("spacing", before=140, after=0, line=LINE, lineRule="exact"),
            w("jc", val="right"),
        )
        yield from _empty(2)
    else:
        yield _when("文号")
        yield paragraph(run("{{ 文号 }}"), marks.FORM, w("jc", val="right"))
        yield _end()
    yield paragraph(run("{%p for 行 in 标题行 %}"), marks.TINY)
    yield paragraph(run("{{ 行 }}"), marks.TITLE)
    yield paragraph(run("{%p endfor %}"), marks.TINY)
    yield _when("主送")
    yield from _empty(1)
    yield paragraph(run("{{ 主送 }}："), marks.TO)
    yield _end()
    if scheme in {FORM, LIST}:
        yield paragraph([], marks.TINY)
    for name in ("正文", "附件说明", "落款", "附件", "文末"):
        yield paragraph(run("{{p " + name + " }}"), marks.TEXT)


def _red_head(scheme: str) -> Iterator[Element]:
    """The mark 35 mm below the type area's upper edge, two lines lower the number, 4 mm below it the line."""
    yield paragraph([], marks.TINY, w("spacing", before=0, after=0, line=twips(35), lineRule="exact"))
    size = w("r", w("rPr", w("sz", val="{{ 标志字号 }}")), w("t", "{{ 标志 }}"))
    yield paragraph([size], "gwMark")
    yield from _empty(2)
    edge = w("pBdr", w("bottom", val="single", sz=14, space=9, color=RED_INK))
    if scheme == REPORT:
        tab = w("tabs", w("tab", val="right", pos=marks.UPRIGHT_WIDTH - 320))
        name = w("r", w("rPr", fonts(KAI)), w("t", "{{ 签发人 }}"))
        runs = [*run("{{ 文号 }}"), w("r", w("tab")), *run("签发人："), name]
        yield paragraph(runs, marks.NUMBER, edge, tab, w("ind", leftChars=100, left=320), w("jc", val="left"))
    else:
        yield paragraph(run("{{ 文号 }}"), marks.NUMBER, edge)
    yield from _empty(2)


def _empty(count: int) -> Iterable[Element]:
    return [paragraph([], marks.TO) for _ in range(count)]


def _when(name: str) -> Element:
    return paragraph(run("{%p if " + name + " %}"), marks.TINY)


def _end() -> Element:
    return paragraph(run("{%p endif %}"), marks.TINY)


if __name__ == "__main__":
    main()
