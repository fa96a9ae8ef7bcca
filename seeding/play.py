"""Playing the plan: day by day, every act by a real move through `fire`, with the scan running every morning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import Engine

import clock
from register.household import must_enter
from register.wanted import Wanted
from seeding.county import Days
from seeding.papers import Papers
from seeding.people import Cast, login_of
from seeding.problems import Problem
from seeding.walk import Act
from states import ACTIONS, LEADER, OFFICE, ORGANISATION, SECRETARY, TEAM
from storage.copies import record_opened
from storage.engine import writing
from storage.meetings import GROUP_MEETING, MEETING
from storage.sql import Driver
from storage.work import Work
from workflow.drafts import confirm, draft
from workflow.engine import fire
from workflow.outcome import Outcome
from workflow.scan import scan
from workflow.subject import Actor, Birth, Intent

Told = Callable[[int, int, str], None]

SCAN_AT, SIGN_AT = time(7, 30), time(8, 30)
# The hour at which each kind of move is made; a move that needs another one comes later in the day.
HOURS: Mapping[time, tuple[str, ...]] = {
    time(9): (
        "keep", "withdraw", "void", "return_plan", "approve_plan", "return_work", "continue_work",
        "grant_extension", "refuse_extension", "put_to_group", "order_rework", "order_plan",
    ),
    time(9, 40): ("feed_back",),
    time(10, 30): ("opine", "reopen", "looked_back", "escalate_by_hand"),
    time(14): ("progress",),
    time(14, 50): ("claim", "rectify_at_once", "object"),
    time(15, 30): ("submit_plan", "request_extension", "recall", "submit"),
    time(16): ("confirm_paper",),
    time(16, 30): ("verify", "rescind", "approve_text", "withhold", "uphold_ground"),
    time(17): ("publicize",),
}  # fmt: skip
_HOUR = {action: hour for hour, actions in HOURS.items() for action in actions}
_APART = timedelta(seconds=40)
_TODAY = timedelta(minutes=45)
_BATCH, _SCANNED = 200, 500
_COPIES = (
    "SELECT k.case_id, k.version, k.role, c.unit_id FROM copies k JOIN cases c ON c.id = k.case_id "
    "WHERE c.jurisdiction = ? AND k.signed_version IS NULL ORDER BY k.case_id, k.version, k.role"
)
_SLOW_TO_SIGN = {LEADER: -1, ORGANISATION: -3}
"""Who has not signed lately for what came in copy: until so many working days before the last."""
_UNSIGNED = "SELECT id, answerable_id FROM cases WHERE jurisdiction = ? AND unsigned > 0 ORDER BY id"


class NotPlayed(RuntimeError):
    """A planned move was refused: the plan and the configured limits do not fit together."""

    def __init__(self, day: date, what: str, why: Sequence[str]) -> None:
        super().__init__(
            f"演示数据编排在 {day} 的“{what}”未能办理：{'；'.join(why)}。"
            "演示数据按随附的时限方案编排，请用随附的 config.toml"
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the inspections stand in the database: ids by the number of the visit and of the round."""

    jurisdiction: int
    inspections: Mapping[int, int]
    rounds: Mapping[int, int]
    cast: Cast
    papers: Papers


@dataclass(frozen=True, slots=True)
class Call:
    """One call of `fire`: who does what to which problems, or signs for which cases, or for which copies (case, version, role)."""

    hour: time
    actor: Actor
    acts: tuple[Act, ...] = ()
    signed: tuple[int, ...] = ()
    copies: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens beside the plan's acts: at which hour, and what is done then."""

    hour: time
    does: Callable[[Play, Work, datetime], None]


