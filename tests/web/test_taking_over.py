"""存量转入 from upload to the second person's confirmation: what each page says, and who reads what."""

from __future__ import annotations

from pathlib import Path

from notifications.deliver import deliver
from notifications.settings import channel_for
from tests.ledger.builders import xlsx
from tests.post.conftest import parsed, part
from tests.post.sending import folder
from tests.test_taking_over import HEAD, row
from tests.web.conftest import Answer, Door, field_in
from tests.web.test_importing import XLSX
from tests.web.test_put_aside import act
from tests.world import TOWN, day


def upload(door: Door, path: Path, login: str = "office") -> Answer:
    said = {"act": "take_over", "round": "二轮", "feedback": "2026-03-02", "unit": "", "step": "look"}
    return door.as_(login).submit("/import", said, files={"m.problem_list": ("存量.xlsx", path.read_bytes(), XLSX)})


def put(door: Door, page: Answer, login: str = "office", step: str = "put") -> Answer:
    carried = {name: field_in(page.text, name) for name in ("kept", "act", "round", "feedback", "unit")}
    return door.as_(login).submit("/import", {**carried, "step": step})


def test_from_upload_to_the_second_person_s_confirmation(door: Door, tmp_path: Path) -> None:
    """2 March: one of the office uploads and reads what each row becomes; the other confirms; the secretary reads one letter."""
    world = door.world
    path = xlsx(
        tmp_path / "存量.xlsx", [list(HEAD), row(1, "整改中"), row(2, "待认领"), row(3, "已销号", 销号日期="2026.1.30")]
    )
    assert 'value="take_over"' in door.as_("office").get("/import").text
    page = upload(door, path)
    assert "转入 3 个（待认领 1，整改中 1，已销号 1）" in page.text
    assert "整改中；期限 2026年2月1日 已过，照样显示逾期，督办从转入之日起算" in page.text
    assert "确认导入" not in page.text
    assert "已销号" in page.text.partition('class="look-state"')[2]
    assert "verified" not in page.text
    where = put(door, page, step="do").headers["location"]
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]
    own = door.as_("office").get(where).text
    assert "须由巡察办的另一人核对后确认" in own
    assert "确认导入" not in own
    assert act(door, "office", where, "send").status_code == 422
    answer = act(door, "office2", where, "send")
    assert "转入 <strong>3</strong> 个问题" in door.as_("office2").get(answer.headers["location"]).text
    cases = dict(world.rows("SELECT number, id FROM cases"))
    shown = door.as_("secretary").get(f"/cases/{cases['1']}").text
    assert "转入时整改中：以前系统外办理，自转入日起可核验；提醒和督办自转入日起算" in shown
    assert "存量转入：原来的期限 2026年2月1日" in shown
    proof = door.as_("office").get(
        f"/cases/{cases['3']}/proof/{world.rows('SELECT MAX(idx) FROM trail WHERE case_id = :case', case=cases['3'])[0][0]}"
    )
    assert "系统外办理，自转入日（2026年3月2日" in proof.text
    assert "审定公开稿" not in door.as_("office").get("/").text


def test_the_one_letter_lists_the_unit_s_problems(door: Door, tmp_path: Path) -> None:
    world = door.world
    path = xlsx(tmp_path / "存量.xlsx", [list(HEAD), *(row(number, "整改中") for number in range(1, 4))])
    act(door, "office2", put(door, upload(door, path)).headers["location"], "send")
    post = folder(tmp_path / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    mails = [parsed(file.read_bytes()) for file in post.folder.glob("*.eml")]
    [mail] = [one for one in mails if "王建国" in one["To"]]
    text, link = part(mail, "plain"), "http://127.0.0.1:8000"
    assert mail["Subject"] == f"【整改督办】{TOWN}：3 个问题存量转入系统"
    assert f"{TOWN}：第 1、2、3 号" in text
    assert "其中 3 个按原来的期限已经逾期" in text
    assert f"{link}/cases\n" in text
    assert "路灯" not in text + part(mail, "html")


def test_a_bad_row_is_shown_in_its_cell_and_nothing_is_put_aside(door: Door, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "存量.xlsx", [list(HEAD), row(1, "差不多了"), row(2, "整改中", 整改措施="")])
    page = upload(door, path)
    assert page.status_code == 422
    assert "“差不多了”：看不懂这个状态。" in page.text
    assert page.text.count("状态可以写作：待认领（待认领、未认领") == 1
    assert "没有写整改措施" in page.text, "all faults at once"
    assert put(door, page).status_code == 422
    assert door.world.rows("SELECT COUNT(*) FROM prepared_ledgers") == [(0,)]


def test_who_confirms_reads_the_days_that_will_be_recorded_and_may_open_the_file(door: Door, tmp_path: Path) -> None:
    """已完成 without a day of closing waits for acceptance; of 已销号 without one the day on which it was done is the day, and says so."""
    rows = [
        row(1, "已完成", 完成日期="2026.1.18"),
        row(2, "已销号", 完成日期="2026.1.19"),
        row(3, "整改中", 延期="2026年5月6日", 退回次数=2, 反馈日期=""),
    ]
    path = xlsx(tmp_path / "存量.xlsx", [list(HEAD), *rows])
    page = upload(door, path)
    assert "1 个问题写着“已完成”，没有销号日期，按待验收转入" in page.text
    where = put(door, page).headers["location"]
    shown = door.as_("office2").get(where)
    for words in ("2026年1月18日", "2026年1月19日（完成日期）", "2026年5月6日", "2026年3月2日", "退回次数"):
        assert words in shown.text, words
    assert f'href="{where}/file"' in shown.text
    assert door.as_("office2").get(f"{where}/file").content == path.read_bytes()
    act(door, "office2", where, "send")
    assert door.as_("office2").get(f"{where}/file").status_code == 404


def test_a_team_is_not_offered_it(door: Door, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "存量.xlsx", [list(HEAD), row(1, "整改中")])
    assert 'value="take_over"' not in door.as_("team").get("/import").text
    put(door, upload(door, path, "team"), "team")
    assert [tuple(one) for one in door.world.rows("SELECT act FROM prepared_ledgers")] in ([], [("feed_back",)])


def test_what_is_late_on_paper_is_late_in_the_ledger_and_wakes_nobody_before_its_day(
    door: Door, tmp_path: Path
) -> None:
    path = xlsx(tmp_path / "存量.xlsx", [list(HEAD), row(1, "整改中")])
    act(door, "office2", put(door, upload(door, path)).headers["location"], "send")
    assert "逾期 29 天" in door.as_("secretary").get("/cases?lamp=late").text
    assert door.world.scan(day(3, 3)).fired == []
