"""Hashing passwords: what does it is slow to load, so it stands by itself."""

from __future__ import annotations

from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

HASHER: Final = PasswordHash.recommended()
"""What hashes each password that somebody chose, and checks all."""


def hashed(password: str) -> str:
    """Return the argon2 hash of a password."""
    return HASHER.hash(password)


def hashed_made(password: str) -> str:
    """Return the argon2 hash of a password that was drawn at random: nobody guesses it, so many can be hashed in one request."""
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),)).hash(password)
