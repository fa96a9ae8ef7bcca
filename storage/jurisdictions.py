"""Jurisdictions 巡察机构: which a database holds, and the one that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class JurisdictionRow:
    """A jurisdiction as it is kept."""

    id: int
    code: str
    name: str
    rehearsal: bool


class OtherJurisdiction(ValueError):
    """The configuration names a jurisdiction that the database does not have; a second one is made on purpose only."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        super().__init__(
            f"配置里的巡察机构代码是“{code}”，库中的是“{'、'.join(known)}”：写错了，请改正配置的 jurisdiction.code；"
            f"确要在这个库里另设一个机构，请执行 zhenggai init --jurisdiction {code}"
        )


def find_jurisdiction(driver: Driver, code: str | None) -> JurisdictionRow:
    """Return the jurisdiction of a code, or the only one there is; LookupError says what to do."""
    found = _all(driver)
    chosen = [one for one in found if code in (None, one.code)]
    if len(chosen) == 1:
        return chosen[0]
    if not found:
        raise LookupError("还没有设立巡察机构：请执行 zhenggai init，或打开 zhenggai serve 印出的首次设置地址")
    known = "、".join(one.code for one in found)
    raise LookupError(
        f"没有巡察机构 {code}（现有：{known}）" if code else f"请用 --jurisdiction 指明巡察机构（现有：{known}）"
    )


def jurisdiction_codes(driver: Driver) -> list[str]:
    """Return the codes of all jurisdictions."""
    return [one.code for one in _all(driver)]


def refuse_other(driver: Driver, code: str | None) -> None:
    """Refuse, by OtherJurisdiction, a code that is not among those the database holds; it may hold none yet."""
    known = jurisdiction_codes(driver)
    if known and code is not None and code not in known:
        raise OtherJurisdiction(code, known)


def _all(driver: Driver) -> list[JurisdictionRow]:
    rows = driver.all("SELECT id, code, name, rehearsal FROM jurisdictions ORDER BY id")
    return [JurisdictionRow(number, code, name, bool(rehearsal)) for number, code, name, rehearsal in rows]


def last_instant(driver: Driver, jurisdiction: int) -> int:
    """Return the instant of the last entry in microseconds; 0 before the first."""
    row = driver.one("SELECT last_at FROM heads WHERE jurisdiction = ?", (jurisdiction,))
    return row[0] if row else 0
