"""What a test reads of a house: its rows, and each case with its clocks, its trail and whom it told."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

import clock
from figures.stats import stats
from storage.columns import FIXED, MOVING
from storage.engine import reading
from storage.reads.cases import CaseLine, list_cases
from storage.rows import CaseRow, ClockRow, case_row, read_clocks
from storage.tables import metadata
from workflow.opinions import asked
from workflow.rules import profiles_of


def usual_verdict(action: str) -> dict[str, Any]:
    """Return what an acceptance says beside what is asked of all: that the one measure is as the unit says."""
    return {"judged": [{"no": 1, "verdict": "true"}]} if action == "verify" else {}


@dataclass
class Record:
    """A house on one database, on the day that a test has come to."""

    engine: Engine
    home: Path
    place: int = 0
    now: datetime = datetime.min.replace(tzinfo=UTC)

    @property
    def size(self) -> int:
        """Return how many entries the trail has."""
        ((size,),) = self.rows("SELECT size FROM heads WHERE jurisdiction = :place", place=self.place)
        return int(size)

    @property
    def today(self) -> date:
        """Return the day it is."""
        return clock.local_date(self.now)

    def case(self, case: int) -> CaseLine:
        """Return a case as it is listed."""
        with reading(self.engine) as work:
            return next(one for one in list_cases(work.driver, self.place) if one.id == case)

    def rows(self, sql: str, **params: Any) -> list[Any]:
        """Return the rows of a query."""
        with reading(self.engine) as work:
            return list(work.session.execute(text(sql), params).all())

    def actions(self, case: int) -> list[str]:
        """Return the actions on the trail of a case, in order."""
        return [row[0] for row in self.rows("SELECT action FROM trail WHERE case_id = :case ORDER BY idx", case=case)]

    def stands(self, case: int) -> tuple[str, date | None, str | None]:
        """Return where a case stands: its state, the date of what is owed, and by whom."""
        row = self.row(case)
        return row.state, row.state_due_on, row.owes

    def told(self, case: int, action: str, rules: Collection[str] | None = None) -> set[str]:
        """Return the posts that the latest such move of a case told, of these clocks alone where they are named.

        `office`, or `secretary` of the answerable unit.
        """
        sql = (
            "SELECT o.post, o.facts FROM outbox o JOIN trail t ON t.jurisdiction = o.jurisdiction AND t.idx = o.idx WHERE t.idx = "
            "(SELECT MAX(idx) FROM trail WHERE case_id = :case AND action = :action)"
        )
        found = self.rows(sql, case=case, action=action)
        return {
            post.partition(":")[0]
            for post, facts in found
            if rules is None or any(one["rule"] in rules for one in json.loads(facts)["told"])
        }

    def alerts(self, case: int, rule: str) -> list[str]:
        """Return the rungs of a rule on record for a case, in the order of their entries."""
        sql = "SELECT rung FROM alerts WHERE case_id = :case AND rule = :rule ORDER BY version, skipped DESC"
        return [row[0] for row in self.rows(sql, case=case, rule=rule)]

    def clocks(self, case: int) -> dict[str, ClockRow]:
        """Return the clocks of a case, running and paused."""
        with reading(self.engine) as work:
            return read_clocks(work.driver, [case])[case]

    def row(self, case: int) -> CaseRow:
        """Return all that rules look at in a case."""
        with reading(self.engine) as work:
            driver = work.driver
            columns = ", ".join((*FIXED, *MOVING))
            found = driver.one(f"SELECT {columns} FROM cases WHERE id = ?", (case,))
            assert found
            return case_row(found, sqlite=driver.sqlite)

    def entry(self, case: int, version: int | None = None) -> dict[str, Any]:
        """Return an entry of a case as an auditor reads it; the latest unless a version is given."""
        sql = "SELECT body FROM trail WHERE case_id = :case AND (version = :version OR :version = 0) ORDER BY idx DESC LIMIT 1"
        ((body,),) = self.rows(sql, case=case, version=version or 0)
        found: dict[str, Any] = json.loads(bytes(body))
        return found

    def dump(self) -> dict[str, list[str]]:
        """Return every row of every table, to be compared."""
        with reading(self.engine) as work:
            return {
                table.name: sorted(repr(tuple(row)) for row in work.session.execute(table.select()))
                for table in metadata.sorted_tables
            }

    def figures(self) -> dict[str, Any]:
        """Return the figures of the reports, today."""
        with reading(self.engine) as work:
            return stats(work.driver, self.place, self.today)

    def verdicts(self, action: str, case: int) -> dict[str, Any]:
        """Return what an acceptance says beside what is asked of all: that every measure is as the unit says."""
        if action != "verify":
            return {}
        numbers = self.rows(
            "SELECT no FROM measures WHERE case_id = :case AND until_version IS NULL ORDER BY no", case=case
        )
        return {"judged": [{"no": number, "verdict": "true"} for (number,) in numbers]}

    def parties(self, *cases: int) -> tuple[str, ...]:
        """Return who gives an opinion on cases, as the round of the first has it."""
        row = self.row(cases[0])
        with reading(self.engine) as work:
            profile = profiles_of(work.driver, [row.round_id])[row.round_id]
        return asked(profile, row.state, escalated=False).parties
