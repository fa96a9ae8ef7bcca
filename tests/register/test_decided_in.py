"""What a meeting decided is found by its number, with or without its day: who changes its minutes later is two."""

from __future__ import annotations

import pytest

from storage.engine import reading
from storage.reads.decisions import decided_in
from tests.world import World


@pytest.mark.parametrize("day", [{}, {"minute_on": "2026-03-02"}], ids=["number alone", "with its day"])
def test_a_decision_is_of_the_meeting_that_it_names(world: World, day: dict[str, str]) -> None:
    """责令认领报方案 may name the number alone: it was of no meeting, whose minutes one person then changed."""
    (case,) = world.feed_back()
    world.do("office", "escalate_by_hand", case)
    world.do("office", "order_plan", case, answers={"minute_no": "领组〔2026〕3号", **day})
    with reading(world.engine) as work:
        found = decided_in(work.driver, world.place, "领组〔2026〕3号", world.today, [case])
    assert [one.action for one in found] == ["order_plan"]
