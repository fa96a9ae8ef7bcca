"""Hints that carry the real date: the first and last day that would be taken, by the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from states import Move
from storage.reads.cases import Shown
from storage.rows import read_cases
from storage.sql import Driver
from web.acts.fields import Field
from workflow.allowed import Span, spans
from workflow.subject import Actor

Spans = Mapping[str, Span]


def spans_of(
    session: Session, move: Move, cases: Sequence[Shown], actor: Actor, now: datetime
) -> dict[int, dict[str, Span]]:
    """Return the days that would be taken for each date that the act asks, by case."""
    rows = read_cases(Driver(session), actor.jurisdiction, [case.id for case in cases])
    return spans(session, move, list(rows.values()), actor, now)


def with_dates(fields: Sequence[Field], found: Spans) -> list[Field]:
    """Return the fields, each date with a hint of the days that would be taken."""
    return [_with_dates(one, found.get(one.name.rpartition(".")[2])) for one in fields]


def _with_dates(one: Field, span: Span | None) -> Field:
    if span is None:
        return one
    limit = f"（{span.limit}）" if span.limit else ""
    said = [one.hint] if one.hint else []
    said += [f"最早 {_said(span.first)}"] if span.first else []
    said += [f"最晚 {_said(span.last)}{limit}"] if span.last else []
    return replace(one, hint="，".join(said), span=span)


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
