"""The databases the tests run on: one throwaway PostgreSQL server for the whole run, one file per SQLite database.

The server is TEST_DATABASE_URL's where that is set, otherwise Debian's programs in a temporary folder, started by the
first test that asks, shared by all of xdist's workers, and stopped by the process that opened the run. Its durability
settings are PostgreSQL's own: tests that kill and restart mean what they say.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from do import Missing, postgres_programs

RUN = "TEST_RUN_DIRECTORY"
PREFIX = "zhenggai-test-"
DRIVER = "postgresql+psycopg"
SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "shared_buffers=256MB")
TRIES = 3
NO_SERVER = 3  # pg_ctl status
DYING = 10.0
"""Seconds in which what a killed server left may still write into its folder."""


def postgres_url() -> str:
    """URL of a running PostgreSQL that may be filled with databases; the same for every process of the run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername=DRIVER).render_as_string(hide_password=False)
    run = open_run()
    with locked(run / "starting"):
        url = run / "url"
        if not url.exists():
            url.write_text(start(run), encoding="ascii")
        return url.read_text(encoding="ascii")


def fresh_postgres(template: str | None = None) -> str:
    """Make a database, empty or a copy of the template (its URL or name; nobody may be connected to it)."""
    name = f"t_{secrets.token_hex(8)}"
    origin = template.rsplit("/", 1)[-1] if template else "template0"
    command(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(origin)))
    return make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)


def drop(url: str) -> None:
    """Remove a database made by fresh_postgres, whoever is still connected."""
    name = sql.Identifier(make_url(url).database or "")
    command(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def fresh_sqlite(directory: Path, template_file: Path | None = None) -> str:
    """URL of a new SQLite database in the folder: empty, or a copy of the template with all that is committed."""
    path = directory / f"{secrets.token_hex(8)}.sqlite"
    if template_file is not None:
        origin, copy = sqlite3.connect(template_file), sqlite3.connect(path)
        with contextlib.closing(origin), contextlib.closing(copy):
            origin.backup(copy)
    return f"sqlite:///{path}"


def command(statement: sql.Composed) -> None:
    """Run one statement on the server outside a transaction."""
    address = make_url(postgres_url()).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


# The run and its server


def open_run() -> Path:
    """Folder of the run, made and owned by the first process that asks; its children find it by the environment."""
    known = os.environ.get(RUN)
    if known:
        return Path(known)
    sweep()
    unowned = Path(tempfile.mkdtemp(prefix="zhenggai-new-"))
    own(unowned)
    run = unowned.rename(unowned.with_name(PREFIX + unowned.name.removeprefix("zhenggai-new-")))
    os.environ[RUN] = str(run)
    atexit.register(close_run, os.getpid())
    return run


def close_run(owner: int | None = None) -> None:
    """Stop the run's server and remove its folder; nothing happens in a child of the owner."""
    known = os.environ.get(RUN)
    if known and owner in {None, os.getpid()}:
        remove(Path(known))
        del os.environ[RUN]


def sweep() -> None:
    """Stop what earlier runs left behind when they were killed: their folders are no longer owned."""
    for run in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # What cannot be cleared away is left alone: an old run's remains must not fail a new one.
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            if run.stat().st_uid == os.getuid():
                own(run)
                remove(run)


def own(run: Path) -> None:
    """Hold the folder until this process ends; BlockingIOError where a living process holds it."""
    # The descriptor is meant to stay open: the kernel lets go of it when we die, however we die.
    fcntl.flock(os.open(run, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)


def remove(run: Path) -> None:
    """Stop the server of a run, if it has one, and delete the folder."""
    data = run / "server" / "data"
    if (data / "postmaster.pid").exists() and is_running(data):
        as_postgres("pg_ctl", "stop", "--mode=immediate", f"--pgdata={data}")
    until = time.monotonic() + DYING
    # A server whose first process was killed has others that write a last file: the folder is cleared until it is gone.
    while run.exists() and time.monotonic() < until:
        shutil.rmtree(run, ignore_errors=True)
        if run.exists():
            time.sleep(0.05)


def is_running(data: Path) -> bool:
    """Whether the server of the folder lives: a killed one leaves its postmaster.pid behind."""
    try:
        as_postgres("pg_ctl", "status", f"--pgdata={data}")
    except subprocess.CalledProcessError as answer:
        if answer.returncode == NO_SERVER:
            return False
        raise
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def start(run: Path) -> str:
    """Make a server in the run's folder and start it; another port is tried where somebody was quicker."""
    server = run / "server"
    server.mkdir()
    run.chmod(0o711)
    if os.geteuid() == 0:
        shutil.chown(server, "postgres")
    data = server / "data"
    habits = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    as_postgres("initdb", f"--pgdata={data}", *habits)
    settings = " ".join(f"-c {setting}" for setting in SETTINGS)
    for left in reversed(range(TRIES)):
        port = free_port()
        starting = ("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={server / 'log'}")
        try:
            as_postgres(*starting, f"--options=-p {port} {settings}")
        except subprocess.CalledProcessError as failure:
            if not left:
                failure.add_note((server / "log").read_text(encoding="utf-8", errors="replace"))
                raise
        else:
            return f"{DRIVER}://postgres@127.0.0.1:{port}/postgres"
    raise AssertionError


def as_postgres(program: str, *words: str) -> None:
    """Run one of the server's programs to its end; PostgreSQL refuses root, so root lends it Debian's user."""
    folder = postgres_programs()
    if folder is None:
        raise Missing("PostgreSQL 的服务器程序", ["postgresql"])
    lend = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    try:
        subprocess.run([*lend, folder / program, *words], check=True, capture_output=True, cwd="/", env=clean)
    except subprocess.CalledProcessError as failure:
        failure.add_note((failure.stdout + failure.stderr).decode(errors="replace"))
        raise


def free_port() -> int:
    """Find a port nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
