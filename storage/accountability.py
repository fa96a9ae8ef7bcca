"""Accountability 问责: what the register calls a decision by which organisations and persons were held to account."""

from __future__ import annotations

from typing import Final

KIND: Final = "accountability"
