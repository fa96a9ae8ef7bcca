"""What stands on the pages of a round, a team and a term beside their register: teams, inspections with their figures, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from register.coverage import shares
from register.kinds import KINDS
from register.showing import Words
from register.teams import DUTIES, Team, members_of, teams_of_round
from states import ACTIONS, OFFICE
from storage.household import read_row
from storage.reads.copies import signed_of_round
from storage.reads.coverage import STAGES, Visited
from storage.reads.look_backs import PASSED, ROUND_SORT, progress_of_round
from storage.reads.papers import Asked
from storage.reads.unheeded import Unheeded, unheeded
from storage.reads.visits import visits_of_round
from storage.sql import as_date
from storage.ties import KIND as TIE
from web.copies import WHO_WATCH
from web.papers import link_to
from web.recurrences import judges
from web.viewer import Viewer

MOST_VISITS: Final = 400


@dataclass(frozen=True, slots=True)
class Group:
    """The inspections of a team; those that have none stand together under no team."""

    team: Team | None
    visits: tuple[Visited, ...]


def beside_round(viewer: Viewer, words: Words, number: int, name: str) -> dict[str, Any]:
    """Return teams and inspections of a round: figures of problems only to those who read cases."""
    row = read_row(words.driver, "round", viewer.actor.jurisdiction, number) or {}
    visits = visits_of_round(words.driver, viewer.actor.jurisdiction, number, words.today)
    teams = teams_of_round(words, number)
    groups = [Group(team, tuple(one for one in visits if one.team == team.number)) for team in teams]
    known = {team.number for team in teams}
    groups += [Group(None, tuple(one for one in visits if one.team not in known))]
    return {
        "teams": teams, "round_name": name, "duties": DUTIES, "groups": [one for one in groups if one.visits], "count": len(visits), "stages": STAGES,
        "by_stage": Counter(one.stage for one in visits), "reads_cases": viewer.reads_cases, "term": row.get("term_id"), "ended_on": row.get("ended_on"),
        "judges": judges(viewer),
        "makes": viewer.holds_at_large(*KINDS["inspection"].act("make").enters), "most": MOST_VISITS, "faults": {}, "said": {},
        "tied": _tied(viewer, words, "round", number), "look_back": _looking_back(viewer, words, number, row),
        "copies": _copies(viewer, words, number), "papers": link_to(words.driver, viewer, Asked(round=number)) if viewer.reads_cases else None,
    }  # fmt: skip


def _looking_back(viewer: Viewer, words: Words, number: int, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return how far a 回头看 round is with the earlier problems of its units: for those who look back."""
    move = ACTIONS[PASSED]
    if row.get("sort") != ROUND_SORT or not viewer.may_make(move):
        return None
    begun, units = progress_of_round(words.driver, viewer.actor.jurisdiction, number, viewer.scope_as(*move.who))
    return {"begun": begun, "units": units}


def _copies(viewer: Viewer, words: Words, number: int) -> tuple[int, int, int, int] | None:
    """Return how many copies 呈送、抄告 of the round are signed for, of how many, and answered, of how many, for those who watch over them."""
    scope = viewer.scope_as(*WHO_WATCH)
    found = signed_of_round(words.driver, viewer.actor.jurisdiction, number, scope) if scope.reaches else (0, 0, 0, 0)
    return found if found[1] else None


def beside_inspection(viewer: Viewer, words: Words, number: int, _name: str) -> dict[str, Any]:
    """Return where round, unit and team of an inspection have their pages."""
    row = read_row(words.driver, "inspection", viewer.actor.jurisdiction, number) or {}
    first, last = row.get("stay_from"), row.get("stay_to")
    there = (
        first is not None
        and first <= words.today
        and (last is None or words.today <= last)
        and not row.get("feedback_on")
    )
    return {
        "of": row, "reads_cases": viewer.reads_cases, "tied": _tied(viewer, words, "inspection", number), "number": number,
        "under_way": there and viewer.holds_at_large(OFFICE),
    }  # fmt: skip


def beside_team(viewer: Viewer, words: Words, number: int, _name: str) -> dict[str, Any]:
    """Return who is in a team and who was, and its round."""
    row = read_row(words.driver, "team", viewer.actor.jurisdiction, number) or {}
    return {
        "now": list(members_of(words, number)), "before": list(members_of(words, number, before=True)), "duties": DUTIES,
        "round": row.get("round_id"), "tied": _tied(viewer, words, "team", number),
    }  # fmt: skip


def _tied(viewer: Viewer, words: Words, where: str, number: int) -> list[Unheeded]:
    """Return who of a round, a team or an inspection is tied to what they inspect: for those who read ties."""
    if not viewer.holds_at_large(*KINDS[TIE].reads):
        return []
    found = unheeded(words.driver, viewer.actor.jurisdiction, words.today)
    return [one for one in found if getattr(one, where) == number]


def beside_term(viewer: Viewer, words: Words, number: int, _name: str) -> dict[str, Any]:
    """Return the coverage of a term in figures, and when it was closed."""
    row = read_row(words.driver, "term", viewer.actor.jurisdiction, number) or {}
    return {
        **shares(words.driver, viewer.actor.jurisdiction, number, words.today),
        "closed_on": as_date(row.get("closed_on")),
    }
