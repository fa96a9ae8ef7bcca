"""Alembic's environment: it works on the connection handed over, whose transaction is the caller's."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.differences import is_compared
from storage.tables import metadata


def plain_type(kind: str, thing: Any, _: object) -> str | Literal[False]:
    """Write our own types as the plain ones below them: a migration imports nothing that may change later."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_name=is_compared,
    render_item=plain_type,
    compare_server_default=True,
    autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
)
with context.begin_transaction():
    context.run_migrations()
