"""Compare the filings with the entries 报送件对账: what was filed, signed by whom and when, and which inspections it covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import clock
from states import FILINGS
from trail.stored import JurisdictionKey, Stored

Key = tuple[int, int, str, int]
"""Round, unit that answers, kind, version."""
SHOWN = {
    "sha256": "文件摘要",
    "commitment": "承诺书摘要",
    "signed_by": "签字人",
    "at": "时间",
    "inspections": "所列巡察",
}


@dataclass(frozen=True, slots=True)
class Filed:
    """The first entry of a filing, and what the table must say of it."""

    index: int
    said: Mapping[str, Any]


def note_filed(filed: dict[Key, Filed], entry: Mapping[str, Any]) -> None:
    """Take what a move says of its filing; all its entries say the same."""
    filing = entry.get("filing")
    if filing is None:
        return
    key = filing["round"], filing["answerable"], filing["kind"], filing["version"]
    said = {name: filing[name] for name in ("sha256", "commitment", "inspections")}
    signed = {"signed_by": entry["actor"]["person"], "at": entry["written_at"]}
    filed.setdefault(key, Filed(entry["index"], said | signed))


def unlike_filed(
    stored: Stored, place: JurisdictionKey, filed: Mapping[Key, Filed], size: int
) -> Iterator[tuple[int, str]]:
    """Yield, for each filing that is not as its entries say, the entry to name and a sentence."""
    rows = _rows(stored, place)
    # Of an unknown one the entry is missing: the first bad index is where that entry would stand.
    unknown = [key for key in rows if key not in filed]
    yield from ((size, f"{_shown(key)}在表中，却没有任何记录：不是经系统办理产生的") for key in unknown)
    for key, one in filed.items():
        if key not in rows:
            yield one.index, f"{_shown(key)}有记录，表中却没有：该行被删除，或划给了别的机构"
        for name, value in one.said.items():
            if key in rows and rows[key][name] != value:
                yield one.index, f"{_shown(key)}的{SHOWN[name]}与记录不符：表中的行被改动过"


def _rows(stored: Stored, place: JurisdictionKey) -> dict[Key, dict[str, Any]]:
    covered: dict[Sequence[Any], list[int]] = defaultdict(list)
    for *whose, inspection in stored.filing_inspections(place):
        covered[tuple(whose)].append(inspection)
    return {
        (unit_round, unit, kind, version): {
            "sha256": sha256, "commitment": commitment, "signed_by": signed, "at": _instant(at),
            "inspections": sorted(covered[unit_round, unit, kind, version]),
        }
        for unit_round, unit, kind, version, sha256, commitment, signed, at in stored.filings(place)
    }  # fmt: skip


def _instant(micros: Any) -> Any:
    try:
        return clock.iso(clock.from_micros(micros))
    except (TypeError, OverflowError):
        return micros


def _shown(key: Key) -> str:
    turn, unit, kind, version = key
    name = FILINGS[kind].shown if kind in FILINGS else kind
    return f"轮次 {turn} 党组织 {unit} 第 {version} 次的报送件“{name}”"
