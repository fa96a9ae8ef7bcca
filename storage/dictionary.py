"""A dictionary 问题分类: the words by which problems are told apart, in three sections; written down, judged, compared, carried on."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Final

from storage.visible import is_visible, tidy

ASPECT, TYPICAL, TOPIC = "aspect", "typical", "topic"
SECTIONS: Final = {ASPECT: "方面", TYPICAL: "常见问题", TOPIC: "专题"}
LETTERS: Final = {ASPECT: "F", TYPICAL: "C", TOPIC: "Z"}
"""What the codes of a section begin with where nobody has given one."""
LONGEST_WORDS: Final = 60
LONGEST_PROBLEM: Final = 200
MOST_ENTRIES: Final = 1000
MOST_ALSO: Final = 20
"""So many other ways in which one entry may be written."""
MOST_SIGNS: Final = 200_000
"""So many signs all of it may have: every ledger looks through it, and a form carries it."""
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its section and words; its code, by which it stays itself when its words change; what else it is written as."""

    section: str
    code: str
    words: str
    also: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    """The kinds of unit it is for; none: for all."""
    under: str = ""
    """Of a typical problem the code of the aspect that it belongs to."""

    @property
    def all_words(self) -> tuple[str, ...]:
        """Return every way in which it is written."""
        return (self.words, *self.also)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one entry: its place, the field, the sentence."""

    place: int
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version has that another had not, what it has no more, and what is said otherwise: before and after."""

    added: tuple[Entry, ...] = ()
    gone: tuple[Entry, ...] = ()
    renamed: tuple[tuple[Entry, Entry], ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.added or self.gone or self.renamed)


class Unreadable(ValueError):
    """A text that is no dictionary."""


def written(entries: Iterable[Entry]) -> str:
    """Return entries as the register keeps them: one text for one meaning."""
    rows = [{name: value for name, value in asdict(one).items() if value} for one in entries]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=256)
def read_written(text: str) -> tuple[Entry, ...]:
    """Return the entries of a text; Unreadable where it is none. A version never changes, so it is read once."""
    try:
        return tuple(_entry(row) for row in json.loads(text))
    except (ValueError, TypeError, AttributeError):
        raise Unreadable(text[:40]) from None


def _entry(row: dict[str, object]) -> Entry:
    texts = {name: value for name, value in row.items() if isinstance(value, str)}
    lists = {name: tuple(map(str, value)) for name, value in row.items() if isinstance(value, list)}
    if len(texts) + len(lists) != len(row):
        raise TypeError
    return Entry(**texts, **lists)  # type: ignore[arg-type]


def faults_in(entries: Sequence[Entry], sorts: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong with entries; `sorts` are the kinds of unit that there are."""
    codes: dict[str, int] = {}
    said: dict[tuple[str, str], int] = {}
    aspects = {one.code for one in entries if one.section == ASPECT}
    for place, one in enumerate(entries):
        yield from (Fault(place, field, why) for field, why in _own_faults(one, aspects, sorts))
        if codes.setdefault(one.code, place) != place:
            yield Fault(place, "code", f"代码“{one.code}”与另一项重复")
        for words in one.all_words:
            if said.setdefault((one.section, words), place) != place:
                yield Fault(place, "words" if words == one.words else "also", f"“{words}”与另一项重复")
    if not aspects:
        yield Fault(-1, "", "至少要有一个方面")
    if len(entries) > MOST_ENTRIES:
        yield Fault(-1, "", f"不超过 {MOST_ENTRIES} 项")
    if sum(len(words) for one in entries for words in one.all_words) > MOST_SIGNS:
        yield Fault(-1, "", f"全部内容和别的写法不超过 {MOST_SIGNS // 10_000} 万字")


def _own_faults(one: Entry, aspects: Collection[str], sorts: Collection[str]) -> Iterator[tuple[str, str]]:
    if one.section not in SECTIONS:
        yield "section", f"分类只有{'、'.join(SECTIONS.values())}"
        return
    if not _CODE.fullmatch(one.code):
        yield "code", f"代码“{one.code}”写作字母、数字，不超过 20 个"
    if len(one.also) > MOST_ALSO:
        yield "also", f"别的写法不超过 {MOST_ALSO} 个"
        return
    longest = LONGEST_PROBLEM if one.section == TYPICAL else LONGEST_WORDS
    for name, words in (("words", one.words), *(("also", also) for also in one.also)):
        if not is_visible(words):
            yield name, "内容不能为空"
        elif len(words) > longest or words != tidy(words) or not words.isprintable():
            yield name, f"“{words[:20]}”不超过 {longest} 个字，不能含有不可见的字符"
    if unknown := [sort for sort in one.sorts if sort not in sorts]:
        yield "sorts", f"没有单位类别“{unknown[0]}”"
    if one.under and (one.section != TYPICAL or one.under not in aspects):
        yield "under", "所属方面只写在常见问题上，写这份分类里有的方面"


def numbered(entries: Iterable[Entry], before: Sequence[Entry]) -> list[Entry]:
    """Give a code to entries that have none: that of the version before where it says the same, else a new one."""
    found = list(entries)
    same = {(one.section, words): one.code for one in before for words in one.all_words}
    taken = {one.code for one in (*before, *found) if one.code}
    used = {one.code for one in found if one.code}
    for place, one in enumerate(found):
        if not one.code:
            code = same.get((one.section, one.words), "")
            if not code or code in used:
                code = _free(LETTERS.get(one.section, "X"), taken)
            taken.add(code)
            used.add(code)
            found[place] = replace(one, code=code)
    return found


def _free(letter: str, taken: Collection[str]) -> str:
    return next(code for number in range(1, 10**6) if (code := f"{letter}{number}") not in taken)


def carried_on(entries: Iterable[Entry], before: Sequence[Entry]) -> list[Entry]:
    """Let an entry that is said otherwise now remember how it was said: ledgers go on to write it so."""
    found = list(entries)
    said = {(one.section, words) for one in found for words in one.all_words}
    was = {(one.section, one.code): one.words for one in before}
    for place, one in enumerate(found):
        earlier = was.get((one.section, one.code), one.words)
        also = [words for words in one.also if words != one.words]
        found[place] = replace(one, also=(*also, *([] if (one.section, earlier) in said else [earlier])))
    return found


def compared(before: Sequence[Entry], after: Sequence[Entry]) -> Difference:
    """Return what differs between two versions, entry by entry as their codes tell them apart."""
    old = {(one.section, one.code): one for one in before}
    new = {(one.section, one.code): one for one in after}
    both = [(old[key], new[key]) for key in new if key in old]
    return Difference(
        tuple(one for key, one in new.items() if key not in old),
        tuple(one for key, one in old.items() if key not in new),
        tuple((was, now) for was, now in both if was != now),
    )


def meant(entries: Sequence[Entry], section: str, words: str) -> Entry | None:
    """Return the entry of a section that is written so."""
    return next((one for one in entries if one.section == section and words in one.all_words), None)
