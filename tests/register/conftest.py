"""The register's tests go through the same doors as all others."""

from __future__ import annotations

from tests.cli.conftest import bare, shell
from tests.web.conftest import door, town, town_door

__all__ = ["bare", "door", "shell", "town", "town_door"]
