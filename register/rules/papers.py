"""What must hold of papers 文书 and their numbers 文号, and what is written as one is issued, void or received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clock import chinese_date
from papers.kinds import KINDS, Kind
from register.papers import (
    against_issuer,
    against_knowing,
    against_unchecked,
    against_uncountersigned,
    against_unwritten,
    called,
    issuers,
    post_for,
    reaches,
    voiders,
)
from register.rules.following import columns, follow
from register.rules.guarding import guard
from register.wanted import Standing, Wanted
from states import GROUP, OFFICE, ROLES, SECRETARY
from storage.aside import SENT
from storage.household import all_rows
from storage.paper_drafts import Drafted, digest_of, drafted, hold, settle_draft
from storage.paper_numbers import (
    ISSUED,
    OUTSIDE,
    VOID,
    Series,
    last_number,
    next_number,
    number_in_words,
    put_cases,
    series_there,
)
from storage.paper_signs import Sign, signs_in, signs_written
from workflow.subject import Post

LONGEST_MARK: Final = 20
LARGEST_NUMBER: Final = 99_999


# --- series --------------------------------------------------------------------------------------------------------


@guard("mark")
def series_named(one: Standing) -> str | None:
    """A mark stands before the year as it is: it has no brackets and no blanks, and is short."""
    mark = one.said["mark"]
    if len(mark) > LONGEST_MARK or any(sign in mark for sign in " 〔〕[]（）()号"):
        return f"代字写在年份的前面，如 成委巡办函：不写括号、年份和“号”，不超过 {LONGEST_MARK} 个字"
    return None


@guard("mark")
def mark_free(one: Standing) -> str | None:
    """No other series has the mark: two would give the same number."""
    there = (row for key, row in all_rows(one.driver, one.kind.name, one.jurisdiction) if key != one.wanted.row)
    taken = next((row["organ"] for row in there if row["mark"] == one.said["mark"]), None)
    return f"代字“{one.said['mark']}”已登记为{taken}的" if taken else None


@guard("first")
def start_whole(one: Standing) -> str | None:
    """A year and the number from which it counts are said together; the year is this one or the next."""
    year, first = one.said.get("year"), one.said.get("first")
    if year is None and first is None:
        return None
    if year is None or first is None:
        return "起号年份、从第几号起，要么都填，要么都不填"
    if year not in (one.today.year, one.today.year + 1):
        return f"起号只定今年或明年的：{one.today.year}、{one.today.year + 1}"
    return None if 1 <= first <= LARGEST_NUMBER else f"从第几号起，写 1 到 {LARGEST_NUMBER}"


@guard("year")
def none_given_in_the_year(one: Standing) -> str | None:
    """Once a number was given in the year, it counts on from there."""
    last = last_number(one.driver, int(one.wanted.row or 0), one.said["year"])
    return None if last is None else f"{one.said['year']} 年已编到 {last} 号，不能再定起号"


@guard("year")
def start_of_before_is_used(one: Standing) -> str | None:
    """The start of a year that has given no number yet is not lost for that of the next: it would count from 1, what is given on paper already."""
    year, first = one.before.get("year"), one.before.get("first")
    if year is None or not one.today.year <= year < (one.said.get("year") or 0):
        return None
    if last_number(one.driver, int(one.wanted.row or 0), year) is not None:
        return None
    return f"{year} 年从 {first} 号起，还没有编过号：编过以后再定下一年的起号"


# --- issuing -------------------------------------------------------------------------------------------------------


def draft_of(one: Standing) -> Drafted | None:
    """Return the draft from which a paper is issued; None where there is none such."""
    return drafted(one.driver, one.jurisdiction, one.said["draft"]) if one.said.get("draft") else None


def _kind(one: Standing) -> Kind | None:
    draft = draft_of(one)
    return KINDS.get(draft.paper if draft else one.before.get("paper", ""))


@guard()
def printed_from_its_draft(one: Standing) -> str | None:
    """A paper is issued where it was printed with the number that it gets, and nowhere else."""
    return (
        None if one.wanted.beside.get("printed") else "文书由底稿印出再签发：请在“文书”页，或用 zhenggai papers issue"
    )


@guard("draft")
def draft_waits(one: Standing) -> str | None:
    """A draft is issued once, as long as nobody has taken it back."""
    draft = draft_of(one)
    return "没有这份待签发的底稿，或已签发、已收回" if draft is None or not draft.waits else None


@guard("draft")
def draft_as_shown(one: Standing) -> str | None:
    """What is issued is what was shown to who issues it, and what was printed: nobody has written in it since."""
    draft = draft_of(one)
    if draft is None or "seen" not in one.wanted.beside:
        return None
    hold(one.driver, draft.id)
    seen = one.wanted.beside["seen"]
    if not seen:
        return "没有写明看的是哪一稿，没有签发：请打开底稿核对以后再签发"
    return None if seen == digest_of(one.driver, draft.id) else "底稿刚刚有改动，没有签发：请核对以后再签发"


@guard()
def issued_by_who_may(one: Standing) -> str | None:
    """Who issues it is whom the table of papers names, of a unit's paper its own secretary."""
    kind = _kind(one)
    if kind is None or (one.act.name == "scan" and _issues_as(one, kind) is not None):
        return None
    return against_issuer(one.driver, one.actor, kind, _unit(one))


