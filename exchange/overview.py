"""What went to and fro, for the page: who is there, what may be sent, what lower offices last reported, the files of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from exchange.office import SENT, TAKEN, Correspondent, Office, Went, correspondents, last_of, parcels
from exchange.parcel import PROBLEMS, REPORT
from exchange.sending import CannotSend, read_again
from storage.household import all_rows
from storage.reads.exchange import numbers_here
from storage.sql import Driver

RECENT: Final = 50


@dataclass(frozen=True, slots=True)
class Reported:
    """A round whose problems a lower office has: when they were last sent, what it last reported, whether that is late."""

    office: Correspondent
    round: str
    sent: Went
    last: Went | None
    late: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The page: own key, correspondents in being, rounds to choose from, reports, files."""

    verifier: str
    lower: list[Correspondent]
    upper: list[Correspondent]
    rounds: list[tuple[int, str]]
    above: list[tuple[int, str]]
    """The rounds of upper offices whose problems came by a file."""
    reported: list[Reported]
    files: list[tuple[Went, str, str]]
    """The newest files, each with its correspondent and round in words."""
    count: int

    @property
    def to(self) -> list[tuple[int, str]]:
        """Return the lower offices to choose from."""
        return [(one.id, one.name) for one in self.lower]


def overview(driver: Driver, office: Office, today: date) -> Overview:
    """Return what the page shows."""
    there, went = correspondents(driver, office.jurisdiction, today), parcels(driver, office.jurisdiction)
    rounds = {int(key): row for key, row in all_rows(driver, "round", office.jurisdiction)}
    names = {key: row["name"] for key, row in rounds.items()}
    open_ones = [one for one in there.values() if not one.ended]
    came = {one.round for one in went if one.way == TAKEN and one.sort == PROBLEMS}
    verifiers = office.keys.verifiers()
    return Overview(
        verifiers[-1] if verifiers else "", [one for one in open_ones if one.is_lower], [one for one in open_ones if one.is_upper],
        [(key, name) for key, name in sorted(names.items(), reverse=True) if not rounds[key]["source_id"]],
        [(key, names[key]) for key in sorted(came, reverse=True) if key in names],
        _reported(there, went, names, today), [(one, there[one.correspondent].name, names.get(one.round, "")) for one in went[: -RECENT - 1 : -1]],
        len(went),
    )  # fmt: skip


def _reported(there: dict[int, Correspondent], went: list[Went], names: dict[int, str], today: date) -> list[Reported]:
    """Return a line for each round that a lower office was sent, the late before the others."""
    streams = dict.fromkeys((one.correspondent, one.stream) for one in went if one.way == SENT and one.sort == PROBLEMS)
    found = []
    for number, stream in streams:
        said: dict[str, Any] = {"correspondent": number, "stream": stream}
        first = next(one for one in went if (one.way, one.correspondent, one.stream) == (SENT, number, stream))
        sent, last = last_of(went, way=SENT, sort=PROBLEMS, **said), last_of(went, way=TAKEN, sort=REPORT, **said)
        since, office = (last or first).as_of, there[number]
        settled = last is not None and last.done >= last.count
        late = not settled and not office.ended and (today - since).days > office.every
        found.append(Reported(office, names.get(stream, ""), sent or first, last, late))
    return sorted(found, key=lambda one: (not one.late, one.office.name, -one.sent.stream))


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was taken in: by whom, of which round, its file on record, its problems with the numbers that they have here."""

    office: Correspondent
    round: str
    went: Went
    rows: tuple[dict[str, Any], ...]


def report(driver: Driver, office: Office, number: int, today: date) -> Report | None:
    """Return a report that was taken in, read again from its file; None where there is none such, CannotSend where its file is gone."""
    found = next((one for one in parcels(driver, office.jurisdiction) if one.id == number), None)
    if found is None or (found.way, found.sort) != (TAKEN, REPORT):
        return None
    header, rows = read_again(office, found)
    there = numbers_here(driver, office.jurisdiction, found.stream)
    shown = tuple({**row, "here": there[row["ref"]]} for row in rows if row["ref"] in there)
    return Report(correspondents(driver, office.jurisdiction, today)[found.correspondent], header.round, found, shown)


__all__ = ["CannotSend", "Overview", "Report", "Reported", "overview", "report"]
