"""The command line: for the operator of the server; every entry it makes says `via` cli and who ran it."""

from __future__ import annotations

from cli.main import main

__all__ = ["main"]
