"""What takes long to make 生成: made by a thread of its own while a page says how far it is, handed out to who asked for it alone, and gone.

It lies in a folder under the home, so that every machine that shares the home can say how far it is; what a machine leaves behind
when it is switched off is swept away. Who asks for another one gives up the one before.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

import structlog
from starlette.responses import RedirectResponse, Response

import clock
from web.acts.files import aside_of
from web.desk import Desk
from web.downloads import EXCEL, made_large
from web.viewer import Viewer

AT_ONCE: Final = 2
KEPT_MINUTES: Final = 10
"""So long what was made can be fetched; afterwards it is removed."""
TELLS_EVERY: Final = 0.5
PAGE: Final = "/making"
BROKEN: Final = "没有做成，系统出了差错。请稍后再试；再次出现请联系系统管理员。"

log = structlog.get_logger()
Told = Callable[[int, int], None]
"""Hears how many of how many are done."""
Make = Callable[[Path, Told], str]
"""Writes the file, tells how far it is, and returns the name to hand it out under; NotMade says why there is none."""
_PREFIX: Final = "making-"
_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="making")


class NotMade(Exception):
    """It cannot be made; the sentence says why."""


class _GivenUp(Exception):
    """Nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is made: what it is called on the page, of what so many are counted, and where one came from."""

    called: str
    counted: str
    back: str
    media: str = EXCEL


@dataclass(frozen=True, slots=True)
class Making:
    """One that was asked for, as it stands: under way (or waiting for its turn), made, not to be made, or broken off."""

    token: str
    account: int
    folder: Path
    thing: Thing
    done: int
    of: int
    under_way: bool
    fault: str
    name: str
    size: int | None

    def file(self) -> IO[bytes]:
        """Open what was made."""
        return (self.folder / "made").open("rb")


def hand_out(desk: Desk, viewer: Viewer, thing: Thing, make: Make, *, long: bool) -> Response:
    """Hand out what is made: at once, or where it takes long by way of the page that says how far it is. NotMade is for the caller."""
    home = desk.settings.home
    if long:
        return RedirectResponse(f"{PAGE}/{begin(home, viewer.account_id, thing, make)}", 303)
    with tempfile.TemporaryDirectory(dir=aside_of(home)) as folder:
        path = Path(folder) / "made"
        name = make(path, lambda _done, _of: None)
        file = path.open("rb")
    return made_large(file, name, thing.media)


def begin(home: Path, account: int, thing: Thing, make: Make) -> str:
    """Let a thread make it for an account, instead of what was asked for before; return the token of its address."""
    sweep(home)
    for before in [one for one in _all(home) if one.account == account]:
        _remove(before.folder)
    token = secrets.token_urlsafe(18)
    folder = aside_of(home) / f"{_PREFIX}{token}"
    folder.mkdir(mode=0o700)
    (folder / "said").write_text(json.dumps({"account": account, "thing": asdict(thing)}), encoding="utf-8")
    lock = (folder / "lock").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    _pool.submit(_run, folder, lock, make)
    return token


def found(home: Path, token: str) -> Making | None:
    """Return what is made under a token; None where there is nothing any more."""
    return next((one for one in _all(home) if secrets.compare_digest(one.token.encode(), token.encode())), None)


def under_way(home: Path, account: int) -> Making | None:
    """Return what an account has asked for last, as long as it is there."""
    return next((one for one in _all(home) if one.account == account), None)


def sweep(home: Path) -> None:
    """Remove what nobody makes any more and was there long enough to be fetched."""
    for folder in aside_of(home).glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):
            if clock.now().timestamp() - folder.stat().st_mtime > KEPT_MINUTES * 60 and not _is_made(folder):
                _remove(folder)


def stop(home: Path) -> None:
    """Remove everything: whoever makes something finds its folder gone and gives up."""
    for folder in aside_of(home).glob(f"{_PREFIX}*"):
        _remove(folder)


def _all(home: Path) -> Iterator[Making]:
    for folder in aside_of(home).glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError, ValueError):
            yield _read(folder, **json.loads((folder / "said").read_text(encoding="utf-8")))


def _read(folder: Path, account: int, thing: dict[str, str]) -> Making:
    at_it = _is_made(folder)  # first: what is made meanwhile is there below
    done, _, of = _text(folder / "progress").partition(" ")
    size = (folder / "made").stat().st_size if (folder / "made").exists() else None
    return Making(
        folder.name.removeprefix(_PREFIX), account, folder, Thing(**thing), int(done or 0), int(of or 0), at_it and size is None,
        _text(folder / "fault"), _text(folder / "name"), size,
    )  # fmt: skip


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _is_made(folder: Path) -> bool:
    """Say whether somebody is still at it: who makes it holds the lock as long as they live, on whichever machine."""
    with (folder / "lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _run(folder: Path, lock: IO[bytes], make: Make) -> None:
    """Make it, or leave word why not; what nobody waits for any more leaves nothing behind."""
    with lock:
        try:
            (folder / "name").write_text(make(folder / "part", _teller(folder)), encoding="utf-8")
            (folder / "part").rename(folder / "made")
        except NotMade as why:
            _leave(folder, str(why))
        except _GivenUp:
            pass
        except Exception:
            if (folder / "said").exists():
                log.exception("making.failed")
                _leave(folder, BROKEN)
        if not (folder / "said").exists():
            _remove(folder)
            return
    remover = threading.Timer(KEPT_MINUTES * 60, _remove, [folder])
    remover.daemon = True
    remover.start()


def _teller(folder: Path) -> Told:
    last = 0.0

    def told(done: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < TELLS_EVERY and done < of:
            return
        last = now
        if not (folder / "said").exists():
            raise _GivenUp
        (folder / "progress").write_text(f"{done} {of}", encoding="utf-8")

    return told


def _leave(folder: Path, sentence: str) -> None:
    with suppress(FileNotFoundError):
        (folder / "fault").write_text(sentence, encoding="utf-8")


def _remove(folder: Path) -> None:
    # What it is goes first: who makes it sees at once that nobody waits, and who asks that there is nothing.
    (folder / "said").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
