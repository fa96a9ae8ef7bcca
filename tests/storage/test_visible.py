"""One judge of what can be seen, and one name for what looks the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.visible import is_visible, tidy

UNSEEN = [
    "",
    "  ",
    "\u3000",
    "\u200b\ufeff",
    "\u3164",
    "\u2800",
    "\u034f",
    "\ufe0f",
    "\u115f\u1160",
    "\uffa0",
    "\u0301",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_is_not_drawn_is_not_visible(text: str) -> None:
    assert not is_visible(text)
    assert not is_visible(tidy(text))


@pytest.mark.parametrize("text", ["武桥村", "𠮷", "1", "。", "A", "§", "가", "☭", "e\u0301", "\u3164村"])
def test_one_sign_that_is_drawn_is_enough(text: str) -> None:
    assert is_visible(text)


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u00ad", "\u034f", "\ufe0f", "\U000e0100", "\u202e", "\ufeff", "\x07"], ids=ascii
)
def test_a_sign_that_is_not_drawn_makes_no_other_name(sign: str) -> None:
    assert {tidy(f"{sign}武桥村"), tidy(f"武桥{sign}村"), tidy(f"武桥村{sign}")} == {"武桥村"}


def test_blanks_are_one_space_and_what_looks_otherwise_stays() -> None:
    assert tidy("\u3000武桥\u3164\u2800 \t村\xa0") == "武桥 村"
    assert tidy("第１支部（筹）") == "第１支部（筹）"
    assert tidy("e\u0301") == tidy("é")


def test_a_radical_copied_out_of_a_pdf_is_the_character_that_it_looks_like() -> None:
    assert tidy("⽔利局⻓") == "水利局长"
    assert tidy("⻢⼤⻰、⻔⻛⺠") == "马大龙、门风民"


@given(st.text())
def test_what_is_tidy_stays_and_what_was_visible_is(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert is_visible(tidy(text)) == is_visible(text)
