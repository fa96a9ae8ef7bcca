"""What the house logs goes to the error stream of the moment, wherever a command was run before."""

from __future__ import annotations

import io
import sys

import pytest
import structlog

from scheduler import Duty, _run
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


@pytest.mark.parametrize(
    ("found", "level", "event"),
    [
        ({"ok": True, "size": 3}, "info", "duty.done"),
        ({"sent": 4}, "info", "duty.done"),
        (None, "info", "duty.done"),
        ({"ok": False, "first_bad": 7, "why": "第 7 条记录的内容与其摘要不符"}, "error", "duty.found_wrong"),
    ],
)
def test_a_log_that_does_not_verify_is_an_error_in_the_lines(
    found: dict[str, object] | None, level: str, event: str
) -> None:
    with structlog.testing.capture_logs() as lines:
        _run(Duty("verify", 3600, lambda _: found))
    assert lines == [{"event": event, "log_level": level, "duty": "verify", **(found or {})}]
