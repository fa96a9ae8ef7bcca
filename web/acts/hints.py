"""Hints that carry the real date: the first and last day that would be taken, by the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from clock import written_date
from grammar import Move
from storage.reads.cases import Shown
from storage.sql import Driver
from web.acts.fields import Field
from workflow.allowed import Span, of_measures, spans
from workflow.subject import Actor

Spans = Mapping[str, Span]


def spans_of(
    driver: Driver, move: Move, cases: Sequence[Shown], actor: Actor, now: datetime
) -> dict[int, dict[str, Span]]:
    """Return the days that would be taken for each date that the act asks, by case."""
    rows = [case.as_row() for case in cases]
    found = spans(driver, move, rows, actor, now)
    if rows and "measures_in_time" in move.only_if:
        for case, span in of_measures(driver, rows, now).items():
            found[case] = {**found[case], "measures": span}
    return found


def with_dates(fields: Sequence[Field], found: Spans) -> list[Field]:
    """Return the fields, each date with a hint of the days that would be taken."""
    return [_with_dates(one, found.get(one.name.rpartition(".")[2])) for one in fields]


def _with_dates(one: Field, span: Span | None) -> Field:
    if span is None:
        return one
    limit = f"（{span.why or span.limit}）" if span.why or span.limit else ""
    said = [f"最早 {written_date(span.first)}"] if span.first else []
    said += [f"最晚 {written_date(span.last)}{limit}"] if span.last else []
    # A hint that ends in a colon leads to the days.
    lead = f"{one.hint}，" if one.hint and said and not one.hint.endswith("：") else one.hint
    return replace(one, hint=lead + "，".join(said), span=span)
