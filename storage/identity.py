"""The personal key of a human being 身份标识: a staff number as it is, an ID number only as a keyed hash under a key outside the database."""

from __future__ import annotations

import contextlib
import hmac
import re
import secrets
import unicodedata
from hashlib import sha256
from pathlib import Path
from typing import Final

from storage.private import private_file, private_folder

_ID_NUMBER: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
FEWEST_DIGITS: Final = 14
"""So many digits no staff number has; of an ID number of before 1999 one may be missing."""


def personal_key(home: Path, text: str) -> str:
    """Return the key under which somebody is known: `id:` and a keyed hash for an ID number, `no:` and the number for any other."""
    plain = text.strip().removeprefix("no:").strip()
    signs = _signs(plain)
    if not _is_id_number(signs):
        return f"no:{plain}"
    return "id:" + hmac.new(_secret(home), signs.encode(), sha256).hexdigest()


def is_in_clear(key: str) -> bool:
    """Say whether a key holds what can only be an ID number, whole or mistyped: such a one is never kept as it is written."""
    return not key.startswith("id:") and sum(sign.isdigit() for sign in _signs(key)) >= FEWEST_DIGITS


def _signs(text: str) -> str:
    """Return what was meant, however wide and spaced it was written."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


def _is_id_number(signs: str) -> bool:
    """Say whether it is a resident's ID number: 18 signs, the last of which fits the others (GB 11643)."""
    if not _ID_NUMBER.fullmatch(signs):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(signs, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == signs[-1]


def _secret(home: Path) -> bytes:
    """Return the key of the hashes, made on first use; with the database alone nobody can try numbers out."""
    path = home / "keys" / "people.key"
    if not path.exists():
        private_folder(path.parent)
        aside = path.with_suffix(f".{secrets.token_hex(4)}")
        private_file(aside)
        aside.write_bytes(secrets.token_bytes(32))
        # Of two processes that make it at once one wins: a key that was used is never replaced.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(aside)
        aside.unlink()
    return path.read_bytes()
