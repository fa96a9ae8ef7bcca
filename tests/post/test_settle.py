"""Settling what is past: a seeded history counts as sent, and nothing of it is written."""

from __future__ import annotations

import clock
from notifications.deliver import Delivered
from notifications.expansion import settle_past
from tests.post.conftest import Office
from tests.post.relay import Relay


def test_what_was_made_before_an_instant_counts_as_sent_when_it_was_made(office: Office, relay: Relay) -> None:
    world = office.world
    world.feed_back(3)
    office.send()  # nobody listens: these wait
    world.later(1)
    world.do("secretary", "claim", 1)
    office.set_address("leader", None)
    world.later(1)
    world.do("secretary", "claim", 2)
    assert settle_past(world.engine, world.now) == 9 + 2
    rows = world.rows(
        "SELECT d.state, d.sent_at = o.made_at, o.expanded_at IS NOT NULL FROM deliveries d "
        "JOIN outbox o ON o.id = d.outbox_id WHERE o.made_at < :now",
        now=clock.micros(world.now),
    )
    assert {tuple(row) for row in rows} == {("sent", True, True)}
    assert len(rows) == 9 + 2
    assert office.put() == Delivered(2, 0, 0)
    assert office.readers() == ["office", "office2"]
    assert settle_past(world.engine, world.now) == 0
