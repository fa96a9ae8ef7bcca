"""A small county is seeded on both databases, and read again in every way."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pwdlib import PasswordHash
from rich.console import Console
from sqlalchemy import Engine, text

import clock
from notifications.expansion import settle_past
from papers.counted import thawed
from papers.dossier import About
from papers.filling import fill
from papers.kinds import KINDS
from register.groundwork import lay_groundwork, profiles_in
from seeding.people import ROLE_LOGINS, WAITING
from seeding.seed import BegunTooLate, NotEmpty, NotRehearsal, Seeded, begins, seed
from seeding.sizes import Sizes
from seeding.story import tell
from settings import SHIPPED, load
from states import CLOCKS, STATES
from storage.engine import open_engine, reading, writing
from storage.looks import Looks
from storage.reads.coverage import rounds_of_other_terms
from storage.reads.dictionaries import dictionaries_of
from storage.reads.lamps import late
from storage.reads.look_backs import progress_of_round
from storage.reads.standings import AsOf, ids_of
from storage.scope import EVERYTHING
from storage.setup import create_all
from tests import databases
from tests.figures.oracle import compared
from tests.soundness import check_sound
from trail.verify import verify
from web.task_groups import grouped
from web.tasks import Tasks, tasks_of
from web.viewer import Viewer
from workflow.people import actor_of, operator
from workflow.scan import scan

SMALL = Sizes(
    days=300, rounds=4, towns=1, streets=1, bureaus=2, companies=1, schools=1, villages=8,
    problems=120, clues=9, rules=31, recovered=1_234_567, voids=2, before=24,
)  # fmt: skip
TUESDAY = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
PASSWORD = "Zg-2026-kou-ling"
OFFICE_DOES = {"复核异议", "审方案", "验收", "答复延期", "审定公开稿", "提请领导小组", "登记决定", "重新反馈"}
OFFICE_DOES_SOME_DAYS = {"整改复查", "复审不予公开"}


@dataclass(frozen=True)
class County:
    """A seeded database."""

    engine: Engine
    home: Path
    seeded: Seeded

    def rows(self, sql: str) -> list[Any]:
        with reading(self.engine) as work:
            return list(work.session.execute(text(sql)).all())

    def column(self, sql: str) -> list[Any]:
        return [row[0] for row in self.rows(sql)]


def make_house(engine: Engine, now: datetime = TUESDAY, *, rehearsal: bool = True) -> None:
    with writing(engine) as work:
        profiles = profiles_in(load(SHIPPED).config.profiles)
        lay_groundwork(
            work, "city", "示范市", profiles, begins(now, SMALL), rehearsal=rehearsal, dice=Random(3).randbytes
        )
        work.commit()


def seed_small(engine: Engine, home: Path, now: datetime = TUESDAY) -> County:
    make_house(engine, now)
    return County(engine, home, seed(engine, home, now, PASSWORD, lambda *_: None, SMALL))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """Yield a small county, seeded once for each database; afterwards everything is read again and must be sound."""
    home = tmp_path_factory.mktemp("county")
    url = databases.fresh_sqlite(home) if request.param == "sqlite" else databases.fresh_postgres()
    engine = open_engine(url)
    create_all(engine)
    yield seed_small(engine, home)
    try:
        check_sound(engine, home)
    finally:
        engine.dispose()
        if request.param == "postgres":
            databases.drop(url)


def test_the_figures_are_exact(county: County) -> None:
    found = county.seeded.figures
    assert (found["rounds"], found["organisations"], found["problems"]) == (4, 14, 120)
    assert (found["clues"], found["rules"], found["recovered_yuan"]) == (9, 31, 12345.67)


def test_voids_are_on_top_of_the_problems(county: County) -> None:
    assert county.column("SELECT COUNT(*) FROM cases WHERE void") == [2]
    assert county.column("SELECT COUNT(*) FROM cases WHERE taken_over_on IS NULL") == [122]


def test_every_round_follows_the_dictionary_which_knows_every_aspect(county: County) -> None:
    """By the road: the rounds' own entries name it; some problems are marked with topics that it has."""
    with reading(county.engine) as work:
        there = dictionaries_of(work.driver, 1)
    [version] = there.versions
    assert county.column("SELECT DISTINCT dictionary_id FROM rounds") == [version.id]
    unknown = {
        word
        for word in county.column("SELECT DISTINCT category FROM cases")
        if not there.meant(version, "aspect", word)
    }
    assert unknown == set()
    topics = set(county.column("SELECT DISTINCT topic FROM case_topics"))
    assert topics
    assert topics <= set(there.topics())


def test_some_problems_were_judged_to_have_come_again(county: County) -> None:
    assert set(county.column("SELECT verdict FROM recurrences")) >= {"again"}


