"""Papers 文书 from the command line: which there are, one made from the records, an office's own template tried."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import clock
from cli.opening import House, acting, configured, open_house, os_user
from cli.talk import AsJson, Code, Refused, say, show


def paper(  # noqa: PLR0913, PLR0917 each names what a paper is about
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="文书的种类，见 --list；check 试一遍本单位的模板")] = "",
    file: Annotated[Path | None, typer.Argument(help="写到哪个文件：.docx 或 .pdf；check 后面写种类")] = None,
    case: Annotated[int | None, typer.Option(help="问题（内部号）")] = None,
    unit: Annotated[str, typer.Option(help="党组织")] = "",
    round_name: Annotated[str, typer.Option("--round", help="轮次")] = "",
    on: Annotated[str | None, typer.Option("--on", help="统计类的：截至哪一天，如 2026-03-25；不写是今天")] = None,
    login: Annotated[str | None, typer.Option("--as", help="以谁的职责范围填写；不填为系统操作员")] = None,
    listed: Annotated[bool, typer.Option("--list", help="列出有哪些文书")] = False,
    jurisdiction: Code = None,
    as_json: AsJson = False,
) -> None:
    """Make a paper from the records as Word or PDF; list them; or try an office's own template."""
    if listed:
        _list(as_json=as_json)
        return
    if kind == "check":
        _check(context, str(file or ""), as_json=as_json)
        return
    form = file.suffix.lower().removeprefix(".") if file else ""
    if file is None or form not in {"docx", "pdf"}:
        raise Refused(
            "请写明文书的种类和文件：zhenggai paper 种类 文件.docx 或 文件.pdf；种类见 zhenggai paper --list", 2
        )
    known = _known(kind)
    house = open_house(context, jurisdiction)
    from papers.content import Unusable
    from papers.dossier import About
    from papers.render import render

    content = _filled(house, known, _as_of(house, known, About(case, unit, round_name), on), login)
    try:
        made = render(known.name, content, form, press(house.settings))
    except Unusable as why:
        raise Refused(str(why)) from None
    file.write_bytes(made.content)
    blanks = [one.name for one in content.blanks]
    found: dict[str, Any] = {"file": str(file), "kind": known.name, "blanks": blanks, "notices": list(made.notices)}
    for notice in made.notices:
        say(f"提示：{notice}")
    words = f"已写出{known.shown}到 {file}" + (
        f"，还有 {len(blanks)} 处要人填写：{'、'.join(blanks)}" if blanks else ""
    )
    show(found, as_json=as_json, words=words)


def _as_of(house: House, kind: Any, about: Any, on: str | None) -> Any:
    """Return what a paper made of figures is asked for: as of the day, from its month on."""
    if not kind.counts:
        return about
    from dataclasses import replace

    from cli.asof import day_said
    from papers.tally import days_of

    day = day_said(on, clock.local_date(clock.now()))
    since, _ = days_of(kind, day, house.settings.config.figures.month_begins)
    return replace(about, on=day, since=since)


def _filled(house: House, kind: Any, about: Any, login: str | None) -> Any:
    from papers.dossier import gather
    from papers.filling import filled
    from storage.engine import reading
    from storage.jurisdictions import find_jurisdiction
    from storage.security import Event, note
    from workflow.people import operator
    from workflow.security import who_of

    now = clock.now()
    actor = acting(house, login, now) if login else None
    with reading(house.engine) as work:
        actor = actor or operator(find_jurisdiction(work.driver, house.code).id, os_user())
        dossier = gather(work.driver, kind, about, actor, clock.local_date(now))
        content = filled(dossier)
    # What is for some alone 限定知悉 is noted as read, here as on the pages.
    read = sorted(dossier.confided.intersection(one.case.id for one in dossier.records))
    who, words = who_of(actor), f"文书《{content.title[:30]}》"
    note(house.engine, clock.micros(now), *(Event("read_confided", who, case, words=words) for case in read))
    return content


def press(settings: Any) -> Any:
    """Return how this house prints."""
    from papers.fonts import Wanted
    from papers.render import OWN, Press

    fonts = settings.config.papers.fonts
    return Press(Wanted(fonts.families, settings.home / OWN / "fonts"), settings.home)


def _known(name: str) -> Any:
    from difflib import get_close_matches

    from papers.kinds import KINDS

    if name in KINDS:
        return KINDS[name]
    near = get_close_matches(name, KINDS, n=1)
    raise Refused(
        f"没有“{name}”这种文书" + (f"，是不是 {near[0]}？" if near else "，有哪些见 zhenggai paper --list"), 2
    )


def _list(*, as_json: bool) -> None:
    from papers.kinds import COVERS, KINDS, SCHEMES

    rows = [
        {
            "kind": one.name, "shown": one.shown, "covers": one.covers, "scheme": one.scheme, "issuer": one.issuer, "of": list(one.of),
            "numbered": one.numbered, "stamped": one.stamped, "receipt": one.receipt, "to": list(one.to), "drafts": one.drafts,
            "checks": list(one.checks), "countersigns": list(one.countersigns), "issues": one.issues, "copies": list(one.copies),
            "material": one.material,
        }
        for one in KINDS.values()
    ]  # fmt: skip
    words = "\n".join(f"{one.name}\t{one.shown}\t{COVERS[one.covers]}\t{SCHEMES[one.scheme]}" for one in KINDS.values())
    show(rows, as_json=as_json, words=words)


def _check(context: typer.Context, name: str, *, as_json: bool) -> None:
    from papers.own import faults_of

    kind = _known(name)
    own = press(configured(context)).own(kind)
    if own is None:
        raise Refused(f"数据目录里没有本单位的模板 papers/{kind.name}.docx，印的是统一格式")
    faults = faults_of(own, kind)
    show({"file": str(own), "faults": faults}, as_json=as_json, words="\n".join(faults) or f"{own.name} 可以用")
    if faults:
        raise typer.Exit(1)
