"""Help 帮助: the texts of docs/ that people of the house need, as pages; their sections searched; the words about each page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

DOCS: Final = Path(__file__).parent.parent / "docs"
PICTURES: Final = DOCS / "pictures"
PAGES: Final = "pages"
"""The book whose sections are about the pages of the product, each naming its templates."""
SHELVES: Final = {
    "我该怎么办": ("secretary", "handler"),
    "日常": (PAGES, "ledger", "life", "time", "post"),
    "开办和管理": ("quickstart", "register", "exchange", "security"),
    "给系统操作员和审计人员": ("operating", "trail"),
}
"""What help shows, in this order; the rest of docs/ is for those who change the program."""
BOOKS: Final = tuple(name for shelf in SHELVES.values() for name in shelf)
MOST_FOUND: Final = 40
BEFORE, AFTER = 30, 90
"""How much of a section stands round the word that was found, in signs."""
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_NAME: Final = re.compile(r"[a-z]+(_[a-z]+)*")
_INNER: Final = re.compile(r"[\w./-]*[_/][\w./-]*", re.ASCII)
"""A name inside the program, or a file of it: nobody who looks for words means it."""
_ABOUT: Final = re.compile(r"^## (.+?) <!-- ([\w/. ]+) -->$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a book under one heading: where it stands, its heading, its plain words."""

    book: str
    title: str
    heading: str
    anchor: str
    words: str

    @property
    def href(self) -> str:
        """Return its address."""
        return f"/help/{self.book}#{self.anchor}"


@dataclass(frozen=True, slots=True)
class Book:
    """One text of docs/: its name, its title, its page, its sections."""

    name: str
    title: str
    html: Markup
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A section that has the words, with what stands round the first of them."""

    section: Section
    excerpt: Markup


@dataclass(frozen=True, slots=True)
class About:
    """What a page is for, in a sentence or two, and where that stands in the help."""

    anchor: str
    html: Markup


def _table_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    del renderer, options, env
    number = sum(one.type == "table_open" for one in tokens[: index + 1])
    return f'<div class="scroll-x" tabindex="0" role="region" aria-label="表 {number}"><table class="list">'


def _table_close(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    del renderer, tokens, index, options, env
    return "</table></div>"


def _fence(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    del renderer, options, env
    return f'<pre tabindex="0"><code>{escape(tokens[index].content)}</code></pre>\n'


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    # No markup of the text's own is let through; what is not a link of help is none.
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.add_render_rule("table_open", _table_open)
    made.add_render_rule("table_close", _table_close)
    made.add_render_rule("fence", _fence)
    return made


def shelves() -> dict[str, list[Book]]:
    """Return every book of help, by its shelf."""
    return {shelf: [found for name in names if (found := book(name))] for shelf, names in SHELVES.items()}


@lru_cache(maxsize=len(BOOKS) + 1)
def book(name: str) -> Book | None:
    """Return a book of help as a page; None where there is none such."""
    path = DOCS / f"{name}.md"
    if name not in BOOKS or not path.is_file():
        return None
    tokens = _reader().parse(_COMMENT.sub("", path.read_text(encoding="utf-8")))
    title = next((tokens[at + 1].content for at, one in enumerate(tokens) if one.tag == "h1"), name)
    # Names are left out of what is searched as they are of what is shown.
    html = _rendered(tokens)
    return Book(name, title, html, tuple(_sections(name, title, tokens)))


def _rendered(tokens: Sequence[Token]) -> Markup:
    shown = [one for one in tokens if one.info.strip() != "mermaid"]
    for place, one in enumerate(shown):
        if one.type == "heading_open":
            one.attrSet("id", anchor_of(shown[place + 1].content))
        labels = place > 0 and shown[place - 1].type in ("heading_open", "td_open", "th_open")
        one.children = _without_names(one.children, labels=labels) if one.children else None
        for inner in one.children or ():
            _led(inner)
    # Every text was escaped by the renderer: of html there is none in these tokens.
    return Markup(_reader().renderer.render(shown, _reader().options, {}))  # noqa: S704


def _without_names(inside: Sequence[Token], *, labels: bool) -> list[Token]:
    """Leave out the program's own name of a thing where it stands alone behind the words for it, in a heading or a cell: 待认领 `feedback`."""
    named = labels and len(inside) == 2 and inside[1].type == "code_inline" and _NAME.fullmatch(inside[1].content)
    return [inside[0]] if named and _is_chinese(inside[0].content) else list(inside)


