"""The initials of names in pinyin 拼音首字母: cbz finds 城伯镇党委."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=10_000)
def initials(text: str) -> str:
    """Return the first letter of each sign in pinyin, in small letters; what is no Chinese stays as it is."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 a tenth of a start, and most commands ask for none

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
