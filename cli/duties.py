"""The recurring duties, each of which can be run by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from cli.logbook import masked, said
from cli.refusals import refusal_of
from cli.serving import guard
from cli.talk import AsJson, At, House, open_house, say, show
from notifications.deliver import Delivered
from notifications.deliver import deliver as deliver_mail
from notifications.settings import MailSettings, channel_for
from scheduler import Duty, run_until_told
from states import RUNGS
from storage.duties import note_run
from storage.engine import reading
from storage.people import jurisdiction_codes
from storage.troubles import REFUSED
from trail.checkpoint import WithheldSignature, sign_checkpoint
from trail.verify import verify
from workflow.scan import Scanned, batch_size
from workflow.scan import scan as scan_cases


def scan(
    context: typer.Context,
    at: At = None,
    batch: Annotated[int | None, typer.Option(help="每批问题数")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不保留")] = False,
    as_json: AsJson = False,
) -> None:
    """扫描到点的问题：提醒、标记疑似整改不力、升级督办。"""
    house = open_house(context)
    found = scan_cases(house.engine, house.moment(at), batch or _batch(house), dry_run=dry_run)
    show(asdict(found), as_json=as_json, words=_scan_words(found))


def _batch(house: House) -> int:
    numbers = house.settings.config.scan
    return batch_size(house.engine, numbers.batch_sqlite, numbers.batch)


def _scan_words(found: Scanned) -> str:
    lines = [f"问题 {one['case']}：{RUNGS[one['rung']]}（{one['criterion'] or one['clock']}）" for one in found.fired]
    return "\n".join([f"到点 {found.due} 个，办理 {len(found.fired)} 项，失败 {len(found.failed)} 个", *lines])


def deliver(context: typer.Context, at: At = None, as_json: AsJson = False) -> None:
    """寄出待寄的邮件。"""
    house = open_house(context)
    found = _deliver(house, house.moment(at))
    show(asdict(found), as_json=as_json, words=f"已寄 {found.sent}，失败 {found.failed}，待寄 {found.left}")


def mail_settings(house: House) -> MailSettings:
    """Return the settings of the post, its folder inside the home."""
    numbers = house.settings.config.mail.model_dump()
    del numbers["password_env"]
    return MailSettings(**numbers, password=house.settings.smtp_password(), folder=house.settings.home / "mail")


def _deliver(house: House, now: datetime) -> Delivered:
    post = mail_settings(house)
    return deliver_mail(house.engine, post, now, channel_for(post))


def scheduler(context: typer.Context) -> None:
    """按配置的间隔自行扫描、寄信、签检查点、核验日志，直到被停止。"""
    house = open_house(context)
    guard(house)
    run_until_told(duties_of(house), say)


def duties_of(house: House) -> list[Duty]:
    """Return all recurring duties of the house, on one screen."""
    every = house.settings.config.scheduler
    return [
        _noted(house, "scan", every.scan, lambda now: _counts(scan_cases(house.engine, now, _batch(house)))),
        _noted(house, "deliver", every.deliver, lambda now: asdict(_deliver(house, now))),
        _noted(house, "checkpoint", every.checkpoint, lambda now: _checkpoints(house, now)),
        _noted(house, "verify", every.verify, lambda _: verify(house.engine, house.settings.home).report()),
    ]


def _noted(house: House, name: str, every: int, run: Callable[[datetime], dict[str, Any]]) -> Duty:
    """Return a duty whose every run is noted, with how it ended."""

    def noted(now: datetime) -> dict[str, Any]:
        try:
            found = run(now)
        except Exception as error:
            told = refusal_of(error)
            why = masked(told[0] if told else said(error))
            # Where the database is what failed, the log says it alone.
            with contextlib.suppress(*REFUSED):
                note_run(house.engine, name, now, {"why": why}, ok=False)
            raise
        note_run(house.engine, name, now, found, ok=found.get("ok", True))
        return found

    return Duty(name, every, noted)


def _counts(found: Scanned) -> dict[str, int]:
    return {"due": found.due, "fired": len(found.fired), "failed": len(found.failed)}


def _checkpoints(house: House, now: datetime) -> dict[str, int]:
    """Sign every jurisdiction's tree: one that is in doubt does not keep the others from being signed."""
    with reading(house.engine) as session:
        places = jurisdiction_codes(session)
    sizes, withheld = {}, []
    for code in places:
        try:
            sizes[code] = sign_checkpoint(house.engine, house.settings.home, code, now).size
        except WithheldSignature as error:
            withheld.append(error)
    if withheld:
        raise withheld[0]
    return sizes


COMMANDS = (scan, deliver, scheduler)
