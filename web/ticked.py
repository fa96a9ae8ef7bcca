"""What is ticked in a form: numbers, as its boxes send them."""

from __future__ import annotations

from starlette.datastructures import FormData

from storage.digits import number_in


def ticked(form: FormData, name: str) -> list[int]:
    """Return the numbers of the boxes of a name that are ticked, each once and in order; what is no number is left out."""
    said = (number_in(one) for one in form.getlist(name) if isinstance(one, str))
    return list(dict.fromkeys(one for one in said if one is not None))