def test_every_state_is_there_today(county: County) -> None:
    assert [state for state in STATES if not county.seeded.figures["by_state"][state]] == []


def test_the_term_before_was_taken_over_by_two_and_stands_beside(county: County) -> None:
    """Closed problems of units of today, a few still running: from its ledgers, prepared by one and confirmed by another; one letter a unit."""
    found = county.seeded.figures
    assert (found["problems"], found["taken_over"]["problems"]) == (120, 24)
    assert found["other_terms"] == {"rounds": 2, "problems": 24, "open": found["taken_over"]["running"]}
    assert 0 < found["taken_over"]["running"] <= 8
    people = "SELECT DISTINCT prepared_by, decided_by, state FROM prepared_ledgers"
    [(prepared, confirmed, state)] = county.rows(people)
    assert prepared != confirmed
    assert state == "sent"
    states = set(county.column("SELECT DISTINCT taken_over_as FROM cases WHERE taken_over_on IS NOT NULL"))
    assert {"rectifying", "publicized", "verified"} <= states
    looked = "SELECT case_id FROM trail WHERE action = 'looked_back'"
    assert county.column("SELECT COUNT(*) FROM clocks WHERE name = 'pooled'") == [
        len(
            county.rows(
                f"SELECT 1 FROM cases WHERE taken_over_as IN ('publicized', 'verified') AND id NOT IN ({looked})"
            )
        )
    ]


def test_two_secretaries_handed_over_and_one_is_still_to_be_fed_back_again(county: County) -> None:
    """One signed in person, one was ill and is named with the reason; three names stand on one entry, two and the reason on the other."""
    bodies = county.column("SELECT body FROM trail WHERE action = 'hand_over'")
    signed = {tuple(part["part"] for part in json.loads(bytes(body))["cosigned"]) for body in bodies}
    assert signed == {("giver", "witness"), ("witness",)}
    apart = (
        "SELECT COUNT(*) FROM drafts d JOIN trail t ON t.case_id = d.case_id AND t.action = d.action WHERE t.at > d.at"
    )
    assert county.column(f"{apart} AND d.action = 'hand_over'") == [2]
    taken = "SELECT COUNT(DISTINCT signed_by) FROM filings WHERE kind = 'handover'"
    assert county.column(taken) == [2]
    assert county.column("SELECT COUNT(*) FROM trail WHERE action = 'feed_again'") == [1]
    assert county.column("SELECT COUNT(*) FROM clocks WHERE name = 'feed_again'") == [1]


def test_some_papers_were_entered_by_the_office_and_one_waits_for_its_secretary(county: County) -> None:
    """Signed the day before: the confirmed ones are the unit's own, the latest waits within its five days."""
    bodies = [
        json.loads(bytes(body)) for body in county.column("SELECT body FROM trail WHERE action IN ('claim', 'submit')")
    ]
    entered = [one for one in bodies if one["on_behalf"] == "secretary"]
    assert {one["action"] for one in entered} == {"claim", "submit"}
    assert {one["actor"]["role"] for one in entered} == {"office"}
    assert 2 <= len(entered) <= 3
    assert len(county.rows("SELECT 1 FROM trail WHERE action = 'confirm_paper'")) == len(entered) - 1
    [due] = county.column("SELECT due_on FROM clocks WHERE name = 'confirm_paper'")
    assert str(due) >= clock.local_date(TUESDAY).isoformat()


def test_a_round_of_looking_back_has_looked_at_some_of_what_was_closed_before(county: County) -> None:
    [(around,)] = county.rows("SELECT id FROM rounds WHERE sort = 'look_back'")
    with reading(county.engine) as work:
        _, units = progress_of_round(work.driver, 1, around, EVERYTHING)
    assert sum(one.passed for one in units.values()) == 4
    assert sum(one.left for one in units.values()) > 0


def test_no_two_problems_have_the_same_words(county: County) -> None:
    details = county.column("SELECT detail FROM cases")
    assert len(set(details)) == len(details)
    assert not [detail for detail in details if "{" in detail]


