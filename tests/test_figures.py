"""Figures as people write them: separators, full-width digits, 万元; what is ambiguous is refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from workflow.achieved import read_figure, shown_figure
from workflow.values import BadAnswer


@pytest.mark.parametrize(
    ("said", "fen"),
    [
        ("1234.56", 123_456), ("1,234.56", 123_456), ("１，２３４．５６", 123_456), ("１２３", 12_300), ("1,234,567", 123_456_700), ("￥1,234.5元", 123_450), ("¥ 12", 1200), ("3万元", 3_000_000),
        ("3万", 3_000_000), ("0.35 万元", 350_000), ("1.234567万", 1_234_567), ("120.5", 12_050), (120.5, 12_050), (7, 700), ("12.", 1200), ("0", 0), (" 5 元 ", 500),
    ],
)  # fmt: skip
def test_an_amount_is_read(said: Any, fen: int) -> None:
    assert read_figure("money_recovered", said) == fen


@pytest.mark.parametrize(
    "said",
    ["约3万", "1,23", "12,34.5", "1.234", "1，2", "三万", "-5", "3万5千", "1.2345678万", "0.0000001万", "9" * 14, "9999999999999万", "", "3百", "1 234", "½", "٣", True, None],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_its_name(said: Any) -> None:
    with pytest.raises(BadAnswer, match="“清退资金（元）”应为金额"):
        read_figure("money_repaid", said)


@pytest.mark.parametrize(
    ("said", "count"), [("12", 12), ("１２", 12), ("1,200", 1200), ("3人", 3), ("2 项", 2), (4, 4), ("0", 0)]
)
def test_a_count_is_read(said: Any, count: int) -> None:
    assert read_figure("people_educated", said) == count


@pytest.mark.parametrize("said", ["1.5", "3万", "十", "-1", "1,2", "若干", 1.5, False, "9" * 16, "3元"])
def test_what_is_no_count_is_refused_with_its_name(said: Any) -> None:
    with pytest.raises(BadAnswer, match="“批评教育（人）”应为整数"):
        read_figure("people_educated", said)


def test_a_figure_is_shown_as_it_will_be_recorded() -> None:
    assert shown_figure("money_cleared", "3万元") == "30,000.00"
    assert shown_figure("money_cleared", "1,234.5") == "1,234.50"
    assert shown_figure("people_party", "１２") == "12"
    assert shown_figure("money_cleared", "约3万") == "约3万"
