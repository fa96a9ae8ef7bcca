"""Rounds of which the profile says otherwise than the county's who gives an opinion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from register.groundwork import lay_groundwork
from register.household import round_of
from storage.engine import writing
from tests.world import World, county
from workflow.days.profiles import Profile

EVERYBODY: Final = ("team", "discipline", "organisation", "leader", "office")
"""Those of the cast who may be parties."""


def open_round_under(world: World, name: str, **opinions: Mapping[str, Any]) -> None:
    """Begin a round of which a profile of its own says who gives an opinion, by stage; all else is the county's."""
    table = {key: value for key, value in county().table.items() if key != "name"}
    said = {stage: {**table["opinions"][stage], **opinions.get(stage, {})} for stage in table["opinions"]}
    own = Profile.of(name, {**table, "opinions": said})
    with writing(world.engine) as work:
        lay_groundwork(work, "city", "示范市", [own], world.now)
        world.round_id = round_of(work, name, own.digest, world.actor("office"), world.now)
        work.commit()


def open_round_of_all(world: World, name: str) -> None:
    """Begin a round in which everybody is a party who may be one."""
    open_round_under(world, name, **{stage: {"parties": list(EVERYBODY)} for stage in ("plan", "closing")})
