"""The headers that every answer bears."""

from __future__ import annotations

import re

from tests.web.conftest import Answer


def guarded(answer: Answer) -> list[str]:
    """Return which of the headers that every answer must bear is missing or weak."""
    policy = answer.headers.get("content-security-policy", "")
    weak = [
        word
        for word in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:")
        if word in policy.replace("script-src 'self'", "")
    ]
    missing = [] if re.search(r"default-src '(self|none)'", policy) else ["content-security-policy"]
    wanted = {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
    }
    return missing + weak + [name for name, value in wanted.items() if answer.headers.get(name) != value]
