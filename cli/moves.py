"""Moves from the command line: fire, draft, confirm."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import clock
from cli.opening import House, acting, open_house
from cli.talk import AsJson, At, Login, Refused, show
from states import ACTIONS, MATERIALS
from storage.engine import writing
from storage.files import keep_file
from storage.reads.ledger.choices import unit_names
from storage.security import note
from storage.sql import Driver
from workflow.engine import fire as fire_intents
from workflow.gather import BadBatch
from workflow.outcome import Outcome
from workflow.refusal import Refusal
from workflow.security import refused_moves, who_of
from workflow.subject import Actor, Intent, Material

Answers = Annotated[str | None, typer.Option(help="填报项（JSON）；可按问题编号分列")]
Materials = Annotated[list[str] | None, typer.Option("--material", help="材料：种类[@措施序号]=文件")]
Version = Annotated[int | None, typer.Option(help="所见的版本")]
Key = Annotated[str | None, typer.Option(help="防重键：同一键重复办理只算一次")]
Occurred = Annotated[str | None, typer.Option("--occurred", help="纸面日期，如 2026-03-05")]


def fire(  # noqa: PLR0913, PLR0917 the contract's options
    context: typer.Context,
    cases: Annotated[str, typer.Argument(metavar="CASE[,CASE…]")],
    action: str,
    login: Login,
    answers: Answers = None,
    material: Materials = None,
    version: Version = None,
    key: Key = None,
    all_: Annotated[bool, typer.Option("--all", help="一个被退回则都不办")] = False,
    occurred: Occurred = None,
    received: Annotated[
        bool, typer.Option("--received", help="代录：巡察办照单位的签字件录入，--occurred 是签字日期")
    ] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Fire one move for one case or several; refused ends with 3, stale with 4."""
    house = open_house(context)
    numbers = _numbers(cases)
    given, materials = _given(answers, numbers), _materials(house, material)
    intents = [
        Intent(
            action,
            number,
            answers=given[number],
            materials=materials,
            version=version,
            key=_key(key),
            occurred_on=_day(occurred),
            received=received,
        )
        for number in numbers
    ]
    now = house.moment(at)
    actor = acting(house, login, now)
    with writing(house.engine) as work:
        intents = [_with_names(work.driver, one, actor.jurisdiction) for one in intents]
        try:
            outcomes = fire_intents(work, intents, actor, now, "all" if all_ else "each")
        except BadBatch as error:
            raise Refused(str(error), 2) from error
        work.commit()
    _note_refused(house, actor, action, outcomes, now)
    _report(outcomes, as_json=as_json)