def test_figures_of_past_days_are_what_the_trail_says_of_them(county: County) -> None:
    """Eight days of the term, and today: counted from the standings they are what a replay of the trail to that day gives. The long form: the demo's."""
    today = clock.local_date(TUESDAY)
    days = [today - timedelta(days=number) for number in (0, *sorted(Random(39).sample(range(1, SMALL.days + 120), 8)))]
    with reading(county.engine) as work:
        said = compared(work.driver, 1, today, days)
        lit, dates = late(today)
        late_now = {row[0] for row in work.driver.all(f"SELECT c.id FROM cases c WHERE NOT c.void AND {lit}", dates)}
        counted = {row[0] for row in work.driver.all(*ids_of(work.driver, "overdue", AsOf(1, today, today), ""))}
        others = rounds_of_other_terms(work.driver, 1, today)
        among, numbers = work.driver.among("round_id", others or [0])
        beside = {row[0] for row in work.driver.all(f"SELECT id FROM cases WHERE {among}", numbers)}
    assert said[0]["rounds"] >= said[-1]["rounds"]
    assert said[0]["measures"]["done"] > said[4]["measures"]["done"] > 0
    assert late_now - beside == counted, "the lamps, and what is counted as late"


def test_the_review_of_the_term_says_the_published_figures_and_each_opens_its_cases(county: County) -> None:
    """届综述: the figures that were to come out, to the fen; behind each that has a condition stand so many cases as it says."""
    today = clock.local_date(TUESDAY)
    with reading(county.engine) as work:
        about = About(on=today, since=today)
        review = fill(work.driver, KINDS["term_review"], about, operator(1, "root"), today)
        figures = thawed(review.figures)["figures"]
        of = AsOf(1, today, today, since=today)
        behind = {
            one.name: len(work.driver.all(*ids_of(work.driver, one.condition, of))) for one in figures if one.condition
        }
    said = str(review.blocks)
    for words in (
        "开展巡察4轮，巡察党组织14个，反馈问题120个，移交问题线索9条。",
        "新建修订制度共31项。",
        "挽回资金1.234567万元",
        "已巡察14个，覆盖率100%",
    ):
        assert words in said
    wrong = [
        one.name for one in figures if one.unit == "个" and one.name in behind and int(one.said) != behind[one.name]
    ]
    wrong += [
        one.name
        for one in figures
        if one.of is not None and one.part != behind[one.name] and one.name != "measures_rate"
    ]
    assert (wrong, len(behind) > 30) == ([], True)


def test_the_tables_are_sound_and_the_trail_verifies(county: County) -> None:
    check_sound(county.engine, county.home)
    found = verify(county.engine, county.home)
    assert (found.ok, found.why) == (True, "")
    assert found.size == county.seeded.entries


def test_time_never_runs_backwards_and_ends_now(county: County) -> None:
    instants = county.column("SELECT at FROM trail ORDER BY idx")
    assert instants == sorted(instants)
    assert instants[-1] <= clock.micros(TUESDAY)
    assert clock.local_date(clock.from_micros(instants[-1])) == clock.local_date(TUESDAY)


def test_every_material_lies_in_the_home(county: County) -> None:
    for digest in county.column("SELECT DISTINCT sha256 FROM materials"):
        assert (county.home / "files" / digest[:2] / digest).is_file()


def test_what_is_past_counts_as_sent_and_the_last_day_waits(county: County) -> None:
    morning = clock.start_of(clock.local_date(TUESDAY))
    assert settle_past(county.engine, morning) == 0
    waiting = county.column("SELECT made_at FROM outbox WHERE expanded_at IS NULL")
    assert waiting
    assert min(waiting) >= clock.micros(morning)


def test_history_was_mostly_on_time(county: County) -> None:
    """What recurs is asked for whether or not anybody is late; all else that was told is an eighth at most."""
    recurring = {one.name for one in CLOCKS.values() if one.recurs_by}
    told = {
        (case, version)
        for case, version, rule in county.rows("SELECT case_id, version, rule FROM alerts")
        if rule not in recurring
    }
    assert 0 < len(told) < county.seeded.entries / 8


def test_todays_scan_finds_reminders_flags_and_escalations(county: County) -> None:
    found = scan(county.engine, TUESDAY, 50, dry_run=True)
    assert found.failed == []
    assert {one["action"] for one in found.fired} == {"remind", "flag", "escalate"}
    assert {"yellow", "red"} <= {one["rung"] for one in found.fired}


def test_only_role_logins_have_a_password(county: County) -> None:
    hashes = dict(map(tuple, county.rows("SELECT login, password_hash FROM accounts")))
    without = {login for login, secret in hashes.items() if not secret}
    assert (len(without), without & set(ROLE_LOGINS)) == (WAITING, set())
    assert len(set(hashes.values())) == 2, "one password for all"
    assert all(PasswordHash.recommended().verify(PASSWORD, hashes[login]) for login in ("secretary", "auditor"))
    assert county.rows("SELECT login FROM accounts WHERE must_change OR password_at IS NOT NULL") == [], (
        "they never age"
    )


