"""Whether a PDF could do something when it is opened: names that act, in plain sight or in its packed objects.

Where it cannot be seen, it is said to act: such a file is handed out, never opened in a page.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

MOST_UNPACKED = 64 << 20
_LONGEST = 1 << 16
# What runs, starts, sends or embeds something that does.
_ACTS = re.compile(rb"/(JS|JavaScript|Launch|SubmitForm|ImportData|RichMedia|XFA)(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_BLANK = re.compile(rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*)*")
_TOKEN = re.compile(rb"%[^\r\n]*|<<|>>|\(|<[^<>]*>|[^%<>(]+|.", re.DOTALL)
_IN_STRING = re.compile(rb"\\.|[()]", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n?")
# Other objects are packed into a stream by this; its length before them is in its dictionary.
_PACKED = re.compile(rb"/(First|ObjStm)(?![A-Za-z0-9])")
_PLAINLY = re.compile(rb"/Filter\s*\[?\s*/FlateDecode(?![A-Za-z0-9])\s*(?:\]|/|>>)")
_OTHERWISE = re.compile(rb"/(DecodeParms|DP|F|FFilter)(?![A-Za-z0-9])")


def may_act(pdf: bytes) -> bool:
    """Say whether a PDF could do something when it is opened, or hides whether it could."""
    if _ACTS.search(_unescaped(pdf)):
        return True
    left = MOST_UNPACKED
    for start in _packed(pdf):
        content = _inflated(pdf, start, left) if start else None
        if content is None or _ACTS.search(_unescaped(content)):
            return True
        left -= len(content)
    return False


def _packed(pdf: bytes) -> Iterator[int]:
    """Yield where each stream of packed objects begins; 0 for what cannot be read plainly, or takes too long to read."""
    left = 2 * len(pdf)
    for found in re.finditer(rb"obj", pdf):
        start = _after_blank(pdf, found.end())
        end = _end_of_dictionary(pdf, start) if pdf[start : start + 2] == b"<<" else start
        left -= max(end, start) - found.end()
        if not end or left < 0:
            yield 0
            return
        said = _unescaped(pdf[start:end])
        stream = _STREAM.match(pdf, _after_blank(pdf, end)) if said else None
        if stream and _PACKED.search(said):
            yield stream.end() if _PLAINLY.search(said) and not _OTHERWISE.search(said) else 0


def _after_blank(pdf: bytes, start: int) -> int:
    found = _BLANK.match(pdf, start)
    return found.end() if found else start


def _end_of_dictionary(pdf: bytes, start: int) -> int:
    """Return where the dictionary that begins there ends; 0 where it does not within reason."""
    depth, at = 0, start
    while at < min(len(pdf), start + _LONGEST):
        token = _TOKEN.match(pdf, at)
        assert token
        at = _end_of_string(pdf, token.end()) if token[0] == b"(" else token.end()
        depth += {b"<<": 1, b">>": -1}.get(token[0], 0)
        if depth == 0:
            return at
    return 0


def _end_of_string(pdf: bytes, at: int) -> int:
    depth = 1
    for found in _IN_STRING.finditer(pdf, at):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return len(pdf)


def _unescaped(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _inflated(pdf: bytes, start: int, most: int) -> bytes | None:
    """Return what a packed stream holds; None where it is packed in another way, or holds more than is looked at."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(memoryview(pdf)[start:], max(most, 1))
    except zlib.error:
        return None
    return content if unpacker.eof else None
