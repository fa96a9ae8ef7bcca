"""Units that an import would make, on the page: shown with what they might be a slip of the pen for, and made after a tick."""

from __future__ import annotations

from pathlib import Path

from tests.ledger.builders import line
from tests.web.conftest import Door, field_in
from tests.web.test_homes import words
from tests.web.test_importing import counts, go_on, ledger, look
from tests.world import TOWN

NAMED = "新建这 2 个党组织：城伯镇党委会、新成立的研究中心"


def two_new(tmp_path: Path) -> Path:
    rows = [
        line(1, 单位=TOWN),
        line(2, 单位="城伯镇党委会"),
        line(3, 单位="新成立的研究中心"),
        line(4, 单位="城伯镇党委会"),
    ]
    return ledger(tmp_path, *rows)


def test_new_units_are_made_after_a_tick_and_not_before(door: Door, tmp_path: Path) -> None:
    before = counts(door)
    page = look(door, two_new(tmp_path))
    said = words(page.text)
    assert NAMED in said
    assert "“城伯镇党委会”与“城伯镇党委”相近" in said
    assert counts(door) == before
    for ticked in ({}, {"new_units": "0" * 64}):
        refused = go_on(door, page, **ticked)
        assert refused.status_code == 422
        assert "请核对新的单位，确要新建的请勾选" in words(refused.text)
        assert counts(door) == before
    done = go_on(door, refused, new_units=field_in(refused.text, "new_units"))
    assert done.status_code == 303
    after = counts(door)
    assert (after[0], after[4]) == (before[0] + 4, before[4] + 2)


def test_a_tick_holds_for_what_was_shown(door: Door, tmp_path: Path) -> None:
    """Meanwhile somebody made one of the two: what is left is shown again."""
    page = look(door, two_new(tmp_path))
    other = look(door, ledger(tmp_path, line(1, 单位="新成立的研究中心"), name="另一份.xlsx"), round="三轮")
    assert go_on(door, other, new_units=field_in(other.text, "new_units")).status_code == 303
    again = go_on(door, page, new_units=field_in(page.text, "new_units"))
    assert again.status_code == 422
    assert "新建这 1 个党组织：城伯镇党委会" in words(again.text)
    assert go_on(door, again, new_units=field_in(again.text, "new_units")).status_code == 303


def test_nobody_is_asked_where_all_are_known(door: Door, tmp_path: Path) -> None:
    page = look(door, ledger(tmp_path, line(1, 单位=TOWN)))
    assert 'name="new_units"' not in page.text
    assert go_on(door, page).status_code == 303
