"""Fonts of papers: a role has families in order of preference; what is missing is replaced by a free one, and that is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

TITLE, TEXT, KAI, HEI, SONG = "title", "text", "kai", "hei", "song"
ROLES: Final = {TITLE: "小标宋", TEXT: "仿宋", KAI: "楷体", HEI: "黑体", SONG: "宋体"}
# What offices have, under the names by which files and systems call them.
FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    TITLE: ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05"),
    TEXT: ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "方正仿宋_GBK", "FZFangSong-Z02"),
    KAI: ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "方正楷体_GBK", "FZKai-Z03"),
    HEI: ("黑体", "SimHei", "方正黑体_GBK", "FZHei-B01"),
    SONG: ("宋体", "SimSun", "方正书宋_GBK", "FZShuSong-Z01"),
}
# Free ones, for where none of those is there; the last of each comes with the program.
STAND_INS: Final[Mapping[str, tuple[str, ...]]] = {
    TITLE: ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC"),
    TEXT: ("Zhuque Fangsong (technical preview)", "FandolFang", "Noto Serif CJK SC", "Noto Serif SC"),
    KAI: ("LXGW WenKai", "FandolKai", "AR PL UKai", "Noto Serif SC"),
    HEI: ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC"),
    SONG: ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC"),
}
SHIPPED: Final = ("Noto Serif SC", "Noto Sans SC")
"""The families that come with the program, in full for all of GB2312 and the characters of rare names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which families are wanted for which role, before those that are usual, and where more fonts lie."""

    families: Mapping[str, Sequence[str]]
    folder: Path | None = None

    def of(self, role: str) -> tuple[str, ...]:
        """Return the families that are right for a role."""
        return tuple(self.families.get(role) or FAMILIES[role])


USUAL: Final = Wanted(FAMILIES)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The families by which a paper is set, by role, each with what replaces a glyph that it has not; what was replaced, in words."""

    families: Mapping[str, tuple[str, ...]]
    notices: tuple[str, ...]
    thin_title: bool
    """The title's font has no heavy face: it is drawn with a fine line round it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The fonts that this machine has, as the typesetter finds them."""

    fonts: Any
    families: Mapping[str, frozenset[int]]
    """The weights of each family."""


def shelf(folder: Path | None = None) -> Shelf:
    """Return the fonts that are there: the machine's, those in the folder, and those that come with the program."""
    return _looked_through(folder if folder and folder.is_dir() else None)


@lru_cache(maxsize=8)
def _looked_through(folder: Path | None) -> Shelf:
    import pylopdf_fonts_zh_cn  # noqa: PLC0415 only who prints needs it
    import typst  # noqa: PLC0415 as above

    paths = [str(Path(pylopdf_fonts_zh_cn.__file__).parent), *([str(folder)] if folder else [])]
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=paths)
    weights: dict[str, set[int]] = {}
    for one in fonts.fonts():
        weights.setdefault(one.family, set()).add(one.weight)
    return Shelf(fonts, {name: frozenset(found) for name, found in weights.items()})


def undrawn(text: str, families: Iterable[str], there: Shelf) -> str:
    """Return the characters of a text that no face of these families has; what is in GB2312 every one of them has."""
    rare = {sign for sign in text if not sign.isascii() and not _is_common(sign)}
    if not rare:
        return ""
    wanted = set(families)
    for one in there.fonts.fonts():
        if one.family in wanted and one.path:
            rare -= {sign for sign in rare if ord(sign) in _coverage(one.path, one.index)}
    return "".join(sorted(rare))


def _is_common(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=32)
def _coverage(path: str, index: int) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 only for who writes a rare character

    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def choose(wanted: Wanted, there: Mapping[str, frozenset[int]]) -> Chosen:
    """Choose the families of each role among those that are there; a notice names each role that has none of its own."""
    families: dict[str, tuple[str, ...]] = {}
    notices: list[str] = []
    for role in ROLES:
        own = [name for name in wanted.of(role) if name in there]
        free = [name for name in STAND_INS[role] if name in there]
        families[role] = tuple(dict.fromkeys([*own, *free, *(name for name in SHIPPED if name in there)]))
        if not own:
            notices.append(f"本机没有{ROLES[role]}（{wanted.of(role)[0]} 等），PDF 改用 {families[role][0]}")
    title = families[TITLE][0]
    return Chosen(families, tuple(notices), title not in wanted.of(TITLE) and max(there[title]) < 600)


def altnames() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each font as an office's file names it, with the other names by which systems know it."""
    for names in FAMILIES.values():
        yield names[0], names[1:4]
