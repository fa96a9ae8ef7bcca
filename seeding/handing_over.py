"""Two hand-overs 整改责任交接: a secretary hands over and all three sign; another cannot, and the office that fed back owes it again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

import clock
from register.household import must_enter
from register.wanted import Wanted
from seeding.county import Days, Organisation
from seeding.names import person_names
from seeding.office import SECOND
from seeding.people import WAITING, let_in, login_of
from seeding.plan import DICE, Plan
from seeding.play import Happening, NotPlayed, Play
from states import ACTIONS, GIVER, OFFICE, SECRETARY, WITNESS
from storage.household import find_key, read_row
from storage.reads.handovers import to_hand_over
from storage.work import Work
from workflow.cosigning import cosign
from workflow.drafts import confirm_batch, draft_batch
from workflow.engine import fire
from workflow.people import actor_of
from workflow.subject import Actor, Intent

_LEAVES_AT, _COMES_AT, _TOLD_AT = time(18), time(8), time(9, 20)
_APART: Final = timedelta(minutes=9)
"""So long after one another they sign."""
_SIGNED: Final = {GIVER: "本人移交", WITNESS: "已监交，移交清楚", "taker": "本人接收"}


@dataclass(slots=True)
class Change:
    """A secretary's change: whose, on which working day the new one comes, why the old one cannot sign, when it was fed back again."""

    place: Organisation
    comes: date
    absent: str = ""
    told: date | None = None
    left: Actor | None = None
    draft: int = 0
    cases: Sequence[int] = ()


def handed_over(plan: Plan, days: Days) -> Iterator[tuple[date, Happening]]:
    """Yield what happens when two secretaries change: one hands over in person and is done with, one was ill and it is still to be fed back."""
    units = [place.number for place in plan.places if place.above is None]
    ill = days.on(days.base, -6)
    place = _newest(plan, days.on(ill, -4), {0, *units[-WAITING:]})
    yield from _happenings(Change(place, ill, absent="因病住院，不能签字"), days)
    well = days.on(days.base, -24)
    other = _newest(plan, days.on(well, -6), {0, place.number, *units[-WAITING:]})
    yield from _happenings(Change(other, well, told=days.on(days.base, -16)), days)


def _newest(plan: Plan, by: date, but: Collection[int]) -> Organisation:
    """Return a unit that was fed back last before a day; one that answers for villages, and so for very much, only where there is no other."""
    fed = [
        visit
        for visit in reversed(plan.visits)
        if visit.fed < by and visit.place.above is None and visit.place.number not in but
    ]
    return min(fed, key=lambda visit: (visit.place.kind in ("town", "street"), visit.ago)).place


def _happenings(change: Change, days: Days) -> Iterator[tuple[date, Happening]]:
    def leaves(play: Play, work: Work, now: datetime) -> None:
        change.left = play.ground.cast.actors[_login(change)]
        if not change.absent:
            _prepares(play, work, change, change.left, now)
            _signs(work, change, GIVER, change.left, now + _APART)
        _succeeds(play, work, change, now + 2 * _APART)

    def comes(play: Play, work: Work, now: datetime) -> None:
        _takes_the_post(play, work, change, now)
        cast = play.ground.cast
        if change.absent:
            _prepares(play, work, change, cast.actors[OFFICE], now)
        _signs(work, change, WITNESS, cast.actors[SECOND if change.absent else OFFICE], now + _APART)
        taker = cast.actors[_login(change)]
        outcomes = confirm_batch(
            work, change.draft, taker, now + 2 * _APART, dice=play.dice.randbytes, signed=_SIGNED["taker"]
        )
        _must(now, "hand_over", [why for one in outcomes for why in one.refused])

    def told(play: Play, work: Work, now: datetime) -> None:
        said = {"briefed_on": clock.local_date(now).isoformat(), "text": "当面重新反馈，交代未办完的问题、期限和要求"}
        intent = Intent("feed_again", min(change.cases), answers=said)
        outcomes = fire(work, [intent], play.ground.cast.actors[OFFICE], now, dice=play.dice.randbytes)
        _must(now, "feed_again", outcomes[0].refused)

    yield days.on(change.comes, -1), Happening(_LEAVES_AT, leaves)
    yield change.comes, Happening(_COMES_AT, comes)
    if change.told:
        yield change.told, Happening(_TOLD_AT, told)


def _login(change: Change) -> str:
    return login_of(SECRETARY, change.place.number)


def _prepares(play: Play, work: Work, change: Change, by: Actor, now: datetime) -> None:
    """Prepare the hand-over of all that the unit has not finished, and of what goes on."""
    ground = play.ground
    unit = ground.cast.units[change.place.number]
    change.cases = [line.id for line, _ in to_hand_over(work.driver, ground.jurisdiction, [unit])[unit]]
    assert change.left is not None
    giver = read_row(work.driver, "person", ground.jurisdiction, change.left.person_id or 0) or {}
    said: dict[str, Any] = {"giver": giver["name"], "matters": "整改台账、佐证材料和会议记录已当面点清"}
    said |= {"absent_why": change.absent} if change.absent else {}
    made = draft_batch(work, [Intent("hand_over", case, answers=said) for case in change.cases], by, now)
    _must(now, "hand_over", made.refused)
    change.draft = made.draft or 0


def _signs(work: Work, change: Change, part: str, by: Actor, now: datetime) -> None:
    why = cosign(work, change.draft, part, by, _SIGNED[part], now)
    _must(now, "hand_over", [why] if why else [])


def _succeeds(play: Play, work: Work, change: Change, now: datetime) -> None:
    """Let the personnel enter the new one, and that the old one's post ends today."""
    ground, salts, login = play.ground, play.dice.randbytes, _login(change)
    approver, asker = ground.cast.actors["secadmin"], ground.cast.actors["sysadmin"].person_id

    def enter(*wanted: Wanted) -> list[Any]:
        return must_enter(work, wanted, approver, now, asked_by=asker, dice=salts)

    taken = {name for (name,) in work.driver.all("SELECT name FROM people")}
    names = (name for name in person_names(Random(DICE + change.place.number)) if name not in taken)
    (person,) = enter(Wanted("person", "make", None, {"name": next(names), "email": f"{login}.new@example.test"}))
    enter(Wanted("account", "make", None, {"person": person, "login": f"{login}.new"}))
    let_in(work, f"{login}.new")
    assert change.left is not None
    post = find_key(work.driver, "post", ground.jurisdiction, person_id=change.left.person_id, role=SECRETARY)
    enter(Wanted("post", "end", post, {"ends_on": clock.local_date(now), "successor": person}))


def _takes_the_post(play: Play, work: Work, change: Change, now: datetime) -> None:
    """From here on the new one acts for the unit."""
    login = _login(change)
    play.ground.cast.actors[login] = actor_of(work.driver, f"{login}.new", clock.local_date(now), "web")


def _must(now: datetime, action: str, refused: Sequence[str]) -> None:
    if refused:
        raise NotPlayed(clock.local_date(now), ACTIONS[action].shown, refused)
