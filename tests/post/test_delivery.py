"""Delivering: at least once, never out of order, whatever the relay does."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import pytest

import clock
from notifications.deliver import Delivered
from notifications.health import outbox_age
from notifications.waiting import Fate, mark
from storage.engine import reading, writing
from tests.post.conftest import Office, parsed, part
from tests.post.relay import Relay
from tests.post.sending import smtp


def message_ids(relay: Relay) -> Counter[str]:
    return Counter(parsed(one.content)["Message-ID"] for one in relay.taken)


def age(office: Office, now: datetime) -> int:
    with reading(office.world.engine) as work:
        return outbox_age(work.driver, now)


def last_errors(office: Office) -> set[str]:
    return {
        row[0]
        for row in office.world.rows("SELECT last_error FROM deliveries WHERE last_error <> '' AND state <> 'sent'")
    }


def test_through_a_relay_the_right_people_read_chinese(office: Office, up: Relay) -> None:
    office.world.feed_back(1)
    assert office.send() == Delivered(5, 0, 0)
    logins = ("secretary", "handler", "leader", "discipline", "organisation")
    assert sorted(up.recipients()) == sorted(f"{login}@example.test" for login in logins)
    assert {one.sender for one in up.taken} == {"zhenggai@city.test"}
    assert up.connections == 1
    mail = next(parsed(one.content) for one in up.taken if "leader@example.test" in one.recipients)
    assert mail["Subject"] == "【整改督办】城伯镇党委：反馈 1 个问题，请签收"
    assert mail["From"] == "整改督办 <zhenggai@city.test>"
    assert mail["To"] == "黄志强 <leader@example.test>"
    assert part(mail, "plain").startswith("呈送：分管市（县）领导 黄志强\n")
    assert "http://127.0.0.1:8000/copies/1/1" in part(mail, "html")
    assert b"\n" not in up.taken[0].content.replace(b"\r\n", b"")
    assert office.send() == Delivered(0, 0, 0)
    assert up.connections == 1  # with nothing to send nobody is called


def test_a_relay_that_was_down_gets_everything_once_when_it_is_up(office: Office, relay: Relay) -> None:
    office.world.feed_back(2)
    assert age(office, office.in_(minutes=3)) == 180
    assert office.send() == Delivered(0, 0, 5)
    assert office.world.rows("SELECT COUNT(*) FROM letters WHERE tries > 0") == [(3,)]  # three lost in a row are enough
    assert all("连不上邮件中继 127.0.0.1" in error for error in last_errors(office))
    for hours in (1, 2, 3):
        assert office.send(office.in_(hours=hours)) == Delivered(0, 0, 5)
    assert age(office, office.in_(hours=3)) == 3 * 3600
    with relay:
        assert office.send(office.in_(hours=3, seconds=1)).failed == 0
        assert office.send(office.in_(hours=5)).left == 0
    assert set(message_ids(relay).values()) == {1}
    assert len(relay.taken) == 5
    assert age(office, office.in_(hours=5)) == 0


def test_whatever_a_bad_relay_does_nothing_is_lost_or_doubled(office: Office, up: Relay) -> None:
    """It hangs up, is busy, sleeps, breaks off in a mail, and at last takes it; each wait is twice the last."""
    office.world.feed_back(1)
    up.answers["MAIL"] = ["421 closing"]
    assert office.send() == Delivered(4, 0, 1)
    assert office.send(office.in_(seconds=59)) == Delivered(0, 0, 1)
    up.answers["RCPT"] = ["450 busy"]
    assert office.send(office.in_(seconds=60)) == Delivered(0, 0, 1)
    assert last_errors(office) == {"对方暂不接收：450 busy"}
    up.delay = 1
    assert office.send(office.in_(seconds=180), timeout=0.3) == Delivered(0, 0, 1)
    up.delay, up.cuts = 0, 1
    assert office.send(office.in_(seconds=420)) == Delivered(0, 0, 1)
    assert office.send(office.in_(seconds=899)) == Delivered(0, 0, 1)
    assert office.send(office.in_(seconds=900)) == Delivered(1, 0, 0)
    assert len(up.taken) == 5
    assert set(message_ids(up).values()) == {1}
    assert last_errors(office) == set()


def test_who_is_refused_for_good_holds_up_nobody_and_the_reason_is_kept(office: Office, up: Relay) -> None:
    office.world.feed_back(2)
    up.refusals = {"leader@example.test": "552 mailbox full", "handler@example.test": "550 nobody here"}
    office.set_address("discipline", "discipline@example.test, boss@example.test")
    assert office.send() == Delivered(2, 3, 0)
    assert set(up.recipients()) == {"secretary@example.test", "organisation@example.test"}
    assert last_errors(office) == {
        "对方拒收：552 mailbox full", "对方拒收：550 nobody here",
        "罗伟的邮箱“discipline@example.test, boss@example.test”写法不对，请在人员资料中更正",
    }  # fmt: skip
    assert office.send(office.in_(hours=1)) == Delivered(0, 0, 0)
    assert up.connections == 1


def test_after_the_time_for_trying_a_mail_has_failed(office: Office, up: Relay) -> None:
    office.world.feed_back(1)
    up.refusals = {"leader@example.test": "450 busy"}
    done = [office.send(office.in_(hours=hours), retry_for=180) for hours in range(4)]
    assert done == [Delivered(4, 0, 1), Delivered(0, 0, 1), Delivered(0, 1, 0), Delivered(0, 0, 0)]
    assert last_errors(office) == {"对方暂不接收：450 busy"}


def test_a_later_notice_of_a_case_does_not_overtake_until_the_earlier_letter_has_failed_for_good(
    office: Office, up: Relay
) -> None:
    cases = office.world.feed_back()
    up.refusals = {"leader@example.test": "450 busy"}
    assert office.send() == Delivered(4, 0, 1)
    office.world.feed_back(start=2)
    office.world.do("secretary", "claim", *cases)
    del up.refusals["leader@example.test"]
    # Of the other problem the leader is told at once; of the first nothing but the letter that is tried again.
    assert office.send(office.in_(seconds=30)).left == 2
    assert to_leader(up) == [["反馈"]]
    up.answers["RCPT"] = ["550 gone"]
    assert office.send(office.in_(minutes=1)) == Delivered(1, 1, 0)
    assert to_leader(up) == [["反馈"], ["认领"]]


def to_leader(up: Relay) -> list[list[str]]:
    """What the letters that the leader has tell of."""
    texts = [part(parsed(one.content), "plain") for one in up.taken if one.recipients == ("leader@example.test",)]
    return [[word for word in ("反馈", "认领") if f"办理事项：{word}" in text] for text in texts]


def test_a_mail_that_cannot_be_made_holds_up_nobody(office: Office) -> None:
    office.world.feed_back(1)
    office.run("UPDATE outbox SET facts = '{' WHERE post LIKE 'leader:%'")
    assert office.put() == Delivered(4, 0, 1)
    assert "JSONDecodeError" in next(iter(last_errors(office)))


def test_what_one_process_has_sent_another_does_not_put_back(office: Office, up: Relay) -> None:
    """Its claim ran out while it waited for the relay; another took the mail and sent it; now it gives up, too late."""
    office.world.feed_back(1)
    office.send()
    now = clock.micros(office.world.now)
    with writing(office.world.engine) as work:
        late = Fate(1, "waiting", now, "连接中断")
        assert mark(work.driver, late, now) == 0
        work.commit()
    assert office.states() == {"sent": 5}


def test_processes_that_deliver_at_once_send_each_mail_once(office: Office, up: Relay) -> None:
    office.world.feed_back(6)
    up.together = 2
    senders = [office.start_sending() for _ in range(2)]
    told = [json.loads(sender.communicate(timeout=120)[0]) for sender in senders]
    assert sum(one["sent"] for one in told) == 5
    assert all(one["sent"] for one in told)
    assert set(message_ids(up).values()) == {1}
    assert len(up.taken) == 5
    assert office.states() == {"sent": 15}


@pytest.mark.parametrize("accepted", [False, True], ids=["before-250", "after-250"])
def test_a_process_killed_while_sending_loses_nothing_and_repeats_one_message_id_at_most(
    office: Office, up: Relay, accepted: bool
) -> None:
    office.world.feed_back(2)
    victim = office.start_sending()
    setattr(up, "stop_victim" if accepted else "kill_victim", victim.pid)
    assert up.struck.wait(60)
    victim.kill()
    victim.communicate()
    # The mail in its hands is claimed by the dead, until the claim has run out.
    assert office.send(office.in_(seconds=1)).left == 1
    later = smtp(up.port).claim + 1
    assert office.send(office.in_(seconds=later)) == Delivered(1, 0, 0)
    copies = message_ids(up)
    assert len(copies) == 5
    assert sorted(copies.values()) == ([1] * 4 + [2] if accepted else [1] * 5)
    contents = {one.content for one in up.taken}
    assert len(contents) == 5  # sent again, it is the same to the byte
    assert office.states() == {"sent": 7}
