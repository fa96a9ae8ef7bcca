"""The ledger of a hundred thousand cases handed out as a sheet: reading and writing it, against writing the same rows when they are there already.

Measures, progress, opinions, files, results and what was said at closing are laid beside the cases by SQL: no move made them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

import clock
from benchmarks.ground import Fed, ground
from benchmarks.measure import Figure, Size, compare
from ledger.out_columns import ExportRow, Layout, columns_named
from ledger.sheet_out import write_ledger
from ledger.write_out import export_row, write_out
from storage.engine import reading, writing
from storage.reads.ledger.records import lines_of
from storage.reads.rounds import round_cases
from storage.sql import Driver
from storage.tables import Round

LAYOUTS: Final = ("usual", "all")
_SAID: Final = json.dumps({
    "answers.root_cause": ["", "认识不到位，管护责任没有压实。" * 4],
    "answers.elsewhere": ["", "全镇排查背街小巷路灯，建立台账。" * 3],
})  # fmt: skip
_EACH: Final = f"""
INSERT INTO measures (case_id, version, no, text, person, department, due_on, checked_by, why, yearly)
SELECT c.id, c.version, k.n, '逐盏维修路灯，落实管护责任，' || c.number, '李敏', '村建中心', '2026-05-01', '看', '', ''
FROM cases c CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) k;
INSERT INTO progress (case_id, version, measure_no, text, figures)
SELECT c.id, 1, 1, '修好17盏，夜间已查看，' || c.number, '17盏' FROM cases c;
INSERT INTO opinions (case_id, version, role, person_id, opinion)
SELECT c.id, 1, 'discipline', (SELECT MIN(id) FROM people), 'agree' FROM cases c;
INSERT INTO materials (case_id, version, cycle, kind, sha256, name, size)
SELECT c.id, 1, 1, 'evidence', 'ab', '照片' || c.number || '.pdf', 1 FROM cases c;
INSERT INTO results (case_id, version, kind, amount) SELECT c.id, 1, 'money_recovered', 123450 FROM cases c;
INSERT INTO trail (jurisdiction, idx, body, leaf, case_id, version, action, at)
SELECT t.jurisdiction, t.idx + 10000000, t.body, t.leaf, t.case_id, 2, 'submit', t.at FROM trail t WHERE t.case_id IS NOT NULL;
INSERT INTO texts (jurisdiction, idx, body) SELECT jurisdiction, idx, '{_SAID}' FROM trail WHERE idx >= 10000000;
ANALYZE
""".split(";")


def lived(driver: Driver) -> None:
    """Lay beside every case what a case has that was worked on."""
    for sql in _EACH:
        driver.run(sql)


def ledger(name: str, size: Size) -> Figure:
    """Compare writing the ledger of a round with writing its rows alone, on SQLite."""
    layout = Layout(columns_named(name.removeprefix("ledger_")))
    with ground("sqlite", Fed(max(size.many // 500, 1), min(size.many, 500))) as made:
        engine, path = made.copy(), made.folder / "ledger.xlsx"
        with writing(engine) as work:
            lived(work.driver)
            work.commit()
        rows = _rows(engine, layout)
        today = clock.local_date(made.now)

        def we(_: int) -> None:
            with reading(engine) as work:
                around = work.session.get_one(Round, 1)
                assert write_out(work.driver, Path(path), around, today, layout=layout) == len(rows)

        def they(_: int) -> None:
            assert write_ledger(path, "台账", rows, layout) == len(rows)

        return compare(name, "rows/s", len(rows), min(size.pairs, 1), we, they)


def _rows(engine: Engine, layout: Layout) -> list[ExportRow]:
    with reading(engine) as work:
        today = clock.local_date(clock.now())
        ids = round_cases(work.driver, 1, None)
        return [export_row(line, today) for line in lines_of(work.driver, ids, layout.reads)]
