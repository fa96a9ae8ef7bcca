"""What earlier releases kept otherwise, entered anew by the release: teams that were words, leaders that were a field of the team."""

from __future__ import annotations

from datetime import datetime

from register.household import must_enter, team_name, teams_of
from register.road import release
from register.wanted import Wanted
from storage.clues import CLOSED, take_unentered
from storage.household import all_rows
from storage.visible import is_visible
from storage.work import Work
from trail.entry import Dice
from workflow.subject import Actor


def settle(work: Work, jurisdiction: int, now: datetime, os_user: str | None, dice: Dice) -> None:
    """Enter it, each with its entry; harmless when repeated. Never commits."""
    actor = release(jurisdiction, os_user)
    said = [
        (key, row["round_id"], row["team"])
        for key, row in all_rows(work.driver, "inspection", jurisdiction)
        if is_visible(row["team"] or "") and team_name(row["team"]).isprintable()
    ]
    if said:
        teams = teams_of(work, [(held_in, words) for _, held_in, words in said], actor, now, dice)
        wanted = [
            Wanted("inspection", "settle", key, {"team": teams[held_in, words]}, f"原填写：{words}"[:500])
            for key, held_in, words in said
        ]
        must_enter(work, wanted, actor, now, dice=dice)
    settle_clues(work, actor, now, dice)
    led = [key for key, row in all_rows(work.driver, "team", jurisdiction) if row.get("leader_id") is not None]
    if led:
        must_enter(work, [Wanted("team", "settle", key) for key in led], actor, now, dice=dice)


def settle_clues(work: Work, actor: Actor, now: datetime, dice: Dice) -> None:
    """Enter the clues that stood in their table alone."""
    said = take_unentered(work.driver, actor.jurisdiction)
    wanted = [
        Wanted("clue", "make", None, {**{name: one[name] for name in ("number", "receiver", "handed_on", "due_on")}, "round": one["round_id"]})
        for one in said
    ]  # fmt: skip
    made = must_enter(work, wanted, actor, now, dice=dice) if wanted else []
    replied = [
        Wanted("clue", "answer", one, {"replied_on": clue["replied_on"], "outcome": CLOSED})
        for one, clue in zip(made, said, strict=True)
        if clue["replied_on"]
    ]
    if replied:
        must_enter(work, replied, actor, now, dice=dice)
