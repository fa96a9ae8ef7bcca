"""Adding a kind to the register is one row of the table: a unit's telephone, with nothing else written for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from register.drawing import drawn
from register.fields import Field
from register.grammar import Act, Kind
from register.groundwork import lay_groundwork
from register.kinds import KINDS
from register.recorded import recorded
from states import OFFICE
from storage.engine import writing
from storage.household import KEPT
from tests.cli.conftest import Shell
from tests.web.conftest import Door
from tests.world import BUREAU, TOWN, World, county
from trail.verify import verify

PHONE = Kind(
    "phone", "联络电话", "党组织值班、联络用的电话",
    (Field("unit", "党组织", "unit"), Field("number", "电话", "text"), Field("ends_on", "截止日期", "date")),
    (
        Act("make", "登记", ("unit", "number"), (OFFICE,), makes=True),
        Act("change", "变更", ("number",), (OFFICE,), only_if=("not_ended",)),
        Act("end", "停用", ("ends_on",), (OFFICE,), only_if=("not_ended",)),
    ),
    named_by=("unit", "number"),
)  # fmt: skip


@pytest.fixture
def with_phones(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the table have one row more."""
    monkeypatch.setitem(KINDS, "phone", PHONE)
    recorded.cache_clear()
    yield
    recorded.cache_clear()


def upgrade(world: World) -> None:
    """Let the house follow the table of this release, as `zhenggai db upgrade` does."""
    with writing(world.engine) as work:
        lay_groundwork(work, "city", "示范市", [county()], world.now)
        work.commit()


def put(world: World, row: int, fields: str) -> None:
    """Write a row behind the product's back."""
    with writing(world.engine) as work:
        work.driver.run("UPDATE listed SET fields = ? WHERE id = ?", (fields, row))
        work.commit()


def put_above(world: World, unit: int, above: int | None) -> None:
    """Put a unit above another behind the product's back."""
    with writing(world.engine) as work:
        work.driver.run("UPDATE units SET parent_id = ? WHERE id = ?", (above, unit))
        work.commit()


def test_it_has_its_pages_its_entries_and_its_place_in_the_proof(door: Door, with_phones: None) -> None:
    """The house stood before the kind was there: its template is every other test's."""
    del with_phones
    upgrade(door.world)
    office = door.as_("office")
    assert "联络电话" in office.get("/register").text
    assert office.submit("/register/phone/make", {"unit": TOWN, "number": ""}).status_code == 422
    made = office.submit("/register/phone/make", {"unit": TOWN, "number": "0730-1234567", "reason": "新装"})
    assert made.status_code == 303
    page = office.get(made.headers["location"]).text
    for words in (TOWN, "0730-1234567", "登记联络电话", "新装"):
        assert words in page
    assert office.submit(f"{made.headers['location']}/change", {"number": "0730-7654321"}).status_code == 303
    assert office.submit(f"{made.headers['location']}/end", {"ends_on": "2026-03-01"}).status_code == 303
    assert "已于 2026年3月1日（周日）截止" in office.submit(f"{made.headers['location']}/change", {"number": "1"}).text
    for stranger in ("secretary", "auditor"):
        assert door.as_(stranger).get("/register/phone").status_code == 404
    world = door.world
    assert [row[0] for row in world.rows("SELECT action FROM trail WHERE about LIKE 'phone:%' ORDER BY idx")] == [
        "phone.make", "phone.change", "phone.end"
    ]  # fmt: skip
    body = world.rows("SELECT body FROM trail WHERE about LIKE 'phone:%' ORDER BY idx DESC LIMIT 1")[0][0]
    assert "0730" not in bytes(body).decode()
    assert verify(world.engine, world.home, "city").ok
    kept = world.rows("SELECT id, fields FROM listed WHERE kind = 'phone'")
    put(world, kept[0][0], kept[0][1].replace("7654321", "0000000"))
    assert f"phone:{kept[0][0]}" in verify(world.engine, world.home, "city").why
    put(world, *kept[0])


def test_it_has_its_command_and_its_place_in_the_docs(shell: Shell, with_phones: None) -> None:
    del with_phones
    shell.ok("unit", "add", TOWN)
    shell.ok("register", "phone", "make", "--set", f"unit={TOWN}", "--set", "number=0730-1234567")
    ((row,),) = [json.loads(shell.ok("register", "phone"))]
    assert row["number"] == "0730-1234567"
    assert "联络电话 `phone`" in drawn()


def test_a_column_that_came_later_is_not_in_old_entries(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field more in a table of its own: rows whose entries know nothing of it stand, as long as it is empty."""
    kept = KEPT["unit"]
    before = replace(kept, columns=tuple(name for name in kept.columns if name != "parent_id"))
    monkeypatch.setitem(KEPT, "unit", before)
    unit = world.enter("office", "unit", "make", None, name="新城街道党工委")
    monkeypatch.setitem(KEPT, "unit", kept)
    assert verify(world.engine, world.home, "city").ok
    put_above(world, unit, world.units[BUREAU])
    assert f"unit:{unit} 的 parent_id" in verify(world.engine, world.home, "city").why
    put_above(world, unit, None)
    assert world.enter("office", "unit", "change", unit, asked_by="office2", parent=world.units[TOWN]) == unit
    assert verify(world.engine, world.home, "city").ok
    assert verify(world.engine, world.home, "city").ok
    put_above(world, unit, world.units[BUREAU])
    assert f"unit:{unit} 的 parent_id" in verify(world.engine, world.home, "city").why
    put_above(world, unit, world.units[TOWN])
