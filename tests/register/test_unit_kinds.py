"""Kinds of unit 党组织类别: rows that the office adds, renames, orders and retires; units and dictionaries go on to mean the same by their codes."""

from __future__ import annotations

import html
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ledger.dictionary_sheet import read_dictionary, write_dictionary
from register import unit_kinds as shipped
from register.groundwork import lay_groundwork
from register.wording import shipped as shipped_dictionary
from storage.engine import reading, writing
from storage.unit_kinds import KIND, UnitKinds, unit_kinds
from tests.register.test_road import found
from tests.web.conftest import Answer, Door
from tests.web.test_lists import UNITS, book, send, wrong_cells
from tests.world import BUREAU, TOWN, World, county

NAMES = [
    "党委工作部门",
    "政府部门",
    "人民团体",
    "市管国企",
    "事业单位",
    "派出机构",
    "乡镇",
    "街道",
    "村",
    "社区",
    "其他",
]


def kinds(world: World) -> UnitKinds:
    with reading(world.engine) as work:
        return unit_kinds(work.driver, world.place)


def row_of(world: World, code: str) -> int:
    with reading(world.engine) as work:
        rows = work.driver.all("SELECT id, fields FROM listed WHERE kind = ?", (KIND,))
    return next(int(number) for number, fields in rows if f'"code":"{code}"' in fields)


def change(world: World, code: str, **fields: Any) -> None:
    world.enter("office", KIND, "change", row_of(world, code), **fields)


def page(answer: Answer) -> str:
    assert answer.status_code in (200, 422), answer.status_code
    return html.unescape(answer.text)


# --- what comes with the product -----------------------------------------------------------------------------------


def test_a_new_city_has_the_kinds_of_the_product_each_with_its_entry(world: World) -> None:
    there = kinds(world)
    assert list(there.names.values()) == NAMES
    assert [one.code for one in there.kinds if one.answered] == ["village", "community"]
    assert world.rows("SELECT COUNT(*) FROM trail WHERE action = 'unit_kind.make'") == [(len(NAMES),)]
    assert found(world).ok


