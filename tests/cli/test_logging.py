"""What the house logs goes to the error stream of the moment, wherever a command was run before."""

from __future__ import annotations

import io
import sys

import pytest
import structlog

from tests.cli.conftest import Shell


def test_after_a_command_the_log_goes_to_the_stream_of_the_moment(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command in the same process had a stream of its own: nothing is written to that any more."""
    shell.json("cases")
    now = io.StringIO()
    monkeypatch.setattr(sys, "stderr", now)
    structlog.get_logger().error("post.unmade", delivery=4)
    assert "post.unmade" in now.getvalue()
