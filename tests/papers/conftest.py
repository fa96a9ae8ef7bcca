"""The house of the papers, made once for each process; what these tests do to it is to read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from papers.content import Content
from tests.papers.house import House, house


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Give the house on SQLite: what is rendered from it is the same on either database (test_filling)."""
    return house("sqlite", tmp_path_factory.mktemp("papers"))


Filled = Callable[..., Content]


@pytest.fixture(scope="session")
def filled(lived: House) -> Filled:
    """Give the papers of that house by name."""
    return lived.paper
