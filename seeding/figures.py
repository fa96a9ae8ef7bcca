"""The term's figures, dealt out to the problems that are accepted at the end: exactly, to the last fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from seeding.names import SURNAMES
from seeding.sizes import Sizes
from seeding.walk import Act

_FEN = 100


def with_results(acts: Sequence[Act], sizes: Sizes, dice: Random) -> list[Act]:
    """Return the acts with the results of each last submission; those of what is accepted add up to the term's rules and money."""
    counted = _counted(acts)
    accepted = [place for place, is_accepted in counted.items() if is_accepted]
    results = _results([acts[place] for place in accepted], sizes, dice)
    told = {place: {"rules_new": 1} for place in counted} | dict(zip(accepted, results, strict=True))
    return [
        replace(act, answers={**act.answers, "results": told[place], **_listed(act, told[place])})
        if place in told
        else act
        for place, act in enumerate(acts)
    ]


def _listed(act: Act, result: dict[str, Any]) -> dict[str, Any]:
    """Every other unit lists what its figures are made of: the rule, the sum with what proves it, who was dealt with."""
    problem = act.problem
    if problem.number % 2:
        return {}
    rules = [
        {"kind": kind, "name": f"关于防止“{problem.about}”问题再次发生的规定", "on": act.day.isoformat()}
        for kind in ("rules_new", "rules_revised") if result.get(kind) == 1
    ]  # fmt: skip
    sums = [
        {"kind": kind, "amount": amount, "voucher": f"财政票据 {problem.number:05d} 号"}
        for kind, amount in result.items() if kind.startswith("money")
    ]  # fmt: skip
    people = [
        {"kind": kind, "name": f"{SURNAMES[(problem.number + place) % len(SURNAMES)]}某"}
        for kind, count in result.items() if kind.startswith("people") for place in range(count)
    ]  # fmt: skip
    return {name: rows for name, rows in (("rules", rules), ("sums", sums), ("people", people)) if rows}


def _counted(acts: Sequence[Act]) -> dict[int, bool]:
    """Return the indexes of the submissions whose figures hold at the end, and whether they are accepted.

    A later submission replaces the figures, a recall takes them away; what is rescinded or reopened is accepted no more.
    """
    last: dict[int, int] = {}
    accepted: set[int] = set()
    for place, act in enumerate(acts):
        number = act.problem.number
        if act.action == "submit":
            last[number] = place
        elif act.action == "recall":
            last.pop(number, None)
        elif act.action == "verify":
            accepted.add(number)
        elif act.action in ("rescind", "reopen"):
            accepted.discard(number)
    return {last[number]: number in accepted for number in sorted(last, key=last.__getitem__)}


def _results(acts: Sequence[Act], sizes: Sizes, dice: Random) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = [{} for _ in acts]
    order = list(range(len(acts)))
    dice.shuffle(order)
    for place, rules in zip(order, _shares(sizes.rules, len(order)), strict=True):
        kind = "rules_new" if dice.random() < 0.7 else "rules_revised"
        results[place] |= {kind: rules} if rules else {}
    _recover([(acts[place], results[place]) for place in order], sizes.recovered)
    return [result | _people(act, dice) for act, result in zip(acts, results, strict=True)]


def _recover(counted: Sequence[tuple[Act, dict[str, Any]]], fen: int) -> None:
    """Each sum is recovered in full until the term's figure is reached; the last problem gets the remainder.

    Sums beyond that were repaid to whom they belong or cleared, which are figures of their own.
    """
    with_sum = [(act.problem.sum, result) for act, result in counted if act.problem.sum]
    for place, (yuan, result) in enumerate(with_sum):
        share = fen if place == len(with_sum) - 1 else min(fen, yuan * _FEN)
        fen -= share
        if share:
            result["money_recovered"] = f"{share // _FEN}.{share % _FEN:02d}"
        else:
            result["money_repaid" if place % 3 else "money_cleared"] = f"{yuan}.00"


def _shares(total: int, parts: int) -> list[int]:
    few, more = divmod(total, max(parts, 1))
    return [few + (place < more) for place in range(parts)]


def _people(act: Act, dice: Random) -> dict[str, int]:
    if not act.problem.sum or dice.random() > 0.25:
        return {}
    kinds = (
        "people_educated",
        "people_educated",
        "people_educated",
        "people_admonished",
        "people_adjusted",
        "people_party",
    )
    return {dice.choice(kinds): dice.randint(1, 3)}
