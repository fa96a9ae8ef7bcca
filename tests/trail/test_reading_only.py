"""A copy that may only be read is verified, or it is said why it cannot be read; no entry is called bad for it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from storage.engine import Unmerged, file_of, open_engine
from storage.troubles import Trouble, trouble_of
from tests.databases import free_port
from tests.world import World
from trail.checkpoint import WithheldSignature, guard_start, sign_checkpoint
from trail.verify import verify

NOBODY = 65534
SQLITE = pytest.mark.parametrize("kind", ["sqlite"])
POSTGRES = pytest.mark.parametrize("kind", ["postgres"])


@contextlib.contextmanager
def somebody_else() -> Iterator[None]:
    """Be nobody for a while where we are root, whom no rights bind."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def copy(world: World) -> Iterator[Path]:
    """Give a folder with a copy of the world's file and keys, all of its records in the file."""
    world.feed_back(1)
    sign_checkpoint(world.engine, world.home, None, world.now)
    folder = Path(tempfile.mkdtemp())
    with contextlib.closing(sqlite3.connect(file_of(str(world.engine.url)) or "")) as connection:
        connection.execute("VACUUM INTO ?", (str(folder / "copy.db"),))
    # As a copy of the file alone is: it says WAL, and there is none beside it.
    engine = open_engine(f"sqlite:///{folder / 'copy.db'}")
    engine.connect().close()
    engine.dispose()
    shutil.copytree(world.home / "keys", folder / "keys")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


def examined(folder: Path) -> Engine:
    """Open the copy as `trail verify` does."""
    return open_engine(f"sqlite:///{folder / 'copy.db'}", examined=True)


@SQLITE
def test_a_copy_in_a_folder_that_may_not_be_written_verifies(world: World, copy: Path) -> None:
    with somebody_else():
        engine = examined(copy)
        found = verify(engine, copy)
        guard_start(engine, copy)
        engine.dispose()
    assert (found.ok, found.size, found.why) == (True, world.size, "")
    assert sorted(path.name for path in copy.iterdir()) == ["copy.db", "keys"]


@SQLITE
def test_a_file_that_may_not_be_written_verifies(world: World, copy: Path) -> None:
    copy.chmod(0o777)
    with somebody_else():
        engine = examined(copy)
        assert verify(engine, copy).ok
        engine.dispose()


@SQLITE
def test_a_copy_whose_last_records_lie_beside_it_says_so(world: World, copy: Path) -> None:
    """The -wal was copied too, and nothing may be laid beside it to read it by."""
    world.feed_back(1, start=2)
    file = file_of(str(world.engine.url))
    assert file is not None
    copy.chmod(0o755)
    for end in ("", "-wal"):
        target = copy / f"copy.db{end}"
        if target.exists():
            target.unlink()
        shutil.copy(file.with_name(file.name + end), target)
        target.chmod(0o444)
    copy.chmod(0o555)
    with somebody_else():
        engine = examined(copy)
        with pytest.raises(Unmerged, match=r"copy\.db-wal 一起复制到可写的目录"):
            verify(engine, copy)
        engine.dispose()


@SQLITE
def test_a_file_that_may_not_be_read_is_no_damage(world: World, copy: Path) -> None:
    (copy / "copy.db").chmod(0)
    with somebody_else():
        engine = examined(copy)
        for look in (lambda: verify(engine, copy), lambda: guard_start(engine, copy)):
            with pytest.raises(DBAPIError) as refusal:
                look()
            assert trouble_of(refusal.value) is Trouble.CLOSED
        engine.dispose()


@SQLITE
def test_keys_that_may_not_be_read_are_not_passed_over(world: World, copy: Path) -> None:
    """Without the last note a rolled back copy would verify."""
    (copy / "keys").chmod(0)
    with somebody_else():
        engine = examined(copy)
        with pytest.raises(PermissionError):
            verify(engine, copy)
        engine.dispose()


@SQLITE
def test_a_damaged_copy_is_still_found(world: World, copy: Path) -> None:
    (copy / "copy.db").chmod(0o644)
    content = (copy / "copy.db").read_bytes()
    (copy / "copy.db").write_bytes(b"nothing of it" + content[13:])
    engine = examined(copy)
    found = verify(engine, copy)
    assert (found.ok, found.first_bad) == (False, 0)
    engine.dispose()


@pytest.fixture
def reader(world: World) -> Iterator[str]:
    """Give the address of a PostgreSQL user who may read every table and do nothing else."""
    world.feed_back(1)
    sign_checkpoint(world.engine, world.home, None, world.now)
    name = f"reader_{secrets.token_hex(4)}"
    with world.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"))
    yield make_url(world.engine.url).set(username=name).render_as_string(hide_password=False)
    with world.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))


@POSTGRES
@pytest.mark.parametrize("how", [True, False], ids=["examined", "open"])
def test_a_user_who_may_only_read_verifies(world: World, reader: str, how: bool) -> None:
    engine = open_engine(reader, examined=how)
    assert verify(engine, world.home).ok
    guard_start(engine, world.home)
    engine.dispose()


@POSTGRES
def test_a_user_who_may_not_read_has_found_nothing(world: World, reader: str) -> None:
    """Neither a bad entry, nor a fork, nor a reason to withhold: it is the rights that are wanting."""
    with world.engine.begin() as connection:
        connection.execute(text(f"REVOKE SELECT ON trail, texts FROM {make_url(reader).username}"))
    engine = open_engine(reader, examined=True)
    for look in (
        lambda: verify(engine, world.home),
        lambda: sign_checkpoint(engine, world.home, None, world.now),
    ):
        with pytest.raises(Exception, match="permission denied") as refusal:
            look()
        assert not isinstance(refusal.value, WithheldSignature)
        assert trouble_of(refusal.value) is Trouble.DENIED
    engine.dispose()


@POSTGRES
def test_what_is_examined_cannot_be_written(world: World) -> None:
    engine = open_engine(world.engine.url.render_as_string(hide_password=False), examined=True)
    with engine.connect() as connection, pytest.raises(DBAPIError) as refusal:
        connection.execute(text("DELETE FROM drafts"))
    assert trouble_of(refusal.value) is Trouble.READ_ONLY
    engine.dispose()


@POSTGRES
def test_a_server_that_is_down_has_found_nothing(world: World) -> None:
    sign_checkpoint(world.engine, world.home, None, world.now)
    engine = open_engine(make_url(world.engine.url).set(port=free_port()).render_as_string(hide_password=False))
    for look in (lambda: verify(engine, world.home), lambda: guard_start(engine, world.home)):
        with pytest.raises(DBAPIError) as refusal:
            look()
        assert trouble_of(refusal.value) is Trouble.UNREACHABLE
    engine.dispose()
