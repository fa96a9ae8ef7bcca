"""Every key of a TOML file is found on the line on which it stands, however it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from settings import SHIPPED
from toml_lines import Path, key_lines, line_of

ODD = '''# [web] in a comment
title = """
[web]
port = 1
"""
'quoted key' = 1
"web.port" = 2   # a key with a dot
point = { x = 1, "y" = { z = [1, 2] } }
dotted.inner.key = 3
many = [
  { a = 1 },  # ]
  { a = 2 },
]

[web] # not [mail]
host = 'a # b'
"port" = 8000

[[people]]
name = "甲"
[[people]]
name = "乙"
[people.post]
since = 2026-03-02T09:00:00Z
[deep."in side".here]
k = ''
'''


def places(table: Any, place: Path = ()) -> Iterator[Path]:
    """Yield the place of everything a document holds."""
    inside = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    for key, value in inside:
        yield (*place, key)
        yield from places(value, (*place, key))


@pytest.mark.parametrize("text", [ODD, ODD.replace("\n", "\r\n"), SHIPPED.read_text(encoding="utf-8")])
def test_every_key_has_a_line(text: str) -> None:
    lines = key_lines(text)
    assert set(places(tomllib.loads(text))) == set(lines)
    written = text.splitlines()
    for place, line in lines.items():
        if isinstance(place[-1], str):
            assert place[-1] in written[line - 1], place


def test_a_key_stands_where_it_stands_and_not_in_comments_or_texts() -> None:
    lines = key_lines(ODD)
    wanted: dict[Path, int] = {
        ("web",): 15, ("web", "port"): 17, ("web.port",): 7, ("quoted key",): 6, ("point", "y", "z"): 8, ("point", "x"): 8,
        ("dotted", "inner", "key"): 9, ("many", 1, "a"): 12, ("people", 1, "name"): 22, ("people", 1, "post", "since"): 24,
        ("deep", "in side", "here", "k"): 26,
    }  # fmt: skip
    assert {place: lines[place] for place in wanted} == wanted


def test_what_is_not_written_is_looked_for_at_the_table_round_it() -> None:
    assert line_of(key_lines(ODD), ("web", "page")) == 15
    assert line_of(key_lines(ODD), ("nowhere", "page")) is None
