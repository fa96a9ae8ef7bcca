"""The oracle: figures as of a past day by replaying the trail to its end, with nothing of the standings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import clock
from figures.stats import stats
from states import DONE, ESCALATED, RECTIFYING, STATES, UNIT_OWES, WITHDRAWN
from storage.reads.coverage import rounds_of_other_terms
from storage.sql import Driver


def compared(driver: Driver, jurisdiction: int, today: date, days: Iterable[date]) -> list[dict[str, Any]]:
    """Return what figures say as of days, each as a replay of the trail to its end says it."""
    told = []
    for on in days:
        said, found = stats(driver, jurisdiction, today, on=on), replayed(driver, jurisdiction, on)
        assert {name: said[name] for name in found} == found, on
        told.append(said)
    return told


def replayed(driver: Driver, jurisdiction: int, on: date) -> dict[str, Any]:
    """Return what `stats` should say as of a day: the last word of every case, and what its siblings said of it since."""
    end = clock.micros(clock.start_of(on + timedelta(days=1)))
    others = rounds_of_other_terms(driver, jurisdiction, on)
    cases = list(_cases(driver, jurisdiction, end))
    whole = [one for one in cases if not one["void"]]
    ours = [
        one for one in whole if one["round"] not in others and not (one["taken_over_as"] in DONE and one["cycle"] == 1)
    ]
    by_state = {state: sum(one["state"] == state for one in ours) for state in STATES}
    of, done = len(ours) - by_state[WITHDRAWN], sum(by_state[state] for state in DONE)
    came = [one for one in whole if one["taken_over_as"]]
    closed = sum(one["taken_over_as"] in DONE for one in came)
    theirs = [one for one in whole if one["round"] in others]
    achieved: dict[str, int] = {}
    for one in ours:
        if one["state"] in DONE:
            for kind, amount in one["results"].items():
                achieved[kind] = achieved.get(kind, 0) + amount
    fen = achieved.get("money_recovered", 0)
    return {
        "problems": len(ours), "by_state": by_state, "of": of, "done": done,
        "rate": float(f"{(20000 * done + of) // (2 * of) / 100:.2f}") if of else None,
        "overdue": sum(_late(one, on) for one in ours),
        "flagged": sum(one["flagged"] != "" for one in ours),
        "escalated": by_state[ESCALATED],
        "split_off": sum(one["split_from"] is not None for one in ours),
        "taken_over": {"problems": len(came), "running": len(came) - closed, "closed": closed},
        "other_terms": {
            "rounds": len(others), "problems": len(theirs), "open": sum(one["state"] not in (*DONE, WITHDRAWN) for one in theirs),
        },
        "rules": achieved.get("rules_new", 0) + achieved.get("rules_revised", 0),
        "recovered_yuan": fen // 100 if fen % 100 == 0 else fen / 100,
        "measures": _measures(ours, on),
    }  # fmt: skip


def _measures(ours: list[dict[str, Any]], on: date) -> dict[str, Any]:
    """Return what is said of the measures of the plans as they were then: each has a day of its own, or none."""
    counted = [one for one in ours if one["state"] != WITHDRAWN]
    done = sum(len(one["measures"]) for one in counted if one["state"] in DONE)
    running = [due for one in counted if one["state"] not in DONE for due in one["measures"]]
    of = done + len(running)
    return {
        "of": of, "done": done, "open": len(running),
        "late": sum(due is not None and date.fromisoformat(due) < on for due in running),
        "rate": float(f"{(20000 * done + of) // (2 * of) / 100:.2f}") if of else None,
    }  # fmt: skip


def _late(one: dict[str, Any], on: date) -> bool:
    if one["state"] in UNIT_OWES:
        due = None if any(clock["paused_since"] for clock in one["clocks"].values()) else one["state_due_on"]
    else:
        due = one["owed_on"] if one["state"] == ESCALATED else None
    return due is not None and date.fromisoformat(due) < on


def _cases(driver: Driver, jurisdiction: int, end: int) -> Iterator[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    sql = (
        "SELECT t.body, x.body FROM trail t LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        "WHERE t.jurisdiction = ? AND t.at < ? ORDER BY t.idx"
    )
    for body, side in driver.all(sql, (jurisdiction, end)):
        entry = json.loads(bytes(body))
        if entry["kind"] != "move":
            continue
        case = found.setdefault(entry["case"], {"results": {}, "measures": []})
        if born := entry.get("born"):
            case |= {
                "round": born["round"],
                "taken_over_as": born.get("taken_over_as"),
                "split_from": born.get("split_from"),
            }
        case |= entry["after"]
        opened = {name: text for name, (_, text) in json.loads(side or "{}").items()}
        if entry["action"] == "submit_plan":
            case["measures"] = [one["on"] for one in json.loads(opened["answers.measures"])]
        elif entry["action"] in ("rectify_at_once", "order_at_once", "submit_at_once"):
            case["measures"] = [None]
        elif entry["action"].startswith("take_over"):
            listed = re.split(r"(?:^|(?<=[；;。\n]))\s*\d{1,2}[.．、]", opened.get("answers.ledger_measures", ""))
            case["measures"] = [entry["after"]["due_on"] for one in listed if one.strip(" ；;。\n")]
        elif entry["action"] == "return_claim" and entry["from"] == RECTIFYING:
            case["measures"] = []
        if entry["action"] in ("submit", "submit_at_once", "recall"):
            stated = {} if entry["action"] == "recall" else entry["answers"].get("results") or {}
            case["results"] = {kind: int(opened[f"answers.results.{kind}"].split()[0]) for kind in stated}
        for one in entry.get("also", ()):
            found[one["case"]]["state_due_on"] = one["state_due_on"]
            found[one["case"]]["clocks"] |= one["clocks"]
    yield from found.values()