def _is_chinese(words: str) -> bool:
    return bool(words.strip()) and not words.strip().isascii()


def _led(one: Token) -> None:
    """Lead a link or a picture to where help has it; of what help does not have, only the words stay."""
    if one.type == "image":
        one.attrSet("src", f"/help/{one.attrGet('src')}")
        one.attrSet("loading", "lazy")
    elif one.type == "link_open":
        page, _, anchor = str(one.attrGet("href")).partition("#")
        name = page.removesuffix(".md")
        if "://" in page:
            one.attrSet("rel", "noopener noreferrer")
        elif not page or name in BOOKS:
            one.attrSet("href", (f"/help/{name}" if page else "") + (f"#{anchor}" if anchor else ""))
        else:
            one.attrs.clear()


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading, as docs/ link to it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _sections(name: str, title: str, tokens: Sequence[Token]) -> Iterator[Section]:
    heading, words = title, list[str]()
    for place, one in enumerate(tokens):
        if one.type == "heading_open" and one.tag != "h1":
            yield Section(name, title, heading, anchor_of(heading), " ".join(words))
            heading, words = _plain(tokens[place + 1]).strip(), []
        elif one.type == "inline" and tokens[place - 1].type != "heading_open":
            words.append(_plain(one))
        elif one.type == "fence" and one.info.strip() != "mermaid":
            words.append(one.content)
    yield Section(name, title, heading, anchor_of(heading), " ".join(words))


def _plain(one: Token) -> str:
    shown = (one for one in one.children or () if not (one.type == "code_inline" and _INNER.fullmatch(one.content)))
    return "".join(" " if inner.type == "softbreak" else inner.content for inner in shown)


def search(words: str) -> list[Found]:
    """Return the sections that have all the words, those that have them in their heading first."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    found = [
        one
        for each in chain.from_iterable(shelves().values())
        for one in each.sections
        if all(word in f"{one.heading} {one.words}".casefold() for word in wanted)
    ]
    found.sort(key=lambda one: not any(word in one.heading.casefold() for word in wanted))
    return [Found(one, excerpt(one.words, wanted)) for one in found[:MOST_FOUND]]


def excerpt(text: str, wanted: Sequence[str]) -> Markup:
    """Return what stands round the first of the words, with each of them marked."""
    places = [at for word in wanted if (at := text.casefold().find(word)) >= 0]
    start = max(0, min(places, default=0) - BEFORE)
    part = text[start : start + BEFORE + AFTER]
    marks = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    shown, at = escape("…" if start else ""), 0
    for hit in marks.finditer(part):
        shown += escape(part[at : hit.start()]) + Markup("<mark>{}</mark>").format(hit[0])
        at = hit.end()
    return shown + escape(part[at:]) + ("…" if start + BEFORE + AFTER < len(text) else "")


@lru_cache(maxsize=1)
def about_pages() -> Mapping[str, About]:
    """Return what each page is for, by its template."""
    text = (DOCS / f"{PAGES}.md").read_text(encoding="utf-8")
    heads = list(_ABOUT.finditer(text))
    ends = [one.start() for one in heads[1:]] + [len(text)]
    found = {}
    for head, end in zip(heads, ends, strict=True):
        said = About(anchor_of(head[1]), _rendered(_reader().parse(text[head.end() : end])))
        found.update(dict.fromkeys(head[2].split(), said))
    return found
