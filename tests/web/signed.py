"""What tests of signing in share: sentences, who is signed in, what the security log notes."""

from __future__ import annotations

from settings import WebSection
from tests.web.conftest import OURS, Answer, Door, Visitor

WRONG = "账号或密码不对"
LOCKED = "失败次数过多"
NEW = "Xinde-2026-mima"


def rules(door: Door) -> WebSection:
    return door.settings.config.web


def events(door: Door) -> list[str]:
    """Return what the security log notes, in order."""
    return [row[0] for row in door.world.rows("SELECT what FROM security_log ORDER BY id")]


def holds(visitor: Visitor) -> bool:
    """Say whether the visitor is still signed in."""
    answer = visitor.get("/me")
    return answer.status_code == 200


def fail(door: Door, visitor: Visitor, login: str, times: int) -> Answer:
    for number in range(times):
        answer = door.try_sign_in(visitor, login, f"wrong {number}")
    return answer


FORGED: dict[str, dict[str, str | None]] = {
    "another site, says the browser": {"sec-fetch-site": "cross-site"},
    "a sister site, says the browser": {"sec-fetch-site": "same-site"},
    "typed in or from nowhere": {"sec-fetch-site": "none"},
    "another origin": {"origin": "https://evil.test"},
    "an origin that begins like ours": {"origin": f"{OURS}.evil.test"},
    "our name as a user": {"origin": "http://testserver@evil.test"},
    "another port": {"origin": f"{OURS}:8443"},
    "an origin of nowhere": {"origin": "null"},
    "an origin that is none": {"origin": "http://["},
    "no origin at all": {"origin": None},
    "no origin, but a page of ours before": {"origin": None, "referer": f"{OURS}/me"},
    "no place and an origin of nowhere": {"origin": "null", "host": ""},
}


def sent(visitor: Visitor, path: str, data: dict[str, str], headers: dict[str, str | None]) -> Answer:
    """Post with other headers than our own pages' browser sends; None leaves one out."""
    request = visitor.build_request("POST", path, data=data)
    for name, value in headers.items():
        if value is None:
            request.headers.pop(name, None)
        else:
            request.headers[name] = value
    return visitor.send(request)
