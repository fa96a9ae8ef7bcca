"""What lies in the home is for its owner alone: folders 0700, files 0600, whatever the umask lets through."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

OTHERS: Final = 0o077
FOLDER: Final = 0o700
FILE: Final = 0o600
FOLDERS: Final = ("keys", "files", "mail", "log", "papers")
BESIDE: Final = ("", "-wal", "-shm", "-journal")


def private_folder(path: Path) -> Path:
    """Make the folder, and what is missing above it, for us alone; one that is there stays as it is."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER, exist_ok=True)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    return path


def private_file(path: Path) -> None:
    """Make an empty file for us alone where there is none: what SQLite lays beside it takes its rights from it."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def lasting(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return what the file holds, made on first use for us alone; of two who make it at once, both read what one of them wrote."""
    if not path.exists():
        private_folder(path.parent)
        aside = path.with_suffix(f".{secrets.token_hex(4)}")
        private_file(aside)
        with aside.open("wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, never takes the place of what is there.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(aside)
        aside.unlink()
    return path.read_bytes()


def wide_open(home: Path, database: Path | None) -> list[Path]:
    """Return what of the home and its database others than the owner may reach."""
    return [path for path in _ours(home, database) if _mode(path) & OTHERS]


def tighten(home: Path, database: Path | None) -> None:
    """Take from others what they may reach of our things; a home that holds other people's things stays as it is."""
    for path in wide_open(home, database):
        if path != home or _is_ours_alone(home, database):
            # We cannot change the rights of somebody else's file; `zhenggai check` reports it.
            with contextlib.suppress(OSError):
                path.chmod(_mode(path) & ~OTHERS)


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:  # a half-written note, or what SQLite lays beside its file, goes away meanwhile
        return 0


def _ours(home: Path, database: Path | None) -> Iterator[Path]:
    folders = [home, *(home / name for name in FOLDERS)]
    yield from (folder for folder in folders if folder.is_dir())
    for name in ("keys", "log"):
        yield from (path for path in sorted((home / name).glob("*")) if path.is_file())
    if database is not None:
        beside = (database.with_name(database.name + end) for end in BESIDE)
        yield from (path for path in beside if path.is_file())


def _is_ours_alone(home: Path, database: Path | None) -> bool:
    """Whether everything in the home is ours: if it was set to /tmp or /srv by mistake, that must not be closed to others."""
    known = {*FOLDERS, "seeded.json", *(f"{database.name}{end}" for end in BESIDE if database)}
    return all(path.name in known for path in home.iterdir())
