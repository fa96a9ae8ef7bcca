"""Measures judged one by one at acceptance 逐项核查: how a judgement is read, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from states import JUDGED_AS, TRUE
from workflow.measures import MOST
from workflow.values import BadAnswer, as_text, clean_cell, is_given


def read_judged(shown: str, value: Any) -> list[dict[str, Any]]:
    """Read the judgements: of each measure its number, a verdict, and what was found where it is not 属实."""
    if not isinstance(value, list) or len(value) > MOST or not all(isinstance(one, Mapping) for one in value):
        raise BadAnswer(f"“{shown}”应为逐项的清单，每项写明措施的序号（no）和结论（verdict）")
    read = [_read_one(shown, one) for one in value]
    numbers = [one["no"] for one in read]
    if len(set(numbers)) < len(numbers):
        raise BadAnswer(f"“{shown}”里同一项措施有两个结论")
    return sorted(read, key=lambda one: int(one["no"]))


def _read_one(shown: str, one: Mapping[str, Any]) -> dict[str, Any]:
    number, verdict = as_text(one.get("no")).strip(), as_text(one.get("verdict")).strip()
    if (
        not number.isascii()
        or not number.isdigit()
        or len(number) > len(str(MOST))
        or set(one) - {"no", "verdict", "why"}
    ):
        raise BadAnswer(f"“{shown}”每项写明措施的序号（no）和结论（verdict），不属实的另写核查的情况（why）")
    place = int(number)
    found = {words: name for name, words in JUDGED_AS.items()}.get(verdict, verdict)
    if found not in JUDGED_AS:
        raise BadAnswer(f"第 {place} 项措施的结论应为{'、'.join(JUDGED_AS.values())}", "verdict", place)
    why = one.get("why")
    if not is_given(why):
        if found != TRUE:
            raise BadAnswer(f"第 {place} 项措施{JUDGED_AS[found]}的，请写明核查的情况", "why", place)
        return {"no": place, "verdict": found}
    return {"no": place, "verdict": found, "why": clean_cell(f"第 {place} 项措施核查的情况", str(why), "why", place)}


def said_judged(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say judgements in one line: those that are 属实 together, each other with what was found."""
    true = [str(one["no"]) for one in rows if one["verdict"] == TRUE]
    others = [
        f"第 {one['no']} 项{JUDGED_AS[one['verdict']]}：{one.get('why', '')}" for one in rows if one["verdict"] != TRUE
    ]
    if true and not others:
        return f"{len(true)} 项措施均{JUDGED_AS[TRUE]}" if len(true) > 1 else f"第 {true[0]} 项{JUDGED_AS[TRUE]}"
    return "；".join([*others, *([f"第 {'、'.join(true)} 项{JUDGED_AS[TRUE]}"] if true else [])])
