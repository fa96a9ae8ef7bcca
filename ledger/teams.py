"""Which team 巡察组 a ledger says found the problems: the inspection gets it where it has none, and keeps what it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ledger.sheet import Row, Sheet
from register.household import must_enter, team_name, teams_of
from register.kinds import of_type
from register.may import enters_as
from register.wanted import Wanted
from storage.household import read_row
from storage.tables import Inspection
from storage.work import Work
from workflow.subject import Actor

NOT_THEIRS = "台账写了巡察组，这次没有登记：巡察组由巡察办登记"


def team_faults(sheet: Sheet) -> Iterator[tuple[Row, str]]:
    """Yield each row that names another team than the unit's rows before it: a unit is inspected by one."""
    said: dict[str, str] = {}
    for row in sheet.rows:
        team = team_name(row.team)
        if team and (first := said.setdefault(row.unit or "", team)) != team:
            yield (
                row,
                f"“{row.unit}”的巡察组前面写的是“{first}”，这一行写的是“{team}”：一次巡察只有一个巡察组，请改成一致",
            )


def put_teams(
    work: Work, sheet: Sheet, inspections: Mapping[str, Inspection], actor: Actor, now: datetime
) -> list[str]:
    """Enter the teams that a sheet names where an inspection has none yet; return what is to be said of the others."""
    said = {row.unit or "": row.team for row in sheet.rows if row.team}
    notices = [
        f"{unit}的巡察组已记为“{there}”，台账写的是“{words}”，没有改动"
        for unit, words in said.items()
        if (there := _there(work, inspections[unit], actor)) and there != team_name(words)
    ]
    new = {unit: words for unit, words in said.items() if inspections[unit].team_id is None}
    if new and enters_as(*of_type("inspection", "change"), actor)[1] is not None:
        return [*notices, NOT_THEIRS]
    wanted = {unit: (inspections[unit].round_id, words) for unit, words in new.items()}
    teams = teams_of(work, wanted.values(), actor, now)
    changes = [
        Wanted("inspection", "change", inspections[unit].id or 0, {"team": teams[one]}) for unit, one in wanted.items()
    ]
    must_enter(work, changes, actor, now)
    return notices


def _there(work: Work, inspection: Inspection, actor: Actor) -> str:
    row = read_row(work.driver, "team", actor.jurisdiction, inspection.team_id) if inspection.team_id else None
    return str(row["name"]) if row else ""
