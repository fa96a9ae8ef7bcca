"""What must hold before a problem is said to be an earlier one again 重复发生, or another, and what the row says then."""

from __future__ import annotations

from register.rules.following import columns
from register.rules.guarding import guard
from register.wanted import Standing
from states import WITHDRAWN
from storage.likeness import likeness
from storage.reads.cases import words_shown
from storage.recurrences import befores, line_of
from storage.rows import read_cases
from workflow.may import scope_of


@guard("earlier")
def earlier_of_the_unit(one: Standing) -> str | None:
    """The earlier one was fed back before, to the unit or to one that it took over from; neither counts for nothing."""
    there = read_cases(one.driver, one.jurisdiction, [one.after["case_id"], one.after["earlier_id"]])
    case, earlier = there[one.after["case_id"]], there[one.after["earlier_id"]]
    if any(found.void or found.state == WITHDRAWN for found in (case, earlier)):
        return "作废、撤销的问题不认定重复发生"
    if earlier.unit_id not in line_of(befores(one.driver, one.jurisdiction), case.unit_id):
        return "两个问题不是同一党组织的：以前的问题应是该党组织，或它承接的党组织的"
    return None if earlier.fed_back_on < case.fed_back_on else "以前的问题应反馈在前，反馈日期相同的不算"


@guard("earlier")
def two_judged_once(one: Standing) -> str | None:
    """Of two problems is judged once, until that is taken back."""
    sql = "SELECT 1 FROM recurrences WHERE case_id = ? AND earlier_id = ? AND until_on IS NULL"
    known = one.driver.one(sql, (one.after["case_id"], one.after["earlier_id"]))
    return None if known is None else "这两个问题已经认定过，要改的请先撤销"


@guard()
def verdict_stands(one: Standing) -> str | None:
    """What was taken back is not taken back again."""
    return None if one.before["until_on"] is None else "这项认定已经撤销"


@guard()
def two_are_known(one: Standing) -> str | None:
    """Both problems are there for who takes it back."""
    hidden = scope_of(one.actor.posts).hidden
    known = {one.before["case_id"], one.before["earlier_id"]}.isdisjoint(hidden)
    return None if known else "问题不存在，或不在您的职责范围内"


@columns
def likeness_reckoned(one: Standing) -> None:
    """How alike the two are is reckoned from their words, and stands with the day."""
    words = words_shown(one.driver, [one.after["case_id"], one.after["earlier_id"]])
    said = [words[one.after[name]]["problem"] for name in ("case_id", "earlier_id")]
    one.after |= {"alike": likeness(*said), "from_on": one.today, "until_on": None}


@columns
def verdict_ends(one: Standing) -> None:
    """It holds until the day on which it is taken back."""
    one.after["until_on"] = one.today