@dataclass(slots=True)
class Play:
    """The plan being played; `cases` grows by the births."""

    engine: Engine
    ground: Ground
    days: Days
    now: datetime
    dice: Random
    acts: Mapping[date, Sequence[Act]]
    beside: Mapping[date, Sequence[Happening]]
    cases: dict[int, int] = field(default_factory=dict)
    quiet: bool = False
    met: set[date] = field(default_factory=set)
    """Days on which the leading group met."""

    def run(self, told: Told) -> None:
        """Play every day up to today; today's reminders are left to the first scan that somebody runs."""
        done, of = 0, sum(map(len, self.acts.values()))
        day = min(self.acts)
        while day <= self.days.today:
            if day < self.days.today:
                self._scan(day)
            if self.days.calendar.is_workday(day):
                self._work(day)
            done += len(self.acts.get(day, ()))
            told(done, of, f"{day.year}年{day.month}月")
            day += timedelta(days=1)

    def _scan(self, day: date) -> None:
        scanned = scan(self.engine, _at(day, SCAN_AT), _SCANNED, dice=self.dice.randbytes)
        if scanned.failed:
            raise NotPlayed(day, "扫描", [str(one["why"]) for one in scanned.failed])
        self.quiet = self.quiet and not scanned.fired

    def _work(self, day: date) -> None:
        beside = self.beside.get(day, ())
        if self.quiet and day not in self.acts and not beside:
            return
        with writing(self.engine) as work:
            calls: list[Call | Happening] = [
                *self._signings(work.driver, day),
                *self._copies(work.driver, day),
                *self._calls(day),
                *beside,
            ]
            calls.sort(key=lambda one: one.hour)
            for call, instant in zip(calls, self._instants(day, calls), strict=True):
                if isinstance(call, Happening):
                    call.does(self, work, instant)
                else:
                    self._make(work, call, instant)
            self.quiet = not any(work.driver.all(sql, (self.ground.jurisdiction,)) for sql in (_UNSIGNED, _COPIES))
            work.commit()

    def _instants(self, day: date, calls: Sequence[Call | Happening]) -> Iterator[datetime]:
        """Yield the instants of the calls: at their hours, one after another; those of today shortly before now."""
        if day == self.days.today:
            start = max(clock.start_of(day), self.now - _TODAY)
            step = (self.now - start) / (len(calls) + 1)
            yield from (start + step * place for place in range(1, len(calls) + 1))
            return
        instant = _at(day, SCAN_AT)
        for call in calls:
            instant = max(instant + _APART, _at(day, call.hour))
            yield instant

    def _signings(self, driver: Driver, day: date) -> Iterator[Call]:
        """Let secretaries sign for all that has come every second working day, which is in time; some have stopped lately."""
        unsigned: dict[int, list[int]] = defaultdict(list)
        for case, unit in driver.all(_UNSIGNED, (self.ground.jurisdiction,)):
            unsigned[unit].append(case)
        turn = self.days.calendar.count(date.min, day)
        for number, unit in self.ground.cast.units.items():
            if unit in unsigned and (turn + number) % 2 == 0 and day <= self._signs_until(number):
                secretary = self.ground.cast.actors[login_of(SECRETARY, number)]
                yield Call(SIGN_AT, secretary, signed=tuple(unsigned[unit]))

    def _copies(self, driver: Driver, day: date) -> Iterator[Call]:
        """Let leaders and departments open and sign for what came to them in copy every second working day, which is in time."""
        waiting: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for case, version, role, unit in driver.all(_COPIES, (self.ground.jurisdiction,)):
            waiting[self.ground.cast.receiver(role, unit)].append((case, version, role))
        turn = self.days.calendar.count(date.min, day)
        for place, login in enumerate(sorted(waiting)):
            slow = _SLOW_TO_SIGN.get(login)
            if (turn + place) % 2 == 0 and (slow is None or day <= self.days.on(self.days.base, slow)):
                yield Call(SIGN_AT, self.ground.cast.actors[login], copies=tuple(waiting[login]))

    def _signs_until(self, number: int) -> date:
        slow = {0: -2, 3: -8}.get(number % 6)
        return self.days.on(self.days.base, slow) if slow else self.days.today

    def _calls(self, day: date) -> Iterator[Call]:
        """Group the day's acts: one call for each hour, person and action; a filing is one inspection's."""
        grouped: dict[tuple[time, str, str, int], list[Act]] = defaultdict(list)
        actors: dict[str, Actor] = {}
        for act in self.acts.get(day, ()):
            actor = self._actor(act)
            actors[actor.login] = actor
            alone = act.problem.number if act.second else act.problem.visit.number if ACTIONS[act.action].filing else -1
            grouped[_HOUR[act.action], act.action, actor.login, alone].append(act)
        for hour, action, login, alone in sorted(grouped):
            acts = grouped[hour, action, login, alone]
            for start in range(0, len(acts), _BATCH):
                yield Call(hour, actors[login], tuple(acts[start : start + _BATCH]))

    def _actor(self, act: Act) -> Actor:
        return self.ground.cast.actor(act.by, act.problem.visit.place, act.problem.visit.team)

    def _make(self, work: Work, call: Call, instant: datetime) -> None:
        self._meet(work, call, instant)
        signing = [Intent("acknowledge", case) for case in call.signed]
        if call.copies:
            record_opened(work.driver, call.copies, call.actor.person_id or 0, clock.micros(instant))
            signing = [Intent("acknowledge_copy", case) for case in dict.fromkeys(case for case, _, _ in call.copies)]
        intents = signing or [self.intent(act) for act in call.acts]
        if call.acts and call.acts[0].second:
            outcomes = [self._with_second(work, intents[0], call.actor, instant)]
        else:
            outcomes = fire(work, intents, call.actor, instant, dice=self.dice.randbytes)
        day = clock.local_date(instant)
        for place, outcome in enumerate(outcomes):
            if outcome.outcome != "done":
                raise NotPlayed(day, ACTIONS[intents[place].action].shown, outcome.refused)
            if call.acts and outcome.case is not None:
                self.cases[call.acts[place].problem.number] = outcome.case
        if call.acts and call.acts[0].action == "feed_back":
            self._mark(work, call, instant)

    def _meet(self, work: Work, call: Call, instant: datetime) -> None:
        """Let the office enter the meeting of the leading group before the first of its decisions is entered."""
        day = clock.local_date(instant)
        if day in self.met or not any(_decided(act) for act in call.acts):
            return
        self.met.add(day)
        decided = [act for act in self.acts[day] if _decided(act)]
        paper = self.ground.papers.material("minutes", decided[0].problem)
        said = {
            "sort": GROUP_MEETING, "held_on": day, "number": decided[0].answers["minute_no"], "title": "巡察工作领导小组会议",
            "agenda": sorted(self.cases[act.problem.number] for act in decided), "minutes": f"{paper.sha256} 会议纪要.txt",
        }  # fmt: skip
        wanted = [Wanted(MEETING, "make", None, said)]
        must_enter(work, wanted, self.ground.cast.actors[OFFICE], instant, dice=self.dice.randbytes)

    def _mark(self, work: Work, call: Call, instant: datetime) -> None:
        """Let the office mark what was fed back with its topics."""
        wanted = [
            Wanted("topic", "make", None, {"case_id": self.cases[act.problem.number], "topic": topic})
            for act in call.acts
            for topic in act.problem.topics
        ]
        if wanted:
            must_enter(work, wanted, self.ground.cast.actors[OFFICE], instant, dice=self.dice.randbytes)

    def _with_second(self, work: Work, intent: Intent, actor: Actor, instant: datetime) -> Outcome:
        drafted = draft(work, intent, actor, instant)
        if drafted.draft is None:
            return Outcome(intent.case_id, "refused", refusals=drafted.refusals)
        return confirm(work, drafted.draft, self.ground.cast.actors["office2"], instant, dice=self.dice.randbytes)

    def intent(self, act: Act) -> Intent:
        """Return an act as the intent that `fire` takes."""
        answers = dict(act.answers)
        if "duplicate_of" in answers:
            answers["duplicate_of"] = self.cases[answers["duplicate_of"]]
        materials = tuple(self.ground.papers.material(paper, act.problem) for paper in act.papers)
        if act.action == "feed_back":
            return Intent(act.action, birth=self._birth(act.problem), answers=answers, materials=materials)
        case, signed = self.cases[act.problem.number], act.signed_on
        return Intent(
            act.action, case, answers=answers, materials=materials, occurred_on=signed, received=signed is not None
        )

    def _birth(self, problem: Problem) -> Birth:
        visit, cast = problem.visit, self.ground.cast
        writer = cast.actor(TEAM, visit.place, visit.team).person_id
        return Birth(
            self.ground.inspections[visit.number], self.ground.rounds[visit.round], cast.units[visit.place.number],
            cast.units[visit.place.answers], str(problem.no), problem.about, problem.category, problem.detail,
            amount=f"{problem.sum}元" if problem.sum else "", written_by=writer,
        )  # fmt: skip


def _decided(act: Act) -> bool:
    """Say whether the leading group decided it."""
    return "minute_no" in act.answers


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.SHANGHAI).astimezone(UTC)
