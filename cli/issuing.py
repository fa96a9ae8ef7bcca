"""Papers 文书 that were issued, drafts that wait, and issuing one, from the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

import clock
from cli.opening import acting, open_house
from cli.talk import AsJson, Code, Refused, show


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
    """List the drafts that wait, the oldest first."""
    from papers.kinds import KINDS
    from storage.engine import reading
    from storage.jurisdictions import find_jurisdiction
    from storage.reads.papers import waiting_papers
    from storage.scope import EVERYTHING

    house = open_house(context, jurisdiction)
    with reading(house.engine) as work:
        found = waiting_papers(work.driver, find_jurisdiction(work.driver, house.code).id, EVERYTHING)
    lines = [
        f"{one.id}\t{KINDS[one.paper].shown}\t{one.unit}\t{one.round}\t{one.cases} 个问题\t{one.day}" for one in found
    ]
    show([_plain(one) for one in found], as_json=as_json, words="\n".join(lines) or "没有待签发的底稿")


def issue(
    context: typer.Context,
    draft: Annotated[int, typer.Argument(help="底稿的编号，见 zhenggai papers drafts")],
    login: Annotated[str, typer.Option("--as", help="由谁签发")],
    series: Annotated[str, typer.Option(help="文号系列的代字；不编号的不写")] = "",
    reason: Annotated[str, typer.Option(help="由领导小组签发的，经哪次会议或哪位领导同意")] = "",
    jurisdiction: Code = None,
    as_json: AsJson = False,
) -> None:
    """Issue a draft: it gets the next number of its series and is on record with the hash of its files."""
    from cli.papers import press
    from papers.drafting import Printing
    from papers.issuing import Order
    from papers.issuing import issue as issued
    from storage.engine import reading
    from storage.paper_numbers import series_there

    house, now = open_house(context, jurisdiction), clock.now()
    actor = acting(house, login, now)
    with reading(house.engine) as work:
        there = {one.mark: one.id for one in series_there(work.driver, actor.jurisdiction) if not one.ended}
    if series and series not in there:
        raise Refused(f"没有文号系列“{series}”，现有：{'、'.join(there) or '无'}", 2)
    order = Order(draft, there.get(series), reason)
    made = issued(house.engine, house.settings.home, order, actor, now, Printing(press(house.settings), actor, now))
    if made.refusals:
        raise Refused("\n".join(made.refused), 3)
    show(
        {"paper": made.row, "index": made.index},
        as_json=as_json,
        words=f"已签发，文书 {made.row}，第 {made.index} 条记录",
    )


def _stands(state: str) -> str:
    from storage.paper_numbers import PAPER_STATES

    return PAPER_STATES[state]


def _plain(one: Any) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(one).items()}
