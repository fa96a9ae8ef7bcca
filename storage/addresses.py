"""Mail addresses: what is taken into a row is what the post can send to."""

from __future__ import annotations

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})*")


def is_address(text: str) -> bool:
    """Whether the text is one plain mail address: dot-atom @ host name, ASCII, at most 254 characters."""
    # An encoded word consists of legal characters, but the next program would decode it.
    if len(text) > 254 or "=?" in text:
        return False
    read = _ADDRESS.fullmatch(text)
    return read is not None and len(read[1]) <= 64
