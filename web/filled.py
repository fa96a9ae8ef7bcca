"""What was filled into a form of the register: the fields asked, as texts; a personal key as it is kept."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import FormData

from register.reading import SEVERAL
from storage.identity import personal_key
from web.desk import Desk


def filled_in(desk: Desk, form: FormData, asked: Iterable[str]) -> dict[str, str]:
    """Return the fields that were filled in; an ID number is hashed before anything keeps it.

    A form of what is there comes with what stood in each field (`was.…`): what was left as it stood is not given, what was
    struck out is given empty. Several of a choice are one text.
    """
    fields = {name: value for name in asked if (value := as_text(form, name)) != as_text(form, f"was.{name}")}
    key = fields.get("personal_key")
    return fields | {"personal_key": personal_key(desk.settings.home, key)} if key else fields


def as_text(form: FormData, name: str) -> str:
    """Return what a form says of a field, as one text."""
    return SEVERAL.join(value.strip() for value in form.getlist(name) if isinstance(value, str) and value.strip())
