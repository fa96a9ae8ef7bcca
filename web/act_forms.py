"""The form of an act of the register, made from the table: its fields with what stands in them, what they are chosen from, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from register.fields import Field, in_parts
from register.grammar import Act, Kind
from register.kinds import KINDS
from register.may import named
from register.reading import SEVERAL
from register.rules import GUARDS
from register.showing import Words
from states import CAPACITIES, ROLES, STATES
from storage.digits import number_in
from storage.reads.named_cases import to_decide
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
    token: str = ""
    """Of a file that came with the form: what carries it on; `value` is its name then, and else that of the file that the row has."""
    boxes: tuple[tuple[str, str, bool], ...] = ()
    """Of cases: those to be ticked, each with its words and whether it is; `value` is what is written beside them."""


@dataclass(frozen=True, slots=True)
class FormOf:
    """The form of one act: who approves it, its fields, and faults that are about none of them."""

    act: Act
    inputs: tuple[Input, ...]
    faults: tuple[str, ...]
    reason: str
    approved_by: str

    @property
    def needs_reason(self) -> bool:
        """Say whether the reason must be given."""
        return any(GUARDS[name].field == "reason" for name in self.act.only_if)

    @property
    def sends_files(self) -> bool:
        """Say whether files come with it."""
        return any(one.rule.type == "file" for one in self.inputs)


def form_of(
    words: Words,
    kind: Kind,
    act: Act,
    has: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    why: Sequence[Refusal] = (),
    fields: Sequence[str] | None = None,
    tokens: Mapping[str, str] | None = None,
) -> FormOf:
    """Return the form of an act, with what the row has or as it was filled in, and what is wrong at each field.

    `fields` are those of a form that finds its row by one of them itself; `tokens` carry the files that came with it.
    """
    has, given, fields = has or {}, given or {}, act.fields if fields is None else fields
    said: dict[str, str] = {}
    for one in why:
        said.setdefault(one.field if one.field in fields else "", one.sentence)
    inputs = [
        Input(
            kind.field(name), act.requires(name) or name == kind.found_by, *_choices(words, kind.field(name), has), given.get(name, has.get(name, "")),
            "" if act.requires(name) else has.get(name, ""), said.get(name, ""),
        )
        for name in fields
    ]  # fmt: skip
    if act.of_oneself and kind.reads_own:  # who reads only what is theirs is offered no names of others
        inputs = [replace(one, listed=()) for one in inputs]
    inputs = [_of_type(words, one, has.get(one.rule.name, ""), tokens or {}) for one in inputs]
    others = tuple(dict.fromkeys(one.sentence for one in why if one.field not in fields))
    return FormOf(act, tuple(inputs), others, given.get("reason", ""), named(act.approves))


def _of_type(words: Words, one: Input, has: str, tokens: Mapping[str, str]) -> Input:
    """Return a field as its type is filled in where that is not by writing: a file by its name, cases by boxes."""
    if one.rule.type == "file":
        return replace(one, value=in_parts(one.value)[1], token=tokens.get(one.rule.name, ""), was="")
    if one.rule.type != "cases":
        return one
    said = [part for part in one.value.split(SEVERAL) if part]
    there = to_decide(words.driver, words.jurisdiction, _numbers(said) | _numbers(has.split(SEVERAL)), words.hidden)
    boxes = tuple(
        (f"#{case}", f"{called}：{problem}（{STATES[state].shown}）", f"#{case}" in said)
        for case, called, problem, state in there
    )
    return replace(
        one, boxes=boxes, value=SEVERAL.join(part for part in said if part not in {box for box, _, _ in boxes})
    )


def _numbers(said: Sequence[str]) -> set[int]:
    found = (number_in(part[1:]) for part in said if part[:1] == "#")
    return {one for one in found if one is not None}


_CHOSEN: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "flag": (("是", "是"), ("否", "否")),
    "role": tuple(ROLES.items()),
    "capacity": tuple((name, shown) for name, shown in CAPACITIES.items() if name),
}


def _choices(words: Words, field: Field, has: Mapping[str, str]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return what a field is chosen from, and what names are offered while one types."""
    if field.type in _CHOSEN:
        return _CHOSEN[field.type], ()
    if field.type in {"choice", "choices"}:
        return field.choices, ()
    if field.type in {"unit", "round", "term", "rule", "correspondent"}:
        return (), tuple(called for _, called in words.names(field.type))
    return _chosen_rows(words, field, has), ()


def _chosen_rows(words: Words, field: Field, has: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the rows of another kind that a field is chosen from, where they are few."""
    if field.type == "profile":
        return tuple((words.profiles if has else words.newest_profiles).items())
    if field.type == "dictionary":
        return tuple((called, called) for _, called in words.names("dictionary"))
    if field.type in KINDS and KINDS[field.type].referred_by:
        return _coded(words, field, has.get(field.name, ""))
    return _teams(words, field, has) if field.type == "team" else ()


def _coded(words: Words, field: Field, kept: str) -> tuple[tuple[str, str], ...]:
    """Return the rows that are referred to by a code: those that have not ended, and that which the row has."""
    code = KINDS[field.type].referred_by
    lasting = {key for key, _ in words.names(field.type)}
    there = [(key, str(row[code])) for key, row in words.there(field.type)]
    return tuple((one, words.called(field.type, one)) for key, one in there if key in lasting or one == kept)


def _teams(words: Words, field: Field, has: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the teams to choose from, the newest first: of the row's round where it is known, else each with its round."""
    rounds = {key: words.called("round", row["round_id"]) for key, row in words.there("team") if row["round_id"]}
    known = has.get(field.within) if field.within else None
    if known is None:
        return tuple((str(key), f"{rounds.get(key, '')} {called}".strip()) for key, called in words.names("team"))
    there = [(str(key), called) for key, called in words.names("team") if rounds.get(key) == known]
    kept = has.get(field.name, "")
    ended = [(kept, words.called("team", int(kept)))] if kept and kept not in dict(there) else []
    return (*there, *ended)
