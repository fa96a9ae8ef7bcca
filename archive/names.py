"""Names of files in a package 案卷: as people read them, and nothing that a machine could take for a way or a command."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from typing import Final

from storage.visible import tidy

LONGEST: Final = 60
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_LONGEST_ENDING: Final = 8


def safe(name: str, most: int = LONGEST) -> str:
    """Return a name that every system takes and that lies where it is put: no separators, no signs that are not drawn, no dot at an end."""
    drawn = "".join(sign for sign in tidy(name) if unicodedata.category(sign)[0] != "C")
    return drawn.translate(_NOT_IN_NAMES)[:most].strip(" .~") or "未命名"


def numbered(number: int, name: str, ending: str = "") -> str:
    """Return the name of the file of that number in its volume: 003 整改报告.pdf."""
    return f"{number:03d} {safe(name)}{ending}"


def parted(name: str) -> tuple[str, str]:
    """Return a file's name without its ending, and the ending in small letters; one that is not plain is none."""
    ending = PurePosixPath(name.replace("\\", "/")).suffix
    plain = ending.isascii() and ending[1:].isalnum() and len(ending) <= _LONGEST_ENDING
    return (name.removesuffix(ending), ending.lower()) if plain else (name, "")
