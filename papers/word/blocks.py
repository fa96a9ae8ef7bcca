"""The blocks of a paper in Word's marks. Whatever they say is text, and stays it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch
from typing import Final

from papers.content import (
    Attachment,
    Blank,
    Boxes,
    Cell,
    Content,
    Form,
    Heading,
    Lines,
    Paragraph,
    Receipt,
    Signers,
    Table,
    Text,
    balanced,
    parts_of,
)
from papers.data import cell_size, said, short_columns, splits
from papers.word.marks import (
    ACROSS_WIDTH,
    ATTACHED,
    BLANK,
    CELL,
    CELL_HEAD,
    FORM,
    FORM_LABEL,
    HAND,
    HEADINGS,
    SIGN,
    TEXT,
    TINY,
    TITLE,
    UPRIGHT_WIDTH,
    Element,
    cell,
    kept,
    paragraph,
    row,
    run,
    section_break,
    table,
    twips,
    w,
)

_LABEL: Final = twips(30)


def runs(parts: Iterable[Text], size: float = 0) -> list[Element]:
    """Return the runs of parts; a blank stands in its own style until it is written."""
    found: list[Element] = []
    for one in parts:
        blank = isinstance(one, Blank) and not one.written
        found += run(one.shown if isinstance(one, Blank) else one, BLANK if blank else "", size=size)
    return found


def text(content: Content) -> list[Element]:
    """Return the blocks of a paper; where it is signed its last paragraph stands on the page of the signature."""
    found = body(content.blocks, wide=content.wide)
    if content.signed and content.blocks and isinstance(content.blocks[-1], Paragraph):
        kept(found[-1])
    return found


def body(blocks: Sequence[object], *, wide: bool = False) -> list[Element]:
    """Return the blocks behind one another."""
    width = ACROSS_WIDTH if wide else UPRIGHT_WIDTH
    found: list[Element] = []
    for block in blocks:
        made = list(drawn(block, width))
        # Two tables that touch would be one.
        if found and found[-1].tag == made[0].tag and made[0].tag.endswith("}tbl"):
            found.append(paragraph([], TINY))
        found += made
    return found


@singledispatch
def drawn(block: object, width: int) -> Iterator[Element]:  # noqa: ARG001 as the others
    """Yield a block in marks, for a type area of that width."""
    raise TypeError(block)


@drawn.register
def _(block: Heading, width: int) -> Iterator[Element]:  # noqa: ARG001 as the others
    yield paragraph(run(block.text), HEADINGS[block.level - 1])


@drawn.register
def _(block: Paragraph, width: int) -> Iterator[Element]:  # noqa: ARG001 as the others
    marks = () if block.indent else (w("ind", firstLineChars=0, firstLine=0),)
    yield paragraph(runs(block.parts), TEXT, *marks)


@drawn.register
def _(block: Table, width: int) -> Iterator[Element]:
    if not block.rows:
        yield paragraph(run(block.empty), CELL, w("jc", val="center"))
        return
    size, whole = cell_size(block), sum(block.widths)
    widths = [width * share // whole for share in block.widths]
    head = [cell([_line([name], CELL_HEAD, size)], one) for name, one in zip(block.head, widths, strict=True)]
    wide = width == ACROSS_WIDTH
    short = short_columns(block)
    rows = (
        row((_cell(*one, size) for one in zip(cells, widths, short, strict=True)), splits=splits(block, cells, wide=wide))
        for cells in block.rows
    )  # fmt: skip
    yield table(widths, [row(head, head=True), *rows])


def _cell(told: Cell, width: int, middle: bool, size: float) -> Element:  # noqa: FBT001 one of three that go together
    return cell([_line(parts_of(told), CELL, size, *([w("jc", val="center")] if middle else []))], width)


def _line(parts: Iterable[Text], style: str, size: float, *marks: Element) -> Element:
    return paragraph(runs(parts, size), style, *marks)


@drawn.register
def _(block: Form, width: int) -> Iterator[Element]:
    half = width // 2
    widths = (_LABEL, half - _LABEL, _LABEL, width - half - _LABEL)
    rows = []
    for pairs in block.rows:
        alone = len(pairs) == 1
        cells: list[Element] = []
        for place, (name, told) in enumerate(pairs):
            cells.append(cell([paragraph(run(name), FORM_LABEL)], _LABEL))
            value = sum(widths[1:]) if alone else widths[2 * place + 1]
            cells.append(
                cell(
                    [paragraph(runs(parts_of(told)), FORM)],
                    value,
                    3 if alone else 1,
                    middle=pairs[0][0] not in block.tall,
                )
            )
        high = twips(42) if pairs[0][0] in block.tall else 0
        rows.append(row(cells, high=high, splits=any(len(said(told)) > 300 for _, told in pairs)))
    yield table(widths, rows)


@drawn.register
def _(block: Boxes, width: int) -> Iterator[Element]:
    rows = []
    for one in block.boxes:
        foot = paragraph(run(one.foot), FORM, w("jc", val="right"))
        told = cell([paragraph(runs((one.said,)), FORM), foot], width - _LABEL, middle=False)
        rows.append(row([cell([paragraph(run(one.label), FORM_LABEL)], _LABEL), told], high=twips(20)))
    yield table((_LABEL, width - _LABEL), rows)


@drawn.register
def _(block: Lines, width: int) -> Iterator[Element]:  # noqa: ARG001 as the others
    if block.hint:
        yield paragraph(run(f"{block.hint}："), HEADINGS[1])
    for _ in range(block.count):
        yield paragraph([], HAND)


@drawn.register
def _(block: Signers, width: int) -> Iterator[Element]:
    columns = min(len(block.lines), 5 if width == ACROSS_WIDTH else 2)
    each = width // columns
    lines = [cell([paragraph(run(f"{label}：{name}"), FORM)], each) for label, name in block.lines]
    lines += [cell([paragraph([], FORM)], each) for _ in range(-len(lines) % columns)]
    yield paragraph([], TINY)
    rows = (row(lines[at : at + columns], high=twips(12)) for at in range(0, len(lines), columns))
    yield table([each] * columns, rows, ruled=False)


# --- what stands behind the text -----------------------------------------------------------------------------------


def named(content: Content) -> Iterator[Element]:
    """Yield the attachments by name 附件说明, a blank line below the text."""
    names = [*(one.title for one in content.attachments), *content.named_only]
    if not names:
        return
    yield paragraph([], TEXT)
    for place, name in enumerate(names):
        first = "附件：" if place == 0 else "　　　"
        number = f"{place + 1}." if len(names) > 1 else ""
        yield paragraph(
            run(f"{first}{number}{name}"),
            TEXT,
            w("ind", leftChars=500, left=1600, hangingChars=300, hanging=960),
        )


def signature(content: Content) -> Iterator[Element]:
    """Yield organ and day: the day four characters from the right, the organ centred over it."""
    if not content.signed:
        return
    organ, day = _wide(content.organ), _wide(content.day)
    longest = max(organ, day)
    right = max(0.0, min(4 - (longest - day) / 2, 28 - longest))
    for _ in range(2):
        yield paragraph([], TEXT, w("keepNext"))
    for text, size, last in ((content.organ, organ, False), (content.day, day, True)):
        indent = round((right + (longest - size) / 2) * 100)
        marks = [w("keepNext")] if not last else []
        yield paragraph(run(text), SIGN, *marks, w("ind", rightChars=indent, right=indent * 32 // 10))


def _wide(text: str) -> float:
    """Return how many characters wide a text is; a Latin one counts half."""
    return sum(1 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 for sign in text)


def attachments(content: Content, section: Element) -> Iterator[Element]:
    """Yield each attachment 附件 on pages of its own, behind a break that ends what stands before it."""
    before, first = content.wide, True
    for place, one in enumerate(content.attachments, start=1):
        yield section_break(section, wide=before, first=first)
        yield from _attached(one, place if len(content.attachments) + len(content.named_only) > 1 else 0)
        before, first = one.wide, False


def _attached(one: Attachment, number: int) -> Iterator[Element]:
    yield paragraph(run(f"附件{number or ''}"), ATTACHED)
    yield paragraph([], TEXT)
    for line in balanced(one.title, 30 if one.wide else 19):
        yield paragraph(run(line), TITLE)
    yield from body(one.blocks, wide=one.wide)


def last_is_wide(content: Content) -> bool:
    """Say whether the last page before receipt and imprint lies across."""
    return content.attachments[-1].wide if content.attachments else content.wide


def ends_apart(content: Content) -> bool:
    """Say whether receipt and imprint stand on an upright page of their own."""
    return content.receipt is not None or (last_is_wide(content) and bool(content.copies))


def ending(content: Content, section: Element, *, lined: bool) -> Iterator[Element]:
    """Yield receipt 回执 and imprint 版记, on a page of their own where they need one."""
    if ends_apart(content):
        yield section_break(section, wide=last_is_wide(content), first=not content.attachments)
    if content.receipt is not None:
        yield from _receipt(content, content.receipt)
    if content.copies:
        yield paragraph([], TINY)
        yield _imprint(content, lined=lined)
        yield paragraph([], TINY)


def _receipt(content: Content, receipt: Receipt) -> Iterator[Element]:
    number = content.number if isinstance(content.number, str) else content.number.written
    form = Form((
        (("文件名", receipt.file),),
        (("文号", number), ("份数", "")),
        (("签收单位", receipt.receiver),),
        (("签收人", ""), ("职务", "")),
        (("签收日期", ""), ("盖章", "")),
    ))  # fmt: skip
    yield paragraph(run("回　执"), TITLE)
    yield from drawn(form, UPRIGHT_WIDTH)
    yield paragraph(run(f"请书记本人签收后，将本回执退回{receipt.returns_to}。"), FORM)


def _imprint(content: Content, *, lined: bool) -> Element:
    copies = paragraph(
        run(f"抄送：{'，'.join(content.copies)}。"),
        FORM,
        w("ind", leftChars=400, left=1120, hangingChars=300, hanging=840),
    )
    rows = [row([cell([copies], UPRIGHT_WIDTH)])]
    if lined:
        tab = w("tabs", w("tab", val="right", pos=UPRIGHT_WIDTH - 480))
        printed = [*run(content.organ), w("r", w("tab")), *run(f"{content.printed_on}印发")]
        rows.append(row([cell([paragraph(printed, FORM, tab, w("ind", leftChars=100, left=280))], UPRIGHT_WIDTH)]))
    made = table([UPRIGHT_WIDTH], rows, ruled=False)
    marks = made.find(f"{{{made.nsmap['w']}}}tblPr")
    marks.insert(
        0,
        w(
            "tblpPr",
            leftFromText=0,
            rightFromText=0,
            vertAnchor="margin",
            horzAnchor="margin",
            tblpXSpec="center",
            tblpYSpec="bottom",
        ),
    )
    if lined:
        borders = marks.find(f"{{{made.nsmap['w']}}}tblBorders")
        # 0.35 mm above and below, 0.25 mm between.
        for side, weight in (("top", 8), ("bottom", 8), ("insideH", 6)):
            edge = borders.find(f"{{{made.nsmap['w']}}}{side}")
            edge.attrib.clear()
            for key, value in (("val", "single"), ("sz", weight), ("space", 0), ("color", "000000")):
                edge.set(f"{{{made.nsmap['w']}}}{key}", str(value))
    return made
