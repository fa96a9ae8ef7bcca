"""What can be seen in a name or a reason: one judge for every door."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Letters and symbols by their category that every font draws as nothing: Hangul fillers, the Braille blank, a note without head.
_BLANK: Final = "\u115f\u1160\u2800\u3164\uffa0\U0001d159"
_SEEN: Final = frozenset("LNPS")
_UNDRAWN: Final = frozenset({"Cc", "Cf", "Cs"})
# Marks and unassigned places that are drawn as nothing wherever they stand: joiners, variation selectors, tags.
_IGNORED: Final = re.compile(
    "[\u034f\u17b4\u17b5\u180b-\u180d\u180f\u2065\ufe00-\ufe0f\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_BLANKS: Final = re.compile(rf"[\s{_BLANK}]+")
# Radicals that texts copied out of a PDF have in place of the character of the same look: those of Kangxi, and those of simplified writing.
_RADICALS: Final = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | str.maketrans(
    "⺠⺟⻄⻅⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳", "民母西见贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟"
)


def is_visible(text: str) -> bool:
    """Say whether at least one sign of the text is drawn; marks alone stand on nothing."""
    return any(unicodedata.category(sign)[0] in _SEEN and sign not in _BLANK for sign in text)


def is_plain(text: str) -> bool:
    """Say whether the text is visible, and nothing in it is a sign that is not drawn."""
    undrawn = _IGNORED.search(text) or any(unicodedata.category(sign) in _UNDRAWN for sign in text)
    return is_visible(text) and not undrawn


def unified(text: str) -> str:
    """Return the text with every radical as the character of the same look."""
    return text.translate(_RADICALS)


@lru_cache(maxsize=4096)
def tidy(name: str) -> str:
    """Return the name as it looks: without signs that are not drawn, every run of blanks one space, ⽔ as 水; two that look the same are one.

    Full-width digits and brackets stay: they look otherwise, and names that are kept have them.
    """
    spaced = _BLANKS.sub(" ", _IGNORED.sub("", unicodedata.normalize("NFC", unified(name))))
    drawn = "".join(sign for sign in spaced if unicodedata.category(sign) not in _UNDRAWN)
    return " ".join(drawn.split())
