"""The form of an act of the register, made from the table: its fields with what stands in them, what they are chosen from, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from register.kinds import KINDS, Act, Field, Kind
from register.may import named
from register.showing import Words
from states import CAPACITIES, ROLES
from storage.reads.register import profiles_there
from storage.sql import Driver
from workflow.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form: its rule, whether it is required, the choices where it has some, what stands in it and stood there, what is wrong."""

    rule: Field
    required: bool
    choices: tuple[tuple[str, str], ...]
    listed: tuple[str, ...]
    value: str
    was: str
    """What the row has, of a field that may be left as it stands or emptied; with a required one it is said again."""
    fault: str


@dataclass(frozen=True, slots=True)
class FormOf:
    """The form of one act: who approves it, its fields, and faults that are about none of them."""

    act: Act
    inputs: tuple[Input, ...]
    faults: tuple[str, ...]
    reason: str
    approved_by: str


def form_of(
    driver: Driver,
    words: Words,
    kind: Kind,
    act: Act,
    has: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    why: Sequence[Refusal] = (),
    fields: Sequence[str] | None = None,
) -> FormOf:
    """Return the form of an act, with what the row has or as it was filled in, and what is wrong at each field.

    `fields` are those of a form that finds its row by one of them itself.
    """
    has, given, fields = has or {}, given or {}, act.fields if fields is None else fields
    said: dict[str, str] = {}
    for one in why:
        said.setdefault(one.field if one.field in fields else "", one.sentence)
    inputs = [
        Input(
            kind.field(name), act.requires(name) or name == kind.found_by, *_choices(driver, words, kind.field(name)), given.get(name, has.get(name, "")),
            "" if act.requires(name) else has.get(name, ""), said.get(name, ""),
        )
        for name in fields
    ]  # fmt: skip
    others = tuple(dict.fromkeys(one.sentence for one in why if one.field not in fields))
    return FormOf(act, tuple(inputs), others, given.get("reason", ""), named(act.approves))


def _choices(driver: Driver, words: Words, field: Field) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return what a field is chosen from, and what names are offered while one types."""
    if field.type == "choice":
        return field.choices, ()
    if field.type == "role":
        return tuple(ROLES.items()), ()
    if field.type == "capacity":
        return tuple((name, shown) for name, shown in CAPACITIES.items() if name), ()
    if field.type == "profile":
        return tuple((one.hash, str(one)) for one in profiles_there(driver)), ()
    if field.type in {"unit", "round", "team", "rule", "correspondent"}:
        return (), tuple(one.called for one in words.rows(KINDS[field.type]) if not one.ended)
    return (), ()
