"""A paper as it is put aside: all that stands on it as one JSON, and back; what was shown is what is issued."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final

from papers import content as made
from papers.content import Content

_KIND, _DAY = "is", "day"
_PARTS: Final = {
    name: found for name, found in vars(made).items() if isinstance(found, type) and is_dataclass(found)
}  # fmt: skip
"""Of what a paper is made: every part by its name."""


def frozen(paper: Content) -> str:
    """Return all that stands on a paper, as JSON."""
    return json.dumps(_plain(paper), ensure_ascii=False, separators=(",", ":"))


def thawed(text: str) -> Content:
    """Return the paper that was put aside so."""
    found = _built(json.loads(text))
    assert isinstance(found, Content)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {_KIND: type(value).__name__, **{one.name: _plain(getattr(value, one.name)) for one in fields(value)}}
    return value


def _built(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_built(one) for one in value)
    if isinstance(value, dict) and _DAY in value:
        return date.fromisoformat(value[_DAY])
    if isinstance(value, dict):
        return _PARTS[value[_KIND]](**{name: _built(one) for name, one in value.items() if name != _KIND})
    return value