def _issues_as(one: Standing, kind: Kind) -> Post | None:
    roles = (*issuers(kind), OFFICE) if one.act.name == "scan" else issuers(kind)
    return post_for(one.driver, one.actor, roles, _unit(one))


def _unit(one: Standing) -> int | None:
    draft = draft_of(one)
    return draft.unit if draft else one.before.get("unit_id")


@guard()
def blanks_written(one: Standing) -> str | None:
    """What a person must write is written before the paper has its number."""
    return against_unwritten(one.wanted.beside.get("unwritten", ()))


@guard("reason")
def group_agreed(one: Standing) -> str | None:
    """What the leading group issues, whose members seldom sign in, the head issues with the words of who agreed."""
    kind = _kind(one)
    if kind is None or kind.issues != GROUP or one.wanted.reason.strip():
        return None
    own = any(post.role == GROUP for post in one.actor.posts)
    return None if own else "由领导小组签发的文书：请写明经哪次会议或哪位领导同意签发"


@guard()
def checked_before(one: Standing) -> str | None:
    """What the table wants checked 核稿 was checked, and not by who drafted it."""
    kind, draft = _kind(one), draft_of(one)
    return against_unchecked(kind, draft) if kind and draft else None


@guard()
def countersigned_before(one: Standing) -> str | None:
    """Those who countersign 会签 by the table have, or the office has said why one did not."""
    kind, draft = _kind(one), draft_of(one)
    return against_uncountersigned(kind, draft) if kind and draft else None


@guard("series")
def number_as_the_kind_wants(one: Standing) -> str | None:
    """What has a number gets one, and nothing else does."""
    kind, given = _kind(one), [one.said.get(name) for name in ("series", "n")]
    if kind is None:
        return None
    if kind.numbered and None in given:
        return f"“{kind.shown}”要编文号：请选择文号系列"
    return f"“{kind.shown}”不编文号" if not kind.numbered and any(given) else None


@guard("n")
def number_is_next(one: Standing) -> str | None:
    """The number is the one behind the last of its series and year: none is left out, none given twice."""
    if one.said.get("series") is None or one.said.get("n") is None:
        return None
    series, day = series_of(one), one.said.get("signed_on") or one.today
    if series.ended(day):
        return f"文号系列“{series.mark}”已停用"
    if one.act.name == OUTSIDE and day.year < one.today.year and last_number(one.driver, series.id, day.year) is None:
        # A year that was over before the office began here: its book stands where the office says, and counts on from there.
        return None if one.said["n"] > 0 else "文号从 1 起"
    following = next_number(one.driver, series, day.year)
    if one.said["n"] == following:
        return None
    said, wanted = (number_in_words(series.mark, day.year, number) for number in (one.said["n"], following))
    return f"下一个文号是{wanted}，不是{said}"


def series_of(one: Standing) -> Series:
    """Return the series that is meant."""
    return next(each for each in series_there(one.driver, one.jurisdiction) if each.id == one.said["series"])


@guard()
def about_what_one_knows(one: Standing) -> str | None:
    """Who issues a paper knows of every case that it lists."""
    draft = draft_of(one)
    return against_knowing(one.actor, draft) if draft else None


@columns
def as_drafted(one: Standing) -> None:
    """The paper says what its draft says, of today, signed by whom the table names."""
    draft, kind = draft_of(one), _kind(one)
    if draft is None or kind is None:
        return
    post = _issues_as(one, kind)
    one.after |= {
        "state": ISSUED, "paper": draft.paper, "title": draft.title, "unit_id": draft.unit, "round_id": draft.round,
        "cases": " ".join(map(str, draft.cases)), "signed_on": one.today, "signed_as": post.role if post else one.role, "because": one.wanted.reason,
        "countersigned": signs_written(draft.countersigned),
    }  # fmt: skip


@columns
def given_outside(one: Standing) -> None:
    """The number was given outside, for the reason that is said."""
    one.after |= {"state": OUTSIDE, "because": one.wanted.reason, "paper": one.said.get("paper") or "", "cases": ""}


@columns
def numbered(one: Standing) -> None:
    """The number is of the year of the paper, and stands behind the one before it, where there is one."""
    if one.said.get("series") is None or one.after["signed_on"] is None:
        one.after |= {"year": None, "prev": None}
        return
    year = one.after["signed_on"].year
    one.after |= {"year": year, "prev": last_number(one.driver, one.said["series"], year)}


