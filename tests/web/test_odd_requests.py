"""Odd requests, seeded: nothing may break, and nothing tells how it is made."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from tests.web.conftest import Answer, Door, Visitor
from tests.web.policy import guarded
from tests.web.stage import NOBODY, Stage, routes_of

ODD = (
    "", "0", "-1", "1", "1.5", "1e9", "0x10", "٣", "²", "１", "null", "None", "true", "[]", "{}", "9" * 18, "9" * 19, "9" * 20, "9" * 400, "9" * 5000, str(2**63 - 1), str(2**63),
    "..", "../../etc/passwd", "%00", "a%00b", "%FF%FE", "%C0%AF", "%ED%A0%80", "%F0%9F%98%80", "%0d%0aX: y", "\u4e2d\u6587", "\ud7ff", "\U0010ffff", "A" * 3000, "'", '"', "`", "\\", ";", "|",
    "%", "%%", "%zz", "?", "#", "&", "=", "+", " ", "\t", "2026-03-05", "0001-01-01", "9999-12-31", "2026-02-30", "-0001-01-01", "0001-01-01T00:00:00+23:59", "12:00", "claim", "remind", "feed_back",
    "open", "due", "late", "1.1", "1.1.1", "a.b.c.d", "..1", "x" * 119 + ".1", "OR 1=1", "1;--", "{{7*7}}", "*", "NEAR(", '"a" AND', "a*", "^", "col:x", "()",
)  # fmt: skip
NAMES = (
    "case", "q", "round", "unit", "state", "kind", "lamp", "from", "to", "after", "before", "at", "sort", "flagged", "pick", "person", "action", "via", "paper", "what", "told", "next", "change",
    "csrf", "token", "login", "password", "step", "key", "kept", "measure", "old", "new", "again", "name", "role", "email", "reason", "feedback", "texts", "v1", "s.reason", "s.until", "s.ground",
    "s.duplicate_of", "s.measure_no", "c1.responsible", "c1.measures.1.on", "c1.measures.1.text", "c1.results.money_recovered", "c1.agreed_on", "c1.measure_no", "c99999999999999999999.x", "m.evidence", "e1.evidence@1", "%00", "",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=b; charset=utf-7",
    "\xff",
    "",
)
TRACES = re.compile(r"Traceback|File \"/|sqlalchemy|psycopg|sqlite3|jinja2|\.py\b|Error:|Exception|SELECT ")


@dataclass
class Odd:
    """A seeded source of odd requests."""

    dice: random.Random
    routes: list[tuple[str, str]]

    def request(self) -> tuple[str, str, dict[str, str], bytes]:
        """Return method, address, headers and body."""
        method, route = self.dice.choice(self.routes)
        path = re.sub(r"\{(\w+)\}", lambda _: self._word(path=True), route)
        query = "&".join(f"{self._name()}={self._word()}" for _ in range(self.dice.randrange(4)))
        kind = self.dice.choice(TYPES[:2] * 4 + TYPES)
        headers = {"content-type": kind.encode("latin-1").decode("latin-1"), **self._headers()}
        return method, f"{path}?{query}", headers, b"" if method == "GET" else self._body(kind)

    def _word(self, *, path: bool = False) -> str:
        word = self.dice.choice(ODD)
        word = word if re.search(r"%[0-9A-F]{2}", word) and self.dice.random() < 0.8 else quote(word, safe="")
        return word.replace("/", "%2F") if path else word

    def _name(self) -> str:
        return quote(self.dice.choice(NAMES), safe=".%@")

    def _headers(self) -> dict[str, str]:
        odd = {
            "accept": "*/*",
            "hx-request": "true",
            "x-csrf": self._word(),
            "range": "bytes=0-1",
            "if-none-match": "*",
            "accept-encoding": self._word(),
            "x-forwarded-for": self._word(),
        }
        return {name: odd[name] for name in self.dice.sample(sorted(odd), self.dice.randrange(3))}

    def _body(self, kind: str) -> bytes:
        fields = [(self.dice.choice(NAMES), self.dice.choice(ODD)) for _ in range(self.dice.randrange(8))]
        if "csrf" not in kind and self.dice.random() < 0.9:
            fields.append(("csrf", "{csrf}"))
        if kind.startswith("multipart") and self.dice.random() < 0.85:
            return b"".join(self._part(name, value) for name, value in fields) + (
                b"--b--\r\n" if self.dice.random() < 0.9 else b""
            )
        if kind == TYPES[0]:
            return "&".join(f"{quote(name, safe='.@%')}={quote(value, safe='%{}')}" for name, value in fields).encode()
        return self.dice.choice(
            [
                b"",
                b"{" * 5000,
                b"[" * 50_000,
                b"\xff\xfe\x00",
                b"a=b&" * 100,
                b"--b\r\n\r\n\r\n",
                b'{"case": [1, {"x": null}]}',
            ]
        )

    def _part(self, name: str, value: str) -> bytes:
        file = (
            f'; filename="{self.dice.choice(["a.pdf", "中.csv", "", "..", "a" * 300])}"'
            if name.startswith(("m.", "e1."))
            else ""
        )
        head = self.dice.choice(
            [
                'Content-Disposition: form-data; name="{}"{}',
                'Content-Disposition: form-data; name="{}"{}',
                "Content-Disposition: form-data{0:.0}{1:.0}",
                "X: {}{}",
            ]
        )
        return b"--b\r\n" + head.format(name, file).encode() + b"\r\n\r\n" + value.encode() + b"\r\n"


COUNT = 1200


def fuzz(stage: Stage, seed: int, count: int) -> Iterator[tuple[Any, ...]]:
    """Send odd requests as one after another of the cast; yield what broke or told too much."""
    dice = random.Random(seed)
    odd = Odd(dice, [one for one in routes_of(stage.door.app.routes) if one[1] not in ("/signout", "/log/verify")])
    for number in range(count):
        login = dice.choice(
            (
                NOBODY,
                "secretary",
                "handler",
                "team",
                "office",
                "discipline",
                "auditor",
                "leader",
                "sysadmin",
                "secadmin",
                "secauditor",
            )
        )
        visitor = stage.door.as_(login)
        method, address, headers, body = odd.request()
        body = body.replace(b"{csrf}", visitor.csrf.encode())
        answer = _sent(visitor, method, address, headers, body)
        if answer.status_code >= 500 and "/healthz" not in address:
            yield seed, number, login, method, address[:200], headers, body[:300], answer.status_code
        elif traces := _traces(answer) or guarded(answer):
            yield seed, number, login, method, address[:200], traces[:3]


def _traces(answer: Answer) -> list[str]:
    """Return what an answer tells of how it is made; a package of a dossier carries its own check.py on purpose."""
    packed = answer.headers.get("content-type") == "application/zip"
    return [] if packed else TRACES.findall(answer.text)


def _sent(visitor: Visitor, method: str, address: str, headers: dict[str, str], body: bytes) -> Answer:
    return visitor.request(
        method,
        address,
        content=body,
        headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    )


@pytest.fixture(scope="module")
def stage(town_door: Door) -> Stage:
    return Stage(town_door).set_up("feedback", "rectifying", "submitted")


@pytest.mark.long("postgres")
def test_no_odd_request_breaks_anything(stage: Stage) -> None:
    before = stage.world.rows("SELECT COUNT(*) FROM trail")[0][0]
    assert list(fuzz(stage, 20260302, COUNT)) == []
    assert stage.world.rows("SELECT COUNT(*) FROM trail")[0][0] - before <= COUNT


@pytest.mark.long
def test_no_odd_request_breaks_anything_for_long(stage: Stage) -> None:
    for seed in range(40):
        assert list(fuzz(stage, seed, 2500)) == []


@pytest.mark.parametrize(
    "address",
    ["/cases/" + "9" * 30, "/materials/" + "9" * 30, "/drafts/99999999999999999999", "/log/99999999999999999999", "/log/9223372036854775807", "/mails/99999999999999999999", "/cases/1/proof/" + "9" * 30,
     "/acts/claim?case=" + "9" * 30, "/cases?q=a%00b", "/log?person=%00", "/log?from=0001-01-01&to=9999-12-31", "/cases?from=0001-01-01&to=9999-12-31&after=9999-12-31.1", "/static/%00", "/static/..%2f..%2fconfig.toml",
     "/static/../../config.toml", "/security?before=9999999999999999999", "/import/done?told=%F0%9F%98%80.x", "/signin?next=%00", "/me?change=99999999999999999999999",
     "/register/dictionary/template.xlsx?of=" + "9" * 5000, "/security?case=" + "9" * 5000],
)  # fmt: skip
def test_an_address_beyond_reason_is_not_there(town_door: Door, address: str) -> None:
    for login in (NOBODY, "secretary", "office", "auditor", "secauditor"):
        answer = town_door.as_(login).get(address)
        assert answer.status_code in (200, 303, 400, 404, 422), (login, address, answer.status_code)
        assert "[scheduler]" not in answer.text
