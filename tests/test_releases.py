"""A round outlives the next release: databases kept from each schema open, and every case in them walks on."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import clock
from grammar import Clock as Running
from grammar import Rung
from register.groundwork import keep_the_profile, lay_groundwork, profiles_in
from register.household import round_of
from settings import SHIPPED, _read
from states import CLOCK, CLOCKS, HANDLER, OFFICE, OPEN, RECTIFYING, STATES, UNBORN
from storage import migrate
from storage.engine import open_engine, reading, writing
from tests import databases
from tests.kept import DATA, EARLIER, FRESH, LIVES, WAITING, file_of, load
from tests.soundness import check_sound
from tests.test_corners import BEFORE
from tests.test_corners import CHOSEN as CORNERS
from tests.world import CAST, World, county, day
from workflow.days import clocks, profiles
from workflow.days.profiles import Profile
from workflow.engine import fire
from workflow.people import operator
from workflow.rules import DEFINITION_HASH
from workflow.subject import Actor, scheduler

pytestmark = pytest.mark.both

SCHEMAS = sorted(path.name.removeprefix("kept_").removesuffix(".jsonl.gz") for path in DATA.glob("kept_*.jsonl.gz"))
# As the newest schema would have been left by a release that knew less: its tables of moves and limits are its own.
LESS = ", of a release before"
# From the oldest all steps are gone, on PostgreSQL in the long form as all between.
_LATER = pytest.mark.long("postgres")
KEPT = [
    pytest.param(SCHEMAS[0], marks=_LATER),
    *(pytest.param(one, marks=pytest.mark.long) for one in SCHEMAS[1:-1]),
    SCHEMAS[-1],
    pytest.param(SCHEMAS[-1] + LESS, marks=_LATER),
]
LIFE = Path(__file__).parent / "life.csv"
# The case that an act of a state needs, where the one that is named like the state will not do.
CHOSEN = {
    ("feedback", "rectify_at_once"): "feedback, at once", ("feedback", "object"): FRESH, ("plan_review", "approve_plan"): "plan_review, agreed",
    ("rectifying", "grant_extension"): "rectifying, asked", ("rectifying", "refuse_extension"): "rectifying, asked",
    ("submitted", "verify"): "submitted, agreed", ("escalated", "order_plan"): "escalated, no plan",
}  # fmt: skip
BY_THE_CLOCK = ("remind", "flag", "escalate")


@contextmanager
def kept(kind: str, folder: Path, step: str) -> Iterator[Engine]:
    """Open the database kept from a schema, as it was left."""
    url = databases.fresh_sqlite(folder) if kind == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    try:
        load(engine, step.removesuffix(LESS), EARLIER if step.endswith(LESS) else None)
        yield engine
    finally:
        engine.dispose()
        if kind == "postgres":
            databases.drop(url)


def upgraded(engine: Engine, home: Path) -> World:
    """Bring it to this release, as `zhenggai db upgrade` does, and wake the next morning."""
    migrate.upgrade(engine)
    world = World(engine, home)
    world.go(day(3, 23))
    with writing(engine) as work:
        world.place = lay_groundwork(work, "city", "示范市", profiles_in(_read(SHIPPED).profiles), world.now)
        driver = work.driver
        world.units = {name: number for number, name in driver.all("SELECT id, name FROM units")}
        world.people = {login: number for number, login in driver.all("SELECT person_id, login FROM accounts")}
        work.commit()
    return world


@pytest.fixture
def open_kept(kind: str, tmp_path: Path) -> Iterator[Callable[[str], World]]:
    """Hand out kept databases, upgraded; afterwards all of them must be sound."""
    with ExitStack() as stack:

        def opened(step: str) -> World:
            world = upgraded(stack.enter_context(kept(kind, tmp_path, step)), tmp_path)
            stack.callback(check_sound, world.engine, tmp_path)
            return world

        yield opened


def cases_of(world: World) -> dict[str, int]:
    """Return the kept cases by the round in which they were told; of the pair, the one that waits."""
    rows = world.rows("SELECT r.name, c.id FROM cases c JOIN rounds r ON r.id = c.round_id ORDER BY c.id")
    return {row[0]: row[1] for row in rows}


def arrows() -> Iterator[tuple[str, str, str, tuple[str, ...], bool]]:
    """Yield every arrow of life.csv: state, act, where it leads, who, whether it needs a second person."""
    for line in csv.DictReader(LIFE.read_text(encoding="utf-8").splitlines()):
        yield line["state"], line["action"], line["to"], tuple(line["who"].split()), bool(line["second"])


def actor_of(world: World, role: str) -> Actor:
    login = next((one for one, (_, held, _) in CAST.items() if held == role), "")
    return scheduler(world.place) if role == CLOCK else world.actor(login)


def test_the_schema_before_each_change_is_kept() -> None:
    assert SCHEMAS[0] == "0017"
    assert all(file_of(step).stat().st_size < 100_000 for step in SCHEMAS)


@pytest.mark.parametrize("step", KEPT)
def test_a_kept_database_has_open_cases_in_every_state(open_kept: Callable[[str], World], step: str) -> None:
    world = open_kept(step)
    states = {row[0] for row in world.rows("SELECT DISTINCT state FROM cases")}
    assert (states, set(OPEN) <= states) == (set(STATES), True)
    assert set(cases_of(world)) == {*LIVES, WAITING, FRESH}


OF_ONES_OWN = {"acknowledge_copy", "answer_copy", "press_copy"} | {
    action for (_, action), face in CORNERS.items() if face not in LIVES
}
"""What is done to cases of their own alone, sent in copy, ordered at once, handed over or entered from paper: their stories tell it."""


THREE = ("team", "discipline", "organisation")
"""Who gives an opinion by the profile of the kept cases."""


@pytest.mark.parametrize("step", KEPT)
def test_every_act_of_every_state_is_taken_by_cases_of_before(open_kept: Callable[[str], World], step: str) -> None:
    """Each is fired and taken back, so that the next meets the case as the earlier release left it."""
    world = open_kept(step)
    cases, wrong = cases_of(world), []
    with writing(world.engine) as work:
        for state, action, to, who, second in arrows():
            if state == UNBORN or action in BY_THE_CLOCK or action in OF_ONES_OWN:
                continue
            case = cases[CHOSEN.get((state, action), state)]
            for role in who if action != "opine" else THREE:
                if before := BEFORE.get(action):
                    before(world, work, case)
                intent = world.intent(action, case)
                if action == "recompute":
                    intent = replace(intent, replaced=world.free_months(work))
                if second:
                    intent = replace(intent, prepared_by=world.people["office2"], prepared_role=OFFICE)
                (outcome,) = fire(work, [intent], actor_of(world, role), world.now)
                if (outcome.outcome, outcome.to) != ("done", to):
                    wrong.append((state, action, role, outcome))
                work.rollback()
    assert wrong == []


@pytest.mark.parametrize("step", KEPT)
def test_cases_of_before_go_on_to_their_end(open_kept: Callable[[str], World], step: str) -> None:
    """The clock walks them: reminders, flags and escalations come as they would have; a life goes on to the public."""
    world = open_kept(step)
    cases, ((before,),) = cases_of(world), world.rows("SELECT size FROM heads")
    world.walk(cases["plan_review, agreed"], "approve_plan", "submit", "verify", "approve_text", "publicize")
    world.walk(cases["disputed"], "keep", "claim")
    world.walk(cases["escalated"], "order_rework", "submit", "verify")
    world.walk(cases["withheld"], "reopen")
    last = world.entry(cases["withheld"])
    assert (last["moves"], last["after"]["state"]) == (DEFINITION_HASH, "rectifying")
    for days in range(0, 90, 3):
        world.scan(world.today + timedelta(days=3 if days else 0))
    told = {row[0] for row in world.rows("SELECT DISTINCT action FROM trail WHERE idx >= :before", before=before)}
    assert set(BY_THE_CLOCK) <= told
    assert world.case(cases["feedback"]).state == "escalated"


# Profiles


def older(*gone: tuple[str, ...], more: dict[str, Any] | None = None) -> Profile:
    """Return the county's profile as an earlier release wrote it: without some numbers, with others nobody knows now."""
    table = json.loads(county().body)
    for *way, last in gone:
        place = table
        for name in way:
            place = place[name]
        del place[last]
    for name, numbers in (more or {}).items():
        table[name] |= numbers
    return Profile("county", 99, json.dumps({**table, "version": 99}, sort_keys=True, ensure_ascii=False))


