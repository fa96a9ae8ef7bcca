"""Hostile input at the one road: any type, any field, any words are kept as they are or refused with a sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from states import ACTIONS, CLOCKS, MOVES
from storage.engine import writing
from storage.visible import is_visible
from tests.world import FEEDBACK_DAY, MEASURE, World, usual_answers, usual_materials, usual_of_kind
from workflow.answers import read_answers
from workflow.engine import fire
from workflow.subject import Birth, Intent
from workflow.vocabulary import KINDS


def deep(levels: int) -> Any:
    """A list in a list in a list."""
    found: Any = "x"
    for _ in range(levels):
        found = [found]
    return found


WEIRD: tuple[Any, ...] = (
    True, False, 0, -1, 1.5, float("nan"), float("inf"), 10**30, 10**5000, [], [1], {}, {"a": 1}, {"text": deep(9)},
    [{}], [None], [{**MEASURE, "on": "9999-12-31"}], [{**MEASURE, "text": 7}], [MEASURE] * 101, "²", "١٢", "9" * 5000,
    "2026-02-30", "0001-01-01", "9999-12-31", "2026-W10-1", b"bytes", object(), datetime(2026, 5, 1, tzinfo=UTC),
    timedelta(1), "\x00", "\ud800", deep(900), {"money_recovered": 1e22}, {"money_recovered": "1.234"},
    {"rules_new": -1}, {"people_party": True}, {1: 2},
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind_of_answer_there_is_a_usual_one_that_is_taken(kind: str) -> None:
    """So that a new move with a new answer goes its way in these tests before anybody writes an answer for it."""
    asked = "choice:agree|return" if kind == "choice" else kind
    read, faults = read_answers(
        replace(ACTIONS["claim"], asks=(("reason", asked),)), {"reason": usual_of_kind(asked, FEEDBACK_DAY)}
    )
    assert (set(read), faults) == ({"reason"}, [])


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.action)
def test_an_answer_of_any_type_is_taken_or_refused_with_a_sentence(move: Any) -> None:
    for name, kind in move.asks:
        for value in (*WEIRD, None, "", "  "):
            read, faults = read_answers(move, {name: value})
            own = [fault for fault in faults if not fault.missing]
            assert (name in read) != bool(own or value is None or (isinstance(value, str) and not is_visible(value))), (
                name,
                kind,
                value,
            )
            assert all(len(fault.sentence) < 2000 for fault in faults)
            json.dumps([fault.sentence for fault in faults], ensure_ascii=False).encode()


def test_answers_of_wrong_types_never_raise_through_fire(world: World) -> None:
    """Before each step of a road every answer is given every wrong value, every second time under a key."""
    (case,) = world.feed_back()
    road = (("claim", "secretary"), ("submit_plan", "secretary"), ("approve_plan", "office"), ("submit", "secretary"))
    tried = 0
    for action, login in (*road, ("continue_work", "office"), ("void", "office")):
        with writing(world.engine) as work:
            for intent in wrongly_answered(world, action, case):
                (outcome,) = fire(work, [intent], world.actor(login), world.now)
                assert outcome.outcome == "done" or outcome.refused
                work.rollback()
                tried += 1
        if (action, login) in road:
            world.walk(case, action)
    assert tried > 400


def wrongly_answered(world: World, action: str, case: int) -> Iterator[Intent]:
    usual = world.intent(action, case)
    for name, _ in ACTIONS[action].asks:
        for position, value in enumerate(WEIRD):
            yield replace(usual, answers={**usual.answers, name: value}, key="K" if position % 2 else None)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.action)
def test_what_a_move_does_not_ask_is_refused(move: Any) -> None:
    """No form, import or script slips a column in: state, settled_at, another unit, a version, a wake-up."""
    unasked = {"state": "publicized", "settled_at": "2026-01-01", "unit_id": 3, "wake_at": None, "__class__": "x"}
    read, faults = read_answers(move, unasked)
    assert not set(read) & set(unasked)
    said = [fault for fault in faults if fault.sentence.startswith("此操作不填")]
    assert [fault.sentence for fault in said] == [f"此操作不填“{name}”" for name in sorted(unasked)]


def test_an_unasked_field_stops_the_move(world: World) -> None:
    (case,) = world.feed_back()
    before = world.dump()
    said = world.refused("secretary", "claim", case, answers={"state": "publicized", "settled_at": "2026-01-01"})
    assert said == "此操作不填“settled_at”\n此操作不填“state”"
    assert world.dump() == before


def test_materials_with_names_that_cannot_be_kept_are_refused(world: World) -> None:
    (case,) = world.all_at_work(1)
    for name in ("a\x00.pdf", "\udcc4\udce3.pdf"):
        papers = tuple(replace(m, name=name) for m in usual_materials("submit"))
        said = world.refused("secretary", "submit", case, materials=papers)
        assert "文件名含有不可见的字符" in said
        said.encode()


PIECES = (
    "<script>alert(1)</script>", "'; DROP TABLE cases; --", '" OR 1=1 --', "{{7*7}}", "{% for x in y %}",
    "${jndi:ldap}", '=HYPERLINK("x")', "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "%s%n%x", "%(actor)s",
    "../../etc/passwd", "\u202e倒",
    "\u200b", "𠮷", "👩‍👩‍👧", "é", "e\u0301", "\ufeff", "\uffff", "\U0010ffff", "\r\nBcc: x@y", "\x00", "\x07",
    "\x1b[31m", "\ud800", "\udfff", "\x7f", "\x85", "\u2028", "null", "\\", "\\u0000", "?", "$1", "$$", ":name",
    "整改到位", " ", "\n", "ﷺ" * 50, "A" * 300,
    '"}]', "]]>", "<!--", "&amp;", "&#x3c;", "javascript:alert(1)", "onerror=",
)  # fmt: skip


def hostile(count: int, seed: int) -> list[str]:
    """Strings put together from bad pieces; the same for a seed."""
    dice = random.Random(seed)
    return ["".join(dice.choice(PIECES) for _ in range(dice.randint(1, 6))) for _ in range(count)]


def keepable(text: str) -> bool:
    """Whether a text holds neither a control character nor half a character; our own words for it."""
    return not any((ord(c) < 32 and c not in "\t\n\r") or 0xD800 <= ord(c) < 0xE000 for c in text)


def progress(texts: dict[int, str]) -> list[Intent]:
    """One report of progress for each case, its words and figures alike."""
    return [
        Intent("progress", case, answers={"measure_no": 1, "text": text, "figures": text})
        for case, text in texts.items()
    ]


def test_four_thousand_hostile_strings_are_kept_as_they_are_or_refused(world: World) -> None:
    """Forty cases, a hundred batches of progress; seed 20260302. Nothing but words has come of it."""
    cases = world.all_at_work(40)
    kept: dict[tuple[int, int], str] = {}
    strings = hostile(4000, 20260302)
    before = world.dump()
    with writing(world.engine) as work:
        for start in range(0, len(strings), len(cases)):
            texts = dict(zip(cases, strings[start : start + len(cases)], strict=True))
            outcomes = fire(work, progress(texts), world.actor("handler"), world.now)
            for outcome, text in zip(outcomes, texts.values(), strict=True):
                assert (outcome.outcome == "done") is (is_visible(text) and keepable(text)), (text, outcome)
                if outcome.outcome == "done":
                    kept[outcome.case or 0, outcome.version or 0] = text.strip()
        work.commit()
        rows = work.driver.all("SELECT case_id, version, text, figures FROM progress")
    assert {(case, version): text for case, version, text, _ in rows} == kept
    assert {(case, version): figures for case, version, _, figures in rows} == kept
    assert 2000 < len(kept) < 4000
    after = world.dump()
    recurring = {"clocks"} if any(one.recurs_by == "progress" for one in CLOCKS.values()) else set()
    changed = {"cases", "heads", "progress", "texts", "trail"} | recurring
    assert {name for name in after if after[name] != before[name]} == changed


def test_hostile_words_of_a_problem_are_kept_as_they_are_or_refused(world: World) -> None:
    row = world.row(*world.feed_back())
    place = (row.inspection_id, row.round_id, row.unit_id, row.answerable_id)
    strings = hostile(300, 7)
    births = [Birth(*place, f"h{n}", text, detail=text, note=text) for n, text in enumerate(strings)]
    answers, papers = usual_answers("feed_back", world.today), usual_materials("feed_back")
    with writing(world.engine) as work:
        intents = [Intent("feed_back", birth=birth, answers=answers, materials=papers) for birth in births]
        outcomes = fire(work, intents, world.actor("office"), world.now)
        work.commit()
    assert [one.outcome == "done" for one in outcomes] == [keepable(text) for text in strings]
    found = world.rows("SELECT number, problem, detail, note FROM cases WHERE number LIKE 'h%'")
    assert {tuple(one) for one in found} == {
        (f"h{n}", text, text, text) for n, text in enumerate(strings) if keepable(text)
    }
