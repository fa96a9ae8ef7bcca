"""Work: one transaction, with the one COMMIT that makes it last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.sql import Driver

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlmodel import Session


class NotCommitted(RuntimeError):
    """Something was done and then neither committed nor given up: nobody may be told of it."""

    def __init__(self) -> None:
        super().__init__("办理之后既没有提交，也没有撤回，结果不能告诉任何人")


class Work:
    """One piece of work on the database: its connection and its one COMMIT.

    Rows are moved by `driver`; `session` is there for the rare tables, made when first asked for, in the same transaction.
    """

    __slots__ = ("_driver", "_open", "_session", "connection", "writes")

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        """Take a connection of its own; `writes` where the transaction holds the right to write."""
        self.connection = connection
        self.writes = writes
        self._driver: Driver | None = None
        self._session: Session | None = None
        self._open = False

    @property
    def engine(self) -> Engine:
        """Return the database that the work is on."""
        return self.connection.engine

    @property
    def driver(self) -> Driver:
        """Return the raw connection inside the transaction."""
        if self._driver is None:
            self._driver = Driver(self.connection)
        return self._driver

    @property
    def session(self) -> Session:
        """Return the unit of work inside the transaction."""
        if self._session is None:
            from sqlmodel import Session  # noqa: PLC0415 a third of a start, and not wanted where rows are moved

            _ = self.driver  # the transaction is the connection's own, and so ends with `commit` here alone
            self._session = Session(self.connection, expire_on_commit=False)
        return self._session

    def note_done(self) -> None:
        """Say that something was done: the work must be committed or given up before anybody is told."""
        if not self.writes:
            message = "只读的工作里不能办理"
            raise AssertionError(message)
        self._open = True

    def commit(self) -> None:
        """Make all of it last; from here on it may be told."""
        if self._session is not None:
            self._session.commit()
        if self.connection.in_transaction():
            self.connection.commit()
        self._begin_anew()

    def rollback(self) -> None:
        """Give all of it up: the database is as it was."""
        if self._session is not None:
            self._session.rollback()
        if self.connection.in_transaction():
            self.connection.rollback()
        self._begin_anew()

    def close(self) -> None:
        """End the work; what the session loaded stays readable."""
        if self._session is not None:
            self._session.close()
        self._driver = None

    def must_be_ended(self) -> None:
        """Raise NotCommitted where what was done was neither committed nor given up."""
        if self._open:
            raise NotCommitted

    def _begin_anew(self) -> None:
        # What comes after is another transaction: the next to ask for the driver begins it.
        self._open = False
        self._driver = None
