"""准备稿: a ledger looked through by one is put aside, and brought in later by a second act; all of it or nothing, and once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from storage.files import place_of
from tests.ledger.builders import DATA, HEADER, line, xlsx
from tests.web.conftest import Answer, Door
from tests.web.posted import hire
from tests.web.signed import events
from tests.web.test_importing import counts, go_on, look
from tests.world import TOWN


def put(door: Door, login: str = "office", name: str = "ledger_town.xlsx", **fields: str) -> str:
    """Put a ledger aside; return its address."""
    answer = go_on(door, look(door, DATA / name, login, **fields), "put", login)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def act(door: Door, login: str, where: str, step: str, **fields: str) -> Answer:
    return door.as_(login).submit(where, {"step": step, **fields})


def states(door: Door) -> list[tuple[str, str | None]]:
    return [tuple(row) for row in door.world.rows("SELECT state, returned FROM prepared_ledgers ORDER BY id")]


def test_put_aside_nothing_is_brought_in_and_nobody_told_until_a_second_act_sends_it(door: Door) -> None:
    """The team looks a ledger through on 2 March; the office looks again on the 20th and sends it: then the claim clock begins."""
    world = door.world
    world.enter("office", "inspection", "make", round=str(world.round_id), unit=TOWN)
    before = counts(door)
    where = put(door, "team", round="一轮", unit=TOWN)
    assert counts(door) == before
    page = door.as_("office").get(where).text
    assert "周强" in page
    assert "新反馈 20 个" in page
    assert "现在发送" in page
    assert "现在发送" not in door.as_("team").get(where).text
    assert where in door.as_("team").get("/import/prepared").text
    answer = act(door, "office", where, "send")
    assert answer.status_code == 303
    done = door.as_("office").get(answer.headers["location"])
    assert "新反馈 <strong>20</strong> 个问题" in done.text
    [(case,)] = world.rows("SELECT MIN(id) FROM cases")
    entry = world.entry(case)
    assert (entry["actor"]["login"], entry["prepared_by"]) == ("office", world.people["team"])
    assert states(door) == [("sent", None)]


def test_sent_twice_is_refused_whoever_comes_second(door: Door) -> None:
    """Two of the office send at the same instant: one brings it in, the other reads that it was."""
    where = put(door)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda login: act(door, login, where, "send"), ("office", "office2")))
    assert sorted(one.status_code for one in answers) == [303, 422]
    [late] = [one for one in answers if one.status_code == 422]
    assert "第 1 号准备稿已导入，没有重复导入" in late.text
    assert door.world.rows("SELECT COUNT(*) FROM cases") == [(20,)]
    assert act(door, "office", where, "send").status_code == 422


def test_what_is_taken_back_or_returned_is_not_sent(door: Door) -> None:
    """Own without a word, another's with a reason, which stands on the list of who prepared it until they put it away."""
    own, theirs = put(door), put(door, "office2", round="二轮")
    assert act(door, "office", own, "back").status_code == 303
    assert "请写明退回理由" in act(door, "office", theirs, "back").text
    assert events(door)[-1] == "refused"
    assert act(door, "office", theirs, "back", reason="第 3 行写错了").status_code == 303
    assert states(door) == [("dropped", None), ("dropped", "第 3 行写错了")]
    assert "已收回" in act(door, "office", own, "send").text
    assert "第 3 行写错了" in act(door, "office", theirs, "send").text
    assert "已退回：第 3 行写错了" in door.as_("office2").get("/import/prepared").text
    assert "第 3 行写错了" not in door.as_("office").get("/import/prepared").text
    assert act(door, "office2", theirs, "back").status_code == 303
    assert "第 3 行写错了" not in door.as_("office2").get("/import/prepared").text
    assert door.world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def test_the_same_pressed_twice_is_one_and_the_same_file_of_another_is_named(door: Door) -> None:
    where = put(door)
    assert put(door) == where
    again = go_on(door, look(door, DATA / "ledger_town.xlsx", "office2"), "put", "office2")
    assert again.status_code == 422
    assert "已经放入准备（第 1 号）" in again.text


def test_a_team_prepares_for_its_units_alone_and_sends_nothing(door: Door) -> None:
    """A team bound to a round reaches the inspections of that round; no other round, and never the sending."""
    world = door.world
    hire(world, "team_one", "team", round=str(world.round_id))
    page = look(door, DATA / "ledger_town.xlsx", "team_one", round="一轮", unit=TOWN)
    assert "不在您的职责范围内" in page.text
    world.enter("office", "inspection", "make", round=str(world.round_id), unit=TOWN)
    where = put(door, "team_one", round="一轮", unit=TOWN)
    foreign = put(door, "office", round="二轮")
    assert act(door, "team_one", where, "send").status_code == 422
    assert door.as_("team_one").get(foreign).status_code == 404
    assert act(door, "team_one", foreign, "back").status_code == 404
    assert "二轮" not in door.as_("team_one").get("/import/prepared").text
    for login in ("secretary", "handler", "discipline", "auditor"):
        assert door.as_(login).get(where).status_code == 404
        assert act(door, login, where, "send").status_code == 404
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def test_do_in_the_hand_of_a_team_is_put_aside_only(door: Door) -> None:
    answer = go_on(door, look(door, DATA / "ledger_town.xlsx", "team"), "do", "team")
    assert answer.headers["location"] == "/import/prepared/1"
    assert door.world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def test_the_file_is_read_again_by_its_hash(door: Door) -> None:
    where = put(door)
    ((digest,),) = door.world.rows("SELECT sha256 FROM prepared_ledgers")
    path = place_of(door.world.home, digest)
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    answer = act(door, "office2", where, "send")
    assert "文件与放入时的不一致" in answer.text
    path.unlink()
    assert "文件已不在系统中" in act(door, "office2", where, "send").text
    assert states(door) == [("open", None)]
    path.write_bytes(content)
    assert act(door, "office2", where, "send").status_code == 303


def test_what_would_be_refused_now_leaves_it_open_and_nothing_behind(door: Door) -> None:
    """Since it was put aside, another ledger took its number with other words: the confirmer reads in which row."""
    world = door.world
    rows = [list(HEADER), line(1, "路灯不亮")]
    where = put(door)
    other = xlsx(world.home / "other.xlsx", [["城伯镇党委整改台账"], *rows])
    assert go_on(door, look(door, other)).status_code == 303
    before = counts(door)
    answer = act(door, "office2", where, "send")
    assert answer.status_code == 422
    assert "与原文不一致" in answer.text
    assert counts(door) == before
    assert states(door) == [("open", None)]


def test_the_home_says_what_waits_and_what_came_back(door: Door) -> None:
    """A feedback may be sent by whoever of the office; what takes two waits for the other alone."""
    where = put(door, "office2")
    assert "1 个单位的反馈已备好，待发送" in door.as_("office").get("/").text
    assert "1 个单位的反馈已备好，待发送" in door.as_("office2").get("/").text
    assert "准备稿" not in door.as_("secretary").get("/").text
    act(door, "office", where, "back", reason="第 3 行写错了")
    assert "准备稿" not in door.as_("office").get("/").text
    assert "1 份被退回，请改好重新准备" in door.as_("office2").get("/").text
