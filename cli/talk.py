"""Talking: JSON alone on standard output, progress and sentences on standard error; the options that commands share."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Annotated, Any

import typer

from cli.logbook import masked

AsJson = Annotated[bool, typer.Option("--json", help="标准输出只给 JSON")]
At = Annotated[str | None, typer.Option(help="当作此刻（仅演练库）")]
Login = Annotated[str, typer.Option("--as", help="以谁的账号办理")]
Code = Annotated[str | None, typer.Option(help="巡察机构代码；不填为配置中的")]


class Refused(Exception):
    """A command cannot be carried out; `code` is its exit number."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def say(sentence: str) -> None:
    """Say a sentence on standard error; a secret in it is not said."""
    sys.stderr.write(masked(sentence) + "\n")


def show(value: Any, *, as_json: bool, words: str | None = None) -> None:
    """Print the value as JSON, or as words for people."""
    text = json.dumps(value, ensure_ascii=False, default=_plain) if as_json or words is None else words
    sys.stdout.write(text + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
