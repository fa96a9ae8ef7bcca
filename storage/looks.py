"""Looks that are made together: what several readers ask before they can go on goes to the database as one statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar

from storage.sql import Driver, Once, Question, Row, numbered

MOST: Final = 100
"""So many questions go into one statement; SQLite takes five hundred."""
T = TypeVar("T")
P = ParamSpec("P")


class _NotYet(BaseException):
    """A look asks what has not been answered yet; no reader catches it."""


class Looks:
    """Several looks at what is there, made together: so many statements as the longest of them asks one behind the other.

    A look only reads. It is begun anew until all that it asks is answered, so it does nothing but read and reckon; what
    one of them asks twice, or two of them, is asked once.
    """

    def __init__(self, driver: Driver) -> None:
        """Take the driver of the page; inside a look, the driver that the look was given."""
        self.driver = driver if isinstance(driver, _Waiting) else _Waiting(driver)
        """The driver that looks are given. Outside of them it answers at once, and remembers what they asked."""
        self._open: list[Found[Any]] = []
        self._settling = False

    def at(self, look: Callable[Concatenate[Driver, P], T], *args: P.args, **more: P.kwargs) -> Found[T]:
        """Take in a look; call what comes back for what it found, inside another look too."""
        return self.also(look, self.driver, *args, **more)

    def also(self, look: Callable[P, T], *args: P.args, **more: P.kwargs) -> Found[T]:
        """Take in a look that has the driver of these looks already, as the words of the register have."""
        found = Found(self, lambda: look(*args, **more))
        self._open.append(found)
        return found

    def all(self, sql: str, params: Sequence[Any] = ()) -> Found[list[Row]]:
        """Take in a query, for all its rows."""
        return self.also(self.driver.all, sql, params)

    def one(self, sql: str, params: Sequence[Any] = ()) -> Found[Row | None]:
        """Take in a query, for its first row."""
        return self.also(self.driver.one, sql, params)

    def settle(self) -> None:
        """Make every look that is open, to its end."""
        if self._settling:  # a look that goes on with what another finds
            raise _NotYet
        while self._open:
            within = self.driver.looking
            self._settling = self.driver.looking = True
            try:
                self._open = [one for one in self._open if not one.made()]
            finally:
                self._settling, self.driver.looking = False, within
            if self._open and within:
                raise _NotYet
            if self._open:
                self.driver.answer()


class Found(Generic[T]):
    """What a look finds, once it has been made."""

    def __init__(self, looks: Looks, look: Callable[[], T]) -> None:
        self._looks, self._look = looks, look
        self._found: list[T] = []

    def made(self) -> bool:
        """Say whether the look came to its end; it goes as far as what is answered lets it."""
        try:
            self._found = [self._look()]
        except _NotYet:
            return False
        return True

    def __call__(self) -> T:
        """Return what was found, with all other looks made as well."""
        if not self._found:
            self._looks.settle()
        return self._found[0]


class _Waiting(Once):
    """The driver of looks: it remembers what was answered, and notes what is to be asked."""

    def __init__(self, driver: Driver) -> None:
        super().__init__(driver)
        self._wanted: dict[Question, None] = {}
        self.looking = False
        if isinstance(driver, Once):
            self.answers = driver.answers

    def answer(self) -> None:
        """Ask all that was wanted, as one statement; of very many questions MOST at once."""
        wanted, self._wanted = list(self._wanted), {}
        for start in range(0, len(wanted), MOST):
            part = wanted[start : start + MOST]
            self.answers.update(zip(part, together(self, part), strict=True))

    def _ask(self, *questions: Question) -> list[list[Row]]:
        if not self.looking:
            return super()._ask(*questions)
        self._wanted.update(dict.fromkeys(questions))
        raise _NotYet


def together(driver: Driver, questions: Sequence[Question]) -> list[list[Row]]:
    """Return the rows of each question, all asked by one statement, with values as the driver gives them."""
    if len(questions) == 1:
        return [Driver.all(driver, *questions[0])]
    sql, params = in_one(questions, sqlite=driver.sqlite)
    cursor = driver.new_cursor()
    if driver.sqlite:
        found: list[list[Any]] = [[] for _ in questions]
        ends = [1 + _width(one) for one, _ in questions]
        for row in cursor.execute(sql, params).fetchall():
            found[row[0]].append(row[1 : ends[row[0]]])
        return found
    cursor.adapters.register_loader("record", _as_sent())
    sent: list[list[bytes]] = [[] for _ in questions]
    for place, row in cursor.execute(numbered(sql), params, binary=True).fetchall():
        sent[place].append(row)
    return [list(_loaded(driver, rows)) for rows in sent]


def in_one(questions: Sequence[Question], *, sqlite: bool) -> Question:
    """Return the statement that asks all of the questions, the place of each before its rows."""
    params = [value for _, given in questions for value in given]
    return _in_one(tuple(sql for sql, _ in questions), sqlite), params


@lru_cache(maxsize=512)
def _in_one(questions: Sequence[str], sqlite: bool) -> str:  # noqa: FBT001 a key of the cache
    if not sqlite:  # a row as one value: the columns of several questions have no types in common
        return " UNION ALL ".join(f"SELECT {place}, asked FROM ({sql}) asked" for place, sql in enumerate(questions))
    widest = max(map(_width, questions))
    return " UNION ALL ".join(
        f"SELECT {place}, asked.*{', NULL' * (widest - _width(sql))} FROM ({sql}) asked"
        for place, sql in enumerate(questions)
    )


_SIGNS: Final = re.compile(r"'[^']*'|[(),]|\b(?:SELECT|FROM|UNION)\b")


@lru_cache(maxsize=512)
def _width(sql: str) -> int:
    """Return how many columns a query has: what commas part before its own FROM."""
    depth = commas = 0
    begun = False
    for sign in _SIGNS.findall(sql):
        if sign in "()":
            depth += 1 if sign == "(" else -1
        elif depth == 0 and sign == "SELECT":
            begun = True
        elif depth == 0 and begun:
            if sign in ("FROM", "UNION"):
                break
            commas += sign == ","
    return commas + 1


# A row as PostgreSQL sends it in one value: how many columns, then of each its type, its length (-1: NULL) and its bytes.
_COLUMNS, _COLUMN = Struct("!i"), Struct("!Ii")


def _loaded(driver: Driver, rows: Sequence[bytes]) -> Iterator[Row]:
    """Yield rows that came as one value each, all of the same types."""
    if not rows:
        return
    from psycopg.adapt import Transformer  # noqa: PLC0415 as storage.sql does
    from psycopg.pq import Format  # noqa: PLC0415

    load = Transformer(driver.connection)
    load.set_loader_types([kind for kind, _ in _columns(rows[0])], Format.BINARY)
    for row in rows:
        yield load.load_sequence(tuple(value for _, value in _columns(row)))


def _columns(row: bytes) -> Iterator[tuple[int, bytes | None]]:
    at = _COLUMNS.size
    for _ in range(_COLUMNS.unpack_from(row)[0]):
        kind, length = _COLUMN.unpack_from(row, at)
        at += _COLUMN.size
        yield kind, None if length < 0 else row[at : at + length]
        at += max(length, 0)


@lru_cache(maxsize=1)
def _as_sent() -> Any:
    from psycopg.adapt import Loader  # noqa: PLC0415
    from psycopg.pq import Format  # noqa: PLC0415

    class AsSent(Loader):
        """Hands a row on as it was sent; psycopg's own takes all rows of an answer to be alike."""

        format = Format.BINARY

        def load(self, data: Any) -> bytes:
            return bytes(data)

    return AsSent
