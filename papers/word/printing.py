"""A paper as Word: the fields of a template, and the file that is made of both. An office's own template is nobody's program."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from papers.content import Blank, Content, Table, Text, balanced, plain
from papers.data import mark_size, said
from papers.kinds import LETTER, LIST, RED, REPORT, Kind
from papers.word import blocks
from papers.word.marks import Element, turned, twips
from papers.word.shipping import FOLDER, settled, style_elements

FIELDS: Final = {
    "标志": "发文机关标志", "标志字号": "发文机关标志的字号（半磅）", "机关": "发文机关", "文号": "发文字号", "签发人": "签发人", "标题": "标题",
    "标题行": "标题，分成长短相当的几行", "主送": "主送机关", "日期": "成文日期", "抄送": "抄送机关", "表格": "正文中的各个表：每个有表头、行",
    "正文": "正文各段和表（单独一段，写作 {{p 正文 }}）", "附件说明": "附件说明（单独一段）", "落款": "署名和日期（单独一段）",
    "附件": "各个附件，各起一页（单独一段）", "文末": "回执和版记（单独一段）",
}  # fmt: skip
"""What a template may name, and what stands there."""


_FILTERS: Final = ("count", "default", "e", "escape", "first", "join", "last", "length", "trim")


_TURN: Final = "a turn"
"""The name of what counts the turns: no template can write it."""
MOST_TURNS: Final = 100_000
"""So many turns all loops of a template take together."""


class EndlessLoop(SecurityError):
    """The loops of a template turn too often."""

    def __init__(self) -> None:
        super().__init__(f"循环套得太多：一份文书里各个循环合起来不超过 {MOST_TURNS // 10_000} 万次")


class _Fields(SandboxedEnvironment):
    """Where nothing can be called, nor made longer than it is: no function and no method, no product, no power, no filling of a form."""

    intercepted_binops = frozenset({"*", "**", "%"})
    turns = 0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Let every turn of every loop be counted: loops within loops come to an end."""
        template = super()._parse(source, name, filename)
        for loop in template.find_all(nodes.For):
            counted = nodes.Filter(nodes.Const(None), _TURN, [], [], None, None)
            loop.body.insert(0, nodes.ExprStmt(counted, lineno=loop.lineno))
        return template

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 the same of all
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 the same of all
        raise SecurityError(operator)


def environment() -> SandboxedEnvironment:
    """Return where templates are run: no function, nothing beside their fields, and a name that is not known is an error."""
    made = _Fields(undefined=StrictUndefined, autoescape=True)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS} | {_TURN: _count_turn}
    return made


@pass_context
def _count_turn(context: Context, _: None) -> None:
    """Count a turn of a loop; SecurityError where there are too many."""
    running = context.environment
    assert isinstance(running, _Fields)
    running.turns += 1
    if running.turns > MOST_TURNS:
        raise EndlessLoop


def as_word(content: Content, kind: Kind, own: Path | None = None) -> bytes:
    """Return the paper as Word, in the office's own template where it has one."""
    template = DocxTemplate(io.BytesIO((own or FOLDER / f"{kind.scheme}.docx").read_bytes()))
    template.init_docx()
    document = template.docx
    _bring_styles(document)
    section = document.element.body.sectPr
    wide_file = kind.scheme == LIST
    if content.wide and not wide_file:
        turned(section, wide=True, first=True)
    template.render(fields(content, kind, section), environment(), autoescape=True)
    last = template.docx.element.body.sectPr
    if content.attachments or blocks.ends_apart(content):
        wide = blocks.last_is_wide(content) and not blocks.ends_apart(content)
        _turn_last(last, section, wide=wide)
    kept = io.BytesIO()
    template.save(kept)
    return settled(kept.getvalue())


def _turn_last(last: Element, first: Element, *, wide: bool) -> None:
    """Give the last section its own page: it comes behind a break, and has no first page of its own."""
    if not wide and first.find(f"{{{first.nsmap['w']}}}pgSz").get(f"{{{first.nsmap['w']}}}orient"):
        _upright(last)
    turned(last, wide=wide, first=False)


def _upright(section: Element) -> None:
    """Give a section that lay across the margins of an upright page."""
    space = f"{{{section.nsmap['w']}}}"
    for side, millimetres in (("top", 37), ("right", 26), ("bottom", 35), ("left", 28)):
        section.find(f"{space}pgMar").set(f"{space}{side}", str(twips(millimetres)))


def _bring_styles(document: Any) -> None:
    """Give a template the styles of blocks that it has not; its own stay as the office made them."""
    styles = document.styles.element
    there = {one.get(f"{{{styles.nsmap['w']}}}styleId") for one in styles}
    for one in style_elements():
        if one.get(f"{{{one.nsmap['w']}}}styleId") not in there:
            styles.append(one)


def fields(content: Content, kind: Kind, section: Element) -> Mapping[str, Any]:
    """Return what the fields of a template say of a paper."""
    mark = plain(content.organ) + ("文件" if kind.scheme in {RED, REPORT} else "")
    lined = kind.scheme != LETTER
    return {
        "标志": mark, "标志字号": str(round(mark_size(mark, kind.scheme) * 2)), "机关": plain(content.organ), "文号": _field(content.number),
        "签发人": _field(content.signer), "标题": plain(content.title), "标题行": list(balanced(content.title, 30 if content.wide else 19)),
        "主送": _field(content.to), "日期": content.day, "抄送": plain("，".join(content.copies)), "表格": _tables(content),
        "正文": _markup(blocks.text(content)), "附件说明": _markup(blocks.named(content)),
        "落款": _markup(blocks.signature(content)), "附件": _markup(blocks.attachments(content, section)),
        "文末": _markup(blocks.ending(content, section, lined=lined)),
    }  # fmt: skip


def _field(text: Text) -> str:
    return plain(text.shown if isinstance(text, Blank) else text)


def _tables(content: Content) -> list[dict[str, Any]]:
    found = [one for one in content.blocks if isinstance(one, Table)]
    found += [one for attached in content.attachments for one in attached.blocks if isinstance(one, Table)]
    return [{"表头": list(one.head), "行": [[plain(said(cell)) for cell in row] for row in one.rows]} for one in found]


def _markup(elements: Iterable[Element]) -> Markup:
    """Return elements as they go into the file; every text in them was escaped as it was written."""
    written = "".join(etree.tostring(one, encoding="unicode") for one in elements)
    return Markup(written)  # noqa: S704 lxml has escaped it
