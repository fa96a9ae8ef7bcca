"""Compare which cases papers 文书 list, row by row, with the papers themselves, whose columns their entries say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from storage.paper_numbers import KIND
from trail.replay import Folded
from trail.stored import JurisdictionKey, Stored


def unlike_listed(stored: Stored, place: JurisdictionKey, folded: Folded) -> Iterator[tuple[int, str]]:
    """Yield, for each paper whose cases stand otherwise in their rows, the entry to name and a sentence."""
    rows: dict[int, set[str]] = defaultdict(set)
    asked = (
        "SELECT x.paper_id, x.case_id FROM paper_cases x JOIN papers p ON p.id = x.paper_id WHERE p.jurisdiction = ?"
    )
    for paper, case in stored.all(asked, (place.id,)):
        rows[paper].add(str(case))
    for paper, said in stored.all("SELECT id, cases FROM papers WHERE jurisdiction = ?", (place.id,)):
        known = folded.registered.get(f"{KIND}:{paper}")
        if known is not None and rows[paper] != set(str(said).split()):
            yield known.index, f"文书 {paper} 所列的问题与记录不符：表中的行被改动过"
