"""An office's own templates: tried with a sample, and what is wrong with one is said with where it stands."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import docx
from docx.opc.exceptions import OpcError, PackageNotFoundError
from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError, meta
from jinja2.exceptions import SecurityError
from lxml.etree import LxmlError

from papers.content import Content, Unusable
from papers.kinds import Kind
from papers.sample import sample
from papers.word.printing import FIELDS, EndlessLoop, as_word, environment

_NO_WORD: Final = (
    zipfile.BadZipFile, RuntimeError, PackageNotFoundError, OpcError, LxmlError, KeyError, ValueError,
)  # fmt: skip
LARGEST: Final = 20_000_000
"""Bytes to which a template may unfold."""
_BLOCKS: Final = ("正文", "附件说明", "落款", "附件", "文末")
_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_MARK: Final = re.compile(r"^(\{[{%])\s*(?:p|tr|tc|r)\s")
_NAME: Final = re.compile(r"'([^']+)' is undefined")


def in_own(content: Content, kind: Kind, path: Path) -> bytes:
    """Return the paper as Word in the office's own template; Unusable where that cannot be."""
    try:
        if _unfolds_too_far(path):
            raise ValueError(path)
        return as_word(content, kind, path)
    except (*_NO_WORD, TemplateError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        why = next(iter(faults_of(path, kind)), f"模板：写法有误（{error}）")
        raise Unusable(
            f"本单位的模板 papers/{path.name} 用不了：{why}。请系统操作员改好，或从数据目录移走，改用统一格式"
        ) from error


def _unfolds_too_far(path: Path) -> bool:
    with zipfile.ZipFile(path) as packed:
        return sum(part.file_size for part in packed.infolist()) > LARGEST


def faults_of(path: Path, kind: Kind) -> list[str]:
    """Return what is wrong with a template, sentence by sentence; nothing where papers can be made with it."""
    try:
        if _unfolds_too_far(path):
            return [f"{path.name} 展开后超过 {LARGEST // 1_000_000} MB，不像一份模板"]
        document = docx.Document(str(path))
    except _NO_WORD:
        return [f"{path.name} 不是 Word 文件（.docx）：请用 Word 或 WPS 另存为 .docx"]
    places = list(_places(document))
    found = [*_unknown(places), *_not_alone(places)]
    if "正文" not in {name for _, text in places for name in _names(text)}:
        found.append("模板里没有 {{p 正文 }}：印出来没有正文")
    return found or _tried(path, kind, places)


def _places(document: Any) -> Iterator[tuple[str, str]]:
    """Yield every paragraph that has a field, with where it stands."""
    body = [(f"第 {at} 段", one) for at, one in enumerate(document.element.body.iter(f"{{{_W}}}p"), start=1)]
    beside = [
        ("页眉页脚", one)
        for section in document.sections
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer)
        for one in part._element.iter(f"{{{_W}}}p")  # noqa: SLF001 python-docx lists no paragraphs of tables in there
    ]
    for where, one in [*body, *beside]:
        text = "".join(piece.text or "" for piece in one.iter(f"{{{_W}}}t"))
        if "{{" in text or "{%" in text:
            yield f"{where}“{text.strip()[:30]}”", text


_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _names(text: str) -> set[str]:
    """Return the names that the fields of a paragraph take from outside; of what cannot be read alone none."""
    found: set[str] = set()
    for tag in _TAG.findall(text):
        try:
            found |= meta.find_undeclared_variables(environment().parse(_MARK.sub(r"\1 ", tag)))
        except TemplateSyntaxError:
            continue
    return found


def _unknown(places: list[tuple[str, str]]) -> Iterator[str]:
    bound = {
        name
        for _, text in places
        for name in re.findall(r"\{%\w*\s+for\s+([\w, ]+?)\s+in\b", text)
        for name in re.split(r"[,\s]+", name)
    }
    for where, text in places:
        for name in sorted(_names(text) - set(FIELDS) - bound - {"loop"}):
            yield f"{where}：没有“{name}”这一栏，可以用的有：{'、'.join(FIELDS)}"


def _not_alone(places: list[tuple[str, str]]) -> Iterator[str]:
    for where, text in places:
        for name in _BLOCKS:
            if re.search(r"\{\{(?!p)\s*" + name + r"\s*\}\}", text):
                yield f"{where}：“{name}”是整段，要单独一段，写作 {{{{p {name} }}}}"


def _tried(path: Path, kind: Kind, places: list[tuple[str, str]]) -> list[str]:
    try:
        as_word(sample(kind), kind, path)
    except UndefinedError as error:
        name = found[1] if (found := _NAME.search(str(error))) else ""
        where = next((where for where, text in places if name and name in text), "模板")
        return [f"{where}：没有“{name or error}”这一栏"]
    except EndlessLoop as error:
        return [f"模板：{error}"]
    except SecurityError:
        return ["模板里有不许用的写法：只能写栏目、条件和循环，不能调用程序"]
    except TemplateSyntaxError as error:
        return [
            f"{_where(error, places)}：写法有误（{error.message}）：每个 {{{{ }}}}、{{% %}} 要成对，for、if 要有 endfor、endif"
        ]
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, LxmlError) as error:
        return [f"模板：写法有误（{error}）"]
    return []


def _where(error: TemplateSyntaxError, places: list[tuple[str, str]]) -> str:
    """Return the first paragraph whose fields cannot be read, else where the reader stopped."""
    for where, text in places:
        if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
            return where
        for tag in _TAG.findall(text):
            try:
                environment().parse(_MARK.sub(r"\1 ", tag)) if tag.startswith("{{") else None
            except TemplateSyntaxError:
                return where
    lines: list[str] = list(getattr(error, "docx_context", ()))
    text = re.sub(r"<[^>]+>", "", "".join(lines)).strip()
    return f"“{text[:40]}”附近" if text else "模板"
