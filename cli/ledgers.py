"""Ledgers in and out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

import clock
from cli.opening import House, acting, open_house, os_user
from cli.talk import AsJson, At, Code, Refused, say, show
from ledger.bring_in import Order, bring_in
from ledger.brought import Brought
from ledger.errors import of_the_whole
from ledger.out_columns import A4, ALL, PAPERS, USUAL, Layout, UnknownColumns, columns_named
from ledger.parse import parse
from ledger.prepared import Ledger, Said, prepare_each, puts_aside_as, try_out
from ledger.refused import refused
from ledger.sheet import Sheet
from ledger.write_out import write_out
from storage.engine import reading, writing
from storage.files import keep_file
from storage.jurisdictions import find_jurisdiction
from storage.reads.ledger.then import Then
from storage.rounds import find_round
from storage.security import Event, note
from storage.tables.ledger import FED_BACK, TAKEN_OVER
from workflow.days.profiles import Profile
from workflow.people import operator
from workflow.security import first_words, who_of
from workflow.subject import Material


def import_(  # noqa: PLR0913, PLR0917 each is an option of the command
    context: typer.Context,
    file: Path,
    round_name: Annotated[str, typer.Option("--round", help="轮次；没有的会新建")],
    unit: Annotated[str | None, typer.Option(help="党组织，代替台账里的单位")] = None,
    feedback: Annotated[str | None, typer.Option(help="反馈日期，如 2026-03-05；默认今天")] = None,
    login: Annotated[str | None, typer.Option("--as", help="以谁的账号反馈；不填为系统操作员")] = None,
    writer: Annotated[str | None, typer.Option(help="撰写问题的人的账号；异议须由他人复核")] = None,
    at: At = None,
    new_units: Annotated[
        bool, typer.Option("--new-units", help="系统中还没有的党组织，新建；不写则退回并指明是哪些")
    ] = False,
    take_over: Annotated[
        bool,
        typer.Option("--take-over", help="存量转入：只放入准备，由巡察办另一人在网页“导入”的“准备稿”里确认；须写 --as"),
    ] = False,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="反馈会还没有开：只放入准备，到那天在网页“反馈准备”里发送；须写 --as")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不保留；会新建的党组织列为提示")] = False,
    jurisdiction: Code = None,
    as_json: AsJson = False,
) -> None:
    """Bring a ledger in: feed back what is new, update the unit's own columns of what is known; one fault, and nothing is kept."""
    house = open_house(context, jurisdiction)
    sheet = parse(file, unit=unit, running=take_over)
    wish = Wish(file, round_name, _day(feedback), login, writer, at, dry_run, new_units, unit or "")
    aside = _TAKE_OVER if take_over else _FEEDBACK if prepare else None
    bring = partial(_put_aside, aside=aside) if aside else _bring
    brought = refused(sheet) if sheet.faults else bring(house, sheet, wish)
    show(asdict(brought), as_json=as_json, words=_words(brought))
    if brought.errors:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the words of the command ask for."""

    file: Path
    round_name: str
    feedback: date | None
    login: str | None
    writer: str | None
    at: str | None
    dry_run: bool
    new_units: bool
    unit: str


def _bring(house: House, sheet: Sheet, wish: Wish) -> Brought:
    from rich.console import Console
    from rich.progress import Progress

    now, file = house.moment(wish.at), wish.file
    digest, size = keep_file(house.settings.home, file, house.settings.config.uploads.largest)
    default = house.settings.config.profile.default
    profile = Profile.of(default, house.settings.config.profiles[default])
    console = Console(stderr=True)
    actor = acting(house, wish.login, now) if wish.login else None
    wrote = acting(house, wish.writer, now).person_id if wish.writer else None
    with (
        writing(house.engine) as work,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        actor = actor or operator(find_jurisdiction(work.driver, house.code).id, os_user())
        ledger = Material("problem_list", digest, file.name, size)
        may_make = wish.new_units or wish.dry_run
        order = Order(wish.round_name, wish.feedback, profile, ledger, wrote, new_units=may_make)
        task = progress.add_task("反馈问题", total=len(sheet.rows))
        brought = bring_in(
            work,
            sheet,
            order,
            actor,
            now,
            clock.local_date(now),
            lambda done, of: progress.update(task, completed=done, total=of),
        )
        if brought.errors or wish.dry_run:
            work.rollback()
        else:
            work.commit()
    if brought.errors and not wish.dry_run:
        words = first_words([one["message"] for one in brought.errors])
        note(house.engine, clock.micros(now), Event("refused", who_of(actor), action="feed_back", words=words))
    if brought.rounds_alike:
        near = "、".join(f"“{one}”" for one in brought.rounds_alike)
        brought.notices.insert(0, f"轮次“{wish.round_name}”是新的，与{near}相近：写错了的，请核对")
    if wish.dry_run and brought.new_units:
        brought.notices.insert(0, _new_units(brought))
    return brought


@dataclass(frozen=True, slots=True)
class Aside:
    """What a ledger is put aside for, and what is said: who must prepare it, that somebody may not, where it goes on."""

    act: str
    unnamed: str
    denied: str
    kept: str


_TAKE_OVER: Final = Aside(
    TAKEN_OVER,
    "存量转入须由巡察办两人办理：用 --as 写明准备的人，由另一人在网页“导入”的“准备稿”里核对、确认",
    "“存量转入”由巡察办准备",
    "已放入准备（第 {} 号），还没有转入：请由巡察办的另一人在网页“导入”的“准备稿”里核对、确认",
)
_FEEDBACK: Final = Aside(
    FED_BACK,
    "反馈准备要写明准备的人：用 --as 写账号",
    "“反馈”由巡察办或巡察组准备",
    "已放入准备（第 {} 号），还没有反馈：附反馈意见、核对，到那天发送，都在网页“反馈准备”里",
)


def _put_aside(house: House, sheet: Sheet, wish: Wish, aside: Aside) -> Brought:
    """Put a ledger aside for its day, or for the second person of the office, on whose page it goes on: a command has neither."""
    if wish.login is None:
        raise Refused(aside.unnamed, 2)
    now = house.moment(wish.at)
    today = clock.local_date(now)
    digest, size = keep_file(house.settings.home, wish.file, house.settings.config.uploads.largest)
    default = house.settings.config.profile.default
    profile = Profile.of(default, house.settings.config.profiles[default])
    actor = acting(house, wish.login, now)
    wrote = acting(house, wish.writer, now).person_id if wish.writer else None
    said = Said(wish.feedback or (today if aside is _TAKE_OVER else None), wrote)
    ledger = Ledger(aside.act, wish.round_name, wish.unit, Material("problem_list", digest, wish.file.name, size), said)
    if puts_aside_as(actor, ledger.act) is None:
        raise Refused(aside.denied)
    with writing(house.engine) as work:
        # What is fed back later is looked through as if it were today.
        looked = replace(ledger, said=replace(said, feedback_on=min(wish.feedback or today, today)))
        brought = try_out(work, looked, sheet, profile, actor, now)
        work.rollback()
    if brought.new_units and not wish.new_units and not brought.errors:
        brought.errors.append(of_the_whole(_new_units(brought), "单位"))
    if brought.errors or wish.dry_run:
        return brought
    ledger = replace(ledger, said=replace(said, new_units=tuple(brought.new_units)))
    with writing(house.engine) as work:
        numbers, why = prepare_each(work, ledger, sheet, actor, now)
        if why:
            raise Refused(why)
        work.commit()
    brought.notices.insert(0, aside.kept.format("、".join(map(str, numbers))))
    return brought


def _new_units(brought: Brought) -> str:
    near = (f"“{name}”与{'、'.join(f'“{one}”' for one in names)}相近" for name, names in brought.alike.items())
    said = f"系统中还没有这 {len(brought.new_units)} 个党组织，导入时要加 --new-units 才会新建：{'、'.join(brought.new_units)}"
    return "。".join([said, *near])


def _day(text: str | None, called: str = "反馈日期") -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(f"{called}“{text}”不是日期，请写作 2026-03-05", 2) from None
    if day and day.year not in clock.YEARS:
        raise Refused(f"{called}“{text}”的年份不对，请核对", 2)
    return day


def _words(brought: Brought) -> str:
    lines = [
        f"识别 {brought.problems} 个问题：新反馈 {brought.created}，更新 {brought.updated}，未变 {brought.unchanged}"
        + (f"，已撤销（不再导入）{brought.withdrawn}" if brought.withdrawn else "")
    ]
    lines += [f"提示：{notice}" for notice in brought.notices]
    lines += [f"{e['place'] or '整份文件'} {e['column']}“{e['value']}”：{e['message']}" for e in brought.errors]
    return "\n".join([*lines, *([f"{len(brought.errors)} 处错误，全部未保留"] if brought.errors else [])])


def export(
    context: typer.Context,
    file: Path,
    round_name: Annotated[str, typer.Option("--round")],
    unit: Annotated[str | None, typer.Option(help="只要这个党组织（含其负责的村）")] = None,
    columns: Annotated[
        str, typer.Option(help=f"{USUAL}（常用）、{ALL}（全部），或其中几列，用逗号隔开；写错了会列出有哪些列")
    ] = ALL,
    paper: Annotated[str, typer.Option(help=f"印在多大的纸上：{'、'.join(PAPERS)}")] = A4,
    on: Annotated[str | None, typer.Option("--on", help="截至过去哪一天，如 2026-03-05；不填是今天")] = None,
    jurisdiction: Code = None,
) -> None:
    """Write the ledger of a round into a spreadsheet."""
    from rich.console import Console
    from rich.progress import Progress

    try:
        layout = Layout(columns_named(columns), paper)
    except UnknownColumns as fault:
        raise Refused(str(fault), 2) from None
    if paper not in PAPERS:
        raise Refused(f"没有“{paper}”这种纸，可以写：{'、'.join(PAPERS)}", 2)
    today = clock.local_date(clock.now())
    day = _day(on, "截至的日期")
    if day and day > today:
        raise Refused(f"截至的日期“{on}”还没有到，请写今天或以前的", 2)
    house = open_house(context, jurisdiction)
    console = Console(stderr=True)
    with (
        reading(house.engine) as work,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        round_row = find_round(work.session, find_jurisdiction(work.driver, house.code).id, round_name)
        if round_row is None:
            raise Refused(f"没有轮次“{round_name}”")
        task = progress.add_task("写出台账", total=None)
        then = Then(day) if day and day < today else None
        count = write_out(
            work.driver,
            file,
            round_row,
            today,
            unit,
            layout,
            then,
            lambda done, of: progress.update(task, completed=done, total=of),
        )
    say(f"已写出 {count} 个问题到 {file}")
