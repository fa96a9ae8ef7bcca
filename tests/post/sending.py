"""Delivering in a process of its own: `python -m tests.post.sending URL TRANSPORT PLACE INSTANT`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import clock
from notifications.deliver import deliver
from notifications.settings import MailSettings, channel_for
from storage.engine import open_engine

ROOT = Path(__file__).resolve().parent.parent.parent


def smtp(port: int, **more: Any) -> MailSettings:
    """The settings of a relay here, impatient as tests are."""
    return settings(transport="smtp", port=port, **more)


def folder(path: Path, **more: Any) -> MailSettings:
    """The settings of a folder."""
    return settings(folder=path, **more)


def settings(**more: Any) -> MailSettings:
    """The shipped settings, with some of them changed."""
    usual: dict[str, Any] = {
        "transport": "folder", "sender": "zhenggai@city.test", "link": "http://127.0.0.1:8000",
        "host": "127.0.0.1", "port": 25, "tls": "none", "user": "", "password": "", "timeout": 20,
        "retry_first": 60, "retry_longest": 3600, "retry_for": 259200, "folder": Path("mail"),
    }  # fmt: skip
    return MailSettings(**{**usual, **more})


def main(url: str, transport: str, place: str, at: str) -> None:
    """Deliver once and print what was done."""
    post = smtp(int(place)) if transport == "smtp" else folder(Path(place))
    engine = open_engine(url)
    print(json.dumps(asdict(deliver(engine, post, clock.parse_iso(at), channel_for(post)))))
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
