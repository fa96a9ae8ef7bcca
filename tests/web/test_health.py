"""/healthz: JSON whatever the database does, red where somebody must look, and no secret in it."""

from __future__ import annotations

import html
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import clock
from cli.duties import duties_of
from cli.opening import House
from register.household import must_enter
from register.wanted import Wanted
from settings import SHIPPED, Settings, _read
from storage.duties import note_run
from storage.engine import file_of, open_engine, writing
from tests.databases import free_port
from tests.web.conftest import Door, field_in
from tests.world import World
from trail.checkpoint import WithheldSignature
from web.desk import Desk
from web.pages.watching import FAILED


def asked(door: Door) -> tuple[int, dict[str, object]]:
    answer = door.visitor().get("/healthz")
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()


def test_a_house_that_is_well_says_so(door: Door) -> None:
    status, found = asked(door)
    assert (status, found["ok"], found["why"], found["mails_failed"]) == (200, True, "", 0)


def test_a_withheld_checkpoint_is_red_until_one_is_signed(door: Door) -> None:
    """Fifteen were withheld, and health said ok."""
    note_run(door.world.engine, "checkpoint", door.world.now, {"why": "“city”的检查点未签：树头不见了"}, ok=False)
    status, found = asked(door)
    assert (status, found["ok"]) == (503, False)
    assert "检查点未签" in str(found["why"])
    note_run(door.world.engine, "checkpoint", door.world.now, {"city": 1}, ok=True)
    assert asked(door)[0] == 200


def test_a_duty_that_signs_nothing_or_finds_the_log_altered_turns_health_red_by_itself(door: Door) -> None:
    """The head of the log is altered: no checkpoint is signed, verify finds it, health says both; once it is put right all is well."""
    door.world.feed_back(1)
    duties = {one.name: one for one in duties_of(House(door.settings, door.world.engine, "city"))}
    with forged(door.world):
        with pytest.raises(WithheldSignature):
            duties["checkpoint"].run(door.world.now)
        status, found = asked(door)
        assert (status, found["ok"], found["why"]) == (503, False, FAILED["checkpoint"])
        duties["verify"].run(door.world.now)
        assert asked(door)[1]["why"] == f"{FAILED['checkpoint']}；{FAILED['verify']}"
    for name in ("checkpoint", "verify"):
        duties[name].run(door.world.now)
    assert asked(door)[0] == 200


@contextmanager
def forged(world: World) -> Iterator[None]:
    """Let the log's head say for a while that there is one entry more than there is."""
    longer(world, 1)
    try:
        yield
    finally:
        longer(world, -1)


def longer(world: World, by: int) -> None:
    with writing(world.engine) as work:
        work.driver.run("UPDATE heads SET size = size + ?", (by,))
        work.commit()


def test_every_duty_that_failed_is_red(door: Door) -> None:
    for name in ("scan", "deliver", "verify"):
        note_run(door.world.engine, name, door.world.now, {"why": "数据库连不上"}, ok=False)
        assert asked(door)[0] == 503
        note_run(door.world.engine, name, door.world.now, {}, ok=True)
    assert asked(door)[0] == 200


def test_a_mail_that_was_given_up_is_red_for_a_week(door: Door) -> None:
    """Somebody was not told; after seven days it stands in the list of mails alone."""
    world = door.world
    world.feed_back(1)
    with writing(world.engine) as work:
        driver = work.driver
        (outbox,) = driver.all("SELECT id, case_id FROM outbox ORDER BY id LIMIT 1")
        driver.run("UPDATE outbox SET expanded_at = made_at")
        driver.run(
            "INSERT INTO deliveries (outbox_id, case_id, person_id, jurisdiction, idx, speed, state, next_at, last_error) "
            "VALUES (?, ?, ?, ?, 0, 'now', 'failed', ?, '550')",
            (outbox[0], outbox[1], world.people["secretary"], world.place, int(world.now.timestamp() * 1_000_000)),
        )
        work.commit()
    status, found = asked(door)
    assert (status, found["ok"], found["mails_failed"]) == (503, False, 1)
    assert "1 封邮件寄不出去" in str(found["why"])
    world.now += timedelta(days=8)
    assert asked(door)[1]["mails_failed"] == 0


