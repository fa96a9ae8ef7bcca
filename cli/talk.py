"""Talking: JSON alone on standard output, progress and sentences on standard error."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Engine
from sqlmodel import Session

import clock
from settings import Settings, load
from storage.engine import open_engine, reading
from storage.migrate import is_current
from storage.people import find_jurisdiction
from storage.tables import Jurisdiction

AsJson = Annotated[bool, typer.Option("--json", help="标准输出只给 JSON")]
At = Annotated[str | None, typer.Option(help="当作此刻（仅演练库）")]
Login = Annotated[str, typer.Option("--as", help="以谁的账号办理")]
Code = Annotated[str | None, typer.Option(help="巡察机构代码；只有一个时不用填")]


class Refused(Exception):
    """A command cannot be carried out; `code` is its exit number."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class House:
    """The configuration and the open database of one command."""

    settings: Settings
    engine: Engine

    def moment(self, at: str | None) -> datetime:
        """Return now, or the instant given, which only a rehearsal database takes."""
        if at is None:
            return clock.now()
        with reading(self.engine) as session:
            if not find_jurisdiction(session, None).rehearsal:
                raise Refused("这是正式库，不能用 --at；演练库用 zhenggai init --rehearsal 建立", 2)
        try:
            return clock.parse_iso(at)
        except ValueError as error:
            raise Refused(str(error), 2) from error


def open_house(context: typer.Context, *, checked: bool = True) -> House:
    """Open the configured database; refuses one that was not made or not upgraded, unless it is only to be examined."""
    settings = load(context.obj)
    engine = opened(context, settings)
    if checked and not is_current(engine):
        raise Refused("数据库尚未建立或不是当前版本：新装请执行 zhenggai init，升级请执行 zhenggai db upgrade")
    return House(settings, engine)


def opened(context: typer.Context, settings: Settings) -> Engine:
    """Open the configured database until the command ends."""
    engine = open_engine(settings.database_url)
    context.call_on_close(engine.dispose)
    return engine


def jurisdiction_id(session: Session, code: str | None = None) -> tuple[Jurisdiction, int]:
    """Return the jurisdiction and its number."""
    found = find_jurisdiction(session, code)
    assert found.id is not None
    return found, found.id


def os_user() -> str:
    """Return the operating-system user for the trail."""
    return getpass.getuser()


def say(sentence: str) -> None:
    """Say a sentence on standard error."""
    sys.stderr.write(sentence + "\n")


def show(value: Any, *, as_json: bool, words: str | None = None) -> None:
    """Print the value as JSON, or as words for people."""
    text = json.dumps(value, ensure_ascii=False, default=_plain) if as_json or words is None else words
    sys.stdout.write(text + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