def test_the_first_units_secretary_has_work_today(county: County) -> None:
    sql = (
        "SELECT c.state FROM cases c JOIN posts p ON p.unit_id = c.answerable_id "
        "JOIN accounts a ON a.person_id = p.person_id WHERE a.login = 'secretary' AND c.settled_at IS NULL"
    )
    assert {"feedback", "rectifying"} <= set(county.column(sql))


def tasks_of_login(engine: Engine, login: str, now: datetime) -> Tasks:
    today = clock.local_date(now)
    with reading(engine) as work:
        viewer = Viewer(actor_of(work.driver, login, today, "web"), 0, "", "", {})
        return tasks_of(Looks(work.driver), viewer, today)


def test_the_secretary_has_a_dozen_things_to_do_some_of_each_kind(county: County) -> None:
    """To sign for, to claim, to confirm, to plan, to close, to make public: one late, and all within a screen and a half."""
    tasks = tasks_of_login(county.engine, "secretary", TUESDAY)
    assert 10 <= tasks.count <= 15
    assert sum(len(group.bundles) for group in grouped(tasks.listed, clock.local_date(TUESDAY))) <= 14
    kinds = {"签收", "认领问题", "确认认领", "报送方案", "申请销号", "确认申请销号", "公开"}
    assert {task.verb for task in tasks.listed} == kinds
    assert [task.verb for task in tasks.listed if task.due_on and task.due_on < clock.local_date(TUESDAY)] == [
        "申请销号"
    ]


def test_what_people_did_is_entered_via_web_and_the_rest_is_the_clocks(county: County) -> None:
    said = [json.loads(bytes(body)) for body in county.column("SELECT body FROM trail")]
    moved = {(one["actor"]["role"], one["via"]) for one in said if one["kind"] == "move"}
    assert {via for role, via in moved if role != "clock"} == {"web"}
    assert {via for role, via in moved if role == "clock"} == {"clock"}
    registered = {(one["actor"]["role"], one["via"]) for one in said if one["kind"] == "register"}
    assert registered == {
        ("release", "release"),
        ("operator", "cli"),
        ("secadmin", "web"),
        ("office", "web"),
        ("head", "web"),
        ("secretary", "web"),
    }


def test_drafts_wait_for_another_to_confirm(county: County) -> None:
    waiting = county.rows("SELECT action, prepared_role FROM drafts WHERE state = 'open'")
    assert {tuple(one) for one in waiting} == {("claim", "handler"), ("submit", "handler"), ("void", "office")}


def test_a_database_with_cases_is_not_seeded(county: County) -> None:
    with pytest.raises(NotEmpty, match="已有 146 个问题"):
        seed(county.engine, county.home, TUESDAY, PASSWORD, lambda *_: None, SMALL)


def test_the_same_day_gives_the_same_trail_on_every_database(county: County, tmp_path: Path) -> None:
    engine = open_engine(databases.fresh_sqlite(tmp_path))
    create_all(engine)
    again = seed_small(engine, tmp_path)
    assert verify(again.engine, tmp_path).root == verify(county.engine, county.home).root
    engine.dispose()


def test_a_house_made_after_the_term_began_is_not_seeded(tmp_path: Path) -> None:
    """Its entries never run backwards: all of the term would bear the day of the house."""
    engine = open_engine(databases.fresh_sqlite(tmp_path))
    create_all(engine)
    make_house(engine, TUESDAY + timedelta(days=SMALL.days))
    with pytest.raises(BegunTooLate, match="演示的往年记录排不进去"):
        seed(engine, tmp_path, TUESDAY, PASSWORD, lambda *_: None, SMALL)
    engine.dispose()


def test_a_real_database_is_not_seeded(tmp_path: Path) -> None:
    engine = open_engine(databases.fresh_sqlite(tmp_path))
    create_all(engine)
    make_house(engine, rehearsal=False)
    with pytest.raises(NotRehearsal, match="正式库"):
        seed(engine, tmp_path, TUESDAY, PASSWORD, lambda *_: None, SMALL)
    engine.dispose()


def test_a_second_telling_repeats_no_reminder(tmp_path: Path) -> None:
    engine = open_engine(databases.fresh_sqlite(tmp_path))
    create_all(engine)
    seed_small(engine, tmp_path)
    told = []
    for _ in range(2):
        console = Console(width=100, record=True, file=io.StringIO())
        tell(engine, tmp_path, load(SHIPPED), TUESDAY, console.print)
        told.append(console.export_text())
    assert "疑似整改不力" in told[0]
    sent = re.search(r"寄出 (\d+) 封", told[0])
    assert sent
    assert 15 <= int(sent[1]) <= 60, "a morning's letters: those of the past were sent in the past"
    assert "没有到点的事项" in told[1]
    assert "寄出 0 封" in told[1]
    engine.dispose()
