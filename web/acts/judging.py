"""Acceptance measure by measure 逐项核查: each as it is judged, apart from the other fields and files of its case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grammar import Move
from storage.reads.measures import MeasureShown
from storage.reads.reviews import HandedIn
from storage.sql import Row
from web.acts.fields import JUDGED, Field
from web.acts.proofs import File

Laid = Sequence[tuple[HandedIn, File]]


@dataclass(frozen=True, slots=True)
class Judging:
    """A measure as it is judged: what the unit said of it, its evidence with when that came, and the verdict filled in so far."""

    measure: MeasureShown
    progress: Sequence[Row]
    files: Sequence[tuple[File, int]]
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Apart:
    """The fields and files of a case, and what of them is of its measures one by one; of one without measures nothing is."""

    fields: list[Field]
    files: Laid
    field: Field | None = None
    measures: Sequence[Judging] = ()


def judged_apart(
    move: Move,
    fields: Sequence[Field],
    measures: Sequence[MeasureShown],
    progress: Mapping[int, Sequence[Row]],
    laid: Laid,
) -> Apart:
    """Take what is of the measures out of the fields and files of a case."""
    others = [one for one in fields if one.kind != JUDGED]
    field = next((one for one in fields if one.kind == JUDGED), None)
    if field is None or not measures:
        return Apart(others, laid)
    said = {str(one["no"]): one for one in field.value or ()}
    of = {
        one.no: [(file, it.at) for it, file in laid if (it.kind, it.measure) == ("evidence", one.no)]
        for one in measures
    }
    judging = [Judging(one, progress.get(one.no, ()), of[one.no], said.get(str(one.no), {})) for one in measures]
    rest = [(it, file) for it, file in laid if it.kind != "evidence" or it.measure not in of]
    return Apart(others, rest, replace(field, required="every_measure_true" in move.only_if), judging)