def begin_round(world: World, profile: Profile) -> None:
    """Begin a round that has this profile, kept as it was written."""
    with writing(world.engine) as work:
        keep_the_profile(work, operator(world.place, "root"), profile, world.now)
        world.round_id = round_of(work, "旧轮次", profile.digest, world.actor("office"), world.now)
        work.commit()


def test_a_stored_profile_without_a_newer_key_falls_back_on_the_lifes_own(world: World) -> None:
    """A limit, a rung, a whole clock's rungs and a criterion were not known when the round began."""
    gone = (
        ("limits", "claim"), ("limits", "first_told"), ("rungs", "claim", "eve"), ("rungs", "plan"), ("criteria", "returned")
    )  # fmt: skip
    begin_round(world, older(*gone))
    (case,) = world.feed_back()
    assert world.stands(case) == ("feedback", day(3, 9), "secretary")
    world.scan_days(day(3, 3), day(3, 6))
    assert world.alerts(case, "claim") == ["half", "eve"]
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text", "publicize")
    assert world.case(case).state == "publicized"


def test_a_stored_profile_with_a_key_of_before_is_kept_and_harmless(world: World) -> None:
    profile = older(
        more={"limits": {"interim": "3 weeks"}, "rungs": {"interim": {"soon": "whenever"}}, "criteria": {"odd": {}}}
    )
    begin_round(world, profile)
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify")
    assert world.entry(case)["profile"] == profile.digest == sha256(profile.body.encode()).hexdigest()
    assert profile.unwritten == ()


