"""Papers 文书 that were issued, drafts that wait, and issuing one, from the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

import clock
from cli.opening import acting, open_house
from cli.talk import AsJson, Code, Refused, show

SHORTEST, LONGEST_NUMBER = 12, 18
"""Of a hash at least so many signs say which draft was seen; no draft has so long a number."""


def listed(
    context: typer.Context,
    year: Annotated[int | None, typer.Option(help="哪一年的文号")] = None,
    words: Annotated[str, typer.Option("--find", help="文号或标题的一截")] = "",
    jurisdiction: Code = None,
    as_json: AsJson = False,
) -> None:
    """List what was issued and the numbers, the newest first."""
    from storage.engine import reading
    from storage.jurisdictions import find_jurisdiction
    from storage.reads.papers import Asked, issued_papers
    from storage.scope import EVERYTHING

    house = open_house(context, jurisdiction)
    with reading(house.engine) as work:
        place = find_jurisdiction(work.driver, house.code).id
        found = issued_papers(work.driver, place, EVERYTHING, Asked(year=year, words=words), 10_000)
    lines = [
        f"{one.id}\t{one.number or '不编号'}\t{one.signed_on}\t{one.unit}\t{one.title}\t{_stands(one.state)}"
        for one in found
    ]
    show([_plain(one) for one in found], as_json=as_json, words="\n".join(lines) or "没有签发过文书")


def drafts(context: typer.Context, jurisdiction: Code = None, as_json: AsJson = False) -> None:
    """List the drafts that wait, the oldest first, each with the hash of what it says."""
    from papers.kinds import KINDS
    from storage.engine import reading
    from storage.jurisdictions import find_jurisdiction
    from storage.paper_drafts import digest_of
    from storage.reads.papers import waiting_papers
    from storage.scope import EVERYTHING

    house = open_house(context, jurisdiction)
    with reading(house.engine) as work:
        found = waiting_papers(work.driver, find_jurisdiction(work.driver, house.code).id, EVERYTHING)
        seen = {one.id: digest_of(work.driver, one.id) for one in found}
    lines = [
        f"{one.id}@{seen[one.id][:SHORTEST]}\t{KINDS[one.paper].shown}\t{one.unit}\t{one.round}\t{one.cases} 个问题\t{one.day}"
        for one in found
    ]
    rows = [{**_plain(one), "seen": seen[one.id]} for one in found]
    show(rows, as_json=as_json, words="\n".join(lines) or "没有待签发的底稿")


def issue(
    context: typer.Context,
    draft: Annotated[list[str], typer.Argument(help="底稿，写作 编号@摘要，见 zhenggai papers drafts；几份一并签发")],
    login: Annotated[str, typer.Option("--as", help="由谁签发")],
    series: Annotated[str, typer.Option(help="文号系列的代字；不编号的不写")] = "",
    reason: Annotated[str, typer.Option(help="由领导小组签发的，经哪次会议或哪位领导同意")] = "",
    jurisdiction: Code = None,
    as_json: AsJson = False,
) -> None:
    """Issue drafts as they were seen: each gets the next number of its series and is on record with the hash of its files; all or none."""
    from cli.papers import press
    from papers.drafting import Printing
    from papers.issuing import Order, issue_together
    from storage.engine import reading
    from storage.paper_numbers import series_there

    house, now = open_house(context, jurisdiction), clock.now()
    today = clock.local_date(now)
    actor = acting(house, login, now)
    with reading(house.engine) as work:
        there = {one.mark: one.id for one in series_there(work.driver, actor.jurisdiction) if not one.ended(today)}
        if series and series not in there:
            raise Refused(f"没有文号系列“{series}”，现有：{'、'.join(there) or '无'}", 2)
        seen = [_seen(work.driver, actor.jurisdiction, one) for one in draft]
    orders = [Order(number, there.get(series), reason, digest) for number, digest in seen]
    printing = Printing(press(house.settings), actor, now)
    made = issue_together(house.engine, house.settings.home, orders, actor, now, printing)
    if refused := [f"{number}：{why}" for (number, _), one in zip(seen, made, strict=True) for why in one.refused]:
        raise Refused("\n".join(refused), 3)
    found = [{"paper": one.row, "index": one.index} for one in made]
    words = "\n".join(f"已签发，文书 {one.row}，第 {one.index} 条记录" for one in made)
    show(found, as_json=as_json, words=words)


def _seen(driver: Any, jurisdiction: int, said: str) -> tuple[int, str]:
    """Return a draft by its number, and the hash of what it says where it is as it was seen: 12@3fa9c1d24e5b."""
    from storage.paper_drafts import digest_of, drafted

    number, _, digest = said.partition("@")
    if not number.isascii() or not number.isdecimal():
        raise Refused(f"底稿写作 编号@摘要，不是“{said}”；见 zhenggai papers drafts", 2)
    if len(number) > LONGEST_NUMBER or drafted(driver, jurisdiction, int(number)) is None:
        raise Refused(f"{number}：没有这份待签发的底稿，或已签发、已收回", 3)
    now = digest_of(driver, int(number))
    if len(digest) < SHORTEST:
        raise Refused(f"{number}：请写明看的是哪一稿，写作 {number}@摘要；见 zhenggai papers drafts", 2)
    if not now.startswith(digest):
        raise Refused(f"{number}：底稿在您看过以后有改动，没有签发：请核对以后再签发", 3)
    return int(number), now


def _stands(state: str) -> str:
    from storage.paper_numbers import PAPER_STATES

    return PAPER_STATES[state]


def _plain(one: Any) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(one).items()}
