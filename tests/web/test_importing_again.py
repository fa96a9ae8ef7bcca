"""A ledger brought in again: twice is once, the unit's own columns are filled, and who filled them stands on the trail."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from storage.engine import writing
from tests.ledger.builders import DATA, line
from tests.web.conftest import Door, field_in
from tests.web.test_homes import words as in_words
from tests.web.test_importing import counts, go_on, ledger, look


def test_an_empty_cell_wipes_nothing_and_every_change_is_shown_before_it_is_made(door: Door, tmp_path: Path) -> None:
    """The secretary has claimed and signed; the ledger as it was before the claim comes again, and then one with another person in charge."""
    go_on(door, look(door, ledger(tmp_path, line(1))))
    [case] = door.world.rows("SELECT MAX(id) FROM cases")[0]
    door.world.do("secretary", "claim", case)
    said = "SELECT responsible, department, person FROM cases WHERE id = :case"
    claimed = door.world.rows(said, case=case)
    page = look(door, ledger(tmp_path, line(1), name="空.xlsx"))
    assert "将更新的内容" not in page.text
    assert "没有变化 1 个" in page.text
    go_on(door, page)
    assert door.world.rows(said, case=case) == claimed
    page = look(door, ledger(tmp_path, line(1, 责任人="周丽"), name="改.xlsx"))
    assert f"责任人 {claimed[0][2]} 周丽" in " ".join(in_words(page.text).split())
    go_on(door, page)
    assert door.world.rows(said, case=case) == [(*claimed[0][:2], "周丽")]


def test_confirming_twice_does_nothing_twice(door: Door) -> None:
    page = look(door, DATA / "ledger_town.xlsx")
    go_on(door, page)
    once = counts(door)
    done = door.as_("office").get(go_on(door, page).headers["location"])
    assert counts(door) == once
    assert "此前已经导入，内容没有变化，没有重复记录" in done.text


def test_two_confirmations_at_once_bring_it_in_once(door: Door) -> None:
    pages = [look(door, DATA / "ledger_town.xlsx", login) for login in ("office", "office2")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda one: go_on(door, one[0], login=one[1]), zip(pages, ("office", "office2"), strict=True))
        )
    assert [answer.status_code for answer in answers] == [303, 303]
    assert counts(door)[:2] == (20, 20)


def test_the_unit_s_own_columns_are_filled_by_a_second_ledger(door: Door, tmp_path: Path) -> None:
    go_on(door, look(door, ledger(tmp_path, line(1), line(2, "井盖缺失"))))
    page = look(door, ledger(tmp_path, line(1, 责任领导="林建国"), line(2, "井盖缺失"), line(3, "垃圾未清")))
    assert "新反馈 1 个，更新单位填写内容 1 个，没有变化 1 个" in page.text
    go_on(door, page)
    assert [tuple(one) for one in door.world.rows("SELECT number, responsible FROM cases ORDER BY id")] == [
        ("1", "林建国"),
        ("2", ""),
        ("3", ""),
    ]


def refilled(door: Door, tmp_path: Path) -> tuple[int, int, Path]:
    """Import two problems, then say more of the first; return both cases and the second file."""
    go_on(door, look(door, ledger(tmp_path, line(1), line(2, "井盖缺失"))))
    path = ledger(tmp_path, line(1, 责任领导="林建国", 完成情况="<b>已完成</b>"), line(2, "井盖缺失"), name="二.xlsx")
    page = look(door, path, login="office2")
    before = counts(door)
    assert "更新单位填写内容 1 个，没有变化 1 个" in page.text
    assert counts(door) == before, "looking through keeps nothing"
    assert go_on(door, page, login="office2").status_code == 303
    assert counts(door)[1] == before[1] + 1
    assert go_on(door, page, login="office2").status_code == 303
    assert counts(door)[1] == before[1] + 1, "twice is once"
    first, second = (row[0] for row in door.world.rows("SELECT id FROM cases ORDER BY id"))
    return first, second, path


def test_who_filled_the_unit_s_columns_stands_on_the_trail_with_the_file(door: Door, tmp_path: Path) -> None:
    case, other, path = refilled(door, tmp_path)
    entry = door.world.entry(case)
    assert (entry["kind"], entry["actor"]["login"], entry["via"]) == ("ledger", "office2", "web")
    assert entry["file"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert set(entry["columns"]) == {"responsible", "said"}
    assert door.world.actions(other) == ["feed_back"]


def test_the_case_page_tells_what_a_ledger_changed_among_the_moves(door: Door, tmp_path: Path) -> None:
    case, other, _ = refilled(door, tmp_path)
    door.world.do("secretary", "claim", case)
    ((filled,),) = door.world.rows("SELECT idx FROM trail WHERE case_id = :case AND action = 'fill'", case=case)
    for login in ("office", "secretary", "auditor"):
        page = door.as_(login).get(f"/cases/{case}")
        assert page.status_code == 200
        story = page.text[page.text.index('id="story"') :]
        assert (
            story.index("<strong>认领</strong>")
            < story.index("<strong>台账更新</strong>")
            < story.index("<strong>反馈</strong>")
        )
        told = story[story.index("<strong>台账更新</strong>") : story.index("<strong>反馈</strong>")]
        for words in (
            "孙立（巡察办）",
            "2026年3月2日",
            "责任领导：</span>林建国",
            "单位自述：</span>&lt;b&gt;已完成",
            f"/cases/{case}/proof/{filled}",
        ):
            assert words in told
        assert "备注" not in told
    assert door.as_("secretary").get(f"/cases/{case}/proof/{filled}").status_code == 200
    assert "台账更新" not in door.as_("office").get(f"/cases/{other}").text


def test_a_text_that_was_erased_says_so_and_an_empty_one_too(door: Door, tmp_path: Path) -> None:
    case, _, _ = refilled(door, tmp_path)
    door.world.fill(case, said="")
    ((first,),) = door.world.rows("SELECT MIN(idx) FROM trail WHERE case_id = :case AND action = 'fill'", case=case)
    assert "单位自述：</span>（空）" in door.as_("office").get(f"/cases/{case}").text
    with writing(door.world.engine) as work:
        work.session.execute(text("DELETE FROM texts WHERE idx = :first"), {"first": first})
        work.commit()
    assert '责任领导：</span><span class="quiet">（原文已抹去）' in door.as_("office").get(f"/cases/{case}").text


def test_log_and_home_name_it_and_the_log_is_filtered_by_it(door: Door, tmp_path: Path) -> None:
    case, _, _ = refilled(door, tmp_path)
    log = door.as_("auditor").get("/log").text
    assert '<option value="fill">台账更新</option>' in log
    assert '<td data-label="操作">台账更新</td>' in log
    chosen = door.as_("auditor").get("/log", params={"action": "fill"}).text
    assert "本页 1 条" in chosen
    assert f'<a href="/cases/{case}">城伯镇党委 第 1 号</a>' in chosen
    assert "本页 0 条" in door.as_("auditor").get("/log", params={"paper": "1"}).text, "it has no date on paper"
    assert "孙立" in door.as_("auditor").get("/log", params={"person": "孙立", "via": "web"}).text
    home = door.as_("office2").get("/")
    assert home.status_code == 200
    assert f'台账更新　<a href="/cases/{case}">' in home.text


def test_an_open_form_is_not_stale_behind_a_second_ledger(door: Door, tmp_path: Path) -> None:
    case, _, _ = refilled(door, tmp_path)
    assert door.world.row(case).version == 1
    page = door.as_("secretary").get("/acts/claim", params={"case": case})
    door.world.fill(case, note="又一次")
    said = {f"c{case}.{name}": name for name in ("responsible", "department", "person")}
    answer = door.as_("secretary").submit(
        "/acts/claim", {"case": case, f"v{case}": "1", "key": field_in(page.text, "key"), **said}
    )
    assert answer.status_code == 200, answer.text
