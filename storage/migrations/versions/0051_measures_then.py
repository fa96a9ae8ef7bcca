"""Measures 措施 of plans that were replaced are kept, with until when they held, and standings say how many there were; filled from the entries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.op import f as final

from storage.migrations.columns import dates, integers, keys, only, primary, refers, strings

revision = "0051"
down_revision = "0050"
_WORDS = ("text", "person", "department", "due_on", "checked_by", "why")
_LOOKED_AT = (
    "jurisdiction", "answerable_id", "round_id", "state", "kind", "void", "taken_over_as", "cycle", "late_from", "extended", "went_on", "flagged",
    "returns", "planned", "case_id",
)  # fmt: skip
_BEFORE = tuple(name for name in _LOOKED_AT if name != "planned")
_PLAN, _NOTICE, _CLAIM = "submit_plan", "order_at_once", "return_claim"
_ONE = ("rectify_at_once", "submit_at_once", _NOTICE)
_COMING_IN = tuple(f"take_over{how}" for how in ("_review", "", "_submitted", "_closed", "_published", "_withheld"))
_LAYING_DOWN = ", ".join(f"'{one}'" for one in (_PLAN, _CLAIM, *_ONE, *_COMING_IN))
_BY_NOTICE = "按立行立改通知书的要求立即整改"
_NUMBERED = re.compile(r"(?:(?<=^)|(?<=[；;。\n]))\s*\d{1,2}[.．、]")
_SIGNED = only("kind = 'signed_paper'")
_CHUNK = 500


def upgrade() -> None:
    op.execute("CREATE TABLE measures_before AS SELECT * FROM measures")
    op.drop_table("measures")
    _make("version", "no", last=integers("until_version", nullable=True))
    for table in ("cases", "standings"):
        with op.batch_alter_table(table, schema=None) as batch:
            for column in integers("planned", nullable=True):
                batch.add_column(column)
    _fill()
    op.drop_table("measures_before")
    held = "SELECT COUNT(*) FROM measures m WHERE m.case_id = "
    op.execute(f"UPDATE cases SET planned = ({held}cases.id AND m.until_version IS NULL)")
    op.execute(
        f"UPDATE standings SET planned = ({held}standings.case_id AND m.version <= standings.version "
        "AND (m.until_version IS NULL OR m.until_version > standings.version))"
    )
    _index(_LOOKED_AT)
    op.create_index(final("ix_materials_signed_paper"), "materials", ["case_id", "version"], **_SIGNED)
    for table in ("cases", "standings"):
        with op.batch_alter_table(table, schema=None) as batch:
            batch.alter_column("planned", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    op.drop_index(final("ix_materials_signed_paper"), "materials", **_SIGNED)
    _index(_BEFORE)
    for table in ("cases", "standings"):
        with op.batch_alter_table(table, schema=None) as batch:
            batch.drop_column("planned")
    columns = ", ".join(("case_id", "no", *_WORDS))
    op.execute(f"CREATE TABLE measures_before AS SELECT {columns} FROM measures WHERE until_version IS NULL")
    op.drop_table("measures")
    _make("no")
    op.execute(f"INSERT INTO measures ({columns}) SELECT {columns} FROM measures_before")
    op.drop_table("measures_before")


def _make(*numbers: str, last: list[sa.Column[Any]] | None = None) -> None:
    op.create_table(
        "measures",
        *keys("case_id"),
        *integers(*numbers),
        *strings("text", "person", "department"),
        *dates("due_on", nullable=True),
        *strings("checked_by", "why"),
        *(last or ()),
        primary("measures", "case_id", *numbers),
        *refers("measures", case_id="cases.id"),
    )


def _index(columns: tuple[str, ...]) -> None:
    """Let the indexes of standings hold these columns."""
    for name, when, first in (
        ("open", "to_at IS NULL", [*columns, "from_at"]),
        ("ended", "to_at IS NOT NULL", ["jurisdiction", "to_at", "from_at", *columns[1:]]),
    ):
        op.drop_index(final(f"ix_standings_{name}"), "standings", **only(when))
        op.create_index(final(f"ix_standings_{name}"), "standings", first, **only(when))


def _fill() -> None:
    """Fold the entries that lay measures down: those in force stand in the table, those before in the texts, unless they are erased."""
    said = op.get_bind()
    measures = sa.Table("measures", sa.MetaData(), autoload_with=said)
    last: dict[int, tuple[int, list[dict[str, Any]]]] = {}
    gone: list[dict[str, Any]] = []
    for case, version, action, entry, texts in _entries(said):
        if action == _CLAIM and entry["from"] != "rectifying":
            continue
        if case in last:
            gone += [{**row, "until_version": version} for row in last[case][1]]
        rows = [] if action == _CLAIM else _laid_down(action, entry, texts)
        kept = ({"case_id": case, "version": version, "no": no, **row} for no, row in enumerate(rows, start=1))
        last[case] = version, list(kept)
        if len(gone) >= _CHUNK:
            said.execute(measures.insert(), gone)
            gone = []
    if gone:
        said.execute(measures.insert(), gone)
    begun = sa.Table("measures_begun", sa.MetaData(), *keys("case_id"), *integers("version"), prefixes=["TEMPORARY"])
    begun.create(said)
    if last:
        said.execute(begun.insert(), [{"case_id": case, "version": version} for case, (version, _) in last.items()])
    words = ", ".join(f"b.{name}" for name in ("no", *_WORDS))
    said.execute(sa.text(
        f"INSERT INTO measures (case_id, version, no, {', '.join(_WORDS)}) SELECT b.case_id, COALESCE(l.version, 1), {words} "
        "FROM measures_before b LEFT JOIN measures_begun l ON l.case_id = b.case_id"
    ))  # fmt: skip
    begun.drop(said)


def _entries(said: sa.Connection) -> Iterator[tuple[int, int, str, dict[str, Any], dict[str, Any]]]:
    sql = sa.text(
        "SELECT t.jurisdiction, t.idx, t.case_id, t.version, t.action, t.body, x.body FROM trail t "
        "LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx WHERE t.case_id IS NOT NULL "
        f"AND t.action IN ({_LAYING_DOWN}) AND (t.jurisdiction > :place OR (t.jurisdiction = :place AND t.idx > :idx)) "
        f"ORDER BY t.jurisdiction, t.idx LIMIT {_CHUNK}"
    )
    place, idx = -1, -1
    while rows := said.execute(sql, {"place": place, "idx": idx}).all():
        for _, _, case, version, action, body, side in rows:
            yield case, version, action, json.loads(bytes(body)), json.loads(side) if side else {}
        place, idx = rows[-1][:2]


def _laid_down(action: str, entry: dict[str, Any], texts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the measures of an entry as its texts say them; of an erased plan none."""
    told = {name.removeprefix("answers."): text for name, (_, text) in texts.items() if name.startswith("answers.")}
    who = {name: told.get(name, "") for name in ("person", "department")}
    plain = {**dict.fromkeys(_WORDS, ""), "due_on": None}
    if action == _PLAN:
        listed = json.loads(told.get("measures", "[]"))
        return [
            {"text": one["text"], "person": one["person"], "department": one["department"], "due_on": _day(one["on"]),
             "checked_by": one["check"], "why": one.get("why") or ""} for one in listed
        ]  # fmt: skip
    if action in _COMING_IN:
        parts = (one.strip(" ；;。\n") for one in _NUMBERED.split(told.get("ledger_measures", "")))
        due_on = _day(entry["after"]["due_on"])
        return [{**plain, "text": part, "due_on": due_on} for part in [part for part in parts if part][:100]]
    if action == _NOTICE:
        return [{**plain, **who, "text": _BY_NOTICE}]
    return [{**plain, **(who if action == "rectify_at_once" else {}), "text": told.get("measure", "")}]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
