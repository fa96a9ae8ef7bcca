"""Standings 状况: how each case stood from when to when, filled from the entries; figures that were replaced are kept with until when they held."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.op import f as final

from storage.migrations.columns import bigs, check, dates, flags, integers, keys, only, primary, refers, strings

revision = "0038"
down_revision = "0037"
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_AFTER = (
    "kind", "state", "void", "cycle", "flagged", "due_on", "submitted_on", "verified_on", "plan_returns", "returns", "escalations",
)  # fmt: skip
_LOOKED_AT = (
    "jurisdiction", "answerable_id", "round_id", "state", "kind", "void", "taken_over_as", "cycle", "late_from", "extended", "went_on", "flagged",
    "returns", "case_id",
)  # fmt: skip
_DAYS = ("fed_back_on", "due_on", "submitted_on", "verified_on", "late_from")
_OWES = ("feedback", "claimed", "rectifying")
_CHUNK = 500


def upgrade() -> None:
    _make()
    with op.batch_alter_table("cases", schema=None) as cases:
        for column in flags("extended", "went_on", nullable=True):
            cases.add_column(column)
    with op.batch_alter_table("results", schema=None) as results:
        for column in integers("until_version", nullable=True):
            results.add_column(column)
    _fill()
    with op.batch_alter_table("cases", schema=None) as cases:
        for name in ("extended", "went_on"):
            cases.alter_column(name, existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    op.drop_table("standings")
    op.execute("DELETE FROM results WHERE until_version IS NOT NULL")
    for table, names in (("cases", ("extended", "went_on")), ("results", ("until_version",))):
        with op.batch_alter_table(table, schema=None) as batch:
            for name in names:
                batch.drop_column(name)


def _make() -> None:
    op.create_table(
        "standings",
        *keys("case_id"),
        *bigs("entry"),
        *integers("version"),
        *bigs("from_at"),
        *bigs("to_at", nullable=True),
        *keys("jurisdiction", "round_id", "inspection_id", "unit_id", "answerable_id"),
        *dates("fed_back_on"),
        *strings("kind", "state"),
        *flags("void"),
        *strings("taken_over_as", nullable=True),
        *keys("split_from", nullable=True),
        *integers("cycle"),
        *strings("flagged"),
        *dates("due_on", "submitted_on", "verified_on", nullable=True),
        *flags("extended", "went_on"),
        *integers("plan_returns", "returns", "escalations"),
        *dates("late_from", nullable=True),
        primary("standings", "case_id", "entry"),
        *refers("standings", case_id="cases.id"),
        check("standings", "ends_behind_its_beginning", "to_at IS NULL OR to_at >= from_at"),
    )
    op.create_index(final("ix_standings_open"), "standings", [*_LOOKED_AT, "from_at"], **only("to_at IS NULL"))
    ended = only("to_at IS NOT NULL")
    op.create_index(
        final("ix_standings_ended"), "standings", ["jurisdiction", "to_at", "from_at", *_LOOKED_AT[1:]], **ended
    )


def _fill() -> None:
    """Fold every entry in order, a part of the trail at a time."""
    said = op.get_bind()
    cases = sa.table("cases", *map(sa.column, ("id", "extended", "went_on")))
    said.execute(cases.update().values(extended=False, went_on=False))
    table = sa.Table("standings", sa.MetaData(), autoload_with=said)
    folded = _Folded(table, sa.Table("results", sa.MetaData(), autoload_with=said))
    for place in said.scalars(sa.text("SELECT id FROM jurisdictions ORDER BY id")).all():
        for entry, side in _entries(said, place):
            folded.take(place, entry, side)
            if len(folded.begun) >= _CHUNK:
                folded.write(said)
        folded.end()
        folded.write(said)
    for name, found in (("extended", folded.extended), ("went_on", folded.went_on)):
        for case in sorted(found):
            said.execute(cases.update().where(cases.c.id == case).values({name: True}))


def _entries(said: sa.Connection, place: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    sql = sa.text(
        "SELECT t.idx, t.body, x.body FROM trail t LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        "WHERE t.jurisdiction = :place AND t.idx > :last ORDER BY t.idx LIMIT 500"
    )
    last = -1
    while rows := said.execute(sql, {"place": place, "last": last}).all():
        for _, body, side in rows:
            entry = json.loads(bytes(body))
            if entry["kind"] == "move":
                yield entry, json.loads(side) if side else {}
        last = rows[-1][0]


class _Folded:
    """What the entries so far leave of each case, and the rows that are still to be written."""

    def __init__(self, standings: sa.Table, results: sa.Table) -> None:
        self.standings, self.results = standings, results
        self.cases: dict[int, dict[str, Any]] = {}
        self.paused: dict[int, set[str]] = {}
        self.owed: dict[int, tuple[Any, Any]] = {}
        self.versions: dict[int, int] = {}
        self.extended: set[int] = set()
        self.went_on: set[int] = set()
        self.stated: dict[int, tuple[int, dict[str, int]]] = {}
        self.begun: list[dict[str, Any]] = []
        self.open: dict[int, dict[str, Any]] = {}
        self.gone: list[dict[str, Any]] = []

    def take(self, place: int, entry: dict[str, Any], side: dict[str, Any]) -> None:
        """Take one entry, and what it says of its case's siblings."""
        case, action = entry["case"], entry["action"]
        after = entry["after"]
        row = self.cases.setdefault(case, {"jurisdiction": place})
        if born := entry.get("born"):
            row.update(
                round_id=born["round"], inspection_id=born["inspection"], unit_id=born["unit"], answerable_id=born["answerable"],
                fed_back_on=born["fed_back_on"], taken_over_as=born.get("taken_over_as"), split_from=born.get("split_from"),
            )  # fmt: skip
        if transferred := entry.get("transferred"):
            row["answerable_id"] = transferred["to"]
        row.update({name: after[name] for name in _AFTER})
        self._mark(case, action, after)
        row.update(extended=case in self.extended, went_on=case in self.went_on)
        self.paused[case] = {name for name, one in after["clocks"].items() if one["paused_since"] is not None}
        self.owed[case] = after["state_due_on"], after.get("owed_on")
        self.versions[case] = entry["version"]
        self._figures(case, entry, side)
        self._stand(case, entry)
        for one in entry.get("also", ()):
            for name, clock in one["clocks"].items():
                (
                    self.paused[one["case"]].add
                    if clock["paused_since"] is not None
                    else self.paused[one["case"]].discard
                )(name)
            self.owed[one["case"]] = one["state_due_on"], self.owed[one["case"]][1]
            self._stand(one["case"], entry)

    def _mark(self, case: int, action: str, after: dict[str, Any]) -> None:
        if (action.startswith("take_over") and after["extensions"]) or action == "grant_extension":
            self.extended.add(case)
        if action == "continue_work":
            self.went_on.add(case)
        if action in ("reopen", "reopen_false"):
            self.extended.discard(case)
            self.went_on.discard(case)

    def _figures(self, case: int, entry: dict[str, Any], side: dict[str, Any]) -> None:
        promised = entry["answers"].get("results")
        handed_in = entry["action"] in ("submit", "submit_at_once")
        if not handed_in and entry["action"] != "recall":
            return
        if before := self.stated.pop(case, None):
            version, amounts = before
            known = [{"kind": kind, "amount": amount} for kind, amount in amounts.items()]
            until = entry["version"]
            self.gone += [{"case_id": case, "version": version, "until_version": until, **one} for one in known]
        if handed_in:
            opened = {kind: side.get(f"answers.results.{kind}") for kind in promised or ()}
            amounts = {kind: int(one[1].partition(" ")[0]) for kind, one in opened.items() if one}
            self.stated[case] = entry["version"], amounts

    def _stand(self, case: int, entry: dict[str, Any]) -> None:
        due_on, owed_on = self.owed[case]
        row = dict(self.cases[case])
        if row["state"] in _OWES:
            row["late_from"] = None if self.paused[case] else due_on
        else:
            row["late_from"] = owed_on if row["state"] == "escalated" else None
        before = self.open.get(case)
        if before is not None and all(before[name] == value for name, value in row.items()):
            return
        at = (datetime.fromisoformat(entry["at"]) - _EPOCH) // timedelta(microseconds=1)
        if before is not None:
            before["to_at"] = at
            self.begun.append(before)
        row.update(case_id=case, entry=entry["index"], version=self.versions[case], from_at=at, to_at=None)
        self.open[case] = row

    def end(self) -> None:
        """Take the rows that are open at the end of a jurisdiction's entries."""
        self.begun += self.open.values()
        self.open.clear()

    def write(self, said: sa.Connection) -> None:
        """Write the rows that have ended."""
        rows = [{**row, **{name: _day(row[name]) for name in _DAYS}} for row in self.begun]
        self.begun = []
        if rows:
            said.execute(self.standings.insert(), rows)
        if self.gone:
            said.execute(self.results.insert(), self.gone)
            self.gone = []


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
