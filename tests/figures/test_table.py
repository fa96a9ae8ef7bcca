"""The table of figures: docs/figures.md says every one as it is counted; what counts in several ways is said as it is."""

from __future__ import annotations

import re
from pathlib import Path

from figures.table import FIGURES
from storage.reads.standings import CONDITIONS, SWITCHED, WAYS, Counting

PAGE = Path(__file__).parent.parent.parent / "docs" / "figures.md"


def test_the_page_defines_every_figure_as_the_table_does() -> None:
    said = re.findall(r"^\| (.+) `(\w+)` \| (.+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert said == [(one.shown, one.name, one.definition, one.unit) for one in FIGURES.values()]


def test_every_figure_has_a_condition_or_is_a_share_of_two_that_have() -> None:
    for one in FIGURES.values():
        assert one.fulfils in CONDITIONS if not one.is_rate else {one.numerator, one.denominator} <= set(FIGURES)
        assert one.definition
        assert one.shown


def test_ways_of_counting_are_read_from_an_address_and_said_in_it() -> None:
    counting = Counting.read("standing.out,extended.done,moon.done,basic.moon,extended")
    assert counting.address == "extended.done,standing.out"
    assert {name: counting.way(name) for name in SWITCHED} == {"extended": "done", "standing": "out", "basic": "open"}
    assert Counting.read("").address == ""
    assert set(WAYS) == {"open", "done", "out"}
