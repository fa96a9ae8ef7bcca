"""The table of manners: what the pages do with each act, and that a typo in it stops the start."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from states import ACTIONS, ANSWERS, CLOCK, MOVES, ROLES, SPLIT_OFF, STATES, TAKE_OVERS
from web import manners, road
from web.manners import ASKING, KIND_OF, MANNERS, Manner, has_form
from web.tasks import TASK_KINDS

SOURCE = Path(manners.__file__)
# What is written between quotation marks where a row begins, or in its tuples and clocks.
NAMED = re.compile(
    r'(?:^    "([a-z_]+)": (?:Manner|Asking)|\((?:"[a-z_]+", )*"([a-z_]+)"|first_while="([a-z_]+)")', re.MULTILINE
)
NAMES = sorted(
    {name for found in NAMED.finditer(SOURCE.read_text(encoding="utf-8")) for name in found.groups() if name}
)


def test_every_act_has_a_manner_and_every_answer_a_way_of_being_asked() -> None:
    assert set(MANNERS) == set(ACTIONS)
    assert set(ASKING) == set(ANSWERS)


def test_what_no_row_says_is_the_ordinary_way() -> None:
    assert MANNERS["progress"] == Manner()


def test_what_the_unit_takes_back_from_others_is_folded_away() -> None:
    """Where the next step is another's, the unit seldom acts; where it is its own, its acts stand first."""
    assert MANNERS["recall"].rare
    assert MANNERS["recall_plan"].rare
    assert not any(
        MANNERS[action].rare for action in ("claim", "submit", "progress", "acknowledge", "request_extension")
    )


def test_what_an_act_costs_is_a_sentence() -> None:
    said = {action: manner.warns for action, manner in MANNERS.items() if manner.warns}
    assert set(said) == {"drop_objection", "transfer", "hand_over", "split", "disown_paper"}
    assert all(words.endswith("。") for words in said.values())


def test_there_are_names_to_mistype() -> None:
    assert {"void", "claim", "put", "text", "return_work", "minute_no"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_typo_in_a_name_stops_the_start(name: str, tmp_path: Path) -> None:
    wrong = tmp_path / "manners.py"
    wrong.write_text(SOURCE.read_text(encoding="utf-8").replace(f'"{name}"', f'"{name}x"'), encoding="utf-8")
    with pytest.raises(Exception, match=f"“{name}x”在 states.py 里没有"):
        runpy.run_path(str(wrong))


def test_what_is_decided_the_other_way_leads_back() -> None:
    """The form of an act leads to those that decide the same otherwise, and theirs to it."""
    for action, manner in MANNERS.items():
        for other in manner.otherwise:
            assert action in MANNERS[other].otherwise
            assert set(ACTIONS[action].origin) == set(ACTIONS[other].origin)


def test_whoever_decides_reads_first_what_it_is_about() -> None:
    assert all(manner.judges for manner in MANNERS.values() if manner.otherwise)


def test_what_the_system_holds_is_what_the_act_needs() -> None:
    assert all(set(manner.held) <= set(ACTIONS[action].needs) for action, manner in MANNERS.items())


def test_only_what_asks_no_answer_is_made_by_a_click() -> None:
    assert [move.action for move in MOVES if MANNERS[move.action].one_click] == [
        "acknowledge",
        "acknowledge_copy",
        "press_copy",
    ]
    assert all(not ACTIONS[action].asks for action, manner in MANNERS.items() if manner.one_click)


def test_what_sends_back_says_why_in_words_that_the_page_shows() -> None:
    for move in MOVES:
        if move.sends_back:
            assert {"reason", "what_failed"} & {name for name, _ in move.asks}


def test_an_answer_is_of_one_kind_in_all_moves() -> None:
    kinds = {(name, kind.removesuffix("?").partition(":")[0]) for move in MOVES for name, kind in move.asks}
    assert len(kinds) == len(KIND_OF)


def test_people_make_by_a_form_all_moves_but_the_births_and_the_clocks() -> None:
    births = {"feed_back", "order_at_once", *TAKE_OVERS, *SPLIT_OFF.values()}
    assert {move.action for move in MOVES if not has_form(move)} == births | {"remind", "flag", "escalate", "recompute"}


def test_every_task_is_of_a_role_and_leads_to_an_act_of_that_role() -> None:
    for kind in TASK_KINDS:
        assert kind.role in ROLES
        if kind.action:
            assert CLOCK not in ACTIONS[kind.action].who
            assert {kind.role, "secretary" if kind.role == "handler" else kind.role} & set(ACTIONS[kind.action].who)


def test_every_state_stands_in_the_picture_of_the_road() -> None:
    assert set(road._PLACES) == set(STATES)