def test_a_city_that_is_upgraded_gets_what_it_lacks_and_keeps_what_the_office_made_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was renamed or retired does not come back under its old name."""
    change(world, "village", name="行政村")
    world.enter("office", KIND, "end", row_of(world, "mass"), ends_on="2026-03-01")
    later = (*shipped.shipped_kinds(), {"code": "school", "name": "高等院校", "rank": 55})
    monkeypatch.setattr(shipped, "shipped_kinds", lambda: later)
    for _ in range(2):
        with writing(world.engine) as work:
            lay_groundwork(work, "city", "示范市", [county()], world.now)
            work.commit()
    there = kinds(world)
    assert [*there.names.values()] == [*NAMES[:5], "高等院校", "派出机构", "乡镇", "街道", "行政村", "社区", "其他"]
    assert "人民团体" not in there.in_use(world.today).values()
    assert found(world).ok


# --- the office's own ----------------------------------------------------------------------------------------------


def test_the_office_adds_a_kind_and_the_system_gives_its_code(world: World) -> None:
    for name, code in (("高等院校", "k1"), ("医院", "k2")):
        world.enter("office", KIND, "make", name=name, rank=55)
        assert kinds(world).names[code] == name
    assert [*kinds(world).names.values()][5:7] == ["高等院校", "医院"], "in their order, as they came"
    world.enter("office", KIND, "make", name="没有次序的")
    assert [*kinds(world).names.values()][-1] == "没有次序的"
    unit = world.enter("office", "unit", "make", name="市职业学院党委", sort="高等院校")
    assert world.rows("SELECT sort FROM units WHERE id = :unit", unit=unit) == [("k1",)]
    assert found(world).ok


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": "乡镇"}, "已有党组织类别“乡镇”"),
        ({"name": "镇", "code": "town"}, "代码“town”已是乡镇的"),
        ({"name": "镇", "code": "镇"}, "代码“镇”写作字母开头"),
        ({"name": "镇", "rank": "x"}, "次序“x”不是整数"),
    ],
)
def test_a_kind_of_a_name_or_code_that_is_taken_is_refused(world: World, fields: dict[str, str], why: str) -> None:
    with pytest.raises(Exception, match=why):
        world.enter("office", KIND, "make", **fields)


def test_a_kind_that_is_renamed_is_called_so_wherever_its_units_stand(door: Door) -> None:
    world = door.world
    world.enter("office2", "unit", "change", world.units[TOWN], asked_by="office", sort="town")
    term = world.enter("office", "term", "make", name="第十三届", starts_on="2025-09-01", ends_on="2030-08-31")
    change(world, "town", name="乡镇（涉农）")
    office = door.as_("office")
    assert "乡镇（涉农）" in page(office.get(f"/register/unit/{world.units[TOWN]}"))
    coverage = page(office.get(f"/register/term/{term}/coverage?sort=town"))
    assert coverage.count("乡镇（涉农）") == 3, "the figures, the filter, and the one unit that it leaves"
    plan = page(office.get(f"/register/round/{world.round_id}/plan?stage=&sort=town"))
    assert ('<option value="town" selected>乡镇（涉农）</option>' in plan, "人民团体" in plan) == (True, False)
    sheet = openpyxl.load_workbook(io.BytesIO(office.get(f"/register/term/{term}/coverage.xlsx").content))
    assert "乡镇（涉农）" in [cell.value for one in sheet.worksheets for row in one for cell in row]
    dictionary = world.rows("SELECT MIN(id) FROM listed WHERE kind = 'dictionary'")[0][0]
    assert "乡镇（涉农）、街道、村、社区" in page(office.get(f"/register/dictionary/{dictionary}"))
    assert "乡镇（涉农）" in page(office.get("/register/dictionary/enter"))
    form = page(office.get("/register/unit"))
    assert '<option value="town">乡镇（涉农）</option>' in form


def test_a_retired_kind_is_given_to_no_unit_and_kept_by_those_that_have_it(door: Door) -> None:
    """It can be put to use again; a form does not offer it, an old request for it is refused."""
    world, office = door.world, door.as_("office")
    world.enter("office2", "unit", "change", world.units[BUREAU], asked_by="office", sort="bureau")
    world.enter("office", KIND, "end", row_of(world, "bureau"), ends_on="2026-03-01")
    answer = office.submit("/register/unit/make", {"name": "市林业局党组", "sort": "bureau"})
    assert (answer.status_code, "类别“政府部门”已于 2026年3月1日（周日）停用，请另选一类" in page(answer)) == (
        422,
        True,
    )
    assert '<option value="bureau"' not in page(office.get("/register/unit"))
    own = page(office.get(f"/register/unit/{world.units[BUREAU]}"))
    assert '<option value="bureau" selected>政府部门</option>' in own
    world.enter("office2", "unit", "change", world.units[BUREAU], asked_by="office", name="市水利局党委")
    assert "已截止" in page(office.get(f"/register/{KIND}/{row_of(world, 'bureau')}"))
    change(world, "bureau", ends_on="")
    assert office.submit("/register/unit/make", {"name": "市林业局党组", "sort": "bureau"}).status_code == 303
    assert found(world).ok


def test_a_unit_of_a_kind_that_another_answers_for_says_who(world: World) -> None:
    """It is a property of the row: a kind of the office's own has it too, and one of the product's can lose it."""
    with pytest.raises(Exception, match="类别是村的，须填责任党组织"):
        world.enter("office", "unit", "make", name="新桥村党支部", sort="村")
    world.enter("office", "unit", "make", name="新桥村党支部", sort="村", answerable=TOWN)
    world.enter("office", KIND, "make", name="林场", answered="是")
    with pytest.raises(Exception, match="类别是林场的，须填责任党组织"):
        world.enter("office2", "unit", "change", world.units[BUREAU], asked_by="office", sort="林场")
    change(world, "village", answered="否")
    bare = world.enter("office", "unit", "make", name="孤山村党支部", sort="村")
    change(world, "village", answered="是")
    world.enter("office2", "unit", "change", bare, asked_by="office", name="孤山村党总支")


# --- sheets --------------------------------------------------------------------------------------------------------


def test_a_list_of_units_knows_kinds_by_their_names_of_today(door: Door) -> None:
    """What is unknown is said in its cell, with what there is and where to add one."""
    world = door.world
    change(world, "town", name="镇")
    world.enter("office", KIND, "end", row_of(world, "street"), ends_on="2026-03-01")
    template = openpyxl.load_workbook(io.BytesIO(door.as_("office").get("/register/unit/template.xlsx").content))
    (choices,) = template.worksheets[0].data_validations.dataValidation
    assert ("镇" in choices.formula1, "乡镇" in choices.formula1, "街道" in choices.formula1) == (True, False, False)
    rows = (
        ("滨江镇党委", "镇", "", ""),
        ("滨河镇党委", "乡镇", "", ""),
        ("新城街道党工委", "街道", "", ""),
        ("新桥村党支部", "村", "", ""),
    )
    wrong = wrong_cells(page(send(door.as_("office"), "unit", book(UNITS, *rows))))
    assert len(wrong) == 3
    assert "类别没有“乡镇”，可用：党委工作部门" in wrong[0]
    assert "要增加的，在“登记”的“党组织类别”里" in wrong[0]
    assert ["停用" in wrong[1], "须填责任党组织" in wrong[2]] == [True, True]
    done = send(door.as_("office"), "unit", book(UNITS, rows[0]))
    assert "1 个党组织可以新设" in done.text


def test_a_dictionary_in_a_sheet_names_kinds_as_they_are_called_and_keeps_their_codes(
    world: World, tmp_path: Path
) -> None:
    change(world, "village", name="行政村")
    path, (_, entries) = tmp_path / "dictionary.xlsx", shipped_dictionary()
    there = kinds(world)
    write_dictionary(path, entries, there, world.today)
    cells = [cell.value for row in openpyxl.load_workbook(path).worksheets[0] for cell in row]
    assert "乡镇、街道、行政村、社区" in cells
    assert read_dictionary(path, entries, there).entries == entries
    unknown = read_dictionary(path, entries, UnitKinds(tuple(one for one in there.kinds if one.code != "village")))
    assert {(one.column, one.message) for one in unknown.faults} == {("适用类别", "没有单位类别“行政村”")}
