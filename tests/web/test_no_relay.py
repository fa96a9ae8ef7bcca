"""Letters that are written into a folder reach nobody: no page may say that they were sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from notifications.deliver import deliver
from notifications.settings import channel_for
from tests.ledger.builders import HEADER, line, xlsx
from tests.post.sending import folder
from tests.web.conftest import Door
from tests.web.test_importing import go_on, look
from tests.web.test_vacancies import words


def put_into_folder(door: Door) -> None:
    """Deliver all that waits, as a house does that has no relay."""
    post = folder(door.world.home / "mail")
    deliver(door.world.engine, post, door.world.now, channel_for(post))


def test_a_letter_in_the_folder_was_not_sent(door: Door) -> None:
    """All of them said 已寄, on the list, at the case and on the letter, while none had left the machine."""
    (case,) = door.world.feed_back(1)
    put_into_folder(door)
    office = door.as_("office")
    mails, at_case = words(office.get("/mails").text), words(office.get(f"/cases/{case}").text)
    assert "○ 没有寄出 写入数据目录的 mail/，没有寄出 看信" in mails
    assert "谁也收不到；以后接好了也不补寄" in mails
    assert "写入数据目录的 mail/，没有寄出 " in at_case
    assert "已寄" not in mails + at_case
    ((number,),) = door.world.rows("SELECT MIN(id) FROM deliveries")
    assert "这封信写入数据目录的 mail/，没有寄出" in office.get(f"/mails/{number}").text


def test_after_an_import_no_letter_is_promised(door: Door, tmp_path: Path) -> None:
    """It said 反馈通知随后寄出."""
    preview = look(door, xlsx(tmp_path / "台账.xlsx", [list(HEADER), line("1")]))
    assert ">现在反馈</button>" in preview.text
    assert "反馈会还没有开的，按“先备好，到那天再发送”" in preview.text
    assert "将通知" not in words(preview.text)
    assert "信只写入数据目录的 mail/，没有寄出，请另行通知各单位" in words(preview.text)
    answer = go_on(door, preview, "do")
    done = words(door.as_("office").get(answer.headers["location"]).text)
    assert "随后寄出" not in done
    assert "已反馈" in done
    assert "反馈通知寄不出去：还没有接发信的服务器" in done


def test_mail_that_reaches_nobody_stays_a_task_after_the_first_feedback(door: Door) -> None:
    """In a rehearsal it is meant to be so."""
    door.world.feed_back(1)
    assert "筹备还缺" not in door.as_("office").get("/").text
    door.app.state.desk = replace(door.app.state.desk, rehearsal=False)
    said = words(door.as_("office").get("/").text)
    assert "筹备还缺 1 项 还没有接发信的服务器" in said
