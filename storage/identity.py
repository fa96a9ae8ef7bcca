"""The personal key of a human being 身份标识: a staff number as it is, an ID number only as a keyed hash under a key outside the database."""

from __future__ import annotations

import contextlib
import hmac
import re
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Final

from storage.private import private_file, private_folder

_ID_NUMBER: Final = re.compile(r"\d{17}[\dXx]", re.ASCII)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def personal_key(home: Path, text: str) -> str:
    """Return the key under which somebody is known: `id:` and a keyed hash for an ID number, `no:` and the number for any other."""
    plain = text.strip().removeprefix("no:").strip()
    if not _is_id_number(plain):
        return f"no:{plain}"
    return "id:" + hmac.new(_secret(home), plain.upper().encode(), sha256).hexdigest()


def _is_id_number(text: str) -> bool:
    """Say whether it is a resident's ID number: 18 signs, the last of which fits the others (GB 11643)."""
    if not _ID_NUMBER.fullmatch(text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == text[-1].upper()


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