@follow
def cases_listed(one: Standing) -> Iterator[Wanted]:
    """The cases that the paper lists are found by it, row by row."""
    draft = draft_of(one)
    put_cases(one.driver, int(one.key or 0), draft.cases if draft else ())
    return iter(())


@follow
def draft_is_issued(one: Standing) -> Iterator[Wanted]:
    """The draft waits no more."""
    settle_draft(one.driver, one.said["draft"], SENT, one.actor.person_id, one.now)
    return iter(())


# --- afterwards ----------------------------------------------------------------------------------------------------


@guard("signed_on")
def written_till_today(one: Standing) -> str | None:
    """What was given a number outside was signed already."""
    return "成文日期不能晚于今天" if one.said["signed_on"] > one.today else None


@guard()
def paper_stands(one: Standing) -> str | None:
    """Nothing is done with what is void."""
    return "这份文书已作废" if one.before["state"] == VOID else None


@guard()
def owes_a_receipt(one: Standing) -> str | None:
    """A receipt is owed where the table says so, once by each to whom it goes."""
    if (on := one.before["received_on"]) is not None:
        return f"已于 {chinese_date(on)}签收"
    kind = _kind(one)
    return None if one.before["state"] == ISSUED and kind and kind.receipts else "这份文书不用签收"


@guard()
def addressed_to_ones_post(one: Standing) -> str | None:
    """Who signs for it is one of those to whom it is addressed: of the unit its secretary, also who stands in for some days."""
    kind = _kind(one)
    theirs = _theirs(one)
    if not theirs:
        return f"应由{called(kind.receipts if kind else ()) or ROLES[SECRETARY]}签收"
    given = signs_in(one.before["receipts"])
    on = next((given[role].day for role in theirs if role in given), None)
    return None if set(theirs) - set(given) or on is None else f"已于 {chinese_date(on)}签收"


def _theirs(one: Standing) -> list[str]:
    """Return the roles in which the actor signs for a paper."""
    kind = _kind(one)
    held = (post for post in one.actor.posts if kind and post.role in kind.receipts)
    return [post.role for post in held if reaches(one.driver, one.jurisdiction, post, one.before["unit_id"])]


@guard("addressee")
def addressee_owes(one: Standing) -> str | None:
    """A receipt that came on paper is of one who still owes it; where several do, it is said whose it is."""
    kind, given = _kind(one), signs_in(one.before["receipts"])
    owing = [role for role in (kind.receipts if kind else ()) if role not in given]
    role = one.said.get("addressee")
    if role is None:
        return "请选择是谁的回执" if len(owing) > 1 else None
    return None if role in owing else f"{ROLES[role]}已签收，或不用签收"


@guard("received_on")
def received_since_it_was_signed(one: Standing) -> str | None:
    """A letter is received no earlier than it was signed, and no later than today."""
    day, signed = one.said["received_on"], one.before["signed_on"]
    if day < signed:
        return f"签收日期早于成文日期 {chinese_date(signed)}"
    return "签收日期不能晚于今天" if day > one.today else None


@guard()
def voided_by_its_organ(one: Standing) -> str | None:
    """The organ that issued a paper makes it void: a unit its own, the office what is not a unit's."""
    kind = _kind(one)
    roles = voiders(kind)
    if post_for(one.driver, one.actor, roles, one.before["unit_id"]) is not None:
        return None
    return f"由签发它的机关作废：{called(roles)}"


@columns
def made_void(one: Standing) -> None:
    """It is void, for the reason that is said; its number stays."""
    one.after |= {"state": VOID, "voided_because": one.wanted.reason}


@columns
def received_today(one: Standing) -> None:
    """Who enters it has received it today, in each role of theirs that owes a receipt."""
    sign = Sign(one.actor.name, one.today.isoformat(), one.actor.person_id)
    _received(one, dict.fromkeys(_theirs(one), sign), one.actor.person_id)


@columns
def received_on_paper(one: Standing) -> None:
    """The receipt came back on paper: of whom, on which day, signed by whom."""
    kind, day = _kind(one), one.said.get("received_on")
    if kind is None or day is None:
        return
    given = signs_in(one.before["receipts"])
    role = one.said.get("addressee") or next((role for role in kind.receipts if role not in given), "")
    _received(one, {role: Sign(one.said.get("received_name") or "", day.isoformat())}, None)


def _received(one: Standing, new: dict[str, Sign], by: int | None) -> None:
    """Write receipts; once nobody owes one any more, the paper is received on the day of the last."""
    kind, given = _kind(one), signs_in(one.before["receipts"])
    signs = {**new, **given}
    one.after |= {"receipts": signs_written(signs), "received_on": None, "received_by_id": None, "received_name": ""}
    if kind is None or not signs or set(kind.receipts) - set(signs):
        return
    last = max(signs.values(), key=lambda sign: sign.on)
    one.after |= {
        "received_on": last.day, "received_by_id": by or last.by, "received_name": "" if by or last.by else last.name,
    }  # fmt: skip
