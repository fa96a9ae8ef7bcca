"""What must hold before days do not count 中止计时, before that ends earlier or is taken back; and the dates that follow."""

from __future__ import annotations

from datetime import timedelta

import clock
from clock import chinese_date
from register.rules.following import afterwards, columns
from register.rules.guarding import guard
from register.wanted import Standing
from states import OPEN
from storage.reads.rounds import newest_round
from storage.rows import watched
from storage.stops import ALL, CASE, INQUIRY, UNIT, stop_of
from trail.entry import Dice
from workflow.days.limits import add
from workflow.rules import in_force


@guard("reach")
def reach_named(one: Standing) -> str | None:
    """What is stopped is named as the reach says, and nothing else."""
    reach, unit, case = one.after["reach"], one.after["unit_id"], one.after["case"]
    named = {
        ALL: unit is None and case is None,
        UNIT: unit is not None and case is None,
        CASE: unit is None and case is not None,
    }
    return None if named[reach] else "范围是一个党组织的填党组织，是一个问题的填问题，是全部的都不填"


@guard("ground")
def inquiry_is_of_somebody(one: Standing) -> str | None:
    """An investigation stops what it is about, never everybody."""
    if one.after["ground"] == INQUIRY and one.after["reach"] == ALL:
        return "立案审查调查只中止有关的党组织或问题，请写明是哪一个"
    return None


@guard("starts_on")
def stop_has_begun(one: Standing) -> str | None:
    """What has not begun stops nothing yet: whoever wants it ahead enters it on its first day."""
    return None if one.after["starts_on"] <= one.today else "第一天还没有到，到那天再登记"


@guard("ends_on")
def stop_within_limit(one: Standing) -> str | None:
    """A stop is no longer than the profiles of the rounds allow whose open cases it reaches; the shortest counts.

    One of a unit or of all reaches what is fed back later too: the newest round counts with them.
    """
    stop = stop_of({**one.after, "entered_on": one.today})
    assert stop  # what is about to be entered was not taken back
    cases, _ = watched(one.driver, one.jurisdiction, OPEN)
    rounds = {case.round_id for case in cases if case.state in OPEN and stop.covers(case)}
    newest = newest_round(one.driver, one.jurisdiction)
    if newest is None:
        return "还没有轮次，没有可以中止的期限"
    if one.after["reach"] != CASE:
        rounds.add(newest)
    profiles, calendar = in_force(one.driver, one.jurisdiction, rounds)
    before = stop.span.first - timedelta(days=1)
    latest, limit = min(
        ((add(before, limit, calendar), limit) for limit in (found.limits["suspended"] for found in profiles.values())),
        default=(stop.span.last, None), key=lambda found: found[0],
    )  # fmt: skip
    if stop.span.last <= latest:
        return None
    return f"按时限方案，一次最多中止 {limit}，最晚到 {chinese_date(latest)}；到期仍要中止的，再登记一次"


@guard("ends_on")
def ends_sooner(one: Standing) -> str | None:
    """It ends today or later, and earlier than it would: days that went by uncounted stay so."""
    first, last = one.before["starts_on"], one.before["ends_on"]
    if max(first, one.today) <= one.after["ends_on"] < last:
        return None
    if last <= one.today:
        return "这次中止已经到最后一天，不用提前结束；登记错了的，办理撤回"
    return f"提前结束的日子在今天到 {chinese_date(last - timedelta(days=1))}之间"


@guard()
def stop_stands(one: Standing) -> str | None:
    """What was taken back is neither ended nor taken back again."""
    return "这次中止计时已撤回" if one.before.get("gone") else None


@columns
def known_from_today(one: Standing) -> None:
    """People know of it from the day on which it is entered: dates that they set from then on stand as they set them."""
    one.after["entered_on"] = one.today


@afterwards
def dates_pass_over_stops(one: Standing, index: int, dice: Dice) -> None:
    """The open clocks of units run to the dates that the stops give them now, each case with an entry of its own."""
    from workflow.recompute import stops_changed  # noqa: PLC0415 the engine, which most of what enters nothing does not load

    known_on = one.before.get("entered_on")
    stops_changed(one.work, one.jurisdiction, index, clock.from_micros(one.now), known_on, dice)
