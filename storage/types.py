"""Column types that answer the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

import clock

BIG = BigInteger().with_variant(Integer, "sqlite")
# Keys are looked up by prefix: bytes order on both databases.
KEY = Text().with_variant(Text(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An instant as BIGINT microseconds UTC; text forms compared equal instants as different on SQLite."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return microseconds since 1970 UTC."""
        del dialect
        return None if value is None else clock.micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the aware UTC instant."""
        del dialect
        return None if value is None else clock.from_micros(value)
