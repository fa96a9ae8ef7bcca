"""Hand-overs for tests: a secretary leaves and another comes, and those who sign do, always by the road."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from storage.engine import writing
from tests.household import end_posts
from tests.world import TOWN, World
from workflow.cosigning import cosign
from workflow.drafts import Drafted, confirm_batch, draft_batch, take_down
from workflow.engine import fire
from workflow.outcome import Outcome
from workflow.people import actor_of
from workflow.subject import Actor

OLD, NEW = "王建国", "刘新民"


def who(world: World, login: str) -> Actor:
    """Return who has a login, with the posts of today."""
    with writing(world.engine) as work:
        return actor_of(work.driver, login, world.today, "web")


def leaves(world: World, login: str, last: date) -> None:
    """Let the secretary's post end."""
    end_posts(world, login, last, "secretary")


def comes(world: World, login: str = "secretary_new", name: str = NEW, first: date | None = None, **more: Any) -> int:
    """Let somebody take the post of the town's secretary; return the person."""
    return world.hire(login, name, "secretary", TOWN, starts_on=first, **more)


def changed(world: World, last: date) -> None:
    """The town's secretary leaves on that day, and the new one is there the day after."""
    leaves(world, "secretary", last)
    comes(world, first=last + timedelta(days=1))
    world.go(last + timedelta(days=1))


def prepares(world: World, login: str, *cases: int, giver: str = OLD, **answers: Any) -> Drafted:
    """Let somebody prepare the hand-over."""
    with writing(world.engine) as work:
        wanted = [world.intent("hand_over", case, {"giver": giver, **answers}) for case in cases]
        made = draft_batch(work, wanted, who(world, login), world.now)
        work.commit()
    return made


def signs(world: World, login: str, part: str, made: Drafted, said: str = "本人已看过，签字") -> str:
    """Let somebody sign for their part; return what is against it."""
    with writing(world.engine) as work:
        against = cosign(work, made.draft or 0, part, who(world, login), said, world.now)
        work.commit()
    return against


def confirms(world: World, login: str, made: Drafted) -> list[Outcome]:
    """Let somebody take over."""
    with writing(world.engine) as work:
        outcomes = confirm_batch(work, made.draft or 0, who(world, login), world.now, signed="本人接收")
        work.commit()
    return outcomes


def does(world: World, login: str, action: str, case: int) -> None:
    """Let somebody who came later make a move that must succeed."""
    with writing(world.engine) as work:
        outcomes = fire(work, [world.intent(action, case)], who(world, login), world.now)
        work.commit()
    assert [one.outcome for one in outcomes] == ["done"], outcomes


def takes_down(world: World, login: str, made: Drafted) -> None:
    """Let who prepared it take it down."""
    with writing(world.engine) as work:
        assert take_down(work, made.draft or 0, who(world, login), "") == ""
        work.commit()


def handed_over(world: World, *cases: int) -> Drafted:
    """Let the old one prepare and sign, the office see to it, the new one take over: on two days."""
    made = prepares(world, "secretary", *cases)
    assert made.draft, made.refused
    assert signs(world, "secretary", "giver", made) == ""
    changed(world, world.today)
    assert signs(world, "office", "witness", made) == ""
    outcomes = confirms(world, "secretary_new", made)
    assert all(one.outcome == "done" for one in outcomes), outcomes
    return made
