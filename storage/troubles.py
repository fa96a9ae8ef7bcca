"""What a database means when it refuses: one sentence for people, without address, name or secret."""

from __future__ import annotations

import sqlite3
import sys
from enum import Enum
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

if TYPE_CHECKING:
    import psycopg


class Trouble(Enum):
    """Why nothing came back, with what to do about it."""

    UNREACHABLE = "数据库连不上：请看数据库是否在运行，地址、账号和密码（config.toml 的 database.url 或 ZHENGGAI_DATABASE_URL）是否正确"
    BUSY = "数据库正被别的程序占用，没有等到：请稍后重试；总是这样的，请看有没有停住不动的程序"
    CLOSED = "数据库文件打不开：请看文件和所在目录是否存在、是否有权读写"
    MOVED = "数据库文件已被移走或换掉：请停下网页和定时任务，放回原来的文件，再启动"
    READ_ONLY = "数据库只能读，写不进去：请看文件和所在目录的权限，或数据库是否为只读的副本"
    FULL = "磁盘已满，没有写入：请腾出空间后重试"
    DENIED = "数据库账号的权限不够：请用建库的账号，或由数据库管理员授权"
    UNMADE = "数据库里没有所需的表：新装请执行 zhenggai init，升级请执行 zhenggai db upgrade"
    BROKEN = "数据库文件已损坏，或不是数据库：请停止办理，恢复最近的备份"
    OTHER = "数据库拒绝了操作"

    @property
    def shown(self) -> str:
        """What is wrong, without what the operator does about it."""
        return self.value.partition("：")[0]

    @property
    def hides_all(self) -> bool:
        """Whether nothing could be read for a reason that says nothing of what is stored."""
        return self in _HIDING


_HIDING: Final = frozenset(
    {Trouble.UNREACHABLE, Trouble.BUSY, Trouble.CLOSED, Trouble.READ_ONLY, Trouble.FULL, Trouble.DENIED}
)
# By the longest beginning of PostgreSQL's five signs that fits.
_SQLSTATES: Final = {
    "08": Trouble.UNREACHABLE, "28": Trouble.UNREACHABLE, "3D": Trouble.UNREACHABLE, "57": Trouble.UNREACHABLE,
    "57014": Trouble.BUSY, "53": Trouble.UNREACHABLE, "53100": Trouble.FULL, "40": Trouble.BUSY, "55": Trouble.BUSY,
    "42501": Trouble.DENIED, "25006": Trouble.READ_ONLY, "42P01": Trouble.UNMADE, "42703": Trouble.UNMADE,
    "XX": Trouble.BROKEN,
}  # fmt: skip
_SQLITE: Final = {
    "database is locked": Trouble.BUSY, "database table is locked": Trouble.BUSY,
    "unable to open": Trouble.CLOSED, "disk i/o error": Trouble.CLOSED, "access permission denied": Trouble.CLOSED,
    "readonly database": Trouble.READ_ONLY, "is full": Trouble.FULL, "no such table": Trouble.UNMADE,
    "no such column": Trouble.UNMADE, "malformed": Trouble.BROKEN, "not a database": Trouble.BROKEN,
}  # fmt: skip


def database_errors() -> tuple[type[Exception], ...]:
    """Return what a database and the way to it raise, to be written behind `except`."""
    return (SQLAlchemyError, sqlite3.Error, *_postgres_errors())


def _postgres_errors() -> tuple[type[psycopg.Error], ...]:
    # The driver is a tenth of a start. It is loaded by opening a PostgreSQL, and raises nothing before.
    driver = sys.modules.get("psycopg")
    return (driver.Error,) if driver else ()


def trouble_of(error: BaseException) -> Trouble:
    """Return what the error of a driver, or SQLAlchemy's round it, means."""
    if isinstance(error, PoolTimeout):
        return Trouble.BUSY
    inner = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(inner, _postgres_errors()):
        return _of_postgres(inner)
    words = str(inner).lower()
    return next((trouble for part, trouble in _SQLITE.items() if part in words), Trouble.OTHER)


def hides_all(error: BaseException) -> bool:
    """Whether the error says only that the database cannot be read now, and nothing of what it holds."""
    return trouble_of(error).hides_all


def first_line(error: BaseException) -> str:
    """Return the driver's own first line, for the operator."""
    inner = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return next(iter(str(inner).splitlines()), type(inner).__name__)


def _of_postgres(error: psycopg.Error) -> Trouble:
    # A connection that never came about, or broke, has no signs at all.
    if error.sqlstate is None:
        return Trouble.UNREACHABLE if isinstance(error, sys.modules["psycopg"].OperationalError) else Trouble.OTHER
    fitting = (signs for signs in _SQLSTATES if error.sqlstate.startswith(signs))
    longest = max(fitting, key=len, default=None)
    return _SQLSTATES[longest] if longest else Trouble.OTHER