@pytest.fixture
def a_new_rung(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this release warn of a clock that runs already earlier than the one before, as its table of moves says."""
    known = CLOCKS["look_back"]
    monkeypatch.setitem(
        CLOCKS, "look_back", replace(known, rungs=(Rung("eve", "10 days before", (OFFICE,)), *known.rungs))
    )
    forget_clocks()
    yield
    forget_clocks()


def forget_clocks() -> None:
    """Let what was reckoned with the table of clocks as it was be reckoned anew."""
    profiles.parsed.cache_clear()
    clocks._ahead.cache_clear()


@pytest.mark.parametrize("step", SCHEMAS[-2:-1])
@pytest.mark.usefixtures("a_new_rung")
def test_a_clock_that_runs_is_warned_of_by_a_new_rung(open_kept: Callable[[str], World], step: str) -> None:
    """When to look at a case was reckoned by the release before: the upgrade reckons it anew, so the warning is not lost."""
    world = open_kept(step)
    case = cases_of(world)["publicized"]
    due = world.clocks(case)["look_back"].due_on
    (when,) = world.rows("SELECT wake_at FROM cases WHERE id = :case", case=case)
    assert clock.local_date(clock.from_micros(when[0])) <= due - timedelta(days=10)
    world.scan(due - timedelta(days=10))
    assert world.alerts(case, "look_back") == ["eve"]


@pytest.fixture
def a_new_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Let this release have a clock that none had before: while rectifying, the handler reports."""
    fresh = Running("report", "报告进展", (RECTIFYING,), HANDLER, (Rung("eve", "1 workday before", (HANDLER,)),), limit="1 month", beside=True, recurs_by="progress")  # fmt: skip
    monkeypatch.setitem(CLOCKS, "report", fresh)
    profiles.parsed.cache_clear()
    yield fresh
    profiles.parsed.cache_clear()


@pytest.mark.parametrize("step", KEPT)
@pytest.mark.usefixtures("a_new_clock")
def test_a_case_that_lacks_a_new_clock_works(open_kept: Callable[[str], World], step: str) -> None:
    """No profile knows it and no case has it: they go on, and it begins with the next move into its state."""
    world = open_kept(step)
    cases = cases_of(world)
    world.do("handler", "progress", cases["rectifying"])
    assert "report" not in world.clocks(cases["rectifying"])
    world.walk(cases["rectifying"], "submit", "verify")
    world.walk(cases["claimed"], "submit_plan", "approve_plan")
    assert world.clocks(cases["claimed"])["report"].started_on == world.today
    with reading(world.engine) as work:
        (body,) = work.driver.all("SELECT body FROM profiles")[0]
    assert str(profiles.parsed(body).limits["report"]) == "1 个月"