def test_health_is_json_when_the_database_is_down(door: Door) -> None:
    """503, the reason in words, and nothing of where the database is or who may in."""
    down = open_engine(f"postgresql+psycopg://zhenggai:Geheim17@127.0.0.1:{free_port()}/zhenggai")
    status, found = at(door, down)
    assert (status, found) == (503, {"ok": False, "why": "数据库连不上"})
    (door.world.home / "broken.db").write_bytes(b"no database" * 1000)
    status, found = at(door, open_engine(f"sqlite:///{door.world.home / 'broken.db'}"))
    assert (status, found) == (503, {"ok": False, "why": "数据库文件已损坏，或不是数据库"})
    status, found = at(door, open_engine(f"sqlite:///{door.world.home / 'empty.db'}"))
    assert (status, found) == (503, {"ok": False, "why": "数据库里没有所需的表"})


def moved(file: Path) -> None:
    file.rename(file.with_suffix(".old"))


def rubbish(file: Path) -> None:
    moved(file)
    file.write_bytes(b"no database" * 1000)


def rubbish_in_place(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def emptied(file: Path) -> None:
    moved(file)
    file.touch()


def emptied_in_place(file: Path) -> None:
    os.truncate(file, 0)


def folder(file: Path) -> None:
    moved(file)
    file.mkdir()


def another(file: Path) -> None:
    """An older copy, laid in its place while the pages run."""
    shutil.copy(file, file.with_suffix(".copy"))
    moved(file)
    file.with_suffix(".copy").rename(file)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("change", [moved, rubbish, rubbish_in_place, emptied, emptied_in_place, folder, another])
def test_a_file_that_is_no_more_the_one_that_was_opened_is_red(door: Door, change: Callable[[Path], None]) -> None:
    """Connections that are open go on reading the old file, so all looked well and what was written was lost."""
    assert asked(door)[0] == 200
    file = file_of(str(door.world.engine.url))
    assert file is not None
    kept = file.read_bytes()
    change(file)
    status, found = asked(door)
    if change in (rubbish_in_place, emptied_in_place):
        file.write_bytes(kept)
    assert (status, found["ok"]) == (503, False)
    assert "数据库" in str(found["why"])
    assert str(file) not in str(found)


def at(door: Door, engine: Engine) -> tuple[int, object]:
    """Ask the health of the house at another database."""
    desk = door.app.state.desk
    settings = Settings(file=SHIPPED, home=door.world.home, database_url=str(engine.url), config=_read(SHIPPED))
    door.app.state.desk = Desk(
        settings, engine, desk.templates, desk.secret, desk.place, desk.place_name, desk.rehearsal
    )
    answer = door.visitor().get("/healthz")
    engine.dispose()
    door.app.state.desk = desk
    return answer.status_code, json.loads(answer.text)


def outages_said(door: Door) -> list[dict[str, str]]:
    found = door.visitor().get("/healthz").json()["outages"]
    return list(found)


def test_an_outage_is_proposed_with_its_days_until_they_are_given_back(door: Door) -> None:
    """Nothing ran from the 3rd to the 5th: health says so, and the office finds the form of a suspension filled in; half an hour is a restart."""
    world, engine = door.world, door.world.engine
    began = world.now
    note_run(engine, "scan", began, {}, ok=True)
    note_run(engine, "deliver", began + timedelta(minutes=30), {}, ok=True)
    note_run(engine, "scan", began + timedelta(days=2), {}, ok=True)
    world.now = began + timedelta(days=2, hours=1)
    halt = outages_said(door)[0]
    assert (halt["from"], halt["to"]) == (
        clock.iso(began + timedelta(minutes=30)),
        clock.iso(began + timedelta(days=2)),
    )
    page = door.as_("office").get("/register/suspension").text
    assert html.escape(halt["suspend"]) in page
    form = door.as_("office").get(halt["suspend"]).text
    assert (field_in(form, "starts_on"), field_in(form, "ends_on")) == ("2026-03-02", "2026-03-04")
    assert "系统停机" in form
    with writing(engine) as work:
        wish = Wanted(
            "suspension",
            "make",
            None,
            {"ground": "outage", "reach": "all", "starts_on": "2026-03-02", "ends_on": "2026-03-04"},
            "停机",
        )
        must_enter(work, [wish], world.actor("office2"), world.now, asked_by=world.people["office"])
        work.commit()
    assert html.escape(halt["suspend"]) not in door.as_("office").get("/register/suspension").text
    world.now += timedelta(days=61)
    assert outages_said(door) == []