def draft(
    context: typer.Context,
    case: int,
    action: str,
    login: Login,
    answers: Answers = None,
    material: Materials = None,
    occurred: Occurred = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Prepare a move that another person confirms; refused ends with 3."""
    from workflow.drafts import draft as make_draft

    house = open_house(context)
    intent = Intent(
        action,
        case,
        answers=_given(answers, [case])[case],
        materials=_materials(house, material),
        occurred_on=_day(occurred),
    )
    now = house.moment(at)
    actor = acting(house, login, now)
    with writing(house.engine) as work:
        made = make_draft(work, _with_names(work.driver, intent, actor.jurisdiction), actor, now)
        work.commit()
    _note_refused(house, actor, action, made.against([case]), now)
    words = f"第 {made.draft} 号起草件" if made.draft else "\n".join(map(_named, made.refusals))
    refusals = [_refusal(why, case) for why in made.refusals]
    show({"draft": made.draft, "refused": list(made.refused), "refusals": refusals}, as_json=as_json, words=words)
    if made.refused:
        raise typer.Exit(3)


def confirm(
    context: typer.Context, draft: int, login: Login, key: Key = None, at: At = None, as_json: AsJson = False
) -> None:
    """Confirm what another person prepared, and so do it."""
    from workflow.drafts import confirm as confirm_draft
    from workflow.drafts import prepared_action

    house = open_house(context)
    now = house.moment(at)
    actor = acting(house, login, now)
    with writing(house.engine) as work:
        action = prepared_action(work, draft, actor)
        outcome = confirm_draft(work, draft, actor, now, _key(key))
        work.commit()
    _note_refused(house, actor, action, [outcome], now)
    _report([outcome], as_json=as_json)


def _note_refused(house: House, actor: Actor, action: str, outcomes: Iterable[Outcome], now: datetime) -> None:
    note(house.engine, clock.micros(now), *refused_moves(action, outcomes, who_of(actor)))


def _report(outcomes: list[Outcome], *, as_json: bool) -> None:
    show({"outcomes": [_outcome(one) for one in outcomes]}, as_json=as_json, words="\n".join(map(_words, outcomes)))
    kinds = {one.outcome for one in outcomes}
    if "refused" in kinds:
        raise typer.Exit(3)
    if "stale" in kinds:
        raise typer.Exit(4)


def _outcome(one: Outcome) -> dict[str, Any]:
    stale = one.outcome == "stale"
    return {
        "case": one.case, "outcome": one.outcome, "from": one.origin, "to": one.to, "version": one.version,
        "index": one.index, "refused": [] if stale else list(one.refused), "stale": one.refused[0] if stale else None,
        "refusals": [] if stale else [_refusal(why, one.case) for why in one.refusals],
    }  # fmt: skip


def _refusal(why: Refusal, case: int | None) -> dict[str, Any]:
    return {"sentence": why.sentence, "field": why.field or None, "case": case, "measure": why.measure}


def _named(why: Refusal) -> str:
    """Name the answer or material as it is given at the command line."""
    at = f"@{why.measure}" if why.measure and "." not in why.field else ""
    return f"{why.sentence}（{'、'.join((why.field + at, *why.also))}）" if why.field else why.sentence


def _words(one: Outcome) -> str:
    if one.outcome in ("done", "already"):
        again = "（此前已办）" if one.outcome == "already" else ""
        return f"问题 {one.case}：{one.origin} → {one.to}，第 {one.version} 版，流转记录第 {one.index} 条{again}"
    # Of a draft that is not there nobody knows the problem.
    of = "" if one.case is None else f"问题 {one.case} "
    return f"{of}未办理：" + "；".join(map(_named, one.refusals))


def _numbers(cases: str) -> list[int]:
    words = [word.strip() for word in cases.split(",")]
    if not all(map(_is_number, words)):
        raise Refused(f"问题编号应为数字，用逗号分开：“{cases}”", 2)
    return [int(word) for word in words]


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 19


def _given(answers: str | None, numbers: list[int]) -> dict[int, dict[str, Any]]:
    try:
        given = json.loads(answers) if answers else {}
    except json.JSONDecodeError as error:
        raise Refused(f"--answers 不是 JSON：{error}", 2) from error
    except (RecursionError, ValueError) as error:
        raise Refused("--answers 读不下去：括号套得太深，或数字太长", 2) from error
    if not isinstance(given, dict):
        raise Refused("--answers 应为 JSON 对象", 2)
    keyed = bool(given) and all(name.isdigit() and isinstance(value, dict) for name, value in given.items())
    return {number: given.get(str(number), {}) if keyed else given for number in numbers}


def _with_names(driver: Driver, intent: Intent, jurisdiction: int) -> Intent:
    """Let a unit be given by its number as well: an entry says its name."""
    asked = ACTIONS[intent.action].asks if intent.action in ACTIONS else ()
    units = [name for name, kind in asked if kind.startswith("unit")]
    numbers = {name: int(str(said)) for name in units if _is_number(str(said := intent.answers.get(name, "")))}
    names = unit_names(driver, jurisdiction, list(numbers.values())) if numbers else {}
    known = {name: names[number] for name, number in numbers.items() if number in names}
    return replace(intent, answers={**intent.answers, **known}) if known else intent


def _materials(house: House, words: list[str] | None) -> tuple[Material, ...]:
    return tuple(_material(house, word) for word in words or [])


def _material(house: House, word: str) -> Material:
    what, equals, file = word.partition("=")
    kind, _, measure = what.partition("@")
    if not equals or kind not in MATERIALS or (measure and not _is_number(measure)):
        raise Refused(
            f"--material 写作 种类[@措施序号]=文件，种类有：{'、'.join(f'{k}（{w}）' for k, w in MATERIALS.items())}", 2
        )
    path = Path(file)
    if not path.is_file():
        raise Refused(f"没有文件 {file}", 2)
    digest, size = keep_file(house.settings.home, path, house.settings.config.uploads.largest)
    return Material(kind, digest, path.name, size, int(measure) if measure else None)


def _key(key: str | None) -> str | None:
    if key is not None and (not key or "/" in key or len(key) > 200):
        raise Refused("防重键不能为空、不能含“/”、不超过 200 个字符", 2)
    return key


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(f"“{text}”不是日期，请写作 2026-03-05", 2) from None
